# Ce qu’il faut savoir sur chaque page
notice-phrase = Votre phrase de secours n’est pas encore notée. Sans elle, une identité dont les appareils sont perdus ne revient pas.
notice-phrase-button = La noter
notice-contested = Votre identité a été récupérée deux fois à la fois par une même phrase : aucune de ces récupérations ne compte.
notice-frozen = Votre identité est gelée : deux de vos appareils l’ont changée en même temps.
notice-out = Cet appareil a été retiré de votre identité. Rien de ce qu’il écrit ne compte plus.
notice-look = Voir que faire

# Qui lit
invited = { $name } vous invite dans une communauté fermée ({ $id }). Seuls ses membres peuvent lire comment elle s’appelle et ce qui s’y dit.
invited-join = Accepter
invited-later = Plus tard
invited-joined = Vous en faites partie. Ce qu’elle contient arrive des autres membres.
