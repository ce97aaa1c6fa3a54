"""Writes what leaves the system: the application says what, the adapters write and check the files."""

import json
import shutil
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from adapters.scdl.validation import ErreurScdl, valider
from adapters.sorties import LISIBLE, SECRET, ecrivain_csv, fichier_neuf
from application.consultations.attributions import attributions
from application.consultations.evenements import evenements
from application.consultations.ordres import Ordre, ordres
from application.exports.scdl import COLONNES, Ecartee, publier
from application.formules import desarmer
from application.services import Services
from bootstrap.wiring import source_des_evenements
from dispositifs.identites import iban_masque
from kernel.refus import SaisieInvalide

COLONNES_ECARTEES: Final = ("subvention", "dossier", "beneficiaire", "montant", "codes", "motifs")
COLONNES_ORDRES: Final = (
    "reference",
    "etat",
    "bordereau",
    "subvention",
    "dossier",
    "siret",
    "denomination",
    "echeance",
    "montant",
    "iban",
)
ERREURS_DITES: Final = 10


class ExportInvalide(Exception):
    """What we wrote is not what the standard asks: our fault, and no file is left."""

    def __init__(self, erreurs: list[ErreurScdl]) -> None:
        dites = [f"ligne {e.ligne}, {e.colonne or 'fichier'} : {e.message}" for e in erreurs[:ERREURS_DITES]]
        super().__init__(f"the SCDL export has {len(erreurs)} errors: {' ; '.join(dites)}")


def exporter_scdl(
    services: Services,
    *,
    vers: Path | None = None,
    ecartees: Path | None = None,
    notification_ue: bool | None = None,
    sortie: IO[str] | None = None,
) -> dict[str, Any]:
    """Write the awards that can be published, and those that cannot with their reasons; return the document.

    Without `vers` the file goes to `sortie`, or is only checked.

    Raises:
        SaisieInvalide: both files have the same path.
        FichierNonEcrit: a file cannot be written there.
        ExportInvalide: our fault.
    """
    if vers is not None and ecartees is not None and vers.absolute() == ecartees.absolute():
        raise SaisieInvalide("--vers et --ecartees nomment le même fichier.", vers=str(vers))
    with TemporaryDirectory(prefix="diligence-") as dossier:
        ecrit = Path(dossier) / "scdl.csv"
        with fichier_neuf(ecartees) if ecartees is not None else nullcontext() as flux_ecartees:
            with fichier_neuf(ecrit) as flux:
                bilan = _ecrire_scdl(services, flux, flux_ecartees, notification_ue=notification_ue)
            if erreurs := valider(ecrit):
                raise ExportInvalide(erreurs)
            if vers is not None:
                with fichier_neuf(vers) as final, ecrit.open(encoding="utf-8", newline="") as source:
                    shutil.copyfileobj(source, final)
        if vers is None and sortie is not None:
            with ecrit.open(encoding="utf-8", newline="") as source:
                shutil.copyfileobj(source, sortie)
    return {**bilan, "vers": None if vers is None else str(vers)}


def _ecrire_scdl(
    services: Services, flux: IO[str], flux_ecartees: IO[str] | None, *, notification_ue: bool | None
) -> dict[str, Any]:
    publiees = ecrivain_csv(flux, COLONNES)
    refusees = None if flux_ecartees is None else ecrivain_csv(flux_ecartees, COLONNES_ECARTEES)
    nombres, sommes, motifs = Counter[str](), Counter[str](), Counter[str]()
    for attribution in attributions(services):
        sort = publier(attribution, notification_ue)
        genre = "ecartee" if isinstance(sort, Ecartee) else "exportee"
        nombres[genre] += 1
        sommes[genre] += attribution.montant_centimes or 0
        if not isinstance(sort, Ecartee):
            publiees.writerow(sort.cellules)
            continue
        motifs.update(motif.code for motif in sort.motifs)
        if refusees is not None:
            refusees.writerow(_ligne_ecartee(sort))
    return {
        "exportees": nombres["exportee"],
        "ecartees": nombres["ecartee"],
        "montant_exporte_centimes": sommes["exportee"],
        "montant_ecarte_centimes": sommes["ecartee"],
        "motifs": dict(sorted(motifs.items())),
    }


