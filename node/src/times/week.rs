//! Opening hours of the days to come, as one reads them on a door.

use super::{
    hours::{Span, chrono_of, kept},
    land::Land,
};
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

/// Days that are told: each has its weekday once.
pub const WEEK: usize = 7;
/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// What is open over midnight and closes before this, in minutes, belongs to the day before: a bar's night.
const NIGHT: u16 = 6 * 60;

/// When something is open on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayHours {
    /// Days since 1970-01-01.
    pub day: i32,
    /// From when to when, ascending; none: closed.
    pub open: Vec<Span>,
}

/// The hours of seven days from one on, on the clock of the place, with the holidays of its country (ISO 3166; empty:
/// of none). None: they are not understood, or always open.
#[must_use]
pub fn week(text: &str, from: Date, country: &str) -> Option<Vec<DayHours>> {
    let (hours, _) = kept(text, Land::of_code(country));
    let hours = hours?;
    let mut days: Vec<DayHours> = Vec::with_capacity(WEEK + 1);
    // The night before reaches into the first day, and the last night into the day after.
    let before = from.yesterday().ok()?;
    for day in before.series(1.day()).take(WEEK + 2) {
        let open = hours.day(chrono_of(day.at(12, 0, 0, 0))?.date());
        days.push(DayHours { day: super::day_number(day), open });
    }
    for at in 1..days.len() {
        let (before, after) = days.split_at_mut(at);
        let (Some(before), Some(after)) = (before.last_mut(), after.first_mut()) else { continue };
        let goes_on = |evening: &Span, night: &Span| {
            let same = evening.perhaps == night.perhaps && evening.remark == night.remark;
            // A day that is open all day has no evening.
            same && evening.from > 0 && evening.to == DAY && night.from == 0 && night.to <= NIGHT
        };
        if let (Some(evening), Some(night)) = (before.open.last_mut(), after.open.first())
            && goes_on(evening, night)
        {
            evening.to = DAY + night.to;
            after.open.remove(0);
        }
    }
    if days.len() < WEEK + 2 {
        return None;
    }
    days.truncate(WEEK + 1);
    days.remove(0);
    let whole = |day: &DayHours| matches!(day.open.as_slice(), [Span { from: 0, to: DAY, perhaps: false, .. }]);
    (!days.iter().all(whole)).then_some(days)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use jiff::civil::date;

    /// From Friday 10 July 2026 on.
    fn told(text: &str) -> Vec<String> {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let span = |span: &Span| {
            let perhaps = if span.perhaps { "?" } else { "" };
            format!("{}-{}{perhaps}{}", clock(span.from), clock(span.to), span.remark)
        };
        let days = week(text, date(2026, 7, 10), "").unwrap_or_default();
        days.iter().map(|day| day.open.iter().map(span).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn a_week_as_it_stands_on_the_door() {
        let week = ["09:00-12:00 14:00-18:00", "10:00-12:00", "", "09:00-12:00 14:00-18:00"];
        assert_eq!(told("Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-12:00")[..4], week);
        // A night belongs to the evening on which it begins, also that before today, and the last of the week.
        let nights = ["20:00-26:00", "20:00-26:00", "20:00-23:00", "", "", "", "20:00-26:00"];
        assert_eq!(told("Th-Sa 20:00-02:00, Su 20:00-23:00"), nights);
        assert_eq!(told("Mo-Su 18:00-24:00")[0], "18:00-24:00");
        assert_eq!(told("Mo-Fr 00:00-24:00; Sa 00:00-06:00")[..2], ["00:00-24:00", "00:00-06:00"]);
        assert_eq!(
            told("Fr 10:00-11:00 \"sonner\"; Sa \"on call\"")[..2],
            ["10:00-11:00sonner", "00:00-24:00?on call"]
        );
        assert_eq!(told("Jul 11 off; 10:00-12:00; Jul 11 off")[..2], ["10:00-12:00", ""]);
    }

    #[test]
    fn holidays_are_those_of_the_country() {
        let closed = |country| week("Mo-Su,PH 10:00-11:00; PH off", date(2026, 7, 10), country).unwrap();
        assert_eq!([closed("FR"), closed("")].map(|days| days[4].open.len()), [0, 1], "14 July");
    }

    #[test]
    fn what_says_no_hours_tells_none() {
        for text in ["24/7", "00:00-24:00", "tous les jours", ""] {
            assert_eq!(week(text, date(2026, 7, 10), ""), None, "{text}");
        }
        assert!(week("Mo 10:00-11:00", Date::MAX, "").is_none());
        assert!(week("Mo 10:00-11:00", Date::MIN, "").is_none());
    }
}
