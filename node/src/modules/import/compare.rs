//! What a record of a file comes to: something new, changes of what is held, or nothing.

use super::{
    BothChanged,
    said::{Decision, FileSaid, decide},
};
use crate::{
    daemon::{input::ImportJob, replica::Replica},
    import::{ImportRecord, Reason},
    modules::element::{
        element_op,
        fields::{self, only_said},
    },
    search::{fold::folded, is_similar},
    territory::sphere,
    together::likely::scopes_around,
};
use communaut_protocol::{
    IdentityId, Position, Scope,
    fold::ElementView,
    op::{Field, Op, Provenance, element_id},
};

/// Metres from where something was beyond which it has not merely moved, if it has another name too.
const FAR_M: f64 = 5_000.0;
/// That distance to the north, in 1e-7 degrees, and to the east as far as 75 degrees from the equator.
const FAR_NORTH: i32 = 450_000;
const FAR_EAST: i32 = 1_800_000;

/// What a record comes to.
pub(super) struct Change {
    pub what: What,
    pub ops: Vec<(Scope, Op)>,
    /// The fields that the owner and the file have changed.
    pub both: Vec<u8>,
    /// What is to be remembered of it, where that is something else than before.
    pub said: Option<FileSaid>,
}

/// How it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Created,
    Updated,
    /// It was taken back since the file had it no longer, and has it again.
    Reopened,
    Unchanged,
}

/// What a record comes to, by what is held of it and what its file said last.
pub(super) fn compare(
    replica: &Replica,
    me: IdentityId,
    record: &ImportRecord,
    seed: [u8; 16],
    job: &ImportJob,
) -> Result<Change, Reason> {
    let position = Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 };
    let scope = Scope::open(position);
    // What does not fit the format's bounds is skipped by itself, not with its whole batch.
    let fields = checked_fields(me, seed, record, position)?;
    let id = element_id(me, &seed);
    let shown = replica.views.said(&id);
    // Taken back it is shown nowhere; it lies where it lay, in this cell or in one beside it.
    let around = scopes_around(position, FAR_NORTH, FAR_EAST);
    let in_cell = |scope: &Scope| replica.views.scopes().get(scope).and_then(|view| view.elements.get(&id));
    let here = in_cell(&scope).or_else(|| around.iter().find_map(in_cell));
    if let Some(why) = shown.and_then(|held| another(held, record, position)) {
        return Err(why);
    }
    let before = replica.file_said(&seed).map_err(not_written)?;
    let change = |what, ops, both, said: FileSaid| {
        let said = (before.as_ref() != Some(&said)).then_some(said);
        Ok(Change { what, ops, both, said })
    };
    let mut said = before.clone().unwrap_or_default();
    said.gone = false;
    if record.cancelled {
        // Closed as what has gone: if it is called off no longer, it comes back. What was never held is not made.
        let held = shown.ok_or(Reason::Cancelled)?;
        said.closed = true;
        let ops = vec![(held.scope, element_op(me, seed, vec![Field::Retracted(true)]))];
        return change(What::Updated, ops, Vec::new(), said);
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
    for mut field in fields {
        keep_licence(&mut field, held);
        let mut decision = decide(&field, held, before.as_ref(), &job.key);
        // What was kept for good may be taken from the file after all.
        let was_kept = decision == Decision::Keep && said.is_kept(field.key());
        let mut keeps = was_kept;
        if was_kept && job.both_changed == BothChanged::TakeFile {
            (decision, keeps) = (Decision::Write, false);
        }
        if decision == Decision::Both {
            decision = match job.both_changed {
                BothChanged::Tell => {
                    both.push(field.key());
                    continue;
                }
                BothChanged::TakeFile => Decision::Write,
                BothChanged::KeepMine => {
                    keeps = true;
                    Decision::Keep
                }
            };
        }
        said.put(&field, &job.key);
        said.keep(field.key(), keeps);
        if decision == Decision::Write {
            write.push(field);
        }
    }
    let moves = write.iter().any(|field| matches!(field, Field::Position(_))) && held.scope != scope;
    let ops = if moves {
        let all = all_fields(held, write);
        replica.move_ops(held, position, all).map_err(|failure| not_written(failure.message))?
    } else {
        if closed {
            write.push(Field::Retracted(false));
            write.sort_by_key(Field::key);
        }
        if write.is_empty() { Vec::new() } else { vec![(held.scope, element_op(me, seed, write))] }
    };
    let what = match (closed, ops.is_empty()) {
        (true, _) => What::Reopened,
        (false, true) => What::Unchanged,
        (false, false) => What::Updated,
    };
    change(what, ops, both, said)
}

/// A file that is imported without its licence takes away none that was said before.
fn keep_licence(field: &mut Field, held: &ElementView) {
    if let (Field::Provenance(Some(new)), Some(old)) = (field, &held.provenance)
        && new.licence.is_empty()
        && new.source == old.source
    {
        new.licence.clone_from(&old.licence);
    }
}

/// What the file says, as it is signed: what it leaves open its owner may have written.
fn checked_fields(
    me: IdentityId,
    seed: [u8; 16],
    record: &ImportRecord,
    position: Position,
) -> Result<Vec<Field>, Reason> {
    let mut op = element_op(me, seed, fields_of(record, position));
    op.tidy();
    op.encode([0; 16]).map_err(not_written)?;
    match op {
        Op::Element(op) => Ok(only_said(op.fields)),
        other => Err(not_written(format!("{} is no element", other.rule().name))),
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
fn another(held: &ElementView, record: &ImportRecord, position: Position) -> Option<Reason> {
    let metres = sphere::metres(held.position?, position);
    let [before, name] = [&held.name, &record.name].map(|name| folded(name));
    (metres > FAR_M && before != name && !is_similar(&before, &name)).then(|| Reason::IdOfAnother {
        id: record.source_id.clone(),
        held: held.name.clone(),
        km: (metres / 1000.0).round() as u64,
    })
}

fn not_written(why: impl std::fmt::Display) -> Reason {
    Reason::NotWritten { said: why.to_string() }
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
