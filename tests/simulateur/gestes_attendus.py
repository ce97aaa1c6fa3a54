"""Tries every geste an attente names, on a copy of its store, with well-formed fields, from a fresh agent of its role."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from aggregates.assemblee import Assemblee
from aggregates.bordereau import Bordereau, Ligne
from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.motifs import repond
from aggregates.registre import attentes
from aggregates.seance import Etat as EtatSeance
from aggregates.seance import Seance
from aggregates.subvention import Subvention
from aggregates.tiers import CoordonneesDeclarees, Tiers
from application.commandes import Appel, FichierRecu
from application.coordonnees import lire_iban
from application.gestes.recueil import par_nom
from application.gestes.subvention import coordonnees_validees
from application.numeros import id_de
from application.reglements import campagne_du
from application.services import Services
from kernel.agregat import Agregat
from kernel.attentes import Attente, GesteAttendu, Role
from kernel.identifiants import derive, identifiant
from kernel.instants import Effet, Instant, debut_de_jour, jour_de
from kernel.refus import Refus
from scenarios.institution import NATURE
from tests.simulateur.courriers import COURRIERS
from tests.simulateur.saisies import apprecies

MOTIF: Final = {"motif": "exemple fictif"}
A = TypeVar("A", bound=Agregat)


@dataclass
class Copie:
    """A copy of a store where somebody tries something; `services(heure)` opens one at that instant."""

    services: Services
    admin: str
    heure: Instant
    prepares: int = 0
    _rang: int = 0

    def neuf(self, role: Role) -> str:
        """Register an agent who never did anything."""
        neuf = f"neuf-{self._rang}"
        self.faire("agent enregistrer", self.admin, identifiant=neuf, roles=role.value)
        return neuf

    def faire(self, nom: str, acteur: str, le: Effet | None = None, **champs: Any) -> Any:
        """Send a geste, or refuse."""
        self._rang += 1
        appel = Appel(acteur=acteur, commande_id=derive(identifiant("essai", nom), self._rang), le=le)
        return par_nom(*nom.split()).recevoir(champs, appel, self.services)

    def accepter_l_heure(self) -> None:
        """An administrateur takes the clock's word when nothing was recorded for long: the day of a far sitting has come."""
        enregistreur = self.services.store.enregistreur
        tete = enregistreur.tete_le()
        if tete is not None and self.heure - tete > enregistreur.saut_maximal:
            self.faire("horloge accepter", self.admin, motif="exemple fictif")

    def preparer(self, nom: str, role: Role, **champs: Any) -> None:
        """Do on another aggregate what must be there first."""
        self.prepares += 1
        self.faire(nom, self.neuf(role), **champs)

    def charger(self, classe: type[A], agregat_id: Any) -> A:
        """Return an aggregate of the copy."""
        return self.services.store.charger(classe, agregat_id)


@dataclass(frozen=True)
class Essai:
    """What is tried: a geste, that this aggregate awaits."""

    etat: Any
    attente: Attente
    geste: GesteAttendu

    @property
    def objet(self) -> str:
        return self.attente.cle.objet

    @property
    def rang(self) -> dict[str, Any]:
        return {"subvention": self.geste.ref, "echeance": int(self.objet)}

    @property
    def cible(self) -> dict[str, Any]:
        """Return the one field that names what it is done on."""
        return {self.geste.nom.partition(" ")[0]: self.geste.ref}


Champs = Callable[[Copie, Essai], dict[str, Any] | None]


def _seul(_: Copie, essai: Essai) -> dict[str, Any]:
    return essai.cible


def _motive(_: Copie, essai: Essai) -> dict[str, Any]:
    return {**essai.cible, **MOTIF}


def _rang(_: Copie, essai: Essai) -> dict[str, Any]:
    return essai.rang


def _pieces(essai: Essai) -> list[str]:
    return [piece.code for piece in essai.etat.pieces_manquantes]


