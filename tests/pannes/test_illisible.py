"""One fact that cannot be read harms its aggregate, and nobody else; read again, everything follows by itself."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from temporalio.exceptions import ApplicationError

from activities.executer import Executer
from activities.lire_attentes import RELECTURE, LireAttentes
from adapters.store.adresse import AdresseSqlite, lire_adresse
from aggregates.dossier import Dossier
from application.consultations.attendu import situations
from application.consultations.evenements import evenements
from application.consultations.historique import exiger_id, historique
from application.consultations.moment import Moment
from application.consultations.totaux import totaux
from application.exports.attributions import exporter_scdl
from application.sans_moteur import faire_ce_qui_est_du
from application.services import Services
from bootstrap.cablage import services as ouvrir_services
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from cli.etat import en_anomalie, en_phrases
from cli.verification import relire_tout
from kernel import faits
from kernel.illisible import PAGE_ABIMEE, FaitIllisible
from readmodels.file import requetes
from tests.moteur import PIECES, deposer, faire, ouvrir_store
from workers import chiffres
from workers.entretien import SansTemporal
from workers.reconciliation import Reconciliation
from workers.relais import Relais
from workflows.contrats import DuEnAttente, Execution, Lecture

MOTEURS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
DEMAIN = "dossier.declare_de_demain.v1"


@dataclass
class Atelier:
    """A store with a sound dossier and one to damage."""

    services: Services
    lectures: Lectures
    base: str
    sain: UUID
    abime: UUID
    ref: str


@pytest.fixture(params=MOTEURS)
def atelier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Atelier]:
    postgres = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    with ouvrir_store(tmp_path, postgres=postgres) as (services, base):
        sain, abime = (deposer(services, pieces=PIECES, le=None, lot=None) for _ in range(2))
        faire_ce_qui_est_du(services, 0, "cli")
        with ouvrir_lectures(Reglages(base=base), services) as lectures:
            lectures.rattraper("file")
            yield Atelier(services, lectures, base, sain.id, abime.id, abime.ref)


@contextmanager
def par_dessous(base: str) -> Iterator[sqlite3.Connection | psycopg.Connection]:
    """Write in the store as no program of ours does."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        with closing(sqlite3.connect(adresse.chemin)) as c, c:
            for (declencheur,) in c.execute("SELECT name FROM sqlite_schema WHERE type='trigger'").fetchall():
                c.execute(f"DROP TRIGGER {declencheur}")
            yield c
    else:
        with psycopg.connect(base) as p:
            p.execute("ALTER TABLE public.stored_events DISABLE TRIGGER USER")
            yield p


def fait_de_demain(a: Atelier) -> None:
    """Record what a newer program would: a topic that this one does not know."""
    version = a.services.store.inscriptions(a.abime)[-1].entete.version + 1
    entete = {"agregat": "dossier", "id": str(a.abime), "version": version, "acteur": "ines"}
    contenu = {"entete": {**entete, "commande_id": str(uuid4()), "effectif_le": "2026-03-02"}, "fait": {}}
    with par_dessous(a.base) as c:
        curseur = c.execute("SELECT * FROM stored_events ORDER BY position DESC LIMIT 1")
        assert curseur.description is not None
        modele = dict(zip((d[0] for d in curseur.description), curseur.fetchone() or (), strict=True))
        signe = "?" if isinstance(c, sqlite3.Connection) else "%s"
        neufs = {
            "originator_id": str(a.abime) if signe == "?" else a.abime,
            "originator_version": version,
            "topic": DEMAIN,
            "state": json.dumps(contenu).encode(),
        }
        gardees = [nom for nom in modele if nom != "position"]
        choisies = ", ".join(signe if nom in neufs else nom for nom in gardees)
        params = [neufs[nom] for nom in gardees if nom in neufs]
        ordre = f"INSERT INTO stored_events ({{}}) SELECT {{}} FROM stored_events WHERE position={signe}"
        c.execute(ordre.format(", ".join(gardees), choisies), (*params, modele["position"]))


