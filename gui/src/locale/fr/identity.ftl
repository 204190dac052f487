# Ce qu’il faut savoir sur chaque page
notice-phrase = Votre phrase de secours n’est pas encore notée. Sans elle, une identité dont les appareils sont perdus ne revient pas.
notice-phrase-button = La noter
notice-frozen = Votre identité est gelée : deux de vos appareils l’ont changée en même temps.
notice-out = Cet appareil a été retiré de votre identité. Rien de ce qu’il écrit ne compte plus.
notice-look = Voir que faire

# Réglages
page-devices = Mes appareils
page-phrase = Phrase de secours
back-settings = Retour aux réglages
safety-title = Appareils et secours
safety-open = Ouvrir
safety-erasures = Dans vos communautés, et par vous-même
safety-phrase-waits = Pas encore notée
safety-phrase-written = Sur papier ; cet appareil ne la détient pas

# Mes appareils
devices-explain = Chaque appareil a sa propre clé et écrit en votre nom. Vous êtes une seule personne, avec une seule voix, quel que soit le nombre de vos appareils.
devices-speak = Ils parlent pour vous
devices-out = Retirés
devices-out-note = De ce qu’ils ont écrit compte ce qui était arrivé ici au moment de leur retrait.
devices-out-explain = Cet appareil a été retiré de votre identité, définitivement : rien de ce qu’il écrit ne compte plus. Si c’était vous, supprimez ici les données de Communaut. Pour utiliser encore cette machine, partez d’un dossier de données vide et entrez par le code d’un autre appareil. Si ce n’était pas vous, récupérez votre identité par sa phrase dans un dossier de données vide : cela retire tous les autres appareils.
devices-frozen-explain = Deux de vos appareils ont changé votre identité en même temps, et personne ne peut dire lequel a raison. Tant que vous n’avez pas tranché, aucun appareil n’entre ni ne sort ; ce que vos appareils écrivent compte toujours. Votre phrase de secours tranche, sur l’appareil que vous avez en main : il reste, et tous les autres sont retirés.
devices-decide = Trancher par la phrase
device-this = celui-ci
device-nameless = un appareil sans nom
device-out = Retirer
device-out-name = Retirer { $name }
device-out-title = Retirer « { $name } » ?
device-out-keeps = Ce qu’il a écrit reste, pour autant que c’est arrivé ici.
device-out-ends = Rien de ce qu’il écrira plus tard ne comptera, où qu’il soit. C’est définitif : le même appareil ne revient pas.
device-out-this = C’est l’appareil que vous utilisez. Il ne parlera plus pour vous, et seuls un autre de vos appareils ou votre phrase vous permettront de continuer.
device-out-confirm = Retirer définitivement
device-out-done = L’appareil est retiré.
device-add = Un autre appareil
device-add-explain = Sur l’autre appareil, ouvrez Communaut, choisissez « J’en ai déjà une » et donnez-lui le code que vous recevez ici. Les deux doivent pouvoir se joindre, sur un même réseau par exemple.
device-code-show = Montrer un code
device-code-copy = Copier le code
device-code-squares = Le même code, pour une caméra
device-code-until = Valable pour un appareil, jusqu’à { $time }
device-code-secret = Qui a ce code d’ici là peut entrer en votre nom : ne le montrez à personne d’autre.
device-code-over = Le code n’est plus valable. Demandez-en un nouveau.
device-came-in = { $name } est entré et parle pour vous.

# La phrase de secours
phrase-explain = Ces 24 mots font revenir votre identité quand tous vos appareils sont perdus, volés ou cassés, et retirent un appareil que quelqu’un d’autre détient. Qui les a, c’est vous.
phrase-before = Prenez du papier et un stylo, et veillez à ce que personne ne regarde. Une photo ou une note sur un appareil n’est pas un lieu sûr.
phrase-show = Montrer les mots
phrase-write = Notez-les sur papier, dans cet ordre.
phrase-id = Notez ceci à côté : c’est votre identité, qui aide à la retrouver. Ce n’est pas un secret.
phrase-written = Je l’ai notée
phrase-check = Tapez les mots d’après votre papier. S’ils sont justes, cet appareil les oublie.
phrase-check-button = Vérifier
phrase-again = Revoir les mots
phrase-field = Les 24 mots
phrase-field-hint = En français ou en anglais, séparés par des espaces
phrase-count = { $count } mots sur { $all }
phrase-confirmed = C’est juste. La phrase est maintenant sur votre papier, et sur aucun appareil.
phrase-gone = Sur votre papier, et pas ici
phrase-gone-explain = Cet appareil ne détient plus la phrase et ne peut plus la montrer. Gardez le papier comme un acte notarié.
shares-title = Des parts pour vos proches
shares-explain = Au lieu d’un papier, ou en plus de lui, la phrase peut être partagée entre des proches : à plusieurs, ils vous font revenir ; moins nombreux, ils n’apprennent rien.
shares-enough = Il en suffit de :
shares-count = sur
shares-make = Faire les parts
shares-give = Donnez chaque part à une autre personne, chacune par son propre chemin. { $enough } ensemble peuvent reprendre votre identité. Elles ne sont montrées qu’une fois : elles disparaissent quand vous quittez cette page.
shares-one = Part { $number } sur { $all }

# Revenir
first-new = Une nouvelle identité
first-returns = J’en ai déjà une
recover-by-code = J’ai un autre appareil
recover-by-phrase = Par la phrase ou des parts
recover-code-explain = Sur votre autre appareil : Réglages, Mes appareils, Montrer un code.
recover-code = Le code montré là-bas
recover-code-hint = communautdevice1…
recover-label = Comment appeler cet appareil
recover-label-hint = Portable de la cuisine. Tout le monde peut le lire
recover-join = Entrer
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
recover-reject = Lesquels n’étaient plus entre vos mains ? Rien de ce qu’ils ont écrit n’est accepté.
since = En d’autres mains depuis (une date ; peut rester vide)
since-hint = 2026-09-12
since-out = Dans ce cas, rien de lui ne compte qui se dise plus tardif, même arrivé ici.
since-recover = Dans ce cas, rien de vos autres appareils ne compte qui se dise plus tardif, même arrivé ici.
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
