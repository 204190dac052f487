# The shell
page-map = Map
page-agenda = Agenda
page-governance = Decisions
page-network = Network
page-settings = Settings
loading = Reading what this device holds…
importing = Importing { $file }: { $read } records read
save = Save
cancel = Cancel
close = Close
and-more = { $count ->
    [one] and 1 more
   *[other] and { $shown } more
}
sample = sample
sample-explain = Made for a demonstration: nobody really said this.
failure = { $what }: { $why }
failure-invalid = This cannot be taken as it is
failure-not-found = Not found here
failure-not-allowed = A rule does not allow it
failure-no-identity = There is no identity yet
failure-already-initialised = There is an identity already
failure-io = A file could not be read or written
failure-busy = Too much is under way
failure-stopped = The node has stopped
failure-internal = A fault in the program

mishap-title = This part of the window failed
mishap-explain = It is a fault in the program, not in what you hold. Nothing is lost: what you have typed is still there. Try again, or go to another page.
mishap-again = Try again
mishap-report = A report lies on this device. It says where the program failed, and nothing of what you read or wrote. You may send it to those who make the program:
graphics-failed = The graphics failed, and the window was opened anew. Nothing is lost.
frame-cut = There is more here than can be drawn at once.

# Kinds
kind-person = Person
kind-organisation = Organisation
kind-project = Project
kind-event = Event
kind-place = Place
kinds-person = People
kinds-organisation = Organisations
kinds-project = Projects
kinds-event = Events
kinds-place = Places
role-member = member
role-contributor = contributor
role-moderator = moderator
role-leader = leader

# Time
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
weekday-0 = Monday
weekday-1 = Tuesday
weekday-2 = Wednesday
weekday-3 = Thursday
weekday-4 = Friday
weekday-5 = Saturday
weekday-6 = Sunday
ago-now = just now
ago-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}

# First run
first-title = Welcome
first-explain = Communaut shows what is around you, and lets you take part. There is no server: this device keeps its own copy and shares it with its neighbours.
first-who = Who are you?
first-name = Your name
first-name-hint = As you want to be called
first-where = Where are you?
first-place = Your town or district
first-or-click = Or click the map. Your home is as exact as you choose it to be.
first-here = Here: { $place }
first-done = Begin
first-busy = One moment…
first-privacy = Your name, and the place that you choose here, are public: anyone who follows this territory receives them.
first-around-me = Around me

# Places
place-hint = Type the beginning of its name
place-unknown = No place of that name. Try its nearest town, or click the map.
place-people = { $country } · { $people } inhabitants
