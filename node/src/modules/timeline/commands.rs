//! Remembering what was seen.

use super::{SeeTimeline, TimelineKind};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{Replica, group_keys::internal},
    },
    failure::Failure,
    modules::{Done, search::Query},
};
use communaut_protocol::entry::hash;

impl Act for SeeTimeline {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        replica.mark_read(mark(&self.kind)?, self.to).map_err(internal)?;
        Ok(Done)
    }
}

/// By what it is remembered how far a timeline was seen.
pub(super) fn mark(kind: &TimelineKind) -> Result<String, Failure> {
    Ok(match kind {
        TimelineKind::Home => "timeline home".to_owned(),
        TimelineKind::Wall(id) => format!("timeline wall {id}"),
        TimelineKind::Cell(cell) => format!("timeline cell {cell}"),
        TimelineKind::Selection(query) => {
            let Query { text, kinds, tags, territories, .. } = query.as_ref();
            let bytes = serde_json::to_vec(&(text.trim(), kinds, tags, territories));
            let bytes = bytes.map_err(|error| Failure::internal(error.to_string()))?;
            format!("timeline selection {}", hash(&bytes))
        }
    })
}
