//! Whole shapes of an `.osm.pbf`: points, lines, and the ways of relations, for who draws a map of them.
//!
//! * Nodes are given as they are read; ways and relations wait for the positions of their nodes, in batches of bounded
//!   size, and for each batch the file's nodes are read once more.
//! * A node that is not in the file (an extract ends somewhere) is left out of its way.
//! * Of several versions of an object the newest counts, and nothing of what was deleted.

use super::{
    BLOCK_ELEMENTS_MAX, MEMBERS_MAX, WAY_NODES_MAX,
    blocks::{Block, Blocks},
    newest::Newest,
    pbf::{PbfThings, too_full},
    thing::{Of, Thing},
};
use crate::import::{FileFault, ImportError, text};
use osmpbf::{Element, PrimitiveBlock, RelMemberType};
use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

/// Node ids of one batch: they and their positions take about 100 MB.
const IDS_MAX: usize = 4_000_000;
/// What a shape costs besides its node ids, in ids: so that many short ones fill a batch too.
const SHAPE_COST: usize = 16;

/// A place: longitude and latitude in 1e-7 degree.
pub(crate) type Place = (i32, i32);

/// Where a shape lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Point(Place),
    Line(Vec<Place>),
    /// The ways of a relation, whatever their roles.
    Lines(Vec<Vec<Place>>),
}

/// Which kind of element tags are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShapeOf {
    Node,
    Open,
    Closed,
    Relation,
}

/// The rectangle that a file says it covers, or in which its nodes lie: west, south, east, north in 1e-7 degree. West
/// is more than east where it lies across the 180th meridian.
pub(crate) type Covered = [i32; 4];

/// Why there are no more shapes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All were given.
    All,
    /// Who takes them wants no more.
    Stopped,
}

/// Who is given shapes.
pub(crate) trait Takes {
    /// What tags mean to it.
    type What;
    /// Once, before all else; why the file will not do.
    fn covered(&mut self, covered: Covered) -> Result<(), FileFault>;
    /// What an element is by its tags; none: nothing that is wanted.
    fn look<'a>(&self, of: ShapeOf, tags: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> Option<Self::What>;
    /// One shape, of which so many nodes or ways are not in the file; why no more can be taken.
    fn take(&mut self, what: Self::What, shape: Shape, missing: usize) -> Result<(), FileFault>;
    /// After each block: whether to go on. So many bytes of so many were read, of all passes so far.
    fn go_on(&mut self, read: u64) -> bool;
}

/// A way or relation without positions.
struct Waiting<W> {
    what: W,
    /// Of a way: its nodes. Of a relation: its ways.
    ids: Vec<i64>,
    is_relation: bool,
    /// Members that are too many to be looked at.
    left_out: usize,
}

/// A reader under way.
struct Shapes<'a, T: Takes> {
    blocks: Blocks,
    takes: &'a mut T,
    name: String,
    newest: Newest,
    /// Objects that were walked over.
    number: u64,
    waiting: Vec<Waiting<T::What>>,
    ids: usize,
    ids_max: usize,
    read: u64,
    nodes_end: u64,
    ways: Option<(u64, u64)>,
}

/// Read a file to its end, or until nothing more is wanted.
pub(crate) fn read_shapes<T: Takes>(path: &Path, takes: &mut T) -> Result<End, ImportError> {
    read_in_batches(path, takes, IDS_MAX)
}

pub(super) fn read_in_batches<T: Takes>(path: &Path, takes: &mut T, ids_max: usize) -> Result<End, ImportError> {
    let name = text::one_line(&path.display().to_string());
    let file = File::open(path).map_err(|error| ImportError::io(&name, &error))?;
    let length = file.metadata().map_err(|error| ImportError::io(&name, &error))?.len();
    ImportError::fits(&name, length)?;
    let blocks = Blocks::new(file, length, name.clone());
    let things = PbfThings::open(path.to_owned(), name.clone())?;
    let newest = Newest::of(&things, &|thing| is_wanted(takes, thing));
    let newest = newest.map_err(|why| ImportError::unusable(&name, why))?;
    let mut shapes = Shapes {
        blocks,
        takes,
        name,
        newest,
        number: 0,
        waiting: Vec::new(),
        ids: 0,
        ids_max,
        read: 0,
        nodes_end: 0,
        ways: None,
    };
    match shapes.run() {
        Ok(()) => Ok(End::All),
        Err(Halt::Unwanted) => Ok(End::Stopped),
        Err(Halt::Fault(error)) => Err(error),
    }
}

