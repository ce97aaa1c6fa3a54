"""Publish the awards: those that can be, in SCDL subventions 2.1.1, and those that cannot, with their reasons."""

import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from application.consultations.attributions import Attribution, attributions
from application.exports.scdl import COLONNES, Manque, publier
from application.exports.tableau import EcrivainPourLesGens, ecrivain_csv, en_decimal, marque_de
from application.ports import EcartScdl
from application.services import Services
from application.store import Nommes
from kernel.refus import SaisieInvalide

COLONNES_ECARTEES: Final = ("subvention", "dossier", "beneficiaire", "montant", "codes", "motifs")
ERREURS_DITES: Final = 10


class ExportInvalide(Exception):
    """What we wrote is not what the standard asks: our fault, and no file is left."""

    def __init__(self, erreurs: Sequence[EcartScdl]) -> None:
        dites = [f"ligne {e.ligne}, {e.colonne or 'fichier'} : {e.message}" for e in erreurs[:ERREURS_DITES]]
        super().__init__(f"the SCDL export has {len(erreurs)} errors: {' ; '.join(dites)}")


def exporter_scdl(
    services: Services,
    *,
    vers: Path | None = None,
    ecartees: Path | None = None,
    notification_ue: bool | None = None,
    sortie: IO[str] | None = None,
    remplacer: bool = False,
) -> dict[str, Any]:
    """Write the awards that can be published, and those that cannot with their reasons; return the document.

    Those that need a fact which cannot be read are in neither file: the document has the `illisibles`.
    Without `vers` the file goes to `sortie`, or is only checked.

    Raises:
        SaisieInvalide: both files have the same path.
        FichierNonEcrit: a file cannot be written there.
        FichierExistant: another file is there, and was not asked to be replaced.
        ExportInvalide: our fault.
    """
    if vers is not None and ecartees is not None and vers.resolve() == ecartees.resolve():
        raise SaisieInvalide("--vers et --ecartees nomment le même fichier.", vers=str(vers))
    echanges = services.echanges
    with TemporaryDirectory(prefix="diligence-") as dossier:
        ecrit = Path(dossier) / "scdl.csv"
        a_part, publie = marque_de(COLONNES_ECARTEES), marque_de(COLONNES)
        refusees = nullcontext() if ecartees is None else echanges.ecrire(ecartees, a_part, remplacer=remplacer)
        with refusees as flux_ecartees:
            with echanges.ecrire(ecrit, publie) as flux:
                bilan = _ecrire(services, flux, flux_ecartees, notification_ue=notification_ue)
            if erreurs := echanges.controler_scdl(ecrit):
                raise ExportInvalide(erreurs)
            if vers is not None:
                with (
                    echanges.ecrire(vers, publie, remplacer=remplacer) as final,
                    ecrit.open(encoding="utf-8", newline="") as source,
                ):
                    shutil.copyfileobj(source, final)
        if vers is None and sortie is not None:
            with ecrit.open(encoding="utf-8", newline="") as source:
                shutil.copyfileobj(source, sortie)
    return {**bilan, "vers": None if vers is None else str(vers)}


def _ecrire(
    services: Services, flux: IO[str], flux_ecartees: IO[str] | None, *, notification_ue: bool | None
) -> dict[str, Any]:
    publiees = ecrivain_csv(flux, COLONNES)
    refusees = None if flux_ecartees is None else EcrivainPourLesGens(flux_ecartees, COLONNES_ECARTEES)
    nombres, sommes, motifs = Counter[str](), Counter[str](), Counter[str]()
    nommes: Nommes = {}
    for attribution in attributions(services, nommes):
        cellules, manques = publier(attribution, notification_ue)
        genre = "ecartee" if manques else "exportee"
        nombres[genre] += 1
        sommes[genre] += attribution.montant_centimes or 0
        motifs.update(manque.code for manque in manques)
        if not manques:
            publiees.writerow(cellules)
        elif refusees is not None:
            refusees.writerow(_cellules(attribution, manques))
    return {
        "exportees": nombres["exportee"],
        "ecartees": nombres["ecartee"],
        "montant_exporte_centimes": sommes["exportee"],
        "montant_ecarte_centimes": sommes["ecartee"],
        "motifs": dict(sorted(motifs.items())),
        "illisibles": list(nommes.values()),
    }


def _cellules(attribution: Attribution, manques: Sequence[Manque]) -> tuple[str, ...]:
    return (
        attribution.ref,
        attribution.dossier,
        attribution.beneficiaire or "",
        "" if attribution.montant_centimes is None else en_decimal(attribution.montant_centimes, virgule=True),
        " ".join(manque.code for manque in manques),
        " ; ".join(manque.phrase for manque in manques),
    )
