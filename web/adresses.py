"""Where each kind of aggregate is: the plurals of the addresses, shared by the pages and the API."""

from typing import Final

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
