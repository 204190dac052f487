# What has to be known on every page
notice-phrase = Your recovery phrase is not written down yet. Without it, an identity whose devices are lost does not come back.
notice-phrase-button = Write it down
notice-frozen = Your identity is frozen: two of your devices have changed it at the same time.
notice-out = This device was taken out of your identity. Nothing that it writes counts any more.
notice-look = See what to do

# Settings
page-devices = My devices
page-phrase = Recovery phrase
back-settings = Back to the settings
safety-title = Devices and recovery
safety-open = Open
safety-erasures = In your communities, and by yourself
safety-phrase-waits = Not written down yet
safety-phrase-written = On paper; this device does not hold it

# My devices
devices-explain = Each device has a key of its own and writes in your name. You are one person, with one vote, however many devices you have.
devices-speak = They speak for you
devices-out = Taken out
devices-out-note = Of what they wrote, what had arrived here when they were taken out counts.
devices-out-explain = This device was taken out of your identity, for good: nothing that it writes counts any more. If that was you, remove Communaut’s data here. To use this machine again, begin with an empty data folder and come in by a code from another device. If it was not you, recover your identity by its phrase in an empty data folder: that takes all other devices out.
devices-frozen-explain = Two of your devices have changed your identity at the same time, and nobody can tell which of them is right. Until you decide, no device comes in or goes; what your devices write still counts. Your recovery phrase decides, on the device that you hold in your hands: it stays, and all others are taken out.
devices-decide = Decide by the phrase
device-this = this one
device-nameless = a device without a name
device-out = Take out
device-out-name = Take out { $name }
device-out-title = Take “{ $name }” out?
device-out-keeps = What it wrote stays, as far as it has arrived here.
device-out-ends = Nothing that it writes later counts, wherever it is. This is for good: the same device does not come back.
device-out-this = It is the device that you are using. It speaks for you no longer, and only another of your devices or your phrase lets you go on.
device-out-confirm = Take it out for good
device-out-done = The device is taken out.
device-add = Another device
device-add-explain = On the other device open Communaut, choose “I have one already”, and give it the code that you get here. Both have to reach each other, on one network for instance.
device-code-show = Show a code
device-code-copy = Copy the code
device-code-squares = The same code, for a camera
device-code-until = Good for one device, until { $time }
device-code-secret = Whoever has this code within that time can come in as you: show it to nobody else.
device-code-over = The code is over. Ask for a new one.
device-came-in = { $name } has come in and speaks for you.

# The recovery phrase
phrase-explain = These 24 words bring your identity back when all your devices are lost, stolen or broken, and take out a device that somebody else holds. Whoever has them is you.
phrase-before = Take paper and a pen, and see that nobody looks on. A photo or a note on a device is no safe place.
phrase-show = Show the words
phrase-write = Write them down on paper, in this order.
phrase-id = Write this down beside them: it is your identity, and helps to find it again. It is no secret.
phrase-written = I have written it down
phrase-check = Type the words from your paper. When they are right, this device forgets them.
phrase-check-button = Check
phrase-again = Look at the words again
phrase-field = All 24 words
phrase-field-hint = In French or English, with spaces between them
phrase-count = { $count } of { $all } words
phrase-confirmed = Right. The phrase is on your paper now, and on no device.
phrase-gone = On your paper, and not here
phrase-gone-explain = This device no longer holds the phrase, and cannot show it again. Keep the paper where you would keep a deed.
shares-title = Shares for friends
shares-explain = Instead of one paper, or beside it, the phrase can be divided among friends: some of them together bring you back, fewer learn nothing.
shares-enough = So many are enough:
shares-count = of
shares-make = Make the shares
shares-give = Give each share to another person, each by a way of its own. { $enough } of them together can take over your identity. They are shown once: they are gone when you leave this page.
shares-one = Share { $number } of { $all }

# Coming back
first-new = A new identity
first-returns = I have one already
recover-by-code = Another device is at hand
recover-by-phrase = By phrase or shares
recover-code-explain = On your other device: Settings, My devices, Show a code.
recover-code = The code shown there
recover-code-hint = communautdevice1…
recover-label = What to call this device
recover-label-hint = Laptop in the kitchen. Anyone can read it
recover-join = Come in
recover-joining = Looking for the other device. This takes a minute at most.
recover-joined = You have come in. This device speaks for { $name }.
recover-secret = The 24 words, or shares, one a line
recover-secret-hint = In French or English
recover-where = Where is it found?
recover-where-explain = Your neighbours hold your identity. One of these is enough; shares say by themselves whose they are.
recover-place = The town where you wrote
recover-id = Your identity, if it stands beside the phrase
recover-id-hint = 64 letters and digits
recover-bad-id = An identity has 64 characters, 0 to 9 and a to f: look at what you typed.
recover-address = Address of a node, if none is on your network
recover-button = Recover
recover-busy = Recovering…
recover-waits = It is tried again with whatever arrives.
recover-stop = Stop
recover-reject = Which of them were no longer in your hands? Nothing that they wrote is accepted.
since = In somebody else’s hands since (a date; may be empty)
since-hint = 2026-09-12
since-out = Then nothing counts of it that says to be later, also if it has arrived here.
since-recover = Then nothing counts of your other devices that says to be later, also if it has arrived here.
recovered-title = Welcome back, { $name }.
recovered-speaks = This device speaks for you from now on.
recovered-out = { $count ->
    [0] No other device had to be taken out.
    [one] 1 other device was taken out.
   *[other] { $count } other devices were taken out.
}
recovered-keys = { $count ->
    [0] No key to anything private came back.
    [one] 1 key to something private came back.
   *[other] { $count } keys to what is private came back.
}
recovered-all-out = All devices that are out:
recovered-keep = The same phrase is good for the next time, too: keep it.
recovered-go = Go on
