//! The ceiling of a frame: what goes to the graphics device is bounded, whatever comes. Each view bounds what it draws;
//! this is the last line behind them, since a device that is handed too much is lost, and the window with it.

use egui::{Context, FullOutput, Plugin, Shape, epaint::ClippedShape};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Vertices of a frame, at 20 bytes each: 30 MB, a ninth of the buffer that a graphics device takes at least. A full
/// map (`logic::sight::MARKS_MAX` marks with their names) beside a full list is a third of them.
pub const VERTICES_MAX: usize = 1_500_000;

/// Of a curve, whose pieces are not known before it is drawn: none of ours has more.
const CURVE_VERTICES: usize = 2_000;
/// Of each point of an outline: it may be doubled at a sharp corner, its fill has a soft edge and its line two.
const POINT_VERTICES: usize = 12;
/// Of the ends of a line.
const ENDS_VERTICES: usize = 16;

/// What the largest frame was, for tests: shared with whoever asks.
#[derive(Debug, Clone, Default)]
pub struct Largest(Arc<AtomicUsize>);

impl Largest {
    /// Vertices of the largest frame so far; never less than were drawn.
    #[must_use]
    pub fn vertices(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Watches over the frames of a window.
#[derive(Debug, Default)]
pub struct Ceiling {
    largest: Largest,
    cut: bool,
}

impl Ceiling {
    /// Watch over the frames of a window from now on.
    pub fn install(ctx: &Context) {
        ctx.add_plugin(Self::default());
    }
    /// What the largest frame of a window was. None: nobody watches.
    #[must_use]
    pub fn largest(ctx: &Context) -> Option<Largest> {
        ctx.with_plugin(|ceiling: &mut Self| ceiling.largest.clone())
    }
    /// Whether a frame was cut since one last asked.
    #[must_use]
    pub fn take_cut(ctx: &Context) -> bool {
        ctx.with_plugin(|ceiling: &mut Self| std::mem::take(&mut ceiling.cut)).unwrap_or(false)
    }
}

impl Plugin for Ceiling {
    fn debug_name(&self) -> &'static str {
        std::any::type_name::<Self>()
    }
    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        let (drawn, dropped) = cut(&mut output.shapes);
        if dropped > 0 {
            tracing::warn!("a frame was cut at {VERTICES_MAX} vertices: {dropped} shapes are not drawn");
            self.cut = true;
            ctx.request_repaint();
        }
        if drawn > self.largest.0.fetch_max(drawn, Ordering::Relaxed) {
            tracing::debug!("the largest frame so far: {drawn} vertices of {VERTICES_MAX}");
        }
    }
}

/// Leave as much as may be drawn: the surfaces, which come first, and what lies on top, which comes last. How many
/// vertices are left at the most, and how many shapes are not.
fn cut(shapes: &mut Vec<ClippedShape>) -> (usize, usize) {
    let counts: Vec<usize> = shapes.iter().map(|shape| vertices_at_most(&shape.shape)).collect();
    let total = counts.iter().fold(0_usize, |sum, count| sum.saturating_add(*count));
    if total <= VERTICES_MAX {
        return (total, 0);
    }
    let fits = |counts: &mut dyn Iterator<Item = &usize>| {
        let mut left = VERTICES_MAX / 2;
        let fit = counts.take_while(|count| {
            let fits = **count <= left;
            left = left.saturating_sub(**count);
            fits
        });
        (fit.count(), left)
    };
    let (below, _) = fits(&mut counts.iter());
    let (above, _) = fits(&mut counts.iter().skip(below).rev());
    let end = counts.len().saturating_sub(above);
    let kept = counts.iter().enumerate().filter(|(index, _)| *index < below || *index >= end);
    let drawn = kept.map(|(_, count)| count).sum();
    let mut index = 0;
    shapes.retain(|_| {
        index += 1;
        index <= below || index > end
    });
    (drawn, end.saturating_sub(below))
}

/// Corners of a circle of a radius, in points: as the tessellator chooses them, and the next finer step.
fn corners(radius: f32) -> usize {
    if radius <= 5.0 {
        32
    } else if radius < 18.0 {
        64
    } else {
        128
    }
}

