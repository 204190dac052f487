//! From what a record says to what is imported of it, or why not.

mod fields;

pub(super) use fields::postcode;

use super::{
    Format, ImportError, ImportItem, ImportOptions, ImportRecord,
    address::{self, Addresses},
    axes::Axes,
    coords::{self, Frame},
    geometry::LatLon,
    mapping::{self, Mapping},
    notes::{APPROXIMATE, Counts, ImportNote},
    osm_tags,
    role::{Language, Rank, Role},
    text,
};
use communaut_protocol::{
    Position,
    limits::{FIELD_MAX, NAME_MAX, TAG_MAX, TAGS_MAX, TEXT_MAX},
    op::Kind,
};
use std::path::Path;

/// Licence and credit of what comes from OpenStreetMap.
pub(super) const OSM_LICENCE: &str = "© OpenStreetMap contributors, ODbL 1.0";
/// Stands in the id of a record whose position is not its own.
const NOWHERE: Position = Position { lat_e7: 0, lon_e7: 0 };

/// The values of one record with what each is for.
#[derive(Debug, Default, Clone)]
pub(super) struct Said {
    values: Vec<(Role, Rank, String)>,
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
    fn names_in(&self) -> impl Iterator<Item = (Language, &str)> {
        self.values.iter().filter_map(|(role, _, name)| match role {
            Role::NameIn(language) => Some((*language, name.as_str())),
            _ => None,
        })
    }
    /// Its name where only names in languages are said: in French, or English, or the first.
    fn name_in(&self) -> Option<&str> {
        let of = |code: &str| self.names_in().find(|(language, _)| language.code() == code);
        of("fr").or_else(|| of("en")).or_else(|| self.names_in().next()).map(|(_, name)| name)
    }
    /// The tag by which something without a name is shown ("amenity=toilets"), unless it is only somebody's own.
    fn thing(&self) -> Option<String> {
        let closed = || self.all(Role::Access).any(|access| matches!(access, "private" | "no"));
        let tags = self.values.iter().filter_map(|(role, _, value)| osm_tags::thing(*role, value));
        tags.into_iter().next().filter(|_| !closed())
    }
    /// Bytes of all its texts.
    pub fn bytes(&self) -> usize {
        self.values.iter().map(|(.., value)| value.len()).sum()
    }
    /// Put the surest first; columns of equal rank stay in the file's order.
    pub fn sort(&mut self) {
        self.values.sort_by_key(|(_, rank, _)| *rank);
    }
    fn all(&self, wanted: Role) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(role, ..)| *role == wanted).map(|(.., value)| value.as_str())
    }
    pub fn first(&self, wanted: Role) -> &str {
        self.all(wanted).next().unwrap_or_default()
    }
    /// Its postcode and commune, from their columns or from the end of its address.
    pub fn commune(&self) -> (&str, &str) {
        match (self.first(Role::Postcode), self.first(Role::City)) {
            (postcode, city) if !city.is_empty() => (postcode.trim(), city),
            (postcode, _) => match self.all(Role::Address).find_map(address::postcode_and_city) {
                Some((_, city)) if !postcode.is_empty() => (postcode.trim(), city),
                Some(found) => found,
                None => (postcode.trim(), ""),
            },
        }
    }
    fn has_numbers_of_position(&self) -> bool {
        let mut positions = self.values.iter().filter(|(role, ..)| role.is_position());
        positions.any(|(.., value)| value.bytes().any(|byte| byte.is_ascii_digit()))
    }
    /// What it says of its position. None: nothing. Words in a column of positions are nothing where another column
    /// has one.
    pub fn place(&self) -> Result<Option<coords::Said>, String> {
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
        // A column called "location" has words as often as numbers.
        let place = self.all(Role::Location).find_map(|value| coords::both(value, false).ok().flatten());
        match (place, refused) {
            (Some(place), _) => Ok(Some(place)),
            (None, Some(why)) => Err(why),
            (None, None) => Ok(None),
        }
    }
}

