#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::Views;
use communaut_protocol::{
    ElementId, Entry, Header, IdentityId, LogId, Position, Scope, SealingKey, Stamp,
    entry::{DeviceKey, Head, hash},
    fold::Record,
    op::{ElementOp, Field, Inception, Op, PostOp, TerritoryOp},
};
use std::collections::HashMap;

struct Person {
    key: DeviceKey,
    id: IdentityId,
    heads: HashMap<Scope, Head>,
    ms: u64,
}

impl Person {
    /// A person and the record of their inception.
    fn new(seed: u8) -> (Self, Record) {
        let key = DeviceKey::from_seed(&[seed; 32]);
        let op = Op::Inception(Inception {
            device: key.id(),
            sealing_key: SealingKey([1; 32]),
            recovery: hash(b"recovery"),
            recovery_sealing: SealingKey([2; 32]),
            deciding: None,
        });
        let payload = op.encode([seed; 16]).unwrap();
        let id = IdentityId(hash(&payload).0);
        let mut person = Self { key, id, heads: HashMap::new(), ms: 1_000 };
        let record = person.sign(Scope::identity(id), op.schema(), payload);
        (person, record)
    }
    fn write(&mut self, scope: Scope, op: &Op) -> Record {
        let payload = op.encode([9; 16]).unwrap();
        self.sign(scope, op.schema(), payload)
    }
    fn sign(&mut self, scope: Scope, schema: u16, payload: Vec<u8>) -> Record {
        self.ms += 1;
        let head = self.heads.get(&scope);
        let header = Header::following(
            LogId { scope, author: self.id.into(), device: self.key.id(), epoch: 1 },
            head.copied(),
            Stamp::from_ms(self.ms),
            schema,
        )
        .over(&payload)
        .unwrap();
        let entry = Entry::sign(&self.key, header, payload).unwrap();
        self.heads.insert(scope, Head { seq: entry.header().seq, id: entry.id() });
        Record::of(&entry).unwrap()
    }
    fn element(&mut self, scope: Scope, fields: Vec<Field>) -> Record {
        self.write(scope, &Op::Element(Box::new(ElementOp { owner: self.id, seed: vec![1; 16], fields })))
    }
}

const HERE: Position = Position { lat_e7: 437_300_000, lon_e7: 74_200_000 };
const THERE: Position = Position { lat_e7: 488_500_000, lon_e7: 23_500_000 };

fn named(name: &str, at: Position) -> Vec<Field> {
    vec![Field::Name(name.into()), Field::Position(at), Field::Retracted(false)]
}

#[test]
fn an_element_waits_for_its_authors_identity_and_is_then_reported_once() {
    let (mut ada, inception) = Person::new(1);
    let record = ada.element(Scope::open(HERE), named("Bakery", HERE));
    let mut views = Views::default();
    assert!(views.apply(vec![record]).elements.is_empty());
    assert_eq!(views.pending(), 1);
    let changed = views.apply(vec![inception]).elements;
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].1.as_ref().unwrap().name, "Bakery");
    assert_eq!((views.pending(), views.elements().len()), (0, 1));
}

#[test]
fn a_move_between_cells_keeps_the_id_and_shows_it_once() {
    let (mut ada, inception) = Person::new(1);
    let made = ada.element(Scope::open(HERE), named("Bakery", HERE));
    let gone = ada.element(Scope::open(HERE), vec![Field::Retracted(true)]);
    let moved = ada.element(Scope::open(THERE), named("Bakery", THERE));
    let records = [inception, made, gone, moved];
    // Whatever the order of arrival, it ends the same.
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [0, 3, 1, 2], [1, 3, 0, 2]] {
        let mut views = Views::default();
        for index in order {
            views.apply(vec![records[index].clone()]);
        }
        let shown: Vec<_> = views.elements().values().map(|element| element.position).collect();
        assert_eq!(shown, [Some(THERE)], "order {order:?}");
    }
}

#[test]
fn a_retraction_is_reported_to_the_index() {
    let (mut ada, inception) = Person::new(1);
    let made = ada.element(Scope::open(HERE), named("Bakery", HERE));
    let gone = ada.element(Scope::open(HERE), vec![Field::Retracted(true)]);
    let mut views = Views::default();
    views.apply(vec![inception, made]);
    let changed = views.apply(vec![gone]).elements;
    assert_eq!(changed.len(), 1);
    assert!(changed[0].1.is_none());
    assert!(views.elements().is_empty());
}

#[test]
fn rebuilt_views_have_the_same_digests() {
    let (mut ada, inception) = Person::new(1);
    let post = Op::Post(PostOp {
        wall: Some(ElementId::ZERO),
        text: "hello".into(),
        position: Some(HERE),
        ..PostOp::default()
    });
    let mut records = vec![inception, ada.element(Scope::open(HERE), named("Bakery", HERE))];
    records.push(ada.write(Scope::open(HERE), &post));
    records.push(ada.element(Scope::open(HERE), vec![Field::Name("Bakery Paul".into())]));
    let mut one_by_one = Views::default();
    for record in records.iter().rev() {
        one_by_one.apply(vec![record.clone()]);
    }
    let mut at_once = Views::default();
    at_once.apply(records);
    let digest = |views: &Views| views.scopes().get(&Scope::open(HERE)).unwrap().digest().unwrap();
    assert_eq!(digest(&one_by_one), digest(&at_once));
    assert_eq!(at_once.scopes().get(&Scope::open(HERE)).unwrap().posts.len(), 1);
}

/// Whatever is erased: an element, or a territory, that was said in two scopes is shown as it was said last of what is
/// left.
#[test]
fn what_was_said_last_is_erased_and_what_is_left_elsewhere_shows() {
    let (mut ada, inception) = Person::new(1);
    let (here, there) = (Scope::open(HERE), Scope::open(THERE));
    let territory = |name: &str, centre: Position| {
        let (seed, cells) = (vec![2; 16], vec![centre.cell(5)]);
        Op::Territory(TerritoryOp { seed, name: name.into(), cells, centre })
    };
    let first = [ada.element(here, named("Bakery", HERE)), ada.write(here, &territory("Quarter", HERE))];
    let moved = vec![ada.element(there, named("Bakery", THERE)), ada.write(there, &territory("Old quarter", THERE))];
    let last = vec![ada.element(here, named("Bakery Paul", HERE)), ada.write(here, &territory("New quarter", HERE))];
    let shown = |views: &Views| {
        let name = views.territories().values().next().map(|territory| territory.name.clone());
        (views.elements().values().next().and_then(|element| element.position), name.unwrap_or_default())
    };
    // A first word of the same scope is left, or none.
    for left in [first.to_vec(), vec![]] {
        let mut views = Views::default();
        for records in [vec![inception.clone()], left.clone(), moved.clone(), last.clone()] {
            views.apply(records);
        }
        assert_eq!(shown(&views), (Some(HERE), "New quarter".into()));
        views.refold(here, left);
        assert_eq!(shown(&views), (Some(THERE), "Old quarter".into()));
    }
    // Of one scope alone, the word before.
    let mut views = Views::default();
    for records in [vec![inception], first.to_vec(), last] {
        views.apply(records);
    }
    views.refold(here, first.to_vec());
    assert_eq!(shown(&views), (Some(HERE), "Quarter".into()));
}
