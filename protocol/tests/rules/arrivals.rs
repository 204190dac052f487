//! What arrives folds anew only what it can change. The whole fold is the reference: after each arrival, whatever came
//! before, the view is the one that all records give that are held, folded at once by who held nothing.

mod erasing;

use crate::common::{Desk, Dice, FOIX, Person, book, person, post};
use communaut_protocol::{
    DeviceId, Entry, EntryId, Hash, IdentityId, KeyId, LogId, Scope,
    entry::hash,
    fold::{
        Governance, IdentityBook, IdentityView, ProposalStatus, ProposalView, Record, ScopeState, TEXT, electorate_root,
    },
    geo::Cell,
    limits::CLOSES_MAX,
    op::{
        ActWitnessOp, BallotOp, CarryOp, Choice, CloseOp, EraseOp, FoundingOp, KeepOp, KeyEpochOp, Op, OpenOp,
        ProposalOp, Quorum, Role, RoleOp, SeedOp, VoidOp,
    },
    private::{Class, Keyring, SealedBy},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The founder, a leader, two moderators, two keepers, and two who are strangers unless somebody lets them in.
const PEOPLE: u8 = 8;
const KEEPERS: [u8; 3] = [4, 5, 6];

struct World {
    dice: Dice,
    people: Vec<Person>,
    book: IdentityBook,
    scope: Scope,
    desk: Desk,
    /// As who hears everything sees it.
    state: ScopeState,
    records: Vec<Record>,
    entries: BTreeMap<EntryId, Entry>,
    acts: Vec<EntryId>,
    epochs: Vec<EntryId>,
    ms: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let people: Vec<Person> = (1..=PEOPLE).map(person).collect();
        let mut keepers: Vec<_> = KEEPERS.iter().map(|at| people[usize::from(*at) - 1].id).collect();
        keepers.sort();
        let founding = FoundingOp { owner: people[0].id, seed: vec![5; 16], keepers, agree: 2 };
        let scope = Scope::container(FOIX, founding.container().unwrap());
        let (known, state) = (book(&people), ScopeState::new(scope));
        let mut world = Self {
            dice: Dice(seed),
            people,
            book: known,
            scope,
            desk: Desk::default(),
            state,
            records: Vec::new(),
            entries: BTreeMap::new(),
            acts: Vec::new(),
            epochs: Vec::new(),
            ms: 1,
        };
        world.say(0, &Op::Founding(founding));
        for (at, role) in [(1, Role::Leader), (2, Role::Moderator), (3, Role::Moderator), (4, Role::Member)] {
            world.role(0, at, Some(role));
        }
        (0..50).for_each(|_| world.step());
        world
    }

    fn say(&mut self, by: usize, op: &Op) -> EntryId {
        self.ms += 1;
        let entry = self.desk.write(&self.people[by], self.scope, self.ms, op);
        let mut said: Vec<Record> = Record::all(&entry, &Keyring::default()).into_iter().map(Result::unwrap).collect();
        if op.rule().takes_under() && self.dice.below(2) == 0 {
            said[0].under = self.state.under(self.people[by].id).or_else(|| self.acts.last().copied());
        }
        if matches!(op, Op::Ballot(_) | Op::Proposal(_) | Op::Open(_) | Op::Close(_) | Op::Role(_)) {
            self.entries.insert(entry.id(), entry.clone());
        }
        if !op.acts_named().is_empty() && matches!(op, Op::Role(_) | Op::Erase(_) | Op::Keep(_) | Op::Void(_)) {
            self.acts.push(entry.id());
        }
        self.state.apply(said.clone(), &self.book);
        self.records.extend(said);
        entry.id()
    }

    fn governance(&self) -> Arc<Governance> {
        self.state.view().governance.clone().unwrap()
    }

    /// What somebody refers to: all that is known, or some acts, or also one that nobody holds.
    fn refs(&mut self, by: usize) -> Vec<EntryId> {
        let mut refs = match self.dice.below(3) {
            0 => Vec::from_iter((0..2).filter_map(|_| self.pick(&self.acts.clone()))),
            _ => self.governance().refs(self.people[by].id, None),
        };
        refs.extend((self.dice.below(25) == 0).then_some(EntryId([9; 32])));
        refs.sort();
        refs.dedup();
        refs
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() { None } else { from.get(self.dice.below(from.len())).cloned() }
    }

    fn role(&mut self, by: usize, on: usize, role: Option<Role>) {
        let (refs, person) = (self.refs(by), self.people[on].id);
        self.say(by, &Op::Role(RoleOp { person, role, refs, lowers: false }));
    }

    fn vote(&mut self) -> Option<Arc<ProposalView>> {
        let all = self.governance().proposals.clone();
        let open: Vec<_> = all.iter().filter(|view| view.opening.electorate.is_some()).cloned().collect();
        if self.dice.below(3) == 0 { self.pick(&all) } else { self.pick(&open) }
    }

    fn at(&self, person: communaut_protocol::IdentityId) -> usize {
        self.people.iter().position(|one| one.id == person).unwrap()
    }

    fn step(&mut self) {
        let by = self.dice.below(self.people.len());
        match self.dice.below(19) {
            0 | 1 => {
                let (by, on) = (self.dice.below(4), self.dice.below(self.people.len()));
                let role = [None, Some(Role::Member), Some(Role::Moderator), Some(Role::Leader)][self.dice.below(4)];
                self.role(by, on, role);
            }
            2 => self.ask(by),
            3 => self.open(),
            4..=6 => self.cast(by),
            7 | 8 => self.close(),
            9 => self.erase(),
            10 => {
                let (by, refs) = (self.dice.below(4), self.refs(by));
                let erasures = self.records.iter().filter(|record| matches!(&record.op, Op::Erase(_)));
                let erasures: Vec<EntryId> = erasures.map(|record| record.id).collect();
                if let Some(erasure) = self.pick(&erasures) {
                    self.say(by, &Op::Void(VoidOp { erasure, refs }));
                }
            }
            11 => {
                self.say(by, &post("Bonjour"));
            }
            12 => self.settle(),
            13 | 14 => {
                let follows = Vec::from_iter(self.pick(&self.epochs.clone()));
                let refs = self.refs(by);
                let key = KeyId(hash(&self.ms.to_be_bytes()).0);
                let op = KeyEpochOp { key, follows, refs, outs: vec![], history: false };
                let id = self.say(by, &Op::KeyEpoch(op));
                self.epochs.push(id);
            }
            17 | 18 => self.say_again(by),
            15 => {
                let (device, sealing_key) = (DeviceId([by as u8; 32]), crate::common::sealing(9).public());
                self.say(by, &Op::Seed(SeedOp { device, sealing_key, on: self.ms.is_multiple_of(2) }));
            }
            _ => {
                let (by, refs) = (self.dice.below(4), self.refs(by));
                let posts = self.records.iter().filter(|record| matches!(&record.op, Op::Post(_)));
                let posts: Vec<EntryId> = posts.map(|record| record.id).collect();
                if let Some(kept) = self.pick(&posts) {
                    self.say(by, &Op::Keep(KeepOp { entries: vec![kept], refs }));
                }
            }
        }
    }

    fn ask(&mut self, by: usize) {
        let mut tellers = vec![self.people[by].id, self.people[self.dice.below(4)].id];
        tellers.sort();
        tellers.dedup();
        let agree = 1 + self.dice.below(tellers.len()) as u8;
        let title = "Un four ?".into();
        let text = "Sur la place.".into();
        let op = ProposalOp { title, text, quorum: Quorum(0), tellers, agree, closes_ms: 0, sample: false };
        self.say(by, &Op::Proposal(Box::new(op)));
        self.open();
    }

    fn open(&mut self) {
        let Some(view) = self.governance().proposals.last().cloned() else { return };
        for teller in view.tellers.clone() {
            let by = self.at(teller);
            let refs = if view.opening.refs.is_empty() { self.refs(by) } else { view.opening.refs.clone() };
            let people = self.state.electorate(&refs).unwrap_or_default();
            self.say(by, &Op::Open(OpenOp { proposal: view.id, refs, electorate: electorate_root(&people) }));
        }
    }

    fn cast(&mut self, by: usize) {
        let Some(view) = self.vote() else { return };
        let electorate = view.opening.electorate.unwrap_or(Hash([1; 32]));
        let choice = [Choice::Yes, Choice::No, Choice::Blank][self.dice.below(3)];
        let mine = view.ballots.iter().find(|ballot| ballot.person == self.people[by].id);
        let previous = mine.and_then(|ballot| ballot.tips.first().copied()).filter(|_| self.dice.below(3) > 0);
        self.say(by, &Op::Ballot(BallotOp { proposal: view.id, electorate, choice, previous }));
    }

    fn close(&mut self) {
        let Some(view) = self.vote() else { return };
        let electorate = view.opening.electorate.unwrap_or(Hash([1; 32]));
        let by = if self.dice.below(8) == 0 { 7 } else { self.at(self.people[0].id.max(view.tellers[0])) };
        let by = if view.tellers.contains(&self.people[by].id) { by } else { self.at(view.tellers[0]) };
        let counted = view.ballots.iter().filter(|ballot| ballot.choice.is_some());
        let mut counted: Vec<EntryId> = counted.filter_map(|ballot| ballot.tips.first().copied()).collect();
        counted.truncate(4 + self.dice.below(4));
        let ballots = counted.iter().map(|id| self.entries.get(id).map(Entry::to_raw)).collect();
        let carry = CarryOp { proposal: view.id, ballots, names: vec![] };
        let part = self.say(by, &Op::Carry(Box::new(carry)));
        let mut tally = view.tally;
        tally.no += u32::from(self.dice.below(6) == 0);
        let close = CloseOp { proposal: view.id, electorate, parts: vec![part], tally };
        let times = if self.dice.below(25) == 0 { CLOSES_MAX + 1 } else { 1 };
        for _ in 0..times {
            self.say(by, &Op::Close(Box::new(close.clone())));
        }
    }

    /// A teller says again what their program finds, or anybody says anything.
    fn say_again(&mut self, by: usize) {
        let found = self.state.votes_to_say_again(self.people[by].id);
        let mut ids: BTreeSet<EntryId> = found.into_iter().map(|record| record.id).collect();
        let all: Vec<EntryId> = self.entries.keys().copied().collect();
        ids.extend((0..self.dice.below(3)).filter_map(|_| self.pick(&all)).collect::<Vec<_>>());
        let acts = ids.iter().filter_map(|id| self.entries.get(id)).map(Entry::to_raw).collect();
        self.say(by, &Op::ActWitness(ActWitnessOp { acts }));
    }

    /// What is said again of votes, or other acts, may no longer be in its own log.
    fn displace(&mut self) {
        let again: BTreeSet<EntryId> =
            self.records.iter().filter(|record| record.witness.is_some()).map(|record| record.id).collect();
        let gone: BTreeSet<EntryId> = again.into_iter().filter(|_| self.dice.below(2) == 0).collect();
        self.records.retain(|record| record.witness.is_some() || !gone.contains(&record.id));
    }

    /// Some keepers name one thing, enough of them or not, or more than enough.
    fn settle(&mut self) {
        let keeper = usize::from(KEEPERS[self.dice.below(3)]) - 1;
        let refs = self.governance().refs(self.people[keeper].id, None);
        let Some(op) = self.state.settlement(self.people[keeper].id, &refs) else { return };
        for keeper in KEEPERS {
            if self.dice.below(4) > 0 {
                self.say(usize::from(keeper) - 1, &Op::Settle(op.clone()));
            }
        }
    }

    /// The same in a closed community, where there are keys too.
    fn closed(&self) -> (Scope, Vec<Record>) {
        let scope = Scope { cell: Cell::CLOSED, ..self.scope };
        let close = |record: &Record| {
            let key = if let Op::KeyEpoch(op) = &record.op { op.key } else { KeyId([3; 32]) };
            let sealed = Some(SealedBy { class: Class::Roster, key });
            Record { log: LogId { scope, ..record.log }, sealed, ..record.clone() }
        };
        (scope, self.records.iter().map(close).collect())
    }
}

