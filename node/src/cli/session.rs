//! The node that a command goes to: the running one by its socket, or one opened here for the while. And the
//! short ids and names that it alone can make whole.

use super::{
    hours::HoursSaid,
    keys::{self, KeyArgs},
    notes::Note,
    parse::{self, Spot},
    swapped::Swapped,
};
use crate::{
    Config, NetworkConfig, Node, NodeHandle, StartError, Unlock,
    failure::{Failure, FailureCode},
    ipc::{self, Client},
    modules::{
        Command, Outcome, Reply, Request,
        element::{ElementDetail, Show},
        identity::{Identity, IdentityInfo},
        node::Stop,
        places::{Addresses, FindPlace},
        post::Mentions,
        search::{Near, Query},
        territory::{Boundaries, Territories, TerritoryId, TerritoryInfo},
    },
    search::fold::folded,
    snapshot::{Phase, Snapshot, Trouble},
    streets::found::BoundaryFound,
};
use communaut_protocol::{ElementId, EntryId, IdentityId, Position};
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How long to wait for a folder that another command holds, or for the socket of a node that starts.
const HELD_WAIT: Duration = Duration::from_secs(10);
/// Between two tries.
const HELD_PAUSE: Duration = Duration::from_millis(50);
/// Territories offered where a name or id fits several.
const OFFERED: usize = 5;

/// Where commands go.
pub struct Session {
    data: PathBuf,
    /// What opens the folder, should it have to be opened here.
    unlock: Opener,
    way: Way,
    /// What is told with the reply.
    notes: Vec<Note>,
}

/// What opens a folder. Looked for when no node runs on it, since a person may have to be asked.
#[derive(Debug, Clone)]
pub enum Opener {
    /// By what was given with the command.
    Given(KeyArgs),
    /// This.
    Known(Unlock),
}

impl Opener {
    fn unlock(&mut self, data: &Path) -> Result<Unlock, Failure> {
        if let Self::Given(keys) = self {
            *self = Self::Known(keys.unlock(data)?);
        }
        match self {
            Self::Known(unlock) => Ok(unlock.clone()),
            Self::Given(_) => Ok(Unlock::Nothing),
        }
    }
}

enum Way {
    Socket(Client),
    Own(Node),
    Other(NodeHandle),
}

impl Way {
    fn call(&mut self, command: &Command) -> Result<Outcome, Failure> {
        match self {
            Self::Socket(client) => client.call(command),
            Self::Own(node) => node.handle().call_blocking(command.clone()),
            Self::Other(handle) => handle.call_blocking(command.clone()),
        }
    }
}

impl Session {
    /// Reach the node that holds the folder, or hold it for the while.
    ///
    /// `make`: the folder is made where there is none. `network`: a node that is opened here reaches others.
    pub fn open(data: &Path, make: bool, network: bool, mut unlock: Opener) -> Result<Self, Failure> {
        if !make && !data.is_dir() {
            return Err(keys::none(data));
        }
        let until = Instant::now() + HELD_WAIT;
        let way = loop {
            if let Some(client) = running(data)? {
                break Way::Socket(client);
            }
            if !make {
                // Whoever only asks makes no keys.
                keys::of(data)?;
            }
            let unlock = unlock.unlock(data)?;
            let network = network.then(NetworkConfig::default);
            match Node::start_for_command(Config { data: data.to_path_buf(), network, unlock }) {
                Ok(node) => break Way::Own(ready(node)?),
                Err(StartError::Held { .. }) if Instant::now() < until => std::thread::sleep(HELD_PAUSE),
                Err(StartError::Held { holder, .. }) => {
                    let who = holder.map_or_else(|| "a process".to_owned(), |holder| holder.to_string());
                    let why = format!(
                        "the data folder {} is held by {who}, which does not answer at its socket; wait until it ends, \
                         or stop it, and try again",
                        data.display()
                    );
                    return Err(Failure::new(FailureCode::Busy, why));
                }
                Err(error) => return Err(keys::start_failed(&error)),
            }
        };
        Ok(Self { data: data.to_path_buf(), unlock, way, notes: Vec::new() })
    }

    /// Reach the node that runs on the folder; never start one.
    pub fn reach(data: &Path) -> Result<Self, Failure> {
        let client = running(data)?
            .ok_or_else(|| Failure::not_found(format!("no node is running on the data folder {}", data.display())))?;
        Ok(Self {
            data: data.to_path_buf(),
            unlock: Opener::Known(Unlock::Nothing),
            way: Way::Socket(client),
            notes: Vec::new(),
        })
    }

    /// Talk to a node that runs in this process.
    pub fn over(data: &Path, handle: NodeHandle) -> Self {
        Self {
            data: data.to_path_buf(),
            unlock: Opener::Known(Unlock::Nothing),
            way: Way::Other(handle),
            notes: Vec::new(),
        }
    }

