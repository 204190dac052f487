//! Closed communities in the hands of a person: founding one, being invited, boxes that keep one without reading it.
//! SPEC.md §10.4.

use super::{AcceptSeed, Invitation, Invitations, Join, Seed, SeedRequest, Seeds};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{
            Replica,
            group_keys::{internal, keys_in, not_ours},
            wrap_inbox::Asked,
            write::{Piece, SealUnder},
        },
    },
    failure::{Failure, FailureCode},
    modules::{
        Done, Written,
        element::{
            ElementDraft, element_op,
            fields::{of_draft, only_said},
            required_position,
        },
        id_range,
    },
};
use communaut_protocol::{
    DeviceId, IdentityId, SealingKey,
    limits::COMMUNITIES_MAX,
    op::{FoundingOp, KeyEpochOp, Kind, Op, Role, SeedOp, element_id},
    private::{Community, CommunitySecret, Item, ReadKey},
};
use std::collections::BTreeSet;

impl Act for Invitations {
    fn act(self, replica: &mut Replica) -> Result<Vec<Invitation>, Failure> {
        let all = replica.requests().filter_map(|request| match &request.asked {
            Asked::Belong(community) if replica.private.ring.community(&community.scope()).is_none() => {
                Some(Invitation {
                    community: community.id,
                    from: request.from,
                    from_name: replica.name_of(request.from),
                    entry: request.entry,
                })
            }
            _ => None,
        });
        Ok(all.collect())
    }
}

impl Act for Join {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let text = self.community;
        let me = replica.author()?;
        let range = id_range(&text, "a closed community")?;
        let mut found: Vec<Community> = replica
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
                    "no invitation into a closed community '{text}' has come: see `invitations`, and stay connected \
                     with who invites you"
                );
                return Err(Failure::not_found(why));
            }
            (Some(_), false) => {
                let why = format!("more than one invitation begins with '{text}': give more of its id");
                return Err(Failure::invalid(why));
            }
        };
        if replica.private.ring.community(&community.scope()).is_some() {
            return Err(Failure::invalid("you belong to this closed community already"));
        }
        // One's other devices join by themselves, and whoever recovers.
        let mine = replica.known_keys_of(me)?;
        let pieces = replica.given_like_a_message(me, belonging(&community), &mine)?;
        if !replica.belong(community).map_err(internal)? {
            return Err(Failure::invalid(format!("you belong to {COMMUNITIES_MAX} closed communities already")));
        }
        replica.write_all(me, pieces)?;
        replica.interests_changed();
        Ok(Done)
    }
}

impl Act for Seed {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { community, device, on } = self;
        let me = replica.author()?;
        let held = replica.element(community)?;
        let community = replica.private.ring.community(&held.scope).cloned().ok_or_else(not_ours)?;
        if replica.role_in(&held, me) < Some(Role::Moderator) {
            let why = format!("only moderators and leaders of '{}' say which boxes keep it (SPEC.md §10.4)", held.name);
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        let (device, sealing_key) = replica.known_device(&device)?;
        let mut pieces = vec![(held.scope, Piece::Said(Op::Seed(SeedOp { device, sealing_key, on })))];
        if on {
            let epoch = replica.key_to_write(me, &held.scope)?;
            let (scope, keys) = (held.scope.container, community.key_scope().container);
            let item = Item::Seed { scope, keys, door: community.door() };
            pieces.extend(replica.given_like_a_message(me, item, &BTreeSet::from([sealing_key]))?);
            pieces.extend(replica.proof_for(&community, epoch, sealing_key)?);
        }
        let entries = replica.write_all(me, pieces)?;
        let keys = replica.views.scopes().get(&held.scope).and_then(|view| view.keys.clone());
        if !on && keys.is_some_and(|keys| keys.may_rotate(replica.clocks.now_ms)) {
            // Of the next key it has no proof. It never read anything, so that can wait until one may be made.
            replica.rotate(me, &held.scope)?;
        }
        Ok(Written { element: Some(held.id), entries })
    }
}

