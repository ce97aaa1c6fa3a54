"""Sittings: their calendar, one of them with its rapports and who was there, one délibération line by line."""

from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from application import mots
from application.consultations import seances
from application.consultations.deliberations import LigneDeVote, ScrutinLu, lignes
from application.consultations.historique import attentes_de
from application.consultations.moment import Moment
from application.exports.tableau import en_decimal
from application.noms import NomsDesServices
from application.store import sauf_illisible
from kernel.attentes import Role
from kernel.instants import jour_de
from readmodels.file import requetes
from web import dates, vues
from web.gabarits import page
from web.lecture import LaLecture, LectureDePage, en_csv
from web.pans import Rang, trancher
from web.personne import LaPersonne
from web.portes import PourLire

routes = APIRouter(include_in_schema=False)
HEURE_DE_SEANCE: Final = "10:00"
"""When the clock of a rehearsal is brought to the day of a sitting."""
COLONNES: Final = (
    "Ligne",
    "Dossier",
    "Bénéficiaire",
    "Nature",
    "Proposé",
    "Dérogation",
    "Voté",
    "Pour",
    "Contre",
    "Abstentions",
    "Ne prennent pas part",
    "Résultat",
    "Déports",
    "Heure",
)


@routes.get("/seances")
def calendrier(request: Request, portes: PourLire, personne: LaPersonne, rang: Rang = 1) -> Response:
    """Show the sittings to come, then those that were held."""
    services, maintenant = portes.services, portes.services.maintenant()
    lues = [
        {**connue, "lien": vues.lien("seance", connue["ref"], ""), "etat": mots.mot(mots.ETAPES, connue["etat"])}
        for connue in requetes.seances(portes.a_jour())
    ]
    a_venir = []
    for lue in (lue for lue in reversed(lues) if not lue["termine"]):
        attentes = sauf_illisible(partial(attentes_de, services, "seance", lue["id"], Moment())) or []
        a_venir.append({**lue, "attentes": [vues.attente(attente, maintenant) for attente in attentes]})
    return page(
        request,
        "seances.html",
        a_venir=a_venir,
        passees=trancher(request, "rang", [{**lue, "attentes": []} for lue in lues if lue["termine"]], rang),
        prevoir=Role.ASSEMBLEES in personne.roles,
    )


@routes.get("/seances/{ref}")
def seance(request: Request, lecture: LaLecture, ref: str, rang: Rang = 1) -> Response:
    """Show one sitting: what it awaits, its rapports, who was there at which hour."""
    lue, commun = lecture.de("seance", ref)
    services = lecture.portes.services
    rapports = seances.rapports(services, lue.id, lecture.moment)
    compte, venue = seances.quorum_de(lue, None), _est_venue(lecture, lue)
    return page(
        request,
        "seance.html",
        **commun,
        jour=lue.jour,
        etat=mots.mot(mots.ETAPES, lue.etat),
        rapports=trancher(request, "rang", rapports, rang, _rapport),
        quorum=compte,
        de_droit=lue.feuille is not None and lue.feuille.de_droit,
        presences=[_presence(membre) for membre in seances.feuille(lue)],
        a_voter=sum(len(rapport.a_voter) for rapport in rapports),
        scrutin=_tient_le_scrutin(lecture) and venue,
        preparer=_tient_le_scrutin(lecture) and not lue.clos,
        a_atteindre=f"{lue.jour:%d/%m/%Y} {HEURE_DE_SEANCE}"
        if _tient_le_scrutin(lecture) and lecture.portes.avancer is not None and lue.jour and not venue
        else None,
    )


@routes.get("/deliberations/{ref}")
def deliberation(request: Request, lecture: LaLecture, ref: str, rang: Rang = 1, format: str = "") -> Response:
    """Show one délibération, a row per line; or the same rows for a spreadsheet."""
    lue, commun = lecture.de("deliberation", ref)
    rangees = lignes([lue], NomsDesServices(lecture.portes.services))
    if format == "csv":
        return en_csv(commun["ref"], COLONNES, [_cellules(rangee) for rangee in rangees])
    seance, connue = None, None
    if lue.seance is not None:
        connue = seances.seance(lecture.portes.services, lue.seance)
        seance = {"lien": vues.lien("seance", connue.ref, str(connue.id)), "jour": dates.jour(connue.jour)}
    return page(
        request,
        "deliberation.html",
        **commun,
        etat=mots.mot(mots.ETAPES, lue.etat),
        seance=seance,
        numero=lue.numero,
        flux=lue.flux,
        transmise=lue.transmise and dates.jour(lue.transmise.depuis),
        executoire=dates.jour(lue.executoire_le),
        lignes=trancher(request, "rang", rangees, rang, ligne),
        total=_rapport(lue),
        scrutin=(tenu := _tient_le_scrutin(lecture) and bool(lue.a_voter)) and connue and _est_venue(lecture, connue),
        a_ajourner=tenu,
    )


