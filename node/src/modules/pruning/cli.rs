//! `prune`.

use super::{NotPruned, Prune, Pruned, PrunedLog};
use crate::{
    cli::{print::Prints, session::Session},
    failure::Failure,
};
use clap::Subcommand;
use serde_json::{Value, json};
use std::fmt::Write;

/// Behind the help of `prune`.
const HELP: &str = "Only what is replaced goes: everybody sees the same as before, and newcomers receive less. Other \
    nodes drop it when they\n\
    next sync. The disk is given back when the node stops, or some hours later. Spaces with members are never pruned: \
    who may\n\
    do what follows from all that was said there.\n\n\
    JSON: {\"entries\":{\"before\",\"after\"},\"bytes\":{\"before\",\"after\"},\"logs\":[{\"cell\",\"entries_before\",\
    \"entries_after\",\n\
    \"bytes_before\",\"bytes_after\"}],\"left\":[{\"cell\",\"why\"}]}";

/// Pruning.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Restate what your logs of open cells still say, and drop what stood before
    #[command(after_help = HELP)]
    Prune,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Prune = self;
        Ok(Box::new(session.ask(Prune)?))
    }
}

struct Sums {
    entries: (u64, u64),
    bytes: (u64, u64),
}

fn sums(logs: &[PrunedLog]) -> Sums {
    let sum = |of: fn(&PrunedLog) -> u64| logs.iter().map(of).sum();
    Sums {
        entries: (sum(|log| log.entries_before), sum(|log| log.entries_after)),
        bytes: (sum(|log| log.bytes_before), sum(|log| log.bytes_after)),
    }
}

impl Prints for Pruned {
    fn text(&self) -> String {
        let Self { logs, left } = self;
        let Sums { entries, bytes } = sums(logs);
        let mut text = match logs.len() {
            0 => "nothing to prune: no log of yours in an open cell would be smaller\n".to_owned(),
            count => format!(
                "{} entries of {count} {} now stand in {}; {} bytes saved of {}\n",
                entries.0,
                if count == 1 { "log" } else { "logs" },
                entries.1,
                bytes.0 - bytes.1,
                bytes.0
            ),
        };
        for NotPruned { cell, why } in left {
            // What came from outside names nothing but numbers here.
            let _infallible = writeln!(text, "left as it is: your log in {cell}: {why}");
        }
        text
    }
    fn json(&self) -> Value {
        let Self { logs, left } = self;
        let Sums { entries, bytes } = sums(logs);
        json!({
            "entries": { "before": entries.0, "after": entries.1 },
            "bytes": { "before": bytes.0, "after": bytes.1 },
            "logs": logs,
            "left": left,
        })
    }
}
