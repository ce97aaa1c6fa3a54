"""Drills: the engine in one process, and commands, killed or asked to stop. Nobody is left behind, nothing is torn."""

import os
import signal
from pathlib import Path

import pytest

from application.commandes import FichierRecu
from tests.conftest import Dire
from tests.pannes.conftest import Deux
from tests.pannes.exercice import Exercice, Processus
from tests.pannes.test_au_milieu import CAMPAGNE, CONVENTIONS, CORRESPONDANCE

pytestmark = [pytest.mark.temporal, pytest.mark.postgres]
ARRET_S = 30.0
ORPHELIN_S = 5.0
"""A Temporal server whose parent was killed leaves within that."""
SEUL = {"DILIGENCE_TEMPORAL": "", "DILIGENCE_TEMPORAL_NAMESPACE": "default"}
"""No address: the process starts a server of its own."""


def _servir(ex: Exercice) -> tuple[Processus, int]:
    """Start everything in one process; return it with the pid of its Temporal server, which the drill then asks."""
    lance = ex.lancer("servir", environnement=SEUL)
    ex.jusqu_a(lambda: "Site :" in lance.dit(), 30, "the site is served")
    temporal = _enfant(lance)
    ligne = Path(f"/proc/{temporal}/cmdline").read_text(encoding="ascii").split("\0")
    ex.temporal, ex.espace = f"127.0.0.1:{ligne[ligne.index('--port') + 1]}", "default"
    return lance, temporal


def _enfant(parent: Processus) -> int:
    (enfant,) = (
        int(pid)
        for fil in Path(f"/proc/{parent.pid}/task").iterdir()
        for pid in (fil / "children").read_text(encoding="ascii").split()
        if "temporal" in Path(f"/proc/{pid}/cmdline").read_text(encoding="ascii")
    )
    return enfant


def _vit(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return False


def test_servir_tue_puis_relance_aussitot(deux: Deux, dire: Dire) -> None:
    """Its Temporal dies with it; the next one waits for that, finds its histories again or makes them from the store."""
    borne = 30.0

    def exercice(ex: Exercice) -> str:
        premier, temporal = _servir(ex)
        ex.deposer(2)
        ex.jusqu_a(ex.faits_par_l_engin, 30, "the engine at work")
        ex.deposer(2)
        premier.tuer()
        second, _ = _servir(ex)
        if ex.nom == "sqlite":
            assert not _vit(temporal), "two servers on one file"
        # beside PostgreSQL the histories are in memory: the new one waits for nobody, the old one leaves all the same
        ex.jusqu_a(lambda: not _vit(temporal), ORPHELIN_S, "the old server gone")
        duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "everything done")
        ex.tout_est_juste()
        arret = second.arreter(ARRET_S)
        assert second.finir() == 0, second.dit()
        return f"4 dossiers done {duree:.1f} s after (bound {borne:.0f} s), stopped on demand in {arret:.1f} s"

    deux.jouer(exercice, dire)


def test_temporal_de_servir_tue(deux: Deux, dire: Dire) -> None:
    """A process that lost its server says so and leaves, for its supervisor to start it again."""
    borne = 30.0

    def exercice(ex: Exercice) -> str:
        servir, temporal = _servir(ex)
        ex.deposer(1)
        ex.jusqu_a(ex.faits_par_l_engin, 30, "the engine at work")
        os.kill(temporal, signal.SIGKILL)
        ex.deposer(2)
        assert servir.finir(borne) == 1, servir.dit()
        assert "temporal.arrete" in servir.dit()
        _servir(ex)
        duree = ex.jusqu_a(ex.faits_par_l_engin, borne, "everything done")
        ex.tout_est_juste()
        return f"2 dossiers filed meanwhile, done {duree:.1f} s after the restart (bound {borne:.0f} s)"

    deux.jouer(exercice, dire)


