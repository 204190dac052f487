//! The library between a program and its files (shim.c): built once, and told by variables what to do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Classes of operations, as shim.c names them: c a file is made or emptied, w written, t cut, r renamed, l linked,
/// u removed, d a folder is made, s something is made durable.
pub const CLASSES: [&str; 8] = ["", "w", "c", "s", "r", "u", "d", "t"];

/// What happens at an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Operations are counted, nothing happens.
    Count,
    /// It fails: the disk is full.
    Full,
    /// It fails: the disk does not work.
    Broken,
    /// Half of a write is done, and the next fails.
    Short,
    /// It is said to be done, and is not.
    Lose,
    /// The process ends before it.
    Die,
    /// The process ends after it.
    Died,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Count => "none",
            Self::Full => "enospc",
            Self::Broken => "eio",
            Self::Short => "short",
            Self::Lose => "lose",
            Self::Die => "die",
            Self::Died => "died",
        }
    }
}

/// A fault of the processes on one folder.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The folder; nothing outside of it is touched.
    pub under: PathBuf,
    /// What happens.
    pub kind: Kind,
    /// At which operation of these classes, from 1 on; each process counts its own.
    pub at: u64,
    /// Letters of classes; none: all of them.
    pub classes: &'static str,
    /// Only operations on a path with this in it.
    pub path: &'static str,
    /// Everything after it fails too.
    pub gone: bool,
    /// Nothing is counted, and nothing fails, while this file is not there.
    pub armed_by: Option<PathBuf>,
    /// Where what was done is written down, to be replayed by `disk`.
    pub journal: Option<PathBuf>,
    /// Where operations are written down, one a line.
    pub log: PathBuf,
}

impl Fault {
    /// Counting only. The folder is made, where it is not there.
    pub fn none(under: &Path, log: &Path) -> Self {
        fs::create_dir_all(under).unwrap();
        Self {
            under: under.canonicalize().unwrap(),
            kind: Kind::Count,
            at: 0,
            classes: "",
            path: "",
            gone: false,
            armed_by: None,
            journal: None,
            log: log.to_owned(),
        }
    }

    /// Let a command meet it.
    pub fn put_on(&self, command: &mut Command) {
        command.env("LD_PRELOAD", library()).env("FAULT_UNDER", &self.under).env("FAULT_LOG", &self.log);
        command.env("FAULT_KIND", self.kind.word()).env("FAULT_AT", self.at.to_string());
        command.env("FAULT_CLASSES", self.classes).env("FAULT_MATCH", self.path);
        if self.gone {
            command.env("FAULT_GONE", "1");
        }
        if let Some(arm) = &self.armed_by {
            command.env("FAULT_ARM", arm);
        }
        if let Some(journal) = &self.journal {
            command.env("FAULT_JOURNAL", journal);
        }
    }

    /// The operations counted so far, as (class, path).
    pub fn operations(&self) -> Vec<(char, String)> {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.strip_prefix("op "));
        let parts = lines.filter_map(|line| {
            let mut parts = line.splitn(3, ' ').skip(1);
            Some((parts.next()?.chars().next()?, parts.next()?.to_owned()))
        });
        parts.collect()
    }

    /// What it met, if it has come.
    pub fn hit(&self) -> Option<String> {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        text.lines().find_map(|line| line.strip_prefix("HIT ").map(str::to_owned))
    }
}

/// The built library.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
        fs::create_dir_all(&folder).unwrap();
        // Built beside and renamed, under a name that says what it was built from, since
        // tests of another state may run.
        let text = fs::read(&source).unwrap();
        let state = text.iter().fold(0_u64, |state, byte| state.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        let ready = folder.join(format!("shim-{state:016x}.so"));
        let made = folder.join(format!("shim-{}.so", std::process::id()));
        let mut compiler = Command::new("cc");
        compiler.args(["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"]);
        let built = compiler.arg(&made).arg(&source).arg("-lpthread").output().unwrap();
        assert!(built.status.success(), "shim.c: {}", String::from_utf8_lossy(&built.stderr));
        fs::rename(&made, &ready).unwrap();
        ready
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell does what a node would: what is said to fail fails, and what is counted is what was done.
    #[test]
    fn operations_are_counted_fail_are_cut_and_end_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let (under, log) = (folder.path().join("under"), folder.path().join("log"));
        fs::create_dir(&under).unwrap();
        let run = |fault: &Fault, script: &str| {
            drop(fs::remove_file(&fault.log));
            let mut command = Command::new("sh");
            command.args(["-c", script]).current_dir(&under);
            fault.put_on(&mut command);
            command.stderr(std::process::Stdio::null()).status().unwrap()
        };
        let none = Fault::none(&under, &log);
        assert!(
            run(&none, "echo hello > a; mv a b; ln b c; rm b; mkdir d; rmdir d; cd ..; echo x > outside").success()
        );
        let classes: String = none.operations().iter().map(|(class, _)| *class).collect();
        assert_eq!(classes, "cwrludu");
        assert_eq!(none.operations()[2].1, "/b");
        assert_eq!(fs::read_to_string(under.join("c")).unwrap(), "hello\n");

        let full = Fault { kind: Kind::Full, at: 2, classes: "w", ..none.clone() };
        assert!(!run(&full, "set -e; printf one > a; printf two > a").success() || full.hit().is_none());
        let short = Fault { kind: Kind::Short, at: 1, classes: "w", ..none.clone() };
        assert!(!run(&short, "printf hello > a").success());
        assert_eq!((fs::read_to_string(under.join("a")).unwrap().as_str(), short.hit().is_some()), ("he", true));
        let lost = Fault { kind: Kind::Lose, at: 1, classes: "w", ..none.clone() };
        assert!(run(&lost, "printf hello > a").success());
        assert_eq!(fs::read_to_string(under.join("a")).unwrap(), "");
        for (kind, left) in [(Kind::Die, false), (Kind::Died, true)] {
            drop(fs::remove_file(under.join("e")));
            let dies = Fault { kind, at: 1, classes: "c", path: "e", ..none.clone() };
            assert!(!run(&dies, "printf x > e; printf y > f").success());
            assert_eq!((under.join("e").exists(), under.join("f").exists()), (left, false));
        }
        let arm = folder.path().join("arm");
        let gone = Fault { kind: Kind::Broken, at: 1, classes: "r", gone: true, armed_by: Some(arm.clone()), ..none };
        let script =
            format!("printf a > a; mv a b; touch {0}; mv b c; printf a > d; rm {0}; printf a > g", arm.display());
        run(&gone, &script);
        // A shell's own writes are what one process counts: `mv` is another, which meets it first.
        assert!(under.join("b").exists() && under.join("g").exists());
    }
}
