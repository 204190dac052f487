# Effacer et masquer
erase-title = Effacer définitivement « { $what } » ?
erase-explain = Ce que vous avez écrit disparaît aussitôt de cet appareil, et des autres dès qu’ils l’apprennent. On verra toujours qu’il y avait quelque chose ici, de qui et quand.
erase-recall = Cela ne peut être défait et n’atteint pas tout : une copie qui ne se synchronise plus jamais, et ce que quelqu’un a lu, copié ou photographié, ne peut être rappelé.
erase-confirm = L’effacer définitivement
erase-done = Effacé ici. Les autres appareils le suppriment dès qu’ils en sont informés.
hide-title = Masquer « { $what } » ?
hide-explain = Ce n’est plus montré, ni ici ni chez quiconque l’apprend, et c’est abandonné après 7 jours. D’ici là, on peut revenir dessus. Votre nom et la raison restent lisibles pour tout le monde.
hide-recall = Ce qui ne peut être rappelé : une copie qui ne se synchronise plus jamais, et ce que quelqu’un a lu ou copié avant.
hide-reason = Pourquoi
hide-reason-hint = Quelques mots, que tout le monde peut lire
hide-confirm = Le masquer
hide-done = Masqué. Pendant 7 jours on peut revenir dessus, sous « Ce qui a été effacé ».
