use super::*;
use crate::{import::test_support::cases, times::is_understood};
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
        ("lun. mar. jeu. 9h/12h", "Mo,Tu 09:00-12:00; Th 09:00-12:00"),
        ("lun mar 9h/12h 13h30/17h", "Mo,Tu 09:00-12:00,13:30-17:00"),
        ("lundi/mardi : 9h-12h/14h-18h", "Mo,Tu 09:00-12:00,14:00-18:00"),
        ("L-V 9h-18h", "Mo-Fr 09:00-18:00"),
        ("L. à V. : 9h - 18h / S : 10h-12h", "Mo-Fr 09:00-18:00; Sa 10:00-12:00"),
        ("LMMJV 9h-18h, D fermé", "Mo-Fr 09:00-18:00; Su off"),
        ("L, M, M, J, V 9h-12h", "Mo-Fr 09:00-12:00"),
        ("Lundi(s) et samedi(s) 9h-12h", "Mo 09:00-12:00; Sa 09:00-12:00"),
        ("Du lundi au samedi de 9h à 19h sans interruption", "Mo-Sa 09:00-19:00"),
        ("Ouvert en continu de 9h à 19h, 7 jours sur 7", "Mo-Su 09:00-19:00"),
        ("7j / 7, 24h / 24", "24/7"),
        ("24 heures sur 24, 7 jours sur 7", "24/7"),
        ("24h/24 du lundi au vendredi", "Mo-Fr 00:00-24:00"),
        ("heures d'ouverture : de 9 à 12 et de 14 à 18h", "09:00-12:00,14:00-18:00"),
        ("lundi matin 9h-12h, mardi après-midi 14h-17h", "Mo 09:00-12:00; Tu 14:00-17:00"),
        ("entre 9h et 12h tous les samedis", "Sa 09:00-12:00"),
        ("dimanches et fêtes 10h-12h", "Su 10:00-12:00; PH 10:00-12:00"),
        // The night that follows the day that is said.
        ("samedi 24h-2h", "Su 00:00-02:00"),
        ("dimanche 24h-2h", "Mo 00:00-02:00"),
        ("samedi 20h-24h et 24h-2h", "Sa 20:00-02:00"),
        ("24h-2h", "00:00-02:00"),
        ("samedi 20h-0h", "Sa 20:00-24:00"),
        ("samedi de minuit à midi", "Sa 00:00-12:00"),
    ] {
        assert_eq!(normal(text).as_deref(), Some(expected), "{text}");
        assert!(is_understood(expected), "{expected}");
    }
}

#[test]
fn some_weeks_of_each_month() {
    for (text, expected) in [
        ("le 1er samedi du mois 9h-12h", "Sa[1] 09:00-12:00"),
        ("1er et 3e samedis du mois de 14h à 16h", "Sa[1,3] 14:00-16:00"),
        ("Premier mardi et dernier jeudi de chaque mois : 9h-12h", "Tu[1] 09:00-12:00; Th[-1] 09:00-12:00"),
        ("10h-12h le 2ème mercredi du mois", "We[2] 10:00-12:00"),
        ("Lun-Ven 9h-18h, 1er samedi du mois 9h-12h", "Mo-Fr 09:00-18:00; Sa[1] 09:00-12:00"),
        ("samedi 9h-12h, fermé le 1er samedi du mois", "Sa 09:00-12:00; Sa[1] off"),
        ("mercredi et 1er samedi du mois 9h-12h", "We 09:00-12:00; Sa[1] 09:00-12:00"),
        ("First Saturday of the month 10am-noon", "Sa[1] 10:00-12:00"),
        ("2nd and 4th Tuesdays of each month, 6pm-8pm", "Tu[2,4] 18:00-20:00"),
    ] {
        assert_eq!(normal(text).as_deref(), Some(expected), "{text}");
        assert!(is_understood(expected), "{expected}");
    }
    // Which of the two, or what then holds, is not said.
    for text in [
        "un samedi sur deux 9h-12h",
        "every other Saturday 9am-12pm",
        "every second Saturday 9am-12pm",
        "1er samedi 9h-12h",
        "1er samedi de juillet 9h-12h",
        "samedi 9h-12h, 1er samedi du mois 14h-16h",
        "tous les samedis 9h-12h sauf le 1er samedi du mois",
        "tous les 15 jours 9h-12h",
    ] {
        assert_eq!(normal(text), None, "{text}");
    }
}

#[test]
fn english_sentences() {
    for (text, expected) in [
        ("Mon-Fri 9am-5pm", "Mo-Fr 09:00-17:00"),
        ("Monday to Friday 9:00 am - 12:30 pm, closed on Sundays", "Mo-Fr 09:00-12:30; Su off"),
        ("M-F 8:30 a.m. - 5 p.m.", "Mo-Fr 08:30-17:00"),
        ("Mon thru Fri 9-5pm", "Mo-Fr 09:00-17:00"),
        ("Sat 2-5pm", "Sa 14:00-17:00"),
        ("Sat 11-11pm", "Sa 11:00-23:00"),
        ("weekdays from 9am until 5", "Mo-Fr 09:00-17:00"),
        ("Weekdays between 10am and noon; weekends closed", "Mo-Fr 10:00-12:00; Sa,Su off"),
        ("Fridays 6pm-12am", "Fr 18:00-24:00"),
        ("Fri & Sat 10pm-2am", "Fr,Sa 22:00-02:00"),
        ("12pm-1:30pm", "12:00-13:30"),
        ("Open daily 8AM–8PM, except Tuesdays", "Mo 08:00-20:00; Tu off; We-Su 08:00-20:00"),
        ("Open 24 hours a day, 7 days a week", "24/7"),
        ("Mon-Sat 10:00-18:00, closed on bank holidays", "Mo-Sa 10:00-18:00; PH off"),
        ("Monday mornings 9am-12pm", "Mo 09:00-12:00"),
    ] {
        assert_eq!(normal(text).as_deref(), Some(expected), "{text}");
        assert!(is_understood(expected), "{expected}");
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
        "7j/7",
        "9-12 et 14-18",
        "du 3 au 8 9h-18h",
        "L M J V 9h-12h",
        "M-F 9am-5pm, S 10am-2pm",
        "fermé le lundi matin",
        "fermé le lundi matin, 9h-12h mardi",
        "13am-2pm",
        "minuit-minuit",
        "24h-9h",
        "samedi 24h-2h, dimanche fermé",
        "jours fériés 24h-2h",
        "9am",
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
    let more = [
        "1er",
        "3e",
        "du mois",
        "9am",
        "/",
        "5pm",
        "24h",
        "matin",
        "tous les jours",
        "24h/24",
        "midi",
        "minuit",
        "du",
        "Mo",
        "Su",
        " ",
        "\n",
        "fériés",
        "week-end",
    ];
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
            prop_assert!(is_understood(&once), "{}: {}", text, once);
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
