//! The event loop: the only place where the core meets the world.

use super::{
    calendars::Calendars,
    clocks::Now,
    core::{Core, mending},
    input::{Effect, Input, Loaded, WORK_BATCH},
    keys::Keys,
    reading::Reading,
    replica::{Replica, wrap_inbox::Given},
    vault::Sealed,
};
use crate::{
    bundle_file,
    entropy::System,
    failure::Failure,
    handle::{Answer, Wakers},
    handle::{Ends, WakeAtEnd},
    index::{Index, Search},
    modules::{bundle::ReadBundle, export::Export, import::held::Held},
    net::{NetCommand, NetEvent},
    snapshot::{Phase, Snapshot},
    store::{Store, StoreError},
    streets,
    territory::Land,
};
use communaut_protocol::{clock::Monotonic, engine::Strangers, entry::HeldEntry, fold::Record};
use std::{
    collections::VecDeque,
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::MissedTickBehavior,
};

/// Inputs taken before one flush: group commit under load, and a bound on how long an answer waits for others.
const BATCH_INPUTS: usize = 64;
/// Commands waiting for the network task: beyond, gossip is dropped first, since it is only a hint.
const OUTBOX_MAX: usize = 4_096;
/// Batches of loaded or imported records that wait for the loop.
const INTERNAL_MAX: usize = 4;
/// Between two looks at what is due.
const TICK: Duration = Duration::from_secs(1);

/// The ends of everything that the loop talks to.
pub(crate) struct World {
    pub core: Core,
    pub ends: Ends,
    pub net: Option<(mpsc::Sender<NetCommand>, mpsc::Receiver<NetEvent>)>,
    pub index: Index,
    /// For the state that is built anew when the store has failed and come back.
    pub keys: Keys,
    pub vault: Sealed,
    /// The data folder.
    pub folder: PathBuf,
}

