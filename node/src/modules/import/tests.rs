//! The same file again, and next year's: what its owner has written stays, what has gone can be closed, and what looks
//! like another edition is told.
#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use super::{
    BothChanged, CloseGone, Closed, Conflict, Edition, GoneFrom, GoneList, ImportReport, ImportRequest,
    test_support::import,
};
use crate::{
    daemon::desk::{Desk, carry},
    import::{ImportItem, ImportNote, ImportRecord, test_support::record as test_record},
    modules::{
        Outcome,
        element::{ElementDraft, Retract, SaveElement},
    },
};
use communaut_protocol::{ElementId, Position, fold::ElementView};
use std::sync::Arc;

/// A record with an id, so many 1e-7 degrees north of the place of the tests.
fn place(id: &str, name: &str, north: i32) -> ImportRecord {
    let like = test_record();
    ImportRecord { source_id: id.into(), name: name.into(), lat_e7: like.lat_e7 + north, ..like }
}

/// The same without an id.
fn nameless(name: &str, north: i32) -> ImportRecord {
    let source_id = format!("hash:{}", &blake3::hash(format!("{name}{north}").as_bytes()).to_hex()[..32]);
    ImportRecord { source_id, has_id: false, ..place("", name, north) }
}

fn of(source: &str, records: &[ImportRecord]) -> Vec<ImportRecord> {
    records.iter().map(|record| ImportRecord { source: source.into(), ..record.clone() }).collect()
}

fn with(desk: &mut Desk, records: &[ImportRecord], both_changed: BothChanged) -> ImportReport {
    let items = records.iter().cloned().map(|record| ImportItem::Record(Box::new(record))).collect();
    import(desk, items, &ImportRequest { both_changed, ..ImportRequest::default() })
}

fn plain(desk: &mut Desk, records: &[ImportRecord]) -> ImportReport {
    with(desk, records, BothChanged::Tell)
}

fn counts(report: &ImportReport) -> [u64; 4] {
    assert_eq!(report.read, report.created + report.updated + report.unchanged + report.skipped_count);
    [report.created, report.updated, report.unchanged, report.gone.count]
}

fn named(desk: &Desk, name: &str) -> Arc<ElementView> {
    desk.core.replica.views.elements().values().find(|element| element.name == name).cloned().unwrap()
}

fn edit(desk: &mut Desk, id: ElementId, change: impl FnOnce(&mut ElementDraft)) {
    let mut draft = ElementDraft::of(&desk.core.replica.views.elements()[&id]);
    change(&mut draft);
    desk.ask(SaveElement { id: Some(id), draft: Box::new(draft) }).unwrap();
}

#[test]
fn what_its_owner_wrote_stays_when_the_same_file_comes_again() {
    let mut ada = Desk::of("Ada");
    let file =
        [ImportRecord { phone: "04 1".into(), opening_hours: "Mo 10:00-12:00".into(), ..place("7", "Lavoir", 0) }];
    plain(&mut ada, &file);
    let id = named(&ada, "Lavoir").id;
    let moved = Position { lat_e7: file[0].lat_e7 + 3_000_000, lon_e7: file[0].lon_e7 };
    edit(&mut ada, id, |draft| {
        draft.phone = "06 9".into();
        draft.position = Some(moved);
    });
    for _ in 0..2 {
        let again = plain(&mut ada, &file);
        assert_eq!((counts(&again), again.both.count), ([0, 0, 1, 0], 0));
        let held = ada.core.replica.views.elements()[&id].clone();
        assert_eq!((held.phone.as_str(), held.position), ("06 9", Some(moved)), "in another cell too");
    }
    // The file changes another field: that one alone is written.
    let newer = [ImportRecord { opening_hours: "Tu 10:00-12:00".into(), ..file[0].clone() }];
    assert_eq!(counts(&plain(&mut ada, &newer)), [0, 1, 0, 0]);
    let held = ada.core.replica.views.elements()[&id].clone();
    assert_eq!((held.phone.as_str(), held.opening_hours.as_str()), ("06 9", "Tu 10:00-12:00"));
    assert_eq!((held.position, held.provenance.is_some()), (Some(moved), true));
}