impl Act for Seeds {
    fn act(self, replica: &mut Replica) -> Result<Vec<SeedRequest>, Failure> {
        let all = replica.requests().filter_map(|request| match &request.asked {
            Asked::Keep { scope, .. } => Some(SeedRequest {
                entry: request.entry,
                from: request.from,
                from_name: replica.name_of(request.from),
                accepted: replica.private.ring.keeps(scope),
            }),
            Asked::Belong(_) => None,
        });
        Ok(all.collect())
    }
}

impl Act for AcceptSeed {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let text = self.request;
        let range = id_range(&text, "a request")?;
        let asked = replica.requests().find_map(|request| match &request.asked {
            Asked::Keep { scope, keys, door } if range.contains(&request.entry.0) => {
                Some(((*scope, *keys, door.clone()), request.device))
            }
            _ => None,
        });
        let (asked, from) = asked.ok_or_else(|| {
            Failure::not_found(format!("nobody asks this node '{text}': see `seeds list` for what is asked"))
        })?;
        if !replica.keep_closed(asked, from).map_err(internal)? {
            return Err(Failure::invalid(format!("this node keeps {COMMUNITIES_MAX} closed communities already")));
        }
        replica.interests_changed();
        Ok(Done)
    }
}

impl Replica {
    /// Make a community that nobody finds who was not let in.
    pub(crate) fn found_closed(
        &mut self,
        me: IdentityId,
        founding: Option<FoundingOp>,
        draft: &ElementDraft,
    ) -> Result<Written, Failure> {
        if !matches!(draft.kind, Kind::Organisation | Kind::Project) {
            let why = format!("a {} cannot be closed: only organisations and projects have members", draft.kind.name());
            return Err(Failure::invalid(why));
        }
        let Some(founding) = founding else { return Err(Failure::internal("a community without a founding")) };
        let seed = founding.card_seed().map_err(|error| Failure::invalid(error.to_string()))?;
        required_position(draft)?;
        let secret = self.random()?;
        let community = Community { id: element_id(me, &seed), secret: CommunitySecret::from_bytes(secret) };
        let scope = community.scope();
        let read = ReadKey::from_bytes(self.random()?);
        let mine = self.known_keys_of(me)?;
        let epoch = KeyEpochOp { key: read.id(), follows: vec![], refs: vec![], outs: vec![], history: draft.history };
        let under = || SealUnder::Epoch(read.id());
        let mut pieces = vec![
            (scope, Piece::Sealed(Op::KeyEpoch(epoch), under())),
            (scope, Piece::Sealed(element_op(me, seed, only_said(of_draft(draft))), under())),
            (scope, Piece::Sealed(Op::Founding(founding), under())),
        ];
        pieces.extend(keys_in(community.key_scope(), &[Item::Read(read.clone())], &mine)?);
        pieces.extend(self.given_like_a_message(me, belonging(&community), &mine)?);
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
        self.private.changed();
        Ok(Written { element: Some(community.id), entries })
    }

    /// A device of anybody known, by the beginning of its key.
    fn known_device(&self, text: &str) -> Result<(DeviceId, SealingKey), Failure> {
        let range = id_range(text, "a device")?;
        let all = self.views.book().values().flat_map(|person| person.devices.iter());
        let mut found = all.filter(|(device, _)| range.contains(&device.0)).map(|(id, held)| (*id, held.sealing_key));
        match (found.next(), found.next()) {
            (Some(device), None) => Ok(device),
            (None, _) => Err(Failure::not_found(format!(
                "no device '{text}' is known here: the box needs an identity (`init`), and to have written in a \
                 territory that you follow"
            ))),
            (Some(_), Some(_)) => {
                Err(Failure::invalid(format!("more than one device begins with '{text}': give more of its key")))
            }
        }
    }
}

fn belonging(community: &Community) -> Item {
    Item::Community { id: community.id, secret: community.secret.clone() }
}