def _recevoir(_: Copie, essai: Essai) -> dict[str, Any]:
    code = [*essai.objet.split(","), *_pieces(essai)][0 if essai.objet else 1]
    return {**essai.cible, "code": code, "fichier": FichierRecu(f"{code}.txt", b"exemple")}


def _proposer(copie: Copie, essai: Essai) -> dict[str, Any]:
    campagne = copie.charger(Campagne, id_de("campagne", essai.etat.campagne))
    calcule = {} if campagne.reglement is not None else {"montant_centimes": essai.etat.demande_centimes or 100_00}
    return {**essai.cible, **calcule}


def _preparer(copie: Copie, essai: Essai) -> dict[str, Any]:
    jour = jour_de(copie.heure) + timedelta(days=30)
    copie.preparer("seance prevoir", Role.ASSEMBLEES, jour=jour)
    campagne = copie.charger(Campagne, id_de("campagne", essai.etat.campagne)).ouverte
    section = {} if campagne is None or campagne.dispositif == "nqe" else {"section": "fonctionnement"}
    return {"seance": f"CP-{jour}", "dossiers": essai.etat.ref, **section}


def _voter(copie: Copie, essai: Essai) -> dict[str, Any]:
    """Vote when the sitting is open and everybody's presence is known; else adjourn, which is voting nothing."""
    seance = copie.charger(Seance, essai.etat.seance)
    ouverte = seance.etat is EtatSeance.OUVERTE and not seance.mouvements
    scrutin = {"mode": "main_levee", "defaut": "pour"} if ouverte else {"ajournement": True}
    return {**essai.cible, "scrutin": scrutin}


def _ouvrir_seance(copie: Copie, essai: Essai) -> dict[str, Any]:
    assemblee = copie.charger(Assemblee, identifiant("assemblee", "commission-permanente"))
    membres = assemblee.composition(essai.etat.jour).membres
    return {**essai.cible, "presences": [{"membre": membre, "statut": "present"} for membre in membres]}


def _coordonnees(_: Copie, essai: Essai) -> dict[str, Any]:
    return {**essai.cible, "iban": "FR7630001007941234567890185", "titulaire": "Exemple fictif"}


def _fin(copie: Copie, declarees: CoordonneesDeclarees | None) -> str:
    """Return the last figures of an IBAN, as « tiers voir » shows them."""
    assert declarees is not None
    return (lire_iban(copie.services.coffre, declarees.coordonnees) or "")[-4:]


def _validees(copie: Copie, essai: Essai) -> Tiers:
    """Return the tiers that is paid, its bank details validated by a second person first if they are not."""
    subvention = essai.etat
    tiers_id = subvention.tiers or copie.charger(Dossier, subvention.dossier).tiers_id
    tiers = copie.charger(Tiers, tiers_id)
    if not any(du <= (subvention.vote_le or du) for du in tiers.natures):
        copie.preparer("tiers declarer-nature", Role.FINANCE, tiers=tiers.ref or str(tiers.id), **NATURE)
    if tiers.coordonnees_valides is None:
        cible = {"tiers": tiers.ref or str(tiers.id)}
        if tiers.declarees is None:
            champs = {"iban": "FR7630001007941234567890185", "titulaire": "Exemple fictif"}
            copie.preparer("tiers declarer-coordonnees", Role.FINANCE, **cible, **champs)
        declarees = copie.charger(Tiers, tiers_id).declarees
        copie.preparer("tiers valider-coordonnees", Role.FINANCE, **cible, derniers_chiffres=_fin(copie, declarees))
    return copie.charger(Tiers, tiers_id)


def _convention(copie: Copie, essai: Essai) -> dict[str, Any]:
    _validees(copie, essai)
    return essai.cible


def _liquider(copie: Copie, essai: Essai) -> dict[str, Any]:
    _validees(copie, essai)
    return essai.rang


