//! Objects in OpenStreetMap's XML: `.osm` of editors and of its own interface, `.osc` of changes, Overpass.

use super::thing::{Member, Next, Of, Parsed, Thing, Things, place};
use crate::import::{
    ImportError, ImportItem, RECORD_MAX, Reason,
    encoding::Detected,
    xml::{Step, Tag, Xml, encoding_of},
};
use std::path::PathBuf;

/// A file of them.
pub(super) struct XmlThings {
    path: PathBuf,
    name: String,
    detected: Detected,
    xml: Xml,
    read: u64,
    /// Within a list of what is to be deleted.
    deletes: bool,
    /// What Overpass says of a query that took too long.
    remark: Option<String>,
    in_remark: bool,
}

impl XmlThings {
    pub fn open(path: PathBuf, name: String) -> Result<Self, ImportError> {
        let detected = encoding_of(&path, &name)?;
        Self::of_encoding(path, name, detected)
    }

    fn of_encoding(path: PathBuf, name: String, detected: Detected) -> Result<Self, ImportError> {
        let xml = Xml::open(&path, &name, detected)?;
        Ok(Self { path, name, detected, xml, read: 0, deletes: false, remark: None, in_remark: false })
    }

    /// The rest of an object. None: it is too large.
    fn rest(&mut self, mut thing: Parsed) -> Result<Option<Parsed>, ImportError> {
        let (mut held, mut in_member) = (0, false);
        loop {
            match self.xml.next()? {
                Step::Open(tag) => {
                    held += tag.len();
                    if held <= RECORD_MAX {
                        add(&mut thing, &tag, &mut in_member);
                    }
                }
                Step::Close(name) if name == thing.of.name() => {
                    return Ok((held <= RECORD_MAX).then_some(thing));
                }
                Step::Close(name) => in_member &= name != "member",
                Step::Text(_) => {}
                // Where tags are still open, the end is a fault.
                Step::End => return Ok(None),
            }
        }
    }
}

/// The beginning of an object.
fn begin(tag: &Tag, deletes: bool) -> Option<Parsed> {
    let mut thing = Parsed::new(Of::of_name(&tag.name())?, tag.number("id")?);
    thing.version = tag.number("version").unwrap_or_default();
    let says = |name: &str, value: &str| tag.attribute(name).is_some_and(|said| said == value);
    thing.is_deleted = deletes || says("visible", "false") || says("action", "delete");
    thing.place = spot(tag);
    Some(thing)
}

/// What stands within an object.
fn add(thing: &mut Parsed, tag: &Tag, in_member: &mut bool) {
    match tag.name().as_str() {
        "tag" => {
            if let (Some(key), Some(value)) = (tag.attribute("k"), tag.attribute("v")) {
                thing.tags.push((key, value));
            }
        }
        "nd" if *in_member => {
            if let (Some(member), Some(at)) = (thing.members.last_mut(), spot(tag)) {
                member.line.push(at);
            }
        }
        "nd" => {
            thing.nodes.extend(tag.number::<i64>("ref"));
            thing.line.extend(spot(tag));
        }
        "member" => {
            *in_member = true;
            thing.members.push(Member {
                of: tag.attribute("type").and_then(|of| Of::of_name(&of)),
                id: tag.number("ref").unwrap_or_default(),
                is_label: tag.attribute("role").is_some_and(|role| role == "label"),
                line: spot(tag).into_iter().collect(),
            });
        }
        "center" => thing.place = spot(tag).or(thing.place),
        "bounds" => {
            let side = |name| tag.number::<f64>(name);
            if let (Some(south), Some(west), Some(north), Some(east), None) =
                (side("minlat"), side("minlon"), side("maxlat"), side("maxlon"), thing.place)
            {
                thing.place = super::thing::middle(south, west, north, east);
            }
        }
        _ => {}
    }
}

fn spot(tag: &Tag) -> Option<super::Place> {
    place(tag.number("lat")?, tag.number("lon")?)
}

impl Things for XmlThings {
    fn next(&mut self, take: &mut dyn FnMut(&dyn Thing)) -> Result<Next, ImportError> {
        let thing = match self.xml.next()? {
            Step::End => return Ok(Next::End),
            Step::Text(text) => {
                if self.in_remark && self.remark.is_none() {
                    self.remark = Some(text);
                }
                return Ok(Next::Given);
            }
            Step::Close(name) => {
                self.in_remark = false;
                self.deletes &= name != "delete";
                return Ok(Next::Given);
            }
            Step::Open(tag) => {
                self.deletes |= tag.name() == "delete";
                self.in_remark = tag.name() == "remark";
                match begin(&tag, self.deletes) {
                    Some(thing) => thing,
                    None => return Ok(Next::Given),
                }
            }
        };
        let at = thing.at();
        self.read += 1;
        match self.rest(thing)? {
            Some(thing) => {
                take(&thing);
                Ok(Next::Given)
            }
            None => Ok(Next::Skipped(ImportItem::skipped(at, Reason::too_large()))),
        }
    }
    fn remark(&self) -> Option<String> {
        self.remark.clone()
    }
    fn position(&self) -> u64 {
        self.read
    }
    fn again(&self, _: u64) -> Result<Box<dyn Things + Send>, ImportError> {
        Ok(Box::new(Self::of_encoding(self.path.clone(), self.name.clone(), self.detected)?))
    }
}
