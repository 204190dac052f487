//! Ending the reading of a file from within: one record may be as long as the file, and whoever stops the node waits
//! for the thread that reads it. Said once for a thread, since every format's reader reads through layers of others'.

use std::{
    cell::RefCell,
    io::{self, Read},
    rc::Rc,
};

/// Whether the reading is to end.
type Ends = Rc<dyn Fn() -> bool>;

thread_local! {
    /// Of the file that this thread reads.
    static ENDS: RefCell<Option<Ends>> = const { RefCell::new(None) };
}

/// Puts back what was asked before, also where reading panics: the runtime uses its threads again.
struct Before(Option<Ends>);

impl Drop for Before {
    fn drop(&mut self) {
        let before = self.0.take();
        ENDS.with_borrow_mut(|ends| *ends = before);
    }
}

/// Read files in this thread until this says that it is enough: then the next bytes that are read are an error.
pub(crate) fn until<R>(ends: impl Fn() -> bool + 'static, read: impl FnOnce() -> R) -> R {
    let _before = Before(ENDS.with_borrow_mut(|asked| asked.replace(Rc::new(ends))));
    read()
}

/// Asked before each piece that is read of a file, however long the record is that it belongs to.
pub(super) fn check() -> io::Result<()> {
    let ends = ENDS.with_borrow(Clone::clone);
    if ends.is_some_and(|ends| ends()) { Err(io::Error::other("reading was stopped")) } else { Ok(()) }
}

/// A reader that asks before each piece.
pub(super) struct Checked<R>(pub R);

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        check()?;
        self.0.read(to)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::import::{ImportOptions, open};
    use std::{cell::Cell, fs};

    /// Bytes of a record without an end: some thousand times what is read at once.
    const LONG: usize = 40 << 20;

    /// In each format the first record has no end. The reader is asked to stop after some pieces, and reads no more.
    #[test]
    fn a_record_without_an_end_can_be_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let filler = "x".repeat(LONG);
        let starts = [
            ("a.csv", "name,lat,lon,note\nFour,43.0,1.6,\""),
            (
                "b.geojson",
                "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"a\":\"",
            ),
            ("c.osm", "<?xml version='1.0'?><osm version=\"0.6\"><!-- "),
            ("d.kml", "<kml><Document><Placemark><name>"),
            ("e.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:"),
            ("f.geojsonl", "{\"type\":\"Feature\",\"properties\":{\"a\":\""),
        ];
        for (name, start) in starts {
            let path = folder.path().join(name);
            fs::write(&path, [start, &filler].concat()).unwrap();
            let asked = Rc::new(Cell::new(0));
            let count = asked.clone();
            let ends = move || {
                count.set(count.get() + 1);
                count.get() > 3
            };
            until(ends, || {
                if let Ok(mut reader) = open(&path, &ImportOptions::default()) {
                    assert!(reader.all(|item| item.is_err() || item.is_ok()));
                }
            });
            // Whoever is told to stop may look once or twice more on the way out; not at the whole file.
            assert!((4..40).contains(&asked.get()), "{name}: asked {} times", asked.get());
        }
    }
}
