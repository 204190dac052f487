//! Commands that only read: answered from a snapshot, off the loop.

use crate::{
    api::{
        Command, ElementDetail, Failure, Occurrence, Outcome, POSTS_MAX, PostDetail, ProposalDetail, Reactions,
        Snapshot, TerritoryId, TerritoryInfo,
    },
    gazetteer,
};
use communaut_protocol::{
    Cell, ElementId, IdentityId, Scope,
    fold::{ElementView, PostView, ProposalStatus, ProposalView, ScopeView},
};
use imbl::OrdMap;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Posts of a wall that one answer carries: the window reads on in the snapshot.
const WALL_MAX: usize = 1_000;

/// Answer a reading command.
pub(crate) fn run(snapshot: &Snapshot, command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Status => Ok(Outcome::Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            phase: snapshot.phase,
            network: snapshot.network.clone(),
            store: snapshot.store.clone(),
        }),
        Command::Peers => Ok(Outcome::Peers(snapshot.network.clone())),
        Command::Show { id } => show(snapshot, id),
        Command::Territories => Ok(Outcome::Territories(territories(snapshot))),
        Command::Places { text, limit } => Ok(Outcome::Places(gazetteer::bundled().places(text, *limit))),
        Command::Agenda { from_ms, to_ms, territory } => agenda(snapshot, *from_ms, *to_ms, *territory),
        Command::Posts { territory, limit } => posts(snapshot, *territory, *limit),
        Command::Proposal { proposal: id } => {
            proposal(&snapshot.scopes, &snapshot.elements, &snapshot.closed, snapshot.me.as_ref().map(|me| me.id), id)
        }
        other => Err(Failure::internal(format!("{other:?} does not only read"))),
    }
}

/// The ids that begin with hexadecimal characters.
pub(crate) fn id_range(text: &str, what: &str) -> Result<std::ops::RangeInclusive<[u8; 32]>, Failure> {
    bounds(text, what).map(|(from, to)| from..=to)
}

/// The one id of 32 bytes that begins with hexadecimal characters.
fn bounds(text: &str, what: &str) -> Result<([u8; 32], [u8; 32]), Failure> {
    let digits: Option<Vec<u8>> =
        text.trim().chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| (4..=64).contains(&digits.len())).ok_or_else(|| {
        Failure::invalid(format!("'{text}' is not the id of {what}: give at least its first 4 hexadecimal characters"))
    })?;
    let fill = |with: u8| {
        let mut bytes = [with << 4 | with; 32];
        for (index, digit) in digits.iter().enumerate() {
            let byte = &mut bytes[index / 2];
            *byte = if index % 2 == 0 { digit << 4 | *byte & 0x0f } else { *byte & 0xf0 | digit };
        }
        bytes
    };
    Ok((fill(0), fill(0xf)))
}

fn one<T>(text: &str, what: &str, mut found: impl Iterator<Item = T>) -> Result<T, Failure> {
    let first = found.next().ok_or_else(|| Failure::not_found(format!("no {what} '{text}' is held here")))?;
    if found.next().is_some() {
        return Err(Failure::invalid(format!("more than one {what} begins with '{text}': give more of its id")));
    }
    Ok(first)
}

fn show(snapshot: &Snapshot, text: &str) -> Result<Outcome, Failure> {
    let (from, to) = bounds(text, "an element")?;
    let range = snapshot.elements.range(ElementId(from)..=ElementId(to));
    let element = one(text, "element", range.map(|(_, element)| element.clone()))?;
    let scope = snapshot.scopes.get(&element.scope);
    let mut wall: Vec<Arc<PostView>> = Vec::new();
    if let Some(view) = scope {
        let posts = view.posts.values().rev().filter(|post| post.wall == Some(element.id));
        wall.extend(posts.take(WALL_MAX).cloned());
    }
    let reactions = wall.iter().map(|post| (post.id, Reactions::of(snapshot, post)));
    let reactions = reactions.filter(|(_, said)| !said.is_empty()).collect();
    let governance = snapshot.container(&element).and_then(|view| view.governance.clone());
    Ok(Outcome::Element(Box::new(ElementDetail {
        owner_name: snapshot.person(element.owner).map(|person| person.name.clone()).unwrap_or_default(),
        wall,
        reactions,
        proposals: governance.iter().flat_map(|g| g.proposals.iter().map(|proposal| proposal.id)).collect(),
        roles: governance.iter().flat_map(|g| g.roles.iter().map(|(id, role)| (*id, *role))).collect(),
        element,
    })))
}

fn territories(snapshot: &Snapshot) -> Vec<TerritoryInfo> {
    let count =
        |cells: &[Cell]| snapshot.elements.values().filter(|e| e.position.is_some_and(|at| holds(cells, at))).count();
    let followed: BTreeSet<TerritoryId> = snapshot.followed.iter().map(|territory| territory.id).collect();
    let mut all: Vec<TerritoryInfo> = snapshot
        .followed
        .iter()
        .map(|t| TerritoryInfo {
            id: t.id,
            name: t.name.clone(),
            cells: t.cells.to_vec(),
            centre: t.centre,
            followed: true,
            elements: count(&t.cells),
        })
        .collect();
    all.extend(snapshot.territories.iter().filter(|(id, _)| !followed.contains(id)).map(|(id, t)| TerritoryInfo {
        id: *id,
        name: t.name.clone(),
        cells: t.cells.clone(),
        centre: t.centre,
        followed: false,
        elements: count(&t.cells),
    }));
    all
}

