//! What a text may hold, so that two that look the same are the same: no signs that are not seen, none that turn others
//! around, one normal form. SPEC.md §6.1.

use super::{OpError, bound};
use std::iter::Peekable;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// A name, a title, a tag.
    One,
    /// A description, a post: line ends and tabs besides.
    Many,
}

/// The sign that joins two letters, or two pictures to one.
const JOINER: char = '\u{200d}';
/// The sign that keeps two letters apart.
const NON_JOINER: char = '\u{200c}';
/// The sign that asks for a picture in black and white, and in colours.
const PICTURE_STYLES: [char; 2] = ['\u{fe0e}', '\u{fe0f}'];
/// Signs that are also pictures, among the letters.
const OTHER_PICTURES: [char; 10] = ['©', '®', '‼', '⁉', '™', 'ℹ', '〰', '〽', '㊗', '㊙'];
/// The keycap around a digit.
const KEYCAP: char = '\u{20e3}';

/// Never seen, or not a character: Unicode's controls, its bidirectional controls, what it says to ignore by default,
/// its line and paragraph separators, annotations and noncharacters.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || (c as u32) & 0xfffe == 0xfffe
}

/// Letters of scripts in which a joiner changes what is seen: Arabic to Mongolian, and those
/// of South and South-East Asia.
const fn is_joining_letter(c: char) -> bool {
    matches!(
        c,
        '\u{600}'..='\u{8ff}'
            | '\u{900}'..='\u{109f}'
            | '\u{1700}'..='\u{18af}'
            | '\u{1900}'..='\u{1aaf}'
            | '\u{1b00}'..='\u{1c4f}'
            | '\u{a800}'..='\u{a95f}'
            | '\u{a980}'..='\u{aaff}'
            | '\u{abc0}'..='\u{abff}'
            | '\u{fb50}'..='\u{fdcf}'
            | '\u{fdf0}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{10a00}'..='\u{11fff}'
    )
}

/// Pictures, which may be joined and have a style.
const fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Letters of Mongolian, of which the sign behind chooses a form.
const fn is_mongolian(c: char) -> bool {
    matches!(c, '\u{1820}'..='\u{18aa}')
}

/// Whether an unseen sign has its place between these two: where its script needs it.
fn has_its_place(before: Option<char>, sign: char, after: Option<char>) -> bool {
    let (Some(before), after) = (before, after.unwrap_or(' ')) else { return false };
    match sign {
        JOINER | NON_JOINER if is_joining_letter(before) && is_joining_letter(after) => true,
        JOINER => (is_picture(before) || PICTURE_STYLES.contains(&before)) && is_picture(after),
        '\u{fe0f}' if matches!(before, '#' | '*' | '0'..='9') => after == KEYCAP,
        '\u{fe0e}' | '\u{fe0f}' => is_picture(before) || OTHER_PICTURES.contains(&before),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => is_mongolian(before),
        _ => false,
    }
}

fn is_break(c: char, lines: Lines) -> bool {
    lines == Lines::Many && matches!(c, '\n' | '\t')
}

/// The first sign that a text may not hold, unless it is in another normal form.
fn first_unseen(text: &str, lines: Lines) -> Option<char> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        // Most of it.
        return None;
    }
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if is_unseen(c) && !is_break(c, lines) && !has_its_place(before, c, rest.peek().copied()) {
            return Some(c);
        }
        before = Some(c);
    }
    None
}

/// A text of an operation: its length in bytes, its signs, its form.
pub(crate) fn check(field: &'static str, text: &str, max: usize, lines: Lines) -> Result<(), OpError> {
    bound(field, text.len(), max)?;
    if let Some(sign) = first_unseen(text, lines) {
        return Err(OpError::Bound { field, why: format!("U+{:04X} cannot be seen", u32::from(sign)) });
    }
    if text.is_ascii() || is_nfc(text) {
        Ok(())
    } else {
        Err(OpError::Bound { field, why: "not in Unicode's normal form C".into() })
    }
}

/// Whether a text is taken as it is.
fn is_clean(text: &str, lines: Lines) -> bool {
    first_unseen(text, lines).is_none() && (text.is_ascii() || is_nfc(text))
}

/// The nearest text that is taken: what whoever writes signs in the place of what was typed or pasted.
#[must_use]
pub fn clean(text: &str, lines: Lines) -> String {
    if is_clean(text, lines) {
        return text.to_owned();
    }
    let mut cleaned = once(text, lines);
    // What was taken away may have stood between two signs that now belong together; the second time nothing is left.
    loop {
        let again = once(&cleaned, lines);
        if again == cleaned {
            return cleaned;
        }
        cleaned = again;
    }
}

/// Clean a text of one line in its place.
pub(super) fn line(text: &mut String) {
    *text = clean(text, Lines::One);
}

/// Clean a text of many lines in its place.
pub(super) fn lines(text: &mut String) {
    *text = clean(text, Lines::Many);
}

fn once(text: &str, lines: Lines) -> String {
    let composed: String = text.nfc().collect();
    let mut kept = String::with_capacity(composed.len());
    let mut before = None;
    let mut rest = composed.chars().peekable();
    while let Some(c) = rest.next() {
        let put = if is_break(c, lines) || !is_unseen(c) || has_its_place(before, c, rest.peek().copied()) {
            Some(c)
        } else {
            gap(c, lines, &mut rest)
        };
        kept.extend(put);
        before = put.or(before);
    }
    kept
}

