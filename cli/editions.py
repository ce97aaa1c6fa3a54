"""`diligence edition`: a document composed again from its recipe, and what one would be."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commun import Base, Json, services
from cli.sortie import imprimer, refus_dits

Vers = Annotated[Path | None, typer.Option("--vers", metavar="FICHIER.pdf", help="où écrire le document")]


def refaire(
    edition: Annotated[str, typer.Argument(metavar="ID", help="identifiant du document")],
    vers: Vers = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Compose a document again, and say whether its bytes are the same."""
    with refus_dits(en_json=json), services(base) as ouverts:
        from application import editions

        faite = editions.refaire(ouverts, edition)
        if vers is not None:
            ouverts.echanges.ecrire_octets(vers, faite.contenu)
        dit = "Document refait à l’identique : mêmes octets." if faite.identique else "Document refait, mais différent."
        imprimer(
            {"edition": edition, "identique": faite.identique, "differents": list(faite.differents)},
            en_json=json,
            humain="\n".join((dit, *(f"  {different}" for different in faite.differents))),
        )
        if not faite.identique:
            raise typer.Exit(4)


def projet(
    reference: Annotated[str, typer.Argument(metavar="REF", help="numéro du dossier")],
    document: Annotated[
        str,
        typer.Option(
            "--document", help="accuse_reception, demande_pieces, demande_avis, transmission, notification_rejet"
        ),
    ],
    vers: Annotated[Path, typer.Option("--vers", metavar="FICHIER.pdf", help="où écrire le projet")],
    objet: Annotated[str, typer.Option("--objet", help="partenaire d’une demande d’avis")] = "",
    json: Json = False,
    base: Base = None,
) -> None:
    """Write what a document would be, marked « projet »."""
    with refus_dits(en_json=json), services(base) as ouverts:
        from application import editions

        dossier = editions.trouver(ouverts, reference)
        voulu = editions.Voulu(editions.lire_nature(document), objet or editions.DEMANDEUR, objet)
        ouverts.echanges.ecrire_octets(vers, editions.projet(ouverts, dossier, voulu))
        imprimer(
            {"ref": dossier.ref, "document": document, "fichier": str(vers)},
            en_json=json,
            humain=f"Projet écrit dans {vers} : rien n’est enregistré ni envoyé.",
        )
