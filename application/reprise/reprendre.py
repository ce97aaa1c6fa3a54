"""Take over the rows of a file: one to three commands a row, with derived ids; what is already known is silent.

Each cell has one owner: who it is → Tiers; voted amount and conditions → Subvention; the rest → Dossier.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any, Final
from uuid import UUID

from aggregates.agents import RoleManquant
from aggregates.campagne import Campagne, CampagneFermee
from aggregates.dossier import Dossier, Etat
from aggregates.dossier.elements import Source
from aggregates.dossier.etat import DecisionExterne
from aggregates.dossier.reprise import Repris
from aggregates.subvention import Subvention
from aggregates.subvention.ouverture import SubventionReprise
from aggregates.tiers import Tiers, TiersEnregistre
from application.commandes import Appel, Commande
from application.consultations.doubles import tiers_connus
from application.denominations import denominations_concordent
from application.gestes.tiers import id_du_numero
from application.habilitations import ActeurInconnu, ActeurManquant, exiger_role
from application.numeros import reference_subvention
from application.reprise.conditions import echeancier
from application.reprise.lignes import Ligne, LigneIgnoree, LigneRejetee, LigneReprise
from application.services import DateFuture, Services
from dispositifs.evaluation import LigneBudget
from dispositifs.financeurs import reconnaitre
from dispositifs.identites import NUMEROS
from kernel.attentes import Role
from kernel.identifiants import derive, identifiant, numero
from kernel.instants import Effet
from kernel.montants import en_euros
from kernel.pannes import passer
from kernel.refus import Refus

DE_L_AGENT: Final = (ActeurManquant, ActeurInconnu, RoleManquant, DateFuture)
"""Refusals that say nothing of a row: the role was taken away on the way, for instance. They stop the take-over."""


class CampagneDeReprise(Refus, code="campagne_de_reprise"):
    """Rows are taken over under a campaign opened for that (`nature: reprise`)."""


class MontantDisparu(Refus, code="montant_disparu"):
    """The amount of an award was known, and its cell is blank now."""


class TiersEnDesaccord(Refus, code="tiers_en_desaccord"):
    """A replayed row gives a tiers another denomination than the rest of its source did."""


CIBLES_FAUTIVES: Final[dict[type[Refus], str]] = {
    MontantDisparu: "montant_vote",
    TiersEnDesaccord: "tiers.denomination",
}
"""Which cell a rule finds wrong."""


class LigneDeReprise(Commande):
    """One aggregate of one row: what makes a command the same."""

    campagne: str
    identite: str
    rang: int
    contenu: str


@dataclass(frozen=True, slots=True)
class _Reprendre:
    agregat: str
    nom: str = "reprendre"
    roles: tuple[Role, ...] = (Role.INSTRUCTEUR, Role.ADMINISTRATEUR)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row goes: its dossier, blank when it is new, the number and the rank of that dossier."""

    dossier: Dossier
    ref: str
    rang: int


@dataclass
class Bilan:
    """What came of a file; `lues` is the sum of the four."""

    appliquees: int = 0
    deja_connues: int = 0
    ignorees: int = 0
    rejetees: int = 0
    montant_repris_centimes: int = 0
    a_valider: int = 0
    disparues: list[dict[str, Any]] = field(default_factory=list)

    @property
    def lues(self) -> int:
        """Return the records read after the header."""
        return self.appliquees + self.deja_connues + self.ignorees + self.rejetees


