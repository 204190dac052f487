//! What was acknowledged, what was erased, and whether nodes and disks agree with it.

use super::{
    node::{Node, Refused},
    words::Held,
};
use std::collections::BTreeMap;

/// What kind of thing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Post,
    Place,
}

/// How far something must be there, or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its command failed, or was cut off: it may be there or not.
    Maybe,
    /// It was acknowledged.
    There,
    /// An erasure of it failed: it may be there or not.
    MaybeErased,
    /// Its erasure was acknowledged.
    Erased,
}

/// Something written.
#[derive(Debug, Clone)]
pub struct Item {
    pub kind: Kind,
    /// Empty where no answer said it.
    pub id: String,
    /// The text that is shown.
    pub text: String,
    /// The text of an edit that was not acknowledged.
    pub perhaps: Option<String>,
    /// Words of all its versions.
    pub words: Vec<String>,
    /// The node that wrote it.
    pub by: usize,
    pub state: State,
}

/// All that was written in one run.
#[derive(Debug, Default)]
pub struct Ledger {
    pub items: Vec<Item>,
}

/// What a node shows.
struct Shown {
    posts: Vec<(String, String)>,
    places: Vec<(String, String)>,
}

impl Shown {
    fn by(node: &Node) -> Result<Self, Refused> {
        Ok(Self { posts: node.posts()?, places: node.places()? })
    }
    fn of(&self, kind: Kind) -> &[(String, String)] {
        match kind {
            Kind::Post => &self.posts,
            Kind::Place => &self.places,
        }
    }
}

impl Ledger {
    pub fn there(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.state == State::There)
    }
    pub fn erased(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.state == State::Erased)
    }

    /// What of some items a node does not show as it should; nothing where all is well.
    pub fn wrong(&self, node: &Node, which: impl Fn(&Item) -> bool) -> Vec<String> {
        let shown = match Shown::by(node) {
            Ok(shown) => shown,
            Err(why) => return vec![format!("{} does not answer: {why}", node.name)],
        };
        let mut wrong = Vec::new();
        for item in self.items.iter().filter(|item| which(item)) {
            let has = |text: &str| shown.of(item.kind).iter().filter(|(_, shown)| shown == text).collect::<Vec<_>>();
            let mut found = has(&item.text);
            found.extend(item.perhaps.iter().flat_map(|text| has(text)));
            let named = format!("{:?} '{}' of node {}", item.kind, item.text, item.by);
            match (item.state, found.as_slice()) {
                (State::There, []) => wrong.push(format!("{}: lost: {named} ({})", node.name, item.id)),
                (State::There, [one]) if item.id.is_empty() || one.0 == item.id => {}
                (State::There, found) => wrong.push(format!("{}: {named} ({}) is {found:?}", node.name, item.id)),
                (State::Erased, [_, ..]) => wrong.push(format!("{}: shown though erased: {named}", node.name)),
                _ => {}
            }
        }
        wrong
    }

    /// What of the erased is still on a node's disk; and whether what is there is found, or the search would be blind.
    pub fn on_disk(&self, node: &Node) -> Vec<String> {
        let held = Held::in_folder(&node.data());
        let mut wrong = Vec::new();
        for item in self.erased() {
            for word in &item.words {
                if let Some(at) = held.find(word) {
                    wrong.push(format!("{}: readable though erased: '{}' in {at}", node.name, item.text));
                }
            }
        }
        for item in self.there() {
            if item.words.last().is_none_or(|word| held.find(word).is_none()) {
                wrong.push(format!("{}: '{}' is shown and not found in the files", node.name, item.text));
            }
            let term = |word: &String| held.terms.iter().any(|term| term == word);
            if item.kind == Kind::Place && item.perhaps.is_none() && !item.words.last().is_some_and(term) {
                wrong.push(format!("{}: '{}' has no term in the index", node.name, item.text));
            }
        }
        if self.erased().next().is_some() {
            wrong.extend(held.stray.iter().map(|path| format!("{}: left over: {}", node.name, path.display())));
        }
        wrong
    }
}

/// The ids of texts that two nodes show otherwise.
pub fn other_ids(one: &Node, other: &Node) -> Vec<String> {
    let ids = |node: &Node| -> Result<BTreeMap<String, String>, Refused> {
        let shown = Shown::by(node)?;
        Ok(shown.posts.into_iter().chain(shown.places).map(|(id, text)| (text, id)).collect())
    };
    match (ids(one), ids(other)) {
        (Ok(a), Ok(b)) => {
            let differ = a.iter().filter(|(text, id)| b.get(*text).is_some_and(|there| there != *id));
            differ.map(|(text, id)| format!("'{text}' is {id} at {}, not at {}", one.name, other.name)).collect()
        }
        (a, b) => vec![format!("{} or {} does not answer: {:?}", one.name, other.name, a.and(b).err())],
    }
}

/// Forks of its own logs that a node tells of.
pub fn forks(node: &Node) -> Vec<String> {
    match node.status() {
        Ok(status) => {
            let forks = status["store"]["forks"].as_array().cloned().unwrap_or_default();
            forks.iter().map(|fork| format!("{}: a fork of one's own: {fork}", node.name)).collect()
        }
        Err(why) => vec![format!("{} does not answer: {why}", node.name)],
    }
}