/// What was found out of a whole file before its records are made.
#[derive(Debug, Clone, Default)]
pub(super) struct Habits {
    /// How its positions are to be read.
    pub frame: Frame,
    /// Most of it lies in France: postcodes and phone numbers are France's.
    pub french: bool,
    /// No column is called a name, and streets have numbers: an address is its own name.
    pub named_by_address: bool,
}

/// Makes records; one for each file.
#[derive(Debug)]
pub(super) struct Builder {
    source: String,
    /// What ids that no other file knows begin with.
    of_file: String,
    licence: String,
    kind: Kind,
    tags: Vec<String>,
    pub habits: Habits,
    counts: Counts,
    addresses: Addresses,
    axes: Axes,
}

impl Builder {
    pub fn new(path: &Path, format: Format, options: &ImportOptions, mapping: &Mapping) -> Result<Self, ImportError> {
        let known = format.data_set();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let of_file = stem.strip_suffix(".osm").unwrap_or(&stem).to_owned();
        let said = |option: &Option<String>, mapped: &Option<String>, otherwise: &str| {
            text::one_line(option.as_deref().or(mapped.as_deref()).unwrap_or(otherwise))
        };
        let source = said(&options.source, &mapping.source, known.map_or(&stem, |(source, _)| source));
        let licence = said(&options.licence, &mapping.licence, known.map_or("", |(_, licence)| licence));
        let name = path.display().to_string();
        for (what, text) in [("source", &source), ("licence", &licence)] {
            if text.len() > FIELD_MAX {
                let why = format!("the {what} given for it has {} bytes: at most {FIELD_MAX}", text.len());
                return Err(ImportError::unusable(&text::one_line(&name), why));
            }
        }
        if source.is_empty() {
            return Err(ImportError::unusable(
                &text::one_line(&name),
                "has no name to call its data by: give a source",
            ));
        }
        Ok(Self {
            source,
            of_file: text::one_line(&of_file),
            licence,
            kind: mapping.kind.unwrap_or_default(),
            tags: mapping.tags.clone(),
            habits: Habits::default(),
            counts: Counts::default(),
            addresses: Addresses::default(),
            axes: Axes::default(),
        })
    }

    /// The id of an object of OpenStreetMap. Below zero it is an editor's own: another file has the same for another
    /// object.
    pub fn osm_id(&self, at: &str, id: i64) -> String {
        if id < 0 { format!("{}/{at}", self.of_file) } else { at.to_owned() }
    }

    /// Communes that were looked up for this file.
    pub fn addresses(&mut self) -> &mut Addresses {
        &mut self.addresses
    }

    /// The record at `at`. `id`: what the format says beside the values; `place`: likewise, in degrees.
    pub fn item(&mut self, at: &str, id: Option<String>, mut said: Said, place: Option<LatLon>) -> ImportItem {
        said.sort();
        self.mend(&mut said);
        match self.record(at, id, &said, place) {
            Ok(record) => ImportItem::Record(Box::new(record)),
            Err(why) => ImportItem::skipped(at, why),
        }
    }

    /// The same for a position in the numbers of the file.
    pub fn item_at(&mut self, at: &str, id: Option<String>, said: Said, place: Option<coords::Said>) -> ImportItem {
        match place.map(|place| self.degrees(place, &said)).transpose() {
            Ok(place) => self.item(at, id, said, place),
            Err(why) => ImportItem::skipped(at, why),
        }
    }

    /// Letters, entities and tags put right in everything that people read.
    fn mend(&mut self, said: &mut Said) {
        for (role, _, value) in &mut said.values {
            if role.is_position() || matches!(role, Role::Id) {
                continue;
            }
            if let std::borrow::Cow::Owned(better) = text::mended(value) {
                self.counts.mended += 1;
                *value = better;
            }
            if !matches!(role, Role::Website | Role::Email)
                && let std::borrow::Cow::Owned(better) = text::plain(value)
            {
                *value = better;
            }
            self.counts.lost_letters += u64::from(value.contains('\u{fffd}'));
        }
    }

