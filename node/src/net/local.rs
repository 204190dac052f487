//! What counts as the local network: this machine's own subnets.
//!
//! mDNS packets carry no proof of anything. libp2p-mdns listens on every address, takes packets from any source
//! (whoever routes to this machine can send it one), and puts the packet's source in the place of the IP address
//! that a packet names; whether the source was true nobody can tell from UDP. So the check of the address is the check
//! of the source too, and it is all that is relied on: what lies inside a subnet of one of this machine's interfaces is
//! dialled, and nothing else, whoever says it.

use futures::{FutureExt, StreamExt};
use if_watch::{IfEvent, IpNet, tokio::IfWatcher};
use libp2p::{Multiaddr, PeerId, multiaddr::Protocol};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

/// Addresses outside of all subnets that are remembered, in case an interface comes up that reaches them: what was
/// announced before the interfaces were known, and no place for whoever shouts.
const AWAY_MAX: usize = 64;

/// The subnets of this machine, as they are now.
#[derive(Debug)]
pub(super) struct Local {
    /// None without mDNS: then nothing is found either.
    watcher: Option<IfWatcher>,
    subnets: BTreeSet<IpNet>,
    /// Found, and not to be dialled as things are.
    away: BTreeMap<Multiaddr, PeerId>,
}

impl Local {
    /// Watch the interfaces, if there is anything to check.
    pub fn watch(mdns: bool) -> std::io::Result<Self> {
        let watcher = if mdns { Some(IfWatcher::new()?) } else { None };
        Ok(Self { watcher, subnets: BTreeSet::new(), away: BTreeMap::new() })
    }

    /// Note what is known by now: the interfaces, at the start.
    pub fn look(&mut self) {
        while self.changed().now_or_never().is_some() {}
    }

    /// Until an interface has changed, which is noted.
    pub async fn changed(&mut self) {
        let Some(watcher) = &mut self.watcher else { return std::future::pending().await };
        match watcher.next().await {
            Some(Ok(event)) => self.note(event),
            Some(Err(error)) => self.lost(&error.to_string()),
            None => self.lost("it has ended"),
        }
    }

    /// Without knowing the subnets, nothing that mDNS finds can be believed.
    fn lost(&mut self, why: &str) {
        tracing::warn!(
            "this machine's interfaces are no longer watched ({why}): nobody is found by mDNS until the next start"
        );
        self.watcher = None;
        self.subnets.clear();
    }

    fn note(&mut self, event: IfEvent) {
        match event {
            IfEvent::Up(subnet) => drop(self.subnets.insert(subnet)),
            IfEvent::Down(subnet) => drop(self.subnets.remove(&subnet)),
        }
    }

    /// Whether an address that mDNS found may be dialled.
    pub fn holds(&self, address: &Multiaddr) -> bool {
        inside(&self.subnets, address)
    }

    /// Remember what was found outside, within a bound.
    pub fn put_away(&mut self, address: Multiaddr, peer: PeerId) {
        if self.away.len() < AWAY_MAX {
            self.away.insert(address, peer);
        }
    }

    /// mDNS has not heard of it for long.
    pub fn expired(&mut self, address: &Multiaddr) {
        self.away.remove(address);
    }

    /// What was found outside and lies inside now.
    pub fn come_in(&mut self) -> Vec<(PeerId, Multiaddr)> {
        let subnets = &self.subnets;
        self.away.extract_if(.., |address, _| inside(subnets, address)).map(|(address, peer)| (peer, address)).collect()
    }
}

/// Whether an address lies inside one of these subnets, as one machine of it: neither this machine's loopback, nor
/// many machines at once, nor a way on to others. Pure.
fn inside(subnets: &BTreeSet<IpNet>, address: &Multiaddr) -> bool {
    let mut parts = address.iter();
    let ip = match parts.next() {
        Some(Protocol::Ip4(ip)) => IpAddr::V4(ip),
        Some(Protocol::Ip6(ip)) => IpAddr::V6(ip),
        // A name could lead anywhere.
        _ => return false,
    };
    let plain = match (parts.next(), parts.next()) {
        (Some(Protocol::Tcp(_)), None | Some(Protocol::P2p(_))) => parts.next().is_none(),
        (Some(Protocol::Udp(_)), Some(Protocol::QuicV1)) => {
            matches!((parts.next(), parts.next()), (None | Some(Protocol::P2p(_)), None))
        }
        _ => false,
    };
    if !plain || ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() {
        return false;
    }
    subnets.iter().any(|subnet| reaches(subnet, ip))
}

