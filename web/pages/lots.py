"""A geste on many dossiers: chosen in the queue, prepared, confirmed, then done in the background, row by row."""

import re
import threading
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from application.commandes import Appel
from application.declaration import Geste
from application.gestes.recueil import par_leurs_titres
from application.habilitations import exiger_role
from application.lots import AU_PLUS, executer_le_lot, geste_de_lot
from application.travail import Issue, Lot
from kernel.refus import DejaFait, GesteImpossible, QuatreYeux, Refus, SaisieInvalide
from readmodels.file import requetes
from web import vues
from web.consequences import laisser_agir_le_moteur
from web.formulaire.champs import champs_de
from web.formulaire.essai import empechement
from web.formulaire.offres import Offres
from web.formulaire.saisie import FormulaireRempli, Lue, fautes, lire
from web.formulaire.vue import VueDuFormulaire, preparer
from web.gabarits import page
from web.gestes import LaSaisie
from web.pages.file import NOMS, filtrer, lire_filtre
from web.pans import Rang, trancher
from web.personne import LaPersonne, Personne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)
_VERSION: Final = re.compile(r"[1-9][0-9]{0,8}")
RIEN: Final = "Aucun dossier n’est coché : cochez-en, ou prenez toutes les lignes du filtre."
TROP: Final = f"Un lot a {AU_PLUS} dossiers au plus : filtrez la file davantage."


@routes.post("/lots")
def choisir(
    portes: LesPortes,
    personne: LaPersonne,
    geste: Annotated[str, Form(max_length=200)],
    sur: Annotated[list[str] | None, Form(max_length=AU_PLUS)] = None,
    filtre: Annotated[str | None, Form(max_length=2000)] = None,
) -> Response:
    """Keep the rows that were ticked, or with `filtre` ("?etape=complet") all those it shows, with the version seen of each."""
    choisi = _exiger(portes, personne, geste)
    choisis = _du_filtre(portes, personne, filtre.removeprefix("?")) if filtre is not None else _coches(sur or [])
    if not choisis:
        raise SaisieInvalide(RIEN, champ="sur")
    nom = f"{choisi.agregat} {choisi.nom}"
    return RedirectResponse(f"/lots/{portes.site.lots.preparer(personne.login, nom, choisis)}", HTTPStatus.SEE_OTHER)


@routes.get("/lots")
def tous(request: Request, portes: LesPortes, personne: LaPersonne) -> HTMLResponse:
    """Show one's batches."""
    return page(request, "lots.html", lots=[_resume(lot) for lot in portes.site.lots.de(personne.login)])


@routes.get("/lots/{lot}")
def voir(request: Request, portes: LesPortes, personne: LaPersonne, lot: UUID, rang: Rang = 1) -> HTMLResponse:
    """Show a batch: what is possible and what is not before it is confirmed, its progress, then each result."""
    lu = portes.site.lots.lire(personne.login, lot)
    return _montrer(request, portes, personne, lu, FormulaireRempli(), rang=rang)


@routes.post("/lots/{lot}")
def faire(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    lot: UUID,
    saisie: LaSaisie,
) -> Response:
    """Confirm what is done on each row, and do it; confirmed before, go on from where it stopped."""
    lu = portes.site.lots.lire(personne.login, lot)
    geste = _exiger(portes, personne, lu.geste)
    if lu.valeurs is None:
        offres = _offres(portes, geste, lu, saisie)
        lue = lire(champs_de(geste), saisie, offres)
        if fautives := _fautes(portes, geste, lu, saisie, lue):
            return _montrer(request, portes, personne, lu, saisie, fautives)
        portes.site.lots.confirmer(personne.login, lot, lue.donnees)
    if portes.site.lots.prendre(lot):  # before its page is read: it says that it is under way
        threading.Thread(target=partial(_executer, portes, personne.login, lot), name=f"lot-{lot}", daemon=True).start()
    return RedirectResponse(f"/lots/{lot}", HTTPStatus.SEE_OTHER)


def _fautes(portes: Portes, geste: Geste, lot: Lot, saisie: FormulaireRempli, lue: Lue) -> dict[str, str]:
    """Return what is wrong at its field; nothing once a row accepts what is typed: what only some refuse is said of each."""
    services, champs, dites = portes.services.pour_une_page(), champs_de(geste), dict[str, str]()
    for ligne in lot.lignes:
        try:
            commande = geste.lire({**lue.donnees, str(geste.champ): ligne.ref})
            if lue.erreurs:
                raise SaisieInvalide("", erreurs=[])
        except SaisieInvalide as refus:
            return fautes(refus, lue, saisie, champs)
        try:
            geste.essayer(commande, Appel(acteur=lot.agent, commande_id=ligne.commande_id), services)
        except (GesteImpossible, QuatreYeux, DejaFait):
            continue
        except Refus as refus:
            sienne = fautes(refus, lue, saisie, champs)
            dites = dites or ({} if "" in sienne else sienne)
        else:
            return {}
    return dites


