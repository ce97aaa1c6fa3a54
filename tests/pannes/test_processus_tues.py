"""Drills: a process is killed where it hurts most; started again, it finds everything as it should be."""

from collections import Counter
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from application.automatisme import Ordre
from application.sans_moteur import ce_qui_est_du
from tests.application.bureau import compter
from tests.conftest import Dire
from tests.epreuves import compte
from tests.moteur import EXEMPLES, PIECES
from tests.pannes.conftest import Deux
from tests.pannes.exercice import DES_AGENTS, Exercice
from workers.relais import BAIL_S
from workflows.etapes import EXECUTION_AU_PLUS

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
DEPOTS = compte(4, 40)
ARRET_S = 30.0
TACHE_S = 10.0
"""What Temporal gives a worker to answer a workflow task, by default."""
COMMANDES = ("worker", "relais", "projecteur")


def test_worker_tue_entre_l_ecriture_et_la_reponse(deux: Deux, dire: Dire) -> None:
    """Recovery: `start_to_close` of the lost attempt, and the tasks of the dead worker."""
    borne = EXECUTION_AU_PLUS.total_seconds() + 10

    def exercice(ex: Exercice) -> str:
        relais = ex.lancer("relais")
        premier = ex.lancer("worker", panne="executer.apres_ecriture:1")
        ex.deposer(DEPOTS)
        premier.attendre_la_panne()
        ecrits = [topic for recu in ex.depots for topic in ex.topics(recu.id) if topic in DES_AGENTS]
        assert ecrits, "written, and nobody was told"
        assert not ex.faits_par_l_engin()
        ex.lancer("worker")
        duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "every automatisme done")
        assert relais.vit
        ex.tout_est_juste()
        assert ex.services.store.enregistreur.compter_par_pilote() == {"workflow": len(DES_AGENTS) * DEPOTS}
        return f"{DEPOTS} dossiers, recovered in {duree:.1f} s (bound {borne:.0f} s)"

    deux.jouer(exercice, dire)


def test_relais_tue_entre_le_signal_et_la_position(deux: Deux, dire: Dire) -> None:
    """Recovery: the lease of the dead relay, then another tells everything again; `max(version)` absorbs it."""
    borne = BAIL_S + 10

    def exercice(ex: Exercice) -> str:
        ex.lancer("worker")
        enregistreur = ex.services.store.enregistreur
        premier = ex.lancer("relais", panne=f"relais.apres_signal:{1 + DEPOTS // 2}")  # the first: the campagne
        ex.jusqu_a(lambda: enregistreur.curseur("relais:vif") == enregistreur.derniere_position(), 20, "at work")
        ex.lancer("relais")  # stands by
        avant = enregistreur.curseur("relais:vif")
        ex.deposer(DEPOTS)
        premier.attendre_la_panne()
        assert enregistreur.curseur("relais:vif") < avant + 5 * DEPOTS, "told, and not noted"
        apres = ex.deposer(2)
        duree = ex.jusqu_a(lambda: ex.faits_par_l_engin(apres), borne, "the relay that stood by relays")
        ex.jusqu_a(ex.faits_par_l_engin, borne)
        ex.tout_est_juste()
        return f"{DEPOTS + 2} dossiers, recovered in {duree:.1f} s (bound {borne:.0f} s, lease {BAIL_S:.0f} s)"

    deux.jouer(exercice, dire)


def test_arrets_demandes_en_plein_travail(deux: Deux, dire: Dire) -> None:
    """SIGTERM: each process ends what it does, gives its place back and leaves; the others go on.

    The bound is that of the one task which the server hands to a worker at the very moment it stops asking: it is lost
    on the way, and given to another when its time is over.
    """
    borne = TACHE_S + 5

    def exercice(ex: Exercice) -> str:
        premiers = [ex.lancer(commande) for commande in COMMANDES]
        ex.deposer(1)
        ex.jusqu_a(ex.faits_par_l_engin, 20, "the engine at work")
        for commande in COMMANDES:
            ex.lancer(commande)
        ex.deposer(DEPOTS)
        arrets = []
        for processus in premiers:
            arrets.append(processus.arreter(ARRET_S))
            assert processus.finir() == 0, processus.dit()
            ex.deposer(DEPOTS)
        duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "everything done by those who stay")
        ex.tout_est_juste()
        return f"stopped in {max(arrets):.1f} s at most (bound {ARRET_S:.0f} s), all done {duree:.1f} s after (bound {borne:.0f} s)"

    deux.jouer(exercice, dire)


