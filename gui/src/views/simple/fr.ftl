# Mode simple
simple-title = Bonjour { $name }
simple-look = Regarder autour
simple-look-explain = La carte et ce qui est près de vous
simple-write = Écrire quelque chose
simple-write-explain = Un mot pour tout le monde autour
simple-on = Ce qui se passe
simple-on-explain = Les événements d’aujourd’hui et des prochains jours
simple-groups = Mes groupes
simple-groups-explain = Les questions à décider, et qui en fait partie
simple-settings = Réglages
simple-settings-explain = Votre nom, la langue, la sécurité
simple-back = Retour aux cinq choix
simple-leave = Tout afficher
help-open = Que puis-je faire ici ?
