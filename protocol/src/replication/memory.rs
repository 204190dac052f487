//! A replica in memory: for the simulator, the tests and whoever carries a few logs.

use super::{
    declined::Declined,
    message::{Digest, Missing},
    prefixes::{Key, Prefixes},
    replica::{Arrived, Replica},
    table::LogTable,
};
use crate::{
    entry::{Body, HeldEntry},
    ids::{AuthorId, EntryId},
    log::{Branch, LogState, MemoryLog, NotTaken, Placement, Taken},
    scope::LogId,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::Arc,
};

/// Logs in memory. Payloads that are said to be erased are taken at their word.
#[derive(Debug, Clone)]
pub struct MemoryReplica {
    instance: Digest,
    logs: BTreeMap<Key, MemoryLog<Arc<HeldEntry>>>,
    /// Their states.
    table: LogTable,
    arrivals: Vec<Arrived>,
    unwanted: BTreeSet<LogId>,
    /// What was declined, for whoever has a policy.
    pub declined: Declined,
}

impl MemoryReplica {
    /// Nothing yet, under a random name.
    #[must_use]
    pub fn new(instance: [u8; 16]) -> Self {
        Self {
            instance: Digest(instance),
            logs: BTreeMap::new(),
            table: LogTable::default(),
            arrivals: Vec::new(),
            unwanted: BTreeSet::new(),
            declined: Declined::default(),
        }
    }
    /// Ask for no entry of a log from now on.
    pub fn decline(&mut self, log: LogId) {
        self.unwanted.insert(log);
    }
    /// Take an entry into its log, or begin the log with it.
    pub fn take(&mut self, entry: impl Into<Arc<HeldEntry>>, begin: bool) -> Result<Option<Taken>, NotTaken> {
        let entry = entry.into();
        let (log, seq) = (entry.header().log, entry.header().seq);
        let held = self.logs.entry(log.key()).or_default();
        let taken = if begin && held.state().is_none() {
            if held.begin(entry) { Ok(None) } else { Err(NotTaken::Gap { from: 0 }) }
        } else {
            held.take(entry).map(Some)
        };
        if let Some(state) = held.state() {
            self.table.insert(log.key(), *state);
            self.table.settle();
        } else {
            self.logs.remove(&log.key());
        }
        if let Ok(taken) = &taken {
            let restated = taken.filter(|taken| taken.found == Placement::Restated);
            let seq = restated.map_or(seq, |taken| taken.state.floor);
            let number = self.arrival().saturating_add(1);
            self.arrivals.push(Arrived { number, log, from: seq });
        }
        taken
    }
    /// All entries.
    pub fn entries(&self) -> impl Iterator<Item = &Arc<HeldEntry>> {
        self.logs.values().flat_map(MemoryLog::entries)
    }
    /// All logs.
    pub fn logs(&self) -> impl Iterator<Item = &MemoryLog<Arc<HeldEntry>>> {
        self.logs.values()
    }
    /// The entry at a place.
    #[must_use]
    pub fn entry(&self, at: &Missing) -> Option<&Arc<HeldEntry>> {
        let log = self.logs.get(&at.log.key())?;
        let on = |branch| log.get(branch, at.seq).filter(|entry| entry.id() == at.id);
        on(Branch::First).or_else(|| on(Branch::Second))
    }
    /// Say what is held of a payload from now on.
    pub fn set_body(&mut self, of: &Missing, body: Body) {
        if let Some(log) = self.logs.get_mut(&of.log.key()) {
            log.replace(of.seq, of.id, |entry| Some(Arc::new(HeldEntry::clone(entry).with_body(body))));
        }
    }
    /// Every log with what is held of it.
    pub fn states(&self) -> impl Iterator<Item = (LogId, LogState)> {
        self.logs.iter().filter_map(|(key, log)| Some((LogId::from_key(key).ok()?, *log.state()?)))
    }
}

impl Replica for MemoryReplica {
    type Error = Infallible;

    fn instance(&self) -> Digest {
        self.instance
    }
    fn arrival(&self) -> u64 {
        self.arrivals.last().map_or(0, |last| last.number)
    }
    fn state(&self, log: &LogId) -> Option<LogState> {
        self.logs.get(&log.key())?.state().copied()
    }
    fn identity(&self, author: &AuthorId) -> Digest {
        self.table.identity(author)
    }
    fn writes_under(&self, author: &AuthorId, under: &Prefixes) -> bool {
        self.table.writes_under(author, under)
    }
    fn each(&self, lower: &[u8], upper: Option<&[u8]>, each: &mut dyn FnMut(LogId, &LogState) -> bool) {
        let mut from = [0; crate::scope::LOG_KEY_LEN];
        from.iter_mut().zip(lower).for_each(|(to, byte)| *to = *byte);
        for (key, state) in self.table.range(from..) {
            if upper.is_some_and(|upper| key.as_slice() >= upper) {
                return;
            }
            if let Ok(id) = LogId::from_key(key)
                && !each(id, state)
            {
                return;
            }
        }
    }
    fn holds(&self, log: &LogId, seq: u64, id: EntryId) -> Result<bool, Infallible> {
        let held = self.logs.get(&log.key());
        let at = |branch| held.and_then(|log| log.get(branch, seq)).is_some_and(|entry| entry.id() == id);
        Ok(at(Branch::First) || at(Branch::Second))
    }
    fn arrived(&self, since: u64, max: usize) -> Result<Vec<Arrived>, Infallible> {
        let from = self.arrivals.partition_point(|what| what.number <= since);
        Ok(self.arrivals.iter().skip(from).take(max).copied().collect())
    }
    fn entries(
        &self,
        log: &LogId,
        from: u64,
        to: u64,
        each: &mut dyn FnMut(HeldEntry) -> bool,
    ) -> Result<(), Infallible> {
        let Some(log) = self.logs.get(&log.key()) else { return Ok(()) };
        let mut found: Vec<(u64, Branch, &Arc<HeldEntry>)> = [Branch::First, Branch::Second]
            .into_iter()
            .flat_map(|branch| log.branch(branch).map(move |(seq, entry)| (seq, branch, entry)))
            .filter(|(seq, ..)| (from..=to).contains(seq))
            .collect();
        found.sort_by_key(|(seq, branch, _)| (*seq, *branch));
        for (.., entry) in found {
            if !each(HeldEntry::clone(entry)) {
                break;
            }
        }
        Ok(())
    }
    fn payload(&self, of: &Missing) -> Result<Body, Infallible> {
        Ok(self.entry(of).map_or(Body::Absent, |entry| entry.body().clone()))
    }
    fn incomplete(&self, after: Option<&LogId>, each: &mut dyn FnMut(LogId) -> bool) {
        self.table.incomplete(after).all(each);
    }
    fn missing(&self, after: Option<&Missing>, max: usize) -> Result<Vec<Missing>, Infallible> {
        let absent = self.entries().filter(|entry| entry.lacks());
        let missing = absent.map(|entry| Missing { log: entry.header().log, seq: entry.header().seq, id: entry.id() });
        let place = |of: &Missing| (of.log.key(), of.seq, of.id);
        let behind = |of: &Missing| after.is_none_or(|after| place(of) > place(after));
        let mut missing: Vec<Missing> = missing.filter(behind).collect();
        missing.sort_by_key(place);
        missing.truncate(max);
        Ok(missing)
    }
    fn declined(&self) -> Option<&Declined> {
        Some(&self.declined)
    }
    fn declines(&self, log: &LogId) -> bool {
        self.unwanted.contains(log)
    }
}
