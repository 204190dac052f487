//! Dates, distances and numbers as people read them, in French and in English.

mod hours;

pub use hours::{open_spans, opening};

use super::keys;
use crate::locale::{Arg, Lang, Texts};
use communaut_node::api::{Failure, UndoProgress, times::date_of};
use communaut_protocol::op::{Every, Repeat};
use jiff::{Timestamp, ZonedDateTime, civil::Date, tz::TimeZone};

/// A moment, on a wall.
#[must_use]
pub fn zoned(ms: i64, zone: &TimeZone) -> Option<ZonedDateTime> {
    Some(Timestamp::from_millisecond(ms).ok()?.to_zoned_datetime(zone.clone()))
}

const fn month_key(month: i8) -> &'static str {
    match month {
        1 => "month-1",
        2 => "month-2",
        3 => "month-3",
        4 => "month-4",
        5 => "month-5",
        6 => "month-6",
        7 => "month-7",
        8 => "month-8",
        9 => "month-9",
        10 => "month-10",
        11 => "month-11",
        _ => "month-12",
    }
}

/// The name of a month, 1 to 12.
#[must_use]
pub fn month(texts: Texts, month: i8) -> String {
    texts.t(month_key(month))
}

/// The name of a weekday, 0 Monday to 6 Sunday.
#[must_use]
pub fn weekday(texts: Texts, from_monday: i8) -> String {
    texts.t(match from_monday {
        0 => "weekday-0",
        1 => "weekday-1",
        2 => "weekday-2",
        3 => "weekday-3",
        4 => "weekday-4",
        5 => "weekday-5",
        _ => "weekday-6",
    })
}

/// A day with its weekday: "samedi 4 juillet 2026", "Saturday 4 July 2026".
#[must_use]
pub fn day(texts: Texts, at: &ZonedDateTime) -> String {
    date(texts, at.date())
}

/// The same of a day that is no moment.
#[must_use]
pub fn date(texts: Texts, at: Date) -> String {
    let number = match (texts.lang, at.day()) {
        (Lang::Fr, 1) => "1er".to_owned(),
        (_, day) => day.to_string(),
    };
    let weekday = weekday(texts, at.weekday().to_monday_zero_offset());
    format!("{weekday} {number} {} {}", month(texts, at.month()), at.year())
}

/// The time of day: "18:30", in French "18 h 30".
#[must_use]
pub fn time(texts: Texts, at: &ZonedDateTime) -> String {
    match texts.lang {
        Lang::Fr => format!("{} h {:02}", at.hour(), at.minute()),
        Lang::En => format!("{:02}:{:02}", at.hour(), at.minute()),
    }
}

/// The time of day where there is little room: "18:30", in French "18 h 30", and "18 h" when the hour is full.
#[must_use]
pub fn short_time(texts: Texts, at: &ZonedDateTime) -> String {
    match (texts.lang, at.minute()) {
        (Lang::Fr, 0) => format!("{} h", at.hour()),
        _ => time(texts, at),
    }
}

/// With a capital at its beginning.
#[must_use]
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// From when to when an event takes place, under the heading of a day: without the day, if it begins and ends on it.
#[must_use]
pub fn span_on(texts: Texts, on: Date, start_ms: i64, end_ms: i64, zone: &TimeZone) -> String {
    let (Some(start), Some(end)) = (zoned(start_ms, zone), zoned(end_ms, zone)) else {
        return String::new();
    };
    let name = zone_names(&start, &end);
    match (start.date() == on && end.date() == on, start_ms == end_ms) {
        (true, true) => format!("{} ({name})", time(texts, &start)),
        (true, false) => format!("{} – {} ({name})", time(texts, &start), time(texts, &end)),
        _ => span(texts, start_ms, end_ms, zone),
    }
}

/// Whole days, from the first to the last.
#[must_use]
pub fn days(texts: Texts, (first, last): (Date, Date)) -> String {
    if first == last { date(texts, first) } else { format!("{} – {}", date(texts, first), date(texts, last)) }
}

