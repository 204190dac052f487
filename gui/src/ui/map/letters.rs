//! Names of a map as pictures: each with its halo, made once out of the toolkit's letters, together on one sheet that
//! the device holds. A frame then draws one square for a name, not nine times all of its letters.

use super::{
    drawing::{ARROWS, Label},
    mask::{ARROW, Mask},
};
use egui::{Color32, ColorImage, Context, FontId, Galley, Pos2, Vec2, emath::Rot2, vec2};
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
/// Names whose size is known, about 100 bytes each: those of all tiles that are kept. Beyond them, names that the last
/// frames did not look for are forgotten.
const MEASURED_MAX: usize = 20_000;
/// Frames in which a name was not looked for, before it may be forgotten.
const UNUSED_MAX: u64 = 2;
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

/// What is known of a name.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// In points.
    size: Vec2,
    /// Its place among `letters`.
    index: Option<usize>,
    /// The frame that looked for it last.
    used: u64,
}

/// All pictures of names of a window.
#[derive(Debug)]
pub struct Sheet {
    /// No other has it.
    pub id: u64,
    /// Counts how often it was begun anew.
    pub filling: u64,
    letters: Vec<Letters>,
    known: HashMap<Look, Known>,
    /// The frame under way, none before the first.
    frame: Option<u64>,
    pixels_per_point: f32,
    /// Where the next goes: from the left in rows.
    next: [u32; 2],
    row_height: u32,
    /// A name of this frame found no room.
    short: bool,
    /// The same, and there is room once names that are not in sight are gone.
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
            frame: None,
            pixels_per_point: 1.0,
            next: [0, 0],
            row_height: 0,
            short: false,
            full: false,
        }
    }

    /// How many names have been measured.
    #[cfg(test)]
    pub fn measured(&self) -> usize {
        self.known.len()
    }
    /// In the order in which they came.
    pub fn letters(&self) -> &[Letters] {
        &self.letters
    }

    /// Before the names of a map: begin anew where there is no more room, or what was made fits the screen no more. Not
    /// for another map of the same frame, since names of the first are on the sheet.
    pub fn begin_frame(&mut self, ctx: &Context) {
        let frame = ctx.cumulative_pass_nr();
        if self.frame.replace(frame) == Some(frame) {
            return;
        }
        let now = ctx.pixels_per_point();
        let other = now.to_bits() != self.pixels_per_point.to_bits();
        if self.known.len() > MEASURED_MAX {
            self.known.retain(|_, known| known.used.saturating_add(UNUSED_MAX) >= frame);
        }
        if other {
            self.known.clear();
        }
        if self.full || other {
            (self.filling, self.pixels_per_point) = (self.filling + 1, now);
            (self.next, self.row_height, self.full) = ([0, 0], 0, false);
            self.letters.clear();
            self.known.values_mut().for_each(|known| known.index = None);
        }
        self.short = false;
    }

    /// How large a name is, in points.
    pub fn size(&mut self, ctx: &Context, label: &Label) -> Vec2 {
        let look = Look::of(label);
        let used = self.frame.unwrap_or_default();
        let known = self.known.entry(look).or_insert_with_key(|look| Known { size: look.size(ctx), index: None, used });
        known.used = used;
        known.size
    }

    /// Names at places in the window, drawn where they are not yet.
    pub fn stamps(&mut self, ctx: &Context, placed: &[(&Label, Pos2)]) -> Vec<NameStamp> {
        let looks: Vec<Look> = placed.iter().map(|(label, _)| Look::of(label)).collect();
        let is_new = |look: &&Look| matches!(self.known.get(look), Some(Known { index: None, .. }));
        let laid_out = |look: &Look| look.arrow().is_none().then(|| look.galley(ctx));
        let new: Vec<_> = looks.iter().filter(is_new).map(|look| (look, laid_out(look))).collect();
        if !new.is_empty() {
            // After all are laid out: then the toolkit has all of their letters.
            let font = ctx.fonts(|fonts| fonts.image());
            for (look, galley) in new {
                // The same twice in a frame has one picture.
                let Some(Known { size, index: None, .. }) = self.known.get(look).copied() else { continue };
                let drawn = self.draw(look, size, galley.as_deref(), &font);
                if let Some(known) = self.known.get_mut(look) {
                    known.index = drawn;
                }
            }
        }
        if self.short && !self.full && self.has_others() {
            self.full = true;
            // What found no room comes with the next frame, though nothing moves.
            ctx.request_repaint();
        }
        looks.iter().zip(placed).filter_map(|(look, (label, at))| self.stamp(look, label.angle, *at)).collect()
    }

    /// Whether there are pictures of names for which this frame did not look.
    fn has_others(&self) -> bool {
        let in_use = |known: &&Known| known.index.is_some() && Some(known.used) == self.frame;
        self.letters.len() > self.known.values().filter(in_use).count()
    }

    /// None: it found no room.
    fn stamp(&self, look: &Look, angle: f32, at: Pos2) -> Option<NameStamp> {
        let Known { size, index, .. } = *self.known.get(look)?;
        let letters = self.letters.get(index?)?;
        let margin = margin(f32::from_bits(look.halo_width), self.pixels_per_point);
        let pixel = 1.0 / self.pixels_per_point;
        let extent = vec2(letters.size[0] as f32, letters.size[1] as f32);
        let begin = -size / 2.0 - Vec2::splat(margin as f32 * pixel);
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
        // What is wider or higher than all of it never has room, and is no reason to begin anew.
        if width > SHEET_SIDE || height > SHEET_SIDE {
            return None;
        }
        let (mut at, mut row_height) = (self.next, self.row_height);
        if at[0] + width > SHEET_SIDE {
            (at, row_height) = ([0, at[1] + row_height], 0);
        }
        if at[1] + height > SHEET_SIDE {
            self.short = true;
            return None;
        }
        (self.next, self.row_height) = ([at[0] + width, at[1]], row_height.max(height));
        Some(at)
    }
}

