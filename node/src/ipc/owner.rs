//! Whose folder, file, socket or process it is. Two users of one machine are strangers: what another one has made is
//! not followed, and another one is not answered. Root may do anything anyway, and is trusted by all.

#[cfg(unix)]
pub(super) use unix::Owner;
#[cfg(windows)]
pub(super) use windows::Owner;

#[cfg(unix)]
mod unix {
    use interprocess::local_socket::PeerCreds;
    use rustix::fs::OFlags;
    use std::{
        fs::{self, File, Metadata, OpenOptions},
        io,
        os::unix::fs::{MetadataExt, OpenOptionsExt},
        path::Path,
    };

    /// The superuser.
    const ROOT: u32 = 0;
    /// Of a file's mode: users other than its own may write.
    const OTHERS_WRITE: u32 = 0o022;

    /// Whose a data folder is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Owner(u32);

    fn refused(path: &Path, why: &str) -> io::Error {
        io::Error::new(io::ErrorKind::PermissionDenied, format!("{} {why}", path.display()))
    }

    fn own() -> u32 {
        rustix::process::geteuid().as_raw()
    }

    impl Owner {
        /// Of a data folder, if it is this user's and no other user may write in it.
        pub fn of(data: &Path) -> io::Result<Self> {
            let held = fs::metadata(data)?;
            let (own, owner) = (own(), Self(held.uid()));
            if held.uid() != own && own != ROOT {
                return Err(refused(
                    data,
                    "belongs to another user: who wrote in it and who answers there is not trusted",
                ));
            }
            owner.alone(data, &held)?;
            Ok(owner)
        }

        /// A user whom the folder's owner may trust.
        fn trusts(self, user: u32) -> bool {
            user == self.0 || user == ROOT
        }

        /// Refuse what somebody else made, or may change.
        fn alone(self, path: &Path, held: &Metadata) -> io::Result<()> {
            if !self.trusts(held.uid()) && held.uid() != own() {
                return Err(refused(path, "was made by another user; remove it"));
            }
            if held.mode() & OTHERS_WRITE != 0 {
                return Err(refused(path, "may be changed by other users: look who did, then chmod go-w"));
            }
            Ok(())
        }

        /// Refuse a folder in which others may put something.
        pub fn folder(self, path: &Path) -> io::Result<()> {
            let held = fs::symlink_metadata(path)?;
            if !held.is_dir() {
                return Err(refused(path, "is not a folder; remove it"));
            }
            self.alone(path, &held)
        }

        /// Open a file to read; refuse one that somebody else made or may change. None: it is not there.
        pub fn read(self, path: &Path) -> io::Result<Option<File>> {
            let flags = i32::try_from(OFlags::NOFOLLOW.bits() | OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
            let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            };
            // Of what was opened, whatever the name means now.
            let held = file.metadata()?;
            if !held.is_file() {
                return Err(refused(path, "is not a file; remove it"));
            }
            self.alone(path, &held)?;
            Ok(Some(file))
        }

        /// Refuse a socket that somebody else made. Who may connect to it is another question.
        pub fn socket(self, path: &Path, held: &Metadata) -> io::Result<()> {
            if self.trusts(held.uid()) { Ok(()) } else { Err(refused(path, "was made by another user; remove it")) }
        }

        /// Refuse a process of another user at the other end. Where the system does not say whose it is, the modes of
        /// folder and socket have to do.
        pub fn other_end(self, who: io::Result<PeerCreds>) -> io::Result<()> {
            let user = match who {
                Ok(who) => who.euid(),
                Err(error) if error.kind() == io::ErrorKind::Unsupported => None,
                Err(error) => return Err(error),
            };
            match user {
                Some(user) if !self.trusts(user) && user != own() => {
                    let why = format!("the other end is a process of another user (number {user})");
                    Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
                }
                _ => Ok(()),
            }
        }
    }
}

#[cfg(windows)]
mod windows {
    use interprocess::local_socket::PeerCreds;
    use std::{io, path::Path};

    /// A pipe of another user is kept away by the system.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Owner;

    impl Owner {
        /// Of a data folder.
        pub fn of(_: &Path) -> io::Result<Self> {
            Ok(Self)
        }
        /// A process at the other end.
        pub fn other_end(self, _: io::Result<PeerCreds>) -> io::Result<()> {
            Ok(())
        }
    }
}
