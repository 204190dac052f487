//! A text as squares that a camera reads.

use super::tokens::CODE;
use egui::{Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, vec2};
use qrcode::{Color, EcLevel, QrCode};

/// Light squares around it, which readers need.
const QUIET: usize = 4;
/// Side that it may take, in points.
const SIDE_MAX: f32 = 280.0;

/// The squares.
#[derive(Debug, Clone)]
pub struct Qr {
    width: usize,
    dark: Vec<bool>,
}

impl Qr {
    /// Of a text of letters and digits, whose case is of no matter: capitals take a third less room. None: too long.
    #[must_use]
    pub fn of_letters(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text.to_ascii_uppercase(), EcLevel::L).ok()?;
        Some(Self { width: code.width(), dark: code.to_colors().into_iter().map(|one| one == Color::Dark).collect() })
    }

    /// Draw it, with its name for screen readers.
    pub fn show(&self, ui: &mut Ui, name: &str) -> Response {
        let across = self.width + 2 * QUIET;
        // Whole points, so that no edge is blurred.
        let square = (SIDE_MAX / across as f32).floor().max(1.0);
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(square * across as f32), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
        let [ink, paper] = CODE;
        let painter = ui.painter();
        painter.rect_filled(rect, 0.0, paper);
        let origin = rect.min.round() + Vec2::splat(square * QUIET as f32);
        for (y, row) in self.dark.chunks(self.width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&true) {
                    let at = origin + vec2(x as f32, y as f32) * square;
                    painter.rect_filled(Rect::from_min_size(at, vec2(run.len() as f32, 1.0) * square), 0.0, ink);
                }
                x += run.len();
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;

    /// The square in a corner by which a reader finds the code.
    const FINDER: [&str; 7] = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"];

    #[test]
    fn it_stands_upright_with_three_finders() {
        let qr = Qr::of_letters("communautdevice1qqqs").unwrap();
        assert_eq!((qr.width, qr.dark.len()), (21, 441));
        let at = |x: usize, y: usize| if qr.dark[y * qr.width + x] { '#' } else { '.' };
        let corner = |left: usize, top: usize| {
            (top..top + 7).map(|y| (left..left + 7).map(|x| at(x, y)).collect::<String>()).collect::<Vec<_>>()
        };
        assert_eq!(corner(0, 0), FINDER);
        assert_eq!(corner(14, 0), FINDER);
        assert_eq!(corner(0, 14), FINDER);
        assert_ne!(corner(14, 14), FINDER);
    }

    #[test]
    fn capitals_take_less_room_and_too_much_is_none() {
        let long = "communautdevice1".repeat(20);
        let as_it_is = QrCode::with_error_correction_level(&long, EcLevel::L).unwrap().width();
        assert!(Qr::of_letters(&long).unwrap().width < as_it_is);
        assert!(Qr::of_letters(&"a".repeat(5_000)).is_none());
    }
}
