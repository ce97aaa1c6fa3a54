"""From the vote to the payment and the closing, through the gestes, on a real store."""

import contextlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.agents import RoleManquant
from aggregates.bordereau import Bordereau, LigneAjoutee, TotalDifferent
from aggregates.campagne import CampagneOuverte
from aggregates.dossier import Etat
from aggregates.dossier.acte import ClotureEmpechee
from aggregates.dossier.etat import id_subvention_du
from aggregates.registre import attentes
from aggregates.subvention.liquidation import CoordonneesNonValidees
from aggregates.subvention.paiement import CoordonneesChangees
from application.commandes import Appel, Recu
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from application.declaration import envoyer
from application.gestes.enveloppe import EngagementInexact, EngagerEnveloppe, LigneAEngager
from application.numeros import id_de
from application.verification import Invariants
from dispositifs.reglement import ValeurPasEnVigueur
from kernel.identifiants import SYSTEME, ReferenceIllisible, ReferenceInconnue, numero
from kernel.refus import GesteImpossible, SaisieInvalide
from scenarios.institution import NATURE
from tests.aggregates.fabrique import verbes
from tests.application.argent import (
    attribuer,
    bordereau,
    enveloppe,
    fixer,
    mandater,
    payer,
    ref_bordereau,
    reprendre,
    signer,
    subvention,
    un_du,
    valider_iban,
    voter_budget,
)
from tests.application.seance import ENVELOPPE, UNANIME, Panne, Region, en_panne


def montants(region: Region, ref: str) -> dict[str, int]:
    vus: dict[str, int] = voir(region.services, ref, Moment())["montants"]
    return {
        nom.removesuffix("_centimes"): vus[nom] for nom in vus if not nom.startswith(("demande", "base", "propose"))
    }


def test_de_l_attribution_au_dernier_paiement_puis_a_la_cloture(region: Region) -> None:
    (ref,) = attribuer(region)
    fixer(region, ref)
    valider_iban(region, ref)
    payer(region, ref, 1)
    vote = subvention(region, ref).vote_centimes
    avance = subvention(region, ref).paye_centimes
    assert 0 < avance < vote == enveloppe(region).engage_centimes
    payer(region, ref, 2)
    region.faire("subvention solder", "fanny", subvention=f"SUB-{ref}")
    assert region.dossier(ref).etat is Etat.DECIDE
    region.moteur()
    assert region.dossier(ref).etat is Etat.CLOS
    assert subvention(region, ref).dossier_clos
    tous = dict.fromkeys(("vote", "engage", "liquide", "mandate", "paye"), vote)
    assert montants(region, ref) == {**tous, "reverse": 0}
    assert attentes(enveloppe(region)) == ()


def test_plusieurs_mandats_du_jour_vont_au_meme_bordereau_et_un_bordereau_signe_n_en_prend_plus(region: Region) -> None:
    un, deux, trois = attribuer(region, 3)
    for ref in (un, deux, trois):
        fixer(region, ref)
        valider_iban(region, ref)
    mandater(region, un)
    mandater(region, deux)
    region.moteur()
    premier = ref_bordereau(region, un)
    assert premier == ref_bordereau(region, deux) == "BORD-2026-06-18-1"
    with pytest.raises(TotalDifferent):
        region.faire("bordereau signer", "olga", bordereau=premier, total_centimes=1)
    signer(region, premier)
    assert attentes(bordereau(region, premier)) == ()
    mandater(region, trois)
    region.moteur()
    assert ref_bordereau(region, trois) == "BORD-2026-06-18-2"
    region.faire("bordereau transmettre", "fanny", bordereau=premier, flux="PES-1")
    with pytest.raises(GesteImpossible, match="Ce qui est attendu"):
        region.faire("subvention constater-paiement", "fanny", subvention=trois, echeance=1)


