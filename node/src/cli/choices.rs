//! Words of which one is chosen.

use clap::ValueEnum;
use communaut_protocol::op::{Choice, Kind, LinkKind, LinkState, Reaction, Role};

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident => $target:ty { $($variant:ident $(($alias:literal))? => $value:expr),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        pub enum $name { $($(#[value(alias = $alias)])? $variant),+ }
        impl From<$name> for $target {
            fn from(arg: $name) -> Self { match arg { $($name::$variant => $value),+ } }
        }
    };
}

choices! {
    /// A kind.
    KindArg => Kind {
        Person => Self::Person,
        Organisation("organization") => Self::Organisation,
        Project => Self::Project,
        Event => Self::Event,
        Place("poi") => Self::Place,
    }
}
choices! {
    /// A choice.
    ChoiceArg => Choice { Yes => Self::Yes, No => Self::No, Blank => Self::Blank }
}
choices! {
    /// A role.
    RoleArg => Option<Role> {
        Leader => Some(Role::Leader),
        Moderator => Some(Role::Moderator),
        Contributor => Some(Role::Contributor),
        Member => Some(Role::Member),
        None => None,
    }
}
choices! {
    /// A kind of link.
    LinkArg => LinkKind {
        Follower => Self::Follower,
        Member => Self::Member,
        Attendee => Self::Attendee,
        Contributor => Self::Contributor,
        Organiser("organizer") => Self::Organiser,
        Partner => Self::Partner,
    }
}
choices! {
    /// Where a link stands.
    StateArg => LinkState {
        Invited("invite") => Self::Invited,
        Requested("request") => Self::Requested,
        Accepted("accept") => Self::Accepted,
        Refused("refuse") => Self::Refused,
        Left("leave") => Self::Left,
    }
}
choices! {
    /// A reaction.
    ReactionArg => Option<Reaction> {
        Thanks => Some(Reaction::Thanks),
        Agree => Some(Reaction::Agree),
        Support => Some(Reaction::Support),
        Wonder => Some(Reaction::Wonder),
        None => None,
    }
}
