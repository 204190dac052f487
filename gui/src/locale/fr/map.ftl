# Recherche et liste
search-name = Rechercher
search-hint = Que cherchez-vous ?
search-clear = Effacer la recherche
searching = Recherche…
found-count = { $count ->
    [one] 1 résultat
   *[other] { $shown } résultats
}
found-order-distance = du plus proche au plus lointain
found-order-match = les plus pertinents d’abord
why-name = trouvé par le nom
why-tag = trouvé par une étiquette
why-text = trouvé dans le texte
why-distance = par distance
why-date = par date
why-alphabetical = par ordre alphabétique
nothing-filtered = Rien ne correspond
nothing-filtered-next = Essayez moins de mots, d’autres genres ou un territoire plus grand.
nothing-filtered-button = Effacer les filtres
nothing-followed = Vous ne suivez encore aucun territoire
nothing-followed-next = Suivez une commune ou un quartier : ce que d’autres y publient arrive ici.
nothing-followed-button = Suivre un territoire
nothing-here = Rien n’est encore connu ici
nothing-here-next = Cela arrive quand un voisin qui le détient est à portée. Vous pouvez commencer : ajoutez le premier lieu, la première organisation ou le premier événement.

# Carte
map-name = Carte
map-zoom-in = Zoomer
map-zoom-out = Dézoomer
map-home = Revenir chez soi
map-mark-many = { $name } et { $others } de plus
map-spot-more = { $count ->
    [one] et 1 de plus : affinez par une recherche
   *[other] et { $shown } de plus : affinez par une recherche
}

# Élément
element-new = Ajouter
element-close = Retour à la liste
element-edit = Modifier
element-on-map = Montrer sur la carte
element-away = à { $distance }
element-updated = Modifié { $ago }
element-gone = Ce n’est plus ici
element-gone-next = Son auteur l’a retiré, ou cet appareil ne le détient plus.
element-members = { $count ->
    [one] 1 membre
   *[other] { $count } membres
}
element-proposals = { $count ->
    [0] aucune proposition
    [one] 1 proposition
   *[other] { $count } propositions
}
element-decisions = Voir les décisions
element-follow = Suivre
element-unfollow = Ne plus suivre
element-followers = { $count ->
    [one] 1 personne suit ceci
   *[other] { $count } personnes suivent ceci
}
retract = Retirer
retract-title = Retirer « { $name } » ?
retract-explain = Cela n’est plus montré, ni ici ni chez celles et ceux qui reçoivent ce retrait. Ce que d’autres ont copié ou lu ne peut être rappelé.
retract-confirm = Retirer
retract-done = Retiré.
field-name = Nom
field-description = Description
field-address = Adresse
field-hours = Horaires
field-hours-hint = Mo-Fr 09:00-18:00
field-phone = Téléphone
field-email = Courriel
field-website = Site web
field-website-opens = S’ouvre dans votre navigateur
field-tags = Étiquettes
field-tags-hint = Séparées par des virgules
field-place = Lieu
field-parent = Fait partie de
field-parent-none = rien d’autre
field-owner = Publié par
owner-me = vous
field-provenance = Source
event-here = Chez vous : { $span }
event-start-date = Commence le
event-start-time = à
event-end-date = Finit le
event-end-time = à
event-zone = Fuseau horaire

# Liens
bookmarks-title = Liens
bookmarks-empty = Pas encore de liens : que vaut-il la peine de lire sur ce lieu ou ce groupe ?
bookmark-add = Ajouter un lien
bookmark-url = Adresse du lien
bookmark-name = Titre
bookmark-note = Note (facultative)
bookmark-keep = Garder le lien
bookmark-remove = Retirer le lien « { $title } »

# Mur
wall-title = Mur
wall-empty = Aucun message. Écrivez le premier.
wall-loading = Recherche…
wall-more = Montrer { $count } messages plus anciens
post-label = Écrire sur ce mur
post-hint = Que voulez-vous dire ? Tout le monde ici peut le lire.
post-send = Publier
post-busy = Écriture…
post-written = Votre message est écrit et part chez vos voisins.
post-room = Encore { $count } octets

# Éditeur
editor-new = Quelque chose de nouveau
editor-change = Modifier
editor-saved = Enregistré, et en route vers vos voisins.
editor-unsaved = Ce que vous avez écrit n’est pas enregistré : enregistrez, ou annulez.
editor-place-pick = Cliquez sur la carte pour dire où c’est.
editor-place-move = Cliquez sur la carte pour le déplacer.
editor-public = Ce que vous enregistrez est public et signé de votre nom.
editor-needs-name = Il faut un nom.
editor-needs-place = Il faut un lieu : cliquez sur la carte.
editor-bad-zone = Ce fuseau horaire est inconnu. Essayez « Europe/Paris ».
editor-bad-date = Une date s’écrit ainsi : 2026-09-12.
editor-bad-time = Une heure s’écrit ainsi : 18:30.
editor-ends-before = Cela finit avant de commencer.
editor-tag-long = Une étiquette est trop longue.
editor-tags-many = 16 étiquettes au plus.

# Territoires
territory-title = Territoires
territory-explain = Cet appareil reçoit et garde ce qui est publié dans les territoires qu’il suit.
territory-everywhere = Partout
territory-look-in = Chercher dans
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
territory-followed = Vous suivez { $name }. Ce qui y est connu arrive dès qu’un voisin est à portée.
territory-unfollowed = Plus suivi. Ce qui est arrivé reste sur cet appareil.
territory-known = Connus ici

# Réglages
settings-look = Apparence
settings-language = Langue
settings-theme = Thème
settings-theme-system = Comme le système
settings-theme-light = Clair
settings-theme-dark = Sombre
settings-keys = Clavier
keys-pages = les cinq pages
keys-search = rechercher
keys-home-key = Début
keys-home = la carte, là où vous êtes
keys-back = un pas en arrière
keys-next = commande suivante
me-title = Vous
me-about = À propos de vous
me-about-hint = Quelques lignes, publiques
me-saved = Enregistré.
me-wall = Voir mon mur
me-id = Votre identité
me-device = Cet appareil
me-devices = { $count ->
    [one] 1 appareil parle pour vous
   *[other] { $count } appareils parlent pour vous
}
