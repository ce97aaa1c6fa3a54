"""What must hold after every step, from the raw log; and what must hold once everything has come to rest."""

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from adapters.store.mapper import MapperFaits
from aggregates.bordereau.faits import LigneAjoutee
from aggregates.chrono.faits import RangAttribue
from aggregates.dossier import Dossier
from aggregates.dossier.completude.faits import PieceRecue, PiecesDemandees
from aggregates.dossier.depot.faits import Depose
from aggregates.dossier.etat import Etat
from aggregates.dossier.silence.calcul import echeance_du_silence
from aggregates.enveloppe import Enveloppe
from aggregates.registre import ESPECES, attentes
from aggregates.subvention import Subvention
from aggregates.subvention.paiement.faits import PaiementConstate
from application.consultations.attendu import Situation, situation
from application.ports import EvenementStocke
from kernel.agregat import Agregat, plier
from kernel.delais import Intervalle, echoir, lire_duree
from kernel.faits import Inscription
from kernel.instants import Instant, fin_de_jour, jour_de

if TYPE_CHECKING:
    from tests.simulateur.monde import Monde

_sans_memoire = MapperFaits()
_HORS_ETAT = ("inscriptions", "_nouvelles", "_contexte")


class Invariants:
    """Reads the log as it grows; `situations` is where each aggregate stands, as anybody may see it."""

    def __init__(self, monde: "Monde") -> None:
        self.monde = monde
        self.situations: dict[UUID, Situation] = {}
        self.lues = 0
        self._versions: Counter[UUID] = Counter()
        self._estampille: Instant | None = None
        self._uniques: set[tuple[Any, ...]] = set()
        self._commandes: dict[UUID, tuple[UUID, int]] = {}
        self._chaine = b""

    # at every step

    def verifier(self) -> None:
        """Read what was recorded since the last step; check it and every aggregate it touched."""
        nouveaux = self.monde.enregistreur.lire_depuis(self.lues, 10_000)
        if not nouveaux:
            return
        par_commande: dict[UUID, list[Inscription]] = {}
        for evenement in nouveaux:
            inscription = self._suivante(evenement)
            par_commande.setdefault(inscription.entete.commande_id, []).append(inscription)
        for commande_id, inscriptions in par_commande.items():
            self._journal(commande_id, inscriptions)
        for identifiant in dict.fromkeys(cast(UUID, e.originator_id) for e in nouveaux):
            self._agregat(identifiant)

    def _suivante(self, e: EvenementStocke) -> Inscription:
        inscription = cast(Inscription, self.monde.services.store.application.mapper.to_domain_event(e))
        entete, identifiant = inscription.entete, cast(UUID, e.originator_id)
        self._versions[identifiant] += 1
        self.exiger(e.position == self.lues + 1, f"position {e.position} après {self.lues}")
        self.exiger(
            e.originator_version == self._versions[identifiant], f"version {e.originator_version} : trou ou double"
        )
        self.exiger((entete.id, entete.version) == (identifiant, e.originator_version), "l’entête ment sur son flux")
        self.exiger(e.enregistre_le is not None, "fait sans date d’enregistrement")
        self.exiger(
            self._estampille is None or cast(Instant, e.enregistre_le) >= self._estampille, "l’horloge a reculé"
        )
        self._estampille, self.lues = e.enregistre_le, e.position
        self._chaine = sha256(self._chaine + e.state + str(e.originator_id).encode()).digest()
        self.monde.connus.setdefault(identifiant, entete.agregat)
        self._une_fois(inscription)
        return inscription

    def _une_fois(self, inscription: Inscription) -> None:
        """Some facts may be recorded once and no more, wherever they are."""
        fait, cle = inscription.fait, cast(tuple[Any, ...], ())
        if isinstance(fait, PaiementConstate):
            cle = ("paiement", inscription.entete.id, fait.echeance)
        elif isinstance(fait, LigneAjoutee):
            cle = ("mandat", *fait.ligne.cle)
        elif isinstance(fait, RangAttribue):
            cle = ("rang", fait.serie, fait.annee, fait.rang)
        if cle:
            self.exiger(cle not in self._uniques, f"deux fois : {cle}")
            self._uniques.add(cle)

    def _journal(self, commande_id: UUID, inscriptions: list[Inscription]) -> None:
        """One command: facts of one stream, in a row, told by one row of the journal."""
        premier, dernier = inscriptions[0].entete, inscriptions[-1].entete
        ligne = self.monde.enregistreur.lire_journal(commande_id)
        self.exiger(commande_id not in self._commandes, f"la commande {commande_id} a eu deux effets")
        self._commandes[commande_id] = (premier.id, dernier.version)
        if ligne is None:
            self.monde.violer(f"la commande {commande_id} ({inscriptions[0].fait.topic}) n’est pas au journal")
        self.exiger({i.entete.id for i in inscriptions} == {ligne.id}, "une commande a écrit sur deux agrégats")
        self.exiger(ligne.topics == tuple(i.fait.topic for i in inscriptions), "le journal dit d’autres faits")
        self.exiger(ligne.version == dernier.version, "le journal dit une autre version")
        self.exiger(ligne.position == inscriptions[-1].position, "le journal dit une autre position")
        self.exiger(ligne.enregistre_le == inscriptions[-1].enregistre_le, "le journal dit une autre date")
        self.exiger((ligne.acteur, ligne.pilote) == (premier.acteur, premier.pilote), "le journal dit un autre acteur")

    def _agregat(self, identifiant: UUID) -> None:
        nom = self.monde.connus[identifiant]
        store = self.monde.services.store
        vue = self.situations[identifiant] = situation(store, nom, identifiant)
        etat = store.charger(ESPECES[nom].classe, identifiant)
        espece = ESPECES[nom]
        attend, termine = bool(vue.attentes), espece.est_termine(etat)
        self.exiger(attend or espece.peut_reposer or termine, f"{nom} {identifiant} est ouvert et n’attend rien")
        self.exiger(not (attend and termine), f"{nom} {identifiant} est terminé et attend {vue.attentes}")
        cles = [a.cle for a in vue.attentes]
        self.exiger(len(set(cles)) == len(cles), f"{nom} {identifiant} : deux attentes de même clé {cles}")
        for attente in vue.attentes:
            self.exiger(
                bool(attente.gestes) or attente.automatisme is not None, f"personne ne peut finir {attente.cle}"
            )
        if isinstance(etat, Subvention):
            self._argent(etat)
        elif isinstance(etat, Enveloppe):
            self.exiger(etat.disponible_centimes >= 0, f"l’enveloppe {etat.ref} est à {etat.disponible_centimes}")
            self._engagee_une_fois(etat)

    def _argent(self, s: Subvention) -> None:
        if s.degage:
            self.exiger(s.mandate_centimes == 0, f"{s.ref} : dégagée et mandatée")
            return
        montants = (s.paye_centimes, s.mandate_centimes, s.liquide_centimes, s.engage_centimes, s.vote_centimes)
        self.exiger(list(montants) == sorted(montants), f"{s.ref} : payé, mandaté, liquidé, engagé, voté = {montants}")

    def _engagee_une_fois(self, enveloppe: Enveloppe) -> None:
        dossiers = [
            ligne.dossier
            for demande in (*enveloppe.engagements.values(), *enveloppe.en_attente.values())
            for ligne in demande.lignes
        ]
        self.exiger(len(dossiers) == len(set(dossiers)), f"{enveloppe.ref} : un dossier est engagé deux fois")

    def apres_decision(self, agregat: Agregat) -> None:
        """What a decision left in memory must be what the stored facts give."""
        connues = self.monde.services.store.inscriptions(agregat.id)
        # a silent decision writes nothing, hence disputes nothing: another may have written meanwhile
        replie = plier(type(agregat), agregat.id, connues[: agregat.version])
        vivant, refait = ({k: v for k, v in a.__dict__.items() if k not in _HORS_ETAT} for a in (agregat, replie))
        self.exiger(vivant == refait, f"{agregat.nom} {agregat.id} : l’état vivant n’est pas celui des faits")

    # at rest

    def au_repos(self) -> None:
        """Nothing was lost, nothing due is left undone, every legal date is the one the law gives."""
        self._rien_n_a_change()
        maintenant = self.monde.heure_store()
        for identifiant, vue in self.situations.items():
            dus = [du for du in vue.dus if du.instant <= maintenant]
            self.exiger(not dus, f"{vue.agregat} {identifiant} v{vue.version} : dû et non fait : {dus}")
            etat: Any = self.monde.services.store.charger(ESPECES[vue.agregat].classe, identifiant)
            self.exiger(attentes(etat) == vue.attentes, "une attente a bougé sans fait")
            if isinstance(etat, Dossier):
                self._silence(etat)
        for ligne in self.monde.journal():
            version = self._versions[ligne.id]
            self.exiger(ligne.version <= version, f"le journal dit {ligne.version} de {ligne.id}, qui est à {version}")
            self.exiger(not ligne.topics or ligne.commande_id in self._commandes, "un reçu sans ses faits")

    def _rien_n_a_change(self) -> None:
        """Read the whole log again, without any cache."""
        chaine = b""
        flux: dict[UUID, list[Inscription]] = {}
        for e in self.monde.enregistreur.lire_depuis(0, 1_000_000):
            chaine = sha256(chaine + e.state + str(e.originator_id).encode()).digest()
            if e.position > self.monde.acquis:
                flux.setdefault(cast(UUID, e.originator_id), [])
        self.exiger(chaine == self._chaine, "un fait enregistré a changé")
        for identifiant in flux if self.monde.complet else ():
            classe = ESPECES[self.monde.connus[identifiant]].classe
            inscriptions = [
                cast(Inscription, _sans_memoire.to_domain_event(e))
                for e in self.monde.enregistreur.select_events(identifiant)
            ]
            vivant = self.monde.services.store.charger(classe, identifiant)
            refait = plier(classe, identifiant, inscriptions)
            self.exiger(vivant.__dict__ == refait.__dict__, f"{identifiant} : l’état relu n’est pas l’état vivant")

    def _silence(self, dossier: Dossier) -> None:
        """Count the silence from the facts alone, in the order of what happened, not in that of the recordings."""
        attendu = silence_des_faits(dossier.inscriptions)
        calcule = echeance_du_silence(dossier)
        jour = None if calcule is None else calcule.dernier_jour
        self.exiger(jour == attendu, f"{dossier.ref} : le silence échoit le {jour}, la loi dit le {attendu}")
        nes = list(dossier.rejets_implicites.values())
        if attendu is not None and dossier.tient_encore and self.monde.heure_store() >= fin_de_jour(attendu):
            self.exiger(nes == [attendu], f"{dossier.ref} : rejets implicites {nes}, la loi dit {attendu}")
        self.exiger(len(nes) <= 1 or dossier.etat is Etat.CLOS, f"{dossier.ref} : deux rejets implicites {nes}")

    def exiger(self, tient: bool, message: str) -> None:  # noqa: FBT001
        """Stop the history unless it holds."""
        if not tient:
            self.monde.violer(message)


def silence_des_faits(inscriptions: list[Inscription]) -> Any:
    """Return the day two months of silence end, None without a clock: written apart from the aggregate, to differ."""
    depots = [(i.fait, i.entete) for i in inscriptions if isinstance(i.fait, Depose)]
    if not depots or depots[0][0].silence is None:
        return None
    silence, depart = depots[0][0].silence, jour_de(depots[0][1].effectif_le)
    corriges = {i.entete.corrige for i in inscriptions}
    vus = [i for i in inscriptions if i.entete.version not in corriges]
    recues: dict[str, list[Any]] = {}
    for i in vus:
        if isinstance(i.fait, PieceRecue):
            recues.setdefault(i.fait.code, []).append(jour_de(i.entete.effectif_le))
    arrets = []
    for i in vus:
        if isinstance(i.fait, PiecesDemandees):
            du, fin = jour_de(i.entete.effectif_le), i.fait.jusqu_au
            if all(code in recues for code in i.fait.pieces):
                fin = min(fin, max(min(recues[code]) for code in i.fait.pieces))
            if fin > du:
                arrets.append(Intervalle(du, fin))
    return echoir(depart, lire_duree(silence.duree), sorted(arrets, key=lambda a: (a.du, a.au))).dernier_jour
