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
event-there = Time of { $zone }
event-except = Not on { $days }

# Whether it still holds
still-right-say = Still right
still-right-said = You found it right
still-right-by = { $others ->
    [0] Found right by { $who }
    [one] Found right by { $who }, and by 1 more
   *[other] Found right by { $who }, and by { $others } more
}
correct-open = Suggest a correction
correct-title = Suggest a correction
correct-explain = Change what is wrong. Whoever looks after this page sees it, and decides.
correct-gone = It is there no longer
correct-reason = Where do you know it from?
correct-reason-hint = seen this morning, their website…
correct-send = Send
correction-by = Suggested by { $who }
correction-gone = It is there no longer
correction-nothing = nothing
correction-accept = Accept
correction-decline = Decline
corrections-beyond = { $count ->
    [one] And 1 more suggestion
   *[other] And { $count } more suggestions
}

# Reports
status-none = Reported. Not dealt with yet.
status-say = Where it stands
status-choose = Your word…
status-nothing = withdraw my word

# Other records of the same
also-title = Also said by
also-shown-as = Shown together with another record of the same: see it
also-apart = “{ $name }” is something else
also-differs = Says otherwise: { $fields }
also-more = And { $count } more
likely-title = Is this the same?
likely-same = It is the same
likely-other = Something else
likely-name = the same name
likely-name-nearly = nearly the same name
likely-phone = the same phone number
likely-website = the same site
likely-away = { $distance } away

# Who comes
coming-title = Who comes
coming-limit = Limit the places…
coming-limit-save = Save
coming-places = How many places are there?
coming-places-hint = as many as are asked for
coming-me = I’m coming
coming-ask = Ask for a place
coming-not = I’m no longer coming
coming-taken = { $count ->
    [0] Nobody has said so far that they come
    [one] 1 person comes
   *[other] { $count } people come
}
coming-taken-of = { $count ->
    [0] None of { $all } places is taken
    [one] 1 place of { $all } is taken
   *[other] { $count } places of { $all } are taken
}
coming-waiting = { $count ->
    [one] 1 place is asked for
   *[other] { $count } places are asked for
}
coming-overbooked = { $count ->
    [one] 1 place more is taken than there is now
   *[other] { $count } places more are taken than there are now
}
coming-own = You come.
coming-own-confirmed = Your place is confirmed.
coming-own-asked = You have asked for a place. Whoever gives them decides.
coming-own-lapsed = You were given a place when there was no room left: you have none.
coming-own-declined = You were not given a place.
coming-state = comes
coming-state-confirmed = has a place
coming-state-asked = waits
coming-state-lapsed = no room left
coming-state-declined = declined
coming-person = { $places ->
    [one] { $name }
   *[other] { $name } ({ $places } places)
}
coming-give = Give { $name } a place
coming-give-all = Give places to all who wait
coming-decline = Decline { $name }’s place
coming-more = Show { $count } more

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