#[test]
fn what_both_have_changed_is_told_until_somebody_decides() {
    let mut ada = Desk::of("Ada");
    let file = |phone: &str| [ImportRecord { phone: phone.into(), ..place("7", "Lavoir", 0) }];
    plain(&mut ada, &file("04 1"));
    let id = named(&ada, "Lavoir").id;
    let phone = |ada: &Desk| ada.core.replica.views.elements()[&id].phone.clone();
    edit(&mut ada, id, |draft| draft.phone = "06 9".into());
    for _ in 0..2 {
        let told = plain(&mut ada, &file("04 2")).both;
        assert_eq!((told.count, phone(&ada).as_str()), (1, "06 9"));
        assert_eq!(told.first, [Conflict { name: "Lavoir".into(), fields: vec!["phone".into()] }]);
    }
    with(&mut ada, &file("04 2"), BothChanged::KeepMine);
    assert_eq!((plain(&mut ada, &file("04 2")).both.count, phone(&ada).as_str()), (0, "06 9"), "decided");
    assert_eq!(plain(&mut ada, &file("04 3")).both.count, 1, "until the file changes once more");
    let taken = with(&mut ada, &file("04 3"), BothChanged::TakeFile);
    assert_eq!((taken.both.count, taken.updated, phone(&ada).as_str()), (0, 1, "04 3"));
    assert_eq!(counts(&plain(&mut ada, &file("04 3"))), [0, 0, 1, 0]);
    // What was kept for good can be taken from the file after all, and from no file by itself.
    edit(&mut ada, id, |draft| draft.phone = "06 9".into());
    plain(&mut ada, &file("04 4"));
    with(&mut ada, &file("04 4"), BothChanged::KeepMine);
    assert_eq!((plain(&mut ada, &file("04 4")).both.count, phone(&ada).as_str()), (0, "06 9"));
    with(&mut ada, &file("04 4"), BothChanged::TakeFile);
    assert_eq!(phone(&ada), "04 4");
    // What its owner alone has changed is not the file's to take.
    edit(&mut ada, id, |draft| draft.phone = "06 8".into());
    with(&mut ada, &file("04 4"), BothChanged::TakeFile);
    assert_eq!(phone(&ada), "06 8");
    // Both say the same in the end.
    edit(&mut ada, id, |draft| draft.phone = "04 5".into());
    assert_eq!((plain(&mut ada, &file("04 5")).both.count, plain(&mut ada, &file("04 6")).updated), (0, 1));
}

/// Of two feeds that are called alike the second is told, unless somebody has named it; so is a name nearly another's.
#[test]
fn a_file_that_is_another_data_set_is_told() {
    let mut ada = Desk::of("Ada");
    plain(&mut ada, &of("basic", &[place("1", "Bal", 0), place("2", "Loto", 9_000_000)]));
    let second = of("basic", &[place("7", "Marché", 300_000), place("8", "Concert", 600_000)]);
    let told = |report: &ImportReport| {
        report.notes.iter().any(|note| *note == ImportNote::NothingOfBefore { source: "basic".into() })
    };
    let look = ImportRequest { dry_run: true, ..ImportRequest::default() };
    let items = |records: &[ImportRecord]| {
        records.iter().cloned().map(|record| ImportItem::Record(Box::new(record))).collect::<Vec<_>>()
    };
    assert!(told(&import(&mut ada, items(&second), &look)), "before anything is written");
    let named = ImportRequest { source: Some("basic".into()), ..look.clone() };
    assert!(!told(&import(&mut ada, items(&second), &named)));
    let newer = of("basic", &[place("1", "Bal", 0), place("3", "Fête", 50_000)]);
    assert!(!told(&import(&mut ada, items(&newer), &look)), "some of it is there");
    let near = ImportRequest { source: Some("Basic".into()), ..look };
    let edition = import(&mut ada, items(&of("Basic", &second)), &near).edition;
    assert_eq!(edition, Some(Edition { source: "basic".into(), alike: 0, by_name: true }.into()));
}

/// On another device of the same person nothing is remembered: what may be the person's own word is kept, and told.
#[test]
fn without_a_memory_nothing_is_lost() {
    let mut ada = Desk::of("Ada");
    let file = |phone: &str, hours: &str| {
        let (phone, opening_hours) = (phone.into(), hours.into());
        [ImportRecord { phone, opening_hours, ..place("7", "Lavoir", 0) }]
    };
    plain(&mut ada, &file("04 1", "Mo 10:00-12:00"));
    let id = named(&ada, "Lavoir").id;
    edit(&mut ada, id, |draft| draft.phone = "06 9".into());
    let mut other = ada.other_device();
    carry(&mut [&mut ada, &mut other]);
    let report = plain(&mut other, &file("04 1", "Tu 10:00-12:00"));
    let held = other.core.replica.views.elements()[&id].clone();
    assert_eq!((held.phone.as_str(), held.opening_hours.as_str()), ("06 9", "Tu 10:00-12:00"), "an import's own word");
    assert_eq!((report.updated, report.both.first[0].fields.clone()), (1, vec!["phone".to_owned()]));
}

