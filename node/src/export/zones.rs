//! What the clocks of the zones show that a calendar names (VTIMEZONE, RFC 5545, 3.6.5): programs that know the zone by
//! its name do not look at it, the others need it.

use super::ElementOut;
use crate::{content_lines::put, times::WhenLines};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use std::collections::BTreeMap;

/// Milliseconds by which the earliest event is preceded: the change of the clocks before it is among them.
const BEFORE_MS: i64 = 400 * 86_400_000;
/// Until when clocks are told at the least, 2037-12-31: where the tables of old systems end.
const UNTIL_S: i64 = 2_145_830_400;
/// Changes that are told of one zone: two a year, over a life.
const CHANGES_MAX: usize = 200;

/// The zones of some events, each once, by name.
pub(super) fn put_zones(text: &mut String, events: &[(&ElementOut, WhenLines)]) {
    let mut zones: BTreeMap<&str, (&TimeZone, i64, i64)> = BTreeMap::new();
    for (one, times) in events {
        let Some(((name, zone), when)) = times.zone.as_ref().zip(one.record.when.as_ref()) else { continue };
        let (_, from, to) = zones.entry(name).or_insert((zone, i64::MAX, i64::MIN));
        (*from, *to) = ((*from).min(when.start_ms), (*to).max(when.end_ms));
    }
    for (name, (zone, from_ms, to_ms)) in zones {
        put(text, "BEGIN:VTIMEZONE");
        put(text, &format!("TZID:{name}"));
        put_clocks(text, zone, from_ms.saturating_sub(BEFORE_MS), to_ms);
        put(text, "END:VTIMEZONE");
    }
}

/// A change of the clocks: from and to which offset, whether to summer time, and what that is called.
type Changes = BTreeMap<(i32, i32, bool, String), Vec<DateTime>>;

fn put_clocks(text: &mut String, zone: &TimeZone, from_ms: i64, to_ms: i64) {
    let from = Timestamp::from_millisecond(from_ms).unwrap_or(Timestamp::MIN);
    let until = Timestamp::from_second(UNTIL_S.max(to_ms.div_euclid(1_000))).unwrap_or(Timestamp::MAX);
    let mut changes: Changes = BTreeMap::new();
    let first = zone.to_offset_info(from);
    let mut before = first.offset();
    changes
        .entry((before.seconds(), before.seconds(), first.dst().is_dst(), first.abbreviation().to_owned()))
        .or_default()
        .push(before.to_datetime(from));
    for change in zone.following(from).take_while(|change| change.timestamp() <= until).take(CHANGES_MAX) {
        let to = change.offset();
        let key = (before.seconds(), to.seconds(), change.dst().is_dst(), change.abbreviation().to_owned());
        changes.entry(key).or_default().push(before.to_datetime(change.timestamp()));
        before = to;
    }
    for ((from, to, summer, name), at) in changes {
        let kind = if summer { "DAYLIGHT" } else { "STANDARD" };
        put(text, &format!("BEGIN:{kind}"));
        let mut at = at.into_iter();
        if let Some(first) = at.next() {
            put(text, &format!("DTSTART:{}", local(first)));
        }
        for later in at {
            put(text, &format!("RDATE:{}", local(later)));
        }
        put(text, &format!("TZOFFSETFROM:{}", offset(from)));
        put(text, &format!("TZOFFSETTO:{}", offset(to)));
        put(text, &format!("TZNAME:{}", crate::content_lines::escape(&name)));
        put(text, &format!("END:{kind}"));
    }
}

/// "19700101T000000"; before the year 1 its first day.
fn local(at: DateTime) -> String {
    let at = at.max(jiff::civil::date(1, 1, 1).at(0, 0, 0, 0));
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

/// "+0200"; with seconds where old clocks had them.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, rest) = (seconds.unsigned_abs() / 3_600, seconds.unsigned_abs() % 3_600);
    let (minutes, seconds) = (rest / 60, rest % 60);
    let tail = if seconds == 0 { String::new() } else { format!("{seconds:02}") };
    format!("{sign}{hours:02}{minutes:02}{tail}")
}
