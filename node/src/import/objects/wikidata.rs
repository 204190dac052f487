//! Results of a query to Wikidata: SPARQL JSON, with a type to each value, or the plain list that its page gives.
//!
//! A row has the item (`http://www.wikidata.org/entity/Q90`), its label in a column of the same name and "Label", and
//! its place as WKT. Other columns mean what their names say, as in tables.

use super::{Found, Thing};
use crate::import::{Reason, coords, mapping::Mapping, role::Role, text};
use communaut_protocol::op::Kind;
use serde_json::Value;

/// The list in SPARQL JSON, which stands in "results".
pub(super) const LISTS: &[&str] = &["bindings"];
const ENTITY: &str = "wikidata.org/entity/";
/// What stands before a point that is not on Earth: the globe on which it is.
const EARTH: &str = "/Q2>";

/// The one thing of a row.
pub(super) fn things(value: &Value, mapping: &Mapping) -> Vec<Found> {
    vec![thing(value, mapping)]
}

/// A cell, with its type or without.
fn cell(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("value")?.as_str()).filter(|text| !text.is_empty())
}

/// "Q90".
fn entity(text: &str) -> Option<&str> {
    let (before, id) = text.split_once(ENTITY)?;
    (before.len() <= "https://www.".len() && id.starts_with('Q')).then_some(id)
}

fn thing(row: &Value, mapping: &Mapping) -> Found {
    let Value::Object(row) = row else { return Err(Reason::NotRow) };
    let cells: Vec<(&str, &str)> = row.iter().filter_map(|(key, value)| Some((key.as_str(), cell(value)?))).collect();
    let get = |wanted: &str| cells.iter().find(|(key, _)| *key == wanted).map(|(_, text)| *text);
    let labelled = |key: &str| get(&format!("{key}Label")).is_some();
    let items = || cells.iter().filter_map(|(key, text)| Some((*key, entity(text)?)));
    let item = items().find(|(key, _)| *key == "item");
    let item = item.or_else(|| items().find(|(key, _)| labelled(key))).or_else(|| items().next());
    let Some((column, id)) = item else { return Err(Reason::NoItem) };
    let mut thing = Thing { id: Some(text::one_line(id)), ..Thing::default() };
    let said = &mut thing.said;
    // Without a label in the language that was asked for, the label is the item's number.
    let own = [format!("{column}Label"), format!("{column}Description"), format!("{column}AltLabel")];
    for (key, role) in own.iter().zip([Role::Name, Role::Description, Role::AlsoKnown]) {
        if let Some(text) = get(key).filter(|text| *text != id) {
            said.add((role, 0), text);
        }
    }
    for (key, text) in &cells {
        let is_own = *key == column || own.iter().any(|own| own == key);
        if is_own || entity(text).is_some() {
            continue;
        }
        if let Some(wkt) = point(text) {
            let shape =
                coords::shape(wkt).map_err(|why| Reason::PointWrong { said: text::shown(text), why: why.boxed() })?;
            let place = shape.and_then(|shape| coords::Said::Shape(Box::new(shape)).sample());
            thing.place = thing.place.or(place);
        } else if let Some((before, kind)) = key.strip_suffix("Label").zip(Some(text)) {
            // What it is an instance of, and the like.
            if before != column {
                said.add((Role::Tags, 1), kind);
            }
        } else if let Some((role, rank)) = mapping.columns.role(key).filter(|(role, _)| *role != Role::Id) {
            said.add((role, rank.saturating_add(1)), text);
        }
    }
    thing.kind = mapping.kind.or(Some(Kind::Place));
    Ok(thing)
}

/// A point in WKT, on Earth.
fn point(text: &str) -> Option<&str> {
    let wkt = match text.strip_prefix('<') {
        Some(rest) => rest.split_once("> ").filter(|(globe, _)| format!("{globe}>").ends_with(EARTH))?.1,
        None => text,
    };
    wkt.get(..6).filter(|start| start.eq_ignore_ascii_case("point(")).map(|_| wkt)
}
