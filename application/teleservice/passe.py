"""One pass over a démarche: each request filed once, what changed since followed, the position kept page after page.

Nothing rests on the position but time: read again from the beginning, everything known is silent. ADR 0040.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any, Final
from uuid import UUID

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from application.commandes import Appel, Commande, FichierRecu, Recu
from application.habilitations import exiger_role
from application.numeros import id_de
from application.reprise.fichier import MOTIFS_DITS
from application.reprise.reprendre import DE_L_AGENT
from application.reprise.valeurs import montrer
from application.saisie import lire
from application.services import Services
from application.teleservice.commandes import (
    ROLES,
    SERVICE,
    GesteDistant,
    ImporterDossier,
    PieceDistante,
    SignalerLaSuppression,
    SignalerLesRetraits,
    SignalerTropLourde,
    exiger_des_codes_du_reglement,
)
from application.teleservice.correspondance import CorrespondanceDeDemarche
from application.teleservice.distant import (
    DECIDES,
    DossierDistant,
    DossierIllisible,
    DossierSupprime,
    FichierDistant,
    FichierRefuse,
    PageDeDossiers,
    RejetDeChamp,
    Repere,
    Reperes,
    SuiviDistant,
    Teleservice,
    TeleserviceInjoignable,
    TeleserviceRefuse,
)
from application.teleservice.pliage import Pliage, plier
from kernel.identifiants import NumeroPris, derive, identifiant, numero
from kernel.instants import Instant, rfc3339
from kernel.pannes import passer
from kernel.refus import Refus

RECUL: Final = timedelta(minutes=10)
"""How far before the last change seen the next pass begins: a change may be shown after a later one. A choice of ours."""
RELUS: Final = 50
"""Requests not wholly taken that are asked again at once."""


@dataclass
class BilanDePasse:
    """What came of a pass."""

    lus: int = 0
    deposes: int = 0
    corriges: int = 0
    deja_connus: int = 0
    pieces: int = 0
    supprimes: int = 0
    rejetes: int = 0
    incomplete: bool = False
    rejets: list[dict[str, Any]] = field(default_factory=list)

    def rejeter(self, numero: int | None, ref: str | None, rejets: tuple[RejetDeChamp, ...]) -> None:
        """Count a request something of which was not taken, and tell each thing."""
        self.rejetes += bool(rejets)
        for rejet in rejets[: MOTIFS_DITS - len(self.rejets)]:
            valeur = None if rejet.valeur is None else montrer(rejet.valeur)
            dit = {"champ": rejet.libelle, "id": rejet.champ, "valeur": valeur, "motif": rejet.motif}
            self.rejets.append({"numero": numero, "ref": ref, **dit})

    def en_json(self) -> dict[str, Any]:
        """Return the document of the contract."""
        return {
            "lus": self.lus,
            "deposes": self.deposes,
            "corriges": self.corriges,
            "deja_connus": self.deja_connus,
            "pieces": self.pieces,
            "supprimes": self.supprimes,
            "rejetes": self.rejetes,
            "incomplete": self.incomplete,
            "rejets": self.rejets,
        }


class PasseDImport:
    """One démarche being read, in the name of one agent."""

    def __init__(
        self,
        services: Services,
        teleservice: Teleservice,
        reperes: Reperes,
        selon: CorrespondanceDeDemarche,
        acteur: str | None,
    ) -> None:
        """Open the pass, or refuse who may not import, or a campagne that is not there."""
        exiger_role(services.store, acteur, ROLES, services.maintenant(), "dn importer")
        exiger_des_codes_du_reglement(selon, services.trouver(Campagne, selon.campagne))
        self.services, self.teleservice, self.reperes, self.selon = services, teleservice, reperes, selon
        self.acteur, self.lot = acteur, f"{SERVICE}:{selon.demarche}"
        self.bilan = BilanDePasse()
        self._pris: dict[int, Instant] = {}

    def faire(self, depuis: Instant | None = None) -> BilanDePasse:
        """Read what is new, and what was not wholly taken; `depuis`: from there, known or not.

        Raises:
            TeleserviceInjoignable: it stopped on the way; what was taken stands, and the next pass goes on from there.
        """
        repere = self.reperes.lire(self.selon.demarche)
        if depuis is not None:
            repere = replace(repere, depuis=depuis, apres=None, vu_jusqu_a=None, incomplete=False)
        try:
            self._relire()
            repere = self._lire_les_pages(repere, tout=depuis is not None)
            repere = self._lire_les_suppressions(repere)
        except (TeleserviceInjoignable, TeleserviceRefuse) as arret:
            self.reperes.noter(replace(self.reperes.lire(self.selon.demarche), panne=arret.message))
            raise
        self.bilan.incomplete = repere.incomplete
        fin = None if repere.vu_jusqu_a is None else repere.vu_jusqu_a - RECUL
        jusqu_a = repere.depuis if repere.incomplete or fin is None else max(fin, repere.depuis or fin)
        finie = self.reperes.maintenant()
        self.reperes.noter(
            replace(repere, depuis=jusqu_a, vu_jusqu_a=None, incomplete=False, finie_le=finie, panne=None)
        )
        return self.bilan

    def _lire_les_pages(self, repere: Repere, *, tout: bool) -> Repere:
        """Take each page; its end is kept once all of it was dealt with."""
        while True:
            repere, page = self._page(repere)
            for lu in page.dossiers:
                self.bilan.lus += 1
                if isinstance(lu, DossierIllisible):
                    repere = replace(repere, incomplete=repere.incomplete or lu.numero is None)
                    self._noter_illisible(lu)
                    continue
                self._prendre(lu, tout=tout)
                vu = repere.vu_jusqu_a
                repere = replace(repere, vu_jusqu_a=lu.modifie_le if vu is None else max(vu, lu.modifie_le))
            passer("dn.avant_repere")
            if page.suite is not None and page.suite == repere.apres:
                raise TeleserviceInjoignable("Démarche Numérique renvoie toujours la même page.")
            repere = replace(repere, apres=page.suite)
            self.reperes.noter(repere)
            if repere.apres is None:
                return repere

    def _page(self, repere: Repere) -> tuple[Repere, PageDeDossiers]:
        """Return the next page; one that the téléservice no longer knows means that the pass begins again."""
        try:
            return repere, self.teleservice.page(self.selon.demarche, repere.depuis, repere.apres)
        except TeleserviceRefuse:
            if repere.apres is None:
                raise
            return replace(repere, apres=None), self.teleservice.page(self.selon.demarche, repere.depuis, None)

    def _relire(self) -> None:
        """Ask again, one by one, what was not wholly taken: the page that had it is behind."""
        apres = 0
        while vus := self.reperes.a_relire(self.selon.demarche, apres, RELUS):
            for vu in vus:
                lu = self.teleservice.dossier(vu.numero)
                if isinstance(lu, DossierIllisible):
                    self._noter_illisible(replace(lu, numero=vu.numero))
                else:
                    self._prendre(lu)
            apres = vus[-1].numero

    def _noter_illisible(self, lu: DossierIllisible) -> None:
        rejets = (RejetDeChamp(None, None, lu.motif),)
        ref = None
        if lu.numero is not None:
            connu = self.reperes.vu(self.selon.demarche, lu.numero)
            ref = connu.ref if connu else None
            modifie_le = connu.modifie_le if connu else Instant.min.replace(tzinfo=self.reperes.maintenant().tzinfo)
            self.reperes.voir(
                self.selon.demarche, SuiviDistant(lu.numero, modifie_le, ref, a_relire=True, rejets=rejets)
            )
        self.bilan.rejeter(lu.numero, ref, rejets)

    def _prendre(self, distant: DossierDistant, *, tout: bool = False) -> None:
        """File a request or follow it, then its pièces; what is older than what was seen, or known, is left."""
        if self._pris.get(distant.numero, distant.modifie_le - RECUL) >= distant.modifie_le:
            return  # twice in one pass: on two pages, or asked again by its number
        self._pris[distant.numero] = distant.modifie_le
        vu = self.reperes.vu(self.selon.demarche, distant.numero)
        if vu is not None and not tout:
            deja = distant.modifie_le == vu.modifie_le and not vu.a_relire
            if deja or distant.modifie_le < vu.modifie_le:
                self.bilan.deja_connus += 1
                return
        decision = distant.etat if distant.etat in DECIDES else None
        if decision or distant.messages or vu is not None:
            self.reperes.noter_suite(self.selon.demarche, distant.numero, decision, distant.messages)
        if self._placer(distant.numero)[0].oubli is not None:
            self.bilan.deja_connus += 1  # whom it is about was forgotten here: nothing of it comes back
            return
        pliage = plier(distant, self.selon)
        ref, a_relire = None, False
        try:
            ref = self._deposer(distant, pliage)
        except DE_L_AGENT:
            raise
        except Refus as refus:
            pliage.rejets.append(RejetDeChamp(None, None, refus.message))
        if ref is not None:
            a_relire = self._recevoir_les_pieces(ref, distant, pliage)
            self._suivre_les_pieces(distant, pliage)
        rejets = tuple(pliage.rejets)
        a_relire = a_relire or ref is None
        self.bilan.rejeter(distant.numero, ref, rejets)
        passer("dn.avant_dossier_vu")
        self.reperes.voir(
            self.selon.demarche, SuiviDistant(distant.numero, distant.modifie_le, ref, a_relire=a_relire, rejets=rejets)
        )

    def _deposer(self, distant: DossierDistant, pliage: Pliage) -> str | None:
        """File it or follow it; return its number here, None when it cannot be filed."""
        place, ref = self._placer(distant.numero)
        if not place.existe and distant.etat in DECIDES:
            dit = f"il est déjà {DECIDES[distant.etat]} sur Démarche Numérique : il se reprend d’un fichier (reprendre)"
            pliage.rejets.append(RejetDeChamp(None, None, dit))
            return None
        if pliage.demande is None:
            return ref if place.existe else None
        commande = lire(ImporterDossier, {**pliage.demande, "demarche": self.selon.demarche, "numero": distant.numero})
        le = distant.modifie_le if place.existe else distant.depose_le
        commande_id = derive(place.id, "importer", place.version, rfc3339(le), commande.model_dump_json())
        try:
            recu = self._envoyer(
                "importer", place.id, lambda d, s: commande.decider(d, ref, s), commande, commande_id, le
            )
        except NumeroPris:  # another went first
            return self._deposer(distant, pliage)
        neuf = bool(recu.faits) and not recu.deja_fait
        self.bilan.deposes += neuf and not place.existe
        self.bilan.corriges += neuf and place.existe
        self.bilan.deja_connus += not neuf
        return ref

    def _placer(self, distant: int) -> tuple[Dossier, str]:
        """Find the dossier of a remote number: the first that is its own, or free."""
        graine = identifiant("teleservice", SERVICE, distant)
        for essai in count():
            ref = numero(self.selon.campagne, graine, essai)
            dossier = self.services.store.charger(Dossier, id_de("dossier", ref))
            if not dossier.existe or dossier.teleservice == (SERVICE, distant):
                return dossier, ref
        raise AssertionError

    def _recevoir_les_pieces(self, ref: str, distant: DossierDistant, pliage: Pliage) -> bool:
        """Receive the files that are not known yet, one at a time in memory; tell whether some are to be asked again."""
        dossier, a_relire = id_de("dossier", ref), False
        la_bas = _receptions(dossier, pliage)
        for code, fichier in pliage.pieces:
            commande_id = _reception(dossier, code, fichier)
            if self._deja_recue(commande_id):
                continue
            if fichier.octets > self.services.taille_max_fichier:
                lourde = SignalerTropLourde(dossier=ref, code=code)
                lourde_id = derive(dossier, "trop-lourde", code, rfc3339(distant.modifie_le))
                self._envoyer("importer", dossier, lourde.decider, lourde, lourde_id, distant.modifie_le)
            try:
                le = max(fichier.cree_le, distant.depose_le)
                self._recevoir(ref, dossier, code, fichier, le, commande_id, la_bas[code])
            except DE_L_AGENT:
                raise
            except (FichierRefuse, Refus) as refus:
                dit = refus.message if isinstance(refus, Refus) else str(refus)
                champ = self.selon.pieces[code]
                libelle = next((c.libelle for c in distant.champs if c.id == champ), code)
                pliage.rejets.append(RejetDeChamp(champ, libelle, dit, fichier.nom))
                a_relire = a_relire or isinstance(refus, FichierRefuse)
        return a_relire

    def _suivre_les_pieces(self, distant: DossierDistant, pliage: Pliage) -> None:
        """Note the pièces received from there that have no file there any more, or one less."""
        place, ref = self._placer(distant.numero)
        la_bas, vides = _receptions(place.id, pliage), tuple(sorted(pliage.sans_fichier))
        commande = SignalerLesRetraits(dossier=ref, lot=self.lot, pieces=vides, la_bas=la_bas)
        lus = place.retirees(self.lot, vides), place.absents(self.lot, la_bas)
        if lus != (place.retirees_la_bas, place.fichiers_retires_la_bas):
            commande_id = derive(place.id, "retirer-pieces", place.version, commande.model_dump_json())
            self._envoyer("importer", place.id, commande.decider, commande, commande_id, distant.modifie_le)

    def _deja_recue(self, commande_id: UUID) -> bool:
        cle = Appel(acteur=self.acteur, commande_id=commande_id, derivee=True).cle
        return self.services.store.enregistreur.lire_journal(cle) is not None

    def _recevoir(
        self,
        ref: str,
        dossier: UUID,
        code: str,
        fichier: FichierDistant,
        le: Instant,
        commande_id: UUID,
        la_bas: Collection[UUID],
    ) -> None:
        contenu = self.teleservice.telecharger(fichier, self.services.taille_max_fichier)
        commande = lire(PieceDistante, {"dossier": ref, "code": code, "fichier": FichierRecu(fichier.nom, contenu)})
        prendre = partial(commande.prendre, lot=self.lot, la_bas=la_bas)
        recu = self._envoyer("recevoir-piece", dossier, prendre, commande, commande_id, le)
        self.bilan.pieces += bool(recu.faits) and not recu.deja_fait

    def _lire_les_suppressions(self, repere: Repere) -> Repere:
        """Follow what was deleted there: a request that was never taken is no longer waited for."""
        depuis = repere.supprimes_depuis
        vues: list[DossierSupprime | DossierIllisible] = []
        for definitifs in (False, True):
            apres = None
            while True:
                page = self.teleservice.supprimes(self.selon.demarche, depuis, apres, definitifs=definitifs)
                vues += page.suppressions
                if page.suite is None:
                    break
                if page.suite == apres:
                    raise TeleserviceInjoignable("Démarche Numérique renvoie toujours la même page.")
                apres = page.suite
        lues = [vue for vue in vues if isinstance(vue, DossierSupprime)]
        for lue in lues:
            self._suivre_la_suppression(lue)
        if len(lues) < len(vues):
            return replace(repere, incomplete=True)
        return replace(repere, supprimes_depuis=max((lue.le for lue in lues), default=depuis))

    def _suivre_la_suppression(self, lue: DossierSupprime) -> None:
        place, ref = self._placer(lue.numero)
        if not place.existe:
            if (vu := self.reperes.vu(self.selon.demarche, lue.numero)) is not None and vu.a_relire:
                self.reperes.voir(self.selon.demarche, replace(vu, a_relire=False, rejets=()))
            return
        commande = SignalerLaSuppression(dossier=ref, raison=lue.raison)
        commande_id = derive(place.id, "supprimer", lue.numero, rfc3339(lue.le))
        try:
            recu = self._envoyer("importer", place.id, commande.decider, commande, commande_id, lue.le)
        except DE_L_AGENT:
            raise
        except Refus as refus:
            self.bilan.rejeter(lue.numero, ref, (RejetDeChamp(None, None, refus.message),))
        else:
            self.bilan.supprimes += bool(recu.faits) and not recu.deja_fait

    def _envoyer(
        self,
        geste: str,
        dossier: UUID,
        decider: Callable[[Dossier, Services], object],
        commande: Commande,
        commande_id: UUID,
        le: Instant,
    ) -> Recu:
        services = self.services.pour_une_commande()
        appel = Appel(acteur=self.acteur, commande_id=commande_id, le=le, lot=self.lot, derivee=True)
        return services.executer(GesteDistant(geste), Dossier, dossier, lambda d: decider(d, services), commande, appel)


def _reception(dossier: UUID, code: str, fichier: FichierDistant) -> UUID:
    """Return the id of the command that receives a file: the same for the same bytes under the same name."""
    return derive(dossier, "recevoir-piece", code, fichier.md5, fichier.octets, fichier.nom)


def _receptions(dossier: UUID, pliage: Pliage) -> dict[str, tuple[UUID, ...]]:
    """Return those of the files that are there now, by pièce."""
    la_bas: dict[str, tuple[UUID, ...]] = {}
    for code, fichier in pliage.pieces:
        la_bas[code] = (*la_bas.get(code, ()), _reception(dossier, code, fichier))
    return la_bas
