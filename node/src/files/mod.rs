//! Every change of a file or folder that the node itself makes: durable when it returns, and for its user's eyes alone.
//!
//! Nothing else in `node/src` makes, renames or removes files (`tests/tests/architecture/files.rs`); sled and tantivy
//! have an IO of their own below `store/` and `search/`. So there is one place that knows what a rename is worth before
//! its folder is flushed, and one place at which tests let a change fail or the machine stop ([`fault`]).

#[cfg(test)]
pub mod fault;

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Mode of folders: their user alone.
#[cfg(unix)]
const FOLDER_MODE: u32 = 0o700;
/// Mode of files: their user alone.
#[cfg(unix)]
const FILE_MODE: u32 = 0o600;
/// Of a mode: users other than its own may write.
#[cfg(unix)]
const OTHERS_WRITE: u32 = 0o022;
/// Ends the name of a file that is not whole yet.
const UNFINISHED: &str = ".new";

/// What is changed, as tests name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A folder is made.
    Folder,
    /// A file is opened for writing.
    Create,
    /// Bytes are written.
    Write,
    /// What was written is made durable, or the names in a folder are.
    Flush,
    /// A file or folder takes another name.
    Rename,
    /// A file or folder goes.
    Remove,
}

/// In tests the place at which a change fails; nothing otherwise.
#[cfg(test)]
fn about_to(change: Change, path: &Path) -> io::Result<()> {
    fault::meet(change, path)
}
#[cfg(not(test))]
#[inline]
fn about_to(_: Change, _: &Path) -> io::Result<()> {
    Ok(())
}

/// From now on this process makes nothing that other users can read, whatever library makes it.
pub fn keep_to_oneself() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Make a folder, and those above it, where there is none. One that is there stays as it is.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    about_to(Change::Folder, folder)?;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER_MODE);
    builder.create(folder)?;
    flush_names(folder)
}

/// Make a folder that other users cannot look into, or close one that is there.
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    make_folder(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(folder)?.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(FOLDER_MODE))?;
        }
    }
    Ok(())
}

/// Refuse a folder of another user, in which what this one makes would be closed to its owner, and keep other users
/// from changing names in one's own.
pub fn refuse_others(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let held = fs::metadata(folder)?;
        let (owner, own) = (held.uid(), rustix::process::geteuid().as_raw());
        if owner != own {
            let why = format!("it belongs to another user (number {owner}): run this as that user");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        let mode = held.permissions().mode();
        if mode & OTHERS_WRITE != 0 {
            tracing::warn!("other users could change {}: from now on they cannot", folder.display());
            fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o7777 & !OTHERS_WRITE))?;
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Open a file for reading and writing, and make it where there is none. What it holds stays.
pub fn open(path: &Path) -> io::Result<File> {
    about_to(Change::Create, path)?;
    private().read(true).create(true).truncate(false).open(path)
}

fn overwrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    about_to(Change::Create, path)?;
    let mut file = private().create(true).truncate(true).open(path)?;
    about_to(Change::Write, path)?;
    file.write_all(bytes)?;
    about_to(Change::Flush, path)?;
    file.sync_all()?;
    flush_names(path)
}

/// Write over a file of the same length, where there is one: it keeps its identity, and is never empty meanwhile.
pub fn write_over(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = open(path)?;
    about_to(Change::Write, path)?;
    file.write_all(bytes)?;
    file.set_len(bytes.len().try_into().unwrap_or(u64::MAX))?;
    about_to(Change::Flush, path)?;
    file.sync_all()?;
    flush_names(path)
}

/// Write over a file of the same length, for who can do without it: not durable.
pub fn jot(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = open(path)?;
    about_to(Change::Write, path)?;
    file.write_all(bytes)
}

/// Write a file in place of the one before, whole or not at all.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(UNFINISHED);
    let fresh = path.with_file_name(name);
    overwrite(&fresh, bytes)?;
    rename(&fresh, path)
}

