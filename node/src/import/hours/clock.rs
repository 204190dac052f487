//! Times of the day as people write them: "9h", "9 h 30", "09:30", "9.30", "9 heures", "9am", "12:30 p.m.".

/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;
/// A span that ends by then, after midnight, belongs to the evening before: six o'clock.
const NIGHT_END: u16 = 6 * 60;
/// Minutes of half a day.
const HALF: u16 = DAY / 2;

/// Half of a day, by which twelve hours are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Before,
    After,
}

/// A time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    /// Minutes of the day.
    minutes: u16,
    /// Whether it is surely a time, not a bare number.
    pub sure: bool,
    /// The half of the day, where it is said.
    half: Option<Half>,
}

impl Time {
    pub const NOON: Self = Self { minutes: HALF, sure: true, half: None };
    /// Ends a day, and begins one as well.
    pub const MIDNIGHT: Self = Self { minutes: 0, sure: true, half: None };

    fn is_on_twelve_hours(self) -> bool {
        self.half.is_none() && (1..=HALF).contains(&self.minutes)
    }
}

/// From one time to the other, in minutes of a day; beyond its end on the next one. None: that is no span.
pub(super) fn span(from: Time, to: Time) -> Option<(u16, u16)> {
    let (mut begin, mut end) = (from.minutes, to.minutes);
    match (from.half, to.half) {
        // "2-5pm" is all in the afternoon, "9-5pm" is not.
        (None, Some(Half::After)) if from.is_on_twelve_hours() && begin % HALF + HALF < end => {
            begin = begin % HALF + HALF;
        }
        // "9am-5".
        (Some(Half::Before), None) if to.is_on_twelve_hours() && end <= begin => end += HALF,
        _ => {}
    }
    if end == 0 && begin > 0 {
        end = DAY;
    }
    // "24h-2h" is the night that follows.
    if begin == DAY {
        return (1..=NIGHT_END).contains(&end).then_some((DAY, DAY + end));
    }
    (begin < end || end <= NIGHT_END && end < begin).then_some((begin, end))
}

/// The time at the beginning, and what follows; a bare number may be one, beside another.
pub(super) fn time(text: &str) -> Option<(Time, &str)> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let end = digits(text);
    let hours: u16 = text.get(..end).filter(|_| end <= 2)?.parse().ok()?;
    let after = text.get(end..)?;
    let unit = ["heures", "heure", "h", ":", "."].iter().find_map(|unit| {
        let rest = after.trim_start().strip_prefix(unit)?;
        // A sign stands right behind the number.
        (after.starts_with(unit) || unit.starts_with('h')).then_some((*unit, rest))
    });
    let (minutes, rest) = match unit {
        None => (None, after),
        Some((unit, rest)) => {
            let body = if unit.starts_with('h') { rest.trim_start() } else { rest };
            let end = digits(body);
            let follows = body.get(end..)?.trim_start();
            let is_minutes = end == 2 && !follows.starts_with(['h', ':']);
            match is_minutes {
                true => (Some(body.get(..end)?.parse().ok()?), body.get(end..)?),
                false if unit.starts_with('h') => (Some(0), rest),
                // "du lundi. 9 …": not a time with minutes.
                false => (None, after),
            }
        }
    };
    let rest = ["min", "mn"].iter().find_map(|unit| rest.strip_prefix(unit)).unwrap_or(rest);
    let (half, rest) = half(rest).map_or((None, rest), |(half, rest)| (Some(half), rest));
    let sure = minutes.is_some() || half.is_some();
    let all = hours * 60 + minutes.unwrap_or(0_u16);
    let all = match half {
        None => all,
        Some(_) if !(1..=12).contains(&hours) => return None,
        Some(Half::Before) => all % HALF,
        Some(Half::After) => all % HALF + HALF,
    };
    let is_one = hours <= 24 && minutes.is_none_or(|minutes| minutes < 60) && all <= DAY;
    (is_one && !rest.starts_with(char::is_alphanumeric)).then_some((Time { minutes: all, sure, half }, rest))
}

/// "am", "p.m." and what follows.
fn half(text: &str) -> Option<(Half, &str)> {
    const HALVES: [(&str, Half); 6] = [
        ("a.m.", Half::Before),
        ("a.m", Half::Before),
        ("am", Half::Before),
        ("p.m.", Half::After),
        ("p.m", Half::After),
        ("pm", Half::After),
    ];
    let text = text.trim_start();
    let found = HALVES.iter().find_map(|(name, half)| Some((*half, text.strip_prefix(name)?)));
    found.filter(|(_, rest)| !rest.starts_with(char::is_alphanumeric))
}
