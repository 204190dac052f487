#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::*;
use crate::{Config, Node, api, daemon::keys::Keys, modules::Command};
use communaut_protocol::Position;
use std::{cell::RefCell, collections::BTreeMap, fs, path::PathBuf};

/// A desktop's keyring in memory; none: no such service.
struct Desk(Option<RefCell<Held>>);

/// Keys by the vault's id.
type Held = BTreeMap<[u8; ID_LEN], [u8; KEY_LEN]>;

impl Desk {
    fn new() -> Self {
        Self(Some(RefCell::default()))
    }
    fn held(&self) -> Result<&RefCell<Held>, VaultError> {
        self.0.as_ref().ok_or_else(|| VaultError::Desktop("does not answer: there is none".into()))
    }
}

impl DesktopKeyring for Desk {
    fn get(&self, id: &[u8; ID_LEN]) -> Result<Option<Key>, VaultError> {
        Ok(self.held()?.borrow().get(id).copied().map(Zeroizing::new))
    }
    fn put(&self, id: &[u8; ID_LEN], key: &Key) -> Result<(), VaultError> {
        self.held()?.borrow_mut().insert(*id, **key);
        Ok(())
    }
}

fn passphrase(text: &str) -> Unlock {
    Unlock::Passphrase(Zeroizing::new(text.to_owned()))
}

fn one_secret() -> io::Result<Vec<(&'static str, Key)>> {
    Ok(vec![("device", Zeroizing::new([7; KEY_LEN]))])
}

fn made(data: &Path, unlock: &Unlock) -> Sealed {
    open_with(data, unlock, one_secret, &Desk::new()).unwrap()
}

/// Opens what is there; it must not be made.
fn opened(data: &Path, unlock: &Unlock, desk: &Desk) -> Result<Sealed, VaultError> {
    open_with(data, unlock, || panic!("made anew"), desk)
}

fn device(vault: &Sealed) -> Vec<u8> {
    vault.read("device", KEY_LEN).unwrap().unwrap().to_vec()
}

/// All files below a folder, with what they hold.
fn files_of(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            all.extend(files_of(&path));
        } else if path.is_file() {
            all.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    all
}

#[test]
fn secrets_come_back_and_only_their_user_reads_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let vault = made(folder.path(), &Unlock::Unsealed);
    assert!(vault.read("keyring", 100).unwrap().is_none());
    vault.write("keyring", b"one").unwrap();
    vault.write("keyring", b"other").unwrap();
    let again = opened(folder.path(), &Unlock::Nothing, &Desk(None)).unwrap();
    assert_eq!(again.read("keyring", 5).unwrap().unwrap().as_slice(), b"other");
    assert!(again.read("keyring", 4).unwrap_err().to_string().contains("vault/keyring.sealed has more than 51 bytes"));
    again.remove("keyring").unwrap();
    again.remove("keyring").unwrap();
    assert!(again.read("keyring", 5).unwrap().is_none());
    assert_eq!(device(&again), [7; KEY_LEN]);
    for name in ["", "../device", "Device", "a.b", &"a".repeat(65)] {
        assert_eq!(again.write(name, b"x").unwrap_err().kind(), io::ErrorKind::InvalidInput, "{name}");
    }
    #[cfg(unix)]
    for path in files_of(folder.path()).into_keys() {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn a_secret_opens_under_its_name_and_in_its_vault_alone() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (made(one.path(), &Unlock::Unsealed), made(other.path(), &Unlock::Unsealed));
    first.write("keyring", &[1; KEY_LEN]).unwrap();
    let place = |folder: &Path, name: &str| folder.join(FOLDER).join(format!("{name}.sealed"));
    fs::copy(place(one.path(), "keyring"), place(one.path(), "device")).unwrap();
    let why = first.read("device", KEY_LEN).unwrap_err().to_string();
    assert_eq!(why, "vault/device.sealed is damaged, or of another vault; bring it back from a backup");
    fs::copy(place(one.path(), "keyring"), place(other.path(), "keyring")).unwrap();
    assert!(second.read("keyring", KEY_LEN).is_err());
    // Even if the other vault had the same key.
    let twin = Sealed::new(one.path().join(FOLDER), [9; ID_LEN], key_of(one.path(), &Unlock::Nothing));
    assert!(twin.read("keyring", KEY_LEN).is_err());
    // Each byte counts.
    let whole = fs::read(place(one.path(), "keyring")).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(place(one.path(), "keyring"), changed).unwrap();
        assert!(first.read("keyring", KEY_LEN).is_err(), "byte {at}");
    }
}

