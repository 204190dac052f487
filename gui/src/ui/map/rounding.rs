//! Joins the stretches of wide lines, and lets them reach beyond their ends: the map widget draws each stretch of a
//! line as a bar of its own, with gaps where bars meet.

use egui::{Color32, Pos2, Vec2};
use walkers::{Drawable, Line};

/// Widths in points from which gaps are seen.
const WIDE: f32 = 1.6;
/// Corners are drawn in steps of so many radians, about 20 degrees: bars that meet at less are made longer until their
/// outer edges meet.
const STEP: f32 = 0.35;
/// A line that turns back has no corner: about 165 degrees.
const BACK: f32 = 2.88;

/// Join what is drawn. Points are those of a tile that is magnified so many times; lines of one colour end where they
/// end.
pub fn round(drawables: &mut [Drawable], magnified: f32, ends: Color32) {
    for drawable in drawables {
        if let Drawable::Lines(lines) = drawable {
            let mut out = Vec::with_capacity(lines.len());
            for line in lines.drain(..) {
                if line.width >= WIDE && line.dasharray.is_empty() {
                    joined(&line, magnified, line.color != ends, &mut out);
                } else {
                    out.push(line);
                }
            }
            *lines = out;
        }
    }
}

/// A line as bars that overlap.
fn joined(line: &Line, magnified: f32, longer: bool, out: &mut Vec<Line>) {
    let half = line.width / 2.0 / magnified;
    let mut points: Vec<Pos2> = line.points.clone();
    points.dedup();
    let closed = points.len() > 3 && points.first() == points.last();
    if closed {
        // Its first corner is one too.
        points.extend(points.get(1).copied());
    }
    let mut smooth = Vec::with_capacity(points.len() * 2);
    smooth.extend(points.first().copied());
    for corner in points.windows(3) {
        if let [a, b, c] = corner {
            corner_points(*a, *b, *c, half, &mut smooth);
        }
    }
    if points.len() > 1 && !closed {
        smooth.extend(points.last().copied());
    }
    let end = if longer && !closed { half } else { 0.0 };
    for (index, (a, b)) in smooth.iter().zip(smooth.iter().skip(1)).enumerate() {
        let along = (*b - *a).normalized();
        let beyond = |turn: f32| half * (turn.min(STEP * 2.0) / 2.0).tan();
        let before = index.checked_sub(1).and_then(|before| smooth.get(before));
        let before = before.map_or(end, |before| beyond(turn(*a - *before, *b - *a)));
        let after = smooth.get(index + 2).map_or(end, |after| beyond(turn(*b - *a, *after - *b)));
        out.push(Line { points: vec![*a - along * before, *b + along * after], dasharray: Vec::new(), ..*line });
    }
}

/// By how much a line turns from one direction to another.
fn turn(from: Vec2, to: Vec2) -> f32 {
    let turn = from.angle() - to.angle();
    turn.sin().atan2(turn.cos()).abs()
}

/// In place of a corner a curve, as short as the line is wide.
fn corner_points(a: Pos2, b: Pos2, c: Pos2, half: f32, out: &mut Vec<Pos2>) {
    let (into, from): (Vec2, Vec2) = (b - a, c - b);
    let turn = turn(into, from);
    if !(STEP..=BACK).contains(&turn) {
        out.push(b);
        return;
    }
    let cut = half.min(into.length() / 2.0).min(from.length() / 2.0);
    let (begin, end) = (b - into.normalized() * cut, b + from.normalized() * cut);
    let steps = (turn / STEP).ceil().max(1.0) + 1.0;
    for step in 0..=steps as u32 {
        let t = step as f32 / steps;
        let (one, other) = (begin + (b - begin) * t, b + (end - b) * t);
        out.push(one + (other - one) * t);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    fn bars(width: f32, dasharray: Vec<f32>, points: &[Pos2]) -> Vec<Vec<Pos2>> {
        let line = Line { points: points.to_vec(), width, color: Color32::WHITE, dasharray };
        let mut drawables = [Drawable::Lines(vec![line])];
        round(&mut drawables, 1.0, Color32::BLACK);
        let [Drawable::Lines(lines)] = drawables else { return Vec::new() };
        lines.into_iter().map(|line| line.points).collect()
    }

    #[test]
    fn a_wide_line_has_a_round_corner_and_reaches_beyond_its_ends() {
        let corner = [pos2(0.0, 0.0), pos2(100.0, 0.0), pos2(100.0, 100.0)];
        let made = bars(10.0, Vec::new(), &corner);
        let flat: Vec<Pos2> = made.iter().flatten().copied().collect();
        assert_eq!((flat.first(), flat.last()), (Some(&pos2(-5.0, 0.0)), Some(&pos2(100.0, 105.0))));
        assert!(made.len() > 5 && flat.iter().all(|at| at.distance(pos2(100.0, 0.0)) > 1.0));
        assert_eq!(bars(1.0, Vec::new(), &corner), [corner.to_vec()]);
        assert_eq!(bars(10.0, vec![1.0, 1.0], &corner), [corner.to_vec()]);
    }

    #[test]
    fn bars_that_meet_at_a_small_angle_overlap_until_their_outer_edges_meet() {
        let made = bars(20.0, Vec::new(), &[pos2(0.0, 0.0), pos2(100.0, 0.0), pos2(200.0, 20.0)]);
        assert_eq!(made.len(), 2);
        let beyond = made.first().and_then(|bar| bar.last()).map_or(0.0, |end| end.x - 100.0);
        let expected = 10.0 * (0.2_f32.atan() / 2.0).tan();
        assert!((beyond - expected).abs() < 1e-3, "{beyond} {expected}");
    }

    #[test]
    fn a_roundabout_has_no_ends() {
        let ring = [pos2(0.0, 0.0), pos2(100.0, 0.0), pos2(100.0, 100.0), pos2(0.0, 100.0), pos2(0.0, 0.0)];
        let made = bars(10.0, Vec::new(), &ring);
        assert!(made.iter().flatten().all(|at| (-1.0..=101.0).contains(&at.x) && (-1.0..=101.0).contains(&at.y)));
    }
}