def _tient_le_scrutin(lecture: LectureDePage) -> bool:
    return not lecture.passe and Role.ASSEMBLEES in lecture.personne.roles


def _est_venue(lecture: LectureDePage, seance: Any) -> bool:
    """Tell whether the day of a sitting has come."""
    return seance.jour is not None and bool(seance.jour <= jour_de(lecture.portes.services.maintenant()))


def ligne(lue: LigneDeVote) -> dict[str, Any]:
    """Return one line in words; a count is None when nothing was voted."""
    rapport, scrutin = lue.ligne.rapport, lue.scrutin
    fait = scrutin and scrutin.fait
    return {
        "rang": lue.rang,
        "numero": rapport.ligne,
        "rapport": lue.rapport.ref,
        "dossier": rapport.ref,
        "beneficiaire": rapport.denomination,
        "objet": rapport.objet,
        "propose": nature(rapport) or vues.euros(rapport.montant_propose_centimes),
        "derogation": lue.derogation,
        "vote": vues.euros(lue.ligne.vote_centimes) if lue.ligne.votee else None,
        "amende": bool(fait and fait.bulletin.amendement_centimes is not None),
        "comptes": fait and (fait.pour, fait.contre, fait.abstentions, fait.nppv),
        "noms": scrutin and noms(scrutin),
        "preponderante": bool(fait and fait.voix_preponderante),
        "deports": ", ".join(fait.bulletin.deports) if fait else "",
        "resultat": resultat(lue),
        "heure": dates.moment(scrutin.le) if scrutin else "",
        "a_voter": lue.a_voter,
    }


def nature(rapport: Any) -> str:
    """Return what a line proposes instead of an amount; blank for an award."""
    return f"Rejet{mots.NBSP}: {mots.CHOIX[rapport.cause].lower()}" if rapport.nature == "rejet" else ""


def noms(scrutin: ScrutinLu) -> str:
    """Return who did not say what everyone said; blank when everyone said the same."""
    return " ; ".join(f"{mots.VOIX[voix].lower()} : {', '.join(membres)}" for voix, membres in scrutin.sauf.items())


def resultat(lue: LigneDeVote) -> str:
    """Return what became of a line."""
    if lue.ligne.resultat is not None:
        return mots.mot(mots.RESULTATS, lue.ligne.resultat)
    if lue.ligne.ecartee:
        return "Écartée du rapport"
    if lue.ligne.refus is not None:
        return "Refusée par son dossier, à écarter"
    return "À voter" if lue.a_voter else "Pas encore à l’ordre du jour"


def _cellules(lue: LigneDeVote) -> list[object]:
    dite, fait = ligne(lue), lue.scrutin and lue.scrutin.fait
    propose, vote = lue.ligne.rapport.montant_propose_centimes, lue.ligne.vote_centimes
    comptes = (fait.pour, fait.contre, fait.abstentions, fait.nppv) if fait else (None,) * 4
    return [
        dite["numero"],
        dite["dossier"],
        dite["beneficiaire"],
        nature(lue.ligne.rapport) or "Attribution",
        en_decimal(propose, virgule=True),
        lue.derogation,
        en_decimal(vote, virgule=True) if lue.ligne.votee else None,
        *comptes,
        dite["resultat"],
        dite["deports"],
        dite["heure"],
    ]


def _rapport(rapport: Any) -> dict[str, Any]:
    """Return a rapport with its totals."""
    lues = list(rapport.lignes.values())
    return {
        "ref": rapport.ref,
        "lien": vues.lien("deliberation", rapport.ref, str(rapport.id)),
        "etat": mots.mot(mots.ETAPES, rapport.etat),
        "numero": rapport.numero,
        "lignes": len(lues),
        "propose": vues.euros(sum(lue.rapport.montant_propose_centimes for lue in lues)),
        "vote": vues.euros(sum(lue.vote_centimes for lue in lues)) if any(lue.votee for lue in lues) else None,
        "resultats": ", ".join(
            f"{mots.nombre(combien)} {mot.lower() if combien < 2 else mot.lower() + 's'}"
            for code, mot in mots.RESULTATS.items()
            if (combien := sum(lue.resultat == code for lue in lues))
        ),
        "a_voter": len(rapport.a_voter),
    }


def _presence(membre: seances.PresencesDe) -> dict[str, Any]:
    """Return what a member did of a sitting, in words."""
    return {
        "membre": membre.membre,
        "preside": membre.preside,
        "quand": [
            {"statut": mots.STATUTS[t.statut], "pouvoir_a": t.pouvoir_a, "heures": _heures(t)} for t in membre.troncons
        ],
    }


def _heures(troncon: Any) -> str:
    debut = f"de {dates.heure(troncon.arrivee)}" if troncon.arrivee else "de l’ouverture"
    fin = f"à {dates.heure(troncon.depart)}" if troncon.depart else "à la fin"
    return f"{debut} {fin}"