/// Whole days, under the heading of one of them.
#[must_use]
pub fn days_on(texts: Texts, on: Date, (first, last): (Date, Date)) -> String {
    if first == on && last == on { texts.t("whole-day") } else { days(texts, (first, last)) }
}

/// How an event takes place again, of which one time is on a day of its own clock: "Repeats every 2 weeks on Monday and
/// Thursday, until Thursday 26 November 2026".
#[must_use]
pub fn repeats(texts: Texts, repeat: &Repeat, on: Date) -> String {
    let unit = match repeat.every {
        Every::Day => "repeat-day",
        Every::Week => "repeat-week",
        Every::Month => "repeat-month",
        Every::Year => "repeat-year",
    };
    let mut words = texts.tr(unit, &[("count", Arg::Count(repeat.interval.into()))]);
    let weekdays: Vec<i8> = (0..7).filter(|bit| repeat.weekdays >> bit & 1 == 1).collect();
    if let (Every::Month, [day]) = (repeat.every, weekdays.as_slice()) {
        let nth = texts.t(match (on.day() - 1) / 7 {
            0 => "repeat-nth-1",
            1 => "repeat-nth-2",
            2 => "repeat-nth-3",
            3 => "repeat-nth-4",
            _ => "repeat-nth-5",
        });
        let day = weekday(texts, *day);
        words = texts.tr("repeat-same", &[("every", words.into()), ("nth", nth.into()), ("day", day.into())]);
    } else if !weekdays.is_empty() {
        let named = |day: &i8| texts.tr("repeat-weekday", &[("day", weekday(texts, *day).into())]);
        let days = all_of(texts, &weekdays.iter().map(named).collect::<Vec<_>>());
        words = texts.tr("repeat-on", &[("every", words.into()), ("days", days.into())]);
    }
    if let Some(count) = repeat.count {
        words = texts.tr("repeat-times", &[("every", words.into()), ("count", Arg::Count(count.into()))]);
    }
    if let Some(until) = repeat.until.and_then(date_of) {
        words = texts.tr("repeat-until", &[("every", words.into()), ("day", date(texts, until).into())]);
    }
    texts.tr("repeats", &[("every", words.into())])
}

/// "Monday, Tuesday and Thursday".
fn all_of(texts: Texts, words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [many @ .., last] => {
            texts.tr("repeat-and", &[("words", many.join(", ").into()), ("last", last.as_str().into())])
        }
    }
}

/// A zone as its clocks are called; by both names where they change in between.
fn zone_names(start: &ZonedDateTime, end: &ZonedDateTime) -> String {
    let (first, last) = (start.strftime("%Z").to_string(), end.strftime("%Z").to_string());
    if first == last { first } else { format!("{first} – {last}") }
}

/// From when to when an event takes place, on one wall, with the zone's name.
#[must_use]
pub fn span(texts: Texts, start_ms: i64, end_ms: i64, zone: &TimeZone) -> String {
    let (Some(start), Some(end)) = (zoned(start_ms, zone), zoned(end_ms, zone)) else {
        return String::new();
    };
    let name = zone_names(&start, &end);
    if end_ms == start_ms {
        format!("{}, {} ({name})", day(texts, &start), time(texts, &start))
    } else if start.date() == end.date() {
        format!("{}, {} – {} ({name})", day(texts, &start), time(texts, &start), time(texts, &end))
    } else {
        format!(
            "{}, {} – {}, {} ({name})",
            day(texts, &start),
            time(texts, &start),
            day(texts, &end),
            time(texts, &end)
        )
    }
}

