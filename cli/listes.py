"""Lists: the queue, the dossiers, the campagnes."""

from typing import Annotated, Any

import typer

from application import mots
from application.appellations import libelles_par_campagne
from application.habilitations import ActeurManquant, tenus
from application.libelles import attente as attente_dite
from application.services import Services
from cli.commun import Acteur, Base, Json, lectures_a_jour, lire_appel, services
from cli.examen import jour
from cli.fiches import RIEN, echeance, euros, gestes
from cli.sortie import imprimer, refus_dits
from cli.tableau import Grille
from kernel.attentes import Role
from kernel.refus import SaisieInvalide
from readmodels.file import requetes

Apres = Annotated[str, typer.Option("--apres", help="la suite de la page déjà lue : son « suivant »")]
Limite = Annotated[int, typer.Option("--limite", min=1, max=1_000_000, help="nombre de lignes")]


def lister(
    etat: Annotated[str | None, typer.Option("--etat", help="un seul état")] = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """List dossiers."""
    with refus_dits(en_json=json), services(base) as ouverts, lectures_a_jour(base, ouverts) as lectures:
        if etat is not None and etat not in mots.ETATS:
            raise SaisieInvalide(f"État inconnu : « {etat} ». États : {', '.join(mots.ETATS)}.", etat=etat)
        lignes = requetes.dossiers(lectures, requetes.FiltreDeDossiers(etat=etat or ""), limite=None)["lignes"]
        table = [[li["ref"], mots.mot(mots.ETATS, li["etat"]), li["beneficiaire"], li["objet"]] for li in lignes]
        imprimer(
            lignes,
            en_json=json,
            humain=Grille(mots.compte(len(lignes), "dossier"), ["numéro", "état", "demandeur", "objet"], table),
        )


def file(
    de: Annotated[str | None, typer.Option("--de", help="attendu de ce rôle")] = None,
    charge: Annotated[
        str, typer.Option("--charge", help="confié à : moi, groupe (les miens), personne, un agent ou un groupe")
    ] = "",
    limite: Limite = requetes.PAGE,
    apres: Apres = "",
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Show the queue."""
    with refus_dits(en_json=json), services(base) as ouverts, lectures_a_jour(base, ouverts) as lectures:
        parmi = _confies(charge, lire_appel(base, acteur).acteur, ouverts)
        if de is not None and de not in set(Role):
            raise SaisieInvalide(f"Rôle inconnu : « {de} ». Rôles : {', '.join(Role)}.", de=de)
        document = requetes.file(lectures, ouverts.maintenant(), de=de, parmi=parmi, limite=limite, apres=apres)
        nommer = libelles_par_campagne(ouverts.store)
        lignes = [
            [
                li["ref"],
                echeance(a),
                str(a["retard_jours"] or ""),
                attente_dite(a["code"], a["objet"], nommer(li["campagne"])),
                mots.mot(mots.ROLES, a["de"]),
                gestes(a, au_plus=1),
            ]
            for li in document["lignes"]
            for a in [li["attente"]]
        ]
        titre = f"{mots.compte(document['total'], 'attente')}, dont {document['en_retard']} en retard"
        colonnes = ["numéro", "jusqu’au", "retard (j)", "attendu", "de", "geste"]
        imprimer(document, en_json=json, humain=Grille(titre, colonnes, lignes, _suite(document)))


def _confies(charge: str, login: str | None, ouverts: Services) -> requetes.Filtre:
    """Return whose dossiers are asked, or refuse with ActeurManquant « moi » of nobody, with SaisieInvalide a code that nobody has."""
    siens = frozenset[str]()
    if charge in {"moi", "groupe"}:
        if login is None:
            raise ActeurManquant("Qui demande ? Donnez --acteur (ou DILIGENCE_ACTEUR).")
        siens = tenus(ouverts.store, login, ouverts.maintenant()).groupes
    elif charge not in {"", "personne"}:
        from application.consultations.agents import exiger_charge

        exiger_charge(ouverts, charge)
    return requetes.confies(charge, login or "", siens)


def lister_une(nom: str) -> Any:
    """Return the command that lists the aggregates of that kind."""

    def commande(
        apres: Apres = "",
        limite: Limite = requetes.PAGE,
        json: Json = False,
        base: Base = None,
    ) -> None:
        with refus_dits(en_json=json), services(base) as ouverts, lectures_a_jour(base, ouverts) as lectures:
            document = requetes.lister(lectures, nom, apres=apres, limite=limite)
            imprimer(document, en_json=json, humain=_liste(nom, document))

    return commande


def _liste(nom: str, document: dict[str, Any]) -> Grille:
    """Return one row per aggregate; a column nobody fills is left out."""
    colonnes = ["numéro", "état", "de qui", "objet", "voté", "payé", "attentes"]
    lignes = [
        [
            li["ref"],
            mots.mot(mots.ETAPES, li["etat"]),
            li["beneficiaire"] or "",
            li["objet"] or "",
            euros(li["montants"]["vote_centimes"]),
            euros(li["montants"]["paye_centimes"]),
            str(li["attentes"] or ""),
        ]
        for li in document["lignes"]
    ]
    utiles = [rang for rang in range(len(colonnes)) if any(ligne[rang] not in {"", RIEN} for ligne in lignes)]
    espece = mots.mot(mots.ESPECES, nom)
    return Grille(
        f"{espece} : {mots.compte(document['total'], 'élément')}",
        [colonnes[rang] for rang in utiles],
        [[ligne[rang] for rang in utiles] for ligne in lignes],
        _suite(document),
    )


def _suite(document: dict[str, Any]) -> list[str]:
    return [f"La suite : --apres {document['suivant']}"] if document["suivant"] else []


def lister_campagnes(json: Json = False, base: Base = None) -> None:
    """List the campaigns."""
    with refus_dits(en_json=json), services(base) as ouverts:
        from application.consultations import campagnes

        lignes = campagnes.lister(ouverts)
        table = [
            [
                c["ref"],
                mots.dispositif(c["dispositif"]),
                str(c["exercice"]),
                mots.mot(mots.NATURES_DE_CAMPAGNE, c["nature"]),
                mots.mot(mots.ETATS_DE_CAMPAGNE, c["etat"]),
                jour(c["ouvre_le"]),
                jour(c["ferme_le"]),
            ]
            for c in lignes
        ]
        imprimer(
            lignes,
            en_json=json,
            humain=Grille(
                "Campagnes", ["code", "dispositif", "exercice", "nature", "état", "ouvre le", "ferme le"], table
            ),
        )
