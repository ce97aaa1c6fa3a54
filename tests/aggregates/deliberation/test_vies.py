"""Whole lives of sittings and rapports, with their dossiers: whatever people and the engine do, in whatever order."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from aggregates.deliberation import Deliberation
from aggregates.deliberation import attentes as attentes_de_la_deliberation
from aggregates.deliberation.depouillement import Bulletin, Mode, Voix
from aggregates.deliberation.etat import EtatLigne, LigneRefusee, Resultat
from aggregates.deliberation.execution import EngagementAccorde, EngagementRefuse
from aggregates.dossier import Dossier, Etat
from aggregates.seance import Seance
from kernel.attentes import Attente, Role
from kernel.identifiants import identifiant
from kernel.refus import Refus
from tests.aggregates.deliberation.fabrique import REF, ligne, un_rapport
from tests.aggregates.dossier.fabrique import un_vise
from tests.aggregates.fabrique import par
from tests.aggregates.proprietes import exiger_attentes, exiger_progres, exiger_vie
from tests.aggregates.seance.fabrique import COMPOSITION, JOUR, MEMBRES, REUNION, TOUS

NOMBRE, PAR_PASSE = 4, 2
AUTRE = "ftu-2026-investissement"
MOTIF = UUID(int=77)
rangs = st.integers(1, NOMBRE)
lignes_votees = st.none() | rangs
bulletins = st.builds(
    Bulletin,
    mode=st.sampled_from(Mode),
    defaut=st.sampled_from([Voix.POUR, Voix.POUR, Voix.CONTRE, Voix.ABSTENTION]),
    contre=st.sampled_from([(), ("elu-02",), ("elu-02", "elu-03")]),
    deports=st.sampled_from([(), ("elu-04",), ("elu-04", "elu-05")]),
    amendement_centimes=st.sampled_from([None, None, None, 100_00, 900_00]),
)


def tenter(decision: Callable[[], object]) -> bool:
    """Take a decision; tell whether it was taken."""
    try:
        decision()
    except Refus:
        return False
    return True


class SeanceEtRapport(RuleBasedStateMachine):
    """A sitting, one rapport of four dossiers on two enveloppes, the service, the applicants and the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.seance = par(Seance(identifiant("seance", "CP-2026-06-18")), "assemblees-1", JOUR - timedelta(days=20))
        self.seance.prevoir("CP-2026-06-18", JOUR)
        self.dossiers = {ligne(n).dossier: un_vise() for n in range(1, NOMBRE + 1)}
        self.rapport = par(Deliberation(identifiant("deliberation", REF)), "assemblees-1", JOUR - timedelta(days=10))
        lignes = (ligne(n, enveloppe=AUTRE) if n == NOMBRE else ligne(n) for n in range(1, NOMBRE + 1))
        self.rapport.preparer(un_rapport(*lignes))

    @rule(presents=st.integers(1, 5), apres=st.sampled_from([0, 0, 3]))
    def ouvrir(self, presents: int, apres: int) -> None:
        tenter(par(self.seance, "assemblees-1", JOUR - timedelta(days=12)).convoquer)
        seance = par(self.seance, "assemblees-1", JOUR + timedelta(days=apres))
        tenter(lambda: seance.ouvrir(COMPOSITION, TOUS[:presents], None, REUNION))

    @rule()
    def lever(self) -> None:
        tenter(par(self.seance, "assemblees-1", JOUR).lever)

    @rule(bulletin=bulletins, rang=lignes_votees)
    def voter(self, bulletin: Bulletin, rang: int | None) -> None:
        tenter(lambda: self._rapport().voter(bulletin, self.seance.feuille_ouverte("voter"), None, rang))

    @rule(rang=rangs)
    def ajourner(self, rang: int) -> None:
        tenter(lambda: self._rapport().ajourner(rang))

    @rule(jusqu_a=st.integers(1, 7), accepte=st.booleans(), bulletin=bulletins)
    def suivre_la_voie_droite(self, jusqu_a: int, accepte: bool, bulletin: Bulletin) -> None:  # noqa: FBT001
        """Do in turn what people owe: without it, hazard alone seldom gives an act its force."""
        gestes: tuple[Callable[[], object], ...] = (
            lambda: self.ouvrir(5, 0),
            lambda: self.moteur(accepte, 1),
            lambda: self.voter(bulletin, None),
            lambda: self.voter(bulletin.model_copy(update={"amendement_centimes": None, "deports": ()}), None),
            self._numeroter,
            lambda: self._rapport().transmettre("CTES-1"),
            self._rendre_executoire,
        )
        for geste in gestes[:jusqu_a]:
            tenter(geste)

    @rule(rang=st.sampled_from([1, 2]))
    def retirer(self, rang: int) -> None:
        tenter(lambda: par(self.dossiers[UUID(int=rang)]).retirer(MOTIF))

    @rule(rang=rangs)
    def ecarter(self, rang: int) -> None:
        tenter(lambda: self._rapport().ecarter_ligne(rang, MOTIF))

    @rule(enveloppe=st.sampled_from([ligne(1).enveloppe, AUTRE]))
    def redemander(self, enveloppe: str) -> None:
        tenter(lambda: self._rapport().redemander_engagement(enveloppe))

    @rule(accepte=st.booleans(), fois=st.integers(1, 2))
    def moteur(self, accepte: bool, fois: int) -> None:  # noqa: FBT001 - drawn by hypothesis
        """Do what SYSTEME owes, each order up to twice, until nothing is due: never for ever."""
        for _ in range(20):
            dus = [a for a in attentes_de_la_deliberation(self.rapport) if a.de is Role.SYSTEME]
            if not dus:
                return
            for _ in range(fois):
                self._servir(dus[0], accepte=accepte)
            exiger_progres(self.rapport, dus[0])
        raise AssertionError("the engine never comes to rest")

    def _rapport(self) -> Deliberation:
        return par(self.rapport, "assemblees-1", JOUR)

    def _numeroter(self) -> None:
        self._rapport().numeroter()
        self.moteur(True, 1)  # noqa: FBT003

    def _rendre_executoire(self) -> None:
        par(self.rapport, "assemblees-1", JOUR + timedelta(days=5)).rendre_executoire()

    def _servir(self, attente: Attente, *, accepte: bool) -> None:
        rapport, passe = par(self.rapport, "SYSTEME", JOUR), attente.cle.ouverte_par
        match attente.automatisme:
            case "inscrire_lignes":
                faites, refusees = self._envoyer(rapport.a_inscrire, self._inscrire)
                rapport.constater_inscription(passe, inscrites=faites, refusees=refusees)
            case "attribuer_numero":
                rapport.recevoir_numero("2026.00001")
            case "porter_decisions":
                faites, refusees = self._envoyer(rapport.a_porter, self._porter)
                votees = [n for n in faites if rapport.executoire is None and rapport.lignes[n].votee]
                portees = [n for n in faites if n not in votees]
                rapport.constater_decisions(passe, portees=portees, annoncees=votees, refusees=refusees)
            case _:
                engages = [EngagementAccorde(enveloppe=e, montant_centimes=1) for e in rapport.a_engager if accepte]
                refuses = [EngagementRefuse(enveloppe=e, code="inconnue") for e in rapport.a_engager if not accepte]
                rapport.constater_engagements(passe, engages=engages, refuses=refuses)

    def _envoyer(
        self, lignes: list[EtatLigne], dire: Callable[[Dossier, EtatLigne], None]
    ) -> tuple[list[int], list[LigneRefusee]]:
        faites, refusees = [], []
        for une in lignes[:PAR_PASSE]:
            dossier = par(self.dossiers[une.rapport.dossier], "SYSTEME", JOUR)
            if tenter(lambda d=dossier, u=une: dire(d, u)):  # type: ignore[misc]
                faites.append(une.rapport.ligne)
            else:
                refusees.append(LigneRefusee(ligne=une.rapport.ligne, code="geste_impossible"))
        return faites, refusees

    def _inscrire(self, dossier: Dossier, une: EtatLigne) -> None:
        dossier.inscrire(self.rapport.id, une.rapport.ligne)

    def _porter(self, dossier: Dossier, une: EtatLigne) -> None:
        if une.resultat is Resultat.AJOURNEE or une.vote_le is None:
            dossier.ajourner(self.rapport.id)
        else:
            (dossier.annoncer_vote if self.rapport.executoire is None else dossier.decider)(
                self.rapport.id,
                favorable=une.attribue,
                montant_vote_centimes=une.vote_centimes,
                vote_le=une.vote_le,
            )

    @invariant()
    def chacun_attend_quelque_chose_tant_qu_il_est_ouvert(self) -> None:
        for agregat in (self.seance, self.rapport, *self.dossiers.values()):
            exiger_attentes(agregat)

    @invariant()
    def une_ligne_portee_est_ce_que_son_dossier_dit(self) -> None:
        for une in self.rapport.lignes.values():
            dossier = self.dossiers[une.rapport.dossier]
            if une.portee and une.votee:
                assert dossier.etat in {Etat.DECIDE, Etat.CLOS}
                assert (dossier.vote_centimes, dossier.deliberation) == (une.vote_centimes, self.rapport.id)
            assert not (une.portee and une.refus)

    def teardown(self) -> None:
        assert set(self.seance.feuille.membres if self.seance.feuille else MEMBRES) == set(MEMBRES)
        for agregat in (self.seance, self.rapport, *self.dossiers.values()):
            exiger_vie(agregat)


TestSeanceEtRapport = SeanceEtRapport.TestCase
TestSeanceEtRapport.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
