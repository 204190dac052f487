//! Events of calendars: their words, times, zones; what is broken or too large. Series: `tests/repeating.rs`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod repeating;

use super::{CalendarSource, Source};
use crate::{
    import::{
        Format, ImportItem, ImportOptions, ImportRecord, content,
        mapping::Mapping,
        record::Builder,
        test_support::{Got, check_limits, file, mutations, read, refusal},
    },
    times::of_days,
};
use communaut_protocol::op::{Kind, When};
use jiff::{civil::date, tz::TimeZone};
use std::fs::File;

/// 2026-11-01, the day on which these calendars are read.
const NOW_MS: i64 = 1_793_491_200_000;

/// A calendar of events, each given by its properties.
pub fn calendar(events: &[&str]) -> String {
    let events =
        events.iter().map(|event| format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", event.replace('\n', "\r\n")));
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.collect::<String>())
}

/// What comes of a calendar, read in Paris.
fn all(text: &str) -> Got {
    let (_folder, path) = file("fetes.ics", text);
    let builder = Builder::new(&path, Format::ICalendar, &ImportOptions::default(), &Mapping::default()).unwrap();
    let paris = TimeZone::get("Europe/Paris").unwrap();
    let file = File::open(&path).unwrap();
    let mut source = CalendarSource::open(file, "fetes.ics".into(), builder, paris).at(NOW_MS);
    let mut got = Got::default();
    while let Some(item) = source.next_item() {
        match item.unwrap() {
            ImportItem::Record(record) => got.records.push(*record),
            ImportItem::Skipped(skipped) => got.skipped.push(skipped.why.to_string()),
        }
    }
    got.notes = source.notes().iter().map(ToString::to_string).collect();
    got
}

/// What comes of one event: it, or why not.
fn one(event: &str) -> Result<ImportRecord, String> {
    let mut got = all(&calendar(&[event]));
    match (got.records.pop(), got.skipped.pop()) {
        (Some(record), None) if got.records.is_empty() => Ok(record),
        (None, Some(why)) if got.skipped.is_empty() => Err(why),
        other => panic!("{other:?}, {got:?}"),
    }
}

fn span(start_ms: i64, end_ms: i64, zone: &str) -> Option<When> {
    Some(When { start_ms, end_ms, zone: zone.into(), offset: None, whole_days: false, repeat: None })
}

pub const FETE: &str = "\
UID:fete-1@example.org
DTSTART;TZID=Europe/Paris:20270621T180000
DTEND;TZID=Europe/Paris:20270621T230000
SUMMARY:Fête de la musique\\, place de l'Église
DESCRIPTION:Deux scènes.\\nVenez
  nombreux !
LOCATION:2 rue des Écoles\\, 09000 Foix
URL:https://example.org/fete
CATEGORIES:musique,fête
GEO:42.9650;1.6070
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:bientôt
TRIGGER:-PT15M
END:VALARM";

#[test]
fn an_event_has_its_time_place_and_words() {
    let record = one(FETE).unwrap();
    assert_eq!((record.kind, record.source.as_str()), (Kind::Event, "fetes"));
    assert_eq!(record.source_id, "fete-1@example.org");
    assert_eq!(record.name, "Fête de la musique, place de l'Église");
    assert_eq!(record.description, "Deux scènes.\nVenez nombreux !");
    assert_eq!(record.address, "2 rue des Écoles, 09000 Foix");
    assert_eq!(record.website, "https://example.org/fete");
    assert_eq!(record.tags, ["musique", "fête"]);
    assert_eq!((record.lat_e7, record.lon_e7), (429_650_000, 16_070_000));
    assert_eq!(record.when, span(1_813_593_600_000, 1_813_611_600_000, "Europe/Paris"));
}