/// How long ago: "5 minutes ago"; beyond a week the day.
#[must_use]
pub fn ago(texts: Texts, then_ms: i64, now_ms: i64, zone: &TimeZone) -> String {
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let passed = now_ms.saturating_sub(then_ms);
    let count = |unit: i64| Arg::Count(usize::try_from(passed / unit).unwrap_or(0));
    // Clocks differ a little: what comes from the near future is now.
    if passed < MINUTE {
        texts.t("ago-now")
    } else if passed < HOUR {
        texts.tr("ago-minutes", &[("count", count(MINUTE))])
    } else if passed < DAY {
        texts.tr("ago-hours", &[("count", count(HOUR))])
    } else if passed < 7 * DAY {
        texts.tr("ago-days", &[("count", count(DAY))])
    } else {
        zoned(then_ms, zone).map(|at| day(texts, &at)).unwrap_or_default()
    }
}

/// A distance: "350 m", "1.2 km", "48 km".
#[must_use]
pub fn distance(texts: Texts, metres: u32) -> String {
    match metres {
        0..1_000 => format!("{} m", if metres < 100 { metres } else { metres.div_ceil(10) * 10 }),
        1_000..10_000 => {
            let tenths = metres.div_ceil(100);
            let point = if texts.lang == Lang::Fr { ',' } else { '.' };
            format!("{}{point}{} km", tenths / 10, tenths % 10)
        }
        _ => format!("{} km", number(texts, u64::from(metres / 1_000))),
    }
}

/// An area: "0.35 km²", "12.3 km²", "1 115 km²".
#[must_use]
pub fn area(texts: Texts, km2: f64) -> String {
    let point = if texts.lang == Lang::Fr { "," } else { "." };
    let words = match km2 {
        ..1.0 => format!("{km2:.2}"),
        1.0..100.0 => format!("{km2:.1}"),
        _ => return format!("{} km²", number(texts, km2.round() as u64)),
    };
    format!("{} km²", words.replace('.', point))
}

/// A number with its thousands apart: "1 115", "1,115".
#[must_use]
pub fn number(texts: Texts, value: u64) -> String {
    let apart = if texts.lang == Lang::Fr { '\u{a0}' } else { ',' };
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(apart);
        }
        out.push(digit);
    }
    out
}

/// Bytes of a disk, in the units that disks are sold in: "180 MB", "2.1 GB".
#[must_use]
pub fn size(texts: Texts, bytes: u64) -> String {
    const MB: u64 = 1_000_000;
    const GB: u64 = 1_000 * MB;
    if bytes < GB {
        return texts.tr("size-mb", &[("size", number(texts, bytes / MB).into())]);
    }
    let point = if texts.lang == Lang::Fr { ',' } else { '.' };
    let size = format!("{}{point}{}", bytes / GB, bytes % GB / (100 * MB));
    texts.tr("size-gb", &[("size", size.into())])
}

