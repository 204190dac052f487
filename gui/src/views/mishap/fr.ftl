# La fenêtre
mishap-title = Cette partie de la fenêtre a échoué
mishap-explain = C’est une erreur du programme, pas de vos données. Rien n’est perdu : ce que vous avez tapé est toujours là. Réessayez, ou passez à une autre page.
mishap-again = Réessayer
mishap-report = Un rapport se trouve sur cet appareil. Il dit où le programme a échoué, et rien de ce que vous lisez ou écrivez. Vous pouvez l’envoyer à celles et ceux qui font le programme :
