//! What concerns the process: its network, its folder, its end.

use super::{Backup, Dial, Stop};
use crate::{
    daemon::{
        core::Core,
        dispatch::{Act, Start},
        input::{Answer, Effect},
        replica::Replica,
    },
    failure::{Failure, FailureCode},
    modules::Done,
    net::NetCommand,
    snapshot::Phase,
};
use tokio::sync::oneshot;

impl Act for Backup {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        replica.backup(&self.to)
    }
}

impl Start for Stop {
    fn start(self, core: &mut Core, answer: Answer) {
        core.replica.phase = Phase::Stopping;
        core.replica.changed = true;
        core.answer(answer, Ok(Done.into()));
        core.effects.push(Effect::Stop);
    }
}

impl Start for Dial {
    fn start(self, core: &mut Core, answer: Answer) {
        core.effects.push(Effect::Net(NetCommand::Dial(self.address, dialled(answer))));
    }
}

/// Turn the network's answer to a dial into a request's.
fn dialled(answer: Answer) -> oneshot::Sender<Result<(), String>> {
    let (send, receive) = oneshot::channel::<Result<(), String>>();
    tokio::spawn(async move {
        let outcome = match receive.await {
            Ok(Ok(())) => Ok(Done.into()),
            Ok(Err(why)) => Err(Failure::new(FailureCode::Invalid, why)),
            Err(_) => Err(Failure::new(FailureCode::Stopped, "this node runs without network")),
        };
        drop(answer.send(outcome));
    });
    send
}
