#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{
    super::{held::TakesRoom, read::PackInfo},
    index::Index,
    *,
};
use std::path::Path;

fn said(street: &str, city: &str, postcode: &str) -> AddressSaid {
    AddressSaid { street: street.into(), city: city.into(), postcode: postcode.into() }
}

/// A pack that has nothing but addresses.
fn pack(folder: &Path, name: &str, addresses: &[u8]) -> PackInfo {
    let file = folder.join(format!("{name}.pmtiles"));
    let mut out = crate::files::open(&file).unwrap();
    parts::append(&mut out, [addresses, &parts::packed(b"").unwrap()]).unwrap();
    PackInfo { file, name: name.to_owned(), credit: "© them".into(), ..PackInfo::default() }
}

fn found(packs: &[PackInfo], text: &str) -> Vec<(String, bool)> {
    find_address(packs, text, AddressWish::all(10)).found.into_iter().map(|found| (found.name, found.exact)).collect()
}
fn door(name: &str) -> (String, bool) {
    (name.to_owned(), true)
}
fn street(name: &str) -> (String, bool) {
    (name.to_owned(), false)
}

#[test]
fn doors_are_found_and_where_there_is_none_the_street() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Book::default();
    book.door(&said("Rue de la Gare", "Bourg", "01000"), "12 bis", (70_000_000, 430_000_000));
    book.door(&said("Rue de la Gare", "Bourg", "01000"), "12", (70_000_100, 430_000_000));
    book.door(&said("Avenue de la Vieille Gare", "Bourg", "01000"), "12", (70_000_200, 430_000_000));
    book.door(&said("Rue de la Gare", "", ""), "12", (99_000_000, 430_000_000));
    book.street("Rue de l'Été", (70_000_300, 430_000_000));
    // Without a town, beside the one that has it: once.
    book.street("Rue de la Gare", (70_000_400, 430_000_000));
    let packs = [pack(folder.path(), "a", &book.packed(|_| None).unwrap())];
    let names = |text: &str| found(&packs, text);
    assert_eq!(names("12 rue de la gare"), [door("12 Rue de la Gare, 01000 Bourg"), door("12 Rue de la Gare")]);
    assert_eq!(names("12bis RUE DE LA GARE bourg"), [door("12 bis Rue de la Gare, 01000 Bourg")]);
    assert_eq!(names("12 gare 01000").len(), 2);
    assert_eq!(names("99 rue de la gare bourg"), [street("Rue de la Gare, 01000 Bourg")]);
    let streets = [street("Rue de la Gare, 01000 Bourg"), street("Rue de la Gare")];
    assert_eq!(names("rue de la gare"), streets, "one in Bourg, one far away");
    assert_eq!(names("rue de l’ete"), [street("Rue de l'Été")]);
    assert_eq!(names("place Rouge"), []);
    let all = find_address(&packs, "12 rue de la gare bourg", AddressWish::all(10));
    assert_eq!(all.found.first().map(|one| (one.map.as_str(), one.credit.as_str())), Some(("a", "© them")));
}

