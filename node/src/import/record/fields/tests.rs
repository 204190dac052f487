#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::*;
use crate::import::columns;
use crate::import::test_support::cases;
use proptest::prelude::*;

fn said(values: &[(&str, &str)]) -> Said {
    let mut said = Said::default();
    values.iter().for_each(|(header, value)| said.add(columns::recognise(header).unwrap(), value));
    said.sort();
    said
}

fn contacts_of(values: &[(&str, &str)]) -> Contacts {
    contacts(&said(values), true, &mut 0)
}

#[test]
fn the_first_of_several_is_taken_and_the_others_are_kept() {
    let got = contacts_of(&[
        ("telephone", "+33199001234|+33199001235"),
        ("courriels", "accueil@example.org|ateliers@example.org"),
        ("site_web", "https://fabrique.example.org/|https://social.example.org/fabrique"),
        ("facebook", "https://social.example.org/fabrique/"),
    ]);
    assert_eq!(
        (got.phone.as_str(), got.email.as_str(), got.website.as_str()),
        ("+33199001234", "accueil@example.org", "https://fabrique.example.org/")
    );
    assert_eq!(got.others, ["+33199001235", "ateliers@example.org", "https://social.example.org/fabrique"]);
    assert_eq!(description(&said(&[("objet", "Entraide")]), "A", &got.others).lines().count(), 2);
}

#[test]
fn phones() {
    for (cell, expected) in [
        ("05 36 49 01 02", "05 36 49 01 02"),
        ("05.36.49.01.02 / 06.12.34.56.78", "05.36.49.01.02"),
        ("05 36 49 01 02 ou 06 12 34 56 78", "05 36 49 01 02"),
        ("05 36 49 01 02/03", "05 36 49 01 02/03"),
        ("05 36 49 01 02;06 12 34 56 78", "05 36 49 01 02"),
        ("[\"05 36 49 01 02\", \"06 12 34 56 78\"]", "05 36 49 01 02"),
        ("tel:+33536490102", "+33536490102"),
        ("536490102", "0536490102"),
        ("536490102.0", "0536490102"),
        ("33536490102", "+33536490102"),
        ("3.3536490102E+10", "+33536490102"),
        // Rounded, it is lost.
        ("3.35E+10", ""),
        ("15", "15"),
        ("0800 123 456 (appel gratuit)", "0800 123 456 (appel gratuit)"),
        ("-", ""),
    ] {
        assert_eq!(contacts_of(&[("tel", cell)]).phone, expected, "{cell}");
    }
    assert_eq!(contacts(&said(&[("tel", "536490102")]), false, &mut 0).phone, "536490102", "elsewhere");
}

#[test]
fn mails() {
    for (cell, expected) in [
        ("a@b.fr", "a@b.fr"),
        ("mailto:a@b.fr", "a@b.fr"),
        ("a@b.fr, c@d.fr", "a@b.fr"),
        ("Accueil <a@b.fr>", "a@b.fr"),
        ("a (at) b.fr".trim(), ""),
        ("a(at)b.fr", "a@b.fr"),
        ("voir le site", ""),
        ("a@b", ""),
        ("{a@b.fr,c@d.fr}", "a@b.fr"),
    ] {
        assert_eq!(contacts_of(&[("email", cell)]).email, expected, "{cell}");
    }
    assert_eq!(contacts_of(&[("email", "voir le site")]).dropped, 1);
}

#[test]
fn websites_that_a_client_may_open() {
    for (given, kept) in [
        ("https://a.fr/b?c:d", "https://a.fr/b?c:d"),
        ("www.a.fr", "www.a.fr"),
        ("a.fr:8080/x", "a.fr:8080/x"),
        ("HTTP://A.FR; http://b.fr", "HTTP://A.FR"),
        ("https://a.fr,https://b.fr", "https://a.fr"),
        ("https://a.fr/1,2", "https://a.fr/1,2"),
        ("Facebook : https://a.fr", "https://a.fr"),
        ("#https://a.fr", "https://a.fr"),
        ("https://a.fr/#/map", "https://a.fr/#/map"),
        ("file:///etc/passwd", ""),
        ("data:text/html,x", ""),
        ("javascript:alert(1)", ""),
        ("http://", ""),
        ("a@b.fr", ""),
        ("oui", ""),
        ("M. Dupont", ""),
    ] {
        assert_eq!(contacts_of(&[("site", given)]).website, kept, "{given}");
    }
}