/// What worlds have come to, so that the test tells of something.
#[derive(Debug, Default)]
struct Seen {
    certified: usize,
    disputed: usize,
    erased: usize,
    moderated: usize,
    voided: usize,
    settled: usize,
    keys: usize,
    spared: usize,
}

/// One after the other in any order, some twice; each time as if all came at once to who held nothing.
fn arrive(scope: Scope, mut rest: Vec<Record>, known: &IdentityBook, dice: &mut Dice, seen: &mut Seen) {
    let (mut held, mut state) = (Vec::new(), ScopeState::new(scope));
    // Half of the time nearly in the order in which it was said.
    let near = if dice.below(2) == 0 { 6 } else { usize::MAX };
    while !rest.is_empty() {
        let came = rest.remove(dice.below(rest.len().min(near)));
        let twice = (dice.below(9) == 0).then(|| came.clone());
        let counted = state.votes_counted();
        let whole_votes = state.view().governance.as_ref().map_or(0, |held| held.proposals.len());
        state.apply([came.clone()].into_iter().chain(twice), known);
        seen.spared += usize::from(state.votes_counted() - counted < whole_votes as u64);
        held.push(came);
        let mut whole = ScopeState::new(scope);
        whole.apply(held.clone(), known);
        assert_eq!(state.view(), whole.view());
        assert_eq!(state.audit(), whole.audit());
        let governance = state.view().governance.as_deref().unwrap();
        let folded = Governance::fold(governance.founder, &held, &state.view().erasures);
        assert_eq!(governance, &folded);
    }
    let view = state.view();
    let governance = view.governance.as_deref().unwrap();
    let of = |status| governance.proposals.iter().filter(|view| view.status == status).count();
    seen.certified += of(ProposalStatus::Accepted) + of(ProposalStatus::Rejected);
    seen.disputed += of(ProposalStatus::Disputed);
    seen.erased += view.erasures.len();
    seen.moderated += view.erasures.iter().filter(|erasure| !erasure.own).count();
    seen.voided += view.erasures.iter().filter(|erasure| erasure.voided.is_some()).count();
    seen.settled += usize::from(governance.settled.is_some());
    seen.keys += usize::from(view.keys.as_deref().is_some_and(|keys| keys.current.is_some()));
}

