//! What a query restricts besides words.

use super::*;
use crate::{gazetteer::Gazetteer, territory};
use proptest::prelude::*;

const LYON: (f64, f64) = (45.76, 4.83);

fn near(at: (f64, f64), radius_m: Option<u32>) -> Option<Near> {
    Some(Near { position: Position::from_degrees(at.0, at.1).unwrap(), radius_m })
}

fn town() -> World {
    World::new(&[
        Card { at: (45.7601, 4.8301), tags: &["bio", "pain"], ..card(1, "Boulangerie Zola") },
        Card { at: (45.77, 4.83), tags: &["Pain"], ..card(2, "Boulangerie Anne") },
        Card { at: (45.90, 4.83), tags: &["bio"], kind: Kind::Organisation, ..card(3, "Boulangers sans frontières") },
        Card { at: (48.85, 2.35), kind: Kind::Event, when: Some((1_000, 2_000)), ..card(4, "Fête du pain") },
        Card { at: (45.7605, 4.83), kind: Kind::Event, when: Some((500, 1_500)), ..card(5, "Atelier") },
        // Dated, but no event.
        Card { at: (45.761, 4.83), when: Some((500, 1_500)), ..card(6, "Kermesse") },
    ])
}

#[test]
fn a_radius_and_the_order_of_distance() {
    let world = town();
    let query = Query { near: near(LYON, Some(2_000)), ..Query::default() };
    let found = world.search(&query);
    assert_eq!(names(&found), ["Boulangerie Zola", "Atelier", "Kermesse", "Boulangerie Anne"]);
    assert_eq!(found.total, 4);
    let distances: Vec<u32> = found.hits.iter().map(|hit| hit.distance_m.unwrap()).collect();
    assert!(distances.is_sorted() && distances[3] > 1_100 && distances[3] < 1_120, "{distances:?}");
    assert!(found.hits.iter().all(|hit| hit.why == Why::Distance(hit.distance_m.unwrap())));
    // No radius: everything, the nearest first.
    let far = world.search(&Query { near: near(LYON, None), limit: Some(2), ..Query::default() });
    assert_eq!((names(&far), far.total), (vec!["Boulangerie Zola".to_owned(), "Atelier".into()], 6));
    // The edge belongs to it.
    let edge = world.search(&Query { near: near((45.77, 4.83), Some(0)), ..Query::default() });
    assert_eq!(names(&edge), ["Boulangerie Anne"]);
}

/// What lies in a cell on the border and not in the territory is neither found nor counted.
#[test]
fn an_outline_is_finer_than_its_cells() {
    let mut cards = Vec::new();
    for n in 0..400_u32 {
        let at = (45.0 + f64::from(n % 20) / 1_000.0, 5.0 + f64::from(n / 20) / 1_000.0);
        cards.push(Card { at, tags: if n % 2 == 0 { &["bio"] } else { &[] }, ..card(n, "Café") });
    }
    let world = World::new(&cards);
    let e7 = |degrees: f64| (degrees * 1e7).round() as i64;
    let corners = [(45.0015, 5.0013), (45.0171, 5.0044), (45.0092, 5.0183)].map(|(lat, lon)| (e7(lon), e7(lat)));
    let outline = territory::outline::Outline::of(vec![vec![corners.to_vec()]]).unwrap();
    let cells = territory::of_outline(&outline).unwrap().cells;
    let inside = |card: &&Card| outline.holds(Position::from_degrees(card.at.0, card.at.1).unwrap());
    let expected = cards.iter().filter(inside).count();
    let by_cells = world.index.searcher().search(&world.elements, Some(&cells), &Query::default()).total;
    let lands = Arc::new(territory::Lands::of(&[(Arc::new(cells), Arc::new(outline.clone()))]));
    for (text, near) in [("", None), ("cafe", None), ("cafe", near((45.01, 5.01), Some(100_000)))] {
        let query = Query { text: text.into(), near, facets_at_ms: Some(0), ..Query::default() };
        let found = world.index.searcher().search_in(&world.elements, Some(&lands), &query);
        let facets = found.facets.clone().unwrap();
        assert_eq!((found.total, found.hits.len(), facets.kinds), (expected, expected, vec![(Kind::Place, expected)]));
        let tagged = |card: &&Card| inside(card) && !card.tags.is_empty();
        assert_eq!(facets.tags, [("bio".to_owned(), cards.iter().filter(tagged).count())]);
        assert!(expected > 20 && by_cells > expected, "{expected} of {by_cells}");
        // With a ring all of its cells pass; what lies outside is marked.
        let ringed = world.index.searcher().search_in(&world.elements, Some(&lands), &Query { ring_m: 300, ..query });
        assert_eq!(ringed.hits.iter().filter(|hit| !hit.around).count(), expected);
        assert!(ringed.total > by_cells);
    }
}

