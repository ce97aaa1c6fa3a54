"""Pièces, encrypted: one file per dossier and content."""

import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.blocs_scelles import ScelleAltere, ouvrir, sceller
from adapters.coffre import PersonneOubliee
from adapters.fichiers import FichierAltere, FichierInconnu, FichiersDossier

STATUTS = sha256(b"statuts").hexdigest()
UN_JOUR = 24 * 3600


class Cles:
    """Implements `ClesDePieces` in memory."""

    def __init__(self) -> None:
        self.cles: dict[UUID, bytes | None] = {}

    def cle_des_pieces(self, sujet: UUID, *, nouvelle: bool) -> bytes:
        cle = self.cles.setdefault(sujet, os.urandom(32)) if nouvelle else self.cles.get(sujet)
        if cle is None:
            raise PersonneOubliee("oublié")
        return cle


@pytest.fixture
def cles() -> Cles:
    return Cles()


@pytest.fixture
def fichiers(tmp_path: Path, cles: Cles) -> FichiersDossier:
    return FichiersDossier(tmp_path / "pieces", cles)


@pytest.fixture
def sujet() -> UUID:
    return uuid4()


def sur_le_disque(fichiers: FichiersDossier) -> list[Path]:
    return sorted(f for f in fichiers.racine.rglob("*") if f.is_file())


def test_les_memes_octets_d_un_dossier_sont_gardes_une_fois_et_jamais_en_clair(
    fichiers: FichiersDossier, sujet: UUID
) -> None:
    assert fichiers.ranger(sujet, b"statuts") is not None
    assert fichiers.ranger(sujet, b"statuts") is None
    assert fichiers.lire(sujet, STATUTS) == b"statuts"
    assert sur_le_disque(fichiers) == [fichiers.racine / "dossiers" / str(sujet) / STATUTS]
    autre = uuid4()
    assert fichiers.ranger(autre, b"statuts") is not None, "another dossier has its own"
    contenus = [f.read_bytes() for f in sur_le_disque(fichiers)]
    assert len({*contenus}) == 2
    assert not any(b"statuts" in contenu for contenu in contenus)


def test_oublier_un_dossier_rend_ses_copies_illisibles_et_celles_de_nul_autre(
    fichiers: FichiersDossier, cles: Cles, tmp_path: Path
) -> None:
    oublie, garde = uuid4(), uuid4()
    for sujet in (oublie, garde):
        fichiers.ranger(sujet, b"statuts")
    shutil.copytree(fichiers.racine, tmp_path / "copie")
    cles.cles[oublie] = None
    for racine in (fichiers.racine, tmp_path / "copie"):
        relus = FichiersDossier(racine, cles)
        with pytest.raises(PersonneOubliee):
            relus.lire(oublie, STATUTS)
        assert relus.lire(garde, STATUTS) == b"statuts"
    with pytest.raises(PersonneOubliee):
        fichiers.ranger(oublie, b"autre")
    shutil.copy(fichiers.racine / "dossiers" / str(oublie) / STATUTS, fichiers.racine / "dossiers" / str(garde))
    with pytest.raises(FichierAltere):
        fichiers.lire(garde, STATUTS)


def test_une_piece_alteree_ne_se_lit_pas_et_se_range_de_nouveau(fichiers: FichiersDossier, sujet: UUID) -> None:
    fichiers.ranger(sujet, b"statuts")
    (fichier,) = sur_le_disque(fichiers)
    entier = fichier.read_bytes()
    for abime in (b"STATUTS", b"", entier[:-1], entier + b"x", entier[:50] + b"\0" + entier[51:]):
        fichier.write_bytes(abime)
        with pytest.raises(FichierAltere):
            fichiers.lire(sujet, STATUTS)
        assert fichiers.ranger(sujet, b"statuts") is None, "facts may name what was there: nobody takes it back"
        assert fichiers.lire(sujet, STATUTS) == b"statuts"


def test_ce_que_nul_autre_n_a_garde_se_reprend(fichiers: FichiersDossier, sujet: UUID) -> None:
    retrait = fichiers.ranger(sujet, b"statuts")
    assert retrait is not None
    retrait()
    with pytest.raises(FichierInconnu):
        fichiers.lire(sujet, STATUTS)
    retrait()  # once more: nothing to take back
    premier = fichiers.ranger(sujet, b"statuts")
    assert premier is not None
    for _ in range(3):
        fichiers.ranger(sujet, b"statuts")
    premier()
    assert fichiers.lire(sujet, STATUTS) == b"statuts", "somebody kept the same since: the facts of another may name it"


