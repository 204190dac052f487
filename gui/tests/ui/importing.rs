//! A file of records brought in through the window.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{first_day, helsinki},
    locale::Lang,
    logic::Action,
};
use communaut_node::api::{
    Command, Edition, Failure, FailureCode, FileFault, Gone, ImportError, ImportReport, ImportRequest, Outcome,
    Overview, UndoProgress, Undone,
};
use egui::Key;
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};

fn press(stage: &mut Stage, label: &str) {
    stage.harness.get_by_label(label).click();
    stage.harness.run();
}

fn type_into(stage: &mut Stage, label: &str, text: &str) {
    let field = stage.harness.get_by_label(label);
    field.focus();
    field.type_text(text);
    stage.harness.run();
}

fn imports(stage: &Stage) -> Vec<ImportRequest> {
    let sent = stage.node.sent().into_iter();
    sent.filter_map(|command| if let Command::Import(request) = command { Some(request) } else { None }).collect()
}

/// Those that write: what is only looked at changes nothing.
fn written(stage: &Stage) -> Vec<ImportRequest> {
    imports(stage).into_iter().filter(|request| !request.dry_run).collect()
}

#[test]
fn an_empty_territory_offers_to_bring_a_file_in_and_to_follow_more() {
    let mut stage = Stage::driven(first_day());
    press(&mut stage, "Follow more");
    stage.harness.get_by_label("Its town");
    press(&mut stage, "Close");

    press(&mut stage, "Bring in a file");
    press(&mut stage, "Bring it in");
    assert_eq!(imports(&stage), [], "no file is named yet");
    type_into(&mut stage, "The file", " /data/places.csv ");
    type_into(&mut stage, "Its licence and credit", "CC BY 4.0, City");
    press(&mut stage, "Bring it in");
    let wanted = ImportRequest {
        path: "/data/places.csv".into(),
        licence: Some("CC BY 4.0, City".into()),
        ..ImportRequest::default()
    };
    assert_eq!(imports(&stage), [wanted]);
    stage.harness.get_by_label("3 read: 2 new, 0 changed, 0 as before, 1 left out.");
    stage.harness.get_by_label("line 3 · No coordinates");
}

#[test]
fn what_is_wrong_with_the_file_is_said_and_its_path_stays() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::OpenImport(Some(PathBuf::from("/data/cut.osm.pbf"))));
    stage.node.refuse_next(Failure::new(FailureCode::Io, "/data/cut.osm.pbf: no such file"));
    press(&mut stage, "Bring it in");
    stage.harness.get_by_label("A file could not be read or written: /data/cut.osm.pbf: no such file");
    press(&mut stage, "Bring it in");
    assert_eq!(written(&stage).len(), 2);
    assert!(imports(&stage).iter().all(|request| request.path == Path::new("/data/cut.osm.pbf")));
}

/// In the language of the window, both of a file of which nothing could be read, and of one that broke off.
#[test]
fn what_ends_an_import_is_said_in_the_language_of_the_window() {
    let mut stage = Stage::driven_in(helsinki(), Lang::Fr);
    stage.act(Action::OpenImport(Some(PathBuf::from("/data/lieux.csv"))));
    let file = || "/data/lieux.csv".to_owned();
    stage.node.refuse_next(Failure::broke_off(ImportError::Unusable { file: file(), why: FileFault::Password }));
    press(&mut stage, "Importer");
    stage.harness.get_by_label("«\u{a0}/data/lieux.csv\u{a0}» a un mot de passe\u{a0}: enregistrez-le sans");
    let why = ImportError::Broken { file: file(), at: "line 12".into(), why: FileFault::CutInRecord };
    let (error, reason) = (Some(why.to_string()), Some(Box::new(why)));
    let map = ImportError::Unusable { file: file(), why: FileFault::TooManyTiles { count: 2_000_000, max: 1_000_000 } };
    let (streets_error, streets_reason) = (Some(map.to_string()), Some(Box::new(map)));
    let report = ImportReport { read: 3, error, reason, streets_error, streets_reason, ..ImportReport::default() };
    stage.node.answer_next(Outcome::Imported(report));
    press(&mut stage, "Importer");
    for said in ["est abîmé (ligne 12)\u{a0}: il finit au milieu d’une fiche", "tuiles de plan, plus de"] {
        stage.harness.get_by_label_contains(said);
    }
    assert!(stage.harness.query_by_label_contains("broken").is_none());
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }
    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads no file".into())
    }
}

