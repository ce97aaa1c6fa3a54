"""From the choice of the dossiers to their inscription on the agenda; refused lines are set aside by people."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from aggregates.deliberation.etat import EtatDeliberation, EtatLigne, FaitDeliberation, LigneRapport, LigneRefusee
from kernel.attentes import Attente, Cle, Role
from kernel.faits import Entete, Jalon, Noms
from kernel.identifiants import NumeroPris
from kernel.refus import SaisieInvalide
from kernel.textes import compte


class DeliberationPreparee(FaitDeliberation, topic="deliberation.preparee.v1"):
    """A rapport is put to a sitting, one line per dossier."""

    ref: str
    seance: UUID
    jour: date
    lignes: tuple[LigneRapport, ...]

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.ref, agregat.seance, agregat.jour = self.ref, self.seance, self.jour
        agregat.lignes = {ligne.ligne: EtatLigne(ligne) for ligne in self.lignes}
        agregat.preparee = agregat.passe_inscription = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Rapport {self.ref} préparé pour la séance du {self.jour:%d/%m/%Y} : {compte(len(self.lignes), 'dossier')}."


class LignesInscrites(FaitDeliberation, topic="deliberation.lignes_inscrites.v1"):
    """One pass of the engine: these dossiers know they are on the agenda, these refused."""

    inscrites: tuple[int, ...]
    refusees: tuple[LigneRefusee, ...]

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.passe_inscription = Jalon.de(entete)
        agregat.changer(self.inscrites, inscrite=True)
        for refusee in self.refusees:
            agregat.changer((refusee.ligne,), refus=refusee.code, refusee_par=Jalon.de(entete))

    def phrase(self, noms: Noms) -> str:
        refusees = f", {compte(len(self.refusees), 'refusé')}" if self.refusees else ""
        return f"{compte(len(self.inscrites), 'dossier', 'inscrit')} à l’ordre du jour{refusees}."


class LigneEcartee(FaitDeliberation, topic="deliberation.ligne_ecartee.v1"):
    """A person took note that a line leaves the rapport, and why."""

    ligne: int
    motif: UUID

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.changer((self.ligne,), ecartee=True, ecartee_motif=self.motif)

    def phrase(self, noms: Noms) -> str:
        return f"Ligne {self.ligne} écartée : {noms.texte(self.motif)}."


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
                return self.redire(LigneEcartee, ligne=numero)
            raise LigneEcartee.deja(f"La ligne {numero} est déjà écartée, pour un autre motif.")
        if ligne.refus is None:
            raise self.impossible("ecarter-ligne", f"la ligne {numero} n’a pas été refusée")
        self.survient(LigneEcartee(ligne=numero, motif=motif))


def attentes(deliberation: EtatDeliberation) -> Iterator[Attente]:
    """Yield the pass due at once, and one attente per refused line."""
    passe = deliberation.passe_inscription
    if passe is not None and deliberation.a_inscrire:
        yield Attente.du_moteur("inscription", passe, "inscrire_lignes", "ordre du jour de la commission permanente")
    for ligne in deliberation.a_ecarter:
        if ligne.refusee_par is not None:
            yield Attente(
                Cle("ligne_refusee", str(ligne.rapport.ligne), ligne.refusee_par.version),
                de=Role.ASSEMBLEES,
                depuis=ligne.refusee_par.depuis,
                gestes=deliberation.a_faire("ecarter-ligne"),
                fondement=f"le dossier {ligne.rapport.ref} a refusé : {ligne.refus}",
            )
