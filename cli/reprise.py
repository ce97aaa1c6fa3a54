"""`diligence reprendre`: take over what began elsewhere, from a CSV, ODS or XLSX file and its mapping."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from application.mots import NBSP, compte
from application.reprise.correspondance import lire_correspondance
from application.reprise.fichier import prendre_fichier
from application.reprise.reprendre import RepriseDeFichier
from application.reprise.valider import valider_fichier
from application.saisie import texte_utf8
from cli.commun import Acteur, Base, Json, Le, Remplacer, lire_appel, lire_fichier, services
from cli.progression import erreurs, progression
from cli.sortie import EN_PARTIE, Sortie, imprimer, refus_dits, signaler
from kernel.montants import en_euros

Progression = Callable[[int, float], None]
MOTIFS_MONTRES = 50
LIGNES_ENTRE_DEUX_AVIS = 2_000


def reprendre(
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER")],
    selon: Annotated[Path, typer.Option("--selon", help="la correspondance, en YAML")],
    rejets: Annotated[Path | None, typer.Option("--rejets", help="où écrire les lignes à corriger (CSV)")] = None,
    remplacer: Remplacer = False,
    acteur: Acteur = None,
    le: Le = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Take a file over; exit 5 when rows were rejected."""
    with refus_dits(en_json=json), services(base) as ouverts:
        correspondance = lire_correspondance(
            texte_utf8(lire_fichier(selon, ouverts.echanges, ouverts.taille_max_fichier)), selon.name
        )
        appel = lire_appel(base, acteur, le)
        reprise = RepriseDeFichier(ouverts, correspondance.campagne, appel.acteur, appel.le)
        with _avancement(fichier.name) as avancer:
            document = prendre_fichier(
                reprise, fichier, correspondance, rejets, avancer, selon=selon, remplacer=remplacer
            )
        imprimer(document, en_json=json, humain=_phrases(document))
    if document["rejetees"]:
        raise Sortie(EN_PARTIE)


def valider(
    empreinte: Annotated[str, typer.Argument(metavar="EMPREINTE", help="celle du fichier, que « reprendre » a dite")],
    acteur: Acteur = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Vouch for the awards of a file; exit 5 when some were taken over by the same person."""
    with refus_dits(en_json=json), services(base) as ouverts:
        document = valider_fichier(ouverts, lire_appel(base, acteur), empreinte)
        dites = f"{compte(document['validees'], 'attribution validée', 'attributions validées')}"
        lignes = [f"{dites} : {en_euros(document['montant_valide_centimes'])}."]
        lignes += [f"  {refusee['ref']} : {refusee['motif']}" for refusee in document["refusees"]]
        imprimer(document, en_json=json, humain="\n".join(lignes))
    if document["refusees"]:
        raise Sortie(EN_PARTIE)


@contextmanager
def _avancement(nom: str) -> Iterator[Progression]:
    """Show how far the file is: a bar for a person, now and then a line for a log."""
    if not erreurs.is_terminal:
        yield _Journal(nom)
        return
    with progression(nom, muet=False) as dire:
        yield lambda _, part: dire(nom, part)


@dataclass
class _Journal:
    nom: str
    dites: int = 0

    def __call__(self, lues: int, part: float) -> None:
        if lues - self.dites >= LIGNES_ENTRE_DEUX_AVIS:
            self.dites = lues
            signaler(f"{self.nom} : {compte(lues, 'ligne lue', 'lignes lues')}, {100 * part:.0f}{NBSP}%")


def lignes_reprises(document: dict[str, Any]) -> str:
    """Return what became of the lines of a file."""
    return (
        f"{compte(document['lues'], 'ligne lue', 'lignes lues')} : {compte(document['appliquees'], 'reprise')}, "
        f"{compte(document['deja_connues'], 'déjà connue')}, {compte(document['ignorees'], 'ignorée')}, "
        f"{compte(document['rejetees'], 'rejetée')}"
    )


def _phrases(document: dict[str, Any]) -> str:
    lignes = [
        f"{lignes_reprises(document)}.",
        f"Montant repris : {en_euros(document['montant_repris_centimes'])}.",
    ]
    lignes += [f"  ligne {m['ligne']} : {m['motif']}" for m in document["motifs"][:MOTIFS_MONTRES]]
    if document["rejetees"] > MOTIFS_MONTRES:
        ailleurs = "" if document["rejets"] else " (--rejets FICHIER les écrit toutes)"
        autres = compte(document["rejetees"] - MOTIFS_MONTRES, "autre ligne rejetée", "autres lignes rejetées")
        lignes.append(f"  … et {autres}{ailleurs}")
    if document["rejets"] and document["rejetees"]:
        lignes.append(f"Lignes à corriger puis à reprendre : {document['rejets']}")
    if document["attributions_a_valider"]:
        attributions = compte(document["attributions_a_valider"], "attribution", "attributions")
        lignes.append(
            f"Avant tout paiement, une autre personne valide {attributions} : diligence reprise valider {document['empreinte'][:12]}"
        )
    lignes += [f"  disparue du fichier : {d['ref']} (ligne {d['ligne']} auparavant)" for d in document["disparues"]]
    return "\n".join(lignes)
