//! `same`.

use super::{AlsoSaid, LikelyFound, LikelyPairs, Likeness, SameWord, SaySame};
use crate::{
    cli::{
        json,
        print::{Prints, Wrote},
        session::Session,
        shared::WRITTEN,
        text::{add, distance, line, named, short, table},
    },
    failure::Failure,
};
use clap::Subcommand;
use serde_json::{Value, json};

/// Several records of one place.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// What is probably the same, and saying that it is or is not
    #[command(subcommand)]
    Same(Word),
}

/// What is said.
#[derive(Debug, Subcommand)]
pub(crate) enum Word {
    /// Pairs of elements that are probably the same, and of which you have said nothing
    #[command(
        after_help = "At most 1,000, the surest first. JSON: {\"total\":n,\"more\":bool,\"pairs\":[{\"one\":element,\
        \"other\":element,\"name\":bool,\"phone\":bool,\"website\":bool,\"metres\":n}]}; an element as in `show`"
    )]
    List {
        /// Only inside this territory: a name or an id of `territory list`
        #[arg(long, value_name = "T")]
        territory: Option<String>,
    },
    /// Say that two elements are the same: you, and who vouches for you, are shown the first alone
    #[command(after_help = WRITTEN)]
    Yes {
        /// The one that is to be shown
        shown: String,
        /// The other
        other: String,
    },
    /// Say that two elements are not the same: both are shown
    #[command(after_help = WRITTEN)]
    No {
        /// One
        shown: String,
        /// The other
        other: String,
    },
    /// Take back what you said of two elements
    #[command(after_help = WRITTEN)]
    Undo {
        /// One
        shown: String,
        /// The other
        other: String,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Same(word) = self;
        let (shown, other, word) = match word {
            Word::List { territory } => {
                let territory = territory.map(|text| session.territory(&text)).transpose()?;
                return Ok(Box::new(session.ask(LikelyPairs { territory })?));
            }
            Word::Yes { shown, other } => (shown, other, SameWord::Same),
            Word::No { shown, other } => (shown, other, SameWord::Other),
            Word::Undo { shown, other } => (shown, other, SameWord::Nothing),
        };
        let (shown, other) = (session.element(&shown)?, session.element(&other)?);
        Ok(Box::new(Wrote::a("word", session.ask(SaySame { shown, other, word })?)))
    }
}

/// Why two are probably the same, in words.
pub(crate) fn because(likeness: &Likeness) -> String {
    let mut why = vec![if likeness.name { "the same name" } else { "nearly the same name" }];
    why.extend(likeness.phone.then_some("the same phone"));
    why.extend(likeness.website.then_some("the same site"));
    format!("{}, {}", why.join(", "), distance(likeness.metres))
}

/// Who else speaks of it, in one line.
pub(crate) fn by(also: &AlsoSaid) -> String {
    let source = if also.source.is_empty() { String::new() } else { format!(", {}", line(&also.source)) };
    let differs = match also.differs.join(", ") {
        differs if differs.is_empty() => String::new(),
        differs => format!("; says otherwise: {differs}"),
    };
    format!("{}{source} ({}){differs}", named(&also.owner_name, also.owner), short(&also.id))
}

impl Prints for LikelyFound {
    fn text(&self) -> String {
        if self.pairs.is_empty() {
            return "nothing looks like the same\n".to_owned();
        }
        let row = |pair: &super::LikelyPair| {
            let one = |element: &communaut_protocol::fold::ElementView| [short(&element.id), line(&element.name)];
            let [a, a_name] = one(&pair.one);
            let [b, b_name] = one(&pair.other);
            vec![a, a_name, b, b_name, because(&pair.likeness)]
        };
        let mut out = table(self.pairs.iter().map(row).collect());
        if self.more || self.total > self.pairs.len() {
            let least = if self.more { "at least " } else { "" };
            add(&mut out, format_args!("{} of {least}{}\n", self.pairs.len(), self.total));
        }
        out + "`same yes A B` shows A for both, `same no A B` keeps them apart\n"
    }
    fn json(&self) -> Value {
        let pair = |pair: &super::LikelyPair| {
            let mut value = json!(pair.likeness);
            if let Some(fields) = value.as_object_mut() {
                fields.insert("one".into(), json::element(&pair.one));
                fields.insert("other".into(), json::element(&pair.other));
            }
            value
        };
        json!({ "total": self.total, "more": self.more, "pairs": self.pairs.iter().map(pair).collect::<Vec<_>>() })
    }
}
