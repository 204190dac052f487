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
    /// Who answered there, or whom mDNS names.
    peer: Option<PeerId>,
    /// Whom the address itself named when it was configured or asked for: nobody else will do.
    named: Option<PeerId>,
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
        // What mDNS says binds nobody: only who wrote the address down can insist on a name.
        let insisted = if local { None } else { named(address) };
        let peer = peer.or_else(|| named(address));
        let bare = bare(address);
        if let Some(link) = self.links.get_mut(&bare) {
            link.named = insisted.or(link.named);
            link.peer = link.named.or(peer).or(link.peer);
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
        self.links.insert(bare, Link { peer, named: insisted, local, next: now, wait: FIRST_WAIT });
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

    /// Forget all that mDNS found, but those who are connected.
    pub fn forget_local(&mut self, connected: impl Fn(&PeerId) -> bool) {
        self.links.retain(|_, link| !link.local || link.peer.is_some_and(|peer| connected(&peer)));
    }

    /// It was not tried, since its peer was being dialled at another address: its turn is next. Otherwise whoever gives
    /// a peer's name to a dead address would keep it from being reached where it is.
    pub fn passed_over(&mut self, address: &Multiaddr, next: Instant) {
        if let Some(link) = self.links.get_mut(&bare(address)) {
            link.next = next;
            link.wait = (link.wait / 2).max(FIRST_WAIT);
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

    /// Addresses to dial now, each with the peer expected there. Each is given once, until its wait is over. What mDNS
    /// found only while it is `inside` the local network: this machine may have come to another one meanwhile.
    pub fn due(
        &mut self,
        now: Instant,
        connected: impl Fn(&PeerId) -> bool,
        inside: impl Fn(&Multiaddr) -> bool,
    ) -> Vec<(Multiaddr, Option<PeerId>)> {
        let mut due = Vec::new();
        for (address, link) in &mut self.links {
            let off = link.local && !inside(address);
            if off || link.next > now || link.peer.is_some_and(|peer| connected(&peer)) {
                continue;
            }
            link.next = now + link.wait;
            link.wait = (link.wait * 2).min(LONGEST_WAIT);
            // Where no name was given, whoever answers there is welcome: the peer may have taken another name.
            due.push((address.clone(), if link.local { link.peer } else { link.named }));
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
            attempts += links.due(start + Duration::from_secs(second), |_| false, |_| true).len();
        }
        assert!((10..25).contains(&attempts), "{attempts} attempts in ten minutes");
        links.answered(&address, peer);
        let later = start + Duration::from_secs(1_000);
        assert!(links.due(later, |_| true, |_| true).is_empty(), "connected: nothing to dial");
        assert_eq!(links.due(later, |_| false, |_| true), [(address, None)]);
    }

    #[test]
    fn the_local_network_cannot_take_all_places_and_what_was_asked_for_stays() {
        let mut links = Links::default();
        let now = Instant::now();
        for port in 0..1_000 {
            let address: Multiaddr = format!("/ip4/10.0.0.1/tcp/{port}").parse().unwrap();
            links.keep(&address, Some(PeerId::random()), true, now);
        }
        assert_eq!(links.due(now, |_| false, |_| true).len(), LOCAL_MAX);
        let asked: Multiaddr = "/ip4/10.0.0.1/tcp/7".parse().unwrap();
        let own: Multiaddr = "/ip4/10.0.0.3/tcp/1".parse().unwrap();
        links.keep(&asked, None, false, now);
        links.keep(&own, None, false, now);
        links.expired(&asked);
        assert_eq!(links.due(now, |_| false, |_| true), [(own, None)]);
        assert!(links.peer_at(&asked).is_some());
    }

    #[test]
    fn a_name_that_was_written_down_is_insisted_on_whatever_mdns_or_an_answer_says() {
        let peer = PeerId::random();
        let bare: Multiaddr = "/ip4/10.0.0.1/tcp/1".parse().unwrap();
        let full = bare.clone().with_p2p(peer).unwrap();
        let now = Instant::now();
        let mut links = Links::default();
        links.keep(&bare, None, false, now);
        links.keep(&full, None, false, now);
        links.keep(&bare, Some(PeerId::random()), true, now);
        assert_eq!(links.due(now, |_| false, |_| true), [(bare.clone(), Some(peer))]);
        links.answered(&bare, PeerId::random());
        let later = now + LONGEST_WAIT * 2;
        assert_eq!(links.due(later, |_| false, |_| true), [(bare.clone(), Some(peer))]);
        links.keep(&bare, None, false, now);
        assert_eq!(
            links.due(later + LONGEST_WAIT * 2, |_| false, |_| true),
            [(bare, Some(peer))],
            "asked for again without it"
        );
    }

    #[test]
    fn what_is_not_on_the_local_network_now_is_not_dialled() {
        let mut links = Links::default();
        let now = Instant::now();
        let (far, near): (Multiaddr, Multiaddr) =
            ("/ip4/10.0.0.1/tcp/1".parse().unwrap(), "/ip4/10.0.1.1/tcp/1".parse().unwrap());
        let asked: Multiaddr = "/ip4/10.0.0.2/tcp/1".parse().unwrap();
        let peer = PeerId::random();
        links.keep(&far, Some(peer), true, now);
        links.keep(&near, Some(peer), true, now);
        links.keep(&asked, None, false, now);
        let due = links.due(now, |_| false, |address| *address == near);
        assert_eq!(due, [(asked, None), (near, Some(peer))]);
        assert_eq!(links.due(now, |_| false, |_| true), [(far, Some(peer))], "back again");
    }

    #[test]
    fn an_address_whose_turn_was_taken_by_another_of_the_same_peer_is_next() {
        let (mut links, now, peer) = (Links::default(), Instant::now(), PeerId::random());
        let address: Multiaddr = "/ip4/10.0.0.1/tcp/1".parse().unwrap();
        links.keep(&address, Some(peer), true, now);
        for second in 0..600 {
            let now = now + Duration::from_secs(second);
            assert_eq!(links.due(now, |_| false, |_| true).len(), 1, "in second {second}");
            links.passed_over(&address, now + Duration::from_secs(1));
        }
    }

    #[test]
    fn forgetting_what_mdns_found_leaves_what_was_asked_for_and_who_is_connected() {
        let mut links = Links::default();
        let (now, friend) = (Instant::now(), PeerId::random());
        let asked: Multiaddr = "/ip4/10.0.0.1/tcp/1".parse().unwrap();
        let near: Multiaddr = "/ip4/10.0.0.2/tcp/1".parse().unwrap();
        links.keep(&asked, None, false, now);
        links.keep(&near, Some(friend), true, now);
        for port in 0..1_000 {
            let address: Multiaddr = format!("/ip4/10.0.0.9/tcp/{port}").parse().unwrap();
            links.keep(&address, Some(PeerId::random()), true, now);
        }
        links.forget_local(|peer| *peer == friend);
        assert_eq!(links.due(now, |_| false, |_| true), [(asked, None), (near, Some(friend))]);
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
        assert_eq!(links.due(now, |_| false, |_| true), [(kept, None)]);
    }
}