/// Write a file piece by piece, whole or not at all. One that is there is written over only if that is asked for.
pub fn write_whole(path: &Path, over: bool, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Some file systems of sticks cannot rename to where nothing is and be sure of it: looked at before and after.
    let free = || {
        if over || fs::symlink_metadata(path).is_err() {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is there already", path.display())))
    };
    free()?;
    let mut name = OsString::from(".");
    name.push(path.file_name().ok_or(io::ErrorKind::InvalidInput)?);
    name.push(UNFINISHED);
    let fresh = path.with_file_name(name);
    // Of one that broke off.
    remove_file(&fresh)?;
    let written = (|| {
        about_to(Change::Create, &fresh)?;
        let mut out = io::BufWriter::new(private().create_new(true).open(&fresh)?);
        about_to(Change::Write, &fresh)?;
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        about_to(Change::Flush, &fresh)?;
        file.sync_all()?;
        free()?;
        rename(&fresh, path)
    })();
    if written.is_err()
        && let Err(error) = remove_file(&fresh)
    {
        tracing::warn!("a file that was not finished stays behind as {}: {error}", fresh.display());
    }
    written
}

/// Write a file that its writer seeks in, whole or not at all. It is named once it is written, and takes the place of
/// one that has that name.
pub fn write_named(folder: &Path, write: impl FnOnce(&mut File) -> io::Result<OsString>) -> io::Result<PathBuf> {
    let fresh = folder.join(UNFINISHED);
    // Of one that broke off.
    remove_file(&fresh)?;
    let written = (|| {
        about_to(Change::Create, &fresh)?;
        let mut file = private().read(true).create_new(true).open(&fresh)?;
        about_to(Change::Write, &fresh)?;
        let path = folder.join(write(&mut file)?);
        about_to(Change::Flush, &fresh)?;
        file.sync_all()?;
        rename(&fresh, &path)?;
        Ok(path)
    })();
    if written.is_err()
        && let Err(error) = remove_file(&fresh)
    {
        tracing::warn!("a file that was not finished stays behind as {}: {error}", fresh.display());
    }
    written
}

/// Give a file or folder another name. A folder takes no other's place.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_dir() && fs::symlink_metadata(to).is_ok() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is there already", to.display())));
    }
    about_to(Change::Rename, from)?;
    fs::rename(from, to)?;
    flush_names(to)
}

/// Take a file away, if it is there.
pub fn remove_file(path: &Path) -> io::Result<()> {
    about_to(Change::Remove, path)?;
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done.and_then(|()| flush_names(path)),
    }
}

/// Take a folder away with all that is in it, if it is there.
pub fn remove_folder(folder: &Path) -> io::Result<()> {
    about_to(Change::Remove, folder)?;
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done.and_then(|()| flush_names(folder)),
    }
}

/// Copy a file of some bytes to where none is.
pub fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    about_to(Change::Create, to)?;
    let mut source = File::open(from)?;
    let mut target = private().create_new(true).open(to)?;
    about_to(Change::Write, to)?;
    io::copy(&mut source, &mut target)?;
    about_to(Change::Flush, to)?;
    target.sync_all()
}

