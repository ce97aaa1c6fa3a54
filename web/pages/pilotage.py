"""Where it gets stuck, what is left, how long it takes against the law, and where: each figure leads to its dossiers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from application import loi, mots
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.exports.tableau import en_decimal
from bootstrap.lectures import Lectures
from kernel.attentes import Delai
from kernel.instants import jour_de
from readmodels.file import pilotage as compter
from readmodels.file.requetes import campagnes
from web import images, vues
from web.gabarits import page
from web.lecture import en_csv
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)
DUREES: Final[dict[str, tuple[str, str, str | None]]] = {
    "jours_completude": ("Du dépôt à la complétude", "complet", None),
    "jours_proposition": ("De la complétude à la proposition", "propose", None),
    "jours_decision": ("Du dépôt au vote", "vote", "rejet_implicite"),
    "jours_engagement": ("Du vote à l’engagement", "engage", None),
    "jours_paiement": ("Du vote au premier paiement", "paye", "paiement"),
}
"""Each duration in words, the step that ends it, and the rule of the law that bounds it."""
CREDITS: Final = {
    "paye": ("Payé", "plein"),
    "mandate": ("Mandaté, à payer", "obliques"),
    "engage": ("Engagé, à mandater", "points"),
    "reserve": ("Réservé", "verticaux"),
    "disponible": ("Disponible", "croix"),
}
"""What became of the credits that were voted, side by side, and how each is drawn."""
LIEUX: Final = {"qpv": "Quartier prioritaire", "commune": "Commune"}


@dataclass(frozen=True)
class TableauDePilotage:
    """One table of the page, as people read it and as a spreadsheet does."""

    nom: str
    colonnes: tuple[str, ...]
    lignes: Sequence[Any]
    cellules: Sequence[Sequence[object]]


@routes.get("/pilotage")
@routes.get("/pilotage/{campagne}")
def pilotage(request: Request, portes: LesPortes, campagne: str = "", table: str = "") -> Response:
    """Show the figures of a campagne, or of all of them; or one of their tables for a spreadsheet."""
    lectures = portes.a_jour()
    debut = _credits_de(portes, campagne) if campagne else ""
    aujourd_hui = jour_de(portes.services.maintenant())
    tableaux = {
        "entonnoir": _entonnoir(lectures, campagne),
        "credits": _credits(lectures, debut),
        "delais": _delais(lectures, campagne, aujourd_hui),
        **{genre: _territoire(portes, lectures, genre, campagne) for genre in LIEUX},
    }
    if table in tableaux:
        demande = tableaux[table]
        return en_csv(f"pilotage-{table}-{campagne or 'tout'}", demande.colonnes, demande.cellules)
    return page(
        request,
        "pilotage.html",
        campagne=campagne,
        campagnes=campagnes(lectures),
        tableaux=tableaux,
        motifs=images.motifs(),
    )


def _credits_de(portes: Portes, campagne: str) -> str:
    """Return how the enveloppes of a campagne begin; refuse with ReferenceInconnue a campagne nobody opened."""
    ouverte = lire(portes.services, "campagne", campagne, Moment()).lu.ouverte
    return f"{ouverte.dispositif}-{ouverte.exercice}-"


def _dossiers(campagne: str, **filtre: str) -> str:
    return f"/dossiers?{urlencode({'campagne': campagne, **filtre} if campagne else filtre)}"


def _entonnoir(lectures: Lectures, campagne: str) -> TableauDePilotage:
    etapes = compter.entonnoir(lectures, campagne)
    tous = max(etapes[0]["dossiers"], 1)
    lignes = [
        {
            "nom": mots.PARCOURS[etape["etape"]],
            "nombre": etape["dossiers"],
            "euros": vues.euros(etape["centimes"]),
            "lien": _dossiers(campagne, etape=etape["etape"]),
            "image": images.barre(
                f"{mots.PARCOURS[etape['etape']]} : {etape['dossiers']} sur {tous}",
                [images.Part(etape["dossiers"] / tous)],
            ),
        }
        for etape in etapes
    ]
    cellules = [[mots.PARCOURS[e["etape"]], e["dossiers"], en_decimal(e["centimes"], virgule=True)] for e in etapes]
    return TableauDePilotage("Des dépôts aux paiements", ("Étape atteinte", "Dossiers", "Montant"), lignes, cellules)


def _credits(lectures: Lectures, debut: str) -> TableauDePilotage:
    lignes, cellules = [], []
    for lue in compter.enveloppes(lectures, debut):
        parts = {
            "paye": lue["paye_centimes"],
            "mandate": lue["mandate_centimes"] - lue["paye_centimes"],
            "engage": lue["engage_centimes"] - lue["mandate_centimes"],
            "reserve": lue["reserve_centimes"],
            "disponible": lue["vote_centimes"] - lue["engage_centimes"] - lue["reserve_centimes"],
        }
        vote = max(lue["vote_centimes"], 1)
        dits = [(CREDITS[nom][0], vues.euros(montant)) for nom, montant in parts.items()]
        lignes.append(
            {
                "ref": lue["ref"],
                "lien": vues.lien("enveloppe", lue["ref"], lue["id"]),
                "vote": vues.euros(lue["vote_centimes"]),
                "parts": [
                    (nom, montant, images.pastille(CREDITS[code][1]))
                    for code, (nom, montant) in zip(parts, dits, strict=True)
                ],
                "image": images.barre(
                    f"{lue['ref']} : " + ", ".join(f"{nom.lower()} {montant}" for nom, montant in dits),
                    [images.Part(max(montant, 0) / vote, CREDITS[nom][1]) for nom, montant in parts.items()],
                ),
            }
        )
        cellules.append([lue["ref"], *(en_decimal(m, virgule=True) for m in (lue["vote_centimes"], *parts.values()))])
    colonnes = ("Enveloppe", "Voté", *(nom for nom, _ in CREDITS.values()))
    return TableauDePilotage("Crédits", colonnes, lignes, cellules)


def _delais(lectures: Lectures, campagne: str, aujourd_hui: date) -> TableauDePilotage:
    lues = [lue for lue in compter.durees(lectures, campagne) if lue["nombre"]]
    lois = {regle: loi.delai(regle, aujourd_hui) for _, _, regle in DUREES.values() if regle is not None}
    limites = {nom: _jours(lois[regle], aujourd_hui) for nom, (_, _, regle) in DUREES.items() if regle is not None}
    echelle = max((*limites.values(), *(lue["neuf_sur_dix"] for lue in lues), 1))
    lignes, cellules = [], []
    for lue in lues:
        titre, etape, regle = DUREES[lue["duree"]]
        limite, mediane, neuf = limites.get(lue["duree"]), lue["mediane"], lue["neuf_sur_dix"]
        dit = "aucune" if regle is None else f"{lois[regle].duree} ({mots.typographie(lois[regle].fondement)})"
        lignes.append(
            {
                **lue,
                "nom": titre,
                "limite": dit,
                "hors": limite is not None and neuf > limite,
                "lien": _dossiers(campagne, etape=etape),
                "image": images.barre(
                    f"{titre} : médiane {mediane} jours, neuf sur dix en {neuf} jours au plus ; limite légale : {dit}",
                    [images.Part(mediane / echelle), images.Part((neuf - mediane) / echelle, "obliques")],
                    None if limite is None else limite / echelle,
                ),
            }
        )
        cellules.append([titre, lue["nombre"], mediane, neuf, "" if limite is None else limite])
    colonnes = ("Étape", "Dossiers", "Médiane (jours)", "Neuf sur dix (jours)", "Limite légale (jours)")
    return TableauDePilotage("Délais", colonnes, lignes, cellules)


def _jours(delai: Delai, depuis: date) -> int:
    """Return how many days a délai of the law lasts, counted from a day."""
    return (delai.echoir(depuis).dernier_jour - depuis).days


def _territoire(portes: Portes, lectures: Lectures, genre: str, campagne: str) -> TableauDePilotage:
    noms = portes.services.qpv if genre == "qpv" else portes.services.communes
    lues = compter.territoire(lectures, genre, campagne)
    plus = max((lue["dossiers"] for lue in lues), default=1)
    lignes = [
        {
            **lue,
            "nom": noms.get(lue["code"], lue["code"]),
            "lien": _dossiers(campagne, **{genre: lue["code"]}),
            "demande": vues.euros(lue["demande_centimes"]),
            "vote": vues.euros(lue["vote_centimes"]),
            "image": images.barre(f"{lue['dossiers']} dossiers", [images.Part(lue["dossiers"] / plus)]),
        }
        for lue in lues
    ]
    montants = ("demande_centimes", "vote_centimes")
    cellules = [
        [lue["code"], lue["nom"], lue["dossiers"], *(en_decimal(lue[nom], virgule=True) for nom in montants)]
        for lue in lignes
    ]
    return TableauDePilotage(
        f"Par {LIEUX[genre].lower()}", ("Code", LIEUX[genre], "Dossiers", "Demandé", "Voté"), lignes, cellules
    )
