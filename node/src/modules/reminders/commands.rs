//! Keeping reminders, and which of them are due.

use super::{REMINDED_BEFORE_MAX, REMINDERS_MAX, Remind, Reminder, Reminders, RemindersDetail, RemindersTold};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{Replica, group_keys::internal},
    },
    failure::{Failure, FailureCode},
    modules::Done,
    times::{Stretch, Time, single, times},
};
use communaut_protocol::{
    ElementId,
    fold::ElementView,
    op::{Kind, When},
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// What the keys of reminders begin with.
const KEPT: &str = "reminder ";
/// Until when they have been told.
const TOLD: &str = "reminders told";
/// Times of one series that are due at once, at most: those of a node that was away.
const DUE_MAX: usize = 400;
/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// As it is kept.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Kept {
    element: ElementId,
    on: Option<i32>,
    before_min: u32,
}

impl Kept {
    fn before_ms(self) -> i64 {
        i64::from(self.before_min).saturating_mul(MINUTE_MS)
    }

    /// When what it speaks of takes place.
    fn when(self, element: &ElementView) -> Option<When> {
        let when = element.when.clone()?;
        let left_out = |day: &i32| when.repeat.as_ref().is_some_and(|repeat| repeat.except.contains(day));
        match self.on {
            Some(day) if when.repeat.is_some() => single(&when, day).filter(|_| !left_out(&day)),
            _ => Some(when),
        }
    }

    fn of(self, element: &ElementView, time: &Time) -> Reminder {
        Reminder {
            element: self.element,
            name: element.name.clone(),
            on: self.on,
            before_min: self.before_min,
            at_ms: time.order_ms.saturating_sub(self.before_ms()),
            start_ms: time.start_ms,
            end_ms: time.end_ms,
            days: time.days,
            zone: element.when.as_ref().map(|when| when.zone.clone()).unwrap_or_default(),
        }
    }
}

impl Act for Remind {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let Self { element, on, before_min } = self;
        let key = format!("{KEPT}{element} {}", on.map_or_else(|| "every".to_owned(), |day| day.to_string()));
        let held = replica.store.meta(&key).map_err(internal)?.is_some();
        let Some(before_min) = before_min else {
            if !held {
                return Err(Failure::not_found("there is no such reminder; `reminders` lists them"));
            }
            replica.store.unset_meta(&key).map_err(internal)?;
            replica.dirty = true;
            return Ok(Done);
        };
        let event = replica.views.elements().get(&element).cloned();
        let event = event.ok_or_else(|| Failure::not_found(format!("no element {} is held here", element.short())))?;
        let kept = Kept { element, on, before_min };
        if event.kind != Kind::Event || kept.when(&event).is_none() {
            let why = format!("'{}' takes place at no such time; `agenda` says when events do", event.name);
            return Err(Failure::invalid(why));
        }
        if before_min > REMINDED_BEFORE_MAX {
            return Err(Failure::invalid("one is reminded four weeks before at the most"));
        }
        if !held && replica.store.meta_under(KEPT).map_err(internal)?.len() >= REMINDERS_MAX {
            let why = format!("{REMINDERS_MAX} reminders are kept already; take some away first");
            return Err(Failure::new(FailureCode::Busy, why));
        }
        let bytes = serde_json::to_vec(&kept).map_err(|error| Failure::internal(error.to_string()))?;
        replica.store.set_meta(&key, &bytes).map_err(internal)?;
        replica.dirty = true;
        Ok(Done)
    }
}

impl Act for RemindersTold {
    fn act(self, replica: &mut Replica) -> Result<Done, Failure> {
        let until_ms = self.until_ms.max(replica.told_until()?);
        replica.store.set_meta(TOLD, &until_ms.to_be_bytes()).map_err(internal)?;
        // What has been told and comes no more is kept no longer.
        for (key, kept) in replica.reminders()? {
            let Some(event) = replica.views.elements().get(&kept.element) else { continue };
            let ahead = Stretch::new(until_ms, i64::MAX, &TimeZone::UTC);
            if kept.when(event).is_none_or(|when| times(&when, &ahead, 1).is_empty()) {
                replica.store.unset_meta(&key).map_err(internal)?;
            }
        }
        replica.dirty = true;
        Ok(Done)
    }
}

impl Act for Reminders {
    fn act(self, replica: &mut Replica) -> Result<RemindersDetail, Failure> {
        let Self { now_ms, zone } = self;
        let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
        let told_ms = replica.told_until()?;
        let mut detail = RemindersDetail::default();
        for (_, kept) in replica.reminders()? {
            let Some(event) = replica.views.elements().get(&kept.element) else { continue };
            let Some(when) = kept.when(event) else { continue };
            let at_ms = |time: &Time| time.order_ms.saturating_sub(kept.before_ms());
            let since = Stretch::new(told_ms.min(now_ms), now_ms.saturating_add(kept.before_ms() + 1), &zone);
            let due = times(&when, &since, DUE_MAX).into_iter();
            let due = due.filter(|time| time.end_ms > now_ms && at_ms(time) > told_ms && at_ms(time) <= now_ms);
            detail.due.extend(due.map(|time| kept.of(event, &time)));
            let ahead = Stretch::new(now_ms.saturating_add(kept.before_ms()), i64::MAX, &zone);
            // One that goes on by then is among them.
            let next = times(&when, &ahead, DUE_MAX).into_iter().find(|time| at_ms(time) > now_ms);
            detail.coming.extend(next.map(|time| kept.of(event, &time)));
        }
        detail.due.sort_by_key(|one| (one.at_ms, one.element));
        detail.coming.sort_by_key(|one| (one.at_ms, one.element));
        Ok(detail)
    }
}

impl Replica {
    fn told_until(&self) -> Result<i64, Failure> {
        let bytes = self.store.meta(TOLD).map_err(internal)?;
        Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map_or(0, i64::from_be_bytes))
    }

    /// Those that are kept, with their keys.
    fn reminders(&self) -> Result<Vec<(String, Kept)>, Failure> {
        let held = self.store.meta_under(KEPT).map_err(internal)?;
        let read = |(key, bytes): (String, Vec<u8>)| match serde_json::from_slice(&bytes) {
            Ok(kept) => Some((key, kept)),
            Err(error) => {
                tracing::warn!("'{key}' is not understood and passed over: {error}");
                None
            }
        };
        Ok(held.into_iter().take(REMINDERS_MAX).filter_map(read).collect())
    }
}
