//! Erasing posts and elements, and taking a moderator's erasure back. SPEC.md §7.5.

use super::{Erase, Erased, Void};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    modules::Written,
    store::{StoreError, transition},
};
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Scope,
    entry::HeldEntry,
    fold::{Record, ScopeView, TEXT},
    limits::ERASED_MAX,
    op::{BookmarkOp, CorrectionOp, EntryPlace, EraseOp, LabelOp, Op, Operation as _, Register, Role, VoidOp, VouchOp},
};

/// What is to be erased.
enum Target {
    Element(ElementId, IdentityId, Scope),
    /// With the edits of it, which say the same.
    Post(EntryId, IdentityId, Scope, Vec<EntryId>),
    /// All that somebody said of one thing: a bookmark, a correction, a label.
    Word(Register, IdentityId, Scope),
    /// The reasons that somebody gave for a proposal.
    Reasons(EntryId, IdentityId, Scope),
}

impl Target {
    fn author(&self) -> (IdentityId, Scope) {
        match self {
            Self::Element(_, author, scope)
            | Self::Post(_, author, scope, _)
            | Self::Word(_, author, scope)
            | Self::Reasons(_, author, scope) => (*author, *scope),
        }
    }
    /// What of a record goes.
    fn place(&self, record: &Record) -> EntryPlace {
        if matches!(self, Self::Reasons(..)) { record.place().leaf(TEXT) } else { record.place() }
    }
    /// Whether an operation of its author is of it.
    fn is_said_by(&self, id: EntryId, op: &Op) -> bool {
        match (self, op) {
            (Self::Post(wanted, .., edits), _) => id == *wanted || edits.contains(&id),
            (Self::Reasons(wanted, ..), _) => id == *wanted,
            (Self::Element(wanted, ..), Op::Element(op)) => op.id() == *wanted,
            (Self::Word(wanted, author, scope), op) => op.registers(*author, scope.cell).contains(wanted),
            (Self::Element(..), _) => false,
        }
    }
}

impl Act for Erase {
    fn act(self, replica: &mut Replica) -> Result<Erased, Failure> {
        let Self { id: text, reason } = self;
        let me = replica.author()?;
        let target = replica.erasable(&text)?;
        let (author, scope) = target.author();
        let refs = if author == me { None } else { Some(replica.moderation(me, &scope)?) };
        let said = |entry: &HeldEntry| -> Vec<EntryPlace> {
            let records = entry.whole().map(|entry| Record::all(&entry, &replica.private.ring));
            let records = records.into_iter().flatten().flatten();
            let fits = |record: &Record| record.author == author && target.is_said_by(record.id, &record.op);
            records.filter(fits).map(|record| target.place(&record)).collect()
        };
        let mut found = replica.store.find(&scope, said).map_err(internal)?;
        // What restatements say again is erased in the place that it had.
        let restated = replica.restated(&scope).map_err(internal)?.into_iter().filter(|record| record.author == author);
        let fits = |record: &Record| target.is_said_by(record.id, &record.op);
        found.extend(restated.filter(fits).map(|record| record.place()));
        if found.is_empty() {
            return Err(Failure::not_found(format!("nothing of '{text}' is held here that could be erased")));
        }
        found.sort_unstable();
        found.dedup();
        let ops = found.chunks(ERASED_MAX).map(|targets: &[EntryPlace]| {
            let (targets, refs) = (targets.to_vec(), refs.clone());
            (scope, Op::Erase(EraseOp { targets: targets.into(), refs, reason: reason.trim().to_owned() }))
        });
        let entries = replica.write(me, ops.collect())?;
        let damaged = transition::damaged(replica.store.folder());
        let beside = damaged.iter().map(|path| path.display().to_string()).collect();
        Ok(Erased { entries, erased: found.len() as u64, own: author == me, beside })
    }
}

