"""A rapport from its preparation to its closing: facts, refusals, and what is awaited at each step."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.deliberation import Deliberation, Etat, attentes
from aggregates.deliberation.acte import DeliberationNumerotee, DeliberationTransmise, NumeroDemande, RendueExecutoire
from aggregates.deliberation.etat import LigneInconnue, LigneRefusee
from aggregates.deliberation.execution import (
    DecisionsPortees,
    EngagementAccorde,
    EngagementDemande,
    EngagementRedemande,
    EngagementRefuse,
    EnveloppeEtrangere,
)
from aggregates.deliberation.preparation import LigneEcartee, LignesInscrites
from kernel.agregat import plier
from kernel.attentes import Role
from kernel.identifiants import NumeroPris, ReferenceInconnue, identifiant
from kernel.refus import DejaFait, GesteImpossible, SaisieInvalide
from tests.aggregates.deliberation.fabrique import (
    ENVELOPPE,
    FEUILLE,
    REF,
    TOUS_CONTRE,
    UNANIME,
    executoire,
    inscrite,
    ligne,
    transmise,
    un_rapport,
    une_deliberation,
)
from tests.aggregates.fabrique import verbes
from tests.aggregates.seance.fabrique import contexte

MOTIF = UUID(int=7)


def attendus(deliberation: Deliberation) -> list[tuple[str, str]]:
    return [(a.cle.code, a.automatisme or ",".join(verbes(a))) for a in attentes(deliberation)]


def inconnue() -> Deliberation:
    return Deliberation(identifiant("deliberation", REF)).sous(contexte())


def test_preparer() -> None:
    deliberation = inconnue()
    deliberation.preparer(un_rapport())
    assert deliberation.nouveaux_faits == [un_rapport()]
    assert attendus(deliberation) == [("inscription", "inscrire_lignes")]
    (attente,) = attentes(deliberation)
    assert attente.de is Role.SYSTEME
    assert attente.echeance == attente.depuis


def test_preparer_sous_une_reference_prise_est_refuse() -> None:
    with pytest.raises(NumeroPris):
        une_deliberation().preparer(un_rapport())


@pytest.mark.parametrize("lignes", [(), (ligne(2),), (ligne(1), ligne(2).model_copy(update={"dossier": UUID(int=1)}))])
def test_preparer_un_rapport_sans_ligne_ou_avec_un_dossier_deux_fois_est_refuse(lignes: tuple[object, ...]) -> None:
    with pytest.raises(SaisieInvalide):
        inconnue().preparer(un_rapport().model_copy(update={"lignes": lignes}))


def test_inscrire_par_passes() -> None:
    deliberation = une_deliberation()
    refusees = (LigneRefusee(ligne=2, code="geste_impossible"),)
    deliberation.constater_inscription(1, inscrites=(1,), refusees=refusees)
    deliberation.constater_inscription(1, inscrites=(3,), refusees=())
    assert deliberation.nouveaux_faits == [LignesInscrites(inscrites=(1,), refusees=refusees)]
    assert attendus(deliberation) == [("inscription", "inscrire_lignes"), ("ligne_refusee", "ecarter-ligne")]
    assert attentes(deliberation)[0].cle.ouverte_par == 2
    deliberation.constater_inscription(2, inscrites=(3,), refusees=())
    assert attendus(deliberation) == [("ligne_refusee", "ecarter-ligne"), ("vote", "voter")]


def test_inscrire_une_ligne_inconnue_est_refuse() -> None:
    with pytest.raises(LigneInconnue):
        une_deliberation().constater_inscription(1, inscrites=(9,), refusees=())


def test_ecarter_une_ligne_refusee() -> None:
    deliberation = une_deliberation()
    refusees = (LigneRefusee(ligne=2, code="geste_impossible"),)
    deliberation.constater_inscription(1, inscrites=(1, 3), refusees=refusees)
    deliberation.collect_events()
    deliberation.ecarter_ligne(2, MOTIF)
    deliberation.ecarter_ligne(2, MOTIF)
    assert deliberation.nouveaux_faits == [LigneEcartee(ligne=2, motif=MOTIF)]
    with pytest.raises(DejaFait) as refus:
        deliberation.ecarter_ligne(2, UUID(int=8))
    assert refus.value.champs == {"fait": "deliberation.ligne_ecartee.v1"}
    assert attendus(deliberation) == [("vote", "voter")]
    with pytest.raises(GesteImpossible):
        deliberation.voter(UNANIME, FEUILLE, None, 2)


def test_ecarter_une_ligne_que_personne_n_a_refusee_est_refuse() -> None:
    with pytest.raises(GesteImpossible):
        inscrite().ecarter_ligne(1, MOTIF)


def test_numeroter() -> None:
    deliberation = inscrite()
    deliberation.voter(UNANIME, FEUILLE, None, None)
    deliberation.collect_events()
    deliberation.numeroter()
    deliberation.numeroter()
    assert deliberation.nouveaux_faits == [NumeroDemande(serie="deliberation", annee=2026)]
    assert attendus(deliberation) == [("numero", "attribuer_numero"), ("decisions", "porter_decisions")]


def test_numeroter_avant_la_fin_des_votes_est_refuse() -> None:
    deliberation = inscrite()
    deliberation.voter(UNANIME, FEUILLE, None, 1)
    with pytest.raises(GesteImpossible):
        deliberation.numeroter()


def test_numeroter_un_rapport_tout_ajourne_est_refuse_et_rien_n_est_plus_attendu() -> None:
    deliberation = inscrite()
    deliberation.ajourner(None)
    with pytest.raises(GesteImpossible):
        deliberation.numeroter()
    assert attendus(deliberation) == [("decisions", "porter_decisions")]
    deliberation.constater_decisions(3, portees=(1, 2, 3), refusees=())
    assert (deliberation.etat, attendus(deliberation)) == (Etat.PORTEE, [])


def test_recevoir_un_numero() -> None:
    deliberation = inscrite()
    deliberation.voter(UNANIME, FEUILLE, None, None)
    with pytest.raises(GesteImpossible):
        deliberation.recevoir_numero("2026.00001")
    deliberation.numeroter()
    deliberation.collect_events()
    deliberation.recevoir_numero("2026.00001")
    deliberation.recevoir_numero("2026.00001")
    assert deliberation.nouveaux_faits == [DeliberationNumerotee(numero="2026.00001")]
    with pytest.raises(DejaFait):
        deliberation.recevoir_numero("2026.00002")


def test_transmettre() -> None:
    deliberation = inscrite()
    with pytest.raises(GesteImpossible):
        deliberation.transmettre("CTES-1")
    deliberation.voter(UNANIME, FEUILLE, None, None)
    deliberation.numeroter()
    deliberation.recevoir_numero("2026.00001")
    deliberation.collect_events()
    with pytest.raises(SaisieInvalide):
        deliberation.transmettre("flux illisible")
    deliberation.transmettre("CTES-1")
    deliberation.transmettre("CTES-1")
    assert deliberation.nouveaux_faits == [DeliberationTransmise(flux="CTES-1")]
    with pytest.raises(DejaFait):
        deliberation.transmettre("CTES-2")


def test_le_vote_est_annonce_une_fois_toutes_les_lignes_decidees_puis_porte_a_l_executoire() -> None:
    deliberation = inscrite()
    deliberation.voter(UNANIME, FEUILLE, None, 1)
    assert deliberation.a_porter == [], "a person is still voting the others"
    deliberation.ajourner(3)
    deliberation.voter(UNANIME, FEUILLE, None, 2)
    passe = deliberation.version
    deliberation.collect_events()
    deliberation.constater_decisions(passe, portees=(3,), annoncees=(1, 2), refusees=())
    deliberation.constater_decisions(passe, portees=(3,), annoncees=(1, 2), refusees=())
    assert deliberation.nouveaux_faits == [DecisionsPortees(portees=(3,), annoncees=(1, 2), refusees=())]
    assert attendus(deliberation) == [("numerotation", "numeroter")]
    with pytest.raises(LigneInconnue):
        deliberation.constater_decisions(deliberation.version, portees=(), annoncees=(9,), refusees=())
    deliberation.numeroter()
    deliberation.recevoir_numero("2026.00001")
    deliberation.transmettre("CTES-1")
    deliberation.rendre_executoire()
    assert [x.rapport.ligne for x in deliberation.a_porter] == [1, 2]


def test_rendre_executoire() -> None:
    deliberation = transmise()
    deliberation.rendre_executoire()
    deliberation.rendre_executoire()
    assert deliberation.nouveaux_faits == [RendueExecutoire()]
    assert attendus(deliberation) == [("decisions", "porter_decisions")]


def test_rendre_executoire_sans_transmission_est_refuse() -> None:
    with pytest.raises(GesteImpossible):
        inscrite().rendre_executoire()


def test_porter_par_passes_puis_engager_puis_ne_plus_rien_attendre() -> None:
    deliberation = executoire()
    refusees = (LigneRefusee(ligne=2, code="geste_impossible"),)
    deliberation.constater_decisions(deliberation.version, portees=(1,), refusees=refusees)
    assert deliberation.nouveaux_faits == [DecisionsPortees(portees=(1,), refusees=refusees)]
    assert attendus(deliberation) == [("ligne_refusee", "ecarter-ligne"), ("decisions", "porter_decisions")]
    perimee = deliberation.version - 1
    deliberation.constater_decisions(perimee, portees=(3,), refusees=())
    assert len(deliberation.nouveaux_faits) == 1

    deliberation.constater_decisions(deliberation.version, portees=(3,), refusees=())
    assert attendus(deliberation) == [("ligne_refusee", "ecarter-ligne"), ("credits", "engager_credits")]
    assert [x.rapport.ligne for x in deliberation.a_engager[ENVELOPPE]] == [1, 3]
    engages = (EngagementAccorde(enveloppe=ENVELOPPE, montant_centimes=1000_00),)
    deliberation.constater_engagements(deliberation.version, engages=engages, refuses=())
    assert deliberation.nouveaux_faits[-1] == EngagementDemande(engages=engages, refuses=())
    assert deliberation.etat is Etat.EXECUTOIRE
    deliberation.ecarter_ligne(2, MOTIF)
    assert (deliberation.etat, attendus(deliberation)) == (Etat.PORTEE, [])


def test_porter_une_ligne_inconnue_est_refuse() -> None:
    with pytest.raises(LigneInconnue):
        executoire().constater_decisions(7, portees=(9,), refusees=())


def test_une_deliberation_qui_rejette_tout_n_engage_rien() -> None:
    deliberation = inscrite()
    deliberation.voter(TOUS_CONTRE, FEUILLE, None, None)
    deliberation.numeroter()
    deliberation.recevoir_numero("2026.00001")
    deliberation.transmettre("CTES-1")
    deliberation.rendre_executoire()
    deliberation.constater_decisions(deliberation.version, portees=(1, 2, 3), refusees=())
    assert (deliberation.etat, attendus(deliberation)) == (Etat.PORTEE, [])


def test_redemander_un_engagement_refuse() -> None:
    deliberation = executoire()
    deliberation.constater_decisions(deliberation.version, portees=(1, 2, 3), refusees=())
    refuses = (EngagementRefuse(enveloppe=ENVELOPPE, code="credits_insuffisants"),)
    deliberation.constater_engagements(deliberation.version, engages=(), refuses=refuses)
    (attente,) = attentes(deliberation)
    assert (attente.cle.code, attente.cle.objet, attente.de) == ("engagement", ENVELOPPE, Role.FINANCE)
    deliberation.redemander_engagement(ENVELOPPE)
    deliberation.redemander_engagement(ENVELOPPE)
    assert deliberation.nouveaux_faits[-1] == EngagementRedemande(enveloppe=ENVELOPPE)
    assert attendus(deliberation) == [("credits", "engager_credits")]


def test_redemander_un_engagement_que_rien_n_a_refuse_est_refuse() -> None:
    with pytest.raises(GesteImpossible):
        inscrite().redemander_engagement(ENVELOPPE)
    with pytest.raises(EnveloppeEtrangere):
        inscrite().redemander_engagement("ftu-2026-investissement")


def test_une_enveloppe_etrangere_au_rapport_ne_peut_pas_l_engager() -> None:
    engages = (EngagementAccorde(enveloppe="ftu-2026-investissement", montant_centimes=1),)
    with pytest.raises(EnveloppeEtrangere):
        executoire().constater_engagements(7, engages=engages, refuses=())


def test_une_proposition_nulle_adoptee_n_attribue_rien() -> None:
    deliberation = executoire(ligne(1, propose=0))
    assert not deliberation.lignes[1].attribue


def test_une_deliberation_inconnue_refuse_tout() -> None:
    with pytest.raises(ReferenceInconnue):
        inconnue().numeroter()
    with pytest.raises(ReferenceInconnue):
        inconnue().voter(UNANIME, FEUILLE, None, None)


def test_une_deliberation_ouverte_attend_toujours_quelque_chose() -> None:
    etapes = (une_deliberation(), inscrite(), transmise(), executoire())
    assert [d.etat for d in etapes] == [Etat.PREPAREE, Etat.PREPAREE, Etat.TRANSMISE, Etat.EXECUTOIRE]
    assert all(attentes(d) for d in etapes)
    assert all(a.gestes or a.automatisme for d in etapes for a in attentes(d))


def test_la_date_du_vote_est_celle_de_la_reunion_de_droit() -> None:
    reportee = replace(FEUILLE, jour=date(2027, 1, 2), de_droit=True)
    deliberation = inscrite().sous(contexte(le=reportee.jour))
    deliberation.voter(UNANIME, reportee, None, None)
    deliberation.numeroter()
    assert deliberation.lignes[1].vote_le == date(2027, 1, 2)
    assert deliberation.annee == 2027


@given(st.sets(st.integers(1, 12)))
def test_tout_passe_se_relit_meme_quand_des_faits_y_manquent(absents: set[int]) -> None:
    """At a past date some facts are left out, whatever the order they were typed in: the state still folds."""
    deliberation = executoire()
    deliberation.constater_decisions(deliberation.version, portees=(1, 2), refusees=(LigneRefusee(ligne=3, code="x"),))
    engages = (EngagementAccorde(enveloppe=ENVELOPPE, montant_centimes=1000_00),)
    deliberation.constater_engagements(deliberation.version, engages=engages, refuses=())
    deliberation.ecarter_ligne(3, MOTIF)
    restant = [i for i in deliberation.inscriptions if i.entete.version not in absents]
    relue = plier(Deliberation, deliberation.id, restant)
    assert relue.etat in Etat
    assert isinstance(attentes(relue), tuple)
