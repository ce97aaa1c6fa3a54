"""The scrutin from the keyboard: one line in focus, « même vote » ready, Enter records it and goes to the next one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from application import mots
from application.commandes import Appel
from application.consultations import seances
from application.consultations.deliberations import LigneDeVote, ScrutinLu, derniers, lignes
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.gestes.recueil import par_nom
from application.noms import NomsDesServices
from application.store import CommandeDejaUtilisee, VersionPerimee
from kernel.instants import PARIS, jour_de
from kernel.montants import lire_montant
from kernel.refus import Refus, SaisieInvalide
from web import dates, vues
from web.brouillons import reprendre
from web.consequences import laisser_agir_le_moteur
from web.formulaire.saisie import FormulaireRempli, Lue, fautes
from web.gabarits import page
from web.gestes import NON_COMPRIS, LaSaisie
from web.pages.seances import ligne, noms
from web.pans import trancher
from web.personne import LaPersonne, Personne
from web.portes import POSITION_MAX, LesPortes, Portes
from web.recu import lire_le_recu

routes = APIRouter(include_in_schema=False)
TOUS: Final = {"pour": "Tous pour", "contre": "Tous contre", "abstention": "Tous s’abstiennent"}
AJOURNER: Final = "ajourner"
RESTE: Final = "reste"
NOMMES: Final = {
    "deports": "Déports",
    "contre": "Contre",
    "abstention": "Abstentions",
    "pour": "Pour",
    "nppv": "Ne prennent pas part au vote",
}
"""Where members are named, in the order of the keyboard: what is of one line first."""
REPRIS: Final = 3
"""Votes offered again, at most: after a line voted apart, the one before it is still one key away."""


@dataclass(frozen=True)
class Salle:
    """The sitting as its clerk sees it."""

    portes: Portes
    personne: Personne
    seance: Any

    @cached_property
    def rapports(self) -> Sequence[Any]:
        """Return its rapports, in their order."""
        return seances.rapports(self.portes.services, self.seance.id)

    @cached_property
    def lignes(self) -> list[LigneDeVote]:
        """Return all its lines."""
        return lignes(self.rapports, NomsDesServices(self.portes.services))

    @cached_property
    def derniers(self) -> list[ScrutinLu]:
        """Return the votes that may be said again, the last one first."""
        return derniers(self.rapports, REPRIS)

    @property
    def adresse(self) -> str:
        """Return where the scrutin is held."""
        return f"{vues.lien('seance', self.seance.ref, '')}/scrutin"

    @property
    def en_direct(self) -> bool:
        """Tell whether what is typed is of now; else it is typed after the day of the sitting, which it then bears."""
        return self.seance.jour is None or jour_de(self.portes.services.maintenant()) <= self.seance.jour

    def suivante(self, apres: int, *, sauf: Iterable[int] = ()) -> int | None:
        """Return the next line to vote, in a circle; None when none is left."""
        a_voter = [lue.rang for lue in self.lignes if lue.a_voter and lue.rang not in {*sauf, apres}]
        return next((rang for rang in a_voter if rang > apres), next(iter(a_voter), None))

    def ligne(self, rang: str) -> LigneDeVote:
        """Return a line by its rank, or refuse with SaisieInvalide."""
        for lue in self.lignes:
            if str(lue.rang) == rang:
                return lue
        raise SaisieInvalide(f"Cette séance n’a pas de ligne « {rang[:60]} ».", ligne=rang[:60])

    def reste(self, visee: LigneDeVote) -> list[LigneDeVote]:
        """Return what is still to vote in the rapport of a line."""
        return [lue for lue in self.lignes if lue.a_voter and lue.rapport.id == visee.rapport.id]


@dataclass(frozen=True)
class EnVue:
    """What an address says: the line in focus, else the first one of a rapport; what was just done; where the list begins.

    `brouillon` is what a session that ended had typed.
    """

    ligne: str = ""
    rapport: str = ""
    recu: str = ""
    depuis: Annotated[int, Query(ge=0, le=POSITION_MAX)] = 0
    brouillon: str = ""


@routes.get("/seances/{ref}/scrutin")
def montrer(
    request: Request, portes: LesPortes, personne: LaPersonne, ref: str, vue: Annotated[EnVue, Depends()]
) -> Response:
    """Show one line to vote, the first one when none is named."""
    salle = _salle(portes, personne, ref)
    if (garde := reprendre(portes, personne.login, vue.brouillon)) is not None:
        return _page(request, salle, salle.ligne(garde.texte("ligne")), garde.sans("confirme"), vue=vue)
    du_rapport = (lue for lue in salle.lignes if lue.a_voter and vue.rapport in {"", lue.rapport.ref})
    visee = salle.ligne(vue.ligne) if vue.ligne else next(du_rapport, None)
    return _page(request, salle, visee, FormulaireRempli(), vue=replace(vue, brouillon=""))


@routes.post("/seances/{ref}/scrutin")
def enregistrer(request: Request, portes: LesPortes, personne: LaPersonne, ref: str, saisie: LaSaisie) -> Response:
    """Record the vote of a line, or of those that are left of its rapport, then go to the next one."""
    salle = _salle(portes, personne, ref)
    visee = salle.ligne(saisie.texte("ligne"))
    en_bloc = saisie.texte("portee") == RESTE
    lue = _lire(salle, saisie)
    if lue.erreurs:
        return _page(request, salle, visee, saisie, lue.erreurs)
    if en_bloc and not saisie.texte("confirme"):
        return _page(request, salle, visee, saisie, bloc=True)
    donnees = {**lue.donnees, "deliberation": visee.rapport.ref}
    if not en_bloc:
        donnees["ligne"] = str(visee.ligne.rapport.ligne)
    services = portes.services
    try:
        depuis = services.store.derniere_position()
        recu = par_nom("deliberation", "voter").recevoir(donnees, _appel(salle, saisie), services)
        laisser_agir_le_moteur(services, depuis)
    except VersionPerimee:
        faits = historique(services, visee.rapport.id, Moment())
        depuis_lors = [vues.fait(fait) for fait in faits if fait["version"] > int(saisie.texte("version"))]
        return _page(request, salle, visee, saisie.sans("version"), faits=depuis_lors)
    except CommandeDejaUtilisee as refus:  # sent, then changed with the back button: it is another command now
        return _page(request, salle, visee, saisie.sans("commande_id"), {"": refus.message})
    except Refus as refus:
        return _page(request, salle, visee, saisie, fautes(refus, lue, saisie, ()))
    votees = [dite.rang for dite in salle.reste(visee)] if en_bloc else ()
    suivante = salle.suivante(visee.rang, sauf=votees)
    vers = f"ligne={suivante}&" if suivante else ""
    return RedirectResponse(f"{salle.adresse}?{vers}recu={recu.commande_id}", HTTPStatus.SEE_OTHER)


def _salle(portes: Portes, personne: Personne, ref: str) -> Salle:
    return Salle(portes, personne, lire(portes.services, "seance", ref, Moment()).lu)


def _appel(salle: Salle, saisie: FormulaireRempli) -> Appel:
    """Return in whose name, on which version seen; of the day of the sitting when it is over and no hour says when."""
    try:
        commande_id, version = UUID(saisie.texte("commande_id")), int(saisie.texte("version"))
    except ValueError:
        raise SaisieInvalide(NON_COMPRIS) from None
    de_ce_jour: date | None = None
    if not salle.en_direct and not saisie.texte("heure") and saisie.texte("choix") != AJOURNER:
        de_ce_jour = salle.seance.jour
    return Appel(acteur=salle.personne.login, commande_id=commande_id, le=de_ce_jour, version=version)


def _lire(salle: Salle, saisie: FormulaireRempli) -> Lue:
    """Return the scrutin that was typed: what everyone says, or said before, but for those who are named."""
    lue = Lue(chemins={f"scrutin.{nom}": nom for nom in (*NOMMES, "mode", "heure")})
    lue.chemins["scrutin.amendement_centimes"] = "amendement"
    choix = saisie.texte("choix")
    if choix == AJOURNER:
        lue.donnees["scrutin"] = {"ajournement": True}
        return lue
    dits = {nom: _membres(salle, saisie.texte(nom), nom, lue) for nom in NOMMES}
    repris = _repris(salle, choix)
    if repris is None and choix not in TOUS:
        lue.erreurs["choix"] = "Dites ce que tous votent."
    cites = {membre for membres in dits.values() for membre in membres}
    scrutin: dict[str, Any] = {"mode": saisie.texte("mode"), "defaut": repris.defaut if repris else choix, **dits}
    for nom in ("contre", "abstention", "pour", "nppv") if repris else ():
        scrutin[nom] = (*dits[nom], *(membre for membre in getattr(repris, nom) if membre not in cites))
    if heure := saisie.texte("heure"):
        scrutin["heure"] = heure
    if montant := saisie.texte("amendement"):
        try:
            scrutin["amendement_centimes"] = lire_montant(montant)
        except Refus as refus:
            lue.erreurs["amendement"] = refus.message
    lue.donnees["scrutin"] = scrutin
    return lue


def _repris(salle: Salle, choix: str) -> Any:
    """Return the bulletin of a vote said again; None for none."""
    return next((dernier.fait.bulletin for dernier in salle.derniers if _valeur(dernier) == choix), None)


def _valeur(scrutin: ScrutinLu) -> str:
    return f"meme:{scrutin.rapport}:{scrutin.version}"


def _membres(salle: Salle, texte: str, nom: str, lue: Lue) -> tuple[str, ...]:
    """Return the members named: by their ids, or by what ends only one of them ("3" or "03" for elu-03)."""
    connus = salle.seance.feuille.membres if salle.seance.feuille else ()
    trouves = []
    for mot in texte.lower().replace(",", " ").replace(";", " ").split():
        parmi = [membre for membre in connus if mot in {membre, fin := membre.rpartition("-")[2], fin.lstrip("0")}]
        if len(parmi) != 1:
            quoi = "plusieurs membres répondent à" if parmi else "aucun membre ne répond à"
            lue.erreurs[nom] = f"{quoi.capitalize()} « {mot} »."
        trouves += parmi
    return tuple(dict.fromkeys(trouves))


def _page(
    request: Request,
    salle: Salle,
    visee: LigneDeVote | None,
    saisie: FormulaireRempli,
    erreurs: Mapping[str, str] | None = None,
    *,
    bloc: bool = False,
    faits: list[dict[str, Any]] | None = None,
    vue: EnVue = EnVue(),
) -> Response:
    """Show the line in focus and those around it; `bloc` before a vote on all that are left, `faits` what another did."""
    seance, services = salle.seance, salle.portes.services
    au = services.maintenant() if salle.en_direct else None
    reste = salle.reste(visee) if visee else []
    return page(
        request,
        "scrutin.html",
        statut=_statut(erreurs, faits),
        seance=f"Séance du {dates.jour(seance.jour)}",
        lien=vues.lien("seance", seance.ref, ""),
        adresse=salle.adresse,
        visee=ligne(visee) if visee else None,
        suivante=salle.suivante(visee.rang) if visee else None,
        # around the one in focus: a sitting has hundreds of lines, and each vote shows the page again
        lignes=trancher(request, "depuis", salle.lignes, vue.depuis or (visee.rang if visee else 1), ligne),
        a_voter=sum(lue.a_voter for lue in salle.lignes),
        quorum=seances.quorum_de(seance, au),
        ouverte=seance.etat == "ouverte",
        etat=mots.mot(mots.ETAPES, seance.etat).lower(),
        en_direct=salle.en_direct,
        votants=[(membre, a) for membre, a in seances.votants(seance, au).items()],
        choix=_choix(salle, saisie, ouverte=seance.etat == "ouverte"),
        champs=_champs(salle, saisie),
        modes=[(code, mots.mot(mots.CHOIX, code)) for code in ("main_levee", "appel_nominal")],
        erreurs=defaultdict(str, {nom: mots.typographie(dit) for nom, dit in (erreurs or {}).items()}),
        faits=faits,
        bloc=bloc,
        reste=len(reste),
        total=vues.euros(sum(lue.ligne.rapport.montant_propose_centimes for lue in reste)),
        version=saisie.texte("version") or (visee.rapport.version if visee else ""),
        commande_id=saisie.texte("commande_id") or uuid4(),
        recu=lire_le_recu(salle.portes, salle.personne, vue.recu),
        garde=bool(vue.brouillon),
    )


def _statut(erreurs: Mapping[str, str] | None, faits: list[dict[str, Any]] | None) -> int:
    if faits is not None:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if erreurs else HTTPStatus.OK


def _choix(salle: Salle, saisie: FormulaireRempli, *, ouverte: bool) -> list[tuple[str, str, bool]]:
    """Return what everyone may say, as a value, its words, and whether it is ready: the vote before, else everyone for."""
    offerts: dict[str, str] = {}
    if ouverte:
        offerts |= {_valeur(dernier): _dit(salle, dernier) for dernier in salle.derniers} | TOUS
    offerts[AJOURNER] = "Ligne ajournée : rien n’est voté"
    pret = saisie.texte("choix")
    pret = pret if pret in offerts else next(iter(offerts))
    return [(valeur, mots.typographie(dit), valeur == pret) for valeur, dit in offerts.items()]


def _dit(salle: Salle, scrutin: ScrutinLu) -> str:
    """Return a vote as it may be said again, by the last line it was of."""
    rangs = [lue.rang for lue in salle.lignes if lue.scrutin == scrutin]
    sauf = noms(scrutin)
    return f"Même vote que la ligne {max(rangs, default=0)} : {TOUS[scrutin.fait.bulletin.defaut].lower()}" + (
        f", sauf {sauf}" if sauf else ""
    )


def _champs(salle: Salle, saisie: FormulaireRempli) -> dict[str, str]:
    """Return what is typed; the way and the hour of the vote before, when the day is over, are those of the next."""
    champs = {nom: saisie.texte(nom) for nom in (*NOMMES, "amendement", "heure", "mode")}
    dernier = salle.derniers[0] if salle.derniers else None
    champs["mode"] = champs["mode"] or (dernier.fait.bulletin.mode.value if dernier else "main_levee")
    if dernier and not saisie.textes and not salle.en_direct and isinstance(dernier.le, datetime):
        champs["heure"] = f"{dernier.le.astimezone(PARIS):%H:%M}"
    return champs
