//! What is written is read back as it was, whatever texts it has.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{ElementOut, ExportFormat, NotExported, write};
use crate::{
    import::{
        ImportRecord,
        test_support::{Got, cases, check_limits, mutations, read, read_with, record},
    },
    times::{Stretch, Time, date_of, of_days, times, when_lines, with_clock},
};
use communaut_protocol::{
    ElementId,
    limits::{NAME_MAX, TEXT_MAX},
    op::{
        Every, Kind, Repeat, When,
        text::{Lines, clean},
    },
};
use jiff::{civil, tz::TimeZone};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// Beginnings and pieces of texts that programs stumble over.
const ODD: [&str; 26] = [
    "=1+1",
    "+33 1",
    "-",
    "@x",
    "'",
    "'=a",
    "\"",
    "a;b",
    "a,b",
    "\\n",
    "\\",
    "none",
    "NaN",
    "<b>x</b>",
    "&amp;",
    "Ã©",
    "مرحبا",
    "שלום",
    "👩‍👩‍👧",
    "🎉",
    "日本",
    " ",
    "  ",
    "sep=;",
    "{\"a\":1}",
    "e\u{301}",
];

fn text(pieces: std::ops::Range<usize>, lines: Lines) -> impl Strategy<Value = String> {
    let between = if lines == Lines::Many { vec!["", "\n", "\n\n", "\t", " "] } else { vec!["", " "] };
    let piece = prop_oneof![select(&ODD[..]).prop_map(str::to_owned), "\\PC{0,12}"];
    vec((piece, select(between)), pieces)
        .prop_map(move |all| clean(&all.into_iter().map(|(a, b)| a + b).collect::<String>(), lines))
}

fn one(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    text(pieces, Lines::One)
}

fn zone() -> impl Strategy<Value = &'static str> {
    select(vec!["Europe/Paris", "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Africa/Casablanca"])
}

pub fn when() -> impl Strategy<Value = When> {
    let every = select(vec![Every::Day, Every::Week, Every::Month, Every::Year]);
    let end = prop_oneof![
        Just((None, None)),
        (1_u16..200).prop_map(|count| (Some(count), None)),
        (0_i32..4_000).prop_map(|days| (None, Some(days)))
    ];
    let repeat = (every, 1_u16..4, end, any::<u8>(), vec(0_i32..900, 0..20));
    (zone(), 0_i32..40_000, 0_i64..86_400, 0_i64..300_000, any::<bool>(), option::of(repeat)).prop_map(
        |(name, day, second, long, whole, repeat)| {
            let zone = TimeZone::get(name).unwrap();
            let date = date_of(day).unwrap();
            let plain = if whole {
                let last = date_of(day + i32::try_from(long / 86_400).unwrap()).unwrap();
                of_days(date, last, &zone, name).unwrap()
            } else {
                let midnight = date.to_datetime(civil::Time::midnight());
                let at = midnight.checked_add(jiff::Span::new().seconds(second)).unwrap();
                let start_ms = zone.to_timestamp(at).unwrap().as_millisecond();
                let end_ms = start_ms + long * 1_000;
                When { start_ms, end_ms, zone: name.into(), offset: None, whole_days: false, repeat: None }
            };
            let Some((every, interval, (count, until), bits, except)) = repeat else { return plain };
            // Where a clock shows another day than that of midnight the rule begins on what it shows.
            let timed = with_clock(plain, &zone).unwrap();
            let first = i32::try_from(timed.wall_start_ms().unwrap().div_euclid(86_400_000)).unwrap();
            let own = 1_u8 << (first + 3).rem_euclid(7);
            let weekdays = match every {
                Every::Week if bits > 127 => bits & 127 | own,
                Every::Month if bits > 127 => own,
                _ => 0,
            };
            let mut except: Vec<i32> = except.into_iter().map(|days| first + days).collect();
            except.sort_unstable();
            except.dedup();
            let until = until.map(|days| first + days);
            When { repeat: Some(Repeat { every, interval, count, until, weekdays, except }), ..timed }
        },
    )
}

