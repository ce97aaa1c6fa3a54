"""Avis of partners: asked, given, or réputés rendus; they bind nobody."""

from datetime import timedelta
from typing import Any

import pytest

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.avis import AvisDemande, AvisNonDemande, manquants, tardif
from aggregates.dossier.ecrits import NatureDocument
from dispositifs.reglement import ServiceConsulte
from kernel.attentes import Role
from kernel.instants import Instant, fin_de_jour
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible, SaisieInvalide
from tests.aggregates.dossier.fabrique import (
    COPIE,
    MOTIF,
    TROIS_SEMAINES,
    blanc,
    consulter,
    document,
    evaluation,
    un_clos,
    un_complet,
    un_decide,
    un_en_avis,
    un_propose,
    un_recu,
)
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus


def echeance(dossier: Dossier) -> Instant:
    lue = dossier.avis[0].echeance
    assert lue is not None
    return lue


def test_demander_un_avis_ouvre_une_attente_par_partenaire() -> None:
    dossier = un_complet()
    consulter(dossier, "ville")
    consulter(dossier, "caf")
    assert topics(dossier) == ["dossier.avis_demande.v1", "dossier.demande_avis_recue.v1"] * 2
    assert dossier.etat is Etat.EN_INSTRUCTION
    avis = [a for a in attentes(dossier) if a.cle.code == "avis"]
    assert [(a.cle.objet, a.de, a.automatisme) for a in avis] == [
        ("ville", Role.PARTENAIRE, "reputer_avis_rendu"),
        ("caf", Role.PARTENAIRE, "reputer_avis_rendu"),
    ]
    par(dossier).demander_avis("ville", TROIS_SEMAINES)
    assert rien(dossier)


def test_le_delai_d_un_avis_court_de_la_reception_de_la_demande_et_non_de_la_commande() -> None:
    dossier = un_complet()
    dossier.demander_avis("ville", TROIS_SEMAINES)
    attendus = {a.cle.code: a for a in attentes(dossier)}
    assert (attendus["avis"].echeance, attendus["avis"].automatisme) == (None, None)
    assert verbes(attendus["demande_a_remettre"]) == ("envoyer-demande-avis", "enregistrer-remise")
    assert attendus["demande_a_remettre"].cle.objet == "ville"
    with verifie_refus(par(dossier, le=JOUR - timedelta(days=1)), AvantLeJalon):
        dossier.recevoir_demande_avis("ville")
    dix_jours_apres = JOUR + timedelta(days=10)
    par(dossier, le=dix_jours_apres).enregistrer_remise(None, COPIE)
    attendus = {a.cle.code: a for a in attentes(dossier)}
    assert attendus["avis"].echeance == fin_de_jour(dix_jours_apres + timedelta(days=21))
    assert "demande_a_remettre" not in attendus
    par(dossier, le=dix_jours_apres).recevoir_demande_avis("ville")
    assert rien(dossier)


def test_un_avis_demande_avant_que_la_reception_soit_un_fait_garde_l_echeance_qui_fut_dite() -> None:
    dossier = un_complet()
    dite = fin_de_jour(JOUR + timedelta(days=21))
    dossier.survient(AvisDemande(aupres_de="ville", delai=TROIS_SEMAINES, echeance=dite, rappels=("1 semaine",)))
    attendus = {a.cle.code: a for a in attentes(dossier)}
    avis = attendus["avis"]
    assert (avis.echeance, avis.automatisme, "demande_a_remettre" in attendus) == (dite, "reputer_avis_rendu", False)
    assert [r.instant for r in avis.rappels] == [fin_de_jour(JOUR + timedelta(days=7))]
    demande, lendemain = dossier.version, JOUR + timedelta(days=1)
    par(dossier, le=lendemain).corriger_date(demande, lendemain, MOTIF)
    assert echeance(dossier) == fin_de_jour(lendemain + timedelta(days=21))


def test_envoyee_la_demande_d_avis_est_presumee_recue_et_une_demande_refaite_s_envoie_de_nouveau() -> None:
    dossier = un_complet()
    for _ in range(2):
        dossier.demander_avis("ville", TROIS_SEMAINES)
        assert not dossier.deja_produit(NatureDocument.AVIS, "ville", "demandeur", None)
        produit = document(dossier, NatureDocument.AVIS, "ville")
        dossier.produire(produit)
        assert "demande_a_remettre" not in {a.cle.code for a in attentes(dossier)}, "it is on its way"
        par(dossier, "SYSTEME").constater_envoi(produit.edition)
        assert dossier.avis[0].echeance is not None
        assert dossier.deja_produit(NatureDocument.AVIS, "ville", "demandeur", None)
        par(dossier).revoquer_avis("ville", MOTIF)
        par(dossier)


