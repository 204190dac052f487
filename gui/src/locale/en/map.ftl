# Search and list
search-name = Search
search-hint = What are you looking for?
search-clear = Clear the search
searching = Looking…
found-count = { $count ->
    [one] 1 result
   *[other] { $shown } results
}
found-order-distance = nearest first
found-order-match = best match first
why-name = found by name
why-tag = found by tag
why-text = found in its text
why-distance = by distance
why-date = by date
why-alphabetical = in alphabetical order
nothing-filtered = Nothing matches
nothing-filtered-next = Try fewer words, other kinds, or a larger territory.
nothing-filtered-button = Clear the filters
nothing-followed = You follow no territory yet
nothing-followed-next = Follow a town or a district: what others publish there arrives here.
nothing-followed-button = Follow a territory
nothing-here = Nothing is known here yet
nothing-here-next = It arrives when a neighbour who holds it is in reach. You can begin: add the first place, organisation or event.

# Map
map-name = Map
map-zoom-in = Zoom in
map-zoom-out = Zoom out
map-home = Back home
map-mark-many = { $name } and { $others } more
map-spot-more = { $count ->
    [one] and 1 more: search to narrow it down
   *[other] and { $shown } more: search to narrow it down
}

# Element
element-new = Add something
element-close = Back to the list
element-edit = Edit
element-on-map = Show on the map
element-away = { $distance } away
element-updated = Last changed { $ago }
element-gone = This is no longer here
element-gone-next = It was taken back by its owner, or this device no longer holds it.
element-members = { $count ->
    [one] 1 member
   *[other] { $count } members
}
element-proposals = { $count ->
    [0] no proposals
    [one] 1 proposal
   *[other] { $count } proposals
}
element-decisions = See the decisions
element-follow = Follow
element-unfollow = Stop following
element-followers = { $count ->
    [one] 1 person follows this
   *[other] { $count } people follow this
}
retract = Take back
retract-title = Take back “{ $name }”?
retract-explain = It is shown no longer, here and with everyone who receives this. What others have copied or read cannot be recalled.
retract-confirm = Take it back
retract-done = Taken back.
field-name = Name
field-description = Description
field-address = Address
field-hours = Opening hours
field-hours-hint = Mo-Fr 09:00-18:00
field-phone = Telephone
field-email = E-mail
field-website = Web site
field-website-opens = Opens in your browser
field-tags = Tags
field-tags-hint = Separated by commas
field-place = Place
field-parent = Belongs to
field-parent-none = nothing else
field-owner = Published by
owner-me = you
field-provenance = Source
event-here = For you: { $span }
event-start-date = Begins on
event-start-time = at
event-end-date = Ends on
event-end-time = at
event-zone = Time zone

# Bookmarks
bookmarks-title = Links
bookmarks-empty = No links yet: what is worth reading about this place or group?
bookmark-add = Add a link
bookmark-url = Address of the link
bookmark-name = Title
bookmark-note = Note (optional)
bookmark-keep = Keep the link
bookmark-remove = Remove the link “{ $title }”

# Wall
wall-title = Wall
wall-empty = No posts yet. Write the first.
wall-loading = Looking…
wall-more = Show { $count } older
post-label = Write on this wall
post-hint = What do you want to say? Everyone here can read it.
post-send = Post
post-busy = Writing…
post-written = Your post is written and on its way to your neighbours.
post-room = { $count } bytes left

# Editor
editor-new = Something new
editor-change = Change
editor-saved = Saved, and on its way to your neighbours.
editor-unsaved = What you typed is not saved yet: save it, or cancel.
editor-place-pick = Click the map to say where it is.
editor-place-move = Click the map to move it.
editor-public = What you save is public and signed with your name.
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
territory-explain = This device receives and keeps what is published in the territories that it follows.
territory-everywhere = Everywhere
territory-look-in = Look in
territory-elements = { $count ->
    [one] 1 element
   *[other] { $shown } elements
}
territory-unfollow = Stop following
territory-unfollow-name = Stop following { $name }
territory-another = Follow another
territory-place = Its town
territory-radius = Around it
territory-follow = Follow { $name }
territory-followed = You now follow { $name }. What is known there arrives as soon as a neighbour is in reach.
territory-unfollowed = No longer followed. What has arrived stays on this device.
territory-known = Known here

# Settings
settings-look = Appearance
settings-language = Language
settings-theme = Theme
settings-theme-system = As the system
settings-theme-light = Light
settings-theme-dark = Dark
settings-keys = Keyboard
keys-pages = the five pages
keys-search = search
keys-home-key = Home
keys-home = the map, where you live
keys-back = one step back
keys-next = next control
me-title = You
me-about = About you
me-about-hint = A few lines, public
me-saved = Saved.
me-wall = See my wall
me-id = Your identity
me-device = This device
me-devices = { $count ->
    [one] 1 device speaks for you
   *[other] { $count } devices speak for you
}
