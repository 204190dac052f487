//! A tile as the graphics device takes it: triangles of areas and bars of lines, cut to the part that one looks at. It
//! is made once, apart from the frames; a frame only says where it lies.

use super::streets::PLATE;
use egui::{Color32, Pos2, Rect, Vec2, pos2};
use std::{
    cmp::Reverse,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use walkers::{Drawable, Line, Mesh, Placement, Text};

/// Points for which a tile is drawn: fewer, larger tiles than the usual 256.
pub const TILE_SIZE: u32 = 512;
/// Bytes of a corner of an area: two `f32` for its place, four for its colour.
pub const AREA_VERTEX: u64 = 12;
/// Bytes of a corner of a bar: its place, where its side lies (two `i16`), its colour, then as `f32` half its width,
/// how far along the line it is, and its dashes.
pub const LINE_VERTEX: u64 = 32;
/// The least scale at which a drawing is drawn before the next zoom's takes its place, and a little less: half a step.
const SCALE_MIN: f32 = 0.7;
/// Points that a picture of a drawing reaches beyond it: two pixels, at the least scale.
const BEYOND: f32 = 3.0;
/// Points that softened edges reach beyond a line.
const SOFT: f32 = 1.0;

/// Points within which a street's name, or a road's number, is not said again.
const NAMES_AGAIN: f32 = 400.0;
/// Points within which no other arrow leads the same way.
const ARROWS_AGAIN: f32 = 110.0;
/// What is said along streets that lead one way.
pub const ARROWS: [&str; 2] = ["➡", "⬅"];

/// Bytes of a drawing's corners: a device takes a quarter of a gigabyte at once, and the densest town has a tenth of
/// this. What comes beyond is not drawn.
const BYTES_MAX: usize = 64 << 20;
/// Names of a drawing, the greatest: a dense town's has some thousand.
const LABELS_MAX: usize = 8_000;
/// Bytes of a name: no window has room for a longer one.
const LABEL_BYTES_MAX: usize = 400;

/// Corners of triangles from which a drawing is dense: these take a millisecond, and so does its picture.
const DENSE: usize = 6_000;

/// What a run of triangles is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunForm {
    Areas,
    Lines,
}

/// A name, where it would stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    pub text: Arc<str>,
    /// Its middle, in the drawing.
    pub at: Pos2,
    /// Of its letters, in points.
    pub size: f32,
    pub ink: Color32,
    pub halo: Color32,
    /// In points.
    pub halo_width: f32,
    /// It stands upright on a plate, which the halo is.
    pub plate: bool,
    pub angle: f32,
    /// Of a line, which has its name again and again, so many points apart; a point of the same name is another.
    pub again: Option<f32>,
    /// How long the line is, in the drawing.
    pub room: f32,
    /// Points around it that stay free.
    pub apart: f32,
    /// The greatest is placed first.
    pub layer: usize,
}

/// What is drawn of a part of a tile. Places are in points of a square of [`TILE_SIZE`].
#[derive(Debug, Default)]
pub struct Drawing {
    /// No other has it: by this the device knows what it holds already.
    pub id: u64,
    /// Corners of areas.
    pub areas: Vec<u8>,
    /// Corners of lines: of each bar four, left and right in turn.
    pub lines: Vec<u8>,
    /// Corners of triangles, as `u32`.
    pub indices: Vec<u8>,
    /// What they are, in the order in which they are drawn.
    pub runs: Vec<(RunForm, Range<u32>)>,
    pub labels: Vec<Label>,
    /// Something of it is left out, since it would be too much.
    pub is_cut_short: bool,
    /// It hides all that lies below it.
    pub is_opaque: bool,
}

impl Drawing {
    /// What of a tile lies in a part of it, given as shares of its side.
    pub fn cut(drawables: &[Drawable], texts: &[Text], part: Rect) -> Self {
        Self::within(drawables, texts, part, BYTES_MAX)
    }

