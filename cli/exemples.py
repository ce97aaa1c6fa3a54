"""How each geste is written, for its page of help: one line to copy and change, and the form of the file it takes."""

import re
import shlex
from collections.abc import Iterator
from typing import Any, Final

from application.declaration import Geste, Position
from application.exemples import REFERENCES
from application.exemples import valeur as valeur_donnee
from cli.gestes import modele_d_un_rang

_TAPEES: Final = {
    "scrutin": "scrutin.yaml",
    "presences": "presences.csv",
    "lignes": "NQE-2026-7K3F6=711200",
}
"""What a person types where a program gives a list or a table."""

_JOUR: Final = re.compile(r"^([0-9]{4})-([0-9]{2})-([0-9]{2})$")

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
            yield REFERENCES[geste.agregat]
        elif (rang := modele_d_un_rang(champ)) is not None:
            yield from (mot for un in rang.model_fields for mot in (f"--{un}", shlex.quote(valeur(geste, un))))
        elif champ.is_required():
            yield f"--{nom.removesuffix('_centimes').replace('_', '-')}"
            yield shlex.quote(valeur(geste, nom))


def valeur(geste: Any, nom: str) -> str:
    """Return what a required field may hold, as a person types it."""
    if nom in _TAPEES:
        return _TAPEES[nom]
    donnee = valeur_donnee(geste, nom)
    if nom.endswith("_centimes"):
        return f"{donnee // 100},{donnee % 100:02d}"
    tapee = ",".join(donnee) if isinstance(donnee, list) else str(donnee)
    return _JOUR.sub(r"\3/\2/\1", tapee)