def test_un_mandat_rejete_est_paye_sur_les_nouvelles_coordonnees(region: Region) -> None:
    (ref,) = attribuer(region)
    fixer(region, ref, "unique:100%")
    region.faire("tiers declarer-nature", "fanny", tiers=str(region.dossier(ref).tiers_id), **NATURE)
    with pytest.raises(CoordonneesNonValidees):
        region.faire("subvention liquider", "fanny", subvention=ref, echeance=1)
    valider_iban(region, ref)
    mandater(region, ref)
    region.moteur()
    signer(region, ref_bordereau(region, ref))
    region.faire("subvention constater-rejet", "fanny", subvention=ref, echeance=1, motif="compte_clos")
    valider_iban(region, ref, 1)
    payer(region, ref)
    connue = subvention(region, ref)
    assert (connue.paye_centimes, connue.paiements[1].tentative) == (connue.vote_centimes, 2)
    assert ref_bordereau(region, ref) == "BORD-2026-06-18-2"


def test_des_coordonnees_changees_entre_liquidation_et_mandat_arretent_le_mandat(region: Region) -> None:
    (ref,) = attribuer(region)
    fixer(region, ref)
    valider_iban(region, ref)
    region.faire("subvention liquider", "fanny", subvention=ref, echeance=1)
    valider_iban(region, ref, 1)
    with pytest.raises(CoordonneesChangees):
        region.faire("subvention mandater", "olga", subvention=ref, echeance=1)
    region.faire("subvention liquider", "fanny", subvention=ref, echeance=1)
    region.faire("subvention mandater", "olga", subvention=ref, echeance=1)


def test_des_coordonnees_changees_apres_le_mandat_arretent_la_signature(region: Region) -> None:
    """Once, the order still paid the old account, and nothing could stop it."""
    un, deux = attribuer(region, 2)
    for ref in (un, deux):
        fixer(region, ref, "unique:100%")
        valider_iban(region, ref)
        mandater(region, ref)
    region.moteur()
    bord = ref_bordereau(region, un)
    valider_iban(region, un, 1)
    with pytest.raises(CoordonneesChangees) as refus:
        signer(region, bord)
    assert refus.value.champs == {"subvention": subvention(region, un).ref, "echeance": 1}
    region.faire("bordereau retirer-mandat", "olga", bordereau=bord, subvention=un, echeance=1)
    region.moteur()
    assert bordereau(region, bord).total_centimes == subvention(region, deux).vote_centimes
    assert [a.cle.code for a in attentes(subvention(region, un))] == ["liquidation"]
    signer(region, bord)
    payer(region, un)
    connue = subvention(region, un)
    assert (connue.paye_centimes, connue.paiements[1].tentative) == (connue.vote_centimes, 2)
    assert not list(Invariants(region.services, region.services.store.derniere_position()).constats())


def test_un_mandat_retire_avant_que_sa_subvention_sache_ou_il_est_n_est_sur_aucun_autre(region: Region) -> None:
    (ref,) = attribuer(region)
    fixer(region, ref, "unique:100%")
    valider_iban(region, ref)
    mandater(region, ref)
    with contextlib.suppress(Panne):
        un_du(
            en_panne(region.services, 0, apres=True), "subvention", id_de("subvention", ref)
        )  # on the bordereau, and not yet told
    region.faire("bordereau retirer-mandat", "fanny", bordereau="BORD-2026-06-18-1", subvention=ref, echeance=1)
    region.moteur()
    assert [b.ref for b in region.services.store.ayant(Bordereau, LigneAjoutee)] == ["BORD-2026-06-18-1"]
    assert (subvention(region, ref).paiements, subvention(region, ref).rejets[1].motif) == ({}, "mandat_retire")
    payer(region, ref)


