"""Two months of silence: a refusal is born, a legal fact that stops nothing (CRPA L231-4 3°).

When it is born is computed from dated items, so that late recordings in any order agree. What becomes of it is a fact
too, which names it: an express decision replaces it; or what was recorded late shows that it never was.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import lru_cache

from aggregates.dossier.etat import EtatDossier, FaitDossier
from aggregates.dossier.nature import personne_publique_depuis, vaut_pour_le_demandeur
from kernel.attentes import Attente, Cle, Delai, Role
from kernel.delais import Echeance, Intervalle
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import Instant, debut_de_jour


class RejetImpliciteNe(FaitDossier, topic="dossier.rejet_implicite_ne.v1"):
    """Silence lasted: a refusal exists in law and may be challenged; instruction goes on and an award replaces it."""

    ne_le: date
    source: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.rejets_implicites[entete.version] = self.ne_le

    def phrase(self, noms: Noms) -> str:
        return f"Rejet implicite né du silence le {self.ne_le:%d/%m/%Y} ({self.source}) ; l’instruction continue."


class RejetImpliciteRemplace(FaitDossier, topic="dossier.rejet_implicite_remplace.v1"):
    """The assembly decided after all: its decision, told by that fact, replaces the refusal born of silence."""

    rejet: int
    decision: int
    favorable: bool
    vote_le: date

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.rejets_remplaces.add(self.rejet)

    def phrase(self, noms: Noms) -> str:
        par = "l’attribution votée" if self.favorable else "le rejet exprès voté"
        return f"Rejet implicite remplacé par {par} le {self.vote_le:%d/%m/%Y}."


class CauseDeNonNaissance(StrEnum):
    """Why a refusal was recorded that the law does not give."""

    DELAI = "delai"
    DECISION = "decision"
    NATURE = "nature"


class RejetImpliciteReputeNonNe(FaitDossier, topic="dossier.rejet_implicite_repute_non_ne.v1"):
    """What was learned late shows that this refusal was never born: the fact corrects it, and the silence is awaited again.

    `le` is the day on which the silence really ends, on which it was broken, or since which the applicant is of public law.
    """

    rejet: int
    ne_le: date
    cause: CauseDeNonNaissance
    le: date

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.silence_ouvert_par = entete.version

    def phrase(self, noms: Noms) -> str:
        suite = {
            CauseDeNonNaissance.DELAI: f"le délai, suspendu ou repris autrement, court jusqu’au {self.le:%d/%m/%Y}",
            CauseDeNonNaissance.NATURE: f"le demandeur est une personne morale de droit public depuis le {self.le:%d/%m/%Y}",
            CauseDeNonNaissance.DECISION: f"le silence avait pris fin le {self.le:%d/%m/%Y}",
        }[self.cause]
        return f"Le rejet implicite du {self.ne_le:%d/%m/%Y} est réputé n’être jamais né : {suite}."


def produites_le(dossier: EtatDossier, pieces: tuple[str, ...]) -> date | None:
    """Return the day by which all these pièces had been received, None while one is missing; one set aside is missing."""
    premieres = []
    for code in pieces:
        tenues = dossier.tenues(code)
        if not tenues:
            return None
        premieres.append(min([tenue.jour for tenue in tenues]))
    return max(premieres, default=None)


def suspensions(dossier: EtatDossier) -> tuple[Intervalle, ...]:
    """Return the days during which the silence does not run: each demande, until its end or the production.

    Source: CRPA L114-5, « la production de ces pièces avant l'expiration du délai fixé met fin à cette suspension ».
    """
    intervalles = []
    for demande in dossier.demandes_de_pieces:
        production = produites_le(dossier, demande.pieces)
        if production is not None and production <= demande.du:
            continue  # nothing was missing that day: what was asked in error suspends nothing
        intervalles.append(
            Intervalle(demande.du, demande.jusqu_au if production is None else min(demande.jusqu_au, production))
        )
    return tuple(sorted(intervalles))


def echeance_du_silence(dossier: EtatDossier) -> Echeance | None:
    """Return when two months of silence are over, suspensions included; None when no clock was started.

    None too for a legal person of public law, which the rule is not made for.
    """
    return None if (compte := _compte(dossier)) is None else compte[0]


def _compte(dossier: EtatDossier) -> tuple[Echeance, tuple[Intervalle, ...]] | None:
    """Return that échéance with the suspensions it counts, each looked for once among the pièces received."""
    if dossier.silence is None or dossier.silence_depuis is None:
        return None
    if not vaut_pour_le_demandeur(dossier, dossier.silence, dossier.silence_depuis):
        return None
    arrets = suspensions(dossier)
    return _compter(dossier.silence, dossier.silence_depuis, arrets), arrets


@lru_cache(maxsize=4096)
def _compter(delai: Delai, depuis: date, arrets: tuple[Intervalle, ...]) -> Echeance:
    """Count it once: the same clock is read after each fact, by what is awaited, the queue and the screens."""
    return delai.echoir(depuis, arrets)


def silence_rompu(dossier: EtatDossier, dernier_jour: date) -> bool:
    """Tell whether a decision, or the end of the request, came before the silence had lasted to the end of that day."""
    return dossier.silence_fini_le is not None and dossier.silence_fini_le <= dernier_jour


def _non_ne(dossier: EtatDossier, ne_le: date) -> tuple[CauseDeNonNaissance, date] | None:
    """Return why, and what day, the law gives no refusal born that day; None when it does."""
    echeance = echeance_du_silence(dossier)
    if echeance is None and dossier.silence_depuis is not None:
        publique = personne_publique_depuis(dossier, dossier.silence_depuis)
        return None if publique is None else (CauseDeNonNaissance.NATURE, publique)
    if echeance is not None and silence_rompu(dossier, echeance.dernier_jour):
        assert dossier.silence_fini_le is not None, "what broke the silence has a day"
        return CauseDeNonNaissance.DECISION, dossier.silence_fini_le
    if echeance is not None and echeance.dernier_jour != ne_le:
        return CauseDeNonNaissance.DELAI, echeance.dernier_jour
    return None


def rejet_implicite_ne(dossier: EtatDossier) -> bool:
    """Tell whether a refusal was recorded that the law gives today, even replaced since by an express decision."""
    return any(_non_ne(dossier, ne_le) is None for ne_le in dossier.rejets_implicites.values())


def rejet_implicite_remplace(dossier: EtatDossier) -> bool:
    """Tell whether an express decision replaced the refusal born of silence."""
    return any(version in dossier.rejets_remplaces for version in dossier.rejets_implicites)


class Silence(EtatDossier):
    """What two months of silence do."""

    @property
    def porte_un_rejet_implicite(self) -> bool:
        """Tell what shows every kind of aggregate that a refusal stands, born of silence and not replaced."""
        return rejet_implicite_ne(self) and not rejet_implicite_remplace(self)

    def constater_rejet_implicite(self, au: Instant) -> None:
        """Record the refusal with its legal date, or refuse with GesteImpossible while it is not due at `au`.

        Silent when it is recorded.
        """
        echeance = echeance_du_silence(self)
        if echeance is not None and echeance.dernier_jour in self.rejets_implicites.values():
            return
        du = echeance is not None and echeance.dernier_instant <= au
        if echeance is None or self.silence is None or not du or silence_rompu(self, echeance.dernier_jour):
            raise self.impossible("constater-rejet-implicite", "le silence n’a pas duré le temps que la loi dit")
        fait = RejetImpliciteNe(ne_le=echeance.dernier_jour, source=self.silence.source)
        self.survient(fait, effectif_le=echeance.dernier_jour)

    def repondre_au_rejet_implicite(self, rejet: int) -> None:
        """Record what became of a recorded refusal: never born, or replaced; silent when the law lets it stand."""
        ne_le = self.rejets_implicites.get(rejet)
        if ne_le is None:
            return
        if (non_ne := _non_ne(self, ne_le)) is not None:
            cause, le = non_ne
            self.corriger(RejetImpliciteReputeNonNe(rejet=rejet, ne_le=ne_le, cause=cause, le=le), rejet)
        elif self.decision is not None and rejet not in self.rejets_remplaces:
            decision = self.decision
            fait = RejetImpliciteRemplace(
                rejet=rejet, decision=decision.version, favorable=decision.favorable, vote_le=decision.vote_le
            )
            self.survient(fait, effectif_le=decision.vote_le)


def attentes(dossier: EtatDossier, suite: Attente | None) -> Iterator[Attente]:
    """Yield the clock of silence until it is recorded, or a decision came before its end; then the answer it is owed.

    What ends it is what the dossier awaits next (`suite`): there are the gestes. A history may be entered late: when the
    silence had lasted before the decision, the engine still owes the fact.
    """
    yield from _reponses(dossier)
    compte = _compte(dossier)
    if compte is None or dossier.silence is None or dossier.silence_depuis is None:
        return
    echeance, arrets = compte
    if echeance.dernier_jour in dossier.rejets_implicites.values() or silence_rompu(dossier, echeance.dernier_jour):
        return
    attendu = None if suite is None or suite.de is not Role.PORTEUR else Role.INSTRUCTEUR
    yield Attente(
        Cle("silence", "", dossier.silence_ouvert_par),
        de=attendu or (Role.SYSTEME if suite is None else suite.de),
        depuis=debut_de_jour(dossier.silence_depuis),
        echeance=echeance.dernier_instant,
        automatisme="constater_rejet_implicite",
        gestes=() if suite is None else suite.gestes,
        pas_avant=None if suite is None else suite.pas_avant,
        renvoie_a=None if suite is None else suite.renvoie_a,
        suspensions=arrets,
        nature=dossier.silence.nature,
        fondement=dossier.silence.fondement,
    )


def _reponses(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield what the engine owes each recorded refusal that the law does not give, or that a decision replaced."""
    for version, ne_le in dossier.rejets_implicites.items():
        if _non_ne(dossier, ne_le) is not None:
            reponse = "non_ne"
        elif dossier.decision is not None and version not in dossier.rejets_remplaces:
            reponse = "remplace"
        else:
            continue
        yield Attente.du_moteur(
            "reponse_au_rejet",
            Jalon(version, debut_de_jour(ne_le)),
            "repondre_au_rejet_implicite",
            "tout rejet implicite a sa suite : remplacé, ou réputé non né",
            objet=reponse,
        )
