//! When an event takes place, as the command line says it: as a text for people, and as JSON.

use super::time::{self, Zone};
use crate::times::{Time, date_of, day_number, first, next};
use communaut_protocol::op::{Every, Repeat, When};
use serde_json::{Map, Value, json};

/// Weekdays as they are typed and printed, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/// Days on which it does not take place that a text names.
const EXCEPT_SHOWN: usize = 10;

/// A time in the zone in which it was announced; and as it is here, where clocks show something else.
pub(crate) fn time(start_ms: i64, end_ms: i64, days: Option<(i32, i32)>, zone: &str, here: &Zone) -> String {
    if let Some((first, last)) = days {
        return if first == last { day(first) } else { format!("{} – {}", day(first), day(last)) };
    }
    let there = time::named(zone);
    let span = |zone: &Zone| {
        let end = if zone.day(start_ms) == zone.day(end_ms) { zone.hour(end_ms) } else { zone.show(end_ms) };
        format!("{} – {end} {}", zone.show(start_ms), zone.name)
    };
    let differs = |ms| there.show(ms) != here.show(ms);
    if differs(start_ms) || differs(end_ms) { format!("{} (here {})", span(&there), span(here)) } else { span(&there) }
}

/// The time that goes on or comes next, or else the last one; and how it repeats.
pub(crate) fn text(when: &When) -> String {
    text_from(when, time::now_ms())
}

/// The same, as it is from a moment on.
pub(crate) fn text_from(when: &When, from_ms: i64) -> String {
    let here = time::system();
    let Time { start_ms, end_ms, days, .. } = next(when, from_ms, here.tz()).unwrap_or_else(|| first(when, here.tz()));
    let time = time(start_ms, end_ms, days, &when.zone, &here);
    match &when.repeat {
        Some(repeat) => format!("{time}, {}", repeats(repeat, here.day(from_ms).map_or(i32::MIN, day_number))),
        None => time,
    }
}

/// "every 2 weeks on th until 2026-11-26, not on 2026-10-15": of what is left out the days from one on.
fn repeats(repeat: &Repeat, from: i32) -> String {
    let (one, many) = match repeat.every {
        Every::Day => ("day", "days"),
        Every::Week => ("week", "weeks"),
        Every::Month => ("month", "months"),
        Every::Year => ("year", "years"),
    };
    let mut out =
        if repeat.interval == 1 { format!("every {one}") } else { format!("every {} {many}", repeat.interval) };
    let on = weekdays(repeat).join(", ");
    match (repeat.every, on.is_empty()) {
        (_, true) => {}
        (Every::Month, false) => out += &format!(" on the same {on} of the month"),
        (_, false) => out += &format!(" on {on}"),
    }
    if let Some(count) = repeat.count {
        out += &format!(", {count} times");
    }
    if let Some(until) = repeat.until.and_then(date_of) {
        out += &format!(" until {until}");
    }
    let ahead = repeat.except.iter().filter(|day| **day >= from);
    let count = ahead.clone().count();
    let except: Vec<String> = ahead.take(EXCEPT_SHOWN).filter_map(|day| Some(date_of(*day)?.to_string())).collect();
    if !except.is_empty() {
        out += &format!(", not on {}", except.join(", "));
    }
    if count > except.len() {
        out += &format!(" and {} more days", count - except.len());
    }
    out
}

fn weekdays(repeat: &Repeat) -> Vec<&'static str> {
    (0..).zip(WEEKDAYS).filter(|(bit, _)| repeat.weekdays >> bit & 1 == 1).map(|(_, name)| name).collect()
}

fn day(day: i32) -> String {
    date_of(day).map_or_else(|| "out of the calendar".to_owned(), |date| date.strftime("%a %Y-%m-%d").to_string())
}

