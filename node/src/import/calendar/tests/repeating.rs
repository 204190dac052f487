//! Series: what repeats, what is left out, moved or named besides, and what cannot be said.

use super::{NOW_MS, all, calendar};
use crate::{
    import::{
        Format, ImportOptions,
        calendar::{CalendarSource, Source},
        mapping::Mapping,
        record::Builder,
        test_support::{Got, check_limits, shared},
    },
    times::{Stretch, TIMES_MAX, times},
};
use calcard::{Entry, Parser, common::timezone::Tz};
use communaut_protocol::op::{Every, Op, Repeat, When};
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;
use std::{collections::BTreeSet, fmt::Write, fs::File};

/// Thursdays at half past six in Paris.
const AMAP: &str = "UID:amap\nSUMMARY:AMAP\nGEO:42.9650;1.6070\nDTSTART;TZID=Europe/Paris:20261001T183000\n\
    DTEND;TZID=Europe/Paris:20261001T193000\n";

/// When all that came of a calendar takes place until the end of 2028, on the clocks of Paris.
fn dates(got: &Got) -> Vec<String> {
    let paris = TimeZone::get("Europe/Paris").unwrap();
    let end: Timestamp = "2028-12-31T00:00:00Z".parse().unwrap();
    let stretch = Stretch::new(i64::MIN, end.as_millisecond(), &paris);
    let whens = got.records.iter().filter_map(|record| record.when.as_ref());
    let mut all: Vec<_> = whens.flat_map(|when| times(when, &stretch, 5_000)).collect();
    all.sort_by_key(|time| time.order_ms);
    let shown = |ms: i64| Timestamp::from_millisecond(ms).unwrap().to_zoned_datetime(paris.clone());
    all.iter().map(|time| shown(time.start_ms).strftime("%Y-%m-%d %H:%M").to_string()).collect()
}

fn amap(more: &str) -> Got {
    all(&calendar(&[&format!("{AMAP}{more}")]))
}

#[test]
fn a_series_as_people_write_it_is_one_event_and_the_time_that_moved_another() {
    let Some(path) = shared("field/45-series.ics") else { return };
    let builder = Builder::new(&path, Format::ICalendar, &ImportOptions::default(), &Mapping::default()).unwrap();
    let paris = TimeZone::get("Europe/Paris").unwrap();
    let mut source = CalendarSource::open(File::open(&path).unwrap(), "x".into(), builder, paris).at(NOW_MS);
    let mut got = Got::default();
    while let Some(item) = source.next_item() {
        match item.unwrap() {
            crate::import::ImportItem::Record(record) => got.records.push(*record),
            crate::import::ImportItem::Skipped(skipped) => got.skipped.push(skipped.why.to_string()),
        }
    }
    assert_eq!(got.skipped, [""; 0]);
    // From October 1 to November 26 without the 15th and the 29th; the 22nd moved to Friday; November 5 cancelled.
    assert_eq!(
        dates(&got),
        [
            "2026-10-01 18:30",
            "2026-10-08 18:30",
            "2026-10-23 17:30",
            "2026-11-12 18:30",
            "2026-11-19 18:30",
            "2026-11-26 18:30"
        ]
    );
    let ids: Vec<&str> = got.records.iter().map(|record| record.source_id.as_str()).collect();
    assert_eq!(ids, ["amap-1@example.org", "amap-1@example.org#20261022T183000"]);
    let moved = &got.records[1];
    assert_eq!(moved.name, "Distribution de l'AMAP (vendredi, exceptionnellement)");
    assert_eq!((moved.lat_e7, moved.address.as_str()), (429_650_000, "Préau de l'école, 2 rue des Écoles, 09000 Foix"));
}

