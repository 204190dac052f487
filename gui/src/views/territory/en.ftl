# Places
place-hint = Type the beginning of its name
place-unknown = No place of that name. Try its nearest town, or click the map.
place-people = { $country } · { $people } inhabitants
place-former = former commune
place-intercommunality = intercommunality
place-departement = department
place-region = region
place-country = country

# Territories
territory-explain = This device receives and keeps what is published in the territories that it follows.
territory-elements = { $count ->
    [one] 1 element
   *[other] { $shown } elements
}
territory-unfollow = Stop following
territory-unfollow-name = Stop following { $name }
territory-another = Follow another
territory-place = Its town
territory-radius = Around it
territory-follow = Follow { $name }
territory-draw = Draw it on the map
territory-draw-name = Change the outline of { $name }
territory-unfollowed = No longer followed. What has arrived stays on this device.
territory-known = Known here
territory-outlines = With its own outline
territory-outline-level = boundary, level { $level }, from the street map { $map }
territory-outline-place = outline of a place, from the street map { $map }
territory-outline-incomplete = { $name }: the street map { $map } does not have all of its outline.
