#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::*;
use crate::{
    NodeHandle, api,
    failure::FailureCode,
    folder_lock::{FolderLock, Purpose},
    handle::Ends,
    modules::Command,
    snapshot::{Overview, Phase, Snapshot},
};
use interprocess::local_socket::traits::Stream as _;
use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
};

/// A node that answers without a store: places by their text, and stops when told to.
struct Fake {
    runtime: tokio::runtime::Runtime,
    serve: tokio::task::JoinHandle<std::io::Result<()>>,
    loop_: JoinHandle<()>,
    snapshots: tokio::sync::watch::Sender<Arc<Snapshot>>,
}

fn phase(phase: Phase) -> Arc<Snapshot> {
    let overview = Arc::new(Overview { phase, ..Overview::default() });
    Arc::new(Snapshot { overview, ..Snapshot::default() })
}

fn answer(command: &Command) -> Reply {
    match command {
        Command::Places(api::Places { text, .. }) if text == "too much" => {
            let why = crate::import::Reason::NoName;
            let report = crate::modules::import::SkippedRecord { at: "x".repeat(1024), why };
            let skipped = vec![report; OUTCOME_MAX / 1024];
            Ok(Outcome::Imported(crate::modules::import::ImportReport { skipped, ..Default::default() }))
        }
        Command::Places(api::Places { text, .. }) => Err(Failure::not_found(text.clone())),
        _ => Ok(Outcome::Done(api::Done)),
    }
}

impl Fake {
    fn start(data: &Path, at: Phase) -> Self {
        Self::start_as(data, at, Purpose::Node)
    }
    fn start_as(data: &Path, at: Phase, purpose: Purpose) -> Self {
        let (handle, ends) = NodeHandle::new();
        let Ends { mut orders, snapshots, .. } = ends;
        snapshots.send_replace(phase(at));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let serve = runtime.spawn(serve(data.to_path_buf(), handle, purpose));
        let published = snapshots.clone();
        let loop_ = std::thread::spawn(move || {
            while let Some(order) = orders.blocking_recv() {
                drop(order.reply.send(answer(&order.command)));
                if order.command == Command::Stop(api::Stop) {
                    published.send_replace(phase(Phase::Stopping));
                    return;
                }
            }
        });
        Self { runtime, serve, loop_, snapshots }
    }
    fn wait(self) {
        self.loop_.join().unwrap();
        self.runtime.block_on(self.serve).unwrap().unwrap();
    }
}

/// Connect as soon as the socket is there.
fn client(data: &Path) -> Client {
    loop {
        if let Some(client) = connect(data).unwrap() {
            return client;
        }
        std::thread::yield_now();
    }
}

fn places(text: &str) -> Command {
    Command::Places(api::Places { text: text.to_owned(), limit: 1, locale: String::new() })
}

fn raw(data: &Path) -> interprocess::local_socket::Stream {
    drop(client(data));
    raw_once(data)
}

/// A connection to a socket that is there.
fn raw_once(data: &Path) -> interprocess::local_socket::Stream {
    let name = address::find(data).unwrap().unwrap().name;
    interprocess::local_socket::ConnectOptions::new().name(name).connect_sync().unwrap()
}

/// Everything that comes back until the other side closes, as frames.
fn rest(mut stream: interprocess::local_socket::Stream) -> Vec<Reply> {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        // Closed with garbage still unread.
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        read => assert_eq!(read.unwrap(), bytes.len()),
    }
    let mut replies = Vec::new();
    while let Some((prefix, rest)) = bytes.split_at_checked(4) {
        let len = u32::from_be_bytes(prefix.try_into().unwrap()) as usize;
        replies.push(serde_json::from_slice(&rest[..len]).unwrap());
        bytes = rest[len..].to_vec();
    }
    replies
}

fn only_failure(replies: &[Reply]) -> String {
    let [Err(failure)] = replies else { panic!("expected one failure, got {replies:?}") };
    assert_eq!(failure.code, FailureCode::Invalid);
    assert_eq!(failure.message.lines().count(), 1);
    failure.message.clone()
}

#[test]
fn nobody_answers_where_no_node_is() {
    let folder = tempfile::tempdir().unwrap();
    assert!(connect(folder.path()).unwrap().is_none());
    assert!(connect(&folder.path().join("not there")).unwrap().is_none());
}

