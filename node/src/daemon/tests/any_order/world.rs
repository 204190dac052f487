//! A world in which everything is said: every operation, in the open and sealed, with forks, erasures, a restatement,
//! leaves, and what later programs say. The seeds are fixed, so that it is the same in each run.

mod daily;
mod governed;
mod trouble;

use crate::{
    api::Written,
    daemon::{
        desk::{Desk, MONACO, NOW_MS},
        replica::Origin,
    },
    modules::{
        Command, Outcome,
        bookmark::{KeepBookmark, RemoveBookmark},
        claim::{Come, DecideClaims, SetTerms},
        element::{ElementDraft, SaveElement},
        erasure::Erase,
        governance::SetRole,
        identity::SetProfile,
        link::Link,
        post::{PostDraft, React},
        territory::{Area, CreateTerritory},
    },
};
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Position, Scope,
    codec::Raw,
    entry::{HeldEntry, hash},
    op::{
        BlobRef, CorrectionOp, ElementOp, EntryPlace, EraseOp, Every, Field, Kind, LabelOp, LinkKind, LinkState, Op,
        PostOp, Reaction, Repeat, Role, Stub, StubOp, UnknownOp, VouchOp, When,
    },
};
use std::collections::{BTreeMap, btree_map::Entry};

/// Where Ada, Bob, Cleo, Dan, Eve and Zoé stand in [`World::desks`]; their seeds are these too.
const A: usize = 0;
const B: usize = 1;
const C: usize = 2;
const D: usize = 3;
const E: usize = 4;
const Z: usize = 5;
/// Of Zoé, who belongs to all, and by whose keys all is read.
pub const READER: u8 = 5;
/// Another cell than [`MONACO`].
const NICE: Position = Position { lat_e7: 436_900_000, lon_e7: 72_700_000 };
/// Milliseconds of a day.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// All who write, and what was written.
pub struct World {
    /// Of the people, then their other devices.
    pub desks: Vec<Desk>,
    /// Every entry there ever was, whole.
    pub all: BTreeMap<EntryId, HeldEntry>,
}

impl World {
    pub fn written() -> Self {
        let names = ["Ada", "Bob", "Cleo", "Dan", "Eve", "Zoé"];
        let desks = (0..).zip(names).map(|(seed, name)| Desk::seeded(seed).named(name, name == "Dan")).collect();
        let mut world = Self { desks, all: BTreeMap::new() };
        world.meet();
        world.in_the_open();
        world.places_are_asked_for();
        world.lives_together();
        world.govern();
        world.behind_a_door();
        world.devices_come_and_go();
        world.things_move();
        world.forks();
        world.too_many_epochs();
        world.erased_and_restated();
        world.meet();
        world
    }

    /// All hear of all.
    fn meet(&mut self) {
        let mut new = Vec::new();
        for entry in self.desks.iter().flat_map(Desk::entries) {
            if let Entry::Vacant(place) = self.all.entry(entry.id()) {
                place.insert(entry.clone());
                new.push(entry);
            }
        }
        for desk in &mut self.desks {
            desk.core.replica.take(new.clone(), Origin::Elsewhere).unwrap();
        }
    }
    /// The same, and each node does what it does by itself.
    fn tend(&mut self) {
        self.meet();
        self.desks.iter_mut().for_each(|desk| desk.core.replica.tick().unwrap());
        self.meet();
    }

