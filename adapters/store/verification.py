"""Does the store hold what was recorded? Its chain, its journal, its versions and its guards, read as they are stored.

Each check says what it finds and goes on; the first anomaly is the place to look. A chain alone proves nothing against
who wrote it all again: an anchor kept elsewhere does (docs/exploitation.md).
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from adapters.store.chaine import ORIGINE, LigneChainee, empreinte
from adapters.store.relecture import Maillon, RecuStocke, Relecture
from application.ports import Constat, GenreDeConstat
from kernel.textes import compte

_RETENUES = 100
"""What receipts have to say waits for the chain to tell what happened, up to that many."""
EN_TETE = 1_000
"""Last journal rows whose facts `etat` reads again."""
_AVANT_TOUT = -(2**63)
"""No fact is stored before position 1; one that was put there must be seen."""
_SANS_RECU_GARDES = 10_000
"""Facts that may wait for their journal row: far more than one command writes."""


@dataclass
class Chaine:
    """Computes the digests again, fact by fact."""

    contigu: bool
    precedente: Maillon
    lus: int = 0
    bonne: bytes = b""
    suspects: list[LigneChainee] = field(default_factory=list)
    """Facts that do not hold, of which the next one that does says what happened; the first and the last are enough."""

    def __post_init__(self) -> None:
        self.bonne = self.precedente.empreinte

    def voir(self, ligne: LigneChainee) -> Iterator[Constat]:
        """Take the next fact, in the order of positions."""
        self.lus += 1
        position, digest = ligne[0], ligne[6]
        avant, trou = self.precedente, position > self.precedente.position + 1
        self.precedente = Maillon(position, digest if isinstance(digest, bytes) else b"")
        if tient(avant.empreinte, ligne):
            if self.suspects:
                yield self._juger("fait_ajoute" if avant.empreinte == self.bonne else "fait_change")
            if trou and self.contigu:
                yield _manquants(avant.position, position)
            self.bonne = self.precedente.empreinte
        elif self.suspects and tient(self.bonne, ligne):
            yield self._juger("fait_ajoute")
            self.bonne = self.precedente.empreinte
        elif trou and not self.suspects:
            yield _manquants(avant.position, position, f" Sinon, le fait {designer(ligne)} a changé.")
            self.bonne = self.precedente.empreinte
        else:
            self.suspects = [*self.suspects[:1], ligne]

    def finir(self) -> Iterator[Constat]:
        """Say what the last facts left open."""
        if self.suspects:
            yield self._juger("fait_change")

    def _juger(self, genre: GenreDeConstat) -> Constat:
        premier, dernier = self.suspects[0], self.suspects[-1]
        self.suspects = []
        quoi = "a été ajouté après coup" if genre == "fait_ajoute" else "n’est plus ce qui a été enregistré là"
        suite = "" if premier is dernier else f", ou l’un des suivants jusqu’à la position {dernier[0]}"
        return Constat(genre, f"Le fait {designer(premier)} {quoi}{suite}.", **_lieu(premier), jusqu_a=dernier[0])


def tient(precedente: bytes, ligne: LigneChainee) -> bool:
    """Tell whether the digest of a fact is that of its bytes, its place and the digest before it."""
    try:
        return empreinte(precedente, *ligne[:6]) == ligne[6]
    except (TypeError, ValueError):  # a column holds what no fact has ever put there
        return False


def designer(ligne: LigneChainee) -> str:
    """Return which fact it is, for people."""
    return f"de la position {ligne[0]} (agrégat {ligne[1]}, version {ligne[2]}, {ligne[3]})"


def _lieu(ligne: LigneChainee) -> dict[str, object]:
    return {"position": ligne[0], "agregat": ligne[1], "version": ligne[2], "fait": ligne[3]}


def _manquants(avant: int, apres: int, sinon: str = "") -> Constat:
    phrase = f"Il manque au moins un fait entre ceux des positions {avant} et {apres}.{sinon}"
    return Constat("fait_manquant", phrase, position=avant + 1, jusqu_a=apres - 1)


@dataclass
class Journal:
    """Lays the journal rows beside the facts: each fact is of one receipt, each receipt has its facts."""

    recus: Iterator[RecuStocke]
    tete: int
    dernier_rang: int
    """Rank of the last row when the head was read: what was written since has facts that are not read."""
    rang: int | None = None
    """Rank of the last row read, where the next one lawfully follows it."""
    manquants: int = 0
    recu: RecuStocke | None = None
    libres: deque[LigneChainee] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.suivant()

    def voir(self, ligne: LigneChainee) -> Iterator[Constat]:
        """Take the next fact, in the order of positions."""
        self.libres.append(ligne)
        while self.recu is not None and (self.recu.position < ligne[0] or self._au_dela(self.recu)):
            yield _sans_fait(self.recu)
            self.suivant()
        if self.recu is not None and self.recu.position == ligne[0]:
            yield from self._apparier(self.recu)
            self.suivant()
        while len(self.libres) > _SANS_RECU_GARDES:
            yield _sans_recu(self.libres.popleft())

    def finir(self) -> Iterator[Constat]:
        """Say which facts have no receipt, and which receipts have no facts."""
        yield from map(_sans_recu, self.libres)
        while self.recu is not None and self.recu.rang <= self.dernier_rang:
            yield _sans_fait(self.recu)
            self.suivant()
        if self.manquants:
            phrase = f"Il manque {compte(self.manquants, 'reçu')} au journal."
            yield Constat("recu_manquant", phrase, nombre=self.manquants)

    def _au_dela(self, recu: RecuStocke) -> bool:
        return recu.position > self.tete and recu.rang <= self.dernier_rang

    def suivant(self) -> RecuStocke | None:
        """Go to the next row that wrote facts, and return it: a silent repeat has a receipt and no fact."""
        self.recu = None
        for recu in self.recus:
            if self.rang is not None:
                self.manquants += recu.rang - self.rang - 1
                self.rang = recu.rang
            if recu.topics:
                self.recu = recu
                break
        return self.recu

    def _apparier(self, recu: RecuStocke) -> Iterator[Constat]:
        nombre = min(len(recu.topics), len(self.libres))
        siens = [self.libres.pop() for _ in range(nombre)][::-1]
        yield from map(_sans_recu, self.libres)
        self.libres.clear()
        ecrits = [(ligne[1], ligne[2], ligne[3], ligne[5]) for ligne in siens]
        premiere = recu.version - len(recu.topics) + 1
        dits = [(recu.agregat, premiere + i, topic, recu.enregistre_le) for i, topic in enumerate(recu.topics)]
        if ecrits != dits:
            yield _sans_fait(recu)


def _suivre(page: Sequence[LigneChainee], rang: int, chaine: Chaine, journal: Journal) -> int:
    """Take the facts of a page, from a rank on, that hold and are alone in their receipt: nearly all, and a million.

    Return the rank of the first one that must be looked at.
    """
    if chaine.suspects or journal.libres:
        return rang
    (derniere, digest), recu, premier = chaine.precedente, journal.recu, rang
    for ligne in islice(page, rang, None):
        position, agregat, version, topic, _, le, dit = ligne
        if position != derniere + 1 or recu is None or recu[1:] != (agregat, version, (topic,), position, le):
            break
        if not tient(digest, ligne):
            break
        derniere, digest, recu = position, dit or b"", journal.suivant()
        rang += 1
    chaine.lus += rang - premier
    chaine.precedente, chaine.bonne = Maillon(derniere, digest), digest
    return rang


def _sans_recu(ligne: LigneChainee) -> Constat:
    phrase = f"Le fait {designer(ligne)} n’a pas de reçu au journal : aucune commande ne l’a écrit."
    return Constat("fait_sans_recu", phrase, **_lieu(ligne))


def _sans_fait(recu: RecuStocke) -> Constat:
    return Constat(
        "recu_sans_fait",
        f"Le reçu de rang {recu.rang} dit {compte(len(recu.topics), 'fait')} jusqu’à la position {recu.position} "
        f"(agrégat {recu.agregat}, version {recu.version}) : ce ne sont pas ceux de la base.",
        rang=recu.rang,
        position=recu.position,
        agregat=recu.agregat,
        version=recu.version,
    )


class Verification:
    """One reading of a store, up to the head it had when it began."""

    def __init__(self, relecture: Relecture, *, depuis: int = 0) -> None:
        self._relecture, self._rang = relecture, relecture.dernier_rang()
        self.tete = relecture.maillon()
        self._chaine = self._depuis(depuis)
        self.sans_index = False
        """An index by which streams are read is damaged: what is asked of them can be told of nobody."""

    @property
    def lus(self) -> int:
        """Return how many facts were read again."""
        return self._chaine.lus

    def tout(self) -> Iterator[Constat]:
        """Yield what does not hold: guards, chain and journal, versions, last position."""
        yield from self._gardes()
        yield from self._faits(apres_rang=0)
        yield from self._index()
        if not self.sans_index:
            yield from self._versions()
        yield from self._fin()

    def en_tete(self) -> Iterator[Constat]:
        """Yield the same of what is cheap to read: guards, counts, and the facts of the last commands."""
        yield from self._gardes()
        rang = max(self._rang - EN_TETE, 0)
        self._chaine = self._depuis(self._relecture.position_du_recu(rang))
        yield from self._faits(apres_rang=rang)
        yield from self._index()
        yield from self._fin()
        if not self.sans_index:
            yield from self._nombre()

    def ancre(self, ancre: Maillon) -> Iterator[Constat]:
        """Yield what says that the store was written again since an anchor was taken."""
        if self._relecture.maillon(ancre.position) != ancre:
            phrase = (
                f"À la position {ancre.position}, la base n’est plus celle que dit l’ancre : elle a été réécrite, "
                "ou une copie plus ancienne a été remise."
            )
            yield Constat("ancre_differente", phrase, position=ancre.position, empreinte=ancre.empreinte.hex())

    def _depuis(self, position: int) -> Chaine:
        """Return the chain as it stands at a position; everything is to be read when there is none."""
        relecture = self._relecture
        depart = relecture.maillon(min(position, self.tete.position)) if position > 0 else Maillon(0, ORIGINE)
        return Chaine(relecture.contigu, depart)

    def _gardes(self) -> Iterator[Constat]:
        for nom in self._relecture.gardes_manquantes():
            phrase = f"La base ne se défend plus : « {nom} » manque, ou n’est plus ce que migrer avait mis."
            yield Constat("garde_absente", phrase, garde=nom)

    def _index(self) -> Iterator[Constat]:
        """Yield the damaged indexes; facts and receipts are read without them."""
        for nom in self._relecture.index_abimes():
            des_faits = "journal" not in nom
            self.sans_index |= des_faits
            suite = " : ce que les éléments disent les uns des autres n’est pas relu" if des_faits else ""
            yield Constat("index_abime", f"L’index « {nom} » a une page abîmée{suite}.", index=nom)

    def _faits(self, apres_rang: int) -> Iterator[Constat]:
        """Yield the facts and receipts that do not hold, from where the chain stands to the head."""
        chaine, depuis = self._chaine, self._chaine.precedente.position
        recus = self._relecture.recus(apres_rang)
        if depuis:
            recus = (recu for recu in recus if recu.position > depuis)
        # elsewhere a refused write took a rank; and where the first receipts are left out, none says which comes first
        journal = Journal(recus, self.tete.position, self._rang, 0 if self._relecture.contigu and not depuis else None)
        retenues: list[Constat] = []
        for page in self._relecture.pages(depuis or _AVANT_TOUT, self.tete.position):
            suivant = 0
            while (suivant := _suivre(page, suivant, chaine, journal)) < len(page):
                yield from chaine.voir(page[suivant])
                retenues.extend(journal.voir(page[suivant]))
                suivant += 1
                if retenues and (not chaine.suspects or len(retenues) > _RETENUES):
                    yield from retenues  # the fact that changed is said before the receipt that no longer fits it
                    retenues.clear()
        yield from chaine.finir()
        yield from (*retenues, *journal.finir())

    def _versions(self) -> Iterator[Constat]:
        for agregat, premiere, derniere, nombre in self._relecture.flux():
            if (premiere, derniere) != (1, nombre):
                phrase = (
                    f"L’agrégat {agregat} a {compte(nombre, 'fait')} de la version {premiere} à la version {derniere} : "
                    "il en manque."
                )
                yield Constat("version_manquante", phrase, agregat=agregat, version=derniere, nombre=nombre)

    def _fin(self) -> Iterator[Constat]:
        """Yield what says that facts were taken away after the last one."""
        donnee = self._relecture.derniere_donnee()
        if donnee > (derniere := self._relecture.maillon().position):
            phrase = f"La base a donné la position {donnee} ; son dernier fait est à la position {derniere}."
            yield Constat("fait_manquant", phrase, position=derniere + 1, jusqu_a=donnee)

    def _nombre(self) -> Iterator[Constat]:
        """Yield what says that facts were taken away anywhere, where positions tell."""
        if not self._relecture.contigu:
            return
        nombre, tete = self._relecture.compter(), self.tete.position
        if nombre < tete or nombre > (tete := self._relecture.maillon().position):
            phrase = f"La base a {compte(nombre, 'fait')} et sa dernière position est {tete}."
            yield Constat("fait_manquant" if nombre < tete else "fait_ajoute", phrase, nombre=nombre)
