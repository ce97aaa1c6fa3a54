"""The request examined against what its règlement lists: each criterion appreciated by an agent, with a justification."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from aggregates.dossier.etat import Appreciation, Etat, EtatDossier, FaitDossier
from aggregates.dossier.rejet import permis
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.faits import Entete, Noms
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import enumerer

_MOTS = {"satisfait": "satisfait", "en_partie": "satisfait en partie", "non_satisfait": "non satisfait"}


class CriteresApprecies(FaitDossier, topic="dossier.criteres_apprecies.v1"):
    """An agent said how far the project meets some criteria; the justifications are in the coffre."""

    appreciations: tuple[Appreciation, ...]

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.appreciations.update({une.critere: une for une in self.appreciations})

    def phrase(self, noms: Noms) -> str:
        dites = (
            f"{noms.critere(une.critere)}, {_MOTS.get(une.appreciation, une.appreciation)} "
            f"({noms.texte(une.justification)})"
            for une in self.appreciations
        )
        return f"Critères appréciés : {' ; '.join(dites)}."


class CritereInconnu(Refus, code="critere_inconnu"):
    """The règlement under which the dossier is complete lists no such criterion."""


class CriteresSansReponse(Refus, code="criteres_sans_reponse"):
    """A criterion of the règlement was not appreciated: nothing can be proposed."""

    def __init__(self, criteres: Sequence[str]) -> None:
        super().__init__(
            f"Critères du règlement sans appréciation : {enumerer(criteres)}. « dossier apprecier » d’abord.",
            criteres=list(criteres),
        )


def exiger_criteres_apprecies(dossier: EtatDossier) -> None:
    """Let a dossier whose every criterion was appreciated pass, or refuse with CriteresSansReponse."""
    if sans_reponse := dossier.criteres_sans_reponse:
        raise CriteresSansReponse(sans_reponse)


class ExamenDuDossier(EtatDossier):
    """Appreciate the criteria of the règlement that the complétude froze."""

    def apprecier(self, appreciations: Sequence[Appreciation]) -> None:
        """Record appreciations, or refuse with GesteImpossible, CritereInconnu or SaisieInvalide (a criterion said twice).

        Those already said so are left out; saying nothing else is silent. Said otherwise before the proposition, the last counts.
        """
        dits = [une.critere for une in appreciations]
        if len(set(dits)) < len(dits):
            raise SaisieInvalide("Un critère est apprécié deux fois.", criteres=dits)
        self.exiger("apprecier", Etat.COMPLET, Etat.EN_INSTRUCTION)
        if inconnus := sorted(set(dits) - set(self.criteres)):
            raise CritereInconnu(
                f"Pas au règlement : {enumerer(inconnus)}. Ses critères : {enumerer(self.criteres) or '(aucun)'}.",
                criteres=inconnus,
            )
        nouvelles = tuple(une for une in appreciations if self.appreciations.get(une.critere) != une)
        if not nouvelles:
            return self.redire(CriteresApprecies)
        self.exiger_apres("la complétude", self.complet_le)
        self.survient(CriteresApprecies(appreciations=nouvelles))


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the criteria that the instructeur still has to appreciate: nothing is proposed before."""
    jalon = dossier.jalon
    if jalon is None or dossier.etat not in {Etat.COMPLET, Etat.EN_INSTRUCTION} or not dossier.criteres_sans_reponse:
        return
    yield Attente(
        Cle("criteres", "", jalon.version),
        de=Role.INSTRUCTEUR,
        depuis=jalon.depuis,
        gestes=dossier.a_faire("apprecier", "demander-avis", "retirer", *permis(dossier, "declarer-irrecevable")),
        nature=Nature.REGLEMENT,
        fondement=dossier.reglement or "instruction",
        habituelle=timedelta(days=30),
    )
