# Settings
safety-title = Devices and recovery
safety-open = Open
safety-erasures = In your communities, and by yourself
safety-phrase-waits = Not written down yet
safety-phrase-written = On paper; this device does not hold it
settings-look = Appearance
settings-language = Language
settings-theme = Theme
settings-theme-system = As the system
settings-theme-light = Light
settings-theme-dark = Dark
settings-size = Size of letters
settings-percent = { $size } %
settings-still = No animations
settings-keys = Keyboard
keys-pages = the pages
keys-search = search
keys-home-key = Home
keys-home = the map, where you live
keys-back = one step back
keys-history = back and forward
keys-size = larger and smaller letters
keys-next = next control
me-title = You
me-about = About you
me-about-hint = A few lines, public
me-saved = Saved.
me-wall = See my wall
me-id = Your identity
me-device = This device
me-devices = { $count ->
    [one] 1 device speaks for you
   *[other] { $count } devices speak for you
}
settings-sample = Sample village
keys-help = what one can do here
safety-keys = Your keys on this computer
safety-keys-passphrase = Protected by your passphrase
safety-keys-desktop = In your desktop’s keyring; they open with your session
safety-keys-unsealed = Not protected: whoever gets at this computer’s disk can write as you
safety-protect = Use a passphrase
