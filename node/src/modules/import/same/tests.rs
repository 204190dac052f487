//! Two years of a directory without ids.
#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use crate::{
    daemon::{
        desk::Desk,
        input::{Effect, ImportEnd, ImportJob},
    },
    import::{ImportItem, ImportNote, ImportRecord, test_support::record as test_record},
    modules::{
        Outcome,
        import::{ImportReport, same::Same},
    },
};
use communaut_protocol::op::import_seed;
use std::collections::BTreeSet;
use tokio::sync::oneshot;

/// A record without an id: its name, its address, and where it lies in 1e-7 degrees beside the place of the test.
fn place(name: &str, address: &str, north: i32, east: i32) -> ImportRecord {
    let like = test_record();
    ImportRecord {
        source_id: format!("hash:{name}/{north}/{east}"),
        has_id: false,
        name: name.into(),
        address: address.into(),
        lat_e7: like.lat_e7 + north,
        lon_e7: like.lon_e7 + east,
        ..like
    }
}

fn import(ada: &mut Desk, records: &[ImportRecord]) -> ImportReport {
    let (answer, _kept) = oneshot::channel();
    let (report, same) = (ImportReport::default(), Same::default());
    ada.core.import = Some(ImportJob { answer, file: "x.csv".into(), report, dry_run: false, streets: false, same });
    drop(ada.core.take_effects());
    let seen = records.iter().map(|record| import_seed(&record.source, &record.source_id)).collect();
    let items = records.iter().cloned().map(|record| ImportItem::Record(Box::new(record)));
    ada.core.import_items(items.collect());
    let whole = Some(records[0].source.clone());
    ada.core.import_end(ImportEnd { seen, whole, ..ImportEnd::default() });
    let reply = ada.core.take_effects().into_iter().find_map(|effect| match effect {
        Effect::Reply(_, Ok(Outcome::Imported(report))) => Some(report),
        _ => None,
    });
    reply.unwrap()
}

fn counts(report: &ImportReport) -> [u64; 4] {
    assert_eq!(report.read, report.created + report.updated + report.unchanged + report.skipped.len() as u64);
    [report.created, report.updated, report.unchanged, report.gone.count]
}

/// Of all that was imported.
fn names(ada: &Desk) -> Vec<String> {
    let elements = ada.core.replica.views.elements().values().filter(|element| element.provenance.is_some());
    let names: BTreeSet<_> = elements.map(|element| (element.name.clone(), element.id)).collect();
    names.into_iter().map(|(name, _)| name).collect()
}

#[test]
fn the_same_directory_a_year_later() {
    let mut ada = Desk::of("Ada");
    let before = [
        place("Grainothèque du Vallon", "1 rue du Vallon", 0, 0),
        place("Cantine solidaire", "3 rue Longue", 200_000, 0),
        place("Bibliotèque de rue", "4 rue Longue", 300_000, 0),
        place("Four banal", "5 rue Longue", 400_000, 0),
    ];
    assert_eq!(counts(&import(&mut ada, &before)), [4, 0, 0, 0]);
    let now = [
        // 13 m further, and spelt right; the address was looked up anew, 2 km off; a new one.
        place("Grainothèque du Vallon", "1 rue du Vallon", 1_200, 0),
        place("Bibliothèque de rue", "4 rue Longue", 300_000, 0),
        place("Four banal", "5 rue Longue", 580_000, 0),
        place("Bourse aux plantes", "6 rue Longue", 500_000, 0),
    ];
    let report = import(&mut ada, &now);
    assert_eq!(counts(&report), [1, 3, 0, 1]);
    assert_eq!(report.gone.names, ["Cantine solidaire"]);
    let [ImportNote::Same { count: 3, names: told }] = &report.notes[..] else { panic!("{:?}", report.notes) };
    assert_eq!((told.len(), told.contains(&"Bibliotèque de rue → Bibliothèque de rue".to_owned())), (3, true));
    let all =
        ["Bibliothèque de rue", "Bourse aux plantes", "Cantine solidaire", "Four banal", "Grainothèque du Vallon"];
    assert_eq!(names(&ada), all);
    // The same file again.
    assert_eq!(counts(&import(&mut ada, &now)), [0, 0, 4, 1]);
}

