"""Awards by their real decisions: sittings, what they vote, the credits, the mandats, and those the comptable refused.

Each sitting is a month before the next. The last one is still to come, what the two before it voted is to be paid, the
bordereaux of the one before are to be signed; those before are paid and closed, one line in a hundred excepted.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import chain
from typing import Any, Final
from uuid import UUID, uuid4

from aggregates.assemblee import AssembleeComposee
from aggregates.bordereau import Bordereau, Ligne, reference_bordereau
from aggregates.deliberation import Deliberation
from aggregates.deliberation.depouillement import Bulletin, Mode, Voix
from aggregates.deliberation.etat import LigneRapport
from aggregates.deliberation.execution import EngagementAccorde
from aggregates.deliberation.preparation import DeliberationPreparee
from aggregates.dossier import Dossier
from aggregates.dossier.etat import id_subvention_du
from aggregates.enveloppe import Enveloppe
from aggregates.enveloppe.etat import LigneEngagee, Section, reference_enveloppe
from aggregates.seance import Seance
from aggregates.seance.presences import FeuilleDePresence, Presence, Statut
from aggregates.subvention import Subvention
from aggregates.subvention.etat import EcheancePrevue, NatureEcheance
from aggregates.subvention.ouverture import SubventionOuverte
from aggregates.tiers import CoordonneesDeclarees, Tiers, TiersEnregistre
from bench.identites import siret
from bench.vies import PROPOSE_CENTIMES, PROPOSEE, Commande, PasDeVie, commander, du_moteur, id_de
from kernel.attentes import Delai, Nature
from kernel.identifiants import identifiant
from kernel.instants import Instant, jour_de

RAPPORTS: Final = 5
"""Of a sitting."""
PAR_ENVELOPPE: Final = 5
"""Sittings that vote on the credits of one enveloppe."""
ENTRE_SEANCES: Final = timedelta(days=30)
AVANT_LA_PROCHAINE: Final = timedelta(days=15)
UN_REJET_SUR: Final = 100
AGE_DES_MANDATS: Final = 3
"""Sittings held since the one whose bordereaux wait to be signed."""
_PAS: Final = timedelta(seconds=1)
"""Between two commands of a day."""
_MEMBRES: Final = tuple(f"elu-{rang:02d}" for rang in range(1, 61))
_COMPOSEE: Final = AssembleeComposee(
    ref="commission-permanente", depuis=date(2026, 1, 1), source=uuid4(), president=_MEMBRES[0], membres=_MEMBRES
)
_PRESENCES: Final = tuple(Presence(membre=membre, statut=Statut.PRESENT) for membre in _MEMBRES)
_REUNION: Final = Delai(code="quorum", duree="3 jours", source="exemple fictif", nature=Nature.LOI)
_PAIEMENT: Final = Delai(code="paiement", duree="30 jours", source="exemple fictif", nature=Nature.LOI)


def attribuer(lignes: int, par_rapport: int, maintenant: Instant, premier: int) -> Iterator[Commande]:
    """Yield the commands of that many dossiers put to sittings, the oldest first; ranks follow the first one."""
    par_seance = RAPPORTS * par_rapport
    combien = -(-lignes // par_seance)
    enveloppes: dict[int, Enveloppe] = {}
    for rang in range(combien):
        age = combien - 1 - rang
        jour = jour_de(maintenant + AVANT_LA_PROCHAINE - ENTRE_SEANCES * age)
        exercice = jour_de(maintenant).year - age // PAR_ENVELOPPE
        registre = _Registre((datetime.combine(jour, time(8), UTC) if age else maintenant) - timedelta(days=1))
        if exercice not in enveloppes:
            enveloppes[exercice] = _ouvrir(registre, exercice, PAR_ENVELOPPE * par_seance)
        rangs = range(premier + rang * par_seance, premier + min(lignes, (rang + 1) * par_seance))
        seance = _Seance(registre, enveloppes[exercice], f"CP-{jour:%Y-%m-%d}", jour, age)
        seance.tenir([rangs[i : i + par_rapport] for i in range(0, len(rangs), par_rapport)])
        yield from registre.commandes


def _ouvrir(registre: "_Registre", exercice: int, lignes: int) -> Enveloppe:
    enveloppe = Enveloppe(identifiant("enveloppe", reference_enveloppe("nqe", exercice, Section.FONCTIONNEMENT)))
    registre.faire(enveloppe, "ouvrir", "fanny", lambda e: e.ouvrir("nqe", exercice, Section.FONCTIONNEMENT))
    registre.faire(enveloppe, "voter-budget", "fanny", lambda e: e.voter_budget(lignes * PROPOSE_CENTIMES, uuid4()))
    return enveloppe


@dataclass
class _Registre:
    """What is decided in turn, each as a command."""

    instant: Instant
    commandes: list[Commande] = field(default_factory=list)

    def faire(self, agregat: Any, geste: str, acteur: str, decider: Callable[[Any], object]) -> None:
        """Do what a person, or the engine when nobody is named, decides about an aggregate."""
        nom = f"{agregat.nom} {geste}"
        self.suivre(agregat, PasDeVie(nom, _seul(decider), acteur) if acteur else du_moteur(nom, _seul(decider)))

    def suivre(self, agregat: Any, pas: PasDeVie, rang: int = 0) -> None:
        """Do one step of a life."""
        self.instant += _PAS
        self.commandes.append(commander(agregat, pas, rang, self.instant))


def _seul(decider: Callable[[Any], object]) -> Callable[[Any, int], object]:
    return lambda agregat, _: decider(agregat)


@dataclass
class _Seance:
    """One sitting, and what follows of it: `age` is how many were held since."""

    registre: _Registre
    enveloppe: Enveloppe
    ref: str
    jour: date
    age: int

    def tenir(self, rapports: Sequence[range]) -> None:
        """Convene it, prepare its rapports, then hold it and carry what it voted."""
        faire, seance = self.registre.faire, Seance(identifiant("seance", self.ref))
        faire(seance, "prevoir", "alix", lambda s: s.prevoir(self.ref, self.jour))
        faire(seance, "convoquer", "alix", lambda s: s.convoquer())
        prets = [(rangs, self._preparer(seance.id, numero, rangs)) for numero, rangs in enumerate(rapports, 1)]
        if not self.age:
            return
        self.registre.instant = datetime.combine(self.jour, time(9), UTC)
        faire(seance, "ouvrir", "alix", lambda s: s.ouvrir(_COMPOSEE, _PRESENCES, None, _REUNION))
        feuille = FeuilleDePresence(self.jour, _MEMBRES, _MEMBRES[0], _PRESENCES, de_droit=False)
        pour = Bulletin(mode=Mode.MAIN_LEVEE, defaut=Voix.POUR)
        for _, (deliberation, _) in prets:
            faire(deliberation, "voter", "alix", lambda d: d.voter(pour, feuille, None, None))
        faire(seance, "lever", "alix", lambda s: s.lever())
        for numero, (rangs, (deliberation, dossiers)) in enumerate(prets, 1):
            self._executer(deliberation, dossiers, numero)
            self._payer(rangs, dossiers, numero)

    def _preparer(self, seance: UUID, numero: int, rangs: range) -> tuple[Deliberation, list[Dossier]]:
        ref, dossiers = f"{self.ref}-{numero}", [Dossier(id_de(rang)) for rang in rangs]
        deliberation = Deliberation(identifiant("deliberation", ref))
        for rang, dossier in zip(rangs, dossiers, strict=True):
            for pas in chain.from_iterable(PROPOSEE):
                self.registre.suivre(dossier, pas, rang)
        lignes = tuple(
            LigneRapport(
                ligne=ligne,
                dossier=dossier.id,
                ref=dossier.ref,
                denomination=dossier.denomination,
                objet=dossier.objet,
                tiers=dossier.tiers_id,
                campagne=dossier.campagne,
                enveloppe=self.enveloppe.ref,
                montant_demande_centimes=dossier.demande_centimes,
                montant_propose_centimes=PROPOSE_CENTIMES,
            )
            for ligne, dossier in enumerate(dossiers, 1)
        )
        preparee = DeliberationPreparee(ref=ref, seance=seance, jour=self.jour, lignes=lignes)
        faire = self.registre.faire
        faire(deliberation, "preparer", "alix", lambda d: d.preparer(preparee))
        for ligne, dossier in enumerate(dossiers, 1):
            faire(dossier, "inscrire", "", partial(Dossier.inscrire, deliberation=deliberation.id, ligne=ligne))
        toutes = tuple(range(1, len(lignes) + 1))
        faire(deliberation, "inscrire_lignes", "", lambda d: d.constater_inscription(1, inscrites=toutes, refusees=()))
        return deliberation, dossiers

    def _executer(self, deliberation: Deliberation, dossiers: Sequence[Dossier], numero: int) -> None:
        """Make the vote an act, and tell it to the dossiers and to the enveloppe."""
        faire, jour = self.registre.faire, self.jour
        faire(deliberation, "numeroter", "alix", lambda d: d.numeroter())
        faire(deliberation, "attribuer_numero", "", lambda d: d.recevoir_numero(f"{jour:%Y-%m%d}-{numero}"))
        faire(deliberation, "transmettre", "alix", lambda d: d.transmettre(f"ACTES-{jour:%Y%m%d}-{numero}"))
        faire(deliberation, "rendre-executoire", "alix", lambda d: d.rendre_executoire())
        decider = partial(
            Dossier.decider,
            deliberation=deliberation.id,
            favorable=True,
            montant_vote_centimes=PROPOSE_CENTIMES,
            vote_le=jour,
        )
        for dossier in dossiers:
            faire(dossier, "decider", "", decider)
        toutes, executoire = tuple(range(1, len(dossiers) + 1)), deliberation.version
        faire(
            deliberation,
            "porter_decisions",
            "",
            lambda d: d.constater_decisions(executoire, portees=toutes, refusees=()),
        )
        engagees = tuple(LigneEngagee(dossier=dossier.id, montant_centimes=PROPOSE_CENTIMES) for dossier in dossiers)
        faire(self.enveloppe, "engager", "", lambda e: e.engager(deliberation.id, engagees))
        ids = [dossier.id for dossier in dossiers]
        faire(self.enveloppe, "porter_engagement", "", lambda e: e.porter_engagement(deliberation.id, ids, ()))
        total, passe = PROPOSE_CENTIMES * len(dossiers), deliberation.version
        accorde = EngagementAccorde(enveloppe=self.enveloppe.ref, montant_centimes=total)
        faire(
            deliberation, "engager_credits", "", lambda d: d.constater_engagements(passe, engages=[accorde], refuses=())
        )

    def _payer(self, rangs: range, dossiers: Sequence[Dossier], numero: int) -> None:
        """Open the awards, then pay them as far as the age of the sitting says."""
        faire, jour = self.registre.faire, self.jour
        subventions = [self._ouvrir(rang, dossier) for rang, dossier in zip(rangs, dossiers, strict=True)]
        if self.age < AGE_DES_MANDATS:
            return
        bordereau = Bordereau(identifiant("bordereau", reference_bordereau(jour, numero)))
        for subvention, compte in subventions:
            faire(subvention, "liquider", "fanny", partial(Subvention.liquider, rang=1, coordonnees=compte))
            faire(subvention, "mandater", "odile", partial(Subvention.mandater, rang=1, coordonnees=compte))
            ligne = Ligne(
                subvention=subvention.id,
                echeance=1,
                tentative=1,
                montant_centimes=PROPOSE_CENTIMES,
                liquidee_par="fanny",
            )
            faire(bordereau, "ajouter", "", partial(Bordereau.ajouter, jour=jour, rang=numero, ligne=ligne))
            porter = partial(Subvention.porter_au_bordereau, rang=1, tentative=1, bordereau=bordereau.id)
            faire(subvention, "porter_au_bordereau", "", partial(porter, bordereau_ref=bordereau.ref))
        if self.age == AGE_DES_MANDATS:
            return
        faire(bordereau, "signer", "odile", lambda b: b.signer(b.total_centimes))
        for subvention, _ in subventions:
            constater = partial(Subvention.constater_signature, rang=1, tentative=1, bordereau=bordereau.id)
            faire(subvention, "porter_signature", "", constater)
        faire(bordereau, "porter_signature", "", lambda b: b.porter_signature(list(b.a_porter), ()))
        faire(bordereau, "transmettre", "fanny", lambda b: b.transmettre(f"PES-{jour:%Y%m%d}-{numero}"))
        for rang, (subvention, compte), dossier in zip(rangs, subventions, dossiers, strict=True):
            self._regler(rang, subvention, compte, dossier)

    def _ouvrir(self, rang: int, dossier: Dossier) -> tuple[Subvention, UUID]:
        """Open the award of a dossier, and have the bank details of its tiers validated; return both."""
        faire, compte, numero = self.registre.faire, uuid4(), siret(rang)
        assert dossier.deliberation is not None
        assert dossier.tiers_id is not None
        tiers, subvention = Tiers(dossier.tiers_id), Subvention(id_subvention_du(dossier.id))
        enregistre = TiersEnregistre(ref=numero, siret=numero, denomination=dossier.denomination, rna=None, cle=None)
        faire(tiers, "recevoir_demande", "", lambda t: t.recevoir_demande(enregistre, dossier.id, meme=True))
        declarees = CoordonneesDeclarees(
            coordonnees=compte, empreinte_iban=f"{rang:064x}", empreinte_titulaire="e" * 64
        )
        faire(tiers, "declarer-coordonnees", "ines", lambda t: t.declarer_coordonnees(declarees))
        faire(tiers, "valider-coordonnees", "fanny", lambda t: t.valider_coordonnees(lues=True))
        ouverte = SubventionOuverte(
            ref=f"SUB-{dossier.ref}",
            dossier=dossier.id,
            dossier_ref=dossier.ref,
            deliberation=dossier.deliberation,
            tiers=dossier.tiers_id,
            montant_centimes=PROPOSE_CENTIMES,
            vote_le=self.jour,
            campagne=dossier.campagne,
            objet=dossier.objet,
            convention_exigee=False,
            paiement=_PAIEMENT,
            enveloppe=self.enveloppe.ref,
        )
        faire(subvention, "ouvrir", "", lambda s: s.ouvrir(ouverte, 2 * PROPOSE_CENTIMES))
        faire(subvention, "engager", "", lambda s: s.constater_engagement(self.enveloppe.id, PROPOSE_CENTIMES))
        unique = [EcheancePrevue(nature=NatureEcheance.UNIQUE, montant_centimes=PROPOSE_CENTIMES)]
        faire(subvention, "fixer-echeancier", "fanny", lambda s: s.fixer_echeancier(unique))
        return subvention, compte

    def _regler(self, rang: int, subvention: Subvention, compte: UUID, dossier: Dossier) -> None:
        """Pay an award and close its dossier, or have it refused; every other refused one was reckoned again."""
        faire = self.registre.faire
        refus, reste = divmod(rang, UN_REJET_SUR)
        if not reste:
            faire(subvention, "constater-rejet", "fanny", lambda s: s.constater_rejet(1, "rib_errone"))
            if refus % 2:
                faire(subvention, "liquider", "fanny", lambda s: s.liquider(1, compte))
            return
        faire(subvention, "constater-paiement", "fanny", lambda s: s.constater_paiement(1))
        faire(subvention, "solder", "fanny", lambda s: s.solder())
        faire(dossier, "clore", "", lambda d: d.clore(rien_ne_reste_du=True))
        faire(subvention, "clore_dossier", "", lambda s: s.constater_cloture())
