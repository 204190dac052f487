//! OpenStreetMap `.osm.pbf`: places with a name.
//!
//! * Nodes are given as they are read.
//! * Ways know only the ids of their nodes: they wait, in batches of bounded size, and for each batch the nodes are
//!   read once more. Their position is the centroid.
//! * Relations know only the ids of their ways: they wait likewise, and the ways are read once more before. Their
//!   position is the centroid of the hull of their outline.
//!
//! A record is a node, way or relation that has one of the keys of [`osm_tags`]; the rest of the map (roads, house
//! outlines, trees) is no record.

mod blocks;
mod shapes;
mod waiting;

pub(crate) use shapes::{Covered, End, Place, Shape, ShapeOf, Takes, read_shapes};

use super::{
    ImportError, ImportItem, Source, columns,
    geometry::LatLon,
    notes::ImportNote,
    osm_tags,
    record::{Builder, Said},
};
use blocks::{Block, Blocks};
use osmpbf::{Element, PrimitiveBlock, RelMemberType};
use std::{
    collections::VecDeque,
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
};
use waiting::{Outlines, Places, Waiting, WaitingShape};

/// Elements of one block: writers put 8,000 into it. Bounds what is held of a hostile one.
const BLOCK_ELEMENTS_MAX: usize = 500_000;
/// Nodes of one way: OpenStreetMap itself allows 2,000.
const WAY_NODES_MAX: usize = 20_000;
/// Members of one relation: OpenStreetMap itself allows 32,000; a place has a few dozen.
const MEMBERS_MAX: usize = 5_000;

/// Places of a file.
pub(super) struct OsmSource {
    blocks: Blocks,
    builder: Builder,
    ready: VecDeque<ImportItem>,
    waiting: Waiting,
    /// Byte after the last block in which nodes were seen.
    nodes_end: u64,
    /// Bytes from the first block in which ways were seen to the end of the last.
    ways: Option<(u64, u64)>,
    ended: Option<Option<ImportError>>,
}

impl OsmSource {
    pub fn open(file: File, length: u64, name: String, builder: Builder) -> Self {
        let blocks = Blocks::new(file, length, name);
        Self { blocks, builder, ready: VecDeque::new(), waiting: Waiting::new(), nodes_end: 0, ways: None, ended: None }
    }

    /// Read one more block; at the end or at a fault, what waits is given before that is told.
    fn step(&mut self) {
        let fault = match self.blocks.next_block() {
            Ok(Block::Data(block)) => self.take_block(&block).err(),
            Ok(Block::Header(_) | Block::Other) => None,
            Ok(Block::End) => {
                self.locate();
                self.ended = Some(None);
                return;
            }
            Err(error) => Some(error),
        };
        if let Some(error) = fault {
            self.locate();
            self.ended = Some(Some(error));
        } else if self.waiting.is_full() {
            let here = self.blocks.position();
            self.locate();
            if let Err(error) = self.blocks.go_to(here) {
                self.ended = Some(Some(error));
            }
        }
    }

