// Draws the ground of a map: areas, lines, names. Written for software renderers too: each point of the screen costs
// what its shader costs there, and both sides of a branch.

// Whether what is drawn on turns linear colours into what is shown; usually it does not.
override linear_target: bool = false;

// Where a drawing lies.
struct Place {
    // From its points to the screen, whose middle is 0 and whose edges are 1.
    @location(0) scale: vec2<f32>,
    @location(1) offset: vec2<f32>,
    // A pixel of the screen.
    @location(2) pixel: vec2<f32>,
    // Pixels of a point, points of one of the drawing's.
    @location(3) points: vec2<f32>,
};

fn shown(color: vec4<f32>) -> vec4<f32> {
    if !linear_target {
        return color;
    }
    // As the toolkit does, so that both look the same.
    let low = color.rgb / 12.92;
    let high = pow((color.rgb + 0.055) / 1.055, vec3<f32>(2.4));
    return vec4<f32>(select(high, low, color.rgb < vec3<f32>(0.04045)), color.a);
}

struct Area {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) color: vec4<f32>,
};

@vertex
fn area(place: Place, @location(4) at: vec2<f32>, @location(5) color: vec4<f32>) -> Area {
    var out: Area;
    out.position = vec4<f32>(at * place.scale + place.offset, 0.0, 1.0);
    out.color = color;
    return out;
}

@fragment
fn area_color(in: Area) -> @location(0) vec4<f32> {
    return shown(in.color);
}

struct Bar {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) color: vec4<f32>,
    // Half of the width with the softened edge, the dash and its period in points.
    @location(1) @interpolate(flat) shape: vec3<f32>,
    // Pixels from the middle of the line, points along it.
    @location(2) at: vec2<f32>,
};

@vertex
fn bar(
    place: Place,
    @location(4) at: vec2<f32>,
    @location(5) side: vec2<f32>,
    @location(6) color: vec4<f32>,
    @location(7) shape: vec4<f32>,
    @builtin(vertex_index) index: u32,
) -> Bar {
    // Its width is the screen's, however far the drawing is magnified. Half a pixel more, in which its edge fades.
    let reach = shape.x * place.points.x + 0.5;
    let signed_reach = select(-reach, reach, (index & 1u) == 0u);
    var out: Bar;
    out.position = vec4<f32>(at * place.scale + place.offset + side * signed_reach * place.pixel, 0.0, 1.0);
    out.color = color;
    out.shape = vec3<f32>(reach, shape.zw);
    out.at = vec2<f32>(signed_reach, shape.y * place.points.y);
    return out;
}

@fragment
fn bar_color(in: Bar) -> @location(0) vec4<f32> {
    let gone = in.at.y - floor(in.at.y / in.shape.z) * in.shape.z;
    let alpha = clamp(in.shape.x - abs(in.at.x), 0.0, 1.0) * select(0.0, 1.0, gone < in.shape.y);
    let color = shown(in.color);
    return vec4<f32>(color.rgb * alpha, color.a * alpha);
}

@group(0) @binding(0) var names: texture_2d<f32>;
@group(0) @binding(1) var names_sampler: sampler;

struct Name {
    @builtin(position) position: vec4<f32>,
    @location(0) at: vec2<f32>,
};

@vertex
fn name(@location(0) position: vec2<f32>, @location(1) at: vec2<f32>) -> Name {
    var out: Name;
    out.position = vec4<f32>(position, 0.0, 1.0);
    out.at = at;
    return out;
}

@fragment
fn name_color(in: Name) -> @location(0) vec4<f32> {
    return shown(textureSample(names, names_sampler, in.at));
}
