//! Icons, drawn as strokes on a grid of 24 by 24, so that they take the theme's colours and need no font.

use communaut_protocol::op::Kind;
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

/// An icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as what they show")]
pub enum Icon {
    Map,
    Talk,
    Calendar,
    Ballot,
    Network,
    Sliders,
    Search,
    Close,
    Back,
    Plus,
    Minus,
    Pencil,
    Bin,
    Target,
    Person,
    Organisation,
    Project,
    Pin,
    Check,
    Lock,
    Hide,
    Home,
    Warning,
    Bookmark,
}

impl From<Kind> for Icon {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Person => Self::Person,
            Kind::Organisation => Self::Organisation,
            Kind::Project => Self::Project,
            Kind::Event => Self::Calendar,
            Kind::Place => Self::Pin,
        }
    }
}

/// A stroke of an icon, on the grid.
enum Part {
    Line(&'static [(f32, f32)]),
    Closed(&'static [(f32, f32)]),
    Circle(f32, f32, f32),
    Dot(f32, f32, f32),
    Frame(f32, f32, f32, f32, f32),
}
use Part::{Circle, Closed, Dot, Frame, Line};

const fn parts(icon: Icon) -> &'static [Part] {
    match icon {
        Icon::Map => &[
            Closed(&[
                (3.0, 6.0),
                (9.0, 3.5),
                (15.0, 6.0),
                (21.0, 3.5),
                (21.0, 18.0),
                (15.0, 20.5),
                (9.0, 18.0),
                (3.0, 20.5),
            ]),
            Line(&[(9.0, 3.5), (9.0, 18.0)]),
            Line(&[(15.0, 6.0), (15.0, 20.5)]),
        ],
        Icon::Talk => &[
            Closed(&[(3.5, 4.5), (20.5, 4.5), (20.5, 16.5), (12.0, 16.5), (7.5, 20.5), (7.5, 16.5), (3.5, 16.5)]),
            Line(&[(7.5, 8.8), (16.5, 8.8)]),
            Line(&[(7.5, 12.3), (13.5, 12.3)]),
        ],
        Icon::Calendar => &[
            Frame(3.5, 5.0, 20.5, 20.5, 2.0),
            Line(&[(3.5, 10.0), (20.5, 10.0)]),
            Line(&[(8.0, 2.5), (8.0, 6.5)]),
            Line(&[(16.0, 2.5), (16.0, 6.5)]),
        ],
        Icon::Ballot => &[
            Frame(3.5, 11.0, 20.5, 20.5, 1.5),
            Line(&[(8.0, 14.5), (16.0, 14.5)]),
            Closed(&[(7.5, 11.0), (7.5, 3.0), (16.5, 3.0), (16.5, 11.0)]),
            Line(&[(9.8, 6.8), (11.4, 8.4), (14.3, 5.4)]),
        ],
        Icon::Network => &[
            Circle(12.0, 5.0, 2.5),
            Circle(5.0, 18.5, 2.5),
            Circle(19.0, 18.5, 2.5),
            Line(&[(10.8, 7.2), (6.3, 16.3)]),
            Line(&[(13.2, 7.2), (17.7, 16.3)]),
            Line(&[(7.5, 18.5), (16.5, 18.5)]),
        ],
        Icon::Sliders => &[
            Line(&[(3.0, 6.5), (21.0, 6.5)]),
            Line(&[(3.0, 12.0), (21.0, 12.0)]),
            Line(&[(3.0, 17.5), (21.0, 17.5)]),
            Dot(8.0, 6.5, 2.6),
            Dot(16.0, 12.0, 2.6),
            Dot(10.0, 17.5, 2.6),
        ],
        Icon::Search => &[Circle(10.5, 10.5, 6.5), Line(&[(15.3, 15.3), (21.0, 21.0)])],
        Icon::Close => &[Line(&[(5.5, 5.5), (18.5, 18.5)]), Line(&[(18.5, 5.5), (5.5, 18.5)])],
        Icon::Back => &[Line(&[(20.0, 12.0), (4.5, 12.0)]), Line(&[(11.0, 5.5), (4.5, 12.0), (11.0, 18.5)])],
        Icon::Plus => &[Line(&[(12.0, 4.5), (12.0, 19.5)]), Line(&[(4.5, 12.0), (19.5, 12.0)])],
        Icon::Bookmark => &[Closed(&[(6.0, 3.5), (18.0, 3.5), (18.0, 20.5), (12.0, 15.5), (6.0, 20.5)])],
        Icon::Minus => &[Line(&[(4.5, 12.0), (19.5, 12.0)])],
        Icon::Pencil => &[
            Closed(&[(4.0, 20.0), (5.0, 15.5), (16.0, 4.5), (19.5, 8.0), (8.5, 19.0)]),
            Line(&[(13.5, 7.0), (17.0, 10.5)]),
        ],
        Icon::Bin => &[
            Line(&[(3.5, 6.5), (20.5, 6.5)]),
            Line(&[(9.0, 6.0), (9.0, 3.5), (15.0, 3.5), (15.0, 6.0)]),
            Line(&[(5.5, 6.5), (6.5, 20.5), (17.5, 20.5), (18.5, 6.5)]),
            Line(&[(10.0, 10.5), (10.0, 16.5)]),
            Line(&[(14.0, 10.5), (14.0, 16.5)]),
        ],
        Icon::Target => &[
            Circle(12.0, 12.0, 6.5),
            Dot(12.0, 12.0, 2.0),
            Line(&[(12.0, 1.5), (12.0, 5.5)]),
            Line(&[(12.0, 18.5), (12.0, 22.5)]),
            Line(&[(1.5, 12.0), (5.5, 12.0)]),
            Line(&[(18.5, 12.0), (22.5, 12.0)]),
        ],
        Icon::Person => &[
            Circle(12.0, 7.5, 4.0),
            Line(&[(4.5, 20.5), (5.2, 17.2), (7.4, 15.0), (12.0, 14.2), (16.6, 15.0), (18.8, 17.2), (19.5, 20.5)]),
        ],
        Icon::Organisation => &[
            Circle(8.5, 8.0, 3.2),
            Circle(17.0, 9.5, 2.4),
            Line(&[(2.5, 19.5), (3.3, 16.2), (5.4, 14.4), (8.5, 13.8), (11.6, 14.4), (13.7, 16.2), (14.5, 19.5)]),
            Line(&[(16.0, 15.0), (18.6, 15.2), (20.6, 16.6), (21.5, 19.5)]),
        ],
        Icon::Project => &[Closed(&[
            (12.0, 2.8),
            (14.7, 8.8),
            (21.2, 9.5),
            (16.4, 13.9),
            (17.7, 20.3),
            (12.0, 17.0),
            (6.3, 20.3),
            (7.6, 13.9),
            (2.8, 9.5),
            (9.3, 8.8),
        ])],
        Icon::Pin => &[
            Closed(&[
                (12.0, 21.5),
                (7.4, 15.6),
                (5.4, 11.6),
                (5.4, 8.4),
                (7.0, 4.8),
                (10.2, 2.8),
                (13.8, 2.8),
                (17.0, 4.8),
                (18.6, 8.4),
                (18.6, 11.6),
                (16.6, 15.6),
            ]),
            Circle(12.0, 9.6, 2.4),
        ],
        Icon::Check => &[Line(&[(4.5, 12.5), (10.0, 18.0), (19.5, 6.5)])],
        Icon::Lock => &[
            Frame(4.5, 10.5, 19.5, 21.0, 2.0),
            Line(&[(7.5, 10.5), (7.5, 7.0), (9.0, 4.3), (12.0, 3.0), (15.0, 4.3), (16.5, 7.0), (16.5, 10.5)]),
            Dot(12.0, 15.7, 1.6),
        ],
        Icon::Hide => &[
            Line(&[(2.5, 12.0), (5.5, 8.2), (9.0, 6.2), (12.0, 5.6), (15.0, 6.2), (18.5, 8.2), (21.5, 12.0)]),
            Line(&[(2.5, 12.0), (5.5, 15.8), (9.0, 17.8), (12.0, 18.4), (15.0, 17.8), (18.5, 15.8), (21.5, 12.0)]),
            Circle(12.0, 12.0, 2.8),
            Line(&[(4.0, 20.0), (20.0, 4.0)]),
        ],
        Icon::Home => &[
            Line(&[(2.8, 11.6), (12.0, 3.2), (21.2, 11.6)]),
            Line(&[(5.2, 9.8), (5.2, 20.6), (18.8, 20.6), (18.8, 9.8)]),
            Line(&[(9.8, 20.6), (9.8, 14.2), (14.2, 14.2), (14.2, 20.6)]),
        ],
        Icon::Warning => &[
            Closed(&[(12.0, 3.2), (21.6, 20.0), (2.4, 20.0)]),
            Line(&[(12.0, 9.6), (12.0, 14.4)]),
            Dot(12.0, 17.2, 1.2),
        ],
    }
}

/// Draw an icon inside a rectangle.
pub fn paint(painter: &Painter, icon: Icon, rect: Rect, color: Color32) {
    let scale = rect.width().min(rect.height()) / 24.0;
    let origin = rect.center() - Vec2::splat(12.0 * scale);
    let at = |x: f32, y: f32| -> Pos2 { origin + vec2(x, y) * scale };
    let stroke = Stroke::new((1.7 * scale).max(1.2), color);
    for part in parts(icon) {
        match part {
            Line(points) => {
                painter.add(Shape::line(points.iter().map(|(x, y)| at(*x, *y)).collect(), stroke));
            }
            Closed(points) => {
                painter.add(Shape::closed_line(points.iter().map(|(x, y)| at(*x, *y)).collect(), stroke));
            }
            Circle(x, y, r) => {
                painter.circle_stroke(at(*x, *y), r * scale, stroke);
            }
            Dot(x, y, r) => {
                painter.circle_filled(at(*x, *y), r * scale, color);
            }
            Frame(x0, y0, x1, y1, r) => {
                let rect = Rect::from_min_max(at(*x0, *y0), at(*x1, *y1));
                painter.rect_stroke(rect, r * scale, stroke, StrokeKind::Middle);
            }
        }
    }
}

/// Place an icon in the flow, as a mark without a meaning of its own.
pub fn show(ui: &mut egui::Ui, icon: Icon, size: f32, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(size), egui::Sense::hover());
    paint(ui.painter(), icon, rect, color);
}