fn outgoing() -> impl Strategy<Value = ElementOut> {
    let kind = select(vec![Kind::Organisation, Kind::Project, Kind::Place, Kind::Event]);
    let texts = (one(1..4), text(0..6, Lines::Many), vec(one(0..3), 6..=6));
    let tags = vec(one(1..3), 0..5);
    let from = option::of((one(1..2), one(1..3), one(0..3)));
    let at = (-899_999_999_i32..=899_999_999, -1_799_999_999_i32..=1_799_999_999);
    (kind, texts, tags, from, at, when(), any::<[u8; 32]>()).prop_filter_map("without a name", |given| {
        let (kind, (name, description, fields), tags, from, (lat_e7, lon_e7), when, id) = given;
        let [address, phone, email, website, opening_hours, _] = <[String; 6]>::try_from(fields).unwrap();
        let id = ElementId(id);
        // A site is one word, as it stands in a link.
        let website = website.split_whitespace().collect::<String>();
        let (source, source_id, licence) =
            from.filter(|(source, id, _)| !source.is_empty() && !id.is_empty()).unwrap_or_default();
        let source_id = if source_id.is_empty() { id.to_string() } else { source_id };
        let tags = tags.into_iter().filter(|tag| !tag.is_empty()).collect();
        let record = ImportRecord {
            at: String::new(),
            source,
            source_id,
            licence,
            kind,
            name,
            description,
            lat_e7,
            lon_e7,
            address,
            phone,
            email,
            website,
            opening_hours,
            tags,
            when: Some(when).filter(|_| kind == Kind::Event),
            ..record()
        };
        let placed = (record.lat_e7, record.lon_e7) != (0, 0);
        let fits = !record.name.is_empty() && record.name.len() <= NAME_MAX && placed;
        fits.then_some(ElementOut { id, record, placed, updated_ms: 1_800_000_000_000 })
    })
}

fn bytes(format: ExportFormat, all: &[ElementOut]) -> Vec<u8> {
    let mut out = Vec::new();
    write(format, all, "fêtes", &mut out).unwrap();
    out
}

/// What a file of that name holds, in the order of ids, with what it was made of.
fn back(name: &str, format: ExportFormat, all: &[ElementOut]) -> (Got, Vec<ImportRecord>, Vec<ImportRecord>) {
    let got = read(name, bytes(format, all));
    let (stem, _) = name.rsplit_once('.').unwrap();
    let stem = if format == ExportFormat::Communecter { "communecter" } else { stem };
    let mut wanted: Vec<ImportRecord> = all.iter().map(|one| one.record.clone()).collect();
    for record in &mut wanted {
        record.at.clear();
        if record.source.is_empty() {
            record.source = stem.into();
        }
    }
    let mut records = got.records.clone();
    records.iter_mut().for_each(|record| record.at.clear());
    (got, records, wanted)
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn tables_features_and_objects_come_back(all in vec(outgoing(), 1..5)) {
        for (name, format) in [
            ("a.csv", ExportFormat::Csv),
            ("a.geojson", ExportFormat::GeoJson),
            ("a.json", ExportFormat::Communecter),
        ] {
            let (got, records, wanted) = back(name, format, &all);
            let told = (&got.skipped, got.error_text());
            prop_assert!(told.0.is_empty() && told.1.is_empty(), "{name}: {told:?}");
            prop_assert_eq!(records, wanted, "{}", name);
        }
    }

    #[test]
    fn calendars_come_back(all in vec(outgoing(), 1..5)) {
        let all: Vec<ElementOut> = all.into_iter().filter(|one| one.record.kind == Kind::Event).collect();
        let written = bytes(ExportFormat::ICalendar, &all);
        prop_assert!(String::from_utf8(written).unwrap().split("\r\n").all(|line| line.len() <= 75));
        let (got, records, wanted) = back("a.ics", ExportFormat::ICalendar, &all);
        prop_assert!(got.error.is_none() && got.skipped.is_empty(), "{:?} {}", got.skipped, got.error_text());
        prop_assert_eq!(records, wanted);
    }

    /// By what stands there for every program alone, an event takes place at the same times.
    #[test]
    fn other_programs_see_the_same_times(when in when()) {
        let event = ImportRecord { kind: Kind::Event, when: Some(when.clone()), ..record() };
        let one = ElementOut { record: event, ..plain() };
        let text = String::from_utf8(bytes(ExportFormat::ICalendar, &[one])).unwrap();
        let got = read("a.ics", text.replace("X-COMMUNAUT:", "X-OTHER:"));
        let utc = TimeZone::UTC;
        let stretch = Stretch::new(when.start_ms, when.start_ms + 6 * 366 * 86_400_000, &utc);
        let shown = |when: &When| -> Vec<_> {
            // Of whole days the day counts, wherever the calendar is read.
            let of = |time: Time| time.days.map_or((time.start_ms, time.end_ms), |(a, b)| (a.into(), b.into()));
            times(when, &stretch, 5_000).into_iter().map(of).collect()
        };
        let wanted = shown(&when);
        let mut found: Vec<_> =
            got.records.iter().flat_map(|record| shown(record.when.as_ref().unwrap())).collect();
        found.sort_unstable();
        if wanted.is_empty() {
            // All of its times are left out.
            prop_assert!(found.is_empty(), "{found:?}");
        } else {
            prop_assert!(got.skipped.is_empty(), "{:?} {text}", got.skipped);
            prop_assert_eq!(found, wanted, "{}", text);
        }
    }
}

