//! `mute`, `unmute`, `muted`, and `draft`.

use super::{Draft, Drafts, KeepDraft, Mute, MutedPeople, MutedPerson};
use crate::{
    cli::{
        print::{Prints, Wrote},
        session::Session,
        shared::{WRITTEN, standard_input},
        text::{line, named, short, table},
    },
    failure::Failure,
};
use clap::Subcommand;
use serde_json::{Value, json};

/// Characters of a draft that stand in a line.
const EXCERPT_CHARS: usize = 80;

/// Marks of one's own.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Hear somebody no longer: nothing that they wrote is shown here, and they are not told
    #[command(after_help = WRITTEN)]
    Mute {
        /// The person
        person: String,
        /// Say it to others too, in your own space
        #[arg(long)]
        share: bool,
    },
    /// Hear somebody again
    #[command(after_help = WRITTEN)]
    Unmute {
        /// The person
        person: String,
    },
    /// Whom you have muted, or whom somebody says to have muted
    #[command(after_help = "JSON: {\"muted\":[{\"person\",\"name\",\"shared\"}]}")]
    Muted {
        /// Of this person
        #[arg(long, value_name = "PERSON")]
        of: Option<String>,
    },
    /// What you have begun to write; of this node alone
    #[command(subcommand)]
    Draft(DraftCommand),
}

/// What to do with drafts.
#[derive(Debug, Subcommand)]
pub(crate) enum DraftCommand {
    /// Keep a text under a name, in the place of what was kept there
    Keep {
        /// Its name
        name: String,
        /// The text; - reads it from the standard input
        text: String,
    },
    /// The drafts that are kept
    #[command(after_help = "JSON: {\"drafts\":[{\"name\",\"text\",\"on\",\"reply_to\",\"to\":[id]}]}")]
    List,
    /// Keep a draft no longer
    Forget {
        /// Its name
        name: String,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Mute { person, share } => {
                let person = session.person(&person)?;
                Box::new(Muted(session.ask(Mute { person, again: false, shared: share })?, true))
            }
            Self::Unmute { person } => {
                let person = session.person(&person)?;
                Box::new(Muted(session.ask(Mute { person, again: true, shared: false })?, false))
            }
            Self::Muted { of } => {
                let of = of.map(|person| session.person(&person)).transpose()?;
                Box::new(session.ask(MutedPeople { of })?)
            }
            Self::Draft(command) => command.run(session)?,
        })
    }
}

impl DraftCommand {
    fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Keep { name, text } => {
                let text = if text == "-" { standard_input()? } else { text };
                Box::new(session.ask(KeepDraft { draft: Draft { name, text, ..Draft::default() } })?)
            }
            Self::List => Box::new(session.ask(Drafts)?),
            Self::Forget { name } => {
                let held = session.ask(Drafts)?;
                if held.iter().all(|draft| draft.name != name.trim()) {
                    return Err(Failure::not_found(format!("no draft is kept as '{name}'; see `draft list`")));
                }
                Box::new(session.ask(KeepDraft { draft: Draft { name, ..Draft::default() } })?)
            }
        })
    }
}

/// What was written of it, and whether they are not heard now.
struct Muted(crate::modules::Written, bool);

impl Prints for Muted {
    fn text(&self) -> String {
        let what = if self.1 { "muted: nothing of theirs is shown here" } else { "heard again" };
        let shared = if self.0.entries.is_empty() { "" } else { "; others are told" };
        format!("{what}{shared}\n")
    }
    fn json(&self) -> Value {
        Wrote::a("mute", self.0.clone()).json()
    }
}

impl Prints for Vec<MutedPerson> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "nobody is muted\n".to_owned();
        }
        let row = |muted: &MutedPerson| {
            let shared = if muted.shared { "said to others" } else { "" };
            vec![named(&muted.name, muted.person), short(&muted.person), shared.to_owned()]
        };
        table(self.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!({ "muted": self })
    }
}

impl Prints for Vec<Draft> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "no draft is kept\n".to_owned();
        }
        let excerpt = |draft: &Draft| line(&draft.text).chars().take(EXCERPT_CHARS).collect::<String>();
        table(self.iter().map(|draft| vec![line(&draft.name), excerpt(draft)]).collect())
    }
    fn json(&self) -> Value {
        json!({ "drafts": self })
    }
}
