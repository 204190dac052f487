//! Who people are, as a closed community knows them: by what is held of their own logs, and by what witnesses in the
//! community say again of these. Nobody outside is asked for them. SPEC.md §7.1, §10.4.
//!
//! An identity's reducer takes acts in any order, and their signatures are whole whoever brings them; so what a witness
//! says counts also before its own author is known.

use super::{IdentityBook, IdentityState, Record};
use crate::{
    entry::{RawEntry, hash},
    ids::{EntryId, Hash, IdentityId},
    op::Op,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The people of one closed scope.
#[derive(Debug, Clone, Default)]
pub struct Within {
    /// From witnesses: bounded by what is stored of the scope.
    heard: BTreeMap<IdentityId, Heard>,
    /// The entries that they say.
    said: BTreeSet<EntryId>,
    /// Whole entries that they say, hashed, and that are none: whoever says them again has nothing looked at again.
    /// Bounded likewise.
    passed_over: BTreeSet<Hash>,
    book: IdentityBook,
}

/// Somebody of whom a witness says something.
#[derive(Debug, Clone)]
struct Heard {
    /// By witnesses alone.
    heard: IdentityState,
    /// By what is held of their own log too, and what that was.
    all: IdentityState,
    own: IdentityState,
}

impl Heard {
    fn new(person: IdentityId) -> Self {
        let none = IdentityState::new(person);
        Self { heard: none.clone(), all: none.clone(), own: none }
    }

    fn hear(&mut self, records: Vec<Record>) {
        let before = self.heard.clone();
        self.heard.apply(records);
        self.all.join(&before, &self.heard);
    }

    /// What is held of the log grows; where it does not, it is taken up anew.
    fn met(&mut self, own: &IdentityState) {
        if !self.all.join(&self.own, own) {
            self.all = self.heard.joined(own);
        }
        self.own = own.clone();
    }
}

impl Within {
    /// With what is held of identity logs, and no witness yet.
    #[must_use]
    pub fn of(book: &IdentityBook) -> Self {
        Self { book: book.clone(), ..Self::default() }
    }

    /// Take the witnesses among records of the scope. Gives whose identity may be another now. `own` is what is held
    /// of somebody's own log.
    pub fn hear<'a>(
        &mut self,
        records: impl IntoIterator<Item = &'a Record>,
        own: impl Fn(IdentityId) -> Option<&'a IdentityState>,
    ) -> BTreeSet<IdentityId> {
        let said = records.into_iter().filter_map(|record| match &record.op {
            Op::Witness(op) => Some(&op.acts),
            _ => None,
        });
        self.hear_acts(said.flatten(), own)
    }

    /// The same, of what witnesses hold.
    pub fn hear_acts<'a>(
        &mut self,
        acts: impl IntoIterator<Item = &'a RawEntry>,
        own: impl Fn(IdentityId) -> Option<&'a IdentityState>,
    ) -> BTreeSet<IdentityId> {
        let mut fresh: BTreeMap<IdentityId, Vec<Record>> = BTreeMap::new();
        for act in acts {
            // A signature is checked once. An id says nothing of whether the rest is as it was signed.
            if self.said.contains(&act.id()) || self.passed_over.contains(&whole(act)) {
                continue;
            }
            if let Some(record) = IdentityState::said_again(act.clone()) {
                self.said.insert(record.id);
                fresh.entry(IdentityId(record.log.scope.container.0)).or_default().push(record);
            } else {
                self.passed_over.insert(whole(act));
            }
        }
        let people: BTreeSet<IdentityId> = fresh.keys().copied().collect();
        for (person, records) in fresh {
            self.heard.entry(person).or_insert_with(|| Heard::new(person)).hear(records);
            self.met(person, own(person));
        }
        people
    }

    /// Of somebody's own log something else is held now, or nothing.
    pub fn met(&mut self, person: IdentityId, own: Option<&IdentityState>) {
        let state = match (self.heard.get_mut(&person), own) {
            (Some(heard), own) => {
                let none = IdentityState::new(person);
                heard.met(own.unwrap_or(&none));
                &heard.all
            }
            (None, Some(own)) => own,
            (None, None) => return drop(self.book.remove(&person)),
        };
        self.book.insert(person, Arc::new(state.view().clone()));
    }

    /// What witnesses say of a person.
    #[must_use]
    pub fn heard(&self, person: IdentityId) -> Option<&IdentityState> {
        self.heard.get(&person).map(|heard| &heard.heard)
    }
    /// Whom witnesses name.
    pub fn people(&self) -> impl Iterator<Item = IdentityId> + '_ {
        self.heard.keys().copied()
    }
    /// Whether a witness says an entry.
    #[must_use]
    pub fn says(&self, entry: EntryId) -> bool {
        self.said.contains(&entry)
    }
    /// Everyone, as the reducer of the scope is to know them.
    #[must_use]
    pub fn book(&self) -> &IdentityBook {
        &self.book
    }
}

/// The hash of all of an entry.
fn whole(act: &RawEntry) -> Hash {
    hash(&[hash(&act.header).0, hash(&act.payload).0].concat())
}
