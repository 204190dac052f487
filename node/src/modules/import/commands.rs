//! Importing records: each becomes an element of mine in the open cell where it lies.

use super::{
    Gone, ImportReport, ImportRequest, Preview, PreviewRow, SkippedRecord, StreetsReport,
    same::{NAMES_SHOWN, Same},
};
use crate::{
    daemon::{
        core::Core,
        dispatch::Start,
        input::{Answer, Effect, ImportEnd, ImportJob, Streets, WORK_BATCH},
        replica::Replica,
    },
    failure::{Failure, FailureCode},
    import::{CANCELLED, ImportItem, ImportNote, ImportRecord},
    modules::element::{
        element_op,
        fields::{held_of, only_changed, only_said},
    },
    search::{fold::folded, is_similar},
    territory::sphere,
};
use communaut_protocol::{
    IdentityId, Position, Scope,
    fold::ElementView,
    op::{Field, Op, Provenance, When, element_id, import_seed},
};
use jiff::{Timestamp, tz::TimeZone};
use std::collections::{BTreeSet, HashSet};

/// Records skipped whose reasons are kept one by one: a file of garbage must not fill the memory.
pub const SKIPPED_MAX: usize = 100_000;

/// Metres from where something was beyond which it has not merely moved, if it has another name too.
const FAR_M: f64 = 5_000.0;

/// What a record comes to.
enum Change {
    Created(Vec<(Scope, Op)>),
    Updated(Vec<(Scope, Op)>),
    Unchanged,
}

impl Start for ImportRequest {
    fn start(self, core: &mut Core, answer: Answer) {
        let refused = if let Err(failure) = core.replica.author() {
            Some(failure)
        } else if let Some(job) = &core.import {
            let why = format!("'{}' is being imported; wait for its end", job.file);
            Some(Failure::new(FailureCode::Busy, why))
        } else {
            None
        };
        if let Some(failure) = refused {
            return core.answer(answer, Err(failure));
        }
        let file = self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned();
        let report = ImportReport { preview: self.dry_run.then(Preview::default), ..ImportReport::default() };
        core.import =
            Some(ImportJob { answer, file, report, dry_run: self.dry_run, streets: false, same: Same::default() });
        core.replica.changed = true;
        core.effects.push(Effect::Import(self));
    }
}

impl Core {
    /// Take records of the file, all of one batch or none.
    pub(crate) fn import_items(&mut self, items: Vec<ImportItem>) {
        let Some(mut job) = self.import.take() else { return };
        let me = match self.replica.author() {
            Ok(me) => me,
            Err(failure) => {
                // Whoever asked is told at the end of the file.
                job.report.error = Some(failure.message);
                self.import = Some(job);
                return;
            }
        };
        self.take_items(&mut job, me, items, true);
        self.import = Some(job);
    }

    /// `waits`: what may be the same as something held waits for the end of the file.
    fn take_items(&mut self, job: &mut ImportJob, me: IdentityId, items: Vec<ImportItem>, waits: bool) {
        let mut ops = Vec::new();
        let mut made = ImportReport::default();
        for item in items {
            let record = match item {
                ImportItem::Skipped(skipped) => {
                    made.read += 1;
                    made.skipped.push(SkippedRecord { at: skipped.at, why: skipped.why });
                    continue;
                }
                ImportItem::Record(record) if waits && !self.replica.holds_record(me, &record) => {
                    let Some(record) = job.same.take(&self.replica, me, record) else { continue };
                    record
                }
                ImportItem::Record(record) => record,
            };
            made.read += 1;
            let preview = job.report.preview.as_mut();
            match compare(&self.replica, me, &record) {
                Ok(Change::Created(more)) => {
                    made.created += 1;
                    note_name(preview.map(|preview| &mut preview.created), &record.name);
                    ops.extend(more);
                }
                Ok(Change::Updated(more)) => {
                    made.updated += 1;
                    note_name(preview.map(|preview| &mut preview.updated), &record.name);
                    ops.extend(more);
                }
                Ok(Change::Unchanged) => made.unchanged += 1,
                Err(why) => made.skipped.push(SkippedRecord { at: record.at, why }),
            }
        }
        let written = if job.dry_run { Ok(()) } else { self.replica.write_batches(me, ops).map(drop) };
        if let Err(failure) = written {
            job.report.error = Some(failure.message);
        } else {
            job.report.read += made.read;
            job.report.created += made.created;
            job.report.updated += made.updated;
            job.report.unchanged += made.unchanged;
            let room = SKIPPED_MAX.saturating_sub(job.report.skipped.len());
            job.report.skipped.extend(made.skipped.into_iter().take(room));
        }
        self.replica.changed = true;
    }