/// Whether one of ascending, disjoint cells holds a position.
fn holds(cells: &[Cell], at: communaut_protocol::Position) -> bool {
    let finest = at.cell(communaut_protocol::limits::TERRITORY_CELL_MAX);
    let after = cells.partition_point(|cell| *cell <= finest);
    after.checked_sub(1).and_then(|index| cells.get(index)).is_some_and(|cell| cell.contains(finest))
}

fn agenda(snapshot: &Snapshot, from_ms: i64, to_ms: i64, territory: Option<TerritoryId>) -> Result<Outcome, Failure> {
    if to_ms < from_ms {
        return Err(Failure::invalid("the agenda ends before it begins"));
    }
    let cells = territory.map(|id| cells_of(snapshot, id)).transpose()?;
    let mut events: Vec<Occurrence> = snapshot
        .elements
        .values()
        .filter_map(|element| {
            let when = element.when.as_ref().filter(|when| when.end_ms >= from_ms && when.start_ms <= to_ms)?;
            let inside = cells.as_ref().is_none_or(|cells| element.position.is_some_and(|at| holds(cells, at)));
            inside.then(|| Occurrence {
                start_ms: when.start_ms,
                end_ms: when.end_ms,
                zone: when.zone.clone(),
                element: element.clone(),
            })
        })
        .collect();
    events.sort_by_key(|event| (event.start_ms, event.end_ms, event.element.id));
    Ok(Outcome::Agenda(events))
}

fn cells_of(snapshot: &Snapshot, id: TerritoryId) -> Result<Vec<Cell>, Failure> {
    let followed = snapshot.followed(id).map(|t| t.cells.to_vec());
    let known = || snapshot.territories.get(&id).map(|t| t.cells.clone());
    followed.or_else(known).ok_or_else(|| Failure::not_found(format!("no territory {} is known here", id.short())))
}

fn posts(snapshot: &Snapshot, territory: Option<TerritoryId>, limit: usize) -> Result<Outcome, Failure> {
    let cells = territory.map(|id| cells_of(snapshot, id)).transpose()?;
    let place = |post: &PostView| {
        let of_wall = || snapshot.elements.get(&post.wall?).and_then(|element| element.position);
        post.position.or_else(of_wall)
    };
    let inside =
        |post: &&Arc<PostView>| cells.as_ref().is_none_or(|cells| place(post).is_some_and(|at| holds(cells, at)));
    let mut found: Vec<&Arc<PostView>> =
        snapshot.scopes.values().flat_map(|view| view.posts.values()).filter(inside).collect();
    found.sort_unstable_by_key(|post| std::cmp::Reverse((post.stamp, post.id)));
    let name = |post: &PostView| snapshot.person(post.author).map(|person| person.name.clone()).unwrap_or_default();
    let posts = found.into_iter().take(limit.min(POSTS_MAX));
    let detail = |post: &Arc<PostView>| PostDetail {
        post: post.clone(),
        author_name: name(post),
        reactions: Reactions::of(snapshot, post),
    };
    Ok(Outcome::Posts(posts.map(detail).collect()))
}

/// The post whose id begins so.
pub(crate) fn find_post<'a>(scopes: &'a OrdMap<Scope, ScopeView>, text: &str) -> Result<&'a Arc<PostView>, Failure> {
    let range = id_range(text, "a post")?;
    let posts = scopes.values().flat_map(|view| view.posts.values());
    one(text, "post", posts.filter(|post| range.contains(&post.id.0)))
}

/// The proposal whose id begins so, with its scope.
pub(crate) fn find_proposal<'a>(
    scopes: &'a OrdMap<Scope, ScopeView>,
    text: &str,
) -> Result<(Scope, &'a ProposalView), Failure> {
    let (from, to) = bounds(text, "a proposal")?;
    let all = scopes.iter().filter_map(|(scope, view)| Some((scope, view.governance.as_ref()?)));
    let found = all.flat_map(|(scope, governance)| governance.proposals.iter().map(|proposal| (*scope, proposal)));
    one(text, "proposal", found.filter(|(_, proposal)| (from..=to).contains(&proposal.id.0)))
}

/// One proposal with where it stands.
pub(crate) fn proposal(
    scopes: &OrdMap<Scope, ScopeView>,
    elements: &OrdMap<ElementId, Arc<ElementView>>,
    closed: &BTreeMap<Scope, ElementId>,
    me: Option<IdentityId>,
    text: &str,
) -> Result<Outcome, Failure> {
    let (scope, view) = find_proposal(scopes, text)?;
    let container = closed.get(&scope).copied().unwrap_or(scope.container);
    let container_name = elements.get(&container).map(|container| container.name.clone()).unwrap_or_default();
    let open = view.status == ProposalStatus::Open;
    Ok(Outcome::Proposal(Box::new(ProposalDetail {
        scope,
        container,
        container_name,
        may_vote: open && me.is_some_and(|me| view.electorate.contains(&me)),
        proposal: view.clone(),
    })))
}
