# Who was here before
first-returns = I already use Communaut
first-returning = Welcome back

# The welcome
first-title = See what’s happening near you
first-explain = Join in, meet your neighbours, decide together. No server: everything goes from device to device.
first-place = Where? Your town or district
first-or-click = Or click the map: your place is as exact as you choose.
first-here = Here: { $place }
first-on = Go on
first-back = Back
first-lacks-place = Choose a place first: type its name and take one from the list, or click the map.
first-here-is = Here is { $place }
first-around-explain = This device keeps what people publish inside the circle. You can change it whenever you like.
first-radius = Around it
first-held = { $count ->
    [0] Nothing from here yet: it comes with your neighbours
    [one] 1 thing from here already
   *[other] { $shown } things from here already
}
first-offline = No network: neighbours are found later
first-looking = { $count ->
    [one] Looking for neighbours on your network… 1 second
   *[other] Looking for neighbours on your network… { $count } seconds
}
first-alone = Nobody on your network yet. The search goes on
first-met = { $count ->
    [one] 1 neighbour found, not connected yet
   *[other] { $count } neighbours found, not connected yet
}
first-connected = { $count ->
    [one] 1 neighbour connected
   *[other] { $count } neighbours connected
}
first-streets = A street map is here
first-no-streets = No street map yet: one file brings it
first-import = Then bring in a file of places
first-import-explain = OpenStreetMap, a town’s open data, a spreadsheet, a calendar. You choose it at the end.
first-who = What’s your name?
first-name-hint = Camille, or any name you like
first-privacy = Everyone here can see this name and the place you chose. A made-up name is fine.
first-lacks-name = Type a name first: any name you want to be called by.
first-simple-explain = Five large buttons. You can change this in the settings.
first-done = Let’s go
first-busy = One moment…
first-around-me = Around me
