//! On the command line: whether what is said of an element still holds.

use super::{
    AnswerCorrection, Correct, CorrectionDetail, FactChange, Facts, FactsDetail, ReportStatus, SayStatus,
    SayStillRight, Word,
};
use crate::{
    cli::{
        print::{Prints, Wrote},
        session::Session,
        shared::WRITTEN,
        text::{add, at, indent, line, moment, named, short, table},
        when,
    },
    failure::Failure,
    modules::element::{ElementDraft, card_cli::Said, fields::name_of},
};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use communaut_protocol::op::Field;
use serde_json::{Value, json};

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// How old what is said of an element is, who found it to be so, and what somebody would correct
    #[command(after_help = "At most 100 of each. JSON: {\"fresh_ms\",\"ages\":[{\"field\",\"at_ms\"}],\
        \"still_right\":[word],\"corrections\":[{\"entry\",\"word\",\"reason\",\"changes\":[{\"field\",\"now\",\
        \"proposed\"}]}],\"statuses\":[{\"status\",\"word\"}],\"may_answer\":bool}\n\
        with word {\"author\",\"author_name\",\"at_ms\",\"looks_after\":bool}")]
    Facts {
        /// The element
        element: String,
    },
    /// Say that what is said of an element was found to be so, now
    #[command(after_help = WRITTEN)]
    StillRight {
        /// The element
        element: String,
    },
    /// Ask whoever may write an element to change it; what you asked for before is replaced
    #[command(after_help = WRITTEN)]
    Correct(Box<Correction>),
    /// Answer what somebody would correct of an element that you may write
    #[command(after_help = WRITTEN)]
    Answer {
        /// The element
        element: String,
        /// The correction's entry, as in `facts`
        correction: String,
        /// Leave it as it is, instead of writing what is proposed
        #[arg(long)]
        decline: bool,
    },
    /// Say what has become of a report: of a place with the tag 'report'
    #[command(after_help = WRITTEN)]
    Report {
        /// The report
        element: String,
        /// What has become of it
        status: StatusArg,
    },
}

/// What is asked for.
#[derive(Debug, ClapArgs)]
pub(crate) struct Correction {
    /// The element
    pub element: String,
    /// Its name
    #[arg(long)]
    pub name: Option<String>,
    #[command(flatten)]
    pub said: Said,
    /// It is there no longer
    #[arg(long)]
    pub gone: bool,
    /// Where you know it from
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// What has become of a report.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum StatusArg {
    /// Somebody has looked at it
    Seen,
    /// Somebody is at it
    UnderWay,
    /// It is mended
    Done,
    /// It stays as it is
    Declined,
    /// Take back what you said
    None,
}

impl StatusArg {
    const fn status(self) -> Option<ReportStatus> {
        match self {
            Self::Seen => Some(ReportStatus::Seen),
            Self::UnderWay => Some(ReportStatus::UnderWay),
            Self::Done => Some(ReportStatus::Done),
            Self::Declined => Some(ReportStatus::Declined),
            Self::None => None,
        }
    }
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Facts { element } => {
                let element = session.element(&element)?;
                Box::new(session.ask(Facts { element })?)
            }
            Self::StillRight { element } => {
                let element = session.element(&element)?;
                Box::new(Wrote::a("word", session.ask(SayStillRight { element })?))
            }
            Self::Correct(correction) => {
                let Correction { element, name, said, gone, reason } = *correction;
                let held = session.show(&element)?.element;
                let mut draft = Box::new(ElementDraft::of(&held));
                said.put(session, &mut draft)?;
                draft.name = name.unwrap_or(draft.name);
                let correct = Correct { element: held.id, draft, gone, reason };
                Box::new(Wrote::a("correction", session.ask(correct)?))
            }
            Self::Answer { element, correction, decline } => {
                let element = session.element(&element)?;
                let answer = AnswerCorrection { element, correction, accept: !decline };
                Box::new(Wrote::a("answer", session.ask(answer)?))
            }
            Self::Report { element, status } => {
                let element = session.element(&element)?;
                Box::new(Wrote::a("word", session.ask(SayStatus { element, status: status.status() })?))
            }
        })
    }
}