def _executer(portes: Portes, agent: str, lot: UUID) -> None:
    """Do it, then let the engine follow; what stops it is said by its page, which offers to go on."""
    lots, depuis = portes.site.lots, portes.services.store.enregistreur.derniere_position()
    executer_le_lot(
        portes.services, lots, lots.lire(agent, lot), partial(laisser_agir_le_moteur, portes.services, depuis)
    )


def _exiger(portes: Portes, personne: Personne, nom: str) -> Geste:
    """Return the geste, or refuse with HorsDeLot, or who has no right to it."""
    geste = geste_de_lot(nom)
    exiger_role(portes.services.store, personne.login, geste.roles, portes.services.maintenant(), nom)
    return geste


def _coches(sur: Sequence[str]) -> list[tuple[str, int]]:
    """Read "NQE-2026-7K3F9 12": a reference and the version seen."""
    choisis: dict[str, int] = {}
    for coche in sur:
        ref, _, version = coche.rpartition(" ")
        if not ref or not _VERSION.fullmatch(version):
            raise SaisieInvalide(RIEN, champ="sur")
        choisis[ref] = int(version)
    return list(choisis.items())


def _du_filtre(portes: Portes, personne: Personne, adresse: str) -> list[tuple[str, int]]:
    demande = lire_filtre(personne, **{k: v for k, v in parse_qsl(adresse) if k in NOMS})
    parmi = filtrer(demande, personne)
    lu = requetes.file(portes.a_jour(), portes.services.maintenant(), parmi=parmi, limite=None)
    choisis = {li["ref"]: li["version"] for li in lu["lignes"] if li["agregat"] == "dossier"}
    if len(choisis) > AU_PLUS:
        raise SaisieInvalide(TROP, dossiers=len(choisis))
    return list(choisis.items())


def _offres(portes: Portes, geste: Geste, lot: Lot, saisie: FormulaireRempli) -> Offres:
    """Return what is offered for the fields, as for the first dossier: a batch asks the same of each."""
    return Offres(portes, portes.services.trouver(geste.cible.classe, lot.lignes[0].ref), saisie.texte)


def _montrer(
    request: Request,
    portes: Portes,
    personne: Personne,
    lot: Lot,
    saisie: FormulaireRempli,
    erreurs: dict[str, str] | None = None,
    *,
    rang: int = 1,
) -> HTMLResponse:
    geste, portes = geste_de_lot(lot.geste), portes.pour_une_page()
    lignes = [
        {
            "ref": ligne.ref,
            "lien": vues.lien("dossier", ligne.ref, ligne.ref),
            "issue": ligne.issue and ligne.issue.value,
            "message": par_leurs_titres(ligne.message),
        }
        for ligne in lot.lignes
    ]
    champs: list[dict[str, Any]] = []
    if lot.valeurs is None:
        for dite, ligne in zip(lignes, lot.lignes, strict=True):
            dite["message"] = empechement(geste, ligne.ref, personne.login, portes.services) or ""
        offres = _offres(portes, geste, lot, saisie)
        remplie = saisie if erreurs else preparer(champs_de(geste), saisie, offres)
        champs = VueDuFormulaire(remplie, offres, erreurs or {}).champs(champs_de(geste))
        for champ in [vide for vide in champs if vide["obligatoire"] and vide.get("texte") == ""][:1]:
            champ["vise"] = True
    return page(
        request,
        "lot.html",
        statut=HTTPStatus.UNPROCESSABLE_ENTITY if erreurs else HTTPStatus.OK,
        lot=lot,
        geste=geste,
        champs=champs,
        erreurs=[(chemin.replace(".", "-"), dit) for chemin, dit in (erreurs or {}).items()],
        lignes=trancher(request, "rang", sorted(lignes, key=lambda ligne: not ligne["message"]), rang),
        possibles=sum(not ligne["message"] for ligne in lignes),
        **_resume(lot),
    )


def _resume(lot: Lot) -> dict[str, Any]:
    faites = sum(ligne.issue is Issue.FAITE for ligne in lot.lignes)
    refusees = sum(ligne.issue is Issue.REFUSEE for ligne in lot.lignes)
    return {
        "id": lot.id,
        "titre": geste_de_lot(lot.geste).titre,
        "total": len(lot.lignes),
        "faites": faites,
        "refusees": refusees,
        "etat": _etat(lot),
    }


def _etat(lot: Lot) -> str:
    """Return where it stands: under way until the engine has followed, too."""
    if lot.valeurs is None:
        return "à confirmer"
    if lot.tenu:
        return "en cours"
    return "terminé" if lot.fini else "interrompu"
