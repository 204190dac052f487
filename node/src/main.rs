//! `communaut-node`: the command line and the headless daemon.

use std::process::ExitCode;

fn main() -> ExitCode {
    communaut_node::keep_to_oneself();
    communaut_node::cli::main()
}
