# Erasing and hiding
erase = Erase for good
erase-instead = Erase it for good instead…
erase-title = Erase “{ $what }” for good?
erase-explain = What you wrote goes from this device at once, and from the others as soon as they hear of it. That something stood here, who wrote it and when, stays to be seen.
erase-recall = This cannot be undone, and it does not reach everything: a copy that never syncs again, and what somebody has read, copied or photographed, cannot be recalled.
erase-confirm = Erase it for good
erase-done = Erased here. The others drop it when they hear of it.
hide = Hide as a moderator
hide-title = Hide “{ $what }”?
hide-explain = It is shown no longer, here and with everyone who hears of it, and is dropped after 7 days. Until then it can be taken back. Your name and the reason stay for all to read.
hide-recall = What cannot be recalled: a copy that never syncs again, and what somebody has read or copied before.
hide-reason = Why
hide-reason-hint = A few words for who wrote it; everyone can read them
hide-confirm = Hide it
hide-done = Hidden. For 7 days it can be taken back, under “What was erased”.

# What was erased
page-erasures = What was erased
erased-explain = What was erased is shown no longer, and goes from every device that hears of it. A copy that never syncs again cannot be recalled, nor what somebody has read or copied before.
erased-none = Nothing was erased
erased-none-next = What you erase stands here, and what was erased in the communities that you follow: by whom, when and why.
erased-mine = By you, and on your wall
erased-somebody = somebody not known here
erased-what = { $count ->
    [one] 1 entry of { $name }
   *[other] { $count } entries of { $name }
}
erased-by = by { $name } · { $ago }
erased-reason = “{ $reason }”
erased-hidden = hidden
erased-for-good = erased for good
erased-voided = taken back
erased-until = Can be taken back until { $day }
erased-void = Take it back
erased-void-done = Taken back: it is shown again as soon as it is here.

# Roles and what was done
role-title = { $name }: from { $before } to { $after }?
role-leave-title = Leave { $name }?
role-means-none = Without a role one neither votes nor proposes here. What was written stays, and so does the record of it.
role-means-member = Members vote and propose.
role-means-contributor = Contributors vote and propose, and make events and projects in this space.
role-means-moderator = Moderators also admit and let go members, change what stands here, and hide what others wrote.
role-means-leader = Leaders give and take every role, also yours.
role-closed = What could be read before can still be read by who goes; what is written from then on is sealed under a new key.
role-last-leader = There is no other leader. Afterwards nobody can give or take the roles of moderators and leaders.
role-leave = Leave
role-let-go = Let go
role-confirm = Change the role
audit-title = Who did what
audit-explain = Every act on roles, and everything that was hidden, whether it counts or not.
audit-none = Nobody was given a role, and nothing was hidden.
audit-gave = { $by } made { $name } { $role }
audit-took = { $by } took { $name }’s role
audit-left = { $by } left
audit-hid = { $count ->
    [one] { $by } hid 1 entry: { $reason }
   *[other] { $by } hid { $count } entries: { $reason }
}
audit-no-reason = no reason given
audit-void-act = { $by } took an erasure back
audit-void = does not count
audit-void-explain = Its author had no right to it, or a revocation has made it void (§8.1).

# Who reads
audience-title = Who reads this
audience-everyone = Everyone who can read this wall
audience-members = Its members, and nobody else
audience-named = Named persons
audience-who = For whom
audience-explain = Only they and you can read it. That you write here, when, and to about how many devices, can be seen.
post-hint-private = What do you want to say?
private-named = for named persons
private-members = members only
invited = { $name } invites you into a closed community ({ $id }). What it is called and says can be read by members only.
invited-join = Accept
invited-later = Later
invited-joined = You belong to it now. What it holds comes from the other members.
editor-closed = Closed: only members find and read it
editor-closed-explain = Protected: that it exists, who belongs, what is said. Not protected: what a member passes on, and what somebody who leaves could read before. Fixed from the start.
editor-members = What you save is signed with your name, and only members can read it.
