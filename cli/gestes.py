"""One command per geste, made from its command class: fields become options, the file fields are read here."""

import inspect
from functools import partial
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

import typer
from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from application.commandes import FichierRecu, Recu
from application.consultations.recus import dire_le_recu
from application.declaration import Geste, Position, RempliPar
from application.services import Services
from cli import fiches
from cli.commun import Acteur, Base, CommandeId, Json, Le, Version, lire_appel, lire_fichier, services
from cli.consequences import laisser_agir_le_moteur
from cli.sortie import Usage, imprimer, refus_dits
from kernel.montants import lire_montant
from kernel.refus import SaisieInvalide

CENTIMES: Final = "_centimes"


def commande(geste: Geste) -> Any:
    """Return the command of a geste."""

    def agir(
        *,
        acteur: Acteur = None,
        le: Le = None,
        commande_id: CommandeId = None,
        version: Version = None,
        json: Json = False,
        base: Base = None,
        **valeurs: Any,
    ) -> None:
        from structlog.contextvars import bound_contextvars

        with refus_dits(en_json=json), services(base) as ouverts:
            lues = _lire_les_rangs(geste, _lire_les_euros(geste, valeurs))
            appel = lire_appel(base, acteur, le, commande_id, version)
            depuis = ouverts.store.enregistreur.derniere_position()
            with bound_contextvars(commande_id=str(appel.commande_id)):
                recu = geste.recevoir(_lire_fichiers(geste, lues, ouverts), appel, ouverts)
            with bound_contextvars(cause=str(appel.commande_id)):
                laisser_agir_le_moteur(ouverts, depuis)
            imprimer(recu.en_json(), en_json=json, humain="" if json else _recu_dit(recu, ouverts))

    *communs, _ = inspect.signature(agir).parameters.values()
    parametres = [*_parametres(geste), *communs]
    agir.__signature__ = inspect.Signature(parametres)  # type: ignore[attr-defined]
    agir.__annotations__ = {p.name: p.annotation for p in parametres}
    return agir


def _parametres(geste: Geste) -> list[inspect.Parameter]:
    """Return what the command line asks for: the file that fills every field, or each field."""
    if (document := geste.document) is not None:
        return [_argument(document.champ, document.libelle, Path, "")]
    return [p for nom, champ in geste.commande.model_fields.items() for p in _parametres_du_champ(nom, champ)]


def _parametres_du_champ(nom: str, champ: FieldInfo) -> list[inspect.Parameter]:
    """Everything is text here: the command class is the one reader of values.

    An amount is typed in euros by people, given in cents by programs: two options, of which one is needed.
    """
    genre, aide = Path if _est_fichier(champ) else str, champ.description or ""
    if (euros := _en_euros(nom)) is not None:
        aide = (aide or champ.title or "").replace(", en centimes", "")
        return [
            _option(euros, str, f"{aide}, en euros : 7112,00", facultative=True),
            _option(nom, str, f"{aide}, en centimes : 711200", facultative=True),
        ]
    position = next((m for m in champ.metadata if isinstance(m, Position)), None)
    if position is not None:
        return [_argument(nom, position.libelle, genre, aide)]
    if (rang := modele_d_un_rang(champ)) is not None:
        return [_option(un, list[str], c.description or "", facultative=False) for un, c in rang.model_fields.items()]
    return [_option(nom, genre, aide, facultative=not champ.is_required())]


def _argument(nom: str, libelle: str, genre: Any, aide: str) -> inspect.Parameter:
    annotation = Annotated[genre, typer.Argument(metavar=libelle, help=aide)]
    return inspect.Parameter(nom, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)


def _option(nom: str, genre: Any, aide: str, *, facultative: bool) -> inspect.Parameter:
    attendu: Any = genre | None if facultative else genre
    defaut = None if facultative else inspect.Parameter.empty
    annotation = Annotated[attendu, typer.Option(_ecrite(nom), help=aide)]
    return inspect.Parameter(nom, inspect.Parameter.KEYWORD_ONLY, default=defaut, annotation=annotation)


