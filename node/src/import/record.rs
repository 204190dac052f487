//! From what a record says to what is imported of it, or why not.

mod fields;
mod made;
mod ours;
mod said;

pub(super) use fields::{postcode, with_zero};
pub(super) use said::Said;

use super::{
    FileFault, Format, ImportError, ImportItem, ImportOptions, ImportRecord, Reason, Skipped,
    address::{Addresses, Home},
    axes::Axes,
    coords::{self, Frame},
    dates::{Clock, Order},
    geometry::LatLon,
    mapping::{self, Mapping},
    notes::{APPROXIMATE, Counts, ImportNote},
    osm_tags,
    role::Role,
    subject::{self, Subject},
    text,
};
use communaut_protocol::{
    Position,
    limits::{FIELD_MAX, NAME_MAX, TAG_MAX, TAGS_MAX, TEXT_MAX},
    op::{Kind, When, import_seed},
};
use std::path::Path;

/// Stands in the id of a record whose position is not its own.
const NOWHERE: Position = Position { lat_e7: 0, lon_e7: 0 };

/// What was found out of a whole file before its records are made.
#[derive(Debug, Clone, Default)]
pub(super) struct Habits {
    /// How its positions are to be read.
    pub frame: Frame,
    /// Most of it lies in France: postcodes and phone numbers are France's.
    pub french: bool,
    /// Nothing of it has a name: what a record is and where it is make one.
    pub nameless: bool,
    /// What all of it is.
    pub subject: Option<&'static Subject>,
    /// The same, by what it is called on OpenStreetMap, where nothing has a name.
    pub thing: Option<&'static str>,
    /// Its records are events, by the dates in it.
    pub events: bool,
    /// How dates of three numbers are written.
    pub order: Order,
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
    clock: Clock,
    /// Whether the format says dates beside a record's values.
    dated_beside: bool,
    /// Source and licence were not given: ids of OpenStreetMap may say them.
    unsaid: (bool, bool),
}