/// Whichever comes first in the file.
#[test]
fn what_is_named_as_before_is_the_same_as_before_and_others_of_its_name_are_new() {
    for turned in [false, true] {
        let mut ada = Desk::of("Ada");
        import(&mut ada, &[place("Banc", "", 0, 0), place("Banc", "", 3_000, 0)]);
        // A third bench, between the two and nearer to the first.
        let mut now = vec![place("Banc", "", 1_000, 0), place("Banc", "", 0, 0), place("Banc", "", 3_000, 0)];
        if turned {
            now.reverse();
        }
        assert_eq!(counts(&import(&mut ada, &now)), [1, 0, 2, 0]);
        // The first and the third were moved by 2 m: each is the one that it is nearest to.
        let mut moved = vec![place("Banc", "", 1_200, 0), place("Banc", "", 200, 0), place("Banc", "", 3_000, 0)];
        if turned {
            moved.reverse();
        }
        assert_eq!(counts(&import(&mut ada, &moved)), [0, 2, 1, 0]);
    }
}

#[test]
fn what_differs_is_another() {
    for (held, came) in [
        // Another number, another word, another place, another address, the same words otherwise.
        (place("Salle 12", "", 0, 0), place("Salle 13", "", 0, 0)),
        (place("Boulangerie Blanc", "", 0, 0), place("Boulangerie Petit", "", 0, 0)),
        (place("Boulangerie Petit", "", 0, 0), place("Boulangerie Petit", "", 20_000, 0)),
        (place("Bibliotèque", "1 rue Haute", 0, 0), place("Bibliothèque", "2 rue Haute", 0, 0)),
        (place("Bibliotèque", "", 0, 0), place("Bibliothèque", "", 6_000, 0)),
        (place("Halle aux grains", "", 0, 0), place("Halle aux grains neuve", "", 0, 0)),
        // Another phone leads there.
        (
            ImportRecord { phone: "04 1".into(), ..place("Cabinet Martin", "", 0, 0) },
            ImportRecord { phone: "04 2".into(), ..place("Cabinet Marin", "", 0, 0) },
        ),
        // Of another data set.
        (ImportRecord { source: "autre".into(), ..place("Lavoir", "", 0, 0) }, place("Lavoir", "", 100, 0)),
        // It has an id, and so is another.
        (place("Lavoir", "", 0, 0), ImportRecord { has_id: true, ..place("Lavoir", "", 100, 0) }),
    ] {
        let mut ada = Desk::of("Ada");
        import(&mut ada, std::slice::from_ref(&held));
        let report = import(&mut ada, std::slice::from_ref(&came));
        assert_eq!((report.created, report.updated), (1, 0), "{} and {}", held.name, came.name);
    }
}

#[test]
fn it_is_known_on_both_sides_of_180_degrees() {
    let mut ada = Desk::of("Ada");
    let at = |lon_e7| ImportRecord { lon_e7, source_id: format!("hash:{lon_e7}"), ..place("Quai", "", 0, 0) };
    import(&mut ada, &[at(1_799_999_900)]);
    assert_eq!(counts(&import(&mut ada, &[at(-1_799_999_900)])), [0, 1, 0, 0]);
}

/// A hundred and fifty associations at one address, in each name one letter is another.
#[test]
fn many_at_one_address_are_each_the_same() {
    let mut ada = Desk::of("Ada");
    let all = |ending: &str| -> Vec<ImportRecord> {
        let name = |number: usize| {
            let letters = [number / 26, number % 26].map(|at| char::from(b'a' + u8::try_from(at).unwrap()));
            format!("Association {0}{1}{0}{1}{0}{1} {ending}", letters[0], letters[1])
        };
        (0..150).map(|number| place(&name(number), "Maison des associations", 0, 0)).collect()
    };
    import(&mut ada, &all("culturelle"));
    assert_eq!(counts(&import(&mut ada, &all("culturele"))), [0, 150, 0, 0]);
}
