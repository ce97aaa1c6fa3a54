"""The coffre: what a destroyed key forgets, and what no key opens."""

import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.cle_maitresse import CleMaitresseAbsente, CleMaitresseAutre, creer_cle, lire_cle
from adapters.coffre import CoffreChiffre, PersonneOubliee, ouvrir_coffre
from adapters.store.adresse import AdresseSqlite, StoreAbsent, lire_adresse
from adapters.store.schema import migrer
from application.ports import REPOS_S, TexteAltere
from tests.adapters.store.test_faits import sql


@pytest.fixture
def cle(tmp_path: Path) -> Path:
    fichier = tmp_path / "maitresse.cle"
    creer_cle(fichier)
    return fichier


@pytest.fixture
def coffre(base: str, cle: Path) -> Iterator[CoffreChiffre]:
    coffre = ouvrir_coffre(base, cle)
    yield coffre
    coffre.fermer()


def adresse_du_coffre(base: str) -> str:
    """Where the rows of the coffre are, for who goes round it."""
    adresse = lire_adresse(base)
    return f"sqlite:///{adresse.coffre}" if isinstance(adresse, AdresseSqlite) else base


def table(base: str, nom: str) -> str:
    return nom if base.startswith("sqlite") else f"coffre.{nom}"


def test_un_texte_range_se_relit(coffre: CoffreChiffre, base: str, cle: Path) -> None:
    texte, sujet = uuid4(), uuid4()
    coffre.ranger(texte, sujet, "Motif : « trop tôt » — œuvre")
    coffre.ranger(texte, sujet, "un autre contenu sous le même id est ignoré")
    assert coffre.lire(texte) == "Motif : « trop tôt » — œuvre"
    assert coffre.lire(uuid4()) is None
    autre = ouvrir_coffre(base, cle)
    assert autre.lire(texte) == "Motif : « trop tôt » — œuvre"
    assert autre.empreinte("FR76") == coffre.empreinte("FR76") != coffre.empreinte("FR77")
    autre.fermer()


def test_ce_que_nul_autre_n_a_range_se_reprend(coffre: CoffreChiffre) -> None:
    texte, sujet = uuid4(), uuid4()
    retrait = coffre.ranger(texte, sujet, "Motif")
    assert retrait is not None
    retrait()
    assert coffre.lire(texte) is None
    retrait()  # once more: nothing to take back
    premier = coffre.ranger(texte, sujet, "Motif")
    assert premier is not None
    assert coffre.ranger(texte, sujet, "Motif") is None
    premier()
    assert coffre.lire(texte) == "Motif", "somebody kept the same since: the facts of another may name it"


def test_rien_n_est_ecrit_en_clair(coffre: CoffreChiffre, base: str, tmp_path: Path) -> None:
    coffre.ranger(uuid4(), uuid4(), "Jeanne Exemple")
    lignes = sql(adresse_du_coffre(base), f"SELECT chiffre FROM {table(base, 'textes')}")
    assert b"Jeanne" not in bytes(lignes[0][0])
    assert not any(b"Jeanne" in fichier.read_bytes() for fichier in tmp_path.rglob("*") if fichier.is_file())


def test_detruire_la_cle_oublie_la_personne_et_elle_seule(coffre: CoffreChiffre, base: str) -> None:
    oubliee, gardee = uuid4(), uuid4()
    textes = [uuid4() for _ in range(3)]
    coffre.ranger(textes[0], oubliee, "a")
    coffre.ranger(textes[1], oubliee, "b")
    coffre.ranger(textes[2], gardee, "c")
    (cle,) = sql(adresse_du_coffre(base), f"SELECT cle FROM {table(base, 'cles')} WHERE sujet = ?", str(oubliee))
    assert coffre.detruire_cle(oubliee)
    assert [coffre.lire(texte) for texte in textes] == [None, None, "c"]
    assert not coffre.detruire_cle(oubliee)
    assert not coffre.detruire_cle(uuid4())
    with pytest.raises(PersonneOubliee) as refus:
        coffre.ranger(uuid4(), oubliee, "de retour")
    assert refus.value.code == "personne_oubliee"
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):  # the key is gone from the file, not only from the table
        assert not any(bytes(cle[0]) in f.read_bytes() for f in adresse.coffre.parent.glob("*.coffre.db*"))


