"""« Vert mais mort »: every process is up, nothing is late in Temporal, and yet something does not live. `etat` says it."""

import signal
from datetime import timedelta

import pytest

from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from scenarios.institution import SERVICE
from tests.conftest import Dire
from tests.pannes.conftest import Deux
from tests.pannes.exercice import Exercice
from workers import chiffres
from workers.chiffres import document, relever_le_store, relever_les_lectures

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]


def _au_travail(ex: Exercice, *, depots: int = 1) -> None:
    """Start worker, relay, projector, and see them work."""
    for processus in ("worker", "relais", "projecteur"):
        ex.lancer(processus)
    ex.deposer(depots)
    ex.jusqu_a(ex.faits_par_l_engin, 30, "the engine at work")


def test_un_dossier_reste_au_dela_de_la_duree_habituelle(deux_repetitions: Deux, dire: Dire) -> None:
    """Nobody is late in law and no automatisme waits: only the usual duration of an attente tells it is stuck."""

    def exercice(ex: Exercice) -> str:
        _au_travail(ex, depots=2)
        ex.faire("campagne declarer-service", "admin", campagne="NQE-2026", **SERVICE)
        for recu in ex.depots:  # its accusé is due in law, and of that somebody would be late
            ex.faire("dossier accuser-reception", dossier=recu.ref, canal="main_propre")
        horloge = ex.services.store.enregistreur
        horloge.regler_horloge(ex.services.maintenant() + timedelta(days=14))
        assert ex.etat()[1]["au_dela_de_l_usage"] == 0
        horloge.regler_horloge(ex.services.maintenant() + timedelta(days=2))
        code, lu = ex.etat()
        assert (code, lu["au_dela_de_l_usage"], lu["retards_humains"]) == (0, 2, 0), lu
        assert {(b["ref"], b["de"]) for b in lu["bloques"]} == {(recu.ref, "instructeur") for recu in ex.depots}
        ex.tout_est_juste()
        return "2 dossiers that nobody examines, counted by `etat` (not an anomaly: people are awaited)"

    deux_repetitions.jouer(exercice, dire)


def test_un_suivi_qui_essaie_sans_fin(deux: Deux, dire: Dire) -> None:
    """The step of one follow-up fails at each attempt: neither refused nor parked, and retried for ever."""

    def exercice(ex: Exercice) -> str:
        _au_travail(ex)
        ex.processus[0].arreter()
        malade = ex.lancer("--faute", "rattacher_tiers", "worker")
        (recu,) = ex.deposer(1)
        ex.jusqu_a(lambda: "enregistre" in ex.topics(recu.id), 20, "the sick worker works")
        duree = ex.jusqu_a_ce_qu_etat_le_dise(lambda: bool(ex.etat()[1]["en_echec"]), 40)
        code, lu = ex.etat()
        (dit,) = lu["en_echec"]
        assert code == 4
        assert (dit["agregat"], dit["id"], dit["etape"]) == ("dossier", str(recu.id), "executer")
        assert dit["erreur"] == "OSError"
        assert lu["automatismes"]["en_retard"] == 0, "before the safety net's ten minutes"
        malade.tuer()
        ex.lancer("worker")
        ex.jusqu_a(ex.faits_par_l_engin, 60, "healed")
        ex.tout_est_juste(40)
        return f"said {duree:.1f} s after its first failure; right once the worker is mended"

    deux.jouer(exercice, dire)


def test_une_projection_arretee(deux: Deux, monkeypatch: pytest.MonkeyPatch, dire: Dire) -> None:
    """Its process is up and frozen: a fact it has not read in time is said; the threshold is shortened here."""
    en_service = chiffres.ARRETEE_S
    monkeypatch.setattr(chiffres, "ARRETEE_S", 1.0)

    def exercice(ex: Exercice) -> str:
        _au_travail(ex)
        projecteur = ex.processus[2]
        ex.jusqu_a(lambda: not _arretees(ex), 10, "caught up")
        projecteur.signaler(signal.SIGSTOP)
        ex.deposer(1)
        duree = ex.jusqu_a(lambda: "chronologie" in _arretees(ex), 10, "said by etat")
        assert projecteur.vit
        projecteur.signaler(signal.SIGCONT)
        ex.jusqu_a(lambda: not _arretees(ex), 10, "caught up")
        ex.jusqu_a(ex.faits_par_l_engin, 20)
        ex.tout_est_juste()
        return f"said in {duree:.1f} s (threshold 1 s here, {en_service:.0f} s in service)"

    deux.jouer(exercice, dire)


def test_un_relais_arrete(deux: Deux, monkeypatch: pytest.MonkeyPatch, dire: Dire) -> None:
    """Its process is up and frozen, and people only are awaited: nothing is late, and nobody would be told."""
    en_service = chiffres.VOIE_ARRETEE_S["vif"]
    monkeypatch.setattr(chiffres, "VOIE_ARRETEE_S", {"vif": 1.0, "lot": 3600.0})

    def exercice(ex: Exercice) -> str:
        _au_travail(ex)
        relais = ex.processus[1]
        ex.jusqu_a(lambda: not relever_le_store(ex.services).arretees, 10, "told")
        relais.signaler(signal.SIGSTOP)
        ex.deposer(1)
        duree = ex.jusqu_a(lambda: bool(relever_le_store(ex.services).arretees), 10, "said by etat")
        (arretee,) = relever_le_store(ex.services).arretees
        assert (arretee["voie"], relais.vit) == ("vif", True)
        relais.signaler(signal.SIGCONT)
        ex.jusqu_a(ex.faits_par_l_engin, 20)
        ex.jusqu_a(lambda: not relever_le_store(ex.services).arretees, 10, "caught up")
        ex.tout_est_juste()
        return f"said in {duree:.1f} s (threshold 1 s here, {en_service:.0f} s in service)"

    deux.jouer(exercice, dire)


def test_un_fait_que_la_file_ne_sait_pas_lire(deux: Deux) -> None:
    """`etat` names the projection that cannot go on, instead of failing with it."""

    def exercice(ex: Exercice) -> None:
        ex.deposer(1)
        with ouvrir_lectures(Reglages(base=ex.base), ex.services) as lectures:
            lectures.rattraper("file")
            setattr(lectures.projections["file"], "projeter", _impossible)  # noqa: B010 - a method, for the type checker
            ex.deposer(1)
            lues = relever_les_lectures(ex.services, lectures, rattraper=True)
            lu = document(relever_le_store(ex.services), lues, {}, None)
        assert lu["projections_arretees"] == [{"projection": "file", "erreur": "KeyError"}]

    deux.jouer(exercice)


def _impossible(*_: object) -> None:
    raise KeyError("tiers_rattache")


def _arretees(ex: Exercice) -> set[str]:
    with ouvrir_lectures(Reglages(base=ex.base), ex.services) as lectures:
        lues = relever_les_lectures(ex.services, lectures, rattraper=True)
    return {a["projection"] for a in lues.arretees}
