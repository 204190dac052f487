//! Events on the command line: when they take place, and how again.

use super::{
    ElementDraft,
    card_cli::{Card, save},
    time_cli::Which,
};
use crate::{
    cli::{
        session::Session,
        time::{self, Moment, Zone},
        when::WEEKDAYS,
    },
    failure::Failure,
    modules::Written,
    times::{DAY_MS, day_number, of_days, with_clock},
};
use clap::{Args as ClapArgs, ValueEnum};
use communaut_protocol::op::{Every, Kind, Repeat, When};
use jiff::{ToSpan, civil::Date};

/// How long an event lasts if nothing is said.
const EVENT_MS: i64 = 60 * 60 * 1_000;

/// An event.
#[derive(Debug, ClapArgs)]
pub(crate) struct Event {
    /// When it begins: 2026-03-28T14:00 in --zone, or a whole day
    #[arg(long, value_name = "TIME", value_parser = time::moment, required_unless_present = "edit")]
    pub start: Option<Moment>,
    /// When it ends, or the last whole day; by default an hour after it begins, or with the
    /// day; of what is changed, as long after as it was
    #[arg(long, value_name = "TIME", value_parser = time::moment, requires = "start")]
    pub end: Option<Moment>,
    /// IANA time zone, e.g. Europe/Paris; by default that of what is changed, or the system's
    #[arg(long, value_parser = time::zone)]
    pub zone: Option<Zone>,
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub again: Again,
    #[command(flatten)]
    pub card: Card,
}

/// How an event repeats.
#[derive(Debug, ClapArgs)]
pub(crate) struct Again {
    /// It takes place again every day, week, month or year; never: no more
    #[arg(long, value_name = "UNIT")]
    pub every: Option<Unit>,
    /// Every so many of them
    #[arg(long, value_name = "NUMBER", requires = "every", default_value_t = 1)]
    pub interval: u16,
    /// The last day on which it may begin
    #[arg(long, value_name = "DATE", value_parser = time::date, requires = "every", conflicts_with = "times")]
    pub until: Option<Date>,
    /// How many times in all, those left out among them
    #[arg(long, value_name = "NUMBER", requires = "every")]
    pub times: Option<u16>,
    /// Of weeks: on which weekdays, e.g. mo,th. Of months: the same weekday again, as the second Tuesday
    #[arg(long, value_name = "WEEKDAY", value_parser = weekday, value_delimiter = ',', requires = "every")]
    pub on: Vec<u8>,
    /// Days on which it does not take place
    #[arg(long, value_name = "DATE", value_parser = time::date, value_delimiter = ',', requires = "every")]
    pub except: Vec<Date>,
}

/// What is counted between two times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unit {
    /// It does not repeat
    Never,
    /// Days
    Day,
    /// Weeks
    Week,
    /// Months
    Month,
    /// Years
    Year,
}

/// The bit of a weekday.
fn weekday(text: &str) -> Result<u8, String> {
    let typed = text.trim().to_lowercase();
    let known = (0..).zip(WEEKDAYS).find(|(_, name)| *name == typed);
    known.map(|(bit, _)| 1 << bit).ok_or_else(|| format!("expected {}", WEEKDAYS.join(", ")))
}

impl Event {
    pub(super) fn save(self, session: &mut Session) -> Result<Written, Failure> {
        let Self { start, end, zone, which, again, card } = self;
        let edit = card.edit.is_some();
        let finish = |draft: &mut ElementDraft| {
            if edit && draft.kind != Kind::Event {
                return Err(Failure::invalid(format!("'{}' is a {} and not an event", draft.name, draft.kind.name())));
            }
            draft.kind = Kind::Event;
            let held = draft.when.take();
            draft.when = match (&start, held) {
                (Some(start), held) => {
                    // What is moved stays on the clocks of its place, and as long as it was.
                    let its = held.as_ref().filter(|held| !held.zone.is_empty()).map(|held| time::named(&held.zone));
                    let zone = zone.or(its).unwrap_or_else(time::system);
                    let made = when(start, end.as_ref(), held.as_ref(), &zone)?;
                    // What repeats goes on repeating at another time, unless something else is said of that.
                    let repeat = held.and_then(|held| held.repeat);
                    Some(again.apply(When { repeat, ..made }, &zone)?)
                }
                (None, _) if zone.is_some() => return Err(Failure::invalid("--zone says nothing without --start")),
                (None, Some(held)) => {
                    let zone = time::named(&held.zone);
                    Some(again.apply(held, &zone)?)
                }
                (None, None) => None,
            };
            Ok(())
        };
        match which.day()? {
            Some(day) => which.change(session, card, day, finish),
            None => save(session, card, finish),
        }
    }
}

