"""Seeded uploads as no browser of good faith sends them, and the way to send them: raw, in pieces, cut in the middle."""

import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Final
from urllib.parse import unquote, urlencode

from fastapi import FastAPI
from starlette.types import Message

ALPHABETS: Final = (
    "é€œ’",
    "😀👩‍👩‍👧🏳️‍🌈",
    "\u202eexe.fdp",
    "אבג مرحبا",
    "\x07\x1b[31m",
    "\x00",
    "a\r\nX-Injecte: oui",
    "../../etc/passwd",
    "C:\\a\\b.pdf",
)
CODECS: Final = ["utf-7", "utf-16", "punycode", "idna", "undefined", "unicode_escape", "hex", "zip", "../.."]
FRONTIERE: Final = b"frontiere"


@dataclass
class Partie:
    """One part of a form: a text, or a file when it has a name."""

    champ: bytes
    contenu: bytes
    nom: bytes | None = None
    genre: bytes | None = None
    entetes: list[bytes] = field(default_factory=list)

    def ecrite(self) -> bytes:
        """Return its bytes, headers first."""
        ici = b'Content-Disposition: form-data; name="' + self.champ + b'"'
        ici += b"" if self.nom is None else b'; filename="' + self.nom + b'"'
        genre = [] if self.genre is None else [b"Content-Type: " + self.genre]
        return b"\r\n".join([ici, *genre, *self.entetes, b"", self.contenu])


@dataclass
class Envoi:
    """A form about to be sent to an address."""

    adresse: str
    parties: list[Partie]
    entetes: dict[bytes, bytes] = field(default_factory=dict)
    type_envoye: bytes = b"multipart/form-data; boundary=" + FRONTIERE
    abime: list[Callable[[bytes], bytes]] = field(default_factory=list)
    morceau: int = 0
    """Bytes of each piece that comes; 0: all at once."""
    coupe: bool = False
    """The connection is cut before the last byte."""

    def corps(self) -> bytes:
        """Return the bytes of the body."""
        ecrit = b"".join(b"--" + FRONTIERE + b"\r\n" + partie.ecrite() + b"\r\n" for partie in self.parties)
        ecrit += b"--" + FRONTIERE + b"--\r\n"
        for abimer in self.abime:
            ecrit = abimer(ecrit)
        return ecrit

    def fichiers(self) -> list[Partie]:
        """Return the parts that are files; the whole form when there is none."""
        return [partie for partie in self.parties if partie.nom is not None] or self.parties


def tronquer(envoi: Envoi, tire: random.Random) -> None:
    part = tire.random()
    envoi.abime.append(lambda corps: corps[: int(len(corps) * part)])


def changer_la_frontiere(envoi: Envoi, tire: random.Random) -> None:
    autre = tire.choice([b"autre", b"", b'"', b"a" * 300, b"\xff", FRONTIERE + b"-", b"frontiere; boundary=b"])
    envoi.type_envoye = b"multipart/form-data; boundary=" + autre


def oter_la_frontiere(envoi: Envoi, tire: random.Random) -> None:
    envoi.type_envoye = tire.choice(
        [b"multipart/form-data", b"multipart/form-data;", b"multipart/mixed; boundary=frontiere"]
    )


def mentir_sur_la_demande(envoi: Envoi, tire: random.Random) -> None:
    genres = [
        b"application/json",
        b"application/x-www-form-urlencoded",
        b"text/plain",
        b"",
        b"\xff",
        b"a" * 5000,
        b";;;",
    ]
    envoi.type_envoye = tire.choice(genres)


def dire_un_jeu_de_signes(envoi: Envoi, tire: random.Random) -> None:
    envoi.type_envoye += b"; charset=" + tire.choice(CODECS).encode("latin-1")
    partie = tire.choice(envoi.parties)
    if tire.random() < 0.7:
        partie.contenu = tire.choice([b"+2AA-", b"\\ud800", b"\xff-", b"\\x", b"xn--\xff"])


def doubler(envoi: Envoi, tire: random.Random) -> None:
    partie = tire.choice(envoi.fichiers() if tire.random() < 0.7 else envoi.parties)
    envoi.parties += [partie] * tire.choice([1, 2, 25])


def oter_le_nom(envoi: Envoi, tire: random.Random) -> None:
    tire.choice(envoi.fichiers()).nom = tire.choice([None, b""])


def oter_une_partie(envoi: Envoi, tire: random.Random) -> None:
    envoi.parties.remove(tire.choice(envoi.parties))


