//! Comparing by ranges: what is held under prefixes is told in fingerprints, until the logs that differ are known.
//! SPEC.md §9.2.

use super::{
    super::{
        ROUNDS_MAX,
        message::{Mode, Request},
        prefixes::Prefixes,
        range::{self, Part, RANGES_BYTES, Work},
        replica::Replica,
    },
    COMPARING_MAX, COMPARING_MIN, PARTS_MAX, Pull, PullEffect, RANGES_ASKED, State,
};
use serde_bytes::ByteBuf;

impl Pull {
    /// Compare the logs under prefixes; none: under all that are registered.
    pub(super) fn compare<R: Replica>(
        &mut self,
        under: Option<Vec<Vec<u8>>>,
        replica: &R,
    ) -> Result<Vec<PullEffect>, R::Error> {
        let prefixes = Prefixes::new(under.clone().unwrap_or_else(|| self.interests.iter().cloned().collect()));
        self.under = under;
        self.parts = self.begin(&prefixes, replica).into();
        self.ask_ranges(replica)
    }

    /// Begin to compare what is held under prefixes, and say what that may cost.
    pub(super) fn begin<R: Replica>(&mut self, under: &Prefixes, replica: &R) -> Vec<Part> {
        let mut work = Work::new(usize::MAX);
        let (own, _) = range::items(replica, under, &[], None, &mut work);
        self.work = Work::new(work.spent().max(COMPARING_MIN).saturating_mul(COMPARING_MAX));
        range::begin(&own)
    }

    pub(super) fn ask_ranges<R: Replica>(&mut self, replica: &R) -> Result<Vec<PullEffect>, R::Error> {
        self.rounds = self.rounds.saturating_add(1);
        if self.rounds > ROUNDS_MAX {
            return Ok(self.misbehaved("compares ranges without end"));
        }
        let (mut parts, mut weight) = (Vec::new(), 0_usize);
        while let Some(part) = self.parts.front() {
            weight = weight.saturating_add(part.weight());
            if !parts.is_empty() && (weight > RANGES_BYTES || parts.len() >= RANGES_ASKED) {
                break;
            }
            parts.extend(self.parts.pop_front());
        }
        if parts.is_empty() {
            return self.next(replica);
        }
        self.state = State::Comparing;
        let under = self.under.as_ref().map(|under| under.iter().map(|prefix| ByteBuf::from(prefix.clone())).collect());
        Ok(vec![PullEffect::Send(Request::Ranges { under, ranges: range::pack(parts) })])
    }

    pub(super) fn on_ranges<R: Replica>(&mut self, parts: Vec<Part>, replica: &R) -> Result<Vec<PullEffect>, R::Error> {
        let prefixes = Prefixes::new(self.under.clone().unwrap_or_else(|| self.interests.iter().cloned().collect()));
        for Part { lower, upper, mode } in parts {
            let own = if matches!(mode, Mode::List { .. } | Mode::Fingerprint { .. }) {
                let (own, cut) = range::items(replica, &prefixes, &lower, upper.as_deref(), &mut self.work);
                if cut.is_some() {
                    return Ok(self.misbehaved("lets us compare without end"));
                }
                own
            } else {
                Vec::new()
            };
            match mode {
                Mode::Items { items, .. } => {
                    for item in items {
                        if !prefixes.hold(&item.log.key()) {
                            return Ok(self.misbehaved("sent items outside of what was asked for"));
                        }
                        self.offer(item, replica);
                    }
                }
                Mode::List { digests } => {
                    if !own.iter().map(|(_, digest)| digest).eq(&digests) {
                        let digests = own.iter().map(|(_, digest)| *digest).collect();
                        let part = if own.len() <= range::LIST_MAX {
                            vec![Part { lower: lower.clone(), upper: upper.clone(), mode: Mode::List { digests } }]
                        } else {
                            range::tell(&own, lower.clone(), upper.clone(), range::SPLIT_MAX)
                        };
                        self.parts.extend(part);
                    }
                }
                Mode::Fingerprint { digest } => {
                    if range::fingerprint(&own) != digest {
                        self.parts.extend(range::tell(&own, lower.clone(), upper.clone(), range::SPLIT_MAX));
                    }
                }
                Mode::Skip {} => {}
            }
        }
        if self.parts.len() > PARTS_MAX {
            return Ok(self.misbehaved("lets us compare without end"));
        }
        // In the order of keys, as they travel.
        self.parts.make_contiguous().sort_by(|one, other| one.lower.cmp(&other.lower));
        self.ask_ranges(replica)
    }
}
