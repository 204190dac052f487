# What was erased
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