fn key_of(data: &Path, unlock: &Unlock) -> Key {
    let folder = data.join(FOLDER);
    Lock::read(&folder).unwrap().unwrap().open(&folder, unlock, &Desk(None)).unwrap()
}

#[test]
fn a_passphrase_opens_what_it_sealed_and_another_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(protection(data).unwrap().is_none());
    // As one system composes it, and as another does.
    made(data, &passphrase("caf\u{e9} du port"));
    assert_eq!(protection(data).unwrap(), Some(Protection::Passphrase(Costs::USUAL)));
    let before = files_of(data);
    let wrong = |unlock: &Unlock| opened(data, unlock, &Desk::new()).unwrap_err().to_string();
    assert_eq!(wrong(&passphrase("cafe du port")), "the passphrase is wrong");
    assert!(wrong(&Unlock::Nothing).starts_with("its keys are sealed under a passphrase: give it with"));
    assert!(wrong(&Unlock::Unsealed).starts_with("its keys are sealed under a passphrase"));
    assert_eq!(files_of(data), before);
    assert_eq!(device(&opened(data, &passphrase("cafe\u{301} du port"), &Desk(None)).unwrap()), [7; KEY_LEN]);
}

#[test]
fn nothing_is_made_until_it_is_said_how_it_is_to_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let refused = |unlock: &Unlock, desk: &Desk| {
        let why = open_with(&data, unlock, one_secret, desk).unwrap_err().to_string();
        assert!(!data.join(FOLDER).exists());
        why
    };
    assert!(look(&data, &Unlock::Nothing).unwrap_err().to_string().starts_with("it is new: say how its secret keys"));
    assert!(!data.exists());
    assert!(refused(&Unlock::Nothing, &Desk::new()).starts_with("it is new"));
    assert!(refused(&passphrase("1234567"), &Desk::new()).starts_with("the passphrase has fewer than 8 characters"));
    assert_eq!(refused(&passphrase(&"x".repeat(1_025)), &Desk::new()), "the passphrase has more than 1024 bytes");
    assert_eq!(refused(&Unlock::Desktop, &Desk(None)), "the desktop's keyring does not answer: there is none");
    // What a crash left unfinished is begun anew.
    assert!(data.join("vault.new").exists());
    assert_eq!(device(&made(&data, &Unlock::Unsealed)), [7; KEY_LEN]);
    assert!(!data.join("vault.new").exists());
}

#[test]
fn keys_are_sealed_in_another_way_and_stay_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (data, desk) = (folder.path(), Desk::new());
    let vault = made(data, &Unlock::Unsealed);
    let key = key_of(data, &Unlock::Nothing);
    let open_key = data.join(FOLDER).join(UNSEALED);
    assert!(open_key.is_file());
    let (one, two) = (passphrase("first words"), passphrase("other words"));
    seal_with(data, &Unlock::Nothing, &one, &desk).unwrap();
    assert!(!open_key.exists());
    assert_eq!(*key_of(data, &one), *key);
    // A node that runs meanwhile goes on.
    vault.write("keyring", b"written since").unwrap();
    assert!(matches!(seal_with(data, &two, &one, &desk), Err(VaultError::WrongPassphrase)));
    assert!(matches!(seal_with(data, &one, &passphrase("short"), &desk), Err(VaultError::Unfit(Unfit::Short))));
    seal_with(data, &one, &two, &desk).unwrap();
    assert!(matches!(opened(data, &one, &desk), Err(VaultError::WrongPassphrase)));
    assert_eq!(opened(data, &two, &desk).unwrap().read("keyring", 99).unwrap().unwrap().as_slice(), b"written since");

    assert!(matches!(seal_with(data, &two, &Unlock::Desktop, &Desk(None)), Err(VaultError::Desktop(_))));
    seal_with(data, &two, &Unlock::Desktop, &desk).unwrap();
    assert_eq!(protection(data).unwrap(), Some(Protection::Desktop));
    assert_eq!(device(&opened(data, &Unlock::Nothing, &desk).unwrap()), [7; KEY_LEN]);
    let elsewhere = opened(data, &Unlock::Nothing, &Desk::new()).unwrap_err().to_string();
    assert!(elsewhere.starts_with("the desktop's keyring does not hold the key of this data folder"), "{elsewhere}");
    // The same key serves again, so that a copy of the folder still opens.
    let copy = tempfile::tempdir().unwrap();
    super::copy(data, copy.path()).unwrap();
    seal_with(data, &Unlock::Nothing, &one, &desk).unwrap();
    seal_with(data, &one, &Unlock::Desktop, &desk).unwrap();
    assert_eq!(device(&opened(copy.path(), &Unlock::Nothing, &desk).unwrap()), [7; KEY_LEN]);

    seal_with(data, &Unlock::Nothing, &Unlock::Unsealed, &desk).unwrap();
    assert!(matches!(seal_with(data, &Unlock::Nothing, &Unlock::Unsealed, &desk), Err(VaultError::Unsealed)));
    assert_eq!(*key_of(data, &Unlock::Nothing), *key);
    // A crash between the new lock and the end of the open key: seen to at the next start.
    let left = fs::read(&open_key).unwrap();
    seal_with(data, &Unlock::Nothing, &one, &desk).unwrap();
    fs::write(&open_key, left).unwrap();
    drop(opened(data, &one, &desk).unwrap());
    assert!(!open_key.exists());
}