    fn record(
        &mut self,
        at: &str,
        id: Option<String>,
        said: &Said,
        place: Option<LatLon>,
    ) -> Result<ImportRecord, String> {
        let own_name = self.name(said);
        if own_name.is_none() && said.thing().is_none() {
            return Err("no name".to_owned());
        }
        if let Some(name) = own_name.as_ref().filter(|name| name.len() > NAME_MAX) {
            return Err(format!("the name '{}' has {} bytes: at most {NAME_MAX}", text::shown(name), name.len()));
        }
        let place = match place {
            Some(place) => Ok(Some(place)),
            None => said.place().and_then(|place| place.map(|place| self.degrees(place, said)).transpose()),
        };
        let (place, coarse) = self.place(place, said)?;
        let position = coords::position(place)?;
        let name = own_name.or_else(|| said.thing().and_then(|tag| self.called(&tag, place))).ok_or("no name")?;
        let kind = match said.first(Role::Kind) {
            "" => said.values.iter().find_map(|(role, _, value)| osm_tags::kind(*role, value)).unwrap_or(self.kind),
            kind => mapping::kind_of(kind)?,
        };
        let address = self.address(said);
        let id = id.unwrap_or_else(|| fields::id(said.first(Role::Id)));
        let has_id = !id.is_empty();
        let source_id = match id {
            // Not by a middle that a better gazetteer moves.
            id if id.is_empty() && coarse => hashed_id(&format!("{name}\n{address}"), NOWHERE),
            id if id.is_empty() => hashed_id(&name, position),
            id if id.len() > FIELD_MAX => return Err(format!("the id has {} bytes: at most {FIELD_MAX}", id.len())),
            id => id,
        };
        let contacts = self.contacts(said);
        let mut tags = self.tags_of(said);
        if coarse {
            self.counts.placed += 1;
            tags.truncate(TAGS_MAX - 1);
            tags.push(APPROXIMATE.to_owned());
        }
        Ok(ImportRecord {
            at: at.to_owned(),
            source: self.source.clone(),
            source_id,
            has_id,
            licence: self.licence.clone(),
            kind,
            description: self.bounded(fields::description(said, &name, &contacts.others), TEXT_MAX),
            name,
            lat_e7: position.lat_e7,
            lon_e7: position.lon_e7,
            address: self.bounded(address, FIELD_MAX),
            phone: self.bounded(contacts.phone, FIELD_MAX),
            email: self.whole(contacts.email),
            website: self.whole(contacts.website),
            opening_hours: self.bounded(fields::opening_hours(said), FIELD_MAX),
            tags,
            when: None,
        })
    }

    fn name(&self, said: &Said) -> Option<String> {
        let name = said.all(Role::Name).chain(said.name_in()).map(text::one_line).find(|name| !name.is_empty());
        name.or_else(|| {
            let street = fields::street(said);
            (self.habits.named_by_address && !street.is_empty()).then_some(street)
        })
    }

    /// What something without a name is called where it lies.
    fn called(&mut self, tag: &str, place: LatLon) -> Option<String> {
        osm_tags::called(tag, self.addresses.language(place))
    }

    fn address(&mut self, said: &Said) -> String {
        fields::address(said, self.habits.french, &mut self.counts.zeros)
    }

    /// The middle of a commune.
    fn commune(&mut self, postcode: &str, city: &str) -> Option<LatLon> {
        let postcode = fields::with_zero(fields::postcode(postcode), self.habits.french, &mut 0);
        self.addresses.find(&postcode, city)
    }

