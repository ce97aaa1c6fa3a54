"""Whatever is done to what is stored is found, and the first fact that does not hold is named."""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from adapters.store import chaine
from adapters.store.relecture import Maillon
from adapters.store.schema import SCHEMA, migrer
from adapters.store.verification import Verification
from application.store import Store
from kernel import pannes
from tests.adapters.store.conftest import Lancer
from tests.adapters.store.essai import Compteur, contexte, ouvert
from tests.adapters.store.falsifications import (
    Ordre,
    decaler,
    defaire_la_chaine,
    echanger,
    falsifier,
    genres,
    inserer,
    rechainer,
    relire,
    verifier,
)
from tests.adapters.store.test_faits import sql

DEUX = [UUID(int=1), UUID(int=2)]


def peupler(store: Store, faits: int = 10) -> None:
    """Write that many facts, two by two commands of one and of two facts, and silent repeats between."""
    while (position := store.enregistreur.derniere_position()) < faits:
        double = position % 3 == 1 and position + 2 <= faits
        store.executer(
            Compteur,
            DEUX[position % 2],
            lambda agregat, fois=1 + double: [agregat.ajouter(position) for _ in range(fois)],  # type: ignore[misc]
            contexte(),
            geste="compteur ajouter",
            empreinte="e",
        )
        store.executer(Compteur, DEUX[0], lambda _: None, contexte(), geste="rien", empreinte="rien")


def test_chaque_fait_a_l_empreinte_de_ce_qui_est_stocke(store: Store) -> None:
    """As docs/adr/0023 writes it, for whoever checks without us."""
    peupler(store)
    precedente = bytes(32)
    for e in store.enregistreur.lire_depuis(0, 100):
        assert e.enregistre_le is not None
        instant = e.enregistre_le.isoformat(timespec="microseconds").replace("+00:00", "Z")
        place = f"{e.position} {e.originator_version} {len(e.state)} {e.originator_id} {instant} {e.topic}\n"
        precedente = sha256(precedente + place.encode() + e.state).digest()
        assert relire(store).maillon(e.position) == Maillon(e.position, precedente)
    verification = Verification(relire(store))
    assert list(verification.tout()) == []
    assert (verification.lus, verification.tete) == (10, Maillon(10, precedente))
    assert list(Verification(relire(store)).en_tete()) == []


def test_une_base_vide_n_a_rien_a_dire(store: Store) -> None:
    assert verifier(store) == []
    assert relire(store).maillon() == Maillon(0, bytes(32))


def test_un_fait_sans_empreinte_est_refuse(base: str, store: Store) -> None:
    peupler(store, 1)
    with pytest.raises(Exception, match=r"digest|null value"):
        sql(base, f"INSERT INTO stored_events (originator_id, originator_version, topic, state, enregistre_le)"
                  f" VALUES ('{uuid4()}', 1, 't', ?, '2026-03-02T09:00:00.000000Z')", b"{}")  # fmt: skip


ATTAQUES: dict[str, tuple[tuple[str | Ordre, ...], str, int]] = {
    "contenu": ((("UPDATE stored_events SET state=? WHERE position=4", (b'{"autre":1}',)),), "fait_change", 4),
    "topic": (("UPDATE stored_events SET topic='essai.ferme.v1' WHERE position=4",), "fait_change", 4),
    "agregat": ((f"UPDATE stored_events SET originator_id='{UUID(int=9)}' WHERE position=4",), "fait_change", 4),
    "version": (("UPDATE stored_events SET originator_version=77 WHERE position=4",), "fait_change", 4),
    "instant": (("UPDATE stored_events SET enregistre_le='2025-01-01T00:00:00.000000Z' WHERE position=4",),
                "fait_change", 4),
    "empreinte": ((("UPDATE stored_events SET empreinte=? WHERE position=4", (bytes(32),)),), "fait_change", 4),
    "dernier change": ((("UPDATE stored_events SET state=? WHERE position=10", (b"{}",)),), "fait_change", 10),
    "efface": (("DELETE FROM stored_events WHERE position=4",), "fait_manquant", 4),
    "premiers effaces": (("DELETE FROM stored_events WHERE position<4",), "fait_manquant", 1),
    "efface et renumerote": (("DELETE FROM stored_events WHERE position=4",
                              "UPDATE stored_events SET position=-position WHERE position>4",
                              "UPDATE stored_events SET position=-position-1 WHERE position<0"), "fait_change", 4),
    "insere": ((*decaler(4), inserer(5)), "fait_change", 5),
    "insere avant tout": ((inserer(0),), "fait_ajoute", 0),
    "insere plus haut encore": ((inserer(-3),), "fait_ajoute", -3),
    "insere a la fin": ((inserer(11),), "fait_change", 11),
    "voisins echanges": (echanger(4, 5), "fait_change", 4),
    "echanges": (echanger(3, 8), "fait_change", 3),
}  # fmt: skip


