"""`diligence jeton`: what programs act and read with."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import TypeAdapter

from application import mots
from application.applications import JOURS, JOURS_MAX, creer_jeton, revoquer_jeton
from application.habilitations import exiger_role
from application.site import Jeton
from bootstrap.site import site
from cli.commun import Acteur, Base, Json, lire_appel, reglages, services
from cli.sortie import imprimer, refus_dits
from cli.tableau import Grille
from kernel.attentes import Role
from kernel.refus import SaisieInvalide
from kernel.textes import de


def creer(
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="agent qu’est l’application, avec ses propres rôles")],
    nom: Annotated[str, typer.Option("--nom", help="nom de l’application, pour la reconnaître dans la liste")],
    gestes: Annotated[
        str, typer.Option("--gestes", help="par exemple « dossier deposer,dossier recevoir-piece »")
    ] = "",
    lectures: Annotated[str, typer.Option("--lectures", help="par exemple « dossiers,file,evenements »")] = "",
    jours: Annotated[int, typer.Option("--jours", min=1, max=JOURS_MAX, help="combien de jours il vaut")] = JOURS,
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Give a token to an application; its secret is said this once."""
    with refus_dits(en_json=json), services(base) as ouverts, site(reglages(base), ouverts.coffre) as ouvert:
        secret, jeton = creer_jeton(
            ouverts,
            ouvert,
            lire_appel(base, acteur).acteur,
            agent=agent,
            nom=nom,
            gestes=_liste(gestes),
            lectures=_liste(lectures),
            jours=jours,
        )
        dit = f"Jeton {de(nom)}, jusqu’au {jeton.expire_le:%d/%m/%Y} ; il ne sera plus jamais affiché :\n{secret}"
        imprimer({**_document(jeton), "jeton": secret}, en_json=json, humain=dit)


def lister(acteur: Acteur = None, json: Json = False, base: Base = None) -> None:
    """List the tokens ever given; a secret is not among what is known of them."""
    with refus_dits(en_json=json), services(base) as ouverts, site(reglages(base), ouverts.coffre) as ouvert:
        qui = lire_appel(base, acteur).acteur
        exiger_role(ouverts.store, qui, (Role.ADMINISTRATEUR,), ouverts.maintenant(), "jeton lister")
        jetons = ouvert.jetons.tous()
        lignes = [
            [
                str(j.id),
                j.nom,
                j.agent,
                ", ".join((*j.gestes, *j.lectures)),
                *map(_jour, (j.expire_le, j.vu_le, j.revoque_le)),
            ]
            for j in jetons
        ]
        colonnes = ["identifiant", "application", "agent", "donné pour", "expire", "vu", "révoqué"]
        humain = Grille(mots.compte(len(jetons), "jeton"), colonnes, lignes)
        imprimer([_document(jeton) for jeton in jetons], en_json=json, humain=humain)


def revoquer(
    identifiant: Annotated[str, typer.Argument(metavar="ID", help="identifiant du jeton, que donne la liste")],
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """End a token at once."""
    with refus_dits(en_json=json), services(base) as ouverts, site(reglages(base), ouverts.coffre) as ouvert:
        try:
            lu = UUID(identifiant)
        except ValueError:
            raise SaisieInvalide(
                f"« {identifiant} » n’est pas l’identifiant d’un jeton.", champ="identifiant"
            ) from None
        jeton = revoquer_jeton(ouverts, ouvert, lire_appel(base, acteur).acteur, lu)
        imprimer(_document(jeton), en_json=json, humain=f"Le jeton {de(jeton.nom)} ne vaut plus rien.")


def _liste(texte: str) -> list[str]:
    return [partie.strip() for partie in texte.split(",") if partie.strip()]


def _jour(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant:%d/%m/%Y}"


def _document(jeton: Jeton) -> dict[str, Any]:
    document: dict[str, Any] = TypeAdapter(Jeton).dump_python(jeton, mode="json")
    return document
