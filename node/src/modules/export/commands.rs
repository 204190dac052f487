//! Writing a selection: it is searched for by the index, and written off the loop.

use super::{Export, Exported};
use crate::{
    daemon::{
        core::Core,
        dispatch::Start,
        input::{Answer, Effect},
        replica::Replica,
    },
    export::{self, ElementOut, NotExported},
    failure::{Failure, FailureCode},
    files,
    modules::{
        Outcome,
        search::{
            Found, Query,
            commands::{bounded, lands},
        },
    },
};
use communaut_protocol::op::Kind;
use std::{fs, io, path::Path};
use tokio::sync::oneshot;

impl Start for Export {
    fn start(self, core: &mut Core, answer: Answer) {
        let checked = outside(&core.replica, &self.to)
            .and_then(|()| bounded(&self.query))
            .and_then(|()| lands(&core.replica, &self.query.territories));
        match checked {
            Ok(lands) => core.effects.push(Effect::Export(self, lands, answer)),
            Err(failure) => core.answer(answer, Err(failure)),
        }
    }
}

impl Export {
    /// Write it though nobody waits for it; what goes wrong is in the log.
    pub(crate) fn start_unasked(self, core: &mut Core) {
        let (answer, outcome) = oneshot::channel();
        let file = self.to.clone();
        self.start(core, answer);
        tokio::spawn(async move {
            if let Ok(Err(failure)) = outcome.await {
                tracing::warn!("{} is not brought up to date: {}", file.display(), failure.message);
            }
        });
    }
}

/// What is exported lies beside the data folder, never in it.
pub(crate) fn outside(replica: &Replica, to: &Path) -> Result<(), Failure> {
    if replica.store.folder().parent().is_some_and(|folder| files::is_within(to, folder)) {
        let why = format!("{} lies in the data folder itself; give a place elsewhere", to.display());
        return Err(Failure::invalid(why));
    }
    Ok(())
}

impl Export {
    /// What is to be looked for: all of it, of the kinds that the format has.
    pub(crate) fn asked(&self) -> Query {
        let mut query = Query { limit: None, facets_at_ms: None, now_ms: None, ..self.query.clone() };
        if query.kinds.is_empty() {
            query.kinds = Kind::ALL.into_iter().filter(|kind| self.format.takes(*kind)).collect();
        }
        query
    }

    /// Write what was found.
    pub(crate) fn write(&self, found: Result<Outcome, Failure>) -> Result<Exported, Failure> {
        let Outcome::Found(found) = found? else { return Err(Failure::internal("a search answered something else")) };
        let (all, closed) = in_order(&found);
        let mut contents = export::Contents::default();
        let stem = self.to.file_stem().unwrap_or_default().to_string_lossy();
        let name = if self.name.is_empty() { &*stem } else { &self.name };
        let mut put = |out: &mut dyn io::Write| -> io::Result<()> {
            contents = export::write(self.format, &all, name, out)?;
            if closed > 0 {
                contents.left.insert(NotExported::Closed, closed);
            }
            Ok(())
        };
        let written = if self.if_changed {
            let mut bytes = Vec::new();
            put(&mut bytes).and_then(|()| match fs::read(&self.to) {
                Ok(held) if held == bytes => Ok(()),
                _ => files::write_whole(&self.to, true, |out| out.write_all(&bytes)),
            })
        } else {
            files::write_whole(&self.to, self.replace, |out| put(out))
        };
        written.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::invalid(format!(
                "{} is there already; give another name, or --replace to write over it",
                self.to.display()
            )),
            _ => Failure::new(FailureCode::Io, format!("{} was not written: {error}", self.to.display())),
        })?;
        let bytes = fs::metadata(&self.to).map_or(0, |file| file.len());
        Ok(Exported { file: self.to.clone(), contents, bytes })
    }
}

/// By their ids: what a file says does not depend on how it was found. And how many are left out as they belong to
/// closed communities.
fn in_order(found: &Found) -> (Vec<ElementOut>, u64) {
    let all = found.hits.iter().map(|hit| &hit.element);
    let mut open: Vec<_> = all.filter(|element| !element.scope.is_closed()).collect();
    open.sort_unstable_by_key(|element| element.id);
    let closed = found.hits.len().saturating_sub(open.len());
    (open.into_iter().map(|element| ElementOut::of(element)).collect(), u64::try_from(closed).unwrap_or(u64::MAX))
}
