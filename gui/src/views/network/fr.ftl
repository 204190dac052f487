# Réseau
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
net-peer-rtt = à { $ms } ms
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
net-dial = Relier
net-dial-label = Adresse d’un autre nœud
net-dial-done = Relié.
net-nobody = Personne en vue
net-nobody-next = Les nœuds d’un même réseau local se trouvent seuls. Pour un nœud plus lointain, demandez son adresse et reliez-le ci-dessous.
net-peer-near = à moins de 1 ms
