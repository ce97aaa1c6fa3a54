"""Finance: what is due and what blocks it, bordereaux to sign, what the comptable refused, credits."""

from datetime import date
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from application import attentes_dites, mots
from application.consultations import finances
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.exports.tableau import en_decimal
from application.gestes.recueil import par_nom
from application.noms import NomsDesServices
from kernel.attentes import Role
from readmodels.file import pilotage as compter
from readmodels.file import requetes
from web import dates, vues
from web.acces import COMPTABLES, ENVELOPPES
from web.adresses import du_geste
from web.gabarits import page
from web.lecture import LaLecture, en_csv
from web.pages.file import ligne as ligne_de_file
from web.pans import Rang, trancher
from web.personne import LaPersonne, Personne
from web.portes import Apres, Portes, PourLire

routes = APIRouter(include_in_schema=False)
BLOCAGES: Final = {
    "convention": "convention à signer",
    "coordonnees_absentes": "aucun RIB déclaré",
    "coordonnees_a_valider": "RIB à valider par une seconde personne",
    "coordonnees_changees": "RIB changé depuis la liquidation : à liquider de nouveau",
    "acte_non_executoire": "acte pas encore exécutoire",
    "reprise_a_valider": "attribution reprise, à valider par une autre personne",
}
ORDRES: Final = {"a_payer": "À payer", "paye": "Payé", "rejete": "Rejeté", "annule": "Annulé"}
PARTS: Final = (
    ("paye", "Payé"),
    ("liquide", "Liquidé, pas encore payé"),
    ("engage", "Engagé, pas encore liquidé"),
    ("reserve", "Réservé pour des rapports"),
    ("disponible", "Disponible"),
)
"""What becomes of voted credits, from the left of the gauge to its right."""
LARGEUR: Final = 600
"""Of the gauge, in its own units."""


@routes.get("/finance")
def echeances(
    request: Request, portes: PourLire, personne: LaPersonne, apres: Apres = "", format: str = ""
) -> Response:
    """Show what is to be done of each award to pay it, and the bordereaux that wait for a signature."""
    maintenant, lectures = portes.services.maintenant(), portes.a_jour()
    des_subventions = requetes.Filtre(agregat="subvention")
    au_plus = None if format == "csv" else requetes.PAGE
    lu = requetes.file(lectures, maintenant, parmi=des_subventions, apres=apres, limite=au_plus)
    lignes = [_due(portes, personne, ligne) for ligne in lu["lignes"]]
    if format == "csv":
        colonnes = (
            "Dossier",
            "Bénéficiaire",
            "Attendu",
            "Échéance de paiement",
            "Montant",
            "Date limite",
            "Ce qui bloque",
        )
        return en_csv("echeances-de-paiement", colonnes, [_cellules(ligne) for ligne in lignes])
    attendus = requetes.file(lectures, maintenant, parmi=requetes.Filtre(agregat="bordereau"))
    return page(
        request,
        "finance.html",
        total=lu["total"],
        en_retard=lu["en_retard"],
        lignes=lignes,
        pages=vues.pages(lu),
        a_signer=[_bordereau(portes, personne, ligne["id"]) for ligne in attendus["lignes"]],
    )


def _due(portes: Portes, personne: Personne, lue: dict[str, Any]) -> dict[str, Any]:
    """Return one row: which échéance, for how much, what blocks it, who may not do it."""
    subvention = lire(portes.services, "subvention", lue["id"], Moment()).lu
    objet = lue["attente"]["objet"]
    rang = int(objet) if lue["attente"]["code"] in attentes_dites.PAR_ECHEANCE else None
    prevue = subvention.echeancier[rang - 1] if rang and rang <= len(subvention.echeancier) else None
    paiement = subvention.paiements.get(rang or 0)
    a_mandater = lue["attente"]["code"] == "mandatement" and paiement is not None
    return {
        **ligne_de_file(lue, portes, personne),
        "ref": subvention.dossier_ref,
        "rang": rang,
        "echeance": f"{rang} – {mots.mot(mots.CHOIX, prevue.nature.value).lower()}" if prevue else "",
        "centimes": prevue.montant_centimes if prevue else subvention.vote_centimes,
        "montant": vues.euros(prevue.montant_centimes if prevue else subvention.vote_centimes),
        "entiere": prevue is None,
        "blocages": [BLOCAGES[code] for code in finances.blocages(portes.services, subvention, rang)],
        "liquidee_par": ", ".join(paiement.liquidee_par) if a_mandater else "",
        "par_une_autre": a_mandater and personne.login in paiement.liquidee_par,
    }


