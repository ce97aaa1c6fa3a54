"""Every command there is, built: what a test of all of them walks."""

from functools import cache
from typing import Any

from cli.ligne import application


@cache
def toutes() -> dict[str, Any]:
    """Return each command by its line: "file", "dossier viser"…; the program is then wholly imported."""
    trouvees: dict[str, Any] = {}
    for nom in application.noeuds:
        commande: Any = application.commands.get(nom)
        sous_commandes = getattr(commande, "noeuds", None)
        if sous_commandes is None:
            trouvees[nom] = commande
        else:
            trouvees |= {f"{nom} {sous}": commande.commands.get(sous) for sous in sous_commandes}
    return trouvees


def options(commande: Any) -> set[str]:
    """Return the options of a command."""
    return {option for parametre in commande.params for option in parametre.opts}
