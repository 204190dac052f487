//! Who holds which role, and how that came about.

use super::{Audit, AuditAct, AuditLine, Member, Members};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::Failure,
};
use communaut_protocol::{
    IdentityId,
    fold::{Record, ScopeState},
    op::Op,
};
use std::cmp::Reverse;

impl Act for Members {
    fn act(self, replica: &mut Replica) -> Result<Vec<Member>, Failure> {
        let container = self.container;
        let element = replica.element(container)?;
        let governance = replica.governance(&element)?;
        let mut members: Vec<Member> = governance
            .roles
            .iter()
            .map(|(person, role)| Member {
                person: *person,
                name: replica.name_of(*person),
                role: *role,
                founder: governance.founder == Some(*person),
            })
            .collect();
        members.sort_by_key(|member| (Reverse(member.role), !member.founder, member.name.clone(), member.person));
        Ok(members)
    }
}

impl Act for Audit {
    fn act(self, replica: &mut Replica) -> Result<Vec<AuditLine>, Failure> {
        let container = self.container;
        let element = replica.element(container)?;
        let trail = replica.views.state(&element.scope).map(ScopeState::audit);
        let lines = trail.into_iter().flatten().filter_map(|(record, counts)| {
            Some(AuditLine {
                entry: record.id,
                author: record.author,
                author_name: replica.name_of(record.author),
                written_ms: record.stamp.ms(),
                act: replica.act(record)?,
                counts,
            })
        });
        Ok(lines.collect())
    }
}

impl Replica {
    fn act(&self, record: &Record) -> Option<AuditAct> {
        match &record.op {
            Op::Role(op) => Some(AuditAct::Role { person: op.person, name: self.name_of(op.person), role: op.role }),
            Op::Erase(op) => Some(AuditAct::Erase { entries: op.targets.len() as u64, reason: op.reason.clone() }),
            Op::Void(op) => Some(AuditAct::Void { erasure: op.erasure }),
            _ => None,
        }
    }

    pub(crate) fn name_of(&self, person: IdentityId) -> String {
        self.views.book().get(&person).map(|person| person.name.clone()).unwrap_or_default()
    }
}