/// What stands for a sign that is taken away: line ends and tabs part words, the others are nothing.
fn gap(c: char, lines: Lines, rest: &mut Peekable<std::str::Chars<'_>>) -> Option<char> {
    let end = matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if c == '\r' && rest.peek() == Some(&'\n') {
        return None;
    }
    match (end, lines) {
        (true, Lines::Many) => Some('\n'),
        (true, Lines::One) => Some(' '),
        (false, _) => (c == '\t').then_some(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str, lines: Lines) -> bool {
        check("text", text, 16_000, lines).is_ok()
    }

    #[test]
    fn the_tables_are_those_that_the_specification_names() {
        // Another version may make another form of characters that are new in it: a change of SPEC.md §6.1.
        assert_eq!(unicode_normalization::UNICODE_VERSION, (18, 0, 0));
    }

    #[test]
    fn what_people_are_called_is_taken() {
        for name in [
            "Camille Moreau",
            "Łukasz Żółć",
            "Nguyễn Thị Ánh",
            "محمد",
            "می\u{200c}خواهم",
            "श्री\u{200d}मान्",
            "ක්\u{200d}රි",
            "李小龍",
            "ᠮᠣᠩᠭᠣᠯ\u{180b}",
            "👩\u{200d}👩\u{200d}👧 Family",
            "🏳\u{fe0f}\u{200d}🌈",
            "1\u{fe0f}\u{20e3}",
            "❤\u{fe0f} Ruche",
            "Café ☕\u{fe0e}",
            "L’Œuvre « ouverte »",
        ] {
            assert!(taken(name, Lines::One), "{name:?}");
            assert_eq!(clean(name, Lines::One), name);
        }
    }

    #[test]
    fn what_forges_a_name_is_not() {
        for (forged, cleaned) in [
            ("Cam\u{200b}ille", "Camille"),
            ("Cam\u{ad}ille", "Camille"),
            ("Cam\u{200d}ille", "Camille"),
            ("Cam\u{200c}ille", "Camille"),
            ("\u{202e}ellimaC", "ellimaC"),
            ("Camille\u{2066}\u{2069}", "Camille"),
            ("Camille\nMoreau", "Camille Moreau"),
            ("Camille\tMoreau", "Camille Moreau"),
            ("Camille\u{0}", "Camille"),
            ("Camille\u{fe0f}", "Camille"),
            ("1\u{fe0f}", "1"),
            ("Camille\u{e0041}", "Camille"),
            ("\u{feff}Camille", "Camille"),
            ("Camille\u{3164}", "Camille"),
            ("Camille\u{2028}Moreau", "Camille Moreau"),
            ("محمد\u{200f}", "محمد"),
            ("می\u{200c}", "می"),
            ("\u{200d}👧", "👧"),
            ("e\u{301}t\u{e9}", "\u{e9}t\u{e9}"),
            ("e\u{200b}\u{301}", "\u{e9}"),
            ("A\u{30a}\u{ad}", "\u{c5}"),
            ("x\u{1fffe}", "x"),
        ] {
            assert!(!taken(forged, Lines::One), "{forged:?}");
            assert_eq!(clean(forged, Lines::One), cleaned, "{forged:?}");
            assert!(taken(cleaned, Lines::One), "{cleaned:?}");
        }
    }

    #[test]
    fn long_texts_have_lines_and_tabs_and_no_more() {
        assert!(taken("One\n\tTwo", Lines::Many));
        for (text, cleaned) in [("One\r\nTwo\rThree", "One\nTwo\nThree"), ("One\u{2029}Two\u{202e}", "One\nTwo")] {
            assert!(!taken(text, Lines::Many));
            assert_eq!(clean(text, Lines::Many), cleaned);
        }
    }

    #[test]
    fn whatever_is_cleaned_is_taken_and_stays_as_it_is() {
        // A plain linear congruential generator (Knuth, MMIX).
        let mut state = 3_u64;
        let mut roll = move |below: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from(state >> 33).unwrap_or(0) % below
        };
        let signs: Vec<char> = "aé1#ا\u{6cc}क\u{94d}👩❤\u{200b}\u{200c}\u{200d}\u{fe0e}\u{fe0f}\
                                \u{20e3}\u{301}\u{30a}\u{ad}\n\t\r\u{202e}\u{1820}\u{180b} "
            .chars()
            .collect();
        for _ in 0..20_000 {
            let len = roll(9);
            let text: String = (0..len)
                .filter_map(|_| {
                    let any = char::from_u32(roll(0x11_0000));
                    let known = usize::try_from(roll(64)).ok().and_then(|at| signs.get(at).copied());
                    known.or(any)
                })
                .collect();
            for lines in [Lines::One, Lines::Many] {
                let cleaned = clean(&text, lines);
                assert!(taken(&cleaned, lines), "{text:?} becomes {cleaned:?}");
                assert_eq!(taken(&text, lines), cleaned == text, "{text:?} becomes {cleaned:?}");
            }
        }
    }
}
