# Réglages
safety-title = Appareils et secours
safety-open = Ouvrir
safety-erasures = Dans vos communautés, et par vous-même
safety-phrase-waits = Pas encore notée
safety-phrase-written = Sur papier ; cet appareil ne la détient pas
settings-look = Apparence
settings-language = Langue
settings-theme = Thème
settings-theme-system = Comme le système
settings-theme-light = Clair
settings-theme-dark = Sombre
settings-size = Taille des lettres
settings-percent = { $size } %
settings-still = Sans animations
settings-keys = Clavier
keys-pages = les cinq pages
keys-search = rechercher
keys-home-key = Début
keys-home = la carte, là où vous êtes
keys-back = un pas en arrière
keys-history = page précédente, page suivante
keys-size = lettres plus grandes, plus petites
keys-next = commande suivante
me-title = Vous
me-about = À propos de vous
me-about-hint = Quelques lignes, publiques
me-saved = Enregistré.
me-wall = Voir mon mur
me-id = Votre identité
me-device = Cet appareil
me-devices = { $count ->
    [one] 1 appareil parle pour vous
   *[other] { $count } appareils parlent pour vous
}
settings-sample = Village d’exemple
keys-help = ce qu’on peut faire ici
safety-keys = Vos clés sur cet ordinateur
safety-keys-passphrase = Protégées par votre phrase de passe
safety-keys-desktop = Dans le trousseau de votre bureau ; elles s’ouvrent avec votre session
safety-keys-unsealed = Sans protection : qui accède au disque de cet ordinateur peut écrire à votre place
safety-protect = Mettre une phrase de passe
