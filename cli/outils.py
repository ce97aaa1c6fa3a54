"""Tools: prepare a store, check a campaign file, count a legal delay."""

from pathlib import Path
from typing import Annotated

import typer

from application import loi
from application.consultations.moment import lire_effet, lire_instant
from cli import fiches
from cli.commun import Base, Json, lire_fichier, reglages
from cli.sortie import ANOMALIE, Sortie, Usage, imprimer, refus_dits
from kernel.delais import lire_intervalle
from kernel.instants import jour_de
from kernel.refus import SaisieInvalide


def migrer(
    repetition: Annotated[bool, typer.Option("--repetition", help="une répétition, avec sa propre horloge")] = False,
    debut: Annotated[str | None, typer.Option("--debut", help="instant où commence son horloge")] = None,
    refaire_coffre: Annotated[
        bool, typer.Option("--refaire-coffre", help="le coffre est perdu, sans copie : en commencer un vide")
    ] = False,
    json: Json = False,
    base: Base = None,
) -> None:
    """Create or update the tables."""
    from bootstrap import cablage

    with refus_dits(en_json=json):
        if debut is not None and not repetition:
            raise SaisieInvalide("--debut ne vaut que pour une répétition (--repetition).", debut=debut)
        lus = reglages(base)
        etat = cablage.migrer(
            lus.base,
            repetition=repetition,
            debut=lire_instant(debut),
            fichiers=lus.fichiers,
            refaire_coffre=refaire_coffre,
        )
        etat["pieces_chiffrees"] = cablage.chiffrer_les_pieces(lus)
        nature = "répétition" if etat["nature"] == "repetition" else "réelle"
        remises = "".join(f"\nRemis en place, car absent ou changé : {garde}." for garde in etat["gardes_remises"])
        refait = "\nSon coffre était perdu : un vide est commencé." if etat["coffre_refait"] else ""
        imprimer(
            etat,
            en_json=json,
            humain=f"Base {nature} prête : {etat['base']} (schéma {etat['schema']}).{remises}{refait}",
        )


def verifier(
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER.yaml")],
    json: Json = False,
    base: Base = None,
) -> None:
    """Check a campaign file; exit 4 when something keeps it from opening."""
    from application.consultations.campagnes import verifier_fichier
    from bootstrap.cablage import echanges

    with refus_dits(en_json=json):
        lus = reglages(base)
        document = verifier_fichier(lire_fichier(fichier, echanges(lus), lus.taille_max_fichier))
        lignes = [f"ligne {a['ligne']} : {a['message']}" for a in document["anomalies"]]
        imprimer(document, en_json=json, humain="\n".join(lignes) or f"{document['campagne']} peut être ouverte.")
    if not document["ouvrable"]:
        raise Sortie(ANOMALIE)


def delai(
    depuis: Annotated[str, typer.Option("--depuis", help="date du fait qui fait courir le délai")],
    duree: Annotated[
        str | None,
        typer.Option("--duree", help="« 2 mois », « 10 jours_ouvres », « 1 mois et 15 jours », « 2 mois_francs »…"),
    ] = None,
    regle: Annotated[
        str | None, typer.Option("--regle", help="délai de la loi, par son code : « rejet_implicite »…")
    ] = None,
    suspension: Annotated[
        list[str] | None, typer.Option("--suspension", help="AAAA-MM-JJ/AAAA-MM-JJ, répétable : le reste court ensuite")
    ] = None,
    interruption: Annotated[
        list[str] | None, typer.Option("--interruption", help="un jour, ou deux ; répétable : le délai repart de zéro")
    ] = None,
    reprise: Annotated[
        str, typer.Option("--reprise", help="continue, ou remise_a_zero : les suspensions sont des interruptions")
    ] = "continue",
    report: Annotated[
        bool, typer.Option("--report", help="une fin un samedi, un dimanche ou un jour férié passe au jour ouvré")
    ] = False,
    json: Json = False,
) -> None:
    """Count a legal delay and say why, step by step."""
    with refus_dits(en_json=json):
        if duree is None and regle is None:
            raise Usage("Il manque --duree.")
        origine = lire_effet(depuis)
        assert origine is not None
        if reprise not in {"continue", "remise_a_zero"}:
            raise SaisieInvalide(f"--reprise : « {reprise} » n’est ni continue ni remise_a_zero.", reprise=reprise)
        suspensions = [lire_intervalle(texte) for texte in suspension or ()]
        interruptions = [lire_intervalle(texte if "/" in texte else f"{texte}/{texte}") for texte in interruption or ()]
        if reprise == "remise_a_zero":
            suspensions, interruptions = [], [*suspensions, *interruptions]
        compte = loi.delai_demande(regle, duree, jour_de(origine))
        echeance = compte.echoir(origine, suspensions, interruptions, report=report)
        effet = None if regle is None else loi.effet(regle, jour_de(origine))
        document = {**echeance.en_json(), "effet": effet}
        titre = f"Dernier jour : {echeance.dernier_jour:%d/%m/%Y}, à 24 h (Europe/Paris)"
        titre += f". Au terme : {effet}" if effet else ""
        imprimer(document, en_json=json, humain=fiches.etapes_d_un_delai(titre, document))