@pytest.mark.parametrize("attaque", ATTAQUES)
def test_le_premier_fait_qui_ne_tient_pas_est_nomme(base: str, store: Store, attaque: str) -> None:
    ordres, genre, position = ATTAQUES[attaque]
    peupler(store)
    falsifier(base, *ordres)
    premiere = verifier(store)[0]
    assert (premiere.genre, premiere.champs["position"]) == (genre, position)
    assert premiere.phrase.endswith(".")
    if base.startswith("sqlite") and attaque != "efface et renumerote":
        assert list(Verification(relire(store)).en_tete()), "so few facts are all read by etat"


def test_ce_qui_est_ecrit_apres_ne_cache_rien(base: str, store: Store) -> None:
    peupler(store)
    falsifier(base, ("UPDATE stored_events SET state=? WHERE position=4", (b"{}",)))
    peupler(store, 20)
    assert [(a.genre, a.champs["position"]) for a in verifier(store)] == [("fait_change", 4)]
    assert verifier(store, depuis=4) == []


def test_les_derniers_faits_effaces_laissent_leurs_recus(base: str, store: Store) -> None:
    peupler(store)
    falsifier(base, "DELETE FROM stored_events WHERE position>8")
    trouves = verifier(store)
    assert trouves[0].genre == "recu_sans_fait"
    assert (genres(trouves)[-1] == "fait_manquant") == base.startswith("sqlite"), "positions tell, on SQLite"
    peupler(store, 12)
    assert verifier(store)[0].champs["position"] == 9, "a position is never given again"


def test_un_fait_forge_dans_les_regles_n_a_pas_de_recu(base: str, store: Store) -> None:
    """Without dropping any guard, by one who knows how digests are made."""
    peupler(store)
    tete = relire(store).maillon()
    le = "2100-01-01T00:00:00.000000Z"
    forge = (str(uuid4()), 1, "agent.enregistre.v1", b'{"forge":1}')
    digest = chaine.empreinte(tete.empreinte, 11, *forge, le)
    sql(base, "INSERT INTO stored_events (originator_id, originator_version, topic, state, position, enregistre_le,"
              " empreinte) VALUES (?, ?, ?, ?, ?, ?, ?)", *forge, 11, le, digest)  # fmt: skip
    peupler(store, 9 if base.startswith("sqlite") else 0)
    trouves = verifier(store)
    assert [(a.genre, a.champs["position"]) for a in trouves] == [("fait_sans_recu", 11)]
    assert genres(list(Verification(relire(store)).en_tete())) == ["fait_sans_recu"]


RECUS = {
    "efface": ("DELETE FROM journal WHERE position=4 AND version=?", ["fait_sans_recu"]),
    "autre version": ("UPDATE journal SET version=version+1 WHERE position=4 AND version=?", ["recu_sans_fait"]),
    "autre agregat": (f"UPDATE journal SET agregat_id='{UUID(int=9)}' WHERE position=4 AND version=?",
                      ["recu_sans_fait"]),
    "autre instant": ("UPDATE journal SET enregistre_le='2025-01-01T00:00:00.000000Z' WHERE position=4 AND version=?",
                      ["recu_sans_fait"]),
    "hors de la base": ("UPDATE journal SET position=999 WHERE position=4 AND version=?",
                        ["recu_sans_fait", "fait_sans_recu"]),
}  # fmt: skip


