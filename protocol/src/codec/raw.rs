//! What a program of another year wrote, kept as it is.

use super::{CodecError, canonical, decode, decode_lax, encode};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor},
    ser::Error as _,
};
use serde_cbor::Value;
use std::collections::BTreeMap;

/// An item of any kind: its canonical bytes, from which it encodes again as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Raw(Vec<u8>);

impl Raw {
    /// Of a value.
    pub fn of<T: Serialize>(value: &T) -> Result<Self, CodecError> {
        encode(value).map(Self)
    }
    /// Of bytes, of at most `max`, that are one item in canonical form.
    pub fn from_bytes(bytes: &[u8], max: usize) -> Result<Self, CodecError> {
        super::check_canonical(bytes, max)?;
        Ok(Self(bytes.to_vec()))
    }
    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
    /// What it is to who knows its type.
    pub fn read<T: Serialize + DeserializeOwned>(&self) -> Result<T, CodecError> {
        decode(&self.0, self.0.len())
    }
    /// Of a structure, what stands under a number; none: nothing, or it is no structure.
    #[must_use]
    pub fn field(&self, number: u8) -> Option<Self> {
        let key = encode(&number).ok()?;
        let pairs = canonical::pairs(&self.0)?;
        let mut pairs = pairs.chunks_exact(2);
        pairs.find_map(|pair| {
            if let [at, value] = pair
                && *at == key
            {
                Some(Self(value.to_vec()))
            } else {
                None
            }
        })
    }
    /// The items of a list, of at most `max` bytes of which it is not known whether they are canonical.
    pub fn items(bytes: &[u8], max: usize) -> Result<Vec<Self>, CodecError> {
        Ok(super::list_items(bytes, max)?.into_iter().map(|item| Self(item.to_vec())).collect())
    }
    /// A structure of any fields; none: one that has none.
    pub fn some_fields<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        if !deserializer.is_human_readable() {
            return deserializer.deserialize_map(SomeFields);
        }
        let raw = Self::deserialize(deserializer)?;
        match raw.fields() {
            Some(0) => Ok(None),
            Some(_) => Ok(Some(raw)),
            None => Err(D::Error::custom("no map of numbers")),
        }
    }
    /// How many fields a structure has; none: it is none.
    #[must_use]
    pub fn fields(&self) -> Option<usize> {
        let Value::Map(map) = decode_lax(&self.0, self.0.len()).ok()? else { return None };
        let numbers = map.keys().all(|key| matches!(key, Value::Integer(0..)));
        numbers.then_some(map.len())
    }
    /// The structure with something else under a number that it has; none: it has none, or is no structure.
    #[must_use]
    pub fn with_field(&self, number: u8, field: &Self) -> Option<Self> {
        let Value::Map(mut map) = decode_lax(&self.0, self.0.len()).ok()? else { return None };
        let held = map.get_mut(&Value::Integer(number.into()))?;
        *held = decode_lax(&field.0, field.0.len()).ok()?;
        Self::of(&Value::Map(map)).ok()
    }
    /// The structure with one field more, or another in its place; none: it is no structure.
    #[must_use]
    pub fn and_field(&self, number: u8, field: &Self) -> Option<Self> {
        let Value::Map(mut map) = decode_lax(&self.0, self.0.len()).ok()? else { return None };
        map.insert(Value::Integer(number.into()), decode_lax(&field.0, field.0.len()).ok()?);
        Self::of(&Value::Map(map)).ok()
    }
    /// A structure without the fields of which this says so.
    #[must_use]
    pub fn without(&self, drops: impl Fn(i128) -> bool) -> Option<Self> {
        let Value::Map(mut map) = decode_lax(&self.0, self.0.len()).ok()? else { return None };
        map.retain(|key, _| !matches!(key, Value::Integer(number) if drops(*number)));
        Self::of(&Value::Map(map)).ok()
    }
}

/// Takes a structure of any fields; none: it has no fields, which costs nothing, and nearly all have none.
struct SomeFields;

impl<'de> Visitor<'de> for SomeFields {
    type Value = Option<Raw>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a map of numbers")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut all = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<Value, Value>()? {
            all.insert(key, value);
        }
        if all.is_empty() {
            return Ok(None);
        }
        let raw = Raw::of(&Value::Map(all)).map_err(A::Error::custom)?;
        raw.fields().map_or_else(|| Err(A::Error::custom("a key that is no number")), |_| Ok(Some(raw)))
    }
}

/// For people as hexadecimal digits.
impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
            return serializer.serialize_str(&digits);
        }
        decode_lax::<Value>(&self.0, self.0.len()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let digits = String::deserialize(deserializer)?;
            let bytes = digits.as_bytes().chunks(2).map(|pair| {
                let pair = std::str::from_utf8(pair).map_err(D::Error::custom)?;
                u8::from_str_radix(pair, 16).map_err(D::Error::custom)
            });
            return bytes.collect::<Result<_, _>>().map(Self);
        }
        Self::of(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
