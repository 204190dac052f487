//! Members and the audit trail, as text.

use super::text::{moment, role_name, short};
use crate::api::{AuditAct, AuditLine, Invitation, Member};
use communaut_protocol::IdentityId;

/// A row of `members`.
pub fn member(member: &Member) -> Vec<String> {
    let founder = if member.founder { "founder" } else { "" };
    vec![
        role_name(member.role).to_owned(),
        name(&member.name, member.person),
        short(&member.person),
        founder.to_owned(),
    ]
}

/// A row of `audit`.
pub fn act(line: &AuditLine) -> Vec<String> {
    let what = match &line.act {
        AuditAct::Role { person, name: called, role: Some(role) } => {
            format!("made {} a {}", name(called, *person), role_name(*role))
        }
        AuditAct::Role { person, .. } if *person == line.author => "left".to_owned(),
        AuditAct::Role { person, name: called, role: None } => format!("let {} go", name(called, *person)),
        AuditAct::Erase { entries, reason } if reason.is_empty() => format!("hid {}", count(*entries)),
        AuditAct::Erase { entries, reason } => format!("hid {}: {}", count(*entries), reason.replace('\n', " ")),
        AuditAct::Void { erasure } => format!("took the erasure {} back", short(erasure)),
    };
    let counts = if line.counts { "" } else { "does not count (SPEC.md §8.1)" };
    vec![moment(line.written_ms), name(&line.author_name, line.author), what, counts.to_owned()]
}

/// A row of `invitations`.
pub fn invitation(invitation: &Invitation) -> Vec<String> {
    vec![short(&invitation.community), format!("from {}", name(&invitation.from_name, invitation.from))]
}

pub(super) fn name(name: &str, person: IdentityId) -> String {
    if name.is_empty() { short(&person) } else { name.to_owned() }
}

fn count(entries: u64) -> String {
    if entries == 1 { "an entry".to_owned() } else { format!("{entries} entries") }
}