    fn within(drawables: &[Drawable], texts: &[Text], part: Rect, bytes_max: usize) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (side, magnified) = (TILE_SIZE as f32, 1.0 / part.width().max(f32::MIN_POSITIVE));
        let cut = Cut { min: part.min.to_vec2() * side, magnified, side, bytes_max };
        let mut made = Self { id: NEXT.fetch_add(1, Ordering::Relaxed), ..Self::default() };
        for drawable in drawables {
            match drawable {
                Drawable::Fill(mesh) => made.areas(mesh, &cut),
                Drawable::Lines(lines) => {
                    for line in lines {
                        made.line(line, &cut);
                    }
                }
            }
        }
        made.labels = texts.iter().filter_map(|text| cut.label(text)).collect();
        if made.labels.len() > LABELS_MAX {
            made.is_cut_short = true;
            made.labels.sort_by_key(|label| Reverse(label.layer));
            made.labels.truncate(LABELS_MAX);
        }
        made
    }

    /// Whether its picture is drawn faster than itself.
    pub const fn is_dense(&self) -> bool {
        self.indices.len() / 4 >= DENSE
    }

    /// Bytes of it all, about.
    pub fn bytes(&self) -> usize {
        let labels: usize = self.labels.iter().map(|label| size_of::<Label>() + label.text.len()).sum();
        self.areas.len() + self.lines.len() + self.indices.len() + labels
    }

    /// Whether nothing more fits into it.
    fn is_full(&mut self, cut: &Cut) -> bool {
        let full = self.areas.len() + self.lines.len() + self.indices.len() >= cut.bytes_max;
        self.is_cut_short |= full;
        full
    }

    fn triangles(&mut self, form: RunForm, corners: &[u32]) {
        let from = u32::try_from(self.indices.len() / 4).unwrap_or(u32::MAX);
        for corner in corners {
            self.indices.extend(corner.to_le_bytes());
        }
        let to = u32::try_from(self.indices.len() / 4).unwrap_or(u32::MAX);
        match self.runs.last_mut() {
            Some((last, range)) if *last == form => range.end = to,
            _ => self.runs.push((form, from..to)),
        }
    }

    fn areas(&mut self, mesh: &Mesh, cut: &Cut) {
        // Which corner has become which.
        let mut kept: Vec<Option<u32>> = vec![None; mesh.vertices.len()];
        let opaque = mesh.vertices.iter().all(|vertex| vertex.color.is_opaque());
        self.is_opaque &= opaque;
        for triangle in mesh.indices.chunks_exact(3) {
            let corners = triangle.iter().filter_map(|index| mesh.vertices.get(*index as usize));
            let mut bounds = Rect::NOTHING;
            for corner in corners {
                bounds.extend_with(cut.at(corner.position));
            }
            if !cut.meets(bounds, 0.0) {
                continue;
            }
            if self.is_full(cut) {
                return;
            }
            let mut now = [0; 3];
            for (index, out) in triangle.iter().zip(&mut now) {
                let index = *index as usize;
                let (Some(slot), Some(vertex)) = (kept.get_mut(index), mesh.vertices.get(index)) else { continue };
                *out = *slot.get_or_insert_with(|| {
                    let new = u32::try_from(self.areas.len() as u64 / AREA_VERTEX).unwrap_or(u32::MAX);
                    let at = cut.at(vertex.position);
                    push(&mut self.areas, &[at.x, at.y]);
                    self.areas.extend(vertex.color.to_array());
                    new
                });
            }
            self.triangles(RunForm::Areas, &now);
        }
        self.is_opaque |= opaque && cut.is_filled(mesh);
    }

    /// Each stretch is a bar of its own; how wide it is on the screen, the device sees to.
    fn line(&mut self, line: &Line, cut: &Cut) {
        let half = line.width / 2.0;
        let reach = half / SCALE_MIN + SOFT;
        let (dash, period) = match line.dasharray.as_slice() {
            [dash, gap, ..] if dash + gap > 0.0 => (*dash, dash + gap),
            // Always on its first half.
            _ => (2.0, 1.0),
        };
        let mut along = 0.0;
        for (from, to) in line.points.iter().zip(line.points.iter().skip(1)) {
            let (from, to) = (cut.at(*from), cut.at(*to));
            let (way, length) = (to - from, (to - from).length());
            if length <= 0.0 || !length.is_finite() {
                continue;
            }
            if cut.meets(Rect::from_two_pos(from, to), reach) {
                if self.is_full(cut) {
                    return;
                }
                let first = u32::try_from(self.lines.len() as u64 / LINE_VERTEX).unwrap_or(u32::MAX);
                let side = Vec2::new(-way.y, way.x) / length;
                for (place, along) in [(from, along), (from, along), (to, along + length), (to, along + length)] {
                    push(&mut self.lines, &[place.x, place.y]);
                    for share in [side.x, side.y] {
                        self.lines.extend(((share * f32::from(i16::MAX)) as i16).to_le_bytes());
                    }
                    self.lines.extend(line.color.to_array());
                    push(&mut self.lines, &[half, along, dash, period]);
                }
                self.triangles(RunForm::Lines, &[0, 1, 2, 2, 1, 3].map(|corner| first.saturating_add(corner)));
            }
            along += length;
        }
    }
}

