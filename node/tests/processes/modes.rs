//! A folder that is open to other users: nothing that the node makes in it is.

use crate::support::{Folder, LOOPBACK};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

/// Files and folders below one that others may read or look into, but what its owner made themselves.
fn open_to_others(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        let held = fs::symlink_metadata(&path).unwrap();
        if held.permissions().mode() & 0o077 != 0 {
            found.push(format!("{} {:o}", path.display(), held.permissions().mode() & 0o777));
        }
        if held.is_dir() {
            found.extend(open_to_others(&path));
        }
    }
    found
}

#[test]
fn what_is_made_in_a_folder_that_was_open_is_for_its_user_alone() {
    let folder = Folder::bare();
    fs::create_dir_all(folder.data()).unwrap();
    fs::set_permissions(folder.data(), fs::Permissions::from_mode(0o755)).unwrap();
    folder.json(&["init", "--name", "Ada", "--at", "43.7311,7.4197", "--unsealed"]);
    folder.json(&["publish", "post", "bonjour", "--at", "43.7311,7.4197"]);
    // As a program before made them.
    fs::set_permissions(folder.data().join("store"), fs::Permissions::from_mode(0o755)).unwrap();
    let backup = folder.path("backup");
    let running = folder.serve(&LOOPBACK);
    folder.json(&["backup", backup.to_str().unwrap()]);
    assert_eq!(open_to_others(&folder.data()), [] as [String; 0]);
    assert_eq!(open_to_others(&backup), [] as [String; 0]);
    assert_eq!(fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o700);
    drop(running);
}
