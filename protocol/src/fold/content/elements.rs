//! Elements: a last-writer-wins register for each field.

use super::{Context, Right, links};
use crate::{
    Stamp,
    codec::Raw,
    fold::Record,
    geo::Position,
    ids::{ElementId, EntryId, IdentityId},
    op::{BlobRef, Contact, ElementOp, Field, Instead, Kind, Provenance, When},
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// An element as its entries make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementView {
    /// Its id.
    pub id: ElementId,
    /// Where its entries stand.
    pub scope: Scope,
    /// Who made it.
    pub owner: IdentityId,
    /// With the owner it gives the id; edits repeat it.
    pub seed: [u8; 16],
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// A text.
    pub description: String,
    /// Where it is.
    pub position: Option<Position>,
    /// One line.
    pub address: String,
    /// As written.
    pub phone: String,
    /// As written.
    pub email: String,
    /// A link.
    pub website: String,
    /// As written, mostly in OpenStreetMap's syntax.
    pub opening_hours: String,
    /// Lower-case words.
    pub tags: Vec<String>,
    /// For events.
    pub when: Option<When>,
    /// What it belongs to.
    pub parent: Option<ElementId>,
    /// Where the record came from.
    pub provenance: Option<Provenance>,
    /// Taken back by its owner.
    pub retracted: bool,
    /// Made for a demonstration.
    pub sample: bool,
    /// The latest stamp of any field.
    pub updated: Stamp,
    /// Which entry won each register: (field key, stamp, entry).
    pub registers: Vec<(u8, Stamp, EntryId)>,
    /// Fields won by a value of a kind that is not known here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unknown: BTreeMap<u8, Raw>,
    /// Pictures and files, in the order in which they are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<BlobRef>,
    /// Which kind of organisation, event or place it is: a slug.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subkind: String,
    /// How far a project has come: a slug.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stage: String,
    /// In which languages one is understood there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// More ways to reach it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Of which time of a series it takes the place, whether that counts or not ([`super::ScopeView::instead_of`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Box<InsteadView>>,
    /// JSON of another program that has no place here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub foreign: String,
}

/// Somebody's word that an element takes the place of one time of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsteadView {
    /// Of which time.
    pub said: Instead,
    /// Who says so.
    pub author: IdentityId,
    /// By which right over the series, if that lies in the same scope.
    pub right: Right,
    /// When.
    pub stamp: Stamp,
    /// In which entry.
    pub entry: EntryId,
}

impl ElementView {
    /// Nothing known yet but the id.
    #[must_use]
    pub fn new(scope: Scope, op: &ElementOp) -> Self {
        Self {
            id: op.id(),
            scope,
            owner: op.owner,
            seed: op.seed.as_slice().try_into().unwrap_or_default(),
            kind: Kind::default(),
            name: String::new(),
            description: String::new(),
            position: None,
            address: String::new(),
            phone: String::new(),
            email: String::new(),
            website: String::new(),
            opening_hours: String::new(),
            tags: Vec::new(),
            when: None,
            parent: None,
            provenance: None,
            retracted: false,
            sample: false,
            updated: Stamp::default(),
            registers: Vec::new(),
            unknown: BTreeMap::new(),
            blobs: Vec::new(),
            subkind: String::new(),
            stage: String::new(),
            languages: Vec::new(),
            contacts: Vec::new(),
            instead: None,
            foreign: String::new(),
        }
    }

    /// Whether it is to be shown: named, not taken back, and lying where its scope says. What a
    /// container holds beside its own card may lie elsewhere (an organisation's event in another town).
    #[must_use]
    pub fn is_shown(&self) -> bool {
        let at_home = self.scope.container.is_zero() || self.scope.container == self.id;
        let lies = |at| !at_home || self.scope.cell.holds(at);
        !self.retracted && !self.name.is_empty() && self.position.is_some_and(lies)
    }

