# Lieux
place-hint = Tapez le début de son nom
place-unknown = Aucun lieu de ce nom. Essayez la ville la plus proche, ou cliquez sur la carte.
place-people = { $country } · { $people } habitants
place-former = ancienne commune
place-intercommunality = intercommunalité
place-departement = département
place-region = région
place-country = pays

# Territoires
territory-explain = Cet appareil reçoit et garde ce qui est publié dans les territoires qu’il suit.
territory-elements = { $count ->
    [one] 1 élément
   *[other] { $shown } éléments
}
territory-unfollow = Ne plus suivre
territory-unfollow-name = Ne plus suivre { $name }
territory-another = En suivre un autre
territory-place = Sa commune
territory-radius = Autour
territory-follow = Suivre { $name }
territory-draw = Le dessiner sur la carte
territory-draw-name = Modifier le contour de { $name }
territory-unfollowed = Plus suivi. Ce qui est arrivé reste sur cet appareil.
territory-known = Connus ici
territory-outlines = Avec son vrai contour
territory-outline-level = limite, niveau { $level }, du plan { $map }
territory-outline-place = contour d’un lieu, du plan { $map }
territory-outline-incomplete = { $name } : le plan { $map } n’a pas tout son contour.
