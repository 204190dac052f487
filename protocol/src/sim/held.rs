//! What one node of the simulator holds and wants: the [`Host`] of its engine, in memory.

use crate::{
    engine::{Host, Interest, TakenOrNot, strangers::cost},
    entry::{DeviceKey, Entry, HeldEntry, Signed},
    fold::{IdentityState, Record, put_back},
    geo::{Cell, Position},
    ids::{AuthorId, DeviceId, EntryId, Hash, IdentityId},
    log::{NotTaken, Placement},
    op::EntryPlace,
    private::{Arrivals, Draw, Keyring, Only, ProofOf},
    replication::{memory::MemoryReplica, message::Missing, replica::Replica},
    scope::{LogId, Scope},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::Arc,
};

/// A replica with a person who writes.
#[derive(Debug, Clone)]
pub struct Held {
    pub key: DeviceKey,
    pub person: IdentityId,
    pub replica: MemoryReplica,
    /// The cells of the territories followed.
    pub cells: BTreeSet<Cell>,
    /// Own logs, by scope.
    pub epochs: BTreeMap<Scope, u64>,
    /// Keys of the communities to which the person belongs.
    pub ring: Keyring,
    arrivals: Arrivals,
    /// What is known of people.
    people: BTreeMap<IdentityId, IdentityState>,
    /// Bytes of what is held.
    pub bytes: u64,
    /// Whether anything was taken since the last flush.
    pub dirty: bool,
    /// Seeds drawn.
    drawn: u64,
    pub counted: Counted,
}

/// For the report.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counted {
    pub delivered: u64,
    pub forks: u64,
    pub pruned: u64,
    /// Of what liars sent.
    pub refused: u64,
    /// For want of room.
    pub declined: u64,
    /// Before the identity of their author had come.
    pub unproven: u64,
    /// Rounds that caught up.
    pub rounds: u64,
}

impl Held {
    pub fn new(index: usize, key: DeviceKey, person: IdentityId, cells: BTreeSet<Cell>) -> Self {
        let mut instance = [0; 16];
        instance[..8].copy_from_slice(&(index as u64 + 1).to_be_bytes());
        Self {
            key,
            person,
            replica: MemoryReplica::new(instance),
            cells,
            epochs: BTreeMap::from([(Scope::identity(person), 1)]),
            ring: Keyring::default(),
            arrivals: Arrivals::default(),
            people: BTreeMap::new(),
            bytes: 0,
            dirty: false,
            drawn: 0,
            counted: Counted::default(),
        }
    }

    pub fn device(&self) -> DeviceId {
        self.key.id()
    }

    /// The log in which the person writes.
    pub fn log(&self, scope: Scope, epoch: u64) -> LogId {
        let author = self.ring.author_in(&scope, self.person).unwrap_or_default();
        LogId { scope, author, device: self.device(), epoch }
    }

    /// Take an entry of one's own.
    pub fn write(&mut self, entry: &Entry) -> Result<(), NotTaken> {
        self.put(entry.clone().into(), false)
    }

    fn put(&mut self, entry: HeldEntry, begin: bool) -> Result<(), NotTaken> {
        let (log, entry) = (entry.header().log, Arc::new(entry));
        let before = if entry.header().restates_from().is_some() { self.entries_of(&log) } else { Vec::new() };
        let taken = self.replica.take(entry.clone(), begin)?;
        match taken.map(|taken| taken.found) {
            Some(Placement::Restated) => {
                self.counted.pruned += 1;
                let mut run = self.entries_of(&log);
                put_back(&mut run, &before);
                for entry in run {
                    let of = Missing { log, seq: entry.header().seq, id: entry.id() };
                    self.replica.set_body(&of, entry.body().clone());
                }
            }
            Some(Placement::Fork | Placement::Smaller) => self.counted.forks += 1,
            Some(Placement::Chain) | None => {}
        }
        self.dirty = true;
        if entry.header().log.device != self.device() {
            self.counted.delivered += 1;
        }
        self.bytes += cost(entry.header());
        self.note(&entry);
        Ok(())
    }

    fn entries_of(&self, log: &LogId) -> Vec<HeldEntry> {
        let mut found = Vec::new();
        let Ok(()) = Replica::entries(&self.replica, log, 0, u64::MAX, &mut |entry| {
            found.push(entry);
            true
        });
        found
    }

    /// Note where an entry arrived, and what it tells of its author's identity.
    fn note(&mut self, entry: &HeldEntry) {
        let scope = entry.header().log.scope;
        self.arrivals.arrived(scope, self.replica.arrival());
        let read = entry.whole().and_then(|whole| Record::all(&whole, &self.ring).into_iter().flatten().next());
        read.into_iter().for_each(|record| self.learn(record));
    }

