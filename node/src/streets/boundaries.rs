//! Outlines that a file has, ready to be followed: administrative boundaries with their level, and places of which the
//! outline is told. One line each in the pack, packed with zstd.
//!
//! What is not whole in the file is told, not guessed: an extract ends somewhere, and some relations are broken.

use super::{
    assemble,
    found::BoundaryFound,
    geometry::Point,
    held::{HeldPacks, TakesRoom},
    parts::{self, LINE_MAX, NAME_MAX, PackPart},
    read::{NAMED_MAX, PackInfo, shown},
};
use crate::{
    search::{
        fold::folded,
        names::{NameHas, NameQuery, NameTable, NameTableMaker, Reach},
    },
    territory::outline::Outline,
};
use communaut_protocol::{ElementId, Position};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
};

/// Places that may have an outline that one calls a territory.
pub const PLACES: [&str; 16] = [
    "archipelago",
    "borough",
    "city",
    "city_block",
    "district",
    "farm",
    "hamlet",
    "island",
    "islet",
    "locality",
    "municipality",
    "neighbourhood",
    "quarter",
    "suburb",
    "town",
    "village",
];
/// Other names of one that are kept: the languages of a region.
pub const OTHERS_MAX: usize = 12;
/// Outlines of one map at the most: those of a large country.
const BOUNDARIES_MAX: usize = 50_000;
/// Corners of one outline at the most: what can be laid over cells within a second.
const CORNERS_MAX: usize = 200_000;
/// Corners of all outlines of a map together: 32 MB in memory.
const ALL_CORNERS_MAX: usize = 4_000_000;
/// Rings of one outline at the most: an archipelago's.
const RINGS_MAX: usize = 4_000;
/// Square kilometres up to which any boundary may stand for a town: a city state.
const TOWN_KM2_MAX: f64 = 300.0;
/// Bytes of one in memory besides its corners and its name.
const COST: usize = 320;

/// What tags say of an outline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoundarySaid {
    /// Its name.
    pub name: String,
    /// Other names.
    pub others: Vec<String>,
    /// "administrative", or what sort of place.
    pub kind: String,
    /// `admin_level`.
    pub level: Option<u8>,
}

/// Whether a key tells another name.
#[must_use]
pub fn is_other_name(key: &str) -> bool {
    key.starts_with("name:")
        || matches!(
            key,
            "alt_name" | "official_name" | "short_name" | "loc_name" | "int_name" | "old_name" | "ref:INSEE"
        )
}

/// One, as a line of the pack has it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Line {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<String>,
    kind: String,
    level: Option<u8>,
    /// Why it is not whole.
    #[serde(skip_serializing_if = "String::is_empty")]
    why: String,
    /// Polygons of rings of numbers: a corner, then the steps to the next ones, longitude before latitude.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rings: Vec<Vec<Vec<i64>>>,
}

/// From west to east, and from south to north.
type Ends = ((i64, i64), (i64, i64));

/// Outlines of a map that is being made.
#[derive(Debug, Default)]
pub struct OutlineBook {
    whole: Vec<(BoundarySaid, Outline)>,
    known: BTreeSet<ElementId>,
    broken: Vec<(BoundarySaid, String)>,
    corners: usize,
}