def test_un_texte_que_nul_fait_ne_nomme_se_purge_apres_un_jour(coffre: CoffreChiffre, base: str) -> None:
    sujet, (vieux, repris, recent) = uuid4(), (uuid4() for _ in range(3))
    for texte in (vieux, repris, recent):
        coffre.ranger(texte, sujet, "un motif")
    assert set(coffre.textes()) == {vieux, repris, recent}
    for texte in (vieux, repris):
        vieillir(base, texte, 2 * REPOS_S)
    coffre.ranger(repris, sujet, "un motif")  # a command finds it there, and its fact does not exist yet
    maintenant = int(time.time())
    assert coffre.purger(list(coffre.textes()), 0) == 0, "an empty store knows nothing"
    assert coffre.purger(list(coffre.textes()), maintenant - 2 * REPOS_S) == 0, "the store stops before these texts"
    assert coffre.purger([repris, recent, uuid4()], maintenant) == 0
    assert coffre.purger(list(coffre.textes()), maintenant + 9 * REPOS_S) == 1, "no clock of ours makes a text old"
    assert [coffre.lire(texte) for texte in (vieux, repris, recent)] == [None, "un motif", "un motif"]


def vieillir(base: str, texte: UUID, secondes: int) -> None:
    textes = table(base, "textes")
    sql(adresse_du_coffre(base), f"UPDATE {textes} SET touche_le=touche_le-{secondes} WHERE texte_id=?", str(texte))


def test_un_texte_deplace_ne_s_ouvre_pas(coffre: CoffreChiffre, base: str) -> None:
    sujet, premier, second = uuid4(), uuid4(), uuid4()
    coffre.ranger(premier, sujet, "IBAN de l’un")
    coffre.ranger(second, sujet, "IBAN de l’autre")
    textes = table(base, "textes")
    sql(
        adresse_du_coffre(base),
        f"UPDATE {textes} SET chiffre = (SELECT chiffre FROM {textes} WHERE texte_id = ?) WHERE texte_id = ?",
        *(str(premier), str(second)),
    )
    with pytest.raises(TexteAltere):
        coffre.lire(second)


def test_un_sujet_n_a_qu_une_cle_meme_range_de_partout(coffre: CoffreChiffre) -> None:
    sujet, textes = uuid4(), [uuid4() for _ in range(24)]
    with ThreadPoolExecutor(6) as fils:
        list(fils.map(lambda texte: coffre.ranger(texte, sujet, str(texte)), textes))
    assert [coffre.lire(texte) for texte in textes] == [str(texte) for texte in textes]


def test_une_autre_cle_maitresse_n_ouvre_pas(coffre: CoffreChiffre, base: str, tmp_path: Path) -> None:
    autre = tmp_path / "autre.cle"
    creer_cle(autre)
    with pytest.raises(CleMaitresseAutre):
        ouvrir_coffre(base, autre)


def test_la_cle_est_faite_une_fois_a_cote_du_store(tmp_path: Path) -> None:
    base, fichier = f"sqlite:///{tmp_path / 'x.db'}", tmp_path / "x.db.cle"
    with pytest.raises(StoreAbsent):
        ouvrir_coffre(base)
    migrer(base)
    coffre = ouvrir_coffre(base)
    assert stat.S_IMODE(fichier.stat().st_mode) == 0o600
    avant = fichier.read_text()
    creer_cle(fichier)  # never over an existing one
    assert fichier.read_text() == avant
    coffre.fermer()
    # a lost key is not replaced in silence: every text would be lost with it
    fichier.unlink()
    with pytest.raises(CleMaitresseAbsente):
        ouvrir_coffre(base)
    assert not fichier.exists()


@pytest.mark.postgres
def test_postgresql_exige_une_cle(postgres_url: str, tmp_path: Path) -> None:
    migrer(postgres_url)
    for cle in (None, tmp_path / "absente.cle"):
        with pytest.raises(CleMaitresseAbsente) as refus:
            ouvrir_coffre(postgres_url, cle)
        assert refus.value.code == "cle_maitresse_absente"


@pytest.mark.parametrize("contenu", ["", "zz", "ab" * 31])
def test_une_cle_mal_ecrite_se_refuse(tmp_path: Path, contenu: str) -> None:
    fichier = tmp_path / "k"
    fichier.write_text(contenu)
    with pytest.raises(CleMaitresseAbsente):
        lire_cle(fichier)


def test_un_sujet_sans_texte_s_oublie_aussi(coffre: CoffreChiffre) -> None:
    sujet = uuid4()
    assert not coffre.detruire_cle(sujet)
    with pytest.raises(PersonneOubliee):
        coffre.ranger(uuid4(), sujet, "trop tard")
