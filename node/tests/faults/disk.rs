//! A disk that loses what was not flushed: from the journal of what processes did (shim.c) a folder is made as
//! a power cut would leave it.
//!
//! Durable is, as POSIX has it, a file's contents and length after `fsync` of that file, and a name after `fsync` of
//! its folder. `sync_file_range` makes nothing durable: it writes pages out without what finds them again, and leaves
//! them in the disk's cache. Names change in the order in which they were changed, on any journaling file system.

use super::random::Random;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
};

/// Bytes of a page: of a write, each page comes to the disk for itself.
const PAGE: u64 = 4_096;
/// "FLJ1", as shim.c writes it.
const MAGIC: u32 = 0x314a_4c46;
/// Bytes of a record's head.
const HEAD: usize = 40;

/// What becomes of what was not flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cut {
    /// Nothing of it is there.
    All,
    /// Some pages of each file are, and names up to some moment.
    Some,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, data) => {
                let (at, end) = (*at as usize, *at as usize + data.len());
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[at..end].copy_from_slice(data);
            }
            Self::Truncate(len) => bytes.resize(*len as usize, 0),
        }
    }
    /// As it comes to the disk: page by page.
    fn pages(self) -> Vec<Self> {
        let Self::Write(at, data) = self else { return vec![self] };
        let (mut pages, mut from) = (Vec::new(), 0);
        while from < data.len() {
            let room = (PAGE - (at + from as u64) % PAGE) as usize;
            let until = data.len().min(from + room);
            pages.push(Self::Write(at + from as u64, data[from..until].to_vec()));
            from = until;
        }
        pages
    }
}

#[derive(Debug, Default, Clone)]
struct File {
    durable: Vec<u8>,
    /// Since it was flushed last.
    since: Vec<Change>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Folder(usize),
    File(usize),
}

type Names = BTreeMap<String, Node>;

/// A change of a name: in which folder, which name, to what.
type Named = (usize, String, Option<Node>);

/// The disk under one folder.
#[derive(Debug, Default)]
pub struct Disk {
    root: PathBuf,
    files: Vec<File>,
    /// Names as processes see them.
    folders: Vec<Names>,
    /// Names as the disk has them.
    durable: Vec<Names>,
    /// Changes of names, in order, each with whether it is durable.
    named: Vec<(Vec<Named>, bool)>,
    /// Which file an inode is now.
    inodes: BTreeMap<u64, usize>,
}

impl Disk {
    /// What lies there now is durable.
    pub fn of(root: &Path) -> Self {
        let root = root.canonicalize().unwrap();
        let mut disk = Self { root: root.clone(), ..Self::default() };
        disk.folder();
        disk.read(&root, 0);
        disk.durable = disk.folders.clone();
        disk
    }

    fn folder(&mut self) -> usize {
        self.folders.push(Names::new());
        self.durable.push(Names::new());
        self.folders.len() - 1
    }

    fn file(&mut self, inode: u64) -> usize {
        self.files.push(File::default());
        self.inodes.insert(inode, self.files.len() - 1);
        self.files.len() - 1
    }

    fn read(&mut self, path: &Path, into: usize) {
        for item in fs::read_dir(path).unwrap() {
            let item = item.unwrap();
            let name = item.file_name().into_string().unwrap();
            let kind = item.file_type().unwrap();
            let node = if kind.is_dir() {
                let folder = self.folder();
                self.read(&item.path(), folder);
                Node::Folder(folder)
            } else if kind.is_file() {
                let file = self.file(item.metadata().unwrap().ino());
                self.files[file].durable = fs::read(item.path()).unwrap();
                Node::File(file)
            } else {
                continue;
            };
            self.folders[into].insert(name, node);
        }
    }

    /// The folder and the name of a path; none where the folder is not known.
    fn place(&self, path: &str) -> Option<(usize, String)> {
        let path = Path::new(path).strip_prefix(&self.root).ok()?;
        let mut folder = 0;
        for part in path.parent()? {
            match self.folders[folder].get(part.to_str()?)? {
                Node::Folder(inside) => folder = *inside,
                Node::File(_) => return None,
            }
        }
        Some((folder, path.file_name()?.to_str()?.to_owned()))
    }

    fn name(&mut self, changes: Vec<Named>) {
        for (folder, name, node) in &changes {
            match node {
                Some(node) => drop(self.folders[*folder].insert(name.clone(), *node)),
                None => drop(self.folders[*folder].remove(name)),
            }
        }
        self.named.push((changes, false));
    }

    /// Do what a journal says.
    pub fn replay(&mut self, journal: &Path) {
        let bytes = fs::read(journal).unwrap_or_default();
        let mut rest = bytes.as_slice();
        while let Some((record, after)) = Record::first(rest) {
            self.take(record);
            rest = after;
        }
    }

