# Mes appareils
devices-explain = Chaque appareil a sa propre clé et écrit en votre nom. Vous êtes une seule personne, avec une seule voix, quel que soit le nombre de vos appareils.
devices-speak = Ils parlent pour vous
devices-out = Retirés
devices-out-note = De ce qu’ils ont écrit compte ce qui était arrivé ici au moment de leur retrait.
devices-out-explain = Cet appareil a été retiré de votre identité, définitivement : rien de ce qu’il écrit ne compte plus. Si c’était vous, supprimez ici les données de Communaut. Pour utiliser encore cette machine, partez d’un dossier de données vide et entrez par le code d’un autre appareil. Si ce n’était pas vous, récupérez votre identité par sa phrase dans un dossier de données vide : cela retire tous les autres appareils.
devices-contested-explain = Votre identité a été récupérée plus d’une fois par une même phrase : quelqu’un d’autre l’a peut-être trouvée. Aucune de ces récupérations ne compte, ni ce qui a été fait après elles ; tout est comme avant, et les appareils qui parlaient alors parlent. Une récupération de plus par la même phrase n’y change rien.
devices-contested-decided = La phrase qui tranche dit laquelle compte : communaut-node identity decide.
devices-contested-nobody = Cette identité a été créée sans phrase qui tranche : personne ne peut dire laquelle compte.
devices-frozen-explain = Deux de vos appareils ont changé votre identité en même temps, et personne ne peut dire lequel a raison. Tant que vous n’avez pas tranché, aucun appareil n’entre ni ne sort ; ce que vos appareils écrivent compte toujours. Votre phrase de secours tranche, sur l’appareil que vous avez en main : il reste, et tous les autres sont retirés.
devices-decide = Trancher par la phrase
device-this = celui-ci
device-out = Retirer
device-out-name = Retirer { $name }
device-out-title = Retirer « { $name } » ?
device-out-keeps = Ce qu’il a écrit reste, s’il est déjà arrivé ici.
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

# Revenir
since-out = Dans ce cas, tout ce qu’il date d’après est ignoré, même déjà reçu.
