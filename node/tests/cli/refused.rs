//! What is refused: with a code, in one line that names the input.

use super::*;

#[test]
fn refusals_have_a_code_and_one_line_that_names_the_input() {
    let folder = Folder::of("Ada");
    for (args, code, says) in [
        (&["show", "abcd1234"][..], "not_found", "abcd1234"),
        (&["show", "xyz"], "invalid", "xyz"),
        (&["proposal", "abcd1234"], "not_found", "abcd1234"),
        (&["import", "/nowhere/x.csv"], "io", "/nowhere/x.csv"),
        (&["search", "--territory", "Atlantide"], "not_found", "Atlantide"),
        (&["agenda", "--from", "2031-05-06", "--to", "2031-05-05"], "invalid", "2031-05-05"),
        (&["territory", "unfollow", "Atlantide"], "not_found", "Atlantide"),
        (&["publish", "post", "x", "--on", "abcd1234"], "not_found", "abcd1234"),
        (
            &["publish", "event", "--name", "x", "--at", "1,2", "--start", "2026-03-29T02:30"],
            "invalid",
            "2026-03-29T02:30:00 does not exist in Europe/Paris",
        ),
        (&["propose", "--in", "me", "--title", "x", "--quorum", "5", "--closes", "2001-01-01"], "invalid", "--closes"),
    ] {
        let ran = folder.run(&[args, &["--json"]].concat());
        assert_eq!(ran.status.code(), Some(1), "{args:?}: {ran:?}");
        let line = one_line(&ran);
        assert!(line.contains(says), "{args:?}: {line}");
        let value: Value = serde_json::from_slice(&ran.stdout).unwrap();
        // An import prints its report, with what broke it off.
        if args[0] != "import" {
            assert_eq!(value["error"]["code"], code, "{args:?}: {value}");
        }
    }
    // A file where the folder should be.
    let file = Folder::new();
    file.write("data", "");
    let (code, line) = file.refusal(&["init", "--name", "Ada", "--at", "1,2", "--unsealed"]);
    assert_eq!(code, "io");
    assert!(line.contains(file.data().to_str().unwrap()) && line.contains("cannot be used"), "{line}");
    let none = Folder::new();
    assert_eq!(none.refusal(&["status"]).0, "no_identity");
    assert!(!none.data().exists(), "asking makes no folder");
    std::fs::create_dir(none.data()).unwrap();
    assert_eq!(none.refusal(&["identity", "show"]).0, "no_identity");
}

#[test]
fn wrong_usage_is_two_and_nothing_is_opened() {
    let folder = Folder::new();
    for args in [&["search", "--near", "43,7,7,4"][..], &["fly"], &[], &["vote", "abcd", "maybe"], &["init"]] {
        let ran = folder.run(args);
        assert_eq!((ran.status.code(), ran.stdout.len()), (Some(2), 0), "{args:?}");
        one_line(&ran);
        let ran = folder.run(&[args, &["--json"]].concat());
        let value: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!((ran.status.code(), &value["error"]["code"]), (Some(2), &json!("usage")), "{args:?}");
    }
    assert!(!folder.data().exists());
    let help = folder.text(&["--help"]);
    assert!(help.contains("Exit codes: 0 done; 1 refused or failed; 2 wrong usage."), "{help}");
}
