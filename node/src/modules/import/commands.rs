//! Importing records: each becomes an element of mine in the open cell where it lies.

use super::{
    Both, BothChanged, Conflict, Gone, ImportReport, ImportRequest, Preview, PreviewRow, SkippedRecord, StopImport,
    StreetsReport,
    said::{Decision, FileSaid, SaidKey, decide},
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
    import::{CANCELLED, ImportItem, ImportRecord, Taken},
    modules::{
        Done,
        element::{
            element_op,
            fields::{self, name_of, only_said},
        },
    },
    search::{fold::folded, is_similar},
    territory::sphere,
};
use communaut_protocol::{
    IdentityId, Position, Scope,
    fold::ElementView,
    op::{Field, Op, Provenance, When, element_id},
};
use jiff::{Timestamp, tz::TimeZone};
use std::{
    collections::{BTreeSet, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Records skipped whose reasons are kept one by one: a file of garbage must not fill the memory.
pub const SKIPPED_MAX: usize = 100_000;

/// Metres from where something was beyond which it has not merely moved, if it has another name too.
const FAR_M: f64 = 5_000.0;

/// What a record comes to.
struct Change {
    what: What,
    ops: Vec<(Scope, Op)>,
    /// The fields that the owner and the file have changed.
    both: Vec<u8>,
    /// What is to be remembered of it, where that is something else than before.
    said: Option<FileSaid>,
}

/// How it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Created,
    Updated,
    /// It was taken back since the file had it no longer, and has it again.
    Reopened,
    Unchanged,
}

impl Start for ImportRequest {
    fn start(self, core: &mut Core, answer: Answer) {
        let me = match core.replica.author() {
            Ok(me) => me,
            Err(failure) => return core.answer(answer, Err(failure)),
        };
        if let Some(job) = &core.import {
            let why = format!("'{}' is being imported; wait for its end", job.file);
            return core.answer(answer, Err(Failure::new(FailureCode::Busy, why)));
        }
        let file = self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned();
        let job = ImportJob::new(answer, file, &self, core.replica.said_key());
        let stop = job.stop.clone();
        core.import = Some(job);
        core.replica.changed = true;
        core.effects.push(Effect::Import(self, me, stop));
    }
}

impl Start for StopImport {
    fn start(self, core: &mut Core, answer: Answer) {
        let stopped = match &core.import {
            Some(job) => {
                job.stop.store(true, Ordering::Relaxed);
                Ok(Done.into())
            }
            None => Err(Failure::not_found("nothing is being imported")),
        };
        core.answer(answer, stopped);
    }
}

impl ImportJob {
    /// Nothing of it taken yet.
    pub(crate) fn new(answer: Answer, file: String, request: &ImportRequest, key: SaidKey) -> Self {
        let preview = request.dry_run.then(Preview::default);
        Self {
            answer,
            file,
            report: ImportReport { preview, ..ImportReport::default() },
            dry_run: request.dry_run,
            both_changed: request.both_changed,
            streets: false,
            stop: Arc::new(AtomicBool::new(false)),
            key,
        }
    }
}

impl Core {
    /// Take records of the file, all of one batch or none.
    pub(crate) fn import_items(&mut self, items: Vec<Taken>) {
        let Some(mut job) = self.import.take() else { return };
        match self.replica.author() {
            Ok(me) => self.take_items(&mut job, me, items),
            // Whoever asked is told at the end of the file.
            Err(failure) => job.report.error = Some(failure.message),
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
                    made.skipped.push(SkippedRecord { at: skipped.at.clone(), why: skipped.why.clone() });
                    continue;
                }
                ImportItem::Record(record) => record,
            };
            let seed = taken.seed_of(record);
            let change = match compare(&self.replica, me, record, seed, job) {
                Ok(change) => change,
                Err(why) => {
                    made.skipped.push(SkippedRecord { at: record.at.clone(), why });
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
            job.report.error = Some(failure.message);
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
        let all = remembered.iter().try_for_each(|(seed, said)| self.replica.remember_said(seed, said));
        all.map_err(|error| Failure::internal(error.to_string()))
    }

    /// The street map of the file.
    pub(crate) fn import_streets(&mut self, streets: Streets) {
        let Some(job) = &mut self.import else { return };
        match streets {
            Streets::Begin => job.streets = true,
            Streets::Made(made, packs) => {
                job.report.streets = Some(StreetsReport {
                    id: made.id.clone(),
                    tiles: made.tiles,
                    bytes: made.bytes,
                    boundaries: made.boundaries,
                    incomplete: made.incomplete.clone(),
                });
                self.replica.streets = packs;
            }
            Streets::Failed(why) => job.report.streets_error = Some(why),
        }
        self.replica.changed = true;
    }

    /// The end of the file: give the report.
    pub(crate) fn import_end(&mut self, end: ImportEnd) {
        let Some(job) = self.import.take() else { return };
        let mut report = job.report;
        report.error = report.error.or(end.error);
        report.notes = end.notes;
        report.edition = end.edition;
        if let Some(preview) = &mut report.preview {
            (preview.columns, preview.rows) = (end.columns, end.rows);
        }
        if let (Some(source), Ok(me)) = (end.whole, self.replica.author()) {
            match self.replica.gone(me, &source, &end.seen, job.dry_run) {
                Ok(gone) => report.gone = gone,
                Err(error) => report.error = report.error.or(Some(error.to_string())),
            }
        }
        self.replica.changed = true;
        // A file of which nothing could be read is a failure, not a report.
        let outcome = match report.error {
            Some(why) if report.read == 0 => Err(Failure::new(FailureCode::Io, why)),
            _ => Ok(report.into()),
        };
        self.answer(job.answer, outcome);
    }
}

impl ImportReport {
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
    ) -> Result<Gone, crate::store::StoreError> {
        let mut gone = Gone::default();
        let (mut names, mut seeds) = (BTreeSet::new(), Vec::new());
        for element in self.views.elements().values().filter(|element| element.owner == me && !element.retracted) {
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
        for seed in seeds.into_iter().filter(|_| !dry_run) {
            let mut said = self.file_said(&seed)?.unwrap_or_default();
            if !std::mem::replace(&mut said.gone, true) {
                self.remember_said(&seed, &said)?;
            }
        }
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

fn compare(
    replica: &Replica,
    me: IdentityId,
    record: &ImportRecord,
    seed: [u8; 16],
    job: &ImportJob,
) -> Result<Change, String> {
    let position = Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 };
    let scope = Scope::open(position);
    // What does not fit the format's bounds is skipped by itself, not with its whole batch.
    let fields = checked_fields(me, seed, record, position)?;
    let id = element_id(me, &seed);
    let shown = replica.views.elements().get(&id);
    let here = replica.views.scopes().get(&scope).and_then(|view| view.elements.get(&id));
    if let Some(why) = shown.and_then(|held| another(held, record, position)) {
        return Err(why);
    }
    let before = replica.file_said(&seed).map_err(|error| error.to_string())?;
    let change = |what, ops, both, said: FileSaid| {
        let said = (before.as_ref() != Some(&said)).then_some(said);
        Ok(Change { what, ops, both, said })
    };
    let mut said = before.clone().unwrap_or_default();
    said.gone = false;
    if record.cancelled {
        // It is closed until the file says otherwise; what was never held is not made.
        let held = shown.ok_or(CANCELLED)?;
        said.closed = true;
        let close = element_op(me, seed, vec![Field::Retracted(true)]);
        return change(What::Updated, vec![(held.scope, close)], Vec::new(), said);
    }
    let Some(held) = shown.or(here) else {
        fields.iter().for_each(|field| said.put(field, &job.key));
        said.closed = false;
        return change(What::Created, vec![(scope, element_op(me, seed, fields))], Vec::new(), said);
    };
    let closed = shown.is_none() && held.retracted;
    if closed && !said.closed {
        // Taken back by hand: the file does not bring it back.
        return change(What::Unchanged, Vec::new(), Vec::new(), said);
    }
    said.closed = false;
    let (mut write, mut both) = (Vec::new(), Vec::new());
    for field in fields {
        let mut decision = decide(&field, held, before.as_ref(), &job.key);
        if decision == Decision::Both {
            decision = match job.both_changed {
                BothChanged::Tell => {
                    both.push(field.key());
                    continue;
                }
                BothChanged::TakeFile => Decision::Write,
                BothChanged::KeepMine => Decision::Keep,
            };
        }
        said.put(&field, &job.key);
        if decision == Decision::Write {
            write.push(field);
        }
    }
    let moves = write.iter().any(|field| matches!(field, Field::Position(_))) && held.scope != scope;
    let ops = if moves {
        let all = all_fields(held, write);
        replica.move_ops(held, position, all).map_err(|failure| failure.message)?
    } else {
        if closed {
            write.push(Field::Retracted(false));
            write.sort_by_key(Field::key);
        }
        let ops = if write.is_empty() { Vec::new() } else { vec![(held.scope, element_op(me, seed, write))] };
        ops
    };
    let what = match (closed, ops.is_empty()) {
        (true, _) => What::Reopened,
        (false, true) => What::Unchanged,
        (false, false) => What::Updated,
    };
    change(what, ops, both, said)
}

/// What the file says, as it is signed: what it leaves open its owner may have written.
fn checked_fields(
    me: IdentityId,
    seed: [u8; 16],
    record: &ImportRecord,
    position: Position,
) -> Result<Vec<Field>, String> {
    let mut op = element_op(me, seed, fields_of(record, position));
    op.tidy();
    op.encode([0; 16]).map_err(|error| error.to_string())?;
    match op {
        Op::Element(op) => Ok(only_said(op.fields)),
        other => Err(format!("{} is no element", other.rule().name)),
    }
}

/// All that an element says, some of it anew, in ascending order of the keys.
fn all_fields(held: &ElementView, write: Vec<Field>) -> Vec<Field> {
    let kept = fields::all(held).into_iter().filter(|field| write.iter().all(|new| new.key() != field.key()));
    let mut all: Vec<Field> = kept.chain(write.iter().cloned()).collect();
    all.sort_by_key(Field::key);
    all
}

/// Why a record is not what is held by its id: files of one name may be of different data sets.
fn another(held: &ElementView, record: &ImportRecord, position: Position) -> Option<String> {
    let metres = sphere::metres(held.position?, position);
    let [before, name] = [&held.name, &record.name].map(|name| folded(name));
    (metres > FAR_M && before != name && !is_similar(&before, &name)).then(|| {
        format!(
            "its id '{}' is that of '{}', which lies {:.0} km from there: give this data set a --source of its own",
            record.source_id,
            held.name,
            metres / 1000.0
        )
    })
}

/// All fields of a record, in ascending order of their keys.
fn fields_of(record: &ImportRecord, position: Position) -> Vec<Field> {
    vec![
        Field::Kind(record.kind),
        Field::Name(record.name.clone()),
        Field::Description(record.description.clone()),
        Field::Position(position),
        Field::Address(record.address.clone()),
        Field::Phone(record.phone.clone()),
        Field::Email(record.email.clone()),
        Field::Website(record.website.clone()),
        Field::OpeningHours(record.opening_hours.clone()),
        Field::Tags(record.tags.clone()),
        Field::When(record.when.clone()),
        Field::Provenance(Some(Provenance {
            source: record.source.clone(),
            id: record.source_id.clone(),
            licence: record.licence.clone(),
        })),
    ]
}
