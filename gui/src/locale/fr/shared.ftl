# La fenêtre
page-map = Carte
page-agenda = Agenda
page-governance = Décisions
page-network = Réseau
page-settings = Réglages
loading = Lecture de ce que contient cet appareil…
undoing = Annulation de l’import de « { $source } » : { $looked } sur { $all }
importing = Import de { $file } : { $read } fiches lues
save = Enregistrer
cancel = Annuler
close = Fermer
and-more = { $count ->
    [one] et 1 de plus
   *[other] et { $shown } de plus
}
sample = exemple
failure = { $what } : { $why }
failure-invalid = Impossible tel quel
failure-not-found = Introuvable ici
failure-not-allowed = Une règle ne le permet pas
failure-no-identity = Il n’y a pas encore d’identité
failure-already-initialised = Il y a déjà une identité
failure-io = Un fichier n’a pu être lu ou écrit
failure-busy = Trop de choses sont en cours
failure-stopped = Le nœud s’est arrêté
failure-internal = Une erreur du programme
graphics-failed = L’affichage a échoué et la fenêtre a été rouverte. Rien n’est perdu.
frame-cut = Trop d’éléments pour tout afficher ici.

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
first-name = Votre nom

# Recherche et liste
searching = Recherche…
why-name = trouvé par le nom
why-name-form = autre forme du nom
why-name-meaning = nom de même sens
why-name-nearly = nom très proche
why-tag = trouvé par une étiquette
why-kind = un type de lieu que ce mot peut désigner
why-text = trouvé dans le texte
why-other-name = par un autre de ses noms
why-contact = par son téléphone, son courriel ou son site
why-text-nearly = mot très proche dans le texte
why-distance = proche d’ici
why-date = par date
why-alphabetical = par ordre alphabétique
nothing-filtered-button = Effacer les filtres
nothing-followed = Vous ne suivez encore aucun territoire

# Élément
field-name = Nom
field-description = Description
field-place = Lieu
field-address = Adresse
field-hours = Horaires
field-phone = Téléphone
field-email = Courriel
field-website = Site web
field-tags = Étiquettes
field-when = Quand
field-parent = Fait partie de
owner-me = vous

# Mur
wall-loading = Recherche…
post-hint = Que voulez-vous dire ? Tout le monde ici peut le lire.
post-send = Publier
post-written = Votre message est publié et part chez vos voisins.

# Éditeur
editor-unsaved = Ce que vous avez écrit n’est pas enregistré : enregistrez, ou annulez.
editor-needs-name = Il faut un nom.
editor-needs-place = Il faut un lieu : cliquez sur la carte.
editor-bad-zone = Ce fuseau horaire est inconnu. Essayez « Europe/Paris ».
editor-bad-date = Une date s’écrit ainsi : 2026-09-12.
editor-bad-time = Une heure s’écrit ainsi : 18:30.
editor-ends-before = Cela finit avant de commencer.
editor-tag-long = Une étiquette est trop longue.
editor-tags-many = 16 étiquettes au plus.

# Territoires
territory-title = Territoires

# Décisions
gov-rule-not-in-electorate = pas membre à l’ouverture du vote (§8.3)
gov-rule-not-opened = le vote n’est pas ouvert, ou l’a été pour d’autres (§8.3)
gov-rule-conflicting = en contredit un autre de la même personne (§8.4)
gov-rule-not-a-teller = n’est pas chargé·e de compter (§8.3)
gov-rule-mismatch = ne correspond pas à ce qui est détenu ici (§8.5)
gov-rule-incomplete = des bulletins qu’il compte ne sont pas détenus ici (§8.5)
gov-rule-too-many-closes = certificat en trop de la même personne, que personne d’autre ne confirme (§8.5)
gov-rule-erased = certifié, plus recalculable : des bulletins ont été effacés (§8.5)
gov-rule-may-not-propose = pas membre, et seuls les membres proposent (§8.2)
gov-more = { $count } de plus
gov-admit-who-hint = Tapez un nom
gov-admit-nobody = Personne de connu sur cet appareil ne correspond.
gov-admit-more = { $count } de plus : tapez davantage du nom.

# Réglages
page-devices = Mes appareils
page-phrase = Phrase de secours
back-settings = Retour aux réglages

# Mes appareils
device-nameless = un appareil sans nom

# Revenir
since = En d’autres mains depuis (une date ; peut rester vide)
since-hint = 2026-09-12

# Ce qui se dit par ici
page-live = En direct
reaction-thanks = Merci
reaction-agree = D’accord
reaction-support = Je soutiens
reaction-wonder = Je m’interroge

