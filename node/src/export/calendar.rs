//! Events as a calendar (RFC 5545).
//!
//! What an event has beyond what calendars know stands in `X-COMMUNAUT`, as JSON. The id is the element's, so that a
//! calendar that is read again brings the same events up to date; the number of a version grows with the time at which
//! it was written. Nothing depends on when a file is written: equal elements give equal bytes.

use super::{ElementOut, zones::put_zones};
use crate::{
    content_lines::{escape, put},
    import::{OUR_PROPERTY, ours},
    times::{WhenLines, when_lines},
};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::{
    collections::BTreeSet,
    io::{self, Write},
};

/// What stands in properties of its own, for every program.
const SAID_ELSEWHERE: [&str; 7] = ["name", "description", "address", "website", "tags", "start", "end"];
/// Seconds since 1970 from which versions are counted (2020): their number fits 31 bits until 2088.
const VERSIONS_FROM_S: u64 = 1_577_836_800;

/// When an event takes place. None: it does not say, or a calendar cannot.
pub(super) fn times_of(one: &ElementOut) -> Option<WhenLines> {
    when_lines(one.record.when.as_ref()?)
}

pub(super) fn write(
    all: &[&ElementOut],
    name: &str,
    licences: &BTreeSet<String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = String::new();
    put(&mut text, "BEGIN:VCALENDAR");
    put(&mut text, "VERSION:2.0");
    put(&mut text, "PRODID:-//Communaut//communaut-node//EN");
    put(&mut text, "CALSCALE:GREGORIAN");
    put(&mut text, &format!("X-WR-CALNAME:{}", escape(name)));
    if !licences.is_empty() {
        let credits = licences.iter().cloned().collect::<Vec<_>>().join("\n");
        put(&mut text, &format!("X-WR-CALDESC:{}", escape(&credits)));
    }
    let times: Vec<(&ElementOut, WhenLines)> = all.iter().filter_map(|one| Some((*one, times_of(one)?))).collect();
    put_zones(&mut text, &times);
    out.write_all(text.as_bytes())?;
    for (one, times) in &times {
        out.write_all(event(one, times).as_bytes())?;
    }
    text.clear();
    put(&mut text, "END:VCALENDAR");
    out.write_all(text.as_bytes())
}

fn event(one: &ElementOut, times: &WhenLines) -> String {
    let record = &one.record;
    let mut text = String::new();
    let updated = utc(one.updated_ms);
    let version = (one.updated_ms / 1_000).saturating_sub(VERSIONS_FROM_S).min(u64::from(i32::MAX.unsigned_abs()));
    put(&mut text, "BEGIN:VEVENT");
    put(&mut text, &format!("UID:{}", one.id));
    put(&mut text, &format!("DTSTAMP:{updated}"));
    put(&mut text, &format!("LAST-MODIFIED:{updated}"));
    put(&mut text, &format!("SEQUENCE:{version}"));
    // One time of a series that is changed (RECURRENCE-ID) goes here, once an element says of which it stands instead.
    times.lines.iter().for_each(|line| put(&mut text, line));
    let tags = record.tags.iter().map(|tag| escape(tag)).collect::<Vec<_>>().join(",");
    let geo = one.degrees().map(|(lat, lon)| format!("{lat:.7};{lon:.7}")).unwrap_or_default();
    for (property, value) in [
        ("SUMMARY", escape(&record.name)),
        ("DESCRIPTION", escape(&record.description)),
        ("LOCATION", escape(&record.address)),
        // A URI, in which nothing is escaped.
        ("URL", record.website.clone()),
        ("CATEGORIES", tags),
        ("GEO", geo),
    ] {
        if !value.is_empty() {
            put(&mut text, &format!("{property}:{value}"));
        }
    }
    let else_said = ours::properties(record).into_iter().filter(|(name, _)| !SAID_ELSEWHERE.contains(&name.as_str()));
    let else_said = Value::Object(else_said.collect::<Map<_, _>>());
    put(&mut text, &format!("{OUR_PROPERTY}:{}", escape(&else_said.to_string())));
    put(&mut text, "END:VEVENT");
    text
}

/// "20270621T160000Z".
pub(super) fn utc(ms: u64) -> String {
    let second = i64::try_from(ms / 1_000).unwrap_or_default();
    let at = Timestamp::from_second(second).unwrap_or_default();
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
