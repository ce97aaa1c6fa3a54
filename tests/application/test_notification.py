"""A rejet is told, from the outside: the letter, what becomes of it, the délai that it starts, the closing that waits for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from aggregates.dossier import Etat
from aggregates.dossier.notification import RejetNonDit
from application import editions
from application.commandes import FichierRecu
from application.consultations.demande import recours
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from cli import fiches
from kernel.instants import debut_de_jour
from scenarios.institution import SERVICE
from tests.application.seance import CONTRE, NOTIFIE, UNANIME, Region
from tests.application.test_propositions import deux_rejets
from tests.courriel import Boite, serveur

ACCUSE: dict[str, Any] = {"fichier": FichierRecu("accuse.pdf", b"accuse, exemple fictif"), "voies_de_recours": "oui"}
DEFAUT = "accusé de réception non délivré (CRPA, art. L112-6 et L112-12)"
PREUVE = FichierRecu("avis-de-reception.txt", b"avis de reception, exemple fictif")


@pytest.fixture
def boite(region: Region) -> Iterator[Boite]:
    boite = Boite()
    with serveur(boite) as courrier:
        region.services = replace(region.services, courrier=courrier)
        yield boite


def vu(region: Region, ref: str) -> dict[str, Any]:
    return voir(region.services, ref, Moment())


def rejetes(region: Region) -> list[str]:
    """Have the assembly adopt two rejets that were proposed."""
    refs = deux_rejets(region)
    for ref in refs:
        region.faire("dossier enregistrer-accuse", "ines", dossier=ref, le=date(2026, 1, 6), **ACCUSE)
    executer(region, refs, UNANIME)
    return refs


def executer(region: Region, refs: list[str], scrutin: str) -> None:
    region.faire("campagne declarer-service", "admin", campagne=region.dossier(refs[0]).campagne, **SERVICE)
    rapport = region.preparer(refs)
    region.voter(rapport, scrutin)
    region.rendre_executoire(rapport)
    region.moteur()


def test_transitions_8_et_11_le_rejet_vote_est_dit_au_demandeur_avec_son_motif_et_les_voies_de_recours(
    region: Region, boite: Boite, monkeypatch: pytest.MonkeyPatch
) -> None:
    irrecevable, incomplet = rejetes(region)
    boite.recus.clear()  # the accusé d’enregistrement of each
    (attendue,) = [a for a in vu(region, irrecevable)["attentes"] if a["code"] == "notification_rejet"]
    assert (attendue["de"], attendue["nature"], attendue["fondement"]) == ("instructeur", "loi", "CRPA, art. L221-8")
    with pytest.raises(RejetNonDit):
        region.faire("dossier clore", "ines", dossier=irrecevable)
    dites: list[dict[str, Any]] = []
    composer = type(region.services.editeur).composer

    def noter(editeur: Any, modele: str, donnees: Any, *args: Any, **options: Any) -> bytes:
        dites.append(donnees)
        return composer(editeur, modele, donnees, *args, **options)

    monkeypatch.setattr(type(region.services.editeur), "composer", noter)
    region.faire("dossier notifier-rejet", "aline", dossier=irrecevable, canal="main_propre")
    lettre = dites[0]
    assert (lettre["cause"], lettre["motif"]) == ("irrecevabilité", "exemple fictif : hors période")
    assert lettre["deliberation"] == region.deliberation(region.rapports[0]).numero
    assert lettre["contentieux"] == {"duree": "2 mois francs", "source": "CJA, art. R421-1"}
    assert lettre["gracieux"] == "2 mois"
    dates = vu(region, irrecevable)["dates"]
    assert (dates["rejet_notifie_le"], dates["recours_jusqu_au"]) == ("2026-06-18", "2026-08-19")
    region.faire("dossier clore", "ines", dossier=irrecevable)

    region.faire("dossier notifier-rejet", "ines", dossier=incomplet)
    region.moteur()
    (message,) = boite.recus
    assert "Notification du rejet" in str(message["Subject"])
    assert vu(region, incomplet)["dates"]["recours_jusqu_au"] is None, "an e-mail alone proves no reception"
    region.faire("dossier notifier-rejet", "ines", dossier=incomplet)
    region.moteur()
    assert len(boite.recus) == 1
    region.faire("dossier enregistrer-notification", "ines", dossier=incomplet, fichier=PREUVE, voies_de_recours="oui")
    assert vu(region, incomplet)["dates"]["recours_jusqu_au"] == "2026-08-19"
    region.faire("dossier clore", "ines", dossier=incomplet)
    assert region.dossier(incomplet).etat is Etat.CLOS
    for document in vu(region, incomplet)["documents"]:
        assert editions.refaire(region.services, document["edition"]).identique


def test_transition_22_une_attribution_non_adoptee_est_un_rejet_qui_se_notifie_sans_motif_invente(
    region: Region, boite: Boite
) -> None:
    (ref,) = region.instruire(1)
    boite.recus.clear()  # the accusé d’enregistrement of each
    region.ouvrir_credits()
    region.tenir_seance()
    executer(region, [ref], CONTRE)
    projet = editions.projet(
        region.services, region.dossier(ref), editions.Voulu(editions.lire_nature("notification_rejet"))
    )
    assert projet.startswith(b"%PDF-")
    region.faire("dossier notifier-rejet", "ines", dossier=ref, canal="main_propre")
    region.faire("dossier clore", "ines", dossier=ref)
    assert boite.recus == []


def test_le_delai_de_recours_repart_de_la_reponse_notifiee_au_recours_gracieux(region: Region, boite: Boite) -> None:
    ref, _ = rejetes(region)
    boite.recus.clear()  # the accusé d’enregistrement of each
    region.faire("dossier notifier-rejet", "ines", dossier=ref, canal="main_propre")
    gracieux = {"nature": "gracieux", "par": "demandeur", "contre": "decision", "texte": "La période est la bonne."}
    region.faire("dossier enregistrer-recours", "ines", dossier=ref, **gracieux)
    assert vu(region, ref)["dates"]["recours_jusqu_au"] is None
    region.services.store.enregistreur.regler_horloge(debut_de_jour(date(2026, 7, 1)) + timedelta(hours=9))
    region.faire("dossier repondre-recours", "rene", dossier=ref, recours=1, sens="rejete", texte="Rejet confirmé.")
    (attendue,) = [a for a in vu(region, ref)["attentes"] if a["code"] == "notification_recours"]
    assert [g["geste"] for g in attendue["gestes"]] == ["dossier enregistrer-notification"]
    preuve = {"fichier": PREUVE, "voies_de_recours": "oui", "recours": 1}
    region.faire("dossier enregistrer-notification", "ines", dossier=ref, **preuve)
    (lu,) = recours(region.services, region.dossier(ref), None)
    assert (lu["contentieux_jusqu_au"], lu["non_opposable"]) == ("2026-09-02", None)
    (lu,) = recours(region.services, region.dossier(ref), DEFAUT)
    assert (lu["contentieux_jusqu_au"], lu["non_opposable"]) == (None, DEFAUT)
    assert boite.recus == []


def test_cas_8_sans_accuse_le_delai_de_recours_contre_le_rejet_notifie_ne_court_pas(region: Region) -> None:
    ref, complet = deux_rejets(region)
    region.faire("dossier enregistrer-accuse", "ines", dossier=complet, le=date(2026, 1, 6), **ACCUSE)
    executer(region, [ref, complet], UNANIME)
    for rejete in (ref, complet):
        region.faire("dossier enregistrer-notification", "ines", dossier=rejete, **NOTIFIE)
    document, court = vu(region, ref), vu(region, complet)
    assert (document["recours_contentieux"]["opposable"], document["recours_contentieux"]["pourquoi"]) == (
        False,
        DEFAUT,
    )
    assert document["dates"]["recours_jusqu_au"] is None, "it does not run"
    assert (court["recours_contentieux"]["opposable"], court["dates"]["recours_jusqu_au"]) == (True, "2026-08-19")
    assert "ne court pas contre le demandeur" in fiches.dossier(document)
    assert "ne court pas contre le demandeur" not in fiches.dossier(court)
