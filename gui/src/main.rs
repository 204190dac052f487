//! Starts a node and its window.

use clap::Parser;
use communaut_gui::{
    args::{Args, Task},
    demo, window,
};
use communaut_node::{Config, NetworkConfig, Node};
use std::{io::Write as _, process::ExitCode};

fn main() -> ExitCode {
    let args = Args::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            drop(writeln!(std::io::stderr(), "communaut: {message}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), String> {
    if let Some(Task::Demo(demo)) = &args.task {
        return demo::run(args, demo);
    }
    let data = args.data_folder()?;
    let config = Config { data: data.clone(), network: Some(NetworkConfig::default()) };
    let node = Node::start(config).map_err(|error| error.to_string())?;
    let outcome = window::open(node.handle(), args, Some(data.join("window.ron")));
    let stopped = node.stop();
    outcome.and(stopped)
}
