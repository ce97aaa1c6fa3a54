"""How each geste is written, for its page of help: one line to copy and change, and the form of the file it takes."""

import shlex
from collections.abc import Iterator
from typing import Any, Final

from application.declaration import Geste, Position

_SUR: Final = {
    "agent": "ines",
    "habilitation": "ines",
    "absence": "ines",
    "campagne": "NQE-2026",
    "dossier": "NQE-2026-7K3F9",
    "tiers": "00000001800002",
    "seance": "CP-2026-06-18",
    "deliberation": "DEL-2026-06-18-1",
    "enveloppe": "nqe-2026-fonctionnement",
    "subvention": "SUB-NQE-2026-7K3F9",
    "bordereau": "BORD-2026-06-18-1",
}
"""What a geste is done on, by noun."""

_VALEURS: Final = {
    **_SUR,
    "roles": "instructeur",
    "role": "instructeur",
    "acte": "arrêté 2026-01",
    "suppleant": "rene",
    "du": "01/08/2026",
    "au": "15/08/2026",
    "pieces": "statuts,budget",
    "delai": "15 jours",
    "code": "statuts",
    "fichier": "statuts.pdf",
    "aupres_de": "ville",
    "sens": "favorable",
    "motif": "le porteur renonce",
    "rapport": "DEL-2026-06-18-1",
    "ligne": "1",
    "denomination": "Les Passerelles (exemple)",
    "siret": "000 000 018 00002",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "titulaire": "Les Passerelles (exemple)",
    "derniers_chiffres": "0189",
    "jour": "18/06/2026",
    "presences": "presences.csv",
    "membre": "elu-03",
    "statut": "absent",
    "heure": "15:30",
    "dossiers": "NQE-2026-7K3F9",
    "flux": "FLUX-EXEMPLE-1",
    "scrutin": "scrutin.yaml",
    "dispositif": "nqe",
    "exercice": "2026",
    "section": "fonctionnement",
    "source": "budget primitif 2026",
    "lignes": "NQE-2026-7K3F9=711200",
    "echeance": "1",
    "montant_centimes": "7112,00",
    "total_centimes": "7112,00",
}
"""A value of each required field."""

_MOTIF_DE_REJET: Final = "coordonnees_inconnues"

_FICHIERS: Final = {
    "campagne ouvrir": (
        "YAML, sur le modèle de examples/nqe/campagne.yaml :",
        "campagne: {code: NQE-2026, dispositif: nqe, exercice: 2026, ouvre_le: 2026-01-05, ferme_le: 2026-03-31}",
        "reglement:",
        "  version: 3",
        '  plafond_centimes: {valeur: 1500000, depuis: 2026-01-01, source: "…", verifie_le: 2026-01-02}',
    ),
    "dossier deposer": (
        "JSON, sur le modèle de examples/nqe/depots/01.json :",
        '{"campagne": "NQE-2026", "tiers": {"siret": "…", "denomination": "…"}, "objet": "…",',
        ' "montant_demande_centimes": 1200000, "budget": {"charges": […], "produits": […]},',
        ' "pieces": [{"code": "statuts", "fichier": "statuts.pdf"}]}',
    ),
    "assemblee composer": (
        "YAML, sur le modèle de examples/nqe/seance/assemblee.yaml :",
        "assemblee: commission-permanente",
        "depuis: 2026-01-01",
        'source: "…"',
        "president: elu-01",
        "membres: [elu-01, elu-02]",
    ),
    "seance ouvrir": (
        "CSV, sur le modèle de examples/nqe/seance/presences.csv :",
        "membre,statut,pouvoir_a,arrivee,depart",
        "elu-01,present,,,",
        "elu-06,represente,elu-01,,",
    ),
    "deliberation voter": (
        "YAML, sur le modèle de examples/nqe/seance/scrutin.yaml :",
        "mode: main_levee",
        "defaut: pour",
        "deports: [elu-02]",
        "abstention: [elu-03]",
        'heure: "10:15"',
    ),
}
"""The form of the files that hold more than bytes, by geste."""


def exemple(geste: Geste) -> str:
    """Return the example of a geste, its file described under it: lines that the help keeps as they are."""
    commande = " ".join(["diligence", geste.agregat, geste.nom, *_arguments(geste), "--acteur", "ID"])
    lignes = ["\b", "Exemple :", f"  {commande}"]
    if forme := _FICHIERS.get(f"{geste.agregat} {geste.nom}"):
        lignes += ["", "\b", f"Fichier : {forme[0]}", *(f"  {ligne}" for ligne in forme[1:])]
    return "\n".join(lignes)


def _arguments(geste: Geste) -> Iterator[str]:
    if geste.document is not None:
        yield geste.document.libelle.lower()
        return
    for nom, champ in geste.commande.model_fields.items():
        if any(isinstance(m, Position) for m in champ.metadata):
            yield _SUR[geste.agregat]
        elif champ.is_required():
            yield f"--{nom.removesuffix('_centimes').replace('_', '-')}"
            yield shlex.quote(valeur(geste, nom))


def valeur(geste: Any, nom: str) -> str:
    """Return what a required field may hold."""
    return _MOTIF_DE_REJET if (geste.nom, nom) == ("constater-rejet", "motif") else _VALEURS[nom]
