#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

const D: i64 = 10_000_000;

fn said(name: &str, level: Option<u8>) -> BoundarySaid {
    let kind = if level.is_some() { "administrative" } else { "village" };
    BoundarySaid { name: name.into(), others: vec![format!("{name} (autre)")], kind: kind.into(), level }
}
fn line(points: &[(i64, i64)]) -> Vec<Point> {
    points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect()
}
fn square(x: i64, y: i64, side: i64) -> Vec<Point> {
    line(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)])
}
fn pack(folder: &std::path::Path, boundaries: Boundaries) -> [PackInfo; 1] {
    let file = folder.join("a.pmtiles");
    let mut out = crate::files::open(&file).unwrap();
    parts::append(&mut out, [&parts::packed(b"").unwrap(), &boundaries.packed().unwrap()]).unwrap();
    [PackInfo { file, name: "map".into(), credit: "© them".into(), ..PackInfo::default() }]
}
fn at(lat: f64, lon: f64) -> Position {
    Position::from_degrees(lat, lon).unwrap()
}

#[test]
fn whole_outlines_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let mut made = Boundaries::default();
    // Of two ways, with a hole; and an exclave that shares a corner with it.
    let halves = [line(&[(0, 0), (4 * D, 0), (4 * D, 4 * D)]), line(&[(4 * D, 4 * D), (0, 4 * D), (0, 0)])];
    let ways = [halves.to_vec(), vec![square(D, D, D), square(4 * D, 4 * D, D)]].concat();
    made.take(said("Saint-Étienne", Some(8)), &ways, 0);
    made.take(said("Fidji", Some(2)), &[square(179 * D, -17 * D, 2 * D)], 0);
    let packs = pack(folder.path(), made);
    let found = find_boundaries(&packs, "st etienne", false);
    let [one] = found.as_slice() else { unreachable!("{found:?}") };
    assert_eq!(
        (one.name.as_str(), one.level, one.map.as_str(), one.told().as_str()),
        ("Saint-Étienne", Some(8), "map", "administrative, level 8")
    );
    let (_, outline) = boundary(&packs, one.id).unwrap();
    for (lat, lon, inside) in [(0.5, 0.5, true), (1.5, 1.5, false), (4.5, 4.5, true), (4.5, 3.5, false)] {
        assert_eq!(outline.holds(at(lat, lon)), inside, "{lat} {lon}");
    }
    assert_eq!(outline.corners(), 12);
    // Its cells hold it, with what is said of how much more.
    let cover = crate::territory::of_outline(&outline).unwrap();
    let more = crate::territory::km2(&cover.cells) / outline.km2() - 1.0;
    assert!((0.0..0.15).contains(&more), "{more}");
    let fiji = find_boundaries(&packs, "Fidji", true).pop().unwrap();
    let (_, outline) = boundary(&packs, fiji.id).unwrap();
    let cells = crate::territory::of_outline(&outline).unwrap().cells;
    let held = |lon: f64| cells.iter().any(|cell| cell.contains(at(-16.0, lon).cell(7)));
    assert!(held(179.5) && held(-179.5) && !held(178.0));
    assert_eq!(find_boundaries(&packs, "Saint-Étienne (autre)", true).len(), 1, "by another name");
    assert_eq!(find_boundaries(&packs, "saint", true), []);
    let all: Vec<String> = find_boundaries(&packs, "", false).into_iter().map(|one| one.name).collect();
    assert_eq!(all, ["Fidji", "Saint-Étienne"], "by level");
}

#[test]
fn what_is_not_whole_is_told_and_not_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let mut made = Boundaries::default();
    made.take(said("Voisine", Some(8)), &[square(0, 0, D)], 1);
    made.take(said("Ouverte", Some(8)), &[line(&[(0, 0), (D, 0), (D, D)])], 0);
    made.take(said("Vide", Some(8)), &[], 0);
    made.take(said("Plate", Some(8)), &[line(&[(0, 0), (D, D), (2 * D, 2 * D), (0, 0)])], 0);
    assert_eq!((made.count(), made.broken().0), (0, 4));
    assert_eq!(made.broken().1, ["Ouverte", "Plate", "Vide", "Voisine"]);
    let packs = pack(folder.path(), made);
    let found = find_boundaries(&packs, "voisine", false).pop().unwrap();
    assert_eq!(found.incomplete, "a part of its outline is not in the file");
    assert!(boundary(&packs, found.id).is_none(), "there is nothing to follow");
    assert_eq!(find_boundaries(&packs, "", false).len(), 4);
}

#[test]
fn one_outline_counts_once_and_the_level_is_kept() {
    let mut made = Boundaries::default();
    let mut turned = square(0, 0, D);
    turned.reverse();
    made.take(said("Bourg", None), &[square(0, 0, D)], 0);
    made.take(said("Bourg", Some(8)), &[turned], 0);
    assert_eq!(made.count(), 1);
    assert_eq!(made.whole[0].0.level, Some(8));
}

#[test]
fn the_town_in_which_something_lies() {
    let mut made = Boundaries::default();
    made.take(said("Pays", Some(2)), &[square(-9 * D, -9 * D, 30 * D)], 0);
    made.take(said("Bourg", Some(8)), &[square(0, 0, D)], 0);
    made.take(said("Hameau", Some(10)), &[square(0, 0, D / 10)], 0);
    // So small that it is a town itself.
    made.take(said("Monaco", Some(2)), &[square(50 * D, 0, D / 100)], 0);
    let town = made.towns();
    assert_eq!(town((D / 2, D / 2)).as_deref(), Some("Bourg"));
    assert_eq!(town((D / 100, D / 100)).as_deref(), Some("Bourg"), "a hamlet is no town");
    assert_eq!(town((50 * D + 1_000, 1_000)).as_deref(), Some("Monaco"));
    assert_eq!(town((5 * D, 5 * D)), None, "in the country alone");
}

#[test]
fn what_is_hostile_in_a_pack_is_passed_over_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str, text: &str, room: usize| {
        let file = folder.path().join(name);
        let mut out = crate::files::open(&file).unwrap();
        parts::append(&mut out, [b"", &parts::packed(text.as_bytes()).unwrap()]).unwrap();
        Index::read(&PackInfo { file, ..PackInfo::default() }, room)
    };
    for (index, bad) in [
        "no json",
        "{}",
        r#"{"name":"a"}"#,
        r#"{"name":"a","rings":[[[1,2,3]]]}"#,
        r#"{"name":"a","rings":[[[9223372036854775807,9223372036854775807,9223372036854775807,1,1,1]]]}"#,
        r#"{"name":"a","rings":[[[0,0,0,0,0,0]]]}"#,
        r#"{"name":"a","rings":[[[0,2000000000,5,5,5,-9]]]}"#,
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(read(&index.to_string(), &format!("{bad}\n"), usize::MAX).unwrap().all.len(), 0, "{bad}");
    }
    let many = r#"{"name":"a","why":"b"}"#.to_owned() + "\n";
    assert!(read("many", &many.repeat(100_000), 1 << 20).unwrap_err().contains("memory"));
}
