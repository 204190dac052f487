//! Profiles of Murmurations, and lists of them as its index gives: organisations, and what is offered and wanted.

use super::{
    Found, Thing,
    values::{position, say, say_tags, text_of},
};
use crate::import::{Reason, mapping::Mapping, role::Role, text};
use communaut_protocol::op::Kind;
use serde_json::Value;

/// Under which the index gives them.
pub(super) const LISTS: &[&str] = &["data"];

/// The one thing of a profile.
pub(super) fn things(value: &Value, _: &Mapping) -> Vec<Found> {
    vec![thing(value)]
}

fn thing(value: &Value) -> Found {
    let own = |key: &str| value.get(key);
    let schemas: Vec<&str> =
        own("linked_schemas").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let of = |start: &str| schemas.iter().any(|schema| schema.starts_with(start));
    let kind = if schemas.is_empty() {
        return Err(Reason::NotProfile);
    } else if of("people_schema") {
        return Err(Reason::Person);
    } else if of("offers_wants") {
        Kind::Place
    } else {
        Kind::Organisation
    };
    // Where it is published names it; else its own address on the web does.
    let id = own("profile_url").or_else(|| own("primary_url")).and_then(text_of).map(|id| text::one_line(&id));
    let mut thing = Thing { id, kind: Some(kind), ..Thing::default() };
    let said = &mut thing.said;
    say(said, Role::Name, own("name").or_else(|| own("title")));
    for (role, keys) in [
        (Role::AlsoKnown, &["nickname"][..]),
        (Role::Description, &["description", "mission"]),
        (Role::Website, &["primary_url", "url"]),
        (Role::Email, &["email"]),
        (Role::Phone, &["phone", "telephone"]),
        (Role::Address, &["full_address"]),
        (Role::Street, &["street_address"]),
        (Role::Postcode, &["postal_code"]),
        (Role::City, &["locality"]),
    ] {
        for key in keys {
            say(said, role, own(key));
        }
    }
    say_tags(said, own("tags"));
    // "offer" or "want", and of goods or services.
    say_tags(said, own("exchange_type"));
    say_tags(said, own("item_type"));
    thing.place = own("geolocation").and_then(position).or_else(|| position(value));
    Ok(thing)
}