fn reaches(subnet: &IpNet, ip: IpAddr) -> bool {
    // A subnet of everything would make the whole of the Internet local.
    if subnet.prefix_len() == 0 || subnet.addr().is_loopback() || !subnet.contains(&ip) {
        return false;
    }
    // Its first and last address mean all machines of it, but where it has no more than two.
    match subnet {
        IpNet::V4(v4) => v4.prefix_len() >= 31 || (ip != IpAddr::V4(v4.network()) && ip != IpAddr::V4(v4.broadcast())),
        IpNet::V6(_) => true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn subnets(nets: &[&str]) -> BTreeSet<IpNet> {
        nets.iter().map(|net| net.parse().unwrap()).collect()
    }

    fn ours() -> BTreeSet<IpNet> {
        subnets(&["127.0.0.1/8", "::1/128", "10.77.0.1/24", "192.168.7.9/31", "0.0.0.0/0", "fd00:7::1/64"])
    }

    #[test]
    fn only_machines_of_ones_own_subnets_are_inside() {
        let peer = PeerId::random();
        let inside_are = [
            "/ip4/10.77.0.2/tcp/4001".to_owned(),
            "/ip4/10.77.0.254/udp/4001/quic-v1".to_owned(),
            format!("/ip4/10.77.0.2/tcp/4001/p2p/{peer}"),
            format!("/ip4/10.77.0.2/udp/4001/quic-v1/p2p/{peer}"),
            // Another node on this very machine.
            "/ip4/10.77.0.1/tcp/1".to_owned(),
            "/ip4/192.168.7.8/tcp/1".to_owned(),
            "/ip6/fd00:7::2/tcp/1".to_owned(),
        ];
        for address in inside_are {
            assert!(inside(&ours(), &address.parse().unwrap()), "{address}");
        }
        let outside_are = [
            "/ip4/10.88.0.2/tcp/4001".to_owned(),
            "/ip4/10.77.1.2/tcp/4001".to_owned(),
            "/ip4/203.0.113.7/udp/4001/quic-v1".to_owned(),
            "/ip4/127.0.0.1/tcp/22".to_owned(),
            "/ip6/::1/tcp/22".to_owned(),
            "/ip6/::ffff:10.77.0.2/tcp/22".to_owned(),
            "/ip6/fd00:8::2/tcp/1".to_owned(),
            "/ip4/0.0.0.0/tcp/1".to_owned(),
            "/ip4/10.77.0.0/tcp/1".to_owned(),
            "/ip4/10.77.0.255/udp/1/quic-v1".to_owned(),
            "/ip4/255.255.255.255/udp/1/quic-v1".to_owned(),
            "/ip4/224.0.0.251/udp/5353/quic-v1".to_owned(),
            "/dns4/example.org/tcp/4001".to_owned(),
            "/dnsaddr/example.org".to_owned(),
            "/unix/tmp".to_owned(),
            "/ip4/10.77.0.2".to_owned(),
            "/ip4/10.77.0.2/udp/4001".to_owned(),
            format!("/ip4/10.77.0.2/tcp/1/p2p/{peer}/p2p-circuit/p2p/{peer}"),
            "/ip4/10.77.0.2/tcp/1/ip4/203.0.113.7/tcp/1".to_owned(),
        ];
        for address in outside_are {
            assert!(!inside(&ours(), &address.parse().unwrap()), "{address}");
        }
        assert!(!inside(&BTreeSet::new(), &"/ip4/10.77.0.2/tcp/1".parse().unwrap()), "nothing known, nothing believed");
    }

    #[test]
    fn what_an_interface_reaches_that_comes_up_later_comes_in_and_the_rest_stays_away_within_a_bound() {
        let mut local = Local { watcher: None, subnets: BTreeSet::new(), away: BTreeMap::new() };
        let near: Multiaddr = "/ip4/10.77.0.2/tcp/1".parse().unwrap();
        let peer = PeerId::random();
        local.put_away(near.clone(), peer);
        for port in 0..1_000 {
            local.put_away(format!("/ip4/203.0.113.7/tcp/{port}").parse().unwrap(), PeerId::random());
        }
        assert_eq!(local.away.len(), AWAY_MAX);
        assert_eq!(local.come_in(), []);
        local.note(IfEvent::Up("10.77.0.1/24".parse().unwrap()));
        assert_eq!(local.come_in(), [(peer, near.clone())]);
        assert!(local.holds(&near));
        local.note(IfEvent::Down("10.77.0.1/24".parse().unwrap()));
        assert!(!local.holds(&near), "the interface has gone, and with it what it reached");
    }
}
