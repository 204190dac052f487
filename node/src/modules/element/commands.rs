//! Making and editing elements.

use super::{
    ElementDraft, Retract, SaveElement,
    fields::{of_draft, only_changed, only_said},
    may_write,
};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    modules::Written,
    vocabulary::{self, WordList},
};
use communaut_protocol::{
    ElementId, IdentityId, Position, Scope,
    fold::ElementView,
    op::{
        ElementOp, Field, FoundingOp, Kind, Op, Operation, Role, element_id,
        text::{Lines, clean},
    },
};
use std::collections::BTreeSet;

#[cfg(test)]
mod tests;
mod times;

impl Act for SaveElement {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let (id, draft) = (self.id, *self.draft);
        let me = replica.author()?;
        let draft = checked(draft)?;
        match id {
            None => replica.make(me, draft),
            Some(id) => replica.edit(me, id, draft),
        }
    }
}

impl Act for Retract {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let id = self.id;
        let me = replica.author()?;
        let held = replica.element(id)?;
        replica.may_edit(&held, me)?;
        if held.kind == Kind::Person {
            return Err(Failure::invalid("your own card belongs to your identity and stays"));
        }
        let ops = vec![(held.scope, element_op(held.owner, held.seed, vec![Field::Retracted(true)]))];
        let entries = replica.write(me, ops)?;
        Ok(Written { element: Some(id), entries })
    }
}

impl Replica {
    fn make(&mut self, me: IdentityId, draft: ElementDraft) -> Result<Written, Failure> {
        if draft.kind == Kind::Person {
            return Err(Failure::invalid("a person's card is made with the identity; edit your own instead"));
        }
        let position = required_position(&draft)?;
        let seed: [u8; 16] = self.random()?;
        let founding = founding_of(me, seed, &draft)?;
        if draft.closed {
            self.keeps_secret(&draft, None)?;
            return self.found_closed(me, founding, &draft);
        }
        // The card of what has a space of its own commits to how that was founded.
        let seed = match &founding {
            Some(founding) => founding.card_seed().map_err(|error| Failure::invalid(error.to_string()))?,
            None => seed,
        };
        let id = element_id(me, &seed);
        let scope = match draft.kind {
            // A space of its own, for its members, its events and its proposals.
            Kind::Organisation | Kind::Project => Scope::container(position, id),
            _ => self.lies_in(&draft, me, position)?,
        };
        self.keeps_secret(&draft, Some(scope))?;
        if !scope.holds(position) {
            return Err(Failure::invalid(format!(
                "the place lies outside of cell {}, where the organisation is at home; leave the organisation out, or \
                 choose a place near it",
                scope.cell
            )));
        }
        let fields = only_said(of_draft(&draft));
        let card = (scope, element_op(me, seed, fields));
        let founding = founding.map(|founding| (scope, Op::Founding(founding)));
        let entries = self.write(me, std::iter::once(card).chain(founding).collect())?;
        Ok(Written { element: Some(id), entries })
    }

    /// Where something without a space of its own stands: in the named space, or with what it is a part of.
    fn lies_in(&self, draft: &ElementDraft, me: IdentityId, position: Position) -> Result<Scope, Failure> {
        let parent = draft.parent.map(|parent| self.element(parent)).transpose()?;
        let has_space = |held: &ElementView| self.is_space_of(&held.scope, held.id);
        let part_of = parent.filter(|held| !has_space(held) || draft.space.is_some_and(|space| space != held.id));
        if let Some(held) = &part_of {
            self.may_add_part(held, me)?;
        }
        match (draft.space.or(draft.parent.filter(|_| part_of.is_none())), part_of) {
            (Some(space), _) => self.space_of(space, me),
            (None, Some(held)) if !held.scope.container.is_zero() => Ok(held.scope),
            (None, _) => Ok(Scope::open(position)),
        }
    }

    /// Whether what somebody makes counts as a part of an element: a concert of a festival.
    fn may_add_part(&self, held: &ElementView, me: IdentityId) -> Result<(), Failure> {
        let contributes = !held.scope.container.is_zero() && self.role_in(held, me) >= Some(Role::Contributor);
        if contributes || self.may_edit(held, me).is_ok() {
            return Ok(());
        }
        let why = format!(
            "'{}' belongs to someone else: its owner, and contributors of its organisation, add parts to it; make \
             yours by itself, and `link` it",
            held.name
        );
        Err(Failure::new(FailureCode::NotAllowed, why))
    }

