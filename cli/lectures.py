"""Readings of one aggregate: voir, historique, attentes, comparer."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from application.appellations import libelles_de, libelles_sur
from application.consultations import historique as histoire
from application.consultations.moment import Moment
from application.consultations.voir import voir as consulter
from application.masquage import selon_le_masque
from application.noms import NomsDesServices
from application.services import Services
from cli import fiches
from cli.commun import Au, Base, ConnuAu, Json, moment, services
from cli.sortie import imprimer, refus_dits
from cli.tableau import Grille

ArgumentRef = Annotated[str, typer.Argument(metavar="REF")]


def comparer(
    reference: ArgumentRef,
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
        from web.vues import differences

        document = dossier.comparer(ouverts, reference, moment(du, connu_du), moment(au, connu_au))
        dites = differences(document, NomsDesServices(ouverts))
        lignes = [[d["champ"], d["avant"] or fiches.RIEN, d["apres"] or fiches.RIEN] for d in dites]
        titre = f"{document['ref']} : {du} → {au}"
        imprimer(document, en_json=json, humain=Grille(titre, ["champ", "avant", "après"], lignes))


def recalculer(
    reference: ArgumentRef, au: Au = None, connu_au: ConnuAu = None, json: Json = False, base: Base = None
) -> None:
    """Compute the amount of a proposition again, from the input that its fact carries."""
    with refus_dits(en_json=json), services(base) as ouverts:
        from application.consultations import recalcul

        document = recalcul.voir(ouverts, reference, moment(au, connu_au))
        imprimer(document, en_json=json, humain=fiches.recalcul(document))


def voir(nom: str) -> Any:
    """Return the command that shows an aggregate of that kind."""

    def lire(ouverts: Services, reference: str, quand: Moment) -> Any:
        if nom != "dossier":
            return consulter(ouverts, nom, reference, quand)
        from application.consultations import dossier

        lequel = histoire.exiger_id(ouverts, nom, reference)
        return dossier.voir(selon_le_masque(ouverts, nom, lequel), reference, quand)

    def dire(ouverts: Services, _: str, document: Any) -> str:
        if nom != "dossier":
            return str(getattr(fiches, nom)(document))
        return fiches.dossier(document, libelles_de(ouverts.store, document["campagne"]))

    return _lecture(lire, dire)


def historique(nom: str) -> Any:
    """Return the command that shows the facts of an aggregate of that kind."""

    def lire(ouverts: Services, reference: str, quand: Moment) -> Any:
        lequel = histoire.exiger_id(ouverts, nom, reference)
        return histoire.historique(selon_le_masque(ouverts, nom, lequel), lequel, quand)

    return _lecture(lire, lambda _, *lus: fiches.histoire(*lus))


def attentes(nom: str) -> Any:
    """Return the command that shows what an aggregate of that kind awaits."""

    def lire(ouverts: Services, reference: str, quand: Moment) -> Any:
        return histoire.attentes_de(ouverts, nom, reference, quand)

    def dire(ouverts: Services, reference: str, lues: Any) -> Grille:
        libelles = libelles_sur(ouverts.store, nom, histoire.exiger_id(ouverts, nom, reference))
        return fiches.table_d_attentes(reference, lues, libelles)

    return _lecture(lire, dire)


def _lecture(lire: Callable[[Services, str, Moment], Any], dire: Callable[[Services, str, Any], str | Grille]) -> Any:
    """Return the command that reads an aggregate at two dates, and says it under its reference."""

    def commande(
        reference: ArgumentRef, au: Au = None, connu_au: ConnuAu = None, json: Json = False, base: Base = None
    ) -> None:
        with refus_dits(en_json=json), services(base) as ouverts:
            document = lire(ouverts, reference, moment(au, connu_au))
            imprimer(document, en_json=json, humain=dire(ouverts, reference, document))

    return commande