/// Pixels around a name: its halo, and one that is empty.
fn margin(halo_width: f32, pixels_per_point: f32) -> u32 {
    (halo_width * pixels_per_point).ceil().clamp(0.0, 16.0) as u32 + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{RawInput, pos2};
    use std::sync::atomic::AtomicUsize;

    fn label(text: &str) -> Label {
        Label {
            text: text.into(),
            at: Pos2::ZERO,
            size: 12.0,
            ink: Color32::BLACK,
            halo: Color32::WHITE,
            halo_width: 1.2,
            plate: false,
            angle: 0.0,
            again: None,
            room: f32::INFINITY,
            apart: 4.0,
            layer: 1,
        }
    }

    #[test]
    fn a_name_without_room_asks_for_a_frame_once_where_others_can_go() {
        let (ctx, asked) = (Context::default(), Arc::new(AtomicUsize::new(0)));
        let frame = |sheet: &mut Sheet, names: &[&str], full: bool| {
            let mut drawn = 0;
            let mut output = ctx.run_ui(RawInput::default(), |ui| {
                sheet.begin_frame(ui.ctx());
                if full {
                    sheet.next = [0, SHEET_SIDE];
                }
                let labels: Vec<Label> = names.iter().map(|name| label(name)).collect();
                for label in &labels {
                    sheet.size(ui.ctx(), label);
                }
                let placed: Vec<_> = labels.iter().map(|label| (label, pos2(50.0, 50.0))).collect();
                drawn = sheet.stamps(ui.ctx(), &placed).len();
            });
            output.textures_delta.clear();
            (drawn, asked.swap(0, Ordering::Relaxed))
        };
        let mut sheet = Sheet::new();
        assert_eq!(frame(&mut sheet, &["old"], false), (1, 0));
        let count = asked.clone();
        ctx.set_repaint_observer(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(frame(&mut sheet, &["new", "newer"], true), (0, 1));
        assert_eq!(frame(&mut sheet, &["new", "newer"], false), (2, 0));
        // Where all that is there is in sight, to begin anew would not help, in any frame.
        for _ in 0..3 {
            assert_eq!(frame(&mut sheet, &["new", "newer", "newest"], true), (2, 0));
        }
        assert!(!sheet.full && sheet.measured() == 4);
    }

    #[test]
    fn what_is_greater_than_the_sheet_takes_no_room_of_others() {
        let mut sheet = Sheet::new();
        for size in [[SHEET_SIDE + 1, 10], [10, SHEET_SIDE + 1]] {
            assert_eq!((sheet.room(size), sheet.short, sheet.next), (None, false, [0, 0]));
        }
        assert_eq!(sheet.room([SHEET_SIDE, SHEET_SIDE - 10]), Some([0, 0]));
        assert_eq!((sheet.room([10, 11]), sheet.short), (None, true));
        assert_eq!(sheet.room([10, 10]), Some([0, SHEET_SIDE - 10]));
    }

    #[test]
    fn of_too_many_names_those_that_were_not_looked_for_lately_are_forgotten() {
        let (ctx, mut sheet) = (Context::default(), Sheet::new());
        sheet.known.extend((0..MEASURED_MAX).map(|index| {
            let known = Known { size: Vec2::ZERO, index: None, used: 0 };
            (Look::of(&label(&index.to_string())), known)
        }));
        let mut counts = Vec::new();
        for name in ["1", "a", "2", "b", "b"] {
            let mut output = ctx.run_ui(RawInput::default(), |ui| {
                sheet.begin_frame(ui.ctx());
                counts.push(sheet.measured());
                sheet.size(ui.ctx(), &label(name));
            });
            output.textures_delta.clear();
        }
        assert_eq!(counts, [MEASURED_MAX, MEASURED_MAX, MEASURED_MAX + 1, 2, 3]);
    }
}
