//! Which acts count: evaluated from both sides, what surely counts and what possibly does. SPEC.md §8.1.

use super::{
    Rank,
    graph::{Act, Graph},
    may_grant,
};
use crate::{ids::IdentityId, op::Role};

/// Something that lies between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Between<T> {
    least: T,
    most: T,
}

/// What is known of an act's author in its past, and of what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    /// Whether it surely counts, and whether it possibly does.
    surely: bool,
    possibly: bool,
    /// Whether it surely or possibly takes somebody to a lower role than they have in its past.
    surely_lowers: bool,
    possibly_lowers: bool,
    role: Between<Option<Role>>,
    depth: Between<u32>,
}

/// Farther from the founder than anybody is.
const FAR: u32 = u32::MAX;
/// Nobody is a leader, and nobody cannot be one.
const ANY_ROLE: Between<Option<Role>> = Between { least: None, most: Some(Role::Leader) };

/// Of an act of which nothing is possible.
const NOTHING: Known = Known {
    surely: false,
    possibly: false,
    surely_lowers: false,
    possibly_lowers: false,
    role: Between { least: None, most: None },
    depth: Between { least: FAR, most: FAR },
};

impl<T: Ord + Copy> Between<T> {
    /// What lies in both.
    fn within(self, other: Self) -> Self {
        let least = self.least.max(other.least);
        Self { least, most: self.most.min(other.most).max(least) }
    }
}

impl Known {
    /// With what was found of it: what was sure stays so, and what was impossible. So whatever is found, it ends.
    fn narrowed(&self, found: Self) -> Self {
        Self {
            surely: self.surely || found.surely,
            possibly: self.possibly && found.possibly,
            surely_lowers: self.surely_lowers || found.surely_lowers,
            possibly_lowers: self.possibly_lowers && found.possibly_lowers,
            role: self.role.within(found.role),
            depth: self.depth.within(found.depth),
        }
    }
    /// Whether the author surely outranks another's.
    fn surely_outranks(&self, other: &Self) -> bool {
        let both = self.role.least == Some(Role::Leader);
        self.role.least > other.role.most || (both && self.depth.most < other.depth.least)
    }
    /// Whether that is possible.
    fn possibly_outranks(&self, other: &Self) -> bool {
        let both = self.role.most == Some(Role::Leader);
        self.role.most > other.role.least || (both && self.depth.least < other.depth.most)
    }
}

/// The acts of a graph, judged.
pub(super) struct Judged<'a, 'g> {
    graph: &'g Graph<'a>,
    known: Vec<Known>,
}

/// The last acts on somebody in a past.
#[derive(Default)]
struct Lasts {
    /// Those that surely count and are surely the last.
    sure: Vec<usize>,
    /// Those that possibly are.
    possible: Vec<usize>,
    /// Whether there surely is one.
    any: bool,
}

impl<'a, 'g> Judged<'a, 'g> {
    /// At first nothing surely counts and everything possibly does. Then what may be done whatever of the rest counts
    /// is sure, and what cannot be is not possible, until nothing changes: what is sure only grows, what is possible
    /// only shrinks, so it ends. Each act is judged by what is known of the others by now, in causal order, so that a
    /// chain of acts takes no more passes than one.
    pub fn settle(graph: &'g Graph<'a>) -> Self {
        let unknown = Known {
            surely: false,
            possibly: true,
            surely_lowers: false,
            possibly_lowers: true,
            role: ANY_ROLE,
            depth: Between { least: 0, most: FAR },
        };
        let mut judged = Self { graph, known: vec![unknown; graph.len()] };
        loop {
            let mut same = true;
            for at in graph.all() {
                let found = judged.judge(at);
                if let Some(known) = judged.known.get_mut(at) {
                    let narrowed = known.narrowed(found);
                    same &= narrowed == *known;
                    *known = narrowed;
                }
            }
            if same {
                return judged;
            }
        }
    }

    /// Whether an act counts. What only possibly does is contested, and counts for nothing.
    pub fn counts(&self, at: usize) -> bool {
        self.known.get(at).is_some_and(|known| known.surely)
    }