    /// The scope of an organisation or project in which I may write.
    fn space_of(&self, parent: ElementId, me: IdentityId) -> Result<Scope, Failure> {
        let parent = self.element(parent)?;
        self.governance(&parent)?;
        if self.role_in(&parent, me) < Some(Role::Contributor) {
            return Err(Failure::new(
                FailureCode::NotAllowed,
                format!("only contributors, moderators and leaders of '{}' may add to it (SPEC.md §8.1)", parent.name),
            ));
        }
        Ok(parent.scope)
    }

    /// The parent is written where the element lies: outside of a closed community its id would tell all who read there
    /// that the community exists.
    fn keeps_secret(&self, draft: &ElementDraft, target: Option<Scope>) -> Result<(), Failure> {
        let Some(parent) = draft.parent else { return Ok(()) };
        // Its own card may not have come yet: that it is closed is known by its secret.
        let card = self.views.elements().get(&parent);
        let space = self.closed_communities().into_iter().find(|(_, id)| *id == parent).map(|(scope, _)| scope);
        let lies = space.or_else(|| card.map(|card| card.scope).filter(Scope::is_closed));
        if lies.is_none() || lies == target {
            return Ok(());
        }
        let community = card.map_or_else(|| parent.short(), |card| card.name.clone());
        Err(Failure::invalid(format!(
            "'{community}' is closed, and '{}' would tell everyone who reads it that it exists: make an event or a \
             place there, or leave the parent out",
            draft.name
        )))
    }

    fn edit(&mut self, me: IdentityId, id: ElementId, draft: ElementDraft) -> Result<Written, Failure> {
        let held = self.element(id)?;
        self.may_edit(&held, me)?;
        if draft.kind != held.kind {
            return Err(Failure::invalid(format!(
                "'{}' is a {} and stays one; make a new element for another kind",
                held.name,
                held.kind.name()
            )));
        }
        if draft.closed && !held.scope.is_closed() {
            let why = "what is open stays open: make a new community with --closed, and invite its members";
            return Err(Failure::invalid(why));
        }
        let position = required_position(&draft)?;
        if held.scope.holds(position) {
            // What is said already is not said anew.
            if draft.parent != held.parent {
                self.keeps_secret(&draft, Some(held.scope))?;
            }
            let fields = only_changed(of_draft(&self.as_said(id, draft)), &held);
            if fields.is_empty() {
                return Ok(Written { element: Some(id), entries: Vec::new() });
            }
            let entries = self.write(me, vec![(held.scope, element_op(held.owner, held.seed, fields))])?;
            return Ok(Written { element: Some(id), entries });
        }
        self.keeps_secret(&draft, Some(Scope::open(position)))?;
        let draft = self.as_said(id, draft);
        let entries = self.write(me, self.move_ops(&held, position, only_said(of_draft(&draft)))?)?;
        Ok(Written { element: Some(id), entries })
    }

    /// Out of one open cell and into another, under the same id.
    pub(crate) fn move_ops(
        &self,
        held: &ElementView,
        to: Position,
        mut fields: Vec<Field>,
    ) -> Result<Vec<(Scope, Op)>, Failure> {
        if !held.scope.container.is_zero() {
            return Err(Failure::invalid(format!(
                "'{}' has its home in cell {} and cannot move out of it yet (its members and its wall would stay \
                 behind); make a new one there",
                held.name, held.scope.cell
            )));
        }
        fields.retain(|field| !matches!(field, Field::Retracted(_)));
        fields.push(Field::Retracted(false));
        // Where it came from stays known there: the file that comes again names the same.
        if let Some(from) = held.provenance.clone().filter(|_| !fields.iter().any(is_provenance)) {
            fields.push(Field::Provenance(Some(from)));
        }
        if !held.blobs.is_empty() {
            fields.push(Field::Blobs(held.blobs.clone()));
        }
        fields.sort_by_key(Field::key);
        let mut gone = vec![Field::Retracted(true)];
        // Where it was it says no longer that a time of a series does not take place.
        gone.extend(held.instead.is_some().then_some(Field::Instead(None)));
        Ok(vec![
            (held.scope, element_op(held.owner, held.seed, gone)),
            (Scope::open(to), element_op(held.owner, held.seed, fields)),
        ])
    }

