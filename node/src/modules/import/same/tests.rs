//! Two years of a directory without ids.
#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use super::{STEPS_MAX, Same};
use crate::{
    daemon::desk::Desk,
    import::{ImportItem, ImportNote, ImportRecord, test_support::record as test_record},
    modules::import::{ImportReport, ImportRequest, held::Held, test_support},
};
use communaut_protocol::{
    ElementId, IdentityId, Position, Scope,
    fold::ElementView,
    op::{ElementOp, Provenance},
};
use std::{collections::BTreeSet, sync::Arc};

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
    let items = records.iter().cloned().map(|record| ImportItem::Record(Box::new(record)));
    test_support::import(ada, items.collect(), &ImportRequest::default())
}

fn counts(report: &ImportReport) -> [u64; 4] {
    assert_eq!(report.read, report.created + report.updated + report.unchanged + report.skipped_count);
    [report.created, report.updated, report.unchanged, report.gone.count]
}

/// Of all that was imported.
fn names(ada: &Desk) -> Vec<String> {
    let elements = ada.core.replica.views.elements().values().filter(|element| element.provenance.is_some());
    let names: BTreeSet<_> = elements.map(|element| (element.name.clone(), element.id)).collect();
    names.into_iter().map(|(name, _)| name).collect()
}

/// A file that this program wrote has records of several data sets, in any order.
#[test]
fn of_several_data_sets_in_one_file_each_stands_for_its_own() {
    let mut ada = Desk::of("Ada");
    let of = |source: &str, name: &str, north| ImportRecord { source: source.into(), ..place(name, "", north, 0) };
    let before = [of("a", "Lavoir", 0), of("b", "Lavoir", 0), of("a", "Four", 200_000), of("b", "Four", 200_000)];
    assert_eq!(counts(&import(&mut ada, &before)), [4, 0, 0, 0]);
    let now = [of("b", "Lavoir", 50), of("a", "Four", 200_050), of("b", "Four", 200_050), of("a", "Lavoir", 50)];
    assert_eq!(counts(&import(&mut ada, &now)), [0, 4, 0, 0]);
    let elements = ada.core.replica.views.elements().values().filter_map(|element| element.provenance.clone());
    let sources: Vec<String> = elements.map(|from| from.source).collect();
    assert_eq!((sources.len(), sources.iter().filter(|source| *source == "a").count()), (4, 2));
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
        // Both have ids, and so are others.
        (
            ImportRecord { has_id: true, source_id: "1".into(), ..place("Lavoir", "", 0, 0) },
            ImportRecord { has_id: true, source_id: "2".into(), ..place("Lavoir", "", 100, 0) },
        ),
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

/// Wherever the second lies: the first of the file is taken.
#[test]
fn what_stands_twice_is_taken_once() {
    let mut ada = Desk::of("Ada");
    let one = |north| ImportRecord { has_id: true, source_id: "1".into(), ..place("Lavoir", "", north, 0) };
    let report = import(&mut ada, &[one(0), one(7_000_000)]);
    assert_eq!((report.created, report.skipped.len()), (1, 1));
    assert!(
        report.skipped[0].why.to_string().contains("'1' stands in the file more than once"),
        "{:?}",
        report.skipped
    );
}

/// What somebody imported of the data set of the tests.
fn held(count: i32, name: impl Fn(i32) -> String, at: impl Fn(i32) -> Position) -> Held {
    let elements = (0..count).map(|number| {
        let mut seed = [0; 16];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        let op = ElementOp { owner: IdentityId([7; 32]), seed: seed.to_vec(), fields: Vec::new() };
        let mut view = ElementView::new(Scope::open(at(number)), &op);
        (view.name, view.position) = (name(number), Some(at(number)));
        let (source, id) = (test_record().source, format!("hash:{number:032x}"));
        view.provenance = Some(Provenance { source, id, licence: String::new() });
        (view.id, Arc::new(view))
    });
    let elements: Vec<(ElementId, Arc<ElementView>)> = elements.collect();
    Held { elements: elements.into_iter().collect(), ..Held::default() }
}

/// Forty thousand records near as many that are held, in a town; and many at one place under one name. What is held
/// against one of them does not grow with how many there are.
#[test]
fn the_work_of_a_record_is_bounded() {
    const COUNT: i32 = 40_000;
    let like = test_record();
    let here = Position { lat_e7: like.lat_e7, lon_e7: like.lon_e7 };
    let in_a_town = |number: i32| Position {
        lat_e7: here.lat_e7 + number / 200 * 5_000,
        lon_e7: here.lon_e7 + number % 200 * 7_000,
    };
    let steps = |records: i32, one_place: bool| {
        let at = |number: i32| if one_place { here } else { in_a_town(number) };
        let name = |number: i32| if one_place { "Banc".into() } else { format!("Maison {}", letters(number)) };
        let mut same = Same::new(held(records, name, at), IdentityId([7; 32]), true);
        let (mut taken, mut known) = (0, 0);
        let mut count = |all: Vec<crate::import::Taken>| {
            taken += all.len();
            known += all.iter().filter(|taken| taken.seed.is_some()).count();
        };
        for number in 0..records {
            let Position { lat_e7, lon_e7 } = at(number);
            let source_id = format!("hash:new {number}");
            let (name, has_id) = (name(number), false);
            let record = ImportRecord { name, source_id, has_id, lat_e7: lat_e7 + 300, lon_e7, ..like.clone() };
            count(same.take(ImportItem::Record(Box::new(record))));
        }
        count(same.settle());
        assert_eq!(taken, usize::try_from(records).unwrap());
        (same.steps / u64::try_from(records).unwrap(), known)
    };
    let (in_town, known) = steps(COUNT, false);
    assert!(in_town < 60, "{in_town} steps a record");
    assert_eq!(known, usize::try_from(COUNT).unwrap(), "each is what it was");
    // More than are looked at.
    let (at_one_place, _) = steps(1_500, true);
    assert!(at_one_place <= STEPS_MAX, "{at_one_place} steps a record");
}

/// A number in letters: names that are not nearly the same.
fn letters(number: i32) -> String {
    let digits = format!("{number:05}");
    digits
        .bytes()
        .map(|digit| ["ba", "ko", "li", "mu", "ne", "pa", "ro", "si", "tu", "ve"][usize::from(digit - b'0')])
        .collect()
}
