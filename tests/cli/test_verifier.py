"""`diligence verifier` and what `etat` says of the chain, as scripts and people read them."""

from pathlib import Path

import pytest

from cli.sortie import ANOMALIE, REFUSE
from tests.adapters.store.falsifications import falsifier
from tests.adapters.store.test_faits import sql
from tests.cli.conftest import Console


def test_une_base_intacte_se_verifie_et_donne_sa_tete(console: Console) -> None:
    lu = console.lire("verifier")
    assert set(lu) == {"lus", "tete", "anomalies", "non_montrees"}
    assert lu["lus"] == lu["tete"]["position"] > 0
    assert lu["anomalies"] == []
    etat = console.lire("etat")
    assert (etat["tete"], etat["integrite"]) == (lu["tete"], [])
    dite = console.lancer(["verifier"]).sortie
    assert f"Tête de la chaîne : {lu['tete']['position']}:{lu['tete']['empreinte']}" in dite
    assert "Anomalies : aucune." in dite


def test_une_ancre_notee_hier_se_retrouve_aujourd_hui(console: Console, tmp_path: Path) -> None:
    hier = tmp_path / "hier.ancre"
    console.lire("verifier", "--noter-ancre", hier)
    console.deposer()
    assert console.lire("verifier", "--ancre", hier)["anomalies"] == []
    ecrite = hier.read_text(encoding="ascii").strip()
    position = int(ecrite.partition(":")[0])
    assert console.lire("verifier", "--ancre", ecrite, "--depuis", position)["lus"] >= 1
    fausse = console.lancer(["verifier", "--json", "--ancre", f"{position}:{'0' * 64}"])
    assert fausse.code == ANOMALIE
    assert [a["genre"] for a in fausse.document["anomalies"]] == ["ancre_differente"]


@pytest.mark.parametrize("ancre", ["hier", "12:abc", "0:" + "g" * 64, "-1:" + "0" * 64])
def test_une_ancre_illisible_est_refusee(console: Console, ancre: str) -> None:
    assert console.lancer(["verifier", "--ancre", ancre]).code == REFUSE


def test_le_premier_fait_change_est_dit_en_code_4_et_aucune_ancre_n_est_notee(console: Console, tmp_path: Path) -> None:
    ((etat,),) = sql(console.base, "SELECT state FROM stored_events WHERE position=2")
    autre = etat.replace(b'"instructeur"', b'"ordonnateur"')
    falsifier(console.base, ("UPDATE stored_events SET state=? WHERE position=2", (autre,)))
    ancre = tmp_path / "ancre"
    reponse = console.lancer(["verifier", "--json", "--noter-ancre", str(ancre)])
    assert reponse.code == ANOMALIE
    premiere = reponse.document["anomalies"][0]
    assert (premiere["genre"], premiere["position"]) == ("fait_change", 2)
    assert not ancre.exists()
    dite = console.lancer(["verifier"])
    assert dite.code == ANOMALIE
    assert "Le fait de la position 2 (agrégat " in dite.sortie
    etat = console.lancer(["etat"])
    assert etat.code == ANOMALIE
    assert "  integrite : Le fait de la position 2 (agrégat " in etat.sortie


def test_migrer_dit_la_garde_qu_il_remet(console: Console) -> None:
    sql(console.base, "DROP TRIGGER journal_update")
    assert "« journal_update » manque" in console.lancer(["verifier"]).sortie
    assert "Remis en place, car absent ou changé : journal_update." in console.lancer(["migrer", "--repetition"]).sortie
    assert console.lire("verifier")["anomalies"] == []
