"""From the agenda of the commission permanente to the decision, and the closing; the act itself is a Deliberation."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from aggregates.dossier.conservation import ce_qui_empeche_de_clore
from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier, id_subvention_du
from aggregates.dossier.notification import RejetNonDit, rejet_a_dire
from aggregates.dossier.rejet import RejetNonAdopte
from aggregates.dossier.visa import exiger_a_jour, ne_lie_plus
from kernel.attentes import Attente, Cle, GesteAttendu, Renvoi, Role
from kernel.faits import Entete, Jalon, Noms
from kernel.montants import en_euros
from kernel.refus import Refus


class Inscrit(FaitDossier, topic="dossier.inscrit.v1"):
    """The dossier is a line of a délibération put to a sitting."""

    deliberation: UUID
    ligne: int

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.deliberation, agregat.ligne = self.deliberation, self.ligne
        agregat.passer(Etat.INSCRIT, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Dossier inscrit à l’ordre du jour, ligne {self.ligne} du rapport."


class Ajourne(FaitDossier, topic="dossier.ajourne.v1"):
    """The line left the agenda without a vote: no act exists, the approved proposition stands."""

    deliberation: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.deliberation = agregat.ligne = None
        agregat.ajournements.add(self.deliberation)
        agregat.passer(Etat.PROPOSE, entete)

    def phrase(self, noms: Noms) -> str:
        return "Dossier ajourné : il revient parmi les propositions visées."


class VoteAnnonce(FaitDossier, topic="dossier.vote_annonce.v1"):
    """The assembly voted on its line: that day answers the request, though the act has no legal force yet."""

    deliberation: UUID
    favorable: bool
    montant_vote_centimes: int
    vote_le: date

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.vote = Jalon.de(entete)
        agregat.exprimer(self.favorable, self.vote_le, entete)

    def phrase(self, noms: Noms) -> str:
        sens = f"attribution de {en_euros(self.montant_vote_centimes)}" if self.favorable else "rejet de la demande"
        return (
            f"Vote de la commission permanente du {self.vote_le:%d/%m/%Y} : {sens}. L’acte n’est pas encore exécutoire."
        )


class Decide(FaitDossier, topic="dossier.decide.v1"):
    """A délibération made exécutoire decided."""

    deliberation: UUID
    favorable: bool
    montant_vote_centimes: int
    vote_le: date

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.vote_centimes, agregat.decide_le = self.montant_vote_centimes, self.vote_le
        agregat.exprimer(self.favorable, self.vote_le, entete)
        agregat.passer(Etat.DECIDE, entete, issue="attribue" if self.favorable else "rejete")

    def phrase(self, noms: Noms) -> str:
        if not self.favorable:
            return f"Demande rejetée par la commission permanente du {self.vote_le:%d/%m/%Y}."
        montant = en_euros(self.montant_vote_centimes)
        return f"Aide de {montant} attribuée par la commission permanente du {self.vote_le:%d/%m/%Y}."


class Clos(FaitDossier, topic="dossier.clos.v1"):
    """Nothing is awaited any more: refused, or paid to the last échéance."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.passer(Etat.CLOS, entete, issue=agregat.issue)

    def phrase(self, noms: Noms) -> str:
        return "Dossier clos."