#[test]
fn each_arrival_gives_what_a_whole_fold_gives() {
    let mut seen = Seen::default();
    for seed in 0..80 {
        let mut world = World::new(seed);
        if seed % 4 == 0 {
            world.displace();
        }
        let (closed, inside) = world.closed();
        let (scope, said, known) = (world.scope, world.records.clone(), world.book.clone());
        arrive(scope, said, &known, &mut world.dice, &mut seen);
        arrive(closed, inside, &known, &mut world.dice, &mut seen);
    }
    let enough = seen.certified > 20 && seen.disputed > 10 && seen.erased > 50 && seen.settled > 20;
    let enough = enough && seen.moderated > 20 && seen.voided > 5;
    assert!(enough && seen.keys > 5 && seen.spared > 1_000, "{seen:?}");
}

/// The same where identities come late, devices were taken out, and some of what these wrote was accepted.
fn arrive_of_devices(scope: Scope, mut rest: Vec<Record>, all: &IdentityBook, dice: &mut Dice) -> (usize, usize) {
    let mut late = all.clone();
    let people: Vec<IdentityId> = all.keys().copied().collect();
    for id in &people[1..] {
        if dice.below(4) == 0 {
            let mut view = IdentityView::clone(&late[id]);
            (view.out, view.devices) = (view.devices, Default::default());
            late.insert(*id, Arc::new(view));
        }
    }
    for record in &mut rest {
        // The same of each copy.
        record.accepted = !late[&record.author].out.is_empty() && record.id.0[0] % 2 == 0;
    }
    let (mut held, mut state, mut known) = (Vec::new(), ScopeState::new(scope), IdentityBook::default());
    let (mut waited, mut voted) = (0, 0);
    while !rest.is_empty() || known.len() < late.len() {
        let next = people.iter().find(|id| !known.contains_key(*id)).filter(|_| rest.is_empty() || dice.below(30) == 0);
        if let Some(id) = next {
            known.insert(*id, late[id].clone());
            assert!(!state.identities_changed(&known).again);
        } else {
            let came = rest.remove(dice.below(rest.len()));
            assert!(!state.apply([came.clone()], &known).again);
            held.push(came);
        }
        waited += usize::from(state.waits());
        let mut whole = ScopeState::new(scope);
        whole.apply(held.clone(), &known);
        assert_eq!(state.view(), whole.view());
        // Of an act that came twice either may be kept.
        let audit = |state: &ScopeState| -> Vec<(EntryId, bool)> {
            state.audit().into_iter().map(|(act, counts)| (act.id, counts)).collect()
        };
        assert_eq!(audit(&state), audit(&whole));
        voted = state.view().governance.as_ref().map_or(0, |held| held.proposals.len());
    }
    (waited, voted)
}

