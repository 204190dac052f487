# Ce qu’il faut savoir sur chaque page
notice-phrase = Notez votre phrase de secours : sans elle, perdre vos appareils, c’est perdre l’accès.
notice-phrase-insist = Votre phrase de secours n’est toujours pas notée. Si cet appareil casse, tout ce que vous avez écrit en votre nom est perdu pour vous.
notice-phrase-later = Me le rappeler demain
notice-phrase-button = La noter
notice-contested = Votre identité a été récupérée deux fois à la fois par une même phrase : aucune de ces récupérations ne compte.
notice-frozen = Votre identité est gelée : deux de vos appareils l’ont changée en même temps.
notice-out = Cet appareil a été retiré de votre identité. Rien de ce qu’il écrit ne compte plus.
notice-look = Voir que faire

# Qui lit
invited = { $name } vous invite dans une communauté fermée ({ $id }). Seuls ses membres peuvent lire comment elle s’appelle et ce qui s’y dit.
invited-join = Accepter
invited-later = Plus tard
invited-joined = Vous en faites partie. Ce qu’elle contient arrive des autres membres.

# Premiers pas
steps-title = Premiers pas
steps-hide = Masquer les premiers pas
steps-hello = Dire bonjour
steps-import = Importer ce qu’il y a autour
steps-phrase = Noter votre phrase de secours
steps-keys = Protéger vos clés : pas encore fait
steps-leave = Laisser de côté : { $what }

# Un village pour essayer
village-make = Essayer avec un village d’exemple
village-explain = Des événements, des messages, un vote, marqués comme exemple. Tout se jette ; vos voisins peuvent le voir.
village-remove = Jeter le village d’exemple
village-made = Le village est là : regardez, écrivez, votez.
village-removed = Le village d’exemple a disparu.

# Ce qu’on peut faire ici
help-title = Que puis-je faire ici ?
help-keys = F1 ou ? l’ouvre sur chaque page ; Échap le ferme.
help-map-1 = Tapez ce que vous cherchez ; cliquez sur un repère ou une ligne pour en voir plus.
help-map-2 = Ajoutez un lieu, un événement ou un groupe avec le signe plus à côté de la recherche.
help-map-3 = Changez le territoire suivi avec le signe de la carte sous la recherche.
help-live-1 = Dites quelque chose : tout le monde autour peut le lire.
help-live-2 = Répondez à un message, ou réagissez d’un mot.
help-live-3 = Ouvrez un nom pour voir qui a écrit, et sa page.
help-agenda-1 = Voyez ce qui se passe, par mois ou en liste.
help-agenda-2 = Ouvrez un événement et dites si vous venez.
help-agenda-3 = Annoncez un événement à vous.
help-governance-1 = Votez sur ce que vos groupes ont à décider.
help-governance-2 = Posez une question à votre groupe.
help-governance-3 = Voyez qui fait partie d’un groupe, et qui y fait quoi.
help-network-1 = Voyez avec quels voisins vous êtes connecté·e.
help-network-2 = Connectez-vous à quelqu’un par l’adresse qu’il vous a donnée.
help-network-3 = Voyez ce qui est encore en route.
help-settings-1 = Changez votre nom, la langue ou les couleurs.
help-settings-2 = Ajoutez un autre appareil, ou retirez-en un.
help-settings-3 = Notez votre phrase de secours, et protégez vos clés.
