//! The examples do what they say.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[test]
fn two_nodes() {
    let folder = tempfile::tempdir().unwrap();
    let mut said = Vec::new();
    let found = communaut_examples::two_nodes(folder.path(), &mut said).unwrap();
    // The sample has 72 cafés by their tag (data/README.md).
    assert!(found >= 72, "{found} found: {}", String::from_utf8_lossy(&said));
}