/// Whether a map shows it.
fn is_wanted<T: Takes>(takes: &T, thing: &dyn Thing) -> bool {
    let of = match thing.of() {
        Of::Node => ShapeOf::Node,
        Of::Relation => ShapeOf::Relation,
        Of::Way => {
            let nodes = thing.nodes();
            if nodes.len() > 3 && nodes.first() == nodes.last() { ShapeOf::Closed } else { ShapeOf::Open }
        }
    };
    let mut tags: Vec<(String, String)> = Vec::new();
    thing.each_tag(&mut |key, value| tags.push((key.to_owned(), value.to_owned())));
    let mut said = tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    takes.look(of, &mut said).is_some()
}

type Step = Result<(), Halt>;

impl<T: Takes> Shapes<'_, T> {
    fn run(&mut self) -> Step {
        let covered = self.covered()?;
        let told = self.takes.covered(covered);
        self.unusable(told)?;
        self.blocks.go_to(0)?;
        loop {
            match self.next_block()? {
                Block::Data(block) => self.guarded(|shapes| shapes.walk(&block))?,
                Block::Header(_) | Block::Other => {}
                Block::End => return self.locate(),
            }
            if self.ids > self.ids_max {
                let here = self.blocks.position();
                self.locate()?;
                self.blocks.go_to(here)?;
            }
        }
    }

    fn next_block(&mut self) -> Result<Block, Halt> {
        let before = self.blocks.position();
        let block = self.blocks.next_block()?;
        self.read += self.blocks.position().saturating_sub(before);
        if self.takes.go_on(self.read) { Ok(block) } else { Err(Halt::Unwanted) }
    }

    fn unusable(&self, told: Result<(), FileFault>) -> Step {
        told.map_err(|why| ImportError::unusable(&self.name, why).into())
    }

    /// The crate adds and multiplies the file's numbers without looking: a hostile file makes it panic.
    fn guarded(&mut self, work: impl FnOnce(&mut Self) -> Result<(), Failed>) -> Step {
        match catch_unwind(AssertUnwindSafe(|| work(self))) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Failed::Damaged(why))) => Err(self.blocks.broken(why).into()),
            Ok(Err(Failed::NotTaken(why))) => self.unusable(Err(why)),
            Err(_) => Err(self.blocks.broken(FileFault::NumbersSenseless).into()),
        }
    }

    /// What the header says, or all nodes.
    fn covered(&mut self) -> Result<Covered, Halt> {
        let mut seen = Seen::default();
        loop {
            match self.next_block()? {
                Block::Header(Some(covered)) => return Ok(covered),
                Block::Header(None) | Block::Other => {}
                Block::End => return Ok(seen.covered()),
                Block::Data(block) => self.guarded(|_| {
                    block.for_each_element(|element| match element {
                        element if element.is_deleted() => {}
                        Element::DenseNode(node) => seen.add((node.decimicro_lon(), node.decimicro_lat())),
                        Element::Node(node) => seen.add((node.decimicro_lon(), node.decimicro_lat())),
                        Element::Way(way) => {
                            way.node_locations().for_each(|at| seen.add((at.decimicro_lon(), at.decimicro_lat())));
                        }
                        Element::Relation(_) => {}
                    });
                    Ok(())
                })?,
            }
        }
    }

    fn walk(&mut self, block: &PrimitiveBlock) -> Result<(), Failed> {
        let (mut has_nodes, mut has_ways) = (false, false);
        for (count, element) in block.elements().enumerate() {
            if count >= BLOCK_ELEMENTS_MAX {
                return Err(Failed::Damaged(too_full()));
            }
            self.number += 1;
            let counts = !element.is_deleted() && !self.newest.outdates(&element, self.number);
            has_nodes |= element.of() == Of::Node;
            has_ways |= element.of() == Of::Way;
            match element {
                _ if !counts => {}
                Element::DenseNode(node) => {
                    if let Some(what) = self.takes.look(ShapeOf::Node, &mut node.tags()) {
                        let place = (node.decimicro_lon(), node.decimicro_lat());
                        self.takes.take(what, Shape::Point(place), 0).map_err(Failed::NotTaken)?;
                    }
                }
                Element::Node(node) => {
                    if let Some(what) = self.takes.look(ShapeOf::Node, &mut node.tags()) {
                        let place = (node.decimicro_lon(), node.decimicro_lat());
                        self.takes.take(what, Shape::Point(place), 0).map_err(Failed::NotTaken)?;
                    }
                }
                Element::Way(way) => self.way(&way)?,
                Element::Relation(relation) => self.relation(&relation),
            }
        }
        if has_ways {
            let begin = self.ways.map_or(self.blocks.began(), |(begin, _)| begin);
            self.ways = Some((begin, self.blocks.position()));
        }
        if has_nodes {
            self.nodes_end = self.blocks.position();
        }
        Ok(())
    }

    fn way(&mut self, way: &osmpbf::Way<'_>) -> Result<(), Failed> {
        let count = way.raw_refs().len();
        if !(2..=WAY_NODES_MAX).contains(&count) {
            return Ok(());
        }
        let closed = count > 3 && way.refs().next() == way.refs().last();
        let of = if closed { ShapeOf::Closed } else { ShapeOf::Open };
        let Some(what) = self.takes.look(of, &mut way.tags()) else { return Ok(()) };
        // Some files carry the positions in the way itself.
        let own: Vec<Place> = way.node_locations().map(|at| (at.decimicro_lon(), at.decimicro_lat())).collect();
        if own.is_empty() {
            self.wait(what, way.refs().collect(), false, 0);
            return Ok(());
        }
        self.takes.take(what, Shape::Line(own), 0).map_err(Failed::NotTaken)
    }

    fn relation(&mut self, relation: &osmpbf::Relation<'_>) {
        let Some(what) = self.takes.look(ShapeOf::Relation, &mut relation.tags()) else { return };
        let ways = relation.members().filter(|member| member.member_type == RelMemberType::Way);
        let mut ids: Vec<i64> = ways.map(|member| member.member_id).take(MEMBERS_MAX + 1).collect();
        let left_out = ids.len().saturating_sub(MEMBERS_MAX);
        ids.truncate(MEMBERS_MAX);
        self.wait(what, ids, true, left_out);
    }

    fn wait(&mut self, what: T::What, ids: Vec<i64>, is_relation: bool, left_out: usize) {
        // A way of a relation has some nodes, of which nothing is known yet.
        self.ids += SHAPE_COST + ids.len() * if is_relation { SHAPE_COST } else { 1 };
        self.waiting.push(Waiting { what, ids, is_relation, left_out });
    }

    /// Read the file again for the shapes that wait, and give those.
    fn locate(&mut self) -> Step {
        let waiting = std::mem::take(&mut self.waiting);
        self.ids = 0;
        if waiting.is_empty() {
            return Ok(());
        }
        let mut outlines: Table<(i32, Outline)> =
            Table::of(waiting.iter().filter(|one| one.is_relation).flat_map(|one| &one.ids));
        if let (Some((begin, end)), false) = (self.ways, outlines.ids.is_empty()) {
            let ids_max = self.ids_max;
            let mut held = 0;
            self.again(begin, end, |element| {
                let (version, deleted) = (element.version(), element.is_deleted());
                if let Element::Way(way) = element
                    && way.raw_refs().len() <= WAY_NODES_MAX
                    && let Some(slot) = outlines.slot(way.id())
                    && slot.as_ref().is_none_or(|(before, _)| *before < version)
                    && held < ids_max.saturating_mul(2)
                {
                    held += way.raw_refs().len();
                    let own: Vec<Place> =
                        way.node_locations().map(|at| (at.decimicro_lon(), at.decimicro_lat())).collect();
                    let outline = match own {
                        _ if deleted => Outline::Deleted,
                        own if own.is_empty() => Outline::Nodes(way.refs().collect()),
                        own => Outline::Known(own),
                    };
                    *slot = Some((version, outline));
                }
            })?;
        }
        let nodes = outlines.found.iter().flatten().filter_map(|(_, outline)| match outline {
            Outline::Nodes(nodes) => Some(nodes),
            Outline::Known(_) | Outline::Deleted => None,
        });
        let nodes = nodes.chain(waiting.iter().filter(|one| !one.is_relation).map(|one| &one.ids)).flatten();
        let mut places: Table<(i32, Option<Place>)> = Table::of(nodes);
        self.again(0, self.nodes_end, |element| {
            let (version, deleted) = (element.version(), element.is_deleted());
            let (id, place) = match element {
                Element::DenseNode(node) => (node.id(), (node.decimicro_lon(), node.decimicro_lat())),
                Element::Node(node) => (node.id(), (node.decimicro_lon(), node.decimicro_lat())),
                Element::Way(_) | Element::Relation(_) => return,
            };
            if let Some(slot) = places.slot(id)
                && slot.as_ref().is_none_or(|(before, _)| *before <= version)
            {
                *slot = Some((version, (!deleted).then_some(place)));
            }
        })?;
        let line = |ids: &[i64]| -> Vec<Place> {
            ids.iter().filter_map(|id| places.get(*id).and_then(|(_, place)| *place)).collect()
        };
        for one in waiting {
            let mut missing = one.left_out;
            let mut line = |ids: &[i64]| {
                let line = line(ids);
                missing += ids.len() - line.len();
                line
            };
            let shape = if one.is_relation {
                let ways = one.ids.iter().filter_map(|id| outlines.get(*id));
                let lines: Vec<Vec<Place>> = ways
                    .filter_map(|(_, outline)| match outline {
                        Outline::Nodes(nodes) => Some(line(nodes)),
                        Outline::Known(places) => Some(places.clone()),
                        Outline::Deleted => None,
                    })
                    .collect();
                missing += one.ids.len() - lines.len();
                Shape::Lines(lines)
            } else {
                Shape::Line(line(&one.ids))
            };
            let told = self.takes.take(one.what, shape, missing);
            self.unusable(told)?;
        }
        Ok(())
    }

    /// Read the elements of some of the blocks again.
    fn again(&mut self, begin: u64, end: u64, mut take: impl FnMut(Element<'_>)) -> Step {
        self.blocks.go_to(begin)?;
        while self.blocks.position() < end {
            match self.next_block()? {
                Block::End => break,
                Block::Header(_) | Block::Other => {}
                Block::Data(block) => self.guarded(|_| {
                    block.for_each_element(&mut take);
                    Ok(())
                })?,
            }
        }
        Ok(())
    }
}

