"""File a request under an open campaign."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.depot import Depose, NumeroPris
from aggregates.dossier.etat import LigneBudget, PieceExigee
from application.commandes import Commande, Demande, Fichier, Piece, Recu
from application.geste import Geste, Position
from application.references import SILENCE
from application.saisie import exiger_taille, lire, lire_json
from application.services import Services
from dispositifs.identites import verifier_siret
from dispositifs.reglement import Code, Jour
from kernel.attentes import Role
from kernel.identifiants import identifiant, numero
from kernel.montants import MONTANT_MAX, Centimes
from kernel.refus import Refus, SaisieInvalide

_COMPTE: Final = re.compile(r"[0-9]{1,8}(?![0-9])")


class QpvInconnu(Refus):
    """A code that is no quartier of the région."""

    code = "qpv_inconnu"


class _Modele(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Positif = Annotated[Centimes, Field(ge=0, le=MONTANT_MAX)]
Commune = Annotated[str, Field(pattern=r"^(\d{2}|2[AB])\d{3}$")]
"""INSEE code of a commune."""


class _Tiers(_Modele):
    siret: str = Field(max_length=60)
    denomination: str = Field(min_length=1, max_length=300)


class _Contact(_Modele):
    nom: str = Field(min_length=1, max_length=300)
    courriel: str | None = Field(default=None, max_length=320)
    telephone: str | None = Field(default=None, max_length=40)


class _Territoire(_Modele):
    qpv: tuple[str, ...] = ()
    communes: tuple[Commune, ...] = ()


class _Periode(_Modele):
    debut: Jour
    fin: Jour


class _Charge(_Modele):
    poste: str = Field(min_length=1, max_length=80)
    libelle: str = Field(default="", max_length=300)
    montant_centimes: Positif


class _Produit(_Modele):
    financeur: str = Field(min_length=1, max_length=200)
    montant_centimes: Positif


class _Budget(_Modele):
    charges: tuple[_Charge, ...]
    produits: tuple[_Produit, ...]


class _PieceJointe(_Modele):
    code: Code
    fichier: str


class Depot(_Modele):
    """The deposit document of the outside contract."""

    campagne: str = Field(min_length=1, max_length=60)
    tiers: _Tiers
    contact: _Contact | None = None
    objet: str = Field(min_length=1, max_length=500)
    territoire: _Territoire = _Territoire()
    periode: _Periode | None = None
    montant_demande_centimes: Annotated[Centimes, Field(le=MONTANT_MAX)]
    budget: _Budget
    criteres: dict[str, str] = {}
    pieces: tuple[_PieceJointe, ...] = ()


class DeposerDossier(Commande):
    """Déposer un dossier décrit par un fichier JSON ; ses pièces sont lues à côté de lui."""

    depot: Annotated[Fichier, Position("FICHIER.json")]
    jointes: Mapping[str, Fichier] = Field(default={}, description="les pièces nommées par le dépôt")

    @staticmethod
    def noms_joints(depot: Piece) -> list[str]:
        """Return the file names a deposit refers to, for the door to read."""
        donnees = lire_json(depot)
        pieces = donnees.get("pieces") if isinstance(donnees, dict) else None
        jointes = [p for p in pieces if isinstance(p, dict)] if isinstance(pieces, list) else []
        return [p["fichier"] for p in jointes if isinstance(p.get("fichier"), str)]


def deposer_dossier(commande: DeposerDossier, demande: Demande, services: Services) -> Recu:
    """File the request; the number is drawn from the command id, so that the same command gives the same number."""
    depot = lire(Depot, lire_json(commande.depot))
    campagne = services.store.charger_existant(Campagne, identifiant("campagne", depot.campagne), depot.campagne)
    siret = verifier_siret(depot.tiers.siret)
    inconnus = sorted(set(depot.territoire.qpv) - services.qpv.keys())
    if inconnus:
        raise QpvInconnu(f"Quartier inconnu : {', '.join(inconnus)}.", qpv=inconnus)
    pieces = _ranger_pieces(depot, commande, services)
    essai = 0
    while True:
        ref = numero(depot.campagne, demande.commande_id, essai)
        dossier_id = identifiant("dossier", ref)

        def decider(dossier: Dossier, ref: str = ref, dossier_id: UUID = dossier_id) -> None:
            campagne.exiger_depot_possible(dossier.contexte.effectif_le)
            dossier.deposer(_fait(depot, campagne, ref, siret, dossier_id, services))
            for code, piece in pieces:
                nom = services.confier(piece.nom, dossier_id, f"piece:{code}")
                dossier.recevoir_piece(code, piece.sha256, nom)

        try:
            return services.executer(GESTE, Dossier, dossier_id, decider, commande, demande)
        except NumeroPris:
            essai += 1


def _ranger_pieces(depot: Depot, commande: DeposerDossier, services: Services) -> list[tuple[str, Piece]]:
    pieces = []
    for jointe in depot.pieces:
        piece = commande.jointes.get(jointe.fichier)
        if piece is None:
            raise SaisieInvalide(
                f"Le fichier « {jointe.fichier} » de la pièce « {jointe.code} » est introuvable.",
                fichier=jointe.fichier,
            )
        ranger_piece(piece, services)
        pieces.append((jointe.code, piece))
    return pieces


def ranger_piece(piece: Piece, services: Services) -> str:
    """Keep the bytes of a pièce, or refuse with FichierTropVolumineux or SaisieInvalide (empty); return their digest."""
    if not piece.contenu:
        raise SaisieInvalide(f"Le fichier « {piece.nom} » est vide.", fichier=piece.nom)
    exiger_taille(piece, services.taille_max_fichier)
    return services.fichiers.ranger(piece.contenu)


def _fait(depot: Depot, campagne: Campagne, ref: str, siret: str, dossier_id: UUID, services: Services) -> Depose:
    reglement = campagne.reglement
    contact = depot.contact.model_dump_json() if depot.contact else None
    textes: dict[str, Any] = {
        "criteres": depot.criteres,
        "postes": [charge.poste for charge in depot.budget.charges],
        "libelles": [charge.libelle for charge in depot.budget.charges],
    }
    periode = depot.periode
    return Depose(
        ref=ref,
        campagne=depot.campagne,
        objet=depot.objet,
        siret=siret,
        denomination=depot.tiers.denomination,
        contact=services.confier(contact, dossier_id, "contact"),
        textes=services.confier(json.dumps(textes, ensure_ascii=False), dossier_id, "textes"),
        qpv=depot.territoire.qpv,
        communes=depot.territoire.communes,
        periode_debut=periode.debut if periode else None,
        periode_fin=periode.fin if periode else None,
        montant_demande_centimes=depot.montant_demande_centimes,
        charges=tuple(
            LigneBudget(poste=_compte(c.poste), montant_centimes=c.montant_centimes) for c in depot.budget.charges
        ),
        produits=tuple(
            LigneBudget(financeur=p.financeur, montant_centimes=p.montant_centimes) for p in depot.budget.produits
        ),
        pieces_exigees=pieces_exigees(campagne) if reglement else (),
        silence=SILENCE,
    )


def _compte(poste: str) -> str | None:
    """Return the account a line of budget starts with ("60 - Achats"); the words of the applicant stay in the coffre."""
    lu = _COMPTE.match(poste)
    return None if lu is None else lu[0]


def pieces_exigees(campagne: Campagne) -> tuple[PieceExigee, ...]:
    """Return the pièces the règlement of a campagne demands, as a dossier keeps them; none for a take-over."""
    reglement = campagne.reglement
    if reglement is None:
        return ()
    return tuple(PieceExigee(code=p.code, exigee_par=p.exigee_par, bloquante=p.bloquante) for p in reglement.pieces)


GESTE = Geste("dossier", "deposer", DeposerDossier, deposer_dossier, (Role.INSTRUCTEUR, Role.PORTEUR))