fn plain() -> ElementOut {
    let id = ElementId([7; 32]);
    ElementOut { id, record: record(), placed: true, updated_ms: 1_800_000_000_000 }
}

#[test]
fn a_long_description_comes_back_and_so_does_what_has_none() {
    let description = "Une phrase ; une autre, \"citée\".\n".repeat(400);
    assert!(description.chars().count() > 10_000 && description.len() < TEXT_MAX);
    let when = of_days(date_of(20_000).unwrap(), date_of(20_000).unwrap(), &TimeZone::UTC, "UTC");
    let of = |description: &str| ElementOut {
        record: ImportRecord { kind: Kind::Event, when: when.clone(), description: description.into(), ..record() },
        ..plain()
    };
    for (name, format) in [
        ("places.csv", ExportFormat::Csv),
        ("places.geojson", ExportFormat::GeoJson),
        ("places.ics", ExportFormat::ICalendar),
        ("places.json", ExportFormat::Communecter),
    ] {
        for text in [description.as_str(), ""] {
            let (got, records, wanted) = back(name, format, &[of(text)]);
            assert_eq!(records, wanted, "{name}: {:?} {:?}", got.skipped, got.notes);
        }
    }
}

#[test]
fn formats_have_what_they_are_for_and_credits_go_along() {
    let licensed = |kind: Kind, licence: &str| ElementOut {
        record: ImportRecord { kind, licence: licence.into(), ..record() },
        ..plain()
    };
    let all = [licensed(Kind::Person, ""), licensed(Kind::Organisation, "ODbL 1.0"), licensed(Kind::Event, "CC BY")];
    let mut out = Vec::new();
    let cards = write(ExportFormat::VCard, &all, "", &mut out).unwrap();
    assert_eq!((cards.count, cards.left.get(&NotExported::Kind)), (2, Some(&1)));
    assert_eq!(cards.licences.into_iter().collect::<Vec<_>>(), ["ODbL 1.0"]);
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("KIND:individual") && text.contains("FN:Four à pain") && text.contains("X-LICENCE:ODbL 1.0"));
    let calendar = write(ExportFormat::ICalendar, &all, "", &mut Vec::new()).unwrap();
    // An event without a time is in no calendar.
    assert_eq!((calendar.count, calendar.left[&NotExported::Kind], calendar.left[&NotExported::When]), (0, 2, 1));
    let table = String::from_utf8(bytes(ExportFormat::Csv, &all)).unwrap();
    assert!(table.starts_with('\u{feff}') && table.contains("ODbL 1.0") && table.contains("CC BY"));
    let features = String::from_utf8(bytes(ExportFormat::GeoJson, &all)).unwrap();
    assert!(features.contains("\"licences\":[\"CC BY\",\"ODbL 1.0\"]"), "{features}");
}

/// A cell that a person has changed in a spreadsheet counts.
#[test]
fn what_was_changed_in_the_file_is_read() {
    let start_ms = 1_813_593_600_000;
    let when =
        When { start_ms, end_ms: start_ms, zone: "Europe/Paris".into(), offset: None, whole_days: false, repeat: None };
    let one = ElementOut { record: ImportRecord { kind: Kind::Event, when: Some(when), ..record() }, ..plain() };
    let text = String::from_utf8(bytes(ExportFormat::Csv, &[one])).unwrap();
    assert!(text.contains(",2027-06-21T18:00,2027-06-21T18:00,"), "{text}");
    let text = text.replace("2027-06-21T18:00", "2027-06-22T19:00").replace("Four à pain", "Fête");
    let got = read("a.csv", text);
    let [event] = got.records.as_slice() else { panic!("{:?}", got.skipped) };
    let moved = event.when.as_ref().map(|when| (when.start_ms, when.zone.as_str()));
    assert_eq!((event.name.as_str(), moved), ("Fête", Some((start_ms + 25 * 3_600_000, "Europe/Paris"))));
}

