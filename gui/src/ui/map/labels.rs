//! Which names stand on a map, and where: none on another, none on what the map's own controls take up, none of a
//! street twice nearby, none of what lies on the map with its own name.

use super::{drawing::Label, letters::Sheet, placed::PlacedDrawing};
use egui::{Context, Pos2, Rect, Vec2, vec2};
use std::{cmp::Reverse, collections::HashMap, sync::Arc};

/// Points of a band of the map: a name is compared with those of the bands that it touches.
const BAND: f32 = 64.0;
/// Bands, more than a screen is high: what lies beyond is in the last.
const BANDS_MAX: usize = 64;
/// Names of a frame that may stand somewhere, the greatest: several times as many as have room on a large screen.
const WANTED_MAX: usize = 5_000;

/// Points around what lies on the map with a name in which the ground does not say that name too: where the same thing
/// is drawn twice, it is as far off as two people put one door.
const SAME_WITHIN: f32 = 72.0;

/// What lies on the map, before which the ground's names give way.
#[derive(Debug, Clone, Default)]
pub struct Claimed {
    /// Where no name of the ground stands.
    pub areas: Vec<Rect>,
    /// What is called so, and where it lies.
    pub names: Vec<(String, Pos2)>,
}

impl Claimed {
    /// Whether it says this name at this place. The name of a line is another thing's.
    fn says(&self, label: &Label, at: Pos2) -> bool {
        let is_same = |name: &str| name.trim().to_lowercase() == label.text.trim().to_lowercase();
        label.again.is_none() && self.names.iter().any(|(name, of)| of.distance(at) < SAME_WITHIN && is_same(name))
    }
}

/// A rectangle that may be turned.
#[derive(Debug, Clone, Copy)]
struct Area {
    middle: Pos2,
    /// Half of its width and height, along its own sides.
    half: Vec2,
    /// Where its width lies.
    way: Vec2,
    bounds: Rect,
}

impl Area {
    fn new(middle: Pos2, size: Vec2, angle: f32) -> Self {
        let (half, way) = (size / 2.0, Vec2::angled(angle));
        let reach = vec2(half.x * way.x.abs() + half.y * way.y.abs(), half.x * way.y.abs() + half.y * way.x.abs());
        Self { middle, half, way, bounds: Rect::from_center_size(middle, reach * 2.0) }
    }
    fn meets(&self, other: &Self) -> bool {
        self.bounds.intersects(other.bounds) && !self.is_apart(other) && !other.is_apart(self)
    }
    /// Whether one of its own sides lies between it and another.
    fn is_apart(&self, other: &Self) -> bool {
        let between = other.middle - self.middle;
        let up = self.way.rot90();
        [(self.way, self.half.x), (up, self.half.y)].into_iter().any(|(way, half)| {
            let along = other.way * other.half.x;
            let across = other.way.rot90() * other.half.y;
            between.dot(way).abs() > half + along.dot(way).abs() + across.dot(way).abs()
        })
    }
    fn bands(&self, top: f32) -> std::ops::RangeInclusive<usize> {
        let band = |y: f32| (((y - top) / BAND).max(0.0) as usize).min(BANDS_MAX - 1);
        band(self.bounds.top())..=band(self.bounds.bottom())
    }
}

/// What is taken.
struct Taken {
    top: f32,
    bands: Vec<Vec<Area>>,
    said: HashMap<Arc<str>, Vec<Pos2>>,
}

impl Taken {
    fn new(top: f32) -> Self {
        Self { top, bands: vec![Vec::new(); BANDS_MAX], said: HashMap::new() }
    }
    fn is_said_nearby(&self, label: &Label, at: Pos2) -> bool {
        label.again.is_some_and(|again| {
            let near = |places: &Vec<Pos2>| places.iter().any(|place| place.distance(at) < again);
            self.said.get(&label.text).is_some_and(near)
        })
    }
    /// It is taken, whatever was before.
    fn hold(&mut self, area: Area) {
        for band in self.bands.get_mut(area.bands(self.top)).unwrap_or_default() {
            band.push(area);
        }
    }
    /// Whether it was free, and is taken now.
    fn take(&mut self, area: Area) -> bool {
        let bands = area.bands(self.top);
        let of = self.bands.get(bands).unwrap_or_default();
        if of.iter().flatten().any(|other| other.meets(&area)) {
            return false;
        }
        self.hold(area);
        true
    }
}

/// A name that would stand in a frame.
struct Wanted<'a> {
    /// The greatest first; of equal ones those of the first tile, wherever one looks.
    order: (Reverse<usize>, usize),
    label: &'a Label,
    at: Pos2,
    /// How long its line is, in points.
    long: f32,
}

/// Whether a name whose size is not known yet may reach into a room: no letter is wider or higher than twice what it is
/// called, nor has less than a byte.
fn may_be_in_sight(label: &Label, at: Pos2, room: Rect) -> bool {
    let reach = (label.text.len() + 1) as f32 * label.size + label.apart;
    if label.again.is_some() { room.contains(at) } else { room.expand(reach).contains(at) }
}