#[test]
fn a_damaged_lock_is_named_and_not_taken_for_a_wrong_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    made(data, &passphrase("some words"));
    let path = data.join(FOLDER).join(FILE);
    let whole = fs::read_to_string(&path).unwrap();
    let says = |text: &str| {
        fs::write(&path, text).unwrap();
        let why = opened(data, &passphrase("some words"), &Desk(None)).unwrap_err().to_string();
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "nothing is repaired by guessing");
        why
    };
    assert_eq!(says(""), "vault/vault.json cannot be read; bring it back from a backup");
    assert_eq!(says(&whole[..whole.len() / 2]), "vault/vault.json cannot be read; bring it back from a backup");
    assert_eq!(
        says(&whole.replacen("\"version\":1", "\"version\":2", 1)),
        "vault/vault.json is of version 2, and this program reads 1; bring it back from a backup"
    );
    assert_eq!(
        says(&whole.replacen("\"passes\":3", "\"passes\":4", 1)),
        "vault/vault.json was changed; bring it back from a backup"
    );
    assert!(says(&" ".repeat(2_049)).contains("more than 2048 bytes"));
    fs::remove_file(&path).unwrap();
    let why = opened(data, &passphrase("some words"), &Desk(None)).unwrap_err().to_string();
    assert_eq!(why, "vault/vault.json is missing; bring it back from a backup");
    // The open key of another vault.
    let other = tempfile::tempdir().unwrap();
    made(other.path(), &Unlock::Unsealed);
    fs::write(other.path().join(FOLDER).join(UNSEALED), [1; KEY_LEN]).unwrap();
    let why = opened(other.path(), &Unlock::Nothing, &Desk(None)).unwrap_err().to_string();
    assert_eq!(why, "vault/unsealed.key is not the key of this vault; bring it back from a backup");
}

#[test]
fn a_file_from_elsewhere_cannot_ask_for_all_memory() {
    for costs in [
        Costs { memory_kib: 256 * 1_024 + 1, ..Costs::USUAL },
        Costs { passes: 17, ..Costs::USUAL },
        Costs { lanes: 17, ..Costs::USUAL },
        Costs { memory_kib: u32::MAX, passes: u32::MAX, lanes: u32::MAX },
        Costs { memory_kib: 0, passes: 0, lanes: 0 },
    ] {
        let why = costs.derive("some words", &[1; passphrase::SALT_LEN]).unwrap_err().to_string();
        assert!(why.starts_with("vault.json asks for"), "{why}");
    }
}

/// As the reference implementation says (its `argon2`, by argon2-cffi): id, version 19, the same costs, 32 bytes.
#[test]
fn the_same_passphrase_gives_the_same_key_for_ever() {
    let costs = Costs { memory_kib: 256, passes: 2, lanes: 1 };
    let key = costs.derive("password", b"somesaltsomesaltsomesaltsomesalt").unwrap();
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "f43a2575d69c38696eafaa18f59dfe13ac7225c2b8984b2626347c090aae2f15");
}

