//! Closed communities in the hands of a person: founding one, being invited, boxes that keep one without reading it.
//! SPEC.md §10.4.

use super::element::{all_fields, element_op, required_position};
use crate::{
    api::{ElementDraft, Failure, FailureCode, Invitation, Outcome, SeedRequest},
    daemon::{
        closed::{internal, keys_in, new_key, not_ours},
        core::Core,
        invited::Asked,
        keys::random,
        read::id_range,
        write::{Piece, SealUnder},
    },
};
use communaut_protocol::{
    DeviceId, ElementId, IdentityId, SealingKey,
    limits::COMMUNITIES_MAX,
    op::{KeyEpochOp, Kind, Op, Role, SeedOp, element_id},
    private::{Community, CommunitySecret, Item},
};
use std::collections::BTreeSet;

impl Core {
    /// Make a community that nobody finds who was not let in.
    pub(super) fn found_closed(
        &mut self,
        me: IdentityId,
        seed: [u8; 16],
        draft: &ElementDraft,
    ) -> Result<Outcome, Failure> {
        if !matches!(draft.kind, Kind::Organisation | Kind::Project) {
            let why = format!("a {} cannot be closed: only organisations and projects have members", draft.kind.name());
            return Err(Failure::invalid(why));
        }
        required_position(draft)?;
        let secret = random().map_err(|error| Failure::internal(error.to_string()))?;
        let community = Community { id: element_id(me, &seed), secret: CommunitySecret::from_bytes(secret) };
        let (scope, own) = (community.scope(), self.own_space(me)?);
        let read = new_key()?;
        let mine = self.known_keys_of(me)?;
        let epoch = KeyEpochOp { key: read.id(), follows: vec![], refs: vec![], outs: vec![], history: draft.history };
        let under = || SealUnder::Epoch(read.id());
        let mut pieces = vec![
            (scope, Piece::Sealed(Op::KeyEpoch(epoch), under())),
            (scope, Piece::Sealed(element_op(me, seed, all_fields(draft)), under())),
        ];
        pieces.extend(keys_in(community.key_scope(), &[Item::Read(read.clone())], &mine)?);
        pieces.extend(keys_in(own, &[belonging(&community)], &mine)?);
        // The keys lie in the vault before anything is written under them: who reads it later must hold them.
        if !self.private.ring.join(community.clone()) {
            return Err(Failure::invalid(format!("you belong to {COMMUNITIES_MAX} closed communities already")));
        }
        let written = self.hold(&community, &read).and_then(|()| self.write_all(me, pieces));
        let entries = match written {
            Ok(entries) => entries,
            Err(failure) => {
                self.private.ring.leave(&scope);
                self.private.save().map_err(internal)?;
                return Err(failure);
            }
        };
        self.gave(read.id(), &mine).map_err(internal)?;
        self.private.changed = true;
        Ok(Outcome::Written { element: Some(community.id), entries })
    }

    /// Invitations that wait for an answer.
    pub(super) fn invitations(&self) -> Outcome {
        let all = self.requests().filter_map(|request| match &request.asked {
            Asked::Belong(community) if self.private.ring.community(&community.scope()).is_none() => Some(Invitation {
                community: community.id,
                from: request.from,
                from_name: self.name_of(request.from),
                entry: request.entry,
            }),
            _ => None,
        });
        Outcome::Invitations(all.collect())
    }

    /// Belong to a community to which one was invited, on all of one's devices.
    pub(super) fn join(&mut self, text: &str) -> Result<Outcome, Failure> {
        let me = self.author()?;
        let range = id_range(text, "a closed community")?;
        let mut found: Vec<Community> = self
            .requests()
            .filter_map(|request| match &request.asked {
                Asked::Belong(community) if range.contains(&community.id.0) => Some(community.clone()),
                _ => None,
            })
            .collect();
        found.dedup();
        let community = match (found.pop(), found.is_empty()) {
            (Some(community), true) => community,
            (None, _) => {
                let why = format!(
                    "no invitation into a closed community '{text}' has come: see `invitations`, and stay connected with who invites you"
                );
                return Err(Failure::not_found(why));
            }
            (Some(_), false) => {
                let why = format!("more than one invitation begins with '{text}': give more of its id");
                return Err(Failure::invalid(why));
            }
        };
        if self.private.ring.community(&community.scope()).is_some() {
            return Err(Failure::invalid("you belong to this closed community already"));
        }
        // One's other devices join by themselves, and whoever recovers.
        let mine = self.known_keys_of(me)?;
        let pieces = keys_in(self.own_space(me)?, &[belonging(&community)], &mine)?;
        if !self.belong(community).map_err(internal)? {
            return Err(Failure::invalid(format!("you belong to {COMMUNITIES_MAX} closed communities already")));
        }
        self.write_all(me, pieces)?;
        self.interests_changed();
        Ok(Outcome::Done)
    }

