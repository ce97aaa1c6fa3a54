"""Drill: a worker killed between the mail server and the fact; the message is handed again, the same, and its fact is one.

The message is the one that the engine writes by itself: the accusé d’enregistrement of a request.
"""

from dataclasses import replace
from email.message import Message

import pytest

from tests.conftest import Dire
from tests.courriel import Boite, serveur
from tests.pannes.conftest import Deux
from tests.pannes.exercice import Exercice
from workflows.etapes import EXECUTION_AU_PLUS

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]


def lu(message: Message) -> list[object]:
    """Return what its reader sees of a message: not what separates its parts, drawn at each sending."""
    parties = [p.get_payload(decode=True) for p in message.walk() if not p.is_multipart()]
    return [*(message[nom] for nom in ("Message-ID", "Date", "From", "To", "Reply-To", "Subject")), *parties]


def test_worker_tue_entre_le_serveur_de_courriel_et_le_fait(deux: Deux, dire: Dire) -> None:
    """Whoever receives it twice receives one message: its identity, its date and its words are those of the document."""
    borne = EXECUTION_AU_PLUS.total_seconds() + 15

    def exercice(ex: Exercice) -> str:
        boite = Boite()
        with serveur(boite) as courrier:
            ex.services = replace(ex.services, courrier=courrier)
            environnement = {
                "DILIGENCE_COURRIEL_SERVEUR": f"{courrier.hote}:{courrier.port}",
                "DILIGENCE_COURRIEL_EXPEDITEUR": courrier.expediteur,
                "DILIGENCE_COURRIEL_CHIFFREMENT": courrier.chiffrement,
            }
            (depot,) = ex.deposer()
            ex.lancer("relais")
            premier = ex.lancer("worker", panne="envoyer_document.apres_message:1", environnement=environnement)
            ex.jusqu_a(ex.faits_par_l_engin, 30, "the engine at work")
            premier.attendre_la_panne()
            assert (len(boite.recus), ex.topics(depot.id).count("document_envoye")) == (1, 0), "handed, and not noted"
            ex.lancer("worker", environnement=environnement)
            duree = ex.jusqu_a(lambda: "document_envoye" in ex.topics(depot.id), borne, "the sending noted")
            ex.tout_est_juste()
        assert ex.topics(depot.id).count("document_envoye") == 1
        un, encore = boite.recus
        assert lu(un) == lu(encore)
        return f"the same message twice, one fact, recovered in {duree:.1f} s (bound {borne:.0f} s)"

    deux.jouer(exercice, dire)
