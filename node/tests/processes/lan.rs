//! Nodes on one LAN segment find each other, with no address given, and nothing that anybody announces makes one of
//! them send a packet off it.

use crate::support::{Folder, PATIENCE, skip};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    process::{Command, Output},
    time::Instant,
};

/// A segment of its own: a bridge in one network namespace, a machine in each of the others. The bridge's namespace is
/// its router: to a second subnet with one machine, by which everything else is said to be reached.
struct Segment {
    names: Vec<String>,
}

/// Where nothing is: said to be on the other side of the router.
const NOWHERE: &str = "203.0.113.7";
/// The machine in the second subnet.
const OUTSIDE: &str = "10.88.0.2";
/// Counts what the router carries off the segment. (Where bridges are filtered too, what it
/// passes on within comes by here.)
const WATCH: &str = "add table inet watch; add counter inet watch off_lan; \
    add chain inet watch forward { type filter hook forward priority 0; }; \
    add rule inet watch forward iifname lan oifname far counter name off_lan";

fn told(ran: std::io::Result<Output>, what: &str) -> Result<Vec<u8>, String> {
    let ran = ran.map_err(|error| format!("{what}: {error}"))?;
    if ran.status.success() {
        Ok(ran.stdout)
    } else {
        Err(format!("{what}: {}", String::from_utf8_lossy(&ran.stderr).trim()))
    }
}

fn ip(args: &str) -> Result<(), String> {
    told(Command::new("ip").args(args.split_whitespace()).output(), &format!("ip {args}")).map(drop)
}

impl Segment {
    fn new(nodes: usize) -> Result<Self, String> {
        // Two tests of one process make segments at the same time.
        static MADE: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = MADE.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let prefix = format!("communaut-{}-{number}", std::process::id());
        let (hub, outside) = (format!("{prefix}-hub"), format!("{prefix}-out"));
        let mut segment = Self { names: Vec::new() };
        let mut add = |name: String| -> Result<(), String> {
            ip(&format!("netns add {name}"))?;
            segment.names.push(name);
            Ok(())
        };
        add(hub.clone())?;
        add(outside.clone())?;
        (0..nodes).try_for_each(|node| add(format!("{prefix}-{node}")))?;
        ip(&format!("-n {hub} link add lan type bridge mcast_snooping 0"))?;
        ip(&format!("-n {hub} addr add 10.77.0.254/24 dev lan"))?;
        ip(&format!("-n {hub} link set lan up"))?;
        for node in 0..nodes {
            let name = format!("{prefix}-{node}");
            ip(&format!("-n {hub} link add port{node} type veth peer name eth0 netns {name}"))?;
            ip(&format!("-n {hub} link set port{node} master lan up"))?;
            ip(&format!("-n {name} addr add 10.77.0.{}/24 dev eth0", node + 1))?;
            ip(&format!("-n {name} link set lo up"))?;
            ip(&format!("-n {name} link set eth0 up"))?;
            ip(&format!("-n {name} route add default via 10.77.0.254"))?;
            // Multicast goes out of the one interface there is.
            ip(&format!("-n {name} route add 224.0.0.0/4 dev eth0"))?;
        }
        ip(&format!("-n {hub} link add far type veth peer name eth0 netns {outside}"))?;
        ip(&format!("-n {hub} addr add 10.88.0.254/24 dev far"))?;
        ip(&format!("-n {hub} link set far up"))?;
        ip(&format!("-n {hub} route add default via {OUTSIDE}"))?;
        ip(&format!("-n {outside} addr add {OUTSIDE}/24 dev eth0"))?;
        ip(&format!("-n {outside} link set eth0 up"))?;
        ip(&format!("-n {outside} route add default via 10.88.0.254"))?;
        segment.inside(&hub, &["sysctl", "-qw", "net.ipv4.ip_forward=1"])?;
        segment.inside(&hub, &["nft", WATCH])?;
        Ok(segment)
    }
    fn hub(&self) -> String {
        self.names[0].clone()
    }
    fn outside(&self) -> String {
        self.names[1].clone()
    }
    fn node(&self, node: usize) -> String {
        self.names[node + 2].clone()
    }
    /// Run a program in a namespace.
    fn inside(&self, namespace: &str, args: &[&str]) -> Result<Vec<u8>, String> {
        let ran = Command::new("ip").args(["netns", "exec", namespace]).args(args).output();
        told(ran, &args.join(" "))
    }
    /// Packets that the router was given to carry off the segment.
    fn off_lan(&self) -> u64 {
        let said = self.inside(&self.hub(), &["nft", "-j", "list", "counter", "inet", "watch", "off_lan"]).unwrap();
        let said: Value = serde_json::from_slice(&said).unwrap();
        let all = said["nftables"].as_array().unwrap();
        all.iter().find_map(|item| item["counter"]["packets"].as_u64()).unwrap()
    }
    /// Send a packet that names a peer somewhere.
    fn announce(&self, from: &str, args: &[&str]) -> Result<(), String> {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/processes/programs/mdns.py");
        self.inside(from, &[&["python3", program], args].concat()).map(drop)
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        for name in &self.names {
            if let Err(error) = ip(&format!("netns del {name}")) {
                eprintln!("left behind: {error}");
            }
        }
    }
}

