//! An element as it goes out: what an importer would have read of it.

use crate::import::ImportRecord;
use communaut_protocol::{ElementId, fold::ElementView};

/// An element as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementOut {
    /// Which: by this it is known wherever it goes.
    pub id: ElementId,
    /// What it says. Where it was imported itself by the data set and id of that; else its own id, of no data set.
    pub record: ImportRecord,
    /// It says where it is.
    pub placed: bool,
    /// When it was last written, milliseconds since 1970 UTC.
    pub updated_ms: u64,
}

impl ElementOut {
    /// An element that is held.
    #[must_use]
    pub fn of(held: &ElementView) -> Self {
        let from = held.provenance.clone().filter(|from| !from.id.is_empty());
        let (source, source_id, licence) = match from {
            Some(from) => (from.source, from.id, from.licence),
            None => (String::new(), held.id.to_string(), String::new()),
        };
        let position = held.position.unwrap_or_default();
        let record = ImportRecord {
            at: String::new(),
            source,
            source_id,
            has_id: true,
            licence,
            kind: held.kind,
            name: held.name.clone(),
            description: held.description.clone(),
            lat_e7: position.lat_e7,
            lon_e7: position.lon_e7,
            address: held.address.clone(),
            phone: held.phone.clone(),
            email: held.email.clone(),
            website: held.website.clone(),
            opening_hours: held.opening_hours.clone(),
            tags: held.tags.clone(),
            when: held.when.clone(),
            cancelled: false,
            // Not written yet, though elements have it; nor are sub-kind, stage, languages and contacts.
            foreign: String::new(),
        };
        Self { id: held.id, record, placed: held.position.is_some(), updated_ms: held.updated.ms() }
    }

    /// Latitude and longitude.
    #[must_use]
    pub fn degrees(&self) -> Option<(f64, f64)> {
        let degrees = |e7: i32| f64::from(e7) / 1e7;
        self.placed.then(|| (degrees(self.record.lat_e7), degrees(self.record.lon_e7)))
    }

    /// Its name, or else what stands for one.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.record.name.is_empty() { &self.record.source_id } else { &self.record.name }
    }
}
