"""Lists: the queue, the dossiers, the campagnes."""

from typing import Annotated

import typer

from application.mots import ETATS
from cli.commun import Base, Json, lectures_a_jour, services
from cli.lectures import dernier_jour_de, gestes_de
from cli.sortie import imprimer, refus_dits
from cli.tableau import Tableau
from kernel.attentes import Role
from kernel.refus import SaisieInvalide
from readmodels.file import queries


def lister(
    etat: Annotated[str | None, typer.Option("--etat", help="un seul état")] = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """List dossiers."""
    with refus_dits(en_json=json), services(base) as ouverts, lectures_a_jour(base, ouverts) as lectures:
        if etat is not None and etat not in ETATS:
            raise SaisieInvalide(f"État inconnu : « {etat} ». États : {', '.join(ETATS)}.", etat=etat)
        lignes = queries.dossiers(lectures, etat=etat)
        table = [[li["ref"], li["etat"], li["beneficiaire"], li["objet"]] for li in lignes]
        imprimer(
            lignes,
            en_json=json,
            humain=Tableau(f"{len(lignes)} dossiers", ["numéro", "état", "demandeur", "objet"], table),
        )


def file(
    de: Annotated[str | None, typer.Option("--de", help="attendu de ce rôle")] = None,
    limite: Annotated[int, typer.Option("--limite", min=1, max=1_000_000, help="nombre de lignes")] = queries.PAGE,
    json: Json = False,
    base: Base = None,
) -> None:
    """Show the queue."""
    with refus_dits(en_json=json), services(base) as ouverts, lectures_a_jour(base, ouverts) as lectures:
        if de is not None and de not in set(Role):
            raise SaisieInvalide(f"Rôle inconnu : « {de} ». Rôles : {', '.join(Role)}.", de=de)
        document = queries.file(lectures, ouverts.maintenant(), de=de, limite=limite)
        lignes = [
            [
                li["ref"],
                li["etape"],
                a["code"],
                a["de"],
                dernier_jour_de(a),
                str(a["retard_jours"] or ""),
                gestes_de(a),
            ]
            for li in document["lignes"]
            for a in [li["attente"]]
        ]
        titre = f"File – {document['total']} attentes"
        colonnes = ["numéro", "étape", "attendu", "de", "échéance", "retard (j)", "gestes"]
        imprimer(document, en_json=json, humain=Tableau(titre, colonnes, lignes))


def lister_campagnes(json: Json = False, base: Base = None) -> None:
    """List the campaigns."""
    with refus_dits(en_json=json), services(base) as ouverts:
        from application.consultations import campagnes

        lignes = campagnes.lister(ouverts)
        table = [[c["ref"], c["dispositif"], str(c["exercice"]), c["nature"], c["etat"]] for c in lignes]
        imprimer(
            lignes,
            en_json=json,
            humain=Tableau("Campagnes", ["code", "dispositif", "exercice", "nature", "état"], table),
        )
