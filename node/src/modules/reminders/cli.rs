//! `remind`, `reminders`.

use super::{Remind, Reminder, Reminders, RemindersDetail, RemindersTold};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        text::{indent, line, short, table},
        time, when,
    },
    failure::Failure,
    times::day_number,
};
use clap::Subcommand;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// Reminders.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Be reminded of an event by this node; a new reminder of the same takes the place of the one before
    #[command(after_help = "JSON: {\"done\":true}")]
    Remind {
        /// The event
        element: String,
        /// How long before it begins, e.g. 30m, 2h, 1d or 1w
        #[arg(long, value_name = "TIME", value_parser = before, default_value = "1h")]
        before: u32,
        /// Of an event that repeats, only of the time that begins on this day
        #[arg(long, value_name = "DAY", value_parser = time::date)]
        on: Option<Date>,
        /// No longer
        #[arg(long, conflicts_with = "before")]
        not: bool,
    },
    /// What one is to be reminded of now, and later
    #[command(
        after_help = "JSON: {\"due\":[reminder],\"coming\":[reminder]} with reminder {\"element\",\"name\",\"on\",\
        \"before_min\",\"at_ms\",\"start\",\"end\",\"start_ms\",\"end_ms\",\"zone\",\"first_day\",\"last_day\"}, on \
        counted in days from 1970-01-01"
    )]
    Reminders {
        /// What is due is told with this, and not again
        #[arg(long)]
        told: bool,
    },
}

/// "30m", "2h", "1d", "1w"; minutes where no unit is said.
fn before(text: &str) -> Result<u32, String> {
    let refuse = || format!("'{text}' is no length of time; write e.g. 30m, 2h, 1d or 1w");
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let minutes = match unit.trim() {
        "" | "m" | "min" => 1,
        "h" => 60,
        "d" | "j" => 24 * 60,
        "w" => 7 * 24 * 60,
        _ => return Err(refuse()),
    };
    let number: u32 = number.parse().map_err(|_| refuse())?;
    number.checked_mul(minutes).ok_or_else(refuse)
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Remind { element, before, on, not } => {
                let element = session.element(&element)?;
                let before_min = if not { None } else { Some(before) };
                Box::new(session.ask(Remind { element, on: on.map(day_number), before_min })?)
            }
            Self::Reminders { told } => {
                let (now_ms, zone) = (time::now_ms(), time::system().name);
                let detail = session.ask(Reminders { now_ms, zone })?;
                if told {
                    session.ask(RemindersTold { until_ms: now_ms })?;
                }
                Box::new(detail)
            }
        })
    }
}

fn row(one: &Reminder) -> Vec<String> {
    let time = when::time(one.start_ms, one.end_ms, one.days, &one.zone, &time::system());
    vec![time, short(&one.element), line(&one.name)]
}

fn value(one: &Reminder) -> Value {
    let mut fields: Map<String, Value> = when::time_json(one.start_ms, one.end_ms, one.days, &one.zone);
    fields.insert("element".into(), json!(one.element));
    fields.insert("name".into(), json!(one.name));
    fields.insert("on".into(), json!(one.on));
    fields.insert("before_min".into(), json!(one.before_min));
    fields.insert("at_ms".into(), json!(one.at_ms));
    Value::Object(fields)
}

impl Prints for RemindersDetail {
    fn text(&self) -> String {
        let mut out = String::new();
        for (title, all) in [("now", &self.due), ("later", &self.coming)] {
            if !all.is_empty() {
                out += &format!("{title}\n{}", indent(&table(all.iter().map(row).collect())));
            }
        }
        if out.is_empty() { "no reminders; `remind EVENT` makes one\n".to_owned() } else { out }
    }
    fn json(&self) -> Value {
        let all = |all: &[Reminder]| all.iter().map(value).collect::<Vec<_>>();
        json!({ "due": all(&self.due), "coming": all(&self.coming) })
    }
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn lengths_of_time_are_typed_with_a_unit() {
        let all = ["45", "30m", "2h", "1d", "1w"].map(|text| before(text).ok());
        assert_eq!(all, [45, 30, 120, 1_440, 10_080].map(Some));
        for text in ["", "h", "1y", "-1h", "1.5h", "99999999999w", "4294967295h"] {
            assert!(before(text).is_err(), "{text}");
        }
    }
}
