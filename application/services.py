"""What a handler is given: the store and the other doors; and the one way to send a command to an aggregate."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar
from uuid import UUID

from aggregates.registre import attentes
from aggregates.tiers import Tiers, TiersEnregistre
from application import libelles, mots
from application.appellations import libelles_sur
from application.commandes import Appel, Commande, FichierRecu, Recu, contenu
from application.consigne import Consigne
from application.genres import est_un_programme
from application.habilitations import AMORCAGE, est_un_agent, exiger_role
from application.journal import log
from application.numeros import id_de
from application.ports import Coffre, Courrier, Echanges, Editeur, Fichiers, Mesures, SansMesure
from application.saisie import exiger_taille
from application.store import Store
from dispositifs.eligibilite import Perimetre
from kernel.agregat import Agregat
from kernel.attentes import Attente, Role
from kernel.faits import Contexte
from kernel.identifiants import SYSTEME, derive
from kernel.instants import Effet, Instant, jour_de
from kernel.refus import GesteImpossible, Refus, SaisieInvalide
from kernel.textes import exiger_textes_lisibles

A = TypeVar("A", bound=Agregat)


class QuiPeut(Protocol):
    """What a command checks of its geste (or automatisme): its names, and the roles that may do it."""

    @property
    def agregat(self) -> str: ...
    @property
    def nom(self) -> str: ...
    @property
    def roles(self) -> tuple[Role, ...]: ...


class DateFuture(Refus, code="date_future"):
    """A fact cannot have happened tomorrow."""


@dataclass(frozen=True)
class Services:
    """The doors of the application. `qpv` and `communes` map the code of a quartier, of a commune, to its name."""

    store: Store
    coffre: Coffre
    fichiers: Fichiers
    echanges: Echanges
    qpv: Mapping[str, str]
    taille_max_fichier: int
    editeur: Editeur
    courrier: Courrier | None = None
    """None: no mail server is set, documents are handed."""
    mesures: Mesures = field(default_factory=SansMesure)
    consigne: Consigne | None = None
    communes: Mapping[str, str] = field(default_factory=dict)
    perimetres: Sequence[Perimetre] = ()
    """The lists of quartiers, each with the days it is in force."""
    instant: Instant | None = None
    """When it is, for all that one page shows; None: the store's clock, each time."""

    def pour_une_page(self) -> "Services":
        """Return the same doors, for what only reads: the clock and each stream are asked once, and all is of one moment."""
        return replace(self, store=self.store.pour_une_page(), instant=self.maintenant())

    def pour_une_commande(self) -> "Services":
        """Return the same doors, with a consigne of its own: what this command keeps waits for its decision."""
        return replace(self, consigne=Consigne())

    def maintenant(self) -> Instant:
        """Return the store's clock."""
        return self.store.enregistreur.maintenant() if self.instant is None else self.instant

    def id_de(self, espece: str, reference: str) -> UUID:
        """Return the id behind a reference (`numeros.id_de`); a SIRET that a tiers took since it is known is its own.

        Raises:
            ReferenceIllisible: the number of a dossier is mistyped.
        """
        trouve = id_de(espece, reference)
        if espece != Tiers.nom or self.store.inscriptions(trouve):
            return trouve
        siret = "".join(reference.split())
        completes = self.store.ayant(Tiers, TiersEnregistre, citant=siret) if siret else ()
        return next((tiers.id for tiers in completes if tiers.siret == siret), trouve)

    def trouver(self, classe: type[A], reference: str) -> A:
        """Return the aggregate that people call so, or refuse with ReferenceIllisible or ReferenceInconnue."""
        return self.store.charger_existant(classe, self.id_de(classe.nom, reference), reference)

    def jour_effectif(self, appel: Appel) -> Effet:
        """Return when the act is said to be true: its date, or now; refuse with DateFuture after today."""
        maintenant = self.maintenant()
        if appel.le is None:
            return maintenant
        if appel.acteur == SYSTEME:
            return appel.le  # the instant of a stored fact, checked when it was recorded
        futur = appel.le > maintenant if isinstance(appel.le, datetime) else appel.le > jour_de(maintenant)
        if futur:
            raise DateFuture(
                f"La date {appel.le} est dans le futur (aujourd’hui : {jour_de(maintenant):%d/%m/%Y}).",
                le=str(appel.le),
            )
        return appel.le

    def executer(
        self,
        geste: QuiPeut,
        classe: type[A],
        identifiant: UUID | Callable[[], UUID],
        decider: Callable[[A], object],
        commande: Commande,
        appel: Appel,
        *,
        chaud: bool = False,
        reference: str | None = None,
    ) -> Recu:
        """Check the habilitation, then apply one decision to one aggregate and return its receipt.

        Args:
            geste: what is done, and who may.
            classe: the kind of aggregate.
            identifiant: which one; or how to find it once the habilitation is checked, for who may nothing learns nothing.
            decider: the decision, taken again when another command went first.
            commande: what was given, for the receipt to tell it from another.
            appel: who asks, when, under which id.
            chaud: lock the stream before it is loaded.
            reference: what the caller called it, when it must exist.

        Raises:
            Refus: no acteur, role missing, unknown reference, version moved, or a rule of the aggregate.
        """
        nom = f"{geste.agregat} {geste.nom}"
        with self._suivie(geste, nom, appel):
            droit = self._contexte(geste, nom, commande, appel)
            if isinstance(droit, Recu):
                return droit
            contexte, digest = droit
            recu = self.store.executer(
                classe,
                identifiant() if callable(identifiant) else identifiant,
                partial(_expliquer, decider, nom, self),
                contexte,
                geste=nom,
                empreinte=digest,
                chaud=chaud,
                reference=reference,
                consigne=self.consigne,
            )
            _dire(recu, nom, appel)
        return recu

    def essayer(
        self,
        geste: QuiPeut,
        classe: type[A],
        identifiant: UUID,
        decider: Callable[[A], object],
        commande: Commande,
        appel: Appel,
    ) -> bool:
        """Take a decision, and keep neither fact, receipt nor refusal: refuse as `executer` would; False when nothing is new."""
        nom = f"{geste.agregat} {geste.nom}"
        droit = self._contexte(geste, nom, commande, appel)
        if isinstance(droit, Recu):
            return False
        agregat = self.store.charger(classe, identifiant).sous(droit[0])
        _expliquer(decider, nom, self, agregat)
        return bool(agregat.nouveaux_faits)

    def _contexte(self, geste: QuiPeut, nom: str, commande: Commande, appel: Appel) -> tuple[Contexte, str] | Recu:
        """Return in what name the command is sent and what tells its content; or its receipt, when it was done before."""
        digest = self.coffre.empreinte(contenu(nom, commande, appel))
        try:
            habilitation = AMORCAGE
            if not appel.amorcage:
                habilitation = exiger_role(self.store, appel.acteur, geste.roles, self.maintenant(), nom)
            effectif_le = self.jour_effectif(appel)
        except Refus:
            if deja := self.store.recu_de(appel.cle, digest):
                return deja  # done when its acteur could: a role lost since does not change the answer
            raise
        return (
            Contexte(
                acteur=appel.acteur or "",
                habilitation=habilitation,
                commande_id=appel.commande_id,
                origine=appel.cle.origine,
                cause=appel.cause,
                lot=appel.lot,
                pilote=appel.pilote,
                effectif_le=effectif_le,
                maintenant=self.maintenant(),
                date_donnee=appel.le is not None and appel.acteur != SYSTEME,
                version_vue=appel.version,
            ),
            digest,
        )

    def noter_refus(self, refus: Refus, geste: QuiPeut, appel: Appel) -> None:
        """Keep in the journal an attempt refused before it reached its aggregate: a mistyped reference, an unreadable file."""
        if refus.journalise:
            return
        nom, acteur = f"{geste.agregat} {geste.nom}", appel.acteur
        # what is no login may be a name
        connu = acteur if not acteur or acteur == SYSTEME or est_un_agent(self.store, acteur) else None
        self.store.noter_refus(refus, geste.agregat, None, appel.commande_id, connu, nom)

    @contextmanager
    def _suivie(self, geste: QuiPeut, nom: str, appel: Appel) -> Iterator[None]:
        """Bind the ids of a command to every line said meanwhile, say and keep a refusal by its code, measure."""
        from structlog.contextvars import bound_contextvars  # a reading sends no command

        ids = {"commande_id": appel.commande_id, "cause": appel.cause}
        debut = time.perf_counter()
        with bound_contextvars(**{k: str(v) for k, v in ids.items() if v is not None}):
            try:
                yield
            except Refus as refus:
                log.info("commande.refusee", geste=nom, code=refus.code, pilote=appel.pilote)
                self.noter_refus(refus, geste, appel)
                raise
            finally:
                self.mesures.commande(nom, time.perf_counter() - debut)

    def confier_exige(self, texte: str, sujet: UUID, champ: str) -> UUID:
        """Return the id of a text that the coffre keeps if the command under way is not refused.

        The id tells the text (by HMAC) and whom it is about: said again of the same subject, it is the same content.
        """
        texte_id = derive(sujet, "texte", champ, self.coffre.empreinte(texte))
        self._exiger_consigne().demander(partial(self.coffre.ranger, texte_id, sujet, texte))
        return texte_id

    def confier(self, texte: str | None, sujet: UUID, champ: str) -> UUID | None:
        """Return the id of a typed text, kept likewise; None for no text."""
        return None if texte is None else self.confier_exige(texte, sujet, champ)

    def garder(self, fichier: FichierRecu, sujet: UUID) -> str:
        """Return the digest of a file of that dossier, kept if the command under way is not refused.

        Raises:
            SaisieInvalide: It is empty, or blank.
            FichierTropVolumineux: It is over the size the service takes.
        """
        if fichier.vide:
            raise SaisieInvalide(f"Le fichier « {fichier.nom} » est vide.", fichier=fichier.nom)
        exiger_taille(fichier, self.taille_max_fichier)
        exiger_textes_lisibles(fichier.nom, "nom du fichier")
        return self.conserver(fichier, sujet)

    def garder_une_preuve(self, fichier: FichierRecu, sujet: UUID) -> str:
        """Return likewise the digest of what proves an act; refuse with SaisieInvalide a program too: it proves nothing."""
        if est_un_programme(fichier.contenu):
            raise SaisieInvalide(f"Le fichier « {fichier.nom} » est un programme : il ne prouve rien.", champ="fichier")
        return self.garder(fichier, sujet)

    def conserver(self, fichier: FichierRecu, sujet: UUID) -> str:
        """Return likewise the digest of what the institution wrote: the size that the service takes is of what it receives."""
        self._exiger_consigne().demander(partial(self.fichiers.ranger, sujet, fichier.contenu))
        return fichier.sha256

    def _exiger_consigne(self) -> Consigne:
        if self.consigne is None:
            raise RuntimeError("texts and files are kept with the facts of a command: there is none under way")
        return self.consigne


