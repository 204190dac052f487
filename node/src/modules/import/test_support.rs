//! For tests: a file of records, taken as a running node takes it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{
    ImportReport, ImportRequest,
    same::{Held, Same},
};
use crate::{
    daemon::{
        desk::Desk,
        input::{Effect, ImportEnd, ImportJob, WORK_BATCH},
    },
    import::{ByCell, ImportItem, ImportNote, Taken},
    modules::Outcome,
};
use tokio::sync::oneshot;

/// What came of a file with these items, whose data set is read as a whole.
pub(crate) fn import(desk: &mut Desk, items: Vec<ImportItem>, request: &ImportRequest) -> ImportReport {
    import_noting(desk, items, request, Vec::new())
}

/// The same of a file of which something is told.
pub(crate) fn import_noting(
    desk: &mut Desk,
    items: Vec<ImportItem>,
    request: &ImportRequest,
    notes: Vec<ImportNote>,
) -> ImportReport {
    let (answer, _kept) = oneshot::channel();
    let (replica, me) = (&desk.core.replica, desk.me());
    let held = Held { elements: replica.views.elements().clone(), scopes: replica.views.scopes().clone() };
    desk.core.import = Some(ImportJob::new(answer, "places.csv".into(), request, replica.said_key()));
    drop(desk.core.take_effects());
    let whole = items.iter().find_map(|item| match item {
        ImportItem::Record(record) => Some(record.source.clone()),
        ImportItem::Skipped(_) => None,
    });
    let (mut same, mut by_cell) = (Same::new(held, me, request.source.is_some()), ByCell::new(WORK_BATCH));
    let mut hand_on = |desk: &mut Desk, taken: Vec<Taken>| {
        for taken in taken {
            let batch = by_cell.take(taken);
            desk.core.import_items(batch);
        }
    };
    for item in items {
        hand_on(desk, same.take(item));
    }
    hand_on(desk, same.settle());
    by_cell.rest().for_each(|batch| desk.core.import_items(batch));
    let notes = notes.into_iter().chain(same.note_of_all()).collect();
    let (seen, edition) = (same.take_seen(), same.editions.found());
    desk.core.import_end(ImportEnd { notes, seen, whole, edition, ..ImportEnd::default() });
    let reply = desk.core.take_effects().into_iter().find_map(|effect| match effect {
        Effect::Reply(_, Ok(Outcome::Imported(report))) => Some(report),
        _ => None,
    });
    reply.unwrap()
}
