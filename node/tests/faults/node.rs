//! The real binary on a data folder, with or without a fault between it and its files.

use crate::shim::Fault;
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

/// Far longer than anything here takes: it only ends a test that hangs.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks at something that comes by itself.
const LOOK: Duration = Duration::from_millis(10);
/// Where all of it happens.
pub const MONACO: &str = "43.7311,7.4197";

/// Why a command did not do what was asked, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A data folder, and the processes on it.
pub struct Node {
    pub name: String,
    /// Holds the data folder and what belongs to it.
    root: PathBuf,
    pub fault: Option<Fault>,
    running: Option<Running>,
}

struct Running {
    child: Child,
    addresses: Vec<String>,
}

/// A command that runs beside the test.
pub struct Beside(Child);

impl Beside {
    pub fn kill(&mut self) {
        // Ended already, perhaps.
        drop(self.0.kill());
        drop(self.0.wait());
    }
    pub fn wait(&mut self) -> ExitStatus {
        wait(&mut self.0, "a command")
    }
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.kill();
    }
}

fn wait(child: &mut Child, what: &str) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > PATIENCE {
            drop(child.kill());
            panic!("{what} hangs");
        }
        std::thread::sleep(LOOK);
    }
}

impl Node {
    /// A folder in which nothing is yet.
    pub fn bare(within: &Path, name: &str) -> Self {
        let root = within.join(name);
        fs::create_dir_all(&root).unwrap();
        Self { name: name.to_owned(), root: root.canonicalize().unwrap(), fault: None, running: None }
    }
    /// With an identity at home in Monaco, where it has written: so it follows the cell, and no territory has to be
    /// looked up in the gazetteer, which takes the longest of all.
    pub fn of(within: &Path, name: &str) -> Self {
        let node = Self::bare(within, name);
        node.must(&["init", "--name", name, "--at", MONACO, "--unsealed"]);
        node.must(&["publish", "post", &format!("je suis {name}"), "--at", MONACO]);
        node
    }
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_communaut-node"));
        command.arg("--data").arg(self.data()).args(args).env_remove("RUST_LOG").stdin(Stdio::null());
        command.env_remove("COMMUNAUT_PASSPHRASE_FILE").env_remove("CREDENTIALS_DIRECTORY").current_dir(&self.root);
        if let Some(fault) = &self.fault {
            fault.put_on(&mut command);
        }
        command
    }

    fn output(&self, args: &[&str]) -> Output {
        let mut command = self.command(args);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let pid = child.id();
        let (done, answer) = mpsc::sync_channel(1);
        std::thread::spawn(move || drop(done.send(child.wait_with_output())));
        match answer.recv_timeout(PATIENCE) {
            Ok(output) => output.unwrap(),
            Err(_) => {
                drop(Command::new("kill").args(["-9", &pid.to_string()]).status());
                let met = self.fault.as_ref().map(|fault| (fault.kind, fault.at, fault.gone, fault.hit()));
                panic!("{}: {args:?} hangs; fault: {met:?}", self.name)
            }
        }
    }

    /// What a command prints as JSON, or why it failed. A failure is one line, whatever happened.
    pub fn ask(&self, args: &[&str]) -> Result<Value, Refused> {
        let ran = self.output(&[args, &["--json"]].concat());
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        if ran.status.success() {
            let told = serde_json::from_slice(&ran.stdout);
            return Ok(told.unwrap_or_else(|error| panic!("{}: {args:?}: {error}: {ran:?}", self.name)));
        }
        let whole = serde_json::from_slice::<Value>(&ran.stdout).ok();
        let line = whole.and_then(|told| Some(told["error"]["message"].as_str()?.to_owned()));
        match line {
            Some(line) => Err(Refused(line)),
            // By a signal of the test's own, it says nothing.
            None if ran.status.code().is_none() => Err(Refused(format!("ended by a signal: {}", ran.status))),
            None => panic!("{}: {args:?} failed without one line on why: {} {said}", self.name, ran.status),
        }
    }
    /// As [`Node::ask`], of a command that must succeed.
    pub fn must(&self, args: &[&str]) -> Value {
        self.ask(args).unwrap_or_else(|why| panic!("{}: {args:?}: {why}; it said {}", self.name, self.said()))
    }
    /// Start a command and leave it running.
    pub fn beside(&self, args: &[&str]) -> Beside {
        let mut command = self.command(args);
        Beside(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Start `run`, connected with others, and wait until it is ready; what it says on stderr is kept.
    pub fn start(&mut self, peers: &[&str]) -> Result<(), Refused> {
        assert!(self.running.is_none(), "{} runs already", self.name);
        let mut args = vec!["run", "--json", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns"];
        peers.iter().for_each(|peer| args.extend(["--peer", peer]));
        if !self.data().join("vault").exists() {
            args.push("--unsealed");
        }
        let mut command = self.command(&args);
        let errors = fs::File::options().create(true).append(true).open(self.path("stderr")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let events = events(&mut child);
        let mut addresses = Vec::new();
        let until = Instant::now() + PATIENCE;
        loop {
            match events.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(event) => match event["event"].as_str() {
                    Some("listening") => addresses.push(event["address"].as_str().unwrap().to_owned()),
                    Some("ready") => break,
                    Some(_) => {}
                    None => {
                        wait(&mut child, "a node that failed");
                        return Err(Refused(event["error"]["message"].as_str().unwrap_or_default().to_owned()));
                    }
                },
                Err(RecvTimeoutError::Disconnected) => {
                    let status = wait(&mut child, "a node that said nothing");
                    return Err(Refused(format!("ended: {status}; {}", self.said())));
                }
                Err(RecvTimeoutError::Timeout) => {
                    drop(child.kill());
                    panic!("{}: it never was ready: {}", self.name, self.said());
                }
            }
        }
        // What it says from now on is taken, so that it never waits for a reader.
        std::thread::spawn(move || while events.recv().is_ok() {});
        self.running = Some(Running { child, addresses });
        Ok(())
    }

    /// The last of what it said on stderr.
    pub fn said(&self) -> String {
        let said = fs::read_to_string(self.path("stderr")).unwrap_or_default();
        said.lines().rev().take(5).collect::<Vec<_>>().join(" | ")
    }

    /// Where others reach it.
    pub fn address(&self) -> Option<String> {
        self.running.as_ref().and_then(|running| running.addresses.first().cloned())
    }
    /// Whether a node runs here; one that has ended by itself does not, and is taken note of.
    pub fn runs(&mut self) -> bool {
        if let Some(running) = &mut self.running
            && running.child.try_wait().unwrap().is_some()
        {
            self.running = None;
        }
        self.running.is_some()
    }
    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            drop(running.child.kill());
            drop(running.child.wait());
        }
    }
    /// `stop`, and wait until the process has gone, however the command fared.
    pub fn stop(&mut self) -> Result<(), Refused> {
        let Some(mut running) = self.running.take() else { return Ok(()) };
        let said = self.ask(&["stop"]);
        if said.is_err() && running.child.try_wait().unwrap().is_none() {
            drop(running.child.kill());
        }
        let status = wait(&mut running.child, "a node that stops");
        said?;
        if status.success() { Ok(()) } else { Err(Refused(format!("it stopped with {status}: {}", self.said()))) }
    }
    /// Wait until the process has gone by itself.
    pub fn wait_end(&mut self) {
        if let Some(mut running) = self.running.take() {
            wait(&mut running.child, "a node that ends");
        }
    }

    /// The posts that it shows: ids and texts.
    pub fn posts(&self) -> Result<Vec<(String, String)>, Refused> {
        let told = self.ask(&["posts", "--limit", "100000"])?;
        Ok(pairs(&told["posts"], "text"))
    }
    /// The places that it shows: ids and names.
    pub fn places(&self) -> Result<Vec<(String, String)>, Refused> {
        let told = self.ask(&["search", "--kind", "place", "--limit", "0"])?;
        Ok(pairs(&told["hits"], "name"))
    }
    pub fn status(&self) -> Result<Value, Refused> {
        self.ask(&["status"])
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

fn pairs(all: &Value, field: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.as_array().into_iter().flatten().map(|item| (text(&item["id"]), text(&item[field]))).collect()
}

fn events(child: &mut Child) -> Receiver<Value> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (said, events) = mpsc::sync_channel(1_000);
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let event = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if said.send(event).is_err() {
                return;
            }
        }
    });
    events
}

