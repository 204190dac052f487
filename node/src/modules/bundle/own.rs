//! A bundle of one's own logs, closed scopes among them: whoever recovers in an empty folder sees by it what they saw.

use crate::{
    bundle_file::{self, Sizes},
    daemon::replica::Replica,
    failure::{Failure, FailureCode},
    store::StoreError,
};
use communaut_protocol::{
    AuthorId, DeviceId, ElementId, IdentityId, LogId, Scope, entry::HeldEntry, replication::replica::Replica as Entries,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Write what a person's devices wrote; and of the spaces in which they wrote, closed ones too, all that is held:
/// without the roles in them nothing of it would count. With the identities of all who wrote that in the open.
pub(crate) fn write_own(replica: &Replica, me: IdentityId, to: &Path) -> Result<Sizes, Failure> {
    let mut devices: BTreeSet<DeviceId> = BTreeSet::from([replica.device.id()]);
    if let Some(view) = replica.views.book().get(&me) {
        devices.extend(view.devices.keys().chain(view.out.keys()).copied());
    }
    let mut spaces: BTreeSet<Scope> = replica.closed_communities().into_keys().collect();
    let mut all: BTreeMap<Vec<u8>, LogId> = BTreeMap::new();
    replica.store.each(&[], None, &mut |log, _| {
        if devices.contains(&log.device) {
            all.insert(log.key().to_vec(), log);
            // Of an open cell others' entries say nothing of one's own.
            let open = log.scope.cell.is_place() && log.scope.container == ElementId::ZERO;
            if !open {
                spaces.insert(log.scope);
            }
        }
        true
    });
    replica.store.each(&[], None, &mut |log, _| {
        if spaces.contains(&log.scope) {
            all.insert(log.key().to_vec(), log);
        }
        true
    });
    let in_the_open = all.values().filter(|log| !log.scope.is_closed());
    let authors: BTreeSet<AuthorId> = in_the_open.map(|log| log.author).collect();
    replica.store.each(&[], None, &mut |log, _| {
        if log.scope.is_identity() && authors.contains(&log.author) {
            all.insert(log.key().to_vec(), log);
        }
        true
    });
    // Identities first: SPEC.md §9.5.
    let (people, others): (Vec<&LogId>, Vec<&LogId>) = all.values().partition(|log| log.scope.is_identity());
    let entries = people.into_iter().chain(others).flat_map(|log| {
        let mut held: Vec<Result<HeldEntry, StoreError>> = Vec::new();
        let read = Entries::entries(&replica.store, log, 0, u64::MAX, &mut |entry| {
            held.push(Ok(entry));
            true
        });
        held.extend(read.err().map(Err));
        held
    });
    bundle_file::write(to, false, entries)
        .map_err(|error| Failure::new(FailureCode::Io, format!("the bundle {} was not written: {error}", to.display())))
}