    /// Send a request and wait for its reply.
    pub fn ask<R: Request>(&mut self, request: R) -> Result<R::Reply, Failure> {
        R::Reply::of(self.call(request)?)
    }

    /// Run a command. One that a stopping node did not take goes to the next.
    pub fn call(&mut self, command: impl Into<Command>) -> Result<Outcome, Failure> {
        let command = command.into();
        let until = Instant::now() + HELD_WAIT;
        loop {
            let answer = self.way.call(&command);
            let again = match &answer {
                _ if !matches!(self.way, Way::Socket(_)) => false,
                Err(failure) if failure.code == FailureCode::Stopped => command != Command::Stop(Stop),
                Err(failure) if failure.code == FailureCode::Io => command.runs().only_reads(),
                _ => false,
            };
            if !again || Instant::now() > until {
                return answer;
            }
            let session = Self::open(&self.data, false, false, self.unlock.clone())?;
            (self.way, self.unlock) = (session.way, session.unlock);
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Let go of the folder, where it was held.
    pub fn close(self) -> Result<(), Failure> {
        match self.way {
            Way::Socket(_) | Way::Other(_) => Ok(()),
            Way::Own(node) => node.stop().map_err(|why| Failure::new(FailureCode::Io, why)),
        }
    }

    /// Who I am.
    pub fn me(&mut self) -> Result<IdentityInfo, Failure> {
        self.ask(Identity)
    }

    /// An element with what belongs to it, by its id or the beginning of one.
    pub fn show(&mut self, id: &str) -> Result<Box<ElementDetail>, Failure> {
        self.ask(Show { id: id.to_owned() })
    }

    /// An element's id; "me" is one's own card.
    pub fn element(&mut self, text: &str) -> Result<ElementId, Failure> {
        if text == "me" {
            return Ok(self.me()?.id.into());
        }
        match text.parse() {
            Ok(id) => Ok(id),
            Err(_) => Ok(self.show(text)?.element.id),
        }
    }

    /// A person's identity; "me" is one's own.
    pub fn person(&mut self, text: &str) -> Result<IdentityId, Failure> {
        // A person's card has the person's id.
        Ok(IdentityId(self.element(text)?.0))
    }

    /// A post of an element's wall.
    pub fn post(&mut self, text: &str, wall: Option<ElementId>) -> Result<EntryId, Failure> {
        if let Ok(id) = text.parse() {
            return Ok(id);
        }
        let Some(wall) = wall else {
            return Err(Failure::invalid(format!(
                "'{text}' is not a whole id; a post in the open is answered by all 64 characters of its id"
            )));
        };
        let wall = self.show(&wall.to_string())?.wall;
        let mut found = wall.iter().map(|post| post.id).filter(|id| id.to_string().starts_with(&text.to_lowercase()));
        match (found.next(), found.next()) {
            (Some(id), None) => Ok(id),
            (None, _) => Err(Failure::not_found(format!("no post '{text}' stands on this wall"))),
            (Some(_), Some(_)) => Err(Failure::invalid(format!("more than one post begins with '{text}'"))),
        }
    }

    /// The territories followed and known.
    fn territories(&mut self) -> Result<Vec<TerritoryInfo>, Failure> {
        self.ask(Territories)
    }

    /// A territory that is followed or known, by name, id or the beginning of one; none if there is no such.
    pub fn known_territory(&mut self, text: &str) -> Result<Option<TerritoryInfo>, Failure> {
        let wanted = folded(text);
        let id = parse::is_id_prefix(text).then(|| text.to_lowercase());
        let fits = |territory: &TerritoryInfo| {
            folded(&territory.name) == wanted || id.as_ref().is_some_and(|id| territory.id.to_string().starts_with(id))
        };
        let mut found: Vec<TerritoryInfo> = self.territories()?.into_iter().filter(fits).collect();
        // Of one name, the one that is followed is meant.
        if found.len() > 1 && found.iter().filter(|territory| territory.followed).count() == 1 {
            found.retain(|territory| territory.followed);
        }
        if found.len() > 1 {
            let ids: Vec<String> = found.iter().take(OFFERED).map(|territory| territory.id.short()).collect();
            let why = format!("'{text}' is the name of {} territories: give an id ({})", found.len(), ids.join(", "));
            return Err(Failure::invalid(why));
        }
        Ok(found.pop())
    }

    /// A territory that is followed or known, or an outline of a street map that is here.
    pub fn territory(&mut self, text: &str) -> Result<TerritoryId, Failure> {
        if let Some(known) = self.known_territory(text)? {
            return Ok(known.id);
        }
        self.boundary(text)?.map(|found| found.id).ok_or_else(|| {
            Failure::not_found(format!(
                "no territory '{text}' is followed or known here; see `communaut-node territory list` and `territory \
                 boundaries`"
            ))
        })
    }

    /// The one outline of the street maps that has this name, or whose id begins so; none if there is no such.
    pub fn boundary(&mut self, text: &str) -> Result<Option<BoundaryFound>, Failure> {
        let ask = Boundaries { text: text.to_owned(), just_so: true, level: None, limit: OFFERED, cover: false };
        let mut found = self.ask(ask)?.found;
        // Of several the ones that can be followed are meant; where there are none, one says why.
        if found.iter().any(|one| one.incomplete.is_empty()) {
            found.retain(|one| one.incomplete.is_empty());
        } else {
            found.truncate(1);
        }
        match found.as_slice() {
            [] => Ok(None),
            [one] if one.incomplete.is_empty() => Ok(found.pop()),
            [one] => Err(Failure::not_found(format!(
                "the boundary '{text}' in the street map {}: {}; import a file that holds all of it",
                one.map, one.incomplete
            ))),
            several => {
                let told = several.iter().map(|one| format!("{} ({})", one.id.short(), one.told()));
                let told = told.collect::<Vec<_>>().join(", ");
                Err(Failure::invalid(format!("'{text}' is the name of several boundaries: give an id of {told}")))
            }
        }
    }

    /// A position: as given, or of the place that is meant by that name, which is told with the reply.
    pub fn position(&mut self, spot: Spot) -> Result<Position, Failure> {
        match spot {
            Spot::At(position) => {
                let swapped = Swapped::of(position, |position, metres| {
                    let near = Some(Near { position, radius_m: Some(metres) });
                    let found = self.ask(Query { near, limit: Some(0), ..Query::default() });
                    found.ok().map(|found| found.total > 0)
                });
                self.notes.extend(swapped.map(Note::Swapped));
                Ok(position)
            }
            Spot::Place(text) => {
                match self.ask(FindPlace { text: text.clone(), locale: locale() }) {
                    Ok(found) => {
                        let position = found.place.position;
                        self.notes.push(Note::Meant(Box::new(found)));
                        Ok(position)
                    }
                    // A door or a street of a map that was imported.
                    Err(failure) if failure.code == FailureCode::NotFound => {
                        let found = self.ask(Addresses { text, limit: 1 })?;
                        found.found.first().map(|found| found.position).ok_or(failure)
                    }
                    Err(failure) => Err(failure),
                }
            }
        }
    }

    /// Opening hours as they were typed, in the syntax of OpenStreetMap where they are understood: told with the reply.
    pub fn typed_hours(&mut self, text: String) -> String {
        let said = HoursSaid::of(text);
        let written = said.written().to_owned();
        self.notes.push(Note::Hours(said));
        written
    }

    /// Names in a text that address nobody: told with the reply.
    pub fn mentions(&mut self, text: &str) -> Result<(), Failure> {
        if text.contains('@') {
            let said = self.ask(Mentions { text: text.to_owned() })?;
            if !said.is_clear() {
                self.notes.push(Note::Unaddressed(said));
            }
        }
        Ok(())
    }

    /// What is told with the reply, once.
    pub(super) fn notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }
}

/// The locale of who asks, as the system's variables name it.
pub(crate) fn locale() -> String {
    // Of an empty one the next says it; what is no text says nothing.
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    set.into_iter().find(|value| !value.is_empty()).unwrap_or_default()
}

/// The code of the language of who asks; empty where none is said.
pub(crate) fn language() -> String {
    locale().chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase()
}

fn running(data: &Path) -> Result<Option<Client>, Failure> {
    ipc::connect(data).map_err(|error| {
        let why =
            format!("the node that holds the data folder {} does not answer at its socket: {error}", data.display());
        Failure::new(FailureCode::Io, why)
    })
}

/// Wait until everything that is held is shown. A store that turns out to be damaged is mended first, if it can be.
fn ready(node: Node) -> Result<Node, Failure> {
    let handle = node.handle();
    let is_shown = |snapshot: &Snapshot| match snapshot.overview.phase {
        Phase::Loading => false,
        Phase::Mending => !snapshot.overview.store.troubles.contains(&Trouble::Mending),
        Phase::Ready | Phase::Stopping => true,
    };
    match futures::executor::block_on(handle.wait_for(|snapshot| is_shown(snapshot))) {
        Some(_) => Ok(node),
        None => Err(Failure::new(
            FailureCode::Stopped,
            node.stop().err().unwrap_or_else(|| "the node stopped before it had loaded what is held".to_owned()),
        )),
    }
}
