//! Three nodes on one LAN segment find each other, with no address given.

use crate::support::Folder;
use std::process::Command;

/// A segment of its own: a bridge in one network namespace, a node in each of the others.
struct Segment {
    names: Vec<String>,
}

fn ip(args: &str) -> Result<(), String> {
    let ran = Command::new("ip").args(args.split_whitespace()).output().map_err(|error| error.to_string())?;
    if ran.status.success() {
        Ok(())
    } else {
        Err(format!("ip {args}: {}", String::from_utf8_lossy(&ran.stderr).trim()))
    }
}

impl Segment {
    fn new(nodes: usize) -> Result<Self, String> {
        let prefix = format!("communaut-{}", std::process::id());
        let hub = format!("{prefix}-hub");
        let mut segment = Self { names: Vec::new() };
        let mut add = |name: String| -> Result<(), String> {
            ip(&format!("netns add {name}"))?;
            segment.names.push(name);
            Ok(())
        };
        add(hub.clone())?;
        (0..nodes).try_for_each(|node| add(format!("{prefix}-{node}")))?;
        ip(&format!("-n {hub} link add lan type bridge mcast_snooping 0"))?;
        ip(&format!("-n {hub} link set lan up"))?;
        for node in 0..nodes {
            let name = format!("{prefix}-{node}");
            ip(&format!("-n {hub} link add port{node} type veth peer name eth0 netns {name}"))?;
            ip(&format!("-n {hub} link set port{node} master lan up"))?;
            ip(&format!("-n {name} addr add 10.77.0.{}/24 dev eth0", node + 1))?;
            ip(&format!("-n {name} link set lo up"))?;
            ip(&format!("-n {name} link set eth0 up"))?;
            // Multicast goes out of the one interface there is.
            ip(&format!("-n {name} route add 224.0.0.0/4 dev eth0"))?;
        }
        Ok(segment)
    }
    fn node(&self, node: usize) -> String {
        self.names[node + 1].clone()
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

#[test]
fn three_nodes_on_one_segment_find_each_other_by_mdns() {
    let segment = match Segment::new(3) {
        Ok(segment) => segment,
        Err(why) => {
            eprintln!("skipped: network namespaces cannot be made here (they need root and iproute2): {why}");
            return;
        }
    };
    let folders: Vec<Folder> =
        (0..3).map(|node| Folder::within(&format!("Node {node}"), Some(segment.node(node)))).collect();
    let _running: Vec<_> = folders.iter().map(|folder| folder.serve(&["--territory", "spv2"])).collect();
    for folder in &folders {
        folder.wait_for(&["peers"], "two peers found by mDNS", |peers| {
            let all = peers["peers"].as_array().unwrap();
            all.iter().filter(|peer| peer["connected"] == true && peer["local"] == true).count() == 2
        });
    }
    // And they are of use to each other.
    folders[0].json(&["publish", "post", "bonjour la vallée", "--at", "43.7311,7.4197"]);
    for folder in &folders[1..] {
        folder.wait_for(&["status"], "the post", |status| {
            status["store"]["entries"].as_u64() == folders[0].json(&["status"])["store"]["entries"].as_u64()
        });
    }
}
