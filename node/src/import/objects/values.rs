//! Values of JSON as these formats write them: texts in several languages, positions, addresses, dates.

use super::Thing;
use crate::import::{
    Reason,
    dates::{Moment, at_ms, of_iso},
    record::Said,
    role::Role,
    text,
};
use serde_json::Value;

/// A text, a number, or the first of a list that is one; of several languages the first.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text::is_absent(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(all) => all.iter().find_map(text_of),
        Value::Object(object) => ["@value", "value", "@id", "name"].iter().find_map(|key| text_of(object.get(*key)?)),
        _ => None,
    }
}

/// All texts of a value, each in a list one.
pub(super) fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().filter_map(text_of).collect(),
        other => text_of(other).into_iter().collect(),
    }
}

/// Add what a value says, in a list each.
pub(super) fn say(said: &mut Said, role: Role, value: Option<&Value>) {
    for text in value.map(texts_of).unwrap_or_default() {
        said.add((role, 0), &text);
    }
}

/// Tags of a list; of a text, those between its commas.
pub(super) fn say_tags(said: &mut Said, value: Option<&Value>) {
    say(said, Role::Tags, value);
}

/// A word in one, "compostPickup", as words.
pub(super) fn words(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && out.chars().next_back().is_some_and(char::is_lowercase) {
            out.push(' ');
        }
        out.push(c);
    }
    out.to_lowercase()
}

fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().replace(',', ".").parse().ok(),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite())
}

/// Latitude and longitude of an object that says them: by name, or as a point of GeoJSON. None: nothing is said.
pub(super) fn position(value: &Value) -> Option<(f64, f64)> {
    if let Value::Array(all) = value {
        return all.iter().find_map(position);
    }
    let of = |names: &[&str]| names.iter().find_map(|name| number(value.get(*name)?));
    let pair = of(&["latitude", "lat"]).zip(of(&["longitude", "lon", "lng", "long"]));
    let point = || match value.get("coordinates")?.as_array()?.as_slice() {
        [lon, lat, ..] => number(lat).zip(number(lon)),
        _ => None,
    };
    // 0,0 is what forms write when nothing was chosen.
    pair.or_else(point).filter(|pair| *pair != (0.0, 0.0))
}

/// A postal address, in words or in parts.
pub(super) fn say_address(said: &mut Said, value: &Value) {
    match value {
        Value::String(_) => say(said, Role::Address, Some(value)),
        Value::Array(all) => all.iter().take(1).for_each(|one| say_address(said, one)),
        Value::Object(parts) => {
            for (key, role) in
                [("streetAddress", Role::Street), ("postalCode", Role::Postcode), ("addressLocality", Role::City)]
            {
                if let Some(text) = parts.get(key).and_then(text_of) {
                    said.add((role, 0), &text);
                }
            }
        }
        _ => {}
    }
}

/// From when to when, as it is written.
#[derive(Debug, Default)]
pub(super) struct Dates {
    pub start: Option<Value>,
    pub end: Option<Value>,
}

impl Thing {
    /// Take its dates.
    pub fn dated(&mut self, start: Option<&Value>, end: Option<&Value>) {
        self.dates = Dates { start: start.cloned(), end: end.cloned() };
    }
}

impl Dates {
    /// From when to when; none: no start is said.
    pub fn read(&self) -> Result<Option<(Moment, Option<Moment>)>, Reason> {
        let Some(said) = self.start.as_ref().filter(|value| !value.is_null()) else { return Ok(None) };
        let start = moment(said).ok_or_else(|| Reason::DateUnknown { said: text::shown(&said.to_string()) })?;
        Ok(Some((start, self.end.as_ref().and_then(moment))))
    }
}

fn moment(value: &Value) -> Option<Moment> {
    match value {
        Value::Array(all) => all.first().and_then(moment),
        // Databases write seconds or milliseconds since 1970.
        Value::Object(object) => match (object.get("sec"), object.get("$date").or_else(|| object.get("@value"))) {
            (Some(seconds), _) => {
                let seconds = seconds.as_i64().or_else(|| seconds.as_str()?.parse().ok())?;
                at_ms(seconds.checked_mul(1_000)?)
            }
            (None, Some(date)) => match date.get("$numberLong").and_then(Value::as_str) {
                Some(ms) => at_ms(ms.parse().ok()?),
                None => date.as_i64().map_or_else(|| moment(date), at_ms),
            },
            _ => None,
        },
        Value::String(text) => of_iso(text.trim()),
        _ => None,
    }
}
