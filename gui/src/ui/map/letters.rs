//! Names of a map as pictures: each with its halo, made once out of the toolkit's letters, together on one sheet that
//! the device holds. A frame then draws one square for a name, not nine times all of its letters.

use super::drawing::{ARROWS, Label};
use egui::{Color32, ColorImage, Context, FontId, Galley, Pos2, Rect, Vec2, emath::Rot2, vec2};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Pixels of a side of the sheet, 16 MB: several screens of names, of a screen with two pixels to a point one. Every
/// device takes as much.
pub const SHEET_SIDE: u32 = 2_048;
/// Names whose size is known, about 100 bytes each: those of all tiles that are kept.
const MEASURED_MAX: usize = 20_000;
/// Where letters stand once more, in the halo's colour, in halo widths from the middle.
const RING: [[f32; 2]; 8] =
    [[1.0, 0.0], [0.7, 0.7], [0.0, 1.0], [-0.7, 0.7], [-1.0, 0.0], [-0.7, -0.7], [0.0, -1.0], [0.7, -0.7]];

/// Points of an arrow: how long it is and how wide; the toolkit has no letter for it.
const ARROW: Vec2 = Vec2::new(13.0, 7.0);
/// Points of a plate's round corners.
const PLATE_ROUND: f32 = 3.0;
/// How much of the letters' colour a plate's edge has.
const PLATE_EDGE: f32 = 0.45;

/// A name on the sheet, and where it stands in the window.
#[derive(Debug, Clone, PartialEq)]
pub struct NameStamp {
    /// Left and right above, left and right below, in points.
    pub corners: [Pos2; 4],
    /// The same on the sheet, in pixels.
    pub on_sheet: [Vec2; 4],
}

/// A name's picture.
#[derive(Debug)]
pub struct Letters {
    /// Where on the sheet, in pixels.
    pub at: [u32; 2],
    pub size: [u32; 2],
    /// Four bytes each, colours multiplied by alpha.
    pub pixels: Vec<u8>,
}

/// What looks alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Look {
    text: Arc<str>,
    size: u32,
    halo_width: u32,
    plate: bool,
    ink: Color32,
    halo: Color32,
}

impl Look {
    fn of(label: &Label) -> Self {
        let Label { text, ink, halo, plate, .. } = label;
        let (size, halo_width) = (label.size.to_bits(), label.halo_width.to_bits());
        Self { text: text.clone(), size, halo_width, plate: *plate, ink: *ink, halo: *halo }
    }
    /// Whether it is an arrow, and that leads to the left.
    fn arrow(&self) -> Option<bool> {
        ARROWS.iter().position(|arrow| **arrow == *self.text).map(|index| index == 1)
    }
    fn size(&self, ctx: &Context) -> Vec2 {
        if self.arrow().is_some() { ARROW } else { self.galley(ctx).size() }
    }
    fn galley(&self, ctx: &Context) -> Arc<Galley> {
        let font = FontId::proportional(f32::from_bits(self.size));
        ctx.fonts_mut(|fonts| fonts.layout_no_wrap(self.text.as_ref().to_owned(), font, Color32::WHITE))
    }
}

/// All pictures of names of a window.
#[derive(Debug)]
pub struct Sheet {
    /// No other has it.
    pub id: u64,
    /// Counts how often it was begun anew.
    pub filling: u64,
    letters: Vec<Letters>,
    /// A name's size in points, and its place among `letters`.
    known: HashMap<Look, (Vec2, Option<usize>)>,
    pixels_per_point: f32,
    /// Where the next goes: from the left in rows.
    next: [u32; 2],
    row_height: u32,
    /// A name did not find room.
    full: bool,
}

