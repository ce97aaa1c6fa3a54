"""A list that grows with its aggregate, shown fifty rows at a time; and where each of its rows is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query, Request

from application import mots
from web.portes import POSITION_MAX

PAR_PAGE: Final = 50
Rang = Annotated[int, Query(ge=1, le=POSITION_MAX)]
"""The rank of a row, from 1: the rows around it are shown."""
PASSAGERS: Final = ("recu", "format")
"""What of an address is of one view only."""
Lieu = Callable[[str], str]


@dataclass(frozen=True)
class Pan:
    """The rows of one page of a list; `adresse` is its address, up to the rank of a row."""

    lignes: Sequence[Any]
    premier: int
    total: int
    adresse: str

    @property
    def avant(self) -> int:
        """Return the rank where the page before begins, 0 for none."""
        return max(self.premier - PAR_PAGE, 0)

    @property
    def apres(self) -> int:
        """Return the rank where the page after begins, 0 for none."""
        suivant = self.premier + PAR_PAGE
        return suivant if suivant <= self.total else 0


def trancher(
    request: Request, nom: str, toutes: Sequence[Any], rang: int, dire: Callable[[Any], Any] | None = None
) -> Pan:
    """Return the page of a list where a rank is, its rows said by `dire`; `nom` is what the address calls the rank."""
    premier = debut(min(rang, max(len(toutes), 1)))
    lignes = toutes[premier - 1 : premier - 1 + PAR_PAGE]
    gardes = [(cle, dit) for cle, dit in request.query_params.multi_items() if cle not in {nom, *PASSAGERS}]
    adresse = f"{request.url.path}?{urlencode([*gardes, (nom, '')])}"
    return Pan([dire(ligne) for ligne in lignes] if dire else lignes, premier, len(toutes), adresse)


def legende(pan: Pan, un: str) -> str:
    """Return how many rows there are, or which of them are shown: "Lignes 51 à 100 sur 589"."""
    if not (pan.avant or pan.apres):
        return mots.compte(pan.total, un)
    bornes = (pan.premier, pan.premier + len(pan.lignes) - 1)
    premier, dernier, total = map(mots.nombre, (*bornes, pan.total))
    return f"{un.capitalize()}s {premier} à {dernier} sur {total}"


def debut(rang: int) -> int:
    """Return the rank where the page of a row begins."""
    return (rang - 1) // PAR_PAGE * PAR_PAGE + 1


def lieu(montrees: Sequence[str], toutes: Sequence[str], base: str, gardes: Mapping[str, str], nom: str) -> Lieu:
    """Return what tells where a row is read by its anchor: here when it is shown, else on its page of the whole list."""
    ici, rangs = set(montrees), {ancre: rang for rang, ancre in enumerate(toutes, 1)}

    def ou(ancre: str) -> str:
        if ancre in ici:
            return f"#{ancre}"
        page = debut(rangs.get(ancre, 1))
        ailleurs = {cle: dit for cle, dit in gardes.items() if dit} | ({nom: str(page)} if page > 1 else {})
        return f"{base}{'?' if ailleurs else ''}{urlencode(ailleurs)}#{ancre}"

    return ou