    fn take(&mut self, record: Record<'_>) {
        let known = self.inodes.get(&record.inode).copied();
        match record.kind {
            1 => {
                let Some((folder, name)) = self.place(record.from) else { return };
                let file = self.file(record.inode);
                self.name(vec![(folder, name, Some(Node::File(file)))]);
            }
            2 => {
                if let Some(file) = known {
                    self.files[file].since.push(Change::Truncate(record.offset));
                }
            }
            3 => {
                if let Some(file) = known {
                    self.files[file].since.extend(Change::Write(record.offset, record.data.to_vec()).pages());
                }
            }
            4 | 9 => {
                let (Some(from), Some(to)) = (self.place(record.from), self.place(record.to)) else { return };
                let Some(node) = self.folders[from.0].get(&from.1).copied() else { return };
                let mut changes = vec![(to.0, to.1, Some(node))];
                if record.kind == 4 {
                    changes.insert(0, (from.0, from.1, None));
                }
                self.name(changes);
            }
            5 | 7 => {
                if let Some((folder, name)) = self.place(record.from) {
                    self.name(vec![(folder, name, None)]);
                }
            }
            6 => {
                let Some((folder, name)) = self.place(record.from) else { return };
                let made = self.folder();
                self.name(vec![(folder, name, Some(Node::Folder(made)))]);
            }
            8 => self.flush(record, known),
            10 => self.list(record),
            other => panic!("a record of kind {other}"),
        }
    }

    /// Names that changed unseen.
    fn list(&mut self, record: Record<'_>) {
        let Some(folder) = self.folder_at(record.from) else { return };
        let lines = String::from_utf8_lossy(record.data).into_owned();
        let listed = lines.lines().filter_map(|line| line.split_once(' '));
        let listed: BTreeMap<&str, Option<usize>> =
            listed.map(|(inode, name)| (name, self.inodes.get(&inode.parse().unwrap_or_default()).copied())).collect();
        let mut changes: Vec<Named> = Vec::new();
        for (name, node) in &self.folders[folder] {
            if matches!(node, Node::File(_)) && !listed.contains_key(name.as_str()) {
                changes.push((folder, name.clone(), None));
            }
        }
        for (name, file) in listed {
            let node = file.map(Node::File);
            if node.is_some() && self.folders[folder].get(name) != node.as_ref() {
                changes.push((folder, name.to_owned(), node));
            }
        }
        if !changes.is_empty() {
            self.name(changes);
        }
    }

    /// The folder of a path.
    fn folder_at(&self, path: &str) -> Option<usize> {
        if Path::new(path) == self.root {
            return Some(0);
        }
        let (folder, name) = self.place(path)?;
        match self.folders[folder].get(&name)? {
            Node::Folder(folder) => Some(*folder),
            Node::File(_) => None,
        }
    }

    fn flush(&mut self, record: Record<'_>, known: Option<usize>) {
        // By its path: of an inode that was a folder's nothing is remembered.
        let Some(folder) = self.folder_at(record.from) else {
            if let Some(file) = known {
                let file = &mut self.files[file];
                for change in std::mem::take(&mut file.since) {
                    change.apply(&mut file.durable);
                }
            }
            return;
        };
        // A change that touches two folders (a rename between them) is durable as a whole.
        for (changes, durable) in &mut self.named {
            *durable |= changes.iter().any(|(in_folder, ..)| *in_folder == folder);
        }
    }

    /// What a power cut leaves, laid into the folder. Files that are as they should be are not touched, so
    /// that they stay the same files.
    pub fn power_cut(mut self, cut: Cut, random: &mut Random) {
        let unsaid = self.named.iter().filter(|(_, durable)| !durable).count() as u64;
        let mut kept = match cut {
            Cut::All => 0,
            Cut::Some => random.below(unsaid + 1),
        };
        for (changes, durable) in std::mem::take(&mut self.named) {
            if !durable {
                if kept == 0 {
                    continue;
                }
                kept -= 1;
            }
            for (folder, name, node) in changes {
                match node {
                    Some(node) => drop(self.durable[folder].insert(name, node)),
                    None => drop(self.durable[folder].remove(&name)),
                }
            }
        }
        for file in &mut self.files {
            for change in std::mem::take(&mut file.since) {
                if cut == Cut::Some && random.below(2) == 0 {
                    change.apply(&mut file.durable);
                }
            }
        }
        self.lay(&self.root, 0);
    }