@pytest.mark.parametrize("attaque", RECUS)
def test_chaque_recu_a_ses_faits_et_chaque_fait_son_recu(base: str, store: Store, attaque: str) -> None:
    peupler(store)
    ordre, attendus = RECUS[attaque]
    recu = next(r for r in relire(store).recus(0) if r.position == 4 and r.topics)
    falsifier(base, (ordre, (recu.version,)))
    aussi = ["recu_manquant"] if attaque == "efface" and base.startswith("sqlite") else []
    assert sorted(set(genres(verifier(store)))) == sorted(attendus + aussi)


def test_un_recu_sans_fait_efface_est_dit_ou_les_rangs_le_disent(base: str, store: Store) -> None:
    """A silent repeat has no fact that misses it; on PostgreSQL a rank may be lawfully left out (ADR 0023)."""
    peupler(store)
    falsifier(base, "DELETE FROM journal WHERE geste='rien' AND position IN (3, 6)")
    trouves = [(a.genre, a.champs["nombre"]) for a in verifier(store)]
    assert trouves == ([("recu_manquant", 2)] if base.startswith("sqlite") else [])


def test_un_flux_troue_est_nomme_quand_tout_a_ete_rechaine(base: str, store: Store) -> None:
    """One who drops a fact, its receipt, and computes every digest again, leaves a hole in the versions."""
    peupler(store)
    recu = next(r for r in relire(store).recus(0) if r.position > 2 and len(r.topics) == 1)
    ancre = relire(store).maillon()
    rang = "rowid" if base.startswith("sqlite") else "rang"
    falsifier(
        base,
        f"DELETE FROM stored_events WHERE position={recu.position}",
        (f"DELETE FROM journal WHERE {rang}=?", (recu.rang,)),
    )
    rechainer(base, store)
    trouves = verifier(store)
    assert "version_manquante" in genres(trouves)
    assert "fait_change" not in genres(trouves)
    assert genres(list(Verification(relire(store)).ancre(ancre))) == ["ancre_differente"]


def test_une_base_toute_reecrite_n_est_vue_que_par_son_ancre(base: str, store: Store) -> None:
    peupler(store)
    ancre = relire(store).maillon()
    falsifier(base, ("UPDATE stored_events SET state=? WHERE position=4", (b'{"autre":1}',)))
    rechainer(base, store)
    assert verifier(store) == []
    assert genres(list(Verification(relire(store)).ancre(ancre))) == ["ancre_differente"]
    peupler(store, 14)
    assert genres(list(Verification(relire(store)).ancre(ancre))) == ["ancre_differente"]
    assert list(Verification(relire(store)).ancre(relire(store).maillon(7))) == []


GARDES = {
    "sqlite": ["DROP TRIGGER stored_events_update", "DROP TRIGGER journal_delete", "DROP TRIGGER stored_events_chaine"],
    "postgresql": [
        "DROP TRIGGER ajout_seul ON public.stored_events",
        "ALTER TABLE public.journal DISABLE TRIGGER ajout_seul",
        "CREATE OR REPLACE FUNCTION public.diligence_ajout_seul() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN NULL; END'",
        "ALTER TABLE public.stored_events ALTER COLUMN empreinte DROP NOT NULL",
    ],
}


def test_une_garde_enlevee_ou_changee_est_dite_puis_remise(base: str, store: Store) -> None:
    peupler(store, 2)
    for ordre in GARDES[base.partition(":")[0]]:
        sql(base, ordre)
        assert genres(verifier(store)) == ["garde_absente"], ordre
        assert genres(list(Verification(relire(store)).en_tete())) == ["garde_absente"]
        assert len(migrer(base)["gardes_remises"]) == 1, "said, for who took it away had a reason"
        assert verifier(store) == []
    assert migrer(base)["gardes_remises"] == []


