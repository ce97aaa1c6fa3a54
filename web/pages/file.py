"""The queue: what is awaited of who asks, the most overdue first; one click for what can be undone."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from application import mots
from application.appellations import libelles_par_campagne
from application.declaration import Geste
from application.gestes.recueil import gestes_de, par_nom, titre_de
from application.libelles import SANS, Appellations
from application.numeros import PREFIXE
from kernel.attentes import Role
from kernel.refus import SaisieInvalide
from readmodels.file import requetes
from web import vues
from web.adresses import du_geste
from web.formulaire.champs import clic
from web.formulaire.essai import refus_d_un_attendu
from web.gabarits import page
from web.personne import LaPersonne, Personne
from web.portes import Apres, LesPortes, Portes
from web.recu import lire_le_recu

routes = APIRouter(include_in_schema=False)
TOUS: Final = "tous"
"""Awaited of anybody; blank is of who asks."""
QUOI: Final = {"en_retard": "En retard", "effets": "Effet déjà produit", "lentes": "Plus lent que d’habitude"}
"""What of the queue may be asked alone."""
CHARGE: Final = {"moi": "À moi", "groupe": "À mon groupe", "personne": "À personne"}
"""Whose dossiers may be asked alone."""
NOMS: Final = frozenset({"de", "q", "campagne", "etape", "quoi", "charge"})
"""What an address may ask."""
Mot = Annotated[str, Query(max_length=200)]


def lire_filtre(
    personne: LaPersonne,
    de: Mot = "",
    q: Mot = "",
    campagne: Mot = "",
    etape: Mot = "",
    quoi: Mot = "",
    charge: Mot = "",
) -> dict[str, str]:
    """Return what an address asks of the queue, or refuse with SaisieInvalide what is no word of it."""
    if de not in {"", TOUS, *Role}:
        raise SaisieInvalide(f"Rôle inconnu : « {de} ».", de=de)
    if quoi not in {"", *QUOI}:
        raise SaisieInvalide(f"Cette partie de la file n’existe pas : « {quoi} ».", quoi=quoi)
    if charge not in {"", *CHARGE}:
        raise SaisieInvalide(f"Charge inconnue : « {charge} ».", charge=charge)
    if not de and not personne.roles - {Role.AUDITEUR}:
        de = TOUS  # nothing is ever awaited of who only reads
    return {"de": de, "q": q, "campagne": campagne, "etape": etape, "quoi": quoi, "charge": charge}


LeFiltre = Annotated[dict[str, str], Depends(lire_filtre)]


@routes.get("/file")
def file(
    request: Request, portes: LesPortes, personne: LaPersonne, demande: LeFiltre, apres: Apres = "", recu: str = ""
) -> HTMLResponse:
    """Show fifty rows, and what was just done from here."""
    maintenant, lectures = portes.services.maintenant(), portes.a_jour()
    lu = requetes.file(lectures, maintenant, parmi=filtrer(demande, personne), apres=apres, curseurs=True)
    adresse = f"/file?{en_adresse(demande)}"
    ici = f"{adresse}apres={apres}" if apres else adresse.removesuffix("&").removesuffix("?")
    connues = requetes.valeurs(lectures)
    return page(
        request,
        "file.html",
        demande=demande,
        roles=[(code.value, mots.mot(mots.ROLES, code.value)) for code in Role if code is not Role.SYSTEME],
        campagnes=connues["campagnes"],
        etapes=[(code, mots.mot(mots.ETAPES, code)) for code in connues["etapes"]],
        quoi=list(QUOI.items()),
        charges=list(CHARGE.items()),
        qui=_qui(demande["de"]),
        filtree=any(demande[nom] for nom in ("q", "campagne", "etape", "quoi", "charge")),
        total=lu["total"],
        en_retard=lu["en_retard"],
        lignes=lignes(lu["lignes"], portes, personne, file=ici),
        pages=vues.pages(lu),
        adresse=adresse,
        vers=ici,
        recu=lire_le_recu(portes, personne, recu),
        par_lot=[g for g in gestes_de("dossier") if g.par_lot and personne.roles.intersection(g.roles)],
        filtre=en_adresse(demande),
        vues=portes.site.vues.de(personne.login),
    )


@routes.post("/file/vues")
def garder_la_vue(
    portes: LesPortes,
    personne: LaPersonne,
    demande: Annotated[str, Form(max_length=2000)] = "",
    nom: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Keep what is asked of the queue under a name."""
    lue = lire_filtre(personne, **{k: v for k, v in parse_qsl(demande) if k in NOMS})
    portes.site.vues.garder(personne.login, nom, en_adresse(lue).removesuffix("&"))
    return RedirectResponse(f"/file?{en_adresse(lue)}".removesuffix("&").removesuffix("?"), HTTPStatus.SEE_OTHER)


@routes.post("/file/vues/{vue}/oter")
def oter_la_vue(portes: LesPortes, personne: LaPersonne, vue: UUID) -> Response:
    """Let a view go."""
    portes.site.vues.oter(personne.login, vue)
    return RedirectResponse("/file", HTTPStatus.SEE_OTHER)


