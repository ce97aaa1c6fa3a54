"""Who acts in the demo, and what the institution prepares: agents, assembly, credits. All of it is a fictitious example."""

from datetime import date

from application.commandes import FichierRecu, Recu
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
    recu = await jeu.faire(
        "enveloppe ouvrir", FINANCE, dispositif=dispositif, exercice=exercice, section="fonctionnement"
    )
    if montant_centimes is not None:
        await voter_budget(jeu, recu.ref, montant_centimes)
    return recu.ref


async def voter_budget(jeu: Jeu, enveloppe: str, montant_centimes: int) -> None:
    """Have the budget of an enveloppe voted."""
    await jeu.faire(
        "enveloppe voter-budget",
        FINANCE,
        enveloppe=enveloppe,
        montant_centimes=montant_centimes,
        source="exemple fictif",
    )


async def convoquer(jeu: Jeu, jour: str) -> str:
    """Plan and convene a sitting."""
    seance = await jeu.faire("seance prevoir", ASSEMBLEES, jour=date.fromisoformat(jour))
    await jeu.faire("seance convoquer", ASSEMBLEES, seance=seance.ref)
    return seance.ref


async def ouvrir_seance(jeu: Jeu, seance: str) -> Recu:
    """Open a sitting: one absent, one represented."""
    lignes = ["membre,statut,pouvoir_a,arrivee,depart"]
    for elu in ELUS:
        statut = "absent" if elu in ABSENTS else "represente" if elu in REPRESENTES else "present"
        lignes.append(f"{elu},{statut},{REPRESENTES.get(elu, '')},,")
    return await jeu.faire(
        "seance ouvrir", ASSEMBLEES, seance=seance, presences=texte("presences.csv", "\n".join(lignes) + "\n")
    )


async def rendre_executoire(jeu: Jeu, deliberation: str, flux: str) -> None:
    """Transmit a numbered délibération and make it exécutoire."""
    await jeu.faire("deliberation transmettre", ASSEMBLEES, deliberation=deliberation, flux=flux)
    await jeu.faire("deliberation rendre-executoire", ASSEMBLEES, deliberation=deliberation)
    await jeu.repos()


def scrutin(contenu: str) -> FichierRecu:
    """Return a scrutin by show of hands."""
    return texte("scrutin.yaml", f"mode: main_levee\n{contenu}\n")
