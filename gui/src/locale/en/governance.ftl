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
gov-rule-not-in-electorate = not a member when it was proposed (§8.3)
gov-rule-conflicting = contradicts another ballot of the same person (§8.4)
gov-rule-not-a-teller = not the one who may close (§8.5)
gov-rule-mismatch = does not match what is held here (§8.5)
gov-rule-may-not-propose = not a member, who alone may propose (§8.2)
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
gov-more = { $count } more
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
gov-admit-who-hint = Type a name
gov-admit-nobody = Nobody whom this device has met fits.
gov-admit-more = { $count } more: type more of the name.
gov-admit-all = Everyone whom this device has met is a member already.
