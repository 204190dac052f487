//! What is let go of where more is kept than is meant to be: first what was used longest ago.

/// How much is kept, at most.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    pub bytes: usize,
    pub count: usize,
}

/// Which of what is kept goes, given as keys, bytes, and when each was used last. What was used at `since` or later
/// stays, even beyond the bound: it would only be made again.
pub fn outdated<K>(kept: impl Iterator<Item = (K, usize, u64)>, bound: Bound, since: u64) -> Vec<K> {
    let mut old = Vec::new();
    let (mut bytes, mut count) = (0_usize, 0_usize);
    for (key, size, used) in kept {
        (bytes, count) = (bytes.saturating_add(size), count + 1);
        if used < since {
            old.push((key, size, used));
        }
    }
    if bytes <= bound.bytes && count <= bound.count {
        return Vec::new();
    }
    old.sort_by_key(|(.., used)| *used);
    let mut gone = Vec::new();
    for (key, size, _) in old {
        if bytes <= bound.bytes && count <= bound.count {
            break;
        }
        (bytes, count) = (bytes - size, count - 1);
        gone.push(key);
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first_and_what_is_in_use_stays() {
        let gone = |bytes, count, since| {
            let kept = [("new", 10, 4), ("old", 10, 1), ("older", 10, 0), ("recent", 10, 3)];
            outdated(kept.into_iter(), Bound { bytes, count }, since)
        };
        assert!(gone(40, 4, 9).is_empty());
        assert_eq!(gone(39, 4, 9), ["older"]);
        assert_eq!(gone(40, 2, 9), ["older", "old"]);
        assert_eq!(gone(0, 9, 3), ["older", "old"]);
        assert_eq!(gone(9, 0, 4), ["older", "old", "recent"]);
    }
}