/// Whichever of the two years has ids.
#[test]
fn ids_that_come_or_go_make_nothing_new_and_nothing_gone() {
    let without = [nameless("Lavoir", 0), nameless("Four banal", 20_000), nameless("Halle", 40_000)];
    let ids = [place("a1", "Lavoir", 0), place("a2", "Four banal", 20_100), place("a4", "Cave", 90_000)];
    let mut ada = Desk::of("Ada");
    assert_eq!(counts(&plain(&mut ada, &without)), [3, 0, 0, 0]);
    let report = plain(&mut ada, &ids);
    assert_eq!((report.created, report.gone.count, report.gone.names[0].as_str()), (1, 1, "Halle"));
    assert_eq!(plain(&mut ada, &ids).created, 0, "the same file again");
    // It is known by its id from now on: another name at another place.
    let renamed = [place("a1", "Ancien lavoir", 30_000), ids[1].clone(), ids[2].clone()];
    assert_eq!(counts(&plain(&mut ada, &renamed)), [0, 1, 2, 1]);

    let mut bo = Desk::of("Bo");
    plain(&mut bo, &ids);
    let report = plain(&mut bo, &without);
    assert_eq!((report.created, report.gone.count, report.gone.names[0].as_str()), (1, 1, "Cave"));
    assert_eq!(plain(&mut bo, &without).created, 0);
    // Two that have ids are two.
    let mut cleo = Desk::of("Cleo");
    plain(&mut cleo, &[place("1", "Lavoir", 0)]);
    assert_eq!(counts(&plain(&mut cleo, &[place("2", "Lavoir", 100)])), [1, 0, 0, 1]);
}

#[test]
fn what_looks_like_a_newer_edition_is_told_and_not_merged() {
    let records = [place("1", "Lavoir", 0), place("2", "Four banal", 20_000), place("3", "Halle", 40_000)];
    let mut ada = Desk::of("Ada");
    assert_eq!(plain(&mut ada, &of("annuaire-2025", &records)).edition, None);
    let edition = |source: &str, alike, by_name| Some(Box::new(Edition { source: source.into(), alike, by_name }));
    let newer = of("annuaire-2026", &records[..2]);
    let report = plain(&mut ada, &newer);
    assert_eq!((report.created, report.edition), (2, edition("annuaire-2025", 2, true)));
    assert_eq!(plain(&mut ada, &newer).edition, None, "it is a data set of its own by now");

    let mut bo = Desk::of("Bo");
    plain(&mut bo, &of("lieux", &records));
    // By what is in it alone, by its name alone, and neither.
    assert_eq!(plain(&mut bo, &of("export", &records)).edition, edition("lieux", 3, false));
    let others = [place("1", "Cave", 900_000), place("2", "Puits", 920_000)];
    assert_eq!(plain(&mut bo, &of("lieux (1)", &others)).edition, edition("lieux", 0, true));
    assert_eq!(plain(&mut bo, &of("autres", &[place("1", "Moulin", 700_000)])).edition, None);
    // Who has said which data set it is knows; OpenStreetMap is one by itself.
    let items = of("osm", &records).into_iter().map(|record| ImportItem::Record(Box::new(record))).collect();
    assert_eq!(import(&mut bo, items, &ImportRequest::default()).edition, None);
    let items = of("lieux 2027", &records).into_iter().map(|record| ImportItem::Record(Box::new(record))).collect();
    let said = ImportRequest { source: Some("lieux 2027".into()), ..ImportRequest::default() };
    assert_eq!(import(&mut bo, items, &said).edition, None);
}

