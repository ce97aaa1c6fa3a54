"""What is typed in any geste of the registry: as histories do, else its public example on what exists; sometimes rubbish."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from application.commandes import FichierRecu
from application.declaration import Geste
from application.exemples import exemple
from bench.identites import siret
from kernel.instants import jour_de
from tests.simulateur.acteurs import AGENTS
from tests.simulateur.coffre import FichiersMemoire
from tests.simulateur.saisies import COMPOSITION, PIECES, SAISIES, campagne, depot, texte
from tests.simulateur.situe import Situe

GENRES: Final = {"habilitation": "agent", "absence": "agent"}
"""The kind of aggregate that a noun of the command line is about, when it is another word."""
SUITES: Final = (
    ("absence declarer", "absence revoquer"),
    ("bordereau signer", "bordereau transmettre"),
    ("campagne fixer-dua", "dossier retirer", "dossier oublier"),
    ("deliberation numeroter", "deliberation transmettre"),
    ("deliberation preparer", "dossier inscrire", "dossier ajourner"),
    (
        *("deliberation preparer", "seance ouvrir", "deliberation voter", "deliberation numeroter"),
        *("deliberation transmettre", "deliberation rendre-executoire", "dossier notifier-rejet"),
    ),
    ("dossier declarer-complet", "dossier annuler-completude"),
    ("dossier declarer-complet", "dossier demander-avis", "dossier revoquer-avis"),
    ("dossier demander-avis", "dossier envoyer-demande-avis"),
    ("dossier demander-motifs-du-rejet", "dossier communiquer-motifs-du-rejet"),
    ("dossier deposer", "dossier preciser-montant", "dossier confirmer-demandeur"),
    ("dossier enregistrer-recours", "dossier repondre-recours"),
    ("dossier enregistrer-recours", "dossier retirer-recours"),
    ("dossier masquer", "dossier demasquer"),
    ("dossier ouvrir-controle", "dossier terminer-controle"),
    ("dossier transmettre-ailleurs", "dossier aviser-transmission"),
    ("dossier verifier-pieces", "dossier annuler-verification"),
    ("seance ouvrir", "seance suspendre", "seance reprendre"),
    ("subvention renoncer", "dossier clore"),
)
"""What often comes one after the other on one thing: hazard alone seldom does both."""
REBUTS: Final[tuple[Any, ...]] = ("", " ", "\0", "x" * 5_000, "../..", -1, 10**30, None, [], {}, "NQE-2026-7K3F9", True)
"""What nobody should type, and somebody will."""


def _campagne(s: Situe) -> FichierRecu:
    """Return a campagne of another code, or the next version of the règlement of the one at hand."""
    lu, version = campagne().contenu.decode(), s.rng.randint(3, 6)
    lu = lu.replace("version: 3", f"version: {version}")
    if s.rng.random() < 0.5:
        lu = lu.replace("code: NQE-2026", f"code: NQE-2026-{s.rng.choice('BCD')}")
    return texte("campagne.yaml", lu)


def _depot(s: Situe) -> dict[str, Any]:
    """Return a request: now and then one whose amount is unknown, or whose SIRET is that of somebody of another name."""
    lu = depot(s.rng.randint(1, 20), PIECES)
    document = json.loads(lu["depot"].contenu)
    if s.rng.random() < 0.3:
        del document["montant_demande_centimes"]
    if s.rng.random() < 0.3:
        document["tiers"]["denomination"] = f"Un autre nom {s.rng.randint(1, 9)} (exemple fictif)"
    return {**lu, "depot": texte("depot.json", json.dumps(document))}


def _dans(s: Situe, jours: int) -> str:
    return (jour_de(s.maintenant) + timedelta(days=jours)).isoformat()


def _aupres_de(s: Situe) -> dict[str, Any]:
    return {"aupres_de": s.rng.choice([avis.de for avis in s.etat.avis] or ["ville"])}


def _ligne(s: Situe) -> dict[str, Any]:
    """Return a line of a rapport and the request it is, when there is one."""
    lignes = [(d.ref, n, ligne.rapport.ref) for d in s.du_genre("deliberation") for n, ligne in d.lignes.items()]
    if not lignes:
        return {}
    rapport, ligne, dossier = s.rng.choice(lignes)
    return {"deliberation": rapport, "ligne": ligne, "dossier": dossier}


def _scrutin(s: Situe) -> dict[str, Any]:
    contre = texte("scrutin.yaml", "mode: main_levee\ndefaut: contre\n")
    return {"scrutin": contre} if s.rng.random() < 0.4 else {}


def _ajournee(s: Situe) -> dict[str, Any]:
    return {champ: valeur for champ, valeur in _ligne(s).items() if champ != "ligne"}


_PLUS: Final[dict[str, Callable[[Situe], dict[str, Any]]]] = {
    "absence declarer": lambda s: {"suppleant": s.rng.choice([*AGENTS]), "du": _dans(s, 0), "au": _dans(s, 9)},
    "absence revoquer": lambda s: {"du": str(min(getattr(s.etat, "absences", {}), default="2026-01-05"))},
    "assemblee composer": lambda _: {"fichier": texte("assemblee.yaml", COMPOSITION)},
    "campagne fixer-dua": lambda s: {"duree": s.rng.choice(("1 jour", "10 ans"))},
    "campagne declarer-service": lambda _: {"service": "Service d’exemple"},
    "campagne ouvrir": lambda s: {"fichier": _campagne(s)},
    "campagne reviser": lambda s: {"fichier": _campagne(s), "portee": s.rng.choice(("deposes", "completes"))},
    "deliberation voter": _scrutin,
    "dossier affecter": lambda s: {"agent": s.rng.choice(("ines", "igor", "rosa", None))},
    "dossier autoriser-demarrage-anticipe": lambda s: {"a_partir_du": _dans(s, s.rng.randint(0, 30))},
    "dossier deposer": _depot,
    "dossier constater-succession": lambda s: (
        {"transmission": "aucune"}
        if s.rng.random() < 0.3
        else {"siret": siret(700), "denomination": "Les Ponts (exemple)"}
    ),
    "dossier demander-avis": lambda s: {"dossier": s.etat.ref},
    "dossier envoyer-demande-avis": lambda s: {**_aupres_de(s), "canal": "main_propre"},
    "dossier ajourner": _ajournee,
    "dossier inscrire": _ligne,
    "dossier revoquer-avis": _aupres_de,
    "dossier envoyer-transmission": lambda s: {
        "destinataire": s.rng.choice(("autorite", "demandeur")),
        "canal": "main_propre",
    },
    "tiers enregistrer": lambda s: {"siret": siret(s.rng.randint(500, 503)), "denomination": "Exemple fictif"},
}
"""What fits better than the example."""


def options(geste: Geste, s: Situe) -> dict[str, Any]:
    """Return fields for a geste done on `s.etat`: mostly well-formed, often out of place."""
    nom = f"{geste.agregat} {geste.nom}"
    propres = _PLUS[nom](s) if nom in _PLUS else {}
    if (saisir := SAISIES.get(nom)) is not None and (lues := saisir(s)) is not None:
        return {**lues, **propres}
    donnees: dict[str, Any] = {} if "fichier" in propres or "depot" in propres else exemple(geste)
    for champ in donnees.keys() & {"seance", "deliberation", "enveloppe", "tiers", "dossiers", "rapport"}:
        connus = s.du_genre({"dossiers": "dossier", "rapport": "deliberation"}.get(champ, champ))
        if connus:
            donnees[champ] = s.rng.choice(connus).ref
    donnees |= {champ: FichierRecu(valeur, b"exemple") for champ, valeur in donnees.items() if champ == "fichier"}
    if geste.champ is not None:
        donnees[geste.champ] = getattr(s.etat, "ref", None) or getattr(s.etat, "login", None) or s.rng.choice([*AGENTS])
    return {**donnees, **propres}


def abimer(donnees: Mapping[str, Any], s: Situe) -> dict[str, Any]:
    """Replace one field by rubbish, or add one that nobody knows."""
    champ = s.rng.choice([*sorted(donnees.keys() - {"jointes"}), "inconnu"])  # a door makes that one, nobody types it
    return {**donnees, champ: s.rng.choice(REBUTS)}


class FichiersQuiOublient(FichiersMemoire):
    """Files in memory that a request forgotten takes with it."""

    def noter_oubli(self, sujet: UUID) -> None:
        self.contenus = {cle: contenu for cle, contenu in self.contenus.items() if cle[0] != sujet}
