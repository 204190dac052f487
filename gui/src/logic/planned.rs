//! How an event repeats, as the form offers it.

use communaut_protocol::op::{Every, Repeat};

/// What the form offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Again {
    /// It takes place once.
    #[default]
    Never,
    /// Each day.
    Day,
    /// Each week on the day of the first time.
    Week,
    /// Every second week on it.
    TwoWeeks,
    /// Each month on its date.
    Month,
    /// Each year on its date.
    Year,
    /// As another program or a command said it: kept as it is.
    Kept(Repeat),
}

impl Again {
    /// What is offered for something new, in this order.
    pub const ALL: [Self; 6] = [Self::Never, Self::Day, Self::Week, Self::TwoWeeks, Self::Month, Self::Year];

    /// As which of them a repetition is shown.
    #[must_use]
    pub fn of(repeat: Option<&Repeat>) -> Self {
        let Some(repeat) = repeat else { return Self::Never };
        let plain = repeat.weekdays == 0 && repeat.count.is_none() && repeat.except.is_empty();
        match (repeat.every, repeat.interval) {
            (Every::Day, 1) if plain => Self::Day,
            (Every::Week, 1) if plain => Self::Week,
            (Every::Week, 2) if plain => Self::TwoWeeks,
            (Every::Month, 1) if plain => Self::Month,
            (Every::Year, 1) if plain => Self::Year,
            _ => Self::Kept(repeat.clone()),
        }
    }

    /// The repetition, until a day.
    #[must_use]
    pub fn repeat(&self, until: Option<i32>) -> Option<Repeat> {
        let (every, interval) = match self {
            Self::Never => return None,
            // A number of times is an end, too: a day in its stead replaces it.
            Self::Kept(repeat) => {
                let count = repeat.count.filter(|_| until.is_none());
                return Some(Repeat { until, count, ..repeat.clone() });
            }
            Self::Day => (Every::Day, 1),
            Self::Week => (Every::Week, 1),
            Self::TwoWeeks => (Every::Week, 2),
            Self::Month => (Every::Month, 1),
            Self::Year => (Every::Year, 1),
        };
        Some(Repeat { every, interval, count: None, until, weekdays: 0, except: Vec::new() })
    }

    /// The key of its words. What is kept has words of its own.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Never => "again-never",
            Self::Day => "again-day",
            Self::Week => "again-week",
            Self::TwoWeeks => "again-two-weeks",
            Self::Month => "again-month",
            Self::Year => "again-year",
            Self::Kept(_) => "again-kept",
        }
    }
}

/// What was typed before an offset from UTC as in "+02:00", and the offset in minutes.
#[must_use]
pub fn parse_offset(text: &str) -> (&str, Option<i32>) {
    let read = |at: usize| {
        let (time, offset) = (text.get(..at)?, text.get(at..)?);
        let (hours, minutes) = offset.get(1..)?.trim().split_once(':')?;
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let offset_minutes = hours.checked_mul(60)?.checked_add(minutes)?;
        Some((time.trim_end(), if offset.starts_with('-') { -offset_minutes } else { offset_minutes }))
    };
    match text.find(['+', '-']).and_then(read) {
        Some((time, offset)) => (time, Some(offset)),
        None => (text, None),
    }
}

/// An offset from UTC as it is typed: "+02:00".
#[must_use]
pub fn offset(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}