    /// Let a box keep a community that it cannot read, or no longer.
    pub(super) fn seed(&mut self, community: ElementId, device: &str, on: bool) -> Result<Outcome, Failure> {
        let me = self.author()?;
        let held = self.element(community)?;
        let community = self.private.ring.community(&held.scope).cloned().ok_or_else(not_ours)?;
        if self.role_in(&held, me) < Some(Role::Moderator) {
            let why = format!("only moderators and leaders of '{}' say which boxes keep it (SPEC.md §10.4)", held.name);
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        let (device, sealing_key) = self.known_device(device)?;
        let mut pieces = vec![(held.scope, Piece::Said(Op::Seed(SeedOp { device, sealing_key, on })))];
        if on {
            let epoch = self.key_to_write(me, &held.scope)?;
            let (scope, keys) = (held.scope.container, community.key_scope().container);
            let items = [Item::Seed { scope, keys, door: community.door() }];
            pieces.extend(keys_in(self.own_space(me)?, &items, &BTreeSet::from([sealing_key]))?);
            pieces.extend(self.proof_for(&community, epoch, sealing_key)?);
        }
        let entries = self.write_all(me, pieces)?;
        let keys = self.views.scopes().get(&held.scope).and_then(|view| view.keys.clone());
        if !on && keys.is_some_and(|keys| keys.may_rotate(self.now_ms)) {
            // Of the next key it has no proof. It never read anything, so that can wait until one may be made.
            self.rotate(me, &held.scope)?;
        }
        Ok(Outcome::Written { element: Some(held.id), entries })
    }

    /// A device of anybody known, by the beginning of its key.
    fn known_device(&self, text: &str) -> Result<(DeviceId, SealingKey), Failure> {
        let range = id_range(text, "a device")?;
        let all = self.views.book().values().flat_map(|person| person.devices.iter());
        let mut found = all.filter(|(device, _)| range.contains(&device.0)).map(|(id, held)| (*id, held.sealing_key));
        match (found.next(), found.next()) {
            (Some(device), None) => Ok(device),
            (None, _) => Err(Failure::not_found(format!(
                "no device '{text}' is known here: the box needs an identity (`init`), and to have written in a territory that you follow"
            ))),
            (Some(_), Some(_)) => {
                Err(Failure::invalid(format!("more than one device begins with '{text}': give more of its key")))
            }
        }
    }

    /// Communities that this node is asked to keep.
    pub(super) fn seeds(&self) -> Outcome {
        let all = self.requests().filter_map(|request| match &request.asked {
            Asked::Keep { scope, .. } => Some(SeedRequest {
                entry: request.entry,
                from: request.from,
                from_name: self.name_of(request.from),
                accepted: self.private.ring.keeps(scope),
            }),
            Asked::Belong(_) => None,
        });
        Outcome::Seeds(all.collect())
    }

    /// Keep one of them.
    pub(super) fn accept_seed(&mut self, text: &str) -> Result<Outcome, Failure> {
        let range = id_range(text, "a request")?;
        let asked = self.requests().find_map(|request| match &request.asked {
            Asked::Keep { scope, keys, door } if range.contains(&request.entry.0) => {
                Some(((*scope, *keys, door.clone()), request.device))
            }
            _ => None,
        });
        let (asked, from) = asked.ok_or_else(|| {
            Failure::not_found(format!("nobody asks this node '{text}': see `seeds list` for what is asked"))
        })?;
        if !self.keep_closed(asked, from).map_err(internal)? {
            return Err(Failure::invalid(format!("this node keeps {COMMUNITIES_MAX} closed communities already")));
        }
        self.interests_changed();
        Ok(Outcome::Done)
    }
}

fn belonging(community: &Community) -> Item {
    Item::Community { id: community.id, secret: community.secret.clone() }
}
