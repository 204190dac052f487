//! iCalendar (RFC 5545): each VEVENT is an event, or a series of one; what is said of one time of a series alone is an
//! event of its own, and left out of the series.
//!
//! A file is read twice: first for what stands anywhere in it and is needed everywhere (time zones, what is said of
//! single times, versions of one event), then for the events.

mod event;
mod lines;
mod ours;
mod parts;
mod rule;
mod series;
#[cfg(test)]
pub(super) mod tests;
mod zones;

pub(crate) use ours::OUR_PROPERTY;

use super::{
    FileFault, ImportError, ImportItem, ImportRecord, Reason, Source,
    notes::ImportNote,
    record::{Builder, Said},
    role::Role,
    stop::Checked,
    text,
};
use calcard::icalendar::{ICalendarProperty, ICalendarValue};
use communaut_protocol::{
    limits::FIELD_MAX,
    op::{Kind, When},
};
use event::Event;
use jiff::tz::TimeZone;
use lines::{Components, Part, Raw, is};
use serde_json::Value;
use series::{Base, Instead, Piece, Series, instead};
use std::{
    collections::{HashMap, VecDeque, hash_map::RandomState},
    fs::File,
    hash::BuildHasher,
    io::{self, BufReader, Seek},
};
use zones::Zones;

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;
/// Bytes of all that is said of single times of series: kept until their series comes.
const SINGLE_MAX: usize = 32 << 20;
/// Events of which the newest version is known: more are read as they come.
const VERSIONS_MAX: usize = 1_000_000;
/// Days over which rules that cannot be said are unrolled for one file: hundreds of them, in some seconds.
const UNROLLED_MAX: usize = 5_000_000;
/// Bytes of an id that an event without one gets from its name.
const NAMED_ID_MAX: usize = FIELD_MAX / 2;

/// Events of a file.
pub(super) struct CalendarSource {
    file: File,
    /// None: not begun.
    parts: Option<Components<BufReader<Checked<File>>>>,
    name: String,
    builder: Builder,
    read: u64,
    zones: Zones,
    /// What is said of single times, by the id of their event.
    single: HashMap<String, Vec<(String, Raw)>>,
    /// From which event on there was no room for them.
    no_room: u64,
    /// The newest version of each event that has several numbers, by a keyed hash of its id.
    newest: HashMap<u64, i64>,
    hasher: RandomState,
    queue: VecDeque<ImportItem>,
    now_ms: i64,
    unrolled: usize,
    /// One of its events says of which data set it is.
    names_sources: bool,
}

impl CalendarSource {
    pub fn open(file: File, name: String, builder: Builder, here: TimeZone) -> Self {
        Self {
            file,
            parts: None,
            name,
            builder,
            read: 0,
            zones: Zones::new(here),
            single: HashMap::new(),
            no_room: u64::MAX,
            newest: HashMap::new(),
            hasher: RandomState::new(),
            queue: VecDeque::new(),
            now_ms: series::now_ms(),
            unrolled: UNROLLED_MAX,
            names_sources: false,
        }
    }

    /// As if it were another day, for the tests.
    #[cfg(test)]
    fn at(mut self, now_ms: i64) -> Self {
        self.now_ms = now_ms;
        self
    }

    /// Go through the file once, and begin anew.
    fn prepare(&mut self) -> io::Result<Components<BufReader<Checked<File>>>> {
        let begin = |file: &File| -> io::Result<_> {
            let mut file = file.try_clone()?;
            file.rewind()?;
            Ok(Components::new(BufReader::with_capacity(CHUNK, Checked(file))))
        };
        let (mut parts, mut read, mut bytes) = (begin(&self.file)?, 0_u64, 0_usize);
        // Where the file breaks off the second reading says so.
        while let Some(part) = parts.next()? {
            match part {
                Part::Line(line) if is(&line, "X-WR-TIMEZONE") => {
                    if let Some((_, name)) = line.split_once(':') {
                        self.zones.set_here(name.trim());
                    }
                }
                Part::Component(Raw { name: "VTIMEZONE", text: Some(text), .. }) => self.zones.describe(&text),
                Part::Component(raw) if raw.name == "VEVENT" => {
                    read += 1;
                    self.look(raw, read, &mut bytes);
                }
                Part::Cut(_) => break,
                Part::Line(_) | Part::Component(_) => {}
            }
        }
        begin(&self.file)
    }

    fn look(&mut self, raw: Raw, number: u64, bytes: &mut usize) {
        let Some(id) = raw.value("UID").map(str::to_owned) else { return };
        if raw.value("RECURRENCE-ID").is_some() {
            *bytes = bytes.saturating_add(raw.text.as_ref().map_or(0, String::len));
            if *bytes <= SINGLE_MAX {
                self.single.entry(id).or_default().push((at(number, &raw), raw));
            } else {
                self.no_room = self.no_room.min(number);
            }
        } else if let Some(version) = raw.value("SEQUENCE").and_then(|version| version.parse().ok()) {
            let key = self.hasher.hash_one(&id);
            if self.newest.len() < VERSIONS_MAX || self.newest.contains_key(&key) {
                self.newest.entry(key).and_modify(|newest| *newest = (*newest).max(version)).or_insert(version);
            }
        }
    }