def _cellules(due: dict[str, Any]) -> list[object]:
    attente = due["attente"]
    bloque = " ; ".join(due["blocages"])
    montant = en_decimal(due["centimes"], virgule=True)
    return [due["ref"], due["beneficiaire"], attente["quoi"], due["echeance"], montant, attente["echeance"], bloque]


@routes.get("/bordereaux")
def bordereaux(
    request: Request, portes: PourLire, personne: LaPersonne, apres: Apres = "", format: str = ""
) -> Response:
    """Show the bordereaux, by number."""
    lu = requetes.lister(portes.a_jour(), "bordereau", apres=apres, limite=None if format == "csv" else requetes.PAGE)
    lignes = [_bordereau(portes, personne, ligne["id"]) for ligne in lu["lignes"]]
    if format == "csv":
        noms = ("ref", "jour", "ordres", "montant", "etat")
        colonnes = ("Bordereau", "Jour", "Ordres", "Total", "Où il en est")
        return en_csv("bordereaux", colonnes, [[ligne[nom] for nom in noms] for ligne in lignes])
    return page(request, "bordereaux.html", total=lu["total"], lignes=lignes, pages=vues.pages(lu))


def _bordereau(portes: Portes, personne: Personne, ref: str) -> dict[str, Any]:
    lu = lire(portes.services, "bordereau", ref, Moment()).lu
    liquidateurs = {qui for ligne in lu.lignes.values() for qui in (ligne.liquidee_par, ligne.liquidee_pour) if qui}
    return {
        "ref": lu.ref,
        "lien": vues.lien("bordereau", lu.ref, str(lu.id)),
        "jour": dates.jour(lu.jour),
        "ordres": len(lu.lignes),
        "total": vues.euros(lu.total_centimes),
        "montant": _decimal(lu.total_centimes),
        "etat": _etat(lu),
        "a_signer": not lu.ferme,
        "par_une_autre": not lu.ferme and personne.login in liquidateurs,
        "liquidateurs": ", ".join(sorted(liquidateurs)),
    }


def _etat(bordereau: Any) -> str:
    if bordereau.flux is not None:
        return "Transmis au comptable"
    if bordereau.signe_par is not None:
        return f"Signé par {bordereau.signe_par}"
    return "Vidé de ses mandats" if bordereau.ferme else "À signer"


@routes.get("/bordereaux/{ref}")
def bordereau(request: Request, lecture: LaLecture, ref: str, rang: Rang = 1, format: str = "") -> Response:
    """Show the orders of a bordereau, and its total to type to sign it."""
    lu, commun = lecture.de("bordereau", ref)
    portes, personne = lecture.portes, lecture.personne
    lus = finances.mandats(portes.services, lu, lecture.moment)
    montre_les_comptes = bool(personne.roles & COMPTABLES)
    lignes = [_ordre(mandat, comptes=montre_les_comptes, signe=lu.signe_par is not None) for mandat in lus]
    if format == "csv":
        colonnes = ("Dossier", "Bénéficiaire", "Échéance", "Calcul", "Montant", "RIB", "Où il en est")
        noms = ("dossier", "beneficiaire", "echeance", "calcul", "centimes", "compte", "etat")
        return en_csv(commun["ref"], colonnes, [[ligne[nom] for nom in noms] for ligne in lignes])
    dit = _bordereau(portes, personne, str(lu.id))
    peut = not lecture.passe and Role.ORDONNATEUR in personne.roles and dit["a_signer"] and bool(lignes)
    commun["gestes"] = [geste for geste in commun["gestes"] if not (peut and geste.adresse.endswith("/signer"))]
    signer = du_geste(par_nom("bordereau", "signer"), commun["ref"])
    return page(
        request,
        "bordereau.html",
        **commun,
        jour=dates.jour(lu.jour),
        etat=_etat(lu),
        total=vues.euros(lu.total_centimes),
        lignes=trancher(request, "rang", lignes, rang),
        illisibles=len(lu.lignes) - len(lignes),
        comptes=montre_les_comptes,
        dit=dit,
        signer=signer if peut and not dit["par_une_autre"] else None,
        caches={"version": lu.version, "commande_id": uuid4(), "confirme": "1", "vers": commun["base"]},
    )