# Réseau
net-summary-peers = { $count ->
    [0] Relié à personne
    [one] Relié à 1 nœud
   *[other] Relié à { $count } nœuds
}
net-copy = Copier
net-copied = Copié.
net-dial-hint = /ip4/192.0.2.1/tcp/4001

# Ce qui ne va pas avec le stockage
trouble-damaged = Une partie de ce que garde cet appareil est illisible. Le reste est affiché ; rien ne peut être modifié avant la réparation. Laissez Communaut ouvert : il se répare.
trouble-mending = Ce que garde cet appareil est en cours de réparation. Tout s’affiche déjà, et pourra être modifié quand cette ligne aura disparu.
trouble-mended = Ce que garde cet appareil était abîmé et a été réparé. { $count ->
    [one] Il manque 1 entrée : elle revient
   *[other] Il manque { $shown } entrées : elles reviennent
} par vos voisins. Vous n’avez rien à faire.
trouble-mended-whole = Ce que garde cet appareil était abîmé et a été réparé. Rien ne manque.
trouble-not-writable = Le disque de cet appareil n’accepte plus rien : ce que vous écrivez n’est pas gardé. Faites-y de la place ou faites-le vérifier ; Communaut reprend ensuite tout seul.
trouble-nearly-full = Le disque de cet appareil est presque plein : { $free } libres. Faites de la place, sinon bientôt rien de nouveau ne sera gardé.
trouble-ceiling = Communaut garde ici autant qu’il le peut ({ $most }) : il n’accepte plus rien de personnes inconnues. Ce que vous écrivez est gardé. Suivez moins de territoires pour faire de la place.
trouble-not-compacted = Ce qui a été effacé est caché, mais pas encore parti du disque de cet appareil. Faites-y de la place et laissez Communaut ouvert : il réessaie.
size-mb = { $size } Mo
size-gb = { $size } Go

# Effacer et masquer
erase = Effacer définitivement
hide = Masquer en modération

# Ce qui a été effacé
page-erasures = Ce qui a été effacé

# Qui lit
private-named = pour des personnes nommées
private-members = membres seulement

# Quand un événement a lieu de nouveau
whole-day = Toute la journée
repeat-day = { $count ->
    [one] chaque jour
   *[other] tous les { $count } jours
}
repeat-week = { $count ->
    [one] chaque semaine
   *[other] toutes les { $count } semaines
}
repeat-month = { $count ->
    [one] chaque mois
   *[other] tous les { $count } mois
}
repeat-year = { $count ->
    [one] chaque année
   *[other] tous les { $count } ans
}
repeats = Se répète { $every }
repeat-weekday = le { $day }
repeat-and = { $words } et { $last }
repeat-on = { $every }, { $days }
repeat-same = { $every }, le { $nth } { $day }
repeat-nth-1 = premier
repeat-nth-2 = deuxième
repeat-nth-3 = troisième
repeat-nth-4 = quatrième
repeat-nth-5 = cinquième
repeat-times = { $every }, { $count } fois en tout
repeat-until = { $every }, jusqu’au { $day }
editor-time-skipped = Cette heure n’existe pas : on avance les horloges. Donnez-en une avant ou après.
editor-time-twice = Cette heure arrive deux fois, car on recule les horloges. Dites laquelle, comme 02:30{ $first } ou 02:30{ $again }.
editor-until-before = La répétition finirait avant de commencer.
editor-zone-old = Les horloges de ce fuseau n’avaient pas alors un écart en minutes entières avec UTC.
again-never = Jamais
again-day = Chaque jour
again-week = Chaque semaine
again-two-weeks = Toutes les deux semaines
again-month = Chaque mois, à cette date
again-year = Chaque année

# Ce qu’il advient d’un signalement
status-seen = Vu
status-under-way = En cours
status-done = Résolu
status-declined = Sans suite
tag-approximate = position approximative
tag-report = signalement
open-until = ouvert jusqu’à { $until }
open-always = ouvert jour et nuit
open-from = ouvre { $from }
open-closed = fermé
open-all-day = toute la journée
open-perhaps = peut-être

# Ce que disent les colonnes d’un fichier
import-means-name = Nom
import-means-other-name = Autre nom
import-means-latitude = Latitude
import-means-longitude = Longitude
import-means-position = Où c’est
import-means-geometry = Sa forme
import-means-postcode = Code postal
import-means-city = Commune
import-means-id = Son numéro dans le fichier
import-means-kind = Ce que c’est

# Où se trouve une fiche dans un fichier
in-file-line = ligne
in-file-row = ligne
in-file-byte = octet
in-file-feature = entité
in-file-object = objet
in-file-event = événement
in-file-waypoint = point
in-file-placemark = repère

# Territoires
territory-followed = Vous suivez { $name }. Ce qui y est connu arrive dès qu’un voisin est à portée.

# Mode simple
simple-choose = Mode simple
