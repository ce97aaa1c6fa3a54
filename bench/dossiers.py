"""Dossiers as commands of the store: the real aggregate and its real decisions, without files nor coffre."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import count
from uuid import UUID, uuid4

from aggregates.dossier import Dossier
from aggregates.dossier.depot import Depose
from aggregates.dossier.etat import PieceExigee
from application.commandes import Recu
from application.store import Store
from bench.identites import siret
from dispositifs.evaluation import LigneBudget
from kernel.attentes import Delai, Nature
from kernel.faits import Contexte
from kernel.instants import Instant

CODES = ("statuts", "budget_previsionnel", "rib", "attestation_contrat_engagement_republicain")
EXIGEES = tuple(PieceExigee(code=code, exigee_par="exemple fictif") for code in CODES)
DEPOSE = Depose(
    ref="NQE-2026-7K3F9",
    campagne="NQE-2026",
    objet="Été au Pile",
    siret="00000001800002",
    denomination="Les Passerelles (exemple)",
    contact=None,
    textes=None,
    qpv=("QN05981M",),
    communes=("59512",),
    periode_debut=date(2026, 7, 1),
    periode_fin=date(2026, 8, 31),
    montant_demande_centimes=1_200_000,
    charges=(LigneBudget(poste="60", montant_centimes=1_840_000),),
    produits=(
        LigneBudget(financeur="region", montant_centimes=1_200_000),
        LigneBudget(financeur="commune", montant_centimes=640_000),
    ),
    pieces_exigees=EXIGEES,
    silence=Delai(code="rejet_implicite", duree="2 mois", source="CRPA, art. L231-4 3°", nature=Nature.LOI),
)


@dataclass
class Dossiers:
    """Sends commands to dossiers through `Store.executer`, journal row included."""

    store: Store
    maintenant: Callable[[], Instant]
    _rangs: Iterator[int] = field(default_factory=lambda: count(1))

    def deposer(self) -> Recu:
        """File a request of a new association: nobody waits for another one's tiers."""
        depose = DEPOSE.model_copy(update={"siret": siret(next(self._rangs))})
        return self._executer(uuid4(), "dossier deposer", lambda dossier: dossier.deposer(depose))

    def recevoir(self, flux: UUID) -> Recu:
        """Receive one more pièce."""
        return self._executer(flux, "dossier recevoir-piece", self._recevoir)

    def retirer(self, flux: UUID) -> Recu:
        """Close a request: the applicant gives up."""
        return self._executer(flux, "dossier retirer", lambda dossier: dossier.retirer(uuid4()))

    def semer(self, faits: int) -> UUID:
        """Store a whole stream: a dépôt, then pièces."""
        dossier = Dossier(uuid4()).sous(self._contexte())
        dossier.deposer(DEPOSE)
        for _ in range(faits - 1):
            self._recevoir(dossier.sous(self._contexte()))
        self.store.application.events.put(dossier.collect_events())
        return dossier.id

    def _executer(self, flux: UUID, geste: str, decider: Callable[[Dossier], object]) -> Recu:
        return self.store.executer(Dossier, flux, decider, self._contexte(), geste=geste, empreinte="e" * 64)

    def _recevoir(self, dossier: Dossier) -> None:
        rang = next(self._rangs)
        dossier.recevoir_piece(CODES[rang % len(CODES)], empreinte(rang), uuid4())

    def _contexte(self) -> Contexte:
        maintenant = self.maintenant()
        return Contexte(
            acteur="agt-instruction-07",
            habilitation="instructeur",
            commande_id=uuid4(),
            cause=uuid4(),
            effectif_le=maintenant,
            maintenant=maintenant,
        )


def empreinte(rang: int) -> str:
    """Return the digest of a file that was never read."""
    return sha256(str(rang).encode()).hexdigest()
