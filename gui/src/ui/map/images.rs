//! Pictures of dense drawings, for machines without a graphics card: there a town's thousands of streets and houses
//! cost more than all else of a frame, and they look the same in the next. What moves is drawn from its picture, pixel
//! by pixel; what was magnified is drawn anew when it has come to rest.

use super::{
    age::{Bound, outdated},
    drawing::Drawing,
    placed::PlacedDrawing,
};
use eframe::wgpu;
use std::collections::HashMap;

/// Pictures, besides those of the frame under way: bytes of several screens, or of one with two pixels to a point, and
/// of how many drawings it is known how they were drawn.
const IMAGES_MAX: Bound = Bound { bytes: 64 << 20, count: 1_000 };
/// Corners of triangles that one frame draws to make pictures: the first whole, of others as many as take a few
/// milliseconds. The others come with the next frames.
const FRAME_MAX: usize = 30_000;
/// Pixels of a picture's side: every device takes as much.
const SIDE_MAX: u32 = 2_048;

/// A drawing's picture.
struct Image {
    /// Pixel by pixel, and where it is stretched.
    sharp: wgpu::BindGroup,
    soft: wgpu::BindGroup,
    /// Pixels of its side.
    side: u32,
    /// Pixels of a point of the drawing.
    scale: f32,
}

struct Seen {
    /// How it was drawn last.
    scale: f32,
    image: Option<Image>,
    used: u64,
}

/// How a drawing is drawn in this frame.
pub enum DrawnFrom {
    /// As it is.
    Plainly,
    /// From its picture, of which so many pixels belong to a point of the drawing.
    Image { bound: wgpu::BindGroup, side: u32, scale: f32 },
    /// The same, once the picture is made on this texture.
    New { texture: wgpu::Texture, side: u32, scale: f32 },
}

/// Of all drawings.
pub struct Images {
    format: wgpu::TextureFormat,
    wanted: bool,
    seen: HashMap<u64, Seen>,
    /// Corners drawn for pictures in this frame.
    spent: usize,
    /// Some drawings wait for a sharp picture.
    pub waiting: bool,
}

impl Images {
    pub fn new(format: wgpu::TextureFormat, wanted: bool) -> Self {
        Self { format, wanted, seen: HashMap::new(), spent: 0, waiting: false }
    }
    /// Whether drawings lie on whole pixels, as their pictures do.
    pub const fn are_wanted(&self) -> bool {
        self.wanted
    }
    pub fn begin_frame(&mut self) {
        (self.spent, self.waiting) = (0, false);
    }

    /// How a drawing is drawn whose points have so many pixels.
    pub fn how(&mut self, device: &wgpu::Device, placed: &PlacedDrawing, scale: f32, clock: u64) -> DrawnFrom {
        let corners = placed.drawing.indices.len() / 4;
        let side = (placed.side() / placed.scale * scale).ceil() as u32 + 1;
        if !self.wanted || !placed.drawing.is_dense() || !placed.is_whole() || side > SIDE_MAX {
            return DrawnFrom::Plainly;
        }
        let seen = self.seen.entry(placed.drawing.id).or_insert(Seen { scale: 0.0, image: None, used: clock });
        let rests = std::mem::replace(&mut seen.scale, scale).to_bits() == scale.to_bits();
        seen.used = clock;
        if let Some(image) = seen.image.as_ref().filter(|image| image.scale.to_bits() == scale.to_bits()) {
            return DrawnFrom::Image { bound: image.sharp.clone(), side: image.side, scale };
        }
        if rests && (self.spent == 0 || self.spent + corners <= FRAME_MAX) {
            self.spent += corners;
            let texture = device.create_texture(&wgpu::TextureDescriptor {
                label: Some("map"),
                size: wgpu::Extent3d { width: side, height: side, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: self.format,
                usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::RENDER_ATTACHMENT,
                view_formats: &[],
            });
            return DrawnFrom::New { texture, side, scale };
        }
        self.waiting = true;
        match &seen.image {
            Some(image) => DrawnFrom::Image { bound: image.soft.clone(), side: image.side, scale: image.scale },
            None => DrawnFrom::Plainly,
        }
    }

    /// A picture was made.
    pub fn keep(&mut self, drawing: &Drawing, [sharp, soft]: [wgpu::BindGroup; 2], side: u32, scale: f32) {
        if let Some(seen) = self.seen.get_mut(&drawing.id) {
            seen.image = Some(Image { sharp, soft, side, scale });
        }
    }

    /// Let go of what was drawn longest ago, until what stays is within its bound.
    pub fn forget(&mut self, clock: u64) {
        let size = |seen: &Seen| seen.image.as_ref().map_or(0, |image| image.side as usize * image.side as usize * 4);
        let seen = self.seen.iter().map(|(id, seen)| (*id, size(seen), seen.used));
        for old in outdated(seen, IMAGES_MAX, clock) {
            self.seen.remove(&old);
        }
    }
}
