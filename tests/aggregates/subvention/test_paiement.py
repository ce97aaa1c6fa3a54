"""Each échéance: liquidated, ordered by another person, signed, paid once; rejected, it starts again."""

from datetime import timedelta

import pytest

from aggregates.subvention import EtapeDePaiement, Subvention, attentes
from aggregates.subvention.liquidation import (
    ConventionExigee,
    CoordonneesNonValidees,
    EcheanceInconnue,
    EcheancePrecedente,
    EcheancierAFixer,
    EngagementAbsent,
)
from aggregates.subvention.paiement import CoordonneesChangees
from kernel.agregat import plier
from kernel.attentes import Role
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible, QuatreYeux, SaisieInvalide
from tests.aggregates.fabrique import JOUR, UN, etat, par, rien, topics, verifie_refus
from tests.aggregates.subvention.fabrique import (
    AUTRE_BORDEREAU,
    AUTRE_IBAN,
    BORDEREAU,
    IBAN,
    SEUIL,
    SOIXANTE_JOURS,
    codes,
    jusqu_a,
    une_subvention,
    une_subvention_engagee,
)


def cumuls(s: Subvention) -> tuple[int, int, int]:
    return s.liquide_centimes, s.mandate_centimes, s.paye_centimes


def test_liquider_arrete_ce_qui_est_du_et_se_repete_en_silence() -> None:
    subvention = jusqu_a(EtapeDePaiement.LIQUIDEE)
    assert topics(subvention) == ["subvention.echeance_liquidee.v1"]
    assert cumuls(subvention) == (840_000, 0, 0)
    assert codes(subvention) == ["mandatement", "liquidation"]
    par(subvention, "fina-1").liquider(1, IBAN)
    assert rien(subvention)


def test_des_coordonnees_nouvelles_corrigent_la_liquidation_avant_le_mandat() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.LIQUIDEE), "fina-2", JOUR + timedelta(days=30))
    subvention.liquider(1, AUTRE_IBAN)
    entre_les_deux = plier(Subvention, UN, subvention.inscriptions, au=JOUR + timedelta(days=10))
    assert entre_les_deux.liquide_centimes == 840_000, "what was owed then is still told at that date"
    assert subvention.inscriptions[-1].entete.corrige == 4
    assert cumuls(subvention) == (840_000, 0, 0)
    assert (subvention.paiements[1].coordonnees, subvention.paiements[1].liquidee_par) == (AUTRE_IBAN, ("fina-2",))
    par(subvention, "fina-1").liquider(1, IBAN)
    assert subvention.inscriptions[-1].entete.corrige == 5
    assert etat(plier(Subvention, UN, subvention.inscriptions)) == etat(subvention)


def test_des_coordonnees_nouvelles_apres_le_mandat_sont_refusees() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.MANDATEE))
    with verifie_refus(subvention, DejaFait):
        subvention.liquider(1, AUTRE_IBAN)


def test_liquider_sans_coordonnees_validees_est_refuse() -> None:
    subvention = par(une_subvention_engagee())
    with verifie_refus(subvention, CoordonneesNonValidees):
        subvention.liquider(1, None)


def test_liquider_sans_engagement_est_refuse() -> None:
    subvention = par(une_subvention())
    with verifie_refus(subvention, EcheancierAFixer):
        subvention.liquider(1, IBAN)
    subvention.fixer_echeancier(une_subvention_engagee().echeancier)
    par(subvention)
    with verifie_refus(subvention, EngagementAbsent):
        subvention.liquider(1, IBAN)


def test_liquider_sans_convention_au_dessus_du_seuil_est_refuse() -> None:
    subvention = par(une_subvention_engagee(montant=SEUIL + 1))
    with verifie_refus(subvention, ConventionExigee):
        subvention.liquider(1, IBAN)


def test_les_echeances_se_liquident_dans_l_ordre() -> None:
    subvention = par(une_subvention_engagee())
    with verifie_refus(subvention, EcheancePrecedente):
        subvention.liquider(2, IBAN)
    with verifie_refus(subvention, EcheanceInconnue):
        subvention.liquider(3, IBAN)


def test_une_autre_personne_que_le_liquidateur_mandate() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.LIQUIDEE), "fina-1")
    with verifie_refus(subvention, QuatreYeux):
        subvention.mandater(1, IBAN)
    par(subvention, "ordo-1").mandater(1, IBAN)
    assert topics(subvention) == ["subvention.echeance_mandatee.v1"]
    assert cumuls(subvention) == (840_000, 840_000, 0)
    par(subvention, "ordo-1").mandater(1, IBAN)
    assert rien(subvention)
    with verifie_refus(par(subvention, "ordo-2"), DejaFait):
        subvention.mandater(1, IBAN)


def test_mandater_sur_des_coordonnees_qui_ont_change_est_refuse() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.LIQUIDEE), "ordo-1")
    for courantes in (AUTRE_IBAN, None):
        with verifie_refus(subvention, CoordonneesChangees):
            subvention.mandater(1, courantes)


def test_mandater_ce_qui_n_est_pas_liquide_est_refuse() -> None:
    subvention = par(une_subvention_engagee(), "ordo-1")
    with verifie_refus(subvention, GesteImpossible):
        subvention.mandater(1, IBAN)


