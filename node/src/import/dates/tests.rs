#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::*;
use crate::import::test_support::cases;
use proptest::prelude::*;

fn shown(text: &str) -> String {
    let one = |moment: Option<Moment>| match moment {
        None => "-".to_owned(),
        Some(Moment::At(ms, offset)) => {
            format!("{ms}{}", offset.map(|minutes| format!("+{minutes}")).unwrap_or_default())
        }
        Some(Moment::Local(at)) => at.strftime("%F %H:%M").to_string(),
        Some(Moment::Day(day)) => day.to_string(),
    };
    read(text, Order::DayFirst)
        .map_or_else(|| "?".to_owned(), |read| format!("{} | {}", one(read.start), one(read.end)))
}

#[test]
fn dates_as_people_write_them() {
    for (text, expected) in [
        ("2026-03-12", "2026-03-12 | -"),
        ("2026-03-12T20:00", "2026-03-12 20:00 | -"),
        ("2026-03-12 20:00:00", "2026-03-12 20:00 | -"),
        ("2026-03-12T20:00:00+01:00", "1773342000000+60 | -"),
        ("2026/03/12", "2026-03-12 | -"),
        ("12/03/2026", "2026-03-12 | -"),
        ("12/3/26", "2026-03-12 | -"),
        ("12.03.2026 20:30", "2026-03-12 20:30 | -"),
        ("12/03/2026 à 20h", "2026-03-12 20:00 | -"),
        ("le 12 mars 2026 à 20h", "2026-03-12 20:00 | -"),
        ("Jeudi 12 mars 2026, 20h30", "2026-03-12 20:30 | -"),
        ("Mardi 10 mars 2026", "2026-03-10 | -"),
        ("mar. 10 mars 2026", "2026-03-10 | -"),
        ("1er août 2026 de 14h à 18h30", "2026-08-01 14:00 | 2026-08-01 18:30"),
        ("12 mars 2026 de 22h à 2h", "2026-03-12 22:00 | 2026-03-13 02:00"),
        ("du 12 au 14 mars 2026", "2026-03-12 | 2026-03-14"),
        ("du 28 février au 3 mars 2026 de 10h à 18h", "2026-02-28 10:00 | 2026-03-03 18:00"),
        ("12 – 14 mars 2026", "2026-03-12 | 2026-03-14"),
        ("12 et 13 mars 2026", "2026-03-12 | 2026-03-13"),
        ("du 12/03/2026 au 14/03/2026", "2026-03-12 | 2026-03-14"),
        ("March 12, 2026 at 8 pm", "2026-03-12 20:00 | -"),
        ("12 March 2026 8:30pm", "2026-03-12 20:30 | -"),
        ("12/03/2026 18.30", "2026-03-12 18:30 | -"),
        ("12.03.2026 18.30-20.00", "2026-03-12 18:30 | 2026-03-12 20:00"),
        ("12 mars 2026, 14h/16h", "2026-03-12 14:00 | 2026-03-12 16:00"),
        ("12 mars 2026 14-16h", "2026-03-12 14:00 | 2026-03-12 16:00"),
        ("12 mars 2026 de 14 à 16h30", "2026-03-12 14:00 | 2026-03-12 16:30"),
        ("12 mars 2026 à partir de 9h", "2026-03-12 09:00 | -"),
        ("12 mars 2026 10h et 14h", "2026-03-12 10:00 | -"),
        ("March 12, 2026, 9:00 a.m.", "2026-03-12 09:00 | -"),
        ("46093", "2026-03-12 | -"),
        ("46093,833333333", "2026-03-12 20:00 | -"),
        ("1773342000", "1773342000000 | -"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn what_is_more_than_one_date_or_none_is_not_guessed() {
    for text in [
        "tous les mardis à 20h",
        "12 et 19 mars 2026",
        "12, 15 et 20 mars 2026",
        "12 mars",
        "12.03 - 14.03.2026",
        "14.03.2026 - 16.03",
        "sauf le 12 mars 2026",
        "31/02/2026",
        "12/13/2026",
        "43",
        "mars 2026",
        "à confirmer",
        "25h",
        "",
    ] {
        assert_eq!(shown(text), "?", "{text}");
    }
    assert_eq!(
        read("12/31/2026", Order::MonthFirst).and_then(|read| read.start),
        "2026-12-31".parse().ok().map(Moment::Day)
    );
}

#[test]
fn cells_that_say_it_together() {
    let of = |begins: &[&'static str], ends: &[&'static str], at: &[&'static str], till: &[&'static str]| {
        let cells =
            Cells { begins: begins.to_vec(), ends: ends.to_vec(), begins_at: at.to_vec(), ends_at: till.to_vec() };
        cells.read(Order::DayFirst)
    };
    let local = |text: &str| text.parse().ok().map(Moment::Local);
    let (start, end) = (local("2026-03-12T20:00").unwrap(), local("2026-03-12T22:30"));
    assert_eq!(of(&["12/03/2026"], &[], &["20h"], &["22h30"]), Ok(Some((start, end))));
    assert_eq!(of(&["12/03/2026", "20:00"], &["22:30"], &[], &[]), Ok(Some((start, end))), "a start that is a time");
    assert_eq!(of(&["12/03/2026"], &["12/03/2026"], &["20h à 22h30"], &[]), Ok(Some((start, end))));
    assert_eq!(of(&["12/03/2026 20:00"], &["12/03/2026"], &[], &[]), Ok(Some((start, None))), "an end of the same day");
    assert_eq!(of(&[], &[], &["20h"], &[]), Ok(None));
    assert!(of(&["bientôt"], &[], &[], &[]).is_err_and(|why| why.to_string().contains("'bientôt'")));
}

/// As people write them in a column of times.
#[test]
fn times_alone() {
    for (text, from, to) in [
        ("18.30", "18:30", ""),
        ("18h30", "18:30", ""),
        ("18 h 30", "18:30", ""),
        ("18:30:00", "18:30", ""),
        ("20 heures", "20:00", ""),
        ("vers 18h", "18:00", ""),
        ("14h/16h", "14:00", "16:00"),
        ("14h-16h", "14:00", "16:00"),
        ("14h – 16h30", "14:00", "16:30"),
        ("14-16h", "14:00", "16:00"),
        ("14.00-16.30", "14:00", "16:30"),
        ("14h > 16h", "14:00", "16:00"),
        ("de 14h à 16h", "14:00", "16:00"),
        ("de 14 à 16 heures", "14:00", "16:00"),
        ("entre 14h et 16h", "14:00", "16:00"),
        ("à partir de 9h", "09:00", ""),
        ("dès 9h", "09:00", ""),
        ("jusqu’à 18h", "", "18:00"),
        ("10h et 14h", "10:00", ""),
        ("9:00 AM", "09:00", ""),
        ("9 a.m. - 5 p.m.", "09:00", "17:00"),
        ("2-4 pm", "14:00", "16:00"),
        ("noon", "12:00", ""),
    ] {
        let of = |time: Option<Time>| time.map(|time| time.strftime("%H:%M").to_string()).unwrap_or_default();
        let read = read(text, Order::DayFirst);
        let times = read.filter(|read| read.start.is_none()).map(|read| (of(read.times.0), of(read.times.1)));
        assert_eq!(times, Some((from.to_owned(), to.to_owned())), "{text}");
    }
    for text in ["25.30", "18.75", "à la tombée de la nuit", "14h, 16h, 18h"] {
        assert_eq!(read(text, Order::DayFirst), None, "{text}");
    }
}

proptest! {
    #![proptest_config(cases(600))]
    #[test]
    fn any_text_is_read_or_not(text in r"(\d{1,4}|[/.: ,-]|h|pm|mars|au|et|le|mai|er|[a-zé]{1,4}|\PC){0,14}") {
        for order in [Order::DayFirst, Order::MonthFirst] {
            if let Some(found) = read(&text, order) {
                prop_assert!(found.start.is_some() || found.times != (None, None));
            }
        }
    }
}
