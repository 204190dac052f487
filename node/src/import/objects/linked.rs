//! schema.org as JSON-LD: places, businesses, organisations and events, by themselves, in lists, in "@graph", or inside
//! what they belong to.

use super::{
    Found, Thing,
    values::{position, say, say_address, say_tags, text_of, texts_of, words},
};
use crate::import::{Reason, hours::week, mapping::Mapping, record::Said, role::Role, text};
use communaut_protocol::op::Kind;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Under which the objects of a file stand.
pub(super) const LISTS: &[&str] = &["@graph", "itemListElement"];
/// Where things stand within others, and are things of their own.
const INSIDE: &[&str] = &[
    "@graph",
    "mainEntity",
    "itemListElement",
    "item",
    "about",
    "event",
    "events",
    "subEvent",
    "department",
    "subOrganization",
    "containsPlace",
];
const ORGANISATIONS: &[&str] = &[
    "NGO",
    "Corporation",
    "Cooperative",
    "Consortium",
    "FundingScheme",
    "LibrarySystem",
    "MusicGroup",
    "SportsTeam",
    "TheaterGroup",
    "PerformingGroup",
    "WorkersUnion",
    "FundingAgency",
    "PoliticalParty",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Things of one object: a directory in one object of 8 MiB has fewer.
const THINGS_MAX: usize = 100_000;

/// Bytes of what things of a document refer to, kept until the document is read: the places of some 100,000 events.
const REFERRED_MAX: usize = 32 << 20;
/// Bytes of one of them, at the most.
const REFERRED_ONE_MAX: usize = 16 << 10;
/// Bytes that references of one object are replaced by, at the most: one that refers to the same again and again grows
/// no further.
const PUT_MAX: usize = 8 << 20;
/// Names of what is kept of them.
const KEPT: &[&str] = &[
    "@id",
    "@type",
    "name",
    "geo",
    "address",
    "latitude",
    "longitude",
    "streetAddress",
    "postalCode",
    "addressLocality",
    "addressCountry",
];
/// Where things refer to others that say where they are.
const REFERS: &[&str] = &["location", "address", "geo", "containedInPlace"];
/// References that lead to references: an event to its place, the place to its address.
const REFERRED_DEEP: usize = 3;

/// What the things of a document say of where they are, by their ids.
#[derive(Debug, Default)]
pub(super) struct Referred {
    /// With its bytes.
    by_id: HashMap<String, (Value, usize)>,
    bytes: usize,
    /// How many there was no room for.
    pub left_out: u64,
}

impl Referred {
    /// Take what an object holds.
    pub fn take(&mut self, value: &Value) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.take(one)),
            Value::Object(object) => {
                self.keep(object);
                object.values().filter(|value| value.is_object() || value.is_array()).for_each(|one| self.take(one));
            }
            _ => {}
        }
    }

    fn keep(&mut self, object: &Map<String, Value>) {
        let Some(id) = object.get("@id").or_else(|| object.get("id")).and_then(Value::as_str) else { return };
        let says_where =
            |key: &String| !plain(key).starts_with('@') && plain(key) != "name" && KEPT.contains(&plain(key));
        if !object.keys().any(says_where) {
            return;
        }
        let kept: Map<String, Value> = object
            .iter()
            .filter(|(key, _)| KEPT.contains(&plain(key)))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let bytes = id.len() + serde_json::to_string(&kept).map_or(0, |text| text.len());
        if self.bytes + bytes > REFERRED_MAX || bytes > REFERRED_ONE_MAX {
            self.left_out += 1;
            return;
        }
        self.bytes += bytes;
        self.by_id.insert(id.to_owned(), (Value::Object(kept), bytes));
    }

    /// Put what is referred to in the place of its id, in an object and in all within it.
    pub fn put(&self, value: &mut Value) {
        if !self.by_id.is_empty() {
            let mut room = PUT_MAX;
            self.put_within(value, REFERRED_DEEP, &mut room);
        }
    }

    fn put_within(&self, value: &mut Value, deep: usize, room: &mut usize) {
        match value {
            Value::Array(all) => all.iter_mut().for_each(|one| self.put_within(one, deep, room)),
            Value::Object(object) => {
                for (key, value) in object.iter_mut() {
                    let ones = match value {
                        Value::Array(all) => all.as_mut_slice(),
                        one => std::slice::from_mut(one),
                    };
                    for one in ones {
                        let referred = REFERS.contains(&plain(key)).then(|| self.of(one)).flatten();
                        match referred.filter(|(_, bytes)| deep > 0 && *bytes <= *room) {
                            Some((found, bytes)) => {
                                *room -= bytes;
                                *one = found.clone();
                                self.put_within(one, deep - 1, room);
                            }
                            None if one.is_object() || one.is_array() => self.put_within(one, deep, room),
                            None => {}
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// What a mere reference means: its id alone, or with its type.
    fn of(&self, value: &Value) -> Option<&(Value, usize)> {
        let id = match value {
            Value::String(id) => id,
            Value::Object(object) if object.keys().all(|key| matches!(plain(key), "@id" | "@type" | "id" | "type")) => {
                object.get("@id").or_else(|| object.get("id"))?.as_str()?
            }
            _ => return None,
        };
        self.by_id.get(id)
    }
}

/// All things of an object. serde_json bounds how deep they stand within one another.
pub(super) fn things(value: &Value, _: &Mapping) -> Vec<Found> {
    let mut found = Vec::new();
    gather(value, &mut found);
    if found.is_empty() {
        let of = value.as_object().map(types).unwrap_or_default().join(", ");
        found.push(Err(match of.as_str() {
            "" => Reason::NotOfSchema,
            of => Reason::OtherOfSchema { said: text::shown(of) },
        }));
    }
    found
}

fn gather(value: &Value, found: &mut Vec<Found>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| gather(one, found)),
        Value::Object(object) if found.len() < THINGS_MAX => {
            found.extend(thing(object));
            for name in INSIDE {
                if let Some(inner) = get(object, name) {
                    gather(inner, found);
                }
            }
        }
        _ => {}
    }
}

/// The last part of a name: "schema:Place", "https://schema.org/Place".
fn plain(name: &str) -> &str {
    if name.starts_with('@') { name } else { name.rsplit(['/', '#', ':']).next().unwrap_or(name) }
}

fn get<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| plain(key) == name).map(|(_, value)| value))
}