/// Copy a folder with all that is in it to where none is. Only files and folders: a link could lead anywhere.
pub fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    make_private_folder(to)?;
    for item in fs::read_dir(from)? {
        let item = item?;
        let (kind, target) = (item.file_type()?, to.join(item.file_name()));
        if kind.is_dir() {
            copy_folder(&item.path(), &target)?;
        } else if kind.is_file() {
            copy_file(&item.path(), &target)?;
        } else {
            let why = format!("{} is neither a file nor a folder", item.path().display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
    }
    flush_folder(to)
}

/// Whether one of two paths lies in the other, wherever links lead; what is not there yet lies where its folder does.
pub fn is_within(inner: &Path, outer: &Path) -> bool {
    let real = |path: &Path| {
        path.ancestors().find_map(|above| {
            let rest = path.strip_prefix(above).ok()?;
            let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
            above.canonicalize().ok().map(|real| real.join(rest))
        })
    };
    match (real(inner), real(outer)) {
        (Some(inner), Some(outer)) => inner.starts_with(outer),
        _ => false,
    }
}

/// Make durable what a folder holds: files that a library has written into it, and all names.
pub fn flush_all(folder: &Path) -> io::Result<()> {
    for path in files_under(folder)? {
        about_to(Change::Flush, &path)?;
        File::open(&path)?.sync_all()?;
    }
    for below in folders_under(folder)? {
        flush_folder(&below)?;
    }
    flush_names(folder)
}

/// All files of a folder and of the folders in it, in order.
pub fn files_under(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in folders_under(folder)? {
        for item in fs::read_dir(&folder)? {
            let item = item?;
            if item.file_type()?.is_file() {
                found.push(item.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A folder and all folders in it.
fn folders_under(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut waiting) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for item in fs::read_dir(&folder)? {
            let item = item?;
            if item.file_type()?.is_dir() {
                waiting.push(item.path());
            }
        }
        found.push(folder);
    }
    Ok(found)
}

/// On some file systems a name is not durable until its folder is.
fn flush_names(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => flush_folder(Path::new(".")),
        Some(folder) => flush_folder(folder),
        None => Ok(()),
    }
}

fn flush_folder(folder: &Path) -> io::Result<()> {
    about_to(Change::Flush, folder)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// For writing, and for its user alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE_MODE);
    options
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("what");
        replace(&path, b"before").unwrap();
        let changes = fault::count(|| replace(&path, b"before").unwrap());
        for n in 0..changes {
            replace(&path, b"before").unwrap();
            assert!(fault::stop_at(n, || replace(&path, b"after")).is_err());
            let held = fs::read(&path).unwrap();
            assert!(held == b"before" || held == b"after", "stopped at {n}: {held:?}");
        }
        replace(&path, b"after").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"after");
    }

    #[test]
    fn a_file_written_in_pieces_is_whole_or_not_there_and_takes_no_others_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("what");
        let write =
            |over| write_whole(&path, over, |out| ["af", "ter"].iter().try_for_each(|a| out.write_all(a.as_bytes())));
        let names = || fs::read_dir(folder.path()).unwrap().count();
        let changes = fault::count(|| write(false).unwrap());
        assert_eq!((fs::read(&path).unwrap(), names()), (b"after".to_vec(), 1));
        fs::write(&path, "before").unwrap();
        assert_eq!(write(false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"before");
        for n in 0..changes {
            fs::write(&path, "before").unwrap();
            assert!(fault::stop_at(n, || write(true)).is_err());
            let held = fs::read(&path).unwrap();
            assert!(held == b"before" || held == b"after", "stopped at {n}: {held:?}");
            // What is left of one that broke off is in nobody's way.
            write(true).unwrap();
            assert_eq!((fs::read(&path).unwrap(), names()), (b"after".to_vec(), 1));
        }
        // Who cannot write it to the end leaves nothing.
        assert!(write_whole(&path, true, |_| Err(io::Error::other("no more"))).is_err());
        assert_eq!((fs::read(&path).unwrap(), names()), (b"after".to_vec(), 1));
    }

    #[test]
    fn a_file_named_once_it_is_written_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let write = || {
            write_named(folder.path(), |file| {
                file.write_all(b"after")?;
                Ok("what".into())
            })
        };
        let path = folder.path().join("what");
        let names = || fs::read_dir(folder.path()).unwrap().count();
        let changes = fault::count(|| assert_eq!(write().unwrap(), path));
        assert_eq!((fs::read(&path).unwrap(), names()), (b"after".to_vec(), 1));
        for n in 0..changes {
            fs::write(&path, "before").unwrap();
            assert!(fault::stop_at(n, write).is_err());
            let held = fs::read(&path).unwrap();
            assert!(held == b"before" || held == b"after", "stopped at {n}: {held:?}");
            // What is left of one that broke off is in nobody's way.
            write().unwrap();
            assert_eq!((fs::read(&path).unwrap(), names()), (b"after".to_vec(), 1));
        }
    }

    #[test]
    fn a_folder_takes_no_others_place() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        make_folder(&one).unwrap();
        make_folder(&other).unwrap();
        assert_eq!(rename(&one, &other).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_made_or_copied_is_for_its_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir(&from).unwrap();
        fs::write(from.join("file"), b"text").unwrap();
        fs::set_permissions(&from, fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(from.join("file"), fs::Permissions::from_mode(0o644)).unwrap();
        copy_folder(&from, &to).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&to), mode(&to.join("file"))), (0o700, 0o600));
        make_private_folder(&from).unwrap();
        assert_eq!(mode(&from), 0o700);
        std::os::unix::fs::symlink("/etc/hostname", from.join("link")).unwrap();
        assert!(copy_folder(&from, &folder.path().join("third")).is_err());
    }
}
