//! Who runs this node.

use crate::{
    api::{DeviceInfo, Failure, FailureCode, IdentityInfo, Outcome},
    daemon::core::Core,
};
use communaut_protocol::{
    ElementId, Hash, IdentityId, Position, Scope,
    entry::hash,
    limits::NONCE_LEN,
    op::{ElementOp, Field, Inception, Kind, Op, Profile},
};

impl Core {
    /// Make an identity with its profile and its card.
    pub(super) fn init(
        &mut self,
        name: String,
        about: String,
        home: Position,
        sample: bool,
    ) -> Result<Outcome, Failure> {
        if let Some(me) = self.me() {
            return Err(Failure::new(
                FailureCode::AlreadyInitialised,
                format!("this data folder belongs to '{}' already; give another one with --data", me.name),
            ));
        }
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(Failure::invalid("the name is empty: say how you want to be called"));
        }
        if !home.is_valid() {
            return Err(Failure::invalid(format!("{}, {} is not on Earth", home.lat(), home.lon())));
        }
        let recovery = self.keys.recovery();
        let inception = Inception { device: self.device.id(), recovery: hash(&recovery.id().0) };
        // A crash can have left an inception without its profile: it was not acknowledged, and is gone on with.
        let id = match self.me {
            Some(id) => id,
            None => self.incept(inception)?,
        };
        self.me = Some(id);
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
        self.write(id, vec![(Scope::identity(id), Op::Profile(profile)), (card_scope, Op::Element(Box::new(card)))])?;
        self.identity()
    }

    /// The inception's payload decides the identity's id, and that the scope in which it is written.
    fn incept(&mut self, inception: Inception) -> Result<IdentityId, Failure> {
        let nonce: [u8; NONCE_LEN] =
            crate::daemon::keys::random().map_err(|error| Failure::internal(error.to_string()))?;
        let op = Op::Inception(inception);
        let payload = op.encode(nonce, IdentityId::ZERO).map_err(|error| Failure::internal(error.to_string()))?;
        let Hash(id) = hash(&payload);
        let id = IdentityId(id);
        self.write_payload(Scope::identity(id), op.schema(), payload)?;
        Ok(id)
    }

    /// Who I am.
    pub(super) fn identity(&self) -> Result<Outcome, Failure> {
        let id = self.author()?;
        let view = self
            .views
            .book()
            .get(&id)
            .ok_or_else(|| Failure::internal("the identity log is not folded; the data folder may be damaged"))?;
        let this = self.device.id();
        Ok(Outcome::Identity(IdentityInfo {
            id,
            name: view.name.clone(),
            about: view.about.clone(),
            home: view.home,
            devices: view.devices.iter().map(|id| DeviceInfo { id: *id, this: *id == this }).collect(),
        }))
    }

    /// A new name and text, on the profile and on the card.
    pub(super) fn set_profile(&mut self, name: String, about: String) -> Result<Outcome, Failure> {
        let id = self.author()?;
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(Failure::invalid("the name is empty: say how you want to be called"));
        }
        let home = self.views.book().get(&id).and_then(|view| view.home);
        let mut ops =
            vec![(Scope::identity(id), Op::Profile(Profile { name: name.clone(), about: about.clone(), home }))];
        if let Some(card) = self.views.elements().get(&ElementId::from(id)) {
            let fields = vec![Field::Name(name), Field::Description(about)];
            ops.push((card.scope, Op::Element(Box::new(ElementOp { owner: id, seed: vec![0; 16], fields }))));
        }
        let entries = self.write(id, ops)?;
        Ok(Outcome::Written { element: Some(id.into()), entries })
    }
}
