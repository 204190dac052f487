//! Objects of an `.osm.pbf`.

use super::{
    BLOCK_ELEMENTS_MAX, Place,
    blocks::{Block, Blocks},
    thing::{Member, Next, Of, Thing, Things},
};
use crate::import::{FileFault, ImportError};
use osmpbf::{Element, PrimitiveBlock, RelMemberType};
use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

/// A file of them.
pub(super) struct PbfThings {
    path: PathBuf,
    name: String,
    blocks: Blocks,
}

impl PbfThings {
    pub fn open(path: PathBuf, name: String) -> Result<Self, ImportError> {
        let file = File::open(&path).map_err(|error| ImportError::io(&name, &error))?;
        let length = file.metadata().map_err(|error| ImportError::io(&name, &error))?.len();
        Ok(Self { blocks: Blocks::new(file, length, name.clone()), path, name })
    }
}

impl Things for PbfThings {
    fn next(&mut self, take: &mut dyn FnMut(&dyn Thing)) -> Result<Next, ImportError> {
        let block = match self.blocks.next_block()? {
            Block::Data(block) => block,
            Block::Header(_) | Block::Other => return Ok(Next::Given),
            Block::End => return Ok(Next::End),
        };
        // The crate adds and multiplies the file's numbers without looking: where overflow checks are on, a hostile
        // file makes it panic. Nothing half-done is left: what is taken is only appended.
        match catch_unwind(AssertUnwindSafe(|| walk(&block, take))) {
            Ok(Ok(())) => Ok(Next::Given),
            Ok(Err(why)) => Err(self.blocks.broken(why)),
            Err(_) => Err(self.blocks.broken(FileFault::NumbersSenseless)),
        }
    }
    fn position(&self) -> u64 {
        self.blocks.position()
    }
    fn again(&self, from: u64) -> Result<Box<dyn Things + Send>, ImportError> {
        let mut again = Self::open(self.path.clone(), self.name.clone())?;
        again.blocks.go_to(from)?;
        Ok(Box::new(again))
    }
}

fn walk(block: &PrimitiveBlock, take: &mut dyn FnMut(&dyn Thing)) -> Result<(), FileFault> {
    for (count, element) in block.elements().enumerate() {
        if count >= BLOCK_ELEMENTS_MAX {
            return Err(too_full());
        }
        take(&element);
    }
    Ok(())
}

/// The fault of a block with more elements than any has.
pub(super) fn too_full() -> FileFault {
    FileFault::BlockTooFull { max: BLOCK_ELEMENTS_MAX as u64 }
}

/// Of a place in 1e-9 degree.
fn place(lat: i64, lon: i64) -> Option<Place> {
    let unit = |nano: i64, most: u32| i32::try_from(nano / 100).ok().filter(|unit| unit.unsigned_abs() <= most);
    Some((unit(lon, 1_800_000_000)?, unit(lat, 900_000_000)?))
}

impl Thing for Element<'_> {
    fn of(&self) -> Of {
        match self {
            Self::Node(_) | Self::DenseNode(_) => Of::Node,
            Self::Way(_) => Of::Way,
            Self::Relation(_) => Of::Relation,
        }
    }
    fn id(&self) -> i64 {
        match self {
            Self::Node(node) => node.id(),
            Self::DenseNode(node) => node.id(),
            Self::Way(way) => way.id(),
            Self::Relation(relation) => relation.id(),
        }
    }
    fn version(&self) -> i32 {
        let said = match self {
            Self::Node(node) => node.info().version(),
            Self::DenseNode(node) => node.info().map(osmpbf::DenseNodeInfo::version),
            Self::Way(way) => way.info().version(),
            Self::Relation(relation) => relation.info().version(),
        };
        // -1 stands for none.
        said.unwrap_or_default().max(0)
    }
    fn is_deleted(&self) -> bool {
        match self {
            Self::Node(node) => node.info().deleted(),
            Self::DenseNode(node) => node.info().is_some_and(osmpbf::DenseNodeInfo::deleted),
            Self::Way(way) => way.info().deleted(),
            Self::Relation(relation) => relation.info().deleted(),
        }
    }
    fn each_tag(&self, take: &mut dyn FnMut(&str, &str)) {
        match self {
            Self::Node(node) => node.tags().for_each(|(key, value)| take(key, value)),
            Self::DenseNode(node) => node.tags().for_each(|(key, value)| take(key, value)),
            Self::Way(way) => way.tags().for_each(|(key, value)| take(key, value)),
            Self::Relation(relation) => relation.tags().for_each(|(key, value)| take(key, value)),
        }
    }
    fn place(&self) -> Option<Place> {
        match self {
            Self::Node(node) => place(node.nano_lat(), node.nano_lon()),
            Self::DenseNode(node) => place(node.nano_lat(), node.nano_lon()),
            Self::Way(_) | Self::Relation(_) => None,
        }
    }
    fn nodes(&self) -> Vec<i64> {
        if let Self::Way(way) = self { way.refs().collect() } else { Vec::new() }
    }
    fn line(&self) -> Vec<Place> {
        let Self::Way(way) = self else { return Vec::new() };
        way.node_locations().filter_map(|at| place(at.nano_lat(), at.nano_lon())).collect()
    }
    fn members(&self) -> Vec<Member> {
        let Self::Relation(relation) = self else { return Vec::new() };
        let members = relation.members().map(|member| Member {
            of: Some(match member.member_type {
                RelMemberType::Node => Of::Node,
                RelMemberType::Way => Of::Way,
                RelMemberType::Relation => Of::Relation,
            }),
            id: member.member_id,
            is_label: matches!(member.role(), Ok("label")),
            line: Vec::new(),
        });
        members.collect()
    }
}