/// Metres between two points on the sphere (haversine).
#[must_use]
pub fn metres(a: communaut_protocol::Position, b: communaut_protocol::Position) -> u32 {
    const EARTH_M: f64 = 6_371_008.8;
    let (lat_a, lat_b) = (a.lat().to_radians(), b.lat().to_radians());
    let (d_lat, d_lon) = (lat_b - lat_a, (b.lon() - a.lon()).to_radians());
    let h = (d_lat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (d_lon / 2.0).sin().powi(2);
    (2.0 * EARTH_M * h.sqrt().min(1.0).asin()).round() as u32
}

/// A position as a person may say it: "60.1699, 24.9384".
#[must_use]
pub fn position(at: communaut_protocol::Position) -> String {
    format!("{:.4}, {:.4}", at.lat(), at.lon())
}

/// A failure in the person's language: what kind, and the node's own words about the input.
#[must_use]
pub fn failure(texts: Texts, failure: &Failure) -> String {
    texts.tr("failure", &[("what", texts.t(keys::failure(failure.code)).into()), ("why", (&failure.message).into())])
}

/// How far the taking back of an import is.
#[must_use]
pub fn undoing(texts: Texts, undo: &UndoProgress) -> String {
    let args = [
        ("source", (&undo.source).into()),
        ("looked", number(texts, undo.looked).into()),
        ("all", number(texts, undo.looked + undo.left).into()),
    ];
    texts.tr("undoing", &args)
}

/// Words that say where something stands in a file ("line 12", "feature 4 (line 9)"); ids stay as they are.
#[must_use]
pub fn in_file(texts: Texts, at: &str) -> String {
    let words = at.split(' ').map(|word| {
        let (before, plain) = word.split_at(usize::from(word.starts_with('(')));
        let said = match plain {
            "line" => texts.t("in-file-line"),
            "byte" => texts.t("in-file-byte"),
            "row" => texts.t("in-file-row"),
            "feature" => texts.t("in-file-feature"),
            "object" | "element" => texts.t("in-file-object"),
            "event" => texts.t("in-file-event"),
            "waypoint" => texts.t("in-file-waypoint"),
            "placemark" => texts.t("in-file-placemark"),
            other => other.to_owned(),
        };
        format!("{before}{said}")
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use communaut_protocol::Position;

    const FR: Texts = Texts { lang: Lang::Fr };
    const EN: Texts = Texts { lang: Lang::En };

    #[test]
    fn distances_and_numbers() {
        assert_eq!(distance(EN, 42), "42 m");
        assert_eq!(distance(EN, 342), "350 m");
        assert_eq!(distance(EN, 1_249), "1.3 km");
        assert_eq!(distance(FR, 1_249), "1,3 km");
        assert_eq!(distance(EN, 48_900), "48 km");
        assert_eq!(number(EN, 1_234_567), "1,234,567");
        assert_eq!(number(FR, 100), "100");
        assert_eq!(number(EN, 1_000), "1,000");
        let paris = Position::from_degrees(48.8566, 2.3522).unwrap();
        let lyon = Position::from_degrees(45.7640, 4.8357).unwrap();
        assert!((391_000..393_000).contains(&metres(paris, lyon)));
    }

    #[test]
    fn days_and_times_in_both_languages() {
        let zone = TimeZone::get("Europe/Helsinki").unwrap();
        let start = "2026-08-01T15:30:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        let hour = 3_600_000;
        assert_eq!(span(EN, start, start + 2 * hour, &zone), "Saturday 1 August 2026, 18:30 – 20:30 (EEST)");
        assert_eq!(span(FR, start, start + 2 * hour, &zone), "samedi 1er août 2026, 18 h 30 – 20 h 30 (EEST)");
        assert!(span(EN, start, start + 24 * hour, &zone).contains("Sunday 2 August"));
        // The night in which the clocks go back: an hour that looks like none.
        let night = "2026-10-25T00:30:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(span(EN, night, night + hour, &zone), "Sunday 25 October 2026, 03:30 – 03:30 (EEST – EET)");
        // Under the heading of its day the day is not said again.
        let on = |day, hours| span_on(FR, jiff::civil::date(2026, 8, day), start, start + hours * hour, &zone);
        assert_eq!(on(1, 2), "18 h 30 – 20 h 30 (EEST)");
        assert_eq!(on(1, 0), "18 h 30 (EEST)");
        assert_eq!(on(2, 2), span(FR, start, start + 2 * hour, &zone));
        assert_eq!(on(1, 24), span(FR, start, start + 24 * hour, &zone));
        let full = zoned(start + hour / 2, &zone).unwrap();
        assert_eq!((short_time(FR, &full), short_time(EN, &full)), ("19 h".into(), "19:00".into()));
        assert_eq!(ago(EN, start, start + 30_000, &zone), "just now");
        assert_eq!(ago(EN, start, start + 61_000, &zone), "1 minute ago");
        assert_eq!(ago(FR, start, start + 3 * hour, &zone), "il y a 3 heures");
        assert_eq!(ago(EN, start, start + 30 * 24 * hour, &zone), "Saturday 1 August 2026");
    }

    #[test]
    fn where_something_stands_in_a_file_is_said_in_ones_own_language() {
        let fr = Texts { lang: Lang::Fr };
        assert_eq!(in_file(fr, "feature 4 (line 9)"), "entité 4 (ligne 9)");
        assert_eq!(in_file(fr, "node/12"), "node/12");
    }
}
