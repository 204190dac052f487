//! `link`.

use super::Link;
use crate::{
    cli::{
        choices::{LinkArg, StateArg},
        print::{Prints, Wrote},
        session::Session,
        shared::WRITTEN,
    },
    failure::Failure,
};
use clap::Subcommand;

/// Links.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Say or unsay that you follow, attend, help… an element
    #[command(after_help = WRITTEN)]
    Link {
        /// The element
        target: String,
        /// What you are to it
        kind: LinkArg,
        /// Where it stands
        #[arg(long, default_value = "requested")]
        state: StateArg,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Link { target, kind, state } = self;
        let target = session.element(&target)?;
        let written = session.ask(Link { target, kind: kind.into(), state: state.into() })?;
        Ok(Box::new(Wrote::a("link", written)))
    }
}
