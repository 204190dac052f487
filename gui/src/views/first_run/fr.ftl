# Revenir
first-new = Une nouvelle identité
first-returns = J’en ai déjà une

# Premier lancement
first-title = Bienvenue
first-explain = Communaut montre ce qu’il y a autour de vous et vous permet d’y prendre part. Il n’y a pas de serveur : cet appareil garde sa propre copie et la partage avec ses voisins.
first-who = Qui êtes-vous ?
first-name-hint = Comme vous voulez être appelé·e
first-where = Où êtes-vous ?
first-place = Votre commune ou votre quartier
first-or-click = Ou cliquez sur la carte. Votre lieu est aussi précis que vous le choisissez.
first-here = Ici : { $place }
first-done = Commencer
first-busy = Un instant…
first-privacy = Votre nom et le lieu que vous choisissez ici sont publics : toute personne qui suit ce territoire les reçoit.
first-around-me = Autour de moi