def test_une_garde_sqlite_changee_est_dite(tmp_path: Path) -> None:
    base = f"sqlite:///{tmp_path / 'essai.db'}"
    migrer(base)
    sql(base, "DROP TRIGGER stored_events_update")
    sql(base, "CREATE TRIGGER stored_events_update BEFORE UPDATE ON stored_events WHEN 0 BEGIN SELECT 1; END")
    with ouvert(base) as store:
        assert [a.champs["garde"] for a in verifier(store)] == ["stored_events_update"]


def test_plusieurs_processus_font_une_seule_chaine(base: str, store: Store, lancer: Lancer) -> None:
    compteurs = [uuid4() for _ in range(3)]
    for processus in lancer(4, 15, *compteurs):
        processus.wait(60)
    assert store.enregistreur.derniere_position() >= 60
    assert verifier(store) == []


def test_un_conflit_ne_rompt_pas_la_chaine(base: str, store: Store) -> None:
    """On PostgreSQL it takes a position that no fact will have."""
    peupler(store, 3)
    perime = Compteur(DEUX[0]).sous(contexte())
    perime.ajouter(5)
    with pytest.raises(IntegrityError):
        store.application.save(perime)
    peupler(store, 6)
    assert verifier(store) == []
    if base.startswith("postgresql"):
        falsifier(base, inserer(4))
        assert [(a.genre, a.champs["position"]) for a in verifier(store)] == [("fait_ajoute", 4), ("fait_sans_recu", 4)]


