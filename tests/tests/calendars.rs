//! Calendars of others (the .ics files of the source package of icalendar): each is imported or refused by name, and
//! where another program reads it too (recurring-ical-events) both see its events at the same times. And what this
//! program writes is seen by the other as it was meant.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

#[path = "../python.rs"]
mod python;
#[path = "../skip.rs"]
mod skip;

use communaut_node::{
    export::{self, ElementOut, ExportFormat},
    import::{ImportItem, ImportOptions, ImportRecord, open},
    times::{Stretch, TimeZone, date_of, of_days, times, with_clock},
};
use communaut_protocol::{
    ElementId,
    op::{Every, Kind, Repeat, When},
};
use python::{project, python};
use std::{collections::BTreeMap, fs, path::Path, process::Command};

/// Files of the package.
const FILES: usize = 164;
/// From 1970-01-02 to 2031-01-01, as the other program is asked.
const FROM_MS: i64 = 86_400_000;
const TO_MS: i64 = 1_924_992_000_000;
/// Times of one event that are compared: of a daily one all of those years.
const TIMES_MAX: usize = 30_000;

/// Where the two differ, and why this program keeps to its way.
const OTHERWISE: &[(&str, &str)] = &[
    (
        "calendars-issue_156_RDATE_with_PERIOD_TZID_khal.ics",
        "an event that is said of one time of a series which is not in the file names dates (RDATE): they are taken",
    ),
    (
        "calendars-issue_722_timezone_transition_ambiguity.ics",
        "a zone that nobody has is taken for one that has its clocks in 2025 and 2026, and that is told",
    ),
    (
        "tutorials-example.ics",
        "two events have one UID: both are read, and the second is refused by name when imported",
    ),
];

/// "time" or "days", start, end.
type Seen = (String, i64, i64);

/// What came of a file.
#[derive(Default)]
struct Came {
    records: Vec<ImportRecord>,
    skipped: Vec<String>,
    error: Option<String>,
}

fn read(path: &Path) -> Came {
    let mut came = Came::default();
    match open(path, &ImportOptions::default()) {
        Err(why) => came.error = Some(why.to_string()),
        Ok(reader) => {
            for item in reader {
                match item {
                    Ok(ImportItem::Record(record)) => came.records.push(*record),
                    Ok(ImportItem::Skipped(skipped)) => came.skipped.push(format!("{}: {}", skipped.at, skipped.why)),
                    Err(why) => came.error = Some(why.to_string()),
                }
            }
        }
    }
    came
}

fn seen(record: &ImportRecord) -> Vec<Seen> {
    let Some(when) = record.when.as_ref().filter(|_| !record.cancelled) else { return Vec::new() };
    let stretch = Stretch::new(FROM_MS, TO_MS, &TimeZone::UTC);
    let shown = times(when, &stretch, TIMES_MAX).into_iter().map(|time| match time.days {
        Some((first, last)) => ("days".to_owned(), first.into(), last.into()),
        None => ("time".to_owned(), time.start_ms / 1_000, time.end_ms / 1_000),
    });
    shown.collect()
}

/// The first few of one that are none of the other.
fn only(of: &[Seen], other: &[Seen]) -> Vec<Seen> {
    of.iter().filter(|time| !other.contains(time)).take(3).cloned().collect()
}

/// Events of every repetition that there is. At an hour that the clocks pass over the two would differ by design: here
/// an event lasts as long as it always does, there it ends at the hour at which it always ends.
fn ours() -> Vec<When> {
    let mut all = Vec::new();
    let ends = [(None, None), (Some(9), None), (None, Some(200))];
    for (number, zone) in ["Europe/Paris", "America/New_York", "UTC", "Asia/Kolkata"].into_iter().enumerate() {
        let tz = TimeZone::get(zone).unwrap();
        for every in [Every::Day, Every::Week, Every::Month, Every::Year] {
            for (interval, (count, until)) in [1, 2, 3].into_iter().zip(ends) {
                for whole in [false, true] {
                    // In the last days of January, so that short months are passed over.
                    let day = 20_483 + i32::try_from(number).unwrap();
                    let date = date_of(day).unwrap();
                    let plain = if whole {
                        of_days(date, date, &tz, zone).unwrap()
                    } else {
                        let start = tz.to_timestamp(date.at(14, 30, 0, 0)).unwrap().as_millisecond();
                        let (end_ms, zone) = (start + 5_400_000, zone.to_owned());
                        When { start_ms: start, end_ms, zone, offset: None, whole_days: false, repeat: None }
                    };
                    let timed = with_clock(plain, &tz).unwrap();
                    let own = 1_u8 << (day + 3).rem_euclid(7);
                    let weekdays = match (every, interval) {
                        (Every::Week, 2) => own | 1 | 16,
                        (Every::Month, 2) => own,
                        _ => 0,
                    };
                    let except = if interval == 1 { vec![day + 7, day + 70] } else { Vec::new() };
                    let until = until.map(|days| day + days);
                    let repeat = Some(Repeat { every, interval, count, until, weekdays, except });
                    all.push(When { repeat, ..timed });
                }
            }
        }
    }
    all
}

