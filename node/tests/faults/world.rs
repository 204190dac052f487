//! Three nodes and random commands on them, with a fault in some of the runs. All follows from the seed.

use super::{
    disk::{Cut, Disk},
    ledger::{self, Item, Kind as Of, Ledger, State},
    node::{MONACO, Node, Refused, copy, put_back, until},
    random::Random,
    shim::{CLASSES, Fault, Kind},
    words::word,
};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Nodes at the beginning.
const NODES: usize = 3;
/// Nodes at most: a restored one, or a second device of somebody's.
const NODES_MAX: usize = 4;
/// Records of a file.
const ROWS: u64 = 12;
/// How long what was written may take to come to the others.
const SYNC: Duration = Duration::from_secs(60);

/// What befalls one node in a run.
#[derive(Debug, Clone)]
pub struct Plan {
    node: usize,
    /// The command before which it begins, and the one before which it is over.
    from: usize,
    until: usize,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// At an operation; counted from the start of a process, or from the next command on.
    At { kind: Kind, at: u64, classes: &'static str, gone: bool, from_start: bool },
    /// The power goes.
    Power(Cut),
}

impl Plan {
    /// What of it a report counts.
    pub fn kind(&self) -> String {
        match &self.what {
            What::At { kind, gone: true, .. } => format!("{kind:?}, for good"),
            What::At { kind, .. } => format!("{kind:?}"),
            What::Power(cut) => format!("PowerCut{cut:?}"),
        }
    }
}

/// What came of a run.
#[derive(Debug, Default, Clone)]
pub struct Told {
    pub commands: usize,
    /// The fault of the plan, and whether it came.
    pub fault: Option<(String, bool)>,
    pub there: usize,
    pub erased: usize,
    /// Times that a store did not open and `fsck` mended it.
    pub mended: usize,
}

/// A run.
pub struct World {
    seed: u64,
    random: Random,
    folder: TempDir,
    nodes: Vec<Node>,
    /// Which of them still take part.
    active: Vec<bool>,
    /// Nodes on which an old copy was put back: until all is synced, what they wrote since is only elsewhere.
    put_back: Vec<bool>,
    /// Old copies of nodes' folders.
    copies: Vec<Option<PathBuf>>,
    /// The second device of somebody: whose, and which node.
    device: Option<(usize, usize)>,
    ledger: Ledger,
    words: u64,
    plan: Option<Plan>,
    /// The disk under a node whose power is to go.
    disk: Option<Disk>,
    told: Told,
    began: Instant,
    /// What was done, for whoever looks for the cause.
    pub log: Vec<String>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let folder = tempfile::tempdir().unwrap();
        let nodes: Vec<Node> =
            ["Ada", "Bob", "Cleo"].iter().take(NODES).map(|name| Node::of(folder.path(), name)).collect();
        let plan = plan(&mut random);
        let mut world = Self {
            seed,
            random,
            folder,
            nodes,
            active: vec![true; NODES],
            put_back: vec![false; NODES],
            copies: vec![None; NODES],
            device: None,
            ledger: Ledger::default(),
            words: 0,
            plan,
            disk: None,
            told: Told::default(),
            began: Instant::now(),
            log: Vec::new(),
        };
        for node in 0..NODES {
            world.start(node);
        }
        world
    }

    /// Random commands, then all is looked at. Gives what is wrong.
    pub fn run(&mut self, commands: usize) -> (Told, Vec<String>) {
        self.told.commands = commands;
        let mut wrong = Vec::new();
        for number in 0..commands {
            self.fault_begins(number);
            wrong.extend(self.fault_ends(number));
            wrong.extend(self.command());
            if !wrong.is_empty() {
                return (self.told.clone(), wrong);
            }
        }
        wrong.extend(self.fault_ends(usize::MAX));
        wrong.extend(self.end());
        self.told.there = self.ledger.there().count();
        self.told.erased = self.ledger.erased().count();
        (self.told.clone(), wrong)
    }

    fn note(&mut self, line: String) {
        self.log.push(format!("{:.1} s: {line}", self.began.elapsed().as_secs_f64()));
    }

    fn word(&mut self) -> String {
        self.words += 1;
        word(self.seed, self.words)
    }

    fn peers(&self, of: usize) -> Vec<String> {
        let all = 0..self.nodes.len();
        all.filter(|other| *other != of).filter_map(|other| self.nodes[other].address()).collect()
    }