impl Again {
    /// What is said of an event's time, with this.
    fn apply(self, when: When, zone: &Zone) -> Result<When, Failure> {
        let every = match self.every {
            None if when.repeat.is_none() => return Ok(when),
            // Its weekdays or exceptions may be those of another day: the protocol says whether they still hold.
            None => return clocked(when, zone),
            Some(Unit::Never) => return Ok(plain(when)),
            Some(Unit::Day) => Every::Day,
            Some(Unit::Week) => Every::Week,
            Some(Unit::Month) => Every::Month,
            Some(Unit::Year) => Every::Year,
        };
        let mut except: Vec<i32> = self.except.into_iter().map(day_number).collect();
        except.sort_unstable();
        except.dedup();
        let repeat = Repeat {
            every,
            interval: self.interval,
            count: self.times,
            until: self.until.map(day_number),
            weekdays: self.on.iter().fold(0, |bits, bit| bits | bit),
            except,
        };
        clocked(When { repeat: Some(repeat), ..when }, zone)
    }
}

/// Without repeating; hours need no clock then.
fn plain(when: When) -> When {
    let offset = when.offset.filter(|_| when.whole_days);
    When { repeat: None, offset, ..when }
}

fn clocked(when: When, zone: &Zone) -> Result<When, Failure> {
    with_clock(when, zone.tz()).ok_or_else(|| {
        Failure::invalid(format!("--start: the clocks of {} were not apart from UTC by whole minutes then", zone.name))
    })
}

/// `held`: when it takes place by now, which says how long it is where no end is given.
fn when(start: &Moment, end: Option<&Moment>, held: Option<&When>, zone: &Zone) -> Result<When, Failure> {
    let long_ms = |whole_days| {
        held.filter(|held| held.whole_days == whole_days).map(|held| held.end_ms.saturating_sub(held.start_ms))
    };
    let at_start = |why| Failure::invalid(format!("--start: {why}"));
    let at_end = |why| Failure::invalid(format!("--end: {why}"));
    if let Moment::Day(first) = start {
        let last = match end {
            // Days that clocks make an hour shorter or longer are days.
            None => {
                let days = (long_ms(true).unwrap_or(DAY_MS) + DAY_MS / 2) / DAY_MS;
                first.saturating_add((days - 1).max(0).days())
            }
            Some(Moment::Day(last)) => *last,
            Some(_) => return Err(at_end("a whole day ends with a day; give an hour to --start too, or none to both")),
        };
        if last < *first {
            return Err(at_end("the event would end before it begins"));
        }
        return of_days(*first, last, zone.tz(), &zone.name).ok_or_else(|| at_start("out of the calendar"));
    }
    let start_ms = zone.start(start).map_err(|why| Failure::invalid(format!("--start: {why}")))?;
    let end_ms = match end {
        Some(end) => zone.end(end).map_err(|why| Failure::invalid(format!("--end: {why}")))?,
        None => start_ms.saturating_add(long_ms(false).unwrap_or(EVENT_MS)),
    };
    if end_ms < start_ms {
        return Err(at_end("the event would end before it begins"));
    }
    Ok(When { start_ms, end_ms, zone: zone.name.clone(), offset: None, whole_days: false, repeat: None })
}
