# Réseau
net-summary-peers = { $count ->
    [0] Relié à personne
    [one] Relié à 1 nœud
   *[other] Relié à { $count } nœuds
}
net-last-sync = Dernière mise à jour { $ago }
net-never-synced = Pas encore à jour avec qui que ce soit
net-missing = { $count ->
    [0] Rien ne manque, à notre connaissance
    [one] 1 journal est encore attendu
   *[other] { $count } journaux sont encore attendus
}
net-pending = { $count ->
    [one] 1 entrée attend l’identité de son auteur
   *[other] { $count } entrées attendent l’identité de leur auteur
}
net-held = { $entries } entrées dans { $logs } journaux sur cet appareil
net-peers = Nœuds
net-peer-here = sur votre réseau local
net-peer-gone = non relié
net-peer-rtt = à { $ms } ms
net-peer-received = { $count ->
    [0] n’a encore rien apporté
    [one] a apporté 1 entrée
   *[other] a apporté { $shown } entrées
}
net-peer-caught-up = à jour { $ago }
net-peer-never = pas encore à jour
net-refused = Refusé
net-refused-none = Rien n’a été refusé.
net-me = Ce nœud
net-me-id = Son nom sur le réseau (pas le vôtre)
net-me-addresses = Adresses où d’autres le joignent
net-offline = Cette fenêtre fonctionne sans réseau.
net-copy = Copier
net-copied = Copié.
net-dial = Relier
net-dial-label = Adresse d’un autre nœud
net-dial-hint = /ip4/192.0.2.1/tcp/4001
net-dial-done = Relié.
net-nobody = Personne en vue
net-nobody-next = Les nœuds d’un même réseau local se trouvent seuls. Pour un nœud plus lointain, demandez son adresse et reliez-le ci-dessous.
net-peer-near = à moins de 1 ms

# Ce qui ne va pas avec le stockage
trouble-damaged = Une partie de ce que garde cet appareil est illisible. Le reste est affiché ; rien ne peut être modifié avant la réparation. Laissez Communaut ouvert : il se répare.
trouble-mending = Ce que garde cet appareil est en cours de réparation. Tout s’affiche déjà, et pourra être modifié quand cette ligne aura disparu.
trouble-mended = Ce que garde cet appareil était abîmé et a été réparé. { $count ->
    [one] Il manque 1 entrée : elle revient
   *[other] Il manque { $shown } entrées : elles reviennent
} par vos voisins. Vous n’avez rien à faire.
trouble-mended-whole = Ce que garde cet appareil était abîmé et a été réparé. Rien ne manque.
trouble-not-writable = Le disque de cet appareil n’accepte plus rien : ce que vous écrivez n’est pas gardé. Faites-y de la place ou faites-le vérifier ; Communaut reprend ensuite tout seul.
trouble-nearly-full = Le disque de cet appareil est presque plein : { $free } libres. Faites de la place, sinon bientôt rien de nouveau ne sera gardé.
trouble-ceiling = Communaut garde ici autant qu’il le peut ({ $most }) : il ne prend plus rien d’inconnus. Ce que vous écrivez est gardé. Suivez moins de territoires pour faire de la place.
trouble-not-compacted = Ce qui a été effacé est caché, mais pas encore parti du disque de cet appareil. Faites-y de la place et laissez Communaut ouvert : il réessaie.
size-mb = { $size } Mo
size-gb = { $size } Go
