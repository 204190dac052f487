//! Territories: drawn, published, followed.

use super::{Area, CreateTerritory, FollowTarget, Redraw, TerritoryId, TerritoryInfo, Unfollow, queries::count_in};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{FOLLOWED, Replica},
    },
    failure::{Failure, FailureCode},
    gazetteer,
    modules::Done,
    snapshot::Followed,
    streets,
    territory::{self, Cover, Inside},
};
use communaut_protocol::{
    ElementId, Scope,
    op::{Op, TerritoryOp, element_id},
};
use std::sync::Arc;

/// Territories followed at once: each is a line of the settings, and its cells are pulled from every peer.
pub const FOLLOWED_MAX: usize = 64;

impl Act for CreateTerritory {
    fn act(self, replica: &mut Replica) -> Result<TerritoryInfo, Failure> {
        let Self { name, area } = self;
        let me = replica.author()?;
        let name = named(&name)?;
        let cover = replica.cover(&area)?;
        let seed: [u8; 16] = replica.random()?;
        let op =
            TerritoryOp { seed: seed.to_vec(), name: name.clone(), cells: cover.cells.clone(), centre: cover.centre };
        let scope = Scope { cell: territory::common_scope(&cover.cells), container: ElementId::ZERO };
        let id = element_id(me, &seed);
        replica.may_follow(id)?;
        replica.write(me, vec![(scope, Op::Territory(op))])?;
        let (cells, outline) = (Arc::new(cover.cells), Arc::new(cover.outline));
        replica.add(Followed { id, name, cells, centre: cover.centre, outline })
    }
}

impl Act for FollowTarget {
    fn act(self, replica: &mut Replica) -> Result<TerritoryInfo, Failure> {
        let target = self;
        let followed = match target {
            FollowTarget::Known(id) => {
                let known = replica.views.territories().get(&id);
                let known =
                    known.ok_or_else(|| Failure::not_found(format!("no territory {} is known here", id.short())))?;
                let (name, cells) = (known.name.clone(), Arc::new(known.cells.clone()));
                Followed { id, name, cells, centre: known.centre, outline: Arc::default() }
            }
            FollowTarget::Area { name, area } => {
                let cover = replica.cover(&area)?;
                let id = match area {
                    Area::Boundary { id } => id,
                    // Of two that are drawn within the same cells each is itself.
                    Area::GeoJson { .. } if !cover.outline.is_empty() => cover.outline.id(),
                    _ => territory::local_id(&cover.cells),
                };
                let (cells, outline) = (Arc::new(cover.cells), Arc::new(cover.outline));
                Followed { id, name: named(&name)?, cells, centre: cover.centre, outline }
            }
        };
        replica.may_follow(followed.id)?;
        replica.add(followed)
    }
}

impl Act for Redraw {
    fn act(self, replica: &mut Replica) -> Result<TerritoryInfo, Failure> {
        let Self { id, name, area } = self;
        let Some(at) = replica.followed.iter().position(|territory| territory.id == id) else {
            return Err(Failure::not_found(format!("no territory {} is followed here", id.short())));
        };
        let (name, cover) = (named(&name)?, replica.cover(&area)?);
        let published = replica.views.territories().contains_key(&id);
        let new = if published { cover.outline.id() } else { id };
        if new != id && replica.followed.iter().any(|territory| territory.id == new) {
            return Err(Failure::invalid("a territory with just this outline is followed already"));
        }
        let (cells, outline) = (Arc::new(cover.cells), Arc::new(cover.outline));
        let drawn = Followed { id: new, name, cells, centre: cover.centre, outline };
        let info = replica.info(&drawn)?;
        let mut all = replica.followed.to_vec();
        all.get_mut(at).into_iter().for_each(|held| *held = drawn.clone());
        replica.remember(all)?;
        Ok(info)
    }
}

impl Act for Unfollow {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let id = self.id;
        let mut all = replica.followed.to_vec();
        all.retain(|territory| territory.id != id);
        if all.len() == replica.followed.len() {
            return Err(Failure::not_found(format!("no territory {} is followed here", id.short())));
        }
        replica.remember(all)?;
        Ok(Done)
    }
}

impl Replica {
    /// Replicate what another device of the same person does.
    pub(crate) fn follow_too(&mut self, followed: Followed) -> Result<TerritoryInfo, Failure> {
        self.may_follow(followed.id)?;
        self.add(followed)
    }

    /// The cells of an area.
    pub(crate) fn cover(&self, area: &Area) -> Result<Cover, Failure> {
        if let Area::Boundary { id } = area
            && let Some((_, outline)) = streets::boundary(&self.streets, *id)
        {
            return territory::of_outline(&outline);
        }
        territory::cover(area, gazetteer::bundled())
    }

    fn may_follow(&self, id: TerritoryId) -> Result<(), Failure> {
        let held = self.followed.iter().any(|territory| territory.id == id);
        if held || self.followed.len() < FOLLOWED_MAX {
            return Ok(());
        }
        let why = format!("{FOLLOWED_MAX} territories are followed already; stop following one first");
        Err(Failure::new(FailureCode::Busy, why))
    }

    /// What is said of a territory that is to be followed; refused, where it would need more cells than a node can
    /// hold.
    fn info(&self, followed: &Followed) -> Result<TerritoryInfo, Failure> {
        territory::four_char_cells(&followed.cells)?;
        Ok(TerritoryInfo {
            id: followed.id,
            name: followed.name.clone(),
            cells: followed.cells.to_vec(),
            centre: followed.centre,
            followed: true,
            elements: count_in(
                self.views.elements().values(),
                &self.grouped.grouping.together,
                &Inside::new(&followed.cells, &followed.outline),
            ),
        })
    }

    fn add(&mut self, followed: Followed) -> Result<TerritoryInfo, Failure> {
        let info = self.info(&followed)?;
        let mut all = self.followed.to_vec();
        match all.iter_mut().find(|held| held.id == followed.id) {
            Some(held) => *held = followed,
            None => all.push(followed),
        }
        self.remember(all)?;
        Ok(info)
    }

    fn remember(&mut self, all: Vec<Followed>) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(&all).map_err(|error| Failure::internal(error.to_string()))?;
        self.store.set_meta(FOLLOWED, &bytes).map_err(|error| Failure::internal(error.to_string()))?;
        self.followed = Arc::new(all);
        self.dirty = true;
        self.changed = true;
        self.interests_changed();
        Ok(())
    }
}

fn named(name: &str) -> Result<String, Failure> {
    match name.trim() {
        "" => Err(Failure::invalid("the territory has no name")),
        name => Ok(name.to_owned()),
    }
}
