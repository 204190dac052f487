//! What is found by how one reaches it, by what one wants there, and by when it is open.

use super::*;
use crate::modules::search::{Called, Open, OpenNow};

/// Changes an element before it is put.
type Change = fn(&mut ElementView);

fn world(cards: &[(Card, Change)]) -> World {
    let mut world = World::new(&[]);
    let views = cards.iter().map(|(card, change)| {
        let mut view = card.view();
        change(&mut view);
        (view.id, Some(Arc::new(view)))
    });
    world.change(views.collect());
    world
}

fn reachable() -> World {
    world(&[
        (card(1, "Le Fournil"), |view| view.phone = "04 72 10 30 30".into()),
        (card(2, "Fabrique"), |view| {
            view.website = "https://www.lafabrique.example.org/accueil?x=1".into();
            view.email = "Bonjour@Mail.example.net".into();
        }),
        (card(3, "Mairie"), |view| view.description = "Accueil.\n+33 4 72 10 30 31 · 0472103099".into()),
        (card(4, "Tram T4"), |_| {}),
        (card(5, "Le 472"), |_| {}),
    ])
}

#[test]
fn by_a_number_however_it_is_written() {
    let world = reachable();
    for number in
        ["0472103030", "04 72 10 30 30", "04.72.10.30.30", "+33 4 72 10 30 30", "0033472103030", "tel:+33472103030"]
    {
        assert_eq!(world.names(number), ["Le Fournil"], "{number}");
    }
    assert_eq!(world.names("+33472103031"), ["Mairie"]);
    assert_eq!(world.names("04 72 10 30 99"), ["Mairie"]);
    // As one types it; and what is no number is none.
    assert_eq!(world.names("04 72 10").len(), 2);
    assert_eq!(world.names("04 72 10 30 32"), [""; 0]);
    assert_eq!(world.names("t4"), ["Tram T4"]);
    assert_eq!(world.names("472"), ["Le 472"]);
    let found = world.search(&Query { text: "0472103030".into(), ..Query::default() });
    assert_eq!(found.hits[0].why, Why::Contact);
    // With what else is asked.
    let near = Some(Near { position: Position::from_degrees(10.0, 10.0).unwrap(), radius_m: Some(10) });
    assert_eq!(world.search(&Query { text: "0472103030".into(), near, ..Query::default() }).total, 0);
}

#[test]
fn by_the_domain_of_a_site_or_of_mail() {
    let world = reachable();
    for text in [
        "lafabrique.example.org",
        "www.lafabrique.example.org",
        "https://lafabrique.example.org/contact",
        "example.org",
        "lafabrique.exam",
        "bonjour@mail.example.net",
        "mailto:bonjour@mail.example.net",
        "@example.net",
        "mail.example.net",
        "lafabrique",
    ] {
        assert_eq!(world.names(text), ["Fabrique"], "{text}");
    }
    for text in ["autre.example.org", "example.com", "org", "accueil.example.org"] {
        assert!(!world.names(text).contains(&"Fabrique".to_owned()), "{text}");
    }
    // As everywhere, what changed is found before it is committed too.
    let mut view = card(1, "Le Fournil").view();
    view.phone = "06 00 00 00 01".into();
    let mut world = world;
    let view = Arc::new(view);
    world.elements.insert(view.id, view.clone());
    world.index.apply(&[(view.id, Some(view))]);
    assert_eq!(world.names("+33600000001"), ["Le Fournil"]);
    assert_eq!(world.names("0472103030"), [""; 0]);
}

#[test]
fn by_what_one_wants_there() {
    let world = World::new(&[
        Card { tags: &["bakery"], ..card(1, "Chez Paul") },
        card(2, "Boulangerie Anne"),
        Card { tags: &["antiques"], ..card(3, "Chez Simone") },
        Card { tags: &["second hand"], ..card(4, "La Malle") },
        card(5, "Vide-grenier de mai"),
        Card { tags: &["bicycle repair station"], ..card(6, "Borne bleue") },
        Card { tags: &["bicycle"], ..card(7, "Cycles Martin") },
        card(8, "Œuvre des petits pains"),
        Card { tags: &["pharmacy"], ..card(9, "Officine") },
        Card { tags: &["library"], ..card(10, "Chez nous") },
        card(11, "Café des Arts"),
    ]);
    assert_eq!(world.names("pain"), ["Œuvre des petits pains", "Boulangerie Anne", "Chez Paul"]);
    for bread in ["bread", "Brot", "baguettes", "🥖", "🍞"] {
        assert_eq!(world.names(bread), ["Boulangerie Anne", "Chez Paul"], "{bread}");
    }
    let mut found = world.names("brocante");
    found.sort();
    assert_eq!(found, ["Chez Simone", "La Malle", "Vide-grenier de mai"]);
    for text in ["réparation vélo", "reparation de velos", "réparer un vélo", "bike repair", "Fahrradreparatur"] {
        let found = world.names(text);
        assert!(found.contains(&"Borne bleue".to_owned()) && found.contains(&"Cycles Martin".to_owned()), "{text}");
        assert!(!found.contains(&"Chez Paul".to_owned()), "{text}");
    }
    assert_eq!(world.names("médicaments"), ["Officine"]);
    assert_eq!(world.names("🚲").len(), 2);
    assert_eq!(world.names("📚"), ["Chez nous"]);
    // A place is not found by its name's word among what one wants elsewhere.
    assert_eq!(world.names("boulangerie").len(), 2);
}

