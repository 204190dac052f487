//! Two users of one machine: another one gets nothing from a data folder or its socket, and
//! is not mistaken for the node.

use crate::support::{LOOPBACK, skip};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

/// The one whose data folder it is, and the other one: numbers that no account of a fresh system has.
const OWNER: u32 = 61_201;
const OTHER: u32 = 61_202;

/// A folder that all may enter, with a folder of the owner in it and a copy of the program that all may run.
struct Machine {
    folder: TempDir,
}

fn open_to_all(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A program, as a user.
fn as_user(user: u32, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    let user = user.to_string();
    command.args(["--reuid", &user, "--regid", &user, "--clear-groups", "--"]).arg(program);
    // The system's own programs: what else is in the path may lie in a home that is closed to others.
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").stdin(Stdio::null());
    command
}

impl Machine {
    fn new() -> Option<Self> {
        let needs = "it needs root, setpriv (util-linux) and python3";
        let tried = as_user(OTHER, Path::new("python3")).args(["-c", "import os; print(os.getuid())"]).output();
        match tried {
            Ok(ran) if ran.stdout == format!("{OTHER}\n").into_bytes() => {}
            Ok(ran) => {
                skip("two users of one machine", &format!("{needs}: {}", String::from_utf8_lossy(&ran.stderr).trim()));
                return None;
            }
            Err(error) => {
                skip("two users of one machine", &format!("{needs}: {error}"));
                return None;
            }
        }
        let folder = TempDir::new().unwrap();
        open_to_all(folder.path());
        let machine = Self { folder };
        fs::copy(env!("CARGO_BIN_EXE_communaut-node"), machine.program()).unwrap();
        fs::copy(
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/processes/programs/intruder.py"),
            machine.path("intruder.py"),
        )
        .unwrap();
        open_to_all(&machine.program());
        fs::set_permissions(machine.path("intruder.py"), fs::Permissions::from_mode(0o644)).unwrap();
        for (name, user) in [("home", OWNER), ("run", OWNER), ("theirs", OTHER)] {
            machine.make(name, user, 0o755);
        }
        Some(machine)
    }
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    fn program(&self) -> PathBuf {
        self.path("communaut-node")
    }
    fn make(&self, name: &str, user: u32, mode: u32) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(&path).unwrap();
        chown(&path, Some(user), Some(user)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }
    /// A command of the owner's on a data folder.
    fn command(&self, data: &Path, args: &[&str]) -> Command {
        let mut command = as_user(OWNER, &self.program());
        command.env("XDG_RUNTIME_DIR", self.path("run")).arg("--data").arg(data).args(args);
        command
    }
    fn run(&self, data: &Path, args: &[&str]) -> Output {
        self.command(data, args).output().unwrap()
    }
    fn init(&self, data: &Path) {
        let ran = self.run(data, &["init", "--name", "Ada", "--at", "43.7311,7.4197", "--unsealed"]);
        assert!(ran.status.success(), "{ran:?}");
    }
    fn intruder(&self, args: &[&str]) -> Command {
        let mut command = as_user(OTHER, Path::new("python3"));
        command.arg(self.path("intruder.py")).args(args);
        command
    }
    /// What the other user got.
    fn tries(&self, what: &str, on: &Path) -> String {
        let ran = self.intruder(&[what, on.to_str().unwrap()]).output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    }
}

/// A process that ends with the test.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The line by which a program says that it has begun.
fn began(child: &mut Child, says: &str) -> BufReader<std::process::ChildStdout> {
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains(says) {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "it ended before it said '{says}'");
    }
    lines
}

/// A running node of the owner's. Its pipe is read on.
fn serve(machine: &Machine, data: &Path) -> Ends {
    let mut command = machine.command(data, &[&["run", "--json"], &LOOPBACK[..]].concat());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = began(&mut child, "\"ready\"");
    std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
    Ends(child)
}