def _ligne_ecartee(ecartee: Ecartee) -> tuple[str, ...]:
    attribution, motifs = ecartee.attribution, ecartee.motifs
    return (
        attribution.ref,
        attribution.dossier,
        desarmer(attribution.beneficiaire or ""),
        "" if attribution.montant_centimes is None else _euros(attribution.montant_centimes),
        " ".join(motif.code for motif in motifs),
        " ; ".join(motif.phrase for motif in motifs),
    )


def exporter_ordres(
    services: Services, acteur: str | None, *, vers: Path | None, bordereau: str | None = None, tous: bool = False
) -> dict[str, Any]:
    """Write the payment orders, bank details included, for their owner only; return the document, IBAN masked.

    An order whose bank details were forgotten is listed, and not written.
    """
    lus = list(ordres(services, acteur, bordereau=bordereau, tous=tous))
    retenus, sans_iban = [o for o in lus if o.iban is not None], [o for o in lus if o.iban is None]
    if vers is not None:
        with fichier_neuf(vers, SECRET) as flux:
            ecrivain = ecrivain_csv(flux, COLONNES_ORDRES)
            for ordre in retenus:
                ecrivain.writerow(_cellules(ordre))
    return {
        "exportes": len(retenus),
        "ecartes": [ordre.reference for ordre in sans_iban],
        "montant_exporte_centimes": sum(ordre.montant_centimes for ordre in retenus),
        "montant_ecarte_centimes": sum(ordre.montant_centimes for ordre in sans_iban),
        "vers": None if vers is None else str(vers),
        "ordres": [_ordre_masque(ordre) for ordre in retenus],
    }


def _cellules(ordre: Ordre) -> tuple[object, ...]:
    return (
        ordre.reference,
        ordre.etat.value,
        ordre.bordereau,
        ordre.subvention,
        ordre.dossier,
        ordre.siret or "",
        desarmer(ordre.denomination),
        ordre.echeance,
        _euros(ordre.montant_centimes),
        ordre.iban,
    )


def _ordre_masque(ordre: Ordre) -> dict[str, Any]:
    assert ordre.iban is not None
    return {
        "reference": ordre.reference,
        "etat": ordre.etat.value,
        "bordereau": ordre.bordereau,
        "subvention": ordre.subvention,
        "dossier": ordre.dossier,
        "siret": ordre.siret,
        "denomination": ordre.denomination,
        "echeance": ordre.echeance,
        "montant_centimes": ordre.montant_centimes,
        "iban": iban_masque(ordre.iban),
    }


def exporter_evenements(
    services: Services, base: str, *, apres: int = 0, vers: Path | None = None, sortie: IO[str] | None = None
) -> dict[str, Any]:
    """Write the facts recorded after a position, one CloudEvent a line; return the document.

    `derniere_position` is what to give as `apres` the next time.
    """
    faits = evenements(services, source_des_evenements(base), apres=apres)
    derniere, nombre = apres, 0
    with fichier_neuf(vers, LISIBLE) if vers is not None else nullcontext(sortie) as flux:
        for fait in faits:
            derniere, nombre = int(fait["id"]), nombre + 1
            if flux is not None:
                flux.write(json.dumps(fait, ensure_ascii=False, separators=(",", ":")) + "\n")
    return {
        "exportes": nombre,
        "apres": apres,
        "derniere_position": derniere,
        "vers": None if vers is None else str(vers),
    }


def _euros(centimes: int) -> str:
    euros, reste = divmod(centimes, 100)
    return f"{euros}.{reste:02d}"
