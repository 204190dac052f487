# The shell
sample-explain = Made for a demonstration: nobody really said this.

# Element
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
field-website-opens = Opens in your browser
field-owner = Published by
field-provenance = Source
event-here = For you: { $span }

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
wall-more = Show { $count } older

# Erasing and hiding
erase-instead = Erase it for good instead…
