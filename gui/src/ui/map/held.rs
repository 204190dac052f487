//! What the graphics device holds of maps between frames: the ways to draw, corners of drawings, names, and on a
//! machine without a graphics card pictures of dense drawings.

use super::{
    age::{Bound, outdated},
    drawing::{AREA_VERTEX, Drawing, LINE_VERTEX},
    images::Images,
    letters::{SHEET_SIDE, Sheet},
};
use eframe::{
    egui_wgpu::RenderState,
    wgpu::{self, util::DeviceExt},
};
use std::collections::HashMap;

/// Drawings that the device holds, besides those of the frame under way: bytes of several screens of a dense town, and
/// how many, since a device bounds that too.
const HELD_MAX: Bound = Bound { bytes: 96 << 20, count: 1_000 };
/// Sheets of names on the device: each window's, and one of a window that goes.
const SHEETS_MAX: usize = 2;
/// Bytes of a drawing's place: eight `f32`.
const PLACE: u64 = 32;
/// Bytes of a corner of a name or a picture: four `f32`.
pub const NAME_VERTEX: u64 = 16;

/// What the device holds between frames.
pub struct OnDevice {
    pub areas: wgpu::RenderPipeline,
    pub lines: wgpu::RenderPipeline,
    pub names: wgpu::RenderPipeline,
    /// Pictures that hide what is below them.
    pub opaque: wgpu::RenderPipeline,
    pub images: Images,
    layout: wgpu::BindGroupLayout,
    sharp: wgpu::Sampler,
    soft: wgpu::Sampler,
    /// By its number: corners of areas, of lines, of triangles; how many bytes, and when it was drawn last.
    drawings: HashMap<u64, (wgpu::Buffer, usize, u64)>,
    sheets: Vec<SheetOnDevice>,
    pub clock: u64,
}

struct SheetOnDevice {
    id: u64,
    texture: wgpu::Texture,
    bound: wgpu::BindGroup,
    /// Which filling of the sheet, and how many of its names have arrived.
    filling: u64,
    arrived: usize,
}

/// Before the first frame of a window: what maps are drawn with.
pub fn install(state: &RenderState) {
    let mut renderer = state.renderer.write();
    // A graphics card draws all of a map anew in less than its picture takes.
    let software = state.adapter.get_info().device_type == wgpu::DeviceType::Cpu;
    let held = || OnDevice::new(&state.device, state.target_format, software);
    renderer.callback_resources.entry().or_insert_with(held);
}

