//! iCalendar (RFC 5545): each VEVENT is an event. Series are told apart and not read yet: neither the rule of one nor
//! what is said of one of its occurrences alone.

use super::{
    ImportError, ImportItem, Source,
    geometry::LatLon,
    json_split::{Line, Lines},
    notes::ImportNote,
    record::{Builder, Said},
    role::Role,
    text,
};
use communaut_protocol::op::{Kind, When};
use icalendar::parser::{Component, Property, read_components};
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
/// Lines of one event: people write some twenty.
const LINES_MAX: usize = 2_000;
/// Components within one another: an alarm in an event is the second.
const DEPTH_MAX: usize = 4;
/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// Events of a file.
pub(super) struct CalendarSource {
    lines: Lines<BufReader<File>>,
    /// The first line behind the one that was read last: only there it shows whether that one goes on.
    ahead: Option<Line>,
    file: String,
    builder: Builder,
    read: u64,
    /// In which a time without a zone is meant: the file's own, or that of this machine.
    here: TimeZone,
}

/// A content line, unfolded. Folding may split a character, so it is undone before anything is decoded.
struct Content {
    number: u64,
    /// None: too long.
    text: Option<String>,
}

impl CalendarSource {
    pub fn open(file: File, name: String, builder: Builder, here: TimeZone) -> Self {
        // A zone without a name could not be said with the event.
        let here = if here.iana_name().is_some() { here } else { TimeZone::UTC };
        let lines = Lines::new(BufReader::with_capacity(CHUNK, file), LINE_MAX);
        Self { lines, ahead: None, file: name, builder, read: 0, here }
    }

    fn next_line(&mut self) -> io::Result<Option<Content>> {
        let first = match self.ahead.take() {
            Some(line) => line,
            None => match self.lines.next_line()? {
                Some(line) => line,
                None => return Ok(None),
            },
        };
        let (number, mut whole) = (first.number, first.bytes.map(unended));
        while let Some(next) = self.lines.next_line()? {
            let more = next.bytes.as_deref().unwrap_or_default();
            if !more.starts_with(b" ") && !more.starts_with(b"\t") {
                self.ahead = Some(next);
                break;
            }
            whole = whole.filter(|line| line.len() + more.len() <= LINE_MAX).map(|mut line| {
                line.extend(unended(more.get(1..).unwrap_or_default().to_vec()));
                line
            });
        }
        Ok(Some(Content { number, text: whole.map(decoded) }))
    }

    fn next_event(&mut self) -> io::Result<Option<Result<ImportItem, ImportError>>> {
        let begin = loop {
            let Some(line) = self.next_line()? else { return Ok(None) };
            let text = line.text.unwrap_or_default();
            if is(&text, "BEGIN:VEVENT") {
                break line.number;
            }
            if is(&text, "X-WR-TIMEZONE:") {
                let zone = text.split_once(':').and_then(|(_, name)| zone(name.trim()));
                self.here = zone.unwrap_or_else(|| self.here.clone());
            }
        };
        self.read += 1;
        let at = format!("event {} (line {begin})", self.read);
        let (mut event, mut depth, mut lines, mut too_large) = ("BEGIN:VEVENT\r\n".to_owned(), 1_usize, 0, false);
        while depth > 0 {
            let Some(line) = self.next_line()? else {
                let why = "the file ends in the middle of an event";
                return Ok(Some(Err(ImportError::broken(&self.file, format!("line {begin}"), why))));
            };
            let text = line.text.as_deref().unwrap_or_default();
            if is(text, "BEGIN:") {
                depth = depth.saturating_add(1);
            } else if is(text, "END:") {
                depth -= 1;
            }
            lines += 1;
            too_large |= line.text.is_none() || depth > DEPTH_MAX || lines > LINES_MAX;
            too_large |= event.len() + text.len() > EVENT_MAX;
            if !too_large {
                event.push_str(&named(text));
                // The parser looks for this end first, and through all that follows where it is another.
                event.push_str("\r\n");
            }
        }
        let item = if too_large {
            ImportItem::skipped(at, format!("an event of more than {} KiB, or with too much in it", EVENT_MAX >> 10))
        } else {
            self.item(&at, &event).unwrap_or_else(|why| ImportItem::skipped(at, why))
        };
        Ok(Some(Ok(item)))
    }

