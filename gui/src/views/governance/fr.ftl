# Décisions
gov-waiting = En attente de votre vote
gov-waiting-none = Aucun vote ne vous attend.
gov-mine = Vos communautés
gov-others = D’autres que vous suivez
gov-role = Vous y êtes { $role }
gov-role-none = Vous n’en êtes pas membre
gov-proposals-none = Pas encore de proposition.
gov-propose = Proposer
gov-members = Membres
gov-settled = Acquis depuis le { $day }, selon { $names } : personne ne peut plus défaire ce qui a été décidé sur les rôles jusque-là.
gov-settled-nothing = Rien n’est encore acquis : { $names } peuvent rendre définitif ce qui est décidé sur les rôles.
gov-split = { $names } ont rendu définitives deux choses qui s’excluent : aucune ne vaut.
gov-members-count = { $count ->
    [one] 1 membre
   *[other] { $count } membres
}
gov-nobody = Vous n’appartenez encore à aucune communauté
gov-nobody-next = Créez une organisation ou un projet sur la carte : ses membres et ses votes lui appartiennent. Ou demandez à être admis·e dans l’une de celles qui s’y trouvent.
gov-nobody-button = Créer une organisation
gov-back = Retour aux décisions
gov-by = Proposé par { $name } dans { $community }
gov-text-erase = Effacer ces raisons
gov-text-hide = Masquer ces raisons
gov-text-erased = Les raisons données ont été effacées.
gov-status-asked = Pas encore ouvert
gov-status-open = Ouvert
gov-status-accepted = Adopté
gov-status-rejected = Rejeté
gov-status-disputed = Contesté
gov-yes = Oui
gov-no = Non
gov-blank = Blanc
gov-estimate = Une estimation : des votes peuvent encore arriver. Le résultat vaudra quand { $teller } aura clos le vote.
gov-certified = Le résultat, tel que { $teller } l’a certifié.
gov-disputed = Le certificat de { $teller } ne correspond pas à ce que détient cet appareil.
gov-turnout = { $turnout } sur { $electorate } ont voté · il en faut { $needed }
gov-closes = Clôture prévue le { $day }
gov-my-vote = Votre vote
gov-my-vote-said = Vous avez voté « { $choice } ». Vous pouvez changer d’avis jusqu’à la clôture.
gov-no-vote = Seuls peuvent voter les membres au moment de l’ouverture du vote.
gov-asked = Personne ne peut encore voter : { $teller } doit ouvrir le vote, pour celles et ceux qui seront alors membres.
gov-open-vote = Ouvrir le vote
gov-open-explain = Pourront voter les membres d’après ce qui est arrivé ici ; qui rejoint plus tard ne le pourra pas.
gov-opened = Le vote est ouvert.
gov-close = Clore et compter
gov-close-title = Clore ce vote ?
gov-close-explain = Vous comptez et certifiez ce qui est arrivé ici. Les bulletins qui viendraient ensuite n’y changeront rien.
gov-closed = Clos et certifié.
gov-voted = Votre vote est enregistré.
gov-ballots = Qui a voté
gov-ballots-none = Personne pour l’instant.
gov-late = { $count ->
    [one] 1 bulletin est arrivé trop tard ou a été laissé de côté : il n’est pas compté.
   *[other] { $count } bulletins sont arrivés trop tard ou ont été laissés de côté : ils ne sont pas comptés.
}
gov-conflicting = bulletins contradictoires : aucun ne compte
gov-refused = Bulletins qui ne comptent pas
gov-form-title = Votre question
gov-form-title-hint = Plantons-nous des citronniers sur la place ?
gov-form-text = Pourquoi
gov-form-text-hint = De quoi il s’agit, ce que cela coûte, qui s’en charge
gov-form-quorum = Combien doivent y prendre part
gov-form-days = Durée du vote (jours)
gov-form-send = Demander aux membres
gov-proposed = La proposition est publiée.
gov-role-saved = Le rôle est enregistré.
gov-role-take = sans rôle
gov-role-of = Rôle de { $name }
gov-admit = Admettre
gov-admit-who = Une personne déjà rencontrée
gov-me = vous
gov-certificates = Certificats
gov-certificate = { $teller } a compté { $yes } oui, { $no } non et { $blank } blancs, sur { $electorate } qui peuvent voter.
gov-certificate-checked = Vérifié sur cet appareil : les bulletins détenus ici donnent la même chose.
gov-certificate-missing = { $count ->
    [one] 1 bulletin qu’il cite n’est pas arrivé ici.
   *[other] { $count } bulletins qu’il cite ne sont pas arrivés ici.
}
gov-certificate-differs = Les bulletins détenus ici, ou la liste de celles et ceux qui peuvent voter, donnent autre chose (§8.5).
gov-disputed-two = Il existe des certificats qui se contredisent.
gov-disputed-here = Ci-dessus, ce que donnent les bulletins détenus sur cet appareil ; ci-dessous, ce qui a été certifié.
gov-admit-all = Toutes les personnes connues de cet appareil sont déjà membres.

# Les rôles et ce qui a été fait
role-title = { $name } : de { $before } à { $after } ?
role-leave-title = Quitter { $name } ?
role-means-none = Sans rôle, on ne vote ni ne propose ici. Ce qui a été écrit reste, et sa trace aussi.
role-means-member = Les membres votent et proposent.
role-means-contributor = Les contributeur·rices votent et proposent, et créent des événements et des projets dans cet espace.
role-means-moderator = Les modérateur·rices admettent aussi des membres et s’en séparent, changent ce qui se trouve ici et masquent ce que d’autres ont écrit.
role-means-leader = Les responsables donnent tous les rôles et les retirent, sauf à leurs égaux et aux responsables plus proches de la personne fondatrice. Tant que celle-ci est responsable, elle peut défaire ce qu’ils font.
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
audit-stepped = { $by } redevient { $role }
audit-confirmed = { $by } a confirmé ses propres actes
audit-settled = acquis
audit-settled-explain = Les gardien·nes l’ont rendu définitif : personne ne peut plus le défaire (§8.7).
audit-left = { $by } est parti·e
audit-hid = { $count ->
    [one] { $by } a masqué 1 entrée : { $reason }
   *[other] { $by } a masqué { $count } entrées : { $reason }
}
audit-no-reason = sans raison donnée
audit-void-act = { $by } a rétabli ce qui avait été masqué
audit-void = ne compte pas
audit-void-explain = Son auteur n’en avait pas le droit, ou une révocation l’a annulé (§8.1).
