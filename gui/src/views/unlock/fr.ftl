# Ouvrir ce qui est sur cet ordinateur
unlock-welcome = Bienvenue
unlock-title = Ouvrir Communaut
unlock-explain = Tapez la phrase de passe choisie pour cet ordinateur. Elle ne va nulle part ailleurs.
unlock-passphrase = Phrase de passe
unlock-open = Ouvrir
unlock-lacks = Tapez d’abord votre phrase de passe.
unlock-busy = Ouverture…
unlock-forgotten = Personne ne peut vous rendre une phrase de passe oubliée.
unlock-waiting = Le trousseau de votre bureau est interrogé
unlock-again = Réessayer
unlock-wrong = C’est une autre phrase de passe. Vérifiez les majuscules et la langue du clavier, puis retapez-la.
unlock-held = Une autre fenêtre ou un autre programme utilise ce dossier de données. Fermez-le, puis réessayez.
unlock-desktop = Vos clés n’ont pas pu être ouvertes : { $why }
unlock-failed = Cela n’a pas marché : { $why }

# Une phrase de passe, plus tard
protect-title = Protéger Communaut sur cet ordinateur
protect-explain = Pour que personne n’écrive ni ne lise à votre place. La phrase de passe est demandée à chaque ouverture.
protect-hint = Quatre ou cinq mots tirés au hasard conviennent bien.
protect-again = La même encore une fois
protect-short = Au moins { $count } caractères, s’il vous plaît.
protect-differ = Les deux ne sont pas identiques.
protect-button = Protéger
protect-busy = Un instant…
protect-done = Désormais, votre phrase de passe ouvre Communaut.
protect-broke = cela s’est arrêté en route ; les réglages montrent comment vos clés sont gardées
protect-not-here = cela se change avec communaut-node keys seal
protect-later = Plus tard
