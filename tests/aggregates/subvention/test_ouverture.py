"""An award is opened or taken over, engaged, and its convention signed when the law asks for one."""

from datetime import date

import pytest

from aggregates.subvention import Subvention, attentes
from aggregates.subvention.echeancier import lire_echeances
from aggregates.subvention.etat import EtapeDePaiement
from aggregates.subvention.liquidation import RepriseAValider
from aggregates.subvention.ouverture import CorrectionImpossible, MontantDifferent
from kernel.agregat import plier
from kernel.attentes import Nature, Role
from kernel.instants import fin_de_jour
from kernel.refus import DejaFait, GesteImpossible, QuatreYeux, SaisieInvalide
from tests.aggregates.fabrique import UN, etat, par, rien, topics, verifie_refus
from tests.aggregates.subvention.fabrique import (
    ENVELOPPE,
    IBAN,
    RAPPORT,
    SEUIL,
    SOIXANTE_JOURS,
    VOTE,
    codes,
    jusqu_a,
    ouverte,
    reprise,
    une_subvention,
    une_subvention_engagee,
    une_subvention_reprise,
    une_subvention_reprise_validee,
)


def test_ouvrir_attend_un_engagement_et_un_echeancier_que_rien_ne_met_en_retard_sans_notification() -> None:
    subvention = une_subvention()
    assert topics(subvention) == ["subvention.ouverte.v1"]
    assert (subvention.vote_centimes, subvention.engage_centimes) == (VOTE, 0)
    assert codes(subvention) == ["engagement", "echeancier"]
    assert {(a.echeance, a.nature, a.automatisme) for a in attentes(subvention)} == {(None, Nature.USAGE, None)}
    assert all(a.fondement.endswith(f"{SOIXANTE_JOURS.source} (notification inconnue)") for a in attentes(subvention))


def test_ouvrir_se_repete_en_silence_et_refuse_un_autre_contenu() -> None:
    subvention = par(une_subvention())
    subvention.ouvrir(ouverte(), SEUIL)
    assert rien(subvention)
    with verifie_refus(subvention, DejaFait):
        subvention.ouvrir(ouverte(montant_centimes=1), SEUIL)


def test_une_subvention_a_un_montant_positif() -> None:
    subvention = par(Subvention(UN))
    with verifie_refus(subvention, SaisieInvalide):
        subvention.ouvrir(ouverte(montant_centimes=0), SEUIL)
    with verifie_refus(subvention, SaisieInvalide):
        subvention.reprendre(reprise(montant_centimes=0))


def test_constater_l_engagement_du_montant_vote() -> None:
    subvention = par(une_subvention())
    subvention.constater_engagement(ENVELOPPE, VOTE)
    assert topics(subvention) == ["subvention.engagement_constate.v1"]
    assert subvention.engage_centimes == VOTE
    par(subvention).constater_engagement(ENVELOPPE, VOTE)
    assert rien(subvention)
    with verifie_refus(subvention, DejaFait):
        subvention.constater_engagement(RAPPORT, VOTE)


def test_un_engagement_d_un_autre_montant_est_refuse() -> None:
    subvention = par(une_subvention())
    with verifie_refus(subvention, MontantDifferent):
        subvention.constater_engagement(ENVELOPPE, VOTE + 1)


def test_un_engagement_sans_subvention_est_refuse() -> None:
    subvention = par(Subvention(UN))
    with verifie_refus(subvention, GesteImpossible):
        subvention.constater_engagement(ENVELOPPE, VOTE)


def test_au_dessus_du_seuil_une_convention_est_attendue_et_le_delai_part_de_sa_signature() -> None:
    subvention = une_subvention_engagee(montant=SEUIL + 1)
    assert codes(subvention) == ["convention"]
    assert attentes(subvention)[0].de is Role.INSTRUCTEUR
    assert attentes(subvention)[0].echeance is None
    par(subvention, le=date(2026, 2, 1)).signer_convention(SOIXANTE_JOURS)
    assert topics(subvention) == ["subvention.convention_signee.v1"]
    (liquidation,) = attentes(subvention)
    assert (liquidation.cle.code, liquidation.echeance) == ("liquidation", fin_de_jour(date(2026, 4, 2)))
    par(subvention).signer_convention(SOIXANTE_JOURS)
    assert rien(subvention)


def test_la_nature_apprise_apres_l_ouverture_dit_si_une_convention_est_due_et_si_le_delai_court() -> None:
    subvention = une_subvention(montant=SEUIL + 1)
    delai = ouverte().paiement
    subvention.appliquer_nature(SEUIL, delai)
    assert rien(par(subvention, "SYSTEME")), "a body of private law: what was held is right"
    subvention.appliquer_nature(SEUIL + 1, None)
    assert topics(subvention) == ["subvention.droit_applique.v1"]
    assert (subvention.convention_exigee, subvention.delai_paiement) == (False, None)
    assert "aucune convention n’est due ; aucun délai légal" in subvention.inscriptions[-1].fait.phrase(None)  # type: ignore[arg-type] # its sentence names nobody
    par(subvention, "SYSTEME").appliquer_nature(SEUIL, delai)
    assert (subvention.convention_manquante, subvention.delai_paiement) == (True, None)
    subvention.signer_convention(delai)
    par(subvention, "SYSTEME").appliquer_nature(SEUIL + 1, None)
    assert rien(subvention), "it is signed"


