# Carte
map-name = Carte
map-zoom-in = Zoomer
map-zoom-out = Zoom arrière
map-home = Revenir chez soi
map-mark-many = { $name } et { $others } de plus
map-spot-more = { $count ->
    [one] et 1 de plus : affinez par une recherche
   *[other] et { $shown } de plus : affinez par une recherche
}