    /// In degrees, and on the right side where the address shows that the axes are swapped.
    fn degrees(&mut self, place: coords::Said, said: &Said) -> Result<LatLon, String> {
        let (postcode, city) = said.commune();
        let lost = matches!(self.habits.frame, Frame::Pointless(_));
        let near = if lost { self.commune(postcode, city) } else { None };
        let place = place.degrees(&self.habits.frame, near)?;
        if city.is_empty() {
            return Ok(place);
        }
        let mut axes = std::mem::take(&mut self.axes);
        let turned = axes.turned(place, || self.commune(postcode, city));
        self.axes = axes;
        self.counts.swapped += u64::from(turned.is_some());
        Ok(turned.unwrap_or(place))
    }

    /// Where it lies, and whether that is only the middle of its commune.
    fn place(&mut self, said_place: Result<Option<LatLon>, String>, said: &Said) -> Result<(LatLon, bool), String> {
        let zero = |place: LatLon| place == (0.0, 0.0);
        let why = match said_place {
            Ok(Some(place)) if !zero(place) => return Ok((place, false)),
            Ok(Some(place)) => coords::position(place).err().unwrap_or_default(),
            Ok(None) => "no coordinates".to_owned(),
            // What is written and wrong is told: its line may be mended. Words are no position, and may stand there.
            Err(why) if said.has_numbers_of_position() => return Err(why),
            Err(why) => why,
        };
        let (postcode, city) = said.commune();
        if city.is_empty() {
            return Err(why);
        }
        match self.commune(postcode, city) {
            Some(place) => Ok((place, true)),
            None => {
                Err(format!("{why}, and '{}' is not one known commune", text::shown(&format!("{postcode} {city}"))))
            }
        }
    }

    /// What a person should know at the end.
    pub fn notes(&self) -> Vec<ImportNote> {
        self.counts.notes().collect()
    }

    fn bounded(&mut self, mut text: String, max: usize) -> String {
        self.counts.cut += u64::from(text::cut(&mut text, max));
        text
    }
    /// For what is of no use when it is cut.
    fn whole(&mut self, text: String) -> String {
        if text.len() > FIELD_MAX {
            self.counts.dropped += 1;
            return String::new();
        }
        text
    }

    fn contacts(&mut self, said: &Said) -> fields::Contacts {
        let contacts = fields::contacts(said, self.habits.french, &mut self.counts.zeros);
        self.counts.several += u64::from(!contacts.others.is_empty());
        self.counts.dropped += contacts.dropped;
        contacts
    }

    fn tags_of(&self, said: &Said) -> Vec<String> {
        let mut tags = Tags::default();
        self.tags.iter().for_each(|tag| tags.add(tag));
        for (role, _, value) in &said.values {
            if let Role::Osm(key) = role {
                osm_tags::tag_words(key, value, &mut |tag| tags.add(tag));
            }
            if let (Role::Accepts(words), "yes") = (role, value.as_str()) {
                words.split('|').for_each(|word| tags.add(word));
            }
        }
        for value in said.all(Role::Tags) {
            fields::list(value).split([';', ',', '|', '\n']).for_each(|tag| tags.add(tag));
        }
        tags.0
    }
}

/// Lower-case, each once, bounded.
#[derive(Default)]
struct Tags(Vec<String>);

impl Tags {
    fn add(&mut self, tag: &str) {
        let mut tag = text::one_line(&tag.replace('_', " ")).trim_start_matches('#').to_lowercase();
        text::cut(&mut tag, TAG_MAX);
        if !text::is_absent(&tag) && self.0.len() < TAGS_MAX && !self.0.contains(&tag) {
            self.0.push(tag);
        }
    }
}

/// The id of a record whose file gives none.
pub(super) fn hashed_id(name: &str, position: Position) -> String {
    let hash = blake3::hash(format!("{name}\n{}\n{}", position.lat_e7, position.lon_e7).as_bytes());
    format!("hash:{}", hash.to_hex().get(..32).unwrap_or_default())
}

#[cfg(test)]
mod tests;