def test_au_seuil_exactement_aucune_convention_n_est_exigee() -> None:
    subvention = par(une_subvention(montant=SEUIL))
    with verifie_refus(subvention, GesteImpossible):
        subvention.signer_convention(SOIXANTE_JOURS)


def test_une_subvention_reprise_est_engagee_ailleurs_et_n_a_pas_d_horloge_inventee() -> None:
    subvention = une_subvention_reprise()
    assert topics(subvention) == ["subvention.reprise.v1"]
    assert (subvention.engage_centimes, subvention.engagement) == (VOTE, None)
    assert [(a.cle.code, a.echeance) for a in attentes(une_subvention_reprise_validee())] == [("liquidation", None)]
    assert codes(une_subvention_reprise(echeances=None)) == ["validation_reprise", "echeancier"]


def test_une_attribution_reprise_n_est_payee_qu_une_fois_validee_par_une_autre_personne() -> None:
    """Once, one instructeur made a payable award of any amount with a file of one row."""
    subvention = une_subvention_reprise()
    assert codes(subvention) == ["validation_reprise"]
    with verifie_refus(par(subvention, "fina-1"), RepriseAValider):
        subvention.liquider(1, IBAN)
    with verifie_refus(par(subvention, "ines"), QuatreYeux):
        subvention.valider_reprise()
    par(subvention, "rosa").valider_reprise()
    assert (topics(subvention), codes(subvention)) == (["subvention.reprise_validee.v1"], ["liquidation"])
    par(subvention, "rene").valider_reprise()
    assert rien(subvention)
    votee = par(une_subvention(), "rosa")
    with verifie_refus(votee, GesteImpossible):
        votee.valider_reprise()


def test_une_ligne_corrigee_est_a_valider_de_nouveau() -> None:
    subvention = une_subvention_reprise_validee()
    par(subvention, "rosa").reprendre(reprise(montant_centimes=900_000, echeances=(450_000, 450_000)))
    assert codes(subvention) == ["validation_reprise"]
    with verifie_refus(par(subvention, "rosa"), QuatreYeux):
        subvention.valider_reprise()
    par(subvention, "ines").valider_reprise()
    assert etat(plier(Subvention, UN, subvention.inscriptions)) == etat(subvention)


def test_la_meme_ligne_d_un_nouveau_fichier_est_silencieuse_et_une_autre_ligne_refusee() -> None:
    subvention = par(une_subvention_reprise())
    subvention.reprendre(reprise(ligne=9))
    assert rien(subvention)
    with verifie_refus(subvention, DejaFait):
        subvention.reprendre(reprise(rang=2))


def test_une_cellule_corrigee_remplace_le_fait_qu_elle_corrige() -> None:
    subvention = par(une_subvention_reprise())
    subvention.reprendre(reprise(montant_centimes=900_000, echeances=(450_000, 450_000)))
    assert topics(subvention) == ["subvention.reprise.v1"]
    assert subvention.inscriptions[-1].entete.corrige == 1
    assert (subvention.vote_centimes, subvention.engage_centimes) == (900_000, 900_000)
    par(subvention).reprendre(reprise(montant_centimes=900_000, echeances=(450_000, 450_000)))
    assert rien(subvention)


def test_ce_qu_une_ligne_corrigee_dit_etait_vrai_depuis_la_premiere() -> None:
    """Corrected months later: no past date is left without the award."""
    subvention = par(une_subvention_reprise(), le=date(2026, 6, 1))
    subvention.reprendre(reprise(montant_centimes=900_000, echeances=(450_000, 450_000)))
    entre_les_deux = plier(Subvention, UN, subvention.inscriptions, au=date(2026, 3, 1))
    assert (entre_les_deux.vote_centimes, len(entre_les_deux.echeancier)) == (900_000, 2)


@pytest.mark.parametrize(
    "champs",
    [
        {"montant_centimes": 599_999, "echeances": None},
        {"montant_centimes": 1_000_000, "echeances": (500_000, 500_000)},
    ],
)
def test_une_correction_qui_reprend_de_l_argent_liquide_est_impossible(champs: dict[str, object]) -> None:
    subvention = par(jusqu_a(EtapeDePaiement.PAYEE, subvention=une_subvention_reprise_validee()))
    with verifie_refus(subvention, CorrectionImpossible):
        subvention.reprendre(reprise(**champs))


def test_une_correction_a_la_hausse_garde_ce_qui_est_paye_et_demande_un_echeancier() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.PAYEE, subvention=une_subvention_reprise_validee()))
    subvention.reprendre(reprise(montant_centimes=2_000_000, echeances=None))
    assert (subvention.vote_centimes, subvention.paye_centimes) == (2_000_000, 600_000)
    assert codes(subvention) == ["validation_reprise", "echeancier"]
    par(subvention, "rosa").valider_reprise()
    with verifie_refus(par(subvention), DejaFait):
        subvention.fixer_echeancier(lire_echeances("avance:50%,solde:50%", 2_000_000))
    subvention.fixer_echeancier(lire_echeances("acompte:6000,solde:14000", 2_000_000))
    assert codes(subvention) == ["liquidation"]
    assert etat(plier(Subvention, UN, subvention.inscriptions)) == etat(subvention)