def test_sous_reserve_du_budget_l_engagement_attend_le_vote(region: Region) -> None:
    (ref,) = attribuer(region, budget=None)
    assert subvention(region, ref).engage_centimes == 0
    assert [a.cle.code for a in attentes(enveloppe(region))] == ["credits"]
    voter_budget(region, 1)
    region.moteur()
    assert [verbes(a)[0] for a in attentes(enveloppe(region))] == ["voter-budget"]
    voter_budget(region, 100_000_000, "décision modificative")
    region.moteur()
    assert subvention(region, ref).engage_centimes == subvention(region, ref).vote_centimes
    assert attentes(enveloppe(region)) == ()


def engager(region: Region, rapport: str, lignes: Mapping[str, int]) -> Recu:
    dites = ",".join(f"{ref}={montant}" for ref, montant in lignes.items())
    return region.faire("enveloppe engager", "fanny", enveloppe=ENVELOPPE, deliberation=rapport, lignes=dites)


def test_on_n_engage_a_la_main_que_ce_qui_est_vote(region: Region) -> None:
    """Once, one agent engaged a cent before the vote, and nothing of the rapport could ever be liquidated."""
    un, deux = attribuer(region, 2)
    rapport = region.rapports[0]
    votes = {ref: subvention(region, ref).vote_centimes for ref in (un, deux)}
    for faux in ({**votes, un: 1}, {un: votes[un]}, {**votes, numero("NQE-2026", UUID(int=1)): 1}):
        with pytest.raises(EngagementInexact):
            engager(region, rapport, faux)
    assert engager(region, rapport, votes).faits == ()  # the engine did


def test_un_engagement_que_nulle_subvention_n_a_pris_se_refait(region: Region) -> None:
    """Such as an older version let anyone make before the vote."""
    region.faire("enveloppe ouvrir", "fanny", dispositif="nqe", exercice=2026, section="fonctionnement")
    voter_budget(region, 100_000_000)
    region.instruire(2)
    region.tenir_seance()
    rapport = region.preparer(region.dossiers)
    with pytest.raises(GesteImpossible):
        engager(region, rapport, {region.dossiers[0]: 1})
    faux = (LigneAEngager(dossier=region.dossiers[0], montant_centimes=1),)
    commande = EngagerEnveloppe(enveloppe=ENVELOPPE, deliberation=rapport, lignes=faux)
    envoyer(commande, Appel(acteur=SYSTEME, commande_id=uuid4()), region.services)
    region.moteur()
    assert [a.cle.code for a in attentes(enveloppe(region))] == ["engagement_refuse"]
    region.voter(rapport, UNANIME)
    region.rendre_executoire(rapport)
    region.moteur()
    assert attentes(enveloppe(region)) == ()
    votes = [subvention(region, ref).vote_centimes for ref in region.dossiers]
    assert [subvention(region, ref).engage_centimes for ref in region.dossiers] == votes
    assert enveloppe(region).engage_centimes == sum(votes)


def test_renoncer_rend_les_credits_et_clot_le_dossier(region: Region) -> None:
    ref, autre = attribuer(region, 2)
    avant = enveloppe(region).engage_centimes
    region.faire("subvention renoncer", "fanny", subvention=ref, motif="projet annulé")
    region.moteur()
    assert enveloppe(region).engage_centimes == avant - subvention(region, ref).vote_centimes
    assert region.dossier(ref).etat is Etat.CLOS
    assert region.dossier(autre).etat is Etat.DECIDE
    assert montants(region, ref)["vote"] > montants(region, ref)["engage"] == 0


def test_renoncer_avant_que_les_credits_soient_votes_devient_l_attente_d_une_personne(region: Region) -> None:
    (ref,) = attribuer(region, budget=None)
    region.faire("subvention renoncer", "fanny", subvention=ref, motif="projet annulé")
    voter_budget(region, 100_000_000)
    region.moteur()
    (attente,) = attentes(enveloppe(region))
    assert (attente.cle.code, verbes(attente)) == ("engagement_refuse", ("relancer", "degager"))
    region.faire("enveloppe degager", "fanny", enveloppe=ENVELOPPE, dossier=ref, motif="renonciation")
    assert (enveloppe(region).engage_centimes, attentes(enveloppe(region))) == (0, ())


