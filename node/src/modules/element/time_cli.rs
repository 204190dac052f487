//! Which times of an event that repeats are changed, on the command line.

use super::{
    ChangeTime, ElementDetail, ElementDraft, TimeChange,
    card_cli::{Card, filled},
};
use crate::{
    cli::{session::Session, time},
    failure::Failure,
    modules::Written,
    times::{day_number, from_on, single},
};
use clap::Args as ClapArgs;
use communaut_protocol::op::Kind;
use jiff::civil::Date;

/// Which of its times.
#[derive(Debug, ClapArgs)]
pub(crate) struct Which {
    /// Of an event that repeats, only the time that begins on this day
    #[arg(long, value_name = "DAY", value_parser = time::date, requires = "edit", conflicts_with = "following")]
    pub this: Option<Date>,
    /// The time that begins on this day and those that follow
    #[arg(long, value_name = "DAY", value_parser = time::date, requires = "edit")]
    pub following: Option<Date>,
    /// All of its times, as if neither is given
    #[arg(long, requires = "edit", conflicts_with_all = ["this", "following"])]
    pub all: bool,
    /// That does not take place: with --this or --following
    #[arg(long, requires = "edit", conflicts_with_all = ["start", "name"])]
    pub cancel: bool,
    /// That is again as its series says: with --this
    #[arg(long, requires = "this", conflicts_with_all = ["start", "name", "cancel"])]
    pub as_series: bool,
}

impl Which {
    /// The day that names the time, and whether the later ones are meant too. None: all of them.
    pub fn day(&self) -> Result<Option<(Date, bool)>, Failure> {
        match (self.this, self.following) {
            (Some(day), _) => Ok(Some((day, false))),
            (None, Some(day)) => Ok(Some((day, true))),
            (None, None) if self.cancel => {
                let why = "--cancel: say which time, with --this or --following; `retract` takes back all of it";
                Err(Failure::invalid(why))
            }
            (None, None) => Ok(None),
        }
    }

    /// Change it.
    pub fn change(
        &self,
        session: &mut Session,
        card: Card,
        (day, following): (Date, bool),
        finish: impl FnOnce(&mut ElementDraft) -> Result<(), Failure>,
    ) -> Result<Written, Failure> {
        let held = session.show(card.edit.as_deref().unwrap_or_default())?;
        let series = held.element.id;
        let change = if self.cancel {
            TimeChange::Cancel
        } else if self.as_series {
            TimeChange::AsSeries
        } else {
            let base = base(&held, day_number(day), following);
            let base = base.ok_or_else(|| {
                Failure::invalid(format!(
                    "'{}' does not begin on {day}; `agenda` says on which days",
                    held.element.name
                ))
            })?;
            TimeChange::Say(Box::new(filled(session, card, base, finish)?))
        };
        session.ask(ChangeTime { series, day: day_number(day), following, change })
    }
}

/// What is said of a time as yet.
fn base(held: &ElementDetail, day: i32, following: bool) -> Option<ElementDraft> {
    let changed = held.changed.iter().find(|changed| changed.day == day && !following);
    if let Some(changed) = changed {
        return Some(ElementDraft { kind: Kind::Event, ..ElementDraft::of(&changed.element) });
    }
    let when = held.element.when.as_ref()?;
    let when = if following { from_on(when, day)? } else { single(when, day)? };
    Some(ElementDraft { when: Some(when), ..ElementDraft::of(&held.element) })
}
