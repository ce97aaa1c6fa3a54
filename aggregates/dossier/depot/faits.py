"""What happens between the dépôt and the accusé de réception."""

from datetime import date
from uuid import UUID

from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier, LigneBudget, PieceExigee
from kernel.attentes import Delai
from kernel.faits import Entete, Noms
from kernel.instants import jour_de
from kernel.montants import en_euros


class Depose(FaitDossier, topic="dossier.depose.v1"):
    """A request was filed under an open campaign. Texts and contacts are in the coffre; the objet is public."""

    ref: str
    campagne: str
    objet: str
    siret: str | None
    denomination: str
    contact: UUID | None
    textes: UUID | None
    qpv: tuple[str, ...]
    communes: tuple[str, ...]
    periode_debut: date | None
    periode_fin: date | None
    montant_demande_centimes: int
    charges: tuple[LigneBudget, ...]
    produits: tuple[LigneBudget, ...]
    pieces_exigees: tuple[PieceExigee, ...]
    silence: Delai

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.ref, agregat.campagne, agregat.objet = self.ref, self.campagne, self.objet
        agregat.siret, agregat.denomination, agregat.contact = self.siret, self.denomination, self.contact
        agregat.qpv, agregat.communes = self.qpv, self.communes
        if self.periode_debut and self.periode_fin:
            agregat.periode = (self.periode_debut, self.periode_fin)
        agregat.demande_centimes = self.montant_demande_centimes
        agregat.charges, agregat.produits, agregat.pieces_exigees = self.charges, self.produits, self.pieces_exigees
        agregat.silence, agregat.silence_depuis = self.silence, jour_de(entete.effectif_le)
        agregat.depose_le, agregat.depose_par = jour_de(entete.effectif_le), entete.commande_id
        agregat.passer(Etat.DEPOSE, entete)
        agregat.depose_depuis = agregat.depuis

    def phrase(self, noms: Noms) -> str:
        return f"Dossier {self.ref} déposé par {self.denomination} : « {self.objet} », {en_euros(self.montant_demande_centimes)} demandés."


class Enregistre(FaitDossier, topic="dossier.enregistre.v1"):
    """The accusé d'enregistrement was issued (CRPA R112-11-2: at once, or within one working day)."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.enregistre_le = jour_de(entete.effectif_le)
        if agregat.etat is Etat.DEPOSE:
            agregat.passer(Etat.ENREGISTRE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Accusé d’enregistrement délivré."


class ReceptionAccusee(FaitDossier, topic="dossier.reception_accusee.v1"):
    """The accusé de réception was issued; it tells when silence would become a refusal (CRPA R112-11-1)."""

    rejet_implicite_le: date

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.recu_le = jour_de(entete.effectif_le)
        if agregat.etat in {Etat.DEPOSE, Etat.ENREGISTRE}:
            agregat.passer(Etat.RECU, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Accusé de réception délivré ; sans décision, un rejet implicite naîtra le {self.rejet_implicite_le:%d/%m/%Y}."


class TiersRattache(FaitDossier, topic="dossier.tiers_rattache.v1"):
    """The applicant was found, or created, among the tiers."""

    tiers: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.tiers_id = self.tiers

    def phrase(self, noms: Noms) -> str:
        return f"Demandeur rattaché au tiers {noms.tiers(self.tiers)}."


class Retire(FaitDossier, topic="dossier.retire.v1"):
    """The applicant gave up before any vote; nothing was decided. The motive is in the coffre."""

    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue="retire", motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"Demande retirée par le porteur : {noms.texte(self.motif)}."