#[test]
fn addresses_as_people_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Book::default();
    let (x, y) = (74_200_000, 437_300_000);
    for (index, (name, doors)) in [
        ("Rue du 8 Mai 1945", &["8", "12"][..]),
        ("Place du 11 Novembre", &["3"]),
        ("Rue Grimaldi", &["12", "12 bis", "14-18", "20B"]),
        ("Avenue du Général de Gaulle", &["5"]),
        ("Boulevard Saint-Michel", &["7"]),
        ("Hauptstraße", &["5a"]),
        ("Via Roma", &["12/B"]),
        ("Rue du 80e Régiment", &["8"]),
    ]
    .into_iter()
    .enumerate()
    {
        for door in doors {
            book.door(&said(name, "Monaco", "98000"), door, (x + 100_000 * i64::try_from(index).unwrap(), y));
        }
    }
    book.street("Rue Sans Ville", (x, y));
    let packs = [pack(folder.path(), "a", &book.packed(|_| None).unwrap())];
    let first = |text: &str| found(&packs, text).into_iter().next();
    for (text, name, exact) in [
        ("rue du 8 mai 1945", "Rue du 8 Mai 1945", false),
        ("8 rue du 8 mai 1945", "8 Rue du 8 Mai 1945", true),
        ("12 rue du 8 mai", "12 Rue du 8 Mai 1945", true),
        ("rue du huit mai 12", "12 Rue du 8 Mai 1945", true),
        ("place du 11 novembre", "Place du 11 Novembre", false),
        ("place du onze novembre, 3", "3 Place du 11 Novembre", true),
        ("12, rue Grimaldi 98000 Monaco", "12 Rue Grimaldi", true),
        ("12 bis rue Grimaldi", "12 bis Rue Grimaldi", true),
        ("12B rue Grimaldi", "12 bis Rue Grimaldi", true),
        ("16 rue Grimaldi", "14-18 Rue Grimaldi", true),
        ("20 rue Grimaldi", "20B Rue Grimaldi", false),
        ("99 rue Grimaldi", "Rue Grimaldi", false),
        ("12 rue Grimaldy", "12 Rue Grimaldi", true),
        ("12 rue grim", "12 Rue Grimaldi", true),
        ("12 rue Grimaldi MC-98000 Monaco Cedex 2", "12 Rue Grimaldi", true),
        ("12 rue Grimaldi, Monaco, Monaco", "12 Rue Grimaldi", true),
        ("5 av. du Gal de Gaulle", "5 Avenue du Général de Gaulle", true),
        ("7 bd St Michel", "7 Boulevard Saint-Michel", true),
        ("Hauptstr. 5a", "5a Hauptstraße", true),
        ("Via Roma, 12/B", "12/B Via Roma", true),
        ("8 rue du 80e régiment", "8 Rue du 80e Régiment", true),
    ] {
        assert_eq!(first(text), Some((format!("{name}, 98000 Monaco"), exact)), "{text}");
    }
    // A town that the map does not tell is believed where it lies there, and only there.
    assert_eq!(first("rue sans ville, 98000 Monaco"), Some(street("Rue Sans Ville")));
    assert_eq!(first("rue sans ville, Nice"), Some(street("Rue Sans Ville")), "the next town");
    assert_eq!(first("rue sans ville, Bordeaux"), None);
    assert_eq!(first("rue Grimaldi, Bordeaux"), None);
    assert_eq!(first("rue Grimaldi 75001"), None, "another postcode");
    assert_eq!(first("Monaco"), None, "no street is called so");
}

#[test]
fn a_town_that_no_address_tells_is_that_of_its_outline() {
    let folder = tempfile::tempdir().unwrap();
    let mut book = Book::default();
    book.street("Rue Neuve", (10, 20));
    book.door(&said("Rue Neuve", "Bourg", ""), "3", (11, 20));
    book.street("Rue Neuve", (900_000_000, 20));
    let town = |at: (i64, i64)| (at.0 < 100).then(|| "Bourg".to_owned());
    let packs = [pack(folder.path(), "a", &book.packed(town).unwrap())];
    assert_eq!(found(&packs, "3 rue neuve bourg"), [door("3 Rue Neuve, Bourg")]);
    assert_eq!(found(&packs, "rue neuve"), [street("Rue Neuve, Bourg"), street("Rue Neuve")]);
}

#[test]
fn what_is_hostile_takes_no_more_room_than_it_may() {
    let folder = tempfile::tempdir().unwrap();
    // Short lines are dear: each takes many times its length.
    for (name, line) in [("short", "a\t\t\t0,0\t\n"), ("doors", "a\t\t\t0,0\t;;;;;;;;;;;;;;;;;;;;;;;;;;;;;\n")] {
        let text = line.repeat(if name == "short" { 1 << 20 } else { 1 << 18 });
        let bomb = parts::packed(text.as_bytes()).unwrap();
        assert!(bomb.len() < 24_000, "{}", bomb.len());
        let room = 1 << 20;
        let refused = Index::of(parts::unpack(std::io::Cursor::new(bomb.clone())).unwrap(), room);
        assert!(refused.unwrap_err().contains("memory"));
        let whole = Index::of(parts::unpack(std::io::Cursor::new(bomb)).unwrap(), usize::MAX).unwrap();
        let used = whole.lines.len() * size_of::<index::Line>();
        assert!(whole.bytes() >= used && used > 1 << 20, "{} of {used}", whole.bytes());
    }
    // Words of which each is another.
    let words: String = (0..50_000).map(|at| format!("w{at}x\t\t\t0,0\t\n")).collect();
    let index =
        Index::of(parts::unpack(std::io::Cursor::new(parts::packed(words.as_bytes()).unwrap())).unwrap(), usize::MAX);
    assert!(index.unwrap().bytes() > 50_000 * 200);
    // The rest of the maps is searched, and who asks is told.
    let mut book = Book::default();
    book.street("Rue Neuve", (10, 20));
    let packs = [pack(folder.path(), "bad", b"no zstd"), pack(folder.path(), "good", &book.packed(|_| None).unwrap())];
    let all = find_address(&packs, "rue neuve", AddressWish::all(5));
    assert_eq!((all.found.len(), all.maps, all.unread.len()), (1, vec!["good".to_owned()], 1));
    assert!(all.unread[0].0 == "bad" && !all.unread[0].1.contains('\n'), "{:?}", all.unread);
}