/// A part of a tile, magnified to a whole one.
struct Cut {
    min: Vec2,
    magnified: f32,
    side: f32,
    bytes_max: usize,
}

impl Cut {
    fn at(&self, place: Pos2) -> Pos2 {
        ((place.to_vec2() - self.min) * self.magnified).to_pos2()
    }
    fn meets(&self, bounds: Rect, around: f32) -> bool {
        Rect::from_min_max(Pos2::ZERO, pos2(self.side, self.side)).expand(around).intersects(bounds)
    }
    /// Whether a mesh is a rectangle that this lies in, with what its picture has beyond.
    fn is_filled(&self, mesh: &Mesh) -> bool {
        let corners: Vec<Pos2> = mesh.vertices.iter().map(|vertex| self.at(vertex.position)).collect();
        let bounds = Rect::from_points(&corners);
        if !bounds.contains_rect(Rect::from_min_max(Pos2::ZERO, pos2(self.side, self.side)).expand(BEYOND)) {
            return false;
        }
        let doubled: f32 = mesh
            .indices
            .chunks_exact(3)
            .map(|triangle| {
                let corner = |index: usize| triangle.get(index).and_then(|index| corners.get(*index as usize));
                let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) else { return 0.0 };
                (*b - *a).rot90().dot(*c - *a).abs()
            })
            .sum();
        doubled / 2.0 >= bounds.area() * 0.999_999
    }
    /// None: it is another part's.
    fn label(&self, text: &Text) -> Option<Label> {
        if text.text.len() > LABEL_BYTES_MAX {
            return None;
        }
        let at = self.at(text.position);
        let mine = |value: f32| value >= 0.0 && value < self.side;
        let plate = text.halo_width >= PLATE;
        let apart = if ARROWS.contains(&text.text.as_str()) { ARROWS_AGAIN } else { NAMES_AGAIN };
        (mine(at.x) && mine(at.y)).then(|| Label {
            text: text.text.as_str().into(),
            at,
            size: text.font_size,
            ink: text.text_color,
            halo: text.halo_color,
            halo_width: text.halo_width,
            plate,
            angle: if plate { 0.0 } else { text.angle },
            again: (text.placement == Placement::Line).then_some(apart),
            room: text.max_width.filter(|_| !plate).map_or(f32::INFINITY, |room| room * self.magnified),
            apart: text.padding,
            layer: text.layer,
        })
    }
}