#[test]
fn postcodes_and_streets() {
    for (given, kept) in
        [("69001", "69001"), ("1000.0", "1000"), ("F-69001", "69001"), ("69 001", "69001"), ("SW1A 1AA", "SW1A 1AA")]
    {
        assert_eq!(postcode(given), kept);
    }
    let mut zeros = 0;
    let bourg = said(&[("adresse", "2 rue X"), ("cp", "1000"), ("ville", "Bourg-en-Bresse")]);
    assert_eq!(address(&bourg, true, &mut zeros), "2 rue X, 01000 Bourg-en-Bresse");
    assert_eq!((address(&bourg, false, &mut zeros), zeros), ("2 rue X, 1000 Bourg-en-Bresse".into(), 1));
    let parts = said(&[("numero", "12.0"), ("rep", "bis"), ("typevoie", "RUE"), ("libvoie", "DE LA GARE")]);
    assert_eq!(address(&parts, true, &mut zeros), "12 bis RUE DE LA GARE");
    let hash = said(&[("Adresse_postale", "2 rue X"), ("Code_postal_et_commune", "01000#Bourg-en-Bresse")]);
    assert_eq!(address(&hash, true, &mut zeros), "2 rue X, 01000 Bourg-en-Bresse");
    assert_eq!(street(&said(&[("numero", "99999"), ("nom_voie", "Le Bourg")])), "Le Bourg");
}

#[test]
fn hours_are_understood_or_kept() {
    for (given, kept) in [
        ("du lundi au vendredi de 9h à 12h", "Mo-Fr 09:00-12:00"),
        ("Mo-Fr 09:00-12:00", "Mo-Fr 09:00-12:00"),
        ("sur  rendez-vous", "sur rendez-vous"),
    ] {
        assert_eq!(opening_hours(&said(&[("horaires", given)])), kept);
    }
}

#[test]
fn ids() {
    assert_eq!(id(" A 12 "), "A 12");
    assert_eq!(id("4,83E+13"), "", "rounded by a spreadsheet");
    assert_eq!(id("1e5"), "1e5", "a word of letters and digits");
}

proptest! {
    #![proptest_config(cases(256))]
    /// Whatever stands in a cell: what is made of it is made of it again.
    #[test]
    fn what_is_normal_stays(text in "[0-9a-z@.:/|;, +#{}\\[\\]\"'é\\-]{0,40}") {
        let cells = [("tel", text.as_str()), ("email", &text), ("site", &text)];
        let once = contacts_of(&cells);
        let again = [("tel", once.phone.as_str()), ("email", &once.email), ("site", &once.website)];
        let twice = contacts_of(&again);
        prop_assert_eq!((&once.phone, &once.email, &once.website), (&twice.phone, &twice.email, &twice.website));
        prop_assert_eq!(postcode(&postcode(&text)), postcode(&text));
        prop_assert_eq!(list(&list(&text)).into_owned(), list(&text).into_owned());
    }
    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let values =
            ["tel", "email", "site", "cp", "ville", "adresse", "horaires", "numero", "rue", "id", "localisation"];
        let said = said(&values.map(|header| (header, text.as_str())));
        contacts(&said, true, &mut 0);
        address(&said, true, &mut 0);
        opening_hours(&said);
        id(&text);
    }
}

/// A cell of some megabytes is no list of phones: what is compared is bounded, and so is each comparison.
#[test]
fn lists_within_one_record_are_bounded() {
    let many = |one: &str, between: &str| vec![one; 50_000].join(between);
    for cell in [many("05 36 49 01 02", ";"), many("05 36 49 01 02", " / ")] {
        let count = super::phones(&cell, true, &mut 0).len();
        assert!((2..2 * VALUES_MAX).contains(&count), "{count}");
    }
    assert_eq!(emails(&many("a@example.org", ";")).len(), VALUES_MAX);
    assert_eq!(websites(&many("https://a.example.org", ",")).len(), VALUES_MAX);
    // In fifty thousand cells as in one; a long one is not held against all others.
    let mut told = Said::default();
    let long = format!("{};", "1".repeat(FIELD_MAX + 1));
    (0..50_000).for_each(|n| told.add(columns::recognise("tel").unwrap(), &format!("{long}05 36 49 {n:04}")));
    let got = contacts(&told, false, &mut 0);
    assert!(got.others.iter().all(|other| other.len() <= FIELD_MAX), "{:?}", got.others.first());
    assert_eq!(got.others.len(), OTHERS_MAX);
    // Written otherwise it is the same, wherever it stands.
    assert_eq!(contacts_of(&[("tel", "05 36 49 01 02;06 1;0536490102;06-1")]).others, ["06 1"]);
}
