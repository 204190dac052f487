# La fenêtre
sample-explain = Créé pour une démonstration : personne n’a vraiment dit cela.

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
retract-title = Retirer « { $name } » ?
retract-explain = Cela n’est plus montré, ni ici ni chez celles et ceux qui reçoivent ce retrait. Ce que d’autres ont copié ou lu ne peut être rappelé.
retract-confirm = Retirer
retract-done = Retiré.
field-website-opens = S’ouvre dans votre navigateur
field-owner = Publié par
field-provenance = Source
event-here = Chez vous : { $span }
event-there = Heure de { $zone }
event-except = Pas le { $days }

# Est-ce toujours exact ?
still-right-say = Toujours exact
still-right-said = Vous l’avez trouvé exact
still-right-by = { $others ->
    [0] Trouvé exact par { $who }
    [one] Trouvé exact par { $who }, et par 1 autre personne
   *[other] Trouvé exact par { $who }, et par { $others } autres personnes
}
correct-open = Proposer une correction
correct-title = Proposer une correction
correct-explain = Changez ce qui est faux. Qui s’occupe de cette page le verra, et décidera.
correct-gone = Cela n’existe plus
correct-reason = D’où le savez-vous ?
correct-reason-hint = vu ce matin, leur site…
correct-send = Envoyer
correction-by = Proposé par { $who }
correction-gone = Cela n’existe plus
correction-nothing = rien
correction-accept = Accepter
correction-decline = Refuser
corrections-beyond = { $count ->
    [0] Aucune autre proposition
    [one] Et 1 autre proposition
   *[other] Et { $count } autres propositions
}

# Signalements
status-none = Signalé. Pas encore traité.
status-say = Où en est-on ?
status-choose = Indiquer l’état…
status-nothing = retirer mon avis

# D’autres fiches de la même chose
also-title = Figure aussi dans
also-shown-as = Montré avec une autre fiche de la même chose : la voir
also-apart = « { $name } » est autre chose
also-differs = Diffère sur : { $fields }
also-more = Et { $count } de plus
likely-title = Est-ce la même chose ?
likely-same = Oui, c’est la même chose
likely-other = Autre chose
likely-name = le même nom
likely-name-nearly = presque le même nom
likely-phone = le même téléphone
likely-website = le même site
likely-away = à { $distance }

# Qui vient
coming-title = Qui vient
coming-limit = Limiter les places…
coming-limit-save = Enregistrer
coming-places = Combien de places y a-t-il ?
coming-places-hint = autant qu’on en demande
coming-me = Je viens
coming-ask = Demander une place
coming-not = Je ne viens plus
coming-taken = { $count ->
    [0] Personne n’a encore dit venir
    [one] 1 personne vient
   *[other] { $count } personnes viennent
}
coming-taken-of = { $count ->
    [0] Aucune place prise sur { $all }
    [one] 1 place prise sur { $all }
   *[other] { $count } places prises sur { $all }
}
coming-waiting = { $count ->
    [one] 1 place demandée
   *[other] { $count } places demandées
}
coming-overbooked = { $count ->
    [one] 1 place prise de plus qu’il n’y en a
   *[other] { $count } places prises de plus qu’il n’y en a
}
coming-own = Vous venez.
coming-own-confirmed = Votre place est confirmée.
coming-own-asked = Vous avez demandé une place. Qui les donne décidera.
coming-own-lapsed = On vous a donné une place alors qu’il n’en restait plus : vous n’en avez pas.
coming-own-declined = On ne vous a pas donné de place.
coming-state = vient
coming-state-confirmed = a une place
coming-state-asked = attend
coming-state-lapsed = plus de place
coming-state-declined = sans place
coming-person = { $places ->
    [one] { $name }
   *[other] { $name } ({ $places } places)
}
coming-give = Donner une place à { $name }
coming-give-all = Donner une place à tous ceux qui attendent
coming-decline = Refuser la place de { $name }
coming-more = En montrer { $count } de plus

# Liens
bookmarks-title = Liens
bookmarks-empty = Pas encore de liens : que vaut-il la peine de lire sur ce lieu ou ce groupe ?
bookmark-add = Ajouter un lien
bookmark-url = Adresse du lien
bookmark-name = Titre
bookmark-note = Note (facultative)
bookmark-keep = Garder le lien
bookmark-remove = Retirer le lien « { $title } »

# Mur
wall-title = Mur
wall-empty = Aucun message. Écrivez le premier.
wall-more = Montrer { $count } messages plus anciens

# Effacer et masquer
erase-instead = L’effacer plutôt définitivement…
