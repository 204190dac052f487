//! Tables and other files of events: when they take place, and in which zone.
#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use crate::import::test_support::*;
use communaut_protocol::op::Kind;
use jiff::{Timestamp, tz::TimeZone};

/// Name, and when it takes place on the clocks of its zone.
fn shown(got: &Got) -> Vec<String> {
    let clock = |ms: i64, zone: &str| {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        zone.to_datetime(Timestamp::from_millisecond(ms).unwrap()).strftime("%F %H:%M").to_string()
    };
    let one = got.records.iter().map(|record| match &record.when {
        Some(when) => {
            let (start, end) = (clock(when.start_ms, &when.zone), clock(when.end_ms, &when.zone));
            format!("{} {start} {end} {}", record.name, if when.whole_days { "days" } else { &when.zone })
        }
        None => format!("{} -", record.name),
    });
    one.collect()
}

#[test]
fn a_table_of_events() {
    let text = "Titre;Date;Heure;Fin;Lieu;Latitude;Longitude\n\
                Bal;12/03/2026;20h30;23h;Salle des fêtes;42.96;1.60\n\
                Marché;le 14 mars 2026;;;Halle;42.96;1.60\n\
                Fête;du 20 au 22 juin 2026;;;Stade;42.96;1.60\n\
                Atelier;tous les mardis;18h;;Halle;42.96;1.60\n";
    let got = read("agenda.csv", text);
    assert_eq!(
        shown(&got),
        [
            "Bal 2026-03-12 20:30 2026-03-12 23:00 Europe/Paris",
            "Marché 2026-03-14 00:00 2026-03-15 00:00 days",
            "Fête 2026-06-20 00:00 2026-06-23 00:00 days",
        ]
    );
    assert!(got.records.iter().all(|record| record.kind == Kind::Event));
    assert!(
        got.skipped.len() == 1 && got.skipped[0].contains("'tous les mardis' is not understood"),
        "{:?}",
        got.skipped
    );
    assert!(got.notes.iter().any(|note| note.contains("read as events")), "{:?}", got.notes);
}

/// Whatever hand wrote them; what is not understood, and what ends before it begins, is told.
#[test]
fn times_of_a_table_are_times_and_what_is_wrong_with_them_is_told() {
    let text = "Titre;Date;Heure;Date de fin;Lieu;Latitude;Longitude\n\
                A;12/03/2026;18.30;;Halle;42.96;1.60\n\
                B;12/03/2026;14h/16h;;Halle;42.96;1.60\n\
                C;12/03/2026;à partir de 9h;;Halle;42.96;1.60\n\
                D;12/03/2026;9:00 AM;;Halle;42.96;1.60\n\
                E;12/03/2026;au coucher du soleil;;Halle;42.96;1.60\n\
                F;12/03/2026;18h;10/03/2026 20h;Halle;42.96;1.60\n\
                G;12/03/2026;18h-17h;;Halle;42.96;1.60\n";
    let got = read("agenda.csv", text);
    assert_eq!(
        shown(&got),
        [
            "A 2026-03-12 18:30 2026-03-12 18:30 Europe/Paris",
            "B 2026-03-12 14:00 2026-03-12 16:00 Europe/Paris",
            "C 2026-03-12 09:00 2026-03-12 09:00 Europe/Paris",
            "D 2026-03-12 09:00 2026-03-12 09:00 Europe/Paris",
            "E 2026-03-12 00:00 2026-03-13 00:00 days",
            "F 2026-03-12 18:00 2026-03-12 18:00 Europe/Paris",
            "G 2026-03-12 18:00 2026-03-12 18:00 Europe/Paris",
        ]
    );
    let unread = got.records.iter().find(|record| record.name == "E").unwrap();
    assert_eq!(unread.description, "au coucher du soleil\nHalle", "somebody may understand it");
    for told in ["was not understood: 1", "end before they begin: 2"] {
        assert!(got.notes.iter().any(|note| note.contains(told)), "{told}: {:?}", got.notes);
    }
}

