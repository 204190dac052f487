//! Starts a node and its window.

use clap::Parser;
use communaut_gui::{
    args::{Args, Task},
    demo,
    start::Starter,
    window,
};
use communaut_node::NetworkConfig;
use std::{io::Write as _, process::ExitCode, sync::Arc};

fn main() -> ExitCode {
    communaut_node::keep_to_oneself();
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
    let starter = Arc::new(Starter::new(&data, Some(NetworkConfig::default()))?);
    let outcome = window::open_folder(starter.clone(), args, data.join("window.ron"));
    let stopped = starter.stop();
    outcome.and(stopped)
}
