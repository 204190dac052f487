//! Whom to stay connected with: configured addresses, and peers that mDNS found. Pure: the time is handed in.

use libp2p::{Multiaddr, PeerId, multiaddr::Protocol};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Addresses kept: those of the configuration, of dials, and of the local network.
pub(super) const LINKS_MAX: usize = 256;
/// Of these, addresses that mDNS found (a peer has about four): whoever shouts on the local network cannot take
/// the places of configured peers.
pub(super) const LOCAL_MAX: usize = 192;
/// The wait before a first new attempt; it doubles with each failure.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait between attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// One address to stay connected with.
#[derive(Debug)]
struct Link {
    /// Who answered there, or who is expected to.
    peer: Option<PeerId>,
    local: bool,
    next: Instant,
    wait: Duration,
}

/// All addresses to stay connected with.
#[derive(Debug, Default)]
pub(super) struct Links {
    links: BTreeMap<Multiaddr, Link>,
}

/// The peer that an address names.
pub(super) fn named(address: &Multiaddr) -> Option<PeerId> {
    address.iter().find_map(|part| if let Protocol::P2p(peer) = part { Some(peer) } else { None })
}

/// The address without the peer's name.
pub(super) fn bare(address: &Multiaddr) -> Multiaddr {
    address.iter().filter(|part| !matches!(part, Protocol::P2p(_))).collect()
}

impl Links {
    /// Stay connected with an address from now on. Beyond the bound nothing is added.
    pub fn keep(&mut self, address: &Multiaddr, peer: Option<PeerId>, local: bool, now: Instant) {
        let peer = peer.or_else(|| named(address));
        let bare = bare(address);
        if let Some(link) = self.links.get_mut(&bare) {
            link.peer = peer.or(link.peer);
            // What was also asked for does not expire.
            link.local &= local;
            return;
        }
        let full = self.links.len() >= LINKS_MAX
            || (local && self.links.values().filter(|link| link.local).count() >= LOCAL_MAX);
        if full {
            tracing::debug!(%address, "not kept: there are enough addresses");
            return;
        }
        self.links.insert(bare, Link { peer, local, next: now, wait: FIRST_WAIT });
    }

    /// Who is expected at an address: whom it names, or who answered there.
    pub fn peer_at(&self, address: &Multiaddr) -> Option<PeerId> {
        named(address).or_else(|| self.links.get(&bare(address))?.peer)
    }

    /// mDNS has not heard of it for long.
    pub fn expired(&mut self, address: &Multiaddr) {
        if self.links.get(&bare(address)).is_some_and(|link| link.local) {
            self.links.remove(&bare(address));
        }
    }

    /// Somebody answered at an address.
    pub fn answered(&mut self, address: &Multiaddr, peer: PeerId) {
        if let Some(link) = self.links.get_mut(&bare(address)) {
            link.peer = Some(peer);
            link.wait = FIRST_WAIT;
        }
    }

    /// Whether mDNS found a peer.
    pub fn is_local(&self, peer: PeerId) -> bool {
        self.links.values().any(|link| link.local && link.peer == Some(peer))
    }

    /// Addresses to dial now, each with the peer expected there. Each is given once, until its wait is over.
    pub fn due(&mut self, now: Instant, connected: impl Fn(&PeerId) -> bool) -> Vec<(Multiaddr, Option<PeerId>)> {
        let mut due = Vec::new();
        for (address, link) in &mut self.links {
            if link.next > now || link.peer.is_some_and(|peer| connected(&peer)) {
                continue;
            }
            link.next = now + link.wait;
            link.wait = (link.wait * 2).min(LONGEST_WAIT);
            // The name that was given is insisted on only where the address carried it.
            due.push((address.clone(), if link.local { link.peer } else { None }));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn attempts_get_rarer_and_begin_anew_after_an_answer() {
        let address: Multiaddr = "/ip4/127.0.0.1/tcp/4001".parse().unwrap();
        let peer = PeerId::random();
        let mut links = Links::default();
        let start = Instant::now();
        links.keep(&address, None, false, start);
        let mut attempts = 0;
        for second in 0..600 {
            attempts += links.due(start + Duration::from_secs(second), |_| false).len();
        }
        assert!((10..25).contains(&attempts), "{attempts} attempts in ten minutes");
        links.answered(&address, peer);
        let later = start + Duration::from_secs(1_000);
        assert!(links.due(later, |_| true).is_empty(), "connected: nothing to dial");
        assert_eq!(links.due(later, |_| false), [(address, None)]);
    }

    #[test]
    fn the_local_network_cannot_take_all_places_and_what_was_asked_for_stays() {
        let mut links = Links::default();
        let now = Instant::now();
        for port in 0..1_000 {
            let address: Multiaddr = format!("/ip4/10.0.0.1/tcp/{port}").parse().unwrap();
            links.keep(&address, Some(PeerId::random()), true, now);
        }
        assert_eq!(links.due(now, |_| false).len(), LOCAL_MAX);
        let asked: Multiaddr = "/ip4/10.0.0.1/tcp/7".parse().unwrap();
        let own: Multiaddr = "/ip4/10.0.0.3/tcp/1".parse().unwrap();
        links.keep(&asked, None, false, now);
        links.keep(&own, None, false, now);
        links.expired(&asked);
        assert_eq!(links.due(now, |_| false), [(own, None)]);
        assert!(links.peer_at(&asked).is_some());
    }

    #[test]
    fn expiry_forgets_only_what_mdns_found() {
        let (kept, found): (Multiaddr, Multiaddr) =
            ("/ip4/10.0.0.1/tcp/1".parse().unwrap(), "/ip4/10.0.0.2/tcp/2".parse().unwrap());
        let mut links = Links::default();
        let now = Instant::now();
        links.keep(&kept, None, false, now);
        links.keep(&found, Some(PeerId::random()), true, now);
        links.expired(&kept);
        links.expired(&found);
        assert_eq!(links.due(now, |_| false), [(kept, None)]);
    }
}
