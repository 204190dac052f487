//! Until when an erasure can be taken back.

use communaut_node::api::{ErasureLine, VOIDABLE_MS};

/// Until when it can be taken back; none: it cannot any more, or never could.
#[must_use]
pub fn voidable_until(line: &ErasureLine, now_ms: i64) -> Option<i64> {
    let until = line.at_ms.saturating_add_unsigned(VOIDABLE_MS);
    (!line.own && !line.voided && now_ms < until).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use communaut_protocol::{EntryId, IdentityId};

    #[test]
    fn it_can_be_taken_back_for_seven_days() {
        let (erasure, by) = (EntryId::default(), IdentityId::default());
        let hidden = ErasureLine {
            erasure,
            author: None,
            entries: 1,
            by,
            own: false,
            reason: String::new(),
            at_ms: 1_000,
            voided: false,
        };
        assert_eq!(voidable_until(&hidden, 1_000), Some(604_801_000));
        assert_eq!(voidable_until(&hidden, 604_800_999), Some(604_801_000));
        assert_eq!(voidable_until(&hidden, 604_801_000), None);
        let own = ErasureLine { own: true, ..hidden.clone() };
        assert_eq!(voidable_until(&own, 1_000), None, "an author's is for good");
        assert_eq!(voidable_until(&ErasureLine { voided: true, ..hidden }, 1_000), None, "taken back already");
    }
}
