//! Elements: a last-writer-wins register for each field.

use super::{Context, links};
use crate::{
    Stamp,
    codec::Raw,
    fold::Record,
    geo::Position,
    ids::{ElementId, EntryId, IdentityId},
    op::{BlobRef, ElementOp, Field, Kind, Provenance, Role, When},
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

    /// Take the fields that win over what is held. Any order gives the same.
    pub fn apply(&mut self, record: &Record, op: ElementOp) {
        for field in op.fields {
            if self.wins(field.key(), record) {
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
            _ => {}
        }
    }
}

pub(super) fn fold(op: ElementOp, record: &Record, context: &mut Context<'_>) {
    let id = op.id();
    if !may_edit(id, op.owner, record, context.role) {
        return;
    }
    let held = context.view.elements.get(&id);
    let fresh = held.is_none();
    let mut view = held.map_or_else(|| ElementView::new(record.log.scope, &op), |held| held.as_ref().clone());
    view.apply(record, op);
    context.changes.elements.insert(id);
    context.view.elements.insert(id, Arc::new(view));
    if fresh {
        links::of_element(id, context);
    }
}

/// SPEC.md §7.2: in the open cell the owner; in a container by role.
fn may_edit(id: ElementId, owner: IdentityId, record: &Record, role: Option<Role>) -> bool {
    let own = record.author == owner;
    if record.container.is_zero() {
        return own;
    }
    if id == record.container {
        return own || role >= Some(Role::Moderator);
    }
    (own && role >= Some(Role::Contributor)) || role >= Some(Role::Moderator)
}
