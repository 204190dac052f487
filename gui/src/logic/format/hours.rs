//! Opening hours as people read them.

use super::{day, short_time, zoned};
use crate::{
    locale::{Lang, Texts},
    logic::Clock,
};
use communaut_node::api::{OpenNow, times::Span};
use jiff::tz::Offset;

/// Whether something is open, and when that changes: the time alone if that is today.
#[must_use]
pub fn opening(texts: Texts, now: OpenNow, clock: &Clock) -> String {
    // On the clock of the place, as it stands on its door; on one's own, where that is not known.
    let there = now.offset_min.and_then(|minutes| Offset::from_seconds(i32::from(minutes) * 60).ok());
    let zone = there.map_or_else(|| clock.zone().clone(), Offset::to_time_zone);
    let until = now.until_ms.and_then(|until_ms| zoned(until_ms, &zone)).map(|until| {
        let time = short_time(texts, &until);
        let today = zoned(clock.now_ms(), &zone).map(|now| now.date());
        if Some(until.date()) == today { time } else { format!("{}, {time}", day(texts, &until)) }
    });
    match (now.open, until) {
        (true, Some(until)) => texts.tr("open-until", &[("until", until.into())]),
        (true, None) => texts.t("open-always"),
        (false, Some(from)) => texts.tr("open-from", &[("from", from.into())]),
        (false, None) => texts.t("open-closed"),
    }
}

/// When something is open on a day: "09:00 – 12:00, 14:00 – 18:00", in French "9 h – 12 h, 14 h – 18 h".
#[must_use]
pub fn open_spans(texts: Texts, spans: &[Span]) -> String {
    let clock = |minutes: u16| {
        // A day has 24 hours on its doors: what closes at midnight closes at 24, in French too.
        let (hour, minute) = (if minutes > 1_440 { minutes / 60 - 24 } else { minutes / 60 }, minutes % 60);
        match (texts.lang, minute) {
            (Lang::Fr, 0) => format!("{hour}\u{a0}h"),
            (Lang::Fr, _) => format!("{hour}\u{a0}h\u{a0}{minute:02}"),
            (Lang::En, _) => format!("{hour:02}:{minute:02}"),
        }
    };
    let span = |span: &Span| {
        let words = match (span.from, span.to) {
            (0, 1_440) => texts.t("open-all-day"),
            (from, to) => format!("{} – {}", clock(from), clock(to)),
        };
        match (span.perhaps, span.remark.as_str()) {
            (false, "") => words,
            (true, "") => format!("{words} ({})", texts.t("open-perhaps")),
            (_, remark) => format!("{words} ({remark})"),
        }
    };
    if spans.is_empty() {
        return texts.t("open-closed");
    }
    spans.iter().map(span).collect::<Vec<_>>().join(", ")
}