    /// What somebody is after all acts; where contested ones leave it open, the least that it can be.
    pub fn rank_now(&self, person: IdentityId) -> Option<Rank> {
        let role = self.role(person, None).least?;
        Some(Rank { role: Some(role), depth: self.depth(person, None).most })
    }

    /// The acts that count and that no other such follows.
    pub fn tips(&self) -> Vec<usize> {
        let mut tips: Vec<usize> = Vec::new();
        for at in self.graph.all().rev().filter(|at| self.counts(*at)) {
            if !tips.iter().any(|tip| self.graph.knows(*tip, at)) {
                tips.push(at);
            }
        }
        tips
    }

    fn of(&self, at: usize) -> Option<&Known> {
        self.known.get(at)
    }

    /// The acts on a person within a past (none: all) that no later one of them has seen.
    fn lasts(&self, person: IdentityId, within: Option<usize>) -> Lasts {
        let (graph, mut lasts) = (self.graph, Lasts::default());
        // Of those that possibly count, and of those that surely do, the ones that none of the same follows.
        let (mut ends, mut sure_ends): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        for at in graph.on(person).iter().rev().copied() {
            let inside = within.is_none_or(|within| graph.knows(within, at));
            let Some(known) = self.of(at).filter(|known| inside && known.possibly) else { continue };
            let followed = ends.iter().any(|end| graph.knows(*end, at));
            if !followed {
                ends.push(at);
            }
            if known.surely && !followed {
                lasts.sure.push(at);
            }
            if !sure_ends.iter().any(|end| graph.knows(*end, at)) {
                lasts.possible.push(at);
                if known.surely {
                    sure_ends.push(at);
                }
            }
        }
        lasts.any = !lasts.sure.is_empty();
        let outranked = |at: &usize, by: &[usize], surely: bool| {
            let Some(own) = self.of(*at) else { return false };
            let more = |other: &Known| if surely { other.surely_outranks(own) } else { other.possibly_outranks(own) };
            by.iter().filter(|other| *other != at).filter_map(|other| self.of(*other)).any(more)
        };
        let sure = lasts.sure.iter().filter(|at| !outranked(at, &lasts.possible, false)).copied().collect();
        let possible = lasts.possible.iter().filter(|at| !outranked(at, &lasts.sure, true)).copied().collect();
        Lasts { sure, possible, any: lasts.any }
    }

    /// A person's role in a past: of the last words, without those whose author another's outranks, the lowest of those
    /// that lower, otherwise the highest.
    fn role(&self, person: IdentityId, within: Option<usize>) -> Between<Option<Role>> {
        let Lasts { sure, possible, any } = self.lasts(person, within);
        let gives = |at: &usize| self.graph.sets(*at).and_then(|(_, role)| role);
        let lowers = |at: &&usize, surely: bool| {
            self.of(**at).is_some_and(|known| if surely { known.surely_lowers } else { known.possibly_lowers })
        };
        let before = (person == self.graph.founder).then_some(Role::Leader);
        let lowest = sure.iter().filter(|at| lowers(at, true)).map(gives).min();
        let most = lowest.unwrap_or_else(|| {
            let highest = possible.iter().map(gives).max();
            if any { highest.flatten() } else { highest.flatten().max(before) }
        });
        let given = sure.iter().map(gives).max().unwrap_or_else(|| {
            let least = possible.iter().map(gives).min();
            if any { least.flatten() } else { least.map_or(before, |least| least.min(before)) }
        });
        let least = possible.iter().filter(|at| lowers(at, false)).map(gives).fold(given, Ord::min);
        Between { least: least.min(most), most }
    }

    /// How far from the founder a leader is in a past: one more than the least of those who made them one.
    fn depth(&self, person: IdentityId, within: Option<usize>) -> Between<u32> {
        let founder = person == self.graph.founder;
        let inside = |at: &usize| within.is_none_or(|within| self.graph.knows(within, *at));
        let possibly = |at: &usize| self.of(*at).is_some_and(|known| known.possibly);
        if founder && !self.graph.on(person).iter().any(|at| inside(at) && possibly(at)) {
            return Between { least: 0, most: 0 };
        }
        let Lasts { sure, possible, .. } = self.lasts(person, within);
        let leads = |at: &&usize| matches!(self.graph.sets(**at), Some((_, Some(Role::Leader))));
        let known = |at: &usize| self.of(*at).map(|known| known.depth);
        let least = possible.iter().filter(leads).filter_map(known).map(|depth| depth.least).min();
        let most = sure.iter().filter(leads).filter_map(known).map(|depth| depth.most).min();
        let more = |depth: Option<u32>| depth.map_or(FAR, |depth| depth.saturating_add(1));
        Between { least: if founder { 0 } else { more(least) }, most: more(most) }
    }

