//! Days that hours are of: weekdays, those of them that come at a time of each month, and public holidays.

use super::{
    DAYS,
    words::{LAST, OfMonth, Piece},
};

/// Some days.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Chosen {
    /// Each week, Monday first.
    pub week: [bool; 7],
    /// In some weeks of each month alone: "1er et 3e samedis du mois".
    pub month: [OfMonth; 7],
    /// Public holidays.
    pub holidays: bool,
}

impl Chosen {
    pub fn is_none(&self) -> bool {
        !self.holidays && self.is_weekly_none() && self.month == [0; 7]
    }
    pub fn is_weekly_none(&self) -> bool {
        self.week == [false; 7]
    }
    pub fn add(&mut self, other: &Self) {
        self.holidays |= other.holidays;
        self.week.iter_mut().zip(other.week).for_each(|(have, more)| *have |= more);
        self.month.iter_mut().zip(other.month).for_each(|(have, more)| *have |= more);
    }
    /// Those of a month, each with its weeks.
    pub fn of_month(&self) -> impl Iterator<Item = (usize, OfMonth)> {
        self.month.into_iter().enumerate().filter(|(_, weeks)| *weeks != 0)
    }
}

/// "Sa[1,3]".
pub(super) fn of_month(day: usize, weeks: OfMonth) -> String {
    let numbers = (0..5).filter(|week| weeks & 1 << week != 0).map(|week| (week + 1).to_string());
    let last = (weeks & LAST != 0).then(|| "-1".to_owned());
    format!("{}[{}]", DAYS.get(day).copied().unwrap_or_default(), numbers.chain(last).collect::<Vec<_>>().join(","))
}

/// Days from there on: "lundi", "lundi au vendredi", "mardi, jeudi et 1er samedi du mois"; and where they end.
pub(super) fn days(pieces: &[Piece], mut at: usize) -> Option<(Chosen, usize)> {
    let mut chosen = Chosen::default();
    loop {
        match *pieces.get(at)? {
            Piece::Day(from) => {
                at += 1;
                let mut to = from;
                if let (Some(Piece::To), Some(Piece::Day(last))) = (pieces.get(at), pieces.get(at + 1)) {
                    (to, at) = (*last, at + 2);
                }
                // "samedi au mardi" goes over the end of the week.
                let mut day = from;
                loop {
                    *chosen.week.get_mut(day)? = true;
                    if day == to {
                        break;
                    }
                    day = (day + 1) % 7;
                }
            }
            Piece::Days(week) => {
                at += 1;
                chosen.add(&Chosen { week, ..Chosen::default() });
            }
            Piece::Holidays => {
                at += 1;
                chosen.holidays = true;
            }
            Piece::Week(_) => {
                let more;
                (more, at) = month(pieces, at)?;
                chosen.add(&more);
            }
            _ => return None,
        }
        match next_day(pieces, at) {
            Some(next) => at = next,
            None => return Some((chosen, at)),
        }
    }
}

/// "1er et 3e samedis et 2e mardi du mois": without the month at their end they may be days of one month alone.
fn month(pieces: &[Piece], mut at: usize) -> Option<(Chosen, usize)> {
    let mut chosen = Chosen::default();
    loop {
        let mut weeks = 0;
        while let Some(Piece::Week(week)) = pieces.get(at) {
            weeks |= week;
            at = behind_and(pieces, at + 1);
        }
        let Some(Piece::Day(day)) = pieces.get(at) else { return None };
        *chosen.month.get_mut(*day)? |= weeks;
        at += 1;
        if pieces.get(at) == Some(&Piece::OfMonth) {
            return Some((chosen, at + 1));
        }
        at = next_day(pieces, at).filter(|next| matches!(pieces.get(*next), Some(Piece::Week(_))))?;
    }
}

/// Where days go on, right there or behind an "and".
fn next_day(pieces: &[Piece], at: usize) -> Option<usize> {
    let is_day =
        |at: &usize| matches!(pieces.get(*at), Some(Piece::Day(_) | Piece::Days(_) | Piece::Holidays | Piece::Week(_)));
    [at, behind_and(pieces, at)].into_iter().find(is_day)
}

pub(super) fn behind_and(pieces: &[Piece], mut at: usize) -> usize {
    while matches!(pieces.get(at), Some(Piece::And | Piece::Slash)) {
        at += 1;
    }
    at
}
