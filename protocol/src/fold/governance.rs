//! Roles and votes of one container. SPEC.md §8.

use super::{
    Erasures, Record,
    roles::{OfferView, Point, Rank, Roles, Tip, may_grant},
    votes::{ProposalView, Votes},
};
use crate::{
    Stamp,
    ids::{ElementId, EntryId, Hash, IdentityId},
    limits::REFS_MAX,
    op::{Op, Role},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// An act of governance that no other follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TipView {
    /// Which entry.
    pub entry: EntryId,
    /// By whom.
    pub by: IdentityId,
    /// Whose role it sets, if any's.
    pub on: Option<IdentityId>,
}

/// The governance of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Governance {
    /// Who made the container; unknown until its card has come.
    pub founder: Option<IdentityId>,
    /// Roles as they stand now.
    pub roles: BTreeMap<IdentityId, Role>,
    /// Of each leader how far from the founder they were made one ([`Rank::depth`]).
    pub depths: BTreeMap<IdentityId, u32>,
    /// The acts of governance that count and that no other such follows: what a new one refers to, as far as
    /// [`REFS_MAX`] allows, the most telling first.
    pub role_tips: Vec<TipView>,
    /// Where there are more of these than an act can name: of each person the acts that say what they are.
    pub last_words: BTreeMap<IdentityId, Vec<EntryId>>,
    /// Who settles what stands for good; nobody: nothing does.
    pub keepers: Vec<IdentityId>,
    /// How many keepers have to agree.
    pub keepers_agree: u32,
    /// What they settled last.
    pub settled: Option<SettledView>,
    /// Keepers who settled two things beside each other, so that neither stands.
    pub split: Vec<IdentityId>,
    /// Roles that are offered to who joins by an invitation, by their entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Arc<OfferView>>,
    /// In ascending order of stamp.
    pub proposals: Vec<Arc<ProposalView>>,
}

/// Acts of governance that stand for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledView {
    /// What names them.
    pub root: Hash,
    /// The keepers who settled them, and when as they say.
    pub by: BTreeMap<IdentityId, Stamp>,
    /// How many they are.
    pub acts: u64,
}

/// Who made the container: its id commits to the owner, so its founding and any word about its card name them. A
/// person's own card (whose id is the person's) commits to nothing, so there the author must be the owner.
#[must_use]
pub fn founder_of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<IdentityId> {
    records.into_iter().find_map(|record| match &record.op {
        Op::Founding(op) if op.container().ok() == Some(record.container) => Some(op.owner),
        Op::Element(op) if op.id() == record.container => {
            let commits = ElementId::from(op.owner) != record.container || op.owner == record.author;
            commits.then_some(op.owner)
        }
        _ => None,
    })
}

impl SettledView {
    fn of(point: &Point) -> Self {
        Self { root: point.root, by: point.by.clone(), acts: point.count as u64 }
    }
}

impl TipView {
    fn of(tip: &Tip) -> Self {
        Self { entry: tip.place.id, by: tip.by, on: tip.on }
    }
}

impl Governance {
    /// Fold a container's records, given in any order.
    #[must_use]
    pub fn fold<'a>(
        founder: Option<IdentityId>,
        records: impl IntoIterator<Item = &'a Record> + Clone,
        erasures: &Erasures,
    ) -> Self {
        let roles = Roles::of(founder, records.clone());
        let mut votes = Votes::default();
        for record in records {
            votes.take(&Arc::new(record.clone()));
        }
        votes.count(&roles, erasures, true);
        Self::of(&roles, &votes)
    }

    /// Of acts that are judged and votes that are counted.
    pub(super) fn of(roles: &Roles, votes: &Votes) -> Self {
        let (ranks, tips) = (roles.ranks(), roles.tips());
        let leads = |rank: &Rank| rank.role == Some(Role::Leader);
        let crowded = tips.len() > REFS_MAX;
        Self {
            founder: roles.founder(),
            roles: ranks.iter().filter_map(|(person, rank)| Some((*person, rank.role?))).collect(),
            depths: ranks.iter().filter(|(_, rank)| leads(rank)).map(|(person, rank)| (*person, rank.depth)).collect(),
            role_tips: tips.iter().map(TipView::of).collect(),
            last_words: if crowded { roles.last_words() } else { BTreeMap::new() },
            offers: roles.offers().into_iter().map(Arc::new).collect(),
            ..Self::default()
        }
        .with(roles, votes)
    }

    /// The same where acts are as before: with what keepers say, and votes.
    pub(super) fn with(self, roles: &Roles, votes: &Votes) -> Self {
        Self {
            keepers: roles.keepers().map(|(keepers, _)| keepers.to_vec()).unwrap_or_default(),
            keepers_agree: roles.keepers().map_or(0, |(_, agree)| u32::try_from(agree).unwrap_or(u32::MAX)),
            settled: roles.points().last().map(SettledView::of),
            split: roles.split().values().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect(),
            proposals: votes.views(),
            ..self
        }
    }

    /// What a new act of governance refers to, by somebody and perhaps on somebody's role: what they did themselves and
    /// what was said of that person first, so that an act knows what it follows and what it changes, however many there
    /// are.
    #[must_use]
    pub fn refs(&self, by: IdentityId, on: Option<IdentityId>) -> Vec<EntryId> {
        let about = on.into_iter().flat_map(|person| self.last_words.get(&person).into_iter().flatten()).copied();
        let first = |tip: &&TipView| tip.by == by || (on.is_some() && tip.on == on);
        let ids = |tip: &TipView| tip.entry;
        let (own, others): (Vec<&TipView>, Vec<&TipView>) = self.role_tips.iter().partition(first);
        let mut refs = BTreeSet::new();
        // Half of them at most for what is one's own.
        for id in about
            .take(REFS_MAX / 4)
            .chain(own.into_iter().map(ids).take(REFS_MAX / 2))
            .chain(others.into_iter().map(ids))
        {
            if refs.len() < REFS_MAX {
                refs.insert(id);
            }
        }
        refs.into_iter().collect()
    }

    /// What somebody is now.
    #[must_use]
    pub fn rank(&self, person: IdentityId) -> Rank {
        let depth = self.depths.get(&person).copied().unwrap_or_default();
        Rank { role: self.roles.get(&person).copied(), depth }
    }

    /// Whether somebody may now take a person to a role.
    #[must_use]
    pub fn may_give(&self, by: IdentityId, person: IdentityId, role: Option<Role>) -> bool {
        may_grant(self.rank(by), by == person, self.rank(person), role)
    }
}
