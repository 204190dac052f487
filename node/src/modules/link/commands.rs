//! One's word on a link. It stands where its target stands; where the source stands elsewhere in the open, a copy of it
//! tells who reads the source's page alone.

use super::Link;
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    modules::{Written, element::may_write},
    vocabulary::{self, WordList},
};
use communaut_protocol::{
    IdentityId, Scope,
    fold::{ElementView, LinkWord},
    limits::{NAME_MAX, WIDE_EXPIRY_MS},
    op::{
        LinkOp, LinkState, Op, Origin, Stub, StubOp,
        text::{Lines, clean},
    },
};

/// How long a copy of what a target is called counts as known, milliseconds: as what everybody below a wide cell sees.
const STUB_MS: u64 = WIDE_EXPIRY_MS;
/// Characters of the cell that a stub names.
const HOME_LEN: usize = 4;

impl Act for Link {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { source, target, kind, role, state } = self;
        let me = replica.author()?;
        let held = replica.element(target)?;
        let source = source.unwrap_or(me.into());
        if source == target {
            return Err(Failure::invalid(format!("'{}' is not linked to itself", held.name)));
        }
        let role = role_of(&role)?;
        let from = if source == me.into() { None } else { replica.element(source).ok() };
        let sides = Sides {
            source: source == me.into() || from.as_ref().is_some_and(|from| replica.speaks_for(from, &held.scope, me)),
            target: replica.speaks_for(&held, &held.scope, me),
        };
        sides.may_say(state, &held, from.as_deref())?;
        let op = LinkOp { source, target, kind, role, state, mirror: None, origin: None, proof: None };
        if replica.said_already(&held.scope, &op, sides) {
            return Ok(Written { element: Some(target), entries: Vec::new() });
        }
        let mut ops = Vec::new();
        // A person's own page tells nobody whom they follow.
        let elsewhere = from.as_ref().filter(|from| sides.source && from.scope != held.scope);
        if let Some(from) = elsewhere {
            if from.scope.is_closed() {
                let why = format!(
                    "'{}' stands in a closed community, and the link would tell everyone who reads '{}' of it",
                    from.name, held.name
                );
                return Err(Failure::invalid(why));
            }
            if !held.scope.is_closed() {
                let stub = stub_of(&held)?;
                let expires_ms = replica.clocks.now_ms.saturating_add(STUB_MS);
                ops.push((from.scope, Op::Link(LinkOp { mirror: Some(stub.clone()), ..op.clone() })));
                ops.push((from.scope, Op::Stub(StubOp { stub, expires_ms })));
            }
        }
        // Whoever reads the target's page alone cannot know whose the source is.
        let origin = elsewhere.map(|from| Origin { owner: from.owner, seed: from.seed.to_vec() });
        ops.push((held.scope, Op::Link(LinkOp { origin, ..op })));
        let entries = replica.write(me, ops)?;
        Ok(Written { element: Some(target), entries })
    }
}

/// A word of the vocabulary, or what was typed.
fn role_of(typed: &str) -> Result<String, Failure> {
    let typed = clean(typed, Lines::One).trim().to_owned();
    if typed.len() > NAME_MAX {
        return Err(Failure::invalid(format!("--role: {} bytes, at most {NAME_MAX} may be", typed.len())));
    }
    Ok(vocabulary::called(WordList::Role, &typed).map_or(typed, |word| word.slug.clone()))
}

/// For which sides somebody speaks.
#[derive(Clone, Copy)]
struct Sides {
    source: bool,
    target: bool,
}

impl Sides {
    fn may_say(self, state: LinkState, target: &ElementView, source: Option<&ElementView>) -> Result<(), Failure> {
        let refuse = |why: String| Err(Failure::new(FailureCode::NotAllowed, why));
        let of_source = source.map_or("somebody else".to_owned(), |source| format!("'{}'", source.name));
        match state {
            LinkState::Invited if !self.target => {
                refuse(format!("only who may write '{}' invites to it; ask with `--state requested`", target.name))
            }
            LinkState::Requested | LinkState::Left if !self.source => {
                refuse(format!("only its owner speaks for {of_source}; with `--state invited` you invite"))
            }
            _ if !self.source && !self.target => {
                refuse(format!("you speak neither for {of_source} nor for '{}'", target.name))
            }
            _ => Ok(()),
        }
    }
}

impl Replica {
    /// Whether somebody's word on a link in a scope counts for an element: its owner's, and in a container who
    /// moderates there, of what stands in it.
    fn speaks_for(&self, element: &ElementView, at: &Scope, me: IdentityId) -> bool {
        let here = element.scope == *at;
        let is_space = self.is_space_of(&element.scope, element.id);
        element.owner == me || here && may_write(element, me, self.role_in(element, me), is_space)
    }

    /// Whether each side that somebody speaks for says this already.
    fn said_already(&self, scope: &Scope, op: &LinkOp, sides: Sides) -> bool {
        let key = (op.source, op.target, op.kind, op.role.clone());
        let held = self.views.scopes().get(scope).and_then(|view| view.links.get(&key));
        held.is_some_and(|held| {
            let says = |word: Option<LinkWord>| word.map(|word| word.state) == Some(op.state);
            (!sides.source || says(held.by_source)) && (!sides.target || says(held.by_target))
        })
    }
}

/// What a page elsewhere says of an element.
fn stub_of(held: &ElementView) -> Result<Stub, Failure> {
    let nowhere = || Failure::invalid(format!("'{}' has no place, and so no other page can tell of it", held.name));
    let position = held.position.ok_or_else(nowhere)?;
    let home = position.cell(HOME_LEN);
    let origin = Some(Origin { owner: held.owner, seed: held.seed.to_vec() });
    let (name, tags) = (held.name.clone(), held.tags.clone());
    Ok(Stub { id: held.id, kind: held.kind, name, position, when: held.when.clone(), tags, home, origin })
}
