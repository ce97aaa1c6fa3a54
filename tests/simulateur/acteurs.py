"""Random people: they do what is awaited, sometimes something else, sometimes twice, sometimes at the same time."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from application.automatisme import Ordre
from application.commandes import Appel, Recu
from application.declaration import Geste
from application.store import CommandeDejaUtilisee
from kernel.agregat import Agregat
from kernel.attentes import Attente
from kernel.identifiants import derive, identifiant
from kernel.illisible import FaitIllisible
from kernel.instants import debut_de_jour, jour_de
from kernel.refus import Refus
from tests.gestes import GESTES
from tests.simulateur.etats import Etats
from tests.simulateur.pannes import Panne
from tests.simulateur.saisies import FINS, PIECES, SAISIES, SPONTANES, depot
from tests.simulateur.situe import Situe

if TYPE_CHECKING:
    from tests.simulateur.monde import Monde

PAR_NOM: Final = {f"{geste.agregat} {geste.nom}": geste for geste in GESTES}
AGENTS: Final = {
    "admin": "administrateur",
    "ines": "instructeur",
    "igor": "instructeur",
    "rosa": "responsable",
    "samir": "assemblees",
    "fatou": "finance",
    "felix": "finance",
    "odile": "ordonnateur",
    "paul": "partenaire",
}
TOUS: Final = sorted(AGENTS)
N_IMPORTE_QUOI: Final = sorted(SAISIES)
POIDS: Final = {"seance": 8, "deliberation": 12, "subvention": 12, "bordereau": 16, "tiers": 2}
"""Who is further in life is helped on, so that a short history sees money paid."""
FIN_CHOISIE: Final = 0.04
TARDIFS: Final = frozenset({"dossier recevoir-piece", "dossier demander-pieces"})
"""What is often recorded days after it happened."""
EN_SEANCE: Final = frozenset(
    {"seance convoquer", "seance ouvrir", "seance suspendre", "seance reprendre", "seance lever", "deliberation voter"}
)
"""What can only have happened on the day of the sitting, or before."""


@dataclass
class Envoi:
    """A command somebody sent; `recu` is what he was answered, None when he never knew."""

    geste: Geste
    commande: Any
    appel: Appel
    recu: Recu | None = None


class Acteurs:
    """Everybody outside the engine."""

    def __init__(self, monde: "Monde") -> None:
        self.monde, self.rng = monde, monde.rng
        self.envois: list[Envoi] = []
        self.sans_reponse: list[Envoi] = []
        self._rang = 0
        self._depots = 0
        self._a_prendre: UUID | None = None

    def agir(self, cible: UUID | None = None) -> None:
        """Do one thing; on `cible` if given, at the same time as another."""
        tirage, ampleur = self.rng.random(), self.monde.ampleur
        if self.sans_reponse and self.rng.random() < 0.25:
            self._renvoyer(self.sans_reponse.pop(self.rng.randrange(len(self.sans_reponse))))
        elif self.envois and tirage < 0.08:
            self._renvoyer(self.rng.choice(self.envois))
        elif self.envois and tirage < 0.10:
            self._usurper(self.rng.choice(self.envois))
        elif tirage < 0.24:
            self._spontane()
        elif tirage < 0.28:
            self._n_importe_quoi()
        elif tirage < 0.28 + ampleur.depots_pour_cent / 100 and self._depots < ampleur.depots:
            self.deposer()
        else:
            self._repondre(cible)

    def deposer(self) -> None:
        """File a request."""
        self._depots += 1
        numero = self.rng.randint(1, 40)
        pieces = PIECES if self.rng.random() < 0.5 else tuple(p for p in PIECES if self.rng.random() < 0.5)
        self.faire("dossier deposer", "ines", depot(numero, pieces), le=self._date(0.2))

    def _repondre(self, cible: UUID | None) -> None:
        """Do what is awaited, and often what is awaited next."""
        etat = self._choisir(cible)
        for _ in range(self.rng.choice((1, 1, 2, 3)) if cible is None else 1):
            if etat is not None:
                self._repondre_sur(etat)

    def _repondre_sur(self, etat: Agregat) -> None:
        ouvertes = [a for a in self._etats.situations[etat.id].attentes if a.gestes]
        if not ouvertes:
            return
        attente = self.rng.choice(ouvertes)
        gestes = [g.nom for g in attente.gestes if g.nom not in FINS or self.rng.random() < FIN_CHOISIE]
        if gestes:
            self._sur(etat, self.rng.choice(gestes), attente)

    def _spontane(self) -> None:
        genre, nom, _ = self.rng.choices(SPONTANES, [poids for _, _, poids in SPONTANES])[0]
        etats = self._etats.par_genre.get(genre)
        if etats:
            self._sur(self._etats.etats[self.rng.choice(etats)], nom, None)

    def _n_importe_quoi(self) -> None:
        nom = self.rng.choice(N_IMPORTE_QUOI)
        etats = self._etats.par_genre.get(nom.split()[0])
        if etats:
            self._sur(self._etats.etats[self.rng.choice(etats)], nom, None, acteur=self.rng.choice(TOUS))

    def _choisir(self, cible: UUID | None) -> Agregat | None:
        if cible is not None and cible in self._etats.etats and self.rng.random() < 0.7:
            return cast(Agregat, self._etats.etats[cible])
        ouverts = self._etats.a_faire
        if not ouverts:
            return None
        choisi = self.rng.choices(list(ouverts), [POIDS.get(genre, 1) for genre in ouverts.values()])[0]
        return cast(Agregat, self._etats.etats[choisi])

    @property
    def _etats(self) -> Etats:
        return self.monde.invariants.etats

    def _sur(self, etat: Agregat, nom: str, attente: Attente | None, acteur: str | None = None) -> None:
        """Do a geste on an aggregate, or on the one it leads to."""
        trop_tot = nom == "campagne clore" and 10 * self._depots < 9 * self.monde.ampleur.depots
        if nom not in SAISIES or trop_tot:
            return
        situe = Situe(self.rng, self._etats, etat, attente, self.monde.heure_store())
        agregat = nom.split()[0]
        if agregat != etat.nom and nom not in {"deliberation preparer", "seance prevoir", "enveloppe voter-budget"}:
            ailleurs = situe.du_genre(agregat)
            if not ailleurs:
                return
            situe = replace(situe, etat=self.rng.choice(ailleurs), attente=None)
        options = SAISIES[nom](situe)
        if options is not None:
            self.faire(nom, acteur or self._agent(nom), options, le=self._le(nom, situe.etat))

    def _agent(self, nom: str) -> str:
        roles = {role.value for role in PAR_NOM[nom].roles}
        return self.rng.choice([agent for agent, role in AGENTS.items() if role in roles])

    def _le(self, nom: str, etat: Agregat) -> date | datetime | None:
        seance: Any = etat
        if nom == "deliberation voter":
            seance = self._etats.etats.get(cast(Any, etat).seance)
        jour = seance.jour if nom in EN_SEANCE and seance is not None else None
        if jour is not None and jour < jour_de(self.monde.heure_store()):
            # recorded after the sitting, of which it tells, and mostly after what it follows there
            suite = [depuis for depuis, _ in seance.tenue] + [m.a for m in seance.mouvements]
            depuis: datetime = max([debut_de_jour(jour) + timedelta(hours=9), *suite])
            return min(depuis + timedelta(minutes=self.rng.randint(-5, 60)), debut_de_jour(jour) + timedelta(hours=22))
        return self._date(0.5 if nom in TARDIFS else 0.2)

    def _date(self, tardif: float) -> date | datetime | None:
        """Mostly now; sometimes something of last week is only recorded today."""
        if self.rng.random() >= tardif:
            return None
        return jour_de(self.monde.heure_store()) - timedelta(days=self.rng.randint(0, 12))

    def faire(self, nom: str, acteur: str | None, options: dict[str, Any], le: date | datetime | None = None) -> None:
        """Send a geste for the first time."""
        geste = PAR_NOM[nom]
        appel = Appel(acteur=acteur, commande_id=self._identifiant(), le=le)
        self._envoyer(Envoi(geste, geste.lire(options), appel))

    def prendre(self, commande_id: UUID) -> None:
        """File a request under an id that the engine is about to use."""
        self._a_prendre = commande_id
        self.deposer()

    def _identifiant(self) -> UUID:
        """Return an id of his own; or one that anybody can compute, and that the engine will use."""
        self._rang += 1
        if (pris := self._a_prendre) is not None:
            self._a_prendre = None
            return pris
        if self.monde.pannes.tire("identifiant_pris"):
            attendus = [vue for vue in self._etats.situations.values() if vue.dus]
            if attendus:
                vue = self.rng.choice(attendus)
                du = self.rng.choice(vue.dus)
                return Ordre(vue.agregat, vue.id, du, du.instant, "").commande_id
        return derive(identifiant("simulateur", self.monde.graine), self._rang)

    def _envoyer(self, envoi: Envoi) -> None:
        noter, nom = self.monde.noter, f"{envoi.geste.agregat} {envoi.geste.nom}"
        try:
            with self.monde.fragile():
                recu = envoi.geste.faire(envoi.commande, envoi.appel, self.monde.services)
        except Refus as refus:
            noter(f"{nom} refusé : {refus.code}")
            if isinstance(refus, FaitIllisible) and refus.champs["id"] != str(self.monde.accidents.illisible):
                self.monde.violer(f"{nom} refusé, à tort : {refus}")
            return
        except Panne as panne:
            noter(f"{nom} sans réponse : {panne}")
            self.sans_reponse.append(envoi)
            return
        except Exception as erreur:
            self.monde.excuser(erreur)
            noter(f"{nom} en erreur : {erreur}")
            self.sans_reponse.append(envoi)
            return
        noter(f"{nom} {recu.ref} v{recu.version} {','.join(recu.faits)}")
        self._comparer(envoi, recu)
        envoi.recu = recu
        if not recu.deja_fait:
            self.envois.append(envoi)

    def _comparer(self, envoi: Envoi, recu: Recu) -> None:
        connu = envoi.recu
        if connu is not None and replace(connu, deja_fait=True) != recu:
            self.monde.violer(f"la même commande a reçu deux réponses : {connu} puis {recu}")

    def _renvoyer(self, envoi: Envoi) -> None:
        self._envoyer(replace(envoi))

    def _usurper(self, envoi: Envoi) -> None:
        """The same id with another content must be refused."""
        appel = replace(envoi.appel, le=jour_de(self.monde.heure_store()) - timedelta(days=40))
        if appel == envoi.appel:
            return
        try:
            with self.monde.fragile():
                recu = envoi.geste.faire(envoi.commande, appel, self.monde.services)
        except CommandeDejaUtilisee:
            return
        except Refus:
            return  # an earlier check said no
        except Panne:
            return
        except Exception as erreur:
            self.monde.excuser(erreur)
            return
        self.monde.violer(f"un identifiant de commande a servi deux fois : {recu}")
