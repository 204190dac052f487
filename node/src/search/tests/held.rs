//! What the files of an index hold is told, so that a test which finds nothing of a word says something.

use super::*;

fn held(world: &World, text: &str) -> Vec<String> {
    words_held(world.folder.path(), text).unwrap()
}

#[test]
fn the_words_in_the_files_are_told_until_the_index_is_made_anew() {
    let card = Card { description: "Réparations", tags: &["zinzolin"], ..card(1, "Xylophage de l'Été") };
    let mut world = World::new(&[card.clone(), self::card(2, "Lavoir")]);
    // From the name, the texts and the tags; in any form that is found; not what is too short to tell.
    assert_eq!(held(&world, "de XYLOPHAGES, reparation zinzolin absent"), ["xylophages", "reparation", "zinzolin"]);
    assert_eq!(held(&world, "été de"), [] as [&str; 0]);
    // Reading the bytes finds nothing of it: words are packed.
    let bytes =
        std::fs::read_dir(world.folder.path()).unwrap().map(|item| std::fs::read(item.unwrap().path()).unwrap());
    assert!(bytes.into_iter().all(|bytes| !bytes.windows(9).any(|window| window == b"xylophage")));

    // What is found no longer can still lie in the files.
    world.take_back(&card);
    assert_eq!(world.names("xylophage"), [] as [&str; 0]);
    let before = held(&world, "xylophage");
    world.index.renew(9);
    assert_eq!((held(&world, "xylophage"), held(&world, "lavoir")), (vec![], vec!["lavoir".to_owned()]));
    assert_eq!(before, ["xylophage"], "taken back, and not made anew");
}
