"""Drills: the machine itself. A file that may not grow, a clock that is wrong, a history that grows under a rain of signals."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkipper

from adapters.temporal import SuivisTemporal, connecter
from adapters.temporal_local import demarrer_local
from application.consultations.attendu import situation
from kernel.identifiants import workflow_id
from kernel.instants import Instant, jour_de
from tests.conftest import Dire
from tests.epreuves import compte
from tests.moteur import EXEMPLES
from tests.pannes.conftest import Deux, ouvrir_deux
from tests.pannes.couveuse import Couveuse
from tests.pannes.exercice import DES_AGENTS, Exercice
from tests.temporal_fixtures import HISTOIRE_COURTE
from workers.relais import BAIL_S
from workflows.contrats import REVEIL

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
HEURE_S = 3600.0
SIGNAUX, GESTES = compte(200, 3000), compte(12, 60)


# a file that may not grow


def test_limite_de_taille_atteinte_sur_sqlite(exercice: Exercice, dire: Dire) -> None:
    """Wherever the dépôt hits the limit (coffre, pièces, facts), it says so, writes nothing by half, works again after."""
    ex = exercice
    ordre = ("dossier", "deposer", EXEMPLES / "depots" / "01.json", "--acteur", "ines", "--json")
    # a store just copied has no log yet: the least limit would be nothing, and what is said could not be written
    for rang in range(5):
        ex.faire("agent enregistrer", "admin", identifiant=f"agent-{rang}", roles="instructeur")
    avant = len(ex.inscriptions())
    refuses = 0
    for limite in _limites(ex):
        commande = str(uuid4())
        borne = ex.lancer(*ordre, "--commande-id", commande, limite=limite)
        code = borne.finir()
        if code == 0:
            break
        refuses += 1
        assert code == 1, borne.dit()
        assert "L’acte n’est pas confirmé" in borne.dit()
        assert "Traceback" not in borne.dit()
        ex.rien_de_perdu_ni_de_double()
        assert len(ex.inscriptions()) == avant, "half a command was written"
    assert refuses >= 3, "the limit was never reached"
    encore = ex.lancer(*ordre, "--commande-id", commande)
    assert encore.finir() == 0, encore.dit()
    assert len(ex.inscriptions()) > avant
    ex.rien_de_perdu_ni_de_double()
    dire(f"{refuses} limits, each said; the same command then done once")


def _limites(ex: Exercice) -> list[int]:
    """Return sizes from what the coffre has to what everything needs."""
    tailles = sorted(f.stat().st_size for f in ex.dossier.glob("essai*-wal"))
    return [tailles[0], (tailles[0] + tailles[-1]) // 2, tailles[-1], tailles[-1] + 8192]


# a wrong clock


@pytest.mark.parametrize("heures", [1, -1, 24 * 90])
def test_horloge_d_un_worker_fausse(deux: Deux, heures: int, dire: Dire) -> None:
    """What is due is judged by the workflow's clock: neither early nor late, whatever the worker's own clock says.

    On SQLite its facts would be dated by it: too far from the last one, it records nothing, until a right worker comes.
    """
    borne = 20.0

    def exercice(ex: Exercice) -> str:
        ex.lancer("relais")
        faux = ex.lancer("worker", horloge_s=heures * HEURE_S)
        (recu,) = ex.deposer(1)
        if ex.base.startswith("sqlite") and heures != 1:
            avant = len(ex.inscriptions())
            ex.jusqu_a(lambda: "en_echec" in anomalies(ex), borne, "said by etat")
            assert len(ex.inscriptions()) == avant, "nothing is dated by a wrong clock"
            faux.tuer()
            ex.lancer("worker")
        duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "every automatisme done")
        vue = situation(ex.services.store, "dossier", recu.id)
        (silence,) = [du for du in vue.dus if du.automatisme == "constater_rejet_implicite"]
        assert "rejet_implicite_ne" not in ex.topics(recu.id)
        _vivre(ex, workflow_id("dossier", recu.id), silence.instant - timedelta(minutes=30))
        assert "rejet_implicite_ne" not in ex.topics(recu.id), "half an hour early"
        _vivre(ex, workflow_id("dossier", recu.id), silence.instant + timedelta(minutes=1))
        ex.jusqu_a(lambda: "rejet_implicite_ne" in ex.topics(recu.id), 10, "the silence is a fact")
        (fait,) = [i for i in ex.inscriptions() if "rejet_implicite_ne" in i.fait.topic]
        assert str(jour_de(silence.instant - timedelta(seconds=1))) in fait.fait.model_dump_json()
        _estampilles_croissantes(ex)
        ex.rien_de_perdu_ni_de_double()
        ex.montants_justes()
        return f"ordinary work in {duree:.1f} s (bound {borne:.0f} s), deadline exact"

    deux.jouer(exercice, dire)


def anomalies(ex: Exercice) -> set[str]:
    """Return the lines of `etat` that name a step of the engine which its clock stops."""
    _, document = ex.etat()
    return {"en_echec" for e in document["en_echec"] if e["erreur"] == "HorlogeSuspecte"}


def _estampilles_croissantes(ex: Exercice) -> None:
    instants = [i.enregistre_le for i in ex.inscriptions()]
    assert instants == sorted(instants, key=str), "the stamps went back"


def _vivre(ex: Exercice, identifiant: str, jusqu_a: Instant) -> None:
    """Bring the clock of one follow-up to an instant."""

    async def sauter() -> None:
        client = await connecter(ex.temporal, ex.espace)
        suivi = client.get_workflow_handle(identifiant)
        duree = jusqu_a - await _son_heure(client, identifiant)
        await asyncio.wait_for(TimeSkipper(client).fast_forward(suivi, duree), 30)

    asyncio.run(sauter())


async def _son_heure(client: Client, identifiant: str) -> Instant:
    """Return the time of the last event of a follow-up, which is its clock."""
    histoire = await client.get_workflow_handle(identifiant).fetch_history()
    return histoire.events[-1].event_time.ToDatetime(UTC)


def test_horloge_du_guichet_fausse(deux: Deux, dire: Dire) -> None:
    """The process that takes a request is an hour ahead, those of the engine are right: what is due at once is done.

    On SQLite its facts are stamped by its own clock: the engine sees nothing due for an hour, and who filed does it.
    """
    borne = 20.0
    ordre = ("dossier", "deposer", EXEMPLES / "depots" / "01.json", "--acteur", "ines", "--json")

    def exercice(ex: Exercice) -> str:
        ex.lancer("relais")
        ex.lancer("worker")
        ex.deposer(1)
        ex.jusqu_a(ex.faits_par_l_engin, 20, "the engine at work")
        debut = time.monotonic()
        geste = ex.lancer(*ordre, horloge_s=HEURE_S)
        assert geste.finir() == 0, geste.dit()
        depose = UUID(geste.document()["id"])
        ex.jusqu_a(lambda: set(DES_AGENTS) <= set(ex.topics(depose)), borne, "every automatisme done")
        duree = time.monotonic() - debut
        _estampilles_croissantes(ex)
        ex.rien_de_perdu_ni_de_double()
        par = dict(ex.services.store.enregistreur.compter_par_pilote())
        return f"done in {duree:.1f} s (bound {borne:.0f} s) by {par}"

    deux.jouer(exercice, dire)


def test_relais_mort_dont_l_horloge_avancait(deux: Deux, dire: Dire) -> None:
    """Its lease ends in an hour by its own clock; the next relay does not wait that long."""
    borne = BAIL_S + 10

    def exercice(ex: Exercice) -> str:
        ex.lancer("worker")
        premier = ex.lancer("relais", horloge_s=HEURE_S, panne="relais.apres_signal:1")
        ex.deposer(2)
        premier.attendre_la_panne()
        ex.lancer("relais")
        duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "the next relay relays")
        ex.tout_est_juste()
        return f"taken over in {duree:.1f} s (bound {borne:.0f} s)"

    deux.jouer(exercice, dire)


# a rain of signals


@pytest.fixture
def averse(couveuse: Couveuse, tmp_path: Path, postgres_url: str) -> Iterator[Deux]:
    """A server that asks for a new history after 30 events."""
    espaces = ("sqlite", "postgresql")
    serveur = demarrer_local(options=[*HISTOIRE_COURTE, *(o for e in espaces for o in ("--namespace", e))])
    try:
        with ouvrir_deux(
            couveuse, tmp_path, postgres_url, lambda rang, _: (serveur.adresse, espaces[rang], None)
        ) as deux:
            yield deux
    finally:
        serveur.arreter()


def test_continue_as_new_sous_une_pluie_de_signaux(averse: Deux, dire: Dire) -> None:
    """Signals that arrive while the history changes are neither lost nor told to nobody."""
    borne = 20.0

    def exercice(ex: Exercice) -> str:
        ex.lancer("worker")
        ex.lancer("relais")
        (recu,) = ex.deposer(1)
        ex.jusqu_a(ex.faits_par_l_engin, 20)
        identifiant = workflow_id("dossier", recu.id)
        ex.faire("dossier declarer-complet", dossier=recu.ref)
        fil = threading.Thread(target=_proposer_et_renvoyer, args=(ex, recu.ref, GESTES))
        fil.start()
        asyncio.run(_pleuvoir(ex, identifiant))
        fil.join()

        def vu() -> bool:
            return asyncio.run(_vu(ex, identifiant)) >= situation(ex.services.store, "dossier", recu.id).reveil

        duree = ex.jusqu_a(vu, borne, "the follow-up has seen the last version")
        histoires: Counter[str] = Counter()

        def plusieurs_histoires_dont_une_en_cours() -> bool:  # the index is a little late
            histoires.clear()
            histoires.update(asyncio.run(_histoires(ex, identifiant)))
            if histoires["CONTINUED_AS_NEW"] < 2:  # a slow machine met the whole rain in one history: it rains again
                asyncio.run(_pleuvoir(ex, identifiant))
                _proposer_et_renvoyer(ex, recu.ref, 1)
            return histoires["CONTINUED_AS_NEW"] >= 2 and histoires["RUNNING"] == 1

        ex.jusqu_a(plusieurs_histoires_dont_une_en_cours, borne, "several histories")
        ex.tout_est_juste()
        return (
            f"{SIGNAUX} signals and {2 * GESTES} gestes over at least {histoires.total()} histories,"
            f" last version seen {duree:.1f} s after (bound {borne:.0f} s)"
        )

    averse.jouer(exercice, dire)


def _proposer_et_renvoyer(ex: Exercice, ref: str, tours: int) -> None:
    for _tour in range(tours):
        ex.faire("dossier proposer", dossier=ref)
        ex.faire("dossier renvoyer", "rene", dossier=ref, motif="à préciser")
        time.sleep(0.1)  # told together, they would be one wake-up


async def _pleuvoir(ex: Exercice, identifiant: str) -> None:
    """Send old and new versions in any order, many at once."""
    client = await connecter(ex.temporal, ex.espace)
    place = asyncio.Semaphore(8)

    async def signaler(version: int) -> None:
        async with place:
            await client.get_workflow_handle(identifiant).signal(REVEIL, args=[version])

    version = situation(ex.services.store, "dossier", ex.depots[0].id).version
    await asyncio.gather(*(signaler(rang % (version + 1)) for rang in range(SIGNAUX)))


async def _vu(ex: Exercice, identifiant: str) -> int:
    diagnostic = await SuivisTemporal(await connecter(ex.temporal, ex.espace)).diagnostiquer(identifiant)
    return diagnostic.version if diagnostic else 0


async def _histoires(ex: Exercice, identifiant: str) -> Counter[str]:
    client = await connecter(ex.temporal, ex.espace)
    etats: Counter[str] = Counter()
    async for vue in client.list_workflows(f"WorkflowId='{identifiant}'"):
        etats[vue.status.name if vue.status else ""] += 1
    return etats
