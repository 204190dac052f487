//! Importing records: each becomes an element of mine in the open cell where it lies.

use super::{
    Both, Conflict, Gone, ImportReport, ImportRequest, Preview, PreviewRow, SkippedRecord, StopImport, StreetsReport,
    compare::{What, compare},
    said::{FileSaid, SaidKey},
    same::NAMES_SHOWN,
};
use crate::{
    daemon::{
        core::Core,
        dispatch::Start,
        input::{Answer, Effect, ImportEnd, ImportJob, Streets},
        replica::Replica,
    },
    failure::{Failure, FailureCode},
    import::{ImportError, ImportItem, ImportNote, ImportRecord, Reason, Taken},
    modules::{Done, Outcome, element::fields::name_of},
    store::StoreError,
};
use communaut_protocol::{
    IdentityId, Scope,
    op::{Op, When},
};
use jiff::{Timestamp, tz::TimeZone};
use std::{
    collections::{BTreeSet, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::oneshot;

/// Records skipped whose reasons are kept one by one: more than anybody reads, and a file of garbage must not fill the
/// memory, nor the answer. All are counted.
pub const SKIPPED_MAX: usize = 10_000;

impl Start for ImportRequest {
    fn start(self, core: &mut Core, answer: Answer) {
        let me = match core.replica.author() {
            Ok(me) => me,
            Err(failure) => return core.answer(answer, Err(failure)),
        };
        if let Some(busy) = core.imports() {
            return core.answer(answer, Err(busy));
        }
        let file = self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned();
        let job = ImportJob::new(answer, file, &self, core.replica.said_key());
        let stop = job.stop.clone();
        core.import = Some(job);
        core.replica.changed = true;
        core.effects.push(Effect::Import(self, me, stop));
    }
}

impl ImportRequest {
    /// Import though nobody waits for it; what goes wrong is in the log.
    pub(crate) fn start_unasked(self, core: &mut Core) {
        let (answer, outcome) = oneshot::channel();
        let file = self.path.clone();
        self.start(core, answer);
        tokio::spawn(async move {
            match outcome.await {
                Ok(Ok(Outcome::Imported(ImportReport { error: Some(why), .. }))) => {
                    tracing::warn!("{} was read in part: {why}", file.display());
                }
                Ok(Err(failure)) => tracing::warn!("{} was not read: {}", file.display(), failure.message),
                _ => {}
            }
        });
    }
}

impl Start for StopImport {
    fn start(self, core: &mut Core, answer: Answer) {
        let stopped = match (&core.import, &mut core.undo) {
            (Some(job), _) => {
                job.stop.store(true, Ordering::Relaxed);
                Ok(Done.into())
            }
            (None, Some(job)) => {
                job.stop = true;
                Ok(Done.into())
            }
            (None, None) => Err(Failure::not_found("nothing is being imported, or taken back")),
        };
        core.answer(answer, stopped);
    }
}

impl ImportJob {
    /// Nothing of it taken yet.
    pub(crate) fn new(answer: Answer, file: String, request: &ImportRequest, key: SaidKey) -> Self {
        let preview = request.dry_run.then(Box::<Preview>::default);
        Self {
            answer,
            file,
            report: ImportReport { preview, ..ImportReport::default() },
            dry_run: request.dry_run,
            named: request.source.is_some(),
            both_changed: request.both_changed,
            streets: false,
            stop: Arc::new(AtomicBool::new(false)),
            key,
        }
    }
}

impl Core {
    /// Why no import, and no taking back of one, may begin: one is under way.
    pub(super) fn imports(&self) -> Option<Failure> {
        let busy = |what: &str, doing: &str| {
            let why = format!("'{what}' is being {doing}; wait for its end, or say `import-stop`");
            Failure::new(FailureCode::Busy, why)
        };
        let import = self.import.as_ref().map(|job| busy(&job.file, "imported"));
        import.or_else(|| self.undo.as_ref().map(|job| busy(&job.source, "taken back")))
    }

    /// Take records of the file, all of one batch or none.
    pub(crate) fn import_items(&mut self, items: Vec<Taken>) {
        let Some(mut job) = self.import.take() else { return };
        match self.replica.author() {
            Ok(me) => self.take_items(&mut job, me, items),
            // Whoever asked is told at the end of the file.
            Err(failure) => job.report.broke_off(not_written(failure.message)),
        }
        self.import = Some(job);
    }

    fn take_items(&mut self, job: &mut ImportJob, me: IdentityId, items: Vec<Taken>) {
        let (mut ops, mut remembered) = (Vec::new(), Vec::new());
        let mut made = ImportReport::default();
        for taken in items {
            made.read += 1;
            let record = match &taken.item {
                ImportItem::Skipped(skipped) => {
                    made.skip(&skipped.at, skipped.why.clone());
                    continue;
                }
                ImportItem::Record(record) => record,
            };
            let seed = taken.seed_of(record);
            let change = match compare(&self.replica, me, record, seed, job) {
                Ok(change) => change,
                Err(why) => {
                    made.skip(&record.at, why);
                    continue;
                }
            };
            let preview = job.report.preview.as_mut();
            match change.what {
                What::Created => {
                    made.created += 1;
                    note_name(preview.map(|preview| &mut preview.created), &record.name);
                }
                What::Updated | What::Reopened => {
                    made.updated += 1;
                    made.reopened += u64::from(change.what == What::Reopened);
                    note_name(preview.map(|preview| &mut preview.updated), &record.name);
                }
                What::Unchanged => made.unchanged += 1,
            }
            made.both.note(&record.name, &change.both);
            ops.extend(change.ops);
            remembered.extend(change.said.map(|said| (seed, said)));
        }
        let written = if job.dry_run { Ok(()) } else { self.write_import(me, ops, remembered) };
        if let Err(failure) = written {
            job.report.broke_off(not_written(failure.message));
        } else {
            job.report.take(made);
        }
        self.replica.changed = true;
    }

    fn write_import(
        &mut self,
        me: IdentityId,
        ops: Vec<(Scope, Op)>,
        remembered: Vec<([u8; 16], FileSaid)>,
    ) -> Result<(), Failure> {
        self.replica.write_batches(me, ops)?;
        self.replica.remember_said(&remembered).map_err(|error| Failure::internal(error.to_string()))
    }

    /// The street map of the file.
    pub(crate) fn import_streets(&mut self, streets: Streets) {
        let Some(job) = &mut self.import else { return };
        match streets {
            Streets::Begin => job.streets = true,
            Streets::Made(made, packs) => {
                job.report.streets = Some(StreetsReport {
                    id: made.id,
                    tiles: made.tiles,
                    bytes: made.bytes,
                    boundaries: made.boundaries,
                    incomplete: made.incomplete,
                });
                self.replica.streets = packs;
            }
            Streets::Failed(why) => {
                job.report.streets_error = Some(why.to_string());
                job.report.streets_reason = Some(Box::new(why));
            }
        }
        self.replica.changed = true;
    }

    /// The end of the file: give the report.
    pub(crate) fn import_end(&mut self, end: ImportEnd) {
        let Some(job) = self.import.take() else { return };
        let mut report = job.report;
        end.error.into_iter().for_each(|why| report.broke_off(why));
        report.notes = end.notes;
        report.edition = end.edition.map(Box::new);
        if let Some(preview) = &mut report.preview {
            (preview.columns, preview.rows) = (end.columns, end.rows);
        }
        if let (Some(source), Ok(me)) = (end.whole, self.replica.author()) {
            match self.replica.gone(me, &source, &end.seen, job.dry_run) {
                Ok(gone) => {
                    // A second feed under the name of the first ("basic.ics") would close all of that.
                    let nothing = gone.count > 0 && report.created > 0 && report.updated + report.unchanged == 0;
                    if nothing && !job.named {
                        report.notes.push(ImportNote::NothingOfBefore { source });
                    }
                    report.gone = gone;
                }
                Err(error) => report.broke_off(not_written(error.to_string())),
            }
        }
        self.replica.changed = true;
        // A file of which nothing could be read is a failure, not a report.
        let outcome = match report.reason {
            Some(why) if report.read == 0 => Err(Failure::broke_off(*why)),
            _ => Ok(report.into()),
        };
        self.answer(job.answer, outcome);
    }
}

impl ImportReport {
    /// It ends here; what ended it first is told.
    fn broke_off(&mut self, why: ImportError) {
        if self.reason.is_none() {
            self.error = Some(why.to_string());
            self.reason = Some(Box::new(why));
        }
    }

    fn skip(&mut self, at: &str, why: Reason) {
        self.skipped_count += 1;
        self.skipped.push(SkippedRecord { at: at.to_owned(), why });
    }

    /// Add what became of a batch.
    fn take(&mut self, made: Self) {
        self.read += made.read;
        self.created += made.created;
        self.updated += made.updated;
        self.reopened += made.reopened;
        self.unchanged += made.unchanged;
        self.both.count += made.both.count;
        let room = NAMES_SHOWN.saturating_sub(self.both.first.len());
        self.both.first.extend(made.both.first.into_iter().take(room));
        self.skipped_count += made.skipped_count;
        let room = SKIPPED_MAX.saturating_sub(self.skipped.len());
        self.skipped.extend(made.skipped.into_iter().take(room));
    }
}

impl Both {
    fn note(&mut self, name: &str, fields: &[u8]) {
        if fields.is_empty() {
            return;
        }
        self.count += 1;
        if self.first.len() < NAMES_SHOWN {
            let fields = fields.iter().map(|key| name_of(*key).to_owned()).collect();
            self.first.push(Conflict { name: name.to_owned(), fields });
        }
    }
}

/// What this node does not take of a good file.
fn not_written(said: String) -> ImportError {
    ImportError::NotWritten { said }
}

fn note_name(names: Option<&mut Vec<String>>, name: &str) {
    if let Some(names) = names.filter(|names| names.len() < NAMES_SHOWN) {
        names.push(name.to_owned());
    }
}

impl Replica {
    /// What is shown of a data set and is not among these. It is remembered, so that it can be closed in one step.
    fn gone(
        &mut self,
        me: IdentityId,
        source: &str,
        seen: &HashSet<[u8; 16]>,
        dry_run: bool,
    ) -> Result<Gone, StoreError> {
        let mut gone = Gone::default();
        let (mut names, mut seeds) = (BTreeSet::new(), Vec::new());
        for element in self.views.all_said().filter(|element| element.owner == me && !element.retracted) {
            let of_source = element.provenance.as_ref().is_some_and(|provenance| provenance.source == source);
            if of_source && !seen.contains(&element.seed) {
                gone.count += 1;
                seeds.push(element.seed);
                names.insert((element.name.clone(), element.id));
                if names.len() > NAMES_SHOWN {
                    names.pop_last();
                }
            }
        }
        gone.names = names.into_iter().map(|(name, _)| name).collect();
        let mut new = Vec::new();
        for seed in seeds.into_iter().filter(|_| !dry_run) {
            let mut said = self.file_said(&seed)?.unwrap_or_default();
            if !std::mem::replace(&mut said.gone, true) {
                new.push((seed, said));
            }
        }
        self.remember_said(&new)?;
        Ok(gone)
    }
}

impl PreviewRow {
    /// A record as it was read.
    pub(crate) fn of(record: &ImportRecord) -> Self {
        let degrees = |e7: i32| format!("{:.7}", f64::from(e7) / 1e7);
        let (start, end) = record.when.as_ref().map(told).unwrap_or_default();
        let fields = [
            ("start", start),
            ("end", end),
            ("address", record.address.clone()),
            ("phone", record.phone.clone()),
            ("email", record.email.clone()),
            ("website", record.website.clone()),
            ("opening_hours", record.opening_hours.clone()),
            ("tags", record.tags.join(", ")),
            ("description", record.description.clone()),
            ("id", record.source_id.clone()),
        ];
        let said = fields.into_iter().filter(|(_, value)| !value.is_empty());
        Self {
            at: record.at.clone(),
            kind: record.kind.name().to_owned(),
            name: record.name.clone(),
            lat: degrees(record.lat_e7),
            lon: degrees(record.lon_e7),
            fields: said.map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}

/// When an event begins and ends, on the clocks of its place; days where it takes whole days.
fn told(when: &When) -> (String, String) {
    let zone = TimeZone::get(&when.zone).unwrap_or(TimeZone::UTC);
    let clock = |ms: i64| Timestamp::from_millisecond(ms).ok().map(|at| zone.to_datetime(at));
    let told = |at: Option<jiff::civil::DateTime>| match at {
        Some(at) if when.whole_days => at.date().to_string(),
        Some(at) => format!("{}[{}]", at.strftime("%FT%R"), zone.iana_name().unwrap_or("UTC")),
        None => String::new(),
    };
    // The last of whole days is over when the next begins.
    let end = if when.whole_days { when.end_ms.saturating_sub(1) } else { when.end_ms };
    (told(clock(when.start_ms)), told(clock(end)))
}
