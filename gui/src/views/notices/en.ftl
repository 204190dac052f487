# What has to be known on every page
notice-phrase = Write down your recovery phrase. Without it, losing your devices means losing access.
notice-phrase-insist = Your recovery phrase still isn’t written down. If this device breaks, all you wrote as yourself is lost to you.
notice-phrase-later = Remind me tomorrow
notice-phrase-button = Write it down
notice-contested = Your identity was recovered twice at once by one phrase: neither recovery counts.
notice-frozen = Your identity is frozen: two of your devices have changed it at the same time.
notice-out = This device was taken out of your identity. Nothing that it writes counts any more.
notice-look = See what to do

# Who reads
invited = { $name } invites you into a closed community ({ $id }). What it is called and says can be read by members only.
invited-join = Accept
invited-later = Later
invited-joined = You belong to it now. What it holds comes from the other members.

# First steps
steps-title = First steps
steps-hide = Hide the first steps
steps-hello = Say hello
steps-import = Bring in what’s around
steps-phrase = Write down your recovery phrase
steps-keys = Protect your keys: they aren’t yet
steps-leave = Leave out: { $what }

# A village to try things with
village-make = Try with a sample village
village-explain = Events, posts and a vote, marked as a sample. You can throw it all away again; people near you may see it.
village-remove = Throw the sample village away
village-made = The village is there: look around, write, vote.
village-removed = The sample village is gone.

# What one can do here
help-title = What can I do here?
help-keys = F1 or ? opens this on every page; Esc closes it.
help-map-1 = Type what you’re looking for; press a mark or a line to see more.
help-map-2 = Add a place, an event or a group with the plus sign beside the search.
help-map-3 = Change the area you follow with the map sign under the search.
help-live-1 = Say something: everyone around can read it.
help-live-2 = Answer a post, or react with one word.
help-live-3 = Open a name to see who wrote, and their page.
help-agenda-1 = See what’s on, by month or as a list.
help-agenda-2 = Open an event and say whether you’re coming.
help-agenda-3 = Announce an event of your own.
help-governance-1 = Vote on what your groups have to decide.
help-governance-2 = Ask your group a question.
help-governance-3 = See who belongs to a group, and who does what.
help-network-1 = See which neighbours you’re connected with.
help-network-2 = Connect with somebody by the address they gave you.
help-network-3 = See what’s still on its way.
help-settings-1 = Change your name, your language or the colours.
help-settings-2 = Add another device, or take one out.
help-settings-3 = Write down your recovery phrase, and protect your keys.
