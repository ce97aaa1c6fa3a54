"""Why a payment, and where the euros of a demande went: read from the facts, back and forth."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from application import mots
from application.consultations import dossier as consultation
from application.consultations.changements import histoire
from application.consultations.demande import calcul
from application.consultations.moment import Moment
from application.consultations.paiements import ActePrecedent, CheminDesEuros, Versement, chaine, remonter
from application.services import Services
from web import vues
from web.contenus import services_pour
from web.gabarits import page
from web.personne import LaPersonne
from web.portes import LesPortes

routes = APIRouter(include_in_schema=False)


@routes.get("/dossiers/{ref}/paiements")
def paiements(request: Request, portes: LesPortes, personne: LaPersonne, ref: str) -> Response:
    """Show each payment with what it rests on, back to the demande; then each amount with what it became."""
    lue = chaine(portes.services, ref)
    services = services_pour(portes, personne, "dossier", lue.dossier.id, "les motifs")
    return page(
        request,
        "paiements.html",
        ref=lue.dossier.ref,
        objet=lue.dossier.objet,
        versements=[_versement(lue, versement) for versement in remonter(services, lue)],
        etapes=list(_aller(services, lue)),
    )


def _versement(lue: CheminDesEuros, versement: Versement) -> dict[str, Any]:
    return {
        "rang": versement.rang,
        "nature": mots.mot(mots.CHOIX, versement.nature).lower(),
        "montant": vues.euros(versement.montant_centimes),
        "etape": mots.mot(mots.ETAPES_DE_PAIEMENT, versement.etape),
        "maillons": [_maillon(lue, maillon) for maillon in versement.maillons],
    }


def _maillon(lue: CheminDesEuros, maillon: ActePrecedent) -> dict[str, Any]:
    prefixe = {"dossier": "fait"}.get(maillon.espece, maillon.espece)
    ou = f"{vues.lien('dossier', lue.dossier.ref, '')}#{prefixe}"
    if maillon.espece == "bordereau":
        ou = f"{vues.lien('bordereau', lue.bordereaux[maillon.id].ref, str(maillon.id))}#fait"
    return {**vues.fait(maillon.ligne), "titre": maillon.titre, "lien": f"{ou}-{maillon.ligne['version']}"}


def _aller(services: Services, lue: CheminDesEuros) -> Iterator[dict[str, Any]]:
    """Yield each amount, from the demande to the payment, with how far it is from the one before, and what set it."""
    dossier = lue.dossier
    ids = {"subvention": lue.subvention and lue.subvention.id, "fait": dossier.id}
    ancres = vues.ancres({nom: histoire(services, lequel, Moment()) for nom, lequel in ids.items() if lequel})
    montants = consultation.voir(services, dossier.ref, Moment())["montants"]
    propose, avant = calcul(dossier), None
    for nom, mot in mots.MONTANTS.items():
        if nom == "propose_centimes" and propose is not None:
            for etape in propose["etapes"]:
                yield _etape(
                    etape["libelle"], etape["resultat_centimes"], avant, f"fait-{propose['version']}", etape["source"]
                )
                avant = etape["resultat_centimes"]
        if montants[nom] is not None and nom != "reverse_centimes":
            yield _etape(mot, montants[nom], avant, ancres.get(f"montants.{nom}"), "")
            avant = montants[nom]


def _etape(nom: str, centimes: int, avant: int | None, ancre: str | None, source: str) -> dict[str, Any]:
    ecart = 0 if avant is None else centimes - avant
    signe = "+" if ecart > 0 else "−"
    dit = f"{signe} {vues.euros(abs(ecart))}" if ecart else ""
    return {"nom": nom, "montant": vues.euros(centimes), "ecart": dit, "ancre": ancre, "source": source}
