"""What finance and the assembly's service see of an award, an enveloppe, a bordereau, a délibération."""

import pytest

from application.consultations.moment import Moment
from application.consultations.voir import voir
from kernel.identifiants import ReferenceInconnue
from tests.application.argent import attribuer, fixer, mandater, ref_bordereau, subvention, valider_iban
from tests.application.seance import ENVELOPPE, Region


def test_un_mandat_se_voit_dans_la_subvention_le_bordereau_et_l_enveloppe(region: Region) -> None:
    (ref,) = attribuer(region)
    fixer(region, ref)
    valider_iban(region, ref)
    mandater(region, ref, 1)
    region.moteur()
    vote = subvention(region, ref).vote_centimes
    vue = voir(region.services, "subvention", f"SUB-{ref}", Moment())
    assert (vue["dossier"], vue["montants"]["vote_centimes"]) == (ref, vote)
    assert [e["etape"] for e in vue["echeances"]] == ["mandatee", "a_liquider"]
    assert sum(e["montant_centimes"] for e in vue["echeances"]) == vote
    lot = voir(region.services, "bordereau", ref_bordereau(region, ref), Moment())
    assert lot["total_centimes"] == vue["echeances"][0]["montant_centimes"] == lot["lignes"][0]["montant_centimes"]
    credits = voir(region.services, "enveloppe", ENVELOPPE, Moment())
    assert credits["engage_centimes"] == vote
    assert credits["disponible_centimes"] == credits["vote_centimes"] - vote


def test_une_deliberation_dit_ce_que_chaque_ligne_a_recu(region: Region) -> None:
    (ref,) = attribuer(region)
    deliberation = region.dossier(ref).deliberation
    vue = voir(region.services, "deliberation", str(deliberation), Moment())
    assert (vue["etat"], vue["lignes"][0]["dossier"], vue["lignes"][0]["resultat"]) == ("portee", ref, "adoptee")
    assert vue["numero"]
    avant = voir(
        region.services, "deliberation", str(deliberation), Moment(au=region.services.maintenant().replace(year=2000))
    )
    assert avant["lignes"] == []


def test_ce_qui_n_existe_pas_est_dit_inconnu(region: Region) -> None:
    with pytest.raises(ReferenceInconnue):
        voir(region.services, "enveloppe", "nqe-1999-fonctionnement", Moment())
    with pytest.raises(ReferenceInconnue):
        voir(region.services, "bordereau", "BORD-1999-01-01-1", Moment())
