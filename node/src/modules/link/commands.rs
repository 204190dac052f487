//! Links of one's own.

use super::Link;
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::Failure,
    modules::Written,
};
use communaut_protocol::op::{LinkOp, LinkState, Op};

impl Act for Link {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { target, kind, state } = self;
        let me = replica.author()?;
        let held = replica.element(target)?;
        if matches!(state, LinkState::Invited | LinkState::Refused) {
            return Err(Failure::invalid(
                "one can ask, accept or leave for oneself; inviting and refusing are the other side's",
            ));
        }
        let op = LinkOp {
            source: me.into(),
            target,
            kind,
            role: String::new(),
            state,
            mirror: None,
            origin: None,
            proof: None,
        };
        let entries = replica.write(me, vec![(held.scope, Op::Link(op))])?;
        Ok(Written { element: Some(target), entries })
    }
}
