//! What a person is to an element: follower, attendee, organiser…

pub(crate) mod cli;
mod commands;

use communaut_protocol::{
    ElementId,
    op::{LinkKind, LinkState},
};
use serde::{Deserialize, Serialize};

/// Say or unsay a link of one's own to an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// To what.
    pub target: ElementId,
    /// Which kind.
    pub kind: LinkKind,
    /// Requested, accepted or left.
    pub state: LinkState,
}
