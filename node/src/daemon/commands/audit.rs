//! Who holds which role, and how that came about.

use crate::{
    api::{AuditAct, AuditLine, Failure, Member, Outcome},
    daemon::core::Core,
};
use communaut_protocol::{
    ElementId, IdentityId, fold,
    fold::{Record, ScopeState},
    op::Op,
};
use std::cmp::Reverse;

impl Core {
    /// Everyone with a role, the highest first.
    pub(super) fn members(&self, container: ElementId) -> Result<Outcome, Failure> {
        let element = self.element(container)?;
        let governance = self.governance(&element)?;
        let mut members: Vec<Member> = governance
            .roles
            .iter()
            .map(|(person, role)| Member {
                person: *person,
                name: self.name_of(*person),
                role: *role,
                founder: governance.founder == Some(*person),
            })
            .collect();
        members.sort_by_key(|member| (Reverse(member.role), !member.founder, member.name.clone(), member.person));
        Ok(Outcome::Members(members))
    }

    /// The audit trail: the logs themselves, read.
    pub(super) fn audit(&self, container: ElementId) -> Result<Outcome, Failure> {
        let element = self.element(container)?;
        let founder = self.governance(&element)?.founder;
        let state = self.views.state(&element.scope);
        let trail = fold::audit(founder, state.into_iter().flat_map(ScopeState::governing));
        let lines = trail.into_iter().filter_map(|(record, counts)| {
            Some(AuditLine {
                entry: record.id,
                author: record.author,
                author_name: self.name_of(record.author),
                written_ms: record.stamp.ms(),
                act: self.act(record)?,
                counts,
            })
        });
        Ok(Outcome::Audit(lines.collect()))
    }

    fn act(&self, record: &Record) -> Option<AuditAct> {
        match &record.op {
            Op::Role(op) => Some(AuditAct::Role { person: op.person, name: self.name_of(op.person), role: op.role }),
            Op::Erase(op) => Some(AuditAct::Erase { entries: op.targets.len() as u64, reason: op.reason.clone() }),
            Op::Void(op) => Some(AuditAct::Void { erasure: op.erasure }),
            _ => None,
        }
    }

    pub(super) fn name_of(&self, person: IdentityId) -> String {
        self.views.book().get(&person).map(|person| person.name.clone()).unwrap_or_default()
    }
}
