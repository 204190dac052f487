//! What a file does not say of its records outright: names made of what something is and where, when it takes place
//! where the file is one of events, of which data set it is.

use super::{Builder, Said, fields, is_osm_id};
use crate::import::{
    Reason, dates,
    format::{OSM_LICENCE, OSM_SOURCE},
    geometry::LatLon,
    osm_tags,
    role::Role,
    subject::{self, Subject},
    text,
};
use communaut_protocol::{limits::NAME_MAX, op::When};
use jiff::tz::TimeZone;

/// Times of one event that are kept as they are written: of a row of them the first say enough.
const UNREAD_MAX: usize = 4;

impl Builder {
    /// What the file is about, by its name or by a title above its table.
    pub fn subject(&self, titles: &[String]) -> Option<&'static Subject> {
        [&self.of_file, &self.source].into_iter().chain(titles).find_map(|text| subject::of_text(text))
    }

    /// What its name says of things that have no name themselves.
    pub fn thing(&self) -> Option<&'static str> {
        [&self.of_file, &self.source].into_iter().find_map(|text| subject::thing_of_text(text))
    }

    /// The zone of a place; of one that is nowhere, this machine's.
    pub fn zone(&mut self, place: LatLon) -> TimeZone {
        self.addresses.zone(place).unwrap_or_else(|| dates::named(TimeZone::system()))
    }

    /// The zone of where a record says that it lies, or of its commune.
    pub fn zone_of(&mut self, place: Option<LatLon>, said: &Said) -> Option<TimeZone> {
        let place = place.or_else(|| {
            let (postcode, city) = said.commune();
            self.commune(postcode, city)
        });
        self.addresses.zone(place?)
    }

    /// Of which data set a record is: an object of OpenStreetMap is one whatever file it comes in.
    pub(super) fn data_set(&self, id: &str) -> (String, String) {
        let of_osm = is_osm_id(id);
        let of = |unsaid: bool, osm: &str, own: &str| if of_osm && unsaid { osm.to_owned() } else { own.to_owned() };
        (of(self.unsaid.0, OSM_SOURCE, &self.source), of(self.unsaid.1, OSM_LICENCE, &self.licence))
    }

    /// Whether what a record is, or where it is, can stand for a name.
    pub(super) fn can_name(&self, said: &Said) -> bool {
        let about = self.habits.subject.is_some() || self.habits.thing.is_some();
        about || self.habits.nameless && (said.all(Role::What).next().is_some() || !fields::spot(said).is_empty())
    }

    /// What it is and where: "Sanisette, 12 rue Linois". None: neither is said.
    pub(super) fn made_name(&mut self, said: &Said, place: LatLon) -> Option<String> {
        let language = self.addresses.language(place);
        let what = said.all(Role::What).map(fields::what).find(|what| !what.is_empty());
        let what = what.or_else(|| match (self.habits.subject, self.habits.thing) {
            (Some(subject), _) => subject.called(language),
            (None, Some(tag)) => osm_tags::called(tag, language),
            (None, None) => None,
        });
        let parts = [what.unwrap_or_default(), fields::spot(said)];
        let mut name = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ");
        text::cut(&mut name, NAME_MAX);
        Some(name).filter(|name| !name.is_empty())
    }

    /// When it takes place, where the file is one of events, and what of it is not understood. Dates that are not read
    /// are counted.
    pub(super) fn when(&mut self, said: &Said, place: LatLon) -> Result<(Option<When>, Vec<String>), Reason> {
        let cells = said.dates();
        if !self.habits.events {
            self.counts.undated += u64::from(!cells.begins.is_empty());
            return Ok((None, Vec::new()));
        }
        let Some((start, end)) = cells.read(self.habits.order)? else { return Err(Reason::NoDate) };
        let times = [Role::BeginsAt, Role::EndsAt, Role::Ends].into_iter().flat_map(|role| said.all(role));
        let unread = times.filter(|cell| dates::read(cell, self.habits.order).is_none()).take(UNREAD_MAX);
        let mut unread: Vec<String> = unread.map(text::one_line).collect();
        unread.dedup();
        self.counts.times += u64::from(!unread.is_empty());
        let zone = self.zone(place);
        let when = self.clock.when(start, end, &zone).ok_or(Reason::OutOfCalendar)?;
        Ok((Some(when), unread))
    }

    /// What something without a name is called where it lies.
    pub(super) fn called(&mut self, tag: &str, place: LatLon) -> Option<String> {
        osm_tags::called(tag, self.addresses.language(place))
    }
}
