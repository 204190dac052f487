//! How a name's letters become a picture: over their halo, or on a plate.

use egui::{Color32, ColorImage, Galley, Rect, Vec2, vec2};

/// Where letters stand once more, in the halo's colour, in halo widths from the middle.
const RING: [[f32; 2]; 8] =
    [[1.0, 0.0], [0.7, 0.7], [0.0, 1.0], [-0.7, 0.7], [-1.0, 0.0], [-0.7, -0.7], [0.0, -1.0], [0.7, -0.7]];

/// Points of an arrow: how long it is and how wide; the toolkit has no letter for it.
pub const ARROW: Vec2 = Vec2::new(13.0, 7.0);
/// Points of a plate's round corners.
const PLATE_ROUND: f32 = 3.0;
/// How much of the letters' colour a plate's edge has.
const PLATE_EDGE: f32 = 0.45;

/// How much of each pixel letters cover.
pub struct Mask {
    width: usize,
    cover: Vec<u8>,
}

impl Mask {
    /// A shaft with a head, in the middle.
    pub fn arrow([width, height]: [u32; 2], pixels_per_point: f32, left: bool) -> Self {
        let middle = vec2(width as f32, height as f32) / 2.0;
        let inside = |at: Vec2| {
            let at = (at - middle) / pixels_per_point;
            let (along, across) = (if left { -at.x } else { at.x }, at.y.abs());
            let head = ARROW.x / 2.0 - along;
            (-ARROW.x / 2.0..=2.0).contains(&along) && across <= 0.6
                || (0.0..=5.0).contains(&head) && across <= head * 0.6
        };
        let mut cover = Vec::with_capacity((width * height) as usize);
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let parts = (0..16_u8).filter(|part| {
                let within = vec2(f32::from(part % 4), f32::from(part / 4)) / 4.0 + Vec2::splat(0.125);
                inside(vec2(x as f32, y as f32) + within)
            });
            cover.push(u8::try_from(parts.count() * 255 / 16).unwrap_or(u8::MAX));
        }
        Self { width: width as usize, cover }
    }

    pub fn of(galley: &Galley, font: &ColorImage, [width, height]: [u32; 2], margin: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        let mut cover = vec![0_u8; width * height];
        let pixels_per_point = galley.pixels_per_point;
        for row in &galley.rows {
            for quad in row.visuals.mesh.vertices.chunks_exact(4) {
                let mut on_font = Rect::NOTHING;
                let mut place = Rect::NOTHING;
                for corner in quad {
                    on_font.extend_with(corner.uv);
                    place.extend_with(corner.pos);
                }
                let corner = (row.pos.to_vec2() + place.min.to_vec2() - galley.rect.min.to_vec2()) * pixels_per_point;
                let (left, top) = (corner.x.round() as i64, corner.y.round() as i64);
                let (from_x, from_y) = (on_font.min.x as usize, on_font.min.y as usize);
                for y in 0..on_font.height() as usize {
                    for x in 0..on_font.width() as usize {
                        let source = (from_y + y) * font.width() + from_x + x;
                        let (to_x, to_y) = (left + x as i64 + i64::from(margin), top + y as i64 + i64::from(margin));
                        let (Ok(to_x), Ok(to_y)) = (usize::try_from(to_x), usize::try_from(to_y)) else { continue };
                        if to_x < width
                            && let (Some(from), Some(to)) =
                                (font.pixels.get(source), cover.get_mut(to_y * width + to_x))
                        {
                            *to = (*to).max(from.a());
                        }
                    }
                }
            }
        }
        Self { width, cover }
    }

    /// On a plate with a thin edge and round corners, which fills all but the outermost pixels.
    pub fn on_plate(&self, ink: Color32, fill: Color32, pixels_per_point: f32) -> Vec<u8> {
        let height = self.cover.len() / self.width.max(1);
        let (half, round) =
            (vec2(self.width as f32, height as f32) / 2.0 - Vec2::splat(1.0), PLATE_ROUND * pixels_per_point);
        let mut pixels = Vec::with_capacity(self.cover.len() * 4);
        for (index, cover) in self.cover.iter().enumerate() {
            let at = vec2((index % self.width) as f32 + 0.5, (index / self.width) as f32 + 0.5);
            let from_middle = (at - half - Vec2::splat(1.0)).abs();
            // DrawnFrom far outside of the plate it is.
            let beyond = from_middle - half + Vec2::splat(round);
            let outside = beyond.max(Vec2::ZERO).length() + beyond.x.max(beyond.y).min(0.0) - round;
            let covered = (0.5 - outside).clamp(0.0, 1.0);
            let edge = (outside + 0.5 + pixels_per_point).clamp(0.0, 1.0) * PLATE_EDGE;
            let written = f32::from(*cover) / 255.0;
            let ink_share = (edge + written * (1.0 - edge)) * covered;
            for (ink, fill) in ink.to_array().into_iter().zip(fill.to_array()) {
                pixels.push((f32::from(ink) * ink_share + f32::from(fill) * (covered - ink_share)).round() as u8);
            }
        }
        pixels
    }

    /// With colours: letters of one over a halo of the other, which reaches so many pixels.
    pub fn colored(&self, ink: Color32, halo: Color32, reach: f32) -> Vec<u8> {
        let width = self.width as isize;
        let mut ring = Vec::new();
        for step in 1..=(reach.round() as u32).min(16) {
            let reach = if step == reach.round() as u32 { reach } else { step as f32 };
            ring.extend(RING.map(|[x, y]| (y * reach).round() as isize * width + (x * reach).round() as isize));
        }
        let bare = |cover: u8| 1.0 - f32::from(cover) / 255.0;
        let mut pixels = Vec::with_capacity(self.cover.len() * 4);
        for (index, cover) in self.cover.iter().enumerate() {
            let around = |step: &isize| index.checked_add_signed(*step).and_then(|index| self.cover.get(index));
            let left = ring.iter().filter_map(around).fold(1.0, |left, cover| left * bare(*cover));
            let (ink_share, halo_share) = (1.0 - bare(*cover), (1.0 - left) * bare(*cover));
            for (ink, halo) in ink.to_array().into_iter().zip(halo.to_array()) {
                pixels.push((f32::from(ink) * ink_share + f32::from(halo) * halo_share).round() as u8);
            }
        }
        pixels
    }
}