    /// The street map of the file.
    pub(crate) fn import_streets(&mut self, streets: Streets) {
        let Some(job) = &mut self.import else { return };
        match streets {
            Streets::Begin => job.streets = true,
            Streets::Made(made, packs) => {
                job.report.streets = Some(StreetsReport { id: made.id.clone(), tiles: made.tiles, bytes: made.bytes });
                self.streets = packs;
            }
            Streets::Failed(why) => job.report.streets_error = Some(why),
        }
        self.replica.changed = true;
    }

    /// The end of the file: give the report.
    pub(crate) fn import_end(&mut self, end: ImportEnd) {
        let Some(mut job) = self.import.take() else { return };
        let (mut seen, author) = (end.seen, self.replica.author());
        if let Ok(me) = author {
            let waited = job.same.take_waiting(&self.replica, &mut seen);
            let mut waited = waited.into_iter().peekable();
            while waited.peek().is_some() {
                let batch = waited.by_ref().take(WORK_BATCH).collect();
                self.take_items(&mut job, me, batch, false);
            }
        }
        let mut report = job.report;
        report.error = report.error.or(end.error);
        report.notes = end.notes;
        let Same { names, count, .. } = job.same;
        report.notes.extend((count > 0).then_some(ImportNote::Same { count, names }));
        if let Some(preview) = &mut report.preview {
            (preview.columns, preview.rows) = (end.columns, end.rows);
        }
        if let (Some(source), Ok(me)) = (end.whole, self.replica.author()) {
            report.gone = gone(&self.replica, me, &source, &seen);
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

fn note_name(names: Option<&mut Vec<String>>, name: &str) {
    if let Some(names) = names.filter(|names| names.len() < NAMES_SHOWN) {
        names.push(name.to_owned());
    }
}

/// What is shown of a data set and is not among these.
fn gone(replica: &Replica, me: IdentityId, source: &str, seen: &HashSet<[u8; 16]>) -> Gone {
    let mut gone = Gone::default();
    let mut names = BTreeSet::new();
    for element in replica.views.elements().values().filter(|element| element.owner == me && !element.retracted) {
        let of_source = element.provenance.as_ref().is_some_and(|provenance| provenance.source == source);
        if of_source && !seen.contains(&element.seed) {
            gone.count += 1;
            names.insert((element.name.clone(), element.id));
            if names.len() > NAMES_SHOWN {
                names.pop_last();
            }
        }
    }
    gone.names = names.into_iter().map(|(name, _)| name).collect();
    gone
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

impl Replica {
    /// Whether something is held by the id of a record: shown, or taken back where it lies.
    fn holds_record(&self, me: IdentityId, record: &ImportRecord) -> bool {
        let id = element_id(me, &import_seed(&record.source, &record.source_id));
        let scope = Scope::open(Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 });
        let here = || self.views.scopes().get(&scope).is_some_and(|view| view.elements.contains_key(&id));
        self.views.elements().contains_key(&id) || here()
    }
}

fn compare(replica: &Replica, me: IdentityId, record: &ImportRecord) -> Result<Change, String> {
    let seed = import_seed(&record.source, &record.source_id);
    let position = Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 };
    let scope = Scope::open(position);
    let fields = fields_of(record, position);
    // What does not fit the format's bounds is skipped by itself, not with its whole batch.
    element_op(me, seed, fields.clone()).encode([0; 16]).map_err(|error| error.to_string())?;
    let id = element_id(me, &seed);
    let shown = replica.views.elements().get(&id);
    let here = replica.views.scopes().get(&scope).and_then(|view| view.elements.get(&id));
    if let Some(why) = shown.and_then(|held| another(held, record, position)) {
        return Err(why);
    }
    if record.cancelled {
        // It is closed as by hand; what was never held is not made.
        let held = shown.ok_or(CANCELLED)?;
        return Ok(Change::Updated(vec![(held.scope, element_op(me, seed, vec![Field::Retracted(true)]))]));
    }
    // What the file does not say, its owner may have written.
    let said =
        |field: Field, held: &ElementView| only_said(vec![field.clone()]).pop().or_else(|| held_of(held, &field));
    let fields: Vec<Field> = match shown {
        Some(held) => fields.into_iter().filter_map(|field| said(field, held)).collect(),
        None => fields,
    };
    match (shown, here) {
        (Some(held), _) if held.scope != scope => {
            replica.move_ops(held, position, fields).map(Change::Updated).map_err(|failure| failure.message)
        }
        // Taken back by hand: the file does not bring it back.
        (None, Some(held)) if held.retracted => Ok(Change::Unchanged),
        (_, Some(held)) => {
            let changed = only_changed(fields, held);
            if changed.is_empty() {
                Ok(Change::Unchanged)
            } else {
                Ok(Change::Updated(vec![(scope, element_op(me, seed, changed))]))
            }
        }
        (_, None) => Ok(Change::Created(vec![(scope, element_op(me, seed, only_said(fields)))])),
    }
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
