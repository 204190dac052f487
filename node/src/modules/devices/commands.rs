//! More devices for one person, and fewer. SPEC.md §7.1, §9.4.

use super::{DeviceCode, DeviceJoin, DeviceOut, ShowDeviceCode};
use crate::{
    daemon::{
        core::{
            Core,
            pairing::{Joining, Shown},
        },
        dispatch::{Act, Start},
        input::{Answer, Effect},
        replica::Replica,
    },
    failure::{Failure, FailureCode},
    modules::identity::IdentityInfo,
    net::NetCommand,
};
use communaut_protocol::{
    DeviceId, Hash, Scope,
    fold::IdentityView,
    ids::{SealingKey, Signature},
    limits::{ACCEPTED_MAX, DEVICES_MAX},
    op::{DeviceOp, Op, OutOp},
    pairing::Code,
};
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::oneshot;

/// Milliseconds for which a code is good: long enough to walk to the other device.
const CODE_MS: u64 = 10 * 60 * 1_000;
/// Milliseconds that a device waits to be let in: to connect, to be answered, and for the identity's log to come.
const JOIN_MS: u64 = 60 * 1_000;

impl Start for ShowDeviceCode {
    fn start(self, core: &mut Core, answer: Answer) {
        let shown = core.show_code().map(Into::into);
        core.answer(answer, shown);
    }
}

impl Act for DeviceOut {
    fn act(self, replica: &mut Replica) -> Result<IdentityInfo, Failure> {
        let Self { device: text, until_ms } = self;
        let id = replica.author()?;
        let view = replica.changeable()?;
        let range = crate::modules::id_range(&text, "a device")?;
        let mut found = view.devices.keys().filter(|device| range.contains(&device.0)).copied();
        let device = match (found.next(), found.next()) {
            (Some(device), None) => device,
            (None, _) => {
                return Err(Failure::not_found(format!("you have no device '{text}'; see `identity device list`")));
            }
            (Some(_), Some(_)) => {
                return Err(Failure::invalid(format!(
                    "more than one device begins with '{text}': give more of its key"
                )));
            }
        };
        if view.devices.len() == 1 {
            let why = "this is your only device: bring another one in first, or keep this one";
            return Err(Failure::invalid(why));
        }
        let devices = BTreeSet::from([device]);
        let parts = replica
            .accepted_of(&view, &devices, until_ms, &[])
            .map_err(|error| Failure::internal(error.to_string()))?;
        // What counts already needs no saying again.
        let fresh: Vec<Hash> = parts.into_iter().flatten().filter(|head| !view.accepted.contains(head)).collect();
        let own = device == replica.device.id();
        // A device that takes itself out says all that it has to say at once: after that it has no word.
        if own && fresh.len() > ACCEPTED_MAX {
            return Err(Failure::invalid(format!(
                "this device has written in {} logs, and one that takes itself out can name {ACCEPTED_MAX}: take it \
                 out from another device",
                fresh.len()
            )));
        }
        let mut parts = fresh.chunks(ACCEPTED_MAX).map(<[Hash]>::to_vec);
        let op = OutOp { devices: vec![device], accepted: parts.next().unwrap_or_default(), previous: view.head };
        let written = replica.write(id, vec![(Scope::identity(id), Op::Out(op))])?;
        if !own {
            replica.accept_more(id, &devices, parts, written.last().copied())?;
        }
        replica.identity_info()
    }
}

impl Start for DeviceJoin {
    fn start(self, core: &mut Core, answer: Answer) {
        let Self { code, label } = self;
        let begun = core.begin_join(&code, label);
        match begun {
            Ok((code, label)) => {
                for address in &code.addresses {
                    // Whether an address works is seen by whether a connection comes.
                    let (sender, _) = oneshot::channel();
                    core.effects.push(Effect::Net(NetCommand::Dial(address.clone(), sender)));
                }
                core.replica.wanted.insert(code.identity);
                core.pairing.joining = Some(Joining {
                    code,
                    label,
                    answer,
                    until: core.replica.clocks.monotonic.after(JOIN_MS),
                    asked: BTreeSet::new(),
                    token: None,
                });
                for peer in core.engine.connected() {
                    core.ask_to_join(&peer);
                }
            }
            Err(failure) => core.answer(answer, Err(failure)),
        }
    }
}

