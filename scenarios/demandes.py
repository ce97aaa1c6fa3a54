"""The requests of the demo: the forty of the example campaign, and a few more, each like one of them from another association."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from application.commandes import FichierRecu
from application.gestes.depot import noms_joints
from scenarios.jeu import EXEMPLES, lire_fichier, texte

DEPOTS: Final = EXEMPLES / "nqe" / "depots"
COMITE, TARDIVE, DESEQUILIBREE, DOUBLE, AILLEURS, TELESERVICE = range(41, 47)
"""What is shown with each: an avis of experts, a dépôt after the deadline, a budget that does not add up, the same request
again, another authority’s, one that came by Démarche Numérique."""


class _Autre(NamedTuple):
    """Like which of the forty, asked by whom for what; `change` replaces its fields."""

    modele: int
    siret: str
    denomination: str
    objet: str
    change: Mapping[str, Any] = {}


_PASSERELLES: Final = _Autre(9, "00000041400003", "Passerelles d’Été (exemple)", "Carnaval des passerelles")
_AUTRES: Final = {
    COMITE: _PASSERELLES,
    TARDIVE: _Autre(
        12,
        "00000042200006",
        "Les Retardataires (exemple)",
        "Veillées tardives",
        {"canal": "papier", "envoye_le": "2026-04-01"},
    ),
    DESEQUILIBREE: _Autre(
        13,
        "00000043000009",
        "La Balance (exemple)",
        "Jeux d’équilibre",
        {
            "montant_demande_centimes": 6_000_00,
            "budget": {
                "charges": [{"poste": "60", "libelle": "Achats", "montant_centimes": 12_000_00}],
                "produits": [
                    {"financeur": "Région", "montant_centimes": 6_000_00},
                    {"financeur": "Ville", "montant_centimes": 4_000_00},
                ],
            },
        },
    ),
    DOUBLE: _PASSERELLES,
    AILLEURS: _Autre(14, "00000045500006", "Voisins d’Ailleurs (exemple)", "Aire de jeux communale"),
}


def depot(numero: int) -> tuple[FichierRecu, Mapping[str, FichierRecu]]:
    """Return a request, and the pièces it names."""
    if (autre := _AUTRES.get(numero)) is None:
        lu = lire_fichier(DEPOTS / f"{numero:02}.json")
    else:
        demande = json.loads((DEPOTS / f"{autre.modele:02}.json").read_text(encoding="utf-8"))
        demande |= {"tiers": {"siret": autre.siret, "denomination": autre.denomination}, "objet": autre.objet}
        lu = texte(f"{numero}.json", json.dumps(demande | autre.change))
    return lu, {nom: lire_fichier(DEPOTS / nom) for nom in noms_joints(lu)}
