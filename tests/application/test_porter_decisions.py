"""From the vote to the dossiers: everything is carried, whatever stops the machine, and once."""

import pytest

from aggregates.agents import RoleManquant
from aggregates.deliberation import Etat
from aggregates.deliberation import attentes as attentes_deliberation
from aggregates.dossier import Etat as EtatDossier
from aggregates.dossier.etat import id_subvention_du
from aggregates.enveloppe import Enveloppe
from application import automatisme
from application.automatisme import Ordre
from application.automatismes import executer
from application.declaration import DECLARES
from application.habilitations import exiger_role
from application.reactions.deliberation import Decider
from application.sans_moteur import ce_qui_est_du
from kernel.identifiants import identifiant
from tests.aggregates.fabrique import verbes
from tests.application.seance import (
    AJOURNEMENT,
    CONTRE,
    ENVELOPPE,
    SEANCE,
    UNANIME,
    Region,
    ouvrir_region,
)


def un_rapport_vote(region: Region) -> str:
    """Four dossiers: adopted, amended, rejected, adjourned; the engine has carried the adjournment only."""
    region.ouvrir_credits()
    region.instruire(4)
    region.tenir_seance()
    ref = region.preparer(region.dossiers)
    region.voter(ref, "{defaut: pour, amendement_centimes: 10000}", ligne="2")
    region.voter(ref, CONTRE, ligne=region.dossiers[2])
    region.voter(ref, AJOURNEMENT, ligne="4")
    region.voter(ref, UNANIME)
    region.rendre_executoire(ref)
    return ref


def test_les_decisions_sont_portees_et_engagees(region: Region) -> None:
    ref = un_rapport_vote(region)
    region.moteur()
    deliberation = region.deliberation(ref)
    adopte, amende, rejete, ajourne = (region.dossier(d) for d in region.dossiers)
    assert (deliberation.etat, deliberation.numero) == (Etat.PORTEE, "2026.00001")
    assert attentes_deliberation(deliberation) == ()
    assert [d.issue for d in (adopte, amende, rejete)] == ["attribue", "attribue", "rejete"]
    assert (amende.vote_centimes, rejete.vote_centimes) == (10_000, 0)
    assert (ajourne.etat, ajourne.deliberation) == (EtatDossier.PROPOSE, None)
    enveloppe = region.services.store.charger(Enveloppe, identifiant("enveloppe", ENVELOPPE))
    assert enveloppe.demandees.keys() == {deliberation.id}
    assert sum(ligne.montant_centimes for ligne in enveloppe.demandees[deliberation.id]) == sum(
        d.vote_centimes or 0 for d in (adopte, amende)
    )


def test_un_dossier_retire_apres_l_inscription_devient_l_attente_d_une_personne(region: Region) -> None:
    region.ouvrir_credits()
    region.instruire(2)
    region.tenir_seance()
    ref = region.preparer(region.dossiers)
    region.faire("dossier retirer", "ines", dossier=region.dossiers[1], motif="le porteur renonce")
    region.voter(ref, UNANIME)
    region.rendre_executoire(ref)
    region.moteur()
    deliberation = region.deliberation(ref)
    (attente,) = attentes_deliberation(deliberation)
    assert (attente.cle.code, attente.cle.objet, verbes(attente)) == ("ligne_refusee", "2", ("ecarter-ligne",))
    assert deliberation.lignes[2].refus == "geste_impossible"
    enveloppe = region.services.store.charger(Enveloppe, identifiant("enveloppe", ENVELOPPE))
    assert len(enveloppe.demandees[deliberation.id]) == 1
    region.faire("deliberation ecarter-ligne", "aline", deliberation=ref, ligne="2", motif="demande retirée")
    assert region.deliberation(ref).etat is Etat.PORTEE
    motif, coffre = region.deliberation(ref).lignes[2].ecartee_motif, region.services.coffre
    assert motif is not None
    assert coffre.lire(motif) == "demande retirée"
    coffre.detruire_cle(identifiant("dossier", region.dossiers[1]))
    assert coffre.lire(motif) is None, "whoever forgets the dossier forgets it too"


