"""Readings of one aggregate: voir, historique, attentes, comparer."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from application.consultations import historique as histoire
from application.consultations.moment import Moment
from application.references import id_de
from application.services import Services
from cli.commun import Au, Base, ConnuAu, Json, moment, services
from cli.sortie import imprimer, refus_dits
from cli.tableau import Tableau
from kernel.identifiants import SYSTEME
from kernel.instants import dernier_jour, jour_de
from kernel.montants import en_euros

Reference = Annotated[str, typer.Argument(metavar="REF")]


def voir(reference: Reference, au: Au = None, connu_au: ConnuAu = None, json: Json = False, base: Base = None) -> None:
    """Show a dossier."""
    with refus_dits(en_json=json), services(base) as ouverts:
        document = _consulter("dossier")(ouverts, reference, moment(au, connu_au))
        imprimer(document, en_json=json, humain=None if json else _fiche(document))


def comparer(
    reference: Reference,
    du: Annotated[str, typer.Option("--du", help="première date")],
    au: Annotated[str, typer.Option("--au", help="seconde date")],
    connu_du: Annotated[str | None, typer.Option("--connu-du", help="su à cet instant, pour la première date")] = None,
    connu_au: ConnuAu = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Compare a dossier at two dates."""
    with refus_dits(en_json=json), services(base) as ouverts:
        from application.consultations import dossier

        document = dossier.comparer(ouverts, reference, moment(du, connu_du), moment(au, connu_au))
        lignes = [
            [d["champ"], *(_lisible(d["champ"], d[cote]) for cote in ("avant", "apres"))]
            for d in document["differences"]
        ]
        imprimer(
            document,
            en_json=json,
            humain=Tableau(f"{document['ref']} : {du} → {au}", ["champ", "avant", "après"], lignes),
        )


def _lisible(champ: str, valeur: Any) -> str:
    """Return one side of a difference for people."""
    if valeur is None:
        return "–"
    if champ.endswith("_centimes"):
        return en_euros(valeur)
    return ", ".join(map(str, valeur)) if isinstance(valeur, list) else str(valeur)


_CONSULTATIONS: Final = {
    "dossier": "dossier:voir",
    "subvention": "argent:voir_subvention",
    "enveloppe": "argent:voir_enveloppe",
    "deliberation": "deliberations:voir",
    "bordereau": "bordereaux:voir",
    "campagne": "campagnes:voir",
}
"""Where the document of each kind is made: one of them is read, not all."""


def _consulter(nom: str) -> Callable[[Services, str, Moment], dict[str, Any]]:
    module, _, fonction = _CONSULTATIONS[nom].partition(":")
    consulter: Callable[[Services, str, Moment], dict[str, Any]] = getattr(
        import_module(f"application.consultations.{module}"), fonction
    )
    return consulter


def voir_une(nom: str) -> Any:
    """Return the command that shows an aggregate of that kind."""
    consulter = _consulter(nom)

    def commande(
        reference: Reference, au: Au = None, connu_au: ConnuAu = None, json: Json = False, base: Base = None
    ) -> None:
        with refus_dits(en_json=json), services(base) as ouverts:
            imprimer(consulter(ouverts, reference, moment(au, connu_au)), en_json=json)

    return commande


def historique(nom: str) -> Any:
    """Return the command that shows the facts of an aggregate of that kind."""

    def commande(
        reference: Reference, au: Au = None, connu_au: ConnuAu = None, json: Json = False, base: Base = None
    ) -> None:
        with refus_dits(en_json=json), services(base) as ouverts:
            lignes = histoire.historique(ouverts, histoire.exiger_id(ouverts, nom, reference), moment(au, connu_au))
            table = Tableau(
                reference,
                ["version", "effectif le", "enregistré le", "acteur", "au titre de", "fait"],
                [_ligne_d_historique(ligne) for ligne in lignes],
            )
            imprimer(lignes, en_json=json, humain=table)

    return commande


def _ligne_d_historique(ligne: dict[str, Any]) -> list[str]:
    correction = f" (corrige le fait {ligne['corrige']})" if ligne["corrige"] else ""
    return [
        str(ligne["version"]),
        ligne["effectif_le"],
        ligne["enregistre_le"] or "",
        ligne["acteur"],
        "" if ligne["acteur"] == SYSTEME else ligne["habilitation"],
        ligne["phrase"] + correction,
    ]


def attentes(nom: str) -> Any:
    """Return the command that shows what an aggregate of that kind awaits."""

    def commande(
        reference: Reference, au: Au = None, connu_au: ConnuAu = None, json: Json = False, base: Base = None
    ) -> None:
        with refus_dits(en_json=json), services(base) as ouverts:
            lignes = histoire.attentes_de(ouverts, nom, id_de(nom, reference), moment(au, connu_au), reference)
            imprimer(lignes, en_json=json, humain=table_d_attentes(reference, lignes))

    return commande


def table_d_attentes(titre: str, attentes: list[dict[str, Any]]) -> Any:
    """Return the attentes for people."""
    lignes = [
        [
            f"{a['code']} {a['objet']}".strip(),
            a["de"],
            str(jour_de(datetime.fromisoformat(a["depuis"]))),
            dernier_jour_de(a),
            str(a["retard_jours"] or ""),
            gestes_de(a),
            a["fondement"],
        ]
        for a in attentes
    ]
    return Tableau(titre, ["attendu", "de", "depuis", "échéance", "retard (j)", "gestes", "fondement"], lignes)


def gestes_de(attente: dict[str, Any]) -> str:
    """Return what ends it: gestes, where they are done, or the engine."""
    if attente["gestes"]:
        return ", ".join(geste["geste"] for geste in attente["gestes"])
    return f"se fait ailleurs : {attente['renvoie_a']['agregat']}" if attente["renvoie_a"] else "le moteur"


def dernier_jour_de(attente: dict[str, Any]) -> str:
    """Return the last day, in Paris, of what is awaited."""
    echeance: str | None = attente["echeance"]
    return "" if echeance is None else str(dernier_jour(datetime.fromisoformat(echeance)))


def _fiche(document: dict[str, Any]) -> str:
    montants = [
        f"  {nom.removesuffix('_centimes').replace('_', ' ')} : {en_euros(valeur) if valeur is not None else 'inconnu'}"
        for nom, valeur in document["montants"].items()
    ]
    attentes = [f"  {a['code']} — {a['de']} ({gestes_de(a)})" for a in document["attentes"]]
    return "\n".join(
        [
            f"{document['ref']} — {document['objet']}",
            f"{document['beneficiaire']['denomination']} ; état : {document['etat']} ; version {document['version']}",
            *(["drapeaux : " + ", ".join(document["drapeaux"])] if document["drapeaux"] else []),
            "montants :",
            *montants,
            "attend :",
            *(attentes or ["  rien"]),
        ]
    )
