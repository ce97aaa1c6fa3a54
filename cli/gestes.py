"""One command per geste, made from its command class: fields become options, the file fields are read here."""

import inspect
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from application.commandes import Piece, Recu
from application.geste import Geste, Position, RempliPar
from application.services import Services
from cli.commun import Base, Json, demande, lire_piece, reglages, services
from cli.consequences import laisser_agir_le_moteur
from cli.sortie import imprimer, refus_dits


def commande(geste: Geste) -> Any:
    """Return the command of a geste."""

    def agir(
        *,
        acteur: str | None,
        le: str | None,
        commande_id: str | None,
        version: int | None,
        json: bool,
        base: str | None,
        **valeurs: Any,
    ) -> None:
        from structlog.contextvars import bound_contextvars

        with refus_dits(en_json=json), services(base) as ouverts:
            enveloppe = demande(acteur or reglages(base).acteur, le, commande_id, version)
            depuis = ouverts.store.enregistreur.derniere_position()
            with bound_contextvars(commande_id=str(enveloppe.commande_id)):
                recu = geste.recevoir(_lire_fichiers(geste, valeurs, ouverts), enveloppe, ouverts)
            with bound_contextvars(cause=str(enveloppe.commande_id)):
                laisser_agir_le_moteur(ouverts, depuis)
            imprimer(recu.en_json(), en_json=json, humain=_phrase(recu))

    parametres = _parametres(geste)
    parametres.sort(key=lambda p: p.kind is inspect.Parameter.KEYWORD_ONLY)
    communs = [
        _option(
            "acteur",
            str | None,
            typer.Option("--acteur", help="agent au nom de qui la commande est faite (DILIGENCE_ACTEUR)"),
        ),
        _option("le", str | None, typer.Option("--le", help="date ou instant où c’est vrai ; par défaut maintenant")),
        _option("commande_id", str | None, typer.Option("--commande-id", help="UUID ; le même redonne le même reçu")),
        _option("version", int | None, typer.Option("--version", help="version affichée : refusé si elle a bougé")),
        inspect.Parameter("json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json),
        inspect.Parameter("base", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Base),
    ]
    agir.__signature__ = inspect.Signature(parametres + communs)  # type: ignore[attr-defined]
    agir.__annotations__ = {p.name: p.annotation for p in parametres + communs}
    return agir


def _option(nom: str, genre: Any, option: Any) -> inspect.Parameter:
    return inspect.Parameter(nom, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[genre, option])


def _parametres(geste: Geste) -> list[inspect.Parameter]:
    """Return what the command line asks for: the file that fills every field, or each field."""
    if (document := geste.document) is not None:
        return [_argument(document.champ, document.libelle, Path, "")]
    return [_parametre(nom, champ) for nom, champ in geste.commande.model_fields.items()]


def _argument(nom: str, libelle: str, genre: Any, aide: str) -> inspect.Parameter:
    annotation = Annotated[genre, typer.Argument(metavar=libelle, help=aide)]
    return inspect.Parameter(nom, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)


def _parametre(nom: str, champ: FieldInfo) -> inspect.Parameter:
    """Everything is text here: the command class is the one reader of values."""
    genre: Any = Path if _est_fichier(champ) else str
    position = next((m for m in champ.metadata if isinstance(m, Position)), None)
    if position is not None:
        return _argument(nom, position.libelle, genre, champ.description or "")
    option = typer.Option(f"--{nom.replace('_', '-')}", help=champ.description or "")
    if champ.is_required():
        return inspect.Parameter(nom, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[genre, option])
    return _option(nom, genre | None, option)


def _est_fichier(champ: FieldInfo) -> bool:
    if any(isinstance(m, RempliPar) for m in champ.metadata):
        return True
    genre = champ.annotation
    genres = get_args(genre) if get_origin(genre) in {Union, UnionType} else (genre,)
    return any(g is Piece or Piece in get_args(g) for g in genres)


def _lire_fichiers(geste: Geste, valeurs: dict[str, Any], services: Services) -> dict[str, Any]:
    donnees: dict[str, Any] = {}
    for nom, valeur in valeurs.items():
        if valeur is None:
            continue
        if not isinstance(valeur, Path):
            donnees[nom] = valeur
            continue
        piece = lire_piece(valeur, services.taille_max_fichier)
        donnees[nom] = piece
        if geste.document is not None:
            joints = geste.document.joints(piece)
            donnees["jointes"] = {
                joint: lire_piece(valeur.parent / joint, services.taille_max_fichier) for joint in joints
            }
    return donnees


def _phrase(recu: Recu) -> str:
    if recu.deja_fait:
        return f"{recu.ref} : déjà fait (version {recu.version})."
    faits = ", ".join(recu.faits) or "rien de nouveau"
    return f"{recu.ref} : {faits} (version {recu.version}, position {recu.position})."
