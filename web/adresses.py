"""Where each kind of aggregate is: the plurals of the addresses, shared by the pages and the API."""

from typing import Final
from urllib.parse import quote

from application.declaration import Geste

COLLECTIONS: Final = {
    "dossiers": "dossier",
    "campagnes": "campagne",
    "tiers": "tiers",
    "assemblees": "assemblee",
    "seances": "seance",
    "deliberations": "deliberation",
    "enveloppes": "enveloppe",
    "subventions": "subvention",
    "bordereaux": "bordereau",
}
"""Path, and kind of aggregate, of those that are read. Agents are people: they are not published here."""

PLURIELS: Final = {
    **{espece: chemin for chemin, espece in COLLECTIONS.items()},
    "agent": "agents",
    "habilitation": "habilitations",
    "absence": "absences",
    "horloge": "horloge",
}
"""The path of each noun that has gestes."""

NOMS: Final = {pluriel: nom for nom, pluriel in PLURIELS.items()}
"""The noun of each path."""


def du_geste(geste: Geste, ref: str) -> str:
    """Return the form of a geste: on what `ref` names, or of one that makes what it is about."""
    sur = "" if geste.champ is None else f"/{quote(ref, safe='')}"
    return f"/{PLURIELS[geste.agregat]}{sur}/gestes/{geste.nom}"


def adresse_du_geste(geste: Geste) -> str:
    """Return the template of the operation of a geste in the API."""
    return f"/api/v1/{PLURIELS[geste.agregat]}{'' if geste.champ is None else '/{ref}'}/{geste.nom}"


def d_ici(vers: str) -> str:
    """Return an address of this site, blank for what leads elsewhere."""
    return vers if vers.startswith("/") and vers[1:2] not in {"/", "\\"} and vers.isprintable() else ""
