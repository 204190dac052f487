//! An X server without a screen: what it shows lies in a file.
#![allow(dead_code, reason = "each of the two tests uses a part")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Points of the screen; the window's usual size fits.
pub const SIZE: (usize, usize) = (1_400, 900);

/// What is missing here, if anything.
pub fn missing() -> Option<String> {
    for (program, args) in
        [("Xvfb", &["-help"][..]), ("xdotool", &["version"]), ("unshare", &["--map-root-user", "--net", "true"])]
    {
        let ran = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
        match ran {
            Err(error) => return Some(format!("{program} cannot be run ({error}); Debian's packages: xvfb xdotool")),
            Ok(status) if program == "unshare" && !status.success() => {
                return Some("a network of its own cannot be made for the window".into());
            }
            Ok(_) => {}
        }
    }
    None
}

pub struct Screen {
    server: Child,
    /// ":99"
    pub name: String,
    buffer: PathBuf,
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may be gone already; then there is nobody to wait for.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

/// What is seen, a pixel being red, green, blue.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        self.pixels.get(y * self.width + x).copied().unwrap_or_default()
    }
    /// Of a part of it, how many of a hundred pixels have a colour, or one that cannot be told from it.
    pub fn share_of(&self, [left, top, right, bottom]: [usize; 4], colour: [u8; 3]) -> usize {
        let like = |pixel: [u8; 3]| pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= 2);
        let places = (top..bottom.min(self.height)).flat_map(|y| (left..right.min(self.width)).map(move |x| (x, y)));
        let (found, all) =
            places.fold((0, 0), |(found, all), (x, y)| (found + usize::from(like(self.at(x, y))), all + 1));
        found * 100 / all.max(1)
    }
    pub fn save(&self, path: &Path) {
        let bytes: Vec<u8> = self.pixels.iter().flatten().copied().collect();
        let (width, height) = (u32::try_from(self.width).unwrap(), u32::try_from(self.height).unwrap());
        image::RgbImage::from_raw(width, height, bytes).unwrap().save(path).unwrap();
    }
}

impl Screen {
    /// Start it, in a folder for its buffer. It picks its own number.
    pub fn open(folder: &Path) -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &format!("{}x{}x24", SIZE.0, SIZE.1), "-nolisten", "tcp", "-ac"])
            .arg("-fbdir")
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        assert!(!number.trim().is_empty(), "Xvfb found no number for its screen");
        Self { server, name: format!(":{}", number.trim()), buffer: folder.join("Xvfb_screen0") }
    }

    /// What it shows now, as it lies in its file: enough to see whether anything moves.
    pub fn raw(&self) -> Vec<u8> {
        fs::read(&self.buffer).unwrap()
    }

    /// What it shows now: a window dump, as X11's own XWD format has it (its header in big-endian words).
    pub fn look(&self) -> Picture {
        let dump = self.raw();
        let word = |at: usize| {
            let bytes: [u8; 4] = dump[at * 4..at * 4 + 4].try_into().unwrap();
            usize::try_from(u32::from_be_bytes(bytes)).unwrap()
        };
        let (header, width, height, bits, line, colours) = (word(0), word(4), word(5), word(11), word(12), word(19));
        assert_eq!(bits, 32, "four bytes a pixel");
        let least_first = word(7) == 0;
        let begin = header + colours * 12;
        let pixel = |x: usize, y: usize| {
            let at = begin + y * line + x * 4;
            let bytes = &dump[at..at + 4];
            if least_first { [bytes[2], bytes[1], bytes[0]] } else { [bytes[1], bytes[2], bytes[3]] }
        };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
        Picture { width, height, pixels }
    }

    /// Hand words to xdotool; what it says.
    pub fn tool<I: AsRef<str>>(&self, words: impl IntoIterator<Item = I>) -> String {
        let words: Vec<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
        let ran = Command::new("xdotool").args(&words).env("DISPLAY", &self.name).output().unwrap();
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    }
}