def contenu_abime(a: Atelier) -> None:
    """Turn the content of its third fact into what is no JSON."""
    with par_dessous(a.base) as c:
        signe, cle = ("?", str(a.abime)) if isinstance(c, sqlite3.Connection) else ("%s", a.abime)
        ordre = f"UPDATE stored_events SET state={signe} WHERE originator_id={signe} AND originator_version=3"
        c.execute(ordre, (b"\xff\x00", cle))
    a.services.store.application.events._flux.clear()  # type: ignore[attr-defined]  # as a process that starts


@pytest.mark.parametrize("abimer", [fait_de_demain, contenu_abime])
def test_le_reste_va_et_l_element_se_dit(atelier: Atelier, abimer: object) -> None:
    a = atelier
    abimer(a)  # type: ignore[operator]
    store, lectures = a.services.store, a.lectures
    # it refuses, with the reason, and its history shows where
    assert "fait_illisible" in {trouve["genre"] for trouve in relire_tout(a.services)["anomalies"]}
    with pytest.raises(FaitIllisible, match="ne se lit pas") as refus:
        faire(a.services, "dossier declarer-complet", "ines", dossier=a.ref)
    assert refus.value.champs["id"] == str(a.abime)
    lignes = historique(a.services, exiger_id(a.services, "dossier", a.ref), Moment())
    assert any(ligne["phrase"].startswith("Ce fait ne se lit pas") for ligne in lignes)
    # the rest goes on: acts, queue, lists, figures, exports, relay, reconciliation, what is due without an engine
    neuf = deposer(a.services, pieces=PIECES, le=None, lot=None)
    assert faire_ce_qui_est_du(a.services, 0, "cli") >= 1
    for nom in lectures.projections:
        lectures.reconstruire(nom)
        assert lectures.rattraper(nom) == store.derniere_position()
    maintenant = a.services.maintenant()
    en_file = {ligne["id"] for ligne in requetes.file(lectures, maintenant, limite=None)["lignes"]}
    assert {str(a.sain), str(neuf.id)} <= en_file
    assert str(a.abime) not in en_file
    etapes = {ligne["ref"]: ligne["etat"] for ligne in requetes.dossiers(lectures)["lignes"]}
    assert etapes[a.ref] == "illisible"
    assert totaux(a.services)["dossiers"]["par_etat"]
    assert len(list(evenements(a.services, "essai"))) == store.derniere_position()
    exporter_scdl(a.services)
    assert asyncio.run(Relais(a.services, SansTemporal()).un_tour()) >= 0
    rapport = asyncio.run(Reconciliation(a.services, SansTemporal()).passer(seuil_s=0, reparer=True))
    assert rapport.parques == []
    assert [vue.id for vue in situations(store) if vue.illisible] == [a.abime]
    # and it is named
    lues = chiffres.relever_les_lectures(a.services, lectures, rattraper=True)
    (nomme,) = lues.illisibles
    assert (nomme["agregat"], nomme["id"]) == ("dossier", str(a.abime))
    assert lues.sans_attente == []  # said once, for what it is: nobody knows what it awaits