def test_un_mandat_attend_du_moteur_un_bordereau_et_un_seul() -> None:
    subvention = jusqu_a(EtapeDePaiement.MANDATEE)
    attente = attentes(subvention)[0]
    assert (attente.cle.code, attente.cle.objet, attente.de) == ("bordereau", "1", Role.SYSTEME)
    par(subvention).porter_au_bordereau(1, 1, BORDEREAU, "BORD-2026-01-12-1")
    assert topics(subvention) == ["subvention.mandat_porte_au_bordereau.v1"]
    assert codes(subvention) == ["signature", "liquidation"]
    par(subvention).porter_au_bordereau(1, 1, BORDEREAU, "BORD-2026-01-12-1")
    assert rien(subvention)
    with verifie_refus(subvention, DejaFait):
        subvention.porter_au_bordereau(1, 1, AUTRE_BORDEREAU, "BORD-2026-01-12-2")


def test_ce_qui_n_est_pas_mandate_ne_va_ni_au_bordereau_ni_a_la_signature() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.LIQUIDEE))
    with verifie_refus(subvention, GesteImpossible):
        subvention.porter_au_bordereau(1, 1, BORDEREAU, "BORD-2026-01-12-1")
    with verifie_refus(subvention, GesteImpossible):
        subvention.constater_signature(1, 1, BORDEREAU)


def test_la_signature_peut_preceder_la_nouvelle_du_bordereau() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.MANDATEE))
    subvention.constater_signature(1, 1, BORDEREAU)
    assert topics(subvention) == ["subvention.signature_constatee.v1"]
    par(subvention).porter_au_bordereau(1, 1, BORDEREAU, "BORD-2026-01-12-1")
    assert rien(subvention)
    par(subvention).constater_signature(1, 1, BORDEREAU)
    assert rien(subvention)
    with verifie_refus(subvention, DejaFait):
        subvention.constater_signature(1, 1, AUTRE_BORDEREAU)


def test_payer_une_fois_quand_le_bordereau_est_signe() -> None:
    subvention = jusqu_a(EtapeDePaiement.PAYEE)
    assert topics(subvention) == ["subvention.paiement_constate.v1"]
    assert cumuls(subvention) == (840_000, 840_000, 840_000)
    par(subvention).constater_paiement(1)
    assert rien(subvention)


def test_payer_avant_la_signature_est_refuse() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.MANDATEE))
    with verifie_refus(subvention, GesteImpossible):
        subvention.constater_paiement(1)


def test_un_mandat_rejete_se_liquide_de_nouveau_puis_se_paie() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.SIGNEE), "fina-2")
    subvention.constater_rejet(1, "coordonnees_inconnues")
    assert topics(subvention) == ["subvention.rejet_constate.v1"]
    assert cumuls(subvention) == (0, 0, 0)
    assert codes(subvention) == ["liquidation"]
    par(subvention).constater_rejet(1, "coordonnees_inconnues")
    assert rien(subvention)
    with verifie_refus(subvention, DejaFait):
        subvention.constater_rejet(1, "piece_manquante")
    with verifie_refus(subvention, GesteImpossible):
        subvention.constater_paiement(1)
    jusqu_a(EtapeDePaiement.LIQUIDEE, subvention=subvention)
    assert subvention.paiements[1].tentative == 2
    with verifie_refus(par(subvention), GesteImpossible):
        subvention.constater_signature(1, 1, BORDEREAU)


def test_la_seconde_tentative_va_jusqu_au_paiement() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.SIGNEE), "fina-2")
    subvention.constater_rejet(1, "AC01")
    jusqu_a(EtapeDePaiement.PAYEE, subvention=subvention)
    assert subvention.paye_centimes == 840_000


@pytest.mark.parametrize("etape", [EtapeDePaiement.MANDATEE, EtapeDePaiement.PAYEE])
def test_seul_un_mandat_signe_et_non_paye_se_rejette(etape: EtapeDePaiement) -> None:
    subvention = par(jusqu_a(etape))
    with verifie_refus(subvention, GesteImpossible):
        subvention.constater_rejet(1, "AC01")


def test_le_motif_d_un_rejet_est_un_code() -> None:
    subvention = par(jusqu_a(EtapeDePaiement.SIGNEE))
    with verifie_refus(subvention, SaisieInvalide):
        subvention.constater_rejet(1, "le compte de Mme X est clos")


def test_apres_le_premier_paiement_le_delai_de_la_loi_ne_court_plus() -> None:
    subvention = jusqu_a(EtapeDePaiement.SIGNEE)
    assert [SOIXANTE_JOURS.source in a.fondement for a in attentes(subvention)] == [True, False]
    par(subvention).constater_paiement(1)
    assert [SOIXANTE_JOURS.source in a.fondement for a in attentes(subvention)] == [False]


def test_un_mandat_retire_de_son_bordereau_est_a_liquider_de_nouveau() -> None:
    subvention = jusqu_a(EtapeDePaiement.MANDATEE)
    with verifie_refus(par(subvention, "SYSTEME", JOUR - timedelta(days=1)), AvantLeJalon):
        subvention.constater_retrait(1, 1)
    par(subvention, "SYSTEME").constater_retrait(1, 1)
    assert (topics(subvention), codes(subvention)) == (["subvention.mandat_retire.v1"], ["liquidation"])
    subvention.constater_retrait(1, 1)
    signee = par(jusqu_a(EtapeDePaiement.SIGNEE), "SYSTEME")
    with verifie_refus(signee, GesteImpossible):
        signee.constater_retrait(1, 1)
