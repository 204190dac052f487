//! Broken and odd files through the real binary: a clear line, the good records kept, nothing half-written.

use crate::support::Folder;
use serde_json::Value;

/// The report of an import, its exit code, and what it said on stderr.
fn import(folder: &Folder, name: &str, bytes: &[u8]) -> (Value, Option<i32>, String) {
    let path = folder.path(name);
    std::fs::write(&path, bytes).unwrap();
    let ran = folder.run(&["import", path.to_str().unwrap(), "--json"]);
    let report = serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{name}: {error}: {ran:?}"));
    (report, ran.status.code(), String::from_utf8(ran.stderr).unwrap())
}

/// Elements held, one's own card apart.
fn held(folder: &Folder) -> u64 {
    folder.json(&["search", "--limit", "1"])["total"].as_u64().unwrap() - 1
}

#[test]
fn a_csv_that_is_cut_keeps_what_was_whole_and_names_the_line() {
    let folder = Folder::of("Ada");
    let text = "nom,latitude,longitude,adresse\nUn,43.73,7.42,ici\nDeux,43.74,7.42,là\nTrois,43.75,7.42,\"rue de la";
    let (report, code, said) = import(&folder, "cut.csv", text.as_bytes());
    assert_eq!((report["created"].as_u64(), code), (Some(2), Some(1)));
    assert!(said.contains("cut.csv") && said.contains("line 4") && said.lines().count() == 1, "{said}");
    assert_eq!(held(&folder), 2);
    // The whole file, later: the rest comes, nothing comes twice.
    let whole = format!("{text} mer\"\n");
    let (report, code, _) = import(&folder, "cut.csv", whole.as_bytes());
    assert_eq!((report["created"].as_u64(), report["unchanged"].as_u64(), code), (Some(1), Some(2), Some(0)));
}

#[test]
fn a_pbf_that_is_cut_keeps_what_was_whole_and_names_the_byte() {
    let folder = Folder::of("Ada");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/sample.osm.pbf");
    let whole = std::fs::read(path).unwrap();
    let (cut, code, said) = import(&folder, "cut.osm.pbf", &whole[..whole.len() * 3 / 5]);
    assert_eq!(code, Some(1));
    assert!(said.contains("cut.osm.pbf") && said.contains("byte") && said.lines().count() == 1, "{said}");
    let kept = cut["created"].as_u64().unwrap();
    assert!(kept > 0);
    assert_eq!(held(&folder), kept);
    // Half a file is no map.
    assert_eq!((&cut["streets"], &folder.json(&["status"])["streets"]), (&Value::Null, &serde_json::json!([])));
    let (all, code, _) = import(&folder, "whole.osm.pbf", &whole);
    assert_eq!(code, Some(0));
    let count = |field: &str| all[field].as_u64().unwrap();
    assert_eq!(count("created") + count("updated") + count("unchanged"), held(&folder));
    assert!(count("unchanged") > 0);
    let streets = &all["streets"];
    assert!(streets["tiles"].as_u64() > Some(9) && streets["bytes"].as_u64() > Some(50_000), "{streets}");
    let packs = folder.json(&["status"])["streets"].take();
    assert_eq!(packs.as_array().map(Vec::len), Some(1));
    let pack = &packs[0];
    assert_eq!((&pack["id"], &pack["name"], &pack["bytes"]), (&streets["id"], &"whole".into(), &streets["bytes"]));
    assert!(pack["credit"].as_str().unwrap().contains("OpenStreetMap"), "{pack}");
    let found = folder.json(&["address", "2 kaivokatu"]);
    assert_eq!(found["addresses"][0]["exact"], true, "{found}");
    assert!(folder.json(&["search", "--near", "2 Kaivokatu", "--limit", "1"])["total"].as_u64() > Some(0));
    // The same file again is the same map; without one, if that is asked for.
    let path = folder.path("whole.osm.pbf");
    let path = path.to_str().unwrap();
    assert_eq!(folder.json(&["import", path])["streets"], *streets);
    assert_eq!(folder.json(&["import", path, "--no-streets"])["streets"], Value::Null);
    assert_eq!(folder.json(&["status"])["streets"], packs);
}

#[test]
fn odd_files_are_read_or_refused_in_one_line() {
    let folder = Folder::of("Ada");
    // Latin-1: é is one byte.
    let (report, code, _) = import(&folder, "latin.csv", b"nom;latitude;longitude\nCaf\xe9 des Arts;43.73;7.42\n");
    assert_eq!((report["created"].as_u64(), code), (Some(1), Some(0)));
    assert_eq!(folder.json(&["search", "café des arts"])["hits"][0]["name"], "Café des Arts");
    // Out of range, and swapped: named with their lines, the good one kept.
    let text = "name,latitude,longitude\nA,143.73,7.42\nB,-179.5,43.73\nC,43.73,7.42\n";
    let (report, code, _) = import(&folder, "range.csv", text.as_bytes());
    assert_eq!((report["created"].as_u64(), code), (Some(1), Some(0)));
    let skipped = report["skipped"].as_array().unwrap();
    let at: Vec<&str> = skipped.iter().map(|record| record["at"].as_str().unwrap()).collect();
    assert_eq!(at, ["line 2", "line 3"]);
    assert!(skipped[0]["why"].as_str().unwrap().contains("out of range"), "{skipped:?}");
    assert!(skipped[1]["why"].as_str().unwrap().contains("swapped"), "{skipped:?}");
    // Empty, and not what its name says.
    let (_, code, said) = import(&folder, "empty.csv", b"");
    assert_eq!(code, Some(1));
    assert!(said.contains("empty.csv") && said.contains("empty"), "{said}");
    let (_, code, said) = import(&folder, "not.osm.pbf", b"just some words\n");
    assert_eq!(code, Some(1));
    assert!(said.contains("not.osm.pbf") && said.lines().count() == 1, "{said}");
    assert_eq!(held(&folder), 2);
}
