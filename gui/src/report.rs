//! What is left when the program fails in some place: a file of its own, on this machine alone. It says where, when
//! and by which way, never what was being shown or typed: not even the panic's own words, since these may quote a
//! text.

use jiff::Timestamp;
use std::{
    any::Any,
    backtrace::Backtrace,
    cell::Cell,
    fs::{self, OpenOptions},
    io::Write as _,
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Reports kept: the newest. A fault that comes back in every frame must not fill the disk.
const REPORTS_MAX: usize = 20;
/// Bytes of a report: some 300 steps of the way.
const REPORT_MAX: usize = 64 * 1024;

/// The newest report of this run.
static LAST: Mutex<Option<PathBuf>> = Mutex::new(None);

thread_local! {
    /// A report is being written: a fault in that is not reported in turn.
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

/// Write a report into a folder whenever something panics, whichever thread, from now on.
pub fn install(folder: PathBuf) {
    panic::set_hook(Box::new(move |info| {
        if WRITING.replace(true) {
            return;
        }
        let written = write(&folder, info);
        let place = place_of(info);
        let words = match &written {
            Ok(path) => format!("communaut: a fault in the program at {place}; a report lies in {}", path.display()),
            Err(error) => format!("communaut: a fault in the program at {place}; no report could be written: {error}"),
        };
        // Where there is no stderr there is nobody to tell.
        drop(writeln!(std::io::stderr(), "{words}"));
        // Developers see the words too.
        if cfg!(debug_assertions) {
            drop(writeln!(std::io::stderr(), "{}", payload(info.payload())));
        }
        if let Ok(path) = written {
            *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
        }
        WRITING.set(false);
    }));
}

/// The newest report of this run.
#[must_use]
pub fn last() -> Option<PathBuf> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Run something that may panic. None: it did, and the report is written.
pub fn guarded<R>(part: impl FnOnce() -> R) -> Option<R> {
    // What the part was changing is looked at by its owner, who shows something else until it is asked for again.
    panic::catch_unwind(AssertUnwindSafe(part)).ok()
}

fn payload(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no words")
}

fn place_of(info: &PanicHookInfo<'_>) -> String {
    info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string)
}

fn write(folder: &Path, info: &PanicHookInfo<'_>) -> std::io::Result<PathBuf> {
    let thread = std::thread::current();
    let (name, now) = (thread.name().unwrap_or("without a name"), Timestamp::now());
    let way = Backtrace::force_capture().to_string();
    let text = text(&place_of(info), name, now, &way);
    make_folder(folder)?;
    make_room(folder)?;
    let stamp = now.strftime("%Y%m%d-%H%M%S%.6f").to_string();
    let path = folder.join(format!("fault-{stamp}.txt"));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path)?.write_all(text.as_bytes())?;
    Ok(path)
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Drop the oldest reports: their names are their times.
fn make_room(folder: &Path) -> std::io::Result<()> {
    let mut names: Vec<PathBuf> = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    names.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("fault-")));
    names.sort_unstable();
    let surplus = (names.len() + 1).saturating_sub(REPORTS_MAX);
    names.iter().take(surplus).try_for_each(fs::remove_file)
}

fn text(place: &str, thread: &str, at: Timestamp, way: &str) -> String {
    let mut text = format!(
        "A fault in Communaut {}, {} on {}.\nat:     {place}\nwhen:   {at:.0}\nthread: {thread}\n\n\
         The way there:\n{way}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    );
    let end = (0..=REPORT_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at what it does not expect")]
    use super::*;

    /// One test, since a process has one hook.
    #[test]
    fn a_fault_is_caught_and_reported_without_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let reports = folder.path().join("reports");
        install(reports.clone());
        assert_eq!(guarded(|| 7), Some(7));
        let typed = "a letter to Camille".to_owned();
        assert!(guarded(|| panic!("cannot draw '{typed}'")).is_none());
        let report = last().unwrap();
        let text = fs::read_to_string(&report).unwrap();
        assert!(text.contains("gui/src/report.rs") && text.contains(env!("CARGO_PKG_VERSION")), "{text}");
        assert!(!text.contains("Camille"), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&report).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(fs::metadata(&reports).unwrap().permissions().mode() & 0o777, 0o700);
        }
        // On another thread too; and however often, so many are kept.
        for _ in 0..2 * REPORTS_MAX {
            std::thread::spawn(|| panic!("again")).join().unwrap_err();
        }
        drop(panic::take_hook());
        let kept = fs::read_dir(&reports).unwrap().count();
        assert_eq!(kept, REPORTS_MAX);
        assert!(last().unwrap() > report);
        assert!(text_is_bounded());
    }

    fn text_is_bounded() -> bool {
        text("x", "é", Timestamp::UNIX_EPOCH, &"é".repeat(REPORT_MAX)).len() <= REPORT_MAX
    }
}
