//! Ways and relations that wait for the positions of their nodes, and those positions: bounded.

use super::{
    Place,
    thing::{Member, Of, Thing},
};
use crate::import::{
    outline::{Outline, assemble, points::Point},
    record::Said,
};
use std::collections::HashMap;

/// Node ids of one batch: with their positions about 50 MB, so that a small computer can import a country.
const NODES_MAX: usize = 2_000_000;
/// Nodes that a way of a relation is taken to have, before it is read.
const WAY_NODES_GUESS: usize = 50;
/// What a member takes, in node ids.
const MEMBER_COST: usize = 3;
/// Bytes of text of one batch, likewise.
const TEXT_MAX: usize = 32 << 20;

/// A way or relation without a position.
#[derive(Default)]
pub(super) struct WaitingShape {
    pub at: String,
    /// Its id in the data set.
    pub id: String,
    pub said: Said,
    /// Of a way: in its order.
    pub nodes: Vec<i64>,
    /// Where a way lies, if its file says so.
    pub line: Vec<Place>,
    /// Of a relation.
    pub members: Vec<Member>,
    /// A place somewhere around it.
    pub around: Option<Place>,
}

impl WaitingShape {
    /// Whether other objects have to be read to know where it lies.
    pub fn waits(&self) -> bool {
        let unknown = |member: &Member| member.of.is_some_and(|of| of != Of::Relation) && member.line.is_empty();
        self.line.is_empty() && (!self.nodes.is_empty() || self.members.iter().any(unknown))
    }
    fn ways(&self) -> impl Iterator<Item = i64> {
        self.members.iter().filter(|member| member.of == Some(Of::Way) && member.line.is_empty()).map(|way| way.id)
    }
    fn all_nodes(&self) -> impl Iterator<Item = i64> {
        let members = self.members.iter().filter(|member| member.of == Some(Of::Node) && member.line.is_empty());
        self.nodes.iter().copied().chain(members.map(|node| node.id))
    }

    /// A place that lies in it: where its name is to be written, if it says so. None: nothing of it is known.
    pub fn place(&self, outlines: &Outlines, places: &Places) -> Option<Point> {
        let lines: Vec<(bool, Vec<Point>)> =
            self.members.iter().map(|member| member_line(member, outlines, places)).collect();
        if let Some((_, label)) = lines.iter().find(|(is_label, line)| *is_label && !line.is_empty()) {
            return label.first().copied();
        }
        let mut outline = Outline::default();
        let line = if self.line.is_empty() { places.line(&self.nodes) } else { points(&self.line) };
        // What is closed is an area, also where a node of it is in another extract.
        let closed =
            if self.line.is_empty() { self.nodes.first() == self.nodes.last() } else { line.first() == line.last() };
        if closed && line.len() > 2 {
            outline.add_ring(line);
        } else if !line.is_empty() {
            outline.add_line(line);
        }
        let (ways, alone): (Vec<_>, Vec<_>) =
            lines.into_iter().map(|(_, line)| line).filter(|line| !line.is_empty()).partition(|line| line.len() > 1);
        let (rings, _) = assemble::rings(&ways);
        if rings.is_empty() {
            ways.into_iter().for_each(|way| outline.add_line(way));
        }
        rings.into_iter().for_each(|ring| outline.add_ring(ring));
        alone.into_iter().flatten().for_each(|at| outline.add_point(at));
        outline.place().or_else(|| self.around.map(point))
    }
}

fn member_line(member: &Member, outlines: &Outlines, places: &Places) -> (bool, Vec<Point>) {
    let line = match member.of {
        _ if !member.line.is_empty() => points(&member.line),
        Some(Of::Node) => places.line(&[member.id]),
        Some(Of::Way) => match outlines.0.get(&member.id) {
            Some(Some(way)) if way.line.is_empty() => places.line(&way.nodes),
            Some(Some(way)) => points(&way.line),
            Some(None) | None => Vec::new(),
        },
        Some(Of::Relation) | None => Vec::new(),
    };
    (member.is_label, line)
}

fn point((lon, lat): Place) -> Point {
    Point { x: lon.into(), y: lat.into() }
}

