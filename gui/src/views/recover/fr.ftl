# Revenir
recover-by-code = J’ai un autre appareil
recover-by-phrase = Par la phrase ou des parts
recover-code-explain = Sur votre autre appareil : Réglages, Mes appareils, Montrer un code.
recover-code = Le code montré là-bas
recover-code-hint = communautdevice1…
recover-label = Comment appeler cet appareil
recover-label-hint = Portable de la cuisine. Tout le monde peut le lire
recover-join = Entrer
recover-lacks-code = Collez d’abord le code que montre votre autre appareil.
recover-lacks-secret = Tapez d’abord les 24 mots, ou des parts, une par ligne.
recover-joining = Recherche de l’autre appareil. Cela prend une minute au plus.
recover-joined = Vous êtes de retour. Cet appareil parle pour { $name }.
recover-secret = Les 24 mots, ou des parts, une par ligne
recover-secret-hint = En français ou en anglais
recover-where = Où la trouver ?
recover-where-explain = Vos voisins détiennent votre identité. Une seule de ces indications suffit ; des parts disent d’elles-mêmes à qui elles sont.
recover-place = La commune où vous écriviez
recover-id = Votre identité, si elle figure à côté de la phrase
recover-id-hint = 64 lettres et chiffres
recover-bad-id = Une identité a 64 caractères, de 0 à 9 et de a à f : vérifiez ce que vous avez tapé.
recover-address = Adresse d’un nœud, s’il n’y en a pas sur votre réseau
recover-button = Récupérer
recover-busy = Récupération…
recover-waits = Un nouvel essai suit tout ce qui arrive.
recover-stop = Arrêter
recover-reject = Lesquels n’étaient plus entre vos mains ? Rien de ce qu’ils ont écrit n’est accepté.
since-recover = Dans ce cas, tout ce que vos autres appareils datent d’après est ignoré, même déjà reçu.
recovered-title = Bon retour, { $name }.
recovered-speaks = Cet appareil parle désormais pour vous.
recovered-out = { $count ->
    [0] Aucun autre appareil n’a dû être retiré.
    [one] 1 autre appareil a été retiré.
   *[other] { $count } autres appareils ont été retirés.
}
recovered-keys = { $count ->
    [0] Aucune clé vers quelque chose de privé n’est revenue.
    [one] 1 clé vers quelque chose de privé est revenue.
   *[other] { $count } clés vers ce qui est privé sont revenues.
}
recovered-all-out = Tous les appareils retirés :
recovered-keep = La même phrase servira aussi la prochaine fois : gardez-la.
recovered-go = Continuer