    fn start(&mut self, at: usize) {
        if self.nodes[at].runs() {
            return;
        }
        let peers = self.peers(at);
        let peers: Vec<&str> = peers.iter().map(String::as_str).collect();
        let mut started = self.nodes[at].start(&peers);
        if let Err(why) = &started
            && self.nodes[at].fault.is_none()
            && why.0.contains("fsck")
        {
            self.note(format!("{at}: does not open ({why}): fsck"));
            self.told.mended += 1;
            let mended = self.nodes[at].ask(&["fsck"]);
            self.note(format!("{at}: fsck: {mended:?}"));
            started = self.nodes[at].start(&peers);
        }
        self.note(format!("{at}: start: {started:?}"));
    }

    /// A command of a node, noted.
    fn ask(&mut self, at: usize, args: &[&str]) -> Result<serde_json::Value, Refused> {
        let answer = self.nodes[at].ask(args);
        let said = match &answer {
            Ok(_) => "ok".to_owned(),
            Err(why) => why.to_string(),
        };
        self.note(format!("{at}: {}: {said}", args.join(" ")));
        answer
    }

    fn command(&mut self) -> Vec<String> {
        let active: Vec<usize> = (0..self.nodes.len()).filter(|node| self.active[*node]).collect();
        // Whoever is to meet something is asked more.
        let meets = active.iter().copied().find(|at| self.nodes[*at].fault.is_some());
        let at = meets.filter(|_| self.random.one_in(2)).unwrap_or(*self.random.pick(&active));
        if !self.nodes[at].runs() && self.random.below(3) > 0 {
            self.start(at);
        }
        match self.random.below(26) {
            0..=5 => self.publish_post(at),
            6..=8 => self.publish_place(at),
            9 => self.edit(at),
            10..=11 => self.import(at),
            12..=16 => self.erase(),
            17 => drop(self.ask(at, &["prune"])),
            18 => self.backup_and_restore(at),
            19 => self.device(at),
            20 => self.old_copy(at),
            21 | 22 => {
                let stopped = self.nodes[at].stop();
                self.note(format!("{at}: stop: {stopped:?}"));
            }
            _ => {
                self.nodes[at].kill();
                self.note(format!("{at}: kill -9"));
                if self.nodes[at].fault.is_none() {
                    return self.after_a_crash(at);
                }
            }
        }
        Vec::new()
    }

    /// What a node wrote and acknowledged is there, from its own disk alone.
    fn after_a_crash(&mut self, at: usize) -> Vec<String> {
        self.start(at);
        if self.put_back[at] {
            return Vec::new();
        }
        self.ledger.wrong(&self.nodes[at], |item| item.by == at)
    }

    fn write(&mut self, at: usize, kind: Of, text: String, word: String, args: &[&str], field: &str) {
        let answer = self.ask(at, args);
        let (id, state) = match answer {
            Ok(told) => {
                let id = if field == "entries" { told["entries"][0].clone() } else { told[field].clone() };
                (id.as_str().unwrap_or_default().to_owned(), State::There)
            }
            Err(_) => (String::new(), State::Maybe),
        };
        self.ledger.items.push(Item { kind, id, text, perhaps: None, words: vec![word], by: at, state });
    }

    fn publish_post(&mut self, at: usize) {
        let word = self.word();
        let text = format!("message {word}");
        self.write(at, Of::Post, text.clone(), word, &["publish", "post", &text, "--at", MONACO], "entries");
    }

    fn publish_place(&mut self, at: usize) {
        let word = self.word();
        let name = format!("Lieu {word}");
        let args = ["publish", "element", "--kind", "place", "--name", &name, "--at", MONACO];
        self.write(at, Of::Place, name.clone(), word, &args, "element");
    }

    fn own(&mut self, at: usize, which: impl Fn(&Item) -> bool) -> Option<usize> {
        let fits = |item: &Item| item.by == at && item.state == State::There && !item.id.is_empty() && which(item);
        let own: Vec<usize> = (0..self.ledger.items.len()).filter(|n| fits(&self.ledger.items[*n])).collect();
        if own.is_empty() { None } else { Some(*self.random.pick(&own)) }
    }

    fn edit(&mut self, at: usize) {
        let Some(item) = self.own(at, |item| item.kind == Of::Place && item.perhaps.is_none()) else { return };
        let word = self.word();
        let (name, id) = (format!("Lieu {word}"), self.ledger.items[item].id.clone());
        let done = self.ask(at, &["publish", "element", "--edit", &id, "--name", &name]).is_ok();
        let item = &mut self.ledger.items[item];
        if done {
            item.words.push(word);
            item.text = name;
        } else {
            // Before the last: the one that is sure to be there.
            item.words.insert(0, word);
            item.perhaps = Some(name);
        }
    }