/// Look again and again until something is so; false when patience ends.
pub fn until(patience: Duration, mut so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !so() {
        if start.elapsed() > patience {
            return false;
        }
        std::thread::sleep(5 * LOOK);
    }
    true
}

/// Copy a folder with all that lies in it, sockets apart.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        let kind = item.file_type().unwrap();
        if kind.is_dir() {
            copy(&item.path(), &target);
        } else if kind.is_file() {
            fs::copy(item.path(), target).unwrap();
        }
    }
}

/// Lay an old copy over a folder: the files that stay are the same files with other contents.
pub fn put_back(from: &Path, to: &Path) {
    for item in fs::read_dir(to).unwrap() {
        let item = item.unwrap();
        let kept = from.join(item.file_name());
        match item.file_type().unwrap() {
            kind if kind.is_dir() && kept.is_dir() => put_back(&kept, &item.path()),
            kind if kind.is_dir() => fs::remove_dir_all(item.path()).unwrap(),
            _ if kept.exists() => {}
            _ => fs::remove_file(item.path()).unwrap(),
        }
    }
    copy(from, to);
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).into_iter().flatten() {
        let item = item.unwrap();
        match item.file_type().unwrap() {
            kind if kind.is_dir() => found.extend(files(&item.path())),
            kind if kind.is_file() => found.push(item.path()),
            _ => {}
        }
    }
    found.sort();
    found
}
