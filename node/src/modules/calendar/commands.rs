//! Which calendars are kept lies in the store, and so in its backups; their files lie beside the data folder.

use super::{CALENDARS_MAX, DropCalendar, KeepCalendar, KeptCalendar, KeptCalendars};
use crate::{
    daemon::{
        core::Core,
        dispatch::{Act, Start},
        input::Answer,
        replica::{Replica, group_keys::internal},
    },
    failure::{Failure, FailureCode},
    files,
    modules::{
        Done,
        search::{Query, commands::bounded},
    },
    store::{Store, StoreError},
};
use communaut_protocol::{
    limits::NAME_MAX,
    op::text::{Lines, clean},
};
use std::path::{Path, PathBuf};

/// What the keys of kept calendars begin with.
const KEPT: &str = "kept calendar ";
/// Ends the name of the folder beside the data folder in which the files lie.
const FOLDER_ENDS: &str = "-calendars";

fn name_of(typed: &str) -> String {
    clean(typed.trim(), Lines::One).trim().to_owned()
}

/// Where the file of a name lies; its letters and digits are those of the name.
fn file_of(store: &Store, name: &str) -> Option<PathBuf> {
    let data = store.folder().parent()?;
    let mut folder = data.file_name()?.to_owned();
    folder.push(FOLDER_ENDS);
    let stem: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    Some(data.with_file_name(folder).join(format!("{}.ics", stem.trim_matches('-'))))
}

impl Start for KeepCalendar {
    fn start(self, core: &mut Core, answer: Answer) {
        match self.keep(&mut core.replica) {
            Ok(kept) => kept.export().start(core, answer),
            Err(failure) => core.answer(answer, Err(failure)),
        }
    }
}

impl KeepCalendar {
    fn keep(self, replica: &mut Replica) -> Result<KeptCalendar, Failure> {
        let name = name_of(&self.name);
        if !name.chars().any(char::is_alphanumeric) || name.len() > NAME_MAX / 2 {
            let why =
                format!("a calendar is kept under a name of letters or digits, of {} bytes at most", NAME_MAX / 2);
            return Err(Failure::invalid(why));
        }
        bounded(&self.query)?;
        let file = file_of(&replica.store, &name).ok_or_else(|| Failure::internal("the store lies in no folder"))?;
        let held = kept(&replica.store).map_err(internal)?;
        let same = held.iter().any(|calendar| calendar.name == name);
        if same && !self.replace {
            let why = format!("a calendar is kept as '{name}' already; take another name, or --replace it");
            return Err(Failure::invalid(why));
        }
        if let Some(other) = held.iter().find(|other| other.name != name && other.file == file) {
            let why =
                format!("the calendar '{}' has the file {} already: take another name", other.name, file.display());
            return Err(Failure::invalid(why));
        }
        if held.len() >= CALENDARS_MAX && !same {
            let why = format!("{CALENDARS_MAX} calendars are kept already; drop one first");
            return Err(Failure::new(FailureCode::Busy, why));
        }
        let folder = file.parent().unwrap_or(Path::new("."));
        files::make_private_folder(folder)
            .map_err(|error| Failure::new(FailureCode::Io, format!("{} cannot be made: {error}", folder.display())))?;
        let query = Query { now_ms: None, facets_at_ms: None, limit: None, ..self.query };
        let bytes = serde_json::to_vec(&query).map_err(|error| Failure::internal(error.to_string()))?;
        replica.store.set_meta(&format!("{KEPT}{name}"), &bytes).map_err(internal)?;
        replica.dirty = true;
        Ok(KeptCalendar { name, query, file })
    }
}

impl Act for DropCalendar {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let name = name_of(&self.name);
        let held = kept(&replica.store).map_err(internal)?;
        let Some(calendar) = held.into_iter().find(|calendar| calendar.name == name) else {
            return Err(Failure::not_found(format!("no calendar is kept as '{name}'")));
        };
        replica.store.unset_meta(&format!("{KEPT}{name}")).map_err(internal)?;
        replica.dirty = true;
        files::remove_file(&calendar.file).map_err(|error| {
            let why = format!("it is kept no longer, but {} stays: {error}", calendar.file.display());
            Failure::new(FailureCode::Io, why)
        })?;
        Ok(Done)
    }
}

impl Act for KeptCalendars {
    fn act(self, replica: &mut Replica) -> Result<Vec<KeptCalendar>, Failure> {
        kept(&replica.store).map_err(internal)
    }
}

/// All that are kept, by name.
pub(crate) fn kept(store: &Store) -> Result<Vec<KeptCalendar>, StoreError> {
    let mut all = Vec::new();
    for (key, bytes) in store.meta_under(KEPT)?.into_iter().take(CALENDARS_MAX) {
        let name = key.strip_prefix(KEPT).unwrap_or_default().to_owned();
        match (serde_json::from_slice(&bytes), file_of(store, &name)) {
            (Ok(query), Some(file)) => all.push(KeptCalendar { name, query, file }),
            _ => tracing::warn!("'{key}' is not understood and passed over"),
        }
    }
    Ok(all)
}
