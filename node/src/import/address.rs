//! Where an address lies, about: the middle of its commune, from the gazetteer.

mod france;
mod names;
#[cfg(test)]
mod tests;

pub(super) use france::FRANCE;
pub(super) use names::{postcode_and_city, postcode_at_end};

use super::geometry::LatLon;
use crate::{
    gazetteer::{self, Place},
    osm_words::Language,
    search::fold,
    territory::sphere,
};
use communaut_protocol::Position;
use france::{arrondissement, country, degrees, is_code, is_france, of_postcode, seat};
use jiff::tz::TimeZone;
use names::{commune, country_before, is_commune, namesakes};
use std::collections::HashMap;

/// Communes, and squares in which something without a name lies, that are remembered of one file.
const REMEMBERED_MAX: usize = 20_000;
/// For whom places of one name are ranked: what is read so far are files of France and its neighbours.
const READER: &str = "fr_FR";
/// Metres from the seat of a département within which its communes lie.
const DEPARTEMENT_M: f64 = 130_000.0;
/// Metres from the middle of a postcode within which a town may have it although it is not in the list.
const OF_POSTCODE_M: f64 = 20_000.0;
/// Metres to the next place beyond which its clocks say nothing: at sea.
const ZONE_M: f64 = 200_000.0;
/// How many times more people make one of several places of a name the one that is meant.
const MEANT: u64 = 8;
/// People of a town abroad that is meant although its postcode could be one of France, and nothing else of the file
/// lies there: everybody knows it.
const KNOWN_ABROAD: u64 = 50_000;
/// Records of a file whose places are remembered, to tell namesakes apart.
const AMONG_MAX: usize = 256;
/// Metres to another record of the file within which a namesake is the one that is meant.
const AMONG_M: f64 = 100_000.0;

/// Communes that were looked up; one for each file.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    known: HashMap<(String, String, bool), Option<Home>>,
    /// How many were not.
    unclear: usize,
    /// Seats of départements by the first two figures of postcodes.
    seats: HashMap<String, Option<Position>>,
    /// Where the first records of the file lie.
    among: Vec<Position>,
    /// What is spoken, by tenths of degrees.
    spoken: HashMap<(i32, i32), Language>,
    /// What the clocks show, likewise.
    zones: HashMap<(i32, i32), Option<TimeZone>>,
}

/// Where an address lies, about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Home {
    pub at: LatLon,
    /// Its postcode is of another town.
    pub contradicts: bool,
}

impl Home {
    fn of(place: &Place) -> Self {
        Self { at: degrees(place), contradicts: false }
    }
}

impl Addresses {
    /// What is mostly spoken where something lies.
    pub fn language(&mut self, at: LatLon) -> Language {
        if self.spoken.len() >= REMEMBERED_MAX {
            self.spoken.clear();
        }
        let country = || nearest(at).map(|(_, country)| country).unwrap_or_default();
        *self.spoken.entry(tenths(at)).or_insert_with(|| Language::of_country(&country()))
    }

    /// The zone of the nearest place that is known.
    pub fn zone(&mut self, at: LatLon) -> Option<TimeZone> {
        if self.zones.len() >= REMEMBERED_MAX {
            self.zones.clear();
        }
        let found = || {
            let position = Position::from_degrees(at.0, at.1).ok()?;
            let near = gazetteer::bundled().nearest(position).filter(|(_, metres)| *metres < ZONE_M)?;
            TimeZone::get(&near.0.timezone).ok()
        };
        self.zones.entry(tenths(at)).or_insert_with(found).clone()
    }

    /// A record of the file lies here.
    pub fn saw(&mut self, at: LatLon) {
        if self.among.len() < AMONG_MAX {
            self.among.extend(Position::from_degrees(at.0, at.1).ok());
        }
    }

    /// As [`Self::home`], of a file that need not be France's.
    pub fn find(&mut self, postcode: &str, city: &str) -> Option<LatLon> {
        self.home(postcode, city, false).map(|home| home.at)
    }

    /// The middle of the commune, or of its arrondissement; without a commune, of those of a postcode of France. None
    /// where it is not known, or where several could be meant. `french`: the postcodes of the file are those of France,
    /// and one of them places a hamlet that nobody knows.
    pub fn home(&mut self, postcode: &str, city: &str, french: bool) -> Option<Home> {
        let key = (postcode.to_owned(), fold::folded(city), french);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let town = commune(city);
        let found = self.town(postcode, &key.1, &town);
        let found = found.or_else(|| hamlet(postcode, &town, french));
        self.unclear += usize::from(found.is_none());
        // What is not clear yet may be so by the records that follow.
        let last = self.among.len() == AMONG_MAX || self.unclear > AMONG_MAX;
        if self.known.len() < REMEMBERED_MAX && (found.is_some() || last) {
            self.known.insert(key, found);
        }
        found
    }

