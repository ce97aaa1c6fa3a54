"""`diligence verifier`: is the store what was recorded, and does it hold together?"""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.commun import Base, Json, lire_fichier, services
from cli.sortie import ANOMALIE, Sortie, imprimer, refus_dits
from kernel.refus import SaisieInvalide
from kernel.textes import compte

if TYPE_CHECKING:
    from application.ports import Constat
    from application.services import Services

MONTREES: Final = 100
"""Anomalies that are told one by one; the others are counted."""


def verifier(
    depuis: Annotated[
        int,
        typer.Option("--depuis", min=0, metavar="POSITION", help="relire la chaîne à partir de là ; tout par défaut"),
    ] = 0,
    ancre: Annotated[
        str | None,
        typer.Option(
            "--ancre", metavar="POSITION:EMPREINTE|FICHIER", help="une tête notée plus tôt, et gardée ailleurs"
        ),
    ] = None,
    noter_ancre: Annotated[
        Path | None,
        typer.Option("--noter-ancre", metavar="FICHIER", help="y écrire la tête, quand tout tient"),
    ] = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Read the whole store again; exit 4 when something does not hold, the first fact that does not being named."""
    from bootstrap.cablage import ANCRE

    with refus_dits(en_json=json), services(base) as ouverts:
        document = relire_tout(ouverts, depuis, None if ancre is None else _texte_de_l_ancre(ancre, ouverts))
        tete = document["tete"]
        if noter_ancre is not None and not document["anomalies"]:
            with ouverts.echanges.ecrire(noter_ancre, ANCRE) as flux:
                flux.write(f"{tete['position']}:{tete['empreinte']}\n")
        imprimer(document, en_json=json, humain=_en_phrases(document))
    if document["anomalies"]:
        raise Sortie(ANOMALIE)


def _texte_de_l_ancre(ancre: str, ouverts: "Services") -> str:
    """Return an anchor as it was given, or as its file says it."""
    chemin = Path(ancre)
    if not chemin.is_file():
        return ancre
    try:
        return lire_fichier(chemin, ouverts.echanges, ouverts.taille_max_fichier).contenu.decode("ascii")
    except UnicodeDecodeError:
        raise SaisieInvalide(f"Le fichier « {ancre} » n’est pas une ancre.", champ="ancre") from None


def relire_tout(ouverts: "Services", depuis: int = 0, ancre: str | None = None) -> dict[str, Any]:
    """Return the document of `verifier`."""
    from application.verification import Invariants
    from bootstrap.cablage import lire_ancre, verification_du_store

    verification = verification_du_store(ouverts, depuis=depuis)

    def invariants() -> "Iterator[Constat]":
        if not verification.sans_index:
            yield from Invariants(ouverts, verification.tete.position).constats()

    trouves: Iterator[Constat] = chain(
        verification.ancre(lire_ancre(ancre)) if ancre is not None else (),
        verification.tout(),
        invariants(),
    )
    montres = [constat.en_json() for constat in islice(trouves, MONTREES)]
    return {
        "lus": verification.lus,
        "tete": verification.tete.en_json(),
        "anomalies": montres,
        "non_montrees": sum(1 for _ in trouves),
    }


def _en_phrases(document: dict[str, Any]) -> str:
    tete, anomalies = document["tete"], document["anomalies"]
    lignes = [
        f"{compte(document['lus'], 'fait', 'relu')}.",
        f"Tête de la chaîne : {tete['position']}:{tete['empreinte']}",
        "Anomalies :" if anomalies else "Anomalies : aucune.",
        *(f"  {anomalie['phrase']}" for anomalie in anomalies),
    ]
    if document["non_montrees"]:
        lignes.append(f"  … et {compte(document['non_montrees'], 'autre')}.")
    return "\n".join(lignes)
