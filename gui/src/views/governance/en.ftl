# Decisions
gov-waiting = Waits for you
gov-waiting-none = No vote waits for you.
gov-mine = Your communities
gov-others = Others that you follow
gov-role = You are { $role } here
gov-role-none = You are not a member
gov-proposals-none = No proposal yet.
gov-propose = Propose
gov-members = Members
gov-members-count = { $count ->
    [one] 1 member
   *[other] { $count } members
}
gov-nobody = You belong to no community yet
gov-nobody-next = Make an organisation or a project on the map: it has its own members and votes. Or ask to be admitted to one that you find there.
gov-nobody-button = Make an organisation
gov-back = Back to the decisions
gov-by = Proposed by { $name } in { $community }
gov-text-erase = Erase these reasons
gov-text-hide = Hide these reasons
gov-text-erased = The reasons given for it were erased.
gov-status-open = Open
gov-status-accepted = Accepted
gov-status-rejected = Rejected
gov-status-disputed = Disputed
gov-yes = Yes
gov-no = No
gov-blank = Blank
gov-estimate = An estimate: votes may still be on their way. The result stands once { $teller } has closed the vote.
gov-certified = The result, as { $teller } has certified it.
gov-disputed = The certificate of { $teller } does not match what is held on this device.
gov-incomplete = The list of those who may vote has not wholly arrived yet.
gov-turnout = { $turnout } of { $electorate } have voted · { $needed } needed
gov-closes = Meant to be closed on { $day }
gov-my-vote = Your vote
gov-my-vote-said = You voted “{ $choice }”. You may change it until the vote is closed.
gov-no-vote = Only those who were members when this was proposed may vote.
gov-close = Close and count
gov-close-title = Close this vote?
gov-close-explain = You count and certify what has arrived here. Ballots that come later change nothing.
gov-closed = Closed and certified.
gov-voted = Your vote is written.
gov-ballots = Who voted
gov-ballots-none = Nobody yet.
gov-conflicting = ballots that contradict each other: none counts
gov-refused = Ballots that do not count
gov-form-title = Your question
gov-form-title-hint = Shall we plant lemon trees on the square?
gov-form-text = Why
gov-form-text-hint = What it is about, what it costs, who would do it
gov-form-quorum = How many must take part
gov-form-days = To be closed in (days)
gov-form-send = Ask the members
gov-proposed = The proposal is published.
gov-role-saved = The role is written.
gov-role-take = no role
gov-role-of = Role of { $name }
gov-admit = Admit
gov-admit-who = A person you have met
gov-me = you
gov-certificates = Certificates
gov-certificate = { $teller } counted { $yes } yes, { $no } no and { $blank } blank, of { $electorate } who may vote.
gov-certificate-checked = Checked on this device: the ballots held here add up to the same.
gov-certificate-missing = { $count ->
    [one] 1 ballot that it lists has not arrived here.
   *[other] { $count } ballots that it lists have not arrived here.
}
gov-certificate-differs = The ballots held here, or the list of those who may vote, add up to something else (§8.5).
gov-disputed-two = There are certificates that contradict each other.
gov-disputed-here = Above is what the ballots held on this device add up to; below what was certified.
gov-admit-all = Everyone whom this device has met is a member already.

# Roles and what was done
role-title = { $name }: from { $before } to { $after }?
role-leave-title = Leave { $name }?
role-means-none = Without a role one neither votes nor proposes here. What was written stays, and so does the record of it.
role-means-member = Members vote and propose.
role-means-contributor = Contributors vote and propose, and make events and projects in this space.
role-means-moderator = Moderators also admit and let go members, change what stands here, and hide what others wrote.
role-means-leader = Leaders give every role, and take it from all but their equals and leaders nearer to the founder. While the founder leads, they can undo what leaders do.
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