    /// Whose keys open all.
    pub fn reader(&self) -> &Desk {
        &self.desks[Z]
    }
    fn id(&self, who: usize) -> IdentityId {
        self.desks[who].me()
    }
    fn ask(&mut self, who: usize, command: impl Into<Command>) -> Outcome {
        self.desks[who].ask(command).unwrap()
    }
    fn wrote(&mut self, who: usize, command: impl Into<Command>) -> Written {
        match self.ask(who, command) {
            Outcome::Written(written) => written,
            other => panic!("{other:?}"),
        }
    }
    fn entry(&mut self, who: usize, command: impl Into<Command>) -> EntryId {
        self.wrote(who, command).entries[0]
    }
    /// Without a command.
    fn write(&mut self, who: usize, scope: Scope, op: Op) -> EntryId {
        let me = self.id(who);
        self.desks[who].core.replica.write(me, vec![(scope, op)]).unwrap()[0]
    }
    fn make(&mut self, who: usize, draft: ElementDraft) -> ElementId {
        let draft = Box::new(ElementDraft { position: Some(MONACO), ..draft });
        self.wrote(who, SaveElement { id: None, draft }).element.unwrap()
    }
    fn say(&mut self, who: usize, wall: Option<ElementId>, text: &str) -> EntryId {
        let position = wall.is_none().then_some(MONACO);
        self.entry(who, PostDraft { wall, position, text: text.into(), ..PostDraft::default() })
    }
    fn erase(&mut self, who: usize, id: EntryId) {
        self.ask(who, Erase { id: id.to_string(), reason: String::new() });
    }
    fn set_role(&mut self, who: usize, container: ElementId, whom: usize, role: Option<Role>) {
        let person = self.id(whom);
        self.ask(who, SetRole { container, person, role });
    }
    fn named(&self, name: &str) -> ElementId {
        let all = &self.desks[A].core.replica.views.elements();
        all.values().find(|element| element.name == name).unwrap().id
    }
    fn space_of(&self, who: usize, id: ElementId) -> Scope {
        self.desks[who].core.replica.views.elements()[&id].scope
    }

    fn in_the_open(&mut self) {
        let open = Scope::open(MONACO);
        self.ask(A, SetProfile { name: "Ada L.".into(), about: "Au marché le vendredi.".into() });
        let first = self.say(A, None, "Marché demain");
        self.meet();
        let reply = PostDraft { reply_to: Some(first), position: Some(MONACO), text: "J'y serai".into(), ..d() };
        let reply = self.entry(B, reply);
        self.ask(C, React { post: first.to_string(), what: Some(Reaction::Thanks) });
        self.ask(D, React { post: first.to_string(), what: Some(Reaction::Thanks) });
        self.meet();
        self.ask(D, React { post: first.to_string(), what: None });
        let mut after = vec![first, reply];
        after.sort();
        let picture =
            BlobRef { hash: hash(b"lavoir"), size: 1_000, media_type: "image/webp".into(), alt: "Le lavoir".into() };
        let said = post("Et une image", after, vec![picture]);
        self.write(A, open, said);

        let when = When {
            start_ms: NOW_MS as i64,
            end_ms: (NOW_MS + 7_200_000) as i64,
            zone: "Europe/Monaco".into(),
            offset: Some(60),
            whole_days: false,
            repeat: Some(Repeat {
                every: Every::Week,
                interval: 2,
                count: Some(9),
                until: None,
                weekdays: 0,
                except: vec![],
            }),
        };
        let ball =
            self.make(A, ElementDraft { kind: Kind::Event, name: "Bal".into(), when: Some(when.clone()), ..d() });
        let place = self.make(B, ElementDraft { kind: Kind::Place, name: "Lavoir".into(), ..d() });
        let area = Area::Around { centre: MONACO, radius_m: 1_000 };
        self.ask(A, CreateTerritory { name: "Le Rocher".into(), area });
        let stub = Stub {
            id: ball,
            kind: Kind::Event,
            name: "Bal".into(),
            position: MONACO,
            when: Some(when),
            tags: vec![],
            home: MONACO.cell(4),
            origin: None,
        };
        let wide = Scope { cell: MONACO.cell(2), container: ElementId::ZERO };
        for who in [A, B] {
            self.write(who, wide, Op::Stub(StubOp { stub: stub.clone(), expires_ms: NOW_MS + DAY_MS }));
        }
        self.meet();
        self.ask(C, Link::own(place, LinkKind::Follower, LinkState::Accepted));
        self.ask(D, Link::own(ball, LinkKind::Attendee, LinkState::Requested));
        let url = |page: &str| format!("https://example.org/{page}");
        let (title, note) = (String::from("Lavoirs"), String::new());
        for page in ["lavoirs", "fours"] {
            self.ask(B, KeepBookmark { on: place, url: url(page), title: title.clone(), note: note.clone() });
        }
        self.ask(B, RemoveBookmark { on: place, url: url("fours") });
        let (bob, eve) = (self.id(B), self.id(E));
        for (who, withdrawn) in [(A, false), (C, false), (C, true)] {
            self.write(who, open, Op::Label(LabelOp { on: hash(b"something"), label: "spam".into(), withdrawn }));
            self.write(who, open, Op::Vouch(VouchOp { person: eve, withdrawn }));
        }
        let fields = vec![Field::Name("Grand lavoir".into()), Field::Description("À sec l'été.".into())];
        let asked = CorrectionOp { element: place, fields, reason: "J'y habite".into() };
        self.write(E, open, Op::Correction(Box::new(asked)));
        // Of other programs.
        let said = Raw::of(&BTreeMap::from([(0_u8, "demain")])).unwrap();
        let later = |schema| Op::Unknown(Box::new(UnknownOp { schema, version: 1, said: said.clone() }));
        self.write(E, open, later(900));
        self.write(E, Scope::identity(eve), later(8));
        let fields = vec![Field::Name("Four".into()), Field::Unknown(40, Raw::of(&17_u8).unwrap())];
        self.write(B, open, Op::Element(Box::new(ElementOp { owner: bob, seed: vec![9; 16], fields })));
        // Many in one entry.
        for who in [A, C] {
            let owner = self.id(who);
            let element = |seed: u8| {
                let fields = vec![Field::Name(format!("Banc {seed}")), Field::Position(MONACO)];
                (open, Op::Element(Box::new(ElementOp { owner, seed: vec![seed; 16], fields })))
            };
            let ops: Vec<_> = (20..26).map(element).collect();
            let batch = self.desks[who].core.replica.write_batches(owner, ops).unwrap()[0];
            self.meet();
            if who == C {
                let header = self.all[&batch].header();
                let place = EntryPlace::of(&header.log, header.seq, batch);
                let targets = vec![place.leaf(1), place.leaf(4)];
                self.write(C, open, Op::Erase(EraseOp { targets: targets.into(), refs: None, reason: String::new() }));
            }
        }
        self.erase(B, reply);
        self.tend();
    }