    fn import(&mut self, at: usize) {
        let words: Vec<String> = (0..ROWS).map(|_| self.word()).collect();
        let rows = words.iter().enumerate().map(|(row, word)| format!("{word},Lieu {word},43.73{row:02},7.42\n"));
        let text: String = std::iter::once("id,name,latitude,longitude\n".to_owned()).chain(rows).collect();
        let file = self.nodes[at].path(&format!("places-{}.csv", self.words));
        fs::write(&file, text).unwrap();
        let source = format!("source {}", self.words);
        let done = self.ask(at, &["import", file.to_str().unwrap(), "--source", &source]).is_ok();
        let shown = if done { self.nodes[at].places().unwrap_or_default() } else { Vec::new() };
        for word in words {
            let text = format!("Lieu {word}");
            let id = shown.iter().find(|(_, name)| *name == text).map(|(id, _)| id.clone()).unwrap_or_default();
            let state = if done { State::There } else { State::Maybe };
            let item = Item { kind: Of::Place, id, text, perhaps: None, words: vec![word], by: at, state };
            self.ledger.items.push(item);
        }
    }

    fn erase(&mut self) {
        let writers: Vec<usize> = (0..self.nodes.len()).filter(|at| self.active[*at]).collect();
        let own: Vec<usize> = writers.into_iter().filter_map(|at| self.own(at, |_| true)).collect();
        if own.is_empty() {
            return;
        }
        let item = *self.random.pick(&own);
        let at = self.ledger.items[item].by;
        let id = self.ledger.items[item].id.clone();
        let done = self.ask(at, &["erase", &id]).is_ok();
        self.ledger.items[item].state = if done { State::Erased } else { State::MaybeErased };
    }

    fn joins(&mut self, name: &str) -> usize {
        self.nodes.push(Node::bare(self.folder.path(), name));
        self.active.push(true);
        self.put_back.push(false);
        self.copies.push(None);
        self.nodes.len() - 1
    }

    fn backup_and_restore(&mut self, at: usize) {
        let backup = self.folder.path().join(format!("backup-{}", self.log.len()));
        if self.ask(at, &["backup", backup.to_str().unwrap()]).is_err() || self.nodes.len() >= NODES_MAX {
            return;
        }
        let restored = self.joins("Restored");
        let done = self.ask(restored, &["restore", backup.to_str().unwrap()]);
        if let Err(why) = done {
            panic!("a backup is not restored: {why}");
        }
        self.publish_post(restored);
        self.start(restored);
    }

    /// A second device comes in, or, where there is one, goes out.
    fn device(&mut self, at: usize) {
        if let Some((of, device)) = self.device {
            if self.active[device] && self.nodes[of].runs() && self.nodes[of].fault.is_none() {
                self.device_out(of, device);
            }
            return;
        }
        if self.nodes.len() >= NODES_MAX || !self.nodes[at].runs() || self.nodes[at].fault.is_some() {
            return;
        }
        let joined = self.joins("Laptop");
        self.device = Some((at, joined));
        self.start(joined);
        let code = self.nodes[at].must(&["identity", "device", "add"])["code"].as_str().unwrap().to_owned();
        let answer = self.ask(joined, &["identity", "device", "join", &code]);
        if let Err(why) = answer {
            panic!("a device does not come in: {why}");
        }
        self.publish_post(joined);
    }

    fn device_out(&mut self, of: usize, device: usize) {
        self.start(device);
        let known = until(SYNC, || self.ledger.wrong(&self.nodes[of], |item| item.by == device).is_empty());
        let shown = self.nodes[device].ask(&["identity", "show"]);
        let (true, Ok(shown)) = (known, shown) else { return };
        let key =
            shown["devices"].as_array().unwrap().iter().find(|device| device["this"] == true).unwrap()["id"].clone();
        self.nodes[device].kill();
        self.active[device] = false;
        drop(self.ask(of, &["identity", "device", "out", key.as_str().unwrap()]));
    }

    /// An old copy is kept, or, where there is one, put back.
    fn old_copy(&mut self, at: usize) {
        if self.nodes[at].fault.is_some() {
            return;
        }
        let Some(copied) = self.copies[at].clone() else {
            if self.nodes[at].stop().is_err() {
                return;
            }
            let copied = self.folder.path().join(format!("copy-{at}"));
            copy(&self.nodes[at].data(), &copied);
            self.copies[at] = Some(copied);
            self.note(format!("{at}: stopped and copied"));
            return;
        };
        // Somebody else must have all that goes.
        let others: Vec<usize> = (0..self.nodes.len()).filter(|other| *other != at && self.active[*other]).collect();
        let keeper = others.into_iter().find(|other| {
            self.nodes[*other].fault.is_none()
                && self.nodes[*other].runs()
                && self.ledger.wrong(&self.nodes[*other], |item| item.by == at).is_empty()
        });
        if keeper.is_none()
            || self.put_back[at]
            || self.ledger.items.iter().any(|item| item.state == State::MaybeErased)
        {
            return;
        }
        self.nodes[at].kill();
        put_back(&copied, &self.nodes[at].data());
        self.put_back[at] = true;
        self.note(format!("{at}: an old copy is put back"));
    }

