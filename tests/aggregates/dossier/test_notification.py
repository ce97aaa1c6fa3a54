"""What is decided against somebody is notified, on a proof; the délai of recours runs from it, or does not."""

from datetime import date, timedelta

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.ecrits import NatureDocument
from aggregates.dossier.notification import (
    DecisionNotifiee,
    RejetNonDit,
    delai_contentieux,
    delai_du_rejet,
    delais_de_recours,
)
from dispositifs.droit import regle
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import COPIE, MOTIF, document, un_decide, un_inscrit, un_propose
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus

GRACIEUX, CONTENTIEUX = (regle(code, JOUR).delai() for code in ("recours_gracieux", "recours_contentieux"))
APRES = JOUR + timedelta(days=5)


def un_rejete() -> Dossier:
    return un_decide(favorable=False)


def attendues(dossier: Dossier) -> dict[str, tuple[str, ...]]:
    return {a.cle.code: verbes(a) for a in attentes(dossier) if a.cle.code != "silence"}


def attaquer(dossier: Dossier, le: date) -> int:
    """File a recours gracieux of the applicant against the decision; return its number."""
    par(dossier, le=le).enregistrer_recours("gracieux", "demandeur", "decision", MOTIF, GRACIEUX, CONTENTIEUX)
    return max(dossier.recours)


def test_un_rejet_execute_attend_d_etre_dit_et_ne_se_clot_pas_avant() -> None:
    dossier = un_rejete()
    assert attendues(dossier) == {"notification_rejet": ("notifier-rejet", "enregistrer-notification")}
    with verifie_refus(dossier, RejetNonDit):
        dossier.clore(rien_ne_reste_du=True)


def test_remise_en_main_propre_la_lettre_notifie_et_le_delai_de_recours_court_franc() -> None:
    dossier = un_rejete()
    dossier.produire(document(dossier, NatureDocument.REJET, adresse=None))
    assert topics(dossier)[-1] == DecisionNotifiee.topic
    delai = delai_du_rejet(dossier)
    assert delai is not None
    assert delai.dernier_jour == date(2026, 3, 13)  # notified on 12 January: 2 months, the last day not counted
    assert attendues(dossier) == {"cloture": ("clore",)}
    par(dossier).clore(rien_ne_reste_du=True)


def test_envoyee_par_courriel_elle_est_dite_et_ne_fait_courir_aucun_delai_sans_preuve() -> None:
    dossier = un_rejete()
    produite = document(dossier, NatureDocument.REJET)
    dossier.produire(produite)
    assert attendues(dossier) == {"envoi": ()}
    par(dossier, "SYSTEME").constater_envoi(produite.edition)
    assert (dossier.notification, delais_de_recours(dossier)) == (None, [])
    assert attendues(dossier) == {"cloture": ("clore",)}
    par(dossier, le=APRES).enregistrer_notification(None, COPIE, sans_recours=False)
    assert delai_du_rejet(dossier) is not None
    par(dossier, le=APRES).enregistrer_notification(None, COPIE, sans_recours=False)
    assert rien(dossier)
    with verifie_refus(par(dossier, le=APRES), DejaFait):
        dossier.enregistrer_notification(None, "a" * 64, sans_recours=False)


def test_une_adresse_refusee_n_a_rien_dit() -> None:
    dossier = un_rejete()
    produite = document(dossier, NatureDocument.REJET)
    dossier.produire(produite)
    par(dossier, "SYSTEME").constater_envoi_refuse(produite.edition, 550)
    assert attendues(dossier) == {"envoi_refuse": ("reexpedier",)}
    with verifie_refus(par(dossier), RejetNonDit):
        dossier.clore(rien_ne_reste_du=True)


def test_sans_voies_de_recours_le_delai_ne_court_pas_et_une_notification_complete_peut_suivre() -> None:
    dossier = un_rejete()
    dossier.enregistrer_notification(None, COPIE, sans_recours=True)
    assert delai_du_rejet(dossier) is None
    par(dossier, le=APRES).enregistrer_notification(None, "a" * 64, sans_recours=False)
    assert delai_du_rejet(dossier) is not None


def test_rien_ne_se_notifie_avant_le_rejet_ni_d_une_attribution() -> None:
    for dossier in (un_propose(), un_inscrit(), un_decide()):
        with verifie_refus(dossier, GesteImpossible):
            dossier.enregistrer_notification(None, COPIE, sans_recours=False)
        with verifie_refus(dossier, GesteImpossible):
            dossier.exiger_rejete("notifier-rejet")
    with verifie_refus(par(dossier := un_rejete(), le=JOUR - timedelta(days=1)), AvantLeJalon):
        dossier.enregistrer_notification(None, COPIE, sans_recours=False)


def test_un_recours_gracieux_forme_a_temps_interrompt_le_delai_que_sa_reponse_notifiee_fait_repartir() -> None:
    dossier = un_rejete()
    dossier.enregistrer_notification(None, COPIE, sans_recours=False)
    rang = attaquer(dossier, date(2026, 3, 13))
    assert delais_de_recours(dossier) == []
    par(dossier, "resp-1", date(2026, 4, 1)).repondre_recours(rang, "rejete", MOTIF)
    assert delais_de_recours(dossier) == []
    assert attendues(dossier)["notification_recours"] == ("enregistrer-notification",)
    with verifie_refus(par(dossier, le=date(2026, 3, 31)), AvantLeJalon):
        dossier.enregistrer_notification(rang, "a" * 64, sans_recours=False)
    par(dossier, le=date(2026, 4, 2)).enregistrer_notification(rang, "a" * 64, sans_recours=False)
    assert "notification_recours" not in attendues(dossier)
    (court,) = delais_de_recours(dossier)
    assert court.dernier_jour == date(2026, 6, 3)
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.enregistrer_notification(9, COPIE, sans_recours=False)


def test_un_recours_gracieux_trop_tardif_n_interrompt_rien() -> None:
    dossier = un_rejete()
    dossier.enregistrer_notification(None, COPIE, sans_recours=False)
    rang = attaquer(dossier, date(2026, 3, 14))
    delai = delai_du_rejet(dossier)
    assert (delai and delai.dernier_jour, delai_contentieux(dossier, dossier.recours[rang])) == (
        date(2026, 3, 13),
        None,
    )