def _ordre(mandat: finances.MandatInscrit, *, comptes: bool, signe: bool) -> dict[str, Any]:
    """Return one order in words; the total of the award it is a part of is its calculation."""
    subvention, ligne = mandat.subvention, mandat.ligne
    prevue = subvention.echeancier[ligne.echeance - 1] if ligne.echeance <= len(subvention.echeancier) else None
    vote, montant = subvention.vote_centimes, ligne.montant_centimes
    part, reste = divmod(montant * 100, vote) if vote else (0, 1)
    calcul = f"{part} % × {vues.euros(vote)}" if not reste else f"{vues.euros(montant)} sur {vues.euros(vote)}"
    controles = ["attribution reprise" if subvention.reprise else f"acte exécutoire, voté le {_le(subvention.vote_le)}"]
    controles.append("convention signée" if subvention.convention_exigee else "sans convention exigée")
    controles.append(
        f"liquidé par {ligne.liquidee_par}" + (f" pour {ligne.liquidee_pour}" if ligne.liquidee_pour else "")
    )
    return {
        "dossier": subvention.dossier_ref,
        "rang": ligne.echeance,
        "beneficiaire": mandat.denomination,
        "echeance": f"{ligne.echeance} – {mots.mot(mots.CHOIX, prevue.nature.value).lower()}"
        if prevue
        else ligne.echeance,
        "calcul": mots.typographie(calcul),
        "montant": vues.euros(montant),
        "centimes": en_decimal(montant, virgule=True),
        "compte": (mandat.compte or "oublié, ou d’un autre tiers") if comptes else "",
        "controles": controles,
        "blocages": [mots.typographie(BLOCAGES[code]) for code in mandat.blocages],
        "etat": ORDRES[mandat.etat] if signe else "À signer",
    }


def _le(jour: date | None) -> str:
    return "" if jour is None else f"{jour:%d/%m/%Y}"


@routes.get("/rejets")
def rejets(request: Request, portes: PourLire, personne: LaPersonne, apres: Apres = "", format: str = "") -> Response:
    """Show what the comptable did not pay, what is still to be taken up first, and what is to be done of each."""
    lu = requetes.rejets(portes.a_jour(), apres=apres, limite=None if format == "csv" else requetes.PAGE)
    refuses = [(ligne["id"], ligne["rang"]) for ligne in lu["lignes"]]
    lignes = [_rejet(refuse) for refuse in finances.refus_du_comptable(portes.services, refuses)]
    if format == "csv":
        colonnes = ("Dossier", "Bénéficiaire", "Échéance", "Code du motif", "Rejeté le", "À faire")
        noms = ("dossier", "beneficiaire", "echeance", "motif", "le", "a_faire")
        return en_csv("rejets", colonnes, [[ligne[nom] for nom in noms] for ligne in lignes])
    return page(
        request,
        "rejets.html",
        total=lu["total"],
        restants=lu["restants"],
        lignes=lignes,
        liquider=Role.FINANCE in personne.roles,
        pages=vues.pages(lu),
    )


def _rejet(refuse: finances.PaiementRefuse) -> dict[str, Any]:
    """Return one rejection; what is to be done is its next geste, or how far it went since."""
    subvention, geste = refuse.subvention, None
    if refuse.etape is not None:
        a_faire = f"Repris : {mots.mot(mots.ETAPES_DE_PAIEMENT, refuse.etape.value).lower()}"
    elif finances.Blocage.COORDONNEES_A_VALIDER in refuse.blocages:
        a_faire = "Faire valider le nouveau RIB par une seconde personne, puis liquider de nouveau"
    elif finances.Blocage.COORDONNEES_ABSENTES in refuse.blocages:
        a_faire = "Déclarer un RIB, le faire valider, puis liquider de nouveau"
    else:
        a_faire = "Corriger ce que dit le motif, puis liquider de nouveau"
    if refuse.etape is None:
        adresse = du_geste(par_nom("subvention", "liquider"), subvention.ref)
        geste = f"{adresse}?echeance={refuse.echeance}&vers=/rejets"
    return {
        "dossier": subvention.dossier_ref,
        "lien": vues.lien("subvention", subvention.ref, str(subvention.id)),
        "beneficiaire": refuse.denomination,
        "echeance": refuse.echeance,
        "motif": refuse.rejet.motif.replace("_", " "),
        "le": dates.jour(refuse.rejet.jalon.depuis),
        "a_faire": mots.typographie(a_faire),
        "geste": geste,
    }


