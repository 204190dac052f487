//! A record of a file that this program wrote itself (`import/ours.rs`), as it stands.

use super::Builder;
use crate::{
    import::{
        ImportItem, ImportRecord, Reason, Skipped, coords,
        dates::{Cells, Order},
        mapping,
        ours::{self, tags_of, text_of},
        text,
    },
    times,
};
use communaut_protocol::{
    Position,
    limits::{FIELD_MAX, NAME_MAX, TAG_MAX, TAGS_MAX, TEXT_MAX},
    op::{
        Kind, When, import_seed,
        text::{Lines, clean},
    },
};
use serde_json::{Map, Value};

/// Bytes of what no field of ours has: more than any other program writes of one record.
const FOREIGN_MAX: usize = 16 * 1024;

impl Builder {
    /// The record at `at`. `when`: what the format says beside the values.
    pub fn ours(&mut self, at: &str, said: &Map<String, Value>, when: Option<When>) -> ImportItem {
        match self.our_record(at, said, when) {
            Ok(record) => ImportItem::Record(Box::new(record)),
            Err(why) => {
                let id = text_of(said, "id");
                let seed = (!id.is_empty()).then(|| import_seed(&self.our_source(said), &id));
                ImportItem::Skipped(Skipped { at: at.to_owned(), why, seed })
            }
        }
    }

    /// The data set that the record names, unless whoever imports it names another; of what has none, the file's.
    fn our_source(&self, said: &Map<String, Value>) -> String {
        let own = clean(&text_of(said, ours::SOURCE), Lines::One);
        if own.is_empty() || !self.unsaid.0 { self.source.clone() } else { own }
    }

    fn our_record(&mut self, at: &str, said: &Map<String, Value>, when: Option<When>) -> Result<ImportRecord, Reason> {
        let one = |name: &str| clean(&text_of(said, name), Lines::One);
        let name = one("name");
        if name.is_empty() {
            return Err(Reason::NoName);
        }
        if name.len() > NAME_MAX {
            let (bytes, max) = (name.len() as u64, NAME_MAX as u64);
            return Err(Reason::NameTooLong { name: text::shown(&name), bytes, max });
        }
        let kind = mapping::kind_of(&one("kind"))?;
        let position = position(said)?;
        let when = match when {
            Some(when) => Some(when),
            None => self.our_when(said, position)?,
        };
        if kind == Kind::Event && when.is_none() {
            return Err(Reason::NoDate);
        }
        let source_id = one("id");
        if source_id.is_empty() || source_id.len() > FIELD_MAX {
            return Err(Reason::IdTooLong { bytes: source_id.len() as u64, max: FIELD_MAX as u64 });
        }
        let licence = if self.unsaid.1 { one(ours::LICENCE) } else { self.licence.clone() };
        let mut tags = tags_of(said);
        tags.truncate(TAGS_MAX);
        tags.iter_mut().for_each(|tag| *tag = clean(tag, Lines::One));
        tags.retain(|tag| !tag.is_empty() && tag.len() <= TAG_MAX);
        let mut field = |name: &str| self.bounded(one(name), FIELD_MAX);
        let (address, phone) = (field("address"), field("phone"));
        let (email, website, opening_hours) = (field("email"), field("website"), field("opening_hours"));
        let licence = field_of(licence);
        Ok(ImportRecord {
            at: at.to_owned(),
            source: field_of(self.our_source(said)),
            source_id,
            has_id: true,
            licence,
            kind,
            description: self.bounded(clean(&text_of(said, "description"), Lines::Many), TEXT_MAX),
            name,
            lat_e7: position.lat_e7,
            lon_e7: position.lon_e7,
            address,
            phone,
            email,
            website,
            opening_hours,
            tags,
            when: when.filter(|_| kind == Kind::Event),
            cancelled: false,
            foreign: Some(text_of(said, ours::FOREIGN)).filter(|text| text.len() <= FOREIGN_MAX).unwrap_or_default(),
        })
    }

    /// All of it, as long as the times beside it say the same; else what these say.
    fn our_when(&mut self, said: &Map<String, Value>, position: Position) -> Result<Option<When>, Reason> {
        let (start, end) = (text_of(said, "start"), text_of(said, "end"));
        // A mark that somebody changed says nothing: the times beside it do.
        let whole: Option<When> = serde_json::from_str(&text_of(said, ours::WHEN)).ok();
        if let Some(when) = whole.filter(|when| (start.as_str(), end.as_str()) == told(&times::told(when))) {
            return Ok(Some(when));
        }
        if start.is_empty() {
            return Ok(None);
        }
        let cells = Cells { begins: vec![&start], ends: vec![&end], ..Cells::default() };
        let Some((begin, end)) = cells.read(Order::default())? else { return Err(Reason::NoDate) };
        let zone = self.zone((position.lat(), position.lon()));
        self.clock.when(begin, end, &zone).map(Some).ok_or(Reason::OutOfCalendar)
    }
}

fn told(times: &(String, String)) -> (&str, &str) {
    (&times.0, &times.1)
}

fn field_of(mut text: String) -> String {
    text::cut(&mut text, FIELD_MAX);
    text
}

fn position(said: &Map<String, Value>) -> Result<Position, Reason> {
    let degrees = |name: &str| text_of(said, name).trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    let (Some(lat), Some(lon)) = (degrees("latitude"), degrees("longitude")) else {
        return Err(Reason::NoCoordinates);
    };
    coords::position((lat, lon))
}
