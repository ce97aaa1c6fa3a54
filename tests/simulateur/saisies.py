"""What people type: for each geste, options that fit what its aggregate awaits, most of the time."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any, Final

from aggregates.deliberation import Deliberation
from aggregates.dossier import Dossier, Etat
from application.commandes import FichierRecu
from kernel.instants import jour_de
from scenarios.jeu import EXEMPLES
from tests.simulateur.coffre import CoffreMemoire
from tests.simulateur.envois import ENVOIS
from tests.simulateur.instruction import INSTRUCTION
from tests.simulateur.recours import RECOURS
from tests.simulateur.situe import Options, Situe

ENVELOPPE: Final = "nqe-2026-fonctionnement"
PIECES: Final = ("statuts", "budget", "rib", "attestation_cer")
IBANS: Final = ("FR7630001007941234567890185", "FR1420041010050500013M02606", "FR7630006000011234567890189")
_empreinte: Final = CoffreMemoire().empreinte
STATUTS: Final = ("present", "absent")
ELUS: Final = tuple(f"elu-{rang:02}" for rang in range(1, 6))
COMPOSITION: Final = (
    "assemblee: commission-permanente\ndepuis: 2026-01-01\nsource: exemple fictif\n"
    f"president: elu-01\nmembres: [{', '.join(ELUS)}]\n"
)


def texte(nom: str, contenu: str) -> FichierRecu:
    """Return a small file."""
    return FichierRecu(nom, contenu.encode())


@cache
def campagne() -> FichierRecu:
    """Return the example campagne, open all the year and to public bodies, where half of the awards need a convention."""
    lu = (EXEMPLES / "nqe" / "campagne.yaml").read_text(encoding="utf-8")
    lu = lu.replace("ferme_le: 2026-03-31", "ferme_le: 2026-12-31").replace("valeur: 2300000", "valeur: 800000")
    lu = lu.replace('demandeurs: {valeur: ["92"]', 'demandeurs: {valeur: ["7", "92"]')
    return texte("campagne.yaml", lu)


@cache
def depot(numero: int, pieces: tuple[str, ...]) -> dict[str, Any]:
    """Return one of the forty requests, with these pièces."""
    lu = json.loads((EXEMPLES / "nqe" / "depots" / f"{numero:02}.json").read_text(encoding="utf-8"))
    lu["pieces"] = [{"code": code, "fichier": f"{code}.txt"} for code in pieces]
    return {
        "depot": texte("depot.json", json.dumps(lu)),
        "jointes": {f"{code}.txt": texte(f"{code}.txt", f"{code} {numero}") for code in pieces},
    }


def presences(rng: Random) -> FichierRecu:
    """Return an attendance sheet; one in eight lacks the quorum."""
    absents = 4 if rng.random() < 0.12 else rng.randint(0, 2)
    lignes = [f"{elu},{'present' if rang < len(ELUS) - absents else 'absent'},,," for rang, elu in enumerate(ELUS)]
    return texte("presences.csv", "\n".join(["membre,statut,pouvoir_a,arrivee,depart", *lignes]) + "\n")


def _dossier(s: Situe) -> dict[str, Any]:
    return {"dossier": s.etat.ref}


def _motive(champ: str) -> Callable[[Situe], Options]:
    return lambda s: {champ: s.etat.ref, "motif": "exemple fictif"}


def _recevoir_piece(s: Situe) -> Options:
    if s.attente is None and s.rng.random() < 0.8:
        demandes = [
            d for d in s.du_genre("dossier") if isinstance(d, Dossier) and d.tient_encore and d.demandes_de_pieces
        ]
        s = replace(s, etat=s.rng.choice(demandes)) if demandes else s
    attendues = [code for code in s.objet.split(",") if code]
    if not attendues:
        demandees = [code for demande in s.etat.demandes_de_pieces for code in demande.pieces]
        attendues = demandees if demandees and s.rng.random() < 0.8 else list(PIECES)
    code = s.rng.choice(attendues)
    fichier = texte(f"{code}.txt", f"{code} {s.etat.ref} {s.rng.randint(0, 2)}")
    return {**_dossier(s), "code": code, "fichier": fichier}


def _demander_avis(s: Situe) -> Options:
    instruits = [
        d for d in s.du_genre("dossier") if isinstance(d, Dossier) and d.etat in {Etat.COMPLET, Etat.EN_INSTRUCTION}
    ]
    if instruits and s.rng.random() < 0.8:
        s = replace(s, etat=s.rng.choice(instruits))
    aupres_de = s.rng.choice(("ville", "etat", "epci"))
    return {**_dossier(s), "aupres_de": aupres_de, "delai": s.rng.choice(("1 semaine", "3 semaines"))}


def _rendre_avis(s: Situe) -> Options:
    sens = s.rng.choice(("favorable", "reserve", "defavorable"))
    return {**_dossier(s), "aupres_de": s.objet or "ville", "sens": sens}


def _a_venir(s: Situe) -> list[Any]:
    """Return the sittings that a rapport may still be put to: now and then one that is past, and refuses it."""
    ouvertes = [seance for seance in s.du_genre("seance") if not seance.clos]
    return [x for x in ouvertes if x.jour_prevu() >= jour_de(s.maintenant) or s.rng.random() < 0.05]


def _prevoir(s: Situe) -> Options:
    if len(_a_venir(s)) >= 2 and s.rng.random() < 0.9:
        return None
    return {"jour": jour_de(s.maintenant) + timedelta(days=s.rng.randint(0, 3))}


def _preparer(s: Situe) -> Options:
    seances = _a_venir(s)
    # now and then a dossier is put on two rapports: the second is refused
    rapports = s.du_genre("deliberation") if s.rng.random() < 0.9 else ()
    inscrits = {ligne.rapport.dossier for d in rapports for ligne in d.a_inscrire}
    prets = [
        d.ref
        for d in s.du_genre("dossier")
        if d.etat is Etat.PROPOSE and d.proposition and d.proposition.vise_par and d.id not in inscrits
    ]
    if not seances or len(prets) < s.rng.choice((1, 1, 2, 4)):
        return None
    return {"seance": s.rng.choice(seances).ref, "dossiers": ",".join(sorted(prets)[: s.rng.randint(1, 12)])}


def _voter(s: Situe) -> Options:
    ouvertes = {x.id for x in s.du_genre("seance") if getattr(x, "etat", "") == "ouverte"}
    votables = [
        d for d in s.du_genre("deliberation") if isinstance(d, Deliberation) and d.seance in ouvertes and d.a_voter
    ]
    if votables and s.rng.random() < 0.8:
        s = replace(s, etat=s.rng.choice(votables))
    if s.etat.seance not in ouvertes and s.rng.random() < 0.8:
        return None
    tirage = s.rng.random()
    contenu = "defaut: pour"
    if tirage < 0.12:
        contenu = "defaut: contre"
    elif tirage < 0.22:
        contenu = "ajournement: true"
    elif tirage < 0.4:
        contenu = "defaut: pour\namendement_centimes: 250000"
    options = {"deliberation": s.etat.ref, "scrutin": texte("scrutin.yaml", f"mode: main_levee\n{contenu}\n")}
    lignes = [n for n, ligne in s.etat.lignes.items() if ligne.resultat is None]
    if lignes and s.rng.random() < 0.4:
        options["ligne"] = str(s.rng.choice(lignes))
    return options


def _ecarter(s: Situe) -> Options:
    return {"deliberation": s.etat.ref, "ligne": s.objet or "1", "motif": "exemple fictif"}


def _deliberation(**plus: str) -> Callable[[Situe], Options]:
    return lambda s: {"deliberation": s.etat.ref, **plus}


def _transmettre(s: Situe) -> Options:
    return {"deliberation": s.etat.ref, "flux": f"FLUX-{s.etat.ref}"}


def _seance(s: Situe) -> Options:
    return {"seance": s.etat.ref}


def _lever(s: Situe) -> Options:
    """Close a sitting, mostly once its rapports are voted."""
    siens = [d for d in s.du_genre("deliberation") if d.seance == s.etat.id]
    votes = bool(siens) and not any(d.a_voter or d.a_inscrire for d in siens)
    return _seance(s) if s.rng.random() < (0.5 if votes else 0.05) else None


def _ouvrir_seance(s: Situe) -> Options:
    if s.etat.jour is not None and s.etat.jour > jour_de(s.maintenant) and s.rng.random() < 0.8:
        return None
    return {"seance": s.etat.ref, "presences": presences(s.rng)}


def _noter_presence(s: Situe) -> Options:
    heure = f"{s.rng.randint(9, 19):02}:{s.rng.randint(0, 59):02}"
    return {"seance": s.etat.ref, "membre": s.rng.choice(ELUS), "statut": s.rng.choice(STATUTS), "heure": heure}


def _clore_campagne(s: Situe) -> Options:
    return {"campagne": s.etat.ref}


def _habilitation(s: Situe) -> Options:
    return {"agent": "igor", "role": "instructeur", "acte": f"exemple fictif {s.rng.randint(1, 9)}"}


def _subvention(s: Situe) -> Options:
    return {"subvention": s.etat.ref}


def _echeance(s: Situe) -> Options:
    return {"subvention": s.etat.ref, "echeance": s.rang}


def _rejet(s: Situe) -> Options:
    return {"subvention": s.etat.ref, "echeance": s.rang, "motif": "coordonnees_inconnues"}


def _echeancier(s: Situe) -> Options:
    parts = s.rng.choice(("avance:70%,solde:30%", "avance:30%,acompte:40%,solde:30%", "unique:100%", None))
    return {"subvention": s.etat.ref} if parts is None else {"subvention": s.etat.ref, "echeances": parts}


def _signer(s: Situe) -> Options:
    if s.etat.signe_par is not None and s.rng.random() < 0.9:
        return None
    return {"bordereau": s.etat.ref, "total_centimes": s.etat.total_centimes + (s.rng.random() < 0.05)}


def _retirer_mandat(s: Situe) -> Options:
    lignes = list(s.etat.lignes.values())
    if not lignes or s.rng.random() < 0.7:
        return None
    ligne = s.rng.choice(lignes)
    return {"bordereau": s.etat.ref, "subvention": str(ligne.subvention), "echeance": ligne.echeance}


def _bordereau(s: Situe) -> Options:
    return {"bordereau": s.etat.ref}


def _transmettre_bordereau(s: Situe) -> Options:
    return {"bordereau": s.etat.ref, "flux": f"PES-{s.etat.ref}"}


def _coordonnees(s: Situe) -> Options:
    return {"tiers": s.etat.ref, "iban": s.rng.choice(IBANS), "titulaire": "Exemple fictif"}


def _valider(s: Situe) -> Options:
    """Repeat what was read of the declared details; now and then, something else."""
    lus = [iban for iban in IBANS if s.etat.declarees and _empreinte(iban) == s.etat.declarees.empreinte_iban]
    iban = s.rng.choice(IBANS) if not lus or s.rng.random() < 0.05 else lus[0]
    return {"tiers": s.etat.ref, "derniers_chiffres": iban[-4:]}


def _corriger_tiers(s: Situe) -> Options:
    return {"tiers": s.etat.ref, "denomination": f"Exemple corrigé {s.rng.randint(1, 3)}"}


def _budget(s: Situe) -> Options:
    montant = s.rng.choice((200_000, 500_000, 1_000_000, 3_000_000, -100_000))
    return {"enveloppe": ENVELOPPE, "montant_centimes": montant, "source": f"exemple fictif {s.rng.randint(1, 99)}"}


def _liberer(s: Situe) -> Options:
    enveloppes = [e for e in s.du_genre("enveloppe") if e.reservations]
    if not enveloppes:
        return None
    return {"enveloppe": ENVELOPPE, "rapport": str(s.rng.choice(list(enveloppes[0].reservations)))}


def _rapport(s: Situe) -> Options:
    rapports = s.du_genre("deliberation")
    if not rapports:
        return None
    return {"enveloppe": ENVELOPPE, "rapport": s.objet or s.rng.choice(rapports).ref}


def _reserver(s: Situe) -> Options:
    options = _rapport(s)
    return None if options is None else {**options, "montant_centimes": s.rng.choice((50_000, 400_000))}


def _degager(s: Situe) -> Options:
    votees = s.du_genre("subvention")
    if not votees:
        return None
    return {"enveloppe": ENVELOPPE, "dossier": str(s.rng.choice(votees).dossier), "motif": "exemple fictif"}


def _redemander(s: Situe) -> Options:
    return {"deliberation": s.etat.ref, "enveloppe": s.objet or ENVELOPPE}


def _ecarter_piece(s: Situe) -> Options:
    tenues = [code for code in s.etat.pieces_recues if s.etat.tenues(code)]
    return {"dossier": s.etat.ref, "code": s.rng.choice(tenues), "motif": "exemple fictif"} if tenues else None


def apprecies(criteres: Iterable[str]) -> list[dict[str, str]]:
    return [{"critere": code, "appreciation": "satisfait", "justification": "exemple fictif"} for code in criteres]


def _apprecier(s: Situe) -> Options:
    restent = s.etat.criteres_sans_reponse or list(s.etat.criteres)
    dits = restent if s.rng.random() < 0.8 else restent[: s.rng.randint(1, max(1, len(restent)))]
    return {"dossier": s.etat.ref, "appreciations": apprecies(dits)} if dits else None


SAISIES: Final[dict[str, Callable[[Situe], Options]]] = {
    "dossier confirmer-demandeur": lambda s: {"dossier": s.etat.ref, "siret": s.etat.siret},
    **INSTRUCTION,
    "dossier declarer-complet": _dossier,
    "dossier annuler-completude": _dossier,
    "dossier annuler-verification": _dossier,
    **ENVOIS,
    "dossier recevoir-piece": _recevoir_piece,
    "dossier verifier-pieces": _dossier,
    "dossier ecarter-piece": _ecarter_piece,
    "dossier declarer-irrecevable": _motive("dossier"),
    "dossier classer-sans-suite": _motive("dossier"),
    "dossier retirer": _motive("dossier"),
    "dossier apprecier": _apprecier,
    "dossier proposer": _dossier,
    "dossier viser": _dossier,
    "dossier renvoyer": _motive("dossier"),
    "dossier demander-avis": _demander_avis,
    "dossier rendre-avis": _rendre_avis,
    **RECOURS,
    "dossier clore": _dossier,
    "seance prevoir": _prevoir,
    "seance convoquer": _seance,
    "seance ouvrir": _ouvrir_seance,
    "seance lever": _lever,
    "seance suspendre": _seance,
    "seance reprendre": _seance,
    "seance noter-presence": _noter_presence,
    "campagne clore": _clore_campagne,
    "habilitation retirer": _habilitation,
    "habilitation accorder": _habilitation,
    "deliberation preparer": _preparer,
    "deliberation voter": _voter,
    "deliberation numeroter": _deliberation(),
    "deliberation transmettre": _transmettre,
    "deliberation rendre-executoire": _deliberation(),
    "deliberation ecarter-ligne": _ecarter,
    "deliberation redemander-engagement": _redemander,
    "subvention fixer-echeancier": _echeancier,
    "subvention signer-convention": _subvention,
    "subvention liquider": _echeance,
    "subvention mandater": _echeance,
    "subvention constater-paiement": _echeance,
    "subvention constater-rejet": _rejet,
    "subvention renoncer": _motive("subvention"),
    "subvention solder": _subvention,
    "bordereau signer": _signer,
    "bordereau retirer-mandat": _retirer_mandat,
    "bordereau relancer": _bordereau,
    "bordereau transmettre": _transmettre_bordereau,
    "tiers declarer-coordonnees": _coordonnees,
    "tiers valider-coordonnees": _valider,
    "tiers corriger": _corriger_tiers,
    "enveloppe voter-budget": _budget,
    "enveloppe reserver": _reserver,
    "enveloppe liberer": _liberer,
    "enveloppe relancer": _rapport,
    "enveloppe degager": _degager,
}
FINS: Final = frozenset(
    {
        "dossier retirer",
        "dossier classer-sans-suite",
        "dossier declarer-irrecevable",
        "dossier renvoyer",
        "dossier clore",
        "dossier ecarter-piece",
        "campagne clore",
        "subvention renoncer",
        "subvention constater-rejet",
    }
)
"""Gestes that end or turn back a life: rarer, so that others live long."""
SPONTANES: Final = (
    ("dossier", "dossier demander-avis", 5),
    ("dossier", "dossier revoquer-avis", 1),
    ("dossier", "dossier recevoir-piece", 6),
    ("dossier", "dossier retirer", 1),
    ("dossier", "dossier annuler-completude", 1),
    ("dossier", "dossier annuler-verification", 1),
    ("dossier", "dossier corriger-date", 2),
    ("dossier", "dossier enregistrer-recours", 1),
    ("dossier", "dossier demander-motifs-du-rejet", 1),
    ("tiers", "tiers declarer-coordonnees", 6),
    ("tiers", "tiers corriger", 1),
    ("tiers", "tiers declarer-nature", 2),
    ("enveloppe", "enveloppe voter-budget", 2),
    ("enveloppe", "enveloppe reserver", 2),
    ("enveloppe", "enveloppe liberer", 1),
    ("enveloppe", "enveloppe degager", 1),
    ("enveloppe", "seance prevoir", 3),
    ("bordereau", "bordereau transmettre", 1),
    ("seance", "seance suspendre", 1),
    ("seance", "seance noter-presence", 2),
    ("agent", "habilitation retirer", 1),
    ("agent", "habilitation accorder", 1),
)
"""What nobody awaits and people do all the same: on which kind, which geste, how often."""