@pytest.mark.parametrize("fabrique", [blanc, un_recu, un_propose, un_decide, un_clos])
def test_un_avis_ne_se_demande_que_pendant_l_instruction(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.demander_avis("ville", TROIS_SEMAINES)


def test_un_avis_rendu_eteint_son_attente_et_ne_change_plus() -> None:
    dossier = un_en_avis()
    dossier.rendre_avis("ville", "favorable", MOTIF)
    assert topics(dossier) == ["dossier.avis_rendu.v1"]
    assert "avis" not in {a.cle.code for a in attentes(dossier)}
    par(dossier).rendre_avis("ville", "favorable", MOTIF)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.rendre_avis("ville", "defavorable", MOTIF)
    with verifie_refus(dossier, DejaFait) as refus:
        dossier.rendre_avis("ville", "favorable", None)
    assert refus.value.champs == {"fait": "dossier.avis_rendu.v1"}


def test_le_meme_avis_demande_dans_un_autre_delai_est_refuse_en_nommant_le_fait() -> None:
    dossier = un_en_avis()
    with verifie_refus(dossier, DejaFait) as refus:
        dossier.demander_avis("ville", TROIS_SEMAINES.model_copy(update={"duree": "8 jours"}))
    assert refus.value.champs == {"fait": "dossier.avis_demande.v1"}


@pytest.mark.parametrize("qui", ["Madame Untel", "ville de X", "préfet", "", "a" * 41])
def test_un_partenaire_est_un_code_jamais_un_texte_libre(qui: str) -> None:
    """It goes into facts, attentes and workflows: no name of a person may slip there."""
    dossier = un_complet()
    with verifie_refus(dossier, SaisieInvalide):
        dossier.demander_avis(qui, TROIS_SEMAINES)


def test_un_avis_que_personne_n_a_demande_est_refuse() -> None:
    dossier = un_en_avis()
    with verifie_refus(dossier, AvisNonDemande):
        dossier.rendre_avis("caf", "favorable", None)


def test_apres_la_cloture_un_avis_n_est_plus_recu() -> None:
    dossier = un_en_avis()
    dossier.retirer(MOTIF)
    par(dossier)
    with verifie_refus(dossier, GesteImpossible):
        dossier.rendre_avis("ville", "favorable", None)


def test_un_avis_sans_reponse_est_repute_rendu_a_son_echeance() -> None:
    dossier = un_en_avis()
    demande = dossier.avis[0].version
    dossier.reputer_avis_rendu(demande, echeance(dossier))
    assert topics(dossier) == ["dossier.avis_repute_rendu.v1"]
    assert dossier.inscriptions[-1].entete.effectif_le == echeance(dossier)
    par(dossier).reputer_avis_rendu(demande, echeance(dossier))
    assert rien(dossier)


def test_un_avis_que_l_instruction_n_attend_plus_n_est_pas_repute_rendu() -> None:
    dossier = un_en_avis()
    demande, fin = dossier.avis[0].version, echeance(dossier)
    par(dossier).retirer(MOTIF)
    par(dossier, le=fin, maintenant=fin).reputer_avis_rendu(demande, fin)
    assert rien(dossier)


def test_un_avis_tardif_est_encore_enregistre() -> None:
    dossier = un_en_avis()
    dossier.reputer_avis_rendu(dossier.avis[0].version, echeance(dossier))
    par(dossier).rendre_avis("ville", "reserve", None)
    assert topics(dossier) == ["dossier.avis_rendu.v1"]
    assert dossier.avis_rendus == {"ville": "reserve"}


def test_avant_l_echeance_ou_sans_demande_aucun_avis_n_est_repute_rendu() -> None:
    dossier = un_en_avis()
    with verifie_refus(dossier, GesteImpossible):
        dossier.reputer_avis_rendu(dossier.avis[0].version, echeance(dossier) - timedelta(microseconds=1))
    with verifie_refus(dossier, GesteImpossible):
        dossier.reputer_avis_rendu(99, echeance(dossier))


def test_une_demande_revoquee_n_attend_plus_rien_et_un_avis_rendu_se_garde() -> None:
    dossier = un_en_avis()
    dossier.demander_avis("caf", TROIS_SEMAINES)
    par(dossier).revoquer_avis("ville", MOTIF)
    assert topics(dossier) == ["dossier.avis_revoque.v1"]
    assert [a.cle.objet for a in attentes(dossier) if a.cle.code == "avis"] == ["caf"]
    par(dossier).revoquer_avis("ville", MOTIF)
    assert rien(dossier)
    with verifie_refus(dossier, AvisNonDemande):
        dossier.rendre_avis("ville", "favorable", None)
    dossier.rendre_avis("caf", "favorable", None)
    with verifie_refus(par(dossier), DejaFait):
        dossier.revoquer_avis("caf", MOTIF)
    with verifie_refus(dossier, AvisNonDemande):
        dossier.revoquer_avis("prefet", MOTIF)


RAPPELE = ServiceConsulte(
    code="prefet",
    libelle="Préfet (exemple)",
    source="exemple fictif",
    delai="21 jours",
    rappels=("5 jours", "10 jours"),
)


def test_un_rappel_est_note_a_son_jour_une_fois_et_jamais_apres_la_reponse() -> None:
    dossier = un_complet()
    dossier.consulter(RAPPELE, TROIS_SEMAINES)
    assert dossier.avis[0].rappels == (), "nothing is reminded of a demande that its partner does not have"
    dossier.recevoir_demande_avis("prefet", presumee=True)
    (demande,) = dossier.avis
    premier, second = demande.rappels
    par(dossier, "SYSTEME").rappeler_avis(demande.version, premier)
    assert topics(dossier) == ["dossier.avis_rappele.v1"]
    assert dossier.inscriptions[-1].entete.effectif_le == premier
    par(dossier, "SYSTEME").rappeler_avis(demande.version, premier)
    assert rien(dossier)
    (attendu,) = [a for a in attentes(dossier) if a.cle.code == "avis"]
    assert [(r.instant, r.rang) for r in attendu.rappels] == [(second, 2)]
    with verifie_refus(dossier, GesteImpossible):
        dossier.rappeler_avis(demande.version, echeance(dossier))
    par(dossier).rendre_avis("prefet", "favorable", None)
    par(dossier, "SYSTEME").rappeler_avis(demande.version, second)
    assert rien(dossier)


def test_on_propose_sans_attendre_les_avis() -> None:
    dossier = un_en_avis()
    dossier.proposer(evaluation(), None, None)
    assert dossier.etat is Etat.PROPOSE


def service(code: str, experts: int, minimum: int = 1) -> ServiceConsulte:
    return ServiceConsulte(
        code=code, libelle="Experts (exemple)", source="exemple fictif", experts=experts, minimum=minimum
    )


def test_les_experts_d_un_service_sont_demandes_chacun_et_assez_d_avis_suffisent() -> None:
    dossier = un_complet()
    for consulte in (service("caue", 3, minimum=2), service("drac", 2, minimum=2), service("ville", 1)):
        dossier.consulter(consulte, TROIS_SEMAINES)
    assert [(avis.de, avis.groupe, avis.minimum) for avis in dossier.avis] == [
        ("caue-1", "caue", 2),
        ("caue-2", "caue", 2),
        ("caue-3", "caue", 2),
        ("drac-1", "drac", 2),
        ("drac-2", "drac", 2),
        ("ville", None, 1),
    ]
    assert [manquants(dossier, groupe) for groupe in ("caue", "drac", "inconnu")] == [2, 2, 0]
    par(dossier).rendre_avis("caue-2", "favorable", None)
    assert [manquants(dossier, groupe) for groupe in ("caue", "drac")] == [1, 2]
    par(dossier).rendre_avis("caue-3", "defavorable", None)
    assert [manquants(dossier, groupe) for groupe in ("caue", "drac")] == [0, 2]
    attendus = {a.cle.objet for a in attentes(dossier) if a.cle.code in {"avis", "avis_groupe"}}
    assert attendus == {"drac", "drac-1", "drac-2", "ville"}


def test_un_avis_revoque_ne_compte_plus_parmi_ceux_qui_manquent() -> None:
    dossier = un_complet()
    dossier.consulter(service("caue", 2, minimum=2), TROIS_SEMAINES)
    par(dossier).revoquer_avis("caue-1", MOTIF)
    assert manquants(dossier, "caue") == 1


def test_un_avis_est_tardif_apres_sa_propre_echeance() -> None:
    dossier = un_en_avis()
    consulter(par(dossier, le=JOUR + timedelta(days=5)), "caf")
    for qui in ("ville", "caf"):
        par(dossier, le=JOUR + timedelta(days=22)).rendre_avis(qui, "favorable", None)
    assert (tardif(dossier, "ville"), tardif(dossier, "caf"), tardif(dossier, "drac")) == (True, False, False)


def test_un_rappel_prevu_a_l_echeance_ou_apres_n_en_est_pas_un() -> None:
    rappels = ("20 jours", "21 jours", "22 jours")
    dossier = un_complet()
    dossier.consulter(service("ville", 1).model_copy(update={"rappels": rappels}), TROIS_SEMAINES)
    dossier.recevoir_demande_avis("ville", sha256=COPIE)
    assert dossier.avis[0].rappels == (fin_de_jour(JOUR + timedelta(days=20)),)