#[test]
fn rules_become_what_repeats_here() {
    let plain = |every| Repeat { every, interval: 1, count: None, until: None, weekdays: 0, except: vec![] };
    let week = plain(Every::Week);
    for (rule, wanted) in [
        ("FREQ=WEEKLY", week.clone()),
        ("FREQ=WEEKLY;BYDAY=TH;WKST=SU", week.clone()),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", Repeat { interval: 2, weekdays: 0b1001, ..week.clone() }),
        ("FREQ=DAILY;INTERVAL=3;COUNT=5", Repeat { interval: 3, count: Some(5), ..plain(Every::Day) }),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", Repeat { weekdays: 0b11111, ..week.clone() }),
        ("FREQ=MONTHLY", plain(Every::Month)),
        ("FREQ=MONTHLY;BYMONTHDAY=1", plain(Every::Month)),
        ("FREQ=MONTHLY;BYDAY=1TH", Repeat { weekdays: 0b1000, ..plain(Every::Month) }),
        ("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1", Repeat { weekdays: 0b1000, ..plain(Every::Month) }),
        ("FREQ=YEARLY", plain(Every::Year)),
        ("FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=1", plain(Every::Year)),
        ("FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1", Repeat { interval: 3, ..plain(Every::Month) }),
        ("FREQ=WEEKLY;UNTIL=20261126T173000Z", Repeat { until: Some(20_783), ..week.clone() }),
        // A second too early for the last one; a day, all of it.
        ("FREQ=WEEKLY;UNTIL=20261126T172959Z", Repeat { until: Some(20_782), ..week.clone() }),
        ("FREQ=WEEKLY;UNTIL=20261126", Repeat { until: Some(20_783), ..week.clone() }),
        // More than the format counts: until the day of the last.
        ("FREQ=WEEKLY;COUNT=2000", Repeat { until: Some(20_727 + 1_999 * 7), ..week }),
    ] {
        let got = amap(&format!("RRULE:{rule}"));
        assert_eq!(got.skipped, [""; 0], "{rule}");
        assert_eq!(got.records[0].when.as_ref().unwrap().repeat, Some(wanted), "{rule}");
    }
    // The 31st passes over short months, and a leap day over common years.
    for (start, rule) in
        [("20260131", "FREQ=MONTHLY"), ("20240229", "FREQ=YEARLY"), ("20260331", "FREQ=MONTHLY;BYDAY=5TU")]
    {
        let got = all(&calendar(&[&format!("UID:a\nSUMMARY:x\nGEO:1;2\nDTSTART;VALUE=DATE:{start}\nRRULE:{rule}")]));
        let repeat = got.records[0].when.as_ref().unwrap().repeat.as_ref().unwrap();
        assert_eq!((repeat.interval, got.skipped.len()), (1, 0), "{rule}");
    }
}

#[test]
fn what_is_left_out_is_left_out_however_it_is_said() {
    for left_out in [
        "EXDATE:20261008T163000Z",
        "EXDATE;TZID=Europe/Paris:20261008T183000",
        "EXDATE;TZID=Romance Standard Time:20261008T183000,20261009T183000",
        "EXDATE;VALUE=DATE:20261008",
        "EXDATE:20261008T183000",
    ] {
        let got = amap(&format!("RRULE:FREQ=WEEKLY;COUNT=3\n{left_out}"));
        assert_eq!((dates(&got).join(", ").as_str(), got.skipped.len()), ("2026-10-01 18:30, 2026-10-15 18:30", 0));
    }
    // Not at its hour: it takes place all the same, and that is told.
    let got = amap("RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20261008T183000Z");
    assert_eq!(
        (dates(&got).len(), got.skipped.as_slice()),
        (3, &["the time left out on 2026-10-08 (EXDATE) is none of its times".to_owned()][..])
    );
    // Daily for a year without a hundred days: more than one series of the format leaves out.
    let mut text = "RRULE:FREQ=DAILY;COUNT=365".to_owned();
    let start = jiff::civil::date(2026, 10, 1);
    for day in (1..300).step_by(3) {
        let day = start.checked_add(jiff::Span::new().days(day)).unwrap();
        write!(text, "\nEXDATE;VALUE=DATE:{}", day.strftime("%Y%m%d")).unwrap();
    }
    let got = amap(&text);
    assert_eq!((got.records.len(), dates(&got).len(), got.skipped.len()), (2, 265, 0));
    assert_eq!(BTreeSet::from_iter(dates(&got)).len(), 265);
    let none = amap("EXDATE:20261001T163000Z");
    assert_eq!(none.skipped, ["all of its dates are left out"]);
}

