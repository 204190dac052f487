//! `agenda`.

use super::{Agenda, Occurrence};
use crate::{
    cli::{
        json,
        print::Prints,
        session::Session,
        text::{line, short, span, table, title},
        time::{self, Moment, Zone},
    },
    failure::Failure,
};
use clap::{Args as ClapArgs, Subcommand};
use jiff::civil::Date;
use serde_json::{Value, json};

/// Days that the agenda shows if no last one is given.
const AGENDA_DAYS: i64 = 30;

/// The agenda.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Events between two days
    #[command(after_help = "JSON: {\"events\":[{\"start\",\"end\",\"start_ms\",\"end_ms\",\"zone\",\"element\":{…}}]}")]
    Agenda(Days),
}

/// Days.
#[derive(Debug, ClapArgs)]
pub(crate) struct Days {
    /// The first day; by default today
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub from: Option<Date>,
    /// The last day; by default 30 days later
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub to: Option<Date>,
    /// IANA time zone of the days; by default the system's
    #[arg(long, value_parser = time::zone)]
    pub zone: Option<Zone>,
    /// Only inside this territory: a name or an id of `territory list`
    #[arg(long, value_name = "T")]
    pub territory: Option<String>,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Agenda(days) = self;
        let request = days.request(session)?;
        Ok(Box::new(session.ask(request)?))
    }
}

impl Days {
    fn request(self, session: &mut Session) -> Result<Agenda, Failure> {
        let zone = self.zone.unwrap_or_else(time::system);
        let out = || Failure::invalid("these days are out of the calendar");
        let from = self.from.or_else(|| zone.day(time::now_ms())).ok_or_else(out)?;
        let to = match self.to {
            Some(to) => to,
            None => from.checked_add(jiff::Span::new().days(AGENDA_DAYS)).map_err(|_| out())?,
        };
        if to < from {
            return Err(Failure::invalid(format!("--to: {to} is before {from}")));
        }
        let territory = match self.territory {
            Some(text) => Some(session.territory(&text)?.id),
            None => None,
        };
        Ok(Agenda {
            from_ms: zone.start(&Moment::Day(from)).map_err(Failure::invalid)?,
            // The day's last millisecond: what begins at midnight belongs to the next.
            to_ms: zone.end(&Moment::Day(to)).map_err(Failure::invalid)?.saturating_sub(1),
            territory,
        })
    }
}

impl Prints for Vec<Occurrence> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "no event in these days\n".to_owned();
        }
        table(self.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!({ "events": self.iter().map(value).collect::<Vec<_>>() })
    }
}

fn row(event: &Occurrence) -> Vec<String> {
    vec![
        span(event.start_ms, event.end_ms, &event.zone),
        short(&event.element.id),
        title(&event.element),
        line(&event.element.address),
    ]
}

fn value(event: &Occurrence) -> Value {
    let mut value = json::span(event.start_ms, event.end_ms, &event.zone);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("element".into(), json::element(&event.element));
    }
    value
}
