//! `come`, `claims`, `confirm`, `terms`.

use super::{ClaimLine, ClaimsDetail, ClaimsOn, Come, DecideClaims, SetTerms};
use crate::{
    cli::{
        print::{Prints, Wrote},
        session::Session,
        shared::WRITTEN,
        text::{line, named, table},
        time,
    },
    failure::Failure,
    modules::{
        Written,
        agenda::{Conflicts, Occurrence, cli as agenda},
    },
    times::{date_of, day_number},
};
use clap::Subcommand;
use communaut_protocol::{ElementId, EntryId, fold::ClaimState};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Say that you come to an event, or ask for places of something; what else you go to then is told
    #[command(after_help = "JSON: {\"element\":id,\"entries\":[id],\"conflicts\":[event as in `agenda`]}")]
    Come {
        /// The event
        element: String,
        /// How many you are
        #[arg(long, default_value_t = 1)]
        places: u16,
        /// Of an event that repeats, only to the time that begins on this day
        #[arg(long, value_name = "DAY", value_parser = time::date)]
        on: Option<Date>,
        /// For a guest of an event of yours who has no identity, by name
        #[arg(long, value_name = "NAME")]
        guest: Option<String>,
        /// You do not come, or no longer
        #[arg(long, conflicts_with = "places")]
        not: bool,
    },
    /// Who comes, and who waits for a place, in the order of their lot
    #[command(after_help = "At most 500. JSON: {\"capacity\",\"confirmed_by_owner\",\"exclusive\",\"confirmers\",\
        \"automatic\",\"taken\",\"asked\",\"lapsed\",\"overbooked\",\"own\",\"may_confirm\",\"may_bring_guests\",\
        \"days\":[[day,taken]],\"list\":[{\"person\",\"name\",\"guest\",\"on\",\"places\",\"state\",\"entry\"}]}, \
        days counted from 1970-01-01")]
    Claims {
        /// The event
        element: String,
        /// Of an event that repeats, of the time that begins on this day
        #[arg(long, value_name = "DAY", value_parser = time::date)]
        on: Option<Date>,
    },
    /// Give places to who asked for them
    #[command(after_help = WRITTEN)]
    Confirm {
        /// The event
        element: String,
        /// To whom; by default to all who wait, as they are listed, as long as there are places
        people: Vec<String>,
        /// Which claim, by its entry as in `claims --json`: of a guest, say. May be given several times
        #[arg(long, value_name = "ENTRY")]
        claim: Vec<String>,
        /// Of an event that repeats, of those for the time that begins on this day
        #[arg(long, value_name = "DAY", value_parser = time::date)]
        on: Option<Date>,
        /// Decline instead
        #[arg(long)]
        decline: bool,
    },
    /// Say how places of an event of yours are given
    #[command(after_help = WRITTEN)]
    Terms {
        /// The event
        element: String,
        /// How many there are, of an event that repeats each time; by default as many as are asked for
        #[arg(long)]
        places: Option<u32>,
        /// Only one claim is confirmed at a time
        #[arg(long)]
        exclusive: bool,
        /// Somebody who may confirm beside you; may be given several times
        #[arg(long, value_name = "PERSON")]
        confirmer: Vec<String>,
        /// Your node gives places as they are asked for, as long as there are some and it runs
        #[arg(long)]
        automatic: bool,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Come { element, places, on, guest, not } => {
                let (resource, on) = (session.element(&element)?, on.map(day_number));
                if guest.as_ref().is_some_and(|name| name.trim().is_empty()) {
                    return Err(Failure::invalid("--guest: say the guest's name"));
                }
                let (places, guest) = (if not { 0 } else { places }, guest.unwrap_or_default());
                let own = places > 0 && guest.is_empty();
                let written = session.ask(Come { resource, places, on, guest })?;
                let conflicts =
                    if own { session.ask(Conflicts { resource, on, from_ms: time::now_ms() })? } else { Vec::new() };
                Box::new(Came { written, conflicts })
            }
            Self::Claims { element, on } => {
                let resource = session.element(&element)?;
                Box::new(session.ask(ClaimsOn { resource, on: on.map(day_number) })?)
            }
            Self::Confirm { element, people, claim, on, decline } => {
                let resource = session.element(&element)?;
                if decline && people.is_empty() && claim.is_empty() {
                    return Err(Failure::invalid("--decline: say whom, or which --claim"));
                }
                let people = people.iter().map(|person| session.person(person)).collect::<Result<_, _>>()?;
                let claims = claims_of(session, resource, &claim)?;
                let decide = DecideClaims { resource, people, claims, on: on.map(day_number), given: !decline };
                Box::new(Wrote::a("confirmation", session.ask(decide)?))
            }
            Self::Terms { element, places: capacity, exclusive, confirmer, automatic } => {
                let resource = session.element(&element)?;
                let confirmers = confirmer.iter().map(|person| session.person(person)).collect::<Result<_, _>>()?;
                let terms = SetTerms { resource, capacity, exclusive, confirmers, automatic };
                Box::new(Wrote::a("terms", session.ask(terms)?))
            }
        })
    }
}