impl OnDevice {
    fn new(device: &wgpu::Device, format: wgpu::TextureFormat, software: bool) -> Self {
        let shader = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("map"),
            source: wgpu::ShaderSource::Wgsl(include_str!("map.wgsl").into()),
        });
        let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::FRAGMENT,
            ty,
            count: None,
        };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("map"),
            entries: &[
                entry(
                    0,
                    wgpu::BindingType::Texture {
                        sample_type: wgpu::TextureSampleType::Float { filterable: true },
                        view_dimension: wgpu::TextureViewDimension::D2,
                        multisampled: false,
                    },
                ),
                entry(1, wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering)),
            ],
        });
        let place = wgpu::VertexBufferLayout {
            array_stride: PLACE,
            step_mode: wgpu::VertexStepMode::Instance,
            attributes: &wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Float32x2, 3 => Float32x2],
        };
        let corners = |stride, attributes| wgpu::VertexBufferLayout {
            array_stride: stride,
            step_mode: wgpu::VertexStepMode::Vertex,
            attributes,
        };
        let area = wgpu::vertex_attr_array![4 => Float32x2, 5 => Unorm8x4];
        let bar = wgpu::vertex_attr_array![4 => Float32x2, 5 => Snorm16x2, 6 => Unorm8x4, 7 => Float32x4];
        let name = wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2];
        let make = |name: &str, buffers: &[Option<wgpu::VertexBufferLayout<'_>>], blend, groups: &[_]| {
            let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some("map"),
                bind_group_layouts: groups,
                immediate_size: 0,
            });
            let constants = [("linear_target", f64::from(u8::from(format.is_srgb())))];
            device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
                label: Some("map"),
                layout: Some(&layout),
                vertex: wgpu::VertexState {
                    module: &shader,
                    entry_point: Some(name),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    buffers,
                },
                fragment: Some(wgpu::FragmentState {
                    module: &shader,
                    entry_point: Some(&format!("{name}_color")),
                    compilation_options: wgpu::PipelineCompilationOptions {
                        constants: &constants,
                        ..wgpu::PipelineCompilationOptions::default()
                    },
                    targets: &[Some(wgpu::ColorTargetState { format, blend, write_mask: wgpu::ColorWrites::ALL })],
                }),
                primitive: wgpu::PrimitiveState::default(),
                depth_stencil: None,
                multisample: wgpu::MultisampleState::default(),
                multiview_mask: None,
                cache: None,
            })
        };
        let blend = Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING);
        let sampler = |filter| {
            device.create_sampler(&wgpu::SamplerDescriptor {
                mag_filter: filter,
                min_filter: filter,
                ..wgpu::SamplerDescriptor::default()
            })
        };
        Self {
            // Areas hide what is below them: a software renderer then draws nothing twice.
            areas: make("area", &[Some(place.clone()), Some(corners(AREA_VERTEX, &area))], None, &[]),
            lines: make("bar", &[Some(place.clone()), Some(corners(LINE_VERTEX, &bar))], blend, &[]),
            names: make("name", &[Some(corners(NAME_VERTEX, &name))], blend, &[Some(&layout)]),
            opaque: make("name", &[Some(corners(NAME_VERTEX, &name))], None, &[Some(&layout)]),
            images: Images::new(format, software && !format.is_srgb()),
            layout,
            sharp: sampler(wgpu::FilterMode::Nearest),
            soft: sampler(wgpu::FilterMode::Linear),
            drawings: HashMap::new(),
            sheets: Vec::new(),
            clock: 0,
        }
    }

    pub fn drawing(&mut self, device: &wgpu::Device, drawing: &Drawing) -> wgpu::Buffer {
        let held = self.drawings.entry(drawing.id).or_insert_with(|| {
            let contents = [drawing.areas.as_slice(), &drawing.lines, &drawing.indices].concat();
            let buffer = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
                label: Some("map"),
                contents: &contents,
                usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::INDEX,
            });
            (buffer, contents.len(), 0)
        });
        held.2 = self.clock;
        held.0.clone()
    }

    /// A texture, to be drawn from pixel by pixel, and stretched.
    pub fn bound(&self, device: &wgpu::Device, texture: &wgpu::Texture) -> [wgpu::BindGroup; 2] {
        [&self.sharp, &self.soft].map(|sampler| bound(device, &self.layout, sampler, texture))
    }

    /// Let go of what was drawn longest ago, until what stays is within its bound.
    pub fn forget(&mut self) {
        let held = self.drawings.iter().map(|(id, (_, bytes, used))| (*id, *bytes, *used));
        for old in outdated(held, HELD_MAX, self.clock) {
            self.drawings.remove(&old);
        }
    }

    pub fn sheet(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, sheet: &Sheet) -> wgpu::BindGroup {
        let index = self.sheets.iter().position(|held| held.id == sheet.id).unwrap_or_else(|| {
            if self.sheets.len() >= SHEETS_MAX {
                self.sheets.remove(0);
            }
            self.sheets.push(SheetOnDevice::new(device, &self.layout, &self.soft, sheet.id));
            self.sheets.len() - 1
        });
        let Some(held) = self.sheets.get_mut(index) else { unreachable!("it was found or pushed") };
        if held.filling != sheet.filling {
            (held.filling, held.arrived) = (sheet.filling, 0);
        }
        for letters in sheet.letters().iter().skip(held.arrived) {
            let [x, y] = letters.at;
            let [width, height] = letters.size;
            queue.write_texture(
                wgpu::TexelCopyTextureInfo {
                    texture: &held.texture,
                    mip_level: 0,
                    origin: wgpu::Origin3d { x, y, z: 0 },
                    aspect: wgpu::TextureAspect::All,
                },
                &letters.pixels,
                wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 4), rows_per_image: None },
                wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            );
        }
        held.arrived = sheet.letters().len();
        held.bound.clone()
    }
}

impl SheetOnDevice {
    fn new(device: &wgpu::Device, layout: &wgpu::BindGroupLayout, sampler: &wgpu::Sampler, id: u64) -> Self {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("map"),
            size: wgpu::Extent3d { width: SHEET_SIDE, height: SHEET_SIDE, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let bound = bound(device, layout, sampler, &texture);
        Self { id, texture, bound, filling: 0, arrived: 0 }
    }
}

fn bound(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    sampler: &wgpu::Sampler,
    texture: &wgpu::Texture,
) -> wgpu::BindGroup {
    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("map"),
        layout,
        entries: &[
            wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) },
            wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(sampler) },
        ],
    })
}