class SubventionFinie(FaitDossier, topic="dossier.subvention_finie.v1"):
    """Nothing is owed any more of its award; something else keeps the dossier open."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.subvention_finie = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return "La subvention est finie ; le dossier reste ouvert."


class ClotureEmpechee(Refus, code="cloture_empechee"):
    """A recours or a contrôle runs: the dossier stays open."""


class PropositionNonVisee(Refus, code="proposition_non_visee"):
    """Only an approved proposition goes to the assembly."""


class Decision(EtatDossier):
    """What follows the assembly's work."""

    def inscrire(self, deliberation: UUID, ligne: int) -> None:
        """Put it on the agenda; repeating it is silent.

        Refuse with GesteImpossible, PropositionNonVisee, DejaFait, or as `exiger_a_jour` a proposition that is out of date.
        """
        if self.etat is Etat.INSCRIT:
            if (self.deliberation, self.ligne) == (deliberation, ligne):
                return self.redire(Inscrit)
            raise Inscrit.deja("Le dossier est déjà inscrit dans un autre rapport.")
        self.exiger("inscrire", Etat.PROPOSE)
        if self.proposition is None or self.proposition.vise_par is None:
            raise PropositionNonVisee(
                "La proposition n’est pas visée : elle ne peut pas être inscrite à l’ordre du jour."
            )
        exiger_a_jour(self)
        self.exiger_apres("le visa", self.jalon)
        self.survient(Inscrit(deliberation=deliberation, ligne=ligne))

    def ajourner(self, deliberation: UUID) -> None:
        """Take it off the agenda, or refuse with GesteImpossible; repeating it is silent."""
        if self.etat is Etat.PROPOSE and deliberation in self.ajournements:
            return self.redire(Ajourne, deliberation=deliberation)
        self._exiger_a_l_ordre_du_jour("ajourner", deliberation)
        self.survient(Ajourne(deliberation=deliberation))

    def annoncer_vote(
        self, deliberation: UUID, *, favorable: bool, montant_vote_centimes: int, vote_le: date, adopte: bool = True
    ) -> None:
        """Learn the vote of its line, or refuse with GesteImpossible (withdrawn meanwhile); repeating it is silent."""
        if self.decision is not None and self.deliberation == deliberation:
            return
        if self._rejet_non_adopte(deliberation, vote_le, adopte=adopte):
            return
        self._exiger_a_l_ordre_du_jour("annoncer-vote", deliberation, vote_le)
        self.survient(
            VoteAnnonce(
                deliberation=deliberation,
                favorable=favorable,
                montant_vote_centimes=montant_vote_centimes,
                vote_le=vote_le,
            ),
            effectif_le=vote_le,
        )

    def decider(
        self, deliberation: UUID, *, favorable: bool, montant_vote_centimes: int, vote_le: date, adopte: bool = True
    ) -> None:
        """Carry the vote of its line, or refuse with GesteImpossible (withdrawn meanwhile) or DejaFait; repeating it is silent."""
        fait = Decide(
            deliberation=deliberation, favorable=favorable, montant_vote_centimes=montant_vote_centimes, vote_le=vote_le
        )
        if self.decide_le is not None:
            decide = (self.deliberation, self.vote_centimes, self.decide_le, self.issue)
            if decide == (deliberation, montant_vote_centimes, vote_le, "attribue" if favorable else "rejete"):
                return
            raise Decide.deja("Le dossier est déjà décidé autrement.")
        if self._rejet_non_adopte(deliberation, vote_le, adopte=adopte):
            return
        self._exiger_a_l_ordre_du_jour("decider", deliberation, vote_le)
        self.survient(fait, effectif_le=vote_le)

    def _rejet_non_adopte(self, deliberation: UUID, vote_le: date, *, adopte: bool) -> bool:
        """Tell whether the assembly did not adopt the rejet of its line: nothing is decided, the instruction goes on."""
        if not adopte and self.effet_de(RejetNonAdopte, deliberation=deliberation) is not None:
            return True
        if adopte or self.proposition is None or self.proposition.cause is None:
            return False
        self._exiger_a_l_ordre_du_jour("decider", deliberation, vote_le)
        self.survient(RejetNonAdopte(deliberation=deliberation), effectif_le=vote_le)
        return True

    def clore(self, *, rien_ne_reste_du: bool) -> None:
        """Close what was decided; repeating it is silent.

        Refuse with GesteImpossible while it is not decided or something remains owed, or when it ended before any vote; with
        RejetNonDit while the applicant does not know of its rejet; with ClotureEmpechee while a recours or a contrôle runs.
        """
        if self.etat is Etat.CLOS and self.issue_motif is None:
            return self.redire(Clos)
        self.exiger("clore", Etat.DECIDE)
        if not rien_ne_reste_du:
            raise self.impossible("clore", "la subvention n’est pas soldée : le dossier ne peut pas être clos")
        if (empeche := ce_qui_empeche_de_clore(self)) is not None:
            raise ClotureEmpechee(f"Le dossier {self.ref} ne se clôt pas : {empeche}.")
        if rejet_a_dire(self):
            raise RejetNonDit(
                "Le demandeur ne sait pas que sa demande est rejetée : « dossier notifier-rejet », ou, si c’est fait ailleurs, "
                "« dossier enregistrer-notification » d’abord."
            )
        self.exiger_apres("la décision", self.jalon)
        self.survient(Clos())

    def constater_fin_de_subvention(self) -> None:
        """Learn that nothing is owed of its award, or refuse with GesteImpossible when it is not decided; repeating it is silent."""
        if self.subvention_finie is None and self.etat is not Etat.CLOS:
            self.exiger("constater-fin-de-subvention", Etat.DECIDE)
            self.survient(SubventionFinie())

    def _exiger_a_l_ordre_du_jour(self, geste: str, deliberation: UUID, le: date | None = None) -> None:
        self.exiger(geste, Etat.INSCRIT)
        if self.deliberation != deliberation:
            raise self.impossible(geste, "le dossier est inscrit dans un autre rapport")
        self.exiger_apres("l’inscription à l’ordre du jour", self.jalon, le=le)


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the inscription, the vote, or the closing: the rapport is prepared, voted and paid elsewhere."""
    jalon = dossier.jalon
    if jalon is None:
        return
    if dossier.etat is Etat.PROPOSE and dossier.proposition_visee and not ne_lie_plus(dossier):
        yield Attente(
            Cle("inscription", "", jalon.version),
            de=Role.ASSEMBLEES,
            depuis=jalon.depuis,
            gestes=(GesteAttendu("deliberation preparer", ""),),
            fondement="ordre du jour de la commission permanente",
            habituelle=timedelta(days=60),
        )
    elif dossier.etat is Etat.INSCRIT and dossier.deliberation is not None:
        vote = dossier.vote
        yield Attente(
            Cle("vote", "", jalon.version) if vote is None else Cle("force_executoire", "", vote.version),
            de=Role.ASSEMBLEES,
            depuis=(vote or jalon).depuis,
            renvoie_a=Renvoi("deliberation", dossier.deliberation, str(dossier.ligne)),
            fondement="vote de la commission permanente" if vote is None else "délibération à rendre exécutoire",
            habituelle=timedelta(days=60),
        )
    elif dossier.etat is Etat.DECIDE and not rejet_a_dire(dossier):
        yield from _cloture(dossier, jalon)


def _cloture(dossier: EtatDossier, jalon: Jalon) -> Iterator[Attente]:
    """Yield the closing: of people once nothing is owed and nothing keeps it open, else of the subvention."""
    rejete = dossier.issue == "rejete"
    finie = rejete or dossier.subvention_finie is not None
    if finie and ce_qui_empeche_de_clore(dossier) is not None:
        return  # what keeps it open is awaited
    yield Attente(
        Cle("cloture", "", jalon.version),
        de=Role.INSTRUCTEUR if finie else Role.FINANCE,
        depuis=jalon.depuis,
        gestes=dossier.a_faire("clore") if finie else (),
        renvoie_a=None if finie else Renvoi("subvention", id_subvention_du(dossier.id)),
        fondement="rejet notifié" if rejete else "rien ne reste dû" if finie else "solde de la subvention",
        habituelle=timedelta(days=365),
    )
