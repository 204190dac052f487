//! The time and the zone in which it is shown. Tests fix both.

use jiff::{Timestamp, ZonedDateTime, tz::TimeZone};

/// What time it is, and where.
#[derive(Debug, Clone)]
pub struct Clock {
    fixed: Option<Timestamp>,
    zone: TimeZone,
}

impl Clock {
    /// The system's.
    #[must_use]
    pub fn system() -> Self {
        Self { fixed: None, zone: TimeZone::system() }
    }
    /// Stands still, in a zone.
    #[must_use]
    pub const fn fixed(at: Timestamp, zone: TimeZone) -> Self {
        Self { fixed: Some(at), zone }
    }
    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }
    /// Milliseconds since 1970 UTC.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }
    /// Now, on this clock's wall.
    #[must_use]
    pub fn now_here(&self) -> ZonedDateTime {
        self.now().to_zoned_datetime(self.zone.clone())
    }
    /// The zone in which times are shown.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }
    /// The zone's IANA name, "UTC" where it has none.
    #[must_use]
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }
    /// A moment of the replica, on this clock's wall. None: beyond the calendar.
    #[must_use]
    pub fn here(&self, ms: i64) -> Option<ZonedDateTime> {
        Some(Timestamp::from_millisecond(ms).ok()?.to_zoned_datetime(self.zone.clone()))
    }
}
