# Wall
post-label = Write on this wall
post-busy = Writing…
post-room = { $count } bytes left

# Who reads
audience-title = Who reads this
audience-everyone = Everyone who can read this wall
audience-members = Its members, and nobody else
audience-named = Named persons
audience-who = For whom
audience-explain = Only they and you can read it. That you write here, when, and to about how many devices, can be seen.
post-hint-private = What do you want to say?
