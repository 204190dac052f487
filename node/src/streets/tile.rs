//! One tile out of its pieces: lines that go on in one another become one, and the names of streets become straight
//! lines that hold them.

use super::{
    cut::{EXTENT, MapSpot, POINT, Unit, ZOOM_MAX, simplified},
    layers::{LAYERS, LayerForm, ONE_WAY, ROAD_NUMBER},
    mvt::{self, LayerOut},
    spool::Piece,
};
use std::collections::BTreeMap;

/// The deepest zoom for which lines for names are made: beyond it their lines are magnified.
pub const NAMES_MAX: u8 = 17;
/// Points of the screen by which a name may leave its street.
const NAME_OFF: f64 = 3.0;
/// Points of the screen that the shortest name needs.
const NAME_SHORT: f64 = 40.0;
/// Points of the screen after which a street's name is said again.
const NAME_AGAIN: f64 = 420.0;
/// Half of a point of the screen, in units: what nobody sees is left out of joined lines.
const UNSEEN: f64 = POINT / 2.0;
/// Units within which a label is not said twice: the stops of both directions, a house's entrances.
const SAME: f64 = 1_000.0;
/// The same of house numbers: across the street is another house.
const SAME_NUMBER: f64 = 120.0;
/// Features of one tile at the most, of which each costs the window time: a dense city's has some thousands.
const LABELS_MAX: usize = 20_000;

/// What is written along a line that leads one way, to its right or its left: names are never upside down.
const ARROWS: [&str; 2] = ["➡", "⬅"];

/// What one tile's pieces come to.
#[derive(Debug, Default)]
pub struct TileMaker {
    /// Of layers of lines and areas: all that is in them.
    shapes: BTreeMap<u8, Vec<Vec<Unit>>>,
    /// Labels of points, in the order in which they are placed.
    labels: BTreeMap<u8, Vec<(Unit, String)>>,
    /// Where each label was said.
    said: BTreeMap<(u8, String), Vec<Unit>>,
    /// Of streets with a name: by group and name, what they consist of.
    named: BTreeMap<(&'static str, String), Vec<Vec<Unit>>>,
    count: usize,
}

impl TileMaker {
    /// Add a piece; pieces come in their order.
    pub fn add(&mut self, piece: Piece) {
        let Some(layer) = LAYERS.get(usize::from(piece.layer)) else { return };
        self.count += 1;
        if layer.form == LayerForm::Point {
            let at = piece.paths.first().and_then(|path| path.first());
            let apart = if layer.name == "at-number" { SAME_NUMBER } else { SAME };
            if let Some(at) = at
                && self.count < LABELS_MAX
            {
                let said = self.said.entry((piece.layer, piece.name.clone())).or_default();
                let near = |other: &Unit| f64::from(other[0] - at[0]).hypot(f64::from(other[1] - at[1])) < apart;
                if !said.iter().any(near) {
                    said.push(*at);
                    self.labels.entry(piece.layer).or_default().push((*at, piece.name));
                }
            }
            return;
        }
        if !layer.named.is_empty() && !piece.name.is_empty() {
            self.named.entry((layer.named, piece.name)).or_default().extend(piece.paths.iter().cloned());
        }
        if matches!(layer.name, ONE_WAY | ROAD_NUMBER) {
            return;
        }
        self.shapes.entry(piece.layer).or_default().extend(piece.paths);
    }