/// Place an icon in the flow that says something, with its words for screen readers and under the pointer.
pub fn mark(ui: &mut egui::Ui, icon: Icon, size: f32, color: Color32, words: &str) {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, words));
    paint(ui.painter(), icon, rect, color);
    response.on_hover_text(words);
}

/// The grid's corner, for tests of the drawing.
#[must_use]
pub fn grid() -> Rect {
    Rect::from_min_max(pos2(0.0, 0.0), pos2(24.0, 24.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stroke_lies_on_the_grid() {
        let all = [
            Icon::Map,
            Icon::Calendar,
            Icon::Ballot,
            Icon::Network,
            Icon::Sliders,
            Icon::Search,
            Icon::Close,
            Icon::Back,
            Icon::Plus,
            Icon::Minus,
            Icon::Pencil,
            Icon::Bin,
            Icon::Target,
            Icon::Person,
            Icon::Organisation,
            Icon::Project,
            Icon::Pin,
            Icon::Check,
            Icon::Lock,
            Icon::Hide,
            Icon::Home,
            Icon::Warning,
            Icon::Bookmark,
        ];
        for icon in all {
            assert!(!parts(icon).is_empty());
            for part in parts(icon) {
                let points: Vec<Pos2> = match part {
                    Line(points) | Closed(points) => points.iter().map(|(x, y)| pos2(*x, *y)).collect(),
                    Circle(x, y, r) | Dot(x, y, r) => vec![pos2(x - r, y - r), pos2(x + r, y + r)],
                    Frame(x0, y0, x1, y1, _) => vec![pos2(*x0, *y0), pos2(*x1, *y1)],
                };
                assert!(points.iter().all(|point| grid().contains(*point)), "{icon:?}");
            }
        }
    }
}
