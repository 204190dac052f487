//! Draws the ground of a map on the graphics device: what is there once stays there, and a frame sends where it lies.
//!
//! Not through the toolkit's own shapes: its shader costs a software renderer 22 ns for each point of the screen, these
//! cost it 1 to 2 (`benches/map.rs`).

use super::{
    drawing::{Drawing, RunForm},
    held::{NAME_VERTEX, OnDevice},
    images::DrawnFrom,
    letters::{NameStamp, SHEET_SIDE, Sheet},
    placed::{PlacedDrawing, hidden},
};
use eframe::{
    egui_wgpu::{Callback, CallbackResources, CallbackTrait, ScreenDescriptor},
    wgpu::{self, util::DeviceExt},
};
use egui::{Color32, Context, PaintCallbackInfo, Pos2, Rect, Shape, Vec2, epaint::ViewportInPixels};
use std::sync::{Arc, Mutex, PoisonError};

/// The ground of one map in one frame.
pub struct Ground {
    pub room: Rect,
    /// Where nothing else is drawn.
    pub color: Color32,
    pub placed: Vec<PlacedDrawing>,
    pub names: Vec<NameStamp>,
    pub sheet: Arc<Mutex<Sheet>>,
    /// To be woken where a sharper picture is to come.
    pub ctx: Context,
}

impl Ground {
    /// As a shape of the toolkit.
    pub fn shape(self) -> Shape {
        let room = self.room;
        Callback::new_paint_callback(room, Painting { ground: self, ready: Mutex::new(None) }).into()
    }
}

struct Painting {
    ground: Ground,
    ready: Mutex<Option<Ready>>,
}

/// What a frame needs of the device.
struct Ready {
    /// See [`Frame`].
    corners: wgpu::Buffer,
    frame: Frame,
    drawn: Vec<Drawn>,
    /// Drawings hide all of the room's own colour.
    full: bool,
    sheet: wgpu::BindGroup,
}

/// How a drawing is drawn.
enum Drawn {
    /// There is nothing of it to draw, as of open sea, or it is hidden.
    Nothing,
    Plainly(wgpu::Buffer),
    /// From its picture.
    From(wgpu::BindGroup),
}

/// From points to what the device counts in: the middle is 0, the edges are 1.
struct Target {
    /// In points.
    size: Vec2,
    pixels_per_point: f32,
}

impl Target {
    fn place(&self, at: Pos2, scale: Vec2) -> [f32; 8] {
        let Vec2 { x: width, y: height } = self.size;
        let pixel = [2.0 / width / self.pixels_per_point, -2.0 / height / self.pixels_per_point];
        let [x, y] = self.spot(at);
        let scaled = [scale.x * 2.0 / width, scale.y * -2.0 / height];
        [scaled[0], scaled[1], x, y, pixel[0], pixel[1], self.pixels_per_point, scale.x]
    }
    fn on_pixel(&self, at: Pos2) -> Pos2 {
        ((at.to_vec2() * self.pixels_per_point).round() / self.pixels_per_point).to_pos2()
    }
    fn spot(&self, at: Pos2) -> [f32; 2] {
        [at.x * 2.0 / self.size.x - 1.0, 1.0 - at.y * 2.0 / self.size.y]
    }
}

/// What is sent for a frame, and where each part begins.
#[derive(Default)]
struct Frame {
    bytes: Vec<u8>,
    /// Names, after places of the room, of drawings, and of pictures that are made.
    names: u64,
    /// Where pictures of drawings lie.
    images: u64,
    room: u64,
}

