# Erasing and hiding
erase-title = Erase “{ $what }” for good?
erase-explain = What you wrote goes from this device at once, and from the others as soon as they hear of it. That something stood here, who wrote it and when, stays to be seen.
erase-recall = This cannot be undone, and it does not reach everything: a copy that never syncs again, and what somebody has read, copied or photographed, cannot be recalled.
erase-confirm = Erase it for good
erase-done = Erased here. The others drop it when they hear of it.
hide-title = Hide “{ $what }”?
hide-explain = It is shown no longer, here and with everyone who hears of it, and is dropped after 7 days. Until then it can be taken back. Your name and the reason stay for all to read.
hide-recall = What cannot be recalled: a copy that never syncs again, and what somebody has read or copied before.
hide-reason = Why
hide-reason-hint = A few words for who wrote it; everyone can read them
hide-confirm = Hide it
hide-done = Hidden. For 7 days it can be taken back, under “What was erased”.
