//! `erase` and `void`.

use super::{Erase, Erased, Void};
use crate::{
    cli::{print::Prints, session::Session, shared::WRITTEN},
    failure::Failure,
};
use clap::Subcommand;
use serde_json::{Value, json};

/// Erasures.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Erase a post, an element, or the reasons of a proposal: your own for good; others', as a moderator
    #[command(
        after_help = "It is gone from this node's disk when the node stops, or at most some hours later; other nodes \
        drop it when they next\n\
        sync. A copy that never syncs again cannot be recalled. A moderator's erasure hides at once and can be voided \
        for 7 days.\n\n\
        JSON: {\"entries\":[id],\"erased\":n,\"own\":bool}"
    )]
    Erase {
        /// The post, element or proposal
        id: String,
        /// A few words for those who wrote it
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take a moderator's erasure back
    #[command(after_help = WRITTEN)]
    Void {
        /// The erasure, or what it erased
        id: String,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        match self {
            Self::Erase { id, reason } => Ok(Box::new(session.ask(Erase { id, reason })?)),
            Self::Void { id } => Ok(Box::new(session.ask(Void { id })?)),
        }
    }
}

impl Prints for Erased {
    fn text(&self) -> String {
        let Self { erased, own, beside, .. } = self;
        let entries = if *erased == 1 { "entry" } else { "entries" };
        let mut said = if *own {
            format!(
                "erased {erased} {entries}; other nodes drop it when they next sync; a copy that never syncs again \
                 cannot be recalled\n"
            )
        } else {
            format!("hidden {erased} {entries}; dropped after 7 days unless voided\n")
        };
        if !beside.is_empty() {
            said += &format!("a damaged store may still hold it: remove {} when all is back\n", beside.join(" and "));
        }
        said
    }
    fn json(&self) -> Value {
        json!(self)
    }
}
