//! `cargo run -p communaut-examples --example two_nodes`

use std::{io::Write as _, process::ExitCode};

fn main() -> ExitCode {
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "two_nodes: no folder for the nodes can be made: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match communaut_examples::two_nodes(folder.path(), &mut std::io::stdout()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(why) => {
            drop(writeln!(std::io::stderr(), "two_nodes: {why}"));
            ExitCode::FAILURE
        }
    }
}
