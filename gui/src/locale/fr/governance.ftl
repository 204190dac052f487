# Décisions
gov-waiting = Vous attend
gov-waiting-none = Aucun vote ne vous attend.
gov-mine = Vos communautés
gov-others = D’autres que vous suivez
gov-role = Vous y êtes { $role }
gov-role-none = Vous n’en êtes pas membre
gov-proposals-none = Pas encore de proposition.
gov-propose = Proposer
gov-members = Membres
gov-members-count = { $count ->
    [one] 1 membre
   *[other] { $count } membres
}
gov-nobody = Vous n’appartenez encore à aucune communauté
gov-nobody-next = Créez une organisation ou un projet sur la carte : ses membres et ses votes lui appartiennent. Ou demandez à être admis·e dans l’une de celles qui s’y trouvent.
gov-nobody-button = Créer une organisation
gov-back = Retour aux décisions
gov-by = Proposé par { $name } dans { $community }
gov-status-open = Ouvert
gov-status-accepted = Adopté
gov-status-rejected = Rejeté
gov-status-disputed = Contesté
gov-yes = Oui
gov-no = Non
gov-blank = Blanc
gov-estimate = Une estimation : des votes peuvent encore arriver. Le résultat vaudra quand { $teller } aura clos le vote.
gov-certified = Le résultat, tel que { $teller } l’a certifié.
gov-disputed = Le certificat de { $teller } ne correspond pas à ce que détient cet appareil.
gov-incomplete = La liste de celles et ceux qui peuvent voter n’est pas encore arrivée en entier.
gov-turnout = { $turnout } sur { $electorate } ont voté · il en faut { $needed }
gov-closes = Clôture prévue le { $day }
gov-my-vote = Votre vote
gov-my-vote-said = Vous avez voté « { $choice } ». Vous pouvez changer d’avis jusqu’à la clôture.
gov-no-vote = Seuls peuvent voter ceux qui étaient membres au moment de la proposition.
gov-close = Clore et compter
gov-close-title = Clore ce vote ?
gov-close-explain = Vous comptez et certifiez ce qui est arrivé ici. Les bulletins qui viendraient ensuite n’y changeront rien.
gov-closed = Clos et certifié.
gov-voted = Votre vote est écrit.
gov-ballots = Qui a voté
gov-ballots-none = Personne pour l’instant.
gov-conflicting = bulletins contradictoires : aucun ne compte
gov-refused = Bulletins qui ne comptent pas
gov-rule-not-in-electorate = pas membre au moment de la proposition (§8.3)
gov-rule-conflicting = en contredit un autre de la même personne (§8.4)
gov-rule-not-a-teller = ne peut pas clore ce vote (§8.5)
gov-rule-mismatch = ne correspond pas à ce qui est détenu ici (§8.5)
gov-rule-may-not-propose = pas membre, et seuls les membres proposent (§8.2)
gov-form-title = Votre question
gov-form-title-hint = Plantons-nous des citronniers sur la place ?
gov-form-text = Pourquoi
gov-form-text-hint = De quoi il s’agit, ce que cela coûte, qui s’en charge
gov-form-quorum = Combien doivent y prendre part
gov-form-days = À clore dans (jours)
gov-form-send = Demander aux membres
gov-proposed = La proposition est publiée.
gov-role-saved = Le rôle est écrit.
gov-role-take = sans rôle
gov-role-of = Rôle de { $name }
gov-admit = Admettre
gov-admit-who = Une personne déjà rencontrée
gov-me = vous
gov-more = { $count } de plus
gov-certificates = Certificats
gov-certificate = { $teller } a compté { $yes } oui, { $no } non et { $blank } blancs, sur { $electorate } qui peuvent voter.
gov-certificate-checked = Vérifié sur cet appareil : les bulletins détenus ici donnent la même chose.
gov-certificate-missing = { $count ->
    [one] 1 bulletin qu’il cite n’est pas arrivé ici.
   *[other] { $count } bulletins qu’il cite ne sont pas arrivés ici.
}
gov-certificate-differs = Les bulletins détenus ici, ou la liste de celles et ceux qui peuvent voter, donnent autre chose (§8.5).
gov-disputed-two = Il existe des certificats qui se contredisent.
gov-disputed-here = Ci-dessus, ce que donnent les bulletins détenus sur cet appareil ; ci-dessous, ce qui a été certifié.
gov-admit-who-hint = Tapez un nom
gov-admit-nobody = Personne de connu sur cet appareil ne correspond.
gov-admit-more = { $count } de plus : tapez davantage du nom.
gov-admit-all = Toutes les personnes connues de cet appareil sont déjà membres.
