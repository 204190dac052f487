//! The reducer of one scope.

use super::{
    ElementView, ErasureView, Erasures, Governance, IdentityBook, KeysView, Record, Standing,
    announced::{AllAnnounced, Announced},
    container::{Arrival, Container},
    erasure::{fold_erasures, is_erased, leaves_out, put},
    keys::fold_keys,
    links::{LinkKey, LinkView, LinksSaid},
    reactions::{PostReactions, ReactionsSaid},
    restated::Restatements,
};
use crate::{
    Stamp,
    codec::{self, CodecError},
    entry::hash,
    geo::{Cell, Position},
    ids::{DeviceId, ElementId, EntryId, Hash, IdentityId},
    limits::{PENDING_MAX, WIDE_EXPIRY_MS},
    op::{FrontierHead, LinkOp, Op, Role, Stub, TerritoryOp},
    private::SealedBy,
    scope::Scope,
};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct PostView {
    pub id: EntryId,
    pub scope: Scope,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub wall: Option<ElementId>,
    pub text: String,
    pub reply_to: Option<EntryId>,
    pub tags: Vec<String>,
    pub position: Option<Position>,
    pub sample: bool,
    /// Whether it is for named persons, or for a closed community.
    pub sealed: Option<SealedBy>,
}

/// A published territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct TerritoryView {
    pub id: ElementId,
    pub author: IdentityId,
    pub name: String,
    pub cells: Vec<Cell>,
    pub centre: Position,
    pub stamp: Stamp,
    pub entry: EntryId,
    /// In a wide scope: milliseconds since 1970 UTC, after which it is shown no longer.
    pub expires_ms: Option<u64>,
}

impl TerritoryView {
    /// Whether it is shown at a moment, by the reference clock.
    #[must_use]
    pub fn is_shown(&self, now_ms: u64) -> bool {
        self.expires_ms.is_none_or(|expires_ms| now_ms <= expires_ms)
    }
}

/// An announcement of something that lies elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct StubView {
    pub stub: Stub,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
    pub expires_ms: u64,
}

impl StubView {
    /// Whether it is shown at a moment, by the reference clock.
    #[must_use]
    pub fn is_shown(&self, now_ms: u64) -> bool {
        now_ms <= self.expires_ms
    }
}

/// What a scope adds up to. Cloning is cheap (persistent maps).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeView {
    /// By id; also those not shown (see [`ElementView::is_shown`]).
    pub elements: OrdMap<ElementId, Arc<ElementView>>,
    /// By (stamp, id): oldest first.
    pub posts: OrdMap<(Stamp, EntryId), Arc<PostView>>,
    /// By post that is shown, then by person; posts without any are left out.
    pub reactions: OrdMap<EntryId, PostReactions>,
    /// By source, target and kind.
    pub links: OrdMap<LinkKey, Arc<LinkView>>,
    /// By id.
    pub territories: OrdMap<ElementId, Arc<TerritoryView>>,
    /// By element and author: a stub cannot prove who owns the element, so nobody's replaces another's.
    pub stubs: OrdMap<(ElementId, IdentityId), Arc<StubView>>,
    /// What was erased, by target.
    pub erasures: Erasures,
    /// Of a container.
    pub governance: Option<Arc<Governance>>,
    /// Of a closed community.
    pub keys: Option<Arc<KeysView>>,
}

impl ScopeView {
    /// BLAKE3 over the canonical bytes: equal scopes give equal digests.
    pub fn digest(&self) -> Result<Hash, CodecError> {
        Ok(hash(&codec::encode(self)?))
    }
}

/// What an application changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Elements whose view differs.
    pub elements: BTreeSet<ElementId>,
    /// Whether anything else differs.
    pub other: bool,
    /// Erasures that have begun to count, or have been voided: the replica drops the payloads, and where one had been
    /// folded feeds the whole scope again.
    pub erasures: Vec<Arc<ErasureView>>,
    /// How often all that is said in the scope was folded anew, since rights or erasures changed.
    pub refolded: u64,
    /// Whether something was folded of what a restatement says and is erased now: the whole scope is fed again.
    pub again: bool,
}