impl Act for Void {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let text = self.id;
        let me = replica.author()?;
        let range = crate::modules::id_range(&text, "an erasure")?;
        let within = |id: EntryId| range.contains(&id.0);
        let mut found: Vec<(Scope, EntryId)> = replica
            .views
            .scopes()
            .iter()
            .flat_map(|(scope, view)| view.erasures.iter().map(move |erasure| (*scope, erasure)))
            .filter(|(_, erasure)| !erasure.own && erasure.voided.is_none())
            .filter(|(_, erasure)| within(erasure.erasure) || within(erasure.target.id))
            .map(|(scope, erasure)| (scope, erasure.erasure))
            .collect();
        found.dedup();
        let [(scope, erasure)] = found[..] else {
            return Err(if found.is_empty() {
                Failure::not_found(format!("no erasure by a moderator '{text}' counts here"))
            } else {
                Failure::invalid(format!("more than one erasure begins with '{text}': give more of its id"))
            });
        };
        let refs = replica.moderation(me, &scope)?;
        let entries = replica.write(me, vec![(scope, Op::Void(VoidOp { erasure, refs }))])?;
        Ok(Written { element: None, entries })
    }
}

impl Replica {
    /// What an act of moderation refers to, if this person may moderate here.
    fn moderation(&self, me: IdentityId, scope: &Scope) -> Result<Vec<EntryId>, Failure> {
        let governance = self.views.scopes().get(scope).and_then(|view| view.governance.clone());
        let governance = governance.ok_or_else(|| {
            Failure::new(FailureCode::NotAllowed, "this is not yours, and an open cell has no moderator (SPEC.md §7.5)")
        })?;
        if governance.roles.get(&me) < Some(&Role::Moderator) {
            return Err(Failure::new(
                FailureCode::NotAllowed,
                "this is not yours: only moderators and leaders erase what others wrote (SPEC.md §7.5)",
            ));
        }
        Ok(governance.refs(me, None))
    }

    /// The post, element or link, or the proposal with reasons, whose id begins so.
    fn erasable(&self, text: &str) -> Result<Target, Failure> {
        let range = crate::modules::id_range(text, "a post or an element")?;
        let (from, to) = (*range.start(), *range.end());
        let mut found: Vec<Target> = self
            .views
            .elements()
            .range(ElementId(from)..=ElementId(to))
            .map(|(id, element)| Target::Element(*id, element.owner, element.scope))
            .collect();
        let posts = self.views.talk().between(EntryId(from), EntryId(to));
        found.extend(posts.map(|post| {
            let view = self.views.scopes().get(&post.scope);
            let edits = view.map(|view| view.edits_of(post).collect()).unwrap_or_default();
            Target::Post(post.id, post.author, post.scope, edits)
        }));
        for (scope, view) in self.views.scopes() {
            let words = words(view).filter(|(_, _, entry)| range.contains(&entry.0));
            found.extend(words.map(|(of, author, _)| Target::Word(of, author, *scope)));
        }
        for (scope, view) in self.views.scopes() {
            let asked = view.governance.iter().flat_map(|governance| &governance.proposals);
            let asked = asked.filter(|asked| range.contains(&asked.id.0) && !asked.text.is_empty());
            found.extend(asked.map(|asked| Target::Reasons(asked.id, asked.author, *scope)));
        }
        match found.len() {
            0 => Err(Failure::not_found(format!(
                "no post, element or link '{text}' is held here, no word on something, and no proposal with reasons"
            ))),
            1 => match found.remove(0) {
                Target::Element(id, _, scope) if self.is_space_of(&scope, id) => Err(Failure::invalid(
                    "this is the card of a space with members: retract it instead, since its card says who founded it",
                )),
                Target::Reasons(_, _, scope) if scope.is_closed() => Err(Failure::invalid(
                    "in a closed community the reasons of a proposal are sealed with what decides, and stay with it",
                )),
                target => Ok(target),
            },
            _ => Err(Failure::invalid(format!("more than one thing begins with '{text}': give more of its id"))),
        }
    }
}

/// Bookmarks, corrections, labels and vouches: of what each is a word, by whom, and the entry that says it now.
fn words(view: &ScopeView) -> impl Iterator<Item = (Register, IdentityId, EntryId)> {
    let kept = view.bookmarks.iter().filter(|(_, held)| held.said.is_some());
    let kept =
        kept.map(|((_, author, key, _), held)| (Register::Keyed(BookmarkOp::RULE.schema, *key), *author, held.entry));
    let asked = view.corrections.values().map(|held| (CorrectionOp::word_on(held.element), held.author, held.entry));
    let said = view.labels.values().map(|held| (LabelOp::word(held.on, &held.label), held.author, held.entry));
    let known = view.vouches.iter().map(|((person, by), held)| (VouchOp::word_for(*person), *by, held.entry));
    kept.chain(asked).chain(said).chain(known)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn internal(error: StoreError) -> Failure {
    Failure::internal(error.to_string())
}