@pytest.mark.parametrize("empreinte", ["0" * 64, "../../etc/passwd", "", "Z" * 64, "/" * 64])
def test_une_empreinte_inconnue_ou_qui_sort_du_dossier(fichiers: FichiersDossier, sujet: UUID, empreinte: str) -> None:
    with pytest.raises(FichierInconnu):
        fichiers.lire(sujet, empreinte)


def test_deux_a_la_fois_ne_se_genent_pas(fichiers: FichiersDossier, sujet: UUID) -> None:
    contenus = [bytes([rang % 5]) * 10_000 for rang in range(50)]
    with ThreadPoolExecutor(8) as fils:
        retraits = list(fils.map(lambda contenu: fichiers.ranger(sujet, contenu), contenus))
    assert sum(retrait is not None for retrait in retraits) == 5
    assert [fichiers.lire(sujet, sha256(contenu).hexdigest()) for contenu in contenus] == contenus
    assert not list(fichiers.racine.rglob(".*"))


def test_un_oubli_note_l_est_pour_de_bon_et_a_part_des_pieces(fichiers: FichiersDossier, cles: Cles) -> None:
    sujets = {uuid4(), uuid4()}
    assert fichiers.oublies() == set()
    for sujet in [*sujets, *sujets]:
        fichiers.noter_oubli(sujet)
    (fichiers.racine / "oublies" / ".nfs0001").touch()
    assert FichiersDossier(fichiers.racine, cles).oublies() == sujets


def test_les_anciennes_pieces_en_clair_se_chiffrent_pour_chacun_et_partent(
    fichiers: FichiersDossier, cles: Cles
) -> None:
    un, autre, oublie = uuid4(), uuid4(), uuid4()
    cles.cles[oublie] = None
    for contenu in (b"statuts", b"rib", b"orpheline"):
        en_clair(fichiers, contenu)
    alteree = en_clair(fichiers, b"alteree")
    alteree.write_bytes(b"autre chose")
    nommees = {sha256(c).hexdigest(): {un} for c in (b"rib", b"alteree")} | {STATUTS: {un, autre, oublie}}
    assert fichiers.chiffrer_les_anciennes(nommees) == 2
    assert fichiers.chiffrer_les_anciennes(nommees) == 0, "run twice, the second does nothing"
    assert {fichiers.lire(s, STATUTS) for s in (un, autre)} == {b"statuts"}
    assert fichiers.lire(un, sha256(b"rib").hexdigest()) == b"rib"
    restes = {f.read_bytes() for f in sur_le_disque(fichiers) if "dossiers" not in f.parts}
    assert restes == {b"orpheline", b"autre chose"}


def en_clair(fichiers: FichiersDossier, contenu: bytes) -> Path:
    """Keep a pièce as former versions did."""
    empreinte = sha256(contenu).hexdigest()
    chemin = fichiers.racine / empreinte[:2] / empreinte[2:]
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(contenu)
    return chemin


def vieillir(fichier: Path, jours: float) -> None:
    instant = time.time_ns() - int(jours * UN_JOUR * 10**9)
    os.utime(fichier, ns=(instant, instant))


def test_la_purge_ne_retire_que_ce_que_nul_ne_nomme_et_qui_a_plus_d_un_jour(
    fichiers: FichiersDossier, sujet: UUID
) -> None:
    nommee, orpheline, jeune, d_un_autre = b"nommee", b"orpheline", b"jeune", b"d un autre"
    for contenu in (nommee, orpheline, jeune):
        fichiers.ranger(sujet, contenu)
    fichiers.ranger(uuid4(), d_un_autre)
    clair_nomme, clair_orphelin = en_clair(fichiers, b"clair nomme"), en_clair(fichiers, b"clair orphelin")
    interrompue = fichiers.racine / "dossiers" / str(sujet) / f".{STATUTS}.x1y2z3"
    interrompue.touch()
    etrangere = fichiers.racine / "LISEZMOI.txt"
    etrangere.write_text("de la sauvegarde", encoding="utf-8")
    fichiers.noter_oubli(uuid4())
    for fichier in sur_le_disque(fichiers):
        vieillir(fichier, 0.5 if fichier.name == sha256(jeune).hexdigest() else 1.5)
    nommees = {sha256(nommee).hexdigest(): {sujet}, sha256(d_un_autre).hexdigest(): {sujet}}
    nommees[sha256(b"clair nomme").hexdigest()] = {sujet}
    avant = set(sur_le_disque(fichiers))
    assert fichiers.purger(nommees, time.time_ns()) == 4
    partis = avant - set(sur_le_disque(fichiers))
    assert {f.name for f in partis} == {
        sha256(orpheline).hexdigest(),
        sha256(d_un_autre).hexdigest(),
        interrompue.name,
        clair_orphelin.name,
    }
    assert clair_nomme.exists()