#[test]
fn times_are_read_in_every_form() {
    let when = |times: &str| one(&format!("SUMMARY:x\nGEO:1;2\n{times}")).map(|record| record.when);
    let start = 1_813_593_600_000;
    let hour = 3_600_000;
    let paris = TimeZone::get("Europe/Paris").unwrap();
    let days = |first, last| of_days(date(2027, 6, first), date(2027, 6, last), &paris, "Europe/Paris");
    // Universal; where one is; a whole day, and two; with a duration; a moment without an end.
    for (times, wanted) in [
        ("DTSTART:20270621T160000Z\nDTEND:20270621T170000Z", span(start, start + hour, "UTC")),
        ("DTSTART:20270621T180000\nDURATION:PT1H", span(start, start + hour, "Europe/Paris")),
        ("DTSTART:20270621T180000", span(start, start, "Europe/Paris")),
        ("DTSTART;VALUE=DATE:20270621", days(21, 21)),
        ("DTSTART;VALUE=DATE:20270621\nDTEND;VALUE=DATE:20270621", days(21, 21)),
        ("DTSTART;VALUE=DATE:20270621\nDTEND;VALUE=DATE:20270622", days(21, 21)),
        ("DTSTART;VALUE=DATE:20270621\nDTEND;VALUE=DATE:20270623", days(21, 22)),
        ("DTSTART;VALUE=DATE:20270621\nDURATION:P3D", days(21, 23)),
        ("DTSTART;VALUE=DATE:20270621\nDURATION:P1W", days(21, 27)),
        (
            "DTSTART;TZID=Europe/Paris:20270621T220000\nDTEND;TZID=Europe/Paris:20270622T000000",
            span(start + 4 * hour, start + 6 * hour, "Europe/Paris"),
        ),
        // A day by the calendar and an hour by the clock, over the night in which the clocks are set back.
        (
            "DTSTART:20271030T120000\nDURATION:P1D",
            span(1_824_890_400_000, 1_824_890_400_000 + 25 * hour, "Europe/Paris"),
        ),
        (
            "DTSTART:20271030T120000\nDURATION:PT24H",
            span(1_824_890_400_000, 1_824_890_400_000 + 24 * hour, "Europe/Paris"),
        ),
    ] {
        assert_eq!(when(times), Ok(wanted), "{times}");
    }
    for (times, why) in [
        ("DTSTART:soon", "the time 'soon' cannot be read"),
        ("DTSTART:20271321", "the time '20271321' cannot be read"),
        ("DTSTART;TZID=Europe/Foix:20270621T180000", "the time zone 'Europe/Foix' is not known"),
        ("DTSTART:20270621T160000Z\nDURATION:long", "the duration 'long' cannot be read"),
        ("DTSTART:20270621T160000Z\nDURATION:-PT1H", "the duration goes back"),
        ("DTSTART:20270621T160000Z\nDTEND:20270621T150000Z", "it ends before it begins"),
        ("DTEND:20270621T160000Z", "no start (DTSTART)"),
    ] {
        assert_eq!(when(times), Err(why.to_owned()), "{times}");
    }
}

#[test]
fn what_is_left_out_is_named() {
    let start = "SUMMARY:x\nGEO:1;2\nDTSTART:20270621T160000Z\n";
    assert_eq!(one(&format!("{start}STATUS:CANCELLED")), Err("it is cancelled".to_owned()));
    assert_eq!(one("DTSTART:20270621T160000Z\nSUMMARY:x"), Err("no coordinates".to_owned()));
    let geo = "the position 'here' (GEO) is not a latitude and a longitude";
    assert_eq!(one("DTSTART:20270621T160000Z\nSUMMARY:x\nGEO:here"), Err(geo.to_owned()));
    assert_eq!(one("DTSTART:20270621T160000Z\nGEO:1;2"), Err("no name".to_owned()));
    let long = format!("{start}DESCRIPTION:{}", "word\n  ".repeat(60_000));
    assert_eq!(one(&long), Err("an event of more than 256 KiB, or with too much in it".to_owned()));
    let deep = format!("{start}{}{}", "BEGIN:VALARM\n".repeat(9), "END:VALARM\n".repeat(9).trim_end());
    assert_eq!(one(&deep), Err("an event of more than 256 KiB, or with too much in it".to_owned()));
}

#[test]
fn a_calendar_is_known_by_its_content_and_cut_it_is_broken() {
    let text = calendar(&[FETE, FETE]);
    assert_eq!(content::decide("a", "a".as_ref(), text.as_bytes(), None).unwrap(), Format::ICalendar);
    assert!(refusal("fetes.csv", &text).contains("is by its name CSV, and holds iCalendar"));
    assert_eq!(read("fetes.ics", &text).names().len(), 2);
    let cut = &text[..text.len() - 40];
    let got: Got = read("fetes.ics", cut);
    assert_eq!(got.names().len(), 1);
    assert!(got.error_text().contains("the file ends in the middle of an event"), "{}", got.error_text());
}