def _mandater(copie: Copie, essai: Essai) -> dict[str, Any]:
    paiement = essai.etat.paiements[int(essai.objet)]
    if _validees(copie, essai).coordonnees_valides != paiement.coordonnees:
        copie.preparer("subvention liquider", Role.FINANCE, **essai.rang)
    return essai.rang


def _mandat(ligne: Ligne) -> dict[str, Any]:
    return {"subvention": str(ligne.subvention), "echeance": ligne.echeance}


def _signer(copie: Copie, essai: Essai) -> dict[str, Any] | None:
    """Sign what is left once the mandats whose bank details changed are off; nothing when all did: taking off is the geste."""
    essais = [(ligne, copie.charger(Subvention, ligne.subvention)) for ligne in essai.etat.lignes.values()]
    for ligne, subvention in essais:
        if coordonnees_validees(subvention, copie.services) != subvention.paiements[ligne.echeance].coordonnees:
            copie.preparer("bordereau retirer-mandat", Role.ORDONNATEUR, **essai.cible, **_mandat(ligne))
    bordereau = copie.charger(Bordereau, essai.etat.id)
    return {**essai.cible, "total_centimes": bordereau.total_centimes} if bordereau.lignes else None


def _echeancier(_: Copie, essai: Essai) -> dict[str, Any]:
    """Keep what was liquidated when the award was corrected since."""
    payes = [essai.etat.paiements[rang].montant_centimes for rang in sorted(essai.etat.paiements)]
    reste = essai.etat.vote_centimes - sum(payes)
    montants = [*payes, reste] if reste else payes
    parts = [f"acompte:{m // 100},{m % 100:02}" for m in montants] if len(montants) > 1 else ["unique:100%"]
    return {**essai.cible, "echeances": ",".join(parts)}


def _budget(_: Copie, essai: Essai) -> dict[str, Any]:
    return {**essai.cible, "montant_centimes": 900_000_00, "source": "vote d’essai (exemple fictif)"}


def _liberer(_: Copie, essai: Essai) -> dict[str, Any]:
    reserve = next(rapport for rapport in essai.etat.reservations if str(rapport) != essai.objet)
    return {**essai.cible, "rapport": str(reserve)}


def _relancer(_: Copie, essai: Essai) -> dict[str, Any]:
    engagements = essai.etat.engagements.values()
    rapport = next(e.deliberation for e in engagements if any(str(r.dossier) == essai.objet for r in e.refusees))
    return {**essai.cible, "rapport": str(rapport)}


def _avec(**champs: Any) -> Champs:
    return lambda _, essai: {**essai.cible, **champs}


def _repondre_motif(_: Copie, essai: Essai) -> dict[str, Any]:
    sans = [motif for motif in essai.etat.motifs_sans_reponse if repond(motif) == "repondre-motif"]
    motif = (sans or essai.etat.motifs_retenus)[0]
    return {**essai.cible, "motif": motif.code, "objet": motif.objet, "sens": "leve", "justification": "exemple fictif"}


def _coder_financeur(_: Copie, essai: Essai) -> dict[str, Any]:
    motif = next(motif for motif in essai.etat.motifs_sans_reponse if repond(motif) == "coder-financeur")
    return {**essai.cible, "ligne": int(motif.objet), "financeur": "prive", "source": "exemple fictif"}


def _demander_avis(copie: Copie, essai: Essai) -> dict[str, Any]:
    """Ask a service of the règlement, or any when it lists none."""
    reglement = campagne_du(essai.etat, copie.services, jour_de(copie.services.maintenant())).reglement
    listes = () if reglement is None else reglement.avis
    demandes = {avis.groupe or avis.de for avis in essai.etat.avis}
    code = next((s.code for s in listes if s.code not in demandes), listes[0].code if listes else "departement")
    return {**essai.cible, "aupres_de": code, **({} if listes else {"delai": "21 jours"})}


