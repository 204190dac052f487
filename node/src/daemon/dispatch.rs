//! From a request to what carries it out: on this loop, off it, or elsewhere.

use super::{
    core::Core,
    input::{Answer, Effect},
    replica::Replica,
};
use crate::{
    failure::Failure,
    modules::{Command, Request, all_requests},
};

/// A request that is answered on the node's loop, from the replica or by writing in it: it needs no network.
pub(crate) trait Act: Request {
    /// Carry it out.
    fn act(self, replica: &mut Replica) -> Result<Self::Reply, Failure>;
}

/// A request that concerns more than the replica, or whose answer comes later.
pub(crate) trait Start: Request {
    /// Begin it. The answer is sent once, whatever becomes of it.
    fn start(self, core: &mut Core, answer: Answer);
}

macro_rules! start {
    (reads, $request:ident, $core:ident, $answer:ident) => {
        $core.effects.push(Effect::Read($request.into(), $answer))
    };
    (acts, $request:ident, $core:ident, $answer:ident) => {{
        let outcome = $request.act(&mut $core.replica).map(Into::into);
        $core.answer($answer, outcome);
    }};
    (starts, $request:ident, $core:ident, $answer:ident) => {
        $request.start($core, $answer)
    };
}

macro_rules! dispatch {
    ($($(#[$attr:meta])* $name:ident($request:ty) $how:ident $runs:ident -> $reply:ty),+ $(,)?) => {
        impl Command {
            /// Carry it out on the node's loop, or send it to where it runs. It gets exactly one answer.
            pub(crate) fn start(self, core: &mut Core, answer: Answer) {
                match self { $(Self::$name(request) => start!($how, request, core, answer)),+ }
            }
        }
    };
}

all_requests!(dispatch);