fn push(bytes: &mut Vec<u8>, values: &[f32]) {
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use walkers::Vertex;

    const WHOLE: Rect = Rect { min: Pos2::ZERO, max: Pos2 { x: 1.0, y: 1.0 } };
    const LAST_QUARTER: Rect = Rect { min: Pos2 { x: 0.5, y: 0.5 }, max: Pos2 { x: 1.0, y: 1.0 } };

    fn area(corners: [(f32, f32); 3]) -> Drawable {
        let vertex = |(x, y)| Vertex { position: pos2(x, y), color: Color32::WHITE };
        Drawable::Fill(Mesh { vertices: corners.map(vertex).to_vec(), indices: vec![0, 1, 2] })
    }
    fn line(points: &[Pos2], dasharray: Vec<f32>) -> Drawable {
        Drawable::Lines(vec![Line { points: points.to_vec(), width: 4.0, color: Color32::RED, dasharray }])
    }
    fn floats(bytes: &[u8]) -> Vec<f32> {
        bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
    }

    #[test]
    fn only_what_meets_the_part_is_kept_and_it_is_magnified() {
        let drawables = [
            area([(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)]),
            area([(300.0, 300.0), (400.0, 300.0), (300.0, 400.0)]),
            line(&[pos2(0.0, 0.0), pos2(200.0, 0.0), pos2(512.0, 384.0)], Vec::new()),
        ];
        let whole = Drawing::cut(&drawables, &[], WHOLE);
        assert_eq!(whole.runs, [(RunForm::Areas, 0..6), (RunForm::Lines, 6..18)]);
        let part = Drawing::cut(&drawables, &[], LAST_QUARTER);
        assert_eq!(part.runs, [(RunForm::Areas, 0..3), (RunForm::Lines, 3..9)]);
        assert_eq!(floats(&part.areas).get(..2), Some(&[88.0, 88.0][..]));
        assert_eq!(part.areas.len() as u64, 3 * AREA_VERTEX);
        assert_eq!(part.lines.len() as u64, 4 * LINE_VERTEX);
        assert_ne!(whole.id, part.id);
    }

    #[test]
    fn a_line_knows_how_far_along_it_is_even_where_its_beginning_is_cut_off() {
        let points = [pos2(0.0, 300.0), pos2(100.0, 300.0), pos2(512.0, 300.0)];
        let part = Drawing::cut(&[line(&points, vec![3.0, 2.0])], &[], LAST_QUARTER);
        let first = floats(&part.lines);
        // Half its width, 100 points magnified twice, and its dashes.
        assert_eq!(first.get(4..8), Some(&[2.0, 200.0, 3.0, 5.0][..]));
        assert_eq!(part.lines.len() as u64, 4 * LINE_VERTEX);
    }

    #[test]
    fn a_rectangle_around_the_part_hides_what_is_below() {
        let vertex = |(x, y), color| Vertex { position: pos2(x, y), color };
        let four = |from: f32, to: f32, indices: &[u32], color| {
            let corners = [(from, from), (to, from), (to, to), (from, to)].map(|at| vertex(at, color));
            Drawable::Fill(Mesh { vertices: corners.to_vec(), indices: indices.to_vec() })
        };
        let both = [0, 1, 2, 0, 2, 3];
        let ground = |from, to| four(from, to, &both, Color32::WHITE);
        let hides = |drawables: &[Drawable], part| Drawing::cut(drawables, &[], part).is_opaque;
        assert!(hides(&[ground(-4.0, 516.0)], WHOLE) && !hides(&[ground(-4.0, 512.0)], WHOLE));
        assert!(hides(&[ground(200.0, 516.0)], LAST_QUARTER) && !hides(&[ground(200.0, 516.0)], WHOLE));
        assert!(!hides(&[four(-4.0, 516.0, &both[..3], Color32::WHITE)], WHOLE));
        let glass = four(-4.0, 516.0, &both, Color32::from_white_alpha(9));
        assert!(!hides(std::slice::from_ref(&glass), WHOLE) && !hides(&[ground(-4.0, 516.0), glass], WHOLE));
    }

    #[test]
    fn a_drawing_ends_where_it_would_be_too_much() {
        let many: Vec<Pos2> =
            (0..1_000_u16).map(|step| pos2(f32::from(step % 2) * 9.0, f32::from(step) / 2.0)).collect();
        let drawables = [line(&many, Vec::new()), area([(0.0, 0.0), (100.0, 0.0), (0.0, 100.0)])];
        let whole = Drawing::within(&drawables, &[], WHOLE, usize::MAX);
        let part = Drawing::within(&drawables, &[], WHOLE, 1_500);
        assert!(!whole.is_cut_short && whole.lines.len() as u64 == 999 * 4 * LINE_VERTEX && !whole.areas.is_empty());
        // Ten bars of 152 bytes each.
        assert!(part.is_cut_short && part.lines.len() as u64 == 10 * 4 * LINE_VERTEX && part.areas.is_empty());
        assert_eq!(part.runs, [(RunForm::Lines, 0..60)]);
        let text = |layer| {
            let mut text = Text::new(pos2(9.0, 9.0), "Rue".into(), 11.0, Color32::BLACK, 0.0);
            text.layer = layer;
            text
        };
        let mut texts: Vec<Text> = (0..LABELS_MAX).map(|_| text(1)).collect();
        assert!(!Drawing::cut(&[], &texts, WHOLE).is_cut_short);
        texts.push(text(2));
        let labels = Drawing::cut(&[], &texts, WHOLE).labels;
        assert_eq!((labels.len(), labels.first().map(|label| label.layer)), (LABELS_MAX, Some(2)));
        let long = Text { text: "e".repeat(LABEL_BYTES_MAX + 1), ..text(1) };
        assert!(Drawing::cut(&[], &[long], WHOLE).labels.is_empty());
    }

    #[test]
    fn a_label_is_in_one_of_two_parts_that_meet_there() {
        let text = |x| Text::new(pos2(x, 300.0), "Rue".into(), 11.0, Color32::BLACK, 0.0).with_max_width(Some(50.0));
        let texts = [text(255.9), text(256.0), text(512.0)];
        let left = Rect::from_min_max(pos2(0.0, 0.5), pos2(0.5, 1.0));
        let labels = |part| Drawing::cut(&[], &texts, part).labels;
        assert_eq!((labels(left).len(), labels(LAST_QUARTER).len()), (1, 1));
        let label = labels(LAST_QUARTER).remove(0);
        assert_eq!((label.at, label.room), (pos2(0.0, 88.0), 100.0));
    }
}