    fn fault_begins(&mut self, number: usize) {
        let plan = self.plan.clone().filter(|plan| plan.from == number && self.active[plan.node]);
        let Some(plan) = plan else { return };
        let at = plan.node;
        if self.random.one_in(2) {
            drop(self.nodes[at].stop());
        }
        self.nodes[at].kill();
        self.note(format!("{at}: ended for {:?}", plan.what));
        let data = self.nodes[at].data();
        let base = Fault::none(&data, &self.folder.path().join("operations"));
        let arm = self.folder.path().join("arm");
        let fault = match plan.what {
            What::At { kind, at, classes, gone, from_start } => {
                Fault { kind, at, classes, gone, armed_by: Some(arm.clone()).filter(|_| !from_start), ..base }
            }
            What::Power(_) => {
                self.disk = Some(Disk::of(&data));
                Fault { journal: Some(self.folder.path().join("journal")), ..base }
            }
        };
        self.nodes[at].fault = Some(fault);
        self.start(at);
        fs::write(arm, "").unwrap();
    }

    fn fault_ends(&mut self, number: usize) -> Vec<String> {
        let Some(plan) = self.plan.clone().filter(|plan| plan.until <= number) else { return Vec::new() };
        self.plan = None;
        let at = plan.node;
        let Some(fault) = self.nodes[at].fault.take() else { return Vec::new() };
        let power = self.disk.take();
        let hit = power.is_some() || fault.hit().is_some();
        self.told.fault = Some((plan.kind(), hit));
        self.note(format!("{at}: {}: {:?}", plan.kind(), fault.hit()));
        self.nodes[at].kill();
        if let (Some(mut disk), What::Power(cut)) = (power, &plan.what) {
            disk.replay(&self.folder.path().join("journal"));
            disk.power_cut(*cut, &mut self.random);
        }
        self.after_a_crash(at)
    }

    /// All start, come to agree, and stop.
    fn end(&mut self) -> Vec<String> {
        let active: Vec<usize> = (0..self.nodes.len()).filter(|node| self.active[*node]).collect();
        for at in &active {
            self.start(*at);
            if !self.nodes[*at].runs() {
                return vec![format!("{at} does not start: {:?}", self.log.last())];
            }
        }
        let all = |world: &Self, at: usize| world.ledger.wrong(&world.nodes[at], |_| true);
        self.note("all run".to_owned());
        let agreed = until(SYNC, || active.iter().all(|at| all(self, *at).is_empty()));
        self.note(format!("agreed: {agreed}"));
        let mut wrong = Vec::new();
        if !agreed {
            active.iter().for_each(|at| wrong.extend(all(self, *at)));
        }
        for at in &active {
            wrong.extend(ledger::forks(&self.nodes[*at]));
            wrong.extend(ledger::other_ids(&self.nodes[active[0]], &self.nodes[*at]));
        }
        for at in &active {
            if let Err(why) = self.nodes[*at].stop() {
                wrong.push(format!("{at} does not stop: {why}"));
            }
        }
        self.note("stopped".to_owned());
        for at in &active {
            wrong.extend(self.ledger.on_disk(&self.nodes[*at]));
        }
        wrong
    }
}

/// In four of five runs one node meets something.
fn plan(random: &mut Random) -> Option<Plan> {
    if random.one_in(5) {
        return None;
    }
    let (node, from) = (random.below(NODES as u64) as usize, random.below(8) as usize);
    let until = from + 2 + random.below(6) as usize;
    let what = match random.below(10) {
        0 | 1 => What::Power(Cut::All),
        2 | 3 => What::Power(Cut::Some),
        _ => {
            let kinds = [Kind::Full, Kind::Broken, Kind::Short, Kind::Die, Kind::Died, Kind::Die];
            let from_start = random.one_in(3);
            let kind = *random.pick(&kinds);
            let classes = *random.pick(&CLASSES);
            let most = if classes.is_empty() || classes == "w" { 40 } else { 5 };
            let gone = matches!(kind, Kind::Full | Kind::Broken) && random.one_in(2);
            What::At { kind, at: 1 + random.below(most), classes, gone, from_start }
        }
    };
    Some(Plan { node, from, until, what })
}
