//! The holidays of a country, and those that parts of France have besides.

use chrono::{Datelike, NaiveDate};
use opening_hours::{ContextHolidays, localization::Country};
use std::sync::Arc;

/// Parts of France that have a code of their own, and its holidays.
const FRANCE: [&str; 13] = ["BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT", "FX"];
/// Where the end of slavery is a public holiday, in which month, and on which day: loi n° 83-550 of 30 June 1983 and
/// décret n° 83-1003 of 23 November 1983, as they stand in 2024; Code du travail, article L. 3422-2.
const ABOLITION: [(&str, (u32, u32)); 7] = [
    ("BL", (10, 9)),
    ("GF", (6, 10)),
    ("GP", (5, 27)),
    ("MF", (5, 28)),
    ("MQ", (5, 22)),
    ("RE", (12, 20)),
    ("YT", (4, 27)),
];

/// A country as far as its holidays are known, and a day that a part of it keeps besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Land {
    country: Country,
    own: Option<(u32, u32)>,
}

impl Land {
    /// Of an ISO 3166 code.
    pub fn of_code(code: &str) -> Option<Self> {
        let country = code.parse().ok().or(FRANCE.contains(&code).then_some(Country::FR))?;
        let own = ABOLITION.iter().find(|(part, _)| *part == code).map(|(_, day)| *day);
        Some(Self { country, own })
    }

    /// Holidays that all of it keeps.
    pub fn holidays(self) -> ContextHolidays {
        let known = self.country.holidays();
        let Some((month, day)) = self.own else { return known };
        let mut public = known.get_public().clone();
        let new_years: Vec<NaiveDate> = public.iter().filter(|date| date.ordinal() == 1).collect();
        for date in new_years.iter().filter_map(|date| NaiveDate::from_ymd_opt(date.year(), month, day)) {
            public.insert(date);
        }
        ContextHolidays::new(Arc::new(public), Arc::new(known.get_school().clone()))
    }

    /// Holidays that some of it keeps.
    pub fn somewhere(self) -> ContextHolidays {
        self.country.holidays_regional()
    }
}