@pytest.fixture
def par_lots_de_quatre(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(chaine, "LOT", 4)
    yield
    pannes._armees.clear()


@pytest.mark.usefixtures("par_lots_de_quatre")
def test_une_base_d_avant_est_chainee_par_migrer_interrompu_puis_repris(base: str) -> None:
    with ouvert(base) as store:
        peupler(store)
        tete = relire(store).maillon()
        faits = store.enregistreur.lire_depuis(0, 100)
    defaire_la_chaine(base)

    class Tue(BaseException):
        pass

    def tuer() -> None:
        raise Tue

    pannes.armer("migrer.apres_lot", tuer)
    with pytest.raises(Tue):
        migrer(base)
    assert sql(base, "SELECT valeur FROM parametres WHERE cle='schema'") == [("1",)]
    assert sql(base, "SELECT count(*) FROM stored_events WHERE empreinte IS NOT NULL") == [(4,)]
    with pytest.raises(Exception, match="append-only"):  # the guards are back between two batches
        sql(base, "UPDATE stored_events SET topic='x'")
    pannes._armees.clear()
    rendu = migrer(base)
    assert (rendu["schema"], rendu["cree"], rendu["gardes_remises"]) == (SCHEMA, False, [])
    with ouvert(base) as store:
        assert relire(store).maillon() == tete, "the same digests as if they had always been there"
        assert store.enregistreur.lire_depuis(0, 100) == faits
        peupler(store, 15)
        assert verifier(store) == []
    assert migrer(base) == rendu


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store, copied by each example."""
    chemin = tmp_path_factory.mktemp("modele") / "essai.db"
    migrer(f"sqlite:///{chemin}")
    with ouvert(f"sqlite:///{chemin}") as store:
        peupler(store, 24)
    sql(f"sqlite:///{chemin}", "PRAGMA wal_checkpoint(TRUNCATE)")
    return chemin


RANGS = st.integers(1, 24)
COLONNES_DE_TEXTE = ["state", "topic", "originator_id", "enregistre_le", "empreinte"]
CHANGEMENTS = st.one_of(
    st.tuples(RANGS, st.sampled_from(COLONNES_DE_TEXTE), st.binary(min_size=1, max_size=40)).map(
        lambda t: ((f"UPDATE stored_events SET {t[1]}=? WHERE position=?", (t[2], t[0])),)
    ),
    st.tuples(RANGS, st.integers(25, 99)).map(
        lambda t: ((f"UPDATE stored_events SET originator_version={t[1]} WHERE position=?", (t[0],)),)
    ),
    RANGS.map(lambda rang: ((f"DELETE FROM stored_events WHERE position={rang}", ()),)),
    st.tuples(RANGS, st.binary(min_size=32, max_size=32)).map(
        lambda t: (*((ordre, ()) for ordre in decaler(t[0])), inserer(t[0] + 1, digest=t[1]))
    ),
    st.tuples(RANGS, RANGS).filter(lambda t: t[0] != t[1]).map(lambda t: echanger(*t)),
    st.tuples(RANGS, st.text(max_size=5)).map(
        lambda t: ((f"UPDATE stored_events SET state=CAST(? AS TEXT) WHERE position={t[0]}", (t[1],)),)
    ),
)  # fmt: skip


CHANGEMENTS_DU_JOURNAL = st.one_of(
    st.integers(0, 15).map(lambda rang: ("DELETE FROM journal WHERE rowid=?", rang)),
    st.tuples(st.integers(0, 15), st.sampled_from(["agregat_id='x'", "version=version+7", "position=position+1"])).map(
        lambda t: (f"UPDATE journal SET {t[1]} WHERE rowid=?", t[0])
    ),
    st.tuples(st.integers(0, 15), st.sampled_from(['["x"]', "[]", '["essai.ajoute.v1", "x"]'])).map(
        lambda t: (f"UPDATE journal SET topics='{t[1]}' WHERE rowid=?", t[0])
    ),
)


@given(changement=CHANGEMENTS_DU_JOURNAL)
def test_un_seul_recu_change_est_toujours_trouve(modele: Path, changement: tuple[str, int]) -> None:
    copie = modele.with_name("copie.db")
    copie.unlink(missing_ok=True)
    shutil.copy(modele, copie)
    base = f"sqlite:///{copie}"
    ordre, rang = changement
    with ouvert(base) as store:
        recu = [r for r in relire(store).recus(0) if r.topics][rang % 16]
    falsifier(base, (ordre, (recu.rang,)))
    with ouvert(base) as store:
        assert set(genres(verifier(store))) & {"fait_sans_recu", "recu_sans_fait"}


def test_verifier_pendant_que_d_autres_ecrivent_ne_dit_rien_de_faux(base: str, store: Store, lancer: Lancer) -> None:
    ecrivains = lancer(2, 40, *[uuid4() for _ in range(3)])
    lectures = 0
    while any(ecrivain.poll() is None for ecrivain in ecrivains):
        assert verifier(store) == []
        assert list(Verification(relire(store)).en_tete()) == []
        lectures += 1
    assert lectures > 0
    assert verifier(store) == []


@given(ordres=CHANGEMENTS)
def test_un_seul_changement_est_toujours_trouve(modele: Path, ordres: tuple[Ordre, ...]) -> None:
    copie = modele.with_name("copie.db")
    copie.unlink(missing_ok=True)
    shutil.copy(modele, copie)
    base = f"sqlite:///{copie}"
    falsifier(base, *ordres)
    with ouvert(base) as store:
        assert set(genres(verifier(store))) & {"fait_change", "fait_manquant", "fait_ajoute"}


@pytest.mark.postgres
def test_postgresql_calcule_la_meme_empreinte(postgres_url: str) -> None:
    migrer(postgres_url)
    identifiant, etat = uuid4(), "{« é »}".encode()
    le = "2026-03-29T01:30:00.000001Z"
    with psycopg.connect(postgres_url) as c:
        ligne = c.execute(
            "SELECT public.diligence_empreinte(%s, 7, %s, 3, 't', %s, %s::timestamptz)",
            (b"\1" * 32, identifiant, etat, le),
        ).fetchone()
    assert ligne == (chaine.empreinte(b"\1" * 32, 7, str(identifiant), 3, "t", etat, le),)
