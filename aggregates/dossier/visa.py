"""The visas of a proposition: as many levels as its amount asks by the règlement, each by another person, none by its author.

Without levels in the règlement, one visa of a responsable. A level that waits is reminded, then opened to the role above, by
the engine, at dates that the fact of the proposition carries.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from aggregates.dossier.elements import VisaPrevu
from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier, Proposition
from aggregates.dossier.financement import change_depuis_la_proposition
from aggregates.dossier.motifs import exiger_reponses, reste_a_repondre
from kernel.attentes import Attente, Cle, Nature, Rappel, Role
from kernel.delais import echoir, lire_duree
from kernel.faits import Entete, Jalon, Noms
from kernel.instants import Instant, jour_de
from kernel.refus import Refus

UN_VISA = (VisaPrevu(role=Role.RESPONSABLE),)
"""What a règlement that says nothing asks."""


class Vise(FaitDossier, topic="dossier.vise.v1"):
    """One level of the proposition was approved by another person than its author, by the act that gives it that power."""

    acte: UUID | None = None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        if (proposition := agregat.proposition) is not None:
            donnes = (*proposition.donnes, entete.auteurs)
            complet = len(donnes) >= len(niveaux(proposition))
            agregat.proposition = replace(
                proposition, donnes=donnes, rappels=0, escalade=False, vise_par=entete.acteur if complet else None
            )
        agregat.jalon = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return "Proposition visée." if self.acte is None else f"Proposition visée ({noms.texte(self.acte)})."


class VisaRappele(FaitDossier, topic="dossier.visa_rappele.v1"):
    """A visa is still awaited: it was reminded, or opened to the role above."""

    niveau: int
    rang: int
    escalade: Role | None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        if agregat.proposition is not None:
            ouvert = agregat.proposition.escalade or self.escalade is not None
            agregat.proposition = replace(agregat.proposition, rappels=self.rang, escalade=ouvert)

    def phrase(self, noms: Noms) -> str:
        if self.escalade is None:
            return f"Visa toujours attendu, niveau {self.niveau} : rappel n° {self.rang}."
        return (
            f"Visa toujours attendu, niveau {self.niveau} : il peut être donné par le rôle {noms.role(self.escalade)}."
        )


class InteretDeclare(FaitDossier, topic="dossier.interet_declare.v1"):
    """An agent has an interest in this request: from then on it does nothing in it; why, if said, is in the coffre."""

    motif: UUID | None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.interets[entete.acteur] = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Intérêt déclaré par l’agent{'' if self.motif is None else f' : {noms.texte(self.motif)}'}."


class InteretRetire(FaitDossier, topic="dossier.interet_retire.v1"):
    """Another person found that this agent has no interest in the request any more: it may act again.

    What was decided meanwhile stays; why is in the coffre.
    """

    agent: str
    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.interets.pop(self.agent, None)

    def phrase(self, noms: Noms) -> str:
        return f"Intérêt déclaré par l’agent {self.agent} retiré : {noms.texte(self.motif)}."


class FinancementChange(Refus, code="financement_change"):
    """Somebody who finances the project was said since the amount was computed: it may be above the cumul."""


class VisaDUnAutreRole(Refus, code="visa_d_un_autre_role"):
    """The level that is awaited is another role's."""


def ne_lie_plus(dossier: EtatDossier) -> bool:
    """Tell whether an award is proposed that is out of date: who finances changed since, or a motif waits for its answer."""
    proposition = dossier.proposition
    return (
        proposition is not None
        and proposition.cause is None
        and (change_depuis_la_proposition(dossier) or reste_a_repondre(dossier))
    )


def exiger_a_jour(dossier: EtatDossier) -> None:
    """Let a proposition that still binds pass, or refuse with FinancementChange, MotifsSansReponse or MotifRetenu."""
    if not ne_lie_plus(dossier):
        return
    exiger_reponses(dossier, attribution=True)
    raise FinancementChange(
        "Le plan de financement a changé depuis cette proposition : elle se renvoie, et se recalcule."
    )


def niveaux(proposition: Proposition) -> tuple[VisaPrevu, ...]:
    """Return the levels that this proposition goes through, in order."""
    return proposition.visas or UN_VISA


def _niveau(proposition: Proposition) -> VisaPrevu:
    """Return the level that is awaited; the last one once all were given."""
    return niveaux(proposition)[min(len(proposition.donnes), len(niveaux(proposition)) - 1)]


def rappels(dossier: EtatDossier) -> tuple[Rappel, ...]:
    """Return the reminders of the level awaited, in order, those that were made included."""
    proposition, jalon = dossier.proposition, dossier.jalon
    if proposition is None or jalon is None:
        return ()
    depuis = jour_de(jalon.depuis)
    return tuple(
        Rappel(echoir(depuis, lire_duree(delai.duree), source=delai.source).dernier_instant, "rappeler_visa", rang)
        for rang, delai in enumerate(_niveau(proposition).rappels, 1)
    )


