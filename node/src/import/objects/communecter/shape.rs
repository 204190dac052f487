//! What goes back to Communecter: an object in its shape, with all that it brought and no field of ours has.
//!
//! Of an object that came from there what is kept is what ours would have written otherwise. It is put back as long as
//! it means what the element says now: an element whose place was moved goes out with its new place.

use super::{super::Thing, BORROWED};
use crate::import::{
    Format, ImportItem, ImportOptions, ImportRecord, dates::Clock, mapping::Mapping, ours, record::Builder,
};
use communaut_protocol::op::Kind;
use serde_json::{Map, Value, json};
use std::path::Path;

/// What was there and no field has, or ours would have written otherwise.
const KEPT: &str = "kept";
/// What ours writes and was not there.
const LACKED: &str = "lacked";
/// Its data set.
const SOURCE: &str = "communecter";

/// What a record would lose of the object that it was read from, as JSON; empty: nothing.
pub(in super::super) fn foreign(whole: &Map<String, Value>, record: &ImportRecord) -> String {
    // Where its place is that of its commune, none was said.
    let own = plain(record, true);
    let kept: Map<String, Value> = whole
        .iter()
        .filter(|(key, value)| own.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let lacked: Vec<&String> = own.keys().filter(|key| !whole.contains_key(*key)).collect();
    if kept.is_empty() && lacked.is_empty() {
        return String::new();
    }
    json!({ KEPT: kept, LACKED: lacked }).to_string()
}

/// A record as an object of Communecter. What it cannot say there stands under a key of ours.
pub(crate) fn object(record: &ImportRecord, placed: bool) -> Map<String, Value> {
    let mut object = plain(record, placed);
    if record.source == SOURCE
        && let Ok(Value::Object(foreign)) = serde_json::from_str(&record.foreign)
    {
        object = with(object, &foreign, record);
    }
    let as_it_was = reads_as(&object, record);
    object.remove(BORROWED);
    if !as_it_was {
        let mut all = ours::properties(record);
        if placed {
            let degrees = |e7: i32| json!(f64::from(e7) / 1e7);
            all.insert("latitude".into(), degrees(record.lat_e7));
            all.insert("longitude".into(), degrees(record.lon_e7));
        }
        object.insert(ours::MARK.into(), Value::Object(all));
    }
    object
}

/// With what it brought: all of it, or as much as still means the same.
fn with(own: Map<String, Value>, foreign: &Map<String, Value>, record: &ImportRecord) -> Map<String, Value> {
    let kept: Vec<(&String, &Value)> = foreign.get(KEPT).and_then(Value::as_object).into_iter().flatten().collect();
    let lacked: Vec<&str> =
        foreign.get(LACKED).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut all = own.clone();
    all.extend(kept.iter().map(|(key, value)| ((*key).clone(), (*value).clone())));
    all.retain(|key, _| !lacked.contains(&key.as_str()));
    if reads_as(&all, record) {
        return all;
    }
    let mut some = own.clone();
    for (key, value) in kept {
        let mut more = some.clone();
        more.insert(key.clone(), value.clone());
        // What is nobody's field but theirs changes nothing; what is one of ours has to say the same.
        if !own.contains_key(key) || reads_as(&more, record) {
            some = more;
        }
    }
    some
}

/// Whether an object is read as a record.
fn reads_as(object: &Map<String, Value>, record: &ImportRecord) -> bool {
    read(object).is_some_and(|read| {
        let like = ImportRecord {
            at: read.at.clone(),
            source: read.source.clone(),
            licence: read.licence.clone(),
            foreign: read.foreign.clone(),
            ..record.clone()
        };
        record.source == SOURCE && read == like
    })
}

/// The record of an object that stands alone.
fn read(object: &Map<String, Value>) -> Option<ImportRecord> {
    let (options, mapping) = (ImportOptions::default(), Mapping::default());
    let mut builder = Builder::new(Path::new(SOURCE), Format::Communecter, &options, &mapping).ok()?;
    let thing: Thing = super::thing(&Value::Object(object.clone())).ok()?;
    match thing.made("", &mut builder, &mut Clock::default()) {
        ImportItem::Record(record) => Some(*record),
        ImportItem::Skipped(_) => None,
    }
}

/// A record in the shape of Communecter's database, as far as it goes.
fn plain(record: &ImportRecord, placed: bool) -> Map<String, Value> {
    let collection = match record.kind {
        Kind::Person => "citoyens",
        Kind::Organisation => "organizations",
        Kind::Project => "projects",
        Kind::Event => "events",
        Kind::Place => "poi",
    };
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
    put("_id", json!({ "$id": record.source_id }));
    put("collection", collection.into());
    for (key, text) in [
        ("name", &record.name),
        ("description", &record.description),
        ("email", &record.email),
        ("url", &record.website),
        ("telephone", &record.phone),
    ] {
        if !text.is_empty() {
            put(key, text.as_str().into());
        }
    }
    if !record.address.is_empty() {
        put("address", json!({ "@type": "PostalAddress", "streetAddress": record.address }));
    }
    if !record.tags.is_empty() {
        put("tags", json!(record.tags));
    }
    if placed {
        // As its forms write them.
        let [lat, lon] = [record.lat_e7, record.lon_e7].map(|e7| f64::from(e7) / 1e7);
        let (latitude, longitude) = (lat.to_string(), lon.to_string());
        put("geo", json!({ "@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude }));
        put("geoPosition", json!({ "type": "Point", "float": "true", "coordinates": [lon, lat] }));
    }
    if let Some(when) = &record.when {
        let seconds = |ms: i64| json!({ "sec": ms.div_euclid(1_000), "usec": 0 });
        put("startDate", seconds(when.start_ms));
        put("endDate", seconds(when.end_ms));
    }
    object
}