    fn take_block(&mut self, block: &PrimitiveBlock) -> Result<(), ImportError> {
        // The crate adds and multiplies the file's numbers without looking: where overflow checks are on, a hostile
        // file makes it panic. Nothing half-done is left: items are only appended.
        let taken = catch_unwind(AssertUnwindSafe(|| self.walk(block)));
        let why = match taken {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(why)) => why,
            Err(_) => "its numbers make no sense: it is damaged",
        };
        Err(self.blocks.broken(why))
    }

    fn walk(&mut self, block: &PrimitiveBlock) -> Result<(), &'static str> {
        let (mut has_nodes, mut has_ways) = (false, false);
        for (count, element) in block.elements().enumerate() {
            if count >= BLOCK_ELEMENTS_MAX {
                return Err("a block of more than 500,000 elements: it is damaged");
            }
            match element {
                Element::DenseNode(node) => {
                    has_nodes = true;
                    self.take_node(node.id(), node.tags(), (node.lat(), node.lon()));
                }
                Element::Node(node) => {
                    has_nodes = true;
                    self.take_node(node.id(), node.tags(), (node.lat(), node.lon()));
                }
                Element::Way(way) => {
                    has_ways = true;
                    self.take_way(&way);
                }
                Element::Relation(relation) => self.take_relation(&relation),
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

    fn take_node<'a>(&mut self, id: i64, tags: impl Iterator<Item = (&'a str, &'a str)> + Clone, place: LatLon) {
        if is_place(tags.clone()) {
            let id = format!("node/{id}");
            self.ready.push_back(self.builder.item(&id.clone(), Some(id), said(tags), Some(place)));
        }
    }

    fn take_way(&mut self, way: &osmpbf::Way<'_>) {
        if !is_place(way.tags()) {
            return;
        }
        let at = format!("way/{}", way.id());
        let said = said(way.tags());
        if !said.has_name() {
            self.ready.push_back(ImportItem::skipped(at, "no name"));
        } else if way.raw_refs().len() > WAY_NODES_MAX {
            self.ready
                .push_back(ImportItem::skipped(at, format!("{} nodes: at most {WAY_NODES_MAX}", way.raw_refs().len())));
        } else {
            // Some files carry the positions in the way itself.
            let own: Vec<LatLon> = way.node_locations().map(|at| (at.lat(), at.lon())).collect();
            if own.is_empty() {
                self.waiting.add(WaitingShape { at, said, nodes: way.refs().collect(), ways: None });
            } else {
                self.ready.push_back(finish(&mut self.builder, at, said, waiting::middle(&own)));
            }
        }
    }

    fn take_relation(&mut self, relation: &osmpbf::Relation<'_>) {
        if !is_place(relation.tags()) {
            return;
        }
        let at = format!("relation/{}", relation.id());
        let said = said(relation.tags());
        if !said.has_name() {
            self.ready.push_back(ImportItem::skipped(at, "no name"));
        } else if relation.members().len() > MEMBERS_MAX {
            let why = format!("{} members: at most {MEMBERS_MAX}", relation.members().len());
            self.ready.push_back(ImportItem::skipped(at, why));
        } else {
            let (mut nodes, mut ways) = (Vec::new(), Vec::new());
            // Holes ("inner") lie within the outline; relations of relations are not followed.
            for member in relation.members().filter(|member| !matches!(member.role(), Ok("inner"))) {
                match member.member_type {
                    RelMemberType::Node => nodes.push(member.member_id),
                    RelMemberType::Way => ways.push(member.member_id),
                    RelMemberType::Relation => {}
                }
            }
            if !ways.is_empty() {
                nodes.clear();
            }
            self.waiting.add(WaitingShape { at, said, nodes, ways: Some(ways) });
        }
    }

    /// Read the file again for the shapes that wait, and give those.
    fn locate(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut shapes = self.waiting.take();
        let mut outlines = Outlines::of(&shapes);
        let mut found = Ok(());
        if let Some((begin, end)) = self.ways
            && !outlines.is_empty()
        {
            found = self.again(begin, end, |element| {
                if let Element::Way(way) = element {
                    outlines.set(way.id(), way.refs());
                }
            });
        }
        outlines.fill(&mut shapes);
        let mut places = Places::of(&shapes);
        found = found.and(self.again(0, self.nodes_end, |element| match element {
            Element::DenseNode(node) => places.set(node.id(), (node.lat(), node.lon())),
            Element::Node(node) => places.set(node.id(), (node.lat(), node.lon())),
            Element::Way(_) | Element::Relation(_) => {}
        }));
        for shape in shapes {
            let points: Vec<LatLon> = shape.nodes.iter().filter_map(|id| places.get(*id)).collect();
            let middle = if shape.ways.is_some() { waiting::hull_middle(&points) } else { waiting::middle(&points) };
            self.ready.push_back(finish(&mut self.builder, shape.at, shape.said, middle));
        }
        if let Err(error) = found {
            self.ended.get_or_insert(Some(error));
        }
    }

    /// Read the elements of some of the blocks again.
    fn again(&mut self, begin: u64, end: u64, mut take: impl FnMut(Element<'_>)) -> Result<(), ImportError> {
        self.blocks.go_to(begin)?;
        while self.blocks.position() < end {
            match self.blocks.next_block()? {
                Block::End => break,
                Block::Header(_) | Block::Other => {}
                Block::Data(block) => catch_unwind(AssertUnwindSafe(|| block.for_each_element(&mut take)))
                    .map_err(|_| self.blocks.broken("its numbers make no sense: it is damaged"))?,
            }
        }
        Ok(())
    }
}

fn is_place<'a>(mut tags: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    tags.any(|(key, value)| osm_tags::is_poi(key, value))
}

fn said<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Said {
    let mut said = Said::default();
    for (key, value) in tags {
        if let Some(role) = columns::recognise_osm(key) {
            said.add(role, value);
        }
    }
    said
}

fn finish(builder: &mut Builder, at: String, said: Said, middle: Option<LatLon>) -> ImportItem {
    match middle {
        Some(place) => builder.item(&at.clone(), Some(at), said, Some(place)),
        None => ImportItem::skipped(at, "no coordinates: its nodes are not in the file"),
    }
}

impl Source for OsmSource {
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(Ok(item));
            }
            match &mut self.ended {
                Some(error) => return error.take().map(Err),
                None => self.step(),
            }
        }
    }
    fn notes(&self) -> Vec<ImportNote> {
        self.builder.notes()
    }
}

#[cfg(test)]
mod tests;