#[test]
fn a_passphrase_is_the_first_line_of_its_file() {
    let line = |bytes: &[u8]| first_line(bytes).map(|line| line.as_str().to_owned()).map_err(|error| error.to_string());
    assert_eq!(line(b"some words \r\nmore"), Ok("some words ".into()));
    assert_eq!(line(b"some words"), Ok("some words".into()));
    assert_eq!(line("x".repeat(1_024).as_bytes()).map(|text| text.len()), Ok(1_024));
    assert_eq!(line("x".repeat(1_025).as_bytes()), Err("its first line has more than 1024 bytes".into()));
    assert_eq!(line(&[b'x'; 1 << 20]), Err("its first line has more than 1024 bytes".into()));
    assert_eq!(line(b"\nsecond"), Err("its first line is empty".into()));
    assert_eq!(line(b""), Err("its first line is empty".into()));
    assert_eq!(line(b"\xff\xfe"), Err("its first line is no text in UTF-8".into()));
}

#[test]
fn what_is_printed_for_a_programmer_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let vault = made(folder.path(), &Unlock::Unsealed);
    let config = Config { data: folder.path().into(), network: None, unlock: passphrase("some words") };
    let said = format!("{config:?} {vault:?}");
    assert!(said.contains("Passphrase(secret)") && !said.contains("words") && !said.contains("key"), "{said}");
}

fn holds(files: &BTreeMap<PathBuf, Vec<u8>>, secret: &[u8]) -> Vec<PathBuf> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let within = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let holds = |bytes: &[u8]| within(bytes, secret) || within(bytes, hex.as_bytes());
    files.iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path.clone()).collect()
}

/// A node's whole folder, after it has lived.
#[test]
fn no_file_of_a_sealed_folder_holds_a_seed() {
    for unlock in [passphrase("four words at random"), Unlock::Unsealed] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let node = Node::start(Config { data: data.clone(), network: None, unlock: unlock.clone() }).unwrap();
        let home = Position { lat_e7: 437_300_000, lon_e7: 74_200_000 };
        let init =
            Command::Init(api::Init { name: "Ada".into(), about: String::new(), home, sample: false, deciding: false });
        node.handle().call_blocking(init).unwrap();
        let backup = folder.path().join("backup");
        node.handle().call_blocking(Command::Backup(api::Backup { to: backup.clone() })).unwrap();
        node.stop().unwrap();
        let vault = open(&data, &unlock, Keys::fresh).unwrap();
        for files in [files_of(&data), files_of(&backup)] {
            assert!(files.len() > 5, "the files were read: {:?}", files.keys());
            for name in ["device", "transport", "phrase"] {
                let seed = vault.read(name, KEY_LEN).unwrap().unwrap();
                assert_eq!(holds(&files, &seed), Vec::<PathBuf>::new(), "{name}");
            }
            let open_key = files.iter().find(|(path, _)| path.ends_with(UNSEALED)).map(|(_, bytes)| bytes.clone());
            // What lies open would be found.
            assert_eq!(open_key.is_some(), matches!(unlock, Unlock::Unsealed));
            assert_eq!(open_key.map(|key| holds(&files, &key).len()).unwrap_or(1), 1);
            assert_eq!(holds(&files, key_of(&data, &unlock).as_slice()), Vec::<PathBuf>::new());
        }
        drop(vault);
    }
}

#[test]
fn a_node_says_why_it_does_not_start_on_a_sealed_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let start = |unlock: Unlock| Node::start(Config { data: data.clone(), network: None, unlock });
    let why = |unlock: Unlock| match start(unlock) {
        Err(crate::StartError::Vault { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert!(matches!(why(Unlock::Nothing), VaultError::Unchosen));
    assert!(!data.exists(), "asking makes no folder");
    start(passphrase("four words at random")).unwrap().stop().unwrap();
    assert!(matches!(why(Unlock::Nothing), VaultError::Locked));
    assert!(matches!(why(passphrase("four other words")), VaultError::WrongPassphrase));
    start(passphrase("four words at random")).unwrap().stop().unwrap();
    // A seed that is gone is not made anew: who would this be?
    fs::remove_file(data.join(FOLDER).join("device.sealed")).unwrap();
    let gone = start(passphrase("four words at random")).unwrap_err().to_string();
    assert!(gone.contains("the key 'device' is missing; bring it back from a backup"), "{gone}");
}
