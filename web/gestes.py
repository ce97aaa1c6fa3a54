"""A geste on the site: its form, made from its class; what is checked before it is recorded; what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from application import mots
from application.commandes import Appel
from application.consultations.historique import attentes_de, historique
from application.consultations.moment import Moment, lire_effet
from application.declaration import Geste
from application.gestes.depot import DeposerDossier
from application.gestes.recueil import par_nom
from application.habilitations import exiger_role
from application.store import CommandeDejaUtilisee, FluxDispute, VersionPerimee
from kernel.refus import Empechement, Refus, SaisieInvalide
from web import dates, vues
from web.acces import AccesRefuse
from web.adresses import NOMS, d_ici, du_geste
from web.brouillons import GARDE, GARDER, conserver, garder, oublier, reprendre
from web.consequences import laisser_agir_le_moteur
from web.contenus import communiquer, services_pour
from web.copie import d_apres_un_dossier
from web.corps import lire_parties
from web.formulaire.champs import ChampDeGeste, champs_de, fichiers
from web.formulaire.contenu import remplir
from web.formulaire.essai import empechement
from web.formulaire.offres import Offres
from web.formulaire.saisie import FICHIER_DE, FormulaireRempli, Lue, fautes, fautes_des_fichiers, lire, recue
from web.formulaire.vue import VueDuFormulaire, ajouter, preparer, trouver
from web.gabarits import page
from web.personne import LaPersonne, Personne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)
RESERVES: Final = frozenset({"version", "commande_id", "jeton", "le", "confirme", "vers", "brouillon", GARDE})
"""Hidden fields of every form: no field of a geste is called so."""
AJOUTER, RETIRER, ACTUALISER, MODIFIER = "_ajouter", "_retirer", "_actualiser", "_modifier"
"""Buttons that record nothing: a row more, a row less, other lists, the form again."""
TROP_DISPUTE: Final = (
    "Trop de personnes écrivent au même endroit en ce moment : rien n’est enregistré. Envoyez de nouveau."
)
NON_COMPRIS: Final = "Ce formulaire est incomplet : rien n’est enregistré. Relisez-le, puis envoyez-le de nouveau."


@dataclass(frozen=True)
class Demande:
    """A geste asked by somebody who may do it, on what `ref` names."""

    request: Request
    portes: Portes
    personne: Personne
    geste: Geste
    ref: str

    @cached_property
    def agregat(self) -> Any:
        """Return what it is done on, None when the geste makes it; refuse with ReferenceInconnue."""
        if self.geste.champ is None:
            return None
        return self.portes.services.trouver(self.geste.cible.classe, self.ref)

    @cached_property
    def objet_attendu(self) -> str | None:
        """Return the objet of the first thing awaited that this geste ends, None when nothing awaits it."""
        if self.agregat is None:
            return None
        nom = f"{self.geste.agregat} {self.geste.nom}"
        attentes = attentes_de(self.portes.services, self.geste.cible.classe.nom, str(self.agregat.id), Moment())
        return next((a["objet"] for a in attentes if nom in {dit["geste"] for dit in a["gestes"]}), None)

    @property
    def champs(self) -> tuple[ChampDeGeste, ...]:
        """Return the fields of its form."""
        return champs_de(self.geste)

    @property
    def en_deux_temps(self) -> bool:
        """Tell whether what is typed is shown again before it is recorded: nothing undoes it."""
        return self.geste.se_defait_par is None and bool(self.champs)

    @property
    def conservable(self) -> bool:
        """Tell whether what is typed may be kept as a draft: a dépôt, which takes several days."""
        return self.geste.commande is DeposerDossier

    def offres(self, saisie: FormulaireRempli) -> Offres:
        """Return the lists of its form."""
        return Offres(self.portes, self.agregat, saisie.texte)


def _demande(
    request: Request, portes: LesPortes, personne: LaPersonne, collection: str, nom: str, ref: str = ""
) -> Demande:
    """Find the geste, and check who asks before anything else is told."""
    try:
        geste = par_nom(NOMS[collection], nom)
    except KeyError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    if (geste.champ is None) is bool(ref):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    try:
        services = portes.services
        exiger_role(services.store, personne.login, geste.roles, services.maintenant(), f"{geste.agregat} {geste.nom}")
    except Refus as refus:
        raise AccesRefuse(refus.message, refus.code) from refus
    return Demande(request, portes, personne, geste, ref)


async def _saisie(request: Request, portes: LesPortes) -> FormulaireRempli:
    return recue(await lire_parties(request, portes.services.taille_max_fichier))


LaDemande = Annotated[Demande, Depends(_demande)]
LaSaisie = Annotated[FormulaireRempli, Depends(_saisie)]


@routes.get("/{collection}/gestes/{nom}")
@routes.get("/{collection}/{ref}/gestes/{nom}")
def montrer(request: Request, demande: LaDemande) -> Response:
    """Show the form; what the address says of its fields is filled."""
    lequel = request.query_params.get(GARDE, "")
    garde = reprendre(demande.portes, demande.personne.login, request.query_params.get("brouillon", lequel))
    if garde is not None:
        return _formulaire(demande, garde.sans("confirme").avec(GARDE, lequel), garde=True)
    if demande.geste.commande is DeposerDossier and (depuis := request.query_params.get("depuis", "")):
        copie = d_apres_un_dossier(demande.portes, demande.personne, demande.champs, depuis)
        return _formulaire(demande, preparer(demande.champs, copie, demande.offres(copie)))
    champs = {champ.nom for champ in demande.champs if not champ.compose}
    dits = {cle: (valeur,) for cle, valeur in request.query_params.items() if cle in champs}
    saisie = FormulaireRempli(dits)
    prepare = preparer(demande.champs, saisie, demande.offres(saisie), objet=demande.objet_attendu or "")
    return _formulaire(demande, prepare)


@routes.post("/{collection}/gestes/{nom}")
@routes.post("/{collection}/{ref}/gestes/{nom}")
def recevoir(demande: LaDemande, saisie: LaSaisie) -> Response:
    """Record it, or show what is to be read again: a row asked for, what is checked, what was refused, what another did."""
    saisie = _avec_ses_fichiers(demande, saisie)
    if (changee := _changer(demande, saisie)) is not None:
        return _formulaire(demande, changee)
    if saisie.texte(GARDER) and demande.conservable:
        conserver(demande.portes, demande.personne.login, saisie)
        return RedirectResponse("/brouillons", HTTPStatus.SEE_OTHER)
    fautifs = fautes_des_fichiers(saisie, demande.portes.services.taille_max_fichier)
    for chemin in fautifs:
        saisie = saisie.sans(chemin)
    lue = lire(demande.champs, saisie, demande.offres(saisie))
    lue.erreurs.update(fautifs)
    donnees = _donnees(demande, saisie, lue)
    services = demande.portes.services
    try:
        appel = _appel(demande, saisie)
        if lue.erreurs or (demande.en_deux_temps and not saisie.texte("confirme")):
            commande = demande.geste.lire(donnees)
            if lue.erreurs:
                raise SaisieInvalide(NON_COMPRIS, erreurs=[])
            dits = commande.avertissements() if isinstance(commande, DeposerDossier) else []
            return _verifier(demande, _dit_par_un_fichier(demande, saisie, commande), avertissements=dits)
        depuis = services.store.enregistreur.derniere_position()
        recu = demande.geste.recevoir(donnees, appel, services)
        laisser_agir_le_moteur(services, depuis)
    except VersionPerimee:
        return _conflit(demande, saisie)
    except (Refus, Empechement, FluxDispute) as refus:
        return _redire(demande, saisie, lue, refus)
    oublier(demande.portes, demande.personne.login, saisie)
    adresse = d_ici(saisie.texte("vers")) or vues.lien(recu.agregat, recu.ref, str(recu.id))
    suite = "&" if "?" in adresse else "?"
    return RedirectResponse(f"{adresse}{suite}recu={recu.commande_id}", HTTPStatus.SEE_OTHER)


def _redire(demande: Demande, saisie: FormulaireRempli, lue: Lue, refus: Refus | Empechement | FluxDispute) -> Response:
    """Show the form again with what was refused, where it is; what no rule refused is sent again under the same id."""
    if isinstance(refus, CommandeDejaUtilisee):  # sent, then changed with the back button: it is another command now
        return _formulaire(demande, saisie.sans("commande_id"), {"": refus.message})
    if isinstance(refus, Refus):
        return _formulaire(demande, saisie, fautes(refus, lue, saisie, demande.champs))
    message = refus.message if isinstance(refus, Empechement) else TROP_DISPUTE
    return _formulaire(demande, saisie, {"": message}, statut=HTTPStatus.SERVICE_UNAVAILABLE)


def _changer(demande: Demande, saisie: FormulaireRempli) -> FormulaireRempli | None:
    """Return what is typed with the row asked for, or without; None when the form is sent for good."""
    if (quoi := saisie.texte(AJOUTER)) and (champ := trouver(demande.champs, quoi)):
        return ajouter(champ, quoi, saisie)
    if quoi := saisie.texte(RETIRER):
        return saisie.sans(quoi)
    if saisie.texte(ACTUALISER):
        return preparer(demande.champs, saisie, demande.offres(saisie))
    return saisie if saisie.texte(MODIFIER) else None


def _donnees(demande: Demande, saisie: FormulaireRempli, lue: Lue) -> dict[str, Any]:
    """Return what the geste receives: the fields, or the one file that fills them all."""
    geste = demande.geste
    if geste.document is not None and (fichier := saisie.fichier(FICHIER_DE)) is not None:
        joints = {joint.nom: joint for joint in saisie.fichiers.get(f"{FICHIER_DE}joints", ())}
        return {geste.document.champ: fichier, "jointes": joints}
    return lue.donnees if geste.champ is None else {**lue.donnees, geste.champ: demande.ref}


def _dit_par_un_fichier(demande: Demande, saisie: FormulaireRempli, commande: Any) -> FormulaireRempli:
    """Return the form with what a file said typed in it, in place of the file."""
    if not any(chemin.startswith(FICHIER_DE) for chemin in saisie.fichiers):
        return saisie
    caches = {nom: valeurs for nom, valeurs in saisie.textes.items() if nom in RESERVES}
    rempli = remplir(demande.champs, commande)
    return replace(rempli, textes={**rempli.textes, **caches}).sans("brouillon")


def _appel(demande: Demande, saisie: FormulaireRempli) -> Appel:
    """Return in whose name, when, and on which version seen; refuse with SaisieInvalide hidden fields that were touched."""
    try:
        commande_id = UUID(saisie.texte("commande_id"))
        version = None if demande.agregat is None else int(saisie.texte("version"))
    except ValueError:
        raise SaisieInvalide(NON_COMPRIS) from None
    le = lire_effet(dates.normaliser(saisie.texte("le")))
    return Appel(acteur=demande.personne.login, commande_id=commande_id, le=le, version=version)


def _avec_ses_fichiers(demande: Demande, saisie: FormulaireRempli) -> FormulaireRempli:
    """Return the form with the files that it had the last time, unless others were chosen; they wait in a draft."""
    garde = reprendre(demande.portes, demande.personne.login, saisie.texte("brouillon"))
    avant = garde.fichiers if garde else {}
    complete = replace(saisie, fichiers={**avant, **saisie.fichiers})
    return complete if avant == complete.fichiers else complete.sans("brouillon")


def _garder_ses_fichiers(demande: Demande, saisie: FormulaireRempli) -> FormulaireRempli:
    """Return a form about to be shown again with the draft of its files, made when one of them is new."""
    if not saisie.fichiers or saisie.texte("brouillon"):
        return saisie
    fichiers = replace(saisie, textes={})
    return saisie.avec("brouillon", str(garder(demande.portes, demande.personne.login, fichiers)))


def _formulaire(
    demande: Demande,
    saisie: FormulaireRempli,
    erreurs: Mapping[str, str] | None = None,
    *,
    statut: int = HTTPStatus.UNPROCESSABLE_ENTITY,
    garde: bool = False,
) -> Response:
    """Show the form with what is typed, and what is wrong where it is; `garde`: it comes back from a draft."""
    saisie = _garder_ses_fichiers(demande, saisie)
    vue = VueDuFormulaire(saisie, demande.offres(saisie), erreurs or {})
    geste = demande.geste
    return page(
        demande.request,
        "geste.html",
        statut=statut if erreurs else HTTPStatus.OK,
        champs=vue.champs(demande.champs),
        erreurs=[(chemin.replace(".", "-"), _dite(demande, chemin, dit)) for chemin, dit in (erreurs or {}).items()],
        empechement=None if erreurs else _empechement(demande),
        document=geste.document,
        joints=bool(geste.document) and any(fichiers(demande.champs)),
        envoie_des_fichiers=bool(geste.document) or any(fichiers(demande.champs)),
        garde=garde,
        conservable=demande.conservable,
        **_commun(demande, saisie),
    )


def _empechement(demande: Demande) -> str | None:
    """Return why it does not fit now: what is awaited, the state accepts, on its day and after what comes first."""
    if demande.agregat is None:
        return None
    attendu = demande.objet_attendu is not None
    return empechement(demande.geste, demande.ref, demande.personne.login, demande.portes.services, attendu=attendu)


def _verifier(
    demande: Demande,
    saisie: FormulaireRempli,
    faits: list[dict[str, Any]] | None = None,
    avertissements: Sequence[str] = (),
) -> Response:
    """Show everything typed before it is recorded; with what others recorded meanwhile, if they did."""
    saisie = _garder_ses_fichiers(demande, saisie)
    vue = VueDuFormulaire(saisie, demande.offres(saisie), {})
    return page(
        demande.request,
        "verifier.html",
        statut=HTTPStatus.OK if faits is None else HTTPStatus.CONFLICT,
        resume=vue.resume(demande.champs),
        faits=faits,
        avertissements=avertissements,
        **_commun(demande, saisie),
    )


def _conflit(demande: Demande, saisie: FormulaireRempli) -> Response:
    """Show what others did since the form was opened; what was typed waits for one more button, on the version of now."""
    vue, maintenant = saisie.texte("version"), str(demande.agregat.version)
    espece, lequel = demande.geste.cible.classe.nom, demande.agregat.id
    services = services_pour(demande.portes, demande.personne, espece, lequel, "les motifs")
    lignes = communiquer(demande.personne, historique(services, lequel, Moment()))
    faits = [vues.fait(ligne) for ligne in lignes if ligne["version"] > int(vue)]
    return _verifier(demande, saisie.avec("version", maintenant), faits)


def _commun(demande: Demande, saisie: FormulaireRempli) -> dict[str, Any]:
    """Return what both pages show, and the hidden fields of their form."""
    geste, agregat = demande.geste, demande.agregat
    version = saisie.texte("version") or ("" if agregat is None else str(agregat.version))
    caches = {"commande_id": saisie.texte("commande_id") or str(uuid4()), "version": version}
    caches |= {nom: dit for nom in ("brouillon", GARDE) if (dit := saisie.texte(nom))}
    if vers := d_ici(saisie.texte("vers") or demande.request.query_params.get("vers", "")):
        caches["vers"] = vers  # where one comes from, and goes back once it is done
    return {
        "geste": geste,
        "aide": (geste.commande.__doc__ or "").strip(),
        "objet": _objet(demande),
        "adresse": du_geste(geste, demande.ref),
        "caches": caches,
        "le": saisie.texte("le"),
        "tapes": [
            (cle, v) for cle, vs in saisie.textes.items() if cle not in RESERVES and not cle.startswith("_") for v in vs
        ],
        "en_deux_temps": demande.en_deux_temps,
    }


def _objet(demande: Demande) -> dict[str, str]:
    """Return what the geste is done on, as people call it, and its page; the noun alone when the geste makes it."""
    espece, agregat = demande.geste.cible.classe.nom, demande.agregat
    nom = mots.mot(mots.ESPECES, espece)
    if agregat is None:
        return {"espece": nom, "nom": "", "lien": "", "dit": "", "id": ""}
    ref = agregat.ref or str(agregat.id)
    return {
        "espece": nom,
        "nom": ref,
        "lien": vues.lien(espece, ref, str(agregat.id)),
        "dit": _presenter(espece, agregat),
        "id": str(agregat.id),
    }


def _presenter(espece: str, agregat: Any) -> str:
    """Return whose it is, what for and how much is proposed: its number alone says little to who is about to sign."""
    if espece == "tiers":
        return str(agregat.denomination)
    if espece != "dossier":
        return ""
    proposition, demande = agregat.proposition, vues.euros(agregat.demande_centimes)
    propose = None if proposition is None else vues.euros(proposition.montant_centimes)
    montants = (demande and f"{demande} demandés", propose and f"{propose} proposés")
    return " · ".join(dit for dit in (agregat.objet, agregat.denomination, *montants) if dit)


def _dite(demande: Demande, chemin: str, dit: str) -> str:
    """Return a mistake with the name of its field before it."""
    champ = trouver(demande.champs, chemin) if chemin else None
    phrase = f"{champ.titre} : {dit}" if champ is not None else dit
    return mots.typographie(phrase if phrase.endswith((".", "!", "?")) else f"{phrase}.")