impl Sheet {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            filling: 1,
            letters: Vec::new(),
            known: HashMap::new(),
            pixels_per_point: 1.0,
            next: [0, 0],
            row_height: 0,
            full: false,
        }
    }

    /// In the order in which they came.
    pub fn letters(&self) -> &[Letters] {
        &self.letters
    }

    /// Before a frame's names: begin anew where there is no more room, or what was made fits the screen no more.
    pub fn begin_frame(&mut self, ctx: &Context) {
        let now = ctx.pixels_per_point();
        let other = now.to_bits() != self.pixels_per_point.to_bits();
        if self.full || other || self.known.len() > MEASURED_MAX {
            (self.filling, self.pixels_per_point) = (self.filling + 1, now);
            (self.next, self.row_height, self.full) = ([0, 0], 0, false);
            self.letters.clear();
            self.known.clear();
        }
    }

    /// How large a name is, in points.
    pub fn size(&mut self, ctx: &Context, label: &Label) -> Vec2 {
        let look = Look::of(label);
        if let Some((size, _)) = self.known.get(&look) {
            return *size;
        }
        let size = look.size(ctx);
        self.known.insert(look, (size, None));
        size
    }

    /// Names at places in the window, drawn where they are not yet.
    pub fn stamps(&mut self, ctx: &Context, placed: &[(&Label, Pos2)]) -> Vec<NameStamp> {
        let looks: Vec<Look> = placed.iter().map(|(label, _)| Look::of(label)).collect();
        let is_new = |look: &&Look| matches!(self.known.get(look), Some((_, None)));
        let laid_out = |look: &Look| look.arrow().is_none().then(|| look.galley(ctx));
        let new: Vec<_> = looks.iter().filter(is_new).map(|look| (look, laid_out(look))).collect();
        if !new.is_empty() {
            // After all are laid out: then the toolkit has all of their letters.
            let font = ctx.fonts(|fonts| fonts.image());
            for (look, galley) in new {
                // The same twice in a frame has one picture.
                let Some((size, None)) = self.known.get(look).copied() else { continue };
                let drawn = self.draw(look, size, galley.as_deref(), &font);
                self.known.insert(look.clone(), (size, drawn));
            }
        }
        looks.iter().zip(placed).filter_map(|(look, (label, at))| self.stamp(look, label.angle, *at)).collect()
    }

    /// None: the sheet is full, and begun anew with the next frame.
    fn stamp(&self, look: &Look, angle: f32, at: Pos2) -> Option<NameStamp> {
        let (size, index) = self.known.get(look)?;
        let letters = self.letters.get((*index)?)?;
        let margin = margin(f32::from_bits(look.halo_width), self.pixels_per_point);
        let pixel = 1.0 / self.pixels_per_point;
        let extent = vec2(letters.size[0] as f32, letters.size[1] as f32);
        let begin = -*size / 2.0 - Vec2::splat(margin as f32 * pixel);
        let (at, begin) = if angle == 0.0 {
            // On whole pixels: else it would be blurred.
            (((at + begin).to_vec2() * self.pixels_per_point).round().to_pos2() * pixel, Vec2::ZERO)
        } else {
            (at, begin)
        };
        let turned = Rot2::from_angle(angle);
        let from = vec2(letters.at[0] as f32, letters.at[1] as f32);
        let shares = [vec2(0.0, 0.0), vec2(1.0, 0.0), vec2(0.0, 1.0), vec2(1.0, 1.0)];
        Some(NameStamp {
            corners: shares.map(|share| at + turned * (begin + share * extent * pixel)),
            on_sheet: shares.map(|share| from + share * extent),
        })
    }

    fn draw(&mut self, look: &Look, size: Vec2, galley: Option<&Galley>, font: &ColorImage) -> Option<usize> {
        let margin = margin(f32::from_bits(look.halo_width), self.pixels_per_point);
        let side = |points: f32| (points * self.pixels_per_point).ceil().max(0.0) as u32 + 2 * margin;
        let size = [side(size.x), side(size.y)];
        let at = self.room(size)?;
        let mask = match galley {
            Some(galley) => Mask::of(galley, font, size, margin),
            None => Mask::arrow(size, self.pixels_per_point, look.arrow() == Some(true)),
        };
        let reach = f32::from_bits(look.halo_width) * self.pixels_per_point;
        let pixels = if look.plate {
            mask.on_plate(look.ink, look.halo, self.pixels_per_point)
        } else {
            mask.colored(look.ink, look.halo, reach)
        };
        self.letters.push(Letters { at, size, pixels });
        Some(self.letters.len() - 1)
    }

    fn room(&mut self, [width, height]: [u32; 2]) -> Option<[u32; 2]> {
        if self.next[0] + width > SHEET_SIDE {
            self.next = [0, self.next[1] + self.row_height];
            self.row_height = 0;
        }
        if width > SHEET_SIDE || self.next[1] + height > SHEET_SIDE {
            // What is wider than all of it never has room, and is no reason to begin anew.
            self.full |= width <= SHEET_SIDE && !self.letters.is_empty();
            return None;
        }
        let at = self.next;
        self.next[0] += width;
        self.row_height = self.row_height.max(height);
        Some(at)
    }
}

/// Pixels around a name: its halo, and one that is empty.
fn margin(halo_width: f32, pixels_per_point: f32) -> u32 {
    (halo_width * pixels_per_point).ceil().clamp(0.0, 16.0) as u32 + 1
}

/// How much of each pixel letters cover.
struct Mask {
    width: usize,
    cover: Vec<u8>,
}

impl Mask {
    /// A shaft with a head, in the middle.
    fn arrow([width, height]: [u32; 2], pixels_per_point: f32, left: bool) -> Self {
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

    fn of(galley: &Galley, font: &ColorImage, [width, height]: [u32; 2], margin: u32) -> Self {
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
    fn on_plate(&self, ink: Color32, fill: Color32, pixels_per_point: f32) -> Vec<u8> {
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
    fn colored(&self, ink: Color32, halo: Color32, reach: f32) -> Vec<u8> {
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