/// A time as JSON.
pub(crate) fn time_json(start_ms: i64, end_ms: i64, days: Option<(i32, i32)>, name: &str) -> Map<String, Value> {
    let zone = time::named(name);
    let day = |day: Option<i32>| day.and_then(date_of).map(|date| date.to_string());
    let fields = [
        ("start", json!(zone.rfc3339(start_ms))),
        ("end", json!(zone.rfc3339(end_ms))),
        ("start_ms", json!(start_ms)),
        ("end_ms", json!(end_ms)),
        ("zone", json!(name)),
        ("first_day", json!(day(days.map(|(first, _)| first)))),
        ("last_day", json!(day(days.map(|(_, last)| last)))),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// When an event takes place first, how it repeats, and when it does next.
pub(crate) fn json(when: &When) -> Value {
    let here = time::system();
    let json_of = |time: Time| time_json(time.start_ms, time.end_ms, time.days, &when.zone);
    let mut fields = json_of(first(when, here.tz()));
    let coming = when.repeat.as_ref().and_then(|_| next(when, time::now_ms(), here.tz())).map(json_of);
    fields.insert("repeat".into(), json!(when.repeat.as_ref().map(repeat_json)));
    fields.insert("next".into(), json!(coming));
    Value::Object(fields)
}

fn repeat_json(repeat: &Repeat) -> Value {
    let date = |day: i32| date_of(day).map(|date| date.to_string());
    json!({
        "every": repeat.every,
        "interval": repeat.interval,
        "times": repeat.count,
        "until": repeat.until.and_then(date),
        "on": weekdays(repeat),
        "except": repeat.except.iter().map(|day| date(*day)).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start_ms: i64, end_ms: i64, here: &str) -> String {
        time(start_ms, end_ms, None, "Europe/Paris", &time::named(here))
    }

    #[test]
    fn a_span_names_its_day_once_and_the_clocks_of_both() {
        let (start, hour) = (1_774_702_800_000, 3_600_000);
        assert_eq!(span(start, start + hour, "Europe/Paris"), "Sat 2026-03-28 14:00 – 15:00 Europe/Paris");
        assert_eq!(
            span(start, start + 24 * hour, "Europe/Madrid"),
            "Sat 2026-03-28 14:00 – Sun 2026-03-29 15:00 Europe/Paris"
        );
        assert_eq!(
            span(start, start + 3 * hour, "Asia/Tokyo"),
            "Sat 2026-03-28 14:00 – 17:00 Europe/Paris (here Sat 2026-03-28 22:00 – Sun 2026-03-29 01:00 Asia/Tokyo)"
        );
        // Tunis keeps no summer time: the start is alike and the end is not.
        assert!(span(start, start + 24 * hour, "Africa/Tunis").contains("(here "));
    }

    #[test]
    fn whole_days_have_no_hours() {
        let here = time::named("Asia/Tokyo");
        assert_eq!(time(0, 0, Some((20_540, 20_540)), "Europe/Paris", &here), "Sat 2026-03-28");
        assert_eq!(time(0, 0, Some((20_540, 20_542)), "Europe/Paris", &here), "Sat 2026-03-28 – Mon 2026-03-30");
    }

    #[test]
    fn how_it_repeats_is_said_in_words() {
        let mut repeat =
            Repeat { every: Every::Week, interval: 1, count: None, until: None, weekdays: 0, except: vec![] };
        assert_eq!(repeats(&repeat, i32::MIN), "every week");
        (repeat.interval, repeat.weekdays, repeat.until) = (2, 0b1001, Some(20_540));
        repeat.except = vec![20_000, 20_007];
        assert_eq!(
            repeats(&repeat, i32::MIN),
            "every 2 weeks on mo, th until 2026-03-28, not on 2024-10-04, 2024-10-11"
        );
        assert!(repeats(&repeat, 20_001).ends_with("not on 2024-10-11"), "what is over is left out no more");
        (repeat.every, repeat.weekdays, repeat.count, repeat.until) = (Every::Month, 2, Some(3), None);
        repeat.except.clear();
        assert_eq!(repeats(&repeat, i32::MIN), "every 2 months on the same tu of the month, 3 times");
    }
}
