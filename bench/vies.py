"""Lives of dossiers by their real decisions, side by side as in a season: what a large store is sown with."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from aggregates.dossier import Dossier
from aggregates.dossier.depot import Depose
from application.consultations.attendu import WORKFLOW
from application.ports import LigneJournal
from bench.dossiers import CODES, DEPOSE, EXIGEES, empreinte
from bench.identites import siret
from kernel.attentes import Delai, Nature, Role
from kernel.faits import Contexte, Inscription
from kernel.identifiants import SYSTEME, OrigineDeCommande, identifiant, numero
from kernel.instants import Instant

SAISON = timedelta(days=30)
"""Requests were filed over that long, up to now: every silence ends in a month or more."""
DE_FRONT = 1000
"""Lives under way at once in a season: two facts of one dossier are as far apart in the log. One, in a take-over."""
PREMIER_RANG = 1_000_000
"""Of the fictitious associations: those of the commands measured come before."""
DROITS = {
    "ines": "instructeur",
    "rene": "responsable",
    "alix": "assemblees",
    "fanny": "finance",
    "odile": "ordonnateur",
    SYSTEME: Role.SYSTEME.value,
}
"""Who acts, by what right: the engine too."""
PROPOSE_CENTIMES = 1_000_000
_AVIS = Delai(code="avis", duree="2 mois", source="exemple fictif", nature=Nature.REGLEMENT)


@dataclass(frozen=True, slots=True)
class PasDeVie:
    """One command of a life; those of the engine come right after what made them due."""

    geste: str
    decider: Callable[[Any, int], object]
    acteur: str = "ines"
    pilote: str | None = None


Vie = Sequence[Sequence[PasDeVie]]
"""What happens at a time, in order."""
Commande = tuple[LigneJournal, list[Inscription]]


def du_moteur(geste: str, decider: Callable[[Any, int], object]) -> PasDeVie:
    """Return what the engine does by itself."""
    return PasDeVie(geste, decider, SYSTEME, WORKFLOW)


def _piece(rang_de_piece: int) -> PasDeVie:
    code = CODES[rang_de_piece % len(CODES)]
    return PasDeVie(
        "dossier recevoir-piece", lambda d, rang: d.recevoir_piece(code, empreinte(rang * 100 + rang_de_piece), uuid4())
    )


_COMPLET = (PasDeVie("dossier declarer-complet", lambda d, _: d.declarer_complet("nqe@3", EXIGEES)),)
_PROPOSITION = (
    (PasDeVie("dossier proposer", lambda d, _: d.proposer(None, PROPOSE_CENTIMES, uuid4())),),
    (PasDeVie("dossier viser", lambda d, _: d.viser(), "rene"),),
)


def arrivee(**champs: Any) -> tuple[PasDeVie, ...]:
    """Return what happens to a request on its first day; `champs` of its dépôt are not the usual ones."""
    return (
        PasDeVie("dossier deposer", lambda d, rang: d.deposer(_depot(rang).model_copy(update=champs))),
        du_moteur("dossier enregistrer", lambda d, _: d.enregistrer()),
        PasDeVie(
            "dossier enregistrer-accuse",
            lambda d, rang: d.enregistrer_accuse(empreinte(rang), sans_recours=False),
        ),
        du_moteur("dossier rattacher_tiers", lambda d, rang: d.rattacher_tiers(identifiant("tiers", rang))),
    )


RECUE: Vie = (arrivee(), (_piece(0),), (_piece(1),))
"""A request acknowledged, with its first pièces: 6 facts, an instructeur awaited, the silence running."""
EN_INSTRUCTION: Vie = (
    *RECUE,
    (_piece(2),),
    (_piece(3),),
    _COMPLET,
    (
        PasDeVie("dossier demander-avis", lambda d, _: d.demander_avis("ville", _AVIS)),
        PasDeVie("dossier enregistrer-remise", lambda d, rang: d.enregistrer_remise(None, empreinte(rang))),
    ),
)
"""A complete one, whose avis is awaited: 11 facts."""
PROPOSEE: Vie = (
    *RECUE,
    (_piece(2),),
    (_piece(3),),
    _COMPLET,
    *_PROPOSITION,
)
"""One that may be put on an agenda: 11 facts."""
CLOSE: Vie = (
    *EN_INSTRUCTION,
    *((_piece(rang),) for rang in range(4, 10)),
    (PasDeVie("dossier rendre-avis", lambda d, _: d.rendre_avis("ville", "favorable", uuid4())),),
    *_PROPOSITION,
    (PasDeVie("dossier retirer", lambda d, _: d.retirer(uuid4())),),
)
"""One that is over: 21 facts."""
FAITS_D_UNE_CLOSE = sum(map(len, CLOSE))
ABANDONNEE: Vie = (*RECUE, (PasDeVie("dossier retirer", lambda d, _: d.retirer(uuid4())),))
"""One given up before it was complete: 7 facts."""


def ouvertes(nombre: int) -> list[Vie]:
    """Return open lives, one in three under instruction."""
    return [EN_INSTRUCTION if rang % 3 == 0 else RECUE for rang in range(nombre)]


def anciennes(faits: int) -> list[Vie]:
    """Return as many lives that are over as make about that many facts."""
    return [CLOSE] * (faits // FAITS_D_UNE_CLOSE)


def campagnes(dossiers: int, faits: int, ouverts: int) -> list[Vie]:
    """Return that many lives, of which so many are open, that make about that many facts."""
    debut, longue, courte = ouvertes(ouverts), FAITS_D_UNE_CLOSE, sum(map(len, ABANDONNEE))
    restent, a_faire = dossiers - ouverts, faits - sum(len(etape) for vie in debut for etape in vie)
    closes = min(restent, max(0, (a_faire - restent * courte) // (longue - courte)))
    return [*[CLOSE] * closes, *[ABANDONNEE] * (restent - closes), *debut]


def vivre(
    vies: Sequence[Vie], maintenant: Instant, *, premier: int = PREMIER_RANG, lot: str | None = None
) -> Iterator[Commande]:
    """Yield the commands of all these lives in their order, each with its facts; a few are in memory at a time."""
    pas = SAISON / max(1, sum(len(etapes) for vie in vies for etapes in vie))
    instant, rangs = maintenant - SAISON, count(premier)
    a_venir, en_vie = iter(vies), deque[tuple[Dossier, int, Iterator[Sequence[PasDeVie]]]]()
    while True:
        while len(en_vie) < (DE_FRONT if lot is None else 1) and (vie := next(a_venir, None)) is not None:
            rang = next(rangs)
            en_vie.append((Dossier(id_de(rang)), rang, iter(vie)))
        if not en_vie:
            return
        dossier, rang, suite = en_vie.popleft()
        etapes = next(suite, None)
        if etapes is None:
            continue
        for etape in etapes:
            instant += pas
            yield commander(dossier, etape, rang, instant, lot)
        en_vie.append((dossier, rang, suite))


def commander(agregat: Any, etape: PasDeVie, rang: int, instant: Instant, lot: str | None = None) -> Commande:
    """Decide this on an aggregate, and return its command with its facts."""
    contexte = Contexte(
        acteur=etape.acteur,
        habilitation=DROITS[etape.acteur],
        commande_id=uuid4(),
        origine=OrigineDeCommande.MOTEUR if etape.pilote else OrigineDeCommande.AGENT,
        effectif_le=instant,
        maintenant=instant,
        lot=lot,
        pilote=etape.pilote,
    )
    etape.decider(agregat.sous(contexte), rang)
    inscriptions = agregat.collect_events()
    ligne = LigneJournal(
        **contexte.cle._asdict(),
        empreinte="e" * 64,
        geste=etape.geste,
        agregat=agregat.nom,
        id=agregat.id,
        ref=agregat.ref,
        version=agregat.version,
        topics=tuple(inscription.fait.topic for inscription in inscriptions),
        pilote=etape.pilote,
    )
    return ligne, inscriptions


def numero_de(rang: int) -> str:
    """Return the number of the dossier of that rank."""
    return numero(f"NQE-2026-{rang}", UUID(int=rang))


def id_de(rang: int) -> UUID:
    """Return its id."""
    return identifiant("dossier", numero_de(rang))


def _depot(rang: int) -> Depose:
    nom = f"Les Passerelles du {rang} (exemple)"
    return DEPOSE.model_copy(update={"ref": numero_de(rang), "siret": siret(rang), "denomination": nom})
