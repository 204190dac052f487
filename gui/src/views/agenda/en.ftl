# Agenda
agenda-day = Day
agenda-week = Week
agenda-month = Month
agenda-list = List
agenda-today = Today
agenda-before = Before
agenda-after = After
agenda-new = Add an event
agenda-more = { $count } more
agenda-elsewhere = There: { $span }, { $zone }
agenda-none = Nothing is planned this month
agenda-none-next = Events of the territory chosen on the map appear here. Add the first one, look at another month, or follow a wider territory.
agenda-none-filtered = Only what you look for on the map is shown here. Clear the filters to see all events of the territory.
agenda-none-new = Add the first one
agenda-none-widen = Widen the territory
agenda-not-yours = Only who made an event can move it.
agenda-repeats = It takes place again and again: open it to change its times.