def test_geste_tue_entre_ce_qu_il_garde_et_son_fait(deux: Deux) -> None:
    """What is left names nothing and harms nothing; sent again, the same command has one effect, its text is readable."""

    def exercice(ex: Exercice) -> None:
        (depot,) = ex.deposer()
        rib = ex.dossier / "RIB de Jeanne Exemple.txt"
        rib.write_text("un autre rib", encoding="utf-8")
        commande = ("--commande-id", str(uuid4()), "--acteur", "ines", "--json")
        geste = ("dossier", "recevoir-piece", depot.ref, "--code", "rib", "--fichier", rib, *commande)
        avant = compter(ex.base, ex.dossier / "fichiers")
        gardes = replace(avant, textes=avant.textes + 1, fichiers=avant.fichiers + 1)
        ex.lancer(*geste, panne="store.apres_consigne:1").attendre_la_panne()
        assert compter(ex.base, ex.dossier / "fichiers") == gardes, "kept, and no fact yet"
        assert ex.topics(depot.id).count("piece_recue") == len(PIECES)
        encore = ex.lancer(*geste)
        assert encore.finir() == 0, encore.dit()
        assert encore.document()["deja_fait"] is False
        apres = compter(ex.base, ex.dossier / "fichiers")
        assert (apres.textes, apres.fichiers) == (gardes.textes, gardes.fichiers), "found where it was left"
        recues = [i.fait.model_dump() for i in ex.inscriptions() if i.fait.topic == "dossier.piece_recue.v1"]
        assert len(recues) == len(PIECES) + 1
        assert ex.services.coffre.lire(recues[-1]["nom"]) == rib.name
        assert ex.services.fichiers.lire(depot.id, recues[-1]["sha256"]) == b"un autre rib"
        ex.rien_de_perdu_ni_de_double()

    deux.jouer(exercice)


def test_geste_tue_apres_son_ecriture(deux: Deux) -> None:
    """A person who does not know whether it was done sends it again: the same receipt, one effect."""

    def exercice(ex: Exercice) -> None:
        commande = ("--commande-id", str(uuid4()), "--acteur", "ines", "--json")
        depot = ("dossier", "deposer", EXEMPLES / "depots" / "01.json", *commande)
        avant = len(ex.inscriptions())
        ex.lancer(*depot, panne="store.apres_ecriture:1").attendre_la_panne()
        ecrits = len(ex.inscriptions())
        assert ecrits > avant, "written, and nobody was told"
        encore = ex.lancer(*depot)
        assert encore.finir() == 0, encore.dit()
        assert encore.document()["deja_fait"] is True
        assert sum(i.fait.topic == "dossier.depose.v1" for i in ex.inscriptions()) == 1
        ex.rien_de_perdu_ni_de_double()

    deux.jouer(exercice)


def test_geste_et_moteur_tues_apres_leur_ecriture_sous_des_identifiants_pris(deux: Deux) -> None:
    """Somebody took every id beforehand: each is done once all the same, and the person finds her own receipt."""

    def exercice(ex: Exercice) -> None:
        def prendre(identifiant: UUID) -> None:
            pris.append(f"pris-{len(pris)}")
            ex.faire("agent enregistrer", "admin", commande_id=identifiant, identifiant=pris[-1], roles="finance")

        pris: list[str] = []
        prendre(commande := uuid4())
        par_ines = ("--acteur", "ines", "--json")
        depot = ("dossier", "deposer", EXEMPLES / "depots" / "01.json", "--commande-id", commande, *par_ines)
        ex.lancer(*depot, panne="store.apres_ecriture:1").attendre_la_panne()
        dossier = ex.services.store.enregistreur.ids_par_topic("dossier.depose.v1")[0]
        maintenant, (_, dus) = ex.services.maintenant(), ce_qui_est_du(ex.services, ("dossier", dossier))
        for du in dus:
            prendre(Ordre("dossier", dossier, du, maintenant, "").commande_id)
        encore = ex.lancer(*depot)
        assert encore.finir() == 0, encore.dit()
        recu = encore.document()
        assert (recu["id"], recu["deja_fait"], len(pris)) == (str(dossier), True, 1 + len(dus))
        (rib := ex.dossier / "rib.txt").write_text("un autre rib", encoding="utf-8")
        piece = ("dossier", "recevoir-piece", recu["ref"], "--code", "rib", "--fichier", rib, *par_ines)
        # what the killed command owed is done after the next act on the same dossier
        ex.lancer(*piece, panne="store.apres_ecriture:2").attendre_la_panne()  # the engine's, this time
        rib.write_text("encore un autre", encoding="utf-8")
        suite = ex.lancer(*piece)
        assert suite.finir() == 0, suite.dit()
        faits = Counter(ex.topics(dossier))
        assert [faits[topic] for topic in ("depose", *DES_AGENTS)] == [1] * (1 + len(DES_AGENTS)), faits
        ex.rien_de_perdu_ni_de_double()

    deux.jouer(exercice)
