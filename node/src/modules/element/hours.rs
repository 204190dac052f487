//! When an element is open: now, and in the week to come.

use super::{HoursShown, OpenHours};
use crate::{failure::Failure, modules::Read, search::open_now, snapshot::Snapshot, times};
use jiff::{Timestamp, tz::TimeZone};

impl Read for OpenHours {
    fn read(&self, snapshot: &Snapshot) -> Result<HoursShown, Failure> {
        let element = snapshot.elements.get(&self.id);
        let element = element.ok_or_else(|| Failure::not_found(format!("no element {} is held", self.id.short())))?;
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let now = Timestamp::from_millisecond(self.now_ms);
        let now = now.map_err(|_| Failure::invalid(format!("{} is no time that a clock shows", self.now_ms)))?;
        let (hours, here) = (&element.opening_hours, zone.to_datetime(now));
        Ok(HoursShown { now: open_now(hours, here, &zone), week: times::week(hours, here.date()).unwrap_or_default() })
    }
}
