# Qui était déjà là
first-returns = J’utilise déjà Communaut
first-returning = Bon retour

# Le premier lancement
first-title = Découvrez ce qui se passe près de chez vous
first-explain = Participez, rencontrez vos voisins, décidez ensemble. Sans serveur : tout passe d’un appareil à l’autre.
first-place = Où ? Votre commune ou votre quartier
first-or-click = Ou cliquez sur la carte : votre lieu est aussi précis que vous le voulez.
first-here = Ici : { $place }
first-on = Continuer
first-back = Retour
first-lacks-place = Choisissez d’abord un lieu : tapez son nom et prenez-le dans la liste, ou cliquez sur la carte.
first-here-is = Voici { $place }
first-around-explain = Cet appareil garde ce qui est publié dans le cercle. Vous pourrez le changer quand vous voudrez.
first-radius = Autour
first-held = { $count ->
    [0] Encore rien d’ici : cela arrive avec vos voisins
    [one] Déjà 1 élément d’ici
   *[other] Déjà { $shown } éléments d’ici
}
first-offline = Pas de réseau : les voisins seront trouvés plus tard
first-looking = { $count ->
    [one] Recherche de voisins sur votre réseau… 1 seconde
   *[other] Recherche de voisins sur votre réseau… { $count } secondes
}
first-alone = Personne sur votre réseau pour l’instant. La recherche continue
first-met = { $count ->
    [one] 1 voisin trouvé, pas encore connecté
   *[other] { $count } voisins trouvés, pas encore connectés
}
first-connected = { $count ->
    [one] 1 voisin connecté
   *[other] { $count } voisins connectés
}
first-streets = Le plan des rues est là
first-no-streets = Pas encore de plan des rues : un fichier l’apporte
first-import = Puis importer un fichier de lieux
first-import-explain = OpenStreetMap, données ouvertes de la commune, tableur, agenda. Vous le choisirez à la fin.
first-who = Comment vous appelez-vous ?
first-name-hint = Camille, ou le nom que vous voulez
first-privacy = Tout le monde ici voit ce nom et le lieu choisi. Un pseudonyme convient très bien.
first-lacks-name = Tapez d’abord un nom : celui que vous voulez.
first-simple-explain = Cinq grands boutons. Cela se change dans les réglages.
first-done = C’est parti
first-busy = Un instant…
first-around-me = Autour de moi
