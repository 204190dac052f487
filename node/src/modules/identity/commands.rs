//! Who runs this node.

use super::{Contested, Identity, IdentityAct, IdentityInfo, Init, SetProfile};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::{Failure, FailureCode},
    modules::{Written, devices::DeviceInfo},
};
use communaut_protocol::{
    DeviceId, ElementId, Hash, IdentityId, Scope,
    entry::hash,
    fold::{ActView, IdentityView},
    limits::NONCE_LEN,
    op::{ElementOp, Field, Inception, Kind, Op, Profile},
};
use std::sync::Arc;

impl Act for Identity {
    fn act(self, replica: &mut Replica) -> Result<IdentityInfo, Failure> {
        replica.identity_info()
    }
}

impl Act for Init {
    fn act(self, replica: &mut Replica) -> Result<IdentityInfo, Failure> {
        let Self { name, about, home, sample, deciding } = self;
        replica.must_be_nobodys()?;
        if replica.lost && replica.me.is_none() {
            let why = "the store of this data folder was lost, and its keys are of an identity that other nodes may \
                       hold: follow a territory in which it wrote and stay connected, recover it by its phrase, or \
                       begin anew with another --data";
            return Err(Failure::new(FailureCode::AlreadyInitialised, why));
        }
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(Failure::invalid("the name is empty: say how you want to be called"));
        }
        if !home.is_valid() {
            return Err(Failure::invalid(format!("{}, {} is not on Earth", home.lat(), home.lon())));
        }
        // A crash can have left an inception without its profile: it was not acknowledged, and is gone on with.
        let id = match replica.me {
            Some(id) => id,
            None => replica.incept(deciding)?,
        };
        let profile = Profile { name: name.clone(), about: about.clone(), home: Some(home) };
        let card = ElementOp {
            owner: id,
            // All zero: the person's own card, whose id is the person's.
            seed: vec![0; 16],
            fields: vec![
                Field::Kind(Kind::Person),
                Field::Name(name),
                Field::Description(about),
                Field::Position(home),
                Field::Sample(sample),
            ],
        };
        let card_scope = Scope::container(home, ElementId::from(id));
        replica
            .write(id, vec![(Scope::identity(id), Op::Profile(profile)), (card_scope, Op::Element(Box::new(card)))])?;
        replica.identity_info()
    }
}

impl Act for SetProfile {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { name, about } = self;
        let id = replica.author()?;
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(Failure::invalid("the name is empty: say how you want to be called"));
        }
        let home = replica.views.book().get(&id).and_then(|view| view.home);
        let mut ops =
            vec![(Scope::identity(id), Op::Profile(Profile { name: name.clone(), about: about.clone(), home }))];
        if let Some(card) = replica.views.elements().get(&ElementId::from(id)) {
            let fields = vec![Field::Name(name), Field::Description(about)];
            ops.push((card.scope, Op::Element(Box::new(ElementOp { owner: id, seed: vec![0; 16], fields }))));
        }
        let entries = replica.write(id, ops)?;
        Ok(Written { element: Some(id.into()), entries })
    }
}

impl Replica {
    /// Refused where somebody's identity is at home already.
    pub(crate) fn must_be_nobodys(&self) -> Result<(), Failure> {
        let Some(me) = self.me() else { return Ok(()) };
        Err(Failure::new(
            FailureCode::AlreadyInitialised,
            format!("this data folder belongs to '{}' already; give another one with --data", me.name),
        ))
    }

    /// The inception's payload decides the identity's id, and that the scope in which it is written.
    fn incept(&mut self, deciding: bool) -> Result<IdentityId, Failure> {
        let secret = self.new_phrase()?;
        let deciding = if deciding { Some(self.new_deciding_phrase()?.deciding_commitment()) } else { None };
        let op = Op::Inception(Inception {
            device: self.device.id(),
            sealing_key: self.private.sealing.public(),
            recovery: secret.commitment(),
            recovery_sealing: secret.sealing_key(),
            deciding,
        });
        let nonce: [u8; NONCE_LEN] = self.random()?;
        let payload = op.encode(nonce).map_err(|error| Failure::internal(error.to_string()))?;
        let Hash(id) = hash(&payload);
        let id = IdentityId(id);
        self.write_payload(Scope::identity(id), op.schema(), payload)?;
        self.set_me(id).map_err(|error| Failure::internal(error.to_string()))?;
        Ok(id)
    }

    /// What is known of whoever runs this node.
    pub(crate) fn my_identity(&self) -> Result<Arc<IdentityView>, Failure> {
        let id = self.me.ok_or_else(no_identity)?;
        self.views.book().get(&id).cloned().ok_or_else(|| {
            Failure::new(
                FailureCode::Busy,
                format!("the identity {} has not come yet: stay connected with a node that holds it", id.short()),
            )
        })
    }

    /// Who I am.
    pub(crate) fn identity_info(&self) -> Result<IdentityInfo, Failure> {
        let view = self.my_identity()?;
        let this = self.device.id();
        let info = |out| {
            move |(id, device): (&DeviceId, &communaut_protocol::fold::DeviceView)| DeviceInfo {
                id: *id,
                did: id.did(),
                label: device.label.clone(),
                this: *id == this,
                out,
            }
        };
        let state = self.views.identity(view.id);
        let acts: Vec<IdentityAct> =
            state.map(|state| state.history().into_iter().map(act).collect()).unwrap_or_default();
        Ok(IdentityInfo {
            id: view.id,
            name: view.name.clone(),
            about: view.about.clone(),
            home: view.home,
            devices: view.devices.iter().map(info(false)).chain(view.out.iter().map(info(true))).collect(),
            frozen: view.is_frozen(),
            contested: acts.iter().filter_map(|act| contested(&view, act, this)).collect(),
            deciding: self.deciding_state(&view)?,
            speaks: view.devices.contains_key(&this),
            phrase: self.phrase_state()?,
            acts,
        })
    }
}

/// Of an act, whether it is a recovery that competes; such an act is signed by the device that it brings in.
fn contested(view: &IdentityView, act: &IdentityAct, this: DeviceId) -> Option<Contested> {
    let competes = view.contested.contains(&act.entry);
    competes.then(|| Contested { entry: act.entry, device: act.by, this: act.by == this })
}

fn act(act: ActView) -> IdentityAct {
    let ActView { entry, by, what, devices, previous, counts } = act;
    IdentityAct { entry, by, what, devices, previous, counts }
}

/// Nobody runs this node yet.
pub(crate) fn no_identity() -> Failure {
    Failure::new(FailureCode::NoIdentity, "there is no identity in this data folder yet: run 'init' first")
}
