//! A closed community, as its members' nodes would keep it.
#![allow(dead_code, reason = "each test binary uses its part")]

use crate::common::{Desk, FOIX, Person, book, element, person, role_op};
use communaut_protocol::{
    DeviceKey, ElementId, Entry, EntryId, KeyId, LogId, Scope, SealingKey, Stamp,
    fold::{IdentityBook, KeysView, Record, ScopeState},
    op::{KeyEpochOp, Op, PostOp, Role, WrapsOp},
    private::{
        Class, Community, CommunitySecret, Draw, Item, Keyring, ReadKey, Under,
        wrap::{chunks, unwrap, wrap},
    },
};
use std::collections::{BTreeMap, BTreeSet};

pub use crate::common::sealing;

pub fn draw(number: u64) -> Draw {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    Draw::new(seed)
}

pub fn text(text: &str) -> Op {
    Op::Post(PostOp { text: text.into(), ..PostOp::default() })
}

/// A person with a node of their own.
#[derive(Clone)]
pub struct Node {
    pub number: u8,
    pub person: Person,
    pub ring: Keyring,
}

impl Node {
    pub fn new(number: u8) -> Self {
        Self { number, person: person(number), ring: Keyring::default() }
    }
    /// Their log in a scope, in epoch 1.
    pub fn log(&self, scope: Scope) -> LogId {
        let author = self.ring.author_in(&scope, self.person.id).unwrap_or_default();
        LogId { author, ..self.person.log(scope) }
    }
    /// Take what is wrapped for this node's device, of entries that come with their scope.
    pub fn take(&mut self, entry: &Entry) {
        let Op::Wraps(op) = Op::decode(entry.header().schema, 1, entry.payload()).unwrap() else { panic!("not wraps") };
        let log = entry.header().log;
        if let Some(items) = unwrap(entry.header(), &op, &sealing(self.number)).unwrap() {
            let taken = self.ring.take(&log.scope, log.device, items);
            taken.invitations.into_iter().for_each(|community| assert!(self.ring.join(community)));
        }
    }
    /// What this node can read of entries.
    pub fn read(&self, entries: &[Entry]) -> Vec<Record> {
        entries.iter().filter_map(|entry| Record::open(entry, &self.ring).ok()).collect()
    }
    /// What entries add up to here.
    pub fn state(&self, scope: Scope, entries: &[Entry]) -> ScopeState {
        let mut state = ScopeState::new(scope);
        state.apply(self.read(entries), &everyone());
        state
    }
    pub fn keys(&self, scope: Scope, entries: &[Entry]) -> KeysView {
        self.state(scope, entries).view().keys.as_deref().cloned().unwrap_or_default()
    }
    pub fn posts(&self, scope: Scope, entries: &[Entry]) -> Vec<String> {
        self.state(scope, entries).view().posts.values().map(|post| post.text.clone()).collect()
    }
}

/// All whom the tests know.
pub fn everyone() -> IdentityBook {
    let people: Vec<Person> = (1..=9).map(person).collect();
    book(&people)
}

/// The community with all that was written in it. Person 1 founded it.
#[derive(Clone)]
pub struct Den {
    pub community: Community,
    pub scope: Scope,
    pub desk: Desk,
    /// Sealed, in the closed scope.
    pub entries: Vec<Entry>,
    /// In the scope of keys.
    pub wraps: Vec<Entry>,
    pub count: u64,
}

impl Den {
    /// Founded, with a first key.
    pub fn new(founder: &mut Node) -> Self {
        let card = element(founder.person.id, 9, "Les Veilleurs", FOIX);
        let community = Community { id: card.id(), secret: CommunitySecret::from_bytes([0x77; 32]) };
        assert!(founder.ring.join(community.clone()));
        let scope = community.scope();
        let mut den = Self { community, scope, desk: Desk::default(), entries: vec![], wraps: vec![], count: 0 };
        let key = den.rotate(founder, 1, &[], &BTreeSet::new());
        den.say(founder, 2, key, &Op::Element(Box::new(card)));
        den
    }

    pub fn draw(&mut self) -> Draw {
        self.count += 1;
        draw(self.count)
    }

    /// Write sealed under an epoch.
    pub fn say(&mut self, by: &Node, ms: u64, epoch: KeyId, op: &Op) -> EntryId {
        let mut draw = self.draw();
        let place = self.desk.place(by.log(self.scope), ms, op);
        let (header, payload) = by.ring.seal(place, Under::Epoch(epoch), by.person.id, op, &mut draw).unwrap();
        let entry = self.desk.sign(&by.person.key, header, payload);
        self.entries.push(entry.clone());
        entry.id()
    }

