//! One's whole profile and everything one wrote, with a bundle by which an empty folder shows the same.

mod gathered;

use super::commands::outside;
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    export::{self, ElementOut, ExportFormat, Mine},
    failure::{Failure, FailureCode},
    files,
    modules::bundle::write_own,
};
use serde::{Deserialize, Serialize};
use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

/// Ends the name of a folder that is not whole yet.
const UNFINISHED: &str = ".unfinished";
/// The file with one's own logs.
const BUNDLE: &str = "mine.bundle";

/// Write one's whole profile and everything one wrote into a new folder of the node's machine: in clear, private posts
/// too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportMine {
    /// Absolute; not there yet.
    pub to: PathBuf,
    /// ISO 639 code of the language of the pages.
    pub language: String,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MineExported {
    /// The folder.
    pub folder: PathBuf,
    /// Posts.
    pub posts: u64,
    /// Elements.
    pub elements: u64,
    /// What else was said: links, claims, votes.
    pub said: u64,
    /// Entries in the bundle.
    pub entries: u64,
}

impl Act for ExportMine {
    fn act(self, replica: &mut Replica) -> Result<MineExported, Failure> {
        outside(replica, &self.to)?;
        if self.to.symlink_metadata().is_ok() {
            return Err(Failure::invalid(format!("{} is there already; give a new folder", self.to.display())));
        }
        let me = replica.author()?;
        let mine = gathered::of(replica, me);
        let mut name = self.to.file_name().map(OsString::from).unwrap_or_default();
        name.push(UNFINISHED);
        let fresh = self.to.with_file_name(name);
        let failed =
            |error: io::Error| Failure::new(FailureCode::Io, format!("{} was not written: {error}", self.to.display()));
        let written = files::remove_folder(&fresh)
            .and_then(|()| files::make_private_folder(&fresh))
            .and_then(|()| write_pages(&mine, &fresh, &self.language))
            .map_err(failed)
            .and_then(|()| write_own(replica, me, &fresh.join(BUNDLE)))
            .and_then(|sizes| files::rename(&fresh, &self.to).map(|()| sizes).map_err(failed));
        if written.is_err()
            && let Err(error) = files::remove_folder(&fresh)
        {
            tracing::warn!("what was not finished stays behind as {}: {error}", fresh.display());
        }
        Ok(MineExported {
            entries: written?.entries,
            folder: self.to,
            posts: mine.posts.len() as u64,
            elements: mine.elements.len() as u64,
            said: mine.said.values().map(Vec::len).sum::<usize>() as u64,
        })
    }
}

fn write_pages(mine: &Mine, folder: &Path, language: &str) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(&mine.json()).map_err(io::Error::other)?;
    files::write_whole(&folder.join("everything.json"), false, |out| out.write_all(&text))?;
    // Pages and JSON have what closed communities say; who read the other files back would publish it.
    let shown = mine.elements.iter().filter(|element| !element.retracted && !element.scope.is_closed());
    let shown: Vec<ElementOut> = shown.map(|element| ElementOut::of(element)).collect();
    for (file, format) in [("elements.geojson", ExportFormat::GeoJson), ("events.ics", ExportFormat::ICalendar)] {
        files::write_whole(&folder.join(file), false, |out| export::write(format, &shown, &mine.name, out).map(drop))?;
    }
    for (file, page) in mine.pages(language) {
        files::write_whole(&folder.join(file), false, |out| out.write_all(page.as_bytes()))?;
    }
    Ok(())
}
