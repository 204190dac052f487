//! When an element is open: now, and in the week to come.

use super::{HoursShown, OpenHours};
use crate::{
    failure::Failure,
    modules::Read,
    search::{local, open_now},
    snapshot::Snapshot,
    territory::cell_number,
    times,
};
use communaut_protocol::limits::TERRITORY_CELL_MAX;
use jiff::{Timestamp, tz::TimeZone};

impl Read for OpenHours {
    fn read(&self, snapshot: &Snapshot) -> Result<HoursShown, Failure> {
        let element = snapshot.elements.get(&self.id);
        let element = element.ok_or_else(|| Failure::not_found(format!("no element {} is held", self.id.short())))?;
        let asker = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let now = Timestamp::from_millisecond(self.now_ms);
        let now = now.map_err(|_| Failure::invalid(format!("{} is no time that a clock shows", self.now_ms)))?;
        // Cell 0 is nowhere.
        let cell = element.position.map_or(0, |at| cell_number(at.cell(TERRITORY_CELL_MAX)));
        let (local, hours) = (local(cell), element.opening_hours.trim());
        let zone = local.zone.as_ref().unwrap_or(&asker);
        let elsewhere = zone.to_offset(now) != asker.to_offset(now);
        Ok(HoursShown {
            now: open_now(hours, cell, self.now_ms, &asker),
            week: times::week(hours, zone.to_datetime(now).date(), &local.country).unwrap_or_default(),
            zone: zone.iana_name().filter(|_| elsewhere).unwrap_or_default().to_owned(),
        })
    }
}