    fn lay(&self, path: &Path, folder: usize) {
        let names = &self.durable[folder];
        let mut there = BTreeSet::new();
        for item in fs::read_dir(path).unwrap() {
            let item = item.unwrap();
            let name = item.file_name().into_string().unwrap();
            let is_folder = item.file_type().unwrap().is_dir();
            match names.get(&name) {
                Some(Node::Folder(_)) if is_folder => drop(there.insert(name)),
                Some(Node::File(_)) if !is_folder => drop(there.insert(name)),
                _ if is_folder => fs::remove_dir_all(item.path()).unwrap(),
                // Sockets too: a machine that starts again has none that answers.
                _ => fs::remove_file(item.path()).unwrap(),
            }
        }
        for (name, node) in names {
            let path = path.join(name);
            match node {
                Node::Folder(inside) => {
                    if !there.contains(name) {
                        fs::create_dir(&path).unwrap();
                    }
                    self.lay(&path, *inside);
                }
                Node::File(file) => {
                    let bytes = &self.files[*file].durable;
                    if fs::read(&path).ok().as_ref() != Some(bytes) {
                        let file = fs::File::options().write(true).create(true).truncate(false).open(&path).unwrap();
                        file.set_len(bytes.len() as u64).unwrap();
                        file.write_all_at(bytes, 0).unwrap();
                    }
                }
            }
        }
    }
}

/// One record of a journal.
struct Record<'a> {
    kind: u32,
    inode: u64,
    offset: u64,
    from: &'a str,
    to: &'a str,
    data: &'a [u8],
}

impl<'a> Record<'a> {
    /// The first record and what follows; none where it ends, in the middle of one too.
    fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let small = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let large = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        if small(0)? != MAGIC {
            return None;
        }
        let (len, from, to) = (large(24)? as usize, small(32)? as usize, small(36)? as usize);
        let text = |range: std::ops::Range<usize>| std::str::from_utf8(bytes.get(range)?).ok();
        let (names, data) = (HEAD + from, HEAD + from + to);
        let record = Self {
            kind: small(4)?,
            inode: large(8)?,
            offset: large(16)?,
            from: text(HEAD..names)?,
            to: text(names..data)?,
            data: bytes.get(data..data + len)?,
        };
        Some((record, &bytes[data + len..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shim::{Fault, Kind};
    use std::process::Command;

    /// What a script leaves after a power cut at its end: the files and what they hold.
    fn after(script: &str, cut: Cut, seed: u64) -> BTreeMap<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let under = folder.path().join("under");
        fs::create_dir(&under).unwrap();
        fs::write(under.join("old"), "old").unwrap();
        let journal = folder.path().join("journal");
        let fault = Fault {
            kind: Kind::Count,
            journal: Some(journal.clone()),
            ..Fault::none(&under, &folder.path().join("log"))
        };
        let mut disk = Disk::of(&under);
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(&under);
        fault.put_on(&mut command);
        assert!(command.status().unwrap().success());
        disk.replay(&journal);
        disk.power_cut(cut, &mut Random::new(seed));
        let items = fs::read_dir(&under).unwrap().map(|item| item.unwrap().path());
        let found = items.filter(|path| path.is_file()).map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        });
        found.collect()
    }

    fn held(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_was_flushed_stays_and_the_rest_goes() {
        assert_eq!(after("printf new > a", Cut::All, 0), held(&[("old", "old")]));
        // The name is flushed, the contents are not, and the other way round.
        assert_eq!(after("printf new > a; sync .", Cut::All, 0), held(&[("a", ""), ("old", "old")]));
        assert_eq!(after("printf new > a; sync a", Cut::All, 0), held(&[("old", "old")]));
        assert_eq!(after("printf new > a; sync a .", Cut::All, 0), held(&[("a", "new"), ("old", "old")]));
        assert_eq!(after("printf new > a; sync a; mv a old; sync .", Cut::All, 0), held(&[("old", "new")]));
        assert_eq!(after("printf new > a; mv a old", Cut::All, 0), held(&[("old", "old")]));
        assert_eq!(after("printf more >> old; sync old; printf lost >> old", Cut::All, 0), held(&[("old", "oldmore")]));
        assert_eq!(after("rm old", Cut::All, 0), held(&[("old", "old")]));
        assert_eq!(after("rm old; sync .", Cut::All, 0), held(&[]));
    }

    #[test]
    fn of_what_was_not_flushed_anything_may_be_there() {
        let mut seen = BTreeSet::new();
        for seed in 0..40 {
            seen.insert(after("printf new > a; mv a b", Cut::Some, seed).into_iter().collect::<Vec<_>>());
        }
        let has = |pairs: &[(&str, &str)]| seen.contains(&held(pairs).into_iter().collect::<Vec<_>>());
        assert!(has(&[("old", "old")]) && has(&[("a", ""), ("old", "old")]) && has(&[("b", "new"), ("old", "old")]));
        assert!(!has(&[("a", "new"), ("b", "new"), ("old", "old")]), "{seen:?}");
    }
}