#[test]
fn bytes_changed_at_random_do_no_harm() {
    mutations(300, calendar(&[FETE]).as_bytes(), |bytes| {
        let (_folder, path) = file("fetes.ics", bytes);
        if let Ok(reader) = crate::import::open(&path, &ImportOptions::default()) {
            check_limits(&crate::import::test_support::drain(reader));
        }
    });
}

#[test]
fn folding_hides_neither_depth_nor_characters() {
    let start = "SUMMARY:x\nGEO:1;2\nDTSTART:20270621T160000Z\n";
    let deep = format!("{start}{}", "B\n EGIN:A\n".repeat(9) + "END:A\n".repeat(9).trim_end());
    assert_eq!(one(&deep), Err("an event of more than 256 KiB, or with too much in it".to_owned()));
    let many = format!("{start}{}", "A:\n".repeat(3_000).trim_end());
    assert_eq!(one(&many), Err("an event of more than 256 KiB, or with too much in it".to_owned()));
    // A fold within a character, and what another program escaped.
    let mut text = calendar(&["SUMMARY:Fête C:\\\\next\\, a\nGEO:1;2\nDTSTART:20270621T160000Z"]).into_bytes();
    let at = text.iter().position(|byte| *byte == 0xc3).unwrap() + 1;
    text.splice(at..at, *b"\r\n ");
    assert_eq!(read("fetes.ics", &text).names(), ["Fête C:\\next\\, a".replace("\\,", ",")]);
    assert_eq!(one("summary:bas\nGEO:1;2\nDTSTART:20270621T160000Z").unwrap().name, "bas");
}