def _expert(essai: Essai) -> str:
    """Return whose avis is awaited: of a group, one of its experts."""
    avis = (a for a in essai.etat.avis if a.groupe == essai.objet and a.de not in essai.etat.avis_rendus)
    return next((a.de for a in avis), str(essai.objet))


CHAMPS: Final[dict[str, Champs]] = {
    **COURRIERS,
    "dossier repondre-motif": _repondre_motif,
    "dossier coder-financeur": _coder_financeur,
    "dossier confirmer-demandeur": lambda _, e: {**e.cible, "siret": e.etat.siret},
    "dossier retenir-correction": _seul,
    "dossier ecarter-correction": _motive,
    "dossier declarer-complet": _seul,
    "dossier demander-pieces": lambda _, e: {**e.cible, "pieces": ",".join(_pieces(e)), "delai": "15 jours"},
    "dossier recevoir-piece": _recevoir,
    "dossier verifier-pieces": _seul,
    "dossier ecarter-piece": lambda _, e: {
        **e.cible,
        "code": next(c for c in e.etat.pieces_recues if e.etat.tenues(c)),
        **MOTIF,
    },
    "dossier retirer": _motive,
    "dossier declarer-irrecevable": _motive,
    "dossier classer-sans-suite": _motive,
    "dossier apprecier": lambda _, e: {**e.cible, "appreciations": apprecies(e.etat.criteres_sans_reponse)},
    "dossier proposer": _proposer,
    "dossier examiner-eligibilite": _seul,
    "dossier demander-avis": _demander_avis,
    "dossier rendre-avis": lambda _, e: {**e.cible, "aupres_de": _expert(e), "sens": "favorable"},
    "dossier revoquer-avis": lambda _, e: {**e.cible, "aupres_de": _expert(e), **MOTIF},
    "dossier repondre-recours": lambda _, e: {**e.cible, "recours": e.objet, "sens": "rejete", "texte": "exemple"},
    "dossier retirer-recours": lambda _, e: {**e.cible, "recours": e.objet, **MOTIF},
    "dossier communiquer-motifs-du-rejet": _avec(motifs="exemple fictif"),
    "dossier viser": _seul,
    "dossier renvoyer": _motive,
    "dossier clore": _seul,
    "campagne clore": _seul,
    "tiers declarer-nature": lambda _, e: {"tiers": e.geste.ref, **NATURE},
    "tiers valider-coordonnees": lambda c, e: {**e.cible, "derniers_chiffres": _fin(c, e.etat.declarees)},
    "tiers declarer-coordonnees": _coordonnees,
    "seance convoquer": _seul,
    "seance ouvrir": _ouvrir_seance,
    "seance reprendre": _seul,
    "seance lever": _seul,
    "deliberation preparer": _preparer,
    "deliberation ecarter-ligne": lambda _, e: {**e.cible, "ligne": e.objet, **MOTIF},
    "deliberation voter": _voter,
    "deliberation numeroter": _seul,
    "deliberation transmettre": _avec(flux="CTES-ESSAI"),
    "deliberation rendre-executoire": _seul,
    "deliberation redemander-engagement": lambda _, e: {**e.cible, "enveloppe": e.objet},
    "enveloppe voter-budget": _budget,
    "enveloppe liberer": _liberer,
    "enveloppe relancer": _relancer,
    "enveloppe degager": lambda _, e: {**e.cible, "dossier": e.objet, **MOTIF},
    "subvention valider-reprise": _seul,
    "subvention signer-convention": _convention,
    "subvention fixer-echeancier": _echeancier,
    "subvention liquider": _liquider,
    "subvention mandater": _mandater,
    "subvention constater-paiement": _rang,
    "subvention constater-rejet": lambda _, e: {**e.rang, "motif": "compte_clos"},
    "subvention renoncer": _motive,
    "subvention solder": _seul,
    "bordereau signer": _signer,
    "bordereau retirer-mandat": lambda _, e: {**e.cible, **_mandat(next(iter(e.etat.lignes.values())))},
    "bordereau relancer": _seul,
}
"""For each geste an attente may name, fields that a person who reads the aggregate would type."""


