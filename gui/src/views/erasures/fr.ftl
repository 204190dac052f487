# Ce qui a été effacé
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