#[test]
fn what_has_gone_is_closed_in_one_step_and_comes_back_with_the_file() {
    let mut ada = Desk::of("Ada");
    let gone = |ada: &mut Desk| match ada.ask(GoneFrom { source: None }).unwrap() {
        Outcome::GoneFrom(GoneList { count, first }) => {
            assert_eq!(count, first.len() as u64);
            first.into_iter().map(|one| one.name).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let all = [place("1", "Lavoir", 0), place("2", "Four banal", 20_000), place("3", "Halle", 40_000)];
    plain(&mut ada, &all);
    plain(&mut ada, &of("autre", &[place("9", "Puits", 60_000)]));
    assert_eq!(gone(&mut ada), Vec::<String>::new());
    // One that its owner took back by hand is not what the file has no longer.
    let by_hand = named(&ada, "Halle").id;
    ada.ask(Retract { id: by_hand }).unwrap();
    plain(&mut ada, &all[..1]);
    assert_eq!(gone(&mut ada), ["Four banal"]);
    let four = named(&ada, "Four banal").id;
    let close = |ada: &mut Desk| match ada.ask(CloseGone { source: "places".into() }).unwrap() {
        Outcome::ClosedGone(Closed { closed, left: 0 }) => closed,
        other => panic!("{other:?}"),
    };
    assert_eq!((close(&mut ada), close(&mut ada)), (1, 0));
    let shown = |ada: &Desk, id| ada.core.replica.views.elements().contains_key(&id);
    assert!(!shown(&ada, four));
    assert_eq!((gone(&mut ada), counts(&plain(&mut ada, &all[..1]))), (vec![], [0, 0, 1, 0]), "it stays closed");

    let back = [all[0].clone(), ImportRecord { phone: "04 1".into(), ..all[1].clone() }, all[2].clone()];
    let report = plain(&mut ada, &back);
    assert_eq!((report.reopened, report.updated, report.unchanged), (1, 1, 2));
    assert!(shown(&ada, four) && !shown(&ada, by_hand));
    assert_eq!(ada.core.replica.views.elements()[&four].phone, "04 1");
    assert_eq!(counts(&plain(&mut ada, &back)), [0, 0, 3, 0]);
}

/// A dry run of a file that lacks something marks nothing.
#[test]
fn a_dry_run_closes_nothing() {
    let mut ada = Desk::of("Ada");
    let all = [place("1", "Lavoir", 0), place("2", "Four banal", 20_000)];
    plain(&mut ada, &all);
    let items = vec![ImportItem::Record(Box::new(all[0].clone()))];
    let dry = import(&mut ada, items, &ImportRequest { dry_run: true, ..ImportRequest::default() });
    assert_eq!(dry.gone.count, 1);
    let Outcome::GoneFrom(list) = ada.ask(GoneFrom { source: None }).unwrap() else { panic!("a list") };
    assert_eq!(list.count, 0);
}

/// What was taken back stays so, and what its owner wrote too, where the record has moved into the cell beside.
#[test]
fn what_moved_over_a_cells_border_is_still_known() {
    let mut ada = Desk::of("Ada");
    let (south, north) = (place("1", "Halle", 990_000), place("1", "Halle", 1_050_000));
    let far = Position { lat_e7: north.lat_e7, lon_e7: north.lon_e7 };
    assert_ne!(communaut_protocol::Scope::open(far), named_scope(&south), "they lie in two cells");
    plain(&mut ada, std::slice::from_ref(&south));
    let id = named(&ada, "Halle").id;
    ada.ask(Retract { id }).unwrap();
    let near = ImportRecord { lat_e7: north.lat_e7, ..south };
    assert_eq!(counts(&plain(&mut ada, &[near])), [0, 0, 1, 0], "taken back by hand");
    assert!(!ada.core.replica.views.elements().contains_key(&id));
}

fn named_scope(record: &ImportRecord) -> communaut_protocol::Scope {
    communaut_protocol::Scope::open(Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 })
}

/// A licence that was said once is not taken away by who forgets to say it again.
#[test]
fn a_file_without_its_licence_takes_none_away() {
    let mut desk = Desk::of("Ada");
    let licensed = ImportRecord { licence: "Licence Ouverte 2.0".into(), ..place("1", "Halle", 0) };
    plain(&mut desk, std::slice::from_ref(&licensed));
    let report = plain(&mut desk, &[ImportRecord { licence: String::new(), ..licensed.clone() }]);
    assert_eq!(counts(&report), [0, 0, 1, 0]);
    let renamed = ImportRecord { licence: String::new(), name: "Grande halle".into(), ..licensed };
    assert_eq!(counts(&plain(&mut desk, &[renamed])), [0, 1, 0, 0]);
    let kept = named(&desk, "Grande halle").provenance.clone().unwrap();
    assert_eq!(kept.licence, "Licence Ouverte 2.0");
}