def test_l_echeancier_peut_venir_du_reglement(region: Region) -> None:
    (ref,) = attribuer(region)
    region.faire("subvention fixer-echeancier", "fanny", subvention=ref)
    connue = subvention(region, ref)
    assert [echeance.nature for echeance in connue.echeancier] == ["avance", "solde"]
    assert connue.echeancier_valide
    fixer(region, ref)  # the same, typed: silent
    assert subvention(region, ref).version == connue.version


def changer_le_reglement(monkeypatch: pytest.MonkeyPatch, **valeurs: dict[str, Any]) -> None:
    """Make every campagne read with these values changed."""
    lire = vars(CampagneOuverte)["version"].func

    def lu(ouverte: CampagneOuverte) -> Any:
        reglement = lire(ouverte)
        assert reglement is not None
        changees = {nom: getattr(reglement, nom).model_copy(update=champs) for nom, champs in valeurs.items()}
        return reglement.model_copy(update=changees)

    monkeypatch.setattr(CampagneOuverte, "version", property(lu))


def test_les_versements_du_reglement_ne_valent_pas_avant_leur_premier_jour(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ref,) = attribuer(region)
    changer_le_reglement(monkeypatch, versements={"depuis": date(2030, 1, 1)})
    avant = subvention(region, ref).version
    with pytest.raises(ValeurPasEnVigueur, match="versements"):
        region.faire("subvention fixer-echeancier", "fanny", subvention=ref)
    assert subvention(region, ref).version == avant


@pytest.mark.parametrize(("depuis", "exigee"), [(date(2026, 1, 1), True), (date(2030, 1, 1), False)])
def test_un_seuil_de_convention_ne_s_applique_qu_aux_votes_de_son_temps(
    region: Region, monkeypatch: pytest.MonkeyPatch, *, depuis: date, exigee: bool
) -> None:
    changer_le_reglement(monkeypatch, convention_seuil_centimes={"valeur": 1, "depuis": depuis})
    (ref,) = attribuer(region)
    assert subvention(region, ref).convention_exigee is exigee


def test_une_attribution_reprise_se_paie_sans_reglement_ni_enveloppe(region: Region) -> None:
    region.faire("agent enregistrer", "admin", identifiant="olga", roles="ordonnateur")
    ref, dossier_id = reprendre(region)
    assert subvention(region, ref).engage_centimes == 600_000
    region.faire("subvention valider-reprise", "rene", subvention=ref)
    with pytest.raises(SaisieInvalide, match="--echeances"):
        region.faire("subvention fixer-echeancier", "fanny", subvention=ref)
    fixer(region, ref, "acompte:2000,solde:4000")
    valider_iban(region, ref)
    payer(region, ref, 1)
    payer(region, ref, 2)
    region.faire("subvention solder", "fanny", subvention=str(id_subvention_du(dossier_id)))
    region.moteur()
    assert region.dossier(ref).etat is Etat.CLOS
    assert montants(region, ref)["paye"] == 600_000


def test_un_dossier_attribue_ne_se_clot_pas_avant_son_solde(region: Region) -> None:
    (ref,) = attribuer(region)
    with pytest.raises(GesteImpossible):
        region.faire("dossier clore", "ines", dossier=ref)


