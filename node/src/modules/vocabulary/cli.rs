//! `vocabulary`.

use super::Vocabulary;
use crate::{
    cli::{
        print::Prints,
        session::{Session, language},
        text::table,
    },
    failure::Failure,
    vocabulary::{LISTS, VocabularyWord, WordList},
};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

/// The words.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Words for kinds, stages, roles and contacts; others may be written too, and are shown as they are
    #[command(after_help = "JSON: {\"words\":[{\"list\",\"slug\",\"french\",\"english\",\"german\",\"osm\",\
        \"communecter\"}]}")]
    Vocabulary {
        /// Of which; by default all of them
        list: Option<ListArg>,
    },
}

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListArg {
    /// Kinds of organisations
    #[value(alias = "organization")]
    Organisation,
    /// Kinds of events
    Event,
    /// Kinds of places
    #[value(alias = "poi")]
    Place,
    /// How far a project has come
    Stage,
    /// What somebody does in a link
    Role,
    /// Ways to reach somebody
    Contact,
}

impl From<ListArg> for WordList {
    fn from(arg: ListArg) -> Self {
        match arg {
            ListArg::Organisation => Self::Organisation,
            ListArg::Event => Self::Event,
            ListArg::Place => Self::Place,
            ListArg::Stage => Self::Stage,
            ListArg::Role => Self::Role,
            ListArg::Contact => Self::Contact,
        }
    }
}

impl Args {
    /// Run it.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Vocabulary { list } = self;
        Ok(Box::new(session.ask(Vocabulary { list: list.map(Into::into) })?))
    }
}

impl Prints for Vec<VocabularyWord> {
    fn text(&self) -> String {
        let of = |list| LISTS.iter().find(|(_, one)| *one == list).map_or("", |(name, _)| *name);
        let row = |word: &VocabularyWord| {
            vec![of(word.list).to_owned(), word.slug.clone(), word.name(&language()).to_owned()]
        };
        table(self.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!({ "words": self })
    }
}