def nommer_autrement(envoi: Envoi, tire: random.Random) -> None:
    autre = tire.choice(
        [*(a.encode() for a in ALPHABETS), b"\xff\xfe", b"a" * 9000, b'a"; name="x', b".", b"..", b"\xed\xa0\x80"]
    )
    tire.choice(envoi.fichiers()).nom = autre


def appeler_autrement(envoi: Envoi, tire: random.Random) -> None:
    autre = tire.choice(
        [
            b"jeton",
            b"",
            b"\xff",
            b"a" * 9000,
            b"budget.charges.99999999999",
            b"pieces.0.fichier",
            b"_ajouter",
            b"\x00",
            b"pieces",
            b"version",
            "ʼ😀".encode(),
        ]
    )
    tire.choice(envoi.parties).champ = autre


def changer_le_contenu(envoi: Envoi, tire: random.Random) -> None:
    contenus = [
        b"",
        b"\x00",
        b"MZ\x90\x00\x03" + tire.randbytes(200),
        b"%PDF-1.7\n<script>alert(1)</script>",
        b"\xff\xd8\xff",
        bombe(),
        b"[" * tire.randint(50, 3000),
        b'{"a":' * tire.randint(50, 3000),
        b"9" * 5000,
        b"1e999",
        b'"\\ud800"',
        b"-1",
        b"null",
        b"true",
        b"a: &a [x]\nb: [*a, *a]",
        b"--- !!python/object/apply:os.system [ls]",
        b"a: 2026-99-99",
        b"=cmd|' /C calc'!A0;1",
        tire.randbytes(300),
        *(a.encode() for a in ALPHABETS),
        b"x" * 30_000,
    ]
    tire.choice(envoi.fichiers() if tire.random() < 0.5 else envoi.parties).contenu = tire.choice(contenus)


def alourdir(envoi: Envoi, tire: random.Random) -> None:
    tire.choice(envoi.fichiers() if tire.random() < 0.7 else envoi.parties).contenu = b"x" * tire.choice(
        [200_001, 450_000, 3_000_000]
    )


def mentir_sur_le_type(envoi: Envoi, tire: random.Random) -> None:
    genres = [
        b"application/pdf",
        b"text/html",
        b"\xff",
        b"",
        b"multipart/mixed; boundary=b",
        b"text/plain; charset=undefined",
        b"a" * 9000,
    ]
    tire.choice(envoi.parties).genre = tire.choice(genres)


def injecter_un_entete(envoi: Envoi, tire: random.Random) -> None:
    entetes = [
        b"X-Injecte: oui\r\nSet-Cookie: a=b",
        b"\xff: \xff",
        b": vide",
        b"sans deux-points",
        b"X: " + b"a" * tire.choice([5000, 100_000]),
        b"Content-Disposition: form-data",
        b"Content-Disposition: form-data; name=\"x\"; filename*=UTF-8''%ff",
        b"Content-Transfer-Encoding: base64",
        b"X: a\r\n b",
        b"X\x00: a",
    ]
    tire.choice(envoi.parties).entetes += [tire.choice(entetes)] * tire.choice([1, 1, 50])


def multiplier_les_champs(envoi: Envoi, tire: random.Random) -> None:
    noms = tire.choice([b"champ%d", b"budget.charges.%d.poste", b"pieces.%d.code", b"criteres.%d", b"meme"])
    envoi.parties += [Partie(noms % rang if b"%" in noms else noms, b"x") for rang in range(tire.choice([300, 10_001]))]


def imbriquer(envoi: Envoi, tire: random.Random) -> None:
    dedans = envoi.corps().replace(FRONTIERE, b"dedans")
    tire.choice(envoi.parties).contenu = dedans
    envoi.parties[0].genre = b"multipart/mixed; boundary=" + tire.choice([b"dedans", FRONTIERE])


def retourner_des_octets(envoi: Envoi, tire: random.Random) -> None:
    germe = tire.random()

    def abimer(corps: bytes) -> bytes:
        ou, abimes = random.Random(germe), bytearray(corps)
        for _ in range(ou.randint(1, 30)):
            if abimes:
                abimes[ou.randrange(len(abimes))] = ou.randrange(256)
        return bytes(abimes)

    envoi.abime.append(abimer)


def decouper(envoi: Envoi, tire: random.Random) -> None:
    envoi.morceau = tire.choice([7, 100, 4096])


def couper(envoi: Envoi, tire: random.Random) -> None:
    envoi.morceau, envoi.coupe = tire.choice([10, 500, 10_000]), True


def encoder_dans_l_adresse(envoi: Envoi, tire: random.Random) -> None:
    envoi.type_envoye = b"application/x-www-form-urlencoded"
    ecrit = urlencode([(p.champ, p.contenu) for p in envoi.parties]).encode()
    sale = tire.choice([b"", b"&%", b"&%zz=%ff", b";&&==", b"&" * 500, b"&a=%00%ed%a0%80"])
    envoi.abime.append(lambda _: ecrit + sale)


