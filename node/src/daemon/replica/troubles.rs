//! What is wrong with the store, as it is shown.

use super::Replica;
use crate::snapshot::Trouble;
use std::mem;

impl Replica {
    /// Say what is wrong, in place of what was said of the same kind.
    pub(crate) fn trouble(&mut self, trouble: Trouble) {
        self.no_trouble(&trouble);
        self.troubles.push(trouble);
        self.changed = true;
    }

    /// Something of this kind is wrong no longer.
    pub(crate) fn no_trouble(&mut self, like: &Trouble) {
        let before = self.troubles.len();
        self.troubles.retain(|held| mem::discriminant(held) != mem::discriminant(like));
        self.changed |= self.troubles.len() < before;
    }
}