    /// Hand keys to the devices of people.
    pub fn give(&mut self, by: &Node, ms: u64, items: &[Item], to: &[u8]) -> Vec<Entry> {
        let scope = self.community.key_scope();
        let receivers = to.iter().map(|number| sealing(*number).public());
        let entries = give(&mut self.desk, &mut draw(1_000 + self.count), by, scope, ms, items, receivers);
        self.count += 1;
        self.wraps.extend(entries.clone());
        entries
    }

    /// A new key, made by `by` for the devices of `to`, knowing of the roles that `by` can read.
    pub fn rotate(
        &mut self,
        by: &mut Node,
        ms: u64,
        to: &[u8],
        outs: &BTreeSet<communaut_protocol::DeviceId>,
    ) -> KeyId {
        let tips = by.keys(self.scope, &self.entries).tips;
        self.rotate_after(by, ms, to, outs, tips)
    }

    /// The same, following some key epochs.
    pub fn rotate_after(
        &mut self,
        by: &mut Node,
        ms: u64,
        to: &[u8],
        outs: &BTreeSet<communaut_protocol::DeviceId>,
        follows: Vec<EntryId>,
    ) -> KeyId {
        let read = ReadKey::from_bytes(self.draw().bytes());
        assert!(by.ring.add_read(&self.scope, read.clone(), by.person.key.id()));
        let state = by.state(self.scope, &self.entries);
        let refs = state.view().governance.as_deref().map(|held| held.refs(by.person.id, None)).unwrap_or_default();
        let op = KeyEpochOp { key: read.id(), follows, refs, outs: outs.iter().copied().collect(), history: true };
        self.say(by, ms, read.id(), &Op::KeyEpoch(op));
        self.give(by, ms, &[Item::Read(read.clone())], to);
        read.id()
    }

    /// Give or take a role.
    pub fn role(&mut self, by: &Node, ms: u64, epoch: KeyId, to: &Person, role: Option<Role>) -> EntryId {
        let state = by.state(self.scope, &self.entries);
        let held = state.view().governance.clone();
        let refs = held.map(|held| held.refs(by.person.id, Some(to.id))).unwrap_or_default();
        self.say(by, ms, epoch, &role_op(to, role, &refs))
    }

    /// Admit somebody: the role, the way in, and the keys.
    pub fn admit(&mut self, by: &Node, ms: u64, epoch: KeyId, newcomer: &mut Node, history: bool) {
        self.role(by, ms, epoch, &newcomer.person, Some(Role::Member));
        let invite = Item::Community { id: self.community.id, secret: self.community.secret.clone() };
        let home = Scope::container(FOIX, by.person.id.into());
        let to = [sealing(newcomer.number).public()];
        let mut draw = self.draw();
        for entry in give(&mut self.desk, &mut draw, by, home, ms, &[invite], to) {
            newcomer.take(&entry);
        }
        for items in by.ring.share(&self.scope, &BTreeSet::from([epoch]), history, 2) {
            for entry in self.give(by, ms, &items, &[newcomer.number]) {
                newcomer.take(&entry);
            }
        }
    }
}

/// Write wraps for devices.
pub fn give(
    desk: &mut Desk,
    draw: &mut Draw,
    by: &Node,
    scope: Scope,
    ms: u64,
    items: &[Item],
    to: impl IntoIterator<Item = SealingKey>,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let sample = Op::Wraps(Box::new(WrapsOp { finder: SealingKey::ZERO, bundle: vec![], wraps: vec![] }));
    for chunk in chunks(to).unwrap() {
        let place = desk.place(by.log(scope), ms, &sample);
        let op = Op::Wraps(Box::new(wrap(&place, items, &chunk, draw).unwrap()));
        let payload = op.encode(draw.bytes()).unwrap();
        entries.push(desk.sign(&by.person.key, place, payload));
    }
    entries
}

/// Every key that a keyring holds, tried one by one on an entry: what a removed member would do.
pub fn tries(ring: &Keyring, scope: &Scope, epochs: &BTreeSet<KeyId>, entry: &Entry) -> usize {
    let sealed = communaut_protocol::private::seal::Sealed::decode(entry.payload()).unwrap();
    let keys = epochs.iter().flat_map(|epoch| {
        [Class::Roster, Class::Content].into_iter().filter_map(|class| ring.seal_key(scope, *epoch, class))
    });
    keys.filter(|key| sealed.is_under(key) || sealed.open(key, entry.header()).is_ok()).count()
}

pub fn device(number: u8) -> DeviceKey {
    person(number).key
}

pub fn stamp(ms: u64) -> Stamp {
    Stamp::from_ms(ms)
}

pub fn no_element() -> ElementId {
    ElementId::ZERO
}

pub fn by_name(nodes: &[&Node]) -> BTreeMap<u8, Person> {
    nodes.iter().map(|node| (node.number, node.person.clone())).collect()
}
