//! The values of one record, with what each is for.

use crate::import::{
    Reason, address, coords,
    dates::Cells,
    osm_tags,
    role::{LanguageCode, Rank, Role},
    text,
};

/// The values of one record with what each is for.
#[derive(Debug, Default, Clone)]
pub(in crate::import) struct Said {
    pub(super) values: Vec<(Role, Rank, String)>,
}

impl Said {
    pub fn add(&mut self, (role, rank): (Role, Rank), value: &str) {
        if !text::is_absent(value) {
            self.values.push((role, rank, value.to_owned()));
        }
    }
    /// Whether there is anything that could be a name, or it is found by what it is.
    pub fn has_name(&self) -> bool {
        self.all(Role::Name).next().is_some() || self.name_in().is_some() || self.thing().is_some()
    }
    /// Its names by language.
    pub(super) fn names_in(&self) -> impl Iterator<Item = (LanguageCode, &str)> {
        self.values.iter().filter_map(|(role, _, name)| match role {
            Role::NameIn(language) => Some((*language, name.as_str())),
            _ => None,
        })
    }
    /// Its name where only names in languages are said: in French, or English, or the first.
    pub(super) fn name_in(&self) -> Option<&str> {
        let of = |code: &str| self.names_in().find(|(language, _)| language.code() == code);
        of("fr").or_else(|| of("en")).or_else(|| self.names_in().next()).map(|(_, name)| name)
    }
    /// The tag by which something without a name is shown ("amenity=toilets"), unless it is only somebody's own.
    pub(super) fn thing(&self) -> Option<String> {
        let closed = || self.all(Role::Access).any(|access| matches!(access, "private" | "no"));
        let tags = self.values.iter().filter_map(|(role, _, value)| osm_tags::thing(*role, value));
        tags.into_iter().next().filter(|_| !closed())
    }
    /// Bytes of all its texts.
    pub fn bytes(&self) -> usize {
        self.values.iter().map(|(.., value)| value.len()).sum()
    }
    /// What it says of when it takes place.
    pub fn dates(&self) -> Cells<'_> {
        let of = |role| self.all(role).collect();
        let mut cells = Cells {
            begins: of(Role::Begins),
            ends: of(Role::Ends),
            begins_at: of(Role::BeginsAt),
            ends_at: of(Role::EndsAt),
        };
        // Of an event hours are its own.
        if cells.begins_at.is_empty() {
            cells.begins_at = of(Role::Hours);
        }
        cells
    }
    /// Put the surest first; columns of equal rank stay in the file's order.
    pub fn sort(&mut self) {
        self.values.sort_by_key(|(_, rank, _)| *rank);
    }
    pub(super) fn all(&self, wanted: Role) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(role, ..)| *role == wanted).map(|(.., value)| value.as_str())
    }
    pub fn first(&self, wanted: Role) -> &str {
        self.all(wanted).next().unwrap_or_default()
    }
    /// Its postcode and commune, from their columns or from the end of its address.
    pub fn commune(&self) -> (&str, &str) {
        match (self.first(Role::Postcode), self.first(Role::City)) {
            ("", city) if !city.is_empty() => match address::postcode_and_city(city) {
                Some(found) => found,
                None => (address::postcode_at_end(city).unwrap_or_default(), city),
            },
            (postcode, city) if !city.is_empty() => (postcode.trim(), city),
            (postcode, _) => match self.all(Role::Address).find_map(address::postcode_and_city) {
                Some((_, city)) if !postcode.is_empty() => (postcode.trim(), city),
                Some(found) => found,
                None if postcode.is_empty() => {
                    (self.all(Role::Address).find_map(address::postcode_at_end).unwrap_or_default(), "")
                }
                None => (postcode.trim(), ""),
            },
        }
    }
    pub(super) fn has_numbers_of_position(&self) -> bool {
        let mut positions = self.values.iter().filter(|(role, ..)| role.is_position());
        positions.any(|(.., value)| value.bytes().any(|byte| byte.is_ascii_digit()))
    }
    /// What it says of its position. None: nothing. Words in a column of positions are nothing where another column
    /// has one.
    pub fn place(&self) -> Result<Option<coords::Said>, Reason> {
        let mut refused = None;
        match coords::two(self.first(Role::Latitude), self.first(Role::Longitude)) {
            Ok(Some(pair)) => return Ok(Some(coords::Said::Pair(pair))),
            Ok(None) => {}
            Err(why) => refused = Some(why),
        }
        for (role, lon_first) in [(Role::LatLon, false), (Role::LonLat, true)] {
            for value in self.all(role) {
                match coords::both(value, lon_first) {
                    Ok(Some(place)) => return Ok(Some(place)),
                    Ok(None) => {}
                    Err(why) => refused = refused.or(Some(why)),
                }
            }
        }
        for value in self.all(Role::Geometry) {
            match coords::shape(value) {
                Ok(Some(shape)) => return Ok(Some(coords::Said::Shape(Box::new(shape)))),
                Ok(None) => {}
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        // A column called "location" has words as often as numbers: what is no position there is no fault.
        let place = self.all(Role::Location).find_map(|value| coords::both(value, false).ok().flatten());
        match (place, refused) {
            (Some(place), _) => Ok(Some(place)),
            (None, Some(why)) => Err(why),
            (None, None) => Ok(None),
        }
    }
}
