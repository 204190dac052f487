# Agenda
agenda-month = Month
agenda-list = List
agenda-today = Today
agenda-before = Month before
agenda-after = Month after
agenda-new = Add an event
agenda-more = { $count } more
agenda-elsewhere = { $span } there
agenda-none = Nothing is planned this month
agenda-none-next = Events of the territory and the words that you chose on the map appear here. Add the first one, or look at another month.