const MONDAY_NOON_MS: i64 = 1_783_332_000_000;

fn open(world: &World, text: &str, open: Option<Open>) -> Vec<String> {
    let zone = "Europe/Paris".to_owned();
    names(&world.search(&Query { text: text.into(), now_ms: Some(MONDAY_NOON_MS), zone, open, ..Query::default() }))
}

#[test]
fn by_when_it_is_open() {
    let world = world(&[
        (card(1, "Boulangerie Anne"), |view| view.opening_hours = "Tu-Su 07:00-13:00".into()),
        (card(2, "Boulangerie Paul"), |view| view.opening_hours = "Mo-Sa 07:00-19:00".into()),
        (card(3, "Toilettes"), |view| view.opening_hours = "24/7".into()),
        (card(4, "Lavoir"), |view| view.opening_hours = "sur demande".into()),
        (card(5, "Moulin"), |_| {}),
        (card(6, "Chapelle"), |view| view.description = "Ouvert dimanche de Pâques".into()),
    ]);
    // Noon of Monday, 6 July 2026, in Paris.
    assert_eq!(open(&world, "", Some(Open::Now)), ["Boulangerie Paul", "Toilettes"]);
    assert_eq!(open(&world, "boulangerie", Some(Open::Day(6))), ["Boulangerie Anne"]);
    for text in ["boulangerie ouverte dimanche", "boulangerie open sunday", "Sonntag offen boulangerie"] {
        assert_eq!(open(&world, text, None), ["Boulangerie Anne"], "{text}");
    }
    for text in ["ouvert maintenant", "open now", "ouvert aujourd'hui", "jetzt geöffnet"] {
        assert_eq!(open(&world, text, None), ["Boulangerie Paul", "Toilettes"], "{text}");
    }
    assert_eq!(open(&world, "ouvert demain boulangerie", None), ["Boulangerie Anne", "Boulangerie Paul"]);
    // Where nobody's hours say so, the words are words.
    assert_eq!(open(&world, "chapelle ouvert dimanche", None), ["Chapelle"]);
    assert_eq!(world.names("ouvert dimanche"), ["Chapelle"], "without the present");
    // Each hit says whether it is open, and until when.
    let query = Query { now_ms: Some(MONDAY_NOON_MS), zone: "Europe/Paris".into(), ..Query::default() };
    let found = world.search(&Query { facets_at_ms: Some(MONDAY_NOON_MS), ..query });
    let said: Vec<Option<OpenNow>> = found.hits.iter().map(|hit| hit.open).collect();
    let hours = 3_600_000;
    let now = |open, hours_ahead: Option<i64>| {
        let until_ms = hours_ahead.map(|ahead| MONDAY_NOON_MS + ahead * hours);
        Some(OpenNow { open, until_ms, offset_min: Some(120) })
    };
    assert_eq!(said, [now(false, Some(19)), now(true, Some(7)), None, None, None, now(true, None)]);
    assert_eq!(found.facets.map(|facets| (facets.with_hours, facets.open)), Some((4, 2)));
    assert!(world.search(&Query::default()).hits.iter().all(|hit| hit.open.is_none()));
}

