//! SPEC.md §2 lists every bound with its value: the document cannot fall behind the code.

use communaut_protocol::{entry, limits, replication, scope};
use std::{fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Names and values of the constants in a source file, from its text.
fn constants(source: &str) -> Vec<&str> {
    source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "))
        .filter(|line| !line.starts_with("fn "))
        .map(|line| line.split(':').next().unwrap())
        .collect()
}

#[test]
fn the_specification_lists_every_bound_with_its_value() {
    let spec = read("../SPEC.md");
    let section = spec.split("\n## ").find(|part| part.starts_with("2 ")).expect("SPEC.md has a section 2");
    macro_rules! values {
        ($($module:ident::$name:ident),* $(,)?) => { vec![$((stringify!($name), $module::$name.to_string())),*] };
    }
    let known = values![
        limits::NETWORK,
        limits::HEADER_VERSION,
        limits::HEADER_MAX,
        limits::EXTRA_MAX,
        limits::PAYLOAD_MAX,
        limits::LEAVES_MAX,
        limits::LEAVES_BYTES_MAX,
        limits::NONCE_LEN,
        limits::DEPTH_MAX,
        limits::EPOCHS_MAX,
        limits::WIDE_BELOW,
        limits::WIDE_ENTRIES_MAX,
        limits::WIDE_LOG_BYTES,
        limits::WIDE_EPOCHS_MAX,
        limits::WIDE_SHOWN_MAX,
        limits::WIDE_EXPIRY_MS,
        limits::SCOPE_CELL_MAX,
        limits::TERRITORY_CELL_MAX,
        limits::TERRITORY_CELLS_MAX,
        limits::NAME_MAX,
        limits::FIELD_MAX,
        limits::TEXT_MAX,
        limits::TAGS_MAX,
        limits::TAG_MAX,
        limits::SLUG_MAX,
        limits::LABELS_MAX,
        limits::LANGUAGES_MAX,
        limits::LANGUAGE_MAX,
        limits::CONTACTS_MAX,
        limits::FOREIGN_MAX,
        limits::MENTIONS_MAX,
        limits::VOUCHES_MAX,
        limits::BLOBS_MAX,
        limits::BLOB_SIZE_MAX,
        limits::BLOBS_TOTAL_MAX,
        limits::BLOBS_PADDED_MIN,
        limits::MEDIA_TYPE_MAX,
        limits::AFTER_MAX,
        limits::WHEN_MIN_MS,
        limits::WHEN_MAX_MS,
        limits::CLAIM_PLACES_MAX,
        limits::CONFIRM_PREVIOUS_MAX,
        limits::CONFIRM_DECISIONS_MAX,
        limits::CONFIRMERS_MAX,
        limits::CONFIRMS_MAX,
        limits::CONFIRMS_EACH_MAX,
        limits::CLAIMED_TIMES_MAX,
        limits::OFFSET_MAX,
        limits::REPEAT_INTERVAL_MAX,
        limits::REPEAT_COUNT_MAX,
        limits::EXCEPTIONS_MAX,
        limits::DEVICES_MAX,
        limits::LABEL_MAX,
        limits::ACCEPTED_MAX,
        limits::WITNESSED_MAX,
        limits::KEPT_MAX,
        limits::TELLERS_MAX,
        limits::REFS_MAX,
        limits::ERASED_MAX,
        limits::RESTATE_PARTS_MAX,
        limits::RESTATING_MAX,
        limits::KEEPERS_MAX,
        limits::CARRIED_MAX,
        limits::PARTS_MAX,
        limits::CLOSES_MAX,
        limits::SAID_AGAIN_MAX,
        limits::ENTRY_COST,
        limits::PAYLOAD_COST,
        limits::STRANGERS_MAX,
        limits::STRANGER_MAX,
        limits::STRANGERS_PEOPLE_MAX,
        limits::STRANGER_PERSON_MAX,
        limits::STRANGERS_ALL_MAX,
        limits::KNOWN_MAX,
        limits::MEMBER_MIN,
        limits::CLOCK_AHEAD_MS,
        limits::PEER_CLOCKS_MIN,
        limits::PEERS_AHEAD_MS,
        limits::PEERS_AHEAD_LOST_MS,
        limits::LATER_MAX,
        limits::PENDING_MAX,
        limits::SEAL_NONCE_LEN,
        limits::SEALED_MIN,
        limits::SEALED_TEXT_MAX,
        limits::WRAP_LEN,
        limits::WRAP_TAG_LEN,
        limits::WRAPS_MIN,
        limits::WRAPS_MAX,
        limits::CLOSED_DEVICES_MAX,
        limits::BUNDLE_MAX,
        limits::BUNDLE_ITEMS_MAX,
        limits::KEY_FOLLOWS_MAX,
        limits::KEY_TIPS_MAX,
        limits::KEY_OUTS_MAX,
        limits::ROTATION_MIN_MS,
        limits::COMMUNITIES_MAX,
        limits::KEYS_MAX,
        limits::AUDIENCES_MAX,
        limits::AUDIENCE_SCOPES_MAX,
        limits::AUDIENCES_ALL_MAX,
        limits::KEYRING_MAX,
        limits::PROOF_TAGS,
        limits::PROOF_TAG_LEN,
        limits::PROOF_KEYS_MAX,
        limits::PAIRING_SECRET_LEN,
        limits::PAIRING_ADDRESSES_MAX,
        limits::PAIRING_ADDRESS_MAX,
        limits::OFFER_USES_MAX,
        limits::INVITE_TEXT_MAX,
        limits::INVITE_CELLS_MAX,
        limits::INVITE_NAME_MAX,
        limits::PAIRING_MESSAGE_MAX,
        entry::ENTRY_MAX,
        scope::SCOPE_KEY_LEN,
        scope::LOG_KEY_LEN,
        replication::REQUEST_MAX,
        replication::RESPONSE_MAX,
        replication::BATCH_BYTES,
        replication::BATCH_ENTRIES,
        replication::PREFIXES_MAX,
        replication::INTERESTS_MAX,
        replication::HAVE_MAX,
        replication::RANGES_MAX,
        replication::DIGESTS_MAX,
        replication::ITEMS_MAX,
        replication::WANTS_MAX,
        replication::PAYLOADS_MAX,
        replication::PEOPLE_MAX,
        replication::DECLINED_MAX,
        replication::BUNDLE_VERSION,
        replication::BUNDLE_CHECK_LEN,
        replication::QUEUE_MAX,
        replication::ROUNDS_MAX,
    ];
    for (name, value) in &known {
        let row = format!("| `{name}` | {value} |");
        assert!(section.contains(&row), "SPEC.md §2 lacks the row {row}");
    }
    // And none is forgotten above.
    let sources = [read("src/limits.rs"), read("src/replication/mod.rs")];
    for name in sources.iter().flat_map(|source| constants(source)).filter(|name| *name != "PROTOCOL") {
        assert!(known.iter().any(|(listed, _)| *listed == name), "{name} is not compared with SPEC.md §2");
    }
}

/// Every section that a comment or a message cites exists.
#[test]
fn cited_sections_exist() {
    fn visit(dir: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                for cited in text.split("SPEC.md §").skip(1) {
                    let number: String = cited.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
                    found.push((path.display().to_string(), number.trim_end_matches('.').to_owned()));
                }
            }
        }
    }
    let mut found = Vec::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 10);
    let spec = read("../SPEC.md");
    for (file, number) in found {
        let heading = |level: &str| spec.lines().any(|line| line.starts_with(&format!("{level} {number} ")));
        assert!(heading("##") || heading("###"), "{file} cites SPEC.md §{number}, which is not there");
    }
}
