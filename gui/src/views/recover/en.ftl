# Coming back
recover-by-code = Another device is at hand
recover-by-phrase = By phrase or shares
recover-code-explain = On your other device: Settings, My devices, Show a code.
recover-code = The code shown there
recover-code-hint = communautdevice1…
recover-label = What to call this device
recover-label-hint = Laptop in the kitchen. Anyone can read it
recover-join = Come in
recover-lacks-code = Paste the code that your other device shows.
recover-lacks-secret = Type the 24 words first, or shares, one a line.
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