#[test]
fn two_clients_each_get_their_own_answers_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let node = Fake::start(folder.path(), Phase::Ready);
    let (mut a, mut b) = (client(folder.path()), client(folder.path()));
    for round in 0..20 {
        assert_eq!(a.call(&places(&format!("a{round}"))).unwrap_err().message, format!("a{round}"));
        assert_eq!(b.call(&places(&format!("b{round}"))).unwrap_err().message, format!("b{round}"));
    }
    assert_eq!(a.call(&Command::Stop(api::Stop)), Ok(Outcome::Done(api::Done)));
    node.wait();
    assert_eq!(
        b.call(&Command::Status(api::Status)).unwrap_err().code,
        FailureCode::Stopped,
        "not taken: safe to ask another"
    );
    assert!(connect(folder.path()).unwrap().is_none(), "the socket left behind answers nobody");
}

#[test]
fn what_a_killed_node_left_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    // A socket file that nobody listens at, as after kill -9.
    let name = address::bind(folder.path()).unwrap().name;
    drop(interprocess::local_socket::ListenerOptions::new().name(name).reclaim_name(false).create_sync().unwrap());
    assert!(connect(folder.path()).unwrap().is_none());
    let node = Fake::start(folder.path(), Phase::Ready);
    assert_eq!(client(folder.path()).call(&Command::Stop(api::Stop)), Ok(Outcome::Done(api::Done)));
    node.wait();
}

#[test]
fn garbage_is_refused_in_one_line_and_the_next_client_served() {
    let folder = tempfile::tempdir().unwrap();
    let node = Fake::start(folder.path(), Phase::Ready);
    let garbage = [
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), "at most"),
        ([&13u32.to_be_bytes()[..], b"{\"nonsense\":1"].concat(), "not a command"),
        ([&4u32.to_be_bytes()[..], &[0xff, 0xfe, 0, 1]].concat(), "not a command"),
        (u32::try_from(COMMAND_MAX + 1).unwrap().to_be_bytes().to_vec(), "at most 1048576 are taken"),
        (u32::MAX.to_be_bytes().to_vec(), "at most"),
    ];
    for (bytes, why) in garbage {
        let mut stream = raw(folder.path());
        stream.write_all(&bytes).unwrap();
        let message = only_failure(&rest(stream));
        assert!(message.contains(why), "{message}");
    }
    assert_eq!(client(folder.path()).call(&Command::Stop(api::Stop)), Ok(Outcome::Done(api::Done)));
    node.wait();
}

#[test]
fn a_client_that_leaves_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let node = Fake::start(folder.path(), Phase::Ready);
    let whole = frame::encode(&places("gone"), COMMAND_MAX).unwrap();
    for cut in [0, 2, 4, 10, whole.len()] {
        let mut stream = raw(folder.path());
        stream.write_all(&whole[..cut]).unwrap();
        drop(stream);
    }
    assert_eq!(client(folder.path()).call(&Command::Stop(api::Stop)), Ok(Outcome::Done(api::Done)));
    node.wait();
}

#[test]
fn both_ways_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let node = Fake::start(folder.path(), Phase::Ready);
    let mut client = client(folder.path());
    let failure = client.call(&places(&"x".repeat(COMMAND_MAX))).unwrap_err();
    assert_eq!(failure.code, FailureCode::Invalid);
    assert!(failure.message.contains("at most 1048576"), "{}", failure.message);
    let failure = client.call(&places("too much")).unwrap_err();
    assert!(failure.message.contains("larger than 64 MiB"), "{}", failure.message);
    // The connection goes on.
    let longest = "x".repeat(COMMAND_MAX - 100);
    assert_eq!(client.call(&places(&longest)).unwrap_err().message, longest);
    assert_eq!(client.call(&Command::Stop(api::Stop)), Ok(Outcome::Done(api::Done)));
    node.wait();
}

