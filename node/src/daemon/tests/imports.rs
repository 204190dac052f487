//! An import whose author may speak no longer in the middle of it.

use super::super::desk::Desk;
use crate::{
    daemon::input::{Effect, ImportJob},
    failure::{Failure, FailureCode},
    import::ImportItem,
    modules::import::ImportReport,
};
use tokio::sync::oneshot;

#[test]
fn whoever_asked_is_told_why_it_broke_off() {
    let mut ada = Desk::of("Ada");
    let (answer, _kept) = oneshot::channel();
    let job = ImportJob { answer, file: "places.csv".into(), report: ImportReport::default(), streets: false };
    ada.core.import = Some(job);
    drop(ada.core.take_effects());
    // This device was taken out meanwhile.
    ada.core.replica.me = None;
    let why = ada.core.replica.author().unwrap_err().message;
    ada.core.import_items(vec![ImportItem::skipped("row 1", "a row without a name")]);
    assert!(ada.core.import.is_some(), "the rest of the file is still to come");
    ada.core.import_end(None);
    let told = ada.core.take_effects().into_iter().find_map(|effect| match effect {
        Effect::Reply(_, outcome) => Some(outcome),
        _ => None,
    });
    assert_eq!(told.unwrap(), Err(Failure::new(FailureCode::Io, why)));
}
