//! Who holds which role, and how that came about.

use super::{Audit, AuditAct, AuditLine, Member, Members};
use crate::{
    daemon::{core::Core, dispatch::Act},
    failure::Failure,
};
use communaut_protocol::{
    IdentityId, fold,
    fold::{Record, ScopeState},
    op::Op,
};
use std::cmp::Reverse;

impl Act for Members {
    fn act(self, core: &mut Core) -> Result<Vec<Member>, Failure> {
        let container = self.container;
        let element = core.element(container)?;
        let governance = core.governance(&element)?;
        let mut members: Vec<Member> = governance
            .roles
            .iter()
            .map(|(person, role)| Member {
                person: *person,
                name: core.name_of(*person),
                role: *role,
                founder: governance.founder == Some(*person),
            })
            .collect();
        members.sort_by_key(|member| (Reverse(member.role), !member.founder, member.name.clone(), member.person));
        Ok(members)
    }
}

impl Act for Audit {
    fn act(self, core: &mut Core) -> Result<Vec<AuditLine>, Failure> {
        let container = self.container;
        let element = core.element(container)?;
        let founder = core.governance(&element)?.founder;
        let state = core.views.state(&element.scope);
        let trail = fold::audit(founder, state.into_iter().flat_map(ScopeState::governing));
        let lines = trail.into_iter().filter_map(|(record, counts)| {
            Some(AuditLine {
                entry: record.id,
                author: record.author,
                author_name: core.name_of(record.author),
                written_ms: record.stamp.ms(),
                act: core.act(record)?,
                counts,
            })
        });
        Ok(lines.collect())
    }
}

impl Core {
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