    /// What an act's author is, what the act does, and whether it counts, by what is known of the others.
    fn judge(&self, at: usize) -> Known {
        let Some(Act { record, sets, .. }) = self.graph.act(at) else { return NOTHING };
        let lowered = sets.map(|(person, role)| (self.role(person, Some(at)), role));
        let known = Known {
            surely_lowers: lowered.is_some_and(|(held, role)| role < held.least),
            possibly_lowers: lowered.is_some_and(|(held, role)| role < held.most),
            role: self.role(record.author, Some(at)),
            depth: self.depth(record.author, Some(at)),
            ..NOTHING
        };
        let (surely, possibly) = self.verdict(at, &known);
        Known { surely, possibly, ..known }
    }

    /// Whether an act surely counts, and whether it possibly does: whether it may be done in every way in which things
    /// may stand, or in one, and no removal of its author that surely, or possibly, counts leaves them too little.
    fn verdict(&self, at: usize, own: &Known) -> (bool, bool) {
        let Some(act) = self.graph.act(at) else { return (false, false) };
        let (mut surely, mut possibly): (Vec<Option<Role>>, Vec<Option<Role>>) = (Vec::new(), Vec::new());
        for removal in self.graph.on(act.record.author).iter().copied() {
            let (Some(by), Some(of)) = (self.graph.act(removal), self.of(removal)) else { continue };
            let others = by.record.author != act.record.author && self.graph.concurrent(at, removal);
            let Some((_, left)) = by.sets.filter(|_| others && of.possibly) else { continue };
            if of.possibly_outranks(own) && of.possibly_lowers {
                possibly.push(left);
            }
            if of.surely_outranks(own) && of.surely_lowers && of.surely {
                surely.push(left);
            }
        }
        let ways = self.ways(at, act, own);
        // Whoever would be allowed all the same keeps what they did.
        let stands = |(by, before): &(Rank, Rank), removals: &[Option<Role>]| {
            let after = |left: &Option<Role>| allows(act, Rank { role: by.role.min(*left), ..*by }, *before);
            allows(act, *by, *before) && removals.iter().all(after)
        };
        let sure = ways.iter().all(|way| stands(way, &possibly));
        (sure, ways.iter().any(|way| stands(way, &surely)))
    }

    /// All that the author and the person may be in an act's past.
    fn ways(&self, at: usize, act: &Act<'_>, own: &Known) -> Vec<(Rank, Rank)> {
        let by = ranks(own.role, own.depth);
        let Some((person, _)) = act.sets else { return by.into_iter().map(|by| (by, Rank::default())).collect() };
        let of = ranks(self.role(person, Some(at)), self.depth(person, Some(at)));
        by.iter().flat_map(|by| of.iter().map(move |of| (*by, *of))).collect()
    }
}

/// Whether an act may be done by who is what: acts of moderation need a moderator.
fn allows(act: &Act<'_>, by: Rank, before: Rank) -> bool {
    match act.sets {
        Some((person, role)) => may_grant(by, person == act.record.author, before, role),
        None => by.role >= Some(Role::Moderator),
    }
}

/// All roles between two, each with the least and the greatest depth.
fn ranks(role: Between<Option<Role>>, depth: Between<u32>) -> Vec<Rank> {
    const ALL: [Option<Role>; 5] =
        [None, Some(Role::Member), Some(Role::Contributor), Some(Role::Moderator), Some(Role::Leader)];
    let roles = ALL.into_iter().filter(|one| role.least <= *one && *one <= role.most);
    roles.flat_map(|role| [depth.least, depth.most].map(|depth| Rank { role, depth })).collect()
}