#[test]
fn a_zone_is_known_by_any_of_its_names() {
    let zone = |name: &str| {
        let event = format!("SUMMARY:x\nGEO:1;2\nDTSTART;TZID={name}:20270621T180000");
        one(&event).map(|record| record.when.unwrap().zone)
    };
    for (name, wanted) in [
        ("Europe/Paris", "Europe/Paris"),
        ("/mozilla.org/2005/Europe/Paris", "Europe/Paris"),
        ("/softwarestudio.org/Olson_20011030_5/America/Chicago", "America/Chicago"),
        ("Romance Standard Time", "Europe/Paris"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("\"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris\"", "Europe/Paris"),
        ("UTC", "UTC"),
    ] {
        assert_eq!(zone(name).as_deref(), Ok(wanted), "{name}");
    }
    for name in ["Europe/Foix", "\"(UTC+01:00) Bruxelles\"", "GMT+7 and a half"] {
        assert_eq!(zone(name), Err(format!("the time zone '{}' is not known", name.trim_matches('"'))));
    }
}

/// As Outlook describes a zone that it calls by a name of its own.
const OUTLOOK: &str = "BEGIN:VTIMEZONE\r\nTZID:Heure de Paris\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n\
    TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

#[test]
fn a_zone_is_known_by_its_rules() {
    let of = |zones: &str| {
        let event = "SUMMARY:x\nGEO:1;2\nDTSTART;TZID=Heure de Paris:20270621T180000";
        // Also where it is described behind what uses it.
        let text = calendar(&[event]).replace("END:VCALENDAR", &format!("{zones}END:VCALENDAR"));
        let mut got = all(&text);
        (got.records.pop().map(|record| record.when.unwrap().zone), got.notes)
    };
    let (zone, notes) = of(OUTLOOK);
    assert_eq!(zone.as_deref(), Some("Europe/Paris"));
    assert_eq!(notes, ["the time zone 'Heure de Paris' has the clocks of Europe/Paris, and was taken for it"]);
    let east = OUTLOOK
        .replace("+0200", "+0300")
        .replace("+0100", "+0200")
        .replace("T030000", "T040000")
        .replace("T020000", "T030000");
    assert_eq!(of(&east).0.as_deref(), Some("Europe/Athens"));
    let york = OUTLOOK
        .replace("+0200", "-0400")
        .replace("+0100", "-0500")
        .replace("BYDAY=-1SU;BYMONTH=10", "BYDAY=1SU;BYMONTH=11")
        .replace("BYDAY=-1SU;BYMONTH=3", "BYDAY=2SU;BYMONTH=3")
        .replace("T030000", "T020000");
    assert_eq!(of(&york).0.as_deref(), Some("America/New_York"));
    let named = OUTLOOK.replace("BEGIN:STANDARD", "X-LIC-LOCATION:Indian/Reunion\r\nBEGIN:STANDARD");
    assert_eq!(of(&named).0.as_deref(), Some("Indian/Reunion"), "its own word comes first");
    // Clocks that nobody has.
    assert_eq!(of(&OUTLOOK.replace("+0200", "+0217")).0, None);
    assert_eq!(of("").0, None);
}

#[test]
fn what_has_no_zone_is_where_the_file_or_the_reader_is() {
    let event = "SUMMARY:x\nGEO:1;2\nDTSTART:20270621T180000";
    let got = all(&calendar(&[event]));
    assert_eq!(got.records[0].when.as_ref().unwrap().zone, "Europe/Paris");
    assert_eq!(got.notes, ["times without a zone, and whole days, were read as in Europe/Paris"]);
    let said = |event: &str| calendar(&[event]).replace("END:VCALENDAR", "X-WR-TIMEZONE:Asia/Tokyo\r\nEND:VCALENDAR");
    let got = all(&said(event));
    assert_eq!((got.records[0].when.as_ref().unwrap().zone.as_str(), got.notes.len()), ("Asia/Tokyo", 0));
    // What is said in UTC is meant there, too.
    let got = all(&said("SUMMARY:x\nGEO:1;2\nDTSTART:20270621T160000Z"));
    assert_eq!(got.records[0].when, span(1_813_593_600_000, 1_813_593_600_000, "Asia/Tokyo"));
}

#[test]
fn a_zone_is_the_files_own_where_it_says_so() {
    let event = "SUMMARY:x\nGEO:1;2\nDTSTART;VALUE=DATE:20270621";
    let text = calendar(&[event]).replace("VERSION:2.0", "VERSION:2.0\r\nX-WR-TIMEZONE:Asia/Tokyo");
    let (_folder, path) = file("fetes.ics", text);
    let reader = crate::import::open(&path, &ImportOptions::default()).unwrap();
    let got: Vec<ImportItem> = reader.map(Result::unwrap).collect();
    let [ImportItem::Record(record)] = &got[..] else { panic!("{got:?}") };
    assert_eq!(record.when.as_ref().unwrap().zone, "Asia/Tokyo");
}

#[test]
fn events_without_an_id_are_not_one_because_they_have_one_name() {
    let at = |day: u8| format!("SUMMARY:Marché\nGEO:1;2\nDTSTART:202706{day}T080000");
    let got = all(&calendar(&[&at(12), &at(19)]));
    let ids: Vec<&str> = got.records.iter().map(|record| record.source_id.as_str()).collect();
    assert_eq!(ids, ["Marché@20270612T080000", "Marché@20270619T080000"]);
}

#[test]
fn of_two_versions_of_one_event_the_newer_counts_wherever_it_stands() {
    let at =
        |number: u8, name: &str| format!("UID:a\nSEQUENCE:{number}\nSUMMARY:{name}\nGEO:1;2\nDTSTART:20270612T080000");
    for order in [[at(0, "old"), at(3, "new")], [at(3, "new"), at(0, "old")]] {
        let got = all(&calendar(&[&order[0], &order[1]]));
        assert_eq!(got.names(), ["new"]);
        assert_eq!(got.skipped, ["a newer version of it is in the file (SEQUENCE above 0)"]);
    }
}

/// One that may have been imported before is given as cancelled; one that nothing is held by is left out.
#[test]
fn what_is_cancelled_is_given_as_such() {
    let cancelled = FETE.replace("SUMMARY:", "STATUS:CANCELLED\nSUMMARY:");
    let record = one(&cancelled).unwrap();
    assert!(record.cancelled && record.kind == Kind::Event && !one(FETE).unwrap().cancelled);
    assert_eq!(record.source_id, one(FETE).unwrap().source_id);
    let without_id: Vec<&str> = cancelled.lines().filter(|line| !line.starts_with("UID")).collect();
    assert_eq!(one(&without_id.join("\n")).unwrap_err(), "it is cancelled");
}
