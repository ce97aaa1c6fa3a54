"""The documents of a dossier: the one that was sent, and what one would be."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from application import editions
from kernel.identifiants import ReferenceInconnue
from web import piece
from web.contenus import exiger_une_piece
from web.personne import LaPersonne
from web.portes import LesPortes

routes = APIRouter(include_in_schema=False)


@routes.get("/dossiers/{ref}/documents/{edition}")
def ouvrir(portes: LesPortes, personne: LaPersonne, ref: str, edition: str) -> Response:
    """Send a document that was produced; its view is in the journal of reads first."""
    dossier, _, produit = editions.retrouver(portes.services, edition)
    if dossier.ref != ref.upper():
        raise ReferenceInconnue(f"Le dossier {ref} n’a pas ce document.", reference=edition)
    exiger_une_piece(portes, personne, dossier.ref, dossier.id, produit.nature.value)
    contenu = editions.lire(portes.services, dossier, produit.sha256)
    return piece.envoyer(iter((contenu,)), f"{produit.nature}-{dossier.ref}.pdf")


@routes.get("/dossiers/{ref}/projets/{nature}")
def apercu(
    portes: LesPortes,
    personne: LaPersonne,
    ref: str,
    nature: str,
    objet: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Send what a document would be, marked « projet » on its every page: nothing is recorded but the view."""
    dossier = editions.trouver(portes.services, ref)
    exiger_une_piece(portes, personne, dossier.ref, dossier.id, f"projet : {nature}")
    contenu = editions.projet(
        portes.services, dossier, editions.Voulu(editions.lire_nature(nature), objet or editions.DEMANDEUR, objet)
    )
    return piece.envoyer(iter((contenu,)), f"projet-{nature}-{dossier.ref}.pdf")