def test_une_subvention_finie_pendant_un_recours_laisse_le_dossier_ouvert_jusqu_a_sa_reponse(region: Region) -> None:
    (ref,) = attribuer(region)
    recours = {"nature": "gracieux", "par": "tiers", "contre": "decision", "texte": "Cette aide fausse la concurrence."}
    region.faire("dossier enregistrer-recours", "ines", dossier=ref, **recours)
    region.faire("subvention renoncer", "fanny", subvention=ref, motif="exemple fictif")
    region.moteur()
    assert region.dossier(ref).etat is Etat.DECIDE
    assert subvention(region, ref).dossier_clos, "the engine owes nothing more: people do"
    with pytest.raises(ClotureEmpechee):
        region.faire("dossier clore", "ines", dossier=ref)
    region.faire(
        "dossier repondre-recours", "rene", dossier=ref, recours=1, sens="accueilli", texte="Vous avez raison."
    )
    (cloture,) = [a for a in voir(region.services, ref, Moment())["attentes"] if a["code"] == "cloture"]
    assert (cloture["de"], [g["geste"] for g in cloture["gestes"]]) == ("instructeur", ["dossier clore"])
    region.faire("dossier clore", "ines", dossier=ref)
    assert region.dossier(ref).etat is Etat.CLOS


def test_ce_qui_n_existe_pas_ou_n_est_pas_permis_est_refuse(region: Region) -> None:
    (ref,) = attribuer(region)
    with pytest.raises(ReferenceInconnue):
        region.faire(
            "enveloppe voter-budget", "fanny", enveloppe="ftu-2026-investissement", montant_centimes=1, source="x"
        )
    with pytest.raises(ReferenceInconnue):
        region.faire("bordereau signer", "olga", bordereau="BORD-2026-06-18-7", total_centimes=1)
    with pytest.raises(ReferenceIllisible):
        region.faire("subvention solder", "fanny", subvention=ref[:-1] + ("2" if ref[-1] != "2" else "3"))
    with pytest.raises(RoleManquant):
        region.faire("subvention mandater", "fanny", subvention=ref, echeance=1)


@pytest.mark.parametrize("apres", [False, True])
@pytest.mark.parametrize("rang", range(3))
def test_une_machine_arretee_ne_porte_un_mandat_qu_une_fois(region: Region, rang: int, apres: bool) -> None:  # noqa: FBT001
    """The bordereau may even be signed between the stop and the second try."""
    (ref,) = attribuer(region)
    fixer(region, ref, "unique:100%")
    valider_iban(region, ref)
    mandater(region, ref)
    connue = id_de("subvention", ref)
    with contextlib.suppress(Panne):
        un_du(en_panne(region.services, rang, apres=apres), "subvention", connue)
    if bordereau(region, "BORD-2026-06-18-1").existe:
        total = bordereau(region, "BORD-2026-06-18-1").total_centimes
        region.faire("bordereau signer", "olga", bordereau="BORD-2026-06-18-1", total_centimes=total)
        with contextlib.suppress(Panne):
            un_du(en_panne(region.services, rang, apres=apres), "bordereau", id_de("bordereau", "BORD-2026-06-18-1"))
    region.moteur()
    if subvention(region, ref).mandate_centimes and not bordereau(region, "BORD-2026-06-18-1").signe_par:
        signer(region, "BORD-2026-06-18-1")
    region.faire("subvention constater-paiement", "farid", subvention=ref, echeance=1)
    assert subvention(region, ref).paye_centimes == subvention(region, ref).vote_centimes
    assert not bordereau(region, "BORD-2026-06-18-2").existe


@pytest.mark.parametrize("apres", [False, True])
@pytest.mark.parametrize("rang", range(3))
def test_une_machine_arretee_degage_et_clot_une_fois(region: Region, rang: int, apres: bool) -> None:  # noqa: FBT001
    (ref,) = attribuer(region)
    region.faire("subvention renoncer", "fanny", subvention=ref, motif="projet annulé")
    for _ in range(2):
        with contextlib.suppress(Panne):
            un_du(en_panne(region.services, rang, apres=apres), "subvention", id_de("subvention", ref))
    region.moteur()
    assert (enveloppe(region).engage_centimes, region.dossier(ref).etat) == (0, Etat.CLOS)
    degages = [f for f in region.faits(enveloppe(region).id)[0] if f.topic == "enveloppe.engagement_degage.v1"]
    assert len(degages) == 1
