"""A dossier is forgotten: decided by a person, done by the engine, in any état; nothing else changes."""

from collections.abc import Callable

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.etat import CleDuDossierDetruite, OubliDuDossier
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue
from kernel.refus import DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import blanc, un_clos, un_complet, un_depose, un_inscrit
from tests.aggregates.fabrique import DEUX, UN, etat, par, rien, topics, verifie_refus


@pytest.mark.parametrize("un_dossier", [un_depose, un_complet, un_inscrit, un_clos])
def test_oublier_dans_tout_etat(un_dossier: Callable[[], Dossier]) -> None:
    dossier = par(un_dossier(), "admin-1")
    avant, attendu = etat(dossier), attentes(dossier)
    dossier.oublier(UN)
    assert topics(dossier) == [OubliDuDossier.topic]
    (due,) = [a for a in attentes(dossier) if a not in attendu]
    assert (due.cle.code, due.automatisme, due.de, due.echeance) == ("oubli", "detruire_cle", Role.SYSTEME, due.depuis)
    par(dossier, "SYSTEME").constater_cle_detruite()
    assert topics(dossier) == [CleDuDossierDetruite.topic]
    assert attentes(dossier) == attendu
    changes = {nom for nom, valeur in etat(dossier).items() if valeur != avant[nom]}
    assert changes == {"version", "oubli"}


def test_oublier_deux_fois_est_silencieux_pour_le_meme_motif() -> None:
    dossier = par(un_depose(), "admin-1")
    dossier.oublier(UN)
    par(dossier, "admin-1").oublier(UN)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait) as refus:
        dossier.oublier(DEUX)
    assert refus.value.champs["fait"] == OubliDuDossier.topic
    par(dossier, "SYSTEME").constater_cle_detruite()
    par(dossier, "SYSTEME").constater_cle_detruite()
    assert rien(dossier)


def test_rien_ne_s_oublie_sans_dossier_ni_decision() -> None:
    with verifie_refus(blanc(), ReferenceInconnue):
        blanc().oublier(UN)
    dossier = un_depose()
    with verifie_refus(dossier, GesteImpossible):
        dossier.constater_cle_detruite()
