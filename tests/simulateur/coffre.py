"""The coffre, the files and the documents, in memory: what they keep is never asked for here."""

import json
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from application.ports import Outils
from kernel.instants import Instant


class CoffreMemoire:
    """Implements `application.ports.Coffre`, without encryption nor key."""

    def __init__(self) -> None:
        self.textes_gardes: dict[UUID, str] = {}
        self.sujets: dict[UUID, UUID] = {}

    def copier(self) -> "CoffreMemoire":
        """Return an independent copy."""
        copie = CoffreMemoire()
        copie.textes_gardes, copie.sujets = dict(self.textes_gardes), dict(self.sujets)
        return copie

    def ranger(self, texte_id: UUID, sujet: UUID, texte: str) -> None:
        """Keep a text; what a refused command kept is left there: nothing looks for it."""
        self.textes_gardes.setdefault(texte_id, texte)
        self.sujets.setdefault(texte_id, sujet)

    def lire(self, texte_id: UUID) -> str | None:
        return self.textes_gardes.get(texte_id)

    def sujet(self, texte_id: UUID) -> UUID | None:
        return self.sujets.get(texte_id)

    def empreinte(self, valeur: str) -> str:
        return sha256(valeur.encode()).hexdigest()

    def detruire_cle(self, sujet: UUID) -> bool:
        return False

    def lisibles(self, sujets: Collection[UUID]) -> set[UUID]:
        return set()

    def textes(self) -> Collection[UUID]:
        return self.textes_gardes

    def purger(self, textes: Collection[UUID], connu_s: int) -> int:
        return 0

    def cle_du_site(self, sujet: UUID, *, nouvelle: bool) -> bytes:
        return sujet.bytes * 2


class FichiersMemoire:
    """Implements `application.ports.Fichiers`."""

    def __init__(self) -> None:
        self.contenus: dict[tuple[UUID, str], bytes] = {}

    def ranger(self, sujet: UUID, contenu: bytes) -> None:
        self.contenus[sujet, sha256(contenu).hexdigest()] = contenu

    def lire(self, sujet: UUID, empreinte: str) -> bytes:
        return self.contenus[sujet, empreinte]

    def lire_par_blocs(self, sujet: UUID, empreinte: str) -> Iterator[bytes]:
        yield self.contenus.get((sujet, empreinte), b"")  # a store is copied without its files

    def chiffrer_les_anciennes(self, nommees: Mapping[str, Collection[UUID]]) -> int:
        return 0

    def purger(self, nommees: Mapping[str, Collection[UUID]], connu_ns: int) -> int:
        return 0

    def noter_oubli(self, sujet: UUID) -> None:
        raise NotImplementedError("no history forgets anybody")

    def oublies(self) -> set[UUID]:
        return set()


class EditeurMemoire:
    """Implements `application.ports.Editeur` without a typesetter: the data are the document."""

    def outils(self, modele: str) -> Outils:
        return Outils(modele=modele, typst="0", polices="aucune")

    def composer(self, modele: str, donnees: Mapping[str, Any], le: Instant, *, projet: bool = False) -> bytes:
        return json.dumps([modele, donnees, le.isoformat(), projet], ensure_ascii=False).encode()