impl Changes {
    /// Both, one after the other.
    fn join(&mut self, later: Self) {
        self.elements.extend(later.elements);
        self.erasures.extend(later.erasures);
        self.other |= later.other;
        self.again |= later.again;
        self.refolded = self.refolded.saturating_add(later.refolded);
    }
}

/// The reducer of one scope, fed in any order.
#[derive(Debug, Clone)]
pub struct ScopeState {
    scope: Scope,
    view: ScopeView,
    links: LinksSaid,
    reactions: ReactionsSaid,
    /// In a wide scope.
    announced: AllAnnounced,
    /// The posts of the view by id.
    posts: BTreeSet<EntryId>,
    /// A container's records: rights depend on its roles, so they are kept, to be folded anew when these change.
    held: Container,
    /// Whether somebody erased in it what a device wrote that is not known to be theirs, or not yet.
    unsettled: bool,
    /// Of authors whose identity log has not come yet, or not that far.
    pending: Vec<Record>,
    /// What logs say again in the place of entries that are gone, in an open cell.
    restated: Restatements,
    /// Devices of a closed community's members that were taken out.
    outs: BTreeSet<DeviceId>,
}

impl ScopeState {
    /// Nothing yet.
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            view: ScopeView::default(),
            links: LinksSaid::default(),
            reactions: ReactionsSaid::default(),
            announced: AllAnnounced::default(),
            posts: BTreeSet::new(),
            held: Container::default(),
            unsettled: false,
            pending: Vec::new(),
            restated: Restatements::default(),
            outs: BTreeSet::new(),
        }
    }
    /// What it adds up to.
    #[must_use]
    pub fn view(&self) -> &ScopeView {
        &self.view
    }
    /// A container's acts of governance as held now: the last of each log that matters to the roles.
    #[must_use]
    pub fn frontier(&self) -> Vec<FrontierHead> {
        self.held.frontier()
    }
    /// What governs a container, in the order of reducers: for the audit trail.
    pub fn governing(&self) -> impl Iterator<Item = &Record> {
        self.held.governing()
    }
    /// How many entries wait for an identity log.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.len()
    }
    /// Whether something may count that does not, once identities change ([`ScopeState::identities_changed`]).
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.pending.is_empty() || self.unsettled
    }

    /// Take a batch of records. What is refused by a rule has no effect. If an erasure has begun to count
    /// ([`Changes::erasures`]) of something folded before, a fresh reducer is fed the whole scope again.
    pub fn apply(&mut self, records: impl IntoIterator<Item = Record>, book: &IdentityBook) -> Changes {
        let mut changes = Changes::default();
        let mut arrived = Vec::new();
        let open = self.scope.container.is_zero();
        let mut speaking = Vec::new();
        for record in records {
            if record.scope != self.scope {
                // Handed to the wrong reducer: one scope's view depends on that scope alone.
                continue;
            }
            if !speaks(&record, book) {
                // Bounded: beyond it the entry stays in the store and comes back with the next rebuild. What a device
                // wrote that was taken out does not wait: where it was accepted the scope is fed anew.
                if standing(&record, book) == Standing::Unknown && self.pending.len() < PENDING_MAX {
                    self.pending.push(record);
                }
            } else if open && matches!(record.op, Op::Restate(_)) {
                speaking.extend(self.restated.take(record));
            } else {
                speaking.push(record);
            }
        }
        // Erasures first, so that what they erase is not folded with them.
        let (erasing, others): (Vec<Record>, Vec<Record>) =
            speaking.into_iter().partition(|record| matches!(record.op, Op::Erase(_)));
        for record in erasing.into_iter().chain(others) {
            if open {
                if !self.restated.counts(&record) {
                    continue;
                }
                if matches!(record.op, Op::Erase(_)) {
                    self.erase(&record, book, &mut changes);
                } else if !is_erased(&self.view.erasures, &record) {
                    self.restated.fold(&record);
                    self.fold_one(&record, None, &mut changes);
                }
            } else {
                arrived.push(record);
            }
        }
        if !arrived.is_empty() {
            self.contain(arrived, book, &mut changes);
        }
        changes
    }

    /// Identities have changed: take up what waited for them.
    pub fn identities_changed(&mut self, book: &IdentityBook) -> Changes {
        let mut changes = Changes::default();
        if self.unsettled {
            self.govern(&[], book, &mut changes);
        }
        if self.pending.iter().any(|record| standing(record, book) != Standing::Unknown) {
            let pending = std::mem::take(&mut self.pending);
            changes.join(self.apply(pending, book));
        }
        changes
    }

    /// In a closed community, the devices of members that are known to have been taken out: keys of which they may have
    /// had a wrap will not do any longer.
    pub fn devices_out(&mut self, outs: BTreeSet<DeviceId>, book: &IdentityBook) -> Changes {
        let mut changes = Changes::default();
        if self.outs != outs {
            self.outs = outs;
            if !self.held.is_empty() {
                self.govern(&[], book, &mut changes);
            }
        }
        changes
    }

    /// In an open cell everyone erases their own.
    fn erase(&mut self, record: &Record, book: &IdentityBook, changes: &mut Changes) {
        let mut erasures = self.view.erasures.clone();
        for erasure in fold_erasures(None, &[record], |_| None, &BTreeSet::new(), book).values() {
            put(&mut erasures, erasure.clone());
            changes.again |= self.restated.holds(&erasure.target);
        }
        tell_erasures(&self.view.erasures, &erasures, changes);
        self.view.erasures = erasures;
    }

    /// Records of a container have come.
    fn contain(&mut self, arrived: Vec<Record>, book: &IdentityBook, changes: &mut Changes) {
        let (mut said, mut governs) = (Vec::new(), false);
        for record in arrived {
            let record = Arc::new(record);
            match self.held.keep(record.clone()) {
                Arrival::Held => {}
                Arrival::Said => said.push(record),
                Arrival::Governs => {
                    said.push(record);
                    governs = true;
                }
            }
        }
        if governs {
            self.govern(&said, book, changes);
        } else if let Some(governance) = self.view.governance.clone() {
            self.say(&said, &governance, changes);
        } else {
            self.govern(&said, book, changes);
        }
    }

    /// Fold what governs; if rights or erasures are others than before, all that is said too, and else only `said`.
    fn govern(&mut self, said: &[Arc<Record>], book: &IdentityBook, changes: &mut Changes) {
        let founder = self.held.founder();
        let governing: Vec<&Record> = self.held.governing().collect();
        let listed = listed_ballots(&governing);
        let erasures = fold_erasures(founder, &governing, |id| self.held.get(id), &listed, book);
        self.unsettled = governing.iter().any(|record| leaves_out(record, book));
        let counting = self.held.counting(&erasures);
        let governance = Arc::new(Governance::fold(founder, counting.iter().copied(), &erasures));
        if self.scope.is_closed() {
            self.view.keys = Some(Arc::new(fold_keys(founder, &counting, &governance.roles, &self.outs)));
        }
        changes.other = true;
        let before = self.view.governance.replace(governance.clone());
        let same_rights =
            before.is_some_and(|held| (held.founder, &held.roles) == (governance.founder, &governance.roles));
        if same_rights && self.view.erasures == erasures {
            self.say(said, &governance, changes);
        } else {
            self.refold(erasures, &governance, changes);
        }
    }

    /// Fold what is said under rights that have not changed.
    fn say(&mut self, said: &[Arc<Record>], governance: &Governance, changes: &mut Changes) {
        for record in said {
            if !is_erased(&self.view.erasures, record) {
                self.fold_one(record, Some(governance), changes);
            }
        }
        changes.other = true;
    }

    /// Fold all that is said under other rights than before.
    fn refold(&mut self, erasures: Erasures, governance: &Governance, changes: &mut Changes) {
        changes.refolded = changes.refolded.saturating_add(1);
        let (governs, keys) = (self.view.governance.take(), self.view.keys.take());
        let before = std::mem::take(&mut self.view);
        (self.view.governance, self.view.keys) = (governs, keys);
        tell_erasures(&before.erasures, &erasures, changes);
        self.view.erasures = erasures;
        self.links = LinksSaid::default();
        self.reactions = ReactionsSaid::default();
        self.announced = AllAnnounced::default();
        self.posts.clear();
        let held = std::mem::take(&mut self.held);
        for record in held.said().filter(|record| !is_erased(&self.view.erasures, record)).collect::<Vec<_>>() {
            self.fold_one(record, Some(governance), changes);
        }
        self.held = held;
        for (id, old) in &before.elements {
            if self.view.elements.get(id) == Some(old) {
                changes.elements.remove(id);
            } else {
                changes.elements.insert(*id);
            }
        }
    }

    fn fold_one(&mut self, record: &Record, governance: Option<&Governance>, changes: &mut Changes) {
        let Record { id: entry, stamp, author, scope, container, .. } = *record;
        let newer = |held: Option<(Stamp, EntryId)>| held.is_none_or(|held| (stamp, entry) > held);
        let latest_expiry = scope.is_wide().then(|| stamp.ms().saturating_add(WIDE_EXPIRY_MS));
        match record.op.clone() {
            Op::Element(op) => {
                let id = op.id();
                if !may_edit(id, op.owner, author, container, governance) {
                    return;
                }
                let held = self.view.elements.get(&id);
                let fresh = held.is_none();
                let mut view = held.map_or_else(|| ElementView::new(scope, &op), |held| held.as_ref().clone());
                view.apply(record, *op);
                changes.elements.insert(id);
                self.view.elements.insert(id, Arc::new(view));
                // An owner has come to be known, who may speak for links.
                if fresh {
                    for key in self.links.touching(id) {
                        self.settle_link(&key, governance);
                        changes.other = true;
                    }
                }
                return;
            }
            Op::Post(post) => {
                // In the open cell a post says where it concerns, and that lies in the cell.
                let open = container.is_zero();
                if open && !post.position.is_some_and(|at| scope.cell.holds(at)) {
                    return;
                }
                let wall = if open { post.wall } else { Some(container) };
                let view = PostView {
                    id: entry,
                    scope,
                    author,
                    stamp,
                    wall,
                    text: post.text,
                    reply_to: post.reply_to,
                    tags: post.tags,
                    position: post.position,
                    sample: post.sample,
                    sealed: record.sealed,
                };
                self.view.posts.insert((stamp, entry), Arc::new(view));
                self.posts.insert(entry);
                self.show_reactions(entry, self.reactions.on(entry));
            }
            Op::Reaction(op) => {
                let stands = self.reactions.say(op.target, author, (stamp, entry, op.what));
                if self.posts.contains(&op.target) {
                    let mut shown = self.view.reactions.get(&op.target).cloned().unwrap_or_default();
                    match stands {
                        Some(view) => shown.insert(author, view),
                        None => shown.remove(&author),
                    };
                    self.show_reactions(op.target, shown);
                }
            }
            Op::Link(op) => {
                let LinkOp { source, target, kind, role, state, .. } = op;
                let key = self.links.say(LinkView { source, target, kind, role, state, author, stamp, entry });
                self.settle_link(&key, governance);
            }
            Op::Territory(op) => {
                // Where it is written is where it is looked for: a scope that holds all its cells.
                if !op.cells.iter().all(|cell| scope.cell.contains(*cell)) {
                    return;
                }
                let (id, expires_ms) = (op.id(author), latest_expiry);
                let TerritoryOp { name, cells, centre, .. } = op;
                let view = TerritoryView { id, author, name, cells, centre, stamp, entry, expires_ms };
                if scope.is_wide() {
                    self.announce(author, Announced::Territory(Arc::new(view)));
                } else if newer(self.view.territories.get(&id).map(|t| (t.stamp, t.entry))) {
                    self.view.territories.insert(id, Arc::new(view));
                }
            }
            Op::Stub(op) => {
                let key = (op.stub.id, author);
                let expires_ms = op.expires_ms.min(latest_expiry.unwrap_or(u64::MAX));
                let view = StubView { stub: op.stub, author, stamp, entry, expires_ms };
                if scope.is_wide() {
                    self.announce(author, Announced::Stub(Arc::new(view)));
                } else if newer(self.view.stubs.get(&key).map(|s| (s.stamp, s.entry))) {
                    self.view.stubs.insert(key, Arc::new(view));
                }
            }
            // Governance folds its records as a whole; identity operations lie elsewhere.
            Op::Erase(_)
            | Op::Void(_)
            | Op::Restate(_)
            | Op::Role(_)
            | Op::Proposal(_)
            | Op::Ballot(_)
            | Op::Close(_)
            | Op::Wraps(_)
            | Op::KeyEpoch(_)
            | Op::Seed(_)
            | Op::Inception(_)
            | Op::Device(_)
            | Op::Profile(_)
            | Op::Out(_)
            | Op::Recovery(_)
            | Op::Witness(_) => return,
        }
        changes.other = true;
    }

    /// In a wide scope, where of each person only the latest are shown.
    fn announce(&mut self, author: IdentityId, what: Announced) {
        let (shown, beyond) = self.announced.say(author, what);
        for what in beyond {
            match what {
                Announced::Territory(view) => drop(self.view.territories.remove(&view.id)),
                Announced::Stub(view) => drop(self.view.stubs.remove(&(view.stub.id, author))),
            }
        }
        for what in shown {
            match what {
                Announced::Territory(view) => drop(self.view.territories.insert(view.id, view)),
                Announced::Stub(view) => drop(self.view.stubs.insert((view.stub.id, author), view)),
            }
        }
    }

    fn show_reactions(&mut self, post: EntryId, stand: PostReactions) {
        if stand.is_empty() {
            self.view.reactions.remove(&post);
        } else {
            self.view.reactions.insert(post, stand);
        }
    }

    /// SPEC.md §7.4: a person for themselves, an owner for what lies here, a container's moderators.
    fn settle_link(&mut self, key: &LinkKey, governance: Option<&Governance>) {
        let ends = [key.0, key.1];
        let owns = |author| {
            ends.iter().any(|end| {
                *end == ElementId::from(author) || self.view.elements.get(end).is_some_and(|held| held.owner == author)
            })
        };
        let moderates = |author| role_of(governance, author) >= Some(Role::Moderator);
        match self.links.latest(key, |author| owns(author) || moderates(author)) {
            Some(view) => self.view.links.insert(*key, view),
            None => self.view.links.remove(key),
        };
    }
}

