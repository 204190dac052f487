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
    /// The city after which the zone is called: "Europe/Paris" is Paris's. None: it is called after nothing.
    #[must_use]
    pub fn city(&self) -> Option<String> {
        let (area, city) = self.zone_name().rsplit_once('/')?;
        (area != "Etc").then(|| city.replace('_', " "))
    }
    /// A moment of the replica, on this clock's wall. None: beyond the calendar.
    #[must_use]
    pub fn here(&self, ms: i64) -> Option<ZonedDateTime> {
        Some(Timestamp::from_millisecond(ms).ok()?.to_zoned_datetime(self.zone.clone()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;

    #[test]
    fn a_zone_is_called_after_a_city() {
        let city = |zone: &str| Clock::fixed(Timestamp::UNIX_EPOCH, TimeZone::get(zone).unwrap()).city();
        assert_eq!(city("Europe/Paris").as_deref(), Some("Paris"));
        assert_eq!(city("America/Argentina/Buenos_Aires").as_deref(), Some("Buenos Aires"));
        assert_eq!((city("UTC"), city("Etc/GMT-3")), (None, None));
    }
}
