//! Marks on maps in XML: waypoints of GPX, placemarks of KML, also in an archive (KMZ).

use super::{
    FileFault, ImportError, ImportItem, RECORD_MAX, Reason, Source,
    coords::{self, Shape},
    features::columns_of,
    mapping::Columns,
    notes::ImportNote,
    packed::{Packed, What},
    preview::Column,
    record::{Builder, Said},
    role::{Rank, Role},
    text,
    xml::{Step, Tag, Xml, encoding_of},
};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    fs::File,
    path::Path,
};

/// Names of values that are remembered for the preview.
const KNOWN_MAX: usize = 500;

/// Marks of a file.
pub(super) struct MarkSource {
    xml: Xml,
    /// Of an archive: its parts that are KML and still to be read.
    rest: Option<(Packed, VecDeque<String>)>,
    builder: Builder,
    columns: Columns,
    /// What values that a program adds are called, and what they are taken for.
    known: HashMap<String, Option<(Role, Rank)>>,
    notes: Vec<ImportNote>,
    read: u64,
    /// Tags that are open around what is read; of folders with their names.
    around: Vec<(String, String)>,
    text: String,
}

/// What is known of a mark.
#[derive(Default)]
struct Mark {
    said: Said,
    id: Option<String>,
    shapes: Vec<Value>,
    /// Outline and holes of the area that is open.
    rings: Vec<Value>,
    /// What a value that follows is called.
    key: String,
    wrong: Option<Reason>,
}

impl MarkSource {
    pub fn open(path: &Path, name: &str, builder: Builder, columns: Columns) -> Result<Self, ImportError> {
        let detected = encoding_of(path, name)?;
        let encoding = detected.encoding;
        let said = (encoding != encoding_rs::UTF_8).then(|| ImportNote::Encoding { encoding: encoding.name().into() });
        let xml = Xml::open(path, name, detected)?;
        let (notes, around) = (said.into_iter().collect(), Vec::new());
        Ok(Self {
            xml,
            rest: None,
            builder,
            columns,
            known: HashMap::new(),
            notes,
            read: 0,
            around,
            text: String::new(),
        })
    }

    /// Of an archive: each KML in it, the main one first. Pictures are not read.
    pub fn open_archive(file: File, name: &str, builder: Builder, columns: Columns) -> Result<Self, ImportError> {
        let mut packed = Packed::open(file, name, What::Kmz)?;
        let parts: Vec<String> = packed.names().filter(|part| !part.ends_with('/')).map(str::to_owned).collect();
        let mut maps: Vec<String> = parts.iter().filter(|part| part.ends_with(".kml")).cloned().collect();
        // Programs call the main one doc.kml, and put it at the top.
        maps.sort_by_key(|part| (part != "doc.kml", part.matches('/').count()));
        let mut maps = VecDeque::from(maps);
        let first = maps.pop_front().map(|part| packed.xml(&part)).transpose()?.flatten();
        let xml = first.ok_or_else(|| ImportError::unusable(name, FileFault::NoKml))?;
        let count = parts.iter().filter(|part| !part.ends_with(".kml")).count() as u64;
        let notes = (count > 0).then_some(ImportNote::PartsNotRead { count }).into_iter().collect();
        let rest = Some((packed, maps));
        let (known, around) = (HashMap::new(), Vec::new());
        Ok(Self { xml, rest, builder, columns, known, notes, read: 0, around, text: String::new() })
    }

    /// The next KML of an archive; whether there is one.
    fn next_part(&mut self) -> Result<bool, ImportError> {
        let Some((packed, maps)) = &mut self.rest else { return Ok(false) };
        let Some(part) = maps.pop_front() else { return Ok(false) };
        let Some(xml) = packed.xml(&part)? else { return Ok(false) };
        (self.xml, self.around, self.text) = (xml, Vec::new(), String::new());
        Ok(true)
    }

    fn next_mark(&mut self) -> Result<Option<ImportItem>, ImportError> {
        loop {
            match self.xml.next()? {
                Step::End if self.next_part()? => {}
                Step::End => return Ok(None),
                Step::Open(tag) if matches!(tag.name().as_str(), "wpt" | "Placemark") => {
                    return self.mark(&tag).map(Some);
                }
                Step::Open(tag) => {
                    self.text.clear();
                    self.around.push((tag.name(), String::new()));
                }
                Step::Text(text) if self.text.len() < RECORD_MAX => self.text += &text,
                Step::Text(_) => {}
                Step::Close(name) => {
                    self.around.pop();
                    if let (true, Some((of, folder))) = (name == "name", self.around.last_mut())
                        && of == "Folder"
                    {
                        *folder = text::one_line(&self.text);
                    }
                }
            }
        }
    }