#[test]
fn dates_named_one_by_one_are_events_of_their_own() {
    let got = amap(
        "RDATE;TZID=Europe/Paris:20261003T100000,20261004T183000\nRDATE;TZID=Europe/Paris:20261001T183000\n\
        RDATE;VALUE=PERIOD:20261005T080000Z/PT3H",
    );
    assert_eq!(dates(&got), ["2026-10-01 18:30", "2026-10-03 10:00", "2026-10-04 18:30", "2026-10-05 10:00"]);
    let long = |index: usize| got.records[index].when.as_ref().map(|when| when.end_ms - when.start_ms);
    assert_eq!((long(1), long(3)), (Some(3_600_000), Some(10_800_000)));
    assert_eq!(got.records[1].source_id, "amap#20261003T100000");
    let both = amap(
        "RRULE:FREQ=WEEKLY;COUNT=2\nRDATE;TZID=Europe/Paris:20261008T183000,20261010T183000\n\
        EXDATE;VALUE=DATE:20261008",
    );
    assert_eq!(dates(&both), ["2026-10-01 18:30", "2026-10-10 18:30"]);
}

#[test]
fn single_times_stand_where_they_went_whatever_the_order() {
    let series = format!("{AMAP}RRULE:FREQ=WEEKLY;COUNT=4");
    let moved = "UID:amap\nRECURRENCE-ID;TZID=Europe/Paris:20261008T183000\nDTSTART;TZID=Europe/Paris:20261009T120000";
    let cancelled = "UID:amap\nRECURRENCE-ID:20261015T163000Z\nSTATUS:CANCELLED\nDTSTART:20261015T163000Z";
    let wanted = ["2026-10-01 18:30", "2026-10-09 12:00", "2026-10-22 18:30"];
    for order in [[series.as_str(), moved, cancelled], [cancelled, moved, series.as_str()]] {
        let got = all(&calendar(&order));
        assert_eq!((dates(&got), got.skipped.len()), (wanted.map(str::to_owned).to_vec(), 0));
        assert_eq!(got.records[1].name, "AMAP", "what it does not say is said by its series");
    }
    // Without its series it stands alone, if it says all.
    let alone = format!("{moved}\nSUMMARY:Seule\nGEO:1;2");
    let got = all(&calendar(&[&alone, cancelled]));
    assert_eq!((got.names(), got.skipped.as_slice()), (vec!["Seule"], &["it is cancelled".to_owned()][..]));
    assert_eq!(got.records[0].source_id, "amap#20261008T183000");
    // From one on all are otherwise.
    let onward = moved.replace("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;");
    let got = all(&calendar(&[&series, &onward]));
    assert_eq!(dates(&got), ["2026-10-01 18:30"]);
    assert!(got.skipped[0].contains("RANGE=THISANDFUTURE"), "{:?}", got.skipped);
}

#[test]
fn a_rule_that_cannot_be_said_is_told_and_its_next_dates_are_there() {
    let got = amap("RRULE:FREQ=MONTHLY;BYDAY=-1TH");
    assert_eq!(dates(&got)[..3], ["2026-10-29 18:30", "2026-11-26 18:30", "2026-12-31 18:30"]);
    assert!(got.records.iter().all(|record| record.when.as_ref().is_some_and(|when| when.repeat.is_none())));
    assert_eq!(got.records[0].source_id, "amap#20261029T183000");
    assert_eq!(
        got.skipped,
        ["its rule cannot be said here, since no repetition here has these days: its 14 dates until 2027-12-06 are \
          taken one by one; import the file again for later ones"]
    );
    // Of few that end all are there, however far away.
    let got = amap("RRULE:FREQ=MONTHLY;BYDAY=-1TH;INTERVAL=12;COUNT=3");
    assert_eq!(dates(&got), ["2026-10-29 18:30", "2027-10-28 18:30", "2028-10-26 18:30"]);
    assert!(got.skipped[0].ends_with("its 3 dates are taken one by one"), "{:?}", got.skipped);
    for (rule, why) in [
        ("FREQ=HOURLY;COUNT=3", "its rule cannot be said here: it takes place more than once a day"),
        ("FREQ=DAILY;UNTIL=20250101", "it ends before it begins"),
        ("FREQ=YEARLY;BYWEEKNO=41;BYDAY=TH", "it counts the weeks or days of the year"),
        ("FREQ=WEEKLY;BYDAY=TH;BYHOUR=10,18", "it takes place at several hours"),
        ("FREQ=WEEKLY;BYMONTH=9,10,11,12,1,2,3,4,5,6", "no repetition here has these days"),
        ("FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2", "it never takes place"),
        ("FREQ=SOMETIMES", "its rule 'FREQ=SOMETIMES' cannot be read"),
    ] {
        let got = amap(&format!("RRULE:{rule}"));
        assert!(got.skipped.len() == 1 && got.skipped[0].contains(why), "{rule}: {:?}", got.skipped);
        assert!(got.records.iter().all(|record| record.when.as_ref().is_some_and(|when| when.repeat.is_none())));
    }
    assert_eq!(amap("RRULE:FREQ=WEEKLY\nEXRULE:FREQ=MONTHLY").records.len(), 0);
    assert_eq!(amap("RRULE:FREQ=WEEKLY\nRRULE:FREQ=MONTHLY").records.len(), 0);
}