#[test]
fn words_near_a_point() {
    let world = town();
    let found =
        world.search(&Query { text: "boulangerie".into(), near: near((45.77, 4.83), Some(5_000)), ..Query::default() });
    assert_eq!(names(&found), ["Boulangerie Anne", "Boulangerie Zola"]);
    assert!(found.hits.iter().all(|hit| hit.why == Why::Name(How::Typed) && hit.distance_m.is_some()));
}

#[test]
fn kinds_and_tags() {
    let world = town();
    let with = |kinds: &[Kind], tags: &[&str]| {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        names(&world.search(&Query { kinds: kinds.to_vec(), tags, ..Query::default() }))
    };
    assert_eq!(with(&[Kind::Organisation], &[]), ["Boulangers sans frontières"]);
    assert_eq!(with(&[Kind::Organisation, Kind::Event], &[]).len(), 3);
    assert_eq!(with(&[Kind::Person], &[]), [""; 0]);
    assert_eq!(with(&[], &["PAIN"]), ["Boulangerie Anne", "Boulangerie Zola"]);
    assert_eq!(with(&[], &["pain", "bio"]), ["Boulangerie Zola"]);
    assert_eq!(with(&[], &["pain", "unknown"]), [""; 0]);
    assert_eq!(with(&[Kind::Organisation], &["bio"]), ["Boulangers sans frontières"]);
}

#[test]
fn events_by_date() {
    let world = town();
    let between = |from_ms, to_ms| world.search(&Query { from_ms, to_ms, ..Query::default() });
    let all = between(Some(0), None);
    assert_eq!(names(&all), ["Atelier", "Fête du pain"]);
    assert!(all.hits.iter().all(|hit| hit.why == Why::Date));
    assert_eq!(names(&between(Some(1_501), None)), ["Fête du pain"]);
    assert_eq!(names(&between(Some(1_499), Some(1_000))), ["Atelier"]);
    assert_eq!(names(&between(Some(1_500), Some(1_501))), ["Fête du pain"], "what ends then is over");
    assert_eq!(names(&between(None, Some(501))), ["Atelier"]);
    assert_eq!(between(Some(2_001), None).total, 0);
    assert_eq!(between(Some(i64::MIN), Some(i64::MAX)).total, 2);
    assert_eq!(between(None, Some(1_000)).total, 1, "what begins then is not before");
}

#[test]
fn a_territory() {
    let world = town();
    let searcher = world.index.searcher();
    let cells: Vec<Cell> = ["u05", "u09tv"].iter().map(|text| text.parse().unwrap()).collect();
    let found = searcher.search(&world.elements, Some(&cells), &Query::default());
    assert_eq!(found.total, 6, "{:?}", names(&found));
    let paris: Vec<Cell> = vec!["u09tv".parse().unwrap()];
    assert_eq!(names(&searcher.search(&world.elements, Some(&paris), &Query::default())), ["Fête du pain"]);
    let text = Query { text: "pain".into(), ..Query::default() };
    assert_eq!(names(&searcher.search(&world.elements, Some(&paris), &text)), ["Fête du pain"]);
    assert_eq!(searcher.search(&world.elements, Some(&[]), &Query::default()).total, 0);
    let near = Query { near: near(LYON, Some(100_000)), ..Query::default() };
    assert_eq!(searcher.search(&world.elements, Some(&paris), &near).total, 0);
}