#[test]
fn each_arrival_gives_what_a_whole_fold_gives_whoever_is_known_by_then() {
    let mut seen = (0, 0);
    for seed in 100..140 {
        let mut world = World::new(seed);
        if seed % 4 == 0 {
            world.displace();
        }
        let (closed, inside) = world.closed();
        let (scope, said, known) = (world.scope, world.records.clone(), world.book.clone());
        for (scope, records) in [(scope, said), (closed, inside)] {
            let (waited, voted) = arrive_of_devices(scope, records, &known, &mut world.dice);
            seen = (seen.0 + waited, seen.1 + voted);
        }
    }
    assert!(seen.0 > 1_000 && seen.1 > 20, "{seen:?}");
}

/// SPEC.md §7.5: of a proposal its text can be erased "if it is not sealed". Who asked in a closed community forks
/// their log, so that only a teller says the question again, and takes the reasons from those who voted on them.
#[test]
fn the_text_of_a_sealed_proposal_is_not_erased_where_only_a_teller_says_it_again() {
    let mut world = World::new(1);
    world.ask(0);
    let asked = world.records.iter().rfind(|record| matches!(record.op, Op::Proposal(_))).unwrap().clone();
    let acts = vec![world.entries[&asked.id].to_raw()];
    world.say(0, &Op::ActWitness(ActWitnessOp { acts }));
    let targets = [asked.place().leaf(TEXT)].into();
    world.say(0, &Op::Erase(EraseOp { targets, refs: None, reason: String::new() }));
    let (scope, mut records) = world.closed();
    let text = |records: &[Record]| {
        let mut state = ScopeState::new(scope);
        state.apply(records.iter().cloned(), &world.book);
        let governance = state.view().governance.clone().unwrap();
        governance.proposals.iter().find(|view| view.id == asked.id).unwrap().text.clone()
    };
    assert_eq!(text(&records), "Sur la place.", "where its log is held");
    records.retain(|record| record.id != asked.id || record.witness.is_some());
    assert_eq!(text(&records), "Sur la place.", "where it has been displaced");
}
