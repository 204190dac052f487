//! Numbers, dates and times of cells as text.
//!
//! Dates are written as 2026-03-01 whatever the sheet's own writing is: day and month cannot be taken for one another.

use jiff::{Span, civil::date};

/// How the number of a cell is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Number,
    /// With zeros before it, up to so many digits: postcodes.
    Zeros(usize),
    /// Days since the sheet's first day.
    Date,
    /// A part of a day.
    Time,
}

/// Digits that zeros before a number may make: a phone number in full has fewer.
const ZEROS_MAX: usize = 20;
/// Whole numbers that a cell holds to the last digit.
const EXACT_MAX: f64 = 1e15;
/// Days that the calendar of spreadsheets knows: to the year 9999.
const DAYS_MAX: f64 = 2_958_466.0;

impl Look {
    /// Of a format's number where the file does not spell it out (ECMA-376, 18.8.30).
    pub fn of_number(id: u32) -> Self {
        match id {
            14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => Self::Date,
            18..=21 | 32..=35 | 45..=47 | 55 | 56 => Self::Time,
            _ => Self::Number,
        }
    }

    /// Of a format that is spelled out: "dd/mm/yyyy", "00000", "[h]:mm".
    pub fn of_code(code: &str) -> Self {
        let first = code.split(';').next().unwrap_or_default();
        let mut plain = String::new();
        let (mut quoted, mut bracket, mut escaped) = (false, false, false);
        for c in first.chars() {
            match c {
                _ if escaped => escaped = false,
                '\\' | '_' | '*' if !quoted => escaped = true,
                '"' => quoted = !quoted,
                '[' if !quoted => bracket = true,
                ']' if bracket => bracket = false,
                // Between brackets stand colours and conditions, and hours beyond a day.
                c if bracket && !matches!(c, 'h' | 'H') => {}
                c if !quoted => plain.push(c.to_ascii_lowercase()),
                _ => {}
            }
        }
        if plain.contains("general") || plain.contains("standard") {
            return Self::Number;
        }
        if plain.contains(['y', 'd', 'j', 'a']) && !plain.starts_with("am") {
            return Self::Date;
        }
        if plain.contains(['h', 's']) {
            return Self::Time;
        }
        let digits = plain.chars().filter(|c| *c == '0').count();
        let only_zeros = plain.chars().all(|c| matches!(c, '0' | ' ' | '-' | '\u{a0}'));
        if only_zeros && (2..=ZEROS_MAX).contains(&digits) { Self::Zeros(digits) } else { Self::Number }
    }

    /// The text of a number.
    pub fn text(self, number: f64, since_1904: bool) -> String {
        if !number.is_finite() {
            return String::new();
        }
        let number_text = || {
            if number.fract() == 0.0 && number.abs() < EXACT_MAX {
                return format!("{number:.0}");
            }
            // The fifteen digits that spreadsheets show: 0.1 + 0.2 is 0.3.
            format!("{number:.14e}").parse::<f64>().unwrap_or(number).to_string()
        };
        match self {
            Self::Zeros(digits) if number >= 0.0 && number.fract() == 0.0 && number < EXACT_MAX => {
                format!("{number:0>digits$.0}")
            }
            Self::Date | Self::Time => moment(number, since_1904, self).unwrap_or_else(number_text),
            _ => number_text(),
        }
    }
}

/// "2026-03-01", "2026-03-01 18:30", "18:30".
fn moment(number: f64, since_1904: bool, look: Look) -> Option<String> {
    if !(0.0..DAYS_MAX).contains(&number) {
        return None;
    }
    let minutes = (number * 1_440.0).round() as i64;
    let (days, minute) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
    let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
    if days == 0 && (look == Look::Time || minute > 0) {
        return Some(clock);
    }
    if look == Look::Time && days == 1 && minute == 0 {
        return Some("24:00".into());
    }
    // There was no 29 February 1900, but spreadsheets have one: before it they are a day behind.
    let first = match since_1904 {
        true => date(1904, 1, 1),
        false if days < 60 => date(1899, 12, 31),
        false => date(1899, 12, 30),
    };
    let day = first.checked_add(Span::new().try_days(days).ok()?).ok()?;
    Some(if minute == 0 { day.to_string() } else { format!("{day} {clock}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_of_codes() {
        for (code, look) in [
            ("General", Look::Number),
            ("00000", Look::Zeros(5)),
            ("00\\ 00\\ 00\\ 00\\ 00", Look::Zeros(10)),
            ("0.00", Look::Number),
            ("#,##0", Look::Number),
            ("dd/mm/yyyy", Look::Date),
            ("[$-40C]jj/mm/aaaa;@", Look::Date),
            ("d\" de \"mmmm", Look::Date),
            ("hh:mm", Look::Time),
            ("[h]:mm:ss", Look::Time),
            ("[Red]0", Look::Number),
            ("0\" days\"", Look::Number),
        ] {
            assert_eq!(Look::of_code(code), look, "{code}");
        }
        assert_eq!(
            (Look::of_number(14), Look::of_number(20), Look::of_number(2)),
            (Look::Date, Look::Time, Look::Number)
        );
    }

    #[test]
    fn texts_of_numbers() {
        for (look, number, text) in [
            (Look::Number, 43.0, "43"),
            (Look::Number, 0.1 + 0.2, "0.3"),
            (Look::Number, 561_000_001.0, "561000001"),
            (Look::Number, -1.458_39, "-1.45839"),
            (Look::Number, 1e300, &1e300.to_string()),
            (Look::Number, f64::NAN, ""),
            (Look::Zeros(5), 1_000.0, "01000"),
            (Look::Zeros(5), 123_456.0, "123456"),
            (Look::Date, 46_082.0, "2026-03-01"),
            (Look::Date, 46_082.770_833_333, "2026-03-01 18:30"),
            (Look::Date, 59.0, "1900-02-28"),
            (Look::Date, -3.0, "-3"),
            (Look::Date, 1e12, "1000000000000"),
            (Look::Time, 0.375, "09:00"),
            (Look::Time, 1.0, "24:00"),
        ] {
            assert_eq!(look.text(number, false), text, "{look:?} {number}");
        }
        assert_eq!(Look::Date.text(44_620.0, true), "2026-03-01");
    }
}