def test_les_passes_sont_bornees(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automatisme, "LIGNES_PAR_PASSE", 2)
    region.ouvrir_credits()
    region.instruire(5)
    region.tenir_seance()
    ref = region.preparer(region.dossiers)
    region.voter(ref, UNANIME)
    region.rendre_executoire(ref)
    region.moteur()
    (faits,) = region.faits(identifiant("deliberation", ref))
    topics = [fait.topic for fait in faits]
    assert topics.count("deliberation.lignes_inscrites.v1") == 3
    assert topics.count("deliberation.decisions_portees.v1") == 6, "three to tell the vote, three to carry the act"
    assert topics.count("deliberation.credits_engages.v1") == 1
    assert region.deliberation(ref).etat is Etat.PORTEE


def test_une_enveloppe_qui_n_est_pas_ouverte_attend_les_finances(region: Region) -> None:
    region.instruire(1)
    region.tenir_seance()
    recu = region.faire(
        "deliberation preparer", "aline", seance=SEANCE, dossiers=region.dossiers[0], section="fonctionnement"
    )
    region.moteur()
    region.voter(recu.ref, UNANIME)
    region.rendre_executoire(recu.ref)
    region.moteur()
    (attente,) = attentes_deliberation(region.deliberation(recu.ref))
    assert (attente.cle.objet, verbes(attente)) == (ENVELOPPE, ("redemander-engagement",))
    region.ouvrir_credits()
    region.faire("deliberation redemander-engagement", "fanny", deliberation=recu.ref, enveloppe=ENVELOPPE)
    region.moteur()
    assert region.deliberation(recu.ref).etat is Etat.PORTEE


@pytest.fixture(scope="module")
def sans_panne(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What is written when nothing stops the machine."""
    with ouvrir_region(tmp_path_factory.mktemp("temoin")) as temoin:
        return _tout_porter(temoin)


@pytest.mark.parametrize("rang", range(8))
@pytest.mark.parametrize("moment", ["avant", "apres"])
def test_interrompu_n_importe_ou_puis_repris_donne_les_memes_faits(
    region: Region, sans_panne: list[list[str]], rang: int, moment: str
) -> None:
    """The machine stops at the n-th command of every step of the engine, three times in a row."""
    apres = moment == "apres"
    region.pannes = ((rang, apres), (rang // 2, apres), (0, apres))
    assert _tout_porter(region) == sans_panne


def _tout_porter(region: Region) -> list[list[str]]:
    """Vote and carry a rapport; return the topics and amounts of every stream it touches."""
    ref = un_rapport_vote(region)
    region.moteur()
    return ce_qui_est_porte(region, ref)


def ce_qui_est_porte(region: Region, ref: str) -> list[list[str]]:
    """Return the topics and amounts of every stream that a rapport carried to its end touches."""
    assert region.deliberation(ref).etat is Etat.PORTEE
    dossiers = [identifiant("dossier", d) for d in region.dossiers]
    flux = region.faits(
        identifiant("deliberation", ref),
        identifiant("enveloppe", ENVELOPPE),
        identifiant("chrono", "deliberation", 2026),
        *dossiers,
        *(id_subvention_du(d) for d in dossiers),
    )
    return [[f"{fait.topic} {_montants(fait.model_dump())}" for fait in faits] for faits in flux]


def _montants(champs: dict[str, object]) -> dict[str, object]:
    return {cle: valeur for cle, valeur in champs.items() if cle.endswith(("_centimes", "rang", "numero"))}


def test_le_meme_ordre_deux_fois_n_a_qu_un_effet(region: Region) -> None:
    ref = un_rapport_vote(region)
    suivi = ("deliberation", identifiant("deliberation", ref))
    _, dus = ce_qui_est_du(region.services, suivi)
    ordre = Ordre(*suivi, dus[0], region.services.maintenant(), "workflow")
    premier = executer(ordre, region.services)
    region.moteur()
    position = region.services.store.enregistreur.derniere_position()
    second = executer(ordre, region.services)
    assert (premier.version, second.version, second.deja_fait) == (premier.version, premier.version, True)
    assert region.services.store.enregistreur.derniere_position() == position


def test_une_decision_portee_par_une_personne_est_refusee(region: Region) -> None:
    """The engine's own commands have no role: nobody may send them."""
    with pytest.raises(RoleManquant):
        exiger_role(region.services.store, "aline", DECLARES[Decider].roles, region.services.maintenant(), "x")
