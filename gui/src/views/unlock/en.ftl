# Opening what is on this computer
unlock-welcome = Welcome
unlock-title = Open Communaut
unlock-explain = Type the passphrase you chose for this computer. It goes nowhere else.
unlock-passphrase = Passphrase
unlock-open = Open
unlock-lacks = Type your passphrase first.
unlock-busy = Opening…
unlock-forgotten = Nobody can give you back a forgotten passphrase.
unlock-waiting = Your desktop’s keyring is being asked
unlock-again = Try again
unlock-wrong = That’s another passphrase. Check capitals and the keyboard’s language, then type it again.
unlock-held = Another window or program is using this data folder. Close it, then try again.
unlock-desktop = Your keys couldn’t be opened: { $why }
unlock-failed = That didn’t work: { $why }

# A passphrase, later
protect-title = Protect Communaut on this computer
protect-explain = So nobody else can write or read as you. The passphrase is asked for each time you open Communaut.
protect-hint = Four or five words taken at random are a good one.
protect-again = The same again
protect-short = At least { $count } characters, please.
protect-differ = The two are not the same.
protect-button = Protect
protect-busy = One moment…
protect-done = From now on your passphrase opens Communaut.
protect-broke = it stopped halfway; the settings show how your keys are kept now
protect-not-here = this is changed with communaut-node keys seal
protect-later = Later
