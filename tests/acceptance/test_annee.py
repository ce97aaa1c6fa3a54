"""The whole year of the demo, as a stranger runs it, and its amounts found a second way: from the files, without our importer."""

import csv
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from stdnum.fr import siret

from scenarios.demandes import TELESERVICE, depot
from tests.acceptance.conftest import Annee, jouer

pytestmark = [pytest.mark.temporal]


def deposees() -> Iterator[int]:
    """What each request of the campaign asks, the one of Démarche Numérique last."""
    for numero in range(1, TELESERVICE):
        yield int(json.loads(depot(numero)[0].contenu)["montant_demande_centimes"])
    yield 5_000_00


def demandes_de_2014(exemples: Path) -> list[tuple[int, int, str]]:
    """Asked and proposed cents, and the step, of each request of the ODS that stands at a step the mapping knows."""
    feuille = CalamineWorkbook.from_path(str(exemples / "reel" / "montpellier_demandes_2014.ods"))
    lignes = feuille.get_sheet_by_index(0).to_python(skip_empty_area=False)
    entete = [str(c).strip() for c in lignes[0]]
    rang = {nom: entete.index(nom) for nom in ("Structure", "Etape", "Montant", "Montant Demandé 2014")}
    connues = {"Conseil Municipal", "Instruction technique", "Demande"}
    vues, trouvees = set(), []
    for ligne in lignes[1:]:
        etape = str(ligne[rang["Etape"]]).strip()
        if etape not in connues or not str(ligne[rang["Structure"]]).strip() or tuple(ligne) in vues:
            continue
        vues.add(tuple(ligne))
        demande, propose = (_centimes(ligne[rang[nom]]) for nom in ("Montant Demandé 2014", "Montant"))
        trouvees.append((demande, propose, etape))
    return trouvees


def _centimes(cellule: object) -> int:
    texte = re.sub(r"[^0-9.,-]", "", str(cellule)).replace(",", ".")
    return int(Decimal(texte) * 100) if texte else 0


def conventions(exemples: Path) -> list[dict[str, str]]:
    with (exemples / "reel" / "maine-et-loire_conventions.csv").open(encoding="utf-8", newline="") as flux:
        lues = list(csv.DictReader(flux, delimiter=";"))
    chiffres = [(r, "".join(c for c in r["idBeneficiaire"] if c.isdigit())) for r in lues]
    return [r for r, c in chiffres if "E+" not in r["idBeneficiaire"] and siret.is_valid(c)]


@pytest.mark.epreuves
def test_les_montants_du_bilan_sont_justes_au_centime(annee: Annee) -> None:
    demandes = demandes_de_2014(annee.exemples)
    montants = annee.document["montants"]
    assert montants["demande_centimes"] == sum(deposees()) + sum(demande for demande, _, _ in demandes)
    votees = sum(propose for _, propose, etape in demandes if etape == "Conseil Municipal")
    attribuees = sum(int(Decimal(r["montant"]) * 100) for r in conventions(annee.exemples))
    nqe = montants["vote_centimes"] - votees - attribuees
    assert 0 < nqe < sum(deposees())
    assert montants["vote_centimes"] == montants["engage_centimes"]
    assert montants["liquide_centimes"] == montants["mandate_centimes"] == montants["paye_centimes"]
    conventions_payees = 46_492_58_00
    assert montants["paye_centimes"] == nqe + conventions_payees


@pytest.mark.epreuves
def test_le_moteur_a_tout_fait_lui_meme(annee: Annee) -> None:
    par = annee.document["automatismes"]["par"]
    assert (par["filet"], par["cli"], annee.document["automatismes"]["en_retard"]) == (0, 0, 0)
    assert par["workflow"] > 200
    assert annee.document["derive"] == 0
    assert annee.document["sans_attente"] == []
    assert annee.document["retards_humains"] == 0, "no échéance rests on a date that no fact tells"
    assert annee.document["faits"] == 7977
    assert sum(annee.document["dossiers"]["par_etat"].values()) == 46 + 1042 + 67
    assert annee.document["dossiers"]["par_etat"]["clos"] == 46 + 54


@pytest.mark.epreuves
def test_deux_demonstrations_disent_la_meme_chose(annee: Annee, tmp_path: Path) -> None:
    autre = jouer(tmp_path, "--jusqu-au", "fin")
    assert {**autre, "duree_s": 0} == {**annee.document, "duree_s": 0}
