"""Prepare the rapport, record its inscription, set a refused line aside."""

from collections.abc import Sequence
from uuid import UUID

from aggregates.deliberation.etat import EtatDeliberation, LigneRefusee
from aggregates.deliberation.preparation.faits import DeliberationPreparee, LigneEcartee, LignesInscrites
from kernel.refus import DejaFait, Refus, SaisieInvalide


class NumeroPris(Refus):
    """Another délibération already has this reference: the caller draws the next one."""

    code = "numero_pris"


class Preparation(EtatDeliberation):
    """From the choice of the dossiers to the agenda."""

    def preparer(self, preparee: DeliberationPreparee) -> None:
        """Prepare the rapport, or refuse with NumeroPris or SaisieInvalide (no line, a dossier twice)."""
        if self.existe:
            raise NumeroPris(f"La référence {preparee.ref} est déjà prise.", ref=preparee.ref)
        lignes = preparee.lignes
        if not lignes or [ligne.ligne for ligne in lignes] != list(range(1, len(lignes) + 1)):
            raise SaisieInvalide("Un rapport a au moins une ligne, numérotées à partir de 1.", lignes=len(lignes))
        if len({ligne.dossier for ligne in lignes}) != len(lignes):
            raise SaisieInvalide("Un dossier est cité deux fois dans le rapport.")
        self.survient(preparee)

    def constater_inscription(self, passe: int, *, inscrites: Sequence[int], refusees: Sequence[LigneRefusee]) -> None:
        """Record one pass, or refuse with LigneInconnue; a pass that is over, or did nothing, is silent."""
        for numero in (*inscrites, *(refusee.ligne for refusee in refusees)):
            self.ligne(numero)
        ouverte = self.passe_inscription is not None and self.passe_inscription.version == passe
        if ouverte and (inscrites or refusees):
            self.survient(LignesInscrites(inscrites=tuple(inscrites), refusees=tuple(refusees)))

    def ecarter_ligne(self, numero: int, motif: UUID) -> None:
        """Set a refused line aside, or refuse with LigneInconnue, GesteImpossible or DejaFait; repeating it is silent."""
        self.exiger_preparee()
        ligne = self.ligne(numero)
        if ligne.ecartee:
            if ligne.ecartee_motif == motif:
                return
            raise DejaFait(f"La ligne {numero} est déjà écartée, pour un autre motif.", fait=LigneEcartee.topic)
        if ligne.refus is None:
            raise self.impossible("ecarter-ligne", f"la ligne {numero} n’a pas été refusée")
        self.survient(LigneEcartee(ligne=numero, motif=motif))
