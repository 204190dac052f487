//! iCalendar (RFC 5545): each VEVENT is an event. Series are told apart and not read yet: neither the rule of one nor
//! what is said of one of its occurrences alone.

use super::{
    ImportError, Item, Source,
    encoding::{self, TextReader},
    geometry::LatLon,
    json_split::Lines,
    record::{Builder, Said},
    role::Role,
    text,
};
use communaut_protocol::op::{Kind, When};
use icalendar::parser::{Component, Property, read_components, unfold};
use jiff::{
    Span, ZonedDateTime,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use std::{
    fs::File,
    io::{self, BufReader},
};

/// Bytes of one event: a description may be long, and an event that never ends does not fill the memory.
const EVENT_MAX: usize = 256 * 1024;
/// Bytes of one line.
const LINE_MAX: usize = 64 * 1024;
/// Components within one another: an alarm in an event is the second.
const DEPTH_MAX: usize = 4;
/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// Events of a file.
pub(super) struct CalendarSource {
    lines: Lines<BufReader<TextReader>>,
    file: String,
    builder: Builder,
    read: u64,
    /// In which a time without a zone is meant.
    here: TimeZone,
}

impl CalendarSource {
    pub fn open(mut file: File, name: String, builder: Builder, here: TimeZone) -> Result<Self, ImportError> {
        let io = |error: io::Error| ImportError::io(&name, &error);
        let detected = encoding::detect(&mut file).map_err(io)?;
        let mut reader = TextReader::new(file, detected, false).map_err(io)?;
        // Lines and events are bounded by themselves, however long the text is.
        reader.allow(usize::MAX);
        let lines = Lines::new(BufReader::with_capacity(CHUNK, reader), LINE_MAX);
        Ok(Self { lines, file: name, builder, read: 0, here })
    }

    fn next_event(&mut self) -> io::Result<Option<Result<Item, ImportError>>> {
        let (begin, first) = loop {
            let Some(line) = self.lines.next_line()? else { return Ok(None) };
            let text = line.bytes.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
            if is(&text, "BEGIN:VEVENT") {
                break (line.number, text.into_owned());
            }
        };
        self.read += 1;
        let at = format!("event {} (line {begin})", self.read);
        let (mut event, mut depth, mut too_large) = (first + "\n", 1_usize, false);
        while depth > 0 {
            let Some(line) = self.lines.next_line()? else {
                let why = "the file ends in the middle of an event";
                return Ok(Some(Err(ImportError::broken(&self.file, format!("line {begin}"), why))));
            };
            let text = line.bytes.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
            if is(&text, "BEGIN:") {
                depth = depth.saturating_add(1);
            } else if is(&text, "END:") {
                depth -= 1;
            }
            too_large |= line.bytes.is_none() || depth > DEPTH_MAX || event.len() + text.len() > EVENT_MAX;
            if !too_large {
                event.push_str(text.trim_end_matches(['\r', '\n']));
                event.push('\n');
            }
        }
        let item = if too_large {
            Item::skipped(at, format!("an event of more than {} KiB, or with too much in it", EVENT_MAX >> 10))
        } else {
            self.item(&at, &event).unwrap_or_else(|why| Item::skipped(at, why))
        };
        Ok(Some(Ok(item)))
    }

    fn item(&mut self, at: &str, event: &str) -> Result<Item, String> {
        let event = unfold(event);
        let read = read_components(&event).ok().and_then(|all| all.into_iter().next());
        let event = read.ok_or("this is not an event as RFC 5545 writes it")?;
        for (name, why) in [
            ("RRULE", "it recurs (RRULE): series are not read yet"),
            ("RDATE", "it recurs (RDATE): series are not read yet"),
            ("RECURRENCE-ID", "it is one occurrence of a series (RECURRENCE-ID): series are not read yet"),
        ] {
            if property(&event, name).is_some() {
                return Err(why.to_owned());
            }
        }
        if value_of(&event, "STATUS").eq_ignore_ascii_case("CANCELLED") {
            return Err("it is cancelled".to_owned());
        }
        let when = self.when(&event)?;
        let mut said = Said::default();
        for (name, role) in [
            ("SUMMARY", Role::Name),
            ("DESCRIPTION", Role::Description),
            ("LOCATION", Role::Address),
            ("URL", Role::Website),
            ("CATEGORIES", Role::Tags),
        ] {
            said.add((role, 0), &value_of(&event, name));
        }
        let id = Some(value_of(&event, "UID")).filter(|id| !id.is_empty());
        let mut item = self.builder.item(at, id, said, place(&event)?);
        if let Item::Record(record) = &mut item {
            (record.kind, record.when) = (Kind::Event, Some(when));
        }
        Ok(item)
    }

    fn when(&self, event: &Component<'_>) -> Result<When, String> {
        let start = property(event, "DTSTART").ok_or("no start (DTSTART)")?;
        let (start, whole_day) = self.moment(start)?;
        let end = match (property(event, "DTEND"), property(event, "DURATION")) {
            (Some(end), _) => self.moment(end)?.0,
            (None, Some(duration)) => {
                let value = duration.val.as_str();
                let span: Span =
                    value.parse().map_err(|_| format!("the duration '{}' cannot be read", text::shown(value)))?;
                start.checked_add(span).map_err(|_| "it ends after the calendar does")?
            }
            (None, None) if whole_day => start.tomorrow().map_err(|_| "it ends after the calendar does")?,
            (None, None) => start.clone(),
        };
        Ok(When {
            start_ms: start.timestamp().as_millisecond(),
            end_ms: end.timestamp().as_millisecond(),
            zone: start.time_zone().iana_name().unwrap_or("UTC").to_owned(),
        })
    }

    /// A moment, and whether only its day is said.
    fn moment(&self, property: &Property<'_>) -> Result<(ZonedDateTime, bool), String> {
        let value = property.val.as_str().trim();
        let unread = || format!("the time '{}' cannot be read", text::shown(value));
        let zone = match property.params.iter().find(|param| param.key.as_str().eq_ignore_ascii_case("TZID")) {
            _ if value.ends_with('Z') => TimeZone::UTC,
            Some(param) => {
                let name = param.val.as_ref().map(|name| name.as_str().trim_matches('"')).unwrap_or_default();
                TimeZone::get(name).map_err(|_| format!("the time zone '{}' is not known", text::shown(name)))?
            }
            None => self.here.clone(),
        };
        let (at, whole_day) = if value.contains('T') {
            let value = value.trim_end_matches('Z');
            (DateTime::strptime("%Y%m%dT%H%M%S", value).map_err(|_| unread())?, false)
        } else {
            (Date::strptime("%Y%m%d", value).map_err(|_| unread())?.at(0, 0, 0, 0), true)
        };
        Ok((at.to_zoned_datetime(zone).map_err(|_| unread())?, whole_day))
    }
}

impl Source for CalendarSource {
    fn next_item(&mut self) -> Option<Result<Item, ImportError>> {
        self.next_event().unwrap_or_else(|error| Some(Err(ImportError::io(&self.file, &error))))
    }
    fn notes(&self) -> Vec<String> {
        self.builder.notes()
    }
}

/// Whether a line begins so, whatever its case.
fn is(line: &str, begins: &str) -> bool {
    line.get(..begins.len()).is_some_and(|start| start.eq_ignore_ascii_case(begins))
}

fn property<'a>(event: &'a Component<'a>, name: &str) -> Option<&'a Property<'a>> {
    event.properties.iter().find(|property| property.name.as_str().eq_ignore_ascii_case(name))
}