    /// The tile's bytes.
    #[must_use]
    pub fn finish(self, zoom: u8) -> Vec<u8> {
        let mut out = Vec::new();
        for (id, paths) in self.shapes {
            let Some(layer) = LAYERS.get(usize::from(id)) else { continue };
            let mut made = LayerOut::new(layer.name.to_owned());
            if layer.form == LayerForm::Line {
                let lines: Vec<Vec<Unit>> = joined(&paths).iter().map(|line| thinned(line, zoom)).collect();
                made.add(LayerForm::Line, &lines, "");
            } else {
                made.add(LayerForm::Area, &paths, "");
            }
            out.push(made);
            if zoom == ZOOM_MAX && layer.name == "building" {
                // The map widget draws no edges of areas.
                let closed: Vec<Vec<Unit>> =
                    paths.iter().map(|ring| ring.iter().chain(ring.first()).copied().collect()).collect();
                let mut edges = LayerOut::new("building-edge".to_owned());
                edges.add(LayerForm::Line, &closed, "");
                out.push(edges);
            }
        }
        out.extend(names(self.named, zoom));
        for (id, labels) in self.labels {
            let Some(layer) = LAYERS.get(usize::from(id)) else { continue };
            let mut made = LayerOut::new(layer.name.to_owned());
            for (at, name) in labels {
                made.add(LayerForm::Point, &[vec![at]], &name);
            }
            out.push(made);
        }
        mvt::tile(&out)
    }
}

fn thinned(line: &[Unit], zoom: u8) -> Vec<Unit> {
    // The deepest tiles are magnified: all that is in them may be seen.
    if zoom == ZOOM_MAX {
        return line.to_vec();
    }
    let spots: Vec<MapSpot> = line.iter().map(|[x, y]| [f64::from(*x), f64::from(*y)]).collect();
    simplified(&spots, UNSEEN).iter().map(|[x, y]| [*x as i32, *y as i32]).collect()
}

/// Lines that end where others begin as one: at a crossing the one that goes on straightest.
fn joined(lines: &[Vec<Unit>]) -> Vec<Vec<Unit>> {
    let mut ends: BTreeMap<Unit, Vec<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        for end in [line.first(), line.last()].into_iter().flatten() {
            ends.entry(*end).or_default().push(index);
        }
    }
    let mut used = vec![false; lines.len()];
    let mut out = Vec::with_capacity(lines.len());
    for start in 0..lines.len() {
        let (Some(line), Some(slot)) = (lines.get(start), used.get_mut(start)) else { continue };
        if *slot || line.len() < 2 {
            continue;
        }
        *slot = true;
        let mut line = line.clone();
        for _ in 0..2 {
            while let Some((next, forward)) = straightest(&line, lines, &ends, &used) {
                if let Some(slot) = used.get_mut(next) {
                    *slot = true;
                }
                let more = lines.get(next).map_or(&[][..], Vec::as_slice);
                if forward {
                    line.extend(more.iter().skip(1));
                } else {
                    line.extend(more.iter().rev().skip(1));
                }
            }
            // Then from its other end.
            line.reverse();
        }
        out.push(line);
    }
    out
}

/// Which unused line goes on at the end of one, and whether forward; none where all turn back.
fn straightest(
    line: &[Unit],
    lines: &[Vec<Unit>],
    ends: &BTreeMap<Unit, Vec<usize>>,
    used: &[bool],
) -> Option<(usize, bool)> {
    let [.., before, end] = line else { return None };
    let mut best: Option<(f64, usize, bool)> = None;
    for index in ends.get(end)? {
        if used.get(*index).copied() != Some(false) {
            continue;
        }
        let other = lines.get(*index)?;
        let ways = [(true, other.first(), other.get(1)), (false, other.last(), other.iter().rev().nth(1))];
        for (forward, first, second) in ways {
            if let (Some(first), Some(second)) = (first, second)
                && first == end
            {
                let along = cosine(before, end, second);
                if along > -0.5 && best.is_none_or(|(most, ..)| along > most) {
                    best = Some((along, *index, forward));
                }
            }
        }
    }
    best.map(|(_, index, forward)| (index, forward))
}

fn cosine(a: &Unit, b: &Unit, c: &Unit) -> f64 {
    let step = |from: &Unit, to: &Unit| [f64::from(to[0]) - f64::from(from[0]), f64::from(to[1]) - f64::from(from[1])];
    let (one, other) = (step(a, b), step(b, c));
    let length = |step: [f64; 2]| step[0].hypot(step[1]);
    (one[0] * other[0] + one[1] * other[1]) / (length(one) * length(other)).max(f64::MIN_POSITIVE)
}

