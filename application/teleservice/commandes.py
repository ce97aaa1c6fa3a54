"""What a pass sends to a dossier, through the store as any other command."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from application.commandes import Commande
from application.gestes.depot import DeposerDossier
from application.gestes.dossier import RecevoirPiece, pieces_exigees
from application.services import Services
from application.teleservice.correspondance import CorrespondanceDeDemarche
from kernel.attentes import Role
from kernel.identifiants import NumeroPris
from kernel.refus import SaisieInvalide
from kernel.textes import enumerer

SERVICE: Final = "dn"
"""Démarche Numérique, as facts name it."""
RAISONS: Final = {
    "user_request": "porteur",
    "user_removed": "porteur",
    "user_expired": "expire",
    "expired": "expire",
    "manager_request": "administration",
    "instructeur_request": "administration",
    "procedure_removed": "administration",
}
"""Why, in Démarche Numérique’s words and in ours."""
ROLES: Final = (Role.INSTRUCTEUR, Role.ADMINISTRATEUR)


class ImporterDossier(DeposerDossier):
    """File a request of a téléservice as every dépôt is, or follow what changed of the one it filed."""

    demarche: int
    numero: int

    def decider(self, dossier: Dossier, ref: str, services: Services) -> None:
        """File it, or note what changed; refuse with NumeroPris when that number is another request's."""
        if not dossier.existe:
            self._deposer(dossier, ref, services)
            dossier.venir_du_teleservice(SERVICE, self.demarche, self.numero)
        elif dossier.teleservice != (SERVICE, self.numero):
            raise NumeroPris(f"Le numéro {ref} est déjà pris.", ref=ref)
        else:
            campagne = services.trouver(Campagne, self.campagne)
            dossier.suivre_le_teleservice(self._fait(dossier, campagne, ref, services))


class PieceDistante(RecevoirPiece):
    """Receive a file of a téléservice; an empty one is a motif, as it is of a dépôt."""

    def prendre(self, dossier: Dossier, services: Services, lot: str, la_bas: Collection[UUID]) -> None:
        """Receive it; what came of this pièce in that batch, and is not one of those there now, is replaced by it."""
        if self.fichier.vide:
            return dossier.relever("piece_vide", self.code)
        recues = dossier.recues_de_la_bas(lot, self.code)
        self.recevoir_piece(dossier, services, tuple(v for commande, v in recues.items() if commande not in la_bas))


class SignalerLaSuppression(Commande):
    """Note that a request is no longer at its téléservice."""

    dossier: str
    raison: str

    def decider(self, dossier: Dossier, _: Services) -> None:
        """Note it; what becomes of the request is for people to say."""
        dossier.disparaitre_du_teleservice(RAISONS.get(self.raison, "autre"))


class SignalerLesRetraits(Commande):
    """Note which pièces received from a téléservice have no file there any more."""

    dossier: str
    lot: str
    pieces: tuple[str, ...]
    la_bas: dict[str, tuple[UUID, ...]]

    def decider(self, dossier: Dossier, _: Services) -> None:
        """Note it; what was received stays, and is set aside by people or kept."""
        dossier.suivre_les_pieces(self.lot, self.pieces, self.la_bas)


class SignalerTropLourde(Commande):
    """Note that a file of a téléservice is over the size that the service takes: it is not downloaded."""

    dossier: str
    code: str

    def decider(self, dossier: Dossier, _: Services) -> None:
        """Make a motif of it, as of a dépôt, while the request may still be instructed."""
        if dossier.tient_encore:
            dossier.relever("piece_trop_lourde", self.code)


@dataclass(frozen=True, slots=True)
class GesteDistant:
    nom: str
    agregat: str = "dossier"
    roles: tuple[Role, ...] = ROLES


def exiger_des_codes_du_reglement(selon: CorrespondanceDeDemarche, campagne: Campagne) -> None:
    """Refuse with SaisieInvalide a mapping whose pièces the règlement does not name: each request would be at fault."""
    connues = {piece.code for piece in pieces_exigees(campagne)}
    if inconnues := sorted(selon.pieces.keys() - connues if connues else ()):
        raise SaisieInvalide(
            f"Le règlement de {selon.campagne} ne nomme pas ces pièces de la correspondance : {enumerer(inconnues)}.",
            pieces=inconnues,
        )