/// The text of a property; empty if there is none.
fn value_of(event: &Component<'_>, name: &str) -> String {
    let value = property(event, name).map(|property| property.val.clone().unescape_text());
    value.map(|value| value.as_str().to_owned()).unwrap_or_default()
}

/// Latitude and longitude, as RFC 5545, 3.8.1.6 writes them.
fn place(event: &Component<'_>) -> Result<Option<LatLon>, String> {
    let said = value_of(event, "GEO");
    if said.is_empty() {
        return Ok(None);
    }
    let unread = || format!("the position '{}' (GEO) is not a latitude and a longitude", text::shown(&said));
    let (lat, lon) = said.split_once(';').ok_or_else(unread)?;
    let degrees = |text: &str| text.trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    degrees(lat).zip(degrees(lon)).map(Some).ok_or_else(unread)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use super::{CalendarSource, Source};
    use crate::import::{
        Format, ImportOptions, ImportRecord, Item, format,
        mapping::Mapping,
        record::Builder,
        test_support::{Got, check_limits, file, mutations, read, refusal, shared},
    };
    use communaut_protocol::op::{Kind, When};
    use jiff::tz::TimeZone;
    use std::fs::File;

    /// A calendar of events, each given by its properties.
    fn calendar(events: &[&str]) -> String {
        let events =
            events.iter().map(|event| format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", event.replace('\n', "\r\n")));
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.collect::<String>())
    }

    fn one(event: &str) -> Result<ImportRecord, String> {
        let (_folder, path) = file("fetes.ics", calendar(&[event]));
        let builder = Builder::new(&path, Format::ICalendar, &ImportOptions::default(), &Mapping::default()).unwrap();
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let mut source = CalendarSource::open(File::open(&path).unwrap(), "fetes.ics".into(), builder, paris).unwrap();
        let item = source.next_item().unwrap().unwrap();
        assert!(source.next_item().is_none());
        match item {
            Item::Record(record) => Ok(*record),
            Item::Skipped(skipped) => Err(skipped.why),
        }
    }

    fn span(start_ms: i64, end_ms: i64, zone: &str) -> Option<When> {
        Some(When { start_ms, end_ms, zone: zone.into() })
    }

    const FETE: &str = "\
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
        // Universal; where one is; a whole day, and two; with a duration; a moment without an end.
        for (times, wanted) in [
            ("DTSTART:20270621T160000Z\nDTEND:20270621T170000Z", span(start, start + hour, "UTC")),
            ("DTSTART:20270621T180000\nDURATION:PT1H", span(start, start + hour, "Europe/Paris")),
            ("DTSTART:20270621T180000", span(start, start, "Europe/Paris")),
            ("DTSTART;VALUE=DATE:20270621", span(start - 18 * hour, start + 6 * hour, "Europe/Paris")),
            (
                "DTSTART;VALUE=DATE:20270621\nDTEND;VALUE=DATE:20270623",
                span(start - 18 * hour, start + 30 * hour, "Europe/Paris"),
            ),
        ] {
            assert_eq!(when(times), Ok(wanted), "{times}");
        }
        for (times, why) in [
            ("DTSTART:soon", "the time 'soon' cannot be read"),
            ("DTSTART:20271321", "the time '20271321' cannot be read"),
            ("DTSTART;TZID=Europe/Foix:20270621T180000", "the time zone 'Europe/Foix' is not known"),
            ("DTSTART:20270621T160000Z\nDURATION:long", "the duration 'long' cannot be read"),
            ("DTEND:20270621T160000Z", "no start (DTSTART)"),
        ] {
            assert_eq!(when(times), Err(why.to_owned()), "{times}");
        }
    }

    #[test]
    fn what_is_left_out_is_named() {
        let start = "SUMMARY:x\nGEO:1;2\nDTSTART:20270621T160000Z\n";
        for (more, why) in [
            ("RRULE:FREQ=WEEKLY", "it recurs (RRULE): series are not read yet"),
            ("RDATE:20270622T160000Z", "it recurs (RDATE): series are not read yet"),
            (
                "RECURRENCE-ID:20270621T160000Z",
                "it is one occurrence of a series (RECURRENCE-ID): series are not read yet",
            ),
            ("STATUS:CANCELLED", "it is cancelled"),
        ] {
            assert_eq!(one(&format!("{start}{more}")), Err(why.to_owned()));
        }
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
        assert_eq!(format::decide("a", "a".as_ref(), text.as_bytes(), None).unwrap(), Format::ICalendar);
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

    /// A series of an association, with an occurrence that moved and one that was cancelled.
    #[test]
    fn a_series_as_people_write_it_is_refused_by_name() {
        let Some(path) = shared("field/45-series.ics") else { return };
        let reader = crate::import::open(&path, &ImportOptions::default()).unwrap();
        let whys: Vec<String> = reader
            .map(|item| match item.unwrap() {
                Item::Skipped(skipped) => skipped.why,
                Item::Record(record) => panic!("{record:?}"),
            })
            .collect();
        assert!(whys.len() == 3 && whys.iter().all(|why| why.contains("series are not read yet")), "{whys:?}");
    }
}
