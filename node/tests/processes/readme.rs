//! The lines of the README do what they say, in their order, as somebody who follows it types them.

use crate::support::PATIENCE;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The lines that begin with the program's name, without it and without what is said about them.
fn lines(readme: &str) -> Vec<Vec<String>> {
    let typed = readme.lines().filter_map(|line| line.strip_prefix("    communaut-node "));
    typed.map(|line| words(line.split("  #").next().unwrap().trim_end().trim_end_matches('&'))).collect()
}

/// Words as a shell takes them apart, as far as the README needs it.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        // Every second part stands in quotes.
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Does not outlive the test, however that ends.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn the_lines_of_the_readme_work() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let lines = lines(&readme);
    assert!(lines.len() >= 10, "the README shows the command line: {lines:?}");
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(root.join("examples/data/sample.osm.pbf"), folder.path().join("monaco.osm.pbf")).unwrap();
    // What the person types who is asked for a passphrase.
    let passphrase = folder.path().join("passphrase");
    std::fs::write(&passphrase, "four words at random\n").unwrap();
    let program = |args: &[String]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_communaut-node"));
        command.env("COMMUNAUT_PASSPHRASE_FILE", &passphrase);
        command.args(args).args(["--data", "data"]).current_dir(folder.path()).stdin(Stdio::null());
        command
    };
    let mut node = None;
    // `ID` is what the line before gave.
    let mut id = String::new();
    for mut args in lines {
        for arg in &mut args {
            if arg == "ID" {
                arg.clone_from(&id);
            }
        }
        if args[0] == "run" {
            // Of this machine alone, and until the test ends.
            args.extend(["--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns", "--json"].map(str::to_owned));
            let mut child = program(&args).stdout(Stdio::piped()).spawn().unwrap();
            let said = BufReader::new(child.stdout.take().unwrap()).lines();
            let ready = said.map_while(Result::ok).any(|line| line.contains("\"ready\""));
            node = Some(Ended(child));
            assert!(ready, "{args:?}");
            continue;
        }
        let ran = program(&args).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{args:?}: {err}");
        if matches!(args[0].as_str(), "publish" | "propose") {
            id = out.split_whitespace().last().unwrap().to_owned();
        }
        match args[0].as_str() {
            "agenda" => assert!(out.contains("Fête"), "{out}"),
            "status" => assert!(out.contains("state      ready"), "{out}"),
            _ => {}
        }
    }
    let mut node = node.unwrap();
    assert!(program(&["stop".to_owned()]).status().unwrap().success());
    let start = std::time::Instant::now();
    while node.0.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "the node does not stop");
        std::thread::yield_now();
    }
}
