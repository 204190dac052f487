//! The fields of an element as they stand in an operation: a map from number to value (SPEC.md §6). A value that is not
//! known here is kept as it is. For people each is called by its name.

use super::Field;
use crate::codec::Raw;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error, MapAccess, Visitor},
    ser::SerializeMap,
};
use std::fmt;

pub(super) fn serialize<S: Serializer>(fields: &Vec<Field>, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return fields.serialize(serializer);
    }
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for field in fields {
        map.serialize_key(&field.key())?;
        match field {
            Field::Kind(kind) => map.serialize_value(kind),
            Field::Name(text)
            | Field::Description(text)
            | Field::Address(text)
            | Field::Phone(text)
            | Field::Email(text)
            | Field::Website(text)
            | Field::OpeningHours(text)
            | Field::Subkind(text)
            | Field::Stage(text)
            | Field::Foreign(text) => map.serialize_value(text),
            Field::Position(position) => map.serialize_value(position),
            Field::Languages(languages) => map.serialize_value(languages),
            Field::Contacts(contacts) => map.serialize_value(contacts),
            Field::Instead(instead) => map.serialize_value(instead),
            Field::Tags(tags) => map.serialize_value(tags),
            Field::When(when) => map.serialize_value(when),
            Field::Parent(parent) => map.serialize_value(parent),
            Field::Provenance(provenance) => map.serialize_value(provenance),
            Field::Retracted(set) | Field::Sample(set) => map.serialize_value(set),
            Field::Blobs(blobs) => map.serialize_value(blobs),
            Field::Unknown(_, raw) => map.serialize_value(raw),
        }?;
    }
    map.end()
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Field>, D::Error> {
    if deserializer.is_human_readable() {
        return Vec::deserialize(deserializer);
    }
    deserializer.deserialize_map(FieldMap)
}

struct FieldMap;

impl<'de> Visitor<'de> for FieldMap {
    type Value = Vec<Field>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map from the number of a field to its value")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key::<u64>()? {
            let key = u8::try_from(key).map_err(|_| M::Error::custom("a field's number is above 255"))?;
            fields.push(read(key, map.next_value()?));
        }
        Ok(fields)
    }
}

/// A field by its number, if the value is of its kind.
fn read(key: u8, raw: Raw) -> Field {
    fn of<T: Serialize + DeserializeOwned>(raw: &Raw, field: fn(T) -> Field) -> Option<Field> {
        raw.read().ok().map(field)
    }
    let known = match key {
        0 => of(&raw, Field::Kind),
        1 => of(&raw, Field::Name),
        2 => of(&raw, Field::Description),
        3 => of(&raw, Field::Position),
        4 => of(&raw, Field::Address),
        5 => of(&raw, Field::Phone),
        6 => of(&raw, Field::Email),
        7 => of(&raw, Field::Website),
        8 => of(&raw, Field::OpeningHours),
        9 => of(&raw, Field::Tags),
        10 => of(&raw, Field::When),
        11 => of(&raw, Field::Parent),
        12 => of(&raw, Field::Provenance),
        13 => of(&raw, Field::Retracted),
        14 => of(&raw, Field::Sample),
        15 => of(&raw, Field::Blobs),
        16 => of(&raw, Field::Subkind),
        17 => of(&raw, Field::Stage),
        18 => of(&raw, Field::Languages),
        19 => of(&raw, Field::Contacts),
        20 => of(&raw, Field::Instead),
        21 => of(&raw, Field::Foreign),
        _ => None,
    };
    known.unwrap_or(Field::Unknown(key, raw))
}
