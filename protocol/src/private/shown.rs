//! What of a replica a peer is shown: as if what it may not know of had never been stored. SPEC.md §10.5.

use super::proof::Access;
use crate::{
    entry::{Body, HeldEntry},
    ids::{AuthorId, DeviceId, EntryId},
    log::LogState,
    replication::{
        declined::Declined,
        message::{Digest, Missing, digest_of},
        prefixes::Prefixes,
        replica::{Arrived, Replica},
    },
    scope::{LogId, Scope},
};
use std::collections::{BTreeMap, BTreeSet};

/// Arrivals asked of the replica at a time, when what it has is mostly hidden.
const ARRIVALS_STEP: usize = 1_024;

/// The numbers of arrivals in scopes that some peers may not know of, so that others do not see gaps where they were.
#[derive(Debug, Clone, Default)]
pub struct Arrivals(BTreeMap<Scope, Vec<u64>>);

impl Arrivals {
    /// Something has arrived, under a number above all before. Only closed scopes are remembered.
    pub fn arrived(&mut self, scope: Scope, number: u64) {
        if scope.is_closed() {
            self.0.entry(scope).or_default().push(number);
        }
    }
}

/// What is taken where there is no room for strangers: what the user writes elsewhere, and what they belong to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// All logs of these scopes.
    pub scopes: BTreeSet<Scope>,
    /// The logs of these devices in every scope.
    pub devices: BTreeSet<DeviceId>,
}

impl Only {
    /// Whether a log is taken.
    #[must_use]
    pub fn takes(&self, log: &LogId) -> bool {
        self.scopes.contains(&log.scope) || self.devices.contains(&log.device)
    }
}

/// A replica as one peer may see it.
#[derive(Debug)]
pub struct Shown<'a, R> {
    replica: &'a R,
    access: &'a Access,
    /// Arrivals of the scopes that the peer may not know of.
    gaps: Vec<&'a [u64]>,
    /// Where there is no room for more.
    only: Option<&'a Only>,
    /// What was declined: no logs of closed communities, so that they may be named to everybody.
    declined: Option<&'a Declined>,
}

impl<'a, R: Replica> Shown<'a, R> {
    /// What a peer with this access sees.
    #[must_use]
    pub fn new(replica: &'a R, access: &'a Access, arrivals: &'a Arrivals) -> Self {
        let gaps = arrivals.0.iter().filter(|(scope, _)| !access.offers(scope));
        let gaps = gaps.map(|(_, numbers)| numbers.as_slice()).collect();
        Self { replica, access, gaps, only: None, declined: None }
    }

    /// The same, of which nothing is wanted but some: other logs are declined.
    #[must_use]
    pub fn taking_only(self, only: Option<&'a Only>) -> Self {
        Self { only, ..self }
    }

    /// The same, beside what was declined.
    #[must_use]
    pub fn beside(self, declined: &'a Declined) -> Self {
        Self { declined: Some(declined), ..self }
    }

    /// Whether a scope may be named to the peer.
    #[must_use]
    pub fn may_name(&self, scope: &Scope) -> bool {
        self.access.offers(scope)
    }

    fn offers(&self, log: &LogId) -> bool {
        self.may_name(&log.scope)
    }

    /// A number as the peer counts: without what is hidden.
    fn shown(&self, number: u64) -> u64 {
        let before = |numbers: &&[u64]| numbers.partition_point(|at| *at <= number);
        let gaps: usize = self.gaps.iter().map(before).fold(0, usize::saturating_add);
        number.saturating_sub(u64::try_from(gaps).unwrap_or(u64::MAX))
    }

    /// The greatest number of the replica that the peer counts as this one.
    fn real(&self, shown: u64) -> u64 {
        let (mut low, mut high) = (shown, self.replica.arrival().max(shown));
        while low < high {
            // The upper middle, so that the greatest of equal ones is found.
            let middle = high.saturating_sub(high.saturating_sub(low) >> 1);
            if self.shown(middle) <= shown {
                low = middle;
            } else {
                high = middle.saturating_sub(1);
            }
        }
        low
    }
}

impl<R: Replica> Replica for Shown<'_, R> {
    type Error = R::Error;

    /// Another one for each access: the same number then always means the same.
    fn instance(&self) -> Digest {
        let instance = self.replica.instance();
        if self.access.closed().next().is_none() {
            return instance;
        }
        let mut hasher = blake3::Hasher::new_derive_key("communaut 2026 shown instance");
        hasher.update(&instance.0);
        for scope in self.access.closed() {
            hasher.update(&scope.key());
        }
        digest_of(hasher.finalize())
    }
    fn arrival(&self) -> u64 {
        self.shown(self.replica.arrival())
    }
    fn state(&self, log: &LogId) -> Option<LogState> {
        self.replica.state(log).filter(|_| self.offers(log))
    }
    fn identity(&self, author: &AuthorId) -> Digest {
        self.replica.identity(author)
    }
    fn writes_under(&self, author: &AuthorId, under: &Prefixes) -> bool {
        self.replica.writes_under(author, under)
    }
    fn each(&self, lower: &[u8], upper: Option<&[u8]>, each: &mut dyn FnMut(LogId, &LogState) -> bool) {
        self.replica.each(lower, upper, &mut |log, state| !self.offers(&log) || each(log, state));
    }
    fn holds(&self, log: &LogId, seq: u64, id: EntryId) -> Result<bool, R::Error> {
        Ok(self.offers(log) && self.replica.holds(log, seq, id)?)
    }
    fn arrived(&self, since: u64, max: usize) -> Result<Vec<Arrived>, R::Error> {
        let mut found = Vec::new();
        let mut since = self.real(since);
        loop {
            let step = self.replica.arrived(since, ARRIVALS_STEP)?;
            let Some(last) = step.last() else { break };
            since = last.number;
            let room = max.saturating_sub(found.len());
            let shown = step.into_iter().filter(|what| self.offers(&what.log));
            found.extend(shown.map(|what| Arrived { number: self.shown(what.number), ..what }).take(room));
            if found.len() >= max {
                break;
            }
        }
        Ok(found)
    }
    fn entries(
        &self,
        log: &LogId,
        from: u64,
        to: u64,
        each: &mut dyn FnMut(HeldEntry) -> bool,
    ) -> Result<(), R::Error> {
        if self.offers(log) { self.replica.entries(log, from, to, each) } else { Ok(()) }
    }
    fn payload(&self, of: &Missing) -> Result<Body, R::Error> {
        if self.offers(&of.log) { self.replica.payload(of) } else { Ok(Body::Absent) }
    }
    fn incomplete(&self, after: Option<&LogId>, each: &mut dyn FnMut(LogId) -> bool) {
        self.replica.incomplete(after, &mut |log| !self.offers(&log) || each(log));
    }
    fn missing(&self, after: Option<&Missing>, max: usize) -> Result<Vec<Missing>, R::Error> {
        let mut ask = max;
        loop {
            let mut missing = self.replica.missing(after, ask)?;
            let all = missing.len() < ask;
            missing.retain(|of| self.offers(&of.log));
            missing.truncate(max);
            if all || missing.len() >= max || ask == usize::MAX {
                return Ok(missing);
            }
            ask = ask.saturating_mul(4).max(1);
        }
    }
    fn declined(&self) -> Option<&Declined> {
        self.declined
    }
    fn declines(&self, log: &LogId) -> bool {
        !self.offers(log) || self.only.is_some_and(|only| !only.takes(log)) || self.replica.declines(log)
    }
}