    fn next_event(&mut self) -> io::Result<Option<Result<ImportItem, ImportError>>> {
        loop {
            if let Some(item) = self.queue.pop_front() {
                return Ok(Some(Ok(item)));
            }
            let mut parts = match self.parts.take() {
                Some(parts) => parts,
                None => self.prepare()?,
            };
            let part = parts.next();
            self.parts = Some(parts);
            match part? {
                Some(Part::Component(raw)) if raw.name == "VEVENT" => {
                    self.read += 1;
                    self.event(&at(self.read, &raw), &raw);
                }
                Some(Part::Component(_) | Part::Line(_)) => {}
                Some(Part::Cut(line)) => {
                    let why = FileFault::CutInEvent;
                    return Ok(Some(Err(ImportError::broken(&self.name, format!("line {line}"), why))));
                }
                None if self.single.is_empty() => return Ok(None),
                None => self.without_series(),
            }
        }
    }

    /// One event, and what is said of single times of it.
    fn event(&mut self, at: &str, raw: &Raw) {
        let id = raw.value("UID").unwrap_or_default().to_owned();
        if raw.value("RECURRENCE-ID").is_some() && !id.is_empty() {
            // It comes with its series, or at the end.
            if self.read >= self.no_room {
                let why = Reason::SinglesTooMany { mib: (SINGLE_MAX >> 20) as u64 };
                self.queue.push_back(ImportItem::skipped(at, why));
            }
            return;
        }
        let version = raw.value("SEQUENCE").and_then(|version| version.parse().ok()).unwrap_or(0_i64);
        let older = self.newest.get(&self.hasher.hash_one(&id)).is_some_and(|newest| *newest > version);
        let items = match &raw.text {
            None => Err(Reason::EventTooLarge),
            Some(_) if older => Err(Reason::NewerVersion { version: version.to_string() }),
            Some(text) => self.items(at, raw, text, &id),
        };
        match items {
            Ok(items) => self.queue.extend(items),
            Err(why) => self.queue.push_back(ImportItem::skipped(at, why)),
        }
    }

    fn items(&mut self, at: &str, raw: &Raw, text: &str, id: &str) -> Result<Vec<ImportItem>, Reason> {
        let event = Event::parse(text).ok_or(Reason::NotEvent)?;
        if event.is_cancelled() {
            self.single.remove(id);
            return self.cancelled(at, &event, id).map(|item| vec![item]).ok_or(Reason::Cancelled);
        }
        self.go_to(&event);
        let base = Base::of(&event, &self.zones)?;
        let single = self.single.remove(id).unwrap_or_default();
        let (mut singles, mut replaced, mut items) = (Vec::new(), Vec::new(), Vec::new());
        for (at, raw) in single {
            match self.single_time(&raw) {
                Ok((event, instead)) => {
                    singles.push((at, event, base.key(&instead.at)?));
                    replaced.push(instead);
                }
                Err(why) => items.push(ImportItem::skipped(at, why)),
            }
        }
        let series = Series::of(&event, &base, &replaced, &self.zones, (self.now_ms, &mut self.unrolled))?;
        let own = ours::own(raw);
        let id = if id.is_empty() { named_id(&event, &base) } else { id.to_owned() };
        for Piece { key, when } in series.pieces {
            if let Some(own) = &own {
                items.push(self.ours(at, own, key, when));
                continue;
            }
            let id = key.map_or_else(|| id.clone(), |key| format!("{id}#{key}"));
            let mut item = self.builder.item(at, Some(id), said(&event, None), event.place()?);
            if let ImportItem::Record(record) = &mut item {
                (record.kind, record.when) = (Kind::Event, Some(when));
            }
            items.push(item);
        }
        items.extend(series.told.into_iter().map(|why| ImportItem::skipped(at, why)));
        for ((at, single, key), instead) in singles.into_iter().zip(replaced) {
            if !single.is_cancelled() && !instead.onward {
                items.push(self.one(&at, &single, Some(&event), format!("{id}#{key}")));
            }
        }
        Ok(items)
    }

    /// A time of an event that this program wrote.
    fn ours(&mut self, at: &str, own: &ours::Own, key: Option<String>, when: When) -> ImportItem {
        self.names_sources |= own.said.contains_key(super::ours::SOURCE);
        let Some(key) = key else {
            return self.builder.ours(at, &own.said, Some(own.when.clone().unwrap_or(when)));
        };
        let mut said = own.said.clone();
        if let Some(Value::String(id)) = said.get_mut("id") {
            *id = format!("{id}#{key}");
        }
        self.builder.ours(at, &said, Some(when))
    }

