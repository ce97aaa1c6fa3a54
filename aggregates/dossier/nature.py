"""The legal nature of the applicant, as its Tiers gives it: it chooses the law (CRPA L100-3).

Kept as dated items: what depends on it is computed again whenever it is learned, in any order. Unknown, the protective
rule holds: the silence runs; and what an award is paid under waits for it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier
from dispositifs.droit import est_de_droit_public
from kernel.attentes import Attente, Cle, Delai, GesteAttendu, Nature, Public, Role
from kernel.faits import Entete, Noms
from kernel.instants import jour_de


class NatureConstatee(FaitDossier, topic="dossier.nature_constatee.v1"):
    """The Tiers that asks has had this legal category of INSEE since a day; the text that says so is in the coffre."""

    categorie: str
    du: date
    source: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.natures[self.du] = (self.categorie, self.source)

    def phrase(self, noms: Noms) -> str:
        public = est_de_droit_public(self.categorie)
        dit = "" if public is None else ", personne morale de droit public" if public else ", de droit privé"
        depuis = f"depuis le {self.du:%d/%m/%Y}"
        return f"Nature juridique du demandeur : catégorie {self.categorie}{dit}, {depuis} ({noms.texte(self.source)})."


def nature_du_demandeur(dossier: EtatDossier, au: date) -> date | None:
    """Return since when the applicant had the nature it had on that day, None when nobody said."""
    return max((du for du in dossier.natures if du <= au), default=None)


def personne_publique_depuis(dossier: EtatDossier, au: date) -> date | None:
    """Return since when the applicant was a legal person of public law on that day, None when it was not, or nobody said."""
    du = nature_du_demandeur(dossier, au)
    return du if du is not None and est_de_droit_public(dossier.natures[du][0]) else None


def vaut_pour_le_demandeur(dossier: EtatDossier, delai: Delai, au: date) -> bool:
    """Tell whether a clock of the law is made for this applicant: unknown, it is."""
    return delai.public is Public.TOUS or personne_publique_depuis(dossier, au) is None


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the nature of who receives an award, while nobody said it: nothing is liquidated before."""
    jalon, vote_le = dossier.jalon, dossier.decide_le
    if jalon is None or vote_le is None or dossier.etat is not Etat.DECIDE or dossier.issue != "attribue":
        return
    if dossier.tiers_id is not None and dossier.source is None and nature_du_demandeur(dossier, vote_le) is None:
        yield Attente(
            Cle("nature_inconnue", "", jalon.version),
            de=Role.INSTRUCTEUR,
            depuis=jalon.depuis,
            gestes=(GesteAttendu("tiers declarer-nature", dossier.siret or str(dossier.tiers_id)),),
            nature=Nature.LOI,
            fondement="CRPA, art. L100-3 ; loi n° 2000-321, art. 10",
            habituelle=timedelta(days=15),
        )


class NatureDuDemandeur(EtatDossier):
    """Learn the nature of the applicant."""

    def constater_nature(self, categorie: str, du: date, source: UUID) -> None:
        """Record it, at any état: clocks are read again. Refuse with GesteImpossible before the dépôt; the same is silent."""
        if not self.existe:
            raise self.impossible("constater-nature", "le dossier n’est pas déposé")
        if self.natures.get(du) != (categorie, source):
            fait = NatureConstatee(categorie=categorie, du=du, source=source)
            self.survient(fait, effectif_le=max(du, jour_de(self.premier_effet)))
