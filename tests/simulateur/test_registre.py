"""Any geste of the registry, by anybody, on anything, in any order: a refusal or a fact, and the facts give the state."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import groupby
from random import Random
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from aggregates.dossier import Dossier
from aggregates.dossier.depot import Depose
from aggregates.registre import ESPECES
from aggregates.seance import Seance
from application.automatisme import Automatisme
from application.automatismes import executer
from application.commandes import Appel, Commande, Recu
from application.declaration import Geste
from application.sans_moteur import faire_pour
from application.store import Store
from kernel.agregat import Agregat, plier
from kernel.attentes import Attente
from kernel.identifiants import SYSTEME
from kernel.instants import Effet, Instant, debut_de_jour, jour_de
from kernel.refus import Refus
from tests.conftest import Dire
from tests.epreuves import EPREUVES, compte
from tests.gestes import GESTES
from tests.simulateur.acteurs import AGENTS, EN_SEANCE, PAR_NOM
from tests.simulateur.departs import departs, portes
from tests.simulateur.enregistreur import Horloge, application_en_memoire
from tests.simulateur.etats import Etats, meme_etat
from tests.simulateur.registre import GENRES, SUITES, FichiersQuiOublient, abimer, options
from tests.simulateur.saisies import FINS
from tests.simulateur.situe import Situe

VIES: Final = compte(60, 10_000)
PAS: Final = 40
NOMS: Final = sorted(PAR_NOM)
EXIGES: Final = {f"{g.agregat} {g.nom}" for g in GESTES if g.agregat in {"dossier", "campagne", "seance", "subvention"}}
HORS_DE_PORTEE: Final = {"subvention valider-reprise"}
"""What only a take-over lets anybody do."""
SANS_RIEN: Final = timedelta(days=150)
"""A store that sleeps longer refuses to write until its clock is accepted."""
tirages = st.integers(0, 2**32 - 1)
attentes_en_jours = st.sampled_from((0, 0, 0, 0, 1, 4, 20, 70))


@cache
def _etats(rang: int) -> Etats:
    """Return where each aggregate of a start stands."""
    etats, depart = Etats(), departs()[rang]
    store = Store(application_en_memoire(depart.contenu.copier(), Horloge(lambda: depart.heure), lambda _: None))
    for flux in store.flux_par_flux():
        etats.suivre(flux[0].entete.id, flux)
    return etats


class Registre(RuleBasedStateMachine):
    """An institution whose people do anything, one geste after the other, and the engine that follows or not."""

    acceptes: ClassVar[Counter[str]] = Counter()
    refuses: ClassVar[Counter[str]] = Counter()
    vies: ClassVar[Counter[str]] = Counter()

    @initialize(depart=st.integers(0, 4))
    def ouvrir(self, depart: int) -> None:
        pris, self.etats = departs()[depart], _etats(depart).copier()
        self.heure, self.touches = pris.heure + timedelta(minutes=5), dict[UUID, str]()
        application = application_en_memoire(
            pris.contenu.copier(), Horloge(lambda: self.heure), lambda _: None, self._apres
        )
        self.services = replace(portes(Store(application), pris.coffre.copier()), fichiers=FichiersQuiOublient())
        self.lues = self.services.store.derniere_position()
        self.vies["vies"] += 1

    @rule(nom=st.sampled_from(NOMS), tirage=tirages, jours=attentes_en_jours)
    def n_importe_quoi(self, nom: str, tirage: int, jours: int) -> None:
        """Do any geste, on anything of its kind, one time in eight with rubbish, one in eight by who has not the role."""
        rng, geste = Random(tirage), PAR_NOM[nom]
        connus = self._connus(nom)
        if connus or geste.champ is None:
            self._faire(geste, rng, rng.choice(connus) if connus else None, None, jours)

    @rule(suite=st.sampled_from(SUITES), tirage=tirages, jours=attentes_en_jours)
    def l_un_apres_l_autre(self, suite: tuple[str, ...], tirage: int, jours: int) -> None:
        """Do gestes that follow one another on the same thing, well-typed, by who may."""
        rng, choisis = Random(tirage), dict[str, UUID]()
        for nom in suite:
            connus = self._connus(nom)
            if connus or PAR_NOM[nom].champ is None:
                etat = rng.choice(self._attendant(nom, connus)) if connus else None
                if etat is not None:
                    etat = self.etats.etats[choisis.setdefault(etat.nom, etat.id)]
                recu = self._faire(PAR_NOM[nom], rng, etat, None, jours, sage=True)
                if recu is not None:
                    choisis[recu.agregat] = recu.id
                jours = rng.choice((0, 0, 0, 2))
                if rng.random() < 0.75:
                    self.moteur()

    def _attendant(self, nom: str, connus: list[Any]) -> list[Any]:
        """Return those of which that geste is awaited; all when it is of none."""
        situations = self.etats.situations
        return [e for e in connus if any(g.nom == nom for a in situations[e.id].attentes for g in a.gestes)] or connus

    def _connus(self, nom: str) -> list[Any]:
        geste = PAR_NOM[nom]
        return self.etats.du_genre(GENRES.get(geste.agregat, geste.cible.classe.nom))

    @rule(tirage=tirages, jours=attentes_en_jours, combien=st.integers(1, 12))
    def ce_qui_est_attendu(self, tirage: int, jours: int, combien: int) -> None:
        """Do what is awaited, a few times over: without it, hazard alone seldom leads a request to its vote."""
        rng = Random(tirage)
        for _ in range(combien):
            if not self.etats.a_faire:
                return
            etat = self.etats.etats[rng.choice([*self.etats.a_faire])]
            attente = rng.choice([a for a in self.etats.situations[etat.id].attentes if a.gestes])
            nom = rng.choice([g.nom for g in attente.gestes])
            ailleurs = [etat] if nom.split()[0] == etat.nom else self._connus(nom)
            if (ailleurs or PAR_NOM[nom].champ is None) and not (nom in FINS and rng.random() < 0.8):
                sur = rng.choice(ailleurs) if ailleurs else etat
                self._faire(PAR_NOM[nom], rng, sur, attente if sur is etat else None, jours)
                self.moteur()

    @rule(tirage=tirages)
    def corriger_au_teleservice(self, tirage: int) -> None:
        """Have the applicant change at a téléservice what was filed: no geste of an agent does."""
        rng = Random(tirage)
        dossiers = [d for d in self.etats.du_genre("dossier") if isinstance(d, Dossier)]
        if not dossiers:
            return
        dossier = rng.choice(dossiers)
        depose = next((i.fait for i in dossier.inscriptions if isinstance(i.fait, Depose)), None)
        if depose is not None:
            autre = depose.model_copy(update={"objet": f"Un autre objet {rng.randint(1, 3)} (exemple fictif)"})
            self.services.executer(
                Automatisme("dossier", "ecrire", executer),
                *(Dossier, dossier.id, lambda d: d.suivre_le_teleservice(autre), Commande()),
                Appel(acteur=SYSTEME, commande_id=uuid4()),
            )
            self._lire()

    @rule()
    def moteur(self) -> None:
        """Let the engine do what is due on what was touched."""
        if hasattr(self, "services"):
            faire_pour(self.services, [(genre, sujet) for sujet, genre in self.touches.items()], "cli")
            self._lire()

    def _faire(
        self, geste: Geste, rng: Random, etat: Any, attente: Attente | None, jours: int, *, sage: bool = False
    ) -> Recu | None:
        tete = self.services.store.enregistreur.tete_le()
        assert tete is not None
        self.heure = min(self.heure + timedelta(days=jours, minutes=1), tete + SANS_RIEN)
        nom, situe = f"{geste.agregat} {geste.nom}", Situe(rng, self.etats, etat, attente, self.heure)
        donnees = options(geste, situe)
        if rng.random() < 0.125 and attente is None and not sage:
            donnees = abimer(donnees, situe)
        roles = {role.value for role in geste.roles}
        permis = [agent for agent, role in AGENTS.items() if role in roles]
        acteur = rng.choice(permis if permis and (sage or rng.random() < 0.875) else [*AGENTS])
        if nom == "absence terminer":  # who is absent ends it
            acteur = rng.choice([a.ref for a in self.etats.du_genre("agent") if a.absences] or [acteur])
        le = self._le(nom, etat, rng)
        avant = self.services.store.derniere_position()
        recu: Recu | None = None
        try:
            recu = geste.recevoir(donnees, Appel(acteur=acteur, commande_id=uuid4(), le=le), self.services)
        except Refus:
            self.refuses[nom] += 1
        finally:
            self._lire()
        ecrits = self.services.store.derniere_position() - avant
        if recu is None:
            assert not ecrits, f"{nom}: refused, and written"
            return None
        assert bool(recu.faits) is bool(ecrits), f"{nom}: {recu} says other than the store"
        self.acceptes[nom] += bool(ecrits)
        return recu

    def _le(self, nom: str, etat: Any, rng: Random) -> Effet | None:
        """Return when it is said to have been done: at the sitting, now and then days ago, mostly now."""
        jour = etat.jour if nom in EN_SEANCE and isinstance(etat, Seance) else None
        if jour is not None and jour < jour_de(self.heure):
            depuis: Instant = max([debut_de_jour(jour) + timedelta(hours=9), *(debut for debut, _ in etat.tenue)])
            return depuis + timedelta(minutes=rng.randint(0, 30))
        return jour_de(self.heure) - timedelta(days=rng.randint(0, 12)) if rng.random() < 0.15 else None

    def _lire(self) -> None:
        nouveaux = self.services.store.lire_depuis(self.lues, 10_000)
        for sujet, siens in groupby(nouveaux, key=lambda i: i.entete.id):
            suite = list(siens)
            self.touches[sujet] = suite[0].entete.agregat
            self.etats.suivre(sujet, suite)
        self.lues += len(nouveaux)

    def _apres(self, agregat: Agregat) -> None:
        """What a decision left in memory is what the stored facts give."""
        self._lire()
        connu = self.etats.etats.get(agregat.id) or type(agregat)(agregat.id)
        assert meme_etat(agregat, connu), f"{agregat.nom} {agregat.id}: the live state is not that of its facts"

    def teardown(self) -> None:
        """Every stream touched, folded anew from what is stored, is where it stands."""
        for sujet, genre in getattr(self, "touches", {}).items():
            stockes = self.services.store.inscriptions(sujet)
            assert meme_etat(plier(ESPECES[genre].classe, sujet, stockes), self.etats.etats[sujet])


TestRegistre = Registre.TestCase
TestRegistre.settings = settings(
    max_examples=VIES, stateful_step_count=PAS, deadline=None, suppress_health_check=[*HealthCheck]
)


def test_chaque_geste_du_registre_a_ete_fait(dire: Dire) -> None:
    """After the lives above: each was accepted somewhere, at full count."""
    faits, refus = sum(Registre.acceptes.values()), sum(Registre.refuses.values())
    dire(f"{Registre.vies['vies']} vies, {faits} gestes faits, {refus} refusés, de {len(Registre.acceptes)} sortes")
    jamais = EXIGES - HORS_DE_PORTEE - Registre.acceptes.keys()
    assert not jamais or not EPREUVES, sorted(jamais)