class RepriseDeFichier:
    """One file being taken over under one campaign, in the name of one agent."""

    def __init__(self, services: Services, campagne: str, acteur: str | None, le: Effet | None = None) -> None:
        """Open the take-over, or refuse with ReferenceInconnue, CampagneDeReprise or CampagneFermee."""
        ouverte = services.store.charger_existant(Campagne, identifiant("campagne", campagne), campagne)
        if not ouverte.est_reprise:
            raise CampagneDeReprise(
                f"La campagne {campagne} n’a pas été ouverte pour une reprise (nature : reprise).", campagne=campagne
            )
        if ouverte.close_le is not None:
            raise CampagneFermee(f"La campagne {campagne} est close : elle ne reprend plus rien.", campagne=campagne)
        self.services, self.campagne, self.acteur, self.le = services, campagne, acteur, le
        self.lot = f"reprise:{campagne}"
        self.bilan = Bilan()
        self._vus: set[UUID] = set()
        self._rejetees: set[tuple[str, int]] = set()

    def exiger_role(self) -> None:
        """Refuse at once, before any row, with ActeurManquant, ActeurInconnu, RoleManquant or DateFuture."""
        self.services.jour_effectif(
            Appel(acteur=self.acteur, commande_id=identifiant("campagne", self.campagne), le=self.le, derivee=True)
        )
        exiger_role(
            self.services.store, self.acteur, _Reprendre("reprise").roles, self.services.maintenant(), "reprendre"
        )

    def prendre(self, ligne: Ligne) -> LigneRejetee | None:
        """Take one row over and count it; return it as a reject when the file or a rule refuses it."""
        if isinstance(ligne, LigneIgnoree):
            self.bilan.ignorees += 1
            return None
        if isinstance(ligne, LigneReprise):
            try:
                nouveau = self._appliquer(ligne)
            except DE_L_AGENT:
                raise
            except Refus as refus:
                ligne = ligne.rejeter(refus.message, CIBLES_FAUTIVES.get(type(refus)))
            else:
                self.bilan.appliquees += nouveau
                self.bilan.deja_connues += not nouveau
                self.bilan.montant_repris_centimes += _montant(ligne)
                passer("reprendre.apres_ligne")
                return None
        self._vus.add(self._placer(ligne).dossier.id)  # rejected, it is still in the file
        self._rejetees.add((ligne.empreinte_source, ligne.ligne))
        self.bilan.rejetees += 1
        return ligne

    def lister_disparues(self) -> None:
        """List the rows of an earlier version of the file that this one no longer has.

        A row rejected now, that was corrected apart, is still in the file under its wrong identity.
        """
        for dossier_id in self.services.store.enregistreur.ids_par_topic(Repris.topic):
            if dossier_id in self._vus:
                continue
            dossier = self.services.store.charger(Dossier, dossier_id)
            rejetee = any((source.fichier_sha256, source.ligne) in self._rejetees for source in _sources(dossier))
            if dossier.campagne == self.campagne and dossier.source is not None and not rejetee:
                self.bilan.disparues.append(
                    {"ref": dossier.ref, "ligne": dossier.source.ligne, "rang": dossier.source.rang}
                )

    def _appliquer(self, ligne: LigneReprise) -> bool:
        """Send what the row changes. What may refuse it comes first: its tiers' name, then an award already known."""
        place = self._placer(ligne)
        ligne, dossier_id = replace(ligne, rang=place.rang), place.dossier.id
        self._vus.add(dossier_id)
        tiers = self.services.store.charger(Tiers, self._id_du_tiers(ligne))
        identite = self._identite(ligne, tiers)
        subvention = self.services.store.charger(Subvention, identifiant("subvention", dossier_id))
        attribue = ligne.stade == Etat.DECIDE.value
        corrigee = attribue and subvention.existe and self._subvention(ligne, place, subvention)
        nomme = identite is not None and self._nommer(ligne, tiers, identite)
        nouveau = self._dossier(ligne, place, tiers.id)
        ouverte = attribue and not subvention.existe and self._subvention(ligne, place, subvention)
        self.bilan.a_valider += corrigee or ouverte
        return corrigee or nomme or nouveau or ouverte

    def _envoyer(
        self, agregat: Any, ligne: LigneReprise, fait: Any, decider: Any, services: Services | None = None
    ) -> bool:
        """Send one command; its id holds the version it changes, so that a value put back is a correction too."""
        commande = LigneDeReprise(
            campagne=self.campagne, identite=ligne.empreinte_identite, rang=ligne.rang, contenu=fait.model_dump_json()
        )
        appel = Appel(
            acteur=self.acteur,
            commande_id=derive(agregat.id, "reprendre", agregat.version, commande.contenu),
            le=self.le,
            lot=self.lot,
            derivee=True,
        )
        geste = _Reprendre(agregat.nom)
        recu = (services or self.services).executer(geste, type(agregat), agregat.id, decider, commande, appel)
        return bool(recu.faits) and not recu.deja_fait

    def _numeros(self, ligne: LigneReprise) -> dict[str, str | None]:
        """Return the numbers that designate it everywhere."""
        return {nom: _texte(ligne, f"tiers.{nom}") for nom in NUMEROS}

    def _id_du_tiers(self, ligne: LigneReprise) -> UUID:
        """Return who is known by its number, else the id that its number gives it, or what designates it in this campagne."""
        numeros = self._numeros(ligne)
        if not any(numeros.values()):
            return id_du_numero(None, f"{self.campagne}:{ligne.cle_tiers}")
        connus = tiers_connus(self.services.store, ligne.denomination_retenue or "", **numeros)
        siret, siren, rna = numeros.values()
        return connus[0].id if len(connus) == 1 else id_du_numero(siret, siren or rna or "")

    def _identite(self, ligne: LigneReprise, tiers: Tiers) -> TiersEnregistre | None:
        """Return what the row teaches of its tiers, None when that is nothing; refuse with TiersEnDesaccord."""
        numeros, connue = self._numeros(ligne), tiers.identite
        numero = next(filter(None, numeros.values()), None)
        if connue is None:
            cle = None if numero else f"{self.campagne}:{ligne.cle_tiers}"
            ref = numero or cle or ""
            denomination = ligne.denomination_retenue or ref  # its reference, when the file does not name it
            return TiersEnregistre(ref=ref, denomination=denomination, cle=cle, dossier=None, **numeros)
        if tiers.inscriptions[tiers.identite_version - 1].entete.lot != self.lot:
            return None  # another source named it: the first wins
        lue = connue.model_copy(
            update={"denomination": _denomination(ligne, connue), "rna": numeros["rna"] or connue.rna}
        )
        return None if lue == connue else lue

    def _nommer(self, ligne: LigneReprise, tiers: Tiers, identite: TiersEnregistre) -> bool:
        def decider(a_nommer: Tiers) -> None:
            if tiers.existe:
                a_nommer.corriger_identite(denomination=identite.denomination, rna=identite.rna)
            else:
                a_nommer.enregistrer(identite)

        return self._envoyer(tiers, ligne, identite, decider)

    def _placer(self, ligne: LigneReprise | LigneRejetee) -> Place:
        """Find the dossier of a row by its identity and rank.

        Replayed with an identity cell corrected, a row may be the like of another row of its source: it comes after it.
        """
        places = (self._chercher(ligne.empreinte_identite, rang) for rang in count(ligne.rang))
        return next(p for p in places if not ligne.rejouee or not _vient_d_une_autre_ligne(p.dossier, ligne))

    def _chercher(self, identite: str, rang: int) -> Place:
        graine = derive(identifiant("campagne", self.campagne), identite, rang)
        essai = 0
        while True:
            ref = numero(self.campagne, graine, essai)
            dossier = self.services.store.charger(Dossier, identifiant("dossier", ref))
            source = dossier.source
            a_nous = source is not None and (source.identite, source.rang) == (identite, rang)
            if not dossier.existe or a_nous:
                return Place(dossier, ref, rang)
            essai += 1

    def _dossier(self, ligne: LigneReprise, place: Place, tiers_id: UUID) -> bool:
        services = self.services.pour_une_commande()
        fait = self._fait(ligne, place, tiers_id, services)
        if not place.dossier.reprise_change(fait):
            return False

        def decider(dossier: Dossier) -> None:
            dossier.reprendre(self._fait(ligne, place, tiers_id, services))

        return self._envoyer(place.dossier, ligne, fait, decider, services)

    def _fait(self, ligne: LigneReprise, place: Place, tiers_id: UUID, services: Services) -> Repris:
        """Return what the row says; the names of who else finances go to the coffre with the command under way."""
        valeurs, textes = (
            ligne.valeurs,
            json.dumps({"financeurs": [nom for nom, _ in ligne.produits]}, ensure_ascii=False),
        )
        return Repris(
            ref=place.ref,
            campagne=self.campagne,
            etat=Etat(ligne.stade),
            objet=_texte(ligne, "objet") or "",
            tiers=tiers_id,
            exercice=_entier(valeurs.get("exercice")),
            theme=_texte(ligne, "theme"),
            type_aide=_texte(ligne, "type_aide"),
            periode_realisation=_texte(ligne, "periode_realisation"),
            montant_demande_centimes=_entier(valeurs.get("montant_demande")),
            montant_propose_centimes=_entier(valeurs.get("montant_propose")),
            decision=_decision(ligne) if ligne.stade == Etat.DECIDE.value else None,
            source=_source(ligne),
            produits=tuple(
                LigneBudget(financeur=reconnaitre(nom), montant_centimes=montant) for nom, montant in ligne.produits
            ),
            textes=services.confier_exige(textes, place.dossier.id, "textes") if ligne.produits else None,
        )

    def _subvention(self, ligne: LigneReprise, place: Place, subvention: Subvention) -> bool:
        """Open or correct the award; one whose amount is unknown is not opened yet."""
        montant = _entier(ligne.valeurs.get("montant_vote"))
        if montant is None:
            if subvention.existe:
                connu = en_euros(subvention.vote_centimes)
                raise MontantDisparu(f"Le montant attribué est connu ({connu}), et sa cellule est vide à présent.")
            return False
        conditions = _texte(ligne, "conditions_versement")
        fait = SubventionReprise(
            ref=reference_subvention(place.ref),
            dossier=place.dossier.id,
            dossier_ref=place.ref,
            campagne=self.campagne,
            montant_centimes=montant,
            conditions=conditions,
            echeances=echeancier(conditions, montant),
            source=_source(ligne),
        )
        if not subvention.reprise_change(fait):
            return False
        return self._envoyer(subvention, ligne, fait, lambda s: s.reprendre(fait))


