//! Places of OpenStreetMap with a name, whatever file they come in: `.osm.pbf`, `.osm` (XML), JSON of Overpass.
//!
//! * Nodes are given as they are read.
//! * Ways know only the ids of their nodes, relations those of their ways: they wait, in batches of bounded size, and
//!   for each batch the file is read once more. Where a file says itself where they lie, nothing is looked for.
//! * Of several versions of an object the newest counts.
//!
//! A record is a node, way or relation that has one of the tags of [`osm_tags`]; the rest of the map (roads, house
//! outlines, trees) is no record. What of it has a name is counted.

mod blocks;
mod newest;
mod overpass;
mod pbf;
mod shapes;
mod thing;
mod waiting;
mod xml;

pub(crate) use shapes::{Covered, End, Place, Shape, ShapeOf, Takes, read_shapes};

use super::{
    Format, ImportError, ImportItem, Reason, Source, columns, geometry,
    notes::ImportNote,
    osm_tags,
    record::{Builder, Said},
    text,
};
use newest::Newest;
use std::{collections::VecDeque, path::PathBuf};
use thing::{Next, Of, Thing, Things};
use waiting::{OUTLINES_MAX, Outlines, Places, Waiting, WaitingShape};

/// Elements of one block: writers put 8,000 into it. Bounds what is held of a hostile one.
const BLOCK_ELEMENTS_MAX: usize = 500_000;
/// Nodes of one way: OpenStreetMap itself allows 2,000.
const WAY_NODES_MAX: usize = 20_000;
/// Members of one relation: OpenStreetMap itself allows 32,000; a place has a few dozen.
const MEMBERS_MAX: usize = 5_000;
/// Bytes of what a server says of its file: a sentence or two.
const REMARK_MAX: usize = 400;

/// Places of a file.
pub(super) struct OsmSource {
    things: Box<dyn Things + Send>,
    file: String,
    work: Work,
    /// None: the file was not looked through yet.
    newest: Option<Newest>,
    ended: Option<Option<ImportError>>,
}

/// What is made of the file's objects.
struct Work {
    builder: Builder,
    ready: VecDeque<ImportItem>,
    waiting: Waiting,
    /// Objects read.
    number: u64,
    /// Of them those with a name that are no places.
    of_the_map: u64,
    /// The last of these: of an extract with history all versions stand together.
    last_named: Option<(Of, i64)>,
    /// Where the last nodes end.
    nodes_end: u64,
    /// From the first ways to the end of the last.
    ways: Option<(u64, u64)>,
}

impl OsmSource {
    /// Begin to read a file of one of the formats of OpenStreetMap.
    pub fn open(path: PathBuf, format: Format, name: String, builder: Builder) -> Result<Self, ImportError> {
        let file = name.clone();
        let things: Box<dyn Things + Send> = match format {
            Format::OsmXml => Box::new(xml::XmlThings::open(path, name)?),
            Format::Overpass => Box::new(overpass::OverpassThings::open(path, name)?),
            _ => Box::new(pbf::PbfThings::open(path, name)?),
        };
        let work = Work {
            builder,
            ready: VecDeque::new(),
            waiting: Waiting::new(),
            number: 0,
            of_the_map: 0,
            last_named: None,
            nodes_end: 0,
            ways: None,
        };
        Ok(Self { things, file, work, newest: None, ended: None })
    }

    /// Read some more; at the end or at a fault, what waits is given before that is told.
    fn step(&mut self) {
        let newest = match &self.newest {
            Some(newest) => newest,
            None => match Newest::of(self.things.as_ref(), &is_place) {
                Ok(newest) => self.newest.insert(newest),
                Err(why) => {
                    self.ended = Some(Some(ImportError::unusable(&self.file, why)));
                    return;
                }
            },
        };
        let began = self.things.position();
        let (mut has_nodes, mut has_ways) = (false, false);
        let work = &mut self.work;
        let next = self.things.next(&mut |thing| {
            has_nodes |= thing.of() == Of::Node;
            has_ways |= thing.of() == Of::Way;
            work.take(thing, newest);
        });
        if has_ways {
            let begin = work.ways.map_or(began, |(begin, _)| begin);
            work.ways = Some((begin, self.things.position()));
        }
        if has_nodes {
            work.nodes_end = self.things.position();
        }
        let ended = match next {
            Ok(Next::Given) => None,
            Ok(Next::Skipped(item)) => {
                work.ready.push_back(item);
                None
            }
            Ok(Next::End) => Some(None),
            Err(error) => Some(Some(error)),
        };
        if ended.is_some() || work.waiting.is_full() {
            let located = work.locate(self.things.as_ref());
            self.ended = match (ended, located) {
                (Some(Some(error)), _) | (_, Err(error)) => Some(Some(error)),
                (ended, Ok(())) => ended,
            };
        }
    }
}

