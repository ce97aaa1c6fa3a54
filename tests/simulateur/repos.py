"""What must hold once everything has come to rest: nothing lost, nothing due left undone, every legal date right."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from adapters.store.mapper import MapperFaits
from aggregates.dossier import Dossier
from aggregates.dossier.acte import Decide, VoteAnnonce
from aggregates.dossier.completude import DemandeDePiecesRecue, PieceRecue, PiecesDemandees
from aggregates.dossier.depot import Depose
from aggregates.dossier.fin import Retire
from aggregates.dossier.nature import NatureConstatee
from aggregates.dossier.pieces import PieceEcartee
from aggregates.dossier.silence import echeance_du_silence
from aggregates.registre import attentes
from application.consultations.attendu import Situation
from kernel.agregat import plier
from kernel.delais import Intervalle, echoir, lire_duree
from kernel.faits import DateCorrigee, Entete, Inscription
from kernel.instants import Effet, Instant, fin_de_jour, jour_de
from tests.ordre_legal import inversions
from tests.simulateur.invariants import enchainer
from tests.simulateur.temporal_simule import TACHE_AU_PLUS

if TYPE_CHECKING:
    from tests.simulateur.monde import Monde

_sans_memoire = MapperFaits()


class Repos:
    """Checks a world at rest; `fin` adds what is true for good, and need be read once."""

    def __init__(self, monde: "Monde") -> None:
        self.monde, self.invariants, self._etats = monde, monde.invariants, monde.invariants.etats
        self._silences: dict[UUID, tuple[int, date | None, bool, date | None]] = {}

    def verifier(self, *, fin: bool) -> None:
        """Check every aggregate and every follow-up; at the end, every receipt and the whole log."""
        maintenant = self.monde.heure_store()
        for identifiant, situation in self._etats.situations.items():
            if situation.dus and situation.dus[0].instant <= maintenant:
                self.monde.violer(f"{situation.agregat} {identifiant} : dû et non fait : {situation.dus}")
            etat = self._etats.etats[identifiant]
            if isinstance(etat, Dossier):
                self._silence(etat, maintenant)
            nouveau = etat.inscriptions[-1].position > self.monde.acquis
            if fin and nouveau and attentes(etat) != situation.attentes:
                self.monde.violer(f"{situation.agregat} {identifiant} : une attente a bougé sans fait")
            if fin and nouveau and (interdits := list(inversions(etat.inscriptions))):
                self.monde.violer(f"{situation.agregat} {identifiant} : hors de l’ordre de la loi, {interdits}")
        for ex in self.monde.temporal.suivis.values():
            self._minuterie(ex, self._etats.situations[ex.suivi.id])
        if fin:
            self._recus()
            self._rien_n_a_change()

    def le_reste_va(self, remises: Collection[tuple[Any, UUID, Any]]) -> None:
        """Check that one unreadable fact holds up nothing but its aggregate and the steps that need it, tried again later."""
        maintenant, arretes = self.monde.heure_store(), {self.monde.accidents.illisible, *(r[1] for r in remises)}
        for identifiant, situation in self._etats.situations.items():
            if identifiant not in arretes and situation.dus and situation.dus[0].instant <= maintenant:
                self.monde.violer(f"{situation.agregat} {identifiant} : arrêté par un fait d’un autre, {situation.dus}")

    def _minuterie(self, ex: Any, situation: Situation) -> None:
        prochain = situation.dus[0].instant if situation.dus else None
        arme = min(ex.minuteries.values(), default=None)
        juste = prochain is arme is None or (prochain and arme and abs(arme - prochain) <= TACHE_AU_PLUS)
        if not juste:
            self.monde.violer(f"{ex.id} : prochaine échéance {prochain}, minuterie {arme}")
        if self.monde.complet:
            ex.instance = None
            ex.en_memoire()

    def _recus(self) -> None:
        """Whoever was answered finds his receipt, and each receipt its facts."""
        for envoi in self.monde.acteurs.envois:
            ligne, recu = self.monde.enregistreur.lire_journal(envoi.appel.cle), envoi.recu
            dit = None if ligne is None else (ligne.id, ligne.version, ligne.position, ligne.topics)
            if recu is None or dit != (recu.id, recu.version, recu.position, recu.faits):
                self.monde.violer(f"reçu perdu : {recu}, le journal dit {dit}")
        for ligne in self.monde.journal():
            version = self.invariants.versions[ligne.id]
            if ligne.version > version:
                self.monde.violer(f"le journal dit {ligne.version} de {ligne.id}, qui est à {version}")
            if ligne.topics and ligne.cle not in self.invariants.commandes:
                self.monde.violer(f"le reçu de {ligne.commande_id} est sans ses faits")

    def _rien_n_a_change(self) -> None:
        """Read the whole log again; in one history of eight decode it again too, without any memory."""
        chaine = b""
        flux: dict[UUID, None] = {}
        for e in self.monde.enregistreur.lire_depuis(0, 1_000_000):
            chaine = enchainer(chaine, e)
            if e.position > self.monde.acquis:
                flux[cast(UUID, e.originator_id)] = None
        if chaine != self.invariants.chaine:
            self.monde.violer("un fait enregistré a changé")
        for identifiant in flux if self.monde.complet else ():
            suivi = self._etats.etats[identifiant]
            relus = [
                cast(Inscription, _sans_memoire.to_domain_event(e))
                for e in self.monde.enregistreur.select_events(identifiant)
            ]
            vivant = self.monde.services.store.charger(type(suivi), identifiant)
            refait = plier(type(suivi), identifiant, relus)
            if not vivant.__dict__ == refait.__dict__ == suivi.__dict__:
                self.monde.violer(f"{identifiant} : l’état relu n’est pas l’état vivant")

    def _silence(self, dossier: Dossier, maintenant: Instant) -> None:
        """Count the silence from the facts alone, in the order of what happened, not in that of the recordings."""
        version, attendu, vote, fin = self._silences.get(dossier.id, (0, None, False, None))
        if version != dossier.version:
            attendu, (vote, fin) = silence_des_faits(dossier.inscriptions), fin_des_faits(dossier.inscriptions)
            self._silences[dossier.id] = (dossier.version, attendu, vote, fin)
            calcule = echeance_du_silence(dossier)
            jour = None if calcule is None else calcule.dernier_jour
            if jour != attendu:
                self.monde.violer(f"{dossier.ref} : le silence échoit le {jour}, la loi dit le {attendu}")
        nes = list(dossier.rejets_implicites.values())
        dus = [attendu] if attendu is not None and (fin is None or fin > attendu) else []
        if attendu is not None and maintenant >= fin_de_jour(attendu) and nes != dus:
            self.monde.violer(f"{dossier.ref} : rejets implicites {nes}, la loi dit {dus}")
        if nes and vote is not (dossier.rejets_implicites.keys() <= dossier.rejets_remplaces):
            self.monde.violer(f"{dossier.ref} : rejet implicite du {nes}, voté {vote}, sans sa suite")


def _redates(inscriptions: list[Inscription]) -> dict[int | None, Effet]:
    """Return the right date of each fact whose date was wrong."""
    return {i.entete.corrige: i.fait.au for i in inscriptions if isinstance(i.fait, DateCorrigee)}


def fin_des_faits(inscriptions: list[Inscription]) -> tuple[bool, date | None]:
    """Return whether the assembly voted, and the first day that ended the request, from the facts alone."""
    votes = [i.fait.vote_le for i in inscriptions if isinstance(i.fait, VoteAnnonce | Decide)]
    redates = _redates(inscriptions)
    fins = [
        jour_de(redates.get(i.entete.version, i.entete.effectif_le)) for i in inscriptions if isinstance(i.fait, Retire)
    ]
    return bool(votes), min((*votes, *fins), default=None)


def _de_droit_public(inscriptions: list[Inscription], au: date) -> bool:
    """Tell whether who asks is, that day, under administrative law (INSEE: 7): no silence is made for it (CRPA L100-3)."""
    natures = {i.fait.du: i.fait.categorie for i in inscriptions if isinstance(i.fait, NatureConstatee)}
    alors = max((du for du in natures if du <= au), default=None)
    return alors is not None and natures[alors].startswith("7")


def silence_des_faits(inscriptions: list[Inscription]) -> date | None:
    """Return the day two months of silence end, None without a clock: written apart from the aggregate, to differ."""
    redates = _redates(inscriptions)

    def jour(entete: Entete) -> date:
        return jour_de(redates.get(entete.version, entete.effectif_le))

    depots = [(i.fait.silence, jour(i.entete)) for i in inscriptions if isinstance(i.fait, Depose)]
    silence, depart = depots[0] if depots else (None, date.min)
    if silence is None or _de_droit_public(inscriptions, depart):
        return None
    corriges = {i.entete.corrige for i in inscriptions if not isinstance(i.fait, DateCorrigee)}
    vus = [i for i in inscriptions if i.entete.version not in corriges]
    recues: dict[str, list[date]] = {}
    ecartees = [(i.fait.code, i.fait.recue) for i in vus if isinstance(i.fait, PieceEcartee)]
    for i in vus:
        if isinstance(i.fait, PieceRecue) and not any(
            code == i.fait.code and i.entete.version <= jusqu_a for code, jusqu_a in ecartees
        ):
            recues.setdefault(i.fait.code, []).append(jour(i.entete))
    arrets = []
    for i in vus:
        if isinstance(i.fait, DemandeDePiecesRecue):
            du, fin = jour(i.entete), i.fait.jusqu_au
            demande = inscriptions[i.fait.demande - 1].fait
            assert isinstance(demande, PiecesDemandees)
            if i.entete.version in redates:  # its délai runs from the right day
                fin = echoir(du, lire_duree(demande.delai.duree)).dernier_jour
            if all(code in recues for code in demande.pieces):
                fin = min(fin, max(min(recues[code]) for code in demande.pieces))
            if fin > du:
                arrets.append(Intervalle(du, fin))
    return echoir(depart, lire_duree(silence.duree), sorted(arrets, key=lambda a: (a.du, a.au))).dernier_jour
