# La fenêtre
sample-explain = Créé pour une démonstration : personne n’a vraiment dit cela.

# Élément
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
field-website-opens = S’ouvre dans votre navigateur
field-owner = Publié par
field-provenance = Source
event-here = Chez vous : { $span }

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
wall-more = Montrer { $count } messages plus anciens

# Effacer et masquer
erase-instead = L’effacer plutôt définitivement…
