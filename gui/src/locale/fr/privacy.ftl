# Effacer et masquer
erase = Effacer définitivement
erase-instead = L’effacer plutôt définitivement…
erase-title = Effacer définitivement « { $what } » ?
erase-explain = Ce que vous avez écrit disparaît aussitôt de cet appareil, et des autres dès qu’ils l’apprennent. Que quelque chose se trouvait ici, de qui et quand, reste visible.
erase-recall = Cela ne peut être défait et n’atteint pas tout : une copie qui ne se synchronise plus jamais, et ce que quelqu’un a lu, copié ou photographié, ne peut être rappelé.
erase-confirm = L’effacer définitivement
erase-done = Effacé ici. Les autres l’abandonnent dès qu’ils l’apprennent.
hide = Masquer en modération
hide-title = Masquer « { $what } » ?
hide-explain = Ce n’est plus montré, ni ici ni chez quiconque l’apprend, et c’est abandonné après 7 jours. D’ici là, on peut revenir dessus. Votre nom et la raison restent lisibles pour tout le monde.
hide-recall = Ce qui ne peut être rappelé : une copie qui ne se synchronise plus jamais, et ce que quelqu’un a lu ou copié avant.
hide-reason = Pourquoi
hide-reason-hint = Quelques mots, que tout le monde peut lire
hide-confirm = Le masquer
hide-done = Masqué. Pendant 7 jours on peut revenir dessus, sous « Ce qui a été effacé ».

# Ce qui a été effacé
page-erasures = Ce qui a été effacé
erased-explain = Ce qui a été effacé n’est plus montré et disparaît de chaque appareil qui l’apprend. Une copie qui ne se synchronise plus jamais ne peut être rappelée, ni ce que quelqu’un a lu ou copié avant.
erased-none = Rien n’a été effacé
erased-none-next = Ce que vous effacez figure ici, ainsi que ce qui a été effacé dans les communautés que vous suivez : par qui, quand et pourquoi.
erased-mine = Par vous, et sur votre mur
erased-somebody = quelqu’un d’inconnu ici
erased-what = { $count ->
    [one] 1 entrée, écrite par { $name }
   *[other] { $count } entrées, écrites par { $name }
}
erased-by = par { $name } · { $ago }
erased-reason = « { $reason } »
erased-hidden = masqué
erased-for-good = effacé définitivement
erased-voided = rétabli
erased-until = Peut être rétabli jusqu’au { $day }
erased-void = Rétablir
erased-void-done = Rétabli : c’est de nouveau montré dès que c’est ici.

# Les rôles et ce qui a été fait
role-title = { $name } : de { $before } à { $after } ?
role-leave-title = Quitter { $name } ?
role-means-none = Sans rôle, on ne vote ni ne propose ici. Ce qui a été écrit reste, et sa trace aussi.
role-means-member = Les membres votent et proposent.
role-means-contributor = Les contributeur·rices votent et proposent, et créent des événements et des projets dans cet espace.
role-means-moderator = Les modérateur·rices admettent aussi des membres et s’en séparent, changent ce qui se trouve ici et masquent ce que d’autres ont écrit.
role-means-leader = Les responsables donnent et retirent tous les rôles, le vôtre aussi.
role-closed = Qui part peut encore lire ce qui pouvait être lu avant ; ce qui s’écrit ensuite est scellé sous une nouvelle clé.
role-last-leader = Il n’y a pas d’autre responsable. Ensuite, personne ne pourra donner ni retirer les rôles de modération et de responsable.
role-leave = Quitter
role-let-go = Retirer son rôle
role-confirm = Changer le rôle
audit-title = Qui a fait quoi
audit-explain = Chaque acte sur les rôles, et tout ce qui a été masqué, que cela compte ou non.
audit-none = Personne n’a reçu de rôle et rien n’a été masqué.
audit-gave = { $by } a donné à { $name } le rôle « { $role } »
audit-took = { $by } a retiré son rôle à { $name }
audit-left = { $by } est parti·e
audit-hid = { $count ->
    [one] { $by } a masqué 1 entrée : { $reason }
   *[other] { $by } a masqué { $count } entrées : { $reason }
}
audit-no-reason = sans raison donnée
audit-void-act = { $by } a rétabli ce qui avait été masqué
audit-void = ne compte pas
audit-void-explain = Son auteur n’en avait pas le droit, ou une révocation l’a annulé (§8.1).

# Qui lit
audience-title = Qui lit ceci
audience-everyone = Quiconque lit ce mur
audience-members = Ses membres, et personne d’autre
audience-named = Des personnes nommées
audience-who = Pour qui
audience-explain = Elles seules et vous pouvez le lire. Que vous écrivez ici, quand, et à peu près à combien d’appareils, cela se voit.
post-hint-private = Que voulez-vous dire ?
private-named = pour des personnes nommées
private-members = membres seulement
invited = { $name } vous invite dans une communauté fermée ({ $id }). Seuls ses membres peuvent lire comment elle s’appelle et ce qui s’y dit.
invited-join = Accepter
invited-later = Plus tard
invited-joined = Vous en faites partie. Ce qu’elle contient arrive des autres membres.
editor-closed = Fermé : seuls ses membres le trouvent et le lisent
editor-closed-explain = Protégé : son existence, qui en fait partie, ce qui s’y dit. Non protégé : ce qu’un membre transmet, et ce qu’une personne qui part pouvait lire avant. Fixé dès le départ.
editor-members = Ce que vous enregistrez est signé de votre nom, et seuls les membres peuvent le lire.
