# What has to be known on every page
notice-phrase = Your recovery phrase is not written down yet. Without it, an identity whose devices are lost does not come back.
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
