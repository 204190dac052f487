//! What words find.

use super::*;
use proptest::prelude::*;

#[test]
fn accents_and_case_apart() {
    let world = World::new(&[card(1, "CAFÉ des Arts"), card(2, "Cafe du Nord"), card(3, "Œuvre Saint-Étienne")]);
    for text in ["cafe", "Café", "CAFÉ", "cafe\u{301}", "  café  "] {
        assert_eq!(world.names(text).len(), 2, "{text:?}");
    }
    for text in ["oeuvre", "ŒUVRE", "saint étienne", "saint-etienne", "etienne œuvre"] {
        assert_eq!(world.names(text), ["Œuvre Saint-Étienne"], "{text:?}");
    }
}

#[test]
fn stems_of_both_languages() {
    let world = World::new(&[
        card(1, "Boulangerie Paul"),
        card(2, "Les Boulangeries réunies"),
        card(3, "Réparations de vélos"),
        card(4, "Community Gardens"),
        card(5, "Repairing bicycles"),
        card(6, "Boucherie Paul"),
        card(7, "Marchés paysans"),
    ]);
    assert_eq!(world.names("boulangeries").len(), 2);
    assert_eq!(world.names("boulangerie")[0], "Boulangerie Paul");
    // By its stems first, then by what means the same in another language.
    assert_eq!(world.names("réparation vélo"), ["Réparations de vélos", "Repairing bicycles"]);
    assert_eq!(world.names("reparation velo"), ["Réparations de vélos", "Repairing bicycles"]);
    assert_eq!(world.names("garden"), ["Community Gardens"]);
    assert_eq!(world.names("communities gardening"), ["Community Gardens"]);
    assert_eq!(world.names("repairs bicycle"), ["Repairing bicycles"]);
    assert_eq!(world.names("marché paysan"), ["Marchés paysans"]);
    assert_eq!(world.names("marche paysan"), ["Marchés paysans"]);
}

/// Words of four languages find what has the tag that they stand for; in names they stand for nothing else.
#[test]
fn things_are_found_by_what_they_are_called() {
    let world = World::new(&[
        Card { tags: &["drinking water"], ..card(1, "Borne 12") },
        Card { tags: &["defibrillator"], ..card(2, "Hall") },
        card(3, "Drinking water company"),
    ]);
    for query in ["robinet", "trinkwasserbrunnen", "fontaine à eau", "water tap"] {
        assert_eq!(world.names(query), ["Borne 12"], "{query}");
    }
    assert_eq!(world.names("DAE"), ["Hall"]);
}

#[test]
fn every_word_must_be_found_and_the_last_may_be_unfinished() {
    let world = World::new(&[
        Card { address: "12 rue de la Gare, Lyon", ..card(1, "Boulangerie Paul") },
        Card { description: "Pains au levain", tags: &["bio", "four à bois"], ..card(2, "Boulangerie Anne") },
        card(3, "Paulette"),
    ]);
    assert_eq!(world.names("boulangerie paul"), ["Boulangerie Paul"]);
    assert_eq!(world.names("paul boul"), ["Boulangerie Paul"]);
    assert_eq!(world.names("pau"), ["Boulangerie Paul", "Paulette"]);
    assert_eq!(world.names("paulet"), ["Paulette"]);
    // Only the last word is unfinished.
    assert_eq!(world.names("pau boulangerie"), [""; 0]);
    for text in ["boulangerie gare", "lyon boulangerie", "12 rue gare", "levain"] {
        assert_eq!(world.names(text).len(), 1, "{text}");
    }
    assert_eq!(world.names("bio boulangerie levain"), ["Boulangerie Anne"]);
    assert_eq!(world.names("bois four"), ["Boulangerie Anne"]);
    assert_eq!(world.names("boulangerie marie"), [""; 0]);
    for beginning in ["b", "bo", "bou", "boul", "boulangeri"] {
        assert_eq!(world.names(beginning).len(), 2, "{beginning}");
    }
}

#[test]
fn small_words_do_not_decide_unless_they_are_alone() {
    let world = World::new(&[
        card(1, "The Place"),
        card(2, "Market place"),
        card(3, "Le Petit Train"),
        card(4, "Boulangerie la Gare"),
        card(5, "L'Olivier"),
        card(6, "Église d’Ainay"),
    ]);
    assert_eq!(world.names("the place"), ["The Place", "Market place"]);
    assert_eq!(world.names("place").len(), 2);
    assert_eq!(world.names("the"), ["The Place"]);
    assert_eq!(world.names("LE"), ["Le Petit Train"]);
    assert_eq!(world.names("boulangerie de la gare"), ["Boulangerie la Gare"]);
    assert_eq!(world.names("boulangerie de"), ["Boulangerie la Gare"]);
    for text in ["olivier", "l'olivier", "l’olivier", "L olivier"] {
        assert_eq!(world.names(text), ["L'Olivier"], "{text}");
    }
    assert_eq!(world.names("eglise ainay"), ["Église d’Ainay"]);
    assert_eq!(world.names("l'église d'ainay"), ["Église d’Ainay"]);
}

