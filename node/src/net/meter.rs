//! How much one peer may ask, gossip and hear. Pure: the time is handed in.

use communaut_protocol::Cell;
use libp2p::PeerId;
use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    time::{Duration, Instant},
};

/// Requests of one peer answered at once, over all its connections. A pull has one under way.
pub(super) const REQUESTS_PER_PEER_MAX: usize = 8;
/// Gossip messages taken from one peer at once: a neighbour's import, of which sync brings the rest.
pub(super) const GOSSIP_BURST: u64 = 2_000;
/// Gossip messages a second taken from one peer in the long run. The ids of all messages are remembered for
/// a minute, so that this bounds memory too.
pub(super) const GOSSIP_PER_SECOND: u64 = 200;

/// Topics that one peer may hear: more than ours (64), since other versions may allow themselves more.
pub(super) const REMOTE_TOPICS_MAX: usize = 512;

/// Fills with time, is emptied by messages.
#[derive(Debug)]
struct Bucket {
    left: u64,
    filled: Instant,
}

impl Bucket {
    fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.filled);
        let millis = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        let more = millis.saturating_mul(GOSSIP_PER_SECOND) / 1_000;
        if more > 0 {
            self.left = self.left.saturating_add(more).min(GOSSIP_BURST);
            // What was too little for a message is not lost.
            let counted = Duration::from_millis(more.saturating_mul(1_000) / GOSSIP_PER_SECOND);
            self.filled = self.filled.checked_add(counted).unwrap_or(now);
        }
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        some
    }
}

/// A request that is being answered.
#[derive(Debug)]
struct UnderWay {
    peer: PeerId,
    answered: bool,
}

/// Counts what the connected peers do. `R` names a request.
#[derive(Debug)]
pub(super) struct Meter<R> {
    gossip: HashMap<PeerId, Bucket>,
    requests: HashMap<R, UnderWay>,
    topics: HashMap<PeerId, BTreeSet<Cell>>,
}

impl<R> Default for Meter<R> {
    fn default() -> Self {
        Self { gossip: HashMap::new(), requests: HashMap::new(), topics: HashMap::new() }
    }
}

impl<R: Hash + Eq> Meter<R> {
    /// Whether one more gossip message of a peer is taken.
    pub fn gossip(&mut self, peer: PeerId, now: Instant) -> bool {
        self.gossip.entry(peer).or_insert(Bucket { left: GOSSIP_BURST, filled: now }).take(now)
    }

    /// Whether one more request of a peer is taken; if so it is under way from now on.
    pub fn begin(&mut self, peer: PeerId, request: R) -> bool {
        let taken = self.requests.values().filter(|held| held.peer == peer).count() < REQUESTS_PER_PEER_MAX;
        if taken {
            self.requests.insert(request, UnderWay { peer, answered: false });
        }
        taken
    }

    /// This node has given its answer; the peer has still to take it.
    pub fn answered(&mut self, request: &R) {
        if let Some(held) = self.requests.get_mut(request) {
            held.answered = true;
        }
    }

    /// A request is over. Gives whether this node had answered it; none: it was not under way.
    pub fn end(&mut self, request: &R) -> Option<bool> {
        self.requests.remove(request).map(|held| held.answered)
    }

    /// A peer hears a topic. Gives whether that is within the bound.
    pub fn subscribed(&mut self, peer: PeerId, topic: Cell) -> bool {
        let topics = self.topics.entry(peer).or_default();
        if topics.len() < REMOTE_TOPICS_MAX {
            topics.insert(topic);
        }
        topics.contains(&topic)
    }

    /// A peer no longer hears a topic.
    pub fn unsubscribed(&mut self, peer: &PeerId, topic: Cell) {
        if let Some(topics) = self.topics.get_mut(peer) {
            topics.remove(&topic);
        }
    }

    /// A peer has gone.
    pub fn gone(&mut self, peer: &PeerId) {
        self.gossip.remove(peer);
        self.topics.remove(peer);
        self.requests.retain(|_, held| held.peer != *peer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_then_the_rate_and_each_peer_has_its_own() {
        let (peer, other) = (PeerId::random(), PeerId::random());
        let mut meter: Meter<u64> = Meter::default();
        let start = Instant::now();
        let taken = (0..GOSSIP_BURST + 500).filter(|_| meter.gossip(peer, start)).count();
        assert_eq!(taken as u64, GOSSIP_BURST);
        assert!(meter.gossip(other, start));
        // Asked every 3 ms, less than a message's worth of time: the remainders add up.
        let taken = (1..=1_000).filter(|step| meter.gossip(peer, start + Duration::from_millis(step * 3))).count();
        assert_eq!(taken as u64, 3 * GOSSIP_PER_SECOND);
        // A long silence does not save up more than a burst.
        let later = start + Duration::from_secs(3_600);
        let taken = (0..2 * GOSSIP_BURST).filter(|_| meter.gossip(peer, later)).count();
        assert_eq!(taken as u64, GOSSIP_BURST);
    }

    #[test]
    fn requests_under_way_are_bounded_by_peer_and_end() {
        let (peer, other) = (PeerId::random(), PeerId::random());
        let mut meter = Meter::default();
        let taken = (0..20).filter(|request| meter.begin(peer, *request)).count();
        assert_eq!(taken, REQUESTS_PER_PEER_MAX);
        assert!(meter.begin(other, 100));
        meter.answered(&0);
        assert_eq!((meter.end(&0), meter.end(&1), meter.end(&1)), (Some(true), Some(false), None));
        assert!(meter.begin(peer, 101) && meter.begin(peer, 102) && !meter.begin(peer, 103));
        meter.gone(&peer);
        assert!(meter.begin(peer, 104));
        assert_eq!(meter.end(&100), Some(false), "another's request goes on");
    }
}
