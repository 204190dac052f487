# Map
map-name = Map
map-zoom-in = Zoom in
map-zoom-out = Zoom out
map-home = Back home
map-mark-many = { $name } and { $others } more
map-spot-more = { $count ->
    [one] and 1 more: search to narrow it down
   *[other] and { $shown } more: search to narrow it down
}