/// Tell which erasures are new or have changed.
fn tell_erasures(before: &Erasures, after: &Erasures, changes: &mut Changes) {
    let new = after.iter().filter(|(target, erasure)| before.get(*target) != Some(erasure));
    changes.erasures.extend(new.map(|(_, erasure)| erasure.clone()));
    changes.other |= before != after;
}

/// The ballots that a teller's close lists: those alone can be erased.
fn listed_ballots(records: &[&Record]) -> BTreeSet<EntryId> {
    let tellers: BTreeSet<(EntryId, IdentityId)> = records
        .iter()
        .filter_map(|record| match &record.op {
            Op::Proposal(op) => Some(op.tellers.iter().map(|teller| (record.id, *teller))),
            _ => None,
        })
        .flatten()
        .collect();
    let closes = records.iter().filter_map(|record| match &record.op {
        Op::Close(op) if tellers.contains(&(op.proposal, record.author)) => Some(op.ballots.iter().copied()),
        _ => None,
    });
    closes.flatten().collect()
}

fn standing(record: &Record, book: &IdentityBook) -> Standing {
    book.get(&record.author).map_or(Standing::Unknown, |identity| identity.standing(record.device))
}

/// Whether the signing device is one of the author's, or was and this was accepted when it was taken out.
fn speaks(record: &Record, book: &IdentityBook) -> bool {
    match standing(record, book) {
        Standing::Speaks => true,
        Standing::Out => record.accepted,
        Standing::Unknown => false,
    }
}

fn role_of(governance: Option<&Governance>, person: IdentityId) -> Option<Role> {
    governance.and_then(|governance| governance.roles.get(&person)).copied()
}

/// SPEC.md §7.2: in the open cell the owner; in a container by role.
fn may_edit(
    id: ElementId,
    owner: IdentityId,
    author: IdentityId,
    container: ElementId,
    governance: Option<&Governance>,
) -> bool {
    if container.is_zero() {
        return author == owner;
    }
    let role = role_of(governance, author);
    if id == container {
        return author == owner || role >= Some(Role::Moderator);
    }
    (author == owner && role >= Some(Role::Contributor)) || role >= Some(Role::Moderator)
}
