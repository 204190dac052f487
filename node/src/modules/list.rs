//! The two macros that make the closed lists of requests and replies.

/// The requests: `Name(Type) how Runs -> Reply`, where *how* is
///
/// * `reads`: the type is [`Read`](super::Read), answered from a snapshot off the node's loop;
/// * `acts`: it is [`Act`](crate::daemon::dispatch::Act), answered on the loop;
/// * `starts`: it is [`Start`](crate::daemon::dispatch::Start), answered later.
macro_rules! requests {
    ($($(#[$attr:meta])* $name:ident($request:ty) $how:ident $runs:ident -> $reply:ty),+ $(,)?) => {
        /// Asked of a node. Each gets exactly one [`Outcome`] or [`Failure`]; one that writes gets it after the flush.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each variant holds the request that says what it is")]
        pub enum Command { $($(#[$attr])* $name($request)),+ }

        /// Each request by its name, and where it runs.
        #[cfg(test)]
        const TABLE: &[(&str, Runs)] = &[$((stringify!($name), Runs::$runs)),+];

        impl Command {
            /// Where and when it runs.
            #[must_use]
            pub fn runs(&self) -> Runs {
                match self { $(Self::$name(_) => <$request as Request>::RUNS),+ }
            }

            /// Whether it is answered with what was written, and nothing else.
            #[must_use]
            pub fn replies_written(&self) -> bool {
                match self { $(Self::$name(_) => TypeId::of::<$reply>() == TypeId::of::<Written>()),+ }
            }

            /// Answer one that reads a snapshot ([`Runs::AtOnce`], [`Runs::Snapshot`]), as the node does. A search is
            /// answered by the index instead.
            pub fn read(&self, snapshot: &Snapshot) -> Result<Outcome, Failure> {
                match self { $(Self::$name(request) => read!($how, request, snapshot)),+ }
            }
        }

        $(
            impl From<$request> for Command {
                fn from(request: $request) -> Self {
                    Self::$name(request)
                }
            }
            impl Request for $request {
                type Reply = $reply;
                const RUNS: Runs = Runs::$runs;
            }
            const _: () = assert!(fits!($how, Runs::$runs), "how it is answered does not fit where it runs");
        )+
    };
}

macro_rules! read {
    (reads, $request:ident, $snapshot:ident) => {
        $request.read($snapshot).map(Into::into)
    };
    ($how:ident, $request:ident, $snapshot:ident) => {
        Err(Failure::internal(format!("{:?} does not read a snapshot", $request)))
    };
}

/// Whether how a request is answered fits where it runs: what starts may end anywhere.
macro_rules! fits {
    (reads, $runs:expr) => {
        matches!($runs, Runs::AtOnce | Runs::Snapshot)
    };
    (acts, $runs:expr) => {
        matches!($runs, Runs::State | Runs::Writes)
    };
    (starts, $runs:expr) => {
        matches!($runs, Runs::Snapshot | Runs::Writes | Runs::Process)
    };
}

/// The replies: `Name(Type)`.
macro_rules! replies {
    ($($name:ident($reply:ty)),+ $(,)?) => {
        /// What came of a command.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each variant holds the reply that says what it is")]
        pub enum Outcome { $($name($reply)),+ }

        $(
            impl From<$reply> for Outcome {
                fn from(reply: $reply) -> Self {
                    Self::$name(reply)
                }
            }
            impl Reply for $reply {
                fn of(outcome: Outcome) -> Result<Self, Failure> {
                    match outcome {
                        Outcome::$name(reply) => Ok(reply),
                        other => Err(request::unexpected(&other)),
                    }
                }
            }
        )+
    };
}
