//! Which hit stands before which, and why.

use super::*;

#[test]
fn the_place_of_the_words_decides() {
    let world = World::new(&[
        Card { description: "On y vend du miel", ..card(1, "Coopérative") },
        Card { tags: &["miel"], ..card(2, "Marché") },
        card(3, "Les miels de la vallée"),
        card(4, "Miel et cire"),
        card(5, "Mielleux"),
        card(6, "Miel"),
    ]);
    let found = world.search(&Query { text: "miel".into(), ..Query::default() });
    assert_eq!(names(&found), ["Miel", "Miel et cire", "Les miels de la vallée", "Mielleux", "Marché", "Coopérative"]);
    let why: Vec<Why> = found.hits.iter().map(|hit| hit.why).collect();
    assert_eq!(
        why,
        [
            Why::Name(How::Typed),
            Why::Name(How::Typed),
            Why::Name(How::Form),
            Why::Name(How::Form),
            Why::Tag,
            Why::Text(How::Typed),
        ]
    );
    // The least place of any word is that of the hit.
    let found = world.search(&Query { text: "coopérative miel".into(), ..Query::default() });
    assert_eq!((names(&found), found.hits[0].why), (vec!["Coopérative".to_owned()], Why::Text(How::Typed)));
}

#[test]
fn equal_hits_stand_by_name_and_by_id() {
    let cards: Vec<Card> = (0..40).map(|n| card(n, ["Café", "CAFÉ", "Café b", "Café a"][n as usize % 4])).collect();
    let world = World::new(&cards);
    for (text, how) in [("", How::Typed), ("cafe", How::Typed), ("caf", How::Form)] {
        let found = world.search(&Query { text: text.into(), ..Query::default() });
        assert_eq!(found.total, 40);
        let keys: Vec<(String, ElementId)> =
            found.hits.iter().map(|hit| (fold::folded(&hit.element.name), hit.element.id)).collect();
        assert!(keys.is_sorted(), "{text:?}: {keys:?}");
        assert_eq!(found.hits[0].why, if text.is_empty() { Why::Alphabetical } else { Why::Name(how) });
        let some = world.search(&Query { text: text.into(), limit: Some(7), ..Query::default() });
        assert_eq!((some.total, &some.hits[..]), (40, &found.hits[..7]));
        let none = world.search(&Query { text: text.into(), limit: Some(0), ..Query::default() });
        assert_eq!((none.total, none.hits.len()), (40, 0));
    }
}

#[test]
fn the_history_of_an_index_does_not_show() {
    const NAMES: [&str; 5] = ["Boulangerie du Pont", "Boulangeries", "Atelier du pont", "Pont", "Au bon pain du pont"];
    let cards: Vec<Card> = (0..300_u32)
        .map(|n| Card {
            description: if n % 7 == 0 { "près du pont" } else { "" },
            at: (45.0 + f64::from(n) / 1_000.0, 4.0),
            ..card(n, NAMES[n as usize % 5])
        })
        .collect();
    let mut world = World::new(&[]);
    // In small steps, with changes back and forth and some taken back.
    for chunk in cards.chunks(23) {
        let other: Vec<Card> = chunk.iter().map(|card| Card { name: "Pont provisoire", ..card.clone() }).collect();
        world.put(&other);
        world.put(chunk);
    }
    cards.iter().filter(|card| card.n % 11 == 0).for_each(|card| world.take_back(card));
    let anew = world.anew();
    let queries = ["pont", "boulangerie", "boulangerie pont", "provisoire", "au", "p", "bon pai", ""];
    for text in queries {
        for near in [None, Some(Near { position: Position::from_degrees(45.1, 4.0).unwrap(), radius_m: Some(9_000) })] {
            let query = Query { text: text.into(), near, ..Query::default() };
            assert_eq!(world.search(&query), anew.search(&query), "{text:?}");
            assert!(text == "provisoire" || world.search(&query).total > 0, "{text:?}");
        }
    }
    // And the same after it was closed.
    let before: Vec<Found> =
        queries.iter().map(|text| world.search(&Query { text: (*text).into(), ..Query::default() })).collect();
    let mut world = world.again();
    let arrival = world.index.arrival().unwrap();
    assert_eq!(arrival, world.arrival);
    let loaded = world.index.load(&world.elements, arrival);
    assert_eq!(loaded, Loaded { kept: world.elements.len(), added: 0, removed: 0 });
    for (text, before) in queries.iter().zip(before) {
        assert_eq!(world.search(&Query { text: (*text).into(), ..Query::default() }), before, "{text:?}");
    }
}

/// What a word only means is no tag that stands there; the order stays.
#[test]
fn what_may_be_meant_is_told_from_what_is_said() {
    let world = World::new(&[
        Card { tags: &["restaurant"], ..card(1, "Chez Rose") },
        Card { tags: &["café"], ..card(2, "Chez Léon") },
        Card { tags: &["restaurant"], ..card(3, "Au café du port") },
        Card { tags: &["restaurant", "jardin"], ..card(4, "Le Verger") },
    ]);
    let ask = |text: &str| {
        let found = world.search(&Query { text: text.into(), ..Query::default() });
        found.hits.iter().map(|hit| (hit.element.name.clone(), hit.why)).collect::<Vec<_>>()
    };
    let said = |found: &[(String, Why)], name: &str| found.iter().find(|(known, _)| known == name).map(|(_, why)| *why);
    let found = ask("café");
    assert_eq!(said(&found, "Chez Rose"), Some(Why::Kind), "{found:?}");
    assert_eq!(said(&found, "Chez Léon"), Some(Why::Tag), "{found:?}");
    assert_eq!(said(&found, "Au café du port"), Some(Why::Name(How::Typed)), "{found:?}");
    // One of the words stands there, and the other is only meant.
    assert_eq!(ask("café jardin"), [("Le Verger".to_owned(), Why::Kind)]);
    assert_eq!(ask("restaurant jardin"), [("Le Verger".to_owned(), Why::Tag)]);
}