#[test]
fn whole_days_repeat_as_days() {
    let got = all(&calendar(&["UID:a\nSUMMARY:x\nGEO:1;2\nDTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261005\n\
        RRULE:FREQ=WEEKLY;UNTIL=20261017\nEXDATE;VALUE=DATE:20261010"]));
    let when = got.records[0].when.as_ref().unwrap();
    assert!(when.whole_days);
    let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
    let days: Vec<_> = times(when, &Stretch::new(i64::MIN, i64::MAX, &tokyo), 9).iter().map(|time| time.days).collect();
    assert_eq!(days, [Some((20_729, 20_730)), Some((20_743, 20_744))]);
}

/// What a library makes of an event of a calendar: the oracle.
fn oracle(event: &str, most: usize) -> Vec<i64> {
    let text = format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", event.replace('\n', "\r\n"));
    let Entry::ICalendar(calendar) = Parser::new(&text).entry() else { panic!("{text}") };
    let found = calendar.expand_dates(Tz::UTC, most);
    let mut all: Vec<i64> = found.events.iter().map(|event| event.start.timestamp() * 1_000).collect();
    all.sort_unstable();
    all
}

const PARTS: [&str; 14] = [
    "BYDAY=MO",
    "BYDAY=TU,TH",
    "BYDAY=-1FR",
    "BYDAY=2TH",
    "BYMONTH=1,7",
    "BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12",
    "BYMONTHDAY=1",
    "BYMONTHDAY=-1",
    "BYMONTHDAY=15,30",
    "BYSETPOS=1",
    "BYSETPOS=-1",
    "WKST=SU",
    "BYYEARDAY=100",
    "BYDAY=MO,TU,WE,TH,FR,SA,SU",
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        rng_seed: proptest::test_runner::RngSeed::Fixed(45),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// A rule is taken with just the dates that a library gives it, or told.
    #[test]
    fn no_series_is_silently_another(
        day in 0..1_500_i64, freq in 0..4_usize, interval in 1..5_u8,
        parts in prop::collection::btree_set(0..PARTS.len(), 0..3),
        count in prop::option::of(1..40_u8),
    ) {
        let start = jiff::civil::date(2023, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        let freq = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"][freq];
        let mut rule = format!("FREQ={freq};INTERVAL={interval}");
        parts.iter().for_each(|part| write!(rule, ";{}", PARTS[*part]).unwrap());
        count.iter().for_each(|count| write!(rule, ";COUNT={count}").unwrap());
        let event = format!("UID:a\nSUMMARY:x\nGEO:1;2\nDTSTART:{}T120000Z\nRRULE:{rule}", start.strftime("%Y%m%d"));
        let got = all(&calendar(&[&event]));
        if got.skipped.is_empty() {
            let end: Timestamp = "2029-01-01T00:00:00Z".parse().unwrap();
            let stretch = Stretch::new(i64::MIN, end.as_millisecond(), &TimeZone::UTC);
            let whens = got.records.iter().filter_map(|record| record.when.as_ref());
            let times = whens.flat_map(|when| times(when, &stretch, 5_000));
            let mut ours: Vec<i64> = times.map(|time| time.start_ms).collect();
            ours.sort_unstable();
            let mut theirs = oracle(&event, 5_000);
            theirs.retain(|ms| *ms < end.as_millisecond());
            // A start that is none of the rule's is shown by calendars, and not counted by the library.
            let first = start.at(12, 0, 0, 0).to_zoned_datetime(TimeZone::UTC).unwrap().timestamp().as_millisecond();
            if theirs.first() != Some(&first) {
                theirs.insert(0, first);
            }
            prop_assert_eq!(ours, theirs, "{}", rule);
        }
    }

    /// Whatever stands in a calendar, it is read to its end, within the bounds.
    #[test]
    fn any_calendar_is_read_to_its_end(
        events in prop::collection::vec(prop::collection::vec((0..NAMES.len(), 0..VALUES.len()), 0..9), 0..5),
    ) {
        let events: Vec<String> = events
            .iter()
            .map(|lines| {
                let lines = lines.iter().map(|(name, value)| format!("{}{}", NAMES[*name], VALUES[*value]));
                ["SUMMARY:x".to_owned(), "GEO:1;2".to_owned()].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
            })
            .collect();
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        let text = calendar(&events);
        let got = all(&text);
        check_limits(&got);
        for record in &got.records {
            let when = record.when.clone().unwrap();
            prop_assert!(when.end_ms >= when.start_ms);
            prop_assert!(times(&when, &Stretch::new(i64::MIN, i64::MAX, &TimeZone::UTC), TIMES_MAX).len() <= TIMES_MAX);
            let fields = vec![communaut_protocol::op::Field::When(Some(when))];
            let me = communaut_protocol::IdentityId([1; 32]);
            let op: Op = crate::modules::element::element_op(me, [1; 16], fields);
            prop_assert!(op.encode([0; 16]).is_ok(), "{:?}", record.when);
        }
    }
}

const NAMES: [&str; 16] = [
    "UID:",
    "DTSTART:",
    "DTSTART;VALUE=DATE:",
    "DTSTART;TZID=Europe/Paris:",
    "DTEND:",
    "DURATION:",
    "RRULE:",
    "EXDATE:",
    "RDATE:",
    "RDATE;VALUE=PERIOD:",
    "RECURRENCE-ID:",
    "RECURRENCE-ID;RANGE=THISANDFUTURE:",
    "SEQUENCE:",
    "STATUS:",
    "DTSTART;TZID=Africa/Monrovia:",
    "X-WR-TIMEZONE:",
];
const VALUES: [&str; 24] = [
    "a",
    "20261001T183000",
    "20261001T163000Z",
    "20261001",
    "00010101T000000Z",
    "99991231T235959Z",
    "18500101T120000",
    "20261008T163000Z",
    "P1D",
    "PT100000000H",
    "-PT1H",
    "P4294967295W",
    "FREQ=WEEKLY",
    "FREQ=DAILY;COUNT=4000000000",
    "FREQ=YEARLY;INTERVAL=65535",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=99991231",
    "FREQ=DAILY;UNTIL=20261231;BYSETPOS=9",
    "20261001T183000Z/PT1H",
    "20261001T183000Z/20260101T000000Z",
    "CANCELLED",
    "3",
    "",
    "FREQ=WEEKLY;BYDAY=XX;INTERVAL=0;COUNT=0",
];

#[test]
fn a_series_that_begins_in_the_hour_that_happens_twice_is_the_first_of_both() {
    let got =
        all(&calendar(&["UID:a\nSUMMARY:x\nGEO:1;2\nDTSTART;TZID=Europe/Paris:20261025T023000\nDURATION:PT30M\n\
        RRULE:FREQ=DAILY;COUNT=2"]));
    let When { start_ms, end_ms, offset, .. } = got.records[0].when.clone().unwrap();
    assert_eq!((start_ms, end_ms - start_ms, offset), (1_792_888_200_000, 1_800_000, Some(120)));
    let skipped = all(&calendar(&["UID:a\nSUMMARY:x\nGEO:1;2\nDTSTART;TZID=Europe/Paris:20260329T023000"]));
    assert_eq!(dates(&skipped), ["2026-03-29 03:30"], "as RFC 5545, 3.3.5 has it");
}