def _denomination(ligne: LigneReprise, connue: TiersEnregistre) -> str:
    """Return what the file calls a tiers; in a replay, its name is the one the rest of the source gave."""
    dite = ligne.denomination_retenue
    if dite is None or connue.denomination == connue.ref or not ligne.rejouee:
        return dite or connue.denomination
    if not denominations_concordent(dite, connue.denomination):
        raise TiersEnDesaccord(
            f"Ce tiers est déjà connu sous une autre dénomination, « {connue.denomination} » : "
            "reprenez-la telle quelle, ou corrigez-la partout dans le fichier d’origine.",
            denomination=connue.denomination,
        )
    return connue.denomination


def _vient_d_une_autre_ligne(dossier: Dossier, ligne: LigneReprise | LigneRejetee) -> bool:
    """Tell whether another line of the same file made this dossier."""
    lignes = {source.ligne for source in _sources(dossier) if source.fichier_sha256 == ligne.empreinte_source}
    return bool(lignes) and ligne.ligne not in lignes


def _sources(dossier: Dossier) -> list[Source]:
    return [i.fait.source for i in dossier.inscriptions if isinstance(i.fait, Repris)]


def _decision(ligne: LigneReprise) -> DecisionExterne:
    valeurs = ligne.valeurs
    decide_le = valeurs.get("date_decision")
    notification = valeurs.get("notification_ue")
    return DecisionExterne(
        reference=_texte(ligne, "reference_decision"),
        decide_le=decide_le if isinstance(decide_le, date) else None,
        nature_decision=_texte(ligne, "nature_decision"),
        attribuant_denomination=_texte(ligne, "attribuant.denomination"),
        attribuant_siret=_texte(ligne, "attribuant.siret"),
        nature=_texte(ligne, "nature"),
        dates_versement=_texte(ligne, "dates_versement"),
        id_rae=_texte(ligne, "id_rae"),
        notification_ue=notification if isinstance(notification, bool) else None,
        pourcentage=_texte(ligne, "pourcentage"),
        dispositif_aide=_texte(ligne, "dispositif_aide"),
    )


def _source(ligne: LigneReprise) -> Source:
    return Source(
        fichier_sha256=ligne.empreinte_source, ligne=ligne.ligne, rang=ligne.rang, identite=ligne.empreinte_identite
    )


def _montant(ligne: LigneReprise) -> int:
    """Return what a row brings: the voted amount of an award, the asked one of a request; unknown counts for nothing."""
    nom = "montant_vote" if ligne.stade == Etat.DECIDE.value else "montant_demande"
    return _entier(ligne.valeurs.get(nom)) or 0


def _texte(ligne: LigneReprise, cible: str) -> str | None:
    valeur = ligne.valeurs.get(cible)
    return None if valeur is None else str(valeur)


def _entier(valeur: object) -> int | None:
    return valeur if isinstance(valeur, int) and not isinstance(valeur, bool) else None
