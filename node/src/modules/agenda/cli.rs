//! `agenda`.

use super::{Agenda, Occurrence, Planned};
use crate::{
    cli::{
        json,
        print::Prints,
        session::Session,
        text::{add, line, short, table, title},
        time::{self, Moment, Zone},
        when,
    },
    failure::Failure,
    times::TIMES_MAX,
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
    #[command(
        after_help = "JSON: {\"total\":n,\"cut\":n,\"events\":[{\"start\",\"end\",\"start_ms\",\"end_ms\",\"zone\",\
        \"first_day\",\"last_day\",\"part_of\",\"element\":{…}}]}, each time that one takes place; the days \
        only of whole days; \"cut\" counts events with more times than are shown of one"
    )]
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
    /// Only what you go to
    #[arg(long)]
    pub mine: bool,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Agenda(days) = self;
        let zone = days.zone.clone().unwrap_or_else(time::system);
        let request = days.request(session, &zone)?;
        let planned = session.ask(request)?;
        Ok(Box::new(Shown { planned, zone }))
    }
}

impl Days {
    fn request(self, session: &mut Session, zone: &Zone) -> Result<Agenda, Failure> {
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
            Some(text) => Some(session.territory(&text)?),
            None => None,
        };
        Ok(Agenda {
            from_ms: zone.start(&Moment::Day(from)).map_err(Failure::invalid)?,
            to_ms: zone.end(&Moment::Day(to)).map_err(Failure::invalid)?,
            zone: zone.name.clone(),
            territory,
            mine: self.mine,
        })
    }
}

/// An agenda for who asks in a zone.
struct Shown {
    planned: Planned,
    zone: Zone,
}

impl Prints for Shown {
    fn text(&self) -> String {
        let Planned { total, cut, events } = &self.planned;
        if events.is_empty() {
            return "no event in these days\n".to_owned();
        }
        let mut out = rows(events, &self.zone);
        if *total > events.len() {
            add(&mut out, format_args!("{} of {total}; ask for fewer days or a territory\n", events.len()));
        }
        if *cut > 0 {
            let most = TIMES_MAX;
            add(&mut out, format_args!("events with more than {most} times: {cut}; ask for fewer days to see all\n"));
        }
        out
    }
    fn json(&self) -> Value {
        let Planned { total, cut, events } = &self.planned;
        json!({ "total": total, "cut": cut, "events": events.iter().map(value).collect::<Vec<_>>() })
    }
}

/// One a line.
pub(crate) fn rows(events: &[Occurrence], here: &Zone) -> String {
    table(events.iter().map(|event| row(event, here)).collect())
}

fn row(event: &Occurrence, here: &Zone) -> Vec<String> {
    vec![
        when::time(event.start_ms, event.end_ms, event.days, &event.zone, here),
        short(&event.element.id),
        if event.part_of.is_empty() { title(&event.element) } else { part_title(event) },
        line(&event.element.address),
    ]
}

fn part_title(event: &Occurrence) -> String {
    format!("{} ({})", title(&event.element), line(&event.part_of))
}

/// As JSON.
pub(crate) fn value(event: &Occurrence) -> Value {
    let mut fields = when::time_json(event.start_ms, event.end_ms, event.days, &event.zone);
    fields.insert("part_of".into(), json!(event.part_of));
    fields.insert("element".into(), json::element(&event.element));
    Value::Object(fields)
}