    fn item(&mut self, at: &str, event: &str) -> Result<ImportItem, String> {
        let read = read_components(event).ok().and_then(|all| all.into_iter().next());
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
        ] {
            said.add((role, 0), &value_of(&event, name));
        }
        for list in event.properties.iter().filter(|property| property.name.as_str() == "CATEGORIES") {
            list.val.as_str().split(',').for_each(|tag| said.add((Role::Tags, 0), &tag.replace('\\', " ")));
        }
        let id = Some(value_of(&event, "UID")).filter(|id| !id.is_empty());
        let mut item = self.builder.item(at, id, said, place(&event)?);
        if let ImportItem::Record(record) = &mut item {
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
            offset: None,
            whole_days: false,
            repeat: None,
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
                zone(name).ok_or_else(|| format!("the time zone '{}' is not known", text::shown(name)))?
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
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        self.next_event().unwrap_or_else(|error| Some(Err(ImportError::io(&self.file, &error))))
    }
    fn notes(&self) -> Vec<ImportNote> {
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

/// The value of a property, as the parser has unescaped it by its type; empty if there is none.
fn value_of(event: &Component<'_>, name: &str) -> String {
    property(event, name).map(|property| property.val.as_str().to_owned()).unwrap_or_default()
}

/// A zone by its name, which some programs write behind a path of their own.
fn zone(name: &str) -> Option<TimeZone> {
    let after = |parts: usize| name.rsplitn(parts + 1, '/').take(parts).collect::<Vec<_>>();
    let city = after(2).into_iter().rev().collect::<Vec<_>>().join("/");
    TimeZone::get(name).or_else(|_| TimeZone::get(&city)).ok()
}

/// Without its line feed.
fn unended(mut line: Vec<u8>) -> Vec<u8> {
    while line.last().is_some_and(|end| matches!(end, b'\r' | b'\n')) {
        line.pop();
    }
    line
}

/// UTF-8, as RFC 5545 has it; what is not is taken for the usual encoding of old programs.
fn decoded(line: Vec<u8>) -> String {
    String::from_utf8(line).unwrap_or_else(|error| {
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(error.as_bytes());
        text.into_owned()
    })
}

/// With the property's name in capitals: the parser knows the types of those alone.
fn named(line: &str) -> String {
    let end = line.find([':', ';']).unwrap_or(0);
    let (name, rest) = line.split_at(end);
    name.to_ascii_uppercase() + rest
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
        Format, ImportItem, ImportOptions, ImportRecord, format,
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
        let mut source = CalendarSource::open(File::open(&path).unwrap(), "fetes.ics".into(), builder, paris);
        let item = source.next_item().unwrap().unwrap();
        assert!(source.next_item().is_none());
        match item {
            ImportItem::Record(record) => Ok(*record),
            ImportItem::Skipped(skipped) => Err(skipped.why),
        }
    }

    fn span(start_ms: i64, end_ms: i64, zone: &str) -> Option<When> {
        Some(When { start_ms, end_ms, zone: zone.into(), offset: None, whole_days: false, repeat: None })
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
    fn a_zone_is_the_files_own_where_it_says_so() {
        let event = "SUMMARY:x\nGEO:1;2\nDTSTART;VALUE=DATE:20270621";
        let text = calendar(&[event]).replace("VERSION:2.0", "VERSION:2.0\r\nX-WR-TIMEZONE:Asia/Tokyo");
        let (_folder, path) = file("fetes.ics", text);
        let reader = crate::import::open(&path, &ImportOptions::default()).unwrap();
        let got: Vec<ImportItem> = reader.map(Result::unwrap).collect();
        let [ImportItem::Record(record)] = &got[..] else { panic!("{got:?}") };
        assert_eq!(record.when.as_ref().unwrap().zone, "Asia/Tokyo");
        let prefixed = one("SUMMARY:x\nGEO:1;2\nDTSTART;TZID=/mozilla.org/2005/Europe/Paris:20270621T180000");
        assert_eq!(prefixed.unwrap().when.unwrap().zone, "Europe/Paris");
    }

    /// A series of an association, with an occurrence that moved and one that was cancelled.
    #[test]
    fn a_series_as_people_write_it_is_refused_by_name() {
        let Some(path) = shared("field/45-series.ics") else { return };
        let reader = crate::import::open(&path, &ImportOptions::default()).unwrap();
        let whys: Vec<String> = reader
            .map(|item| match item.unwrap() {
                ImportItem::Skipped(skipped) => skipped.why,
                ImportItem::Record(record) => panic!("{record:?}"),
            })
            .collect();
        assert!(whys.len() == 3 && whys.iter().all(|why| why.contains("series are not read yet")), "{whys:?}");
    }
}
