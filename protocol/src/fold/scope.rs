//! The reducer of one scope.

use super::{
    Governance, IdentityBook, Record, Standing,
    container::{Arrival, Container},
    content::{self, Changes, Context, Said, ScopeView},
    erasure::{Erased, is_erased},
    pending::Pending,
    restated::Restatements,
    roles::{Rights, is_act},
    votes::to_say_again,
};
use crate::{
    entry::Head,
    ids::{DeviceId, EntryId, IdentityId},
    op::{Op, SettleOp},
    scope::Scope,
};
use std::{collections::BTreeSet, sync::Arc};

/// Of so much that is said in a container at most all is folded anew at once where something of it is erased: about
/// 10 ms. Of more it is told that the scope is to be fed again ([`Changes::again`]).
const REFOLDED_MAX: usize = 1_000;

/// The reducer of one scope, fed in any order.
#[derive(Debug, Clone)]
pub struct ScopeState {
    scope: Scope,
    view: ScopeView,
    /// What reducers of content keep beside the view.
    said: Said,
    /// A container's records: rights depend on its roles, so they are kept, to be folded anew when these change.
    held: Container,
    /// By which roles it was said.
    rights: Rights,
    /// Of authors whose identity log has not come yet, or not that far.
    pending: Pending,
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
            said: Said::default(),
            held: Container::default(),
            rights: Rights::default(),
            pending: Pending::default(),
            restated: Restatements::default(),
            outs: BTreeSet::new(),
        }
    }
    /// What it adds up to.
    #[must_use]
    pub fn view(&self) -> &ScopeView {
        &self.view
    }
    /// What governs a container, in the order of reducers: for the audit trail.
    pub fn governing(&self) -> impl Iterator<Item = &Record> {
        self.held.governing()
    }
    /// Every act of governance of a container that can count at all, in causal order, and whether it does: the audit
    /// trail.
    #[must_use]
    pub fn audit(&self) -> Vec<(&Record, bool)> {
        self.held.roles().audit()
    }
    /// What somebody is to say again before they refer to acts ([`crate::op::Op::acts_named`]): the acts on which these
    /// rest that too few people carry. Nothing where nobody would read it: of who never had a role.
    pub fn to_witness(&self, by: IdentityId, acts: impl IntoIterator<Item = EntryId>) -> impl Iterator<Item = &Record> {
        self.held.roles().to_witness(by, acts).into_iter().map(Arc::as_ref)
    }
    /// What a keeper is to say again before they settle something: how the container was founded, and what others have
    /// settled, so that none of it hangs on one log.
    pub fn to_settle_on(&self, by: IdentityId) -> impl Iterator<Item = &Record> {
        let all = self.held.governing().filter(move |record| record.author != by);
        all.filter(|record| matches!(record.op, Op::Founding(_) | Op::Settle(_)))
    }
    /// What a teller is to say again of the container's votes, so that none of it hangs on one log (SPEC.md §8.6).
    pub fn votes_to_say_again(&self, by: IdentityId) -> Vec<&Record> {
        let governance = self.view.governance.iter();
        let votes = governance.flat_map(|governance| &governance.proposals).filter(|vote| vote.tellers.contains(&by));
        votes.flat_map(|vote| to_say_again(by, vote, self.held.votes().said_of(vote.id))).collect()
    }
    /// A container's record by its id, erased or not.
    #[must_use]
    pub fn record(&self, id: EntryId) -> Option<&Record> {
        self.held.get(id)
    }
    /// What a keeper says: what another has named already, or else these acts with their past; none where something of
    /// it is not held, or where they wait for others ([`ScopeState::waits_to_settle`]).
    #[must_use]
    pub fn settlement(&self, by: IdentityId, acts: &[EntryId]) -> Option<SettleOp> {
        self.held.roles().settlement(by, acts)
    }
    /// Whether a keeper has settled something that too few others have yet.
    #[must_use]
    pub fn waits_to_settle(&self, by: IdentityId) -> bool {
        self.held.roles().waits_to_settle(by)
    }
    /// Whether an act of governance stands for good.
    #[must_use]
    pub fn is_settled(&self, act: EntryId) -> bool {
        self.held.roles().is_settled(act)
    }
    /// Who has a role by some acts and their past; none where something of it is not held.
    #[must_use]
    pub fn electorate(&self, acts: &[EntryId]) -> Option<Vec<IdentityId>> {
        let (then, complete) = self.held.roles().within(acts.iter().copied());
        complete.then(|| then.ranks().keys().copied().collect())
    }
    /// The act that somebody names in what they write in a container now, if they need one (SPEC.md §6.5).
    #[must_use]
    pub fn under(&self, by: IdentityId) -> Option<EntryId> {
        self.held.roles().under(by)
    }
    /// What somebody wrote in a container that counts by a role, and no longer when others take that: what they are to
    /// keep of it (SPEC.md §7.2).
    #[must_use]
    pub fn to_keep(&self, of: IdentityId) -> BTreeSet<EntryId> {
        let closed = self.scope.is_closed();
        let by_role = |op: &Op| closed || matches!(op, Op::Element(_) | Op::Link(_) | Op::Bookmark(_));
        let all = self.held.said().filter(|record| record.author == of && by_role(&record.op));
        all.filter(|record| self.rights.hangs(record)).map(|record| record.place.id).collect()
    }
    /// How many votes were counted so far, each time that one was: what arrivals cost.
    #[must_use]
    pub const fn votes_counted(&self) -> u64 {
        self.held.votes().counted()
    }
    /// How many words on people's roles were weighed so far, each time that one was in a past: what arrivals cost.
    #[must_use]
    pub fn words_weighed(&self) -> u64 {
        self.rights.weighed()
    }
    /// How many entries wait for an identity log.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.len()
    }
    /// Whether something may count that does not, once identities change ([`ScopeState::identities_changed`]).
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Take a batch of records. What is refused by a rule has no effect. If an erasure has begun to count
    /// ([`Changes::erasures`]) of something folded before, a fresh reducer is fed the whole scope again.
    pub fn apply(&mut self, records: impl IntoIterator<Item = Record>, book: &IdentityBook) -> Changes {
        let mut changes = Changes::default();
        let mut arrived = Vec::new();
        let open = self.scope.container.is_zero();
        let mut speaking = Vec::new();
        for record in records {
            if record.log.scope != self.scope {
                // Handed to the wrong reducer: one scope's view depends on that scope alone.
                continue;
            }
            if matches!(record.op, Op::Witness(_)) {
                // What it says is in the book already: it does not hang on who brings it ([`super::Within`]).
                continue;
            }
            if !open && (is_act(&record) || record.witness.is_some() || matches!(record.op, Op::Founding(_))) {
                // Also of devices that were taken out: acts that do not count may be named by such as do, and a teller
                // says which ballots counted.
                if is_due(&record, book) {
                    speaking.push(record);
                } else {
                    self.pending.keep(record, book);
                }
            } else if !speaks(&record, book) {
                // What a device wrote that was taken out does not wait: where it was accepted the scope is fed anew.
                if standing(&record, book) == Standing::Unknown {
                    self.pending.keep(record, book);
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
                    self.erase(&record, &mut changes);
                } else if !is_erased(&self.view.erasures, &record) {
                    self.restated.fold(&record);
                    self.fold_one(&record, &mut changes);
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

    /// Identities have changed: take up what waited for them. What found no room is in the store: then the whole scope
    /// is fed again ([`Changes::again`]).
    pub fn identities_changed(&mut self, book: &IdentityBook) -> Changes {
        let mut changes = Changes::default();
        if let Some(pending) = self.pending.take_due(|record| is_due(record, book)) {
            changes.join(self.apply(pending, book));
        }
        changes.again |= self.pending.has_left_due(book);
        changes
    }

    /// In a closed community, the devices of members that are known to have been taken out: keys of which they may have
    /// had a wrap will not do any longer.
    pub fn devices_out(&mut self, outs: BTreeSet<DeviceId>) -> Changes {
        let mut changes = Changes::default();
        if self.outs != outs {
            self.outs = outs;
            self.held.touch_keys();
            if !self.held.is_empty() {
                self.govern(&[], &mut changes);
            }
        }
        changes
    }

    /// In an open cell everyone erases their own.
    fn erase(&mut self, record: &Record, changes: &mut Changes) {
        for erased in Erased::all(record, None).filter(Erased::is_own) {
            changes.again |= self.restated.holds(erased.place());
            if self.view.erasures.shows(&erased) {
                changes.other = true;
                changes.erasures.push(erased.view());
                self.view.erasures.set(erased);
            }
        }
    }

    /// Records of a container have come.
    fn contain(&mut self, arrived: Vec<Record>, book: &IdentityBook, changes: &mut Changes) {
        let (mut said, mut governs) = (Vec::new(), false);
        for record in arrived {
            let speaks = speaks(&record, book);
            let record = Arc::new(record);
            match self.held.keep(record.clone(), speaks, &self.view.erasures) {
                Arrival::Held => {}
                Arrival::Said => said.push(record),
                Arrival::Governs => {
                    said.push(record);
                    governs = true;
                }
            }
        }
        if governs {
            self.govern(&said, changes);
        } else if self.view.governance.is_some() {
            self.say(&said, changes);
        } else {
            self.govern(&said, changes);
        }
    }

    /// Fold what governs, as far as what came can change it; if rights or erasures of what is said are others than
    /// before, all that is said too, and else only `said`.
    fn govern(&mut self, said: &[Arc<Record>], changes: &mut Changes) {
        changes.other = true;
        let touched = self.held.judge();
        let before = self.view.governance.clone();
        let acts = touched.acts || before.is_none();
        let mut other_rights = acts && self.rights.judge(self.held.roles(), &touched.news);
        said.iter().for_each(|record| self.rights.hear(self.held.roles(), record));
        let erased = self.held.erase(&mut self.view.erasures, &touched);
        changes.erasures.extend(erased.iter().filter_map(|changed| Some(changed.now.as_ref()?.view())));
        let unsaid = self.held.erased(&erased);
        let votes = self.held.count(&self.view.erasures, acts);
        let (roles, counted) = (self.held.roles(), self.held.votes());
        let governance = match &before {
            Some(held) if acts => {
                let new = Governance::of(roles, counted);
                other_rights |= held.founder != new.founder;
                Arc::new(new)
            }
            Some(held) if votes || touched.points => Arc::new(Governance::clone(held).with(roles, counted)),
            Some(held) => held.clone(),
            None => {
                other_rights = true;
                Arc::new(Governance::of(roles, counted))
            }
        };
        if self.scope.is_closed() && (acts || touched.keys) {
            self.view.keys = Some(Arc::new(self.held.keys(acts, &governance.roles, &self.outs)));
        }
        self.view.governance = Some(governance);
        // Of much that is said all is folded anew by whoever feeds it, and not each time that somebody erases: as in an
        // open cell.
        let rests = unsaid && self.held.said().nth(REFOLDED_MAX).is_some();
        if other_rights || (unsaid && !rests) {
            self.refold(changes);
        } else {
            changes.again |= unsaid;
            self.say(said, changes);
        }
    }

    /// Fold what is said under rights that have not changed.
    fn say(&mut self, said: &[Arc<Record>], changes: &mut Changes) {
        for record in said {
            self.rights.hear(self.held.roles(), record);
            if !is_erased(&self.view.erasures, record) {
                self.fold_one(record, changes);
            }
        }
        changes.other = true;
    }

    /// Fold all that is said under other rights than before.
    fn refold(&mut self, changes: &mut Changes) {
        changes.refolded = changes.refolded.saturating_add(1);
        let before = std::mem::take(&mut self.view);
        (self.view.governance, self.view.keys) = (before.governance, before.keys);
        self.view.erasures = before.erasures;
        self.said = Said::default();
        let held = std::mem::take(&mut self.held);
        for record in held.said().filter(|record| !is_erased(&self.view.erasures, record)).collect::<Vec<_>>() {
            self.fold_one(record, changes);
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

    /// Fold what says something by itself, by the role in which it is said.
    fn fold_one(&mut self, record: &Record, changes: &mut Changes) {
        let role = self.rights.of(record);
        content::fold(record, &mut Context { view: &mut self.view, said: &mut self.said, role, changes });
    }
}

fn standing(record: &Record, book: &IdentityBook) -> Standing {
    book.get(&record.author).map_or(Standing::Unknown, |identity| identity.standing(record.log.device))
}

/// Whether the signing device is one of the author's, or was and this was accepted when it was taken out.
fn speaks(record: &Record, book: &IdentityBook) -> bool {
    match standing(record, book) {
        Standing::Speaks => true,
        // What is said again stands in no log here: it may have been accepted itself.
        Standing::Out if record.witness.is_some() => {
            let head = Head { seq: record.seq, id: record.id };
            record.accepted || book.get(&record.author).is_some_and(|person| person.accepts(&record.log, head))
        }
        Standing::Out => record.accepted,
        Standing::Unknown => false,
    }
}

/// Whether a record need not wait any more.
fn is_due(record: &Record, book: &IdentityBook) -> bool {
    standing(record, book) != Standing::Unknown && is_witness_known(record, book)
}

/// Whether the witness by which a record comes, if it does, was signed by a device of its author's, past or present.
fn is_witness_known(record: &Record, book: &IdentityBook) -> bool {
    record.witness.is_none_or(|witness| {
        let person = book.get(&witness.by);
        person.is_some_and(|person| person.standing(witness.device) != Standing::Unknown)
    })
}
