//! The lines of the README do what they say, in their order, as somebody who follows it types them.

use crate::support::PATIENCE;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// The lines that begin with the program's name, without it and without what is said about them.
fn lines(readme: &str) -> Vec<Vec<String>> {
    let typed = readme.lines().filter_map(|line| line.strip_prefix("    communaut-node "));
    typed.map(|line| words(line.split("  #").next().unwrap().trim_end().trim_end_matches('&'))).collect()
}

/// Words as a shell takes them apart, as far as the README needs it.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        // Every second part stands in quotes.
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Does not outlive the test, however that ends.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Records of the README's own town, beside those of the sample, which lies elsewhere.
const MONACO: &str = "\
nom;latitude;longitude;horaires
Boulangerie du Port;43.7350;7.4210;Mo-Su 07:00-13:00
Boulangerie de la Gare;43.7313;7.4191;Mo-Sa 07:00-13:00
Café de la Gare;43.7312;7.4190;
Café du Bout du Monde;43.9000;7.4190;
Marché de la Condamine;43.7333;7.4190;
Marché de la Turbie;43.7900;7.4190;
Marché du Bout du Monde;43.9000;7.4190;
";
/// Named records of the sample (examples/data/README.md).
const SAMPLE: u64 = 1_000;

/// A data folder in which the lines are typed.
struct Typed {
    folder: tempfile::TempDir,
}

impl Typed {
    fn new(root: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(root.join("examples/data/sample.osm.pbf"), folder.path().join("monaco.osm.pbf")).unwrap();
        std::fs::write(folder.path().join("monaco.csv"), MONACO).unwrap();
        // What the person types who is asked for a passphrase.
        std::fs::write(folder.path().join("passphrase"), "four words at random\n").unwrap();
        Self { folder }
    }
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_communaut-node"));
        command.env("COMMUNAUT_PASSPHRASE_FILE", self.folder.path().join("passphrase"));
        command.args(args).args(["--data", "data"]).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }
    /// What a command prints that must succeed.
    fn text(&self, args: &[&str]) -> String {
        let ran = self.command(args).output().unwrap();
        assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    }
    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.text(&[args, &["--json"]].concat())).unwrap()
    }
    fn with_input(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
    fn names(&self, search: &[&str]) -> Vec<String> {
        let found = self.json(&[&["search"], search].concat());
        found["hits"].as_array().unwrap().iter().map(|hit| hit["name"].as_str().unwrap().to_owned()).collect()
    }
    fn posts(&self) -> Vec<Value> {
        self.json(&["posts"])["posts"].as_array().unwrap().clone()
    }
    fn has_post(&self, id: &str) -> bool {
        self.posts().iter().any(|post| post["id"] == id)
    }

    /// What a line is there for has happened: `out` is what it printed, `id` what it was about.
    fn effect(&self, args: &[&str], out: &str, id: &str) {
        match args {
            ["init", ..] => assert_eq!(self.json(&["identity", "show"])["name"], "Ada"),
            ["identity", "phrase"] => self.phrase(out),
            ["import", ..] => {
                assert!(self.json(&["search"])["total"].as_u64() >= Some(SAMPLE), "{out}");
                self.text(&["import", "monaco.csv"]);
            }
            ["gone"] => assert!(out.contains("all that was imported is in its files"), "{out}"),
            ["same", "list"] => assert!(out.contains("nothing looks like the same"), "{out}"),
            ["search", "boulangerie"] => assert!(out.contains("Boulangerie du Port"), "{out}"),
            ["search", "boulangerie", "ouverte", "dimanche"] => {
                assert!(out.contains("Boulangerie du Port") && !out.contains("Boulangerie de la Gare"), "{out}");
            }
            // Blocks of the sample.
            ["territory", "boundaries"] => assert!(out.contains("Kettu"), "{out}"),
            ["saved", "keep", name, ..] => {
                assert!(self.text(&["saved", "list"]).contains(*name), "{out}");
                assert!(self.text(&["saved", "run", *name]).contains("nothing new"), "{out}");
            }
            ["search", "Café", "--near", ..] => {
                assert!(out.contains("Café de la Gare") && !out.contains("Café du Bout du Monde"), "{out}");
                assert_eq!(self.names(&["Café du Bout du Monde"]).len(), 1, "it is there, and too far");
            }
            ["search", "--along", ..] => {
                assert!(out.contains("Café de la Gare") && !out.contains("Bout du Monde"), "{out}");
            }
            ["search", "marché", "--territory", ..] => {
                // Inside, in the ring around it, and beyond.
                assert!(out.contains("Marché de la Condamine") && out.contains("Marché de la Turbie"), "{out}");
                assert!(!out.contains("Bout du Monde"), "{out}");
                assert!(self.json(args)["facets"].is_object(), "it is counted");
            }
            ["publish", "post", text, ..] => {
                assert!(self.posts().iter().any(|post| post["id"] == id && post["text"] == *text), "{out}");
            }
            ["react", _, what] => {
                let post = self.posts().into_iter().find(|post| post["id"] == id).unwrap();
                assert_eq!(post["reactions"]["counts"][*what], 1, "{post}");
            }
            ["erase", _] => assert!(!self.has_post(id), "{out}"),
            ["prune"] => {
                // Everybody sees the same; nothing was replaced so far, or what was stands in fewer entries.
                let all = self.json(&["search"])["total"].as_u64().unwrap();
                assert!(all >= SAMPLE && !self.has_post(id), "{out}");
                assert!(out.contains("now stand in") || out.contains("nothing to prune"), "{out}");
            }
            ["publish", "event", "--name", "Concert", ..] => {
                let shown = self.json(&["show", id]);
                let festival = self.json(&["show", shown["element"]["parent"].as_str().unwrap()]);
                assert_eq!((&festival["element"]["name"], &festival["parts"][0]["id"]), (&json!("Fête"), &json!(id)));
            }
            ["come", event, ..] => assert_eq!(self.json(&["claims", event])["taken"], 2, "{out}"),
            ["publish", "event", ..] => assert_eq!(self.names(&["--kind", "event"]), ["Fête"]),
            ["feed"] => assert!(out.contains("  element  ") && out.contains("Ada  Fête"), "{out}"),
            ["agenda", ..] => assert!(out.contains("2027-06-21 18:00") && out.contains("Fête"), "{out}"),
            ["publish", "element", ..] => {
                let shown = self.json(&["show", id]);
                assert_eq!((&shown["element"]["name"], &shown["owner_name"]), (&json!("Les Voisins"), &json!("Ada")));
            }
            ["propose", ..] => {
                let told = self.json(&["proposal", id]);
                assert_eq!((&told["title"], &told["status"]), (&json!("Plant lemon trees?"), &json!("open")));
                assert_eq!((&told["quorum_percent"], &told["container_name"]), (&json!(50.0), &json!("Les Voisins")));
            }
            ["vote", _, choice] => assert_eq!(self.json(&["proposal", id])["tally"][*choice], 1),
            ["export", "--mine", folder] => {
                let index = std::fs::read_to_string(self.folder.path().join(folder).join("index.md")).unwrap();
                assert!(index.starts_with("# Ada"), "{index}");
            }
            ["export", file, ..] => {
                let table = std::fs::read_to_string(self.folder.path().join(file)).unwrap();
                assert!(table.contains("Marché de la Turbie") && !table.contains("Café"), "{table}");
            }
            ["calendar", "keep", name, ..] => {
                let file = self.folder.path().join("data-calendars").join(format!("{name}.ics"));
                assert!(std::fs::read_to_string(file).unwrap().contains("SUMMARY:Fête"), "{out}");
            }
            ["sample", "make"] => {
                let samples = || {
                    let posts = self.posts();
                    posts.iter().filter(|post| post["sample"] == true).count()
                };
                assert_eq!(samples(), 3, "{out}");
                self.text(&["sample", "remove"]);
                assert_eq!(samples(), 0);
            }
            ["status"] => assert!(out.contains("state      ready"), "{out}"),
            _ => panic!("{args:?}: say here what this line of the README does"),
        }
    }
    /// The words are those that recover, until they were confirmed.
    fn phrase(&self, out: &str) {
        let words = self.json(&["identity", "phrase"])["words"].clone();
        let words: Vec<&str> = words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(words.len(), 24);
        assert!(words.iter().all(|word| out.contains(word)), "{out}");
        let check = ["identity", "phrase", "--check"];
        assert!(!self.with_input(&check, &words[1..].join(" ")).status.success(), "a word is missing");
        assert!(self.with_input(&check, &words.join(" ")).status.success());
        assert!(!self.command(&["identity", "phrase"]).output().unwrap().status.success(), "it lies nowhere any more");
    }
}

