# Bringing a file in
import-button = Bring in a file
follow-wider-button = Follow more

# Search and list
search-name = Search
search-hint = What are you looking for?
search-clear = Clear the search
found-count = { $count ->
    [one] 1 result
   *[other] { $shown } results
}
found-order-distance = nearest first
found-order-match = best match first
found-door = Door
found-beside = Door beside
found-street = Street
found-in-map = from the street map { $map }
nothing-filtered = Nothing matches
nothing-filtered-next = Try fewer words, other kinds, or a larger territory.
nothing-followed-next = Follow a town or a district: what others publish there arrives here.
nothing-followed-button = Follow a territory
nothing-here = Nothing is known here yet
nothing-here-next = It arrives when a neighbour who holds it is in reach. You can begin: add the first place, organisation or event.

# Element
element-new = Add something

# Territories
territory-everywhere = Everywhere
territory-look-in = Look in

# Filters
filters = Filters
filter-open = open now
filter-distance = Not further than
filter-ring = And around the territory
filter-ring-by = + { $km } km
hit-also = { $count ->
    [one] said by 1 more
   *[other] said by { $count } more
}
hit-around = outside the territory
ahead-now = now
ahead-day = within a day
ahead-week = within a week
ahead-month = within a month
ahead-later = later
ahead-past = past

# Kept searches
kept-title = Kept searches
kept-with-new = Kept searches: { $count ->
    [one] 1 new
   *[other] { $shown } new
}
kept-none = No search is kept yet.
kept-hint = Type something or choose a filter: then you can keep it here, and be told what is new.
kept-name = Keep what you look for as
kept-keep = Keep this search
kept-already = “{ $name }” is kept already: choose another name, or forget it first.
kept-forget = Forget { $name }
kept-leave = Leave { $name }
kept-new = { $count ->
    [one] 1 new
   *[other] { $shown } new
}
kept-changed = { $count ->
    [one] 1 changed
   *[other] { $shown } changed
}
kept-nothing-new = nothing new
hit-new = new
hit-changed = changed
nothing-open = { $count ->
    [one] 1 is known, and it is not open then
   *[other] { $shown } are known, and none is open then
}
nothing-open-next = Some say no hours at all, or none that can be read.
nothing-open-words = Leave out “open” to see them; some say no hours at all.
nothing-open-button = Show those that are closed too

# Elsewhere
offered = Look around
around-place = Within { $distance } of { $place }
around-leave = Look around { $place } no longer
