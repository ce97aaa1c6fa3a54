"""The whole of a request: whom to write to, its criteria, its pièces, its avis and its calculation, at a date and as known.

What the coffre holds is read through the doors that are given: who may not read it is given closed ones.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.avis import AvisRendu, AvisReputeRendu, tardif
from aggregates.dossier.completude import PieceRecue
from aggregates.dossier.examen import CriteresApprecies
from aggregates.dossier.motifs import MOTIFS, REPONSES, dire
from aggregates.dossier.notification import delai_contentieux
from aggregates.dossier.recours import issue_du_recours, terme
from aggregates.tiers import QUALITES, Tiers
from application import mots
from application.consultations.historique import connues
from application.consultations.moment import Moment
from application.consultations.recalcul import propose_de
from application.noms import NomsDesServices, absence
from application.services import Services
from application.store import sauf_illisible
from dispositifs.identites import NUMEROS, designer
from kernel.faits import Inscription
from kernel.identifiants import ReferenceInconnue, identifiant
from kernel.instants import jour_de, rfc3339, texte_d_effet
from kernel.montants import en_euros


def a_cette_date(services: Services, dossier_id: UUID, moment: Moment) -> Dossier:
    """Return the dossier as it was at that moment."""
    return services.store.charger_a(Dossier, dossier_id, au=moment.au, connu_au=moment.connu_au)


def contact(services: Services, dossier: Dossier) -> dict[str, str | None] | None:
    """Return whom to write to; None when nobody was named, or is known any more."""
    lu = None if dossier.contact is None else services.coffre.lire(dossier.contact)
    return None if lu is None else json.loads(lu)


def quartiers(services: Services, dossier: Dossier) -> list[str]:
    """Return the quartiers of the request by their names and codes, then what was written that is none."""
    connus = [f"{services.qpv.get(code, code)} ({code})" for code in dossier.qpv]
    return connus + [f"« {dit} », inconnu" for dit in quartiers_inconnus(services, dossier)]


def quartiers_inconnus(services: Services, dossier: Dossier) -> list[str]:
    """Return what was written in place of a quartier, and is none."""
    dits: list[str] = _textes(services, dossier).get("quartiers_inconnus", [])
    return dits


def numero(beneficiaire: dict[str, str | None]) -> str:
    """Return what an applicant is known by; blank when it has no number."""
    return designer(**{nom: beneficiaire[nom] for nom in NUMEROS})


def ecrits(services: Services, dossier: Dossier) -> list[str]:
    """Return what was written of the applicant’s numbers and of its amount, and could not be taken."""
    lus = _textes(services, dossier)
    numeros = [f"{nom.upper()} « {dit} », qui n’en est pas un" for nom, dit in lus.get("numeros_faux", {}).items()]
    montant = lus.get("montant_ecrit")
    return numeros + ([] if montant is None else [f"montant demandé écrit : {en_euros(montant)}"])


def _textes(services: Services, dossier: Dossier) -> dict[str, Any]:
    lu = None if dossier.textes is None else services.coffre.lire(dossier.textes)
    return {} if lu is None else json.loads(lu)


def signataires(services: Services, dossier: Dossier) -> list[str]:
    """Return who could sign for the applicant on the day it asked, as far as its powers were said."""
    tiers = (
        None if dossier.tiers_id is None else sauf_illisible(partial(services.store.charger, Tiers, dossier.tiers_id))
    )
    jour, noms = dossier.envoye_le or dossier.depose_le, NomsDesServices(services)
    if tiers is None or jour is None:
        return []
    return [f"{noms.texte(r.nom)}, {QUALITES[r.qualite]}" for r in tiers.representants_le(jour)]


def criteres(services: Services, dossier: Dossier) -> list[dict[str, str]]:
    """Return what the applicant answered to each criterion of the règlement; blank for no answer."""
    if dossier.textes is None:
        return []
    lu = services.coffre.lire(dossier.textes)
    dits, sinon = ({}, absence(services.coffre)) if lu is None else (json.loads(lu).get("criteres", {}), "")
    reglement = _reglement(services, dossier)
    voulus = () if reglement is None else reglement.criteres
    connus = [
        {"code": c.code, "libelle": c.libelle, "source": c.source, "reponse": dits.pop(c.code, sinon)} for c in voulus
    ]
    return connus + [{"code": code, "libelle": code, "source": "", "reponse": dit} for code, dit in dits.items()]


def _reglement(services: Services, dossier: Dossier) -> Any:
    """Return the règlement that a dossier follows, None where it cannot be read or there is none."""
    campagne = sauf_illisible(partial(services.store.charger, Campagne, identifiant("campagne", dossier.campagne)))
    jour = dossier.complet_le or dossier.depose_le or jour_de(services.maintenant())
    return None if campagne is None else campagne.selon(dossier.reglement, dossier.depose_le, jour).reglement


def nommer_les_pieces(services: Services, dossier: Dossier) -> Callable[[str], str]:
    """Return what says the name of a pièce: the one the règlement gives, else its code in words."""
    reglement = _reglement(services, dossier)
    libelles = {piece.code: piece.libelle for piece in reglement.pieces} if reglement else {}
    return lambda code: libelles.get(code) or mots.mot({}, code)


def appreciations(services: Services, dossier: Dossier, moment: Moment) -> dict[str, dict[str, Any]]:
    """Return what an agent said of each criterion appreciated, by its code, with its fact."""
    versions = {
        une.critere: i.entete.version
        for i in connues(dossier.inscriptions, moment)
        if isinstance(i.fait, CriteresApprecies)
        for une in i.fait.appreciations
    }
    noms = NomsDesServices(services)
    return {
        code: {
            "appreciation": mots.mot(mots.CHOIX, une.appreciation),
            "justification": noms.texte(une.justification),
            "version": versions[code],
        }
        for code, une in dossier.appreciations.items()
    }


def pieces(services: Services, dossier: Dossier, moment: Moment) -> list[dict[str, Any]]:
    """Return each pièce of the règlement, then the others, with what was received for it: the version of its fact, its digest."""
    exigees = {piece.code: piece for piece in dossier.pieces_exigees}
    recues: dict[str, list[dict[str, Any]]] = {code: [] for code in exigees}
    for i in connues(dossier.inscriptions, moment):
        if isinstance(i.fait, PieceRecue):
            nom = None if i.fait.nom is None else services.coffre.lire(i.fait.nom)
            recue = {
                "version": i.entete.version,
                "sha256": i.fait.sha256,
                "nom": nom,
                **_sort(dossier, i.fait.code, i.entete.version),
            }
            recues.setdefault(i.fait.code, []).append({**recue, "recue_le": texte_d_effet(dossier.effet_du(i.entete))})
    nom_de = nommer_les_pieces(services, dossier)
    return [
        {
            "code": code,
            "piece": nom_de(code),
            "exigee_par": exigees[code].exigee_par if code in exigees else None,
            "bloquante": code in exigees and exigees[code].bloquante,
            "recues": lues,
        }
        for code, lues in recues.items()
    ]


def _sort(dossier: Dossier, code: str, version: int) -> dict[str, Any]:
    """Tell what became of a reception: verified on a day, or set aside."""
    vue = dossier.pieces_verifiees.get(version)
    return {
        "verifiee_le": None if vue is None else vue.isoformat(),
        "ecartee": version <= dossier.pieces_ecartees.get(code, 0),
    }


def pieces_recues(dossier: Dossier) -> list[tuple[Inscription, PieceRecue]]:
    """Return each reception of a pièce, with the fact that tells it."""
    return [(i, i.fait) for i in dossier.inscriptions if isinstance(i.fait, PieceRecue)]


def piece_recue(services: Services, reference: str, nom: str) -> tuple[Dossier, PieceRecue]:
    """Return a pièce by the version of its fact, or the last received of a code, or refuse with ReferenceInconnue."""
    dossier = services.trouver(Dossier, reference)
    for inscription in reversed(dossier.inscriptions):
        fait = inscription.fait
        if isinstance(fait, PieceRecue) and nom in {fait.code, str(inscription.entete.version)}:
            return dossier, fait
    raise ReferenceInconnue(f"Le dossier {dossier.ref} n’a pas reçu cette pièce.", reference=nom)


def motifs(services: Services, dossier: Dossier) -> list[dict[str, Any]]:
    """Return what was found against the request, with the answer that holds and its justification."""
    noms = NomsDesServices(services)
    textes = (motif.justification for motif in dossier.motifs.values())
    return [
        {**releve, "justification": None if texte is None else noms.texte(texte)}
        for releve, texte in zip(motifs_releves(dossier), textes, strict=True)
    ]


def motifs_releves(dossier: Dossier) -> list[dict[str, Any]]:
    """Return what was found against the request, and how it was answered: no text of the coffre."""
    return [
        {
            "code": motif.code,
            "objet": motif.objet,
            "motif": dire(motif.code, motif.objet),
            "source": MOTIFS[motif.code].source if motif.code in MOTIFS else None,
            "releve_le": rfc3339(motif.depuis),
            "sens": motif.sens,
            "reponse": None if motif.sens is None else REPONSES[motif.sens],
            "repondu_le": None if motif.repondu_le is None else rfc3339(motif.repondu_le),
            "version": motif.version,
        }
        for motif in dossier.motifs.values()
    ]


def eligibilite(dossier: Dossier) -> dict[str, Any]:
    """Return what its eligibility was examined on: the period, the list that judged its territory, an early start allowed."""
    debut, fin = dossier.periode or (None, None)
    au, liste = dossier.territoire_juge or (None, None)
    jours = {"debut": debut, "fin": fin, "territoire_au": au, "demarrage_autorise": dossier.demarrage_autorise}
    return {**{nom: None if le is None else le.isoformat() for nom, le in jours.items()}, "liste": liste}


def avis(services: Services, dossier: Dossier, moment: Moment) -> list[dict[str, Any]]:
    """Return each avis asked, and what came of it."""
    rendus: dict[str, Inscription] = {
        i.fait.aupres_de: i
        for i in connues(dossier.inscriptions, moment)
        if isinstance(i.fait, AvisRendu | AvisReputeRendu)
    }
    noms, lus = NomsDesServices(services), []
    for demande in dossier.avis:
        rendu, texte = rendus.get(demande.de), dossier.avis_textes.get(demande.de)
        lus.append(
            {
                "de": demande.de,
                "demande_le": rfc3339(demande.depuis),
                "echeance": None if demande.echeance is None else rfc3339(demande.echeance),
                "groupe": demande.groupe,
                "hors_liste": demande.hors_liste,
                "tardif": tardif(dossier, demande.de),
                "sens": dossier.avis_rendus.get(demande.de),
                "rendu_le": None if rendu is None else texte_d_effet(dossier.effet_du(rendu.entete)),
                "texte": None if texte is None else noms.texte(texte),
                "version": (demande if rendu is None else rendu.entete).version,
            }
        )
    return lus


def recours(services: Services, dossier: Dossier, non_opposables: str | None) -> list[dict[str, Any]]:
    """Return each recours, what came of it, and until when a délai that it had interrupted runs again.

    None runs against the applicant while its accusé lacks what the law asks (`non_opposables` says what).
    """
    noms = NomsDesServices(services)
    return [
        {
            "rang": r.rang,
            "nature": r.nature,
            "par": r.par,
            "contre": r.contre,
            "forme_le": r.le.isoformat(),
            "texte": noms.texte(r.texte),
            "issue": issue_du_recours(r) or "en_cours",
            "echeance": None if (echeance := terme(r)) is None else echeance.dernier_jour.isoformat(),
            "reponse": None if r.fin is None or r.fin.texte is None else noms.texte(r.fin.texte),
            "contentieux_jusqu_au": None
            if (court := delai_contentieux(dossier, r)) is None or (non_opposables and r.par == "demandeur")
            else court.dernier_jour.isoformat(),
            "non_opposable": non_opposables if court is not None and r.par == "demandeur" else None,
            "version": (r.fin or r).version,
        }
        for r in dossier.recours.values()
    ]


def calcul(dossier: Dossier) -> dict[str, Any] | None:
    """Return how the amount proposed was reached, line by line; None while nothing is proposed, or it was taken over."""
    propose, proposition = propose_de(dossier), dossier.proposition
    if propose is None or proposition is None:
        return None
    return {
        "etapes": [etape.model_dump() for etape in propose.etapes],
        "calcule_centimes": propose.calcule_centimes,
        "propose_centimes": propose.montant_centimes,
        "derogation": propose.derogation is not None,
        "version": proposition.version,
    }