impl Frame {
    fn push(&mut self, values: &[f32]) {
        self.bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    }
    fn here(&self) -> u64 {
        self.bytes.len() as u64
    }
    /// Two triangles of a square whose corners are left and right above, left and right below.
    fn square(&mut self, target: &Target, corners: &[Pos2; 4], on_sheet: &[Vec2; 4], side: f32) {
        for index in [0, 1, 2, 2, 1, 3] {
            let (Some(at), Some(on_sheet)) = (corners.get(index), on_sheet.get(index)) else { continue };
            let [x, y] = target.spot(*at);
            self.push(&[x, y, on_sheet.x / side, on_sheet.y / side]);
        }
    }
    fn new(ground: &Ground, hows: &[DrawnFrom], images: bool, target: &Target) -> Self {
        let mut made = Self::default();
        made.push(&target.place(ground.room.min, ground.room.size()));
        for placed in &ground.placed {
            // Where a picture stands in for it sooner or later, it lies where that does.
            let at = if images && placed.drawing.is_dense() { target.on_pixel(placed.at) } else { placed.at };
            made.push(&target.place(at, Vec2::splat(placed.scale)));
        }
        for how in hows {
            if let DrawnFrom::New { side, scale, .. } = how {
                let size = Vec2::splat(*side as f32 / target.pixels_per_point);
                let image = Target { size, pixels_per_point: target.pixels_per_point };
                made.push(&image.place(Pos2::ZERO, Vec2::splat(scale / target.pixels_per_point)));
            }
        }
        made.names = made.here();
        for stamp in &ground.names {
            made.square(target, &stamp.corners, &stamp.on_sheet, SHEET_SIDE as f32);
        }
        made.images = made.here();
        for (how, placed) in hows.iter().zip(&ground.placed) {
            if let DrawnFrom::Image { side, scale, .. } | DrawnFrom::New { side, scale, .. } = how {
                // As many pixels as there are between its own edge and its neighbour's: none is stretched.
                let stretch = scale / (placed.scale * target.pixels_per_point);
                let [min, max] = [placed.clip.min, placed.clip.max].map(|at| target.on_pixel(at));
                let corners = [min, Pos2::new(max.x, min.y), Pos2::new(min.x, max.y), max];
                let on_sheet = corners.map(|at| (at - min) * target.pixels_per_point * stretch);
                made.square(target, &corners, &on_sheet, *side as f32);
            }
        }
        made.room = made.here();
        for [x, y] in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0_f32]] {
            made.push(&[x, y]);
            made.bytes.extend(ground.color.to_array());
        }
        made
    }
}

