//! Who people are, as a closed community knows them: by what is held of their own logs, and by what witnesses in the
//! community say again of these. Nobody outside is asked for them. SPEC.md §7.1, §10.4.
//!
//! An identity's reducer takes acts in any order, and their signatures are whole whoever brings them; so what a witness
//! says counts also before its own author is known.

use super::{IdentityBook, IdentityState, Record};
use crate::{
    entry::RawEntry,
    ids::{EntryId, IdentityId},
    op::Op,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The people of one closed scope.
#[derive(Debug, Clone, Default)]
pub struct Within {
    /// From witnesses alone: bounded by what is stored of the scope.
    heard: BTreeMap<IdentityId, IdentityState>,
    /// The entries that they say.
    said: BTreeSet<EntryId>,
    book: IdentityBook,
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
            // A signature is checked once.
            if self.said.contains(&act.id()) {
                continue;
            }
            if let Some(record) = IdentityState::said_again(act.clone()) {
                self.said.insert(record.id);
                fresh.entry(IdentityId(record.log.scope.container.0)).or_default().push(record);
            }
        }
        let people: BTreeSet<IdentityId> = fresh.keys().copied().collect();
        for (person, records) in fresh {
            self.heard.entry(person).or_insert_with(|| IdentityState::new(person)).apply(records);
            self.met(person, own(person));
        }
        people
    }

    /// Of somebody's own log something else is held now, or nothing.
    pub fn met(&mut self, person: IdentityId, own: Option<&IdentityState>) {
        let state = match (self.heard.get(&person), own) {
            (Some(heard), Some(own)) => heard.joined(own),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => return drop(self.book.remove(&person)),
        };
        self.book.insert(person, Arc::new(state.view().clone()));
    }

    /// What witnesses say of a person.
    #[must_use]
    pub fn heard(&self, person: IdentityId) -> Option<&IdentityState> {
        self.heard.get(&person)
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
