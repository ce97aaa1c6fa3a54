"""Whatever the order and the repetition of commands: paid ≤ ordered ≤ liquidated ≤ engaged ≤ voted, and paid once."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from aggregates.bordereau import Bordereau, CleDeLigne, Ligne, SignatureNonPortee
from aggregates.bordereau import attentes as attentes_du_bordereau
from aggregates.enveloppe import LigneEngagee
from aggregates.enveloppe import attentes as attentes_de_l_enveloppe
from aggregates.enveloppe.etat import EngagementNonPorte
from aggregates.subvention import EtapeDePaiement, Subvention
from aggregates.subvention import attentes as attentes_de_la_subvention
from aggregates.subvention.echeancier import lire_echeances
from aggregates.subvention.paiement import PaiementConstate
from kernel.agregat import Agregat
from kernel.attentes import Attente, Role
from kernel.refus import Refus
from tests.aggregates.enveloppe.fabrique import MOTIF, RAPPORT, une_enveloppe
from tests.aggregates.fabrique import JOUR, id_du_texte, par
from tests.aggregates.proprietes import exiger_progres, exiger_vie
from tests.aggregates.subvention.fabrique import DEUX_PARTS, SEUIL, ouverte
from tests.conftest import Dire
from tests.epreuves import compte

NOMBRE, VOTE = 3, 1_000
VIES = compte(15, 150)
acteurs = st.sampled_from(["finance-1", "finance-2", "ordo-1"])
dossiers = st.integers(0, NOMBRE - 1)
rangs = st.integers(1, 2)
ibans = st.sampled_from([UUID(int=51), UUID(int=52)])


def tenter(decision: Callable[[], object]) -> bool:
    """Take a decision; tell whether it was refused."""
    try:
        decision()
    except Refus:
        return True
    return False


class CircuitDeLArgent(RuleBasedStateMachine):
    """Three awards, an enveloppe that may be too small, the bordereaux of one day, people, and the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.enveloppe = une_enveloppe(vote=None)
        self.subventions: list[Subvention] = []
        self.ids: dict[UUID, Subvention] = {}
        self.bordereaux: list[Bordereau] = []
        for n in range(NOMBRE):
            subvention = par(Subvention(UUID(int=400 + n)), "SYSTEME")
            subvention.ouvrir(ouverte(dossier=UUID(int=500 + n), montant_centimes=VOTE), SEUIL)
            self.subventions.append(subvention)
            self.ids[subvention.id] = subvention

    @rule(montant=st.integers(1, 2 * VOTE), source=st.integers(0, 3))
    def voter(self, montant: int, source: int) -> None:
        tenter(lambda: par(self.enveloppe).voter_budget(montant, id_du_texte(f"acte {source}")))

    @rule(n=dossiers, rapport=st.integers(0, 2))
    def engager(self, n: int, rapport: int) -> None:
        ligne = LigneEngagee(dossier=UUID(int=500 + n), montant_centimes=VOTE)
        tenter(lambda: par(self.enveloppe).engager(UUID(int=RAPPORT.int + rapport), (ligne,)))

    @rule(n=dossiers)
    def fixer(self, n: int) -> None:
        tenter(lambda: par(self.subventions[n]).fixer_echeancier(lire_echeances(DEUX_PARTS, VOTE)))

    @rule(n=dossiers, rang=rangs, acteur=acteurs, iban=ibans)
    def liquider(self, n: int, rang: int, acteur: str, iban: UUID) -> None:
        tenter(lambda: par(self.subventions[n], acteur).liquider(rang, iban))

    @rule(n=dossiers, rang=rangs, acteur=acteurs, iban=ibans)
    def mandater(self, n: int, rang: int, acteur: str, iban: UUID) -> None:
        tenter(lambda: par(self.subventions[n], acteur).mandater(rang, iban))

    @rule(k=st.integers(0, 4), acteur=acteurs)
    def signer(self, k: int, acteur: str) -> None:
        if k < len(self.bordereaux):
            bordereau = par(self.bordereaux[k], acteur)
            tenter(lambda: bordereau.signer(bordereau.total_centimes))

    @rule(k=st.integers(0, 4), n=dossiers, rang=rangs)
    def retirer(self, k: int, n: int, rang: int) -> None:
        if k < len(self.bordereaux):
            tenter(lambda: par(self.bordereaux[k]).retirer_mandat(self.subventions[n].id, rang))

    @rule(n=dossiers, rang=rangs, fois=st.integers(1, 3))
    def payer(self, n: int, rang: int, fois: int) -> None:
        for _ in range(fois):
            tenter(lambda: par(self.subventions[n]).constater_paiement(rang))

    @rule(n=dossiers, jusqu_a=rangs, paye=st.booleans())
    def suivre_la_voie_droite(self, n: int, jusqu_a: int, paye: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        """Do in turn what people owe on an award: without it, hazard alone seldom pays anything."""
        self.voter(2 * VOTE, jusqu_a)
        self.engager(n, n)
        self.fixer(n)
        for rang in range(1, jusqu_a + 1):
            self.moteur(1)
            self.liquider(n, rang, "finance-1", UUID(int=51))
            self.mandater(n, rang, "ordo-1", UUID(int=51))
            self.moteur(1)
            self.signer(max(0, len(self.bordereaux) - 1), "ordo-1")
            self.moteur(1)
            if paye:
                self.payer(n, rang, 2)

    @rule(n=dossiers, rang=rangs)
    def rejeter(self, n: int, rang: int) -> None:
        tenter(lambda: par(self.subventions[n]).constater_rejet(rang, "AC01"))

    @rule(n=dossiers)
    def finir(self, n: int) -> None:
        tenter(lambda: par(self.subventions[n]).solder())

    @rule(n=dossiers)
    def renoncer(self, n: int) -> None:
        tenter(lambda: par(self.subventions[n]).renoncer(MOTIF))

    @rule(fois=st.integers(1, 2))
    def moteur(self, fois: int) -> None:
        """Do all that SYSTEME owes, each order up to twice: the second time changes nothing."""
        for qui, attente in self.dus():
            if (qui, attente) not in self.dus():
                continue  # an order carried before this one made it useless
            for _ in range(fois):
                self._servir(qui, attente)
            exiger_progres(qui, attente)

    def dus(self) -> list[tuple[Agregat, Attente]]:
        tous: list[tuple[Agregat, Attente]] = [(self.enveloppe, a) for a in attentes_de_l_enveloppe(self.enveloppe)]
        tous += [(s, a) for s in self.subventions for a in attentes_de_la_subvention(s)]
        tous += [(b, a) for b in self.bordereaux for a in attentes_du_bordereau(b)]
        return [(qui, a) for qui, a in tous if a.de is Role.SYSTEME]

    def _servir(self, qui: Agregat, attente: Attente) -> None:
        match qui:
            case Subvention():
                self._servir_subvention(qui, attente)
            case Bordereau() if attente.automatisme == "porter_retrait":
                subvention, rang, tentative = attente.cle.objet.split(":")
                cle = CleDeLigne(UUID(subvention), int(rang), int(tentative))
                par(self.ids[cle.subvention], "SYSTEME").constater_retrait(cle.echeance, cle.tentative)
                par(qui, "SYSTEME").constater_retrait(cle)
            case Bordereau():
                self._porter_signature(qui)
            case _:
                self._servir_enveloppe(attente)

    def _servir_enveloppe(self, attente: Attente) -> None:
        enveloppe = par(self.enveloppe, "SYSTEME")
        if attente.automatisme == "engager_en_attente":
            enveloppe.engager_en_attente()
            return
        rapport = UUID(attente.cle.objet)
        portees, refusees = [], []
        for dossier in enveloppe.engagements[rapport].a_porter if rapport in enveloppe.engagements else ():
            subvention = par(self.subventions[dossier.int - 500], "SYSTEME")
            if tenter(lambda s=subvention: s.constater_engagement(enveloppe.id, VOTE)):  # type: ignore[misc]
                refusees.append(EngagementNonPorte(dossier=dossier, code="geste_impossible"))
            else:
                portees.append(dossier)
        tenter(lambda: enveloppe.porter_engagement(rapport, portees, refusees))

    def _servir_subvention(self, subvention: Subvention, attente: Attente) -> None:
        match attente.automatisme:
            case "porter_au_bordereau":
                self._porter_au_bordereau(subvention, int(attente.cle.objet))
            case "degager_engagement":
                assert subvention.dossier is not None
                par(self.enveloppe, "SYSTEME").degager(subvention.dossier, MOTIF, subvention_vivante=subvention.vivante)
                par(subvention, "SYSTEME").constater_degagement()
            case _:
                par(subvention, "SYSTEME").constater_cloture()

    def _porter_au_bordereau(self, subvention: Subvention, rang: int) -> None:
        paiement = subvention.paiements[rang]
        if paiement.etape is not EtapeDePaiement.MANDATEE or paiement.bordereau is not None:
            return
        ligne = Ligne(
            subvention=subvention.id,
            echeance=rang,
            tentative=paiement.tentative,
            montant_centimes=paiement.montant_centimes,
            liquidee_par=paiement.liquidee_par[0],
        )
        for k in range(100):
            if k == len(self.bordereaux):
                self.bordereaux.append(Bordereau(UUID(int=600 + k)))
            bordereau = par(self.bordereaux[k], "SYSTEME")
            if not tenter(lambda b=bordereau, k=k: b.ajouter(JOUR, k + 1, ligne)):  # type: ignore[misc]
                par(subvention).porter_au_bordereau(rang, paiement.tentative, bordereau.id, bordereau.ref)
                return

    def _porter_signature(self, bordereau: Bordereau) -> None:
        portees, refusees = [], []
        for cle in bordereau.a_porter:
            subvention = par(self.ids[cle.subvention], "SYSTEME")
            if tenter(lambda s=subvention, c=cle: s.constater_signature(c.echeance, c.tentative, bordereau.id)):  # type: ignore[misc]
                refusees.append(SignatureNonPortee(**cle._asdict(), code="geste_impossible"))
            else:
                portees.append(cle)
        par(bordereau, "SYSTEME").porter_signature(portees, refusees)
        assert not bordereau.refusees, "no signature is ever refused: a mandat on a bordereau cannot be taken back"

    @invariant()
    def les_cumuls_se_tiennent(self) -> None:
        for s in self.subventions:
            assert s.paye_centimes <= s.mandate_centimes <= s.liquide_centimes <= s.vote_centimes == VOTE
            assert s.liquide_centimes <= s.engage_centimes <= VOTE
        assert self.enveloppe.disponible_centimes >= 0
        assert sum(s.engage_centimes for s in self.subventions if s.terme is None) <= self.enveloppe.vote_centimes

    @invariant()
    def une_echeance_n_est_payee_qu_une_fois(self) -> None:
        for s in self.subventions:
            faits = [i.fait for i in s.inscriptions]
            payes = Counter(fait.echeance for fait in faits if isinstance(fait, PaiementConstate))
            assert all(fois == 1 for fois in payes.values())
            assert sum(f.montant_centimes for f in faits if isinstance(f, PaiementConstate)) == s.paye_centimes
        lignes = Counter(cle for b in self.bordereaux for cle in b.lignes)
        assert all(fois == 1 for fois in lignes.values())
        signes = {cle for b in self.bordereaux if b.signe_par for cle in b.lignes}
        for s in self.subventions:
            for rang, p in s.paiements.items():
                assert p.etape is not EtapeDePaiement.PAYEE or (s.id, rang, p.tentative) in signes

    def teardown(self) -> None:
        for agregat in (self.enveloppe, *self.subventions, *self.bordereaux):
            exiger_vie(agregat)


TestCircuitDeLArgent = CircuitDeLArgent.TestCase
TestCircuitDeLArgent.settings = settings(max_examples=VIES, stateful_step_count=60, deadline=None)


@pytest.fixture(autouse=True)
def _dit(dire: Dire) -> None:
    dire(f"{VIES} lives of sixty steps")
