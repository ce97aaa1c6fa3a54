"""The legal nature of the applicant chooses the law: a commune has no silence, whenever one learns that it is one."""

from datetime import date

import pytest

from aggregates.dossier import attentes
from aggregates.dossier.envois import ReceptionAccusee, delais_non_opposables
from aggregates.dossier.nature import NatureConstatee, personne_publique_depuis
from aggregates.dossier.silence import CauseDeNonNaissance, RejetImpliciteReputeNonNe, echeance_du_silence
from kernel.agregat import plier
from kernel.attentes import Nature
from kernel.instants import fin_de_jour
from kernel.refus import GesteImpossible
from tests.aggregates.dossier.fabrique import (
    COPIE,
    MOTIF,
    QUINZE_JOURS,
    blanc,
    un_clos,
    un_depose,
    un_incomplet,
    un_recu,
)
from tests.aggregates.fabrique import JOUR, par, rien, verifie_refus

COMMUNE, ASSOCIATION, ETRANGERE = "7210", "9220", "3120"
DEPUIS = date(1790, 1, 1)
NE_LE = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("categorie", "du", "court"),
    [
        (COMMUNE, DEPUIS, False),
        (ASSOCIATION, DEPUIS, True),
        (ETRANGERE, DEPUIS, True),
        (COMMUNE, date(2026, 6, 1), True),  # what it becomes later does not change the law of its request
    ],
)
def test_le_silence_ne_court_pas_pour_une_personne_publique(*, categorie: str, du: date, court: bool) -> None:
    dossier = un_recu()
    assert echeance_du_silence(dossier) is not None, "unknown, the protective rule holds"
    dossier.constater_nature(categorie, du, MOTIF)
    dossier.constater_nature(categorie, du, MOTIF)
    assert dossier.nouveaux_faits == [NatureConstatee(categorie=categorie, du=du, source=MOTIF)]
    assert (echeance_du_silence(dossier) is not None, "silence" in {a.cle.code for a in attentes(dossier)}) == (
        court,
        court,
    )


def test_une_nature_corrigee_fait_courir_le_silence_de_nouveau() -> None:
    dossier = un_recu()
    dossier.constater_nature(COMMUNE, DEPUIS, MOTIF)
    dossier.constater_nature(ASSOCIATION, DEPUIS, MOTIF)
    assert echeance_du_silence(dossier) is not None
    assert personne_publique_depuis(dossier, JOUR) is None


def test_le_rejet_ne_avant_de_savoir_est_repute_non_ne() -> None:
    dossier = par(un_recu(), "SYSTEME", NE_LE)
    dossier.constater_rejet_implicite(fin_de_jour(NE_LE))
    rejet = dossier.version
    dossier.constater_nature(COMMUNE, DEPUIS, MOTIF)
    (attente,) = [a for a in attentes(dossier) if a.automatisme == "repondre_au_rejet_implicite"]
    dossier.repondre_au_rejet_implicite(attente.cle.ouverte_par)
    assert dossier.nouveaux_faits[-1] == RejetImpliciteReputeNonNe(
        rejet=rejet, ne_le=NE_LE, cause=CauseDeNonNaissance.NATURE, le=DEPUIS
    )
    assert not dossier.porte_un_rejet_implicite
    assert personne_publique_depuis(plier(type(dossier), dossier.id, dossier.inscriptions, au=JOUR), JOUR) == DEPUIS


def test_l_accuse_d_une_personne_publique_ne_dit_aucun_rejet() -> None:
    dossier = par(un_depose(), "SYSTEME", JOUR)
    dossier.constater_nature(COMMUNE, DEPUIS, MOTIF)
    dossier.enregistrer()
    dossier.enregistrer_accuse(COPIE, sans_recours=False)
    assert dossier.nouveaux_faits[-1] == ReceptionAccusee(sha256=COPIE, rejet_implicite_le=None)
    assert delais_non_opposables(dossier, fin_de_jour(date(2030, 1, 1))) is None


def test_la_demande_de_pieces_a_une_personne_publique_est_un_usage() -> None:
    dossier = un_incomplet("statuts")
    assert {a.nature for a in attentes(dossier) if a.cle.code == "pieces"} == {Nature.LOI}
    dossier.constater_nature(COMMUNE, DEPUIS, MOTIF)
    (pieces,) = [a for a in attentes(dossier) if a.cle.code == "pieces"]
    assert (pieces.nature, QUINZE_JOURS.source in pieces.fondement) == (Nature.USAGE, False)


def test_une_nature_se_constate_a_tout_etat_mais_pas_avant_le_depot() -> None:
    dossier = un_clos()
    dossier.constater_nature(COMMUNE, DEPUIS, MOTIF)
    assert not rien(dossier)
    with verifie_refus(blanc(), GesteImpossible):
        blanc().constater_nature(COMMUNE, DEPUIS, MOTIF)