@routes.get("/enveloppes")
def enveloppes(request: Request, portes: PourLire, apres: Apres = "", format: str = "") -> Response:
    """Show every enveloppe, with what is left of it."""
    lu = requetes.lister(portes.a_jour(), "enveloppe", apres=apres, limite=None if format == "csv" else requetes.PAGE)
    lues = [lire(portes.services, "enveloppe", ligne["id"], Moment()).lu for ligne in lu["lignes"]]
    if format == "csv":
        colonnes = ("Enveloppe", "Voté", "Réservé", "Engagé", "Disponible")
        return en_csv("enveloppes", colonnes, [[lue.ref, *map(_decimal, _quatre(lue))] for lue in lues])
    lignes = [
        {"ref": lue.ref, "lien": vues.lien("enveloppe", lue.ref, ""), "montants": list(map(vues.euros, _quatre(lue)))}
        for lue in lues
    ]
    return page(request, "enveloppes.html", total=lu["total"], lignes=lignes, pages=vues.pages(lu))


def _quatre(lue: Any) -> tuple[int, int, int, int]:
    return lue.vote_centimes, lue.reserve_centimes, lue.engage_centimes, lue.disponible_centimes


def _decimal(centimes: int) -> str:
    return en_decimal(centimes, virgule=True)


@routes.get("/enveloppes/{ref}")
def enveloppe(request: Request, lecture: LaLecture, ref: str, rang: Rang = 1, format: str = "") -> Response:
    """Show what became of the credits of an enveloppe: a gauge with its table, and each movement."""
    lue, commun = lecture.de("enveloppe", ref)
    services = lecture.portes.services
    if lecture.passe:
        liquide, paye = finances.verses_alors(services, lue, lecture.moment)
    else:
        liquide, paye = compter.verses(lecture.portes.a_jour(), lue.ref)
    noms = NomsDesServices(services)
    ecritures = [_ecriture(ecriture, noms) for ecriture in finances.grand_livre(lue, lecture.moment)]
    if format == "csv":
        colonnes = ("Date", "Fait", "Sur", "Variation", "Solde")
        return en_csv(
            commun["ref"], colonnes, [[e[nom] for nom in ("jour", "phrase", "sur", "brut", "reste")] for e in ecritures]
        )
    montants = {
        "vote": lue.vote_centimes,
        "reserve": lue.reserve_centimes,
        "engage": lue.engage_centimes,
        "liquide": liquide,
        "paye": paye,
        "disponible": lue.disponible_centimes,
    }
    return page(
        request,
        "enveloppe.html",
        **commun,
        dispositif=mots.dispositif(lue.dispositif),
        exercice=lue.exercice,
        section=mots.mot({}, lue.section).lower() if lue.section else "",
        montants={nom: vues.euros(valeur) for nom, valeur in montants.items()},
        parts=_parts(montants),
        en_attente=vues.euros(sum(e.total_centimes for e in lue.en_attente.values())) if lue.en_attente else None,
        ecritures=trancher(request, "rang", ecritures[::-1], rang),
        toutes=bool(lecture.personne.roles & ENVELOPPES),
    )


def _parts(montants: dict[str, int]) -> list[dict[str, Any]]:
    """Return the parts of the gauge, each with its place and its width."""
    centimes = {
        **montants,
        "liquide": montants["liquide"] - montants["paye"],
        "engage": montants["engage"] - montants["liquide"],
    }
    total, x = max(1, sum(centimes[nom] for nom, _ in PARTS)), 0.0
    parts: list[dict[str, Any]] = []
    for nom, titre in PARTS:
        largeur = max(0, centimes[nom]) * LARGEUR / total
        part = f"{centimes[nom] * 100 / total:.0f}"
        parts.append({"nom": nom, "titre": titre, "x": f"{x:.2f}", "largeur": f"{largeur:.2f}", "part": part})
        parts[-1]["montant"] = vues.euros(centimes[nom])
        x += largeur
    return parts


def _ecriture(ecriture: finances.Ecriture, noms: NomsDesServices) -> dict[str, Any]:
    """Return a movement: on what, for how much, and what was left."""
    inscription = ecriture.inscription
    espece = next((nom for nom in ("dossier", "deliberation") if getattr(inscription.fait, nom, None)), "")
    identifiant = getattr(inscription.fait, espece, inscription.entete.id)
    sur = noms.designer(espece, identifiant) if espece else ""
    variation = ecriture.variation_centimes
    return {
        "jour": dates.marque(inscription.entete.effectif_le),
        "phrase": mots.typographie(inscription.fait.phrase(noms)),
        "sur": sur,
        "lien": vues.lien(espece, sur, str(identifiant)) if espece else "",
        "variation": "" if not variation else f"{'+' if variation > 0 else ''}{vues.euros(variation)}",
        "solde": vues.euros(ecriture.solde_centimes),
        "brut": _decimal(variation),
        "reste": _decimal(ecriture.solde_centimes),
    }
