# Importer un fichier
import-title = Importer un fichier
import-explain = Des lieux et des organisations d’OpenStreetMap (.osm.pbf, avec la carte des rues), de GeoJSON ou de CSV. Importer deux fois le même fichier ne change rien.
import-path = Le fichier
import-path-hint = Son chemin, ou déposez-le sur cette fenêtre
import-licence = Sa licence et à qui on le doit
import-licence-hint = Si le fichier ne le dit pas : « CC BY 4.0, Ville de Lyon »
import-public = Chaque fiche est publiée en votre nom, là où elle se trouve, avec sa source et sa licence.
import-begin = Importer
import-busy = Lecture…
import-done = { $read } lues : { $created } nouvelles, { $updated } modifiées, { $unchanged } inchangées, { $skipped } laissées de côté.
import-broke-off = Le fichier s’interrompt ; ce qui précède est gardé : { $why }
import-skipped = Laissées de côté :
import-skipped-more = { $count } de plus
import-busy-streets = La carte des rues se dessine…
import-streets = Carte des rues : { $tiles } tuiles, { $size }.
import-no-streets = Pas de carte des rues : { $why }
import-packs = Cartes des rues déjà là : { $names }
