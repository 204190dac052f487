//! What reads a long file ends when the node does, or when somebody says so.

use crate::support::{Folder, LOOPBACK, PATIENCE, stop};
use std::{fs::File, io::Write, process::Stdio, time::Instant};

/// Bytes of a file that is a record without an end: it takes no room on the disk, and far longer to read than a person
/// waits.
const LONG: u64 = 30 << 30;

#[test]
fn a_record_without_an_end_holds_up_nobody() {
    let ada = Folder::of("Ada");
    let path = ada.path("long.csv");
    let mut file = File::create(&path).unwrap();
    let start = format!("name,latitude,longitude,note\nFour,43.73,7.42,\"{}", "x".repeat(1 << 20));
    file.write_all(start.as_bytes()).unwrap();
    file.set_len(LONG).unwrap();
    drop(file);
    let node = ada.serve(&LOOPBACK);
    let import = || {
        let mut command = ada.command(&["import", path.to_str().unwrap()]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    // One file is imported at a time: while the long one is being read the short one is refused.
    let short = ada.path("short.csv");
    std::fs::write(&short, "id,name,latitude,longitude\n1,Four,43.73,7.42\n").unwrap();
    let under_way = || {
        let began = Instant::now();
        loop {
            let mut long = import();
            while long.try_wait().unwrap().is_none() {
                if !ada.run(&["import", short.to_str().unwrap()]).status.success() {
                    return long;
                }
            }
            assert!(began.elapsed() < PATIENCE, "the import does not begin");
        }
    };
    let first = under_way();
    assert!(ada.run(&["import-stop"]).status.success());
    let told = first.wait_with_output().unwrap();
    assert!(!told.status.success());
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.contains("the import was stopped"), "{told}");

    let second = under_way();
    stop(&ada, node);
    second.wait_with_output().unwrap();
}