/// The clocks are those of where it takes place, not of who reads.
#[test]
fn times_without_a_zone_are_the_places() {
    let text = "nom,date_debut,date_fin,lat,lon\nBal,2026-07-14 20:00,2026-07-14 23:00,-20.8789,55.4481\n\
                Fest-noz,2026-07-14T20:00:00,2026-07-14T23:00:00,48.3904,-4.4861\n\
                Concert,2026-07-14T20:00:00+02:00,,48.3904,-4.4861\n";
    let got = read("a.csv", text);
    assert_eq!(
        shown(&got),
        [
            "Bal 2026-07-14 20:00 2026-07-14 23:00 Indian/Reunion",
            "Fest-noz 2026-07-14 20:00 2026-07-14 23:00 Europe/Paris",
            "Concert 2026-07-14 18:00 2026-07-14 18:00 ",
        ]
    );
    let feature = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"title":"Bal",
        "date_start":"2026-07-14","date_end":"2026-07-15"},
        "geometry":{"type":"Point","coordinates":[55.4481,-20.8789]}}]}"#;
    let got = read("a.geojson", feature);
    assert_eq!(
        got.records[0].when.as_ref().map(|when| (when.zone.as_str(), when.offset)),
        Some(("Indian/Reunion", Some(240)))
    );
    let linked = r#"{"@context":"https://schema.org","@type":"Event","name":"Bal","startDate":"2026-07-14T20:00",
        "location":{"@type":"Place","geo":{"latitude":-20.8789,"longitude":55.4481}}}"#;
    assert_eq!(shown(&read("a.jsonld", linked)), ["Bal 2026-07-14 20:00 2026-07-14 20:00 Indian/Reunion"]);
    let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Bal\r\nDTSTART:20260714T200000\r\n\
                    LOCATION:Salle des fêtes\\, 97400 Saint-Denis\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(shown(&read("a.ics", calendar)), ["Bal 2026-07-14 20:00 2026-07-14 20:00 Indian/Reunion"]);
}

#[test]
fn dates_that_are_not_read_are_told() {
    // Some rows of places have a date: they are no events.
    let mut text = "nom,date,lat,lon\n".to_owned();
    for n in 0..9 {
        text += &format!("Lieu {n},{},48.85,2.35\n", if n == 0 { "2026-03-12" } else { "" });
    }
    let got = read("a.csv", &text);
    assert!(got.records.iter().all(|record| record.kind == Kind::Place && record.when.is_none()));
    assert!(got.notes.iter().any(|note| note.contains("dates that were not read: 1")), "{:?}", got.notes);
    let marked = read_with("a.csv", &text, Some("[defaults]\nkind = \"event\"\n")).unwrap();
    assert_eq!((marked.records.len(), marked.skipped.len()), (1, 8));
    assert!(marked.skipped[0].contains("an event without a date"), "{:?}", marked.skipped);
    // Not all that has dates is an event: a person has the last word.
    let all = text.replace(",,", ",2026-03-12,");
    assert!(read("a.csv", &all).records.iter().all(|record| record.kind == Kind::Event));
    let places = read_with("a.csv", &all, Some("[defaults]\nkind = \"place\"\n")).unwrap();
    assert!(places.records.iter().all(|record| record.kind == Kind::Place), "{:?}", places.notes);
    assert!(places.notes.iter().any(|note| note.contains("not read: 9")), "{:?}", places.notes);
    let named =
        read_with("a.csv", "nom,quand?,lat,lon\nBal,12/03/2026,48.85,2.35\n", Some("[columns]\nstart = \"quand?\"\n"));
    assert_eq!(shown(&named.unwrap()), ["Bal 2026-03-12 00:00 2026-03-13 00:00 days"]);
}

/// By the first rows that only one order allows.
#[test]
fn months_first_where_the_file_shows_it() {
    let text = "name,start,lat,lon\nA,03/04/2026,40.71,-74.0\nB,12/31/2026,40.71,-74.0\n";
    assert_eq!(
        shown(&read("a.csv", text)),
        ["A 2026-03-04 00:00 2026-03-05 00:00 days", "B 2026-12-31 00:00 2027-01-01 00:00 days"]
    );
}

/// What recurs in a table stands there once a date; and where it is is not what it is called.
#[test]
fn one_title_on_several_dates_is_several_events() {
    for title in ["Titre", "Nom de l'événement", "Manifestation", "Animation"] {
        let text = format!(
            "{title};Date;Heure;Lieu;Latitude;Longitude\nPermanence;01/12/2026;18h;MJC;42.96;1.60\n\
             Permanence;08/12/2026;18h;MJC;42.96;1.60\n"
        );
        let got = read("agenda.csv", &text);
        let ids: std::collections::BTreeSet<&str> =
            got.records.iter().map(|record| record.source_id.as_str()).collect();
        assert_eq!(ids.len(), 2, "{title}");
        assert!(got.records.iter().all(|record| record.name == "Permanence"), "{title}: {:?}", got.records);
    }
}