#[test]
fn possessives() {
    let world = World::new(&[card(1, "Joe’s Bar"), card(2, "S Club")]);
    for text in ["joe", "joe's", "Joe’s bar", "joes bar"] {
        assert_eq!(world.names(text), ["Joe’s Bar"], "{text}");
    }
    assert_eq!(world.names("s"), ["S Club"]);
}

#[test]
fn retraction_and_change_take_old_words_away() {
    let first = Card { tags: &["bio"], description: "Ouvert le dimanche", ..card(1, "Boulangerie Paul") };
    let mut world = World::new(&[first.clone(), card(2, "Café Paul")]);
    assert_eq!(world.names("paul").len(), 2);
    world.put(&[Card { name: "Épicerie Anne", tags: &[], description: "", ..first.clone() }]);
    for old in ["boulangerie", "dimanche", "bio", "boul"] {
        assert_eq!(world.names(old), [""; 0], "{old}");
    }
    assert_eq!(world.names("paul"), ["Café Paul"]);
    assert_eq!(world.names("epicerie"), ["Épicerie Anne"]);
    world.take_back(&first);
    assert_eq!(world.names("epicerie"), [""; 0]);
    assert_eq!(world.search(&Query::default()).total, 1);
    // And back again.
    world.put(std::slice::from_ref(&first));
    assert_eq!(world.names("boulangerie dimanche"), ["Boulangerie Paul"]);
    // One that says it was taken back, though somebody handed it in.
    let mut view = first.view();
    view.retracted = true;
    let id = view.id;
    world.index.apply(&[(id, Some(Arc::new(view)))]);
    world.index.commit(9);
    assert_eq!(world.names("boulangerie"), [""; 0]);
}

#[test]
fn hostile_texts_find_nothing_and_break_nothing() {
    let world = World::new(&[card(1, "Café \"Les\" AND (OR)"), card(2, "a:b +c -d *")]);
    let long = "x".repeat(10_000);
    let many = "café ".repeat(5_000);
    let digits: String = (0..3_000).map(|n| format!("{n} ")).collect();
    for text in [
        long.as_str(),
        &digits,
        "\u{202e}\u{0}\u{7}zzz",
        "ﷺﷺﷺ",
        "café\u{0}xyz",
        "\u{fdfa}".repeat(900).as_str(),
        "name:café AND xyz",
    ] {
        assert_eq!(world.names(text), [""; 0], "{:?}", text.chars().take(20).collect::<String>());
    }
    assert_eq!(world.names(&many).len(), 1);
    for text in ["\"", "'", "(((", "* ? ~ ^ [ ] { }", "\n\t\u{200b}", "+-"] {
        // No word at all: as if nothing was typed.
        assert_eq!(world.names(text).len(), 2, "{text:?}");
    }
    for text in ["\"les\" and", "AND OR", "café\u{0}", "(or", "café -les"] {
        assert_eq!(world.names(text), ["Café \"Les\" AND (OR)"], "{text:?}");
    }
    assert_eq!(world.names("a:b"), ["a:b +c -d *"]);
}

#[test]
fn hostile_elements_are_taken() {
    let long: &'static str = Box::leak("ß".repeat(150).into_boxed_str());
    let wide: &'static str = Box::leak("\u{fdfa} ".repeat(4_000).into_boxed_str());
    let world = World::new(&[
        Card { description: wide, ..card(1, long) },
        Card { description: "\u{0}\u{ffff}\u{10ffff} \u{301}\u{301}", tags: &["", " ", "\u{0}"], ..card(2, "\u{301}") },
        card(3, "北京 кафе ქართული"),
    ]);
    assert_eq!(world.search(&Query::default()).total, 3);
    assert_eq!(world.names(&"ss".repeat(10)).len(), 1);
    assert_eq!(world.names("кафе").len(), 1);
    assert_eq!(world.names("北").len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6,
        rng_seed: prop::test_runner::RngSeed::Fixed(3),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_it_is_called_it_is_found_by_its_name(
        texts in prop::collection::vec(".{1,25}|[\\p{L}\\p{M}\\p{N}' -]{1,25}", 60),
    ) {
        let leaked = |text: &String| -> &'static str { Box::leak(text.clone().into_boxed_str()) };
        let mut world = World::new(&[]);
        let cards: Vec<Card> = (0..).zip(&texts).map(|(n, text)| card(n, leaked(text))).collect();
        let changes: Vec<_> = cards.iter().map(Card::view).map(|view| (view.id, Some(Arc::new(view)))).collect();
        changes.iter().for_each(|(id, view)| drop(world.elements.insert(*id, view.clone().unwrap())));
        world.index.apply(&changes);
        let find = |world: &World| {
            let queries = texts.iter().map(|text| Query { text: text.clone(), ..Query::default() });
            queries.map(|query| world.search(&query)).collect::<Vec<_>>()
        };
        let before = find(&world);
        for (text, found) in texts.iter().zip(&before) {
            prop_assert!(found.hits.iter().any(|hit| hit.element.name == *text), "{text:?}");
            prop_assert_eq!(fold::folded(&fold::folded(text)), fold::folded(text));
        }
        world.index.commit(2);
        prop_assert_eq!(find(&world), before);
    }
}