impl Builder {
    pub fn new(path: &Path, format: Format, options: &ImportOptions, mapping: &Mapping) -> Result<Self, ImportError> {
        let known = format.data_set();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let of_file = stem.strip_suffix(".osm").unwrap_or(&stem).to_owned();
        let said = |option: &Option<String>, mapped: &Option<String>, otherwise: &str| {
            text::one_line(option.as_deref().or(mapped.as_deref()).unwrap_or(otherwise))
        };
        let unsaid = (
            options.source.is_none() && mapping.source.is_none(),
            options.licence.is_none() && mapping.licence.is_none(),
        );
        let source = said(&options.source, &mapping.source, known.map_or(&stem, |(source, _)| source));
        let licence = said(&options.licence, &mapping.licence, known.map_or("", |(_, licence)| licence));
        let name = path.display().to_string();
        let (bytes_of, max) = (|text: &str| text.len() as u64, FIELD_MAX as u64);
        let wrong = match (bytes_of(&source), bytes_of(&licence)) {
            (bytes, _) if bytes > max => Some(FileFault::SourceTooLong { bytes, max }),
            (_, bytes) if bytes > max => Some(FileFault::LicenceTooLong { bytes, max }),
            (0, _) => Some(FileFault::NoSource),
            _ => None,
        };
        if let Some(why) = wrong {
            return Err(ImportError::unusable(&text::one_line(&name), why));
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
            clock: Clock::default(),
            dated_beside: format.says_dates(),
            unsaid,
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
        let seed = self.seed_of(id.as_deref(), &said);
        match self.record(at, id, &said, place) {
            Ok(record) => ImportItem::Record(Box::new(record)),
            Err(why) => ImportItem::Skipped(Skipped { at: at.to_owned(), why, seed }),
        }
    }

    /// What a record's id names, unless the file says that it is there no longer.
    fn seed_of(&self, id: Option<&str>, said: &Said) -> Option<[u8; 16]> {
        let id = id.map_or_else(|| fields::id(said.first(Role::Id)), str::to_owned);
        let names = !id.is_empty() && id.len() <= FIELD_MAX && fields::gone(said).is_none();
        names.then(|| import_seed(&self.data_set(&id).0, &id))
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
    ) -> Result<ImportRecord, Reason> {
        if let Some(why) = fields::gone(said) {
            return Err(why);
        }
        let own_name = said.all(Role::Name).chain(said.name_in()).map(text::one_line).find(|name| !name.is_empty());
        if own_name.is_none() && said.thing().is_none() && !self.can_name(said) {
            return Err(Reason::NoName);
        }
        if let Some(name) = own_name.as_ref().filter(|name| name.len() > NAME_MAX) {
            let (bytes, max) = (name.len() as u64, NAME_MAX as u64);
            return Err(Reason::NameTooLong { name: text::shown(name), bytes, max });
        }
        let place = match place {
            Some(place) => Ok(Some(place)),
            None => said.place().and_then(|place| place.map(|place| self.degrees(place, said)).transpose()),
        };
        let (place, coarse) = self.place(place, said)?;
        let position = coords::position(place)?;
        let named = own_name.or_else(|| said.thing().and_then(|tag| self.called(&tag, place)));
        let name = named.or_else(|| self.made_name(said, place)).ok_or(Reason::NoName)?;
        let (when, unread) = self.when(said, place)?;
        let kind = match said.first(Role::Kind) {
            "" if when.is_some() => Kind::Event,
            "" => said.values.iter().find_map(|(role, _, value)| osm_tags::kind(*role, value)).unwrap_or(self.kind),
            kind => mapping::kind_of(kind)?,
        };
        if kind == Kind::Event && when.is_none() && !self.dated_beside {
            return Err(Reason::NoDate);
        }
        let address = self.address(said);
        let id = id.unwrap_or_else(|| fields::id(said.first(Role::Id)));
        let has_id = !id.is_empty();
        let source_id = match id {
            // Not by a middle that a better gazetteer moves.
            id if id.is_empty() && coarse => hashed_id(&format!("{}\n{address}", dated(&name, when.as_ref())), NOWHERE),
            id if id.is_empty() => hashed_id(&dated(&name, when.as_ref()), position),
            id if id.len() > FIELD_MAX => {
                return Err(Reason::IdTooLong { bytes: id.len() as u64, max: FIELD_MAX as u64 });
            }
            id => id,
        };
        let contacts = self.contacts(said);
        // What nobody understood somebody may read.
        let others: Vec<String> = unread.into_iter().chain(contacts.others).collect();
        let mut tags = self.tags_of(said);
        if coarse {
            self.counts.placed += 1;
            tags.truncate(TAGS_MAX - 1);
            tags.push(APPROXIMATE.to_owned());
        }
        let (source, licence) = self.data_set(&source_id);
        Ok(ImportRecord {
            at: at.to_owned(),
            source,
            source_id,
            has_id,
            licence,
            kind,
            description: self.bounded(fields::description(said, &name, &others), TEXT_MAX),
            name,
            lat_e7: position.lat_e7,
            lon_e7: position.lon_e7,
            address: self.bounded(address, FIELD_MAX),
            phone: self.bounded(contacts.phone, FIELD_MAX),
            email: self.whole(contacts.email),
            website: self.whole(contacts.website),
            opening_hours: self.bounded(fields::opening_hours(said), FIELD_MAX),
            tags,
            when: when.filter(|_| kind == Kind::Event),
            cancelled: false,
            foreign: String::new(),
        })
    }

    fn address(&mut self, said: &Said) -> String {
        fields::address(said, self.habits.french, &mut self.counts.zeros)
    }

    /// The middle of a commune.
    fn commune(&mut self, postcode: &str, city: &str) -> Option<LatLon> {
        self.home(postcode, city).map(|home| home.at)
    }

    fn home(&mut self, postcode: &str, city: &str) -> Option<Home> {
        let french = self.habits.french;
        let postcode = fields::with_zero(fields::postcode(postcode), french, &mut 0);
        if city.is_empty() && !french { None } else { self.addresses.home(&postcode, city, french) }
    }

    /// In degrees, and on the right side where the address shows that the axes are swapped.
    fn degrees(&mut self, place: coords::Said, said: &Said) -> Result<LatLon, Reason> {
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
    fn place(&mut self, said_place: Result<Option<LatLon>, Reason>, said: &Said) -> Result<(LatLon, bool), Reason> {
        let zero = |place: LatLon| place == (0.0, 0.0);
        let why = match said_place {
            Ok(Some(place)) if !zero(place) => {
                self.addresses.saw(place);
                return Ok((place, false));
            }
            Ok(Some(place)) => coords::position(place).err().unwrap_or(Reason::NoCoordinates),
            Ok(None) => Reason::NoCoordinates,
            // What is written and wrong is told: its line may be mended. Words are no position, and may stand there.
            Err(why) if said.has_numbers_of_position() => return Err(why),
            Err(why) => why,
        };
        let (postcode, city) = said.commune();
        // A postcode alone is France's where the whole file's are.
        if city.is_empty() && (postcode.is_empty() || !self.habits.french) {
            return Err(why);
        }
        match self.home(postcode, city) {
            Some(home) => {
                self.counts.contradicting += u64::from(home.contradicts);
                Ok((home.at, true))
            }
            None => {
                let commune = text::shown(format!("{postcode} {city}").trim());
                Err(Reason::CommuneUnknown { why: why.boxed(), commune })
            }
        }
    }

    /// What a person should know at the end.
    pub fn notes(&self) -> Vec<ImportNote> {
        self.counts.notes().chain(self.clock.notes()).collect()
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
        for subject in said.all(Role::What).filter_map(subject::of_text).chain(self.habits.subject) {
            osm_tags::tag_words(subject.key, subject.value, &mut |tag| tags.add(tag));
            subject.accepts.split('|').for_each(|word| tags.add(word));
        }
        if let Some((key, value)) = self.habits.thing.and_then(|tag| tag.split_once('=')) {
            osm_tags::tag_words(key, value, &mut |tag| tags.add(tag));
        }
        for value in said.all(Role::What).chain(said.all(Role::Tags)) {
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

/// Whether an id is that of an object of OpenStreetMap: "way/12".
pub(super) fn is_osm_id(id: &str) -> bool {
    let number = ["node/", "way/", "relation/"].iter().find_map(|kind| id.strip_prefix(kind));
    number.is_some_and(|number| {
        (1..=19).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0')
    })
}

/// What tells a record without an id from others at its place: its name; of events, when they begin too.
fn dated(name: &str, when: Option<&When>) -> String {
    match when {
        Some(when) => format!("{name}\n{}", when.start_ms),
        None => name.to_owned(),
    }
}

/// The id of a record whose file gives none.
pub(super) fn hashed_id(name: &str, position: Position) -> String {
    let hash = blake3::hash(format!("{name}\n{}\n{}", position.lat_e7, position.lon_e7).as_bytes());
    format!("hash:{}", hash.to_hex().get(..32).unwrap_or_default())
}

#[cfg(test)]
mod tests;
