"""From aggregates to the rows of the queue: what is awaited, read from the one list."""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from aggregates.registre import ESPECES, Espece
from kernel.agregat import Agregat
from kernel.attentes import Attente, instants
from kernel.faits import Inscription
from kernel.instants import Instant
from readmodels.base import Etats
from readmodels.file import schema

DOSSIER = Path(__file__).parent


def texte(instant: Instant | None) -> str | None:
    """Return an instant as it is stored here."""
    return None if instant is None else instant.astimezone(UTC).isoformat(timespec="microseconds")


class File:
    """The projection of the queue."""

    nom = "file"

    def tables(self, suffixe: str) -> sa.MetaData:
        """Return its tables."""
        return schema.tables(suffixe)

    def projeter(self, connexion: sa.Connection, suffixe: str, nouveaux: Sequence[Inscription], etats: Etats) -> None:
        """Replace the rows of every aggregate that moved."""
        tables = self.tables(suffixe).tables
        agregats, attentes = tables[f"file_agregats_{suffixe}"], tables[f"file_attentes_{suffixe}"]
        touches: dict[tuple[str, UUID], Inscription] = {(i.entete.agregat, i.entete.id): i for i in nouveaux}
        ids = [str(agregat_id) for _, agregat_id in touches]
        connexion.execute(sa.delete(agregats).where(agregats.c.id.in_(ids)))
        connexion.execute(sa.delete(attentes).where(attentes.c.id.in_(ids)))
        lignes, lignes_d_attente = [], []
        for espece, agregat_id in touches:
            agregat = etats.charger(espece, agregat_id)
            attendues = ESPECES[espece].attentes(agregat)
            lignes.append(_ligne(ESPECES[espece], agregat, attendues, _demande_de(agregat, etats), etats))
            lignes_d_attente += [_ligne_d_attente(agregat_id, attente) for attente in attendues]
        connexion.execute(sa.insert(agregats), lignes)
        for espece, agregat_id in touches:
            if espece == "tiers":  # a corrected denomination shows on the dossiers that have no other
                nom = str(getattr(etats.charger(espece, agregat_id), "denomination", ""))
                sans_autre = agregats.c.tiers == str(agregat_id)
                connexion.execute(sa.update(agregats).where(sans_autre).values(beneficiaire=nom))
        if lignes_d_attente:
            connexion.execute(sa.insert(attentes), lignes_d_attente)


def _demande_de(agregat: Agregat, etats: Etats) -> Agregat:
    """Return the dossier behind a subvention, any other aggregate itself: who asks and for what is said there."""
    dossier = getattr(agregat, "dossier", None)
    return agregat if dossier is None else etats.charger("dossier", dossier)


def _beneficiaire(agregat: Agregat, etats: Etats) -> str:
    """Return who asks: as the dépôt said it, else the denomination of the tiers."""
    declare, tiers = str(getattr(agregat, "denomination", "")), getattr(agregat, "tiers_id", None)
    return declare if declare or tiers is None else str(getattr(etats.charger("tiers", tiers), "denomination", ""))


def _ligne(
    espece: Espece, agregat: Agregat, attendues: Sequence[Attente], demande: Agregat, etats: Etats
) -> dict[str, Any]:
    etat = getattr(agregat, "etat", "")
    proposition = getattr(agregat, "proposition", None)
    derniere = agregat.inscriptions[-1]
    eveils = [i.entete.version for i in agregat.inscriptions if i.fait.reveille]
    return {
        "id": str(agregat.id),
        "agregat": espece.nom,
        "ref": str(getattr(agregat, "ref", "")),
        "objet": str(getattr(demande, "objet", "")),
        "etape": str(getattr(etat, "value", etat)),
        "campagne": str(getattr(agregat, "campagne", "")),
        "beneficiaire": _beneficiaire(demande, etats),
        "tiers": None if getattr(demande, "denomination", "") else _texte_ou_rien(getattr(demande, "tiers_id", None)),
        "demande_centimes": getattr(agregat, "demande_centimes", None),
        "propose_centimes": None if proposition is None else proposition.montant_centimes,
        **{nom: getattr(agregat, nom, None) for nom in schema.MONTANTS_DE_SUBVENTION},
        "version": agregat.version,
        "version_eveil": eveils[-1] if eveils else 0,
        "position": derniere.position or 0,
        "attentes": len(attendues),
        "peut_reposer": espece.peut_reposer,
        "termine": espece.est_termine(agregat),
        "prochain": texte(min((du.instant for a in attendues for du in instants(a)), default=None)),
    }


def _texte_ou_rien(identifiant: UUID | None) -> str | None:
    return None if identifiant is None else str(identifiant)


def _ligne_d_attente(agregat_id: UUID, attente: Attente) -> dict[str, Any]:
    return {
        "id": str(agregat_id),
        "de": attente.de.value,
        "depuis": texte(attente.depuis),
        "echeance": texte(attente.echeance),
        "automatisme": attente.automatisme,
        "prochain": texte(min((du.instant for du in instants(attente)), default=None)),
        "bloque_apres": None if attente.habituelle is None else texte(attente.depuis + attente.habituelle),
        "document": attente.en_json(attente.depuis),
    }
