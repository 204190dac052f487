//! What somebody has published.

use super::{OwnWork, OwnWorkInfo, said_by};
use crate::{failure::Failure, modules::Read, snapshot::Snapshot};

impl Read for OwnWork {
    fn read(&self, snapshot: &Snapshot) -> Result<OwnWorkInfo, Failure> {
        let Some(me) = &snapshot.overview.me else { return Ok(OwnWorkInfo::default()) };
        let mut info = OwnWorkInfo::default();
        for said in said_by(me.id, &snapshot.elements, &snapshot.scopes) {
            if said.is_sample() {
                info.samples += 1;
            } else {
                let ms = said.written_ms();
                info.first_ms = Some(info.first_ms.map_or(ms, |first| first.min(ms)));
            }
        }
        Ok(info)
    }
}