def test_la_purge_epargne_ce_que_les_faits_perdus_par_une_copie_ancienne_nommaient(
    fichiers: FichiersDossier, sujet: UUID
) -> None:
    fichiers.ranger(sujet, b"statuts")
    vieillir(sur_le_disque(fichiers)[0], 3)
    assert fichiers.purger({}, time.time_ns() - 4 * UN_JOUR * 10**9) == 0, "the store stops before this file"
    assert fichiers.purger({}, 0) == 0, "an empty store knows nothing"
    assert fichiers.purger({}, time.time_ns()) == 1


def test_la_purge_epargne_ce_qu_une_commande_en_cours_vient_de_retrouver(
    fichiers: FichiersDossier, sujet: UUID
) -> None:
    fichiers.ranger(sujet, b"statuts")
    vieillir(sur_le_disque(fichiers)[0], 3)
    fichiers.ranger(sujet, b"statuts")  # its fact is not there yet
    assert fichiers.purger({}, time.time_ns()) == 0
    assert FichiersDossier(fichiers.racine / "absent", Cles()).purger({}, time.time_ns()) == 0


def test_la_purge_ne_gene_pas_les_commandes_en_cours(fichiers: FichiersDossier, sujet: UUID) -> None:
    """Every file was left by somebody long ago; commands find them again, and record their facts, while it passes."""
    contenus = [str(rang).encode() for rang in range(60)]
    for contenu in contenus:
        fichiers.ranger(sujet, contenu)
    for fichier in sur_le_disque(fichiers):
        vieillir(fichier, 3)
    nommees: dict[str, set[UUID]] = {}

    def garder(contenu: bytes) -> None:
        fichiers.ranger(sujet, contenu)
        nommees[sha256(contenu).hexdigest()] = {sujet}

    with ThreadPoolExecutor(6) as fils:
        purges = [fils.submit(lambda: fichiers.purger(dict(nommees), time.time_ns())) for _ in range(3)]
        list(fils.map(garder, contenus))
        assert sum(purge.result() for purge in purges) <= len(contenus)
    assert [fichiers.lire(sujet, sha256(contenu).hexdigest()) for contenu in contenus] == contenus


@pytest.mark.parametrize("taille", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_des_blocs_scelles_se_rouvrent_quelle_que_soit_leur_longueur(taille: int) -> None:
    clair, cle = os.urandom(taille), os.urandom(32)
    scelle = seller(clair, cle)
    assert b"".join(ouvrir(BytesIO(scelle), cle, b"d")) == clair
    assert seller(clair, cle) != scelle, "a salt of its own"
    for autre, donnees in ((os.urandom(32), b"d"), (cle, b"e")):
        with pytest.raises(ScelleAltere):
            list(ouvrir(BytesIO(scelle), autre, donnees))


def seller(clair: bytes, cle: bytes) -> bytes:
    vers = BytesIO()
    sceller(BytesIO(clair), vers, cle, b"d")
    return vers.getvalue()


BLOC = 65_536 + 16
ENTETE = 42


@pytest.mark.parametrize(
    "abimer",
    [
        lambda s: s[:-BLOC],
        lambda s: s[: ENTETE + 2 * BLOC],
        lambda s: s + s[-BLOC:],
        lambda s: (
            s[:ENTETE] + s[ENTETE + BLOC : ENTETE + 2 * BLOC] + s[ENTETE : ENTETE + BLOC] + s[ENTETE + 2 * BLOC :]
        ),
        lambda s: s[:ENTETE] + s[ENTETE + BLOC :],
        lambda s: s[:ENTETE],
        lambda s: b"",
        lambda s: b"diligence2" + s[10:],
    ],
    ids=[
        "sans le dernier",
        "coupé net",
        "allongé",
        "échangés",
        "sans le premier",
        "en-tête seul",
        "vide",
        "autre format",
    ],
)
def test_des_blocs_coupes_ajoutes_ou_deplaces_ne_s_ouvrent_pas(abimer: Callable[[bytes], bytes]) -> None:
    cle = os.urandom(32)
    scelle = seller(os.urandom(3 * 65_536), cle)
    with pytest.raises(ScelleAltere):
        list(ouvrir(BytesIO(abimer(scelle)), cle, b"d"))


def test_vingt_mega_octets_se_lisent_par_blocs(fichiers: FichiersDossier, sujet: UUID) -> None:
    contenu = os.urandom(20 << 20)
    fichiers.ranger(sujet, contenu)
    blocs = fichiers.lire_par_blocs(sujet, sha256(contenu).hexdigest())
    assert len(next(blocs)) == 65_536, "a first block is given before the last is read"
    assert 65_536 + sum(map(len, blocs)) == len(contenu)