def dans_la_file(lien: str, file: str, curseur: str) -> str:
    """Return the address of a dossier that keeps where one was: the queue as its address asks it, and the row."""
    if not lien.startswith("/dossiers/"):
        return lien
    return f"{lien}?{urlencode({'file': file.partition('?')[2], 'ligne': curseur})}"


def autour(portes: Portes, personne: Personne, file: str, ligne: str, dossier: UUID) -> dict[str, Any] | None:
    """Return the queue one comes from, and the dossiers around a row of it; None when one comes from none."""
    if not ligne:
        return None
    demande = {nom: mot for nom, mot in parse_qsl(file) if nom in NOMS | {"apres"}}
    filtre = lire_filtre(personne, **{nom: mot for nom, mot in demande.items() if nom in NOMS})
    maintenant, adresse = portes.services.maintenant(), f"/file?{urlencode(demande)}"
    lus = requetes.voisins(portes.a_jour(), maintenant, filtrer(filtre, personne), ligne, dossier)
    precedent, suivant = (lu and _voisin(lu, adresse) for lu in lus)
    return {"file": adresse.removesuffix("?"), "precedent": precedent, "suivant": suivant}


def _voisin(lu: dict[str, Any], file: str) -> dict[str, str]:
    ref = lu["ref"].removeprefix(PREFIXE)
    return {"ref": ref, "lien": dans_la_file(vues.lien("dossier", ref, lu["id"]), file, lu["curseur"])}


def filtrer(demande: Mapping[str, str], personne: Personne) -> requetes.Filtre:
    """Return what an address asks as the queue reads it."""
    de = {"": personne.roles, TOUS: None}.get(demande["de"], frozenset({demande["de"]}))
    return replace(
        requetes.confies(demande["charge"], personne.login, personne.groupes),
        de=None if de is None else frozenset(map(str, de)),
        mots=demande["q"],
        campagne=demande["campagne"],
        etape=demande["etape"],
        en_retard=demande["quoi"] == "en_retard",
        effets=demande["quoi"] == "effets",
        lentes=demande["quoi"] == "lentes",
    )


def en_adresse(demande: Mapping[str, str]) -> str:
    """Return what is asked, as the beginning of a query; blank when nothing is."""
    dit = urlencode({nom: valeur for nom, valeur in demande.items() if valeur})
    return f"{dit}&" if dit else ""


def lignes(
    lues: Iterable[dict[str, Any]], portes: Portes, personne: Personne, *, file: str = ""
) -> list[dict[str, Any]]:
    """Return rows, all of one moment."""
    portes = portes.pour_une_page()
    nommer = libelles_par_campagne(portes.services.store)
    return [ligne(lue, portes, personne, file=file, libelles=nommer(lue["campagne"])) for lue in lues]


def ligne(
    lue: dict[str, Any], portes: Portes, personne: Personne, *, file: str = "", libelles: Appellations = SANS
) -> dict[str, Any]:
    """Return one row, with the first of its gestes that this person may do: one click when it can be undone.

    With the address of the `file`, a dossier is opened there: its neighbours are on its page.
    """
    dite = vues.ligne_de_file(lue, portes.services.maintenant(), libelles)
    return {
        **dite,
        "lien": dans_la_file(dite["lien"], file, lue["curseur"]) if file else dite["lien"],
        "demande": vues.euros(lue["demande_centimes"]),
        "lente": lue["lente"],
        "rejet_implicite": lue["rejet_implicite"],
        "geste": _geste(lue, portes, personne),
        "coche": f"{lue['ref']} {lue['version']}" if lue["agregat"] == "dossier" else "",
    }


def _geste(lue: dict[str, Any], portes: Portes, personne: Personne) -> dict[str, Any] | None:
    """Return it; `attend` says, after its name, the day it waits for or what comes first, and it is then no link."""
    for dit in lue["attente"]["gestes"]:
        geste, sur = par_nom(*dit["geste"].split()), dit["ref"] or lue["id"]
        if not personne.roles.intersection(geste.roles):
            continue
        ici = sur in {lue["ref"], lue["id"]}
        bouton = clic(geste) if ici else ""
        caches = {"commande_id": str(uuid4()), "version": lue["version"]} if bouton else None
        attend = _attend(lue["attente"], geste, sur, portes, personne)
        dit = {"titre": geste.titre, "bouton": bouton, "adresse": du_geste(geste, sur)}
        return {**dit, "caches": caches, "attend": attend}
    return None


def _attend(attente: dict[str, Any], geste: Geste, sur: str, portes: Portes, personne: Personne) -> str:
    if attente["pas_avant"] is None:
        return ""
    if jour := vues.pas_avant(attente, portes.services.maintenant()):
        return jour
    refus = refus_d_un_attendu(geste, sur, personne.login, portes.services)
    return f", d’abord{mots.NBSP}: {titre_de(refus.d_abord)}" if refus is not None and refus.d_abord else ""


def _qui(de: str) -> str:
    """Return of whom rows are awaited, after "de"; blank for anybody."""
    return {"": "vous", TOUS: ""}.get(de, f"« {mots.mot(mots.ROLES, de)} »")
