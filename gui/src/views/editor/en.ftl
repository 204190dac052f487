# Element
field-hours-hint = Mo-Fr 09:00-18:00
field-tags-hint = Separated by commas
field-parent-none = nothing else
event-start-date = Begins on
event-start-time = at
event-end-date = Ends on
event-end-time = at
event-zone = Time zone
event-whole-days = Whole days, without hours
event-last-day = Last day
event-again = Repeats
event-until = Until
event-until-none = no end

# Editor
editor-new = Something new
editor-change = Change
editor-saved = Saved, and on its way to your neighbours.
editor-place-pick = Click the map to say where it is.
editor-place-move = Click the map to move it.
editor-hours-understood = Understood: { $hours }
editor-hours-words = Not understood as opening hours: kept as it is written, and not found by “open now”.
editor-public = What you save is public and signed with your name.

# Who reads
editor-closed = Closed: only members find and read it
editor-closed-explain = Protected: that it exists, who belongs, what is said. Not protected: what a member passes on, and what somebody who leaves could read before. Fixed from the start.
editor-members = What you save is signed with your name, and only members can read it.