@dataclass
class Essayeur:
    """Tries what the attentes of a store name; `plafond`: how often at most in a same situation, None for always."""

    copier: Callable[[Instant], Services]
    admin: str
    plafond: int | None = None
    acceptes: Counter[str] = field(default_factory=Counter)
    prepares: int = 0
    defaits: Counter[str] = field(default_factory=Counter)
    _vus: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def essayer(self, etats: Iterable[tuple[Any, Iterable[Attente]]], heure: Instant) -> None:
        """Try every geste these states name."""
        for etat, attendues in etats:
            for attente in attendues:
                for geste in attente.gestes:
                    essai = Essai(etat, attente, geste)
                    cle = (etat.nom, str(getattr(etat, "etat", "")), attente.cle.code, geste.nom)
                    self._vus[cle] += 1
                    if self.plafond is None or self._vus[cle] <= self.plafond:
                        self._essayer(essai, heure)

    def _essayer(self, essai: Essai, heure: Instant) -> None:
        nom, le, avant = essai.geste.nom, None, heure
        jour = self._jour_de_seance(essai.etat, heure)
        if essai.attente.pas_avant is not None and (nom == "seance ouvrir" or jour is None):  # done on that day
            heure = max(heure, debut_de_jour(essai.attente.pas_avant) + timedelta(hours=9))
        if jour is not None:  # recorded late, it was done before, or on its day
            le = min(jour_de(heure), jour)
        copie = Copie(self.copier(heure), self.admin, heure)
        copie.accepter_l_heure()
        dit = f"{essai.etat.nom} {essai.etat.ref} ({getattr(essai.etat, 'etat', '')}) attend « {essai.attente.cle} »"
        roles = par_nom(*nom.split()).roles
        assert essai.attente.de in roles, f"{dit} de {essai.attente.de} : « {nom} » est de {roles}"
        assert (par_nom(*nom.split()).se_defait_par is not None) is essai.geste.reversible, f"{dit} : {nom}"
        try:
            champs = CHAMPS[nom](copie, essai)
            if champs is None:
                return
            copie.faire(nom, copie.neuf(essai.attente.de), le, **champs)
        except Refus as refus:
            raise AssertionError(f"{dit} de {essai.attente.de} : « {nom} » est refusé, {refus.message}") from refus
        self.acceptes[nom] += 1
        if essai.geste.reversible:
            self._defaire(copie, essai, dit)
        self.prepares += copie.prepares > 0 or heure != avant

    def _jour_de_seance(self, etat: Any, heure: Instant) -> date | None:
        """Return the day of a sitting, or of the sitting that votes a rapport."""
        if etat.nom == "deliberation" and etat.a_voter:
            etat = self.copier(heure).store.charger(Seance, etat.seance)
        return etat.jour if etat.nom == "seance" else None

    def _defaire(self, copie: Copie, essai: Essai, dit: str) -> None:
        """Undo it: what was awaited is awaited again, to the instant."""
        geste = par_nom(*essai.geste.nom.split())
        defait = geste.se_defait_par or ""
        copie.faire(defait, copie.neuf(par_nom(*defait.split()).roles[0]), **essai.cible)
        rendu = attentes(copie.charger(type(essai.etat), essai.etat.id))
        assert rendu == attentes(essai.etat), f"{dit} : « {defait} » ne défait pas « {geste.nom} », il reste {rendu}"
        self.defaits[essai.geste.nom] += 1

    def dire(self) -> str:
        """Return the counts."""
        return (
            f"{sum(self.acceptes.values())} gestes attendus essayés et acceptés, de {len(self.acceptes)} sortes "
            f"({self.prepares} après ce qu’un autre agrégat doit d’abord, {sum(self.defaits.values())} défaits)"
        )
