//! What the long tests leave behind: one file each, kept in the project.

use std::{fs, ops::Range, path::Path, time::Instant};

/// What is told at the end of a test; of a long one it is kept too.
pub struct Report {
    name: String,
    lines: Vec<String>,
    began: Instant,
}

impl Report {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), lines: Vec::new(), began: Instant::now() }
    }
    pub fn line(&mut self, line: String) {
        self.lines.push(line);
    }
    /// Print it; keep it if it is of a whole long test; fail where something was wrong.
    pub fn end(self, well: bool) {
        let seconds = self.began.elapsed().as_secs();
        let text = format!("{}\n{}\n", self.name, self.lines.join("\n"));
        eprintln!("{text}it took {seconds} s");
        if self.name.starts_with("long_") && seeds().is_none() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/reports");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{}.txt", self.name)), &text).unwrap();
        }
        assert!(well, "{text}");
    }
}

/// Seeds or numbers asked for, to do some again: `SEEDS=17..18`.
pub fn seeds() -> Option<Range<u64>> {
    let text = std::env::var("SEEDS").ok()?;
    let (from, to) = text.split_once("..").unwrap_or_else(|| panic!("SEEDS={text}: write it as 17..18"));
    Some(from.parse().unwrap()..to.parse().unwrap())
}

/// Say what cannot be done here and why; where everything is required, fail.
pub fn skipped(what: &str, why: &str) {
    let line = format!("skipped: {what}: {why}");
    assert!(std::env::var_os("COMMUNAUT_REQUIRE").is_none(), "{line}");
    eprintln!("{line}");
}