def test_un_programme_plus_recent_le_relit_sans_rien_reconstruire(
    atelier: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = atelier
    fait_de_demain(a)
    a.lectures.rattraper("file")
    assert a.lectures.illisibles()
    monkeypatch.setitem(faits._FAITS, DEMAIN, faits.FAITS["dossier.enregistre.v1"])
    a.lectures.rattraper("file")
    assert a.lectures.illisibles() == []
    en_file = {ligne["id"] for ligne in requetes.file(a.lectures, a.services.maintenant(), limite=None)["lignes"]}
    assert str(a.abime) in en_file
    faire(a.services, "dossier declarer-complet", "ines", dossier=a.ref)


def test_un_genre_inconnu_n_arrete_personne(atelier: Atelier) -> None:
    """A newer release has a kind of aggregate that this one never heard of."""
    a = atelier
    fait_de_demain(a)
    with par_dessous(a.base) as c:
        signe = "?" if isinstance(c, sqlite3.Connection) else "%s"
        ordre = f"UPDATE stored_events SET originator_id={signe}, originator_version=1, topic={signe}, state={signe} WHERE topic={signe}"
        autre = uuid4() if signe == "%s" else str(uuid4())
        c.execute(ordre, (autre, "martien.atterri.v1", b"{}", DEMAIN))
    a.lectures.rattraper("file")
    a.lectures.reconstruire("file")
    a.lectures.rattraper("chronologie")
    assert [nomme["agregat"] for nomme in a.lectures.illisibles()] == ["martien"]
    assert faire_ce_qui_est_du(a.services, 0, "cli") == 0
    asyncio.run(Relais(a.services, SansTemporal()).un_tour())
    asyncio.run(Reconciliation(a.services, SansTemporal()).passer(seuil_s=0, reparer=True))
    totaux(a.services)
    faire(a.services, "dossier declarer-complet", "ines", dossier=a.ref)


def test_une_etape_le_relit_bien_plus_tard_et_ne_parque_rien(atelier: Atelier) -> None:
    """It is no refusal of a rule: a newer program must find the follow-up waiting for it."""
    a = atelier
    fait_de_demain(a)
    lecteur = LireAttentes(a.services)
    au = a.services.maintenant()
    du = DuEnAttente(au, "constater_rejet_implicite", "decision", "", 1)
    etapes: tuple[Callable[[], object], ...] = (
        lambda: lecteur.lire_attentes(Lecture("dossier", a.abime, 1, au)),
        lambda: Executer(lecteur).executer(Execution("dossier", a.abime, (du,), au)),
    )
    for etape in etapes:
        with pytest.raises(ApplicationError) as erreur:
            etape()
        assert (erreur.value.type, erreur.value.non_retryable) == ("fait_illisible", False)
        assert erreur.value.next_retry_delay == RELECTURE


# damaged files: what SQLite finds when it reads


def taille_de_page(contenu: bytearray) -> int:
    """Return what the header of an SQLite file says."""
    return int.from_bytes(contenu[16:18], "big")


def page_abimee(fichier: Path, marque: bytes) -> None:
    """Overwrite the head of the page that holds this, in a file that nobody has open."""
    with closing(sqlite3.connect(fichier)) as c:
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    contenu = bytearray(fichier.read_bytes())
    taille = taille_de_page(contenu)
    debut = contenu.rindex(marque) // taille * taille
    assert debut, "the first page is everybody's"
    contenu[debut : debut + 8] = b"\xff" * 8
    fichier.write_bytes(contenu)


def test_une_page_abimee_de_la_base_ne_perd_que_ce_qu_elle_porte(tmp_path: Path) -> None:
    with ouvrir_store(tmp_path) as (services, base):
        recus = [deposer(services, pieces=PIECES, le=None, lot=None) for _ in range(12)]
        faire_ce_qui_est_du(services, 0, "cli")
    fichier = tmp_path / "essai.db"
    page_abimee(fichier, f'"commande_id":"{recus[5].commande_id}"'.encode())
    reglages = Reglages(base=base, cle_maitresse=tmp_path / "cle", fichiers=tmp_path / "fichiers")
    with ouvrir_services(reglages) as services:
        document = chiffres.etat(reglages, services)
        perdus = {nomme["id"] for nomme in document["illisibles"] if "id" in nomme}
        assert str(recus[5].id) in perdus
        assert all(
            nomme["pourquoi"] == PAGE_ABIMEE for nomme in document["illisibles"] if nomme.get("id") == str(recus[5].id)
        )
        assert all(nomme["fait"] in faits.FAITS for nomme in document["illisibles"]), (
            "its receipt tells which fact it was"
        )
        assert len(perdus) < 6, "one page holds a few facts"
        assert json.loads(json.dumps(document))["positions"]["store"] == services.store.derniere_position()
        sains = [recu for recu in recus if str(recu.id) not in perdus]
        for recu in sains:
            faire(services, "dossier declarer-complet", "ines", dossier=recu.ref)
        with pytest.raises(FaitIllisible, match="abîmée"):
            services.store.charger(Dossier, recus[5].id)
        trouves = relire_tout(services)["anomalies"]
        assert {"fait_change", "fait_illisible"} <= {trouve["genre"] for trouve in trouves}
        assert trouves[0]["agregat"] in perdus, "the first fact that does not hold is on that page"
        asyncio.run(Relais(services, SansTemporal()).un_tour())
        asyncio.run(Reconciliation(services, SansTemporal()).passer(seuil_s=0, reparer=True))
        with ouvrir_lectures(reglages, services) as lectures:
            for nom in lectures.projections:
                lectures.reconstruire(nom)
            en_file = {li["id"] for li in requetes.file(lectures, services.maintenant(), limite=None)["lignes"]}
        assert {str(recu.id) for recu in sains} <= en_file


INDEX = ("stored_events_topic", "sqlite_autoindex_stored_events_1", "sqlite_autoindex_journal_1", "journal_pilote")


@pytest.mark.parametrize("index", INDEX)
def test_une_page_abimee_d_un_index_est_dite_par_etat_et_par_verifier(tmp_path: Path, index: str) -> None:
    """Facts and receipts are read without it: they hold, and both say which index does not."""
    with ouvrir_store(tmp_path) as (services, base):
        deposer(services, pieces=PIECES, le=None, lot=None)
        faire_ce_qui_est_du(services, 0, "cli")
        (racine,) = services.store.enregistreur._lignes("SELECT rootpage FROM sqlite_schema WHERE name=?", index)[0]  # type: ignore[attr-defined]
    fichier = tmp_path / "essai.db"
    with closing(sqlite3.connect(fichier)) as c:
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    contenu = bytearray(fichier.read_bytes())
    debut = (racine - 1) * taille_de_page(contenu)
    contenu[debut : debut + 8] = b"\xff" * 8
    fichier.write_bytes(contenu)
    reglages = Reglages(base=base, cle_maitresse=tmp_path / "cle", fichiers=tmp_path / "fichiers")
    with ouvrir_services(reglages) as services:
        trouves = relire_tout(services)["anomalies"]
        assert [(trouve["genre"], trouve["index"]) for trouve in trouves] == [("index_abime", index)]
        document = chiffres.etat(reglages, services)
        assert ("index_abime", index) in [(dit["genre"], dit.get("index")) for dit in document["integrite"]]
        assert en_anomalie(document)
        tete = f"{document['tete']['position']}:{document['tete']['empreinte']}"
    with closing(sqlite3.connect(fichier)) as c, closing(sqlite3.connect(tmp_path / "neuf.db")) as neuf:
        neuf.executescript("".join(c.iterdump()))
    (tmp_path / "neuf.db").replace(fichier)
    with ouvrir_services(reglages) as services:
        assert relire_tout(services, ancre=tete)["anomalies"] == []
        deposer(services, pieces=PIECES, le=None, lot=None)
        assert relire_tout(services, ancre=tete)["anomalies"] == []


def test_une_ligne_ou_une_page_abimee_de_la_file_se_refait(tmp_path: Path) -> None:
    with ouvrir_store(tmp_path) as (services, base):
        recus = [deposer(services, pieces=PIECES, le=None, lot=None) for _ in range(12)]
        faire_ce_qui_est_du(services, 0, "cli")
        reglages, fichier = Reglages(base=base), tmp_path / "essai.lectures.db"

        def lire() -> list[str]:
            with ouvrir_lectures(reglages, services) as lectures:
                lectures.rattraper("file")
                return [li["id"] for li in requetes.file(lectures, services.maintenant(), limite=None)["lignes"]]

        sain = lire()
        assert {str(recu.id) for recu in recus} <= set(sain)
        with closing(sqlite3.connect(fichier)) as c, c:
            (table,) = c.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'file_attentes%'").fetchone()
            c.execute(f"UPDATE {table} SET document='{{\"code' WHERE id=?", (str(recus[3].id),))
        assert lire() == sain
        page_abimee(fichier, b'"fondement"')
        assert lire() == sain
        page_abimee(fichier, b'"fondement"')
        document = chiffres.etat(reglages, services)
        assert document["positions"]["store"] == services.store.derniere_position()


def test_etat_repond_quand_les_lectures_ne_s_ouvrent_pas(tmp_path: Path) -> None:
    with ouvrir_store(tmp_path) as (services, base):
        (tmp_path / "essai.lectures.db").write_bytes(b"not a database at all" * 1000)
        document = chiffres.etat(Reglages(base=base), services)
        (muette,) = document["illisibles"]
        assert muette["partie"] == "lectures"
        assert "supprimez-le" in muette["pourquoi"]
        assert en_anomalie(document)
        assert "illisibles : partie lectures" in en_phrases(document)
