# Carte
map-name = Carte
map-zoom-in = Zoomer
map-zoom-out = Zoom arrière
map-home = Revenir chez soi
map-mark-many = { $name } et { $others } de plus

# Dessiner un territoire
draw-new = Dessiner un territoire
draw-change = Modifier son contour
draw-name = Nom
draw-name-hint = Votre quartier, votre vallée…
draw-hint = Cliquez sur la carte pour poser les points du contour. Au clavier : Entrée mène du nom à la carte, les flèches la déplacent, ainsi que le point choisi.
draw-corners = { $count ->
    [one] 1 point
   *[other] { $count } points
}
draw-corner = Point { $number } sur { $count }
draw-close = Cliquez sur le premier point pour terminer.
draw-simplified = Le contour avait plus de points : il garde ceux qui comptent le plus.
draw-crossing = Deux côtés se croisent. Déplacez un point, ou défaites le dernier geste.
draw-many = On ne peut pas dessiner plus de { $count } points à la main.
draw-undo = Défaire
draw-redo = Refaire
draw-add = Point ici
draw-add-hint = Pose un point sous la croix, au milieu de la carte
draw-publish = Le publier, pour que d’autres puissent aussi le suivre
draw-follow = Suivre ce territoire
draw-save = Enregistrer le contour
draw-unsaved = Votre dessin n’est pas encore enregistré : enregistrez-le ou annulez.
draw-no-outline = Ce territoire est fait de cases et n’a pas de contour à modifier. Dessinez-en un autre par-dessus.
draw-saved = { $name } a son nouveau contour.
