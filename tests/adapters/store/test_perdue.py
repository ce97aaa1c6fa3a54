"""A store that is lost, moved, emptied or cut is never made again in silence; a coffre goes with its own store only."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from adapters.coffre import ouvrir_coffre, tourner_cle
from adapters.store.adresse import AdresseSqlite, StoreAbsent, StoreAMigrer, lire_adresse
from adapters.store.identite import identite
from adapters.store.perdue import CoffreEtranger, CoffrePerdu, StorePerdu
from adapters.store.schema import migrer
from bootstrap.cablage import preparer
from bootstrap.cablage import services as ouvrir_services
from bootstrap.reglages import Reglages
from tests.adapters.store.falsifications import falsifier
from tests.moteur import faire


@pytest.fixture
def reglages(base: str, tmp_path: Path) -> Reglages:
    return qui_a_servi(base, tmp_path)


def qui_a_servi(base: str, dossier: Path) -> Reglages:
    """An administrateur is recorded in that store, and what goes with it stands beside it."""
    cle = dossier / "essai.db.cle"
    cle.write_text("42" * 32, encoding="ascii")
    reglages = Reglages(base=base, cle_maitresse=cle, fichiers=dossier / "essai.db.fichiers")
    with ouvrir_services(reglages) as services:
        faire(services, "agent enregistrer", None, identifiant="admin", roles="administrateur")
    with ouvrir_services(reglages):
        """Its coffre now knows that it serves."""
    return reglages


def oter(adresse: AdresseSqlite) -> None:
    adresse.chemin.rename(adresse.chemin.with_name("ailleurs.db"))


def vider(adresse: AdresseSqlite) -> None:
    adresse.chemin.write_bytes(b"")


def couper(adresse: AdresseSqlite) -> None:
    adresse.chemin.write_bytes(adresse.chemin.read_bytes()[: adresse.chemin.stat().st_size // 2])


def portes(reglages: Reglages) -> Iterator[Callable[[], object]]:
    """Yield everything that opens a store or may make one."""

    def ouvrir() -> None:
        with ouvrir_services(reglages):
            """Never reached."""

    yield ouvrir
    yield lambda: preparer(reglages)
    yield lambda: migrer(reglages.base)


@pytest.mark.parametrize("perdre", [oter, vider, couper])
def test_une_base_perdue_n_est_jamais_refaite(tmp_path: Path, perdre: Callable[[AdresseSqlite], None]) -> None:
    adresse = AdresseSqlite(tmp_path / "essai.db")
    migrer(f"sqlite:///{adresse.chemin}")
    reglages = qui_a_servi(f"sqlite:///{adresse.chemin}", tmp_path)
    with closing(sqlite3.connect(adresse.chemin)) as c:
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    perdre(adresse)
    avant = {f.name: f.stat().st_size for f in tmp_path.glob("essai.db*")}
    ouvrir, servir, preparer_les_tables = portes(reglages)
    for porte in (ouvrir, preparer_les_tables) if perdre is couper else (ouvrir, servir, preparer_les_tables):
        with pytest.raises(StorePerdu) as perdue:
            porte()
        assert perdue.value.code == "store_perdu"
        assert perdre is couper or {"essai.coffre.db", "essai.db.cle"} <= set(perdue.value.champs["vestiges"])
    assert {f.name: f.stat().st_size for f in tmp_path.glob("essai.db*")} == avant, "nothing was made"


VESTIGES = ["coffre", "cle", "lectures", "site", "fichiers"]


@pytest.mark.parametrize("vestige", [*VESTIGES, "chemin"])
def test_servir_ne_cree_que_la_ou_il_n_y_a_rien(tmp_path: Path, vestige: str) -> None:
    adresse = AdresseSqlite(tmp_path / "essai.db")
    reglages = Reglages(base=f"sqlite:///{adresse.chemin}")
    reste: Path = getattr(adresse, vestige)
    if vestige == "fichiers":
        reste.mkdir()
        reste /= "piece"
    reste.write_bytes(b"")
    with pytest.raises(StorePerdu):
        preparer(reglages)
    reste.unlink()
    with pytest.raises(StoreAbsent) as absente, ouvrir_services(reglages):
        """Never reached."""
    assert str(adresse.chemin) in absente.value.message, "it says where it looked"
    preparer(reglages)
    with ouvrir_services(reglages) as services:
        assert services.store.derniere_position() == 0


@pytest.mark.parametrize("vestige", VESTIGES)
def test_migrer_non_plus_et_le_dit(tmp_path: Path, vestige: str) -> None:
    """Whatever lies alone of a store: somebody who knows puts it elsewhere first."""
    adresse = AdresseSqlite(tmp_path / "essai.db")
    reste: Path = getattr(adresse, vestige)
    if vestige == "fichiers":
        reste.mkdir()
        reste /= "piece"
    reste.write_bytes(b"")
    with pytest.raises(StorePerdu) as perdue:
        migrer(f"sqlite:///{adresse.chemin}")
    assert perdue.value.champs["vestiges"] == [getattr(adresse, vestige).name]
    assert not adresse.chemin.exists(), "nothing was made"
    reste.unlink()
    adresse.chemin.touch()  # alone and empty: a preparation that was cut short
    assert migrer(f"sqlite:///{adresse.chemin}")["cree"]


def test_migrer_voit_aussi_les_pieces_d_un_autre_dossier(base: str, tmp_path: Path) -> None:
    (tmp_path / "pieces" / "dossiers").mkdir(parents=True)
    migrer(base, fichiers=tmp_path / "pieces")  # that of a store that is there
    defaire(base)
    with pytest.raises(StorePerdu) as perdue:
        migrer(base, fichiers=tmp_path / "pieces")
    assert perdue.value.champs["vestiges"] == ["pieces"]


@pytest.mark.parametrize("vide", [False, True])
def test_un_coffre_perdu_est_dit_et_jamais_refait_en_silence(reglages: Reglages, vide: bool) -> None:  # noqa: FBT001
    """Facts name what it held: it is put back from a copy, or begun anew by who says that there is none."""
    perdre_le_coffre(reglages.base, vide=vide)
    ouvrir, _, preparer_les_tables = portes(reglages)
    for porte in (ouvrir, preparer_les_tables, ouvrir, preparer_les_tables):
        with pytest.raises(CoffrePerdu) as perdu:
            porte()
        assert perdu.value.code == "coffre_perdu"
        assert "restaurez" in perdu.value.message
    assert migrer(reglages.base, refaire_coffre=True)["coffre_refait"]
    ouvrir()
    assert not migrer(reglages.base, refaire_coffre=True)["coffre_refait"], "it is there"


def test_une_base_vide_a_cote_d_un_coffre_qui_a_servi_est_refusee(reglages: Reglages) -> None:
    """The copy made on the first day, put back: whoever came first would be administrateur."""
    falsifier(reglages.base, "DELETE FROM journal", "DELETE FROM stored_events")
    ouvrir, *_ = portes(reglages)
    with pytest.raises(StorePerdu, match="est vide"):
        ouvrir()


def test_le_coffre_d_une_autre_base_est_refuse(reglages: Reglages, tmp_path: Path) -> None:
    ecrire(reglages.base, "UPDATE {s}appartenance SET store='autre'")
    ouvrir, _, preparer_les_tables = portes(reglages)
    for porte in (
        ouvrir,
        preparer_les_tables,
        lambda: ouvrir_coffre(reglages.base, reglages.cle_maitresse),
        lambda: tourner_cle(reglages.base, reglages.cle_maitresse, tmp_path / "nouvelle"),
    ):
        with pytest.raises(CoffreEtranger) as refus:
            porte()
        assert refus.value.code == "coffre_etranger"
        assert refus.value.champs == {"store": identite(reglages.base), "coffre": "autre"}


def test_migrer_dit_a_un_coffre_d_avant_de_quelle_base_il_est(reglages: Reglages) -> None:
    ecrire(reglages.base, "DROP TABLE {s}appartenance")
    ouvrir, _, preparer_les_tables = portes(reglages)
    with pytest.raises(StoreAMigrer, match="diligence migrer"):
        ouvrir()
    preparer_les_tables()
    ouvrir()


def test_un_coffre_d_avant_qui_a_servi_n_est_pas_celui_d_une_base_neuve(reglages: Reglages) -> None:
    coffre = ouvrir_coffre(reglages.base, reglages.cle_maitresse)
    coffre.ranger(uuid4(), uuid4(), "exemple fictif")
    coffre.fermer()
    ecrire(reglages.base, "DELETE FROM {s}appartenance")
    falsifier(reglages.base, "DELETE FROM journal", "DELETE FROM stored_events")
    *_, preparer_les_tables = portes(reglages)
    with pytest.raises(StorePerdu):
        preparer_les_tables()


@pytest.mark.postgres
def test_un_schema_perdu_n_est_pas_refait_a_cote_de_son_coffre(postgres_url: str, tmp_path: Path) -> None:
    migrer(postgres_url)
    qui_a_servi(postgres_url, tmp_path)
    with psycopg.connect(postgres_url) as c:
        c.execute("DROP SCHEMA public CASCADE")
        c.execute("CREATE SCHEMA public")
    with pytest.raises(StorePerdu):
        migrer(postgres_url)


def test_un_coffre_copie_avec_sa_base_reste_le_sien(tmp_path: Path) -> None:
    migrer(f"sqlite:///{tmp_path / 'essai.db'}")
    (tmp_path / "copie").mkdir()
    for nom in ("essai.db", "essai.coffre.db"):
        shutil.copy(tmp_path / nom, tmp_path / "copie" / nom)
    with ouvrir_services(Reglages(base=f"sqlite:///{tmp_path / 'copie' / 'essai.db'}")) as services:
        assert services.store.derniere_position() == 0


def defaire(base: str) -> None:
    """Remove a store and its coffre, and nothing else of it."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        for fichier in adresse.chemin.parent.glob("*.db*"):
            fichier.unlink()
        return
    with psycopg.connect(base) as pg:
        pg.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA coffre CASCADE")


def perdre_le_coffre(base: str, *, vide: bool) -> None:
    """Remove the coffre, or leave an empty one in its place."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        for fichier in adresse.coffre.parent.glob(f"{adresse.coffre.name}*"):
            fichier.unlink()
        if vide:
            adresse.coffre.touch()
        return
    with psycopg.connect(base) as pg:
        pg.execute("DROP SCHEMA coffre CASCADE")
        if vide:
            pg.execute("CREATE SCHEMA coffre")


def ecrire(base: str, ordre: str) -> None:
    """Run a statement on the coffre."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        with closing(sqlite3.connect(adresse.coffre, isolation_level=None)) as c:
            c.execute(ordre.format(s=""))
        return
    with psycopg.connect(base) as pg:
        pg.execute(ordre.format(s="coffre.").encode())
