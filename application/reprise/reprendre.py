"""Take over the rows of a file: one to three commands a row, with derived ids; what is already known is silent.

Each cell has one owner: who it is → Tiers; voted amount and conditions → Subvention; the rest → Dossier.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier, Etat
from aggregates.dossier.etat import DecisionExterne, Source
from aggregates.dossier.reprise.faits import Repris
from aggregates.subvention import Subvention
from aggregates.subvention.ouverture.faits import SubventionReprise
from aggregates.tiers import Tiers
from aggregates.tiers.faits import TiersEnregistre
from application.commandes import Commande, Demande
from application.habilitations import exiger_role
from application.reprise.conditions import echeancier
from application.reprise.lignes import Ligne, LigneIgnoree, LigneRejetee, LigneReprise
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import derive, identifiant, numero
from kernel.instants import Effet
from kernel.pannes import passer
from kernel.refus import Refus


class CampagneDeReprise(Refus):
    """Rows are taken over under a campaign opened for that (`nature: reprise`)."""

    code = "campagne_de_reprise"


class MontantInconnu(Refus):
    """An award without an amount."""

    code = "montant_inconnu"


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


@dataclass
class Bilan:
    """What came of a file; `lues` is the sum of the four."""

    appliquees: int = 0
    deja_connues: int = 0
    ignorees: int = 0
    rejetees: int = 0
    montant_repris_centimes: int = 0
    disparues: list[dict[str, Any]] = field(default_factory=list)

    @property
    def lues(self) -> int:
        """Return the records read after the header."""
        return self.appliquees + self.deja_connues + self.ignorees + self.rejetees


class Reprise:
    """One file being taken over under one campaign, in the name of one agent."""

    def __init__(self, services: Services, campagne: str, acteur: str | None, le: Effet | None = None) -> None:
        """Open the take-over, or refuse with ReferenceInconnue or CampagneDeReprise."""
        ouverte = services.store.charger_existant(Campagne, identifiant("campagne", campagne), campagne)
        if not ouverte.est_reprise:
            raise CampagneDeReprise(
                f"La campagne {campagne} n’a pas été ouverte pour une reprise (nature : reprise).", campagne=campagne
            )
        self.services, self.campagne, self.acteur, self.le = services, campagne, acteur, le
        self.lot = f"reprise:{campagne}"
        self.bilan = Bilan()
        self._vus: set[UUID] = set()

    def exiger_role(self) -> None:
        """Refuse at once, before any row, with ActeurManquant, ActeurInconnu or RoleManquant."""
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
            except Refus as refus:
                ligne = ligne.rejeter(refus.message)
            else:
                self.bilan.appliquees += nouveau
                self.bilan.deja_connues += not nouveau
                self.bilan.montant_repris_centimes += _montant(ligne)
                passer("reprendre.apres_ligne")
                return None
        self.bilan.rejetees += 1
        return ligne

    def lister_disparues(self) -> None:
        """List the rows of an earlier version of the file that this one no longer has."""
        for dossier_id in self.services.store.enregistreur.ids_par_topic(Repris.topic):
            if dossier_id in self._vus:
                continue
            dossier = self.services.store.charger(Dossier, dossier_id)
            if dossier.campagne == self.campagne and dossier.source is not None:
                self.bilan.disparues.append(
                    {"ref": dossier.ref, "ligne": dossier.source.ligne, "rang": dossier.source.rang}
                )

    def _appliquer(self, ligne: LigneReprise) -> bool:
        tiers_id, nouveau_tiers = self._tiers(ligne)
        dossier_id, ref, nouveau_dossier = self._dossier(ligne, tiers_id)
        self._vus.add(dossier_id)
        nouvelle_subvention = ligne.stade == Etat.DECIDE.value and self._subvention(ligne, dossier_id, ref)
        return nouveau_tiers or nouveau_dossier or nouvelle_subvention

    def _envoyer(self, classe: type[Any], agregat: Any, ligne: LigneReprise, fait: Any, decider: Any) -> bool:
        """Send one command; its id holds the version it changes, so that a value put back is a correction too."""
        commande = LigneDeReprise(
            campagne=self.campagne, identite=ligne.empreinte_identite, rang=ligne.rang, contenu=fait.model_dump_json()
        )
        demande = Demande(
            acteur=self.acteur,
            commande_id=derive(agregat.id, "reprendre", agregat.version, commande.contenu),
            le=self.le,
            lot=self.lot,
        )
        recu = self.services.executer(_Reprendre(classe.nom), classe, agregat.id, decider, commande, demande)
        return bool(recu.faits) and not recu.deja_fait

    def _tiers(self, ligne: LigneReprise) -> tuple[UUID, bool]:
        siret = _texte(ligne, "tiers.siret")
        cle = None if siret else f"{self.campagne}:{ligne.cle_tiers}"
        tiers_id = identifiant("tiers", siret) if siret else identifiant("tiers", "cle", cle)
        denomination = ligne.denomination_retenue or ligne.cle_tiers
        rna = _texte(ligne, "tiers.rna")
        tiers = self.services.store.charger(Tiers, tiers_id)
        if not tiers.existe:
            fait = TiersEnregistre(ref=siret or cle or "", siret=siret, denomination=denomination, rna=rna, cle=cle)
            return tiers_id, self._envoyer(Tiers, tiers, ligne, fait, lambda t: t.enregistrer(fait))
        connue = tiers.identite
        assert connue is not None
        if not self._est_a_corriger(tiers, denomination, rna):
            return tiers_id, False
        corrige = connue.model_copy(update={"denomination": denomination, "rna": rna or connue.rna})
        return tiers_id, self._envoyer(
            Tiers,
            tiers,
            ligne,
            corrige,
            lambda t: t.corriger_identite(denomination=corrige.denomination, rna=corrige.rna),
        )

    def _est_a_corriger(self, tiers: Tiers, denomination: str, rna: str | None) -> bool:
        """Tell whether this file may rename a tiers: one it named itself; another source's name stays, the first wins."""
        if tiers.denomination == denomination and (rna is None or tiers.identite is None or tiers.identite.rna == rna):
            return False
        return tiers.inscriptions[tiers.identite_version - 1].entete.lot == self.lot

    def _dossier(self, ligne: LigneReprise, tiers_id: UUID) -> tuple[UUID, str, bool]:
        graine = derive(identifiant("campagne", self.campagne), ligne.empreinte_identite, ligne.rang)
        essai = 0
        while True:
            ref = numero(self.campagne, graine, essai)
            dossier = self.services.store.charger(Dossier, identifiant("dossier", ref))
            source = dossier.source
            a_nous = source is not None and (source.identite, source.rang) == (ligne.empreinte_identite, ligne.rang)
            if not dossier.existe or a_nous:
                break
            essai += 1
        fait = self._fait(ligne, ref, tiers_id)
        if not dossier.reprise_change(fait):
            return dossier.id, ref, False
        return dossier.id, ref, self._envoyer(Dossier, dossier, ligne, fait, lambda d: d.reprendre(fait))

    def _fait(self, ligne: LigneReprise, ref: str, tiers_id: UUID) -> Repris:
        valeurs = ligne.valeurs
        return Repris(
            ref=ref,
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
        )

    def _subvention(self, ligne: LigneReprise, dossier_id: UUID, ref: str) -> bool:
        subvention = self.services.store.charger(Subvention, identifiant("subvention", dossier_id))
        montant = _entier(ligne.valeurs.get("montant_vote"))
        if montant is None:
            raise MontantInconnu("Le montant attribué est absent : une subvention ne se reprend pas sans lui.")
        conditions = _texte(ligne, "conditions_versement")
        fait = SubventionReprise(
            ref=f"SUB-{ref}",
            dossier=dossier_id,
            dossier_ref=ref,
            campagne=self.campagne,
            montant_centimes=montant,
            conditions=conditions,
            echeances=echeancier(conditions, montant),
            source=_source(ligne),
        )
        if not subvention.reprise_change(fait):
            return False
        return self._envoyer(Subvention, subvention, ligne, fait, lambda s: s.reprendre(fait))


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