fn segment(nodes: usize) -> Option<Segment> {
    match Segment::new(nodes) {
        Ok(segment) => Some(segment),
        Err(why) => {
            skip("nodes on a LAN", &format!("it needs root, iproute2, procps, nftables and python3: {why}"));
            None
        }
    }
}

/// Wait until a node has so many peers, all found by mDNS.
fn finds(folder: &Folder, wanted: usize) {
    folder.wait_for(&["peers"], "the others, found by mDNS", |peers| {
        let all = peers["peers"].as_array().unwrap();
        all.iter().filter(|peer| peer["connected"] == true && peer["local"] == true).count() == wanted
    });
}

fn texts(folder: &Folder) -> BTreeSet<String> {
    let posts = folder.json(&["posts"]);
    posts["posts"].as_array().unwrap().iter().map(|post| post["text"].as_str().unwrap().to_owned()).collect()
}

/// Wait until each has the posts of all.
fn agree(folders: &[Folder], wanted: &[&str]) {
    let wanted: BTreeSet<String> = wanted.iter().map(|text| (*text).to_owned()).collect();
    for folder in folders {
        folder.wait_for(&["status"], "the posts of all", |_| texts(folder) == wanted);
    }
}

const TERRITORY: [&str; 2] = ["--territory", "spv2"];
const AT: [&str; 2] = ["--at", "43.7311,7.4197"];

fn post(folder: &Folder, text: &str) {
    folder.json(&[&["publish", "post", text][..], &AT].concat());
}

#[test]
fn three_nodes_on_one_segment_find_each_other_by_mdns() {
    let Some(segment) = segment(3) else { return };
    let folders: Vec<Folder> =
        (0..3).map(|node| Folder::within(&format!("Node {node}"), Some(segment.node(node)))).collect();
    let _running: Vec<_> = folders.iter().map(|folder| folder.serve(&TERRITORY)).collect();
    folders.iter().for_each(|folder| finds(folder, 2));
    // And they are of use to each other.
    post(&folders[0], "bonjour la vallée");
    post(&folders[2], "bonjour le quartier");
    agree(&folders, &["bonjour la vallée", "bonjour le quartier"]);
    assert_eq!(segment.off_lan(), 0, "packets left the segment");
}

#[test]
fn what_strangers_announce_sends_no_packet_off_the_segment_and_neighbours_are_still_found() {
    let Some(segment) = segment(3) else { return };
    let (liar, outside) = (segment.node(2), segment.outside());
    let folders: Vec<Folder> =
        (0..2).map(|node| Folder::within(&format!("Node {node}"), Some(segment.node(node)))).collect();
    let mut running = vec![folders[0].serve(&TERRITORY)];
    let lies = |to: &str| -> Result<(), String> {
        let named = format!("/ip4/{NOWHERE}/tcp/4001");
        let quic = format!("/ip4/{NOWHERE}/udp/4001/quic-v1");
        // From the second subnet, by the router: in its own name, and in that of nobody.
        segment.announce(&outside, &[&named, "--to", to])?;
        segment.announce(&outside, &[&quic, "--to", to])?;
        segment.announce(&outside, &[&named, "--to", to, "--from", NOWHERE])?;
        // From the segment itself, under a name from elsewhere, to all and to one.
        segment.announce(&liar, &[&named, "--from", OUTSIDE])?;
        segment.announce(&liar, &[&quic, "--from", NOWHERE])?;
        segment.announce(&liar, &[&named, "--to", to, "--from", "127.0.0.1"])?;
        // Under its own name, about elsewhere.
        segment.announce(&liar, &[&named])
    };
    let refuses = |folder: &Folder, address: &str| {
        let start = Instant::now();
        // Each lie once would do; a node that has just started may not listen yet.
        while folder.json(&["status"])["store"]["refused"]["outside"].as_u64().unwrap_or_default() < 20 {
            lies(address).unwrap();
            assert_eq!(segment.off_lan(), 0, "a packet from outside made the node send one outside");
            assert!(start.elapsed() < PATIENCE, "never refused: {}", folder.json(&["status"]));
        }
    };
    refuses(&folders[0], "10.77.0.1");
    // As many as it can hear, of peers on the segment that are not there: they do not fill its memory.
    let start = Instant::now();
    while folders[0].json(&["status"])["store"]["refused"]["announced"].is_null() {
        segment.announce(&liar, &["/ip4/10.77.0.3/tcp/4001", "--times", "300"]).unwrap();
        assert!(start.elapsed() < PATIENCE, "never refused: {}", folders[0].json(&["status"]));
    }
    running.push(folders[1].serve(&TERRITORY));
    refuses(&folders[1], "10.77.0.2");
    folders.iter().for_each(|folder| finds(folder, 1));
    post(&folders[0], "bonjour la vallée");
    post(&folders[1], "bonjour le quartier");
    agree(&folders, &["bonjour la vallée", "bonjour le quartier"]);
    running.clear();
    assert_eq!(segment.off_lan(), 0, "packets left the segment");
    // What the counter is worth: one packet to the outside is one.
    segment.announce(&segment.node(0), &["/ip4/10.77.0.1/tcp/1", "--to", OUTSIDE]).unwrap();
    assert_eq!(segment.off_lan(), 1);
}