#[test]
fn more_connections_than_places_wait_for_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let node = Fake::start(folder.path(), Phase::Ready);
    let mut first: Vec<Client> = (0..CONNECTIONS_MAX).map(|_| client(folder.path())).collect();
    for client in &mut first {
        assert_eq!(client.call(&Command::Status(api::Status)), Ok(Outcome::Done(api::Done)));
    }
    // Connected by the system, and not yet served by the node: what it asks is not taken, and so not answered.
    let mut late = raw_once(folder.path());
    late.write_all(&frame::encode(&Command::Status(api::Status), COMMAND_MAX).unwrap()).unwrap();
    late.set_nonblocking(true).unwrap();
    for client in &mut first {
        // Each of these goes all the way through the server, which had the time to take another connection.
        assert_eq!(client.call(&Command::Status(api::Status)), Ok(Outcome::Done(api::Done)));
        let waits = late.read(&mut [0; 1]).unwrap_err();
        assert_eq!(waits.kind(), std::io::ErrorKind::WouldBlock, "there is no place for it");
    }
    // One leaves: one place.
    drop(first.pop());
    late.set_nonblocking(false).unwrap();
    let mut taken = [0; 4];
    late.read_exact(&mut taken).unwrap();
    assert_eq!(taken, frame::TAKEN);
    drop((first, late));
    assert_eq!(client(folder.path()).call(&Command::Stop(api::Stop)), Ok(Outcome::Done(api::Done)));
    node.wait();
}

#[test]
fn the_node_of_one_command_is_not_stopped_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let node = Fake::start_as(folder.path(), Phase::Ready, Purpose::Command);
    let mut client = client(folder.path());
    let refused = client.call(&Command::Stop(api::Stop)).unwrap_err();
    assert_eq!(refused.code, FailureCode::NotFound);
    assert!(refused.message.contains(&std::process::id().to_string()), "{refused:?}");
    // It goes on, and answers others.
    assert_eq!(client.call(&Command::Status(api::Status)), Ok(Outcome::Done(api::Done)));
    drop(client);
    node.snapshots.send_replace(phase(Phase::Stopping));
    node.runtime.block_on(node.serve).unwrap().unwrap();
}

#[test]
fn a_node_that_takes_no_command_is_named_after_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let _lock = FolderLock::take(folder.path(), Purpose::Node).unwrap();
    let node = Fake::start(folder.path(), Phase::Ready);
    let first: Vec<Client> = (0..CONNECTIONS_MAX).map(|_| client(folder.path())).collect();
    // The system takes this connection, and the node has no place for it; nor has one that was stopped.
    let mut late = client(folder.path());
    late.patience = Duration::from_millis(1_100);
    let failure = late.call(&Command::Status(api::Status)).unwrap_err();
    assert_eq!(failure.code, FailureCode::Io);
    let process = std::process::id();
    let begins = format!(
        "a node (process {process}) holds the data folder {} and took no command within 1 s",
        folder.path().display()
    );
    assert!(failure.message.starts_with(&begins), "{failure:?}");
    assert!(failure.message.contains(&format!("`kill -CONT {process}`")), "{failure:?}");
    drop((first, late));
    assert_eq!(client(folder.path()).call(&Command::Stop(api::Stop)), Ok(Outcome::Done(api::Done)));
    node.wait();
}

#[test]
fn a_loading_node_says_its_status_and_answers_the_rest_when_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    let node = Fake::start(folder.path(), Phase::Loading);
    assert_eq!(client(folder.path()).call(&Command::Status(api::Status)), Ok(Outcome::Done(api::Done)));
    let path = folder.path().to_path_buf();
    let asking = std::thread::spawn(move || client(&path).call(&Command::Territories(api::Territories)));
    assert_eq!(client(folder.path()).call(&places("early")).unwrap_err().message, "early", "what needs no replica");
    assert_eq!(client(folder.path()).call(&Command::Status(api::Status)), Ok(Outcome::Done(api::Done)));
    assert!(!asking.is_finished());
    node.snapshots.send_replace(phase(Phase::Ready));
    assert_eq!(asking.join().unwrap(), Ok(Outcome::Done(api::Done)));
    assert_eq!(client(folder.path()).call(&Command::Stop(api::Stop)), Ok(Outcome::Done(api::Done)));
    node.wait();
}

#[cfg(unix)]
#[test]
fn only_its_user_may_connect_also_where_the_path_is_too_long() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("d".repeat(120));
    std::fs::create_dir(&deep).unwrap();
    for data in [folder.path(), deep.as_path()] {
        let node = Fake::start(data, Phase::Ready);
        let mut client = client(data);
        let socket = if data == deep {
            PathBuf::from(std::fs::read_to_string(deep.canonicalize().unwrap().join("node.sock.path")).unwrap())
        } else {
            data.join("node.sock")
        };
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&socket), 0o600);
        if data == deep {
            assert_eq!(mode(socket.parent().unwrap()), 0o700);
        }
        assert_eq!(client.call(&Command::Stop(api::Stop)), Ok(Outcome::Done(api::Done)));
        node.wait();
        std::fs::remove_file(socket).unwrap();
    }
}