class Visas(EtatDossier):
    """Approve, remind, declare an interest."""

    def viser(self, acte: UUID | None = None) -> None:
        """Approve one level, or refuse; repeating it is silent.

        Raises:
            GesteImpossible: nothing is proposed, or its author has since declared an interest.
            QuatreYeux: who proposed it, or gave another level.
            VisaDUnAutreRole: the level awaited is another role's.
            FinancementChange, MotifsSansReponse, MotifRetenu: something was said since that keeps it from binding.
        """
        self.exiger("viser", Etat.PROPOSE)
        proposition = self.proposition
        assert proposition is not None
        if any(self.contexte.acteur == donnes[0] for donnes in proposition.donnes):
            return self.redire(Vise)
        if proposition.vise_par is not None:
            raise Vise.deja("La proposition est déjà visée par une autre personne.")
        deja = [auteur for donnes in proposition.donnes for auteur in donnes]
        self.quatre_yeux(
            "Vous avez fait cette proposition, ou en avez visé un niveau : une autre personne doit la viser.",
            *proposition.par,
            *deja,
        )
        self._exiger_niveau(proposition)
        if not self.interets.keys().isdisjoint(proposition.par):
            raise self.impossible("viser", "son auteur a déclaré un intérêt : la proposition se renvoie")
        exiger_a_jour(self)
        self.exiger_apres("la proposition", self.jalon)
        self.survient(Vise(acte=acte))

    def _exiger_niveau(self, proposition: Proposition) -> None:
        if not proposition.visas:
            return
        niveau = _niveau(proposition)
        permis = {niveau.role} | ({niveau.escalade} if proposition.escalade and niveau.escalade else set())
        tenu = (self.contexte.habilitation or "").partition(" ")[0]
        if tenu not in permis:
            raise VisaDUnAutreRole(
                f"Ce niveau de visa est du rôle {niveau.role}, tenu ici : {tenu or 'aucun'}.", role=niveau.role.value
            )

    def rappeler_visa(self, ouverte_par: int, instant: Instant, au: Instant) -> None:
        """Record a reminder, or the opening to the role above, at its instant; silent when the level was given since.

        Refuse with GesteImpossible before it is due, or out of turn.
        """
        proposition, jalon = self.proposition, self.jalon
        if proposition is None or jalon is None or self.proposition_visee or jalon.version != ouverte_par:
            return
        rang = next((r.rang for r in rappels(self) if r.instant == instant), 0)
        if 0 < rang <= proposition.rappels:
            return
        if rang != proposition.rappels + 1 or instant > au:
            raise self.impossible("rappeler-visa", "ce rappel n’est pas dû")
        niveau = _niveau(proposition)
        escalade = niveau.escalade if rang == len(niveau.rappels) else None
        fait = VisaRappele(niveau=len(proposition.donnes) + 1, rang=rang, escalade=escalade)
        self.survient(fait, effectif_le=instant)

    def declarer_interet(self, motif: UUID | None) -> None:
        """Note that the agent has an interest in this request, or refuse with GesteImpossible; said again it is silent."""
        if not self.existe:
            raise self.impossible("declarer-interet", "ce dossier n’existe pas")
        if self.contexte.acteur in self.interets:
            return self.redire(InteretDeclare)
        self.survient(InteretDeclare(motif=motif))

    def retirer_interet(self, agent: str, motif: UUID) -> None:
        """Let an agent act again, or refuse with GesteImpossible (none declared), QuatreYeux (itself) or AvantLeJalon.

        Repeating it is silent.
        """
        declare = self.interets.get(agent)
        if declare is None:
            if self.effet_de(InteretRetire, agent=agent, motif=motif) is not None:
                return self.redire(InteretRetire, agent=agent, motif=motif)
            raise self.impossible("retirer-interet", f"l’agent « {agent} » n’y a déclaré aucun intérêt")
        self.quatre_yeux("Vous avez déclaré cet intérêt : une autre personne le retire.", agent)
        self.exiger_apres("la déclaration d’intérêt", declare)
        self.survient(InteretRetire(agent=agent, motif=motif))


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the level that is awaited, of its role, with its reminders.

    A proposition taken over without its amount goes to no assembly, nor one that is out of date, approved or not: it is
    sent back.
    """
    proposition, jalon, perimee = dossier.proposition, dossier.jalon, ne_lie_plus(dossier)
    if dossier.etat is not Etat.PROPOSE or proposition is None or jalon is None:
        return
    if dossier.proposition_visee and not perimee:
        return
    visee, niveau = proposition.vise_par is not None, _niveau(proposition)
    a_renvoyer = visee or perimee or not dossier.interets.keys().isdisjoint(proposition.par)
    role = niveau.escalade if proposition.escalade and niveau.escalade else niveau.role
    source = next((delai.source for delai in niveau.rappels), "")
    yield Attente(
        Cle("visa", "", jalon.version),
        de=Role.RESPONSABLE if a_renvoyer else role,
        depuis=jalon.depuis,
        gestes=dossier.a_faire("renvoyer") if a_renvoyer else dossier.a_faire("viser", "renvoyer"),
        rappels=() if dossier.proposition_visee else tuple(r for r in rappels(dossier) if r.rang > proposition.rappels),
        nature=Nature.REGLEMENT if source else Nature.USAGE,
        fondement="la proposition n’est plus à jour"
        if perimee
        else "montant proposé inconnu"
        if visee
        else source or "quatre yeux : le visa n’est pas donné par l’auteur",
        habituelle=timedelta(days=10),
    )