    /// Take the fields that win over what is held. Any order gives the same. `right` tells by which right the record
    /// speaks of another element.
    fn apply(&mut self, record: &Record, op: ElementOp, right: impl Fn(ElementId) -> Right) {
        for field in op.fields {
            if !self.wins(field.key(), record) {
                continue;
            }
            if let Field::Instead(said) = field {
                self.unknown.remove(&field.key());
                let (author, stamp, entry) = (record.author, record.stamp, record.id);
                let view = |said: Instead| InsteadView { said, author, right: right(said.series), stamp, entry };
                self.instead = said.map(view).map(Box::new);
            } else {
                self.set(field);
            }
        }
        self.updated = self.updated.max(record.stamp);
    }

    fn wins(&mut self, key: u8, record: &Record) -> bool {
        match self.registers.binary_search_by_key(&key, |(held, ..)| *held) {
            Ok(at) => match self.registers.get_mut(at) {
                Some((_, stamp, id)) if record.order() > (*stamp, *id) => {
                    (*stamp, *id) = record.order();
                    true
                }
                _ => false,
            },
            Err(at) => {
                self.registers.insert(at, (key, record.stamp, record.id));
                true
            }
        }
    }

    fn set(&mut self, field: Field) {
        self.unknown.remove(&field.key());
        match field {
            Field::Kind(kind) => self.kind = kind,
            Field::Name(text) => self.name = text,
            Field::Description(text) => self.description = text,
            Field::Position(position) => self.position = Some(position),
            Field::Address(text) => self.address = text,
            Field::Phone(text) => self.phone = text,
            Field::Email(text) => self.email = text,
            Field::Website(text) => self.website = text,
            Field::OpeningHours(text) => self.opening_hours = text,
            Field::Tags(tags) => self.tags = tags,
            Field::When(when) => self.when = when,
            Field::Parent(parent) => self.parent = parent,
            Field::Provenance(provenance) => self.provenance = provenance,
            Field::Retracted(retracted) => self.retracted = retracted,
            Field::Sample(sample) => self.sample = sample,
            Field::Blobs(blobs) => self.blobs = blobs,
            Field::Subkind(word) => self.subkind = word,
            Field::Stage(word) => self.stage = word,
            Field::Languages(languages) => self.languages = languages,
            Field::Contacts(contacts) => self.contacts = contacts,
            Field::Foreign(text) => self.foreign = text,
            // With who says so, above.
            Field::Instead(_) => {}
            // What stood there before is not what it says now.
            Field::Unknown(key, raw) => {
                self.clear(key);
                self.unknown.insert(key, raw);
            }
        }
    }
}

impl ElementView {
    fn clear(&mut self, key: u8) {
        let Self { kind, position, tags, when, parent, provenance, retracted, sample, blobs, .. } = self;
        match key {
            0 => *kind = Kind::default(),
            1 => self.name.clear(),
            2 => self.description.clear(),
            3 => *position = None,
            4 => self.address.clear(),
            5 => self.phone.clear(),
            6 => self.email.clear(),
            7 => self.website.clear(),
            8 => self.opening_hours.clear(),
            9 => tags.clear(),
            10 => *when = None,
            11 => *parent = None,
            12 => *provenance = None,
            13 => *retracted = false,
            14 => *sample = false,
            15 => blobs.clear(),
            16 => self.subkind.clear(),
            17 => self.stage.clear(),
            18 => self.languages.clear(),
            19 => self.contacts.clear(),
            20 => self.instead = None,
            21 => self.foreign.clear(),
            _ => {}
        }
    }
}

pub(super) fn fold(op: ElementOp, record: &Record, context: &mut Context<'_>) {
    let id = op.id();
    if !Right::of(id, record, context.role).holds(record.author, Some(op.owner)) {
        return;
    }
    let held = context.view.elements.get(&id);
    let fresh = held.is_none();
    let mut view = held.map_or_else(|| ElementView::new(record.log.scope, &op), |held| held.as_ref().clone());
    let role = context.role;
    view.apply(record, op, |id| Right::of(id, record, role));
    context.changes.elements.insert(id);
    context.view.put_element(Arc::new(view));
    if fresh {
        links::of_element(id, context);
    }
}
