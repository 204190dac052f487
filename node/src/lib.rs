//! The Communaut node: all the product's IO, behind one typed handle.
//!
//! * [`Node`], [`NodeHandle`]: start a node, talk to it; [`api`]: requests, replies, snapshots under one name
//! * `modules`: a folder for each capability: its data, handlers, queries, command line
//! * `daemon`: the event loop; its state, `core`, around `replica` (what is held, folded and written); [`vault`]
//! * [`store`]: entries on disk; [`views`]: what they add up to; `index`, [`search`]: the search index
//! * `net`: the libp2p task, which carries bytes; what is asked and answered is decided by the protocol's engine
//! * [`import`], [`gazetteer`], [`territory`]: files of records; places by name; areas as cells
//! * [`times`]: when events take place, on the clocks of a place and of who asks
//! * `together`: which of several records of one place is shown
//! * [`streets`]: the street map of an area, made of the same files
//! * [`cli`], `ipc`: the command line, and its way to a node that runs
//! * `files`, `entropy`, `folder_lock`, `folder_origin`: file changes, randomness, one owner of a folder, was it moved

pub mod api;
mod bundle_file;
pub mod cli;
mod config;
mod content_lines;
mod daemon;
mod entropy;
pub mod export;
mod failure;
mod files;
mod folder_lock;
mod folder_origin;
pub mod gazetteer;
mod handle;
pub mod import;
mod index;
mod ipc;
mod modules;
mod net;
mod osm_words;
mod other_names;
pub mod search;
mod snapshot;
pub mod store;
pub mod streets;
pub mod territory;
pub mod times;
mod together;
pub mod views;
pub mod vocabulary;

pub use config::{Config, NetworkConfig, Unlock};
pub use daemon::{Node, StartError, vault};
pub use files::keep_to_oneself;
pub use handle::{COMMANDS_MAX, NodeHandle, PendingReply};
