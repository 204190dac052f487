//! Logs of which a suffix is held: any peer may have their beginnings. SPEC.md §9.1.

use super::{
    super::{WANTS_MAX, replica::Replica},
    Pull,
};

impl Pull {
    /// Ask for beginnings that are still to come, so many a round, each round from behind those of the round before,
    /// whatever came of it: so beginnings that nobody has keep nobody from the rest. One that was declined is not
    /// asked for. When all have been, they rest until there is something new on either side.
    pub(super) fn ask_of_beginnings<R: Replica>(&mut self, replica: &R) {
        if self.begun_up_to.is_none() {
            let now = Some((self.goal, replica.arrival()));
            if self.begun_at == now {
                return;
            }
            self.begun_at = now;
        }
        let mut logs = Vec::new();
        replica.incomplete(self.begun_up_to.as_ref(), &mut |log| {
            if !replica.has_declined_beginning(&log) {
                logs.push(log);
            }
            logs.len() < WANTS_MAX
        });
        self.begun_up_to = logs.last().copied().filter(|_| logs.len() >= WANTS_MAX);
        for log in logs {
            if let Some(item) = replica.item(&log).filter(|_| !self.stuck.contains(&log)) {
                self.add(item);
                self.put_back(&log);
            }
        }
    }
}
