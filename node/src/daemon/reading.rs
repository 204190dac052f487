//! Reading a file of records, in a thread of its own: what it holds is handed to the loop batch by batch.

use super::input::{ImportEnd, Input, Streets, WORK_BATCH};
use crate::{
    import::{self, ImportError, Taken},
    modules::import::{ImportRequest, PreviewRow, held::Held, same::Same},
    streets::{self, Made},
};
use communaut_protocol::IdentityId;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::mpsc;

/// Records of a file that a preview shows: as many as one looks at.
const PREVIEW_ROWS: usize = 10;

/// A file of records that is read in another thread.
pub(super) struct Reading {
    /// What was held when it began.
    pub held: Held,
    pub me: IdentityId,
    /// Whoever asked wants no more of it.
    pub stop: Arc<AtomicBool>,
    pub to: mpsc::Sender<Input>,
}

impl Reading {
    /// Read it; its street map goes into this folder.
    pub fn begin(self, request: ImportRequest, packs: PathBuf) {
        tokio::task::spawn_blocking(move || {
            // Also within a record: the node ends when this thread does.
            let (stop, to) = (self.stop.clone(), self.to.clone());
            import::stop::until(move || stop.load(Ordering::Relaxed) || to.is_closed(), || self.read(request, &packs));
        });
    }

    fn send(&self, items: Vec<Taken>) -> bool {
        items.is_empty() || self.to.blocking_send(Input::ImportItems(items)).is_ok()
    }

    /// Why reading ended, in words of whoever ended it.
    fn why(&self, why: ImportError) -> ImportError {
        if self.stop.load(Ordering::Relaxed) { ImportError::Stopped } else { why }
    }

    fn read(mut self, request: ImportRequest, packs: &Path) {
        let options = import::ImportOptions {
            mapping: request.mapping,
            licence: request.licence,
            source: request.source,
            format: None,
        };
        let (mut end, mut has_streets) = (ImportEnd::default(), false);
        match import::open(&request.path, &options) {
            Err(why) => end.error = Some(self.why(why)),
            Ok(reader) if request.only_streets => {
                has_streets = reader.format() == import::Format::OsmPbf;
                if !has_streets {
                    end.error = Some(ImportError::OnlyPbf { file: request.path.display().to_string() });
                }
            }
            Ok(mut reader) => {
                let makes = !request.no_streets && !request.dry_run;
                has_streets = reader.format() == import::Format::OsmPbf && makes;
                let mut same = Same::new(std::mem::take(&mut self.held), self.me, options.source.is_some());
                let (mut source, mut by_cell) = (None, import::ByCell::new(WORK_BATCH));
                for item in reader.by_ref() {
                    if self.stop.load(Ordering::Relaxed) {
                        end.error = Some(ImportError::Stopped);
                        break;
                    }
                    match item {
                        Ok(item) => {
                            if let import::ImportItem::Record(record) = &item {
                                source.get_or_insert_with(|| record.source.clone());
                                if request.dry_run && end.rows.len() < PREVIEW_ROWS {
                                    end.rows.push(PreviewRow::of(record));
                                }
                            }
                            if !same.take(item).into_iter().all(|taken| self.send(by_cell.take(taken))) {
                                // The node has ended.
                                return;
                            }
                        }
                        Err(why) => {
                            end.error = Some(self.why(why));
                            break;
                        }
                    }
                }
                (end.notes, end.columns) = (reader.notes(), reader.columns());
                // An extract of OpenStreetMap, or an answer of another large data set, is a part; what lies elsewhere
                // has not gone.
                if end.error.is_none() && reader.format().data_set().is_none() && !reader.is_ours() {
                    end.whole = source.filter(|source| source != import::OSM_SOURCE);
                }
                let taken = same.settle().into_iter().all(|taken| self.send(by_cell.take(taken)));
                (end.seen, end.edition) = (same.take_seen(), same.editions.found());
                end.notes.extend(same.note_of_all());
                if !taken || !by_cell.rest().all(|items| self.send(items)) {
                    return;
                }
            }
        }
        if end.error.is_none() && has_streets && !self.make_streets(&request.path, packs) {
            return;
        }
        drop(self.to.blocking_send(Input::ImportEnd(Box::new(end))));
    }

    /// Make the street map of a file; false: the node has ended.
    fn make_streets(&self, file: &Path, packs: &Path) -> bool {
        let send = |what| self.to.blocking_send(Input::ImportStreets(what)).is_ok();
        if !send(Streets::Begin) {
            return false;
        }
        match streets::make(file, packs, &mut |_| !self.to.is_closed() && !self.stop.load(Ordering::Relaxed)) {
            Ok(Made::Pack(info)) => send(Streets::Made(info, Arc::new(streets::packs(packs)))),
            Ok(Made::Nothing) => true,
            Ok(Made::Stopped) if self.to.is_closed() => false,
            Ok(Made::Stopped) => send(Streets::Failed(ImportError::Stopped)),
            Err(why) => send(Streets::Failed(self.why(why))),
        }
    }
}