def test_un_second_moteur_sur_le_meme_fichier_est_refuse(exercice: Exercice) -> None:
    """Two servers on one file of histories would tear it apart; the first goes on as if nothing had happened."""
    ex = exercice
    premier, _ = _servir(ex)
    annonce = (ex.dossier / "essai.moteur.json").read_text(encoding="utf-8")
    second = ex.lancer("servir", environnement=SEUL)
    assert second.finir() == 3, second.dit()
    assert "moteur_deja_la" in second.dit()
    assert (ex.dossier / "essai.moteur.json").read_text(encoding="utf-8") == annonce
    ex.deposer(1)
    ex.jusqu_a(ex.faits_par_l_engin, 20, "the first one works")
    ex.tout_est_juste()
    premier.arreter(ARRET_S)
    assert not list(ex.dossier.glob("essai.moteur.*")), "nobody serves, nobody says so"


@pytest.mark.parametrize(("numero", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143)])
def test_la_demonstration_arretee_ne_laisse_personne(exercice: Exercice, numero: signal.Signals, code: int) -> None:
    ex = exercice
    (provisoire := ex.dossier / "tmp").mkdir()
    demo = ex.lancer("demo", "--json", environnement=SEUL | {"TMPDIR": str(provisoire)})
    ex.jusqu_a(lambda: any(provisoire.glob("*/demo.lectures.db")), 30, "the play has begun")
    temporal = _enfant(demo)
    demo.signaler(numero)
    assert demo.finir(ARRET_S) == code, demo.dit()
    ex.jusqu_a(lambda: not _vit(temporal), ORPHELIN_S, "its Temporal is gone")
    assert numero is signal.SIGKILL or not any(provisoire.iterdir()), "asked to stop, it cleans up"


def test_commande_priee_de_s_arreter_en_chemin(deux: Deux) -> None:
    """A take-over leaves what it has done, no half-written file, and goes on where it was."""

    def exercice(ex: Exercice) -> None:
        ex.faire("campagne ouvrir", "admin", fichier=FichierRecu("c.yaml", CAMPAGNE.read_bytes()))
        (sorties := ex.dossier / "sorties").mkdir()
        ordre = ("reprendre", CONVENTIONS, "--selon", CORRESPONDANCE, "--acteur", "ines", "--json")
        avec_rejets = (*ordre, "--rejets", sorties / "rejets.csv")
        for rang, numero, code in ((20, signal.SIGTERM, 143), (5, signal.SIGINT, 130)):
            interrompue = ex.lancer(*avec_rejets, pause=f"reprendre.apres_ligne:{rang}")
            interrompue.attendre_la_pause()
            interrompue.signaler(numero)
            assert interrompue.finir() == code, interrompue.dit()
            assert "Traceback" not in interrompue.dit()
            assert not any(sorties.iterdir()), "half-written"
        reprise = ex.lancer(*avec_rejets)
        assert reprise.finir() == 5, reprise.dit()
        bilan = reprise.document()
        assert bilan["deja_connues"] >= 20
        assert bilan["deja_connues"] + bilan["appliquees"] == 67
        assert [f.name for f in sorties.iterdir()] == ["rejets.csv"]
        ex.rien_de_perdu_ni_de_double()
        ex.montants_justes()

    deux.jouer(exercice)


def test_un_disque_plein_des_l_ouverture_est_une_panne_et_non_un_refus(exercice: Exercice) -> None:
    """The person has nothing to correct; the same command does it once there is room."""
    ex = exercice
    autre = {"DILIGENCE_BASE": f"sqlite:///{ex.dossier / 'autre.db'}"}
    assert ex.lancer("migrer", environnement=autre).finir() == 0
    geste = ("agent", "enregistrer", "admin", "--roles", "administrateur")
    for ordre in (geste, ("migrer",)):
        pleine = ex.lancer(*ordre, limite=0, environnement=autre, sortie=Path(os.devnull))
        assert pleine.finir() == 1, ordre
    assert ex.lancer(*geste, environnement=autre).finir() == 0