def _ecrite(nom: str) -> str:
    """Return an option as it is typed."""
    return f"--{nom.replace('_', '-')}"


def modele_d_un_rang(champ: FieldInfo) -> type[BaseModel] | None:
    """Return what each row of a list holds, whose options are given once a row; None for what is no list of rows.

    A list that has a way to be typed, or a file of its own, keeps it.
    """
    if get_origin(champ.annotation) is not tuple or any(
        isinstance(m, BeforeValidator | RempliPar) for m in champ.metadata
    ):
        return None
    element = get_args(champ.annotation)[0]
    return element if isinstance(element, type) and issubclass(element, BaseModel) else None


def _lire_les_rangs(geste: Geste, valeurs: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the options given several times put together, row by row; refuse an option given less often."""
    lues = dict(valeurs)
    for nom, champ in geste.commande.model_fields.items() if geste.document is None else ():
        if (rang := modele_d_un_rang(champ)) is None:
            continue
        colonnes = {un: lues.pop(un) for un in rang.model_fields}
        if len({len(colonne) for colonne in colonnes.values()}) > 1:
            raise Usage(f"{' '.join(map(_ecrite, colonnes))} vont ensemble : chacune autant de fois que les autres.")
        lues[nom] = [dict(zip(colonnes, cellules, strict=True)) for cellules in zip(*colonnes.values(), strict=True)]
    return lues


def _est_fichier(champ: FieldInfo) -> bool:
    if any(isinstance(m, RempliPar) for m in champ.metadata):
        return True
    genre = champ.annotation
    genres = get_args(genre) if get_origin(genre) in {Union, UnionType} else (genre,)
    return any(g is FichierRecu or FichierRecu in get_args(g) for g in genres)


def _lire_fichiers(geste: Geste, valeurs: dict[str, Any], services: Services) -> dict[str, Any]:
    donnees: dict[str, Any] = {}
    lire = partial(lire_fichier, echanges=services.echanges, taille_max=services.taille_max_fichier)
    for nom, valeur in valeurs.items():
        if valeur is None:
            continue
        if not isinstance(valeur, Path):
            donnees[nom] = valeur
            continue
        fichier = lire(valeur)
        donnees[nom] = fichier
        if geste.document is not None:
            joints = geste.document.joints(fichier)
            donnees["jointes"] = {joint: lire(Path(joint), depot=valeur) for joint in joints}
    return donnees


def _recu_dit(recu: Recu, services: Services) -> str:
    """Return in French what was done, and what is awaited now."""
    dit = dire_le_recu(services, recu)
    return fiches.recu(
        recu.ref,
        dit.phrases,
        dit.attentes,
        deja_fait=recu.deja_fait,
        non_votes=dit.non_votes,
        libelles=dit.libelles,
    )


def _en_euros(nom: str) -> str | None:
    """Return the name under which people type an amount in euros, None for what is no amount."""
    return nom.removesuffix(CENTIMES) if nom.endswith(CENTIMES) else None


def _lire_les_euros(geste: Geste, valeurs: dict[str, Any]) -> dict[str, Any]:
    """Return the values with amounts in cents, or refuse: one of the two writings, and the required ones there."""
    lues = dict(valeurs)
    for nom, champ in geste.commande.model_fields.items() if geste.document is None else ():
        euros = _en_euros(nom)
        if euros is None:
            continue
        option, en_centimes = _ecrite(euros), _ecrite(nom)
        tape = lues.pop(euros)
        if tape is not None and lues[nom] is not None:
            raise SaisieInvalide(f"{option} et {en_centimes} disent le même montant : un seul des deux.", option=option)
        if tape is not None:
            lues[nom] = str(lire_montant(tape, signe=True))
        if lues[nom] is None and champ.is_required():
            raise Usage(f"Il manque {option} (ou {en_centimes}).")
    return lues