    fn places_are_asked_for(&mut self) {
        let resource = self.make(A, ElementDraft { kind: Kind::Place, name: "Atelier".into(), ..d() });
        self.meet();
        self.ask(B, Come::own(resource, 2));
        self.ask(C, Come::own(resource, 1));
        self.meet();
        let (bob, cleo) = (self.id(B), self.id(C));
        let terms =
            SetTerms { resource, capacity: Some(2), exclusive: false, confirmers: vec![cleo], automatic: false };
        self.ask(A, terms.clone());
        self.meet();
        // Both give at once what there is only once.
        self.ask(A, DecideClaims::of(resource, vec![bob], true));
        self.ask(C, DecideClaims::of(resource, vec![cleo], true));
        self.meet();
        self.ask(A, SetTerms { capacity: Some(1), ..terms });
        self.ask(D, Come::own(resource, 1));
        self.ask(C, Come::own(resource, 0));
        self.meet();
    }
}

/// Each log from its beginning.
pub fn deliver_whole(desk: &mut Desk, mut all: Vec<HeldEntry>) {
    all.sort_by_key(|entry| (entry.header().log.key(), entry.header().seq));
    desk.core.replica.take(all, Origin::Elsewhere).unwrap();
}

fn d<T: Default>() -> T {
    T::default()
}

fn post(text: &str, after: Vec<EntryId>, blobs: Vec<BlobRef>) -> Op {
    let (text, position) = (text.to_owned(), Some(MONACO));
    Op::Post(PostOp { text, position, after, blobs, ..PostOp::default() })
}
