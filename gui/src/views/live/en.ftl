# What is said around here
live-write = Say something around { $place }
live-home = your home
live-none = Nobody has said anything here yet
live-none-next = Write the first words, or follow another territory.
live-on = on the wall of { $name }
live-where = show on the map