impl OutlineBook {
    /// Take one: its ways, of which so many are not in the file.
    pub fn take(&mut self, said: BoundarySaid, ways: &[Vec<Point>], missing: usize) {
        if self.whole.len() + self.broken.len() >= BOUNDARIES_MAX {
            return;
        }
        match outline(ways, missing, ALL_CORNERS_MAX.saturating_sub(self.corners)) {
            Ok(outline) => {
                // A way and its relation, or a boundary and its place, may say the same: the one with a level counts.
                if self.known.insert(outline.id()) {
                    self.corners += outline.corners();
                    self.whole.push((said, outline));
                } else if said.level.is_some()
                    && let Some((held, _)) =
                        self.whole.iter_mut().find(|(held, other)| held.level.is_none() && *other == outline)
                {
                    *held = said;
                }
            }
            Err(why) => self.broken.push((said, why)),
        }
    }
    /// How many are whole.
    #[must_use]
    pub fn count(&self) -> usize {
        self.whole.len()
    }
    /// Those that are not: how many, and the first by name.
    #[must_use]
    pub fn broken(&self) -> (usize, Vec<String>) {
        let mut names: Vec<String> = self.broken.iter().map(|(said, _)| said.name.clone()).collect();
        names.sort();
        names.dedup();
        let count = names.len();
        names.truncate(NAMED_MAX);
        (count, names)
    }
    /// Says in which town something lies.
    pub fn towns(&self) -> impl Fn((i64, i64)) -> Option<String> + '_ {
        let is_town = |said: &BoundarySaid, outline: &Outline| {
            let named = matches!(said.level, Some(7 | 8))
                || matches!(&*said.kind, "city" | "town" | "village" | "municipality");
            named || matches!(said.level, Some(2..=6)) && outline.km2() <= TOWN_KM2_MAX
        };
        let bounds = |outline: &Outline| {
            let all = || outline.rings().flatten();
            let ends = |of: fn(&[i32; 2]) -> i32| {
                (all().map(of).min().unwrap_or(0).into(), all().map(of).max().unwrap_or(0).into())
            };
            (ends(|at| at[0]), ends(|at| at[1]))
        };
        let towns = self.whole.iter().filter(move |(said, outline)| is_town(said, outline));
        let mut towns: Vec<(&BoundarySaid, &Outline, Ends)> =
            towns.map(|(said, outline)| (said, outline, bounds(outline))).collect();
        // The smallest first.
        towns.sort_by(|(_, a, _), (_, b, _)| a.km2().total_cmp(&b.km2()));
        move |(x, y)| {
            let at = Position { lat_e7: i32::try_from(y).ok()?, lon_e7: i32::try_from(x).ok()? };
            let near =
                |((west, east), (south, north)): &Ends| (*south..=*north).contains(&y) && (*west..=*east).contains(&x);
            let found = towns.iter().find(|(_, outline, bounds)| near(bounds) && outline.holds(at));
            found.map(|(said, ..)| said.name.clone())
        }
    }
    /// As a part of a pack.
    pub fn packed(self) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        let whole = self.whole.into_iter().map(|(said, outline)| (said, String::new(), outline));
        let broken = self.broken.into_iter().map(|(said, why)| (said, why, Outline::default()));
        for (said, why, outline) in whole.chain(broken) {
            let BoundarySaid { name, others, kind, level } = said;
            let line = Line { name, others, kind, level, why, rings: steps(&outline) };
            let line = serde_json::to_vec(&line).map_err(io::Error::other)?;
            if line.len() < LINE_MAX {
                text.extend(line);
                text.push(b'\n');
            }
        }
        parts::packed(&text)
    }
}

/// The outline that ways make, or why they make none.
fn outline(ways: &[Vec<Point>], missing: usize, corners_left: usize) -> Result<Outline, String> {
    if missing > 0 {
        return Err("a part of its outline is not in the file".into());
    }
    let (rings, left_out) = assemble::rings(ways);
    if left_out > 0 || rings.is_empty() {
        return Err("its outline does not close".into());
    }
    let corners: usize = rings.iter().map(Vec::len).sum();
    if corners > CORNERS_MAX.min(corners_left) || rings.len() > RINGS_MAX {
        return Err("its outline has more corners than are kept".into());
    }
    let plain = |ring: Vec<Point>| ring.into_iter().map(|at| (at.x, at.y)).collect();
    let polygons = assemble::areas(rings).into_iter().map(|area| {
        let rings = std::iter::once(area.outline).chain(area.holes);
        rings.map(plain).collect()
    });
    Outline::of(polygons.collect()).ok_or_else(|| "its outline has no area, or goes around Earth".into())
}