/// Why reading ends before the end.
enum Halt {
    Unwanted,
    Fault(ImportError),
}

impl From<ImportError> for Halt {
    fn from(error: ImportError) -> Self {
        Self::Fault(error)
    }
}

enum Failed {
    Damaged(FileFault),
    NotTaken(FileFault),
}

/// What a way of a relation consists of.
enum Outline {
    Nodes(Vec<i64>),
    Known(Vec<Place>),
    Deleted,
}

/// What was found of some ids.
struct Table<V> {
    ids: Vec<i64>,
    found: Vec<Option<V>>,
}

impl<V> Table<V> {
    fn of<'a>(ids: impl Iterator<Item = &'a i64>) -> Self {
        let mut ids: Vec<i64> = ids.copied().collect();
        ids.sort_unstable();
        ids.dedup();
        Self { found: ids.iter().map(|_| None).collect(), ids }
    }
    fn slot(&mut self, id: i64) -> Option<&mut Option<V>> {
        self.found.get_mut(self.ids.binary_search(&id).ok()?)
    }
    fn get(&self, id: i64) -> Option<&V> {
        self.found.get(self.ids.binary_search(&id).ok()?)?.as_ref()
    }
}

/// Where nodes were seen, measured from either side of Earth.
struct Seen {
    lon: (i64, i64),
    turned: (i64, i64),
    lat: (i64, i64),
}

impl Default for Seen {
    fn default() -> Self {
        let none = (i64::MAX, i64::MIN);
        Self { lon: none, turned: none, lat: none }
    }
}

impl Seen {
    fn add(&mut self, (lon, lat): Place) {
        let widen = |range: &mut (i64, i64), value: i64| *range = (range.0.min(value), range.1.max(value));
        let lon = i64::from(lon);
        widen(&mut self.lon, lon);
        widen(&mut self.turned, lon.rem_euclid(3_600_000_000));
        widen(&mut self.lat, lat.into());
    }
    fn covered(&self) -> Covered {
        if self.lon.0 > self.lon.1 {
            return [0; 4];
        }
        let lon = if self.turned.1 - self.turned.0 < self.lon.1 - self.lon.0 { self.turned } else { self.lon };
        let back = |lon: i64| if lon > 1_800_000_000 { lon - 3_600_000_000 } else { lon };
        [back(lon.0), self.lat.0, back(lon.1), self.lat.1].map(|value| i32::try_from(value).unwrap_or_default())
    }
}