/// Run until a stop. A store that fails is brought back meanwhile ([`mending`]).
pub(crate) async fn run(world: &mut World) -> Result<(), StoreError> {
    let (internal_in, mut internal) = mpsc::channel(INTERNAL_MAX);
    load(&world.core, internal_in.clone());
    let (net_in, mut net_events) = match world.net.take() {
        Some((commands, events)) => (Some(commands), events),
        // Without network: a channel that stays silent.
        None => (None, mpsc::channel(1).1),
    };
    let mut outbox: VecDeque<NetCommand> = VecDeque::new();
    let mut ticker = tokio::time::interval(TICK);
    ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut latest: Arc<Snapshot> = Arc::default();
    let mut net_open = net_in.is_some();
    let began = Instant::now();
    let mut calendars = Calendars::new(began);
    loop {
        let first = tokio::select! {
            order = world.ends.orders.recv() => match order {
                Some(order) => Input::Order(order),
                // Nobody holds a handle any more.
                None => return world.core.commit(),
            },
            Some(input) = internal.recv() => input,
            event = net_events.recv(), if net_open => match event {
                Some(event) => Input::Net(event),
                None => { net_open = false; continue; }
            },
            permit = reserve(net_in.as_ref()), if !outbox.is_empty() => {
                match (permit, outbox.pop_front()) {
                    (Some(permit), Some(command)) => permit.send(command),
                    _ => outbox.clear(),
                }
                continue;
            },
            _ = ticker.tick() => Input::Tick,
        };
        let ticks = matches!(first, Input::Tick);
        take(world, first, now(began), &internal_in);
        // What waits is taken along, so that one flush serves many; batches of records only one at a time, so that
        // a person's command does not wait for an import.
        for _ in 1..BATCH_INPUTS {
            // What comes after a stop is not taken: it would be written, and its answer lost.
            if world.core.replica.phase == Phase::Stopping {
                break;
            }
            let next = world.ends.orders.try_recv().ok().map(Input::Order);
            let Some(next) = next.or_else(|| net_events.try_recv().ok().map(Input::Net)) else { break };
            take(world, next, now(began), &internal_in);
        }
        if let Err(error) = world.core.commit() {
            world.core.store_failed(&error);
        }
        let mut wake = false;
        if let Some(snapshot) = world.core.snapshot() {
            latest = Arc::new(snapshot);
            drop(world.ends.snapshots.send_replace(latest.clone()));
            wake = true;
        }
        let arrival = world.core.replica.store.arrival();
        if ticks && latest.overview.phase == Phase::Ready {
            for calendar in calendars.due(Instant::now(), latest.overview.version, &world.core.replica.store) {
                calendar.start_unasked(&mut world.core);
            }
            if world.core.import.is_none()
                && let Some(import) = calendars.changed(Instant::now(), &world.core.replica.store)
            {
                import.start_unasked(&mut world.core);
            }
        }
        for effect in world.core.take_effects() {
            match effect {
                Effect::Reply(answer, outcome) => {
                    // Whoever asked may have gone; what was done stays done.
                    drop(answer.send(outcome));
                    wake = true;
                }
                Effect::Read(command, answer) => {
                    let (snapshot, wakers) = (latest.clone(), world.ends.wakers.clone());
                    tokio::task::spawn_blocking(move || {
                        // Also where it panics: who asked hears that nothing comes.
                        let _woken = WakeAtEnd(wakers);
                        drop(answer.send(command.read(&snapshot)));
                    });
                }
                Effect::Search(query, lands, answer) => {
                    let (snapshot, wakers) = (latest.clone(), world.ends.wakers.clone());
                    world.index.search(Search { query, lands, snapshot, answer, wakers });
                }
                Effect::Export(export, lands, answer) => {
                    write_export(&world.index, (export, lands), latest.clone(), answer, world.ends.wakers.clone());
                }
                Effect::Index(changes) => world.index.apply(changes, arrival),
                Effect::IndexLoaded => world.index.loaded(latest.clone(), arrival),
                Effect::IndexRenew => world.index.renew(arrival),
                Effect::Net(command) => post(&mut outbox, command, net_in.is_some()),
                Effect::Import(request, me, stop) => {
                    let reading = Reading { held: Held::of(&latest), me, stop, to: internal_in.clone() };
                    reading.begin(request, world.folder.join(streets::FOLDER));
                }
                Effect::ReadBundle(request, stop) => read_bundle(request, stop, internal_in.clone()),
                Effect::Mend { salvage } => {
                    let (folder, to) = (world.folder.clone(), internal_in.clone());
                    tokio::task::spawn_blocking(move || {
                        // Whoever stops meanwhile needs no store any more.
                        drop(to.blocking_send(Input::Mended(mending::reopen(&folder, salvage))));
                    });
                }
                Effect::Then(input) => {
                    let to = internal_in.clone();
                    // Whoever stops meanwhile takes nothing more.
                    tokio::spawn(async move { drop(to.send(input).await) });
                }
                Effect::Stop => {
                    world.ends.wakers.wake();
                    // The network task ends with its channel.
                    return Ok(());
                }
            }
        }
        if wake {
            world.ends.wakers.wake();
        }
    }
}

/// Let the core take an input. What goes wrong in it ends neither the loop nor the node: the store is opened anew,
/// and the state built from it.
fn take(world: &mut World, input: Input, now: Now, internal: &mpsc::Sender<Input>) {
    match input {
        Input::Mended(Ok(store)) => come_back(world, *store, now, internal),
        Input::Mended(Err(error)) => world.core.not_mended(&error, now),
        input => {
            let done = panic::catch_unwind(AssertUnwindSafe(|| world.core.handle(input, now)));
            let done = done.unwrap_or_else(|_| {
                Err(StoreError::Damaged(
                    "a fault in this program, whose message is in the log, left it in doubt".into(),
                ))
            });
            if let Err(error) = done {
                world.core.store_failed(&error);
            }
        }
    }
}

/// A store that had failed is open again.
fn come_back(world: &mut World, mut store: Store, now: Now, internal: &mpsc::Sender<Input>) {
    let back = super::settle_in(&world.folder, &mut store)
        .and_then(|_| Replica::new(store, &world.keys, Box::new(world.vault.clone()), Box::new(System)))
        .and_then(|replica| world.core.renew(replica));
    match back {
        Ok(()) => load(&world.core, internal.clone()),
        Err(error) => world.core.not_mended(&error, now),
    }
}

async fn reserve(net: Option<&mpsc::Sender<NetCommand>>) -> Option<mpsc::Permit<'_, NetCommand>> {
    net?.reserve().await.ok()
}

