# The shell
page-map = Map
page-agenda = Agenda
page-governance = Decisions
page-network = Network
page-settings = Settings
loading = Reading what this device holds…
undoing = Taking back “{ $source }”: { $looked } of { $all }
importing = Importing { $file }: { $read } records read
save = Save
cancel = Cancel
close = Close
and-more = { $count ->
    [one] and 1 more
   *[other] and { $shown } more
}
sample = sample
failure = { $what }: { $why }
failure-invalid = This cannot be taken as it is
failure-not-found = Not found here
failure-not-allowed = A rule does not allow it
failure-no-identity = There is no identity yet
failure-already-initialised = There is an identity already
failure-io = A file could not be read or written
failure-busy = Too much is under way
failure-stopped = The node has stopped
failure-internal = A fault in the program
graphics-failed = The graphics failed, and the window was opened anew. Nothing is lost.
frame-cut = There is more here than can be drawn at once.

# Kinds
kind-person = Person
kind-organisation = Organisation
kind-project = Project
kind-event = Event
kind-place = Place
kinds-person = People
kinds-organisation = Organisations
kinds-project = Projects
kinds-event = Events
kinds-place = Places
role-member = member
role-contributor = contributor
role-moderator = moderator
role-leader = leader

# Time
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
weekday-0 = Monday
weekday-1 = Tuesday
weekday-2 = Wednesday
weekday-3 = Thursday
weekday-4 = Friday
weekday-5 = Saturday
weekday-6 = Sunday
ago-now = just now
ago-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}

# First run
first-name = Your name

# Search and list
searching = Looking…
why-name = found by name
why-name-form = another form of the name
why-name-meaning = its name means the same
why-name-nearly = a very similar name
why-tag = found by tag
why-kind = a kind of thing that this may mean
why-text = found in its text
why-other-name = by another of its names
why-contact = by its phone number, mail address or site
why-text-nearly = a very similar word in its text
why-distance = by distance
why-date = by date
why-alphabetical = in alphabetical order
nothing-filtered-button = Clear the filters
nothing-followed = You follow no territory yet

# Element
field-name = Name
field-description = Description
field-place = Place
field-address = Address
field-hours = Opening hours
field-phone = Telephone
field-email = E-mail
field-website = Web site
field-tags = Tags
field-when = When
field-parent = Belongs to
owner-me = you

# Wall
wall-loading = Looking…
post-hint = What do you want to say? Everyone here can read it.
post-send = Post
post-written = Your post is written and on its way to your neighbours.

# Editor
editor-unsaved = What you typed is not saved yet: save it, or cancel.
editor-needs-name = It needs a name.
editor-needs-place = It needs a place: click the map.
editor-bad-zone = This time zone is not known. Try “Europe/Paris”.
editor-bad-date = A date looks like this: 2026-09-12.
editor-bad-time = A time looks like this: 18:30.
editor-ends-before = It ends before it begins.
editor-tag-long = A tag is too long.
editor-tags-many = At most 16 tags.

# Territories
territory-title = Territories

# Decisions
gov-rule-not-in-electorate = not a member when the vote was opened (§8.3)
gov-rule-not-opened = the vote is not open, or was opened for others (§8.3)
gov-rule-conflicting = contradicts another ballot of the same person (§8.4)
gov-rule-not-a-teller = not one of those who count (§8.3)
gov-rule-mismatch = does not match what is held here (§8.5)
gov-rule-incomplete = ballots that it counts are not held here (§8.5)
gov-rule-too-many-closes = one of too many closes by one teller, and no other teller says it again (§8.5)
gov-rule-erased = certified, no longer recomputable: ballots were erased (§8.5)
gov-rule-may-not-propose = not a member, who alone may propose (§8.2)
gov-more = { $count } more
gov-admit-who-hint = Type a name
gov-admit-nobody = Nobody whom this device has met fits.
gov-admit-more = { $count } more: type more of the name.

# Settings
page-devices = My devices
page-phrase = Recovery phrase
back-settings = Back to the settings

# My devices
device-nameless = a device without a name

# Coming back
since = In somebody else’s hands since (a date; may be empty)
since-hint = 2026-09-12

