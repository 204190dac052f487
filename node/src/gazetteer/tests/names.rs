//! What two ways of writing a name have in common.

use super::super::key::*;
use proptest::prelude::*;

#[test]
fn names_written_in_two_ways() {
    for (one, other) in [
        ("L'Haÿ-les-Roses", "Lhay les roses"),
        ("L’Haÿ‐les‐Roses", "L HAY LES ROSES"),
        ("Faaʻa", "Faa'a"),
        ("Faa‘a", "faaa"),
        ("Saint-Étienne", "St Etienne"),
        ("Sainte-Foy-lès-Lyon", "ste foy les lyon"),
        ("Pont-Saint-Esprit", "Pont St. Esprit"),
        ("Sankt Gallen", "St. Gallen"),
        ("Paris 17e Arrondissement", "paris 17ème"),
        ("Marseille 1er", "Marseille 1"),
        ("Communauté de communes du Pays de Gex", "CC du Pays de Gex"),
        ("Communauté d'agglomération du Niortais", "CA du Niortais"),
        ("Œting", "Oeting"),
        ("Straße", "strasse"),
        ("Saint-Barth\u{e9}lemy", "Saint-Barthe\u{301}lemy"),
    ] {
        assert_eq!(key(one), key(other), "{one} {other}");
    }
    for (one, other) in [("St", "Saint"), ("Paris 1er", "Paris 11e"), ("Arrondissement", ""), ("Le Mans", "Mans")] {
        assert_ne!(key(one), key(other), "{one} {other}");
    }
    assert_eq!((key("").as_str(), key("-' ʻ").as_str(), key("1er").as_str()), ("", "", "1"));
    assert_eq!(spelt("L'HAŸ les-roses"), spelt("l’Haÿ-les-Roses"));
    assert_ne!(spelt("Mâcon"), spelt("Macon"));
}

#[test]
fn parts_of_a_name() {
    let typed = words("Le Cros d'Utelle");
    assert_eq!(joined(without_article(&typed).unwrap()), "crosdutelle");
    assert_eq!(behind_links(&typed).map(joined).collect::<Vec<_>>(), ["utelle"]);
    let typed = words("Hameau de la Fontaine de Vaucluse");
    assert_eq!(behind_links(&typed).map(joined).collect::<Vec<_>>(), ["lafontainedevaucluse", "vaucluse"]);
    assert!(without_article(&words("Le")).is_none() && behind_links(&words("de")).next().is_none());
}

/// Ways to write what stands between two words of a name.
fn gap() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![" ", "-", "  ", " - ", "'", "’", "ʼ", "\u{2010}", "\u{a0}", "."])
}

proptest! {
    /// Case, accents and what stands between the words do not matter.
    #[test]
    fn a_key_is_that_of_every_way_of_writing(
        parts in prop::collection::vec("[a-zàâçéèêëîïôûüÿœ]{2,9}", 1..6),
        gaps in prop::collection::vec(gap(), 6),
        upper: bool,
        bare: bool,
    ) {
        let name = parts.join("-");
        let mut written: String = parts.iter().zip(&gaps).map(|(part, gap)| format!("{part}{gap}")).collect();
        if upper {
            written = written.to_uppercase();
        }
        if bare {
            written = words(&written).join(" ");
        }
        prop_assert_eq!(key(&name), key(&written));
        prop_assert!(key(&name).chars().all(char::is_alphanumeric));
    }

    /// Whatever is typed is answered, and what is found begins with it or is behind an article.
    #[test]
    fn anything_can_be_typed(text in "\\PC{0,40}", limit in 0_usize..50) {
        let held = super::small();
        let wish = super::of("fr");
        prop_assert!(held.places(&text, limit, &wish).len() <= limit);
        drop(held.find(&text, &wish));
    }
}
