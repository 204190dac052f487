//! Where the socket of a data folder is. Node and client find the same place, whatever path they
//! were given and whatever environment they run in.

use super::owner::Owner;
use interprocess::local_socket::Name;
use std::{io, path::Path};

#[cfg(unix)]
pub(super) use unix::{bind, find};
#[cfg(windows)]
pub(super) use windows::{bind, find};

/// Where a node would answer, and whose it has to be.
#[derive(Debug)]
pub(super) struct Place {
    pub name: Name<'static>,
    pub owner: Owner,
}

/// Hexadecimal characters of a hashed name: two folders of one user never share it by accident.
const HASH_CHARS: usize = 32;

/// A short name for a folder whose path is too long or cannot be used.
fn hashed(folder: &Path) -> String {
    let hash = communaut_protocol::entry::hash(folder.as_os_str().as_encoded_bytes());
    hash.to_string().chars().take(HASH_CHARS).collect()
}

#[cfg(unix)]
mod unix {
    use super::{Owner, Path, Place, hashed, io};
    use crate::files;
    use interprocess::local_socket::{GenericFilePath, ToFsName};
    use std::{
        fs,
        io::Read,
        os::unix::{
            ffi::{OsStrExt, OsStringExt},
            fs::{FileTypeExt, MetadataExt},
        },
        path::PathBuf,
    };

    /// The socket's name in the data folder.
    const SOCKET: &str = "node.sock";
    /// Where the socket is, if the folder's path is too long for one.
    const ELSEWHERE: &str = "node.sock.path";
    /// Bytes of a socket's path: 108 with a NUL on Linux, 104 elsewhere.
    const PATH_MAX: usize = 100;

    fn fits(path: &Path) -> bool {
        path.as_os_str().as_bytes().len() <= PATH_MAX
    }

    fn at(path: PathBuf, owner: Owner) -> io::Result<Place> {
        Ok(Place { name: path.to_fs_name::<GenericFilePath>()?, owner })
    }

    /// Where to listen. Stale pointers of an earlier node are replaced.
    pub fn bind(data: &Path) -> io::Result<Place> {
        let data = data.canonicalize()?;
        let owner = Owner::of(&data)?;
        let path = data.join(SOCKET);
        if fits(&path) {
            return at(path, owner);
        }
        let folder = private_folder(&data, owner)?;
        let path = folder.join(format!("{}.sock", hashed(&data)));
        if !fits(&path) {
            let why = format!("the path {} is too long for a socket; set TMPDIR to a shorter folder", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        // The client's environment may name another folder, so it is told.
        let pointer = data.join(ELSEWHERE);
        files::replace(&pointer, path.as_os_str().as_bytes())?;
        at(path, owner)
    }

    /// Where a node on this folder would answer; none if there was never one.
    pub fn find(data: &Path) -> io::Result<Option<Place>> {
        let data = match data.canonicalize() {
            Ok(data) => data,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let owner = Owner::of(&data)?;
        let mut path = data.join(SOCKET);
        if !fits(&path) {
            let Some(elsewhere) = read_pointer(&data.join(ELSEWHERE), owner)? else { return Ok(None) };
            path = elsewhere;
        }
        let gone = |kind| matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
        let held = match fs::symlink_metadata(&path) {
            Ok(held) if held.file_type().is_socket() => held,
            Ok(_) => return Ok(None),
            Err(error) if gone(error.kind()) => return Ok(None),
            Err(error) => return Err(error),
        };
        // Whoever may write in its folder could put another one in its place at any moment.
        owner.folder(path.parent().unwrap_or(&data))?;
        owner.socket(&path, &held)?;
        at(path, owner).map(Some)
    }

    fn read_pointer(pointer: &Path, owner: Owner) -> io::Result<Option<PathBuf>> {
        let Some(file) = owner.read(pointer)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(u64::try_from(PATH_MAX).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
        let path = PathBuf::from(std::ffi::OsString::from_vec(bytes));
        Ok(path.is_absolute().then_some(path))
    }

    /// A folder for sockets that belongs to the owner of the data folder and to nobody else.
    fn private_folder(data: &Path, owner: Owner) -> io::Result<PathBuf> {
        let user = fs::metadata(data)?.uid();
        let base =
            std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|base| base.is_absolute() && base.is_dir());
        let folder = base.unwrap_or_else(std::env::temp_dir).join(format!("communaut-{user}"));
        files::make_folder(&folder)?;
        // Anyone may have made it first in a shared folder.
        owner.folder(&folder)?;
        if fs::symlink_metadata(&folder)?.mode() & 0o077 == 0 {
            return Ok(folder);
        }
        let why = format!("{} is open to other users; remove it, or set XDG_RUNTIME_DIR", folder.display());
        Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
    }
}

#[cfg(windows)]
mod windows {
    use super::{Owner, Path, Place, hashed, io};
    use interprocess::local_socket::{GenericNamespaced, ToNsName};

    /// Where to listen: pipes have names, not paths.
    pub fn bind(data: &Path) -> io::Result<Place> {
        let name = format!("communaut-{}", hashed(&data.canonicalize()?)).to_ns_name::<GenericNamespaced>()?;
        Ok(Place { name, owner: Owner::of(data)? })
    }

    /// Where a node on this folder would answer.
    pub fn find(data: &Path) -> io::Result<Option<Place>> {
        if data.is_dir() { bind(data).map(Some) } else { Ok(None) }
    }
}