#[test]
fn what_the_snapshot_does_not_have_is_not_found() {
    let mut world = town();
    let gone = card(1, "").view().id;
    world.elements.remove(&gone);
    let found = world.search(&Query { text: "boulangerie".into(), ..Query::default() });
    assert_eq!(
        (names(&found), found.total),
        (vec!["Boulangerie Anne".to_owned(), "Boulangers sans frontières".into()], 2)
    );
    // And what has changed there since, as it is there.
    let moved = Card { at: (0.0, 0.0), tags: &["pain"], ..card(2, "Boulangerie Anne") }.view();
    world.elements.insert(moved.id, Arc::new(moved));
    let found = world.search(&Query { near: near(LYON, Some(2_000)), tags: vec!["pain".into()], ..Query::default() });
    assert_eq!(found.total, 0);
}

/// What any query without words must find, the plain way.
fn plainly(world: &World, territory: Option<&[Cell]>, query: &Query) -> Vec<ElementId> {
    let holds = |at: Position| territory.is_none_or(|cells| cells.iter().any(|cell| cell.contains(at.cell(7))));
    let within = |at: Position| {
        query
            .near
            .and_then(|near| Some((near.position, near.radius_m?)))
            .is_none_or(|(centre, radius)| territory::sphere::metres(centre, at) <= f64::from(radius))
    };
    let mut found: Vec<&Arc<ElementView>> = world
        .elements
        .values()
        .filter(|e| holds(e.position.unwrap()) && within(e.position.unwrap()))
        .filter(|e| query.kinds.is_empty() || query.kinds.contains(&e.kind))
        .filter(|e| query.tags.iter().all(|tag| e.tags.contains(tag)))
        .collect();
    match query.near {
        // Metres suffice: the elements of the test lie apart.
        Some(near) => found.sort_by(|a, b| {
            let far = |e: &ElementView| territory::sphere::metres(near.position, e.position.unwrap());
            far(a).total_cmp(&far(b)).then_with(|| (&a.name, a.id).cmp(&(&b.name, b.id)))
        }),
        None => found.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id))),
    }
    found.into_iter().map(|e| e.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 30,
        rng_seed: prop::test_runner::RngSeed::Fixed(11),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn as_the_plain_way_finds_it(
        places in prop::collection::vec(
            (-89.0..89.0_f64, -180.0..180.0_f64, 0..5usize, 0..8usize, any::<bool>()),
            1..120,
        ),
        centre in (-89.0..89.0_f64, -180.0..180.0_f64),
        radius in prop::option::of(0..20_000_000u32),
        with_near in any::<bool>(),
        with_territory in prop::option::of(1_000..9_000_000u32),
        kind in prop::option::of(0..5usize),
        tag in prop::option::of(0..2usize),
        limit in prop::option::of(0..30usize),
        gone in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        const NAMES: [&str; 8] =
            ["alpha", "beta", "gamma", "boulangerie du centre a", "boulangerie du centre b", "x", "y", "z"];
        let cards: Vec<Card> = (0..).zip(&places).map(|(n, &(lat, lon, kind, name, tagged))| Card {
            kind: Kind::ALL[kind],
            at: (lat, lon),
            tags: if tagged { &["one"] } else { &["one", "two"] },
            ..card(n, NAMES[name])
        }).collect();
        let mut world = World::new(&cards);
        for index in gone {
            world.take_back(&cards[index.index(cards.len())]);
        }
        let cells = with_territory.map(|radius_m| {
            let centre = Position::from_degrees(centre.1 / 2.0, centre.0).unwrap();
            let area = crate::modules::territory::Area::Around { centre, radius_m };
            territory::cover(&area, &Gazetteer::default()).unwrap().cells
        });
        let query = Query {
            near: if with_near { near(centre, radius) } else { None },
            kinds: kind.map(|kind| Kind::ALL[kind]).into_iter().collect(),
            tags: tag.map(|tag| ["one", "two"][tag].to_owned()).into_iter().collect(),
            ..Query::default()
        };
        let expected = plainly(&world, cells.as_deref(), &query);
        let searcher = world.index.searcher();
        let ids = |found: &Found| found.hits.iter().map(|hit| hit.element.id).collect::<Vec<_>>();
        let all = searcher.search(&world.elements, cells.as_deref(), &query);
        prop_assert_eq!(&ids(&all), &expected);
        prop_assert_eq!(all.total, expected.len());
        let limit = limit.unwrap_or(3);
        let some = searcher.search(&world.elements, cells.as_deref(), &Query { limit: Some(limit), ..query });
        prop_assert_eq!(some.total, expected.len());
        prop_assert_eq!(ids(&some), &expected[..limit.min(expected.len())]);
    }
}