    /// SPEC.md §7.2, said before writing what nobody would fold.
    pub(crate) fn may_edit(&self, held: &ElementView, me: IdentityId) -> Result<(), Failure> {
        if may_write(held, me, self.role_in(held, me), self.is_space_of(&held.scope, held.id)) {
            return Ok(());
        }
        Err(Failure::new(
            FailureCode::NotAllowed,
            format!(
                "'{}' belongs to someone else: only its owner, or a moderator of its organisation, may change it \
                 (SPEC.md §7.2)",
                held.name
            ),
        ))
    }
}

fn is_provenance(field: &Field) -> bool {
    matches!(field, Field::Provenance(_))
}

/// How what has a space of its own is founded, with who settles there.
fn founding_of(me: IdentityId, seed: [u8; 16], draft: &ElementDraft) -> Result<Option<FoundingOp>, Failure> {
    if !matches!(draft.kind, Kind::Organisation | Kind::Project) {
        let why = "only organisations and projects have keepers";
        return if draft.keepers.is_empty() { Ok(None) } else { Err(Failure::invalid(why)) };
    }
    let keepers: Vec<IdentityId> = draft.keepers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let agree = if keepers.is_empty() { 0 } else { draft.keepers_agree.max(1) };
    let founding = FoundingOp { owner: me, seed: seed.to_vec(), keepers, agree };
    founding.check().map_err(|error| Failure::invalid(error.to_string()))?;
    Ok(Some(founding))
}

/// An operation on an element of an owner.
pub(crate) fn element_op(owner: IdentityId, seed: [u8; 16], fields: Vec<Field>) -> Op {
    Op::Element(Box::new(ElementOp { owner, seed: seed.to_vec(), fields }))
}

pub(crate) fn required_position(draft: &ElementDraft) -> Result<Position, Failure> {
    draft.position.ok_or_else(|| Failure::invalid(format!("'{}' has no place: say where it is", draft.name)))
}

pub(crate) fn checked(mut draft: ElementDraft) -> Result<ElementDraft, Failure> {
    let one_line = [
        &mut draft.name,
        &mut draft.address,
        &mut draft.phone,
        &mut draft.email,
        &mut draft.website,
        &mut draft.opening_hours,
    ];
    // As it will be signed, so that what has not changed is not written again.
    one_line.into_iter().chain(&mut draft.tags).for_each(|text| *text = clean(text, Lines::One));
    draft.description = clean(&draft.description, Lines::Many);
    draft.name = draft.name.trim().to_owned();
    if draft.name.is_empty() {
        return Err(Failure::invalid("the name is empty"));
    }
    if draft.kind == Kind::Event && draft.when.is_none() {
        return Err(Failure::invalid(format!("'{}' is an event: say when it begins and ends", draft.name)));
    }
    draft.tags = tidy_tags(draft.tags);
    draft.subkind = vocabulary::slug(WordList::of_kind(draft.kind), &draft.subkind);
    draft.stage = vocabulary::slug(Some(WordList::Stage), &draft.stage);
    let mut languages: Vec<String> = Vec::new();
    for tag in draft.languages.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
        if !languages.iter().any(|held| held == tag) {
            languages.push(tag.to_owned());
        }
    }
    draft.languages = languages;
    for contact in &mut draft.contacts {
        contact.kind = vocabulary::slug(Some(WordList::Contact), &contact.kind);
        contact.value = clean(&contact.value, Lines::One).trim().to_owned();
    }
    draft.contacts.retain(|contact| !contact.value.is_empty());
    Ok(draft)
}

/// Lower-case, trimmed, each once, in the order given.
pub(crate) fn tidy_tags(tags: Vec<String>) -> Vec<String> {
    let mut tidy: Vec<String> = Vec::new();
    for tag in tags {
        let tag = tag.trim().trim_start_matches('#').to_lowercase();
        if !tag.is_empty() && !tidy.contains(&tag) {
            tidy.push(tag);
        }
    }
    tidy
}