    fn mark(&mut self, tag: &Tag) -> Result<ImportItem, ImportError> {
        self.read += 1;
        let root = tag.name();
        let at = format!("{} {}", if root == "wpt" { "waypoint" } else { "placemark" }, self.read);
        let mut mark = Mark { id: tag.attribute("id"), ..Mark::default() };
        if let (Some(lat), Some(lon)) = (tag.number::<f64>("lat"), tag.number::<f64>("lon")) {
            mark.shapes.push(json!({"type": "Point", "coordinates": [lon, lat]}));
        }
        let (mut within, mut text, mut held) = (Vec::new(), String::new(), 0);
        loop {
            match self.xml.next()? {
                Step::Open(tag) => {
                    held += tag.len();
                    text.clear();
                    if held <= RECORD_MAX {
                        mark.open(&tag);
                    }
                    within.push(tag.name());
                }
                Step::Text(more) => {
                    held += more.len();
                    if held <= RECORD_MAX {
                        text += &more;
                    }
                }
                Step::Close(_) => {
                    let Some(name) = within.pop() else { break };
                    if held <= RECORD_MAX {
                        let (columns, known) = (&self.columns, &mut self.known);
                        mark.close(&name, &within, &text, &mut |key| {
                            let role = columns.role(key);
                            if known.len() < KNOWN_MAX && !known.contains_key(key) {
                                known.insert(key.to_owned(), role);
                            }
                            role
                        });
                    }
                    text.clear();
                }
                // Where tags are still open, the end is a fault.
                Step::End => break,
            }
        }
        if held > RECORD_MAX {
            return Ok(ImportItem::skipped(at, Reason::too_large()));
        }
        for (_, folder) in &self.around {
            mark.said.add((Role::Tags, 1), folder);
        }
        Ok(self.item(&at, mark))
    }

    fn item(&mut self, at: &str, mark: Mark) -> ImportItem {
        if let Some(why) = mark.wrong {
            return ImportItem::skipped(at, why);
        }
        let shape = match mark.shapes.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(json!({"type": "GeometryCollection", "geometries": mark.shapes})),
        };
        match shape.map(serde_json::from_value::<geojson::Geometry>).transpose() {
            Ok(shape) => {
                let shape =
                    shape.map(|shape| coords::Said::Shape(Box::new(Shape { value: shape.value, system: None })));
                let id = mark.id.map(|id| text::one_line(&id)).filter(|id| !id.is_empty());
                self.builder.item_at(at, id, mark.said, shape)
            }
            Err(error) => {
                let said = text::one_line(&error.to_string());
                ImportItem::skipped(at, Reason::ShapeUnusable { said })
            }
        }
    }
}

impl Mark {
    fn open(&mut self, tag: &Tag) {
        match tag.name().as_str() {
            "link" => self.say((Role::Website, 0), &tag.attribute("href").unwrap_or_default()),
            "Data" | "SimpleData" => self.key = tag.attribute("name").unwrap_or_default(),
            "Polygon" => self.rings.clear(),
            _ => {}
        }
    }

    /// A tag that closes, with those around it and the text in it.
    fn close(&mut self, name: &str, within: &[String], text: &str, role: &mut dyn FnMut(&str) -> Option<(Role, Rank)>) {
        let is_in = |name: &str| within.iter().any(|around| around == name);
        match name {
            "name" if within.is_empty() => self.say((Role::Name, 0), text),
            "description" | "desc" if within.is_empty() => self.say((Role::Description, 0), text),
            "cmt" if within.is_empty() => self.say((Role::Description, 1), text),
            "address" if within.is_empty() => self.say((Role::Address, 0), text),
            "phoneNumber" if within.is_empty() => self.say((Role::Phone, 0), text),
            "sym" | "type" if within.is_empty() => self.say((Role::Tags, 0), text),
            "url" if within.is_empty() => self.say((Role::Website, 1), text),
            "value" if is_in("Data") => {
                let role = role(&self.key);
                self.say_as(role, text);
            }
            "SimpleData" => {
                let role = role(&self.key);
                self.say_as(role, text);
            }
            // What a program adds to GPX: its tags are called as columns are.
            _ if is_in("extensions") && !text.trim().is_empty() => self.say_as(role(name), text),
            "coordinates" => match positions(text) {
                Ok(line) if is_in("Polygon") => self.rings.push(line),
                Ok(line) if is_in("LineString") || is_in("LinearRing") => {
                    self.shapes.push(json!({"type": "LineString", "coordinates": line}));
                }
                Ok(line) => self.shapes.push(json!({"type": "MultiPoint", "coordinates": line})),
                Err(why) => self.wrong = Some(why),
            },
            "Polygon" => {
                self.shapes.push(json!({"type": "Polygon", "coordinates": std::mem::take(&mut self.rings)}));
            }
            _ => {}
        }
    }

    fn say(&mut self, role: (Role, Rank), text: &str) {
        self.said.add(role, text.trim());
    }
    fn say_as(&mut self, role: Option<(Role, Rank)>, text: &str) {
        // Where it lies is said by its shape.
        if let Some(role) = role.filter(|(role, _)| !role.is_position()) {
            self.say(role, text);
        }
    }
}

/// "6.5,45.5,320 6.6,45.5": longitude first.
fn positions(text: &str) -> Result<Value, Reason> {
    let one = |said: &str| {
        let mut numbers = said.split(',').map(|number| number.trim().parse::<f64>().ok());
        match (numbers.next().flatten(), numbers.next().flatten()) {
            (Some(lon), Some(lat)) if lon.is_finite() && lat.is_finite() => Ok(json!([lon, lat])),
            _ => Err(Reason::NotLonLat { said: text::shown(said) }),
        }
    };
    text.split_whitespace().map(one).collect::<Result<Vec<Value>, Reason>>().map(Value::Array)
}

impl Source for MarkSource {
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        self.next_mark().transpose()
    }
    fn notes(&self) -> Vec<ImportNote> {
        self.notes.iter().cloned().chain(self.builder.notes()).collect()
    }
    fn columns(&self) -> Vec<Column> {
        columns_of(&self.known)
    }
}

#[cfg(test)]
pub(super) mod tests;
