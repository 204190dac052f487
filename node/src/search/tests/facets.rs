//! Counting what is found; several territories, what lies around them, and along a way.

use super::*;
use crate::territory::sphere;

const DAY_MS: i64 = 86_400_000;

fn counted(world: &World, query: Query) -> Found {
    world.search(&Query { facets_at_ms: Some(100 * DAY_MS), ..query })
}

fn world() -> World {
    let event = |n, name, from: i64, days: i64| Card {
        kind: Kind::Event,
        when: Some((100 * DAY_MS + from, 100 * DAY_MS + from + days * DAY_MS)),
        at: (45.76, 4.83 + f64::from(n) / 100.0),
        ..card(n, name)
    };
    World::new(&[
        event(1, "Fête passée", -5 * DAY_MS, 1),
        event(2, "Fête en cours", -DAY_MS, 2),
        event(3, "Fête ce soir", 3_600_000, 1),
        event(4, "Fête bientôt", 3 * DAY_MS, 1),
        event(5, "Fête du mois", 20 * DAY_MS, 1),
        event(6, "Fête lointaine", 200 * DAY_MS, 1),
        Card { tags: &["vélo", "bio"], ..card(7, "Atelier") },
        Card { tags: &["bio"], ..card(8, "Fête du pain") },
    ])
}

#[test]
fn all_that_is_found_is_counted_beyond_the_limit_too() {
    let world = world();
    let found = counted(&world, Query { limit: Some(1), ..Query::default() });
    let facets = found.facets.clone().unwrap();
    assert_eq!((found.hits.len(), found.total), (1, 8));
    assert_eq!(facets.kinds, [(Kind::Event, 6), (Kind::Place, 2)]);
    assert_eq!(facets.tags, [("bio".to_owned(), 2), ("vélo".to_owned(), 1)]);
    let each = [Ahead::Now, Ahead::Day, Ahead::Week, Ahead::Month, Ahead::Later, Ahead::Past];
    assert_eq!(facets.times, each.map(|time| (time, 1)));
    assert_eq!((facets.distances.len(), facets.more_tags), (0, 0));
    // With words, and with a place to measure from.
    let near = Some(Near { position: Position::from_degrees(45.76, 4.83).unwrap(), radius_m: None });
    let facets = counted(&world, Query { text: "fete".into(), near, ..Query::default() }).facets.unwrap();
    assert_eq!(facets.kinds, [(Kind::Event, 6), (Kind::Place, 1)]);
    assert_eq!(facets.distances[0], (500, 1));
    assert_eq!(facets.distances.last(), Some(&(100_000, 7)));
    assert!(facets.distances.is_sorted_by_key(|(_, count)| *count));
    assert_eq!(world.search(&Query::default()).facets, None);
}

#[test]
fn kinds_of_things_are_told_from_other_tags() {
    let tags: [&'static [&'static str]; 4] =
        [&["boulangerie", "bakery", "bio"], &["bakery"], &["bakery", "vélo"], &["school"]];
    let cards: Vec<Card> = (0..).zip(tags).map(|(n, tags)| Card { tags, ..card(n, "A") }).collect();
    let facets = counted(&World::new(&cards), Query::default()).facets.unwrap();
    let told: Vec<(&str, usize)> = facets.subkinds.iter().map(|(tag, count)| (tag.as_str(), *count)).collect();
    assert!(told.starts_with(&[("bakery", 3)]) && told.contains(&("school", 1)), "{told:?}");
    assert!(!told.iter().any(|(tag, _)| matches!(*tag, "bio" | "boulangerie")), "{told:?}");
}

#[test]
fn a_tag_is_meant_under_any_of_its_names() {
    let world = World::new(&[
        Card { tags: &["library"], ..card(1, "A") },
        Card { tags: &["médiathèque"], ..card(2, "B") },
        Card { tags: &["hôtel de ville"], ..card(3, "C") },
        Card { tags: &["livres"], ..card(4, "D") },
    ]);
    let with = |tag: &str| names(&world.search(&Query { tags: vec![tag.into()], ..Query::default() }));
    assert_eq!(with("Bibliothèque"), ["A", "B"]);
    assert_eq!(with("mairie"), ["C"]);
    assert_eq!(with("livres"), ["D"]);
    assert_eq!(with("livre"), [""; 0]);
}

#[test]
fn around_the_territories() {
    let world = world();
    let cell = |at: (f64, f64)| Position::from_degrees(at.0, at.1).unwrap().cell(6);
    let searcher = world.index.searcher();
    // Fêtes 1 to 6 lie 780 m apart, eastwards; the cell of the first is 800 m wide.
    let inside = searcher.search(&world.elements, Some(&[cell((45.76, 4.84))]), &Query::default());
    let ringed = Query { ring_m: 2_000, ..Query::default() };
    let ring = searcher.search(&world.elements, Some(&[cell((45.76, 4.84))]), &ringed);
    assert!(inside.total >= 1 && ring.total > inside.total && ring.total < 8, "{} {}", inside.total, ring.total);
    let of_it = ring.hits.iter().filter(|hit| !hit.around).count();
    assert_eq!(of_it, inside.total, "what lies around is marked");
    // Two at once.
    let mut both = vec![cell((45.76, 4.84)), cell((45.76, 4.89))];
    both.sort_unstable();
    let found = searcher.search(&world.elements, Some(&both), &Query::default());
    assert!(names(&found).contains(&"Fête passée".to_owned()) && names(&found).contains(&"Fête lointaine".to_owned()));
}

#[test]
fn along_a_way() {
    let cards: Vec<Card> = (0..200)
        .map(|n| Card { at: (45.0 + f64::from(n % 20) / 100.0, 4.0 + f64::from(n / 20) / 50.0), ..card(n, "Café") })
        .collect();
    let world = World::new(&cards);
    let at = |lat, lon| Position::from_degrees(lat, lon).unwrap();
    let line = vec![at(45.0, 4.0), at(45.1, 4.1), at(45.19, 4.1)];
    for text in ["", "cafe"] {
        let along = Some(Box::new(Along { line: line.clone(), within_m: 3_000 }));
        let found = world.search(&Query { text: text.into(), along, ..Query::default() });
        let distances: Vec<u32> = found.hits.iter().map(|hit| hit.distance_m.unwrap()).collect();
        assert!(distances.is_sorted() && distances.last().is_some_and(|last| *last <= 3_000), "{distances:?}");
        // The plain way: many points on the line.
        let on = |part: usize, share: f64| {
            let (a, b) = (line[part], line[part + 1]);
            at(a.lat() + (b.lat() - a.lat()) * share, a.lon() + (b.lon() - a.lon()) * share)
        };
        let points: Vec<Position> = (0..2)
            .flat_map(|part| (0..=500).map(move |step| (part, f64::from(step) / 500.0)))
            .map(|(p, s)| on(p, s))
            .collect();
        let near = |card: &&Card| {
            let here = at(card.at.0, card.at.1);
            points.iter().any(|point| sphere::metres(here, *point) <= 2_990.0)
        };
        let expected = cards.iter().filter(near).count();
        assert!(found.total >= expected && found.total <= expected + 3, "{} {expected}", found.total);
        assert!(found.total > 20);
    }
}
