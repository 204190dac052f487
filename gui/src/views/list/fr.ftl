# Importer un fichier
import-button = Importer un fichier
follow-wider-button = Élargir

# Recherche et liste
search-name = Rechercher
search-hint = Que cherchez-vous ?
search-clear = Effacer la recherche
found-count = { $count ->
    [one] 1 résultat
   *[other] { $shown } résultats
}
found-order-distance = du plus proche au plus lointain
found-order-match = les plus pertinents d’abord
found-door = Adresse
found-beside = Numéro voisin
found-street = Rue
found-in-map = du plan { $map }
nothing-filtered = Rien ne correspond
nothing-filtered-next = Essayez moins de mots, d’autres genres ou un territoire plus grand.
nothing-followed-next = Suivez une commune ou un quartier : ce que d’autres y publient arrive ici.
nothing-followed-button = Suivre un territoire
nothing-here = Rien n’est encore connu ici
nothing-here-next = Les informations arrivent dès qu’un voisin qui les a est joignable. Vous pouvez commencer : ajoutez le premier lieu, la première organisation ou le premier événement.

# Élément
element-new = Ajouter

# Territoires
territory-everywhere = Partout
territory-look-in = Chercher dans

# Filtres
filters = Filtres
filter-open = ouvert maintenant
filter-distance = Pas plus loin que
filter-ring = Et autour du territoire
filter-ring-by = + { $km } km
hit-also = { $count ->
    [one] figure aussi dans une autre fiche
   *[other] figure aussi dans { $count } autres fiches
}
hit-around = hors du territoire
ahead-now = en ce moment
ahead-day = d’ici 24 heures
ahead-week = d’ici une semaine
ahead-month = d’ici un mois
ahead-later = plus tard
ahead-past = passés

# Recherches gardées
kept-title = Recherches gardées
kept-with-new = Recherches gardées : { $count ->
    [one] 1 nouveauté
   *[other] { $shown } nouveautés
}
kept-none = Aucune recherche gardée pour l’instant.
kept-hint = Tapez quelques mots ou choisissez un filtre : vous pourrez garder la recherche ici et voir ce qui est nouveau.
kept-name = Garder cette recherche sous le nom
kept-keep = Garder cette recherche
kept-already = « { $name } » existe déjà : choisissez un autre nom ou supprimez-la d’abord.
kept-forget = Supprimer { $name }
kept-leave = Quitter { $name }
kept-new = { $count ->
    [one] 1 nouveauté
   *[other] { $shown } nouveautés
}
kept-changed = { $count ->
    [one] 1 changement
   *[other] { $shown } changements
}
kept-nothing-new = rien de nouveau
hit-new = nouveau
hit-changed = modifié
nothing-open = { $count ->
    [one] 1 est connu, mais il n’est pas ouvert à ce moment-là
   *[other] { $shown } sont connus, mais aucun n’est ouvert à ce moment-là
}
nothing-open-next = Certains n’indiquent pas d’horaires, ou pas d’horaires lisibles.
nothing-open-words = Enlevez « ouvert » pour les voir ; certains n’indiquent pas d’horaires.
nothing-open-button = Montrer aussi ce qui est fermé

# Ailleurs
offered = Chercher autour de
around-place = À moins de { $distance } de { $place }
around-leave = Ne plus chercher autour de { $place }