def _dire(recu: Recu, nom: str, appel: Appel) -> None:
    log.info(
        "commande.faite",
        geste=nom,
        id=str(recu.id),
        position=recu.position,
        version=recu.version,
        acteur=appel.acteur,
        pilote=appel.pilote,
        faits=list(recu.faits),
        deja_fait=recu.deja_fait,
    )


def _expliquer(decider: Callable[[A], object], nom: str, services: Services, agregat: A) -> None:
    try:
        decider(agregat)
    except GesteImpossible as refus:
        raise _avec_ce_qui_est_attendu(refus, agregat, nom, services) from refus


def _avec_ce_qui_est_attendu(refus: GesteImpossible, agregat: Any, refuse: str, services: Services) -> GesteImpossible:
    """Add to a refusal what the aggregate awaits and who can end it, never the very geste it refuses."""
    if not agregat.existe:
        return refus
    attendues = attentes(agregat)
    possibles = [replace(a, gestes=tuple(g for g in a.gestes if g.nom != refuse)) for a in attendues]
    issues = [p for a, p in zip(attendues, possibles, strict=True) if p.gestes or not a.gestes]
    issues.sort(key=lambda a: not a.gestes)  # what people can do first
    suite = f" Ce qui est attendu : {' ; '.join(_dites(issues, agregat, services))}." if issues else ""
    if not attendues:
        suite = " Plus rien n’est attendu."
    lues = [{"code": a.cle.code, "de": a.de.value, "gestes": [g.en_json() for g in a.gestes]} for a in issues]
    etat = str(refus.champs.get("etat", ""))
    dit = refus.message.replace(f"« {etat} »", f"« {mots.mot(mots.ETAPES, etat).lower()} »")
    return GesteImpossible(f"{dit}{suite}", **{**refus.champs, "attentes": lues})


def _dites(issues: Sequence[Attente], agregat: Any, services: Services) -> list[str]:
    """Return each of them once, in the words of the règlement."""
    nommees = libelles_sur(services.store, agregat.nom, agregat.id)
    return list(dict.fromkeys(_phrase(issue, nommees) for issue in issues))


def _phrase(attente: Attente, nommees: libelles.Appellations) -> str:
    quoi = libelles.attente(attente.cle.code, attente.cle.objet, nommees)
    if attente.gestes:
        return f"{quoi}, {mots.de_qui(attente.de.value)} ({', '.join(g.nom for g in attente.gestes)})"
    if attente.renvoie_a is not None:
        return f"{quoi}, qui se fait ailleurs ({mots.mot(mots.ESPECES, attente.renvoie_a.agregat).lower()})"
    return f"{quoi}, du moteur, sans intervention"
