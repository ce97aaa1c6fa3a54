"""Add a mandat, sign, carry the signature, transmit."""

from collections.abc import Sequence
from datetime import date

from aggregates.bordereau.etat import CleDeLigne, EtatBordereau, Ligne, LigneRefusee, reference_bordereau
from aggregates.bordereau.faits import (
    BordereauOuvert,
    BordereauSigne,
    BordereauTransmis,
    LigneAjoutee,
    SignaturePortee,
    SignatureRelancee,
)
from kernel.montants import en_euros
from kernel.refus import DejaFait, GesteImpossible, Refus


class BordereauDejaSigne(Refus):
    """A signed bordereau takes no more lines: the next one of the day does."""

    code = "bordereau_signe"


class TotalDifferent(Refus):
    """What the ordonnateur believes he signs is not what the bordereau orders."""

    code = "total_different"


class SignataireLiquidateur(Refus):
    """Four eyes: who reckoned what is owed does not sign the order to pay it."""

    code = "quatre_yeux"


class Bordereau(EtatBordereau):
    """The mandats of one day. It ends when it is signed and every subvention knows it: payment is theirs to await."""

    def ajouter(self, jour: date, rang: int, ligne: Ligne) -> None:
        """Add a mandat, opening the bordereau with the first; the same again is silent.

        Refuse with BordereauDejaSigne, or DejaFait when the mandat is there with another amount.
        """
        connue = self.lignes.get(ligne.cle)
        if connue == ligne:
            return
        if connue is not None:
            raise DejaFait("Ce mandat est déjà sur le bordereau avec un autre montant.", fait=LigneAjoutee.topic)
        if self.signe_par is not None:
            raise BordereauDejaSigne(f"Le bordereau {self.ref} est signé : il ne prend plus de mandat.", ref=self.ref)
        if not self.existe:
            self.survient(BordereauOuvert(ref=reference_bordereau(jour, rang), jour=jour, exercice=jour.year))
        self.survient(LigneAjoutee(ligne=ligne))

    def signer(self, total_centimes: int) -> None:
        """Sign every line at once, or refuse with GesteImpossible, TotalDifferent, SignataireLiquidateur or DejaFait.

        The same signature again is silent.
        """
        if not self.lignes:
            raise GesteImpossible("Ce bordereau n’a aucun mandat.", geste="signer")
        if self.signe_par is not None:
            if (self.signe_par, self.total_centimes) == (self.contexte.acteur, total_centimes):
                return
            raise DejaFait(
                "Le bordereau est déjà signé, par une autre personne ou pour un autre total.", fait=BordereauSigne.topic
            )
        if total_centimes != self.total_centimes:
            raise TotalDifferent(
                f"Le bordereau {self.ref} fait {en_euros(self.total_centimes)}, et non {en_euros(total_centimes)}.",
                total_centimes=self.total_centimes,
            )
        if any(ligne.liquidee_par == self.contexte.acteur for ligne in self.lignes.values()):
            raise SignataireLiquidateur(
                "Vous avez liquidé une ligne de ce bordereau : une autre personne doit le signer."
            )
        self.survient(BordereauSigne(total_centimes=total_centimes, nombre=len(self.lignes)))

    def porter_signature(self, portees: Sequence[CleDeLigne], refusees: Sequence[LigneRefusee]) -> None:
        """Record which subventions were told, or refuse with GesteImpossible before the signature; silent if none."""
        if self.signe_par is None:
            raise GesteImpossible("Ce bordereau n’est pas signé.", geste="porter-signature")
        attendues = set(self.a_porter)
        nouvelles = tuple(cle for cle in portees if cle in attendues)
        rejetees = tuple(ligne for ligne in refusees if ligne.cle in attendues)
        if nouvelles or rejetees:
            self.survient(SignaturePortee(portees=nouvelles, refusees=rejetees))

    def relancer(self) -> None:
        """Carry the refused lines once more, or refuse with GesteImpossible when there is none; silent while it is being done."""
        if not self.refusees:
            if self.relance:
                return
            raise GesteImpossible("Aucune ligne de ce bordereau n’a été refusée.", geste="relancer")
        self.survient(SignatureRelancee())

    def transmettre(self, flux: str) -> None:
        """Record that it was sent to the comptable, or refuse with GesteImpossible or DejaFait; repeating is silent."""
        if self.signe_par is None:
            raise GesteImpossible("Ce bordereau n’est pas signé : il ne peut pas être transmis.", geste="transmettre")
        if self.flux == flux:
            return
        if self.flux is not None:
            raise DejaFait(f"Le bordereau est déjà transmis par le flux {self.flux}.", fait=BordereauTransmis.topic)
        self.survient(BordereauTransmis(flux=flux))