impl Work {
    fn take(&mut self, thing: &dyn Thing, newest: &Newest) {
        self.number += 1;
        let (is_place, is_named) = looked_at(thing);
        if thing.is_deleted() || !is_place && !is_named || newest.outdates(thing, self.number) {
            return;
        }
        if !is_place {
            let key = Some((thing.of(), thing.id()));
            self.of_the_map += u64::from(self.last_named != key);
            self.last_named = key;
            return;
        }
        let (at, id, said) = (thing.at(), self.builder.osm_id(&thing.at(), thing.id()), said(thing));
        if thing.of() == Of::Node {
            let place = thing.place().map(degrees);
            let item = match place {
                Some(place) => self.builder.item(&at, Some(id), said, Some(place)),
                None => ImportItem::skipped(at, Reason::OffEarth),
            };
            return self.ready.push_back(item);
        }
        if !said.has_name() {
            return self.ready.push_back(ImportItem::skipped(at, Reason::NoName));
        }
        let (nodes, members) = (thing.nodes(), thing.members());
        let number = |count: usize| count as u64;
        let too_many = match (nodes.len(), members.len()) {
            (count, _) if count > WAY_NODES_MAX => {
                Some(Reason::TooManyNodes { count: number(count), max: number(WAY_NODES_MAX) })
            }
            (_, count) if count > MEMBERS_MAX => {
                Some(Reason::TooManyMembers { count: number(count), max: number(MEMBERS_MAX) })
            }
            _ => None,
        };
        if let Some(why) = too_many {
            return self.ready.push_back(ImportItem::skipped(at, why));
        }
        let shape = WaitingShape { at, id, said, nodes, line: thing.line(), members, around: thing.place() };
        if shape.waits() {
            self.waiting.add(shape);
        } else {
            self.finish(shape, &Outlines::default(), &Places::of(&[], &Outlines::default()));
        }
    }

    /// Read the file again for the shapes that wait, and give those.
    fn locate(&mut self, things: &dyn Things) -> Result<(), ImportError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let shapes = self.waiting.take();
        let mut outlines = Outlines::of(&shapes);
        let mut found = Ok(());
        if let Some((begin, end)) = self.ways
            && !outlines.is_empty()
        {
            let mut room = OUTLINES_MAX;
            found = again(things, begin, end, &mut |thing| {
                if thing.of() == Of::Way {
                    room -= outlines.set(thing, room);
                }
            });
        }
        let mut places = Places::of(&shapes, &outlines);
        if !places.is_empty() {
            found = found.and(again(things, 0, self.nodes_end, &mut |thing| {
                if thing.of() == Of::Node {
                    places.set(thing);
                }
            }));
        }
        for shape in shapes {
            self.finish(shape, &outlines, &places);
        }
        found
    }

    fn finish(&mut self, shape: WaitingShape, outlines: &Outlines, places: &Places) {
        let item = match shape.place(outlines, places) {
            Some(at) => self.builder.item(&shape.at, Some(shape.id), shape.said, Some(geometry::degrees(at))),
            None => ImportItem::skipped(shape.at, Reason::NodesMissing),
        };
        self.ready.push_back(item);
    }
}

/// Read a part of the file again.
fn again(things: &dyn Things, begin: u64, end: u64, take: &mut dyn FnMut(&dyn Thing)) -> Result<(), ImportError> {
    let mut again = things.again(begin)?;
    while again.position() < end {
        if let Next::End = again.next(take)? {
            break;
        }
    }
    Ok(())
}

fn is_place(thing: &dyn Thing) -> bool {
    looked_at(thing).0
}

/// Whether it is a place, and whether it has a name.
fn looked_at(thing: &dyn Thing) -> (bool, bool) {
    let (mut is_place, mut is_named) = (false, false);
    thing.each_tag(&mut |key, value| {
        is_place |= osm_tags::is_poi(key, value);
        is_named |= key == "name" && !value.trim().is_empty();
    });
    (is_place, is_named)
}

/// Its tags by key, whatever their order in the file: the same object is the same record out of every format.
fn said(thing: &dyn Thing) -> Said {
    let mut tags: Vec<(String, String)> = Vec::new();
    thing.each_tag(&mut |key, value| tags.push((key.to_owned(), value.to_owned())));
    tags.sort();
    let mut said = Said::default();
    for (key, value) in tags {
        if let Some(role) = columns::recognise_osm(&key) {
            said.add(role, &value);
        }
    }
    said
}

fn degrees((lon, lat): Place) -> geometry::LatLon {
    (f64::from(lat) / 1e7, f64::from(lon) / 1e7)
}

impl Source for OsmSource {
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        loop {
            if let Some(item) = self.work.ready.pop_front() {
                return Some(Ok(item));
            }
            match &mut self.ended {
                Some(error) => return error.take().map(Err),
                None => self.step(),
            }
        }
    }
    fn notes(&self) -> Vec<ImportNote> {
        let remark = self.things.remark().map(|said| {
            let mut why = text::one_line(&said);
            text::cut(&mut why, REMARK_MAX);
            ImportNote::BrokenOff { why }
        });
        let count = self.work.of_the_map;
        let map = (count > 0).then_some(ImportNote::OfTheMap { count });
        remark.into_iter().chain(map).chain(self.work.builder.notes()).collect()
    }
}

#[cfg(test)]
pub(super) mod tests;