/// The other user answers at a socket, and puts a pointer to it.
fn false_node(machine: &Machine, args: &[&str]) -> (Ends, BufReader<std::process::ChildStdout>) {
    let mut command = machine.intruder(&[&["serve"], args].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = began(&mut child, "ready");
    (Ends(child), lines)
}

/// How much was sent to it.
fn got(mut node: (Ends, BufReader<std::process::ChildStdout>)) -> String {
    drop(node.0.0.stdin.take());
    let mut rest = String::new();
    node.1.read_to_string(&mut rest).unwrap();
    rest.trim().to_owned()
}

/// A folder whose path is too long for a socket: a pointer says where it is.
fn long(machine: &Machine, at: &str, user: u32, mode: u32) -> PathBuf {
    machine.make(at, user, 0o755);
    machine.make(&format!("{at}/{}", "d".repeat(110)), user, mode)
}

#[test]
fn another_user_gets_nothing_from_files_or_socket_and_can_plant_nothing() {
    let Some(machine) = Machine::new() else { return };
    let short = machine.path("home/data");
    let long = long(&machine, "home", OWNER, 0o700);
    for data in [&short, &long] {
        machine.init(data);
        let node = serve(&machine, data);
        // Whatever the folder in which it lies allows.
        assert_eq!(machine.tries("look", data), "", "files of {}", data.display());
        assert_eq!(machine.tries("plant", data), "", "planted in {}", data.display());
        let socket = match fs::read_to_string(data.join("node.sock.path")) {
            Ok(path) => PathBuf::from(path),
            Err(_) => data.join("node.sock"),
        };
        assert!(socket.exists(), "{}", socket.display());
        assert_eq!(machine.tries("connect", &socket), "failed 13\n");
        assert_eq!(machine.tries("plant", socket.parent().unwrap()), "");
        // Were every mode wrong, the node itself would not answer.
        for path in [data.as_path(), socket.parent().unwrap()] {
            open_to_all(path);
        }
        fs::set_permissions(&socket, fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(machine.tries("connect", &socket), "got 0\n");
        for path in [data.as_path(), socket.parent().unwrap()] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
        }
        let status = machine.run(data, &["status", "--json"]);
        assert!(status.status.success(), "its owner is answered: {status:?}");
        assert!(machine.run(data, &["stop"]).status.success());
        drop(node);
    }
}

#[test]
fn a_false_node_of_another_user_is_told_nothing() {
    let Some(machine) = Machine::new() else { return };
    let theirs = |name: &str| machine.path(&format!("theirs/{name}")).to_str().unwrap().to_owned();
    let refused = |data: &Path, why: &str| {
        let ran = machine.run(data, &["identity", "phrase"]);
        let said = String::from_utf8(ran.stderr.clone()).unwrap();
        assert!(!ran.status.success() && said.contains(why), "{ran:?}");
        assert_eq!(said.lines().count(), 1, "{said}");
    };

    // A folder of the other user's: they put there what they like.
    let bait = machine.make("theirs/data", OTHER, 0o755);
    let node = false_node(&machine, &[&theirs("data/node.sock")]);
    refused(&bait, "belongs to another user");
    assert_eq!(got(node), "sent 0");
    let bait = long(&machine, "theirs/far", OTHER, 0o755);
    let node = false_node(&machine, &[&theirs("a.sock"), bait.join("node.sock.path").to_str().unwrap()]);
    refused(&bait, "belongs to another user");
    assert_eq!(got(node), "sent 0");

    // One's own, in which others may write.
    for data in [machine.make("home/open", OWNER, 0o777), long(&machine, "home/far", OWNER, 0o777)] {
        machine.make("home/open", OWNER, 0o777);
        let socket = data.join("node.sock");
        let short = socket.as_os_str().len() < 100;
        let at = if short { socket.to_str().unwrap().to_owned() } else { theirs("b.sock") };
        let node = false_node(&machine, &[&at, data.join("node.sock.path").to_str().unwrap()]);
        refused(&data, "may be changed by other users");
        // Shut again, what was planted is still there.
        fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
        refused(&data, "was made by another user");
        assert_eq!(got(node), "sent 0");
    }

    // A pointer of one's own to a socket that another user has taken meanwhile.
    let data = long(&machine, "home/taken", OWNER, 0o700);
    let shared = machine.make("shared", OWNER, 0o755);
    let socket = shared.join("c.sock");
    let node = false_node(&machine, &[&theirs("c.sock")]);
    fs::rename(machine.path("theirs/c.sock"), &socket).unwrap();
    fs::write(data.join("node.sock.path"), socket.to_str().unwrap()).unwrap();
    chown(data.join("node.sock.path"), Some(OWNER), Some(OWNER)).unwrap();
    refused(&data, "was made by another user");
    // It looks as if it were one's own: the process at the other end is not.
    chown(&socket, Some(OWNER), Some(OWNER)).unwrap();
    refused(&data, "is a process of another user");
    assert_eq!(got(node), "sent 0");
}
