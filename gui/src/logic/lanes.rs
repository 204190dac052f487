//! Events of a day side by side: which part of the day's width each has.

use super::agenda::{Day, Event};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::ops::Range;

/// Minutes of a day on a clock's wall.
pub const DAY_MIN: u16 = 24 * 60;
/// A shorter event is as high as one of so many minutes: its name has to fit.
const SHOWN_MIN: u16 = 30;
/// Minutes to which times snap that are drawn with the pointer.
const SNAP_MIN: u16 = 15;

/// Where an event with hours stands in a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its place in the list of events.
    pub event: usize,
    /// Minutes since midnight on the viewer's wall.
    pub minutes: Range<u16>,
    /// Which lane of how many.
    pub lane: usize,
    /// See `lane`.
    pub lanes: usize,
}

/// Minutes of a day that something lasts from one moment to another.
fn minutes(date: Date, start_ms: i64, end_ms: i64, zone: &TimeZone) -> Option<Range<u16>> {
    let at = |ms| Some(Timestamp::from_millisecond(ms).ok()?.to_zoned_datetime(zone.clone()).datetime());
    let (start, end) = (at(start_ms)?, at(end_ms)?);
    let of_day = |at: jiff::civil::DateTime| u16::try_from(i32::from(at.hour()) * 60 + i32::from(at.minute())).ok();
    let from = if start.date() < date { 0 } else { of_day(start)? };
    let to = if end.date() > date { DAY_MIN } else { of_day(end)? };
    let to = to.max(from.saturating_add(SHOWN_MIN)).min(DAY_MIN);
    Some(from.min(to.saturating_sub(SHOWN_MIN))..to)
}

/// The blocks of a day. Those that overlap, directly or by others, share the width.
#[must_use]
pub fn blocks(day: &Day, events: &[Event], zone: &TimeZone) -> Vec<Block> {
    let timed = day.events.iter().filter_map(|touch| {
        let event = events.get(touch.event).filter(|event| event.days.is_none())?;
        let minutes = minutes(day.date, event.start_ms, event.end_ms, zone)?;
        Some(Block { event: touch.event, minutes, lane: 0, lanes: 1 })
    });
    let mut blocks: Vec<Block> = timed.collect();
    blocks.sort_by_key(|block| (block.minutes.start, std::cmp::Reverse(block.minutes.end), block.event));
    let mut group = 0;
    // Until when each lane of the group is taken.
    let mut taken: Vec<u16> = Vec::new();
    for at in 0..blocks.len() {
        let Some(block) = blocks.get_mut(at) else { break };
        let (from, to) = (block.minutes.start, block.minutes.end);
        if taken.iter().all(|until| *until <= from) {
            share(&mut blocks, group..at, taken.len());
            group = at;
            taken.clear();
        }
        let lane = taken.iter().position(|until| *until <= from).unwrap_or(taken.len());
        match taken.get_mut(lane) {
            Some(until) => *until = to,
            None => taken.push(to),
        }
        if let Some(block) = blocks.get_mut(at) {
            block.lane = lane;
        }
    }
    let all = blocks.len();
    share(&mut blocks, group..all, taken.len());
    blocks
}

fn share(blocks: &mut [Block], group: Range<usize>, lanes: usize) {
    for block in blocks.get_mut(group).unwrap_or_default() {
        block.lanes = lanes.max(1);
    }
}

/// Minutes of a day at a part of its height, snapped.
#[must_use]
pub fn at_height(share: f32) -> u16 {
    let minutes = (share.clamp(0.0, 1.0) * f32::from(DAY_MIN)).round() as u16;
    (minutes + SNAP_MIN / 2) / SNAP_MIN * SNAP_MIN
}

/// The moment that a clock's wall shows so on a day: midnight after the last minute.
#[must_use]
pub fn moment_ms(date: Date, minutes: u16, zone: &TimeZone) -> Option<i64> {
    let (date, minutes) = if minutes >= DAY_MIN { (date.tomorrow().ok()?, 0) } else { (date, minutes) };
    let (hour, minute) = (i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?);
    Some(date.at(hour, minute, 0, 0).to_zoned_datetime(zone.clone()).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::logic::agenda::Touch;
    use communaut_protocol::ElementId;
    use jiff::civil::date;

    fn event(start: &str, end: &str) -> Event {
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        Event {
            id: ElementId([1; 32]),
            name: "Fête".into(),
            start_ms: ms(start),
            end_ms: ms(end),
            days: None,
            order_ms: ms(start),
            repeat: None,
            zone: "UTC".into(),
            sample: false,
        }
    }

    fn laid(spans: &[(&str, &str)]) -> Vec<(usize, usize, usize)> {
        let events: Vec<Event> = spans
            .iter()
            .map(|(from, to)| event(&format!("2026-09-12T{from}:00Z"), &format!("2026-09-12T{to}:00Z")))
            .collect();
        let touches = (0..events.len()).map(|event| Touch { event, begins: true, ends: true }).collect();
        let day = Day { date: date(2026, 9, 12), in_month: true, events: touches };
        blocks(&day, &events, &TimeZone::UTC).iter().map(|block| (block.event, block.lane, block.lanes)).collect()
    }

    #[test]
    fn what_overlaps_stands_side_by_side() {
        assert_eq!(laid(&[("10:00", "12:00"), ("12:00", "13:00")]), [(0, 0, 1), (1, 0, 1)]);
        assert_eq!(laid(&[("10:00", "12:00"), ("11:00", "13:00")]), [(0, 0, 2), (1, 1, 2)]);
        // The third finds room where the first has ended, and shares the width with both.
        let three = [("10:00", "11:00"), ("10:30", "13:00"), ("11:00", "12:00"), ("14:00", "15:00")];
        assert_eq!(laid(&three), [(0, 0, 2), (1, 1, 2), (2, 0, 2), (3, 0, 1)]);
        assert_eq!(laid(&[]), []);
    }

    #[test]
    fn over_midnight_and_short() {
        let events = [
            event("2026-09-11T22:00:00Z", "2026-09-12T02:00:00Z"),
            event("2026-09-12T23:50:00Z", "2026-09-12T23:50:00Z"),
        ];
        let touches = vec![Touch { event: 0, begins: false, ends: true }, Touch { event: 1, begins: true, ends: true }];
        let day = Day { date: date(2026, 9, 12), in_month: true, events: touches };
        let minutes: Vec<Range<u16>> =
            blocks(&day, &events, &TimeZone::UTC).into_iter().map(|block| block.minutes).collect();
        assert_eq!(minutes, [0..120, 1_410..1_440]);
    }

    #[test]
    fn from_a_height_to_a_moment() {
        assert_eq!([at_height(-1.0), at_height(0.5), at_height(0.504), at_height(2.0)], [0, 720, 720, 1_440]);
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(moment_ms(date(2026, 9, 12), 18 * 60 + 30, &paris), Some(ms("2026-09-12T16:30:00Z")));
        assert_eq!(moment_ms(date(2026, 9, 12), DAY_MIN, &paris), Some(ms("2026-09-12T22:00:00Z")));
    }
}