/// Claims by their entries, or how these begin.
fn claims_of(session: &mut Session, resource: ElementId, typed: &[String]) -> Result<Vec<EntryId>, Failure> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let list = session.ask(ClaimsOn::all(resource))?.list;
    let one = |text: &String| {
        let mut found =
            list.iter().map(|line| line.entry).filter(|id| id.to_string().starts_with(&text.to_lowercase()));
        match (found.next(), found.next()) {
            (Some(id), None) => Ok(id),
            (None, _) => {
                Err(Failure::not_found(format!("--claim: no claim '{text}' stands here; see `claims --json`")))
            }
            (Some(_), Some(_)) => Err(Failure::invalid(format!("--claim: more than one begins with '{text}'"))),
        }
    };
    typed.iter().map(one).collect()
}

/// What was asked for, and what else one goes to then.
struct Came {
    written: Written,
    conflicts: Vec<Occurrence>,
}

impl Prints for Came {
    fn text(&self) -> String {
        let mut out = match self.written.entries.last() {
            None => "nothing to change\n".to_owned(),
            Some(entry) => format!("claim {entry}\n"),
        };
        if !self.conflicts.is_empty() {
            out += "at the same time you go to\n";
            out += &agenda::rows(&self.conflicts, &time::system());
        }
        out
    }
    fn json(&self) -> Value {
        let mut said = self.written.json();
        if let Some(said) = said.as_object_mut() {
            said.insert("conflicts".into(), self.conflicts.iter().map(agenda::value).collect());
        }
        said
    }
}

/// In a word.
const fn word(state: ClaimState) -> &'static str {
    match state {
        ClaimState::Coming => "coming",
        ClaimState::Confirmed => "confirmed",
        ClaimState::Asked => "asked",
        ClaimState::Lapsed => "lapsed",
        ClaimState::Declined => "declined",
    }
}

impl Prints for Box<ClaimsDetail> {
    fn text(&self) -> String {
        let of = self.capacity.map_or_else(String::new, |capacity| format!(" of {capacity}"));
        let mut text = format!("{}{of} places taken", self.taken);
        for (count, what) in [(self.asked, "asked for"), (self.lapsed, "lapsed"), (self.overbooked, "overbooked")] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        text.push('\n');
        let row = |claim: &ClaimLine| {
            let who = named(&claim.name, claim.person);
            let who = if claim.guest.is_empty() { who } else { format!("{} (guest of {who})", line(&claim.guest)) };
            let day = claim.on.and_then(date_of).map(|day| format!("on {day}")).unwrap_or_default();
            vec![word(claim.state).to_owned(), claim.places.to_string(), who, day]
        };
        text + &table(self.list.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!(self)
    }
}