/// Names of what is drawn in a room, but for what is claimed; where their middles are.
pub fn placed<'a>(
    ctx: &Context,
    sheet: &mut Sheet,
    drawn: &'a [PlacedDrawing],
    room: Rect,
    claimed: &Claimed,
) -> Vec<(&'a Label, Pos2)> {
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    for one in drawn {
        for label in &one.drawing.labels {
            let at = one.at + label.at.to_vec2() * one.scale;
            // What stands in for a part of it has the names of that part.
            if one.clip.contains(at) && at.is_finite() && may_be_in_sight(label, at, room) {
                let order = (Reverse(label.layer), wanted.len());
                wanted.push(Wanted { order, label, at, long: label.room * one.scale });
            }
        }
    }
    if wanted.len() > WANTED_MAX {
        wanted.select_nth_unstable_by_key(WANTED_MAX, |one| one.order);
        wanted.truncate(WANTED_MAX);
    }
    wanted.sort_unstable_by_key(|one| one.order);
    let mut taken = Taken::new(room.top());
    for one in &claimed.areas {
        taken.hold(Area::new(one.center(), one.size(), 0.0));
    }
    let mut found = Vec::new();
    for Wanted { label, at, long, .. } in wanted {
        if taken.is_said_nearby(label, at) || claimed.says(label, at) {
            continue;
        }
        let size = sheet.size(ctx, label);
        let area = Area::new(at, size + Vec2::splat(2.0 * label.apart), label.angle);
        // A street's name that the edge would cut is said again farther in.
        let in_sight =
            if label.again.is_some() { room.contains_rect(area.bounds) } else { room.intersects(area.bounds) };
        if size.x <= long && in_sight && taken.take(area) {
            if label.again.is_some() {
                taken.said.entry(label.text.clone()).or_default().push(at);
            }
            found.push((label, at));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::map::{drawing::Drawing, letters::Letters, sources::TileSource};
    use egui::{Color32, RawInput, pos2};

    const ROOM: Rect = Rect { min: Pos2::ZERO, max: Pos2 { x: 1_000.0, y: 800.0 } };

    fn label(text: &str, x: f32, y: f32) -> Label {
        Label {
            text: text.into(),
            at: pos2(x, y),
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
    fn names(labels: Vec<Label>, furniture: &[Rect]) -> Vec<String> {
        names_beside(labels, &Claimed { areas: furniture.to_vec(), ..Claimed::default() })
    }
    fn names_beside(labels: Vec<Label>, claimed: &Claimed) -> Vec<String> {
        let ctx = Context::default();
        let mut names = Vec::new();
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            let drawing = Arc::new(Drawing { labels: labels.clone(), ..Drawing::default() });
            let drawn = [PlacedDrawing { source: TileSource::World, drawing, at: Pos2::ZERO, scale: 1.0, clip: ROOM }];
            let mut sheet = Sheet::new();
            sheet.begin_frame(ui.ctx());
            let placed = placed(ui.ctx(), &mut sheet, &drawn, ROOM, claimed);
            assert_eq!(sheet.stamps(ui.ctx(), &placed).len(), placed.len());
            names = placed.iter().map(|(label, _)| label.text.to_string()).collect();
        });
        output.textures_delta.clear();
        names
    }

    #[test]
    fn the_greater_stands_where_two_would() {
        let town = Label { layer: 7, ..label("Town", 100.0, 105.0) };
        assert_eq!(names(vec![label("Street", 100.0, 100.0), town, label("Far", 300.0, 100.0)], &[]), ["Town", "Far"]);
    }

    #[test]
    fn nothing_stands_under_the_map_s_own_controls() {
        let scale = Rect::from_min_size(pos2(12.0, 760.0), vec2(96.0, 28.0));
        let labels = || vec![label("Menton", 60.0, 770.0), label("Nice", 60.0, 700.0)];
        assert_eq!(names(labels(), &[]), ["Nice", "Menton"].map(str::to_owned).into_iter().rev().collect::<Vec<_>>());
        assert_eq!(names(labels(), &[scale]), ["Nice"]);
    }

    #[test]
    fn what_lies_on_the_map_says_its_own_name() {
        let labels = || {
            let street = Label { again: Some(400.0), ..label("Café Esplanad", 500.0, 160.0) };
            vec![
                label("Café Esplanad", 530.0, 60.0),
                label("Café Esplanad", 900.0, 110.0),
                label("Bakery", 480.0, 110.0),
                label("Park", 300.0, 300.0),
                street,
            ]
        };
        assert_eq!(names(labels(), &[]).len(), 5);
        let at = pos2(500.0, 100.0);
        let areas = vec![Rect::from_center_size(at, vec2(24.0, 24.0)), Rect::from_center_size(at, vec2(90.0, 90.0))];
        let claimed = Claimed { areas, names: vec![("CAFÉ ESPLANAD ".into(), at)] };
        // One elsewhere is another; what lies under its own name gives way too.
        assert_eq!(names_beside(labels(), &claimed), ["Café Esplanad", "Park", "Café Esplanad"]);
        let claimed = Claimed { areas: Vec::new(), ..claimed };
        let beside = names_beside(labels(), &claimed);
        assert_eq!(beside, ["Café Esplanad", "Bakery", "Park", "Café Esplanad"], "a line of that name stays");
    }

    #[test]
    fn a_street_is_named_once_nearby_and_only_where_it_has_room_but_doors_have_their_numbers() {
        let street = |x, room| Label { again: Some(400.0), room, ..label("Rue", x, 50.0) };
        assert_eq!(names(vec![street(50.0, 90.0), street(200.0, 90.0), street(600.0, 90.0)], &[]).len(), 2);
        assert!(names(vec![street(50.0, 5.0)], &[]).is_empty());
        assert_eq!(names(vec![label("5", 50.0, 50.0), label("5", 50.0, 100.0)], &[]).len(), 2);
    }

    #[test]
    fn a_frame_measures_no_more_than_the_greatest_names_in_sight() {
        let ctx = Context::default();
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            let mut sheet = Sheet::new();
            sheet.begin_frame(ui.ctx());
            let mut measured = |labels: Vec<Label>| {
                let drawing = Arc::new(Drawing { labels, ..Drawing::default() });
                let drawn = [PlacedDrawing {
                    source: TileSource::World,
                    drawing,
                    at: Pos2::ZERO,
                    scale: 1.0,
                    clip: ROOM.expand(9_000.0),
                }];
                let first = placed(ui.ctx(), &mut sheet, &drawn, ROOM, &Claimed::default())
                    .first()
                    .map(|(label, _)| label.text.clone());
                (sheet.measured(), first)
            };
            let far = |x| label("far", x, 400.0);
            assert_eq!(measured(vec![far(-100.0), far(1_100.0)]), (0, None));
            assert_eq!(measured(vec![far(-1.0)]), (1, Some("far".into())));
            let mut many: Vec<Label> = (0..WANTED_MAX).map(|index| label(&index.to_string(), 500.0, 400.0)).collect();
            many.push(Label { layer: 2, ..label("great", 500.0, 400.0) });
            assert_eq!(measured(many), (1 + WANTED_MAX, Some("great".into())));
        });
        output.textures_delta.clear();
    }

    #[test]
    fn a_number_stands_on_its_plate_and_an_arrow_leads_where_it_says() {
        let ctx = Context::default();
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            let mut sheet = Sheet::new();
            sheet.begin_frame(ui.ctx());
            let number = Label { plate: true, halo_width: 3.0, ..label("A 8", 100.0, 100.0) };
            sheet.size(ui.ctx(), &number);
            sheet.stamps(ui.ctx(), &[(&number, number.at)]);
            let letters = sheet.letters().first().map(|letters| (letters.size, letters.pixels.clone()));
            let (size, pixels) = letters.unwrap_or_default();
            let alpha = |x: u32, y: u32| pixels.get(((y * size[0] + x) * 4 + 3) as usize).copied();
            // Its middle is covered to its edge, its corner is round.
            assert_eq!((alpha(size[0] / 2, 1), alpha(1, size[1] / 2), alpha(1, 1)), (Some(255), Some(255), Some(0)));
            let arrows = ["➡", "⬅"].map(|arrow| label(arrow, 300.0, 300.0));
            for arrow in &arrows {
                sheet.size(ui.ctx(), arrow);
                sheet.stamps(ui.ctx(), &[(arrow, arrow.at)]);
            }
            let [_, right, left] = sheet.letters() else { unreachable!("three were drawn") };
            let dark = |letters: &Letters, x: u32| {
                let rows = letters.pixels.chunks_exact(letters.size[0] as usize * 4);
                rows.filter(|row| row[x as usize * 4 + 3] > 128 && row[x as usize * 4] < 64).count()
            };
            // The head is wide where the shaft is thin.
            let width = right.size[0];
            assert!(dark(right, width - 8) > dark(right, 5) && dark(left, 7) > dark(left, width - 6));
        });
        output.textures_delta.clear();
    }

    #[test]
    fn turned_ones_meet_only_where_they_do() {
        let at = |x, y, angle| Area::new(pos2(x, y), vec2(100.0, 10.0), angle);
        let diagonal = std::f32::consts::FRAC_PI_4;
        // Side by side along a diagonal: their bounds meet, they do not.
        assert!(at(0.0, 0.0, diagonal).bounds.intersects(at(30.0, 0.0, diagonal).bounds));
        assert!(!at(0.0, 0.0, diagonal).meets(&at(30.0, 0.0, diagonal)));
        assert!(at(0.0, 0.0, diagonal).meets(&at(5.0, 0.0, diagonal)));
        assert!(at(0.0, 0.0, 0.0).meets(&at(20.0, 20.0, diagonal)));
    }
}
