"""Drill: an import killed between a request and its mark, between a page and its position; done again, nothing is double."""

from collections import Counter

import pytest

from aggregates.dossier import Dossier
from aggregates.dossier.teleservice import RecuDuTeleservice
from bootstrap.site import preparer
from tests.conftest import Dire
from tests.demarche_numerique import CORRESPONDANCE, JETON, champ, serveur_dn
from tests.pannes.conftest import Deux
from tests.pannes.exercice import Exercice

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
RIB = "Q2hhbXAtOQ=="
COUPURES = ("store.apres_ecriture:2", "dn.avant_dossier_vu:2", "dn.avant_repere:1", "dn.avant_repere:2")


def test_import_tue_entre_deux_pages(deux: Deux, dire: Dire) -> None:
    def exercice(ex: Exercice) -> str:
        preparer(ex.base)
        selon, jeton = ex.dossier / "dn.yaml", ex.dossier / "dn.jeton"
        selon.write_text(CORRESPONDANCE, encoding="utf-8")
        jeton.write_text(JETON, encoding="ascii")
        with serveur_dn() as dn:
            dn.par_page = 2
            for numero in range(1, 8):
                rib = [dn.fichier("rib.pdf", f"%PDF exemple fictif {numero}".encode())]
                dn.deposer(numero, champs={RIB: champ(RIB, None, "PieceJustificativeChamp", "RIB", files=rib)})
            environnement = {"DILIGENCE_DN_ADRESSE": dn.adresse, "DILIGENCE_DN_JETON": str(jeton)}
            ordre = ("dn", "importer", "--selon", selon, "--acteur", "ines", "--json")
            for panne in COUPURES:
                ex.lancer(*ordre, panne=panne, environnement=environnement).attendre_la_panne()
            dernier = ex.lancer(*ordre, environnement=environnement)
            assert dernier.finir() == 0, dernier.dit()
            demandes = len(dn.demandes)
        dossiers = list(ex.services.store.ayant(Dossier, RecuDuTeleservice))
        assert sorted(d.teleservice[1] for d in dossiers if d.teleservice) == list(range(1, 8))
        assert {len(d.pieces_recues["rib"]) for d in dossiers} == {1}
        doubles = Counter(f"{i.entete.id} {i.fait.topic}" for i in ex.inscriptions() if i.entete.lot)
        assert set(doubles.values()) == {1}, "something was recorded twice"
        ex.rien_de_perdu_ni_de_double()
        return f"killed {len(COUPURES)} times, 7 requests and 7 files once each, {demandes} questions"

    deux.jouer(exercice, dire)
