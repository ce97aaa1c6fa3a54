"""`diligence exporter`: what goes to a file, what goes to the screen, with which exit code."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from tests.application.reprise.fabrique import RACINE, REEL
from tests.cli.conftest import Console

REPRISE = RACINE / "examples" / "reprise"
CLES = {"exportees", "ecartees", "montant_exporte_centimes", "montant_ecarte_centimes", "vers", "motifs", "illisibles"}


@pytest.fixture
def repris(console: Console) -> Console:
    console.fait("campagne", "ouvrir", REPRISE / "campagne-conventions.yaml", acteur="admin")
    selon = REPRISE / "maine-et-loire_conventions.yaml"
    assert console("reprendre", REEL / "maine-et-loire_conventions.csv", "--selon", selon).code == 5
    return console


@pytest.mark.donnees
def test_scdl_dans_un_fichier_sort_en_cinq_quand_des_attributions_sont_ecartees(
    repris: Console, tmp_path: Path
) -> None:
    vers, ecartees = tmp_path / "scdl.csv", tmp_path / "ecartees.csv"
    reponse = repris("exporter", "scdl", "--vers", vers, "--ecartees", ecartees, acteur=None)
    assert (reponse.code, set(reponse.document)) == (5, CLES)
    assert (reponse.document["exportees"], reponse.document["ecartees"]) == (53, 14)
    assert reponse.document["vers"] == str(vers)
    assert len(ecartees.read_text(encoding="utf-8").splitlines()) == 15
    humaine = repris.lancer(["exporter", "scdl", "--vers", str(vers), "--ecartees", str(ecartees)])
    assert (humaine.code, humaine.sortie.splitlines()[0][:23]) == (5, "53\N{NO-BREAK SPACE}attributions exporté")


@pytest.mark.donnees
def test_scdl_sans_fichier_donne_le_csv_seul_sur_la_sortie(repris: Console, tmp_path: Path) -> None:
    vers = tmp_path / "scdl.csv"
    repris("exporter", "scdl", "--vers", vers, acteur=None)
    reponse = repris.lancer(["exporter", "scdl"])
    assert reponse.code == 5
    assert reponse.sortie == vers.read_bytes().decode()
    assert len(list(csv.DictReader(StringIO(reponse.sortie, newline="")))) == 53
    assert "14\N{NO-BREAK SPACE}écartées" in reponse.erreurs
    seul = repris("exporter", "scdl", acteur=None)
    assert (seul.document["vers"], seul.document["exportees"]) == (None, 53)


def test_scdl_d_une_base_sans_attribution_est_un_fichier_vide_et_valide(console: Console) -> None:
    reponse = console("exporter", "scdl", acteur=None)
    assert (reponse.code, reponse.document["exportees"], reponse.document["motifs"]) == (0, 0, {})


def test_les_refus_de_l_export(console: Console, tmp_path: Path) -> None:
    console.verifie_refus("saisie_invalide", "exporter", "scdl", "--notification-ue", "peut-être", acteur=None)
    console.verifie_refus("fichier_non_ecrit", "exporter", "scdl", "--vers", tmp_path / "absent" / "s.csv", acteur=None)
    console.verifie_refus("format_non_disponible", "exporter", "pes", acteur=None)
    console.verifie_refus("saisie_invalide", "exporter", "evenements", "--apres", "-1", acteur=None)
    console.verifie_refus("acteur_manquant", "exporter", "ordres", acteur=None)
    console.verifie_refus("role_manquant", "exporter", "ordres", acteur="ines")
    console.verifie_refus(
        "reference_inconnue", "exporter", "ordres", "--bordereau", "BORD-2026-01-01-1", acteur="fanny"
    )


def test_les_ordres_ne_s_affichent_pas(console: Console, tmp_path: Path) -> None:
    reponse = console.lancer(["exporter", "ordres", "--acteur", "fanny"])
    assert (reponse.code, reponse.sortie) == (3, "")
    assert "--vers" in reponse.erreurs
    fait = console("exporter", "ordres", "--vers", tmp_path / "o.csv", acteur="fanny")
    assert (fait.code, fait.document["exportes"], fait.document["ordres"]) == (0, 0, [])
    assert (tmp_path / "o.csv").stat().st_mode & 0o777 == 0o600


def test_les_evenements_se_reprennent_apres_une_position(console: Console) -> None:
    tous = console.lancer(["exporter", "evenements"])
    faits = [json.loads(ligne) for ligne in tous.sortie.splitlines()]
    assert (tous.code, faits[0]["type"], faits[0]["id"]) == (0, "agent.enregistre.v1", "1")
    suite = console.lancer(["exporter", "evenements", "--apres", str(len(faits) - 1)])
    assert [json.loads(ligne) for ligne in suite.sortie.splitlines()] == faits[-1:]
    assert console.lire("exporter", "evenements")["derniere_position"] == len(faits)