    /// `city`: all that was said, folded.
    fn town(&mut self, postcode: &str, city: &str, town: &str) -> Option<Home> {
        let certain = |at| Home { at, contradicts: false };
        if town.is_empty() {
            return of_postcode(postcode).filter(|_| city.is_empty()).map(certain);
        }
        let found = arrondissement(postcode, town, city).map(certain).or_else(|| self.look_up(postcode, town))?;
        self.saw(found.at);
        Some(found)
    }

    fn look_up(&mut self, postcode: &str, town: &str) -> Option<Home> {
        let french = is_code(postcode).then(|| self.in_france(postcode, town)).flatten();
        french.or_else(|| self.by_name(postcode, town))
    }

    /// A town of a postcode of France, or else one of its name near to it.
    fn in_france(&mut self, postcode: &str, town: &str) -> Option<Home> {
        let country = country(postcode);
        if let Some(place) = namesakes(town, postcode).into_iter().find(|place| is_france(&place.country)) {
            return Some(Home::of(&place));
        }
        let mut places = namesakes(town, country);
        places.retain(|place| place.country == country);
        let seat = if country == "FR" { self.seat(postcode) } else { None };
        let Some(seat) = seat else { return Some(Home::of(self.meant(&places)?)) };
        places.retain(|place| sphere::metres(place.position, seat) < DEPARTEMENT_M);
        let code = of_postcode(postcode).and_then(|at| Position::from_degrees(at.0, at.1).ok());
        // The nearest of those that the postcode allows, where it does not tell them apart.
        let away = |place: &Place| sphere::metres(place.position, code.unwrap_or(seat));
        let place = places.iter().min_by(|a, b| away(a).total_cmp(&away(b)))?;
        Some(Home { contradicts: code.is_some() && away(place) > OF_POSTCODE_M, ..Home::of(place) })
    }

    /// A town by its name alone, or with the country in front of its postcode.
    fn by_name(&self, postcode: &str, town: &str) -> Option<Home> {
        let abroad = country_before(postcode);
        let places = namesakes(town, abroad.unwrap_or_default());
        let place = self.meant(&places)?;
        // A postcode of five figures that is none of that town's is another country's, or wrong.
        let fits = !is_code(postcode)
            || !is_france(&place.country) && (place.population >= KNOWN_ABROAD || self.is_among(place));
        let told = abroad.is_none_or(|abroad| place.country == abroad);
        (fits && told).then(|| Home::of(place))
    }

    /// Which of several places of a name is meant: the one among the records of the file, or one by far the largest.
    fn meant<'p>(&self, places: &'p [Place]) -> Option<&'p Place> {
        if let [only] = places {
            return Some(only);
        }
        let mut among = places.iter().filter(|place| self.is_among(place));
        if let (Some(only), None) = (among.next(), among.next()) {
            return Some(only);
        }
        let most = places.iter().max_by_key(|place| place.population)?;
        let others = places.iter().filter(|place| *place != most);
        others.into_iter().all(|other| most.population > other.population.saturating_mul(MEANT)).then_some(most)
    }

    fn is_among(&self, place: &Place) -> bool {
        self.among.iter().any(|at| sphere::metres(*at, place.position) < AMONG_M)
    }

    /// The seat of a postcode's département.
    fn seat(&mut self, postcode: &str) -> Option<Position> {
        let start = postcode.get(..2)?;
        *self.seats.entry(start.to_owned()).or_insert_with(|| seat(postcode))
    }
}

/// Where a hamlet lies, behind a postcode of France and mostly the name of its commune: the gazetteer has few of them.
/// A commune of another postcode is none. `french`: the postcode alone says where.
fn hamlet(postcode: &str, town: &str, french: bool) -> Option<Home> {
    let at = of_postcode(postcode)?;
    let words: Vec<&str> = town.split(' ').collect();
    let begun = (1..words.len()).rev().filter_map(|count| words.get(..count)).map(|words| words.join(" "));
    let inside = |name: String| namesakes(&name, postcode).into_iter().find(|place| is_france(&place.country));
    if let Some(place) = begun.filter(|name| name.len() > 2).find_map(inside) {
        return Some(Home::of(&place));
    }
    (french && !is_commune(town, &namesakes(town, "FR"))).then_some(Home { at, contradicts: false })
}

#[expect(clippy::cast_possible_truncation, reason = "degrees are few")]
fn tenths(at: LatLon) -> (i32, i32) {
    let tenth = |degrees: f64| (degrees * 10.0).floor() as i32;
    (tenth(at.0), tenth(at.1))
}

/// Metres between two places in degrees; none where one of them is none.
pub(super) fn metres(a: LatLon, b: LatLon) -> Option<f64> {
    // What is not on Earth has no distance.
    let position = |(lat, lon): LatLon| Position::from_degrees(lat, lon).ok();
    Some(sphere::metres(position(a)?, position(b)?))
}

/// Metres to the nearest place that is known, and the code of its country.
pub(super) fn nearest(at: LatLon) -> Option<(f64, String)> {
    let (place, metres) = gazetteer::bundled().nearest(Position::from_degrees(at.0, at.1).ok()?)?;
    Some((metres, place.country))
}