fn types(object: &Map<String, Value>) -> Vec<String> {
    let all = object.get("@type").or_else(|| object.get("type")).map(texts_of).unwrap_or_default();
    all.iter().map(|name| plain(name).to_owned()).collect()
}

/// What it is; none: no thing of its own, such as an address.
fn kind(object: &Map<String, Value>, types: &[String]) -> Option<Result<Kind, Reason>> {
    let any = |test: &dyn Fn(&str) -> bool| types.iter().any(|name| test(name));
    let has = |name: &str| get(object, name).is_some();
    Some(Ok(if any(&|name| name == "Person") {
        return Some(Err(Reason::Person));
    } else if any(&|name| name.ends_with("Event") || matches!(name, "Festival" | "Hackathon" | "EventSeries")) {
        Kind::Event
    } else if any(&|name| name.ends_with("Project")) {
        Kind::Project
    } else if any(&|name| name.ends_with("Organization") || ORGANISATIONS.contains(&name)) {
        Kind::Organisation
    } else if has("name") && (has("geo") || has("address") || has("latitude")) || any(&|name| name == "Place") {
        // Places, and the two hundred kinds of businesses.
        Kind::Place
    } else {
        return None;
    }))
}

fn thing(object: &Map<String, Value>) -> Option<Found> {
    let types = types(object);
    let kind = match kind(object, &types)? {
        Ok(kind) => kind,
        Err(why) => return Some(Err(why)),
    };
    let own = |name: &str| get(object, name);
    let mut thing = Thing { id: id(object), kind: Some(kind), ..Thing::default() };
    let said = &mut thing.said;
    for (name, role) in [
        ("name", Role::Name),
        ("alternateName", Role::AlsoKnown),
        ("description", Role::Description),
        ("telephone", Role::Phone),
        ("email", Role::Email),
        ("url", Role::Website),
        ("openingHours", Role::Hours),
    ] {
        say(said, role, own(name));
    }
    for of in &types {
        said.add((Role::Tags, 1), &words(of));
    }
    // A text of several words: they stand between commas.
    say_tags(said, own("keywords"));
    if let Some(hours) = own("openingHoursSpecification").and_then(hours) {
        said.add((Role::Hours, 1), &hours);
    }
    thing.place = of_place(object, said);
    // Of several places the first that says where it is.
    let places = match own("location") {
        Some(Value::Array(all)) => all.iter().collect(),
        other => other.into_iter().collect::<Vec<_>>(),
    };
    for place in places {
        match place {
            Value::Object(place) if thing.place.is_none() => {
                say(said, Role::AddressMore, get(place, "name"));
                thing.place = of_place(place, said);
            }
            Value::String(_) => say(said, Role::Address, Some(place)),
            _ => {}
        }
    }
    thing.dated(own("startDate"), own("endDate"));
    Some(Ok(thing))
}

/// Its position, while its address is added.
fn of_place(object: &Map<String, Value>, said: &mut Said) -> Option<(f64, f64)> {
    if let Some(address) = get(object, "address") {
        say_address(said, &renamed(address));
    }
    let own = || position(&Value::Object(object.clone()));
    get(object, "geo").and_then(|geo| position(&renamed(geo))).or_else(own)
}

/// The same with plain names.
fn renamed(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            Value::Object(object.iter().map(|(key, value)| (plain(key).to_owned(), value.clone())).collect())
        }
        Value::Array(all) => Value::Array(all.iter().take(1).map(renamed).collect()),
        other => other.clone(),
    }
}

/// A name that begins with "_:" holds within one file alone.
fn id(object: &Map<String, Value>) -> Option<String> {
    let id = object.get("@id").or_else(|| object.get("id")).and_then(text_of).filter(|id| !id.starts_with("_:"));
    id.or_else(|| get(object, "identifier").and_then(text_of)).map(|id| text::one_line(&id))
}

/// [{"dayOfWeek": ["Monday", …], "opens": "09:00", "closes": "18:00"}, …].
fn hours(value: &Value) -> Option<String> {
    let one = std::slice::from_ref(value);
    let mut days: [Vec<String>; 7] = Default::default();
    for span in value.as_array().map_or(one, Vec::as_slice) {
        let Value::Object(span) = span else { continue };
        let clock = |name: &str| get(span, name).and_then(text_of)?.get(..5).map(str::to_owned);
        let Some((opens, closes)) = clock("opens").zip(clock("closes")) else { continue };
        for day in get(span, "dayOfWeek").map(texts_of).unwrap_or_default() {
            let at = DAYS.iter().position(|name| *name == plain(&day));
            if let Some(day) = at.and_then(|at| days.get_mut(at)) {
                day.push(format!("{opens}-{closes}"));
            }
        }
    }
    let days = days.map(|spans| (!spans.is_empty()).then(|| spans.join(",")));
    Some(week(&days.each_ref().map(|day| day.as_deref()))).filter(|week| !week.is_empty())
}