    /// What does not take place, with its id: it may be held. None: nothing can be held by it.
    fn cancelled(&mut self, at: &str, event: &Event, id: &str) -> Option<ImportItem> {
        if id.is_empty() {
            return None;
        }
        let place = event.place().ok()?;
        let item = self.builder.item(at, Some(id.to_owned()), said(event, None), place);
        let ImportItem::Record(record) = item else { return None };
        Some(ImportItem::Record(Box::new(ImportRecord { kind: Kind::Event, cancelled: true, ..*record })))
    }

    /// Read what has no zone as where an event takes place, by its position or its address.
    fn go_to(&mut self, event: &Event) {
        let zone = self.builder.zone_of(event.place().ok().flatten(), &said(event, None));
        self.zones.go_to(zone);
    }

    /// What is said of one time of a series.
    fn single_time(&self, raw: &Raw) -> Result<(Event, Instead), Reason> {
        let text = raw.text.as_deref().ok_or(Reason::EventTooLarge)?;
        let event = Event::parse(text).ok_or(Reason::NotEvent)?;
        let instead = instead(&event, &self.zones)?.ok_or(Reason::SingleUnread)?;
        Ok((event, instead))
    }

    /// An event that takes place once; what it does not say is said by that of its series.
    fn one(&mut self, at: &str, event: &Event, series: Option<&Event>, id: String) -> ImportItem {
        let read = || {
            let place = event.place()?.map_or_else(|| series.map_or(Ok(None), Event::place), |place| Ok(Some(place)));
            Ok::<_, Reason>((Base::of(event, &self.zones)?, place?))
        };
        match read() {
            Err(why) => ImportItem::skipped(at, why),
            Ok((base, place)) => {
                let mut item = self.builder.item(at, Some(id), said(event, series), place);
                if let ImportItem::Record(record) = &mut item {
                    (record.kind, record.when) = (Kind::Event, Some(base.when));
                }
                item
            }
        }
    }

    /// Single times whose series is not in the file: each stands alone.
    fn without_series(&mut self) {
        let mut left: Vec<_> = std::mem::take(&mut self.single).into_iter().collect();
        left.sort_by(|a, b| a.0.cmp(&b.0));
        for (id, single) in left {
            for (at, raw) in single {
                if let Some(event) = raw.text.as_deref().and_then(Event::parse) {
                    self.go_to(&event);
                }
                let item = match self.single_time(&raw) {
                    Ok((event, _)) if event.is_cancelled() => ImportItem::skipped(at, Reason::Cancelled),
                    Ok((event, instead)) => {
                        match Base::of(&event, &self.zones).and_then(|base| base.key(&instead.at)) {
                            Ok(key) => self.one(&at, &event, None, format!("{id}#{key}")),
                            Err(why) => ImportItem::skipped(at, why),
                        }
                    }
                    Err(why) => ImportItem::skipped(at, why),
                };
                self.queue.push_back(item);
            }
        }
    }
}

impl Source for CalendarSource {
    /// A calendar is a whole by itself, unless its events are of other data sets.
    fn is_ours(&self) -> bool {
        self.names_sources
    }
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        self.next_event().unwrap_or_else(|error| Some(Err(ImportError::io(&self.name, &error))))
    }
    fn notes(&self) -> Vec<ImportNote> {
        let guessed = self.zones.guessed.iter();
        let guessed =
            guessed.map(|(name, zone)| ImportNote::ZoneGuessed { name: text::shown(name), zone: zone.clone() });
        let floating = self.zones.floating.borrow().clone().into_iter();
        let floating = floating.map(|zone| ImportNote::Floating { zone });
        self.builder.notes().into_iter().chain(guessed).chain(floating).collect()
    }
}

/// Where an event stands in the file.
fn at(number: u64, raw: &Raw) -> String {
    format!("event {number} (line {})", raw.line)
}

/// An id for an event that has none: name and start, so that those of one name are not one.
fn named_id(event: &Event, base: &Base) -> String {
    let mut name = text::one_line(&event.text(&ICalendarProperty::Summary));
    text::cut(&mut name, NAMED_ID_MAX);
    format!("{name}@{}", base.start_key())
}

/// The words of an event; what it does not say is said by that of its series.
fn said(event: &Event, series: Option<&Event>) -> Said {
    let mut said = Said::default();
    let of = |name: &ICalendarProperty| {
        let own = event.has(name) || series.is_none();
        if own { Some(event) } else { series }
    };
    for (name, role) in [
        (ICalendarProperty::Summary, Role::Name),
        (ICalendarProperty::Description, Role::Description),
        (ICalendarProperty::Location, Role::Address),
        (ICalendarProperty::Url, Role::Website),
    ] {
        if let Some(event) = of(&name) {
            said.add((role, 0), &event.text(&name));
        }
    }
    let tags = of(&ICalendarProperty::Categories).map(|event| event.values(&ICalendarProperty::Categories));
    for tag in tags.into_iter().flatten().filter_map(|(_, tag)| ICalendarValue::as_text(tag)) {
        said.add((Role::Tags, 0), tag);
    }
    said
}
