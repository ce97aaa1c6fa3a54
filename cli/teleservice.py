"""`diligence dn`: import the requests that people file on Démarche Numérique."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from application.consultations.moment import lire_effet
from application.exports.tableau import EcrivainPourLesGens, marque_de
from application.habilitations import exiger_role
from application.mots import compte
from application.ports import Echanges
from application.teleservice.commandes import ROLES
from application.teleservice.distant import Repere, Reperes
from bootstrap.site import site
from bootstrap.teleservice import une_passe
from cli.commun import Acteur, Base, Json, Remplacer, lire_appel, reglages, services
from cli.consequences import laisser_agir_le_moteur
from cli.fiches import demarche
from cli.sortie import EN_PARTIE, Sortie, imprimer, refus_dits
from kernel.instants import debut_de

REJETS_MONTRES: Final = 50
COLONNES: Final = ("numero", "ref", "champ", "id", "valeur", "motif")
"""Of the file of rejects: what stands in Démarche Numérique is corrected there, or in the mapping."""


def importer(
    selon: Annotated[Path, typer.Option("--selon", help="la correspondance de la démarche, en YAML")],
    depuis: Annotated[
        str | None, typer.Option("--depuis", help="tout relire de ce qui a changé depuis cette date (AAAA-MM-JJ)")
    ] = None,
    rejets: Annotated[Path | None, typer.Option("--rejets", help="où écrire ce qui n’a pas été pris (CSV)")] = None,
    remplacer: Remplacer = False,
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Read a démarche once, and file what is new; exit 5 when something was not taken."""
    with refus_dits(en_json=json), services(base) as ouverts:
        effet = lire_effet(depuis)
        le = None if effet is None else debut_de(effet)
        avant = ouverts.store.derniere_position()
        try:
            bilan = une_passe(reglages(base), ouverts, selon, lire_appel(base, acteur).acteur, le)
        finally:  # stopped on the way too: what was filed is acknowledged
            laisser_agir_le_moteur(ouverts, avant)
        if rejets is not None:
            _ecrire(ouverts.echanges, rejets, bilan.rejets, remplacer=remplacer, jamais=[selon])
        imprimer(bilan.en_json(), en_json=json, humain=_phrases(bilan.en_json()))
    if bilan.rejetes or bilan.incomplete:
        raise Sortie(EN_PARTIE)


def voir(acteur: Acteur = None, json: Json = False, base: Base = None) -> None:
    """Show how far each démarche was read, and what of it is still not taken."""
    with refus_dits(en_json=json), services(base) as ouverts, site(reglages(base), ouverts.coffre) as ouvert:
        exiger_role(ouverts.store, lire_appel(base, acteur).acteur, ROLES, ouverts.maintenant(), "dn voir")
        documents = [_document(ouvert.reperes, repere) for repere in ouvert.reperes.tous()]
        lignes = [ligne for document in documents for ligne in _dire(document)]
        imprimer(documents, en_json=json, humain="\n".join(lignes) or "Aucune démarche n’a été lue.")


def _document(lues: Reperes, repere: Repere) -> dict[str, Any]:
    rejets = [
        {"numero": vu.numero, "ref": vu.ref, "champ": rejet.libelle, "id": rejet.champ, "motif": rejet.motif}
        for vu in lues.rejetes(repere.demarche, REJETS_MONTRES)
        for rejet in vu.rejets
    ]
    return {**repere.en_json(lues.compter_rejets(repere.demarche), lues.suites(repere.demarche)), "rejets": rejets}


def _dire(document: dict[str, Any]) -> list[str]:
    return [f"Démarche Numérique, {demarche(document)}", *_lignes(document["rejets"])]


def _phrases(document: dict[str, Any]) -> str:
    lignes = [
        f"{compte(document['lus'], 'dossier lu', 'dossiers lus')} : {compte(document['deposes'], 'déposé')}, "
        f"{compte(document['corriges'], 'modifié par son porteur', 'modifiés par leur porteur')}, "
        f"{compte(document['deja_connus'], 'déjà connu')}, {compte(document['supprimes'], 'supprimé')}.",
        f"{compte(document['pieces'], 'pièce reçue', 'pièces reçues')}, "
        f"{compte(document['rejetes'], 'dossier rejeté ou pris en partie', 'dossiers rejetés ou pris en partie')}.",
    ]
    if document["incomplete"]:
        lignes.append("Démarche Numérique n’a pas su tout donner : la prochaine passe relit ce qui manque.")
    reste = len(document["rejets"]) - REJETS_MONTRES
    return "\n".join([*lignes, *_lignes(document["rejets"]), *([f"  … et {reste} autres"] if reste > 0 else [])])


def _lignes(rejets: Sequence[dict[str, Any]]) -> list[str]:
    return [f"  dossier {_designer(r)} : {r['motif']}" for r in rejets[:REJETS_MONTRES]]


def _designer(rejet: dict[str, Any]) -> str:
    dits = [str(rejet["numero"] or "inconnu")]
    dits += [f"({rejet['ref']})"] if rejet["ref"] else []
    return " ".join(dits) + (f", champ « {rejet['champ']} »" if rejet["champ"] else "")


def _ecrire(
    echanges: Echanges, chemin: Path, rejets: Sequence[dict[str, Any]], *, remplacer: bool, jamais: list[Path]
) -> None:
    with echanges.ecrire(chemin, marque=marque_de(COLONNES), remplacer=remplacer, jamais=jamais) as flux:
        ecrivain = EcrivainPourLesGens(flux, COLONNES)
        for rejet in rejets:
            ecrivain.writerow([rejet[colonne] for colonne in COLONNES])
