"""`diligence exporter`: open data, payment orders for finance, facts for other systems."""

import sys
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from application.consultations.moment import lire_effet
from application.exports.attributions import exporter_scdl
from application.exports.evenements import exporter_evenements
from application.exports.ordres import exporter_ordres, exporter_pes
from application.habilitations import exiger_role, tenus
from application.mots import compte
from bootstrap.cablage import source_des_evenements
from cli.commun import Acteur, Base, Json, Remplacer, lectures_a_jour, lire_appel, reglages, services
from cli.fiches import illisibles
from cli.sortie import EN_PARTIE, Sortie, imprimer, refus_dits, signaler
from kernel.instants import Effet, jour_de
from kernel.montants import en_euros
from kernel.refus import SaisieInvalide

Vers = Annotated[Path | None, typer.Option("--vers", help="fichier à écrire")]
_OUI_NON = {"oui": True, "non": False, None: None}


def scdl(
    vers: Vers = None,
    notification_ue: Annotated[
        str | None,
        typer.Option("--notification-ue", help="oui ou non : ce que la Région déclare pour ses propres attributions"),
    ] = None,
    ecartees: Annotated[
        Path | None, typer.Option("--ecartees", help="où écrire les attributions écartées et leurs motifs (CSV)")
    ] = None,
    remplacer: Remplacer = False,
    json: Json = False,
    base: Base = None,
) -> None:
    """Publish the awards; exit 5 when some were set aside, or could not be read."""
    with refus_dits(en_json=json), services(base) as ouverts:
        if notification_ue not in _OUI_NON:
            raise SaisieInvalide(
                f"--notification-ue : « {notification_ue} » n’est ni oui ni non.", notification_ue=notification_ue
            )
        document = exporter_scdl(
            ouverts,
            vers=vers,
            ecartees=ecartees,
            notification_ue=_OUI_NON[notification_ue],
            sortie=None if json else sys.stdout,
            remplacer=remplacer,
        )
        _dire(document, _phrases_scdl(document, ecartees), en_json=json, sur_sortie=vers is not None)
    if document["ecartees"] or document["illisibles"]:
        raise Sortie(EN_PARTIE)