#[test]
fn odd_times_are_said_or_left_out_and_nothing_panics() {
    let base = When {
        start_ms: 1_813_593_600_123,
        end_ms: 1_813_593_600_123,
        zone: String::new(),
        offset: None,
        whole_days: false,
        repeat: None,
    };
    let lines = |when: &When| when_lines(when).map(|when| when.lines.join(" "));
    assert_eq!(lines(&base).as_deref(), Some("DTSTART:20270621T160000Z"));
    let daily = Repeat {
        every: Every::Day,
        interval: 1,
        count: None,
        until: Some(i32::MAX),
        weekdays: 255,
        except: vec![i32::MIN],
    };
    for start_ms in [i64::MIN, communaut_protocol::limits::WHEN_MIN_MS, 0, i64::MAX] {
        for offset in [None, Some(i16::MIN), Some(0), Some(75), Some(i16::MAX)] {
            for whole_days in [false, true] {
                for zone in ["", "Europe/Paris", "Mars/Base", "UTC"] {
                    for repeat in [None, Some(daily.clone())] {
                        let end_ms = start_ms.saturating_add(1);
                        let when = When { start_ms, end_ms, zone: zone.into(), offset, whole_days, repeat };
                        let record = ImportRecord { kind: Kind::Event, when: Some(when), ..record() };
                        let one = ElementOut { record, ..plain() };
                        for format in [ExportFormat::ICalendar, ExportFormat::Csv, ExportFormat::Communecter] {
                            bytes(format, std::slice::from_ref(&one));
                        }
                    }
                }
            }
        }
    }
    // Without a zone that is known, what repeats is said on the clock that it names.
    let weekly = Repeat { every: Every::Week, until: None, weekdays: 0, except: Vec::new(), ..daily };
    let when = When { offset: Some(120), repeat: Some(weekly), ..base };
    assert_eq!(lines(&when).as_deref(), Some("DTSTART;TZID=UTC+02:00:20270621T180000 RRULE:FREQ=WEEKLY"));
}

/// Two data sets count from one, each.
#[test]
fn one_id_in_two_data_sets_is_two_records() {
    let of = |source: &str| ElementOut { record: ImportRecord { source: source.into(), ..record() }, ..plain() };
    let all = [of("mairie"), of("région")];
    for (name, format) in
        [("a.csv", ExportFormat::Csv), ("a.geojson", ExportFormat::GeoJson), ("a.json", ExportFormat::Communecter)]
    {
        let (got, records, wanted) = back(name, format, &all);
        assert_eq!(records, wanted, "{name}: {:?}", got.skipped);
    }
}

/// The mark makes no file trusted: whatever stands behind it keeps the bounds.
#[test]
fn files_that_only_look_like_ours_do_no_harm() {
    let when = of_days(date_of(20_000).unwrap(), date_of(20_001).unwrap(), &TimeZone::UTC, "UTC");
    let long = "é".repeat(TEXT_MAX);
    let of = |name: &str| ElementOut {
        record: ImportRecord {
            kind: Kind::Event,
            name: name.into(),
            description: long.clone(),
            address: long.clone(),
            licence: long.clone(),
            source: long.clone(),
            source_id: name.chars().take(20).collect(),
            tags: vec!["a".repeat(5_000), "b\u{202e}c".into(), String::new()],
            when: when.clone(),
            ..record()
        },
        ..plain()
    };
    let all = [of("Fête\u{202e}\u{7}"), of(&"x".repeat(NAME_MAX + 1)), plain()];
    for (name, format) in [
        ("a.csv", ExportFormat::Csv),
        ("a.geojson", ExportFormat::GeoJson),
        ("a.ics", ExportFormat::ICalendar),
        ("a.json", ExportFormat::Communecter),
    ] {
        let got = read(name, bytes(format, &all));
        check_limits(&got);
        let told = got.skipped.iter().any(|why| why.contains("at most 300"));
        assert!(told && got.records.iter().any(|record| record.name == "Fête"), "{name}: {:?}", got.skipped);
        mutations(60, &bytes(format, &[plain(), of("Bal")]), |bytes| {
            if let Ok(got) = read_with(name, bytes, None) {
                check_limits(&got);
            }
        });
    }
}
