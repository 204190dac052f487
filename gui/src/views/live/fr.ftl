# Ce qui se dit par ici
live-write = Dire quelque chose autour de { $place }
live-home = chez vous
live-none = Personne n’a encore rien dit ici
live-none-next = Écrivez les premiers mots, ou suivez un autre territoire.
live-on = sur le mur de { $name }
live-where = voir sur la carte
