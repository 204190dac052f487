#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod damage;
mod facets;
mod filters;
mod hard;
mod held;
mod kinds;
mod order;
mod pending;
mod plain;
mod wishes;
mod words;

use super::*;
use crate::modules::search::{Ahead, Along, Found, How, Near, Query, Why};
use communaut_protocol::{
    Cell, IdentityId, Position, Scope,
    op::{ElementOp, Kind, When},
};

/// An element to be made; `n` gives its id.
#[derive(Debug, Clone)]
struct Card {
    n: u32,
    kind: Kind,
    name: &'static str,
    description: &'static str,
    address: &'static str,
    tags: &'static [&'static str],
    at: (f64, f64),
    when: Option<(i64, i64)>,
}

fn card(n: u32, name: &'static str) -> Card {
    Card { n, kind: Kind::Place, name, description: "", address: "", tags: &[], at: (45.76, 4.83), when: None }
}

impl Card {
    fn view(&self) -> ElementView {
        let seed: [u8; 16] = (u128::from(self.n) + 1).to_be_bytes();
        let op = ElementOp { owner: IdentityId([7; 32]), seed: seed.to_vec(), fields: vec![] };
        let position = Position::from_degrees(self.at.0, self.at.1).unwrap();
        let mut view = ElementView::new(Scope::open(position), &op);
        view.kind = self.kind;
        view.name = self.name.into();
        view.description = self.description.into();
        view.address = self.address.into();
        view.tags = self.tags.iter().map(|tag| (*tag).to_owned()).collect();
        view.position = Some(position);
        view.when = self.when.map(|(start_ms, end_ms)| When {
            start_ms,
            end_ms,
            zone: "Europe/Paris".into(),
            offset: None,
            whole_days: false,
            repeat: None,
        });
        view
    }
}

/// An index in a folder of its own, with the elements that it was given.
struct World {
    folder: tempfile::TempDir,
    index: SearchIndex,
    elements: OrdMap<ElementId, Arc<ElementView>>,
    arrival: u64,
}

impl World {
    fn new(cards: &[Card]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut index = SearchIndex::open(folder.path()).unwrap();
        index.load(&OrdMap::new(), 0);
        let mut world = Self { folder, index, elements: OrdMap::new(), arrival: 0 };
        world.put(cards);
        world
    }
    fn change(&mut self, changed: Vec<(ElementId, Option<Arc<ElementView>>)>) {
        for (id, view) in &changed {
            match view {
                Some(view) => self.elements.insert(*id, view.clone()),
                None => self.elements.remove(id),
            };
        }
        self.arrival += 1;
        self.index.apply(&changed);
        self.index.commit(self.arrival);
    }
    fn put(&mut self, cards: &[Card]) {
        self.change(cards.iter().map(|card| card.view()).map(|view| (view.id, Some(Arc::new(view)))).collect());
    }
    fn take_back(&mut self, card: &Card) {
        self.change(vec![(card.view().id, None)]);
    }
    fn search(&self, query: &Query) -> Found {
        self.index.searcher().search(&self.elements, None, query)
    }
    /// The names found for a text, best first.
    fn names(&self, text: &str) -> Vec<String> {
        names(&self.search(&Query { text: text.into(), ..Query::default() }))
    }
    /// Close and open again.
    fn again(mut self) -> Self {
        drop(self.index);
        self.index = SearchIndex::open(self.folder.path()).unwrap();
        self
    }
    /// The same elements in an index that never held anything else.
    fn anew(&self) -> Self {
        let mut world = Self::new(&[]);
        world.elements = self.elements.clone();
        world.index.load(&world.elements, 1);
        world
    }
}

fn names(found: &Found) -> Vec<String> {
    found.hits.iter().map(|hit| hit.element.name.clone()).collect()
}
