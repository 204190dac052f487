# My devices
devices-explain = Each device has a key of its own and writes in your name. You are one person, with one vote, however many devices you have.
devices-speak = They speak for you
devices-out = Taken out
devices-out-note = Of what they wrote, what had arrived here when they were taken out counts.
devices-out-explain = This device was taken out of your identity, for good: nothing that it writes counts any more. If that was you, remove Communaut’s data here. To use this machine again, begin with an empty data folder and come in by a code from another device. If it was not you, recover your identity by its phrase in an empty data folder: that takes all other devices out.
devices-contested-explain = Your identity was recovered more than once by one phrase: somebody else may have found it. None of these recoveries counts, and nothing that was done after them; everything is as it was before, and the devices that spoke then speak. A further recovery by the same phrase changes nothing.
devices-contested-decided = The phrase that decides says which of them counts: communaut-node identity decide.
devices-contested-nobody = This identity was made without a phrase that decides, so nobody can say which of them counts.
devices-frozen-explain = Two of your devices have changed your identity at the same time, and nobody can tell which of them is right. Until you decide, no device comes in or goes; what your devices write still counts. Your recovery phrase decides, on the device that you hold in your hands: it stays, and all others are taken out.
devices-decide = Decide by the phrase
device-this = this one
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

# Coming back
since-out = Then nothing counts of it that says to be later, also if it has arrived here.