    /// What follows from the entries held, read again after a crash.
    pub fn read_again(&mut self) {
        (self.arrivals, self.bytes, self.dirty) = (Arrivals::default(), 0, false);
        self.people = BTreeMap::new();
        let Ok(arrived) = Replica::arrived(&self.replica, 0, usize::MAX);
        for what in arrived {
            self.arrivals.arrived(what.log.scope, what.number);
        }
        let all: Vec<Arc<HeldEntry>> = self.replica.entries().cloned().collect();
        for entry in all {
            self.bytes += cost(entry.header());
            let record = entry.whole().and_then(|whole| Record::all(&whole, &self.ring).into_iter().flatten().next());
            record.into_iter().for_each(|record| self.learn(record));
        }
    }

    /// What an entry tells of its author's identity.
    fn learn(&mut self, record: Record) {
        let author = record.author;
        if record.log.scope.is_identity() {
            self.people.entry(author).or_insert_with(|| IdentityState::new(author)).apply([record]);
        }
    }
}

impl Interest for Held {
    fn followed(&self) -> BTreeSet<Cell> {
        self.cells.clone()
    }
    fn written(&self) -> BTreeSet<Scope> {
        self.epochs.keys().copied().collect()
    }
    fn closed(&self) -> BTreeSet<Scope> {
        self.ring.scopes()
    }
    fn homes(&self) -> Vec<(IdentityId, Position)> {
        Vec::new()
    }
    fn wanted(&self) -> BTreeSet<IdentityId> {
        BTreeSet::new()
    }
}

impl Host for Held {
    type Store = MemoryReplica;

    fn store(&self) -> &MemoryReplica {
        &self.replica
    }
    fn arrivals(&self) -> &Arrivals {
        &self.arrivals
    }
    fn proofs(&self) -> Vec<ProofOf> {
        self.ring.proofs(|_, _, _| true)
    }
    fn proofs_revision(&self) -> u64 {
        0
    }
    fn belonging(&self) -> Only {
        let mut scopes = self.ring.scopes();
        scopes.insert(Scope::identity(self.person));
        Only { scopes, devices: BTreeSet::from([self.device()]) }
    }
    fn erasure(&self, _scope: &Scope, _place: &EntryPlace) -> Option<EntryId> {
        None
    }
    fn header_of(&self, of: &Missing) -> Result<Option<Signed>, Infallible> {
        let absent = self.replica.entry(of).filter(|entry| entry.lacks());
        Ok(absent.map(|entry| entry.signed().clone()))
    }
    fn brought_in_by(&self, author: AuthorId, entries: &[HeldEntry]) -> BTreeSet<DeviceId> {
        let id = IdentityId(author.0);
        let held = self.people.get(&id).cloned().unwrap_or_else(|| IdentityState::new(id));
        held.brought_in_by(entries)
    }
    fn brought_in(&self, author: AuthorId, device: DeviceId) -> bool {
        let person = self.people.get(&IdentityId(author.0));
        person.is_some_and(|person| person.view().brought_in.contains(&device))
    }
    fn take(&mut self, entries: Vec<HeldEntry>, begin: &BTreeSet<LogId>) -> Result<TakenOrNot, Infallible> {
        let mut begin = begin.clone();
        let mut answers = Vec::with_capacity(entries.len());
        for entry in entries {
            let first = begin.remove(&entry.header().log);
            answers.push(self.put(entry, first));
        }
        Ok(answers)
    }
    fn fill(&mut self, entry: HeldEntry) -> Result<(), Infallible> {
        let of = Missing { log: entry.header().log, seq: entry.header().seq, id: entry.id() };
        if let Some(held) = self.replica.entry(&of) {
            let joined = HeldEntry::clone(held).joined(&entry);
            self.replica.set_body(&of, joined.body().clone());
        }
        self.dirty = true;
        Ok(())
    }
    fn caught_up(&mut self) -> Result<(), Infallible> {
        self.counted.rounds += 1;
        Ok(())
    }
    fn refused(&mut self, reason: &str, _detail: &str) {
        match reason {
            "ceiling" | "share" => self.counted.declined += 1,
            "unproven" => self.counted.unproven += 1,
            _ => self.counted.refused += 1,
        }
    }
    fn draw(&mut self) -> Result<Draw, Infallible> {
        self.drawn += 1;
        let seed = [&self.device().0[..], &self.drawn.to_be_bytes()].concat();
        let Hash(seed) = crate::entry::hash(&seed);
        Ok(Draw::new(seed))
    }
}