fn write_ours(folder: &Path, like: &ImportRecord) -> BTreeMap<String, Vec<Seen>> {
    fs::create_dir_all(folder).unwrap();
    let mut wanted = BTreeMap::new();
    for (number, when) in ours().into_iter().enumerate() {
        let record = ImportRecord { kind: Kind::Event, when: Some(when), cancelled: false, ..like.clone() };
        let name = format!("ours-{number:03}.ics");
        let mut bytes = Vec::new();
        let id = ElementId([7; 32]);
        let one = ElementOut { id, record: record.clone(), placed: true, updated_ms: 1_800_000_000_000 };
        let contents = export::write(ExportFormat::ICalendar, &[one], "ours", &mut bytes).unwrap();
        assert_eq!(contents.count, 1, "{record:?}");
        fs::write(folder.join(&name), bytes).unwrap();
        wanted.insert(name, seen(&record));
    }
    wanted
}

#[test]
fn others_calendars_are_read_as_others_read_them_and_ours_are_read_by_them() {
    let python = match python("calendars.txt") {
        Ok(python) => python,
        Err(why) => {
            let why = format!("it needs Python 3 with venv, and what calendars.txt names: {why}");
            return skip::skip("calendars by another's hand", &why);
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first.ics");
    fs::write(
        &first,
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\nGEO:43.7311;7.4197\r\nDTSTART:20260101T120000Z\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    .unwrap();
    let mut ours = write_ours(&folder.path().join("ours"), &read(&first).records[0]);
    let program = project().join("tests/python/calendars.py");
    let ran = Command::new(python).arg("-B").arg(program).arg(folder.path()).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let (mut theirs, mut unread): (BTreeMap<String, Vec<Seen>>, BTreeMap<String, String>) = Default::default();
    for line in String::from_utf8(ran.stdout).unwrap().lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns.as_slice() {
            ["error", file, why] => drop(unread.insert((*file).to_owned(), (*why).to_owned())),
            [what, file, start, end] => {
                let time = ((*what).to_owned(), start.parse().unwrap(), end.parse().unwrap());
                theirs.entry((*file).to_owned()).or_default().push(time);
            }
            other => panic!("{other:?}"),
        }
    }
    // What is written here.
    for (file, wanted) in &mut ours {
        wanted.sort();
        let mut found = theirs.get(file).cloned().unwrap_or_default();
        found.sort();
        let text = || fs::read_to_string(folder.path().join("ours").join(file)).unwrap();
        let differ = (only(wanted, &found), only(&found, wanted), unread.get(file));
        assert!(!wanted.is_empty() && found == *wanted, "{file} (ours alone, theirs alone): {differ:?}\n{}", text());
    }
    // What others wrote.
    let (mut files, mut imported, mut compared, mut wrong) = (0, 0, 0, Vec::new());
    for item in fs::read_dir(folder.path().join("as_is")).unwrap() {
        let path = item.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        files += 1;
        for path in [path.clone(), folder.path().join("placed").join(&name)] {
            let came = read(&path);
            let said = came.skipped.iter().chain(&came.error);
            assert!(said.clone().all(|why| !why.is_empty() && !why.contains('\n')), "{name}: {:?}", came.skipped);
            imported += u64::from(!came.records.is_empty());
            if path.ends_with(Path::new("placed").join(&name))
                && came.skipped.is_empty()
                && came.error.is_none()
                && !unread.contains_key(&name)
            {
                let mut mine: Vec<Seen> = came.records.iter().flat_map(seen).collect();
                mine.sort();
                let mut other = theirs.get(&name).cloned().unwrap_or_default();
                other.sort();
                compared += usize::from(!mine.is_empty());
                if mine != other {
                    wrong.push((name.clone(), only(&mine, &other), only(&other, &mine), mine.len(), other.len()));
                }
            }
        }
    }
    println!("{files} files, {imported} readings with an event, {compared} compared");
    assert_eq!(files, FILES);
    assert!(compared > 40, "{compared} compared");
    let (known, new): (Vec<_>, Vec<_>) =
        wrong.iter().partition(|(name, ..)| OTHERWISE.iter().any(|(file, _)| file == name));
    assert!(new.is_empty(), "they differ (ours alone, theirs alone, how many each): {new:#?}");
    assert_eq!(known.len(), OTHERWISE.len(), "what differs no longer is taken off the list");
}
