//! Communecter's JSON: organisations, projects, events and points of interest, as its database and its interface give
//! them: a list, or "entities" or "results" by id.

pub(crate) mod shape;

pub(super) use shape::foreign;

use super::{
    Found, Thing,
    values::{position, say, say_address, say_tags, text_of, words},
};
use crate::import::{Reason, hours::week, mapping::Mapping, ours, record::Said, role::Role, text};
use communaut_protocol::op::Kind;
use serde_json::Value;
use std::collections::HashMap;

/// Under which its interface gives them.
pub(super) const LISTS: &[&str] = &["entities", "results"];
/// Days as its forms write them.
const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// What an object is given of who holds it, where it says no place itself.
pub(super) const BORROWED: &str = "communaut_borrowed";
/// What says where something lies.
const PLACES: [&str; 3] = ["geo", "geoPosition", "address"];
/// Those whose places are remembered for what they hold: more than one file has of one region.
const HOSTS_MAX: usize = 50_000;

/// Where things of a file lie, by their ids: an event without a place takes place at who holds it.
#[derive(Default)]
pub(super) struct Hosts(HashMap<String, Value>);

impl Hosts {
    /// Remember where something lies.
    pub fn take(&mut self, value: &Value) {
        let Some(id) = id(value).filter(|_| self.0.len() < HOSTS_MAX && says_place(value)) else { return };
        let said = PLACES.iter().filter_map(|key| Some(((*key).to_owned(), value.get(*key)?.clone())));
        self.0.insert(id, Value::Object(said.collect()));
    }

    /// Give an event without a place that of who holds it.
    pub fn put(&self, value: &mut Value) {
        if self.0.is_empty() || value.get("startDate").is_none() || says_place(value) {
            return;
        }
        let held_by = ["organizer", "parent"].into_iter().filter_map(|key| value.get(key)?.as_object());
        let place = held_by.flat_map(|by| by.keys()).find_map(|id| self.0.get(id)).cloned();
        if let (Some(place), Value::Object(value)) = (place, value) {
            value.insert(BORROWED.into(), place);
        }
    }
}

fn says_place(value: &Value) -> bool {
    let placed = |key: &str| value.get(key).and_then(position).is_some();
    placed("geo") || placed("geoPosition") || value.get("address").is_some_and(|address| !is_empty(address))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(parts) => parts.is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Null | Value::Bool(_) => true,
        Value::Number(_) => false,
    }
}

/// The one thing of an object.
pub(super) fn things(value: &Value, _: &Mapping) -> Vec<Found> {
    vec![thing(value)]
}

fn thing(value: &Value) -> Found {
    let own = |key: &str| value.get(key);
    if let Some(Value::Object(ours_said)) = own(ours::MARK) {
        // Two data sets may have one id.
        let id = format!("{}\n{}", ours::text_of(ours_said, ours::SOURCE), id(value).unwrap_or_default());
        return Ok(Thing { id: Some(id), ours: Some(ours_said.clone()), ..Thing::default() });
    }
    let word = |key: &str| own(key).and_then(Value::as_str).unwrap_or_default();
    let of = ["collection", "typeElement", "typeSig"].into_iter().map(word).find(|word| !word.is_empty());
    let kind = match of.unwrap_or_default() {
        "organizations" | "organization" => Kind::Organisation,
        "projects" | "project" => Kind::Project,
        "events" | "event" => Kind::Event,
        "poi" | "place" | "places" => Kind::Place,
        "citoyens" | "person" | "people" => {
            return Err(Reason::Person);
        }
        "" if own("startDate").is_some() => Kind::Event,
        "" if matches!(word("type"), "NGO" | "LocalBusiness" | "Group" | "GovernmentOrganization" | "Cooperative") => {
            Kind::Organisation
        }
        "" => Kind::Place,
        other => return Err(Reason::OtherOfCommunecter { said: text::shown(other) }),
    };
    let whole = value.as_object().cloned();
    let mut thing = Thing { id: id(value), kind: Some(kind), whole, ..Thing::default() };
    let said = &mut thing.said;
    say(said, Role::Name, own("name").or_else(|| own("title")));
    say(said, Role::Description, own("shortDescription"));
    say(said, Role::Description, own("description"));
    say(said, Role::Email, own("email"));
    // In its interface "url" holds the addresses of the entry itself.
    say(said, Role::Website, own("url").filter(|url| !url.is_object()));
    say(said, Role::Website, own("urls"));
    say_phones(said, own("telephone"));
    say_tags(said, own("tags"));
    said.add((Role::Tags, 1), &words(word("type")));
    let borrowed = |key: &str| own(BORROWED).and_then(|place| place.get(key));
    if let Some(address) = own("address").filter(|address| !is_empty(address)).or_else(|| borrowed("address")) {
        say_address(said, address);
    }
    if let Some(hours) = own("openingHours").and_then(hours) {
        said.add((Role::Hours, 0), &hours);
    }
    let places = ["geo", "geoPosition"].into_iter();
    let place = places.clone().find_map(|key| position(own(key)?));
    thing.place = place.or_else(|| places.clone().find_map(|key| position(borrowed(key)?)));
    thing.dated(own("startDate"), own("endDate"));
    Ok(thing)
}

/// As the database ("_id") and the interface ("id", or the key) have it.
fn id(value: &Value) -> Option<String> {
    let own = value.get("_id").or_else(|| value.get("id"))?;
    let plain = own.get("$oid").or_else(|| own.get("$id")).unwrap_or(own);
    text_of(plain).map(|id| text::one_line(&id))
}

/// A number, or lists of them by what they are for.
fn say_phones(said: &mut Said, value: Option<&Value>) {
    match value {
        Some(Value::Object(kinds)) => {
            for kind in ["fixe", "mobile"] {
                say(said, Role::Phone, kinds.get(kind));
            }
        }
        other => say(said, Role::Phone, other),
    }
}

/// [{"dayOfWeek": "Mo", "hours": [{"opens": "09:00", "closes": "12:00"}]}, …].
fn hours(value: &Value) -> Option<String> {
    let mut days: [Option<String>; 7] = Default::default();
    for day in value.as_array()? {
        let name = day.get("dayOfWeek").and_then(Value::as_str);
        let Some(at) = name.and_then(|name| DAYS.iter().position(|day| *day == name)) else { continue };
        let spans = day.get("hours").and_then(Value::as_array).into_iter().flatten();
        let spans = spans.filter_map(|span| {
            let of = |key: &str| span.get(key).and_then(Value::as_str);
            Some(format!("{}-{}", of("opens")?, of("closes")?))
        });
        let spans: Vec<String> = spans.collect();
        if let Some(slot) = days.get_mut(at).filter(|_| !spans.is_empty()) {
            *slot = Some(spans.join(","));
        }
    }
    Some(week(&days.each_ref().map(|day| day.as_deref()))).filter(|week| !week.is_empty())
}