#[test]
fn the_lines_of_the_readme_do_what_they_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let lines = lines(&readme);
    assert!(lines.len() >= 10, "the README shows the command line: {lines:?}");
    let typed = Typed::new(&root);
    let mut node = None;
    // `ID` is what the line before gave.
    let mut id = String::new();
    for mut args in lines {
        for arg in &mut args {
            if arg == "ID" {
                arg.clone_from(&id);
            }
        }
        let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
        if args[0] == "run" {
            // Of this machine alone, and until the test ends.
            args.extend(["--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns", "--json"]);
            let mut child = typed.command(&args).stdout(Stdio::piped()).spawn().unwrap();
            let said = BufReader::new(child.stdout.take().unwrap()).lines();
            let ready = said.map_while(Result::ok).any(|line| line.contains("\"ready\""));
            node = Some(Ended(child));
            assert!(ready, "{args:?}");
            let followed = typed.json(&["territory", "list"]);
            let monaco = |told: &Value| told["followed"] == true && told["name"].as_str().unwrap().contains("Monaco");
            assert!(followed["territories"].as_array().unwrap().iter().any(monaco), "{followed}");
            continue;
        }
        let out = typed.text(&args);
        if matches!(args[0], "publish" | "propose") {
            // Behind it stands which place was meant.
            out.split_whitespace().find(|word| word.len() == 64).unwrap().clone_into(&mut id);
        }
        typed.effect(&args, &out, &id);
    }
    let mut node = node.unwrap();
    typed.text(&["stop"]);
    let start = std::time::Instant::now();
    while node.0.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "the node does not stop");
        std::thread::yield_now();
    }
}