#[test]
fn a_file_dropped_on_the_window_is_looked_at_and_waits_for_a_word() {
    let mut stage = Stage::driven(helsinki());
    stage.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped("/data/dropped.geojson".into())));
    stage.harness.run();
    assert_eq!(written(&stage), [], "what is published in one's name waits for one's word");
    assert_eq!(imports(&stage).len(), 1);
    stage.harness.get_by_label("Its columns");
    press(&mut stage, "Bring it in");
    assert_eq!(written(&stage).first().map(|request| request.path.clone()), Some("/data/dropped.geojson".into()));
    stage.harness.key_press(Key::Escape);
    stage.harness.run();
    assert!(stage.harness.query_by_label("Bring it in").is_none());
}

#[test]
fn what_a_file_would_bring_is_shown_before_it_is_brought_in() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::OpenImport(None));
    type_into(&mut stage, "The file", "/data/libraries.csv");
    press(&mut stage, "Look at it first");
    let would = "Nothing is written yet. 3 read: 2 would be new, 0 changed, 0 as before, 1 left out.";
    stage.harness.get_by_label(would);
    stage.harness.get_by_label("Not used: code_interne");
    stage.harness.get_by_label("New: Kallio Library, Vallila Library");
    assert_eq!(written(&stage), []);

    // Of another file, or of another data set, it says nothing.
    type_into(&mut stage, "Name of the data set (optional)", "libraries");
    assert!(stage.harness.query_by_label(would).is_none());
    press(&mut stage, "Look at it first");
    stage.harness.get_by_label(would);
    assert!(stage.harness.query_by_label("Look at it first").is_none(), "it is looked at");
    press(&mut stage, "Bring it in");
    let wanted = ImportRequest {
        path: "/data/libraries.csv".into(),
        source: Some("libraries".into()),
        ..ImportRequest::default()
    };
    assert_eq!(written(&stage), [wanted]);
    stage.harness.get_by_label("3 read: 2 new, 0 changed, 0 as before, 1 left out.");
}

#[test]
fn what_has_gone_is_closed_in_one_step_and_an_older_edition_is_updated() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::OpenImport(Some(PathBuf::from("/data/directory-2026.csv"))));
    let edition = Edition { source: "directory".into(), alike: 40, by_name: true };
    let gone = Gone { count: 2, names: vec!["Corner shop".into(), "Old bakery".into()] };
    let report = ImportReport { read: 40, updated: 40, gone, edition: Some(edition.into()), ..ImportReport::default() };
    stage.node.answer_next(Outcome::Imported(report));
    press(&mut stage, "Bring it in");
    stage.harness.get_by_label("This looks like a newer edition of “directory”, which is here already.");
    press(&mut stage, "Close 2 of “directory” that the file no longer has");
    let closed: Vec<String> = stage
        .node
        .sent()
        .into_iter()
        .filter_map(|command| if let Command::CloseGone(closed) = command { Some(closed.source) } else { None })
        .collect();
    assert_eq!(closed, ["directory"]);
    press(&mut stage, "Update “directory” with it");
    press(&mut stage, "Bring it in");
    assert_eq!(written(&stage).last().and_then(|request| request.source.clone()), Some("directory".into()));
}

/// An import under a wrong name: what would be taken back is said first, and then waits for a word.
#[test]
fn what_was_brought_in_can_be_taken_back() {
    let mut stage = Stage::driven(helsinki());
    stage.act(Action::OpenImport(None));
    let undone = |stage: &Stage| -> Vec<bool> {
        let sent = stage.node.sent().into_iter();
        let one = |command| if let Command::UndoImport(undo) = command { Some(undo.dry_run) } else { None };
        sent.filter_map(one).collect()
    };
    press(&mut stage, "Take back “directory” (40)…");
    stage.harness.get_by_label(
        "Of “directory” 38 would be taken back. 2 stay: you have changed them, or somebody has written about them.",
    );
    assert_eq!(undone(&stage), [true], "only asked");
    press(&mut stage, "Take them back");
    assert_eq!(undone(&stage), [true, false]);
    // One that was stopped says how far it came.
    press(&mut stage, "Take back “directory” (40)…");
    stage.node.answer_next(Outcome::UndoneImport(Undone { closed: 10, kept: 2, left: 28 }));
    press(&mut stage, "Take them back");
    let stopped = "Stopped. Taken back: 10. Kept: 2. Not looked at: 28; to take it back once more goes on.";
    stage.harness.get_by_label(stopped);
    // While one is under way, how far it is stands below.
    let mut snapshot = helsinki();
    let undo = Some(UndoProgress { source: "directory".into(), looked: 1_500, left: 500 });
    snapshot.overview = Overview { undo, ..(*snapshot.overview).clone() }.into();
    stage.node.publish(snapshot);
    stage.harness.run();
    stage.harness.get_by_label("Taking back “directory”: 1,500 of 2,000");
}
