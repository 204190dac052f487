//! Makes lines ready to be drawn bar by bar: leaves out what nobody sees, joins the bars of wide lines, and lets them
//! reach beyond their ends. A renderer without a graphics card pays for each bar.

use egui::{Color32, Pos2, Vec2};
use walkers::{Drawable, Line};

/// Points of the screen by which a line may be off: half of the width of the thinnest.
const UNSEEN: f32 = 0.35;
/// Widths in points from which gaps between bars are seen.
const WIDE: f32 = 1.6;
/// Widths in points from which a corner is seen to be round.
const ROUND: f32 = 6.5;
/// Corners are drawn in steps of so many radians, about 20 degrees: bars that meet at less are made longer until their
/// outer edges meet.
const STEP: f32 = 0.35;
/// A line that turns back has no corner: about 165 degrees.
const BACK: f32 = 2.88;
/// A bar grows by half its width at a corner of 90 degrees, and at a sharper one by no more.
const SQUARE: f32 = std::f32::consts::FRAC_PI_2;
/// Points of a line that are thinned at once: what that takes grows with their square.
const THINNED_MAX: usize = 512;
/// Points that one corner becomes, at most.
const CORNER_MAX: usize = 12;
/// Bars of a tile, about 100 bytes each: a dense town's has a tenth of them. Beyond them lines have gaps at corners.
const BARS_MAX: usize = 500_000;

/// Join what is drawn. Points are those of a tile that is magnified so many times; lines of one colour end where they
/// end.
pub fn round(drawables: &mut [Drawable], magnified: f32, ends: Color32) {
    round_within(drawables, magnified, ends, BARS_MAX);
}

fn round_within(drawables: &mut [Drawable], magnified: f32, ends: Color32, mut bars_left: usize) {
    for drawable in drawables {
        if let Drawable::Lines(lines) = drawable {
            let mut out = Vec::with_capacity(lines.len());
            for mut line in lines.drain(..) {
                line.points = thinned(&line.points, UNSEEN / magnified);
                let at_most = line.points.len().saturating_mul(if line.width >= ROUND { CORNER_MAX } else { 1 });
                if line.width >= WIDE && line.dasharray.is_empty() && at_most <= bars_left {
                    let before = out.len();
                    joined(&line, magnified, line.color != ends, &mut out);
                    bars_left = bars_left.saturating_sub(out.len() - before);
                } else {
                    out.push(line);
                }
            }
            *lines = out;
        }
    }
}

/// Without the points that lie nearly on the line between others (Douglas and Peucker).
fn thinned(points: &[Pos2], off: f32) -> Vec<Pos2> {
    let last = points.len().saturating_sub(1);
    let mut kept: Vec<bool> = (0..points.len()).map(|index| index % THINNED_MAX == 0 || index == last).collect();
    let part = |from: usize| (from, (from + THINNED_MAX).min(last));
    let mut parts: Vec<_> = (0..last).step_by(THINNED_MAX).map(part).collect();
    while let Some((from, to)) = parts.pop() {
        let (Some(a), Some(b), Some(between)) = (points.get(from), points.get(to), points.get(from + 1..to)) else {
            continue;
        };
        let far = between.iter().map(|point| distance(*point, *a, *b)).zip(from + 1..);
        let farthest = far.max_by(|(one, _), (other, _)| one.total_cmp(other));
        if let Some((distance, index)) = farthest
            && distance > off
        {
            if let Some(kept) = kept.get_mut(index) {
                *kept = true;
            }
            parts.extend([(from, index), (index, to)]);
        }
    }
    points.iter().zip(kept).filter_map(|(point, kept)| kept.then_some(*point)).collect()
}

/// From a point to a stretch; of a ring's to where it begins and ends.
fn distance(point: Pos2, from: Pos2, to: Pos2) -> f32 {
    let way = to - from;
    let share = (point - from).dot(way) / way.length_sq().max(f32::MIN_POSITIVE);
    point.distance(from + way * share.clamp(0.0, 1.0))
}

/// A line as bars that overlap.
fn joined(line: &Line, magnified: f32, longer: bool, out: &mut Vec<Line>) {
    let half = line.width / 2.0 / magnified;
    let rounded = line.width >= ROUND;
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
            if rounded {
                corner_points(*a, *b, *c, half, &mut smooth);
            } else {
                smooth.push(*b);
            }
        }
    }
    if points.len() > 1 && !closed {
        smooth.extend(points.last().copied());
    }
    let end = if longer && !closed { half } else { 0.0 };
    let sharpest = if rounded { STEP * 2.0 } else { SQUARE };
    for (index, (a, b)) in smooth.iter().zip(smooth.iter().skip(1)).enumerate() {
        let along = (*b - *a).normalized();
        let beyond = |turn: f32| half * (turn.min(sharpest) / 2.0).tan();
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
    fn a_narrow_line_has_a_square_corner_of_two_bars_that_meet_at_its_outer_edge() {
        let made = bars(4.0, Vec::new(), &[pos2(0.0, 0.0), pos2(100.0, 0.0), pos2(100.0, 100.0)]);
        let flat: Vec<Pos2> = made.iter().flatten().copied().collect();
        let near = |at: &Pos2, x, y| at.distance(pos2(x, y)) < 1e-3;
        assert!(flat.len() == 4 && near(&flat[1], 102.0, 0.0) && near(&flat[2], 100.0, -2.0), "{flat:?}");
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let wavy = [pos2(0.0, 0.0), pos2(10.0, 0.3), pos2(20.0, -0.3), pos2(30.0, 0.0), pos2(40.0, 0.0)];
        assert_eq!(thinned(&wavy, 0.35), [wavy[0], wavy[4]]);
        assert_eq!(thinned(&wavy, 0.1), wavy);
        // Four times as near it is seen.
        let line = Line { points: wavy.to_vec(), width: 1.0, color: Color32::WHITE, dasharray: Vec::new() };
        let mut near = [Drawable::Lines(vec![line])];
        round(&mut near, 4.0, Color32::BLACK);
        let [Drawable::Lines(lines)] = near else { return };
        assert_eq!(lines[0].points, wavy);
        // A ring keeps its shape.
        let ring = [pos2(0.0, 0.0), pos2(9.0, 0.0), pos2(9.0, 9.0), pos2(0.0, 9.0), pos2(0.0, 0.0)];
        assert_eq!(thinned(&ring, 0.35), ring);
        assert!(thinned(&[], 1.0).is_empty());
    }

    #[test]
    fn long_lines_are_thinned_in_parts_and_of_too_many_not_all_are_joined() {
        let long: Vec<Pos2> = (0..1_200_u16).map(|step| pos2(f32::from(step), 0.0)).collect();
        assert_eq!(thinned(&long, 0.35), [0.0, 512.0, 1_024.0, 1_199.0].map(|x| pos2(x, 0.0)));
        let corner = vec![pos2(0.0, 0.0), pos2(100.0, 0.0), pos2(100.0, 100.0)];
        let line = Line { points: corner, width: 4.0, color: Color32::WHITE, dasharray: Vec::new() };
        let mut drawables = [Drawable::Lines(vec![line.clone(), line.clone()]), Drawable::Lines(vec![line])];
        round_within(&mut drawables, 1.0, Color32::BLACK, 4);
        let [Drawable::Lines(first), Drawable::Lines(second)] = drawables else { unreachable!("they were lines") };
        let points = |lines: &[Line]| lines.iter().map(|line| line.points.len()).collect::<Vec<_>>();
        // Two bars of the first; two are left, and another may take three.
        assert_eq!((points(&first), points(&second)), (vec![2, 2, 3], vec![3]));
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
