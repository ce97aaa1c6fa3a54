"""What Démarche Numérique answers, read one request at a time: one that is wrong does not take the others with it."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from application.teleservice.distant import (
    ChampDistant,
    DossierDistant,
    DossierIllisible,
    DossierSupprime,
    FichierDistant,
)

_OUI_NON: Final = {"true": "oui", "false": "non"}


def _nom(dit: str) -> str:
    """Return a name without its path, whose signs the coffre will judge."""
    return re.split(r"[/\\]", dit)[-1].strip(" .")[:200] or "piece"


def _objet(valeur: Any) -> Any:
    return {} if valeur is None else valeur


class _Lu(BaseModel):
    """A part of an answer: what is asked, of its type; the rest is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


_Instant = Annotated[AwareDatetime, Field(strict=False)]
_Entier = Annotated[int, Field(strict=False, ge=0)]
"""BigInt is written as a text."""


class _Fichier(_Lu):
    filename: str
    url: str
    checksum: str
    octets: _Entier = Field(alias="byteSizeBigInt")
    cree_le: _Instant = Field(alias="createdAt")


class _Commune(_Lu):
    code: str | None = None


class _Rangee(_Lu):
    champs: Annotated[tuple["_Champ", ...], Field(strict=False)]


class _Champ(_Lu):
    nature: str = Field(alias="__typename")
    id: str = Field(alias="champDescriptorId")
    label: str
    texte: str | None = Field(default=None, alias="stringValue")
    date: str | None = None
    commune: _Commune | None = None
    values: tuple[Annotated[str, Field(strict=True)], ...] = Field(default=(), strict=False)
    files: Annotated[tuple[_Fichier, ...], Field(strict=False)] = ()
    rows: Annotated[tuple[_Rangee, ...], Field(strict=False)] = ()

    def lu(self) -> ChampDistant:
        """Return the answer; a date as the calendar writes it, a box as « oui » or « non »."""
        texte = (self.date or "" if self.nature in {"DateChamp", "DatetimeChamp"} else self.texte) or ""
        if self.nature in {"CheckboxChamp", "YesNoChamp"}:
            texte = _OUI_NON.get(texte, texte)
        code = self.commune.code if self.commune else None
        return ChampDistant(
            id=self.id,
            libelle=self.label,
            texte="" if self.nature in {"PieceJustificativeChamp", "RepetitionChamp"} else texte,
            codes=(code,) if code else self.values,
            fichiers=tuple(
                FichierDistant(_nom(f.filename), f.url, f.octets, f.checksum, f.cree_le) for f in self.files
            ),
            rangees=tuple(tuple(champ.lu() for champ in rangee.champs) for rangee in self.rows),
        )


class _Entreprise(_Lu):
    raison_sociale: str | None = Field(default=None, alias="raisonSociale")


class _Association(_Lu):
    rna: str | None = None
    titre: str | None = None


class _Demandeur(_Lu):
    siret: str | None = None
    entreprise: Annotated[_Entreprise, BeforeValidator(_objet)] = _Entreprise()
    association: Annotated[_Association, BeforeValidator(_objet)] = _Association()


class _Usager(_Lu):
    email: str | None = None


class _Message(_Lu):
    id: str


class _Dossier(_Lu):
    number: int
    state: str
    depose_le: _Instant = Field(alias="dateDepot")
    modifie_le: _Instant = Field(alias="dateDerniereModification")
    usager: Annotated[_Usager, BeforeValidator(_objet)] = _Usager()
    demandeur: Annotated[_Demandeur, BeforeValidator(_objet)] = _Demandeur()
    champs: Annotated[tuple[_Champ, ...], Field(strict=False)]
    messages: Annotated[tuple[_Message, ...], Field(strict=False)] = ()


class _Suppression(_Lu):
    number: int
    le: _Instant = Field(alias="dateSupression")
    reason: str


def lire_dossier(lu: Any) -> DossierDistant | DossierIllisible:
    """Return a request, or that it cannot be read and why."""
    if lu is None:
        return DossierIllisible(None, "Démarche Numérique n’a pas su lire ce dossier")
    try:
        dossier = _Dossier.model_validate(lu)
    except (ValidationError, RecursionError) as erreur:
        numero = lu.get("number") if isinstance(lu, dict) else None
        ou = ".".join(map(str, erreur.errors()[0]["loc"])) if isinstance(erreur, ValidationError) else "(profondeur)"
        connu = numero if isinstance(numero, int) and not isinstance(numero, bool) else None
        return DossierIllisible(connu, f"la réponse de Démarche Numérique ne se lit pas : {ou}")
    qui = dossier.demandeur
    return DossierDistant(
        numero=dossier.number,
        etat=dossier.state,
        depose_le=dossier.depose_le,
        modifie_le=dossier.modifie_le,
        siret=qui.siret or None,
        rna=qui.association.rna or None,
        denomination=qui.entreprise.raison_sociale or qui.association.titre or None,
        courriel=dossier.usager.email or None,
        champs=tuple(champ.lu() for champ in dossier.champs),
        messages=len(dossier.messages),
    )


def lire_suppressions(noeuds: Sequence[Any]) -> Iterator[DossierSupprime | DossierIllisible]:
    """Yield the deletions of a page."""
    for noeud in noeuds:
        try:
            lue = _Suppression.model_validate(noeud)
        except ValidationError:
            yield DossierIllisible(None, "une suppression ne se lit pas")
        else:
            yield DossierSupprime(lue.number, lue.le, lue.reason)