fn steps(outline: &Outline) -> Vec<Vec<Vec<i64>>> {
    let ring = |ring: &Vec<[i32; 2]>| {
        let mut before = [0, 0];
        let mut steps = Vec::with_capacity(2 * ring.len());
        for at in ring {
            let at = at.map(i64::from);
            steps.extend([at[0] - before[0], at[1] - before[1]]);
            before = at;
        }
        steps
    };
    outline.0.iter().map(|rings| rings.iter().map(ring).collect()).collect()
}

fn walked(polygons: &[Vec<Vec<i64>>]) -> Option<Outline> {
    let ring = |steps: &Vec<i64>| {
        let mut at = (0_i64, 0_i64);
        let corners = steps.chunks_exact(2).map(|step| {
            if let [x, y] = step {
                at = (at.0.saturating_add(*x), at.1.saturating_add(*y));
            }
            at
        });
        let corners: Vec<(i64, i64)> = corners.collect();
        let on_earth = |(x, y): &(i64, i64)| x.unsigned_abs() <= 3_600_000_000 && y.unsigned_abs() <= 900_000_000;
        corners.iter().all(on_earth).then_some(corners)
    };
    let polygons = polygons.iter().map(|rings| rings.iter().map(ring).collect::<Option<Vec<_>>>());
    Outline::of(polygons.collect::<Option<Vec<_>>>()?)
}

/// One of a pack.
#[derive(Debug)]
struct Boundary {
    found: BoundaryFound,
    names: Vec<String>,
    outline: Arc<Outline>,
}

/// Outlines of a map.
#[derive(Debug, Default)]
struct Index {
    all: Vec<Boundary>,
    table: NameTable,
    bytes: usize,
}

impl TakesRoom for Index {
    fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Index {
    fn read(pack: &PackInfo, room: usize) -> Result<Self, String> {
        let Some(mut lines) = parts::lines(&pack.file, PackPart::Boundaries)? else { return Ok(Self::default()) };
        let (mut all, mut table, mut held) = (Vec::new(), NameTableMaker::default(), 0);
        while let Some(line) = lines.next_line()? {
            let Ok(line) = serde_json::from_str::<Line>(line) else { continue };
            let outline = walked(&line.rings).unwrap_or_default();
            let said = [&line.name, &line.kind, &line.why].into_iter().chain(&line.others);
            let is_long = said.into_iter().any(|text| text.len() > NAME_MAX) || line.others.len() > OTHERS_MAX;
            if is_long || line.name.is_empty() || (outline.is_empty() && line.why.is_empty()) {
                continue;
            }
            let names: Vec<String> = std::iter::once(&line.name).chain(&line.others).map(|name| folded(name)).collect();
            table.add(std::iter::once(&line.name).chain(&line.others).map(String::as_str));
            held += COST + 8 * outline.corners() + 24 * outline.rings().count();
            held += names.iter().map(|name| 24 + name.len()).sum::<usize>() + line.name.len() + line.why.len();
            let found = BoundaryFound {
                id: if outline.is_empty() { ElementId::ZERO } else { outline.id() },
                name: shown(&line.name),
                kind: shown(&line.kind),
                level: line.level,
                centre: outline.middle(),
                incomplete: shown(&line.why),
                cover: None,
                map: pack.name.clone(),
                credit: pack.credit.clone(),
            };
            all.push(Boundary { found, names, outline: Arc::new(outline) });
            if held + table.bytes() > room {
                return Err("its outlines need more memory than is left for street maps".into());
            }
        }
        let bytes = held + table.bytes();
        Ok(Self { all, table: table.finish(), bytes })
    }

    /// Those that a text names, and how well.
    fn find(&self, query: &NameQuery, wanted: &str, reach: Reach) -> Vec<(Rank, &Boundary)> {
        let mut hits: Option<BTreeMap<u32, (usize, NameHas)>> = None;
        for (word, (_, needed)) in query.words().enumerate() {
            if !needed {
                continue;
            }
            let having = self.table.having(query, word, reach);
            hits = Some(match hits {
                None => having.into_iter().map(|(name, how)| (name, (1, how))).collect(),
                Some(hits) => {
                    let both = |(name, (words, how)): (u32, (usize, NameHas))| {
                        having.get(&name).map(|here| (name, (words + 1, how.max(*here))))
                    };
                    hits.into_iter().filter_map(both).collect()
                }
            });
        }
        let ranked = |(number, (words, how)): (u32, (usize, NameHas))| {
            let boundary = self.all.get(number as usize)?;
            let just_so = boundary.names.iter().any(|name| name == wanted);
            Some((Rank { other: !just_so, untyped: self.table.size(number).saturating_sub(words), how }, boundary))
        };
        hits.unwrap_or_default().into_iter().filter_map(ranked).collect()
    }
}

/// Of two that may be meant the lesser one is likelier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    other: bool,
    untyped: usize,
    how: NameHas,
}