def ordres(
    vers: Vers = None,
    bordereau: Annotated[str | None, typer.Option("--bordereau", help="un seul bordereau")] = None,
    tous: Annotated[bool, typer.Option("--tous", help="aussi les ordres payés, rejetés ou annulés")] = False,
    remplacer: Remplacer = False,
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Hand the payment orders over to finance; exit 5 when bank details are missing, or something could not be read."""
    with refus_dits(en_json=json), services(base) as ouverts:
        if vers is None and not json:
            raise SaisieInvalide(
                "--vers manque : ce fichier porte des IBAN et ne s’affiche pas (avec --json, ils sont masqués).",
                option="vers",
            )
        agent = lire_appel(base, acteur).acteur
        document = exporter_ordres(ouverts, agent, vers=vers, bordereau=bordereau, tous=tous, remplacer=remplacer)
        imprimer(document, en_json=json, humain=_phrases_ordres(document))
    if document["ecartes"] or document["illisibles"]:
        raise Sortie(EN_PARTIE)


def pes(vers: Vers = None, json: Json = False, base: Base = None) -> None:
    """Refuse: a later version brings it."""
    with refus_dits(en_json=json):
        exporter_pes()


def evenements(
    vers: Vers = None,
    apres: Annotated[int, typer.Option("--apres", help="position après laquelle lire")] = 0,
    avec_acteurs: Annotated[
        bool, typer.Option("--avec-acteurs", help="aussi qui a agi, et les textes saisis que portent des faits")
    ] = False,
    remplacer: Remplacer = False,
    json: Json = False,
    base: Base = None,
) -> None:
    """Write the facts; with --json and no --vers, only count them. Exit 5 when some could not be read."""
    with refus_dits(en_json=json), services(base) as ouverts:
        source = source_des_evenements(reglages(base).base)
        sortie = None if json else sys.stdout
        document = exporter_evenements(
            ouverts, source, apres=apres, avec_acteurs=avec_acteurs, vers=vers, sortie=sortie, remplacer=remplacer
        )
        phrase = f"{compte(document['exportes'], 'fait')}, jusqu’à la position {document['derniere_position']}."
        if document["illisibles"]:
            phrase += f" Dont {compte(document['illisibles'], 'illisible')}, sans leur contenu."
        _dire(document, phrase, en_json=json, sur_sortie=vers is not None)
    if document["illisibles"]:
        raise Sortie(EN_PARTIE)


def audit(
    reference: Annotated[str, typer.Argument(metavar="REF")],
    *,
    quoi: Annotated[str, typer.Option("--quoi", help="dossier, seance ou campagne")] = "dossier",
    du: Annotated[str | None, typer.Option("--du", help="enregistré depuis ce jour (AAAA-MM-JJ)")] = None,
    au: Annotated[str | None, typer.Option("--au", help="enregistré jusqu’à ce jour inclus (AAAA-MM-JJ)")] = None,
    pieces: Annotated[bool, typer.Option("--pieces", help="avec les pièces d’un dossier")] = False,
    vers: Vers = None,
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Take away what an auditor checks elsewhere: the ZIP of the site; without --vers, only announce it."""
    from bootstrap.site import site
    from web.acces import LECTURES_LUES, AccesRefuse
    from web.emporte import SORTES, Emport, Emporteur

    with (
        refus_dits(en_json=json),
        services(base) as ouverts,
        lectures_a_jour(base, ouverts) as lectures,
        site(reglages(base), ouverts.coffre) as du_site,
    ):
        if quoi not in SORTES:
            raise SaisieInvalide(f"--quoi : « {quoi} » n’est pas {', '.join(SORTES[:-1])} ou {SORTES[-1]}.", quoi=quoi)
        debut, fin = (None if dit is None else jour_de(cast(Effet, lire_effet(dit))) for dit in (du, au))
        voulu, agent = Emport(cast(Any, quoi), debut, fin, pieces), lire_appel(base, acteur).acteur
        maintenant = ouverts.maintenant()
        exiger_role(ouverts.store, agent, tuple(sorted(LECTURES_LUES)), maintenant, "exporter audit")
        emporteur = Emporteur(ouverts, lambda: lectures, tenus(ouverts.store, str(agent), maintenant).utilisables)
        lu = emporteur.trouver(voulu, reference)
        try:
            with emporteur.pese(lu, voulu) as (flux, pese):
                dit = {"quoi": quoi, "ref": lu.ref, "vers": None if vers is None else str(vers), **pese}
                if vers is not None:
                    du_site.lectures.noter(str(agent), lu.ref, lu.id, voulu.note)
                    ouverts.echanges.ecrire_octets(vers, flux.read())
        except AccesRefuse as refus:
            raise SaisieInvalide(f"--pieces : {refus.detail}", option="pieces") from refus
        phrase = f"audit-{lu.ref}.zip : {dit['octets']} octets, SHA-256 {dit['empreinte']}."
        imprimer(dit, en_json=json, humain=phrase if vers is None else f"{phrase} Écrit : {vers}")


def _dire(document: dict[str, Any], phrase: str, *, en_json: bool, sur_sortie: bool) -> None:
    """Print the summary where the exported file is not."""
    if en_json or sur_sortie:
        imprimer(document, en_json=en_json, humain=phrase)
    else:
        signaler(phrase)


def _phrases_scdl(document: dict[str, Any], ecartees: Path | None) -> str:
    lignes = [
        f"{compte(document['exportees'], 'attribution exportée', 'attributions exportées')} "
        f"({en_euros(document['montant_exporte_centimes'])}), "
        f"{compte(document['ecartees'], 'écartée')} ({en_euros(document['montant_ecarte_centimes'])})."
    ]
    lignes += [f"  {code.replace('_', ' ')} : {nombre}" for code, nombre in document["motifs"].items()]
    if document["ecartees"] and ecartees is not None:
        lignes.append(f"Attributions écartées, avec leurs motifs : {ecartees}")
    return "\n".join([*lignes, *illisibles(document)])


def _phrases_ordres(document: dict[str, Any]) -> str:
    lignes = [
        f"{compte(document['exportes'], 'ordre de paiement', 'ordres de paiement')} "
        f"({en_euros(document['montant_exporte_centimes'])}) : {document['vers']}"
    ]
    lignes += [f"  sans coordonnées bancaires : {reference}" for reference in document["ecartes"]]
    return "\n".join([*lignes, *illisibles(document)])