impl CallbackTrait for Painting {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let Some(held) = resources.get_mut::<OnDevice>() else {
            tracing::error!("a map is drawn in a window that was not made ready for maps");
            return Vec::new();
        };
        held.clock += 1;
        held.images.begin_frame();
        let [width, height] = screen.size_in_pixels;
        let pixels_per_point = screen.pixels_per_point;
        let target = Target { size: Vec2::new(width as f32, height as f32) / pixels_per_point, pixels_per_point };
        let clock = held.clock;
        let hidden = hidden(&self.ground.placed, self.ground.room);
        let is_hidden = |index: usize| hidden.is_some_and(|hidden| index < hidden);
        let how = |(index, placed): (usize, &PlacedDrawing)| match is_hidden(index) {
            true => DrawnFrom::Plainly,
            false => held.images.how(device, placed, placed.scale * pixels_per_point, clock),
        };
        let hows: Vec<DrawnFrom> = self.ground.placed.iter().enumerate().map(how).collect();
        let mut frame = Frame::new(&self.ground, &hows, held.images.are_wanted(), &target);
        let corners = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("map"),
            contents: &frame.bytes,
            usage: wgpu::BufferUsages::VERTEX,
        });
        frame.bytes = Vec::new();
        let mut drawn = Vec::with_capacity(hows.len());
        // After the room's and the drawings' own.
        let mut place = u32::try_from(hows.len()).unwrap_or(u32::MAX).saturating_add(1);
        for (index, (how, placed)) in hows.into_iter().zip(&self.ground.placed).enumerate() {
            drawn.push(match how {
                _ if is_hidden(index) || placed.drawing.runs.is_empty() => Drawn::Nothing,
                DrawnFrom::Plainly => Drawn::Plainly(held.drawing(device, &placed.drawing)),
                DrawnFrom::Image { bound, .. } => Drawn::From(bound),
                DrawnFrom::New { texture, side, scale } => {
                    let buffer = held.drawing(device, &placed.drawing);
                    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
                    let attachment = wgpu::RenderPassColorAttachment {
                        view: &view,
                        resolve_target: None,
                        ops: wgpu::Operations {
                            load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                            store: wgpu::StoreOp::Store,
                        },
                        depth_slice: None,
                    };
                    let mut pass = encoder
                        .begin_render_pass(&wgpu::RenderPassDescriptor {
                            label: Some("map"),
                            color_attachments: &[Some(attachment)],
                            ..wgpu::RenderPassDescriptor::default()
                        })
                        .forget_lifetime();
                    pass.set_vertex_buffer(0, corners.slice(..frame.names));
                    draw(&mut pass, held, &placed.drawing, &buffer, place);
                    place = place.saturating_add(1);
                    let [sharp, soft] = held.bound(device, &texture);
                    held.images.keep(&placed.drawing, [sharp.clone(), soft], side, scale);
                    Drawn::From(sharp)
                }
            });
        }
        if held.images.waiting {
            self.ground.ctx.request_repaint();
        }
        let sheet = self.ground.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        let sheet = held.sheet(device, queue, &sheet);
        held.forget();
        held.images.forget(clock);
        *self.ready.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Ready { corners, frame, drawn, full: hidden.is_some(), sheet });
        Vec::new()
    }

    fn paint(&self, info: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, resources: &CallbackResources) {
        let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(held), Some(ready)) = (resources.get::<OnDevice>(), ready.as_ref()) else { return };
        let clipped = |pass: &mut wgpu::RenderPass<'static>, to: Rect| {
            let room = info.clip_rect.intersect(self.ground.room).intersect(to);
            let room = ViewportInPixels::from_points(&room, info.pixels_per_point, info.screen_size_px);
            let sides = [room.left_px, room.top_px, room.width_px, room.height_px].map(u32::try_from);
            let [Ok(x), Ok(y), Ok(width @ 1..), Ok(height @ 1..)] = sides else { return false };
            pass.set_scissor_rect(x, y, width, height);
            true
        };
        let [width, height] = info.screen_size_px;
        pass.set_viewport(0.0, 0.0, width as f32, height as f32, 0.0, 1.0);
        let Ready { corners, frame, drawn, full, sheet } = ready;
        if !full && clipped(pass, self.ground.room) {
            pass.set_pipeline(&held.areas);
            pass.set_vertex_buffer(0, corners.slice(..frame.names));
            pass.set_vertex_buffer(1, corners.slice(frame.room..));
            pass.draw(0..6, 0..1);
        }
        let mut image = 0;
        for ((placed, drawn), place) in self.ground.placed.iter().zip(drawn).zip(1_u32..) {
            let first = image;
            image += u32::from(matches!(drawn, Drawn::From(_))) * 6;
            if !clipped(pass, placed.clip) {
                continue;
            }
            match drawn {
                Drawn::Nothing => {}
                Drawn::Plainly(buffer) => {
                    pass.set_vertex_buffer(0, corners.slice(..frame.names));
                    draw(pass, held, &placed.drawing, buffer, place);
                }
                Drawn::From(bound) => {
                    pass.set_pipeline(if placed.drawing.is_opaque { &held.opaque } else { &held.names });
                    pass.set_bind_group(0, bound, &[]);
                    pass.set_vertex_buffer(0, corners.slice(frame.images..frame.room));
                    pass.draw(first..first + 6, 0..1);
                }
            }
        }
        if !self.ground.names.is_empty() && clipped(pass, self.ground.room) {
            pass.set_pipeline(&held.names);
            pass.set_bind_group(0, sheet, &[]);
            pass.set_vertex_buffer(0, corners.slice(frame.names..frame.images));
            pass.draw(0..u32::try_from((frame.images - frame.names) / NAME_VERTEX).unwrap_or(u32::MAX), 0..1);
        }
    }
}

/// Draw a drawing at one of the places that are set.
fn draw(pass: &mut wgpu::RenderPass<'static>, held: &OnDevice, drawing: &Drawing, buffer: &wgpu::Buffer, place: u32) {
    let (lines, indices) = (drawing.areas.len() as u64, (drawing.areas.len() + drawing.lines.len()) as u64);
    pass.set_index_buffer(buffer.slice(indices..), wgpu::IndexFormat::Uint32);
    for (form, run) in &drawing.runs {
        let (pipeline, corners) = match form {
            RunForm::Areas => (&held.areas, buffer.slice(..lines)),
            RunForm::Lines => (&held.lines, buffer.slice(lines..indices)),
        };
        pass.set_pipeline(pipeline);
        pass.set_vertex_buffer(1, corners);
        pass.draw_indexed(run.clone(), 0, place..place + 1);
    }
}