# What is said around here
page-live = Live
reaction-thanks = Thanks
reaction-agree = I agree
reaction-support = I support
reaction-wonder = I wonder

# Network
net-summary-peers = { $count ->
    [0] Connected with nobody
    [one] Connected with 1 node
   *[other] Connected with { $count } nodes
}
net-copy = Copy
net-copied = Copied.
net-dial-hint = /ip4/192.0.2.1/tcp/4001

# What is wrong with the store
trouble-damaged = Part of what this device holds cannot be read. The rest is shown; nothing can be changed until it is mended. Keep Communaut open: it mends itself.
trouble-mending = What this device holds is being mended. It is shown already, and can be changed again when this line is gone.
trouble-mended = What this device holds was damaged and is mended. { $count ->
    [one] 1 entry is missing: it comes back
   *[other] { $shown } entries are missing: they come back
} from your neighbours. You have nothing to do.
trouble-mended-whole = What this device holds was damaged and is mended. Nothing is missing.
trouble-not-writable = This device’s disk takes nothing more: what you write now is not kept. Make room on it, or have it looked at; Communaut then goes on by itself.
trouble-nearly-full = The disk of this device is nearly full: { $free } are free. Make room, or soon nothing new can be kept.
trouble-ceiling = Communaut holds as much as it may here ({ $most }): nothing more is taken from strangers. What you write is kept. Follow fewer territories to make room.
trouble-not-compacted = What was erased is hidden, but not yet gone from this device’s disk. Make room on it and keep Communaut open: it is tried again.
size-mb = { $size } MB
size-gb = { $size } GB

# Erasing and hiding
erase = Erase for good
hide = Hide as a moderator

# What was erased
page-erasures = What was erased

# Who reads
private-named = for named persons
private-members = members only

# When an event takes place again
whole-day = All day
repeat-day = { $count ->
    [one] every day
   *[other] every { $count } days
}
repeat-week = { $count ->
    [one] every week
   *[other] every { $count } weeks
}
repeat-month = { $count ->
    [one] every month
   *[other] every { $count } months
}
repeat-year = { $count ->
    [one] every year
   *[other] every { $count } years
}
repeats = Repeats { $every }
repeat-weekday = { $day }
repeat-and = { $words } and { $last }
repeat-on = { $every } on { $days }
repeat-same = { $every } on the { $nth } { $day }
repeat-nth-1 = first
repeat-nth-2 = second
repeat-nth-3 = third
repeat-nth-4 = fourth
repeat-nth-5 = fifth
repeat-times = { $every }, { $count ->
    [one] once
   *[other] { $count } times in all
}
repeat-until = { $every }, until { $day }
editor-time-skipped = This time does not exist: the clocks are set forward over it. Say one before or after.
editor-time-twice = This time happens twice, since the clocks are set back. Say which one, as in 02:30{ $first } or 02:30{ $again }.
editor-until-before = It would end to repeat before it begins.
editor-zone-old = The clocks of this zone were not apart from UTC by whole minutes then.
again-never = Never
again-day = Every day
again-week = Every week
again-two-weeks = Every two weeks
again-month = Every month, on this date
again-year = Every year

# What becomes of a report
status-seen = Seen
status-under-way = Under way
status-done = Mended
status-declined = Stays as it is
tag-approximate = position approximate
tag-report = report
open-until = open until { $until }
open-always = open day and night
open-from = opens { $from }
open-closed = closed
open-all-day = all day
open-perhaps = perhaps

# What columns of a file mean
import-means-name = Name
import-means-other-name = Other name
import-means-latitude = Latitude
import-means-longitude = Longitude
import-means-position = Where it is
import-means-geometry = Its shape
import-means-postcode = Postcode
import-means-city = Town
import-means-id = Its number in the file
import-means-kind = What it is

# Where something stands in a file
in-file-line = line
in-file-row = row
in-file-byte = byte
in-file-feature = feature
in-file-object = object
in-file-event = event
in-file-waypoint = waypoint
in-file-placemark = placemark

# Territories
territory-followed = You now follow { $name }. What is known there arrives as soon as a neighbour is in reach.

# Simple mode
simple-choose = Simple mode
