//! Places by name, as one means them, with no network: villages and cities of the world, and of France every commune,
//! postcode, arrondissement, intercommunality, département and région. Bundled with the program.

mod bands;
mod countries;
mod key;
mod kind;
mod meant;
mod names;
mod query;
mod rank;
mod table;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::of_lines;

pub use countries::country_name;
pub use kind::PlaceKind;
pub use rank::Wish;

use crate::territory::sphere;
use bands::Bands;
use communaut_protocol::Position;
use query::Reading;
use rank::Candidate;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::OnceLock};
use table::{Borne, Table};

/// A place of the gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub kind: PlaceKind,
    /// Département and région, or what its country has in their stead; empty if unknown.
    #[serde(default)]
    pub region: String,
    /// ISO 3166 code of its country.
    pub country: String,
    /// Where.
    pub position: Position,
    /// People who live there.
    pub population: u64,
    /// IANA time zone.
    pub timezone: String,
}

impl Place {
    /// So that it is told from its namesakes: "Brest, Finistère, Bretagne, FR".
    #[must_use]
    pub fn told(&self) -> String {
        let kind = match self.kind {
            PlaceKind::Departement => "département",
            PlaceKind::Region => "région",
            PlaceKind::Intercommunality => "EPCI",
            PlaceKind::Former => "former commune",
            PlaceKind::Place
            | PlaceKind::Commune
            | PlaceKind::Arrondissement
            | PlaceKind::Country
            | PlaceKind::Postcode => "",
        };
        let parts = [self.name.as_str(), kind, &self.region, &self.country];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// The place that is meant by a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceFound {
    /// The likeliest.
    pub place: Place,
    /// Others of that name, the likeliest first; of a postcode, its communes.
    pub others: Vec<Place>,
    /// It has not just this name: its name goes on behind it, or stands in it behind a "de", as a commune's does in
    /// its hamlets'.
    pub mentioned: bool,
}

static BUNDLED: &[u8] = include_bytes!("../../assets/gazetteer.bin");
/// Characters of a name that is looked for: the longest place names have about 90.
const NAME_MAX: usize = 200;
/// Places in one answer: a list that a person reads.
pub const PLACES_MAX: usize = 1_000;
/// Others that are named beside the place that was found: what one looks through at a glance.
const OTHERS_MAX: usize = 6;
/// Communes of a postcode that are named: the postcode with the most has 46.
const COMMUNES_MAX: usize = 64;
/// Metres between two namesakes, at the least: nearer ones are one place twice, a town and its département say.
const APART_M: f64 = 5_000.0;
/// Places by name and by position.
#[derive(Debug, Default)]
pub struct Gazetteer {
    table: Table,
    /// Made by the first who asks what is near.
    bands: OnceLock<Bands>,
}

/// The bundled gazetteer: 3 MB packed in the program, of which the first call unpacks 3 MB of numbers;
/// blocks of names are unpacked as look-ups want them, and a bounded number of them is kept.
#[must_use]
pub fn bundled() -> &'static Gazetteer {
    static OPEN: OnceLock<Gazetteer> = OnceLock::new();
    OPEN.get_or_init(|| {
        let table = Table::read(BUNDLED);
        if table.is_none() {
            tracing::error!("the bundled gazetteer cannot be unpacked, no place is known by name");
        }
        Gazetteer { table: table.unwrap_or_default(), ..Gazetteer::default() }
    })
}

impl Gazetteer {
    /// Places known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }
    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is known of who asks, by their locale and home.
    #[must_use]
    pub fn wish(&self, locale: &str, home: Option<Position>) -> Wish {
        let lives = home.map(|at| (at, self.nearest(at).map(|(place, _)| place.country).unwrap_or_default()));
        Wish::new(locale, lives)
    }

    fn place(&self, number: u32) -> Place {
        let area = self.table.area(number);
        let mut parts: Vec<&str> = Vec::new();
        let name = self.table.name(number);
        for part in [area.departement.as_str(), area.region.as_str()] {
            if !part.is_empty() && !parts.contains(&part) && *part != name {
                parts.push(part);
            }
        }
        Place {
            region: parts.join(", "),
            name,
            kind: self.table.kind(number),
            country: area.country.clone(),
            position: self.table.position(number),
            population: u64::from(self.table.people(number)),
            timezone: area.timezone.clone(),
        }
    }

