"""Who acts in the demo, and what the institution prepares: agents, assembly, credits. All of it is a fictitious example."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from scenarios.jeu import Jeu, texte

ADMIN, INSTRUCTRICE, INSTRUCTEUR, RESPONSABLE = "admin", "ines", "igor", "rosa"
ASSEMBLEES, FINANCE, CONTROLE, ORDONNATEUR, AUDITEUR = "samir", "fatou", "felix", "odile", "aude"

_ROLES = {
    ADMIN: "administrateur",
    INSTRUCTRICE: "instructeur",
    INSTRUCTEUR: "instructeur",
    RESPONSABLE: "responsable",
    ASSEMBLEES: "assemblees",
    FINANCE: "finance",
    CONTROLE: "finance",
    ORDONNATEUR: "ordonnateur",
    AUDITEUR: "auditeur",
}
ELUS = tuple(f"elu-{rang:02}" for rang in range(1, 16))
ABSENTS, REPRESENTES = frozenset({"elu-15"}), {"elu-14": "elu-01"}

NATURE: dict[str, Any] = {"categorie": "9220", "du": date(2001, 5, 3), "source": "avis de situation (exemple fictif)"}
"""An association declared: the legal nature of those who are paid."""
SERVICE = {
    "service": "Service d’exemple de la cohésion urbaine",
    "adresse": "1 place de l’Exemple, 59000 Lille (fictif)",
    "courriel": "service@exemple.invalid",
    "telephone": "03 00 00 00 00",
    "tribunal": "tribunal administratif d’exemple, 2 rue de l’Exemple (fictif)",
}
"""What the documents say of who answers for the dossiers."""


async def installer(jeu: Jeu) -> None:
    """Record the agents and the assembly."""
    for agent, role in _ROLES.items():
        await jeu.faire("agent enregistrer", None if agent == ADMIN else ADMIN, identifiant=agent, roles=role)
    composition = (
        "assemblee: commission-permanente\ndepuis: 2026-01-01\nsource: exemple fictif\n"
        f"president: elu-01\nmembres: [{', '.join(ELUS)}]\n"
    )
    await jeu.faire("assemblee composer", ASSEMBLEES, fichier=texte("assemblee.yaml", composition))


async def ouvrir_credits(jeu: Jeu, dispositif: str, exercice: int, montant_centimes: int | None = None) -> str:
    """Open an enveloppe and, when an amount is given, have its budget voted."""
    credits = {"dispositif": dispositif, "exercice": exercice, "section": "fonctionnement"}
    recu = await jeu.faire("enveloppe ouvrir", FINANCE, **credits)
    if montant_centimes is not None:
        await voter_budget(jeu, recu.ref, montant_centimes)
    return recu.ref


async def voter_budget(jeu: Jeu, enveloppe: str, montant_centimes: int) -> None:
    """Have the budget of an enveloppe voted."""
    budget = {"enveloppe": enveloppe, "montant_centimes": montant_centimes, "source": "exemple fictif"}
    await jeu.faire("enveloppe voter-budget", FINANCE, **budget)


async def convoquer(jeu: Jeu, jour: str) -> str:
    """Plan and convene a sitting."""
    seance = await jeu.faire("seance prevoir", ASSEMBLEES, jour=date.fromisoformat(jour))
    await jeu.faire("seance convoquer", ASSEMBLEES, seance=seance.ref)
    return seance.ref


async def preparer(jeu: Jeu, seance: str, dossiers: Iterable[str]) -> str:
    """Prepare a rapport for a sitting; return its reference."""
    rapport = await jeu.faire("deliberation preparer", ASSEMBLEES, seance=seance, dossiers=",".join(dossiers))
    await jeu.repos()
    return rapport.ref


async def ouvrir_seance(jeu: Jeu, seance: str) -> None:
    """Open a sitting: one absent, one represented."""
    lignes = ["membre,statut,pouvoir_a,arrivee,depart"]
    for elu in ELUS:
        statut = "absent" if elu in ABSENTS else "represente" if elu in REPRESENTES else "present"
        lignes.append(f"{elu},{statut},{REPRESENTES.get(elu, '')},,")
    presences = texte("presences.csv", "\n".join(lignes) + "\n")
    await jeu.faire("seance ouvrir", ASSEMBLEES, seance=seance, presences=presences)


async def voter(jeu: Jeu, deliberation: str, contenu: str, **ligne: str) -> None:
    """Vote by show of hands one line, or all that are left."""
    scrutin = texte("scrutin.yaml", f"mode: main_levee\n{contenu}\n")
    await jeu.faire("deliberation voter", ASSEMBLEES, deliberation=deliberation, scrutin=scrutin, **ligne)


async def lever(jeu: Jeu, seance: str, *rapports: str) -> None:
    """Close a sitting, and number its acts."""
    await jeu.faire("seance lever", ASSEMBLEES, seance=seance)
    for rapport in rapports:
        await jeu.faire("deliberation numeroter", ASSEMBLEES, deliberation=rapport)
    await jeu.repos()


async def rendre_executoire(jeu: Jeu, deliberation: str, flux: str) -> None:
    """Transmit a numbered délibération and make it exécutoire."""
    await jeu.faire("deliberation transmettre", ASSEMBLEES, deliberation=deliberation, flux=flux)
    await jeu.faire("deliberation rendre-executoire", ASSEMBLEES, deliberation=deliberation)
    await jeu.repos()
