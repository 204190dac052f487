//! The real binary on folders of its own.

use crate::skip::lacking;
pub use crate::skip::skip;
use communaut_node::search::words_held;
use serde_json::Value;
use std::{
    ffi::{OsStr, OsString},
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{self, Receiver},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Far longer than anything here takes: it only ends a test that hangs.
pub const PATIENCE: Duration = Duration::from_secs(180);
/// Between two looks at something that comes by itself.
const LOOK: Duration = Duration::from_millis(50);

/// A data folder, and how programs on it are started (in a network namespace, say).
pub struct Folder {
    folder: TempDir,
    namespace: Option<String>,
    /// What its programs find in their environment.
    env: Vec<(String, OsString)>,
}

impl Folder {
    /// A folder with an identity at home in Monaco.
    pub fn of(name: &str) -> Self {
        Self::within(name, None)
    }
    /// As [`Folder::of`], with its programs in a network namespace.
    pub fn within(name: &str, namespace: Option<String>) -> Self {
        let folder = Self { folder: tempfile::tempdir().unwrap(), namespace, env: Vec::new() };
        folder.json(&["init", "--name", name, "--at", "43.7311,7.4197", "--unsealed"]);
        folder
    }
    /// Nothing yet.
    pub fn bare() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), namespace: None, env: Vec::new() }
    }
    /// The same, and its programs find this in their environment from now on.
    pub fn with_env(mut self, env: &[(&str, &OsStr)]) -> Self {
        self.env.extend(env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    pub fn command(&self, args: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_communaut-node");
        let mut command = match &self.namespace {
            Some(namespace) => {
                let mut command = Command::new("ip");
                command.args(["netns", "exec", namespace, program]);
                command
            }
            None => Command::new(program),
        };
        command.arg("--data").arg(self.data()).args(args).env_remove("RUST_LOG").stdin(Stdio::null());
        // What this machine says of passphrases is nothing to the tests.
        command.env_remove("COMMUNAUT_PASSPHRASE_FILE").env_remove("CREDENTIALS_DIRECTORY");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }
    /// What a command that must succeed prints as JSON.
    pub fn json(&self, args: &[&str]) -> Value {
        let ran = self.run(&[args, &["--json"]].concat());
        assert!(ran.status.success(), "{args:?}: {ran:?}");
        serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}: {ran:?}"))
    }
    /// As [`Folder::run`], with something on the standard input.
    pub fn command_with(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
    /// As [`Folder::json`], with something on the standard input.
    pub fn json_with(&self, args: &[&str], input: &str) -> Value {
        let ran = self.command_with(&[args, &["--json"]].concat(), input);
        assert!(ran.status.success(), "{args:?}: {ran:?}");
        serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}: {ran:?}"))
    }
    /// Ask again and again until the answer fulfils a condition.
    pub fn wait_for(&self, args: &[&str], what: &str, mut condition: impl FnMut(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let answer = self.json(args);
            if condition(&answer) {
                return answer;
            }
            assert!(start.elapsed() < PATIENCE, "never came: {what}; last {answer}; status {}", self.json(&["status"]));
            std::thread::sleep(LOOK);
        }
    }
    /// Start `run` and wait until it is ready.
    pub fn serve(&self, args: &[&str]) -> Running {
        // A new folder is told how its keys are to be kept.
        let unsealed: &[&str] = if self.data().join("vault").exists() { &[] } else { &["--unsealed"] };
        let mut command = self.command(&[&["run", "--json"], unsealed, args].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (said, events) = mpsc::sync_channel(1_000);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                if said.send(event).is_err() {
                    return;
                }
            }
        });
        let mut running = Running { child, events, addresses: Vec::new() };
        loop {
            let event = running.events.recv_timeout(PATIENCE).unwrap();
            match event["event"].as_str().unwrap() {
                "listening" => running.addresses.push(event["address"].as_str().unwrap().to_owned()),
                "ready" => return running,
                _ => {}
            }
        }
    }
}

/// A running node.
pub struct Running {
    child: Child,
    events: Receiver<Value>,
    pub addresses: Vec<String>,
}

impl Running {
    /// A TCP address on loopback.
    pub fn address(&self) -> &str {
        self.addresses.iter().find(|address| address.starts_with("/ip4/127.0.0.1/tcp/")).unwrap()
    }
    /// The process: what `ip netns exec` starts takes its place.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
    /// Whether it has stopped by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Loopback only, with ports of the system's choice.
pub const LOOPBACK: [&str; 5] =
    ["--listen", "/ip4/127.0.0.1/tcp/0", "--listen", "/ip4/127.0.0.1/udp/0/quic-v1", "--no-mdns"];

/// What every search index has, and nothing else.
const INDEX: &str = "meta.json";

/// The files below a folder that hold a text, in the raw bytes, and the folders of search indexes that hold a word of
/// it. Whoever finds nothing shows that the same words were found where they were.
pub fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if folder.join(INDEX).exists() && !words_held(folder, text).unwrap().is_empty() {
        found.push(folder.to_owned());
    }
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            // As it is written, and in lower case.
            let word = text.split(' ').next().unwrap().to_lowercase();
            let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            if has(text) || has(&word) {
                found.push(path);
            }
        }
    }
    found
}

/// Stop a node as its owner does, and wait until it has gone.
pub fn stop(folder: &Folder, mut node: Running) {
    assert!(folder.run(&["stop"]).status.success());
    let start = Instant::now();
    while !node.has_ended() {
        assert!(start.elapsed() < PATIENCE, "the node does not stop");
        std::thread::yield_now();
    }
}

/// A real file for trials, where it is at hand.
pub fn real(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    lacking(&format!("tests of real records, '{name}'"), "it is not beside the project (../shared/data)");
    None
}