/// What a field says.
fn said(field: &Field) -> String {
    match field {
        Field::Kind(kind) => kind.name().to_owned(),
        Field::Name(text)
        | Field::Description(text)
        | Field::Address(text)
        | Field::Phone(text)
        | Field::Email(text)
        | Field::Website(text)
        | Field::OpeningHours(text) => line(text),
        Field::Position(position) => at(Some(*position)),
        Field::Tags(tags) => line(&tags.join(", ")),
        Field::When(said) => said.as_ref().map(when::text).unwrap_or_default(),
        Field::Retracted(gone) => if *gone { "yes" } else { "no" }.to_owned(),
        Field::Subkind(text) | Field::Stage(text) | Field::Foreign(text) => line(text),
        Field::Languages(languages) => line(&languages.join(", ")),
        Field::Contacts(contacts) => {
            let all = contacts.iter().map(|contact| format!("{} {}", contact.kind, contact.value));
            line(&all.collect::<Vec<_>>().join(", "))
        }
        Field::Instead(_) | Field::Parent(_) | Field::Provenance(_) | Field::Sample(_) => String::new(),
        Field::Blobs(_) | Field::Unknown(..) => String::new(),
    }
}

fn by(word: &Word) -> String {
    let looks_after = if word.looks_after { " (looks after it)" } else { "" };
    format!("{}{looks_after}, {}", named(&word.author_name, word.author), moment(word.at_ms))
}

impl Prints for Box<FactsDetail> {
    fn text(&self) -> String {
        let mut text = table(self.ages.iter().map(|(key, ms)| vec![name_of(*key).into(), moment(*ms)]).collect());
        for (word, status) in &self.statuses {
            let status = status.label().trim_start_matches("status-");
            add(&mut text, format_args!("{status}: {}\n", by(word)));
        }
        for word in &self.still_right {
            add(&mut text, format_args!("still right: {}\n", by(word)));
        }
        for asked in &self.corrections {
            let reason = if asked.reason.is_empty() { String::new() } else { format!(": {}", line(&asked.reason)) };
            add(&mut text, format_args!("\ncorrection {}, {}{reason}\n", short(&asked.entry), by(&asked.word)));
            let row = |change: &FactChange| {
                let now = change.now.as_ref().map(said).unwrap_or_default();
                let now = if now.is_empty() { "(nothing)".to_owned() } else { now };
                vec![name_of(change.proposed.key()).to_owned(), now, "→".into(), said(&change.proposed)]
            };
            text += &indent(&table(asked.changes.iter().map(row).collect()));
        }
        if !self.corrections.is_empty() && self.may_answer {
            text += "\n`answer ELEMENT CORRECTION` writes what is proposed, with --decline it stays as it is\n";
        }
        text
    }
    fn json(&self) -> Value {
        let change = |change: &FactChange| {
            json!({
                "field": name_of(change.proposed.key()),
                "now": change.now.as_ref().map(said),
                "proposed": said(&change.proposed),
            })
        };
        let correction = |asked: &CorrectionDetail| {
            json!({
                "entry": asked.entry,
                "word": asked.word,
                "reason": asked.reason,
                "changes": asked.changes.iter().map(change).collect::<Vec<_>>(),
            })
        };
        json!({
            "fresh_ms": self.fresh_ms,
            "ages": self.ages.iter().map(|(key, at_ms)| json!({ "field": name_of(*key), "at_ms": at_ms }))
                .collect::<Vec<_>>(),
            "still_right": self.still_right,
            "corrections": self.corrections.iter().map(correction).collect::<Vec<_>>(),
            "statuses": self.statuses.iter().map(|(word, status)| json!({ "status": status, "word": word }))
                .collect::<Vec<_>>(),
            "may_answer": self.may_answer,
        })
    }
}