def dire_en_json(envoi: Envoi, tire: random.Random) -> None:
    envoi.type_envoye = b"application/json"
    dit = {p.champ.decode("latin-1"): p.contenu.decode("latin-1") for p in envoi.parties}
    corps = tire.choice(
        [
            json.dumps(dit).encode(),
            b"[" * tire.randint(50, 3000),
            b'{"objet": "\\ud800"}',
            b'"',
            b"\xff\xfe",
            b"",
            b"9" * 9000,
        ]
    )
    envoi.abime.append(lambda _: corps)


def deviner_un_champ_cache(envoi: Envoi, tire: random.Random) -> None:
    caches = [
        (b"version", b"9" * 40),
        (b"version", b"-1"),
        (b"version", b"9" * 5000),
        (b"commande_id", b"{}"),
        (b"brouillon", b"00000000-0000-0000-0000-000000000000"),
        (b"vers", b"//ailleurs.example"),
        (b"_ajouter", b"pieces"),
        (b"_retirer", b"."),
        (b"_actualiser", b"1"),
        (b"le", "٢٠٢٦-01-01".encode()),
        (b"le", b"9999-12-31"),
        (b"le", b"0001-01-01"),
        (b"jeton", b"\xff"),
        (b"confirme", b"1"),
    ]
    envoi.parties.append(Partie(*tire.choice(caches)))


def mentir_sur_les_entetes(envoi: Envoi, tire: random.Random) -> None:
    envoi.entetes |= dict(
        [
            tire.choice(
                [
                    (b"idempotency-key", b"\xff"),
                    (b"if-match", b"9" * 100),
                    (b"x-jeton", b"\xff"),
                    (b"content-length", b"-1"),
                    (b"content-length", b"99999999999999"),
                    (b"accept-language", b"\xff" * 20_000),
                    (b"cookie", b"a=\xff; b"),
                    (b"authorization", b"Bearer \xff"),
                    (b"referer", b"http://["),
                    (b"origin", b"null"),
                ]
            )
        ]
    )


MUTATIONS: Final[tuple[Callable[[Envoi, random.Random], None], ...]] = (
    tronquer,
    changer_la_frontiere,
    oter_la_frontiere,
    mentir_sur_la_demande,
    dire_un_jeu_de_signes,
    doubler,
    oter_le_nom,
    oter_une_partie,
    nommer_autrement,
    appeler_autrement,
    changer_le_contenu,
    alourdir,
    mentir_sur_le_type,
    injecter_un_entete,
    multiplier_les_champs,
    imbriquer,
    retourner_des_octets,
    decouper,
    couper,
    encoder_dans_l_adresse,
    dire_en_json,
    deviner_un_champ_cache,
    mentir_sur_les_entetes,
)


@cache
def bombe() -> bytes:
    """Return a .docx of a few kilobytes that opens into some twenty millions."""
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("word/document.xml", b"\0" * 20_000_000)
    return octets.getvalue()


@dataclass
class Reponse:
    """What was answered; `statut` 0: nothing, the connection being cut."""

    statut: int = 0
    entetes: dict[bytes, bytes] = field(default_factory=dict)
    corps: bytes = b""


async def envoyer(application: FastAPI, envoi: Envoi) -> Reponse:
    """Send it as a server would hand it over, a fault being raised to whoever tests."""
    corps = envoi.corps()
    taille = max(envoi.morceau, len(corps) // 500) if envoi.morceau else len(corps) or 1
    morceaux = [corps[debut : debut + taille] for debut in range(0, len(corps), taille)] or [b""]
    messages: list[Message] = [
        {"type": "http.request", "body": morceau, "more_body": rang + 1 < len(morceaux)}
        for rang, morceau in enumerate(morceaux)
    ]
    if envoi.coupe:
        messages[-1] = {"type": "http.disconnect"}
    reponse, restent = Reponse(), iter(messages)

    async def recevoir() -> Message:
        return next(restent, {"type": "http.disconnect"})

    async def repondre(message: Message) -> None:
        if message["type"] == "http.response.start":
            reponse.statut, reponse.entetes = message["status"], dict(message["headers"])
        reponse.corps += message.get("body", b"")

    entetes = {b"host": b"127.0.0.1", b"content-type": envoi.type_envoye} | envoi.entetes
    portee = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": unquote(envoi.adresse),
        "raw_path": envoi.adresse.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": list(entetes.items()),
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }
    await application(portee, recevoir, repondre)
    return reponse