fn points(line: &[Place]) -> Vec<Point> {
    line.iter().copied().map(point).collect()
}

/// The shapes of one batch.
pub(super) struct Waiting {
    shapes: Vec<WaitingShape>,
    ids: usize,
    text: usize,
    ids_max: usize,
}

impl Waiting {
    pub fn new() -> Self {
        Self::of_at_most(NODES_MAX)
    }
    /// Batches of so many node ids.
    pub fn of_at_most(ids_max: usize) -> Self {
        Self { shapes: Vec::new(), ids: 0, text: 0, ids_max }
    }
    pub fn add(&mut self, shape: WaitingShape) {
        let known: usize = shape.members.iter().map(|member| member.line.len()).sum();
        self.ids +=
            shape.nodes.len() + shape.members.len() * MEMBER_COST + shape.ways().count() * WAY_NODES_GUESS + known;
        self.text += shape.said.bytes();
        self.shapes.push(shape);
    }
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }
    pub fn is_full(&self) -> bool {
        self.ids > self.ids_max || self.text > TEXT_MAX
    }
    pub fn take(&mut self) -> Vec<WaitingShape> {
        std::mem::replace(self, Self::of_at_most(self.ids_max)).shapes
    }
}

/// A way of a relation, in the newest version that was met.
struct Way {
    version: i32,
    nodes: Vec<i64>,
    line: Vec<Place>,
}

/// The ways that are needed, by id.
#[derive(Default)]
pub(super) struct Outlines(HashMap<i64, Option<Way>>);

impl Outlines {
    pub fn of(shapes: &[WaitingShape]) -> Self {
        Self(shapes.iter().flat_map(WaitingShape::ways).map(|id| (id, None)).collect())
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Keep it, if it is needed, and there is room for so many nodes; gives what it takes.
    pub fn set(&mut self, way: &dyn Thing, room: usize) -> usize {
        let Some(slot) = self.0.get_mut(&way.id()) else { return 0 };
        let version = way.version();
        if slot.as_ref().is_some_and(|way| way.version > version) {
            return 0;
        }
        let (nodes, line) = if way.is_deleted() { Default::default() } else { (way.nodes(), way.line()) };
        let takes = nodes.len() + line.len();
        // A mere outline of the same version, which says less.
        if takes > room || takes == 0 && !way.is_deleted() {
            return 0;
        }
        // Where it lies is known: its nodes need not be.
        let nodes = if line.is_empty() { nodes } else { Vec::new() };
        *slot = Some(Way { version, nodes, line });
        takes
    }
}

/// Nodes that a batch of relations may have in all.
pub(super) const OUTLINES_MAX: usize = NODES_MAX;

/// What is known of a node.
#[derive(Debug, Clone, Copy)]
struct Node {
    version: i32,
    place: Option<Place>,
}

/// Positions of the nodes that are needed, by id.
pub(super) struct Places {
    ids: Vec<i64>,
    found: Vec<Node>,
}

impl Places {
    /// Of the nodes that these shapes and ways need.
    pub fn of(shapes: &[WaitingShape], outlines: &Outlines) -> Self {
        let ways = outlines.0.values().flatten().flat_map(|way| way.nodes.iter().copied());
        let mut ids: Vec<i64> = shapes.iter().flat_map(WaitingShape::all_nodes).chain(ways).collect();
        ids.sort_unstable();
        ids.dedup();
        Self { found: vec![Node { version: i32::MIN, place: None }; ids.len()], ids }
    }
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
    /// Keep it, if it is needed.
    pub fn set(&mut self, node: &dyn Thing) {
        if let Ok(index) = self.ids.binary_search(&node.id())
            && let Some(slot) = self.found.get_mut(index)
            && slot.version <= node.version()
        {
            let place = if node.is_deleted() { None } else { node.place() };
            *slot = Node { version: node.version(), place };
        }
    }
    fn get(&self, id: i64) -> Option<Place> {
        self.found.get(self.ids.binary_search(&id).ok()?)?.place
    }
    fn line(&self, ids: &[i64]) -> Vec<Point> {
        ids.iter().filter_map(|id| self.get(*id)).map(point).collect()
    }
}
