# Simple mode
simple-title = Hello { $name }
simple-look = Look around
simple-look-explain = The map and what’s near you
simple-write = Write something
simple-write-explain = A word to everyone around
simple-on = What’s on
simple-on-explain = Events today and in the coming days
simple-groups = My groups
simple-groups-explain = Questions to decide, and who belongs
simple-settings = Settings
simple-settings-explain = Your name, language and safety
simple-back = Back to the five choices
simple-leave = Show everything
help-open = What can I do here?
