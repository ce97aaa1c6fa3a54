"""What the tests of this room start from."""

import json
from pathlib import Path
from typing import Any

from dispositifs.evaluation import LigneBudget
from dispositifs.financeurs import reconnaitre
from dispositifs.reglement import Reglement

EXEMPLES = Path(__file__).resolve().parents[2] / "examples" / "nqe"
DEPOTS = sorted((EXEMPLES / "depots").glob("*.json"))

MINIMALE = """\
campagne: {code: NQE-2026, dispositif: nqe, exercice: 2026, ouvre_le: 2026-01-05, ferme_le: 2026-03-31}
reglement:
  version: 3
  taux_max_points_base: {valeur: 6000, depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}
  pieces: [{code: statuts, exigee_par: "exemple fictif", bloquante: true}]
  plafond_centimes: {valeur: 1500000, depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}
  versements: {valeur: "avance:70%,solde:30%", depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}
  communication: {valeur: "exemple", depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}
  demandeurs: {valeur: ["92"], depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}
  territoires: {valeur: [qpv], depuis: 2026-01-01, source: "exemple fictif", verifie_le: 2026-01-02}
  periode: {valeur: {debut: 2026-07-01, fin: 2026-08-31}, depuis: 2026-01-01, source: "exemple", verifie_le: 2026-01-02}
  principes: {valeur: ["un fil rouge annuel"], depuis: 2026-01-01, source: "exemple", verifie_le: 2026-01-02}
"""
"""All that an NQE campagne needs to open, and nothing more."""


def ligne(montant_centimes: int, poste: str | None = None, financeur: str | None = None) -> LigneBudget:
    """A line of a budget."""
    return LigneBudget(
        montant_centimes=montant_centimes,
        poste=poste,
        financeur=None if financeur is None else reconnaitre(financeur),
    )


def valeur(valeur: object, source: str = "exemple fictif") -> dict[str, object]:
    return {"valeur": valeur, "depuis": "2026-01-01", "source": source, "verifie_le": "2026-01-02"}


def un_reglement(**parametres: object) -> Reglement:
    """A règlement of which each parameter is given as a bare value."""
    return Reglement.model_validate({"version": 3, **{nom: valeur(v) for nom, v in parametres.items()}})


def depot(chemin: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(chemin.read_text(encoding="utf-8"))
    return document