/// Vertices that a shape becomes, at the most.
fn vertices_at_most(shape: &Shape) -> usize {
    match shape {
        Shape::Noop | Shape::Callback(_) => 0,
        Shape::Vec(shapes) => shapes.iter().map(vertices_at_most).fold(0, usize::saturating_add),
        Shape::Mesh(mesh) => mesh.vertices.len(),
        // A line under or through the text besides.
        Shape::Text(text) => text.galley.num_vertices.saturating_add(text.galley.rows.len() * ENDS_VERTICES),
        Shape::Circle(circle) => corners(circle.radius) * 6,
        Shape::LineSegment { .. } => 2 * POINT_VERTICES + ENDS_VERTICES,
        Shape::Path(path) => path.points.len().saturating_mul(POINT_VERTICES).saturating_add(ENDS_VERTICES),
        Shape::Band(band) => band.points.len().saturating_mul(2 * POINT_VERTICES).saturating_add(ENDS_VERTICES),
        Shape::Rect(rect) => {
            let corner = rect.corner_radius;
            let round = [corner.nw, corner.ne, corner.sw, corner.se].into_iter().max().unwrap_or(0);
            let points = if round == 0 { 4 } else { corners(f32::from(round)) };
            points * POINT_VERTICES
        }
        Shape::Ellipse(_) | Shape::QuadraticBezier(_) | Shape::CubicBezier(_) => CURVE_VERTICES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Color32, Pos2, Rect, Stroke, pos2, vec2};

    fn clipped(shape: Shape) -> ClippedShape {
        ClippedShape::new(Rect::EVERYTHING, shape)
    }

    /// What a frame really becomes.
    fn tessellated(ctx: &Context, shapes: Vec<ClippedShape>) -> usize {
        let meshes = ctx.tessellate(shapes, 1.0).into_iter();
        meshes
            .map(|one| match one.primitive {
                egui::epaint::Primitive::Mesh(mesh) => mesh.vertices.len(),
                egui::epaint::Primitive::Callback(_) => 0,
            })
            .sum()
    }

    #[test]
    fn a_shape_never_becomes_more_than_is_counted() {
        let ctx = Context::default();
        ctx.run_ui(egui::RawInput::default(), |_| {}).textures_delta.clear();
        let at = pos2(100.0, 100.0);
        let stroke = Stroke::new(3.0, Color32::RED);
        let zigzag: Vec<Pos2> = (0..40).map(|step| at + vec2(step as f32, (step % 2) as f32 * 30.0)).collect();
        let mut shapes = vec![
            Shape::line(zigzag.clone(), stroke),
            Shape::closed_line(zigzag.clone(), stroke),
            Shape::convex_polygon(zigzag, Color32::BLUE, stroke),
            Shape::line_segment([at, at + vec2(5.0, 9.0)], stroke),
        ];
        for radius in [0.5_f32, 3.0, 12.0, 17.0, 26.0, 49.0, 300.0] {
            shapes.push(egui::epaint::CircleShape { center: at, radius, fill: Color32::BLUE, stroke }.into());
            let place = Rect::from_center_size(at, vec2(400.0, 300.0));
            let kind = egui::StrokeKind::Inside;
            shapes.push(egui::epaint::RectShape::new(place, radius, Color32::BLUE, stroke, kind).into());
        }
        for shape in shapes {
            let most = vertices_at_most(&shape);
            let really = tessellated(&ctx, vec![clipped(shape.clone())]);
            assert!(really > 0 && really <= most, "{really} of {most}: {shape:?}");
        }
    }

    #[test]
    fn what_is_too_much_is_cut_out_of_the_middle() {
        let circle = |color| clipped(Shape::circle_filled(pos2(9.0, 9.0), 20.0, color));
        let mut few: Vec<ClippedShape> = (0..100).map(|_| circle(Color32::RED)).collect();
        assert_eq!(cut(&mut few), (100 * 128 * 6, 0));
        assert_eq!(few.len(), 100);

        let mut many = vec![circle(Color32::BLACK)];
        many.extend((0..100_000).map(|_| circle(Color32::RED)));
        many.push(circle(Color32::WHITE));
        let (drawn, dropped) = cut(&mut many);
        assert!(drawn <= VERTICES_MAX && drawn > VERTICES_MAX / 2);
        assert_eq!(many.len() + dropped, 100_002);
        let is = |shape: Option<&ClippedShape>, color| shape.is_some_and(|held| held.shape == circle(color).shape);
        assert!(is(many.first(), Color32::BLACK) && is(many.last(), Color32::WHITE));

        // One that is too large alone goes alone.
        let huge = Shape::Vec((0..20_000).map(|_| circle(Color32::RED).shape).collect());
        let mut shapes = vec![circle(Color32::BLACK), clipped(huge), circle(Color32::WHITE)];
        assert_eq!(cut(&mut shapes).1, 1);
        assert_eq!(shapes.len(), 2);
    }
}