/// Noon of a Monday in Paris is seven in the evening in Tokyo; and 14 July is a holiday in France alone.
#[test]
fn hours_are_those_of_the_place() {
    const HOURS: &str = "Mo-Sa 09:00-18:00; PH off";
    let world = world(&[
        (card(1, "Lyon"), |view| view.opening_hours = HOURS.into()),
        (Card { at: (35.68, 139.76), ..card(2, "Tokyo") }, |view| view.opening_hours = HOURS.into()),
        (Card { at: (52.52, 13.4), ..card(3, "Berlin") }, |view| view.opening_hours = HOURS.into()),
    ]);
    let ask = |days: i64, open: Option<Open>, zone: &str| {
        let now_ms = MONDAY_NOON_MS + days * 86_400_000;
        let query =
            Query { now_ms: Some(now_ms), zone: zone.into(), open, facets_at_ms: Some(now_ms), ..Query::default() };
        let found = world.search(&query);
        (names(&found), found.facets.unwrap().open)
    };
    for zone in ["Europe/Paris", "Asia/Tokyo", ""] {
        assert_eq!(ask(0, Some(Open::Now), zone), (vec!["Berlin".to_owned(), "Lyon".to_owned()], 2), "{zone}");
        assert_eq!(ask(8, Some(Open::Now), zone), (vec!["Berlin".to_owned()], 1), "{zone}");
        assert_eq!(ask(7, Some(Open::Day(1)), zone).0, ["Berlin", "Tokyo"], "{zone}");
        assert_eq!(ask(0, None, zone).1, 2);
    }
}

/// What is there and not open is told, not passed over in silence.
#[test]
fn what_is_shut_is_counted() {
    let world = world(&[
        (card(1, "Boulangerie Anne"), |view| view.opening_hours = "Tu-Su 07:00-13:00".into()),
        (card(2, "Boulangerie Paul"), |_| {}),
    ]);
    let ask = |text: &str, open: Option<Open>| {
        let zone = "Europe/Paris".to_owned();
        let found = world.search(&Query {
            text: text.into(),
            now_ms: Some(MONDAY_NOON_MS),
            zone,
            open,
            limit: Some(5),
            ..Query::default()
        });
        (found.total, found.shut)
    };
    assert_eq!(ask("boulangerie", Some(Open::Now)), (0, 2));
    assert_eq!(ask("boulangerie ouverte maintenant", None), (0, 2));
    assert_eq!(ask("boulangerie", Some(Open::Day(6))), (1, 0));
    assert_eq!(ask("boucherie", Some(Open::Now)), (0, 0));
    assert_eq!(ask("boulangerie", None), (2, 0));
}

#[test]
fn by_any_of_its_names_and_shown_by_the_right_one() {
    let world = world(&[
        (card(1, "London"), |view| view.description = "Une ville.\nLondinium · Londres [fr] · Londra [it]".into()),
        (card(2, "Londres-sur-Lot"), |_| {}),
        (Card { tags: &["londres"], ..card(3, "Bar") }, |_| {}),
    ]);
    let ask = |text: &str, language: &str| {
        world.search(&Query { text: text.into(), language: language.into(), ..Query::default() })
    };
    let called =
        |name: &str, language: &str, asked| Some(Called { name: name.into(), language: language.into(), asked });
    // Its own name first; then the other names and tags.
    let found = ask("londres", "de");
    assert_eq!(names(&found), ["Londres-sur-Lot", "Bar", "London"]);
    let said: Vec<_> = found.hits.iter().map(|hit| (hit.why, hit.called.clone())).collect();
    assert_eq!(said[0], (Why::Name(How::Typed), None));
    assert_eq!(said[1], (Why::Tag, None));
    assert_eq!(said[2], (Why::OtherName, called("Londres", "fr", true)));
    assert_eq!(ask("londra", "fr").hits.last().unwrap().called, called("Londra", "it", true));
    assert_eq!(ask("Londinum", "fr").hits[0].called, called("Londinium", "", true), "with a slip");
    // Found by its own: shown as who asks calls it.
    assert_eq!(ask("london", "fr").hits[0].called, called("Londres", "fr", false));
    assert_eq!(ask("", "it").hits.iter().filter_map(|hit| hit.called.clone()).count(), 1);
    assert_eq!(ask("london", "").hits[0].called, None);
    assert_eq!(ask("london", "sv").hits[0].called, None);
}

/// The stem of one word is another's: "vet", the short form of a vet's name, and that of clothes.
#[test]
fn another_word_for_it_is_no_stem_of_something_else() {
    let world = world(&[
        (card(1, "Boutique Zoé"), |view| view.tags = vec!["vêtements".into(), "clothes".into()]),
        (card(2, "Clinique des Tilleuls"), |view| view.tags = vec!["vétérinaire".into(), "veterinary".into()]),
        (card(3, "Société Générale"), |view| view.tags = vec!["banque".into()]),
        (card(4, "Cabinet Morel"), |view| view.tags = vec!["médecins".into()]),
    ]);
    assert_eq!(world.names("vétérinaire"), ["Clinique des Tilleuls"]);
    assert_eq!(world.names("tierarzt"), ["Clinique des Tilleuls"]);
    assert_eq!(world.names("docteur"), ["Cabinet Morel"]);
}
