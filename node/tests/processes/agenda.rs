//! When events take place: whole days, what repeats, calendars that are read again.

use crate::support::Folder;
use serde_json::{Value, json};

fn names(found: &Value) -> Vec<&str> {
    let events = found["events"].as_array().unwrap();
    events.iter().map(|event| event["element"]["name"].as_str().unwrap()).collect()
}

fn on(folder: &Folder, zone: &str, day: &str) -> Vec<String> {
    let agenda = folder.json(&["agenda", "--zone", zone, "--from", day, "--to", day]);
    let found = folder.json(&["search", "--zone", zone, "--from", day, "--to", day]);
    let mut names: Vec<String> = names(&agenda).into_iter().map(str::to_owned).collect();
    let mut searched: Vec<&str> =
        found["hits"].as_array().unwrap().iter().map(|hit| hit["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    searched.sort_unstable();
    assert_eq!(names, searched, "search by date says the same as the agenda: {zone} {day}");
    names
}

#[test]
fn agenda_and_search_say_the_same_of_whole_days_and_of_what_repeats() {
    let ada = Folder::of("Ada");
    let publish = |more: &[&str]| {
        let event = ["publish", "event", "--at", "43.7311,7.4197", "--zone", "Europe/Paris"];
        ada.json(&[&event, more].concat())["element"].as_str().unwrap().to_owned()
    };
    publish(&["--name", "Fête", "--start", "2031-05-01", "--end", "2031-05-02"]);
    let chorale = publish(&[
        "--name",
        "Chorale",
        "--start",
        "2031-05-01T22:30",
        "--end",
        "2031-05-02T00:00",
        "--every",
        "week",
        "--until",
        "2031-05-29",
        "--except",
        "2031-05-08",
    ]);
    for zone in ["Europe/Paris", "Indian/Reunion", "America/Guadeloupe"] {
        assert!(on(&ada, zone, "2031-04-30").is_empty() && on(&ada, zone, "2031-05-03").is_empty());
        assert!(on(&ada, zone, "2031-05-02").contains(&"Fête".to_owned()), "{zone}");
    }
    assert_eq!(on(&ada, "Europe/Paris", "2031-05-01"), ["Chorale", "Fête"]);
    assert_eq!(on(&ada, "Europe/Paris", "2031-05-08"), [""; 0], "left out");
    assert_eq!(on(&ada, "Europe/Paris", "2031-05-15"), ["Chorale"]);
    assert_eq!(on(&ada, "Europe/Paris", "2031-05-16"), [""; 0], "it ends at midnight");
    assert_eq!(on(&ada, "Indian/Reunion", "2031-05-16"), ["Chorale"], "where it is half past midnight");
    assert_eq!(on(&ada, "Europe/Paris", "2031-06-05"), [""; 0]);
    let shown = ada.json(&["show", &chorale])["element"]["when"].clone();
    assert_eq!(shown["repeat"]["except"], json!(["2031-05-08"]));
    assert_eq!(shown["next"]["start"], "2031-05-01T22:30:00+02:00");
    let text = String::from_utf8(ada.run(&["show", &chorale]).stdout).unwrap();
    assert!(text.contains("every week until 2031-05-29, not on 2031-05-08"), "{text}");
    ada.json(&["publish", "event", "--edit", &chorale, "--every", "never"]);
    assert_eq!(on(&ada, "Europe/Paris", "2031-05-15"), [""; 0]);
    assert_eq!(ada.json(&["show", &chorale])["element"]["when"]["repeat"], Value::Null);
}

const FEED: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:amap\r\nSUMMARY:AMAP\r\nGEO:43.73;7.42\r\n\
    DTSTART;TZID=Europe/Paris:20310501T183000\r\nDTEND;TZID=Europe/Paris:20310501T193000\r\n\
    RRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:bal\r\nSUMMARY:Bal\r\nGEO:43.73;7.42\r\n\
    DTSTART:20310713T190000Z\r\nDTEND:20310714T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[test]
fn a_calendar_that_is_read_again_updates() {
    let ada = Folder::of("Ada");
    let import = |text: &str| {
        std::fs::write(ada.path("amap.ics"), text).unwrap();
        let report = ada.json(&["import", ada.path("amap.ics").to_str().unwrap()]);
        let count = |name: &str| report[name].as_u64().unwrap();
        (count("created"), count("updated"), count("unchanged"), report)
    };
    let (created, updated, unchanged, _) = import(FEED);
    assert_eq!((created, updated, unchanged), (2, 0, 0));
    assert_eq!(on(&ada, "Europe/Paris", "2031-05-15"), ["AMAP"]);
    let (created, updated, unchanged, _) = import(FEED);
    assert_eq!((created, updated, unchanged), (0, 0, 2));
    // One time moved to Friday; the ball has left.
    let moved =
        "BEGIN:VEVENT\r\nUID:amap\r\nRECURRENCE-ID:20310508T163000Z\r\nDTSTART:20310509T163000Z\r\nEND:VEVENT\r\n";
    let begin = FEED.find("BEGIN:VEVENT\r\nUID:bal").unwrap();
    let (created, updated, unchanged, report) = import(&format!("{}{moved}END:VCALENDAR\r\n", &FEED[..begin]));
    assert_eq!((created, updated, unchanged), (1, 1, 0), "{report}");
    assert!(on(&ada, "Europe/Paris", "2031-05-08").is_empty());
    assert_eq!(on(&ada, "Europe/Paris", "2031-05-09"), ["AMAP"]);
    assert_eq!(on(&ada, "Europe/Paris", "2031-07-13"), ["Bal"], "it stays until it is taken back");
}
