//! Objects of OpenStreetMap, whatever file they come from.

use super::Place;
use crate::import::{ImportError, ImportItem};

/// Which kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Of {
    Node,
    Way,
    Relation,
}

impl Of {
    /// As files and ids say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Way => "way",
            Self::Relation => "relation",
        }
    }
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Node, Self::Way, Self::Relation].into_iter().find(|of| of.name() == name)
    }
}

/// A member of a relation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Member {
    /// None: of a kind that is not known.
    pub of: Option<Of>,
    pub id: i64,
    /// Whether it says where the name is to be written.
    pub is_label: bool,
    /// Where it lies, in files that say so.
    pub line: Vec<Place>,
}

/// One object. What is costly is worked out only when it is asked for.
pub(super) trait Thing {
    fn of(&self) -> Of;
    /// Below zero: given by an editor to what was never sent to OpenStreetMap.
    fn id(&self) -> i64;
    /// Zero: not said.
    fn version(&self) -> i32;
    fn is_deleted(&self) -> bool;
    fn each_tag(&self, take: &mut dyn FnMut(&str, &str));
    /// Of a node; of others, a place somewhere around it that the file gives.
    fn place(&self) -> Option<Place>;
    /// Of a way.
    fn nodes(&self) -> Vec<i64>;
    /// Of a way, in files that say where it lies.
    fn line(&self) -> Vec<Place>;
    /// Of a relation.
    fn members(&self) -> Vec<Member>;

    /// "way/12".
    fn at(&self) -> String {
        format!("{}/{}", self.of().name(), self.id())
    }
}

/// An object that was read from text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parsed {
    pub of: Of,
    pub id: i64,
    pub version: i32,
    pub is_deleted: bool,
    pub tags: Vec<(String, String)>,
    pub place: Option<Place>,
    pub nodes: Vec<i64>,
    pub line: Vec<Place>,
    pub members: Vec<Member>,
}

impl Parsed {
    pub fn new(of: Of, id: i64) -> Self {
        Self {
            of,
            id,
            version: 0,
            is_deleted: false,
            tags: Vec::new(),
            place: None,
            nodes: Vec::new(),
            line: Vec::new(),
            members: Vec::new(),
        }
    }
}

impl Thing for Parsed {
    fn of(&self) -> Of {
        self.of
    }
    fn id(&self) -> i64 {
        self.id
    }
    fn version(&self) -> i32 {
        self.version
    }
    fn is_deleted(&self) -> bool {
        self.is_deleted
    }
    fn each_tag(&self, take: &mut dyn FnMut(&str, &str)) {
        self.tags.iter().for_each(|(key, value)| take(key, value));
    }
    fn place(&self) -> Option<Place> {
        self.place
    }
    fn nodes(&self) -> Vec<i64> {
        self.nodes.clone()
    }
    fn line(&self) -> Vec<Place> {
        self.line.clone()
    }
    fn members(&self) -> Vec<Member> {
        self.members.clone()
    }
}

/// A place in degrees, if they are on Earth.
pub(super) fn place(lat: f64, lon: f64) -> Option<Place> {
    let fits = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    fits.then(|| ((lon * 1e7).round() as i32, (lat * 1e7).round() as i32))
}

/// The middle of a rectangle.
pub(super) fn middle(south: f64, west: f64, north: f64, east: f64) -> Option<Place> {
    let lon = f64::midpoint(west, east);
    // West is more than east where it lies across the 180th meridian.
    let lon = if west <= east { lon } else { lon - 180.0_f64.copysign(lon) };
    place(f64::midpoint(south, north), lon)
}

/// What came of reading on.
pub(super) enum Next {
    /// Objects were given, or there were none here.
    Given,
    /// Something that is no object.
    Skipped(ImportItem),
    End,
}

/// Objects of a file, some at a time.
pub(super) trait Things {
    /// Give some more.
    fn next(&mut self, take: &mut dyn FnMut(&dyn Thing)) -> Result<Next, ImportError>;
    /// How far the file is read: grows with what is given.
    fn position(&self) -> u64;
    /// What who made the file says of it, as far as it was read.
    fn remark(&self) -> Option<String> {
        None
    }
    /// The file once more, from a position or from its start.
    fn again(&self, from: u64) -> Result<Box<dyn Things + Send>, ImportError>;
}
