//! Writes vector tiles (Mapbox Vector Tile 2.1): layers of features, of which some have a name.
//!
//! The crates that write these bring a compiler of protobuf with them; this is all that is needed of it.

use super::{
    called,
    cut::{EXTENT, Unit},
    layers::LayerForm,
};

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE: u32 = 7;

/// A number in as few bytes as it needs.
pub fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap_or_default() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or_default());
}

/// Small numbers of either sign as small numbers.
#[must_use]
pub fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)).cast_unsigned()
}

fn key(out: &mut Vec<u8>, field: u32, kind: u32) {
    varint(out, u64::from(field << 3 | kind));
}
fn number(out: &mut Vec<u8>, field: u32, value: u64) {
    key(out, field, 0);
    varint(out, value);
}
fn bytes(out: &mut Vec<u8>, field: u32, value: &[u8]) {
    key(out, field, 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}
fn packed(out: &mut Vec<u8>, field: u32, values: &[u32]) {
    let mut all = Vec::with_capacity(values.len() * 2);
    for value in values {
        varint(&mut all, u64::from(*value));
    }
    bytes(out, field, &all);
}

/// One layer of a tile under way.
#[derive(Debug, Default)]
pub struct LayerOut {
    name: String,
    features: Vec<u8>,
    names: Vec<String>,
    /// The name said last, and its tags: pairs of a key and one of the names.
    last: (String, Vec<u32>),
}

impl LayerOut {
    /// An empty one.
    #[must_use]
    pub fn new(name: String) -> Self {
        Self { name, ..Self::default() }
    }
    /// Add a feature of any number of points, lines or rings, with what it is called. An empty name is none.
    pub fn add(&mut self, form: LayerForm, paths: &[Vec<Unit>], name: &str) {
        let mut feature = Vec::new();
        if !name.is_empty() {
            // A name that stands often in a tile stands next to itself, if at all.
            if self.last.0 != name {
                let mut tags = Vec::new();
                for (key, name) in called::parts(name) {
                    tags.extend([key, self.names.len()].map(|number| u32::try_from(number).unwrap_or(u32::MAX)));
                    self.names.push(name.to_owned());
                }
                self.last = (name.to_owned(), tags);
            }
            packed(&mut feature, 2, &self.last.1);
        }
        let kind = match form {
            LayerForm::Point => 1,
            LayerForm::Line => 2,
            LayerForm::Area => 3,
        };
        number(&mut feature, 3, kind);
        packed(&mut feature, 4, &commands(form, paths));
        bytes(&mut self.features, 2, &feature);
    }
    fn finish(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.features.len() + 64);
        number(&mut out, 15, 2);
        bytes(&mut out, 1, self.name.as_bytes());
        out.extend_from_slice(&self.features);
        if !self.names.is_empty() {
            for key in called::KEYS {
                bytes(&mut out, 3, key.as_bytes());
            }
        }
        for name in &self.names {
            let mut value = Vec::new();
            bytes(&mut value, 1, name.as_bytes());
            bytes(&mut out, 4, &value);
        }
        number(&mut out, 5, u64::from(EXTENT.unsigned_abs()));
        out
    }
}

/// A tile of layers.
#[must_use]
pub fn tile(layers: &[LayerOut]) -> Vec<u8> {
    let mut out = Vec::new();
    for layer in layers.iter().filter(|layer| !layer.features.is_empty()) {
        bytes(&mut out, 3, &layer.finish());
    }
    out
}

fn commands(form: LayerForm, paths: &[Vec<Unit>]) -> Vec<u32> {
    let mut out = Vec::new();
    let mut pen: Unit = [0, 0];
    let mut go = |out: &mut Vec<u32>, to: &Unit| {
        out.extend([zigzag(to[0].wrapping_sub(pen[0])), zigzag(to[1].wrapping_sub(pen[1]))]);
        pen = *to;
    };
    let count = |items: usize| u32::try_from(items).unwrap_or_default() << 3;
    if form == LayerForm::Point {
        out.push(count(paths.iter().map(Vec::len).sum()) | MOVE_TO);
        for at in paths.iter().flatten() {
            go(&mut out, at);
        }
        return out;
    }
    for path in paths {
        let Some((first, rest)) = path.split_first() else { continue };
        out.push(count(1) | MOVE_TO);
        go(&mut out, first);
        out.push(count(rest.len()) | LINE_TO);
        for at in rest {
            go(&mut out, at);
        }
        if form == LayerForm::Area {
            out.push(count(1) | CLOSE);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use mvt_reader::{Reader, feature::Value};

    #[test]
    fn another_reader_reads_it() {
        let mut roads = LayerOut::new("minor".into());
        roads.add(LayerForm::Line, &[vec![[0, 0], [10, -5]], vec![[7, 7], [8, 9], [4096, 4160]]], "");
        let mut labels = LayerOut::new("at-town".into());
        labels.add(LayerForm::Point, &[vec![[100, 200]]], "Monaco");
        labels.add(LayerForm::Point, &[vec![[300, 400]]], "Žižkov");
        labels.add(LayerForm::Point, &[vec![[500, 600]]], &called::join("Praha", ["Prague", "Prague"]));
        let mut areas = LayerOut::new("park".into());
        let square = |a: i32, b: i32| vec![[a, a], [b, a], [b, b], [a, b]];
        let hole = square(20, 30).into_iter().rev().collect();
        areas.add(LayerForm::Area, &[square(0, 100), hole, square(200, 300)], "");
        let reader = Reader::new(tile(&[roads, labels, areas, LayerOut::new("empty".into())])).unwrap();
        assert_eq!(reader.get_layer_names().unwrap(), ["minor", "at-town", "park"]);
        assert!(reader.get_layer_metadata().unwrap().iter().all(|layer| layer.extent == 4096 && layer.version == 2));
        let lines = reader.get_features_as::<i32>(0).unwrap();
        assert_eq!(format!("{:?}", lines[0].geometry).matches("LINESTRING").count(), 1);
        let in_language = |index: usize, feature: usize, key: &str| {
            let features = reader.get_features_as::<i32>(index).unwrap();
            match features[feature].properties.as_ref().unwrap().get(key) {
                Some(Value::String(name)) => name.clone(),
                other => format!("{other:?}"),
            }
        };
        let text = |feature| in_language(1, feature, "name");
        assert_eq!([text(0), text(1), text(2)], ["Monaco", "Žižkov", "Praha"]);
        assert_eq!((in_language(1, 2, "name:fr"), in_language(1, 0, "name:fr")), ("Prague".into(), "None".into()));
        let areas = reader.get_features_as::<i32>(2).unwrap();
        let geo::Geometry::MultiPolygon(areas) = &areas[0].geometry else { unreachable!("{:?}", areas[0].geometry) };
        assert_eq!(areas.0.iter().map(|area| area.interiors().len()).collect::<Vec<_>>(), [1, 0]);
    }
}
