//! What a run cost, and whether all came to hold the same.

use std::fmt;

/// Of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// From which everything can be run again.
    pub seed: u64,
    /// Requests, answers and gossip that were sent, lost ones too.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Entries taken by replicas that had not written them.
    pub delivered: u64,
    /// Virtual time, in milliseconds, at which all that follow a territory held the same.
    pub at_rest_ms: Option<u64>,
    /// Forks seen by some replica.
    pub forks: u64,
    /// Times that a replica dropped what a log had restated.
    pub pruned: u64,
    /// Entries of stolen devices that count for nothing, on all replicas.
    pub disowned: u64,
    /// Refusals, of whatever liars sent.
    pub refused: u64,
    /// Entries declined for want of room.
    pub declined: u64,
    /// Entries declined before the identity of their author had come.
    pub unproven: u64,
    /// Entries written in closed communities.
    pub sealed: u64,
    /// Messages by which nodes prove what they share, and their bytes: beside the others.
    pub proofs: u64,
    /// Their bytes.
    pub proof_bytes: u64,
    /// Rounds with a peer that ended with nothing missing.
    pub rounds: u64,
    /// The first difference, if there is one at the end.
    pub difference: Option<String>,
}

impl Report {
    /// Thousandths of messages for each entry delivered.
    #[must_use]
    pub fn messages_permille(&self) -> u64 {
        self.messages * 1_000 / self.delivered.max(1)
    }
    /// Bytes for each entry delivered.
    #[must_use]
    pub fn bytes_each(&self) -> u64 {
        self.bytes / self.delivered.max(1)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages = self.messages_permille();
        write!(
            f,
            "seed {}: {} entries delivered, each with {}.{:03} messages and {} bytes; {} rounds, {} proofs of {} \
             bytes; {} forks, {} prunings, {} disowned, {} sealed, {} declined, {} unproven, {} refusals; ",
            self.seed,
            self.delivered,
            messages / 1_000,
            messages % 1_000,
            self.bytes_each(),
            self.rounds,
            self.proofs,
            self.proof_bytes / self.proofs.max(1),
            self.forks,
            self.pruned,
            self.disowned,
            self.sealed,
            self.declined,
            self.unproven,
            self.refused
        )?;
        match (&self.difference, self.at_rest_ms) {
            (Some(difference), _) => write!(f, "NOT AT REST: {difference}"),
            (None, Some(ms)) => write!(f, "at rest after {} s", ms / 1_000),
            (None, None) => write!(f, "never at rest"),
        }
    }
}
