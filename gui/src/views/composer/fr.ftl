# Mur
post-label = Écrire sur ce mur
post-busy = Écriture…
post-room = Encore { $count } octets

# Qui lit
audience-title = Qui lit ceci
audience-everyone = Quiconque lit ce mur
audience-members = Ses membres, et personne d’autre
audience-named = Des personnes nommées
audience-who = Pour qui
audience-explain = Elles seules et vous pouvez le lire. Que vous écrivez ici, quand, et à peu près à combien d’appareils, cela se voit.
post-hint-private = Que voulez-vous dire ?
