"""What is awaited, as the API says it, and how a field is described: documents and receipts both rest on it.

Docstrings are shown to people, hence French.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

Centimes = int


def champ(description: str) -> Any:
    return Field(description=description)


class GesteDAttente(BaseModel):
    """Un geste que l’état accepte."""

    geste: str = champ("par exemple « dossier viser »")
    ref: str | None = champ("sur quoi il se fait ; null : il le crée")
    reversible: bool


class RappelPrevu(BaseModel):
    """Un rappel avant l’échéance."""

    instant: datetime
    rang: int


class Suspension(BaseModel):
    """Des jours où le délai ne court pas."""

    du: date
    au: date


class RenvoiVers(BaseModel):
    """Où le geste se fait, s’il se fait ailleurs."""

    agregat: str
    id: UUID


class AttenteLue(BaseModel):
    """Ce qui est attendu : de qui, depuis quand, jusqu’à quand, et ce que le moteur fera alors."""

    code: str
    objet: str
    ouverte_par: int = champ("version du fait qui l’a ouverte")
    de: str = champ("rôle attendu ; SYSTEME : le moteur")
    depuis: datetime
    echeance: datetime | None
    rappels: list[RappelPrevu]
    automatisme: str | None = champ("ce que le moteur enregistre à l’échéance ; jamais une décision défavorable")
    gestes: list[GesteDAttente]
    renvoie_a: RenvoiVers | None
    nature: str = champ("loi, reglement ou usage")
    fondement: str
    suspensions: list[Suspension]
    retard_jours: int
    pas_avant: date | None = champ("jour avant lequel ses gestes ne se font pas ; null : dès maintenant")
