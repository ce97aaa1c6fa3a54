"""The encoding of a text file, found in one pass over its bytes, which also gives its SHA-256."""

import codecs
import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO

MORCEAU = 1 << 16
MARQUES = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LETTRES_DU_FRANCAIS = set("àâçéèêëîïôöùûüœÀÂÇÉÈÊËÎÏÔÙÛŒ«»°’€–…\N{NO-BREAK SPACE}")
HUIT_BITS = ("cp1252", "iso8859_15", "mac_roman", "cp850")  # in this order when nothing tells them apart
INDEFINIS_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
ASCII = bytes(range(128))
IMPRIMABLES = bytes({*range(0x20, 0x100), *b"\t\n\v\f\r\x1a"})  # 1A ends the files of DOS
EGARES = 2  # control characters that even a tiny text may hold by accident
ECHAPPES = re.compile("[\udc80-\udcff]")
HORS_ASCII = re.compile("[^\x00-\x7f]")
OCTETS_ECHAPPES = {0xDC00 + octet: bytes([octet]).decode("cp1252", "replace") for octet in range(0x80, 0x100)}


@dataclass
class Examen:
    """What the bytes of a file tell. `melange`: UTF-8 with a few bytes of Windows among it, see `reparer`."""

    taille: int = 0
    nuls: int = 0
    controles: int = 0
    hors_ascii: int = 0
    invalides: int = 0
    debut: bytes = b""
    empreinte: str = ""
    octets: Counter[int] = field(default_factory=Counter)

    @property
    def encodage(self) -> str | None:
        """The name Python gives to the encoding; None when the file is not a text."""
        for marque, nom in MARQUES:
            if self.debut.startswith(marque):
                return nom
        if self.nuls and (large := self._sans_marque()) is not None:
            return large
        if self.controles > max(EGARES, self.taille // 100):
            return None
        if self.invalides == 0 or self.melange:
            return "utf-8"
        return self._huit_bits()

    @property
    def melange(self) -> bool:
        """Both are in the file, and UTF-8 is the rule."""
        return 0 < self.invalides < self.hors_ascii - self.invalides

    def _sans_marque(self) -> str | None:
        """UTF-16 without its mark: one byte in two of a Western text is null."""
        pairs, impairs = self.debut[0::2].count(0), self.debut[1::2].count(0)
        moitie = len(self.debut) // 2
        if impairs > 0.6 * moitie and pairs < 0.1 * moitie:
            return "utf-16-le"
        if pairs > 0.6 * moitie and impairs < 0.1 * moitie:
            return "utf-16-be"
        return None

    def _huit_bits(self) -> str:
        scores = {nom: self._score(nom) for nom in HUIT_BITS}
        meilleur = max(HUIT_BITS, key=lambda nom: scores[nom])
        if meilleur == "cp1252" and INDEFINIS_CP1252 & self.octets.keys():
            return "latin-1"
        return meilleur

    def _score(self, nom: str) -> int:
        return sum(
            nombre for octet, nombre in self.octets.items()
            if bytes([octet]).decode(nom, "replace") in LETTRES_DU_FRANCAIS
        )  # fmt: skip


def examiner(flux: BinaryIO) -> Examen:
    """Read the whole file once, by pieces."""
    examen, sha256 = Examen(), hashlib.sha256()
    decodeur = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    while morceau := flux.read(MORCEAU):
        examen.debut = examen.debut or morceau[:4096]
        examen.taille += len(morceau)
        sha256.update(morceau)
        examen.nuls += morceau.count(0)
        examen.controles += len(morceau.translate(None, IMPRIMABLES))
        texte = decodeur.decode(morceau)
        if not texte.isascii():
            examen.hors_ascii += len(HORS_ASCII.findall(texte))
            examen.invalides += len(ECHAPPES.findall(texte))
            examen.octets.update(morceau.translate(None, ASCII))
    examen.invalides += len(decodeur.decode(b"", final=True))
    examen.empreinte = sha256.hexdigest()
    return examen


def reparer(texte: str) -> str:
    """Give their Windows meaning to the bytes that are not UTF-8, decoded with `surrogateescape`."""
    return texte if texte.isascii() else texte.translate(OCTETS_ECHAPPES)
