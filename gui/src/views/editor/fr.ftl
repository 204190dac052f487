# Élément
field-hours-hint = du lundi au vendredi de 9h à 18h
field-tags-hint = Séparées par des virgules
field-parent-none = rien d’autre
event-start-date = Commence le
event-start-time = à
event-end-date = Finit le
event-end-time = à
event-zone = Fuseau horaire
event-whole-days = Journées entières, sans horaires
event-last-day = Dernier jour
event-again = Se répète
event-until = Jusqu’au
event-until-none = sans fin

# Éditeur
editor-new = Quelque chose de nouveau
editor-change = Modifier
editor-saved = Enregistré, et en route vers vos voisins.
editor-place-pick = Cliquez sur la carte pour dire où c’est.
editor-place-move = Cliquez sur la carte pour le déplacer.
editor-hours-understood = Compris : { $hours }
editor-hours-words = Pas compris comme des horaires : gardé tel quel, et absent de « ouvert maintenant ».
editor-public = Ce que vous enregistrez est public et signé de votre nom.

# Qui lit
editor-closed = Fermé : seuls ses membres le trouvent et le lisent
editor-closed-explain = Protégé : son existence, qui en fait partie, ce qui s’y dit. Non protégé : ce qu’un membre transmet, et ce qu’une personne qui part pouvait lire avant. Fixé dès le départ.
editor-members = Ce que vous enregistrez est signé de votre nom, et seuls les membres peuvent le lire.
