//! An index that is old, torn or gone.

use super::*;
use std::path::PathBuf;

fn some_cards() -> Vec<Card> {
    (0..60)
        .map(|n| Card { description: "Au bord de l'eau", ..card(n, ["Café", "Lavoir", "Moulin"][n as usize % 3]) })
        .collect()
}

fn files(world: &World) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(world.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// Opened again and loaded, it finds everything.
fn whole(world: World) -> World {
    let mut world = world.again();
    world.index.load(&world.elements, 77);
    assert_eq!(world.names("moulin").len(), 20);
    assert_eq!(world.names("eau").len(), 60);
    assert_eq!(world.index.arrival(), Some(77));
    world
}

#[test]
fn what_was_not_committed_is_taken_in_at_the_next_start() {
    let mut world = World::new(&some_cards());
    let new = card(99, "Passerelle").view();
    let gone = card(0, "").view().id;
    world.elements.insert(new.id, Arc::new(new.clone()));
    world.elements.remove(&gone);
    // Applied, never committed.
    world.index.apply(&[(new.id, Some(Arc::new(new))), (gone, None)]);
    let mut world = world.again();
    assert_eq!(world.index.arrival(), Some(1));
    let loaded = world.index.load(&world.elements, 2);
    assert_eq!(loaded, Loaded { kept: 59, added: 1, removed: 1 });
    assert_eq!(world.names("passerelle"), ["Passerelle"]);
    assert_eq!(world.names("cafe").len(), 19);
}

#[test]
fn before_it_is_loaded_all_but_words_is_found() {
    let world = World::new(&some_cards());
    let mut world = world.again();
    let changes: Vec<_> = world.elements.iter().map(|(id, view)| (*id, Some(view.clone()))).collect();
    world.index.apply(&changes);
    assert_eq!(world.search(&Query::default()).total, 60);
    assert_eq!(world.index.load(&world.elements, 5).kept, 60);
    assert_eq!(world.names("lavoir").len(), 20);
}

#[test]
fn any_file_flipped_cut_or_missing() {
    let world = World::new(&some_cards());
    let count = files(&world).len();
    assert!(count >= 4, "{:?}", files(&world));
    let mut world = whole(world);
    for index in 0..count {
        for harm in 0..3 {
            world.index = SearchIndex::open(tempfile::tempdir().unwrap().path()).unwrap();
            let Some(path) = files(&world).get(index).cloned() else { continue };
            let mut bytes = std::fs::read(&path).unwrap();
            match harm {
                0 if !bytes.is_empty() => {
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 0x55;
                    std::fs::write(&path, bytes).unwrap();
                }
                1 => std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap(),
                _ => std::fs::remove_file(&path).unwrap(),
            }
            world = whole(world);
        }
    }
}

#[test]
fn a_folder_of_something_else() {
    let world = World::new(&some_cards());
    drop(world.index);
    let world = World { index: SearchIndex::open(tempfile::tempdir().unwrap().path()).unwrap(), ..world };
    for (name, text) in [("meta.json", "not JSON"), (".managed.json", "[1,2"), ("meta.json", "{}")] {
        std::fs::write(world.folder.path().join(name), text).unwrap();
    }
    whole(world);
}

#[test]
fn another_version_is_made_anew() {
    let world = World::new(&some_cards());
    let folder = world.folder.path().to_owned();
    let mut world = World { index: SearchIndex::open(tempfile::tempdir().unwrap().path()).unwrap(), ..world };
    let meta = folder.join("meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    assert!(text.contains("\"payload\": \"4:1\""), "{text}");
    std::fs::write(&meta, text.replace("\"4:1\"", "\"0:1\"")).unwrap();
    world.index = SearchIndex::open(&folder).unwrap();
    assert_eq!(world.index.arrival(), None);
    assert_eq!(world.index.load(&world.elements, 3), Loaded { kept: 0, added: 60, removed: 0 });
    whole(world);
}

#[test]
fn where_no_folder_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let mut index = SearchIndex::open(&file.join("index")).unwrap();
    let elements: OrdMap<_, _> = some_cards().iter().map(Card::view).map(|view| (view.id, Arc::new(view))).collect();
    index.load(&elements, 1);
    let query = Query { text: "moulin".into(), ..Query::default() };
    assert_eq!(index.searcher().search(&elements, None, &query).total, 20);
}

#[test]
fn two_at_once_do_not_harm_each_other() {
    let world = World::new(&some_cards());
    let mut second = SearchIndex::open(world.folder.path()).unwrap();
    second.load(&world.elements, 9);
    let query = Query { text: "moulin".into(), ..Query::default() };
    assert_eq!(second.searcher().search(&world.elements, None, &query).total, 20);
    drop(second);
    whole(world);
}