static READ: HeldPacks<Index> = HeldPacks::new();

fn indexes(packs: &[PackInfo]) -> Vec<Arc<Index>> {
    READ.of(packs, Index::read).into_iter().filter_map(|(_, index)| index.ok()).collect()
}

/// Maps whose outlines cannot be read, each with the reason.
#[must_use]
pub fn unread_boundaries(packs: &[PackInfo]) -> Vec<(String, String)> {
    let all = READ.of(packs, Index::read).into_iter();
    let why = |pack: &PackInfo, index: Result<_, String>| match pack.damaged.as_str() {
        "" => index.err(),
        damaged => Some(damaged.to_owned()),
    };
    all.filter_map(|(pack, index)| Some((pack.name.clone(), why(pack, index)?))).collect()
}

/// Letters of an id, at the least, by which an outline is known.
const ID_MIN: usize = 8;

/// Outlines of some maps that a text names, the likeliest first, each once; of all, where it is empty. `just_so`: only
/// those that have the text for a name, or whose id begins so.
#[must_use]
pub fn find_boundaries(packs: &[PackInfo], text: &str, just_so: bool) -> Vec<BoundaryFound> {
    let indexes = indexes(packs);
    let (query, wanted) = (NameQuery::of(text), folded(text));
    let mut found: Vec<(Rank, &Boundary)> = Vec::new();
    match &query {
        None => found.extend(indexes.iter().flat_map(|index| &index.all).map(|one| (Rank::default(), one))),
        Some(query) => {
            for reach in [Reach::Begun, Reach::Near] {
                found.extend(indexes.iter().flat_map(|index| index.find(query, &wanted, reach)));
                if !found.is_empty() {
                    break;
                }
            }
        }
    }
    found.retain(|(rank, _)| !just_so || !rank.other && query.is_some());
    if just_so && found.is_empty() && text.len() >= ID_MIN && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        let id = text.to_lowercase();
        let is_meant = |one: &&Boundary| !one.outline.is_empty() && one.found.id.to_string().starts_with(&id);
        let all = indexes.iter().flat_map(|index| &index.all);
        found.extend(all.filter(is_meant).map(|one| (Rank::default(), one)));
    }
    let key = |(rank, one): &(Rank, &Boundary)| {
        let found = &one.found;
        (*rank, !found.incomplete.is_empty(), found.level.unwrap_or(u8::MAX), folded(&found.name), found.id)
    };
    found.sort_by_cached_key(key);
    let mut known = BTreeSet::new();
    found.retain(|(_, one)| one.outline.is_empty() || known.insert(one.found.id));
    found.into_iter().map(|(_, one)| one.found.clone()).collect()
}

/// An outline by its id.
#[must_use]
pub fn boundary(packs: &[PackInfo], id: ElementId) -> Option<(BoundaryFound, Arc<Outline>)> {
    let whole = |one: &&Boundary| one.found.id == id && !one.outline.is_empty();
    indexes(packs).iter().find_map(|index| {
        let one = index.all.iter().find(whole)?;
        Some((one.found.clone(), one.outline.clone()))
    })
}

#[cfg(test)]
mod tests;