impl Core {
    fn show_code(&mut self) -> Result<DeviceCode, Failure> {
        let id = self.replica.author()?;
        let view = self.replica.changeable()?;
        if view.devices.len() >= DEVICES_MAX {
            return Err(Failure::invalid(format!("you have {DEVICES_MAX} devices already; take one out first")));
        }
        if self.network.peer.is_empty() {
            let why = "another device comes in over the network, and no node runs on this data folder: start `run` or \
                       the window, then ask for the code again";
            return Err(Failure::invalid(why));
        }
        let code = Code::new(id, self.replica.random()?, self.addresses());
        let clocks = &self.replica.clocks;
        let until_ms = clocks.now_ms + CODE_MS;
        let text = code.to_string();
        self.pairing.shown = Some(Shown { code, until: clocks.monotonic.after(CODE_MS), tries: 0 });
        Ok(DeviceCode { code: text, until_ms })
    }

    /// Where this node is reached, with its name; those that only reach this machine last.
    fn addresses(&self) -> Vec<String> {
        let local = |address: &&String| address.contains("/127.0.0.1/") || address.contains("/::1/");
        let (here, elsewhere): (Vec<&String>, Vec<&String>) = self.network.listening.iter().partition(local);
        let all = elsewhere.into_iter().chain(here);
        all.map(|address| format!("{address}/p2p/{}", self.network.peer)).collect()
    }

    fn begin_join(&self, code: &str, label: String) -> Result<(Code, String), Failure> {
        self.replica.must_be_nobodys()?;
        let code: Code = code.parse().map_err(|error| Failure::invalid(format!("{error}")))?;
        if self.replica.me.is_some_and(|me| me != code.identity) {
            return Err(Failure::new(
                FailureCode::AlreadyInitialised,
                "this data folder belongs to another identity already; give another one with --data",
            ));
        }
        if self.network.peer.is_empty() {
            return Err(Failure::new(FailureCode::Stopped, "this node runs without network"));
        }
        if self.pairing.joining.is_some() {
            return Err(Failure::new(FailureCode::Busy, "this device is being let in already; wait for its end"));
        }
        Ok((code, checked_label(label)?))
    }
}

impl Replica {
    /// The identity, if a device may come in or go.
    fn changeable(&self) -> Result<Arc<IdentityView>, Failure> {
        let view = self.my_identity()?;
        if view.is_frozen() {
            let why = "two devices have changed your identity at the same time, so it is frozen: type the recovery \
                       phrase (`identity recover`) to decide";
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        Ok(view)
    }

    /// Bring a device in that has the code.
    pub(crate) fn bring_in(
        &mut self,
        device: DeviceId,
        sealing_key: SealingKey,
        label: String,
        consent: Signature,
    ) -> Result<(), Failure> {
        let id = self.author()?;
        let view = self.changeable()?;
        let op = DeviceOp { device, sealing_key, label, consent, previous: view.head };
        self.write(id, vec![(Scope::identity(id), Op::Device(op))])?;
        if !self.my_identity()?.devices.contains_key(&device) {
            return Err(Failure::invalid(
                "this device was in before, or its consent is not good: use a new data folder",
            ));
        }
        Ok(())
    }
}

fn checked_label(label: String) -> Result<String, Failure> {
    let label = label.trim().to_owned();
    let most = communaut_protocol::limits::LABEL_MAX;
    if label.len() > most {
        return Err(Failure::invalid(format!("the name of the device has {} bytes, the limit is {most}", label.len())));
    }
    Ok(label)
}
