//! What becomes of a message.

use super::{Ms, WorldConfig};
use fastrand::Rng;

/// Times at which copies of a message arrive; none: it is lost.
pub fn fate(config: &WorldConfig, rng: &mut Rng, now: Ms, from: usize, to: usize) -> Vec<Ms> {
    if cut(config, now, from, to) || rng.u32(0..1_000) < config.loss_permille {
        return Vec::new();
    }
    let copies = 1 + usize::from(rng.u32(0..1_000) < config.duplicate_permille);
    let (least, most) = config.latency_ms;
    (0..copies).map(|_| now + rng.u64(least..=most)).collect()
}

/// Whether two replicas lie in different halves of the world at a time.
fn cut(config: &WorldConfig, now: Ms, from: usize, to: usize) -> bool {
    let half = |node: usize| node < config.nodes / 2;
    config.partition.is_some_and(|(start, lasts)| (start..start + lasts).contains(&now) && half(from) != half(to))
}