/// Put a command into the outbox; without network, what needs an answer finds its channel closed.
fn post(outbox: &mut VecDeque<NetCommand>, command: NetCommand, network: bool) {
    if !network {
        return;
    }
    if outbox.len() >= OUTBOX_MAX {
        match outbox.iter().position(|waiting| matches!(waiting, NetCommand::Publish { .. })) {
            Some(hint) => drop(outbox.remove(hint)),
            None => {
                tracing::warn!("{OUTBOX_MAX} commands wait for the network; the newest is dropped");
                return;
            }
        }
    }
    outbox.push_back(command);
}

/// Read the stored entries again, from another thread. What cannot be read does not keep the rest from being shown.
pub(crate) fn load(core: &Core, to: mpsc::Sender<Input>) {
    let (reader, generation) = (core.replica.store.reader(), core.generation);
    let (ring, sealing) = (core.replica.private.ring.clone(), core.replica.private.sealing.clone());
    tokio::task::spawn_blocking(move || {
        // Whether somebody still takes it.
        let send = |what| to.blocking_send(Input::Loaded(generation, what)).is_ok();
        let mut batch = Vec::with_capacity(WORK_BATCH);
        let mut result = Ok(());
        // Those too whose keys the keyring should have: a node may have ended before it kept what it had stored.
        let mut wraps = Vec::new();
        let mut held = Strangers::default();
        for entry in reader.held() {
            if let Ok(entry) = &entry {
                held.took(entry.header());
            }
            match entry.map(HeldEntry::into_whole) {
                Ok(None) => {}
                // What is not understood is kept and not shown, wraps that do not open too: `take_wraps` counted them
                // when they came.
                Ok(Some(entry)) => {
                    wraps.extend(Given::open(&entry, &[&sealing]).ok().flatten());
                    batch.extend(Record::all(&entry, &ring).into_iter().flatten());
                }
                Err(error) => result = result.and(Err(error)),
            }
            if batch.len() >= WORK_BATCH && !send(Loaded::Records(std::mem::take(&mut batch))) {
                return;
            }
        }
        // Let go of the store before its end is told: it may have to be mended.
        drop(reader);
        for what in [Loaded::Records(batch), Loaded::Wraps(wraps), Loaded::Held(held), Loaded::End(result)] {
            // The node has ended.
            if !send(what) {
                return;
            }
        }
    });
}

/// Search for what is to be exported, and write it, off the loop.
fn write_export(
    index: &Index,
    (export, lands): (Export, Option<Vec<Land>>),
    snapshot: Arc<Snapshot>,
    answer: Answer,
    wakers: Wakers,
) {
    let (found_in, found) = oneshot::channel();
    index.search(Search { query: export.asked(), lands, snapshot, answer: found_in, wakers: Wakers::default() });
    tokio::task::spawn_blocking(move || {
        // Also where it panics: who asked hears that nothing comes.
        let _woken = WakeAtEnd(wakers);
        let found = found.blocking_recv().unwrap_or_else(|_| Err(Failure::internal("the search has ended")));
        drop(answer.send(export.write(found).map(Into::into)));
    });
}

/// Read a bundle, from another thread.
fn read_bundle(request: ReadBundle, stop: Arc<AtomicBool>, to: mpsc::Sender<Input>) {
    tokio::task::spawn_blocking(move || {
        let mut error = None;
        match bundle_file::read(&request.path) {
            Err(why) => error = Some(why),
            Ok(batches) => {
                for batch in batches {
                    match batch {
                        // What comes behind what was refused is not looked at.
                        _ if stop.load(Ordering::Relaxed) => break,
                        Ok(frames) => {
                            if to.blocking_send(Input::BundleFrames(frames)).is_err() {
                                // The node has ended.
                                return;
                            }
                        }
                        Err(why) => error = Some(why),
                    }
                }
            }
        }
        drop(to.blocking_send(Input::BundleEnd(error)));
    });
}

/// What the clocks show.
fn now(began: Instant) -> Now {
    let ms = |since: Duration| u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Now {
        system_ms: ms(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
        monotonic: Monotonic::from_ms(ms(began.elapsed())),
    }
}

/// Why a folder cannot be used, for a person.
pub(crate) fn unusable(path: PathBuf, why: impl std::fmt::Display) -> super::StartError {
    super::StartError::Data { path, why: why.to_string() }
}
