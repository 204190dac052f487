use super::*;
use crate::import::test_support::cases;
use proptest::prelude::*;

#[test]
fn french_sentences() {
    for (text, expected) in [
        ("Du lundi au vendredi de 9h à 12h et de 14h à 18h", "Mo-Fr 09:00-12:00,14:00-18:00"),
        ("du lundi au vendredi : 9h00 - 12h30 / 14h00 - 17h30", "Mo-Fr 09:00-12:30,14:00-17:30"),
        ("Lun-Ven 9h-18h, Sam 10h-12h", "Mo-Fr 09:00-18:00; Sa 10:00-12:00"),
        ("lun. au ven. 8h30-12h", "Mo-Fr 08:30-12:00"),
        ("mardi, jeudi et samedi 14h-17h30", "Tu 14:00-17:30; Th 14:00-17:30; Sa 14:00-17:30"),
        ("Mardi et mercredi de 10 h à 12 h 30", "Tu,We 10:00-12:30"),
        ("Lundi : 9h-12h ; mardi : fermé ; mercredi : 14h-18h", "Mo 09:00-12:00; Tu off; We 14:00-18:00"),
        ("lundi 9h-12h\nmardi 14h-17h", "Mo 09:00-12:00; Tu 14:00-17:00"),
        ("Tous les jours de 8h à 20h", "Mo-Su 08:00-20:00"),
        ("tous les jours sauf le lundi de 10h à 18h", "Tu-Su 10:00-18:00"),
        ("Tous les jours de 10h à 18h sauf le mardi", "Mo 10:00-18:00; Tu off; We-Su 10:00-18:00"),
        ("Ouvert du mardi au samedi de 9h à 19h. Fermé le dimanche et le lundi.", "Mo off; Tu-Sa 09:00-19:00; Su off"),
        ("Du lundi au samedi 9h-19h, sauf jours fériés", "Mo-Sa 09:00-19:00; PH off"),
        ("24h/24", "24/7"),
        ("24h/24 et 7j/7", "24/7"),
        ("7j/7 24h/24", "24/7"),
        ("Ouvert 24h/24", "24/7"),
        ("7j/7 de 6h à 22h", "Mo-Su 06:00-22:00"),
        ("9h-12h / 14h-18h", "09:00-12:00,14:00-18:00"),
        ("de 9h à midi et de 14 à 18h", "09:00-12:00,14:00-18:00"),
        ("le week-end de 10h à minuit", "Sa,Su 10:00-24:00"),
        ("En semaine : 9h–17h", "Mo-Fr 09:00-17:00"),
        ("vendredi et samedi 22h-2h", "Fr,Sa 22:00-02:00"),
        ("9h-12h du lundi au mercredi", "Mo-We 09:00-12:00"),
        ("samedi au lundi 10h-12h", "Mo 10:00-12:00; Sa,Su 10:00-12:00"),
        ("Lu-Ve 8h-12h, 13h-17h", "Mo-Fr 08:00-12:00,13:00-17:00"),
        ("Monday to Friday 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("Mo-Fr 9:00-12:00", "Mo-Fr 09:00-12:00"),
        ("FERMÉ LE LUNDI", "Mo off"),
        ("lundi 9h-12h, lundi 14h-16h", "Mo 09:00-12:00,14:00-16:00"),
    ] {
        assert_eq!(normal(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_in_that_syntax_stays() {
    for text in [
        "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
        "24/7",
        "Mo-Su,PH 10:00-18:00",
        "Apr-Sep: Mo-Fr 09:00-18:00",
        "Sa[1] 10:00-12:00",
        "Mo-Fr 09:00-17:00 \"sur rendez-vous\"",
        "sunrise-sunset",
        "PH off",
        "Mo 18:00+",
    ] {
        assert_eq!(normal(text).as_deref(), Some(text));
    }
}

#[test]
fn what_is_not_wholly_understood_is_not_changed() {
    for text in [
        "",
        "sur rendez-vous",
        "9h-12h sur RDV",
        "le 1er samedi du mois 9h-12h",
        "du 1er avril au 30 septembre 9h-18h",
        "à partir de 18h",
        "lundi",
        "12",
        "9-12",
        "lundi 18h-9h",
        "lundi 9h-12h, lundi 10h-14h",
        "25h-26h",
        "voir le site",
        "les jours de marché",
        "lundi de 9h",
        "05 61 00 00 00",
        "2024-2025",
    ] {
        assert_eq!(normal(text), None, "{text}");
    }
}

/// Words of such sentences, in any order.
fn sentences() -> impl Strategy<Value = String> {
    let words =
        ["lundi", "mardi", "ven.", "au", "et", ",", ";", "-", "à", "9h", "12h30", "14:00", "18", "fermé", "sauf"];
    let more = ["tous les jours", "24h/24", "midi", "minuit", "du", "Mo", "Su", " ", "\n", "fériés", "week-end"];
    let word = prop::sample::select([words.as_slice(), &more].concat());
    prop::collection::vec(word, 0..14).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(cases(256))]
    #[test]
    fn what_is_normal_stays(text in sentences()) {
        if let Some(once) = normal(&text) {
            let twice = normal(&once);
            prop_assert_eq!(twice.as_ref(), Some(&once), "{}", text);
        }
    }
    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        drop(normal(&text));
    }
    /// Whatever times are written are those that are read.
    #[test]
    fn times_are_kept(from in 0_u16..20, length in 1_u16..4, half in any::<bool>(), day in 0_usize..7) {
        let names = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
        let minutes = if half { "30" } else { "00" };
        let text = format!("{} de {from}h{minutes} à {}h{minutes}", names[day], from + length);
        let expected = format!("{} {from:02}:{minutes}-{:02}:{minutes}", DAYS[day], from + length);
        prop_assert_eq!(normal(&text), Some(expected));
    }
}
