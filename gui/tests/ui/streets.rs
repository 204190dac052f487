//! The map where the streets of a place are known.

use crate::stage::Stage;
use communaut_gui::{
    fixture::{helsinki, overview},
    locale::Lang,
    logic::Action,
};
use communaut_node::{
    api::{PackInfo, Snapshot},
    streets::{Made, make},
};
use communaut_protocol::Position;
use egui_kittest::{
    SnapshotResults,
    kittest::{NodeT, Queryable},
};
use std::{path::Path, sync::Arc};

/// A square of Helsinki with streets, trams, a park and a shore.
const PLACE: Position = Position { lat_e7: 601_700_000, lon_e7: 249_440_000 };

/// The street map of the sample.
pub fn pack(of: &Path, folder: &Path) -> PackInfo {
    match make(of, folder, &mut |_| true) {
        Ok(Made::Pack(info)) => info,
        other => panic!("{other:?}"),
    }
}

pub fn snapshot(pack: PackInfo) -> Snapshot {
    let mut snapshot = helsinki();
    overview(&mut snapshot).streets = Arc::new(vec![pack]);
    snapshot
}

#[test]
fn streets_near_and_far_in_both_themes() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/sample.osm.pbf");
    let pack = pack(&sample, folder.path());
    let mut results = SnapshotResults::new();
    for (lang, dark, zoom, name) in [
        (Lang::Fr, false, 14.0, "streets_14_fr_light"),
        (Lang::Fr, false, 16.0, "streets_16_fr_light"),
        (Lang::En, true, 16.0, "streets_16_en_dark"),
        (Lang::En, true, 18.0, "streets_18_en_dark"),
    ] {
        let mut stage = Stage::drawn(snapshot(pack.clone()), lang, dark);
        stage.act(Action::CentreMap(PLACE));
        stage.harness.state_mut().views().map.set_zoom(zoom);
        stage.harness.run();
        stage.harness.snapshot(name);
        results.extend_harness(&mut stage.harness);
    }
    results.unwrap();
}

#[test]
fn a_door_is_found_in_the_list_and_shown_on_the_map() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/sample.osm.pbf");
    let mut stage = Stage::driven(snapshot(pack(&sample, folder.path())));
    stage.act(Action::SetText("2 kaivokatu".into()));
    let is_door = |label: &str| label.starts_with("2 Kaivokatu") && label.contains("Door");
    let door = stage.harness.get_by(|node| node.label().is_some_and(|label| is_door(&label)));
    let label = door.accesskit_node().label().unwrap_or_default();
    assert!(label.ends_with("from the street map sample"), "{label}");
    door.click_accesskit();
    stage.harness.run();
    let centre = stage.harness.state_mut().views().map.centre().unwrap();
    let off = |a: i32, b: i32| f64::from(a.abs_diff(b)) / 1e7;
    assert!(off(centre.lat_e7, 601_706_000) < 0.01 && off(centre.lon_e7, 249_420_000) < 0.01, "{centre:?}");
}
