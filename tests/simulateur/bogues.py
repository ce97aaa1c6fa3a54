"""Bugs planted on purpose, each in one line of the engine: the simulator must find them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from unittest.mock import patch

import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError, StoredEvent

from activities.lire_attentes import LireAttentes
from adapters.store.sqlite import EnregistreurSqlite
from aggregates.bordereau import Bordereau, reference_bordereau
from aggregates.deliberation.etat import EtatLigne
from aggregates.dossier import Dossier
from aggregates.dossier.etat import EtatDossier
from aggregates.dossier.silence import attentes as silence
from aggregates.enveloppe.etat import EtatEnveloppe
from aggregates.subvention import Subvention
from aggregates.subvention.etat import EtapeDePaiement
from aggregates.subvention.paiement import PaiementConstate
from application.automatisme import Ordre, reaction
from application.automatismes import AUTOMATISMES
from application.commandes import Appel, Commande, Recu
from application.declaration import envoyer
from application.gestes.bordereau import AjouterAuBordereau
from application.gestes.subvention import OuvrirSubvention
from application.numeros import id_de
from application.ports import LigneJournal
from application.reactions import argent as de_l_argent
from application.reactions import deliberation as de_la_deliberation
from application.services import Services
from application.store import Store
from kernel.attentes import Attente
from kernel.faits import Inscription
from kernel.identifiants import CleDeCommande
from kernel.refus import GesteImpossible, Refus
from readmodels.base import POINTEURS, Lectures
from readmodels.etats import Etats as EtatsLus
from tests.simulateur import bogues_des_pannes as des_pannes
from tests.simulateur.ampleur import BREVE, GRANDE, Ampleur
from tests.simulateur.enregistreur import EnregistreurMemoire, MemoireFragile
from workers.reconciliation import Reconciliation
from workers.relais import Relais, Voie
from workflows.suivi import Suiveur


def relais_range_avant_de_dire() -> AbstractContextManager[Any]:
    """The relay stores its position when it has read, before it tells anybody."""
    vrai = Relais._lire

    def lire(self: Relais, voie: Voie, attente_s: float) -> list[Inscription]:
        lus = vrai(self, voie, attente_s)
        self._store.enregistreur.avancer_curseur(voie.curseur, voie.lue)
        return lus

    return patch.object(Relais, "_lire", lire)


def relais_oublie_les_echecs() -> AbstractContextManager[Any]:
    """The relay stores how far it has read, though some were not told."""
    return patch.object(Voie, "livree", property(lambda voie: voie.lue))


def relais_fond_mal() -> AbstractContextManager[Any]:
    """The relay keeps the first version of an aggregate instead of the highest."""
    vrai = Voie.noter

    def noter(self: Voie, inscription: Inscription) -> None:
        connu = self.a_dire.get(inscription.entete.id)
        version = None if connu is None else connu.version
        vrai(self, inscription)
        if version is not None:
            self.a_dire[inscription.entete.id].version = version

    return patch.object(Voie, "noter", noter)


def journal_dans_une_autre_transaction() -> AbstractContextManager[Any]:
    """The facts are committed, then the journal row."""

    def insert_events(self: MemoireFragile, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        self.point("avant_ecriture")
        positions = EnregistreurMemoire.insert_events(self, stored_events)
        self.point("apres_ecriture")
        EnregistreurMemoire.insert_events(self, (), **kwargs)
        return positions

    return patch.object(MemoireFragile, "insert_events", insert_events)


def horloge_crue() -> AbstractContextManager[Any]:
    """The store believes its clock, whatever it recorded last."""
    return patch("tests.simulateur.enregistreur.concorde", lambda *_: True)


def journal_oublie_les_repetitions() -> AbstractContextManager[Any]:
    """A command without any fact is not written in the journal."""
    vrai = EnregistreurMemoire.insert_events

    def insert_events(self: EnregistreurMemoire, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        return vrai(self, stored_events, **kwargs) if stored_events else []

    return patch.object(EnregistreurMemoire, "insert_events", insert_events)


def automatisme_sans_fin() -> AbstractContextManager[Any]:
    """An automatisme answers that it is done, and its attente stays."""
    vrai = AUTOMATISMES["constater_pieces_non_produites"]
    sans_fin = reaction(vrai.agregat, vrai.nom, Dossier)(lambda *_: lambda _: None)
    return patch.dict(AUTOMATISMES, {vrai.nom: sans_fin})


def echeance_selon_l_ordre_d_enregistrement() -> AbstractContextManager[Any]:
    """The suspension ends with the pièce recorded first, not with the one received first."""

    def produites_le(dossier: EtatDossier, pieces: tuple[str, ...]) -> date | None:
        jours = [next((tenue.jour for tenue in dossier.pieces_recues.get(code, ())), None) for code in pieces]
        return None if None in jours else max((jour for jour in jours if jour is not None), default=None)

    return patch("aggregates.dossier.silence.produites_le", produites_le)


def minuterie_gardee() -> AbstractContextManager[Any]:
    """A timer once armed is kept, even when its date moves."""
    vrai = Suiveur._armer

    def armer(self: Suiveur, prochaine: datetime | None) -> None:
        if self._minuterie is None or self._sonne():
            vrai(self, prochaine)

    return patch.object(Suiveur, "_armer", armer)


def decisions_dites_portees() -> AbstractContextManager[Any]:
    """A line that its dossier refused is said carried."""
    vrai = de_la_deliberation._porter

    def porter(*args: Any, **executoire: Any) -> None:
        with suppress(Refus):
            vrai(*args, **executoire)

    return patch.object(de_la_deliberation, "_porter", porter)


def centime_perdu() -> AbstractContextManager[Any]:
    """The subvention is opened for one cent less than the vote."""

    def moins(commande: Commande, appel: Appel, services: Services) -> Recu:
        if isinstance(commande, OuvrirSubvention):
            commande = commande.model_copy(update={"montant_centimes": commande.montant_centimes - 1})
        return envoyer(commande, appel, services)

    return patch.object(de_la_deliberation, "envoyer", moins)


def amendement_oublie() -> AbstractContextManager[Any]:
    """Credits are engaged for what was proposed, whatever the assembly amended."""
    vrai = de_la_deliberation._engager

    def engager(enveloppe: str, lignes: list[EtatLigne], *reste: Any) -> Any:
        proposees = [replace(x, vote_centimes=x.rapport.montant_propose_centimes) for x in lignes]
        return vrai(enveloppe, proposees, *reste)

    return patch.object(de_la_deliberation, "_engager", engager)


def mandat_deja_signe_oublie() -> AbstractContextManager[Any]:
    """A mandat is put on the next bordereau when its own was signed before the subvention knew of it."""
    vrai = de_l_argent._ajouter

    def ajouter(commande: AjouterAuBordereau, ordre: Ordre, services: Services) -> Any:
        connu = services.store.charger(Bordereau, id_de("bordereau", reference_bordereau(commande.jour, commande.rang)))
        return None if connu.signe_par is not None else vrai(commande, ordre, services)

    return patch.object(de_l_argent, "_ajouter", ajouter)


def enveloppe_sans_fond() -> AbstractContextManager[Any]:
    """Any engagement is covered once a budget is voted."""
    return patch.object(EtatEnveloppe, "tient", lambda enveloppe, _: enveloppe.budget_vote)


def paiement_repete() -> AbstractContextManager[Any]:
    """A payment told twice by people is recorded twice."""

    def constater(self: Subvention, rang: int) -> None:
        paiement = self._paiement(rang, "constater-paiement")
        if paiement.etape not in {EtapeDePaiement.SIGNEE, EtapeDePaiement.PAYEE}:
            raise GesteImpossible("Le bordereau n’est pas signé.", geste="constater-paiement")
        montant = paiement.montant_centimes
        self.survient(PaiementConstate(echeance=rang, tentative=paiement.tentative, montant_centimes=montant))

    return patch.object(Subvention, "constater_paiement", constater)


def silence_sans_automatisme() -> AbstractContextManager[Any]:
    """Two months of silence are awaited, and nobody is to record their end."""

    def attentes(dossier: EtatDossier, suite: Attente | None) -> Iterator[Attente]:
        return (replace(attente, automatisme=None) for attente in silence(dossier, suite))

    return patch("aggregates.dossier.silence.attentes", attentes)


def echeance_devancee() -> AbstractContextManager[Any]:
    """What is due is judged forty days ahead."""
    return patch.object(LireAttentes, "juge_au", lambda _, au: au + timedelta(days=40))


def commande_usurpee() -> AbstractContextManager[Any]:
    """The same id with another content is answered as a repeat."""
    vrai = Store.recu_de

    def recu_de(self: Store, cle: CleDeCommande, empreinte: str) -> Recu | None:
        ligne = self.enregistreur.lire_journal(cle)
        return vrai(self, cle, empreinte if ligne is None else ligne.empreinte)

    return patch.object(Store, "recu_de", recu_de)


def journal_par_identifiant_seul() -> AbstractContextManager[Any]:
    """The journal has one key, the id of a command: whoever takes it first keeps it."""
    vrai = EnregistreurMemoire.insert_events

    def lire_journal(self: EnregistreurMemoire, cle: CleDeCommande) -> LigneJournal | None:
        lignes = self.contenu.journal.values()
        return next((ligne for ligne in lignes if ligne.commande_id == cle.commande_id), None)

    def insert_events(self: EnregistreurMemoire, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        if lire_journal(self, kwargs["journal"].cle) is not None:
            raise IntegrityError("command exists")
        return vrai(self, stored_events, **kwargs)

    return patch.multiple(EnregistreurMemoire, lire_journal=lire_journal, insert_events=insert_events)


def reconciliation_sans_effet() -> AbstractContextManager[Any]:
    """The reconciliation tells the differences, and repairs none."""
    vrai = Reconciliation._confirmer

    def confirmer(self: Reconciliation, *args: Any, reparer: bool) -> Any:
        return vrai(self, *args, reparer=False)

    return patch.object(Reconciliation, "_confirmer", confirmer)


def projecteur_range_trop_loin() -> AbstractContextManager[Any]:
    """The projector stores the head of the store, not the last fact it read: what came meanwhile is never shown."""
    vrai = Lectures._avancer

    def avancer(self: Lectures, nom: str, etats: Any) -> bool:
        encore = vrai(self, nom, etats)
        with self._ecriture.begin() as connexion:
            tete = self.source.derniere_position()
            connexion.execute(sa.update(POINTEURS).where(POINTEURS.c.nom == nom).values(position=tete))
        return encore

    return patch.object(Lectures, "_avancer", avancer)


def file_en_retard_d_un_fait() -> AbstractContextManager[Any]:
    """The queue is made from streams without their last facts."""
    vrai = EtatsLus.suivre

    def suivre(self: EtatsLus, nouveaux: Sequence[Inscription], depuis: int) -> None:
        vrai(self, nouveaux[:-1] or nouveaux, depuis)

    return patch.object(EtatsLus, "suivre", suivre)


@contextmanager
def journal_sqlite_muet() -> Iterator[None]:
    """The SQLite recorder forgets the journal row of what the engine does."""
    vrai = EnregistreurSqlite.insert_events

    def insert_events(self: EnregistreurSqlite, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Any:
        journal: LigneJournal | None = kwargs.get("journal")
        garde = None if journal is not None and journal.pilote else journal
        return vrai(self, stored_events, journal=garde)

    with patch.object(EnregistreurSqlite, "insert_events", insert_events):
        yield


class Bogue(NamedTuple):
    """A bug, and within how many histories it must be found (four times what it takes, about).

    `d_abord` found it last: outside `make epreuves` it is played first, and the others after it, as the simulator moves on.
    """

    planter: Callable[[], AbstractContextManager[Any]]
    au_plus: int
    d_abord: int = 0
    depart: int | None = None
    sqlite: bool = False
    lectures: bool = False
    ampleur: Ampleur = BREVE


BOGUES: Final = (
    Bogue(relais_range_avant_de_dire, 40, d_abord=10),
    Bogue(relais_oublie_les_echecs, 400, d_abord=7),
    Bogue(relais_fond_mal, 150, d_abord=10),
    Bogue(reconciliation_sans_effet, 800, d_abord=153),
    Bogue(journal_dans_une_autre_transaction, 20),
    Bogue(horloge_crue, 60, d_abord=10),
    Bogue(journal_oublie_les_repetitions, 20),
    Bogue(journal_sqlite_muet, 10, sqlite=True),
    Bogue(commande_usurpee, 100),
    Bogue(journal_par_identifiant_seul, 40),
    Bogue(automatisme_sans_fin, 30),
    Bogue(silence_sans_automatisme, 30),
    Bogue(echeance_selon_l_ordre_d_enregistrement, 60, depart=1),
    Bogue(echeance_devancee, 30),
    Bogue(minuterie_gardee, 30),
    Bogue(decisions_dites_portees, 100, d_abord=5, depart=3),
    Bogue(centime_perdu, 30, depart=3),
    Bogue(amendement_oublie, 10, d_abord=6, ampleur=GRANDE),
    Bogue(mandat_deja_signe_oublie, 500, d_abord=177, depart=4),
    Bogue(enveloppe_sans_fond, 100, depart=3),
    Bogue(paiement_repete, 250, d_abord=39, depart=4),
    Bogue(des_pannes.fait_illisible_saute, 100, d_abord=16),
    Bogue(des_pannes.fait_illisible_arrete_le_relais, 150, d_abord=16),
    Bogue(des_pannes.fait_illisible_n_est_pas_suivi, 200),
    Bogue(des_pannes.etape_illisible_refusee, 150, d_abord=16),
    Bogue(des_pannes.reserve_pleine_prise_pour_la_fin, 150, d_abord=12),
    Bogue(des_pannes.verrou_garde, 40),
    Bogue(des_pannes.transaction_rendue, 40, sqlite=True),
    Bogue(projecteur_range_trop_loin, 40, d_abord=10, lectures=True),
    Bogue(file_en_retard_d_un_fait, 10, lectures=True),
)
