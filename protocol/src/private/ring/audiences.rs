//! Keys for named persons: anybody may give some, in any scope, so that room for them is made at the cost of who gives
//! most.

use super::{Keyring, make_room};
use crate::{
    ids::DeviceId,
    limits::{AUDIENCE_SCOPES_MAX, AUDIENCES_ALL_MAX, AUDIENCES_MAX},
    private::keys::SealKey,
    scope::Scope,
};
use std::collections::BTreeMap;

impl Keyring {
    /// Say whose keyring this is: what this device made opens its own private posts, and is not lost to what others
    /// give.
    pub fn set_own(&mut self, device: DeviceId) {
        self.own = Some(device);
    }

    /// A key for named persons, made here or given. False if it is held already, or there is no room.
    pub fn add_audience(&mut self, scope: Scope, key: SealKey, from: DeviceId) -> bool {
        let held = self.audiences.get(&scope);
        if held.is_none() && self.audiences.len() >= AUDIENCE_SCOPES_MAX
            || held.is_some_and(|held| held.iter().any(|(held, _)| *held == key))
        {
            return false;
        }
        let may_go = may_go(self.own, from);
        if let Some(held) = self.audiences.get_mut(&scope)
            && held.len() >= AUDIENCES_MAX
            && !make_room(held, |(_, giver)| may_go(*giver).then_some(*giver))
        {
            return false;
        }
        // More than one if what was stored held more than may be held now.
        while self.audiences.values().map(Vec::len).fold(0, usize::saturating_add) >= AUDIENCES_ALL_MAX {
            if !self.make_room_anywhere(may_go) {
                return false;
            }
        }
        self.audiences.entry(scope).or_default().push((key, from));
        true
    }

    /// Drop a key of whoever gave most in all scopes, the oldest where they gave most. False if nothing may go.
    fn make_room_anywhere(&mut self, may_go: impl Fn(DeviceId) -> bool) -> bool {
        let mut counts: BTreeMap<DeviceId, (usize, BTreeMap<Scope, usize>)> = BTreeMap::new();
        for (scope, keys) in &self.audiences {
            for (_, giver) in keys.iter().filter(|(_, giver)| may_go(*giver)) {
                let (all, scopes) = counts.entry(*giver).or_default();
                let here = scopes.entry(*scope).or_default();
                (*all, *here) = (all.saturating_add(1), here.saturating_add(1));
            }
        }
        let most = counts.into_iter().max_by_key(|(_, (all, _))| *all);
        let place = most.and_then(|(giver, (_, scopes))| {
            let (scope, _) = scopes.into_iter().max_by_key(|(_, here)| *here)?;
            Some((giver, scope))
        });
        let Some((giver, scope)) = place else { return false };
        let Some(held) = self.audiences.get_mut(&scope) else { return false };
        let gone = make_room(held, |(_, from)| (*from == giver).then_some(*from));
        if held.is_empty() {
            self.audiences.remove(&scope);
        }
        gone
    }
}

/// Whose keys may go for one that a device gives: all but those of this device, unless it gives the key itself.
fn may_go(own: Option<DeviceId>, from: DeviceId) -> impl Fn(DeviceId) -> bool + Copy {
    move |giver| own != Some(giver) || own == Some(from)
}
