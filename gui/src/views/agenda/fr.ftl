# Agenda
agenda-day = Jour
agenda-week = Semaine
agenda-month = Mois
agenda-list = Liste
agenda-today = Aujourd’hui
agenda-before = Avant
agenda-after = Après
agenda-new = Ajouter un événement
agenda-more = { $count } de plus
agenda-elsewhere = Sur place : { $span }, { $zone }
agenda-none = Rien n’est prévu ce mois-ci
agenda-none-next = Les événements du territoire choisi sur la carte apparaissent ici. Ajoutez le premier, regardez un autre mois, ou suivez un territoire plus large.
agenda-none-filtered = Seul ce que vous cherchez sur la carte apparaît ici. Effacez les filtres pour voir tous les événements du territoire.
agenda-none-new = Ajouter le premier
agenda-none-widen = Élargir le territoire
agenda-not-yours = Seul qui a créé un événement peut le déplacer.
agenda-repeats = Il se répète : ouvrez-le pour changer ses horaires.
