# Agenda
agenda-month = Mois
agenda-list = Liste
agenda-today = Aujourd’hui
agenda-before = Mois précédent
agenda-after = Mois suivant
agenda-new = Ajouter un événement
agenda-more = { $count } de plus
agenda-elsewhere = { $span } sur place
agenda-none = Rien n’est prévu ce mois-ci
agenda-none-next = Les événements du territoire et des mots choisis sur la carte apparaissent ici. Ajoutez le premier, ou regardez un autre mois.
