//! A search is answered by the index, off the loop.

use super::{LINE_MAX, Query, RING_MAX_M, TERRITORIES_MAX};
use crate::{
    daemon::{
        core::Core,
        dispatch::Start,
        input::{Answer, Effect},
        replica::Replica,
    },
    failure::Failure,
    modules::territory::{Area, TerritoryId},
    territory::Land,
};
use std::sync::Arc;

impl Start for Query {
    fn start(self, core: &mut Core, answer: Answer) {
        match bounded(&self).and_then(|()| lands(&core.replica, &self.territories)) {
            Ok(lands) => core.effects.push(Effect::Search(self, lands, answer)),
            Err(failure) => core.answer(answer, Err(failure)),
        }
    }
}

/// What is asked is bounded: anybody on this machine can ask.
pub(crate) fn bounded(query: &Query) -> Result<(), Failure> {
    let too_many = |what: &str, count: usize, max: usize| {
        if count > max { Err(Failure::invalid(format!("{count} {what}: give at most {max}"))) } else { Ok(()) }
    };
    if let Some(at) = query.near.map(|near| near.position).filter(|at| !at.is_valid()) {
        return Err(Failure::invalid(format!("the point {}, {} to look around is not on Earth", at.lat(), at.lon())));
    }
    if let Some(along) = &query.along {
        if along.line.len() < 2 {
            return Err(Failure::invalid("a line has two points at least"));
        }
        if let Some(at) = along.line.iter().find(|at| !at.is_valid()) {
            return Err(Failure::invalid(format!("the point {}, {} of the line is not on Earth", at.lat(), at.lon())));
        }
        too_many("points of a line", along.line.len(), LINE_MAX)?;
    }
    too_many("territories", query.territories.len(), TERRITORIES_MAX)?;
    if query.ring_m > 0 && query.territories.is_empty() {
        return Err(Failure::invalid("a ring lies around a territory: name one"));
    }
    too_many("metres around a territory", query.ring_m as usize, RING_MAX_M as usize)
}

/// Where territories lie that are followed or known; none without one.
pub(crate) fn lands(replica: &Replica, ids: &[TerritoryId]) -> Result<Option<Vec<Land>>, Failure> {
    let all: Vec<Land> = ids.iter().map(|id| land(replica, *id)).collect::<Result<_, _>>()?;
    Ok(Some(all).filter(|all| !all.is_empty()))
}

fn land(replica: &Replica, id: TerritoryId) -> Result<Land, Failure> {
    if let Some(followed) = replica.followed.iter().find(|territory| territory.id == id) {
        return Ok((followed.cells.clone(), followed.outline.clone()));
    }
    match replica.views.territories().get(&id) {
        Some(known) => Ok((Arc::new(known.cells.clone()), Arc::default())),
        // One of a street map that is here.
        None if crate::streets::boundary(&replica.streets, id).is_some() => {
            let cover = replica.cover(&Area::Boundary { id })?;
            Ok((Arc::new(cover.cells), Arc::new(cover.outline)))
        }
        None => Err(Failure::not_found(format!("no territory {} is followed or known here", id.short()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::search::{Along, Near};
    use communaut_protocol::{ElementId, Position};

    fn refusal(query: &Query) -> String {
        bounded(query).err().map(|failure| failure.message).unwrap_or_default()
    }

    #[test]
    fn what_is_asked_is_bounded() {
        let line = |points: usize| Some(Box::new(Along { line: vec![Position::default(); points], within_m: 5 }));
        let asked = |query: Query| refusal(&query);
        assert_eq!(asked(Query { along: line(2), ..Query::default() }), "");
        assert!(asked(Query { along: line(1), ..Query::default() }).contains("two points"));
        assert!(asked(Query { along: line(LINE_MAX + 1), ..Query::default() }).contains("501 points"));
        let off = Position { lat_e7: i32::MAX, lon_e7: 0 };
        let near = Some(Near { position: off, radius_m: None });
        assert!(asked(Query { near, ..Query::default() }).contains("not on Earth"));
        let along = Some(Box::new(Along { line: vec![off; 2], within_m: 5 }));
        assert!(asked(Query { along, ..Query::default() }).contains("not on Earth"));
        let territories = |count: usize| vec![ElementId([7; 32]); count];
        let ring = |territories, ring_m| Query { territories, ring_m, ..Query::default() };
        assert_eq!(asked(ring(territories(TERRITORIES_MAX), RING_MAX_M)), "");
        assert!(asked(ring(territories(TERRITORIES_MAX + 1), 0)).contains("101 territories"));
        assert!(asked(ring(territories(1), RING_MAX_M + 1)).contains("metres"));
        assert!(asked(ring(vec![], 1)).contains("name one"));
    }
}
