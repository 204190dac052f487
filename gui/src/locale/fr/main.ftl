# La fenêtre
page-map = Carte
page-agenda = Agenda
page-governance = Décisions
page-network = Réseau
page-settings = Réglages
loading = Lecture de ce que contient cet appareil…
importing = Import de { $file } : { $read } fiches lues
save = Enregistrer
cancel = Annuler
close = Fermer
and-more = { $count ->
    [one] et 1 de plus
   *[other] et { $shown } de plus
}
sample = exemple
sample-explain = Créé pour une démonstration : personne n’a vraiment dit cela.
failure = { $what } : { $why }
failure-invalid = Impossible tel quel
failure-not-found = Introuvable ici
failure-not-allowed = Une règle ne le permet pas
failure-no-identity = Il n’y a pas encore d’identité
failure-already-initialised = Il y a déjà une identité
failure-io = Un fichier n’a pu être lu ou écrit
failure-busy = Trop de choses sont en cours
failure-stopped = Le nœud s’est arrêté
failure-internal = Une erreur du programme

mishap-title = Cette partie de la fenêtre a échoué
mishap-explain = C’est une erreur du programme, pas de vos données. Rien n’est perdu : ce que vous avez tapé est toujours là. Réessayez, ou passez à une autre page.
mishap-again = Réessayer
mishap-report = Un rapport se trouve sur cet appareil. Il dit où le programme a échoué, et rien de ce que vous lisez ou écrivez. Vous pouvez l’envoyer à celles et ceux qui font le programme :
graphics-failed = L’affichage a échoué et la fenêtre a été rouverte. Rien n’est perdu.
frame-cut = Il y a ici plus que ce qui peut être dessiné d’un coup.

# Genres
kind-person = Personne
kind-organisation = Organisation
kind-project = Projet
kind-event = Événement
kind-place = Lieu
kinds-person = Personnes
kinds-organisation = Organisations
kinds-project = Projets
kinds-event = Événements
kinds-place = Lieux
role-member = membre
role-contributor = contributeur·rice
role-moderator = modérateur·rice
role-leader = responsable

# Temps
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
weekday-0 = lundi
weekday-1 = mardi
weekday-2 = mercredi
weekday-3 = jeudi
weekday-4 = vendredi
weekday-5 = samedi
weekday-6 = dimanche
ago-now = à l’instant
ago-minutes = { $count ->
    [one] il y a 1 minute
   *[other] il y a { $count } minutes
}
ago-hours = { $count ->
    [one] il y a 1 heure
   *[other] il y a { $count } heures
}
ago-days = { $count ->
    [one] hier
   *[other] il y a { $count } jours
}

# Premier lancement
first-title = Bienvenue
first-explain = Communaut montre ce qu’il y a autour de vous et vous permet d’y prendre part. Il n’y a pas de serveur : cet appareil garde sa propre copie et la partage avec ses voisins.
first-who = Qui êtes-vous ?
first-name = Votre nom
first-name-hint = Comme vous voulez être appelé·e
first-where = Où êtes-vous ?
first-place = Votre commune ou votre quartier
first-or-click = Ou cliquez sur la carte. Votre lieu est aussi précis que vous le choisissez.
first-here = Ici : { $place }
first-done = Commencer
first-busy = Un instant…
first-privacy = Votre nom et le lieu que vous choisissez ici sont publics : toute personne qui suit ce territoire les reçoit.
first-around-me = Autour de moi

# Lieux
place-hint = Tapez le début de son nom
place-unknown = Aucun lieu de ce nom. Essayez la ville la plus proche, ou cliquez sur la carte.
place-people = { $country } · { $people } habitants