    fn weight(&self, number: u32, wish: &Wish, main: bool, just_so: bool, accents: bool) -> f64 {
        let (area, position) = (self.table.area(number), self.table.position(number));
        let (people, kind) = (self.table.people(number), self.table.kind(number));
        wish.weight(&Candidate { area, position, people, kind, just_so, accents, main })
    }

    /// Places that bear a name, each once, the likeliest first.
    fn ranked(&self, typed: &str, borne: &[Borne], wish: &Wish) -> Vec<u32> {
        by_weight(self.weights(typed, borne, wish))
    }

    fn weights(&self, typed: &str, borne: &[Borne], wish: &Wish) -> BTreeMap<u32, f64> {
        let typed = key::spelt(typed);
        let mut weights: BTreeMap<u32, f64> = BTreeMap::new();
        for Borne { place, name, main } in borne {
            let just_so = key::spelt(name) == typed;
            let weight = self.weight(*place, wish, *main, just_so, just_so && !typed.is_ascii());
            let held = weights.entry(*place).or_insert(weight);
            *held = held.max(weight);
        }
        weights
    }

    /// Places one of whose names begins with a text, accents, case and signs apart: first those that have just this
    /// name, then the others; the likeliest first. After a comma or in parentheses, the beginning of a country, région
    /// or département, or a postcode, chooses among them: "Lyon, FR", "Vienne, Isère", "Saint-Denis (93)".
    #[must_use]
    pub fn places(&self, text: &str, limit: usize, wish: &Wish) -> Vec<Place> {
        let text: String = text.chars().take(NAME_MAX).collect();
        let limit = limit.min(PLACES_MAX);
        for reading in query::readings(&text) {
            let mut numbers = self.ranked(&reading.name, &self.table.bearing(&reading.key), wish);
            let longer = self.table.begun(&reading.key).into_iter().filter(|number| !numbers.contains(number));
            let weights: BTreeMap<u32, f64> =
                longer.map(|number| (number, self.weight(number, wish, false, false, false))).collect();
            numbers.extend(by_weight(weights));
            let choices = self.choices(&reading);
            let lies = |number: &u32| choices.iter().all(|choice| self.lies(*number, choice));
            let chosen = numbers.into_iter().filter(lies);
            let found: Vec<Place> = chosen.take(limit).map(|number| self.place(number)).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The place that has just this name, and others of that name: of what stands in data. What people type:
    /// [`Self::meant`].
    #[must_use]
    pub fn find(&self, text: &str, wish: &Wish) -> Option<PlaceFound> {
        let text: String = text.chars().take(NAME_MAX).collect();
        query::readings(&text).chain(query::mentions(&text)).find_map(|reading| self.read(&reading, wish))
    }

    /// The place that has just this name, and others of that name, or whose postcode it is: of words that may be
    /// anything.
    #[must_use]
    pub fn named(&self, text: &str, wish: &Wish) -> Option<PlaceFound> {
        let text: String = text.chars().take(NAME_MAX).collect();
        query::readings(&text).find_map(|reading| self.read(&reading, wish))
    }

    fn read(&self, reading: &Reading, wish: &Wish) -> Option<PlaceFound> {
        let mut numbers = self.ranked(&reading.name, &self.table.bearing(&reading.key), wish);
        let choices = self.choices(reading);
        numbers.retain(|number| choices.iter().all(|choice| self.lies(*number, choice)));
        if query::is_postcode(&reading.key) {
            return self.postcode(&reading.key, numbers);
        }
        let mut found = self.apart(numbers, OTHERS_MAX + 1).into_iter();
        Some(PlaceFound { place: found.next()?, others: found.collect(), mentioned: reading.mentioned })
    }

    /// The first of some places that are not one place twice.
    fn apart(&self, numbers: impl IntoIterator<Item = u32>, most: usize) -> Vec<Place> {
        let mut found: Vec<Place> = Vec::new();
        for place in numbers.into_iter().map(|number| self.place(number)) {
            if found.len() == most {
                break;
            }
            if found.iter().all(|held| sphere::metres(held.position, place.position) >= APART_M) {
                found.push(place);
            }
        }
        found
    }

    /// The one commune of a postcode, or the middle of several. Of a city with arrondissements, the arrondissement.
    fn postcode(&self, code: &str, mut numbers: Vec<u32>) -> Option<PlaceFound> {
        let first = *numbers.first()?;
        let country = &self.table.area(first).country;
        numbers.retain(|number| self.table.area(*number).country == *country);
        let is_part = |number: &u32| self.table.kind(*number) == PlaceKind::Arrondissement;
        if numbers.iter().any(is_part) {
            numbers.retain(is_part);
        }
        let communes: Vec<Place> = numbers.iter().take(COMMUNES_MAX).map(|number| self.place(*number)).collect();
        let [largest, _, ..] = communes.as_slice() else {
            let place = communes.into_iter().next()?;
            return Some(PlaceFound { place, others: Vec::new(), mentioned: false });
        };
        let middle = sphere::middle(communes.iter().map(|place| (place.position, 1.0)))?;
        let population = communes.iter().map(|place| place.population).sum();
        let place =
            Place { name: code.to_owned(), kind: PlaceKind::Postcode, position: middle, population, ..largest.clone() };
        Some(PlaceFound { place, others: communes, mentioned: false })
    }

    /// What the choices among namesakes can mean.
    fn choices(&self, reading: &Reading) -> Vec<Choice> {
        let choice = |key: &String| {
            let borne = self.table.bearing(key);
            let wholes = borne.iter().filter_map(|borne| {
                let area = self.table.area(borne.place);
                match self.table.kind(borne.place) {
                    PlaceKind::Country => Some(&area.country),
                    PlaceKind::Region => Some(&area.region),
                    PlaceKind::Departement => Some(&area.departement),
                    _ => None,
                }
            });
            let coded =
                if query::is_postcode(key) { borne.iter().map(|borne| borne.place).collect() } else { Vec::new() };
            Choice { key: key.clone(), unfinished: reading.unfinished, wholes: wholes.cloned().collect(), coded }
        };
        reading.choices.iter().map(choice).collect()
    }

    /// Whether a place lies where a choice says.
    fn lies(&self, number: u32, choice: &Choice) -> bool {
        let area = self.table.area(number);
        let fits =
            |name: &str| !name.is_empty() && (name == choice.key || choice.unfinished && name.starts_with(&choice.key));
        choice.coded.contains(&number)
            || [&area.country, &area.region, &area.departement].into_iter().any(|whole| choice.wholes.contains(whole))
            || fits(&area.country.to_ascii_lowercase())
            || area.code.eq_ignore_ascii_case(&choice.key)
            || [&area.region, &area.departement].into_iter().any(|whole| fits(&key::key(whole)))
    }

    /// The nearest city, town or village, and its distance in metres.
    #[must_use]
    pub fn nearest(&self, at: Position) -> Option<(Place, f64)> {
        let bands = self.bands.get_or_init(|| Bands::of(&self.table));
        let (number, metres) = bands.nearest(&self.table, at)?;
        Some((self.place(number), metres))
    }
}

impl Gazetteer {
    /// Whether places within so many metres are in several countries, or have several clocks.
    #[must_use]
    pub(crate) fn is_near_border(&self, at: Position, metres: f64) -> bool {
        let bands = self.bands.get_or_init(|| Bands::of(&self.table));
        let mut seen = None;
        bands.within(&self.table, at, metres).any(|number| {
            let area = self.table.area(number);
            let here = (&area.country, &area.timezone);
            *seen.get_or_insert(here) != here
        })
    }
}

/// Where a place is to be.
struct Choice {
    /// The key of a region's or département's name, or the code of a country or département.
    key: String,
    /// It may be the beginning of one.
    unfinished: bool,
    /// Régions, départements and codes of countries that are called so, in whatever language.
    wholes: Vec<String>,
    /// Who has this postcode.
    coded: Vec<u32>,
}

fn by_weight(weights: BTreeMap<u32, f64>) -> Vec<u32> {
    let mut ordered: Vec<(u32, f64)> = weights.into_iter().collect();
    ordered.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
    ordered.into_iter().map(|(number, _)| number).collect()
}
