"""The read models: what one just wrote is there; rebuilt from zero they say the same; two that rebuild do it once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from application.consultations.attendu import situation
from application.consultations.historique import attentes_de
from application.consultations.moment import Moment
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from readmodels.base import POINTEURS
from readmodels.chronologie import requetes as chronologie
from readmodels.file import requetes
from tests.application.bureau import Atelier, de, envoyer, un_dossier


@pytest.fixture
def lectures(atelier: Atelier, tmp_path: Path) -> Iterator[Lectures]:
    with ouvrir_lectures(Reglages(base=atelier.base, fichiers=tmp_path / "fichiers"), atelier.services) as ouvertes:
        yield ouvertes


def contenu(lectures: Lectures, atelier: Atelier) -> dict[str, Any]:
    return {
        "file": requetes.file(lectures, atelier.services.maintenant(), limite=None),
        "dossiers": requetes.dossiers(lectures, limite=None),
        "totaux": requetes.totaux(lectures),
        "faits": chronologie.compter(lectures),
    }


def test_plusieurs_processus_les_ouvrent_a_la_fois_sur_une_base_neuve(atelier: Atelier) -> None:
    """As the projector, the site and a command of a store that was just made."""
    ensemble = Barrier(16)

    def ouvrir(_: int) -> list[dict[str, Any]]:
        ensemble.wait()
        with ouvrir_lectures(Reglages(base=atelier.base), atelier.services) as ouvertes:
            return ouvertes.reculs()

    with ThreadPoolExecutor(16) as fils:
        assert list(fils.map(ouvrir, range(16))) == [[]] * 16


def test_on_relit_ce_qu_on_vient_d_ecrire(atelier: Atelier, lectures: Lectures) -> None:
    recu = un_dossier(atelier.services)
    assert lectures.rattraper("file") == recu.position
    assert [d["ref"] for d in requetes.dossiers(lectures)["lignes"]] == [recu.ref]
    envoyer(atelier.services, "dossier declarer-complet", de(), dossier=recu.ref)
    lectures.rattraper("file")
    assert requetes.par_etat(lectures) == {"complet": 1}


def test_la_file_dit_ce_que_les_agregats_attendent(atelier: Atelier, lectures: Lectures) -> None:
    """One row for each act of each people, whatever awaits it, with the first échéance that runs for it."""
    recu = un_dossier(atelier.services)
    for code, geste in (("completude", "declarer-complet"), ("proposition", "proposer"), ("visa", None)):
        lectures.rattraper("file")
        maintenant = atelier.services.maintenant()
        toutes = requetes.file(lectures, maintenant, limite=None)["lignes"]
        lues = [li["attente"] for li in toutes if li["ref"] == recu.ref]
        lues = [lue for lue in lues if lue["code"] != "accuse_reception"]
        du_dossier = attentes_de(atelier.services, "dossier", recu.ref, Moment())
        attendues = [a for a in du_dossier if a["de"] != "SYSTEME" and a["code"] != "accuse_reception"]
        silence = next(a for a in attendues if a["code"] == "silence")
        assert {a["code"] for a in attendues} == {code, "silence"}
        assert [(lue["code"], lue["de"], lue["gestes"]) for lue in lues] == [(code, silence["de"], silence["gestes"])]
        for dit in ("echeance", "automatisme", "nature", "fondement", "suspensions"):
            assert lues[0][dit] == silence[dit]
        assert requetes.prochains(lectures, maintenant + timedelta(days=100))[0][1] == recu.id
        dus = requetes.etat(lectures, maintenant + timedelta(days=100), maintenant)["dus"]
        assert dus == sum(a["automatisme"] is not None for a in du_dossier), "each is owed once"
        if geste is not None:
            envoyer(atelier.services, f"dossier {geste}", de(), dossier=recu.ref)


def test_ce_qu_on_attend_se_dit_avec_son_dernier_jour(atelier: Atelier) -> None:
    recu = un_dossier(atelier.services)
    details = situation(atelier.services.store, "dossier", recu.id).details
    assert "silence : attendu d’instructeur depuis le 05/01/2026, échéance le 05/03/2026 (" in details
    assert "tiers : attendu de SYSTEME depuis le 05/01/2026, sans délai (" in details


def test_refaites_de_zero_elles_disent_la_meme_chose(atelier: Atelier, lectures: Lectures) -> None:
    for _ in range(3):
        un_dossier(atelier.services)
        lectures.rattraper("file")
        lectures.rattraper("chronologie")
    avant = contenu(lectures, atelier)
    for nom in lectures.projections:
        assert lectures.reconstruire(nom) == atelier.services.store.enregistreur.derniere_position()
    assert contenu(lectures, atelier) == avant
    assert avant["faits"] == atelier.compte.faits


def test_un_nouveau_code_refait_les_tables_une_seule_fois(atelier: Atelier, lectures: Lectures) -> None:
    un_dossier(atelier.services)
    lectures.rattraper("file")
    lectures.empreinte = "autrecode0"
    with ThreadPoolExecutor(4) as fils:
        positions = list(fils.map(lambda _: lectures.rattraper("file"), range(4)))
    assert len(set(positions)) == 1
    with lectures.base.connect() as connexion:
        suffixe = connexion.scalar(sa.select(POINTEURS.c.suffixe).where(POINTEURS.c.nom == "file"))
        tables = [t for t in sa.inspect(connexion).get_table_names() if t.startswith("file_agregats_")]
    assert suffixe == "autrecode0_2"
    assert tables == ["file_agregats_autrecode0_2"]


def test_une_lecture_n_attend_pas_celui_qui_ecrit(atelier: Atelier, lectures: Lectures) -> None:
    un_dossier(atelier.services)
    lectures.rattraper("file")
    with lectures._transaction("file"), ThreadPoolExecutor(1) as fils:
        lus = fils.submit(requetes.dossiers, lectures).result(timeout=5)
    assert lus["total"] == 1


def test_l_ordre_des_faits_repond_a_l_auditeur(atelier: Atelier, lectures: Lectures) -> None:
    recu = un_dossier(atelier.services)
    for geste in ("declarer-complet", "proposer"):
        envoyer(atelier.services, f"dossier {geste}", de(), dossier=recu.ref)
    lectures.rattraper("chronologie")
    (complet,), (propose,) = (chronologie.ceux(lectures, f"dossier.{nom}") for nom in ("declare_complet", "propose"))
    assert chronologie.sans(lectures, "dossier.propose", "dossier.declare_complet") == []
    assert chronologie.sans(lectures, "dossier.declare_complet", "dossier.propose") == [complet]
    assert chronologie.du_meme_agent(lectures, "dossier.propose", "dossier.declare_complet") == [propose]
    assert chronologie.du_meme_agent(lectures, "dossier.declare_complet", "dossier.propose") == []
    assert chronologie.apres(lectures, "dossier.declare_complet") == [propose]
    assert chronologie.apres(lectures, "dossier.declare_complet", sauf=("dossier.propose",)) == []
