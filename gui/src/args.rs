//! The command line of the window.

use crate::{locale::Lang, logic::ThemeChoice};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Communaut: what is around you, with no server.
#[derive(Debug, Clone, Default, Parser)]
#[command(name = "communaut", version, about)]
pub struct Args {
    /// The data folder; by default the one of this user's system.
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,
    /// The language of the window; by default the one chosen before, or the system's.
    #[arg(long, value_enum, global = true)]
    pub lang: Option<Lang>,
    /// Light or dark; by default the one chosen before, or the system's.
    #[arg(long, value_enum, global = true)]
    pub theme: Option<ThemeChoice>,
    /// Something else than one's own window.
    #[command(subcommand)]
    pub task: Option<Task>,
}

/// What else the program does.
#[derive(Debug, Clone, Subcommand)]
pub enum Task {
    /// Three nodes on this machine, real records, one window.
    Demo(DemoArgs),
}

/// How the demonstration runs.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DemoArgs {
    /// Without a window: print what arrived, render the main views to PNG files.
    #[arg(long)]
    pub headless: bool,
    /// Where the pictures go; by default a fresh folder, whose path is printed.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

impl Args {
    /// The data folder, or why there is none.
    pub fn data_folder(&self) -> Result<PathBuf, String> {
        if let Some(folder) = &self.data {
            return Ok(folder.clone());
        }
        directories::ProjectDirs::from("org", "communaut", "communaut")
            .map(|folders| folders.data_dir().to_owned())
            .ok_or_else(|| "this system names no folder for data; give one with --data DIR".to_owned())
    }
}