/// Layers of straight lines that names are written along: one for each zoom at which the tile is shown, since a street
/// that bends is straight for the eye from afar.
fn names(named: BTreeMap<(&'static str, String), Vec<Vec<Unit>>>, zoom: u8) -> Vec<LayerOut> {
    let mut groups: BTreeMap<(&'static str, u8), LayerOut> = BTreeMap::new();
    let last = if zoom == ZOOM_MAX { NAMES_MAX } else { zoom };
    for ((group, name), lines) in named {
        let leads = name == ONE_WAY;
        // Lines that are joined may turn round.
        let lines = if leads { lines } else { joined(&lines) };
        for shown in zoom..=last {
            let point = POINT / f64::from(1_u32 << (shown - zoom));
            let mut found: Vec<(f64, Vec<Unit>)> = Vec::new();
            for line in &lines {
                let spots: Vec<MapSpot> = line.iter().map(|[x, y]| [f64::from(*x), f64::from(*y)]).collect();
                let straight = simplified(&spots, NAME_OFF * point);
                for (a, b) in straight.iter().zip(straight.iter().skip(1)) {
                    straight_parts(*a, *b, point, &mut found);
                }
            }
            // The longest is tried first.
            found.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
            let layer = groups.entry((group, shown)).or_insert_with(|| LayerOut::new(format!("name-{group}-{shown}")));
            if leads {
                for (arrow, left) in ARROWS.iter().zip([false, true]) {
                    for (_, part) in found.iter().filter(|(_, part)| leads_left(part) == left) {
                        layer.add(LayerForm::Line, std::slice::from_ref(part), arrow);
                    }
                }
                continue;
            }
            for (_, part) in found {
                layer.add(LayerForm::Line, &[part], &name);
            }
        }
    }
    groups.into_values().collect()
}

/// Whether a stretch leads to the left, or straight up, which is written as the left of what leads down.
fn leads_left(part: &[Unit]) -> bool {
    let (Some(from), Some(to)) = (part.first(), part.last()) else { return false };
    to[0] < from[0] || to[0] == from[0] && to[1] < from[1]
}

fn straight_parts(a: MapSpot, b: MapSpot, point: f64, found: &mut Vec<(f64, Vec<Unit>)>) {
    let length = (b[0] - a[0]).hypot(b[1] - a[1]);
    if length < NAME_SHORT * point {
        return;
    }
    let parts = (length / (NAME_AGAIN * point)).ceil().max(1.0);
    let at = |share: f64| [(a[0] + (b[0] - a[0]) * share) as i32, (a[1] + (b[1] - a[1]) * share) as i32];
    for part in 0..parts as u32 {
        let (from, to) = (at(f64::from(part) / parts), at(f64::from(part + 1) / parts));
        let middle = [i32::midpoint(from[0], to[0]), i32::midpoint(from[1], to[1])];
        // What lies in the margin is the neighbour's to say.
        if middle.iter().all(|value| (0..EXTENT).contains(value)) {
            found.push((length / parts, vec![from, to]));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::streets::layers::layer_id;
    use mvt_reader::Reader;

    #[test]
    fn lines_are_joined_where_they_go_on_straight() {
        let lines =
            vec![vec![[0, 0], [10, 0]], vec![[20, 0], [10, 0]], vec![[10, 0], [10, 10]], vec![[20, 0], [30, 5]]];
        assert_eq!(joined(&lines), [vec![[0, 0], [10, 0], [20, 0], [30, 5]], vec![[10, 0], [10, 10]]]);
        // A loop ends where it began.
        let ring = vec![vec![[0, 0], [10, 0], [10, 10]], vec![[0, 0], [0, 10], [10, 10]]];
        assert_eq!(joined(&ring).len(), 1);
    }

    #[test]
    fn arrows_lead_where_their_street_leads_and_are_no_streets() {
        let mut maker = TileMaker::default();
        let ways = [[[0, 50], [1_000, 50]], [[1_000, 90], [0, 80]], [[500, 2_000], [500, 1_000]]];
        for (sequence, way) in (0..).zip(ways) {
            let layer = layer_id(ONE_WAY).unwrap();
            maker.add(Piece { tile: 0, layer, order: 0, sequence, name: ONE_WAY.into(), paths: vec![way.to_vec()] });
        }
        let reader = Reader::new(maker.finish(ZOOM_MAX)).unwrap();
        assert_eq!(reader.get_layer_names().unwrap().first().map(String::as_str), Some("name-way-14"));
        let said = |feature: mvt_reader::feature::Feature<i32>| match feature.properties.unwrap().remove("name") {
            Some(mvt_reader::feature::Value::String(said)) => said,
            other => format!("{other:?}"),
        };
        let arrows: Vec<String> = reader.get_features_as::<i32>(0).unwrap().into_iter().map(said).collect();
        assert_eq!(arrows, ["➡", "⬅", "⬅"]);
    }

    #[test]
    fn a_street_in_pieces_has_its_name_along_it_and_once_more_where_it_is_long() {
        let mut maker = TileMaker::default();
        for n in 0..4 {
            maker.add(Piece {
                tile: 0,
                layer: layer_id("minor").unwrap(),
                order: 0,
                sequence: n,
                name: "Rue".into(),
                paths: vec![vec![[n as i32 * 1000, 50], [n as i32 * 1000 + 1000, 50]]],
            });
        }
        let reader = Reader::new(maker.finish(ZOOM_MAX)).unwrap();
        let names = reader.get_layer_names().unwrap();
        assert_eq!(names, ["minor", "name-minor-14", "name-minor-15", "name-minor-16", "name-minor-17"]);
        let counts: Vec<usize> = (0..5).map(|index| reader.get_features(index).unwrap().len()).collect();
        assert_eq!(counts, [1, 2, 3, 5, 10]);
    }
}
