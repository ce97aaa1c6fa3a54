"""One whole life through the command line: agents, campagne, dépôt, vote, payment, clôture, on the real clock.

Used by the acceptance test of separate processes, by the restore drills, and to make the golden stores.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EXEMPLES = Path(__file__).resolve().parent.parent / "examples" / "nqe"
IBAN_D_EXEMPLE = "FR7630006000011234567890189"
ROLES = {
    "ines": "instructeur",
    "rosa": "responsable",
    "samir": "assemblees",
    "fatou": "finance",
    "felix": "finance",
    "odile": "ordonnateur",
}
CRITERES = ("fil_rouge", "temps_forts", "participation", "ecoresponsabilite", "rev3", "priorites")
ELUS = tuple(f"elu-{rang:02}" for rang in range(1, 8))

Faire = Callable[..., dict[str, Any]]
"""`faire(*arguments, acteur=...)` runs one command that must succeed and returns its JSON document."""
Ensemble = Callable[[list[tuple[tuple[object, ...], str | None]]], list[dict[str, Any]]]
"""Runs several commands that do not depend on one another; by default one after the other."""


@dataclass
class Parcours:
    """Plays one dossier, step by step; `faire` is how a command is run."""

    faire: Faire
    jour: str
    """Today, in Paris, AAAA-MM-JJ."""
    ensemble: Ensemble | None = None
    ref: str = ""
    siret: str = ""
    deliberation: str = ""
    dossier: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="diligence-parcours-")))

    def ecrire(self, nom: str, contenu: str) -> Path:
        chemin = self.dossier / nom
        chemin.parent.mkdir(exist_ok=True)
        chemin.write_text(contenu, encoding="utf-8")
        return chemin

    def tous(self, *commandes: tuple[tuple[object, ...], str | None]) -> list[dict[str, Any]]:
        """Run commands that do not depend on one another."""
        if self.ensemble is not None:
            return self.ensemble(list(commandes))
        return [self.faire(*arguments, acteur=acteur) for arguments, acteur in commandes]

    def installer(self) -> None:
        """Record the agents and the assembly, open the campagne and its credits."""
        self.faire("agent", "enregistrer", "admin", "--roles", "administrateur", acteur=None)
        self.tous(*((("agent", "enregistrer", qui, "--roles", role), "admin") for qui, role in ROLES.items()))
        annee = self.jour[:4]
        campagne = (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8")
        campagne = campagne.replace("ouvre_le: 2026-01-05", f"ouvre_le: {annee}-01-01")
        campagne = campagne.replace("ferme_le: 2026-03-31", f"ferme_le: {annee}-12-31")
        campagne, _, _ = campagne.partition("  commencement_apres:")  # on the real clock, the summer may be over
        assemblee = (
            f"assemblee: commission-permanente\ndepuis: {annee}-01-01\nsource: exemple fictif\n"
            f"president: {ELUS[0]}\nmembres: [{', '.join(ELUS)}]\n"
        )
        *_, enveloppe = self.tous(
            (("campagne", "ouvrir", self.ecrire("campagne.yaml", campagne)), "admin"),
            (("assemblee", "composer", self.ecrire("assemblee.yaml", assemblee)), "samir"),
            (
                ("enveloppe", "ouvrir", "--dispositif", "nqe", "--exercice", "2026", "--section", "fonctionnement"),
                "fatou",
            ),
        )
        self.faire(
            *("enveloppe", "voter-budget", enveloppe["ref"], "--montant-centimes", 10_000_000),
            *("--source", "exemple fictif"),
            acteur="fatou",
        )

    def deposer(self, numero: int = 1) -> str:
        """File one of the example requests, whole, and return its number."""
        livre = EXEMPLES / "depots" / f"{numero:02}.json"
        depot = json.loads(livre.read_text(encoding="utf-8"))
        self.siret = depot["tiers"]["siret"]
        for piece in depot["pieces"]:
            self.ecrire(f"depots/{piece['fichier']}", (livre.parent / piece["fichier"]).read_text(encoding="utf-8"))
        chemin = self.ecrire(f"depots/depot-{numero}.json", json.dumps(depot))
        self.ref = self.faire("dossier", "deposer", chemin, acteur="ines")["ref"]
        return self.ref

    def instruire(self) -> None:
        """Complétude, criteria, proposition, visa."""
        self.faire("dossier", "verifier-pieces", self.ref, acteur="ines")
        self.faire("dossier", "declarer-complet", self.ref, acteur="ines")
        dits = ("--appreciation", "satisfait", "--justification", "exemple fictif")
        criteres = [option for code in CRITERES for option in ("--critere", code, *dits)]
        self.faire("dossier", "apprecier", self.ref, *criteres, acteur="ines")
        self.faire("dossier", "proposer", self.ref, acteur="ines")
        self.faire("dossier", "viser", self.ref, acteur="rosa")

    def voter(self) -> None:
        """Sitting, rapport, vote, number."""
        seance = self.faire("seance", "prevoir", "--jour", self.jour, acteur="samir")["ref"]
        self.faire("seance", "convoquer", seance, acteur="samir")
        rapport = self.faire("deliberation", "preparer", "--seance", seance, "--dossiers", self.ref, acteur="samir")
        self.deliberation = rapport["ref"]
        lignes = ["membre,statut,pouvoir_a,arrivee,depart", *(f"{elu},present,,," for elu in ELUS)]
        presences = self.ecrire("presences.csv", "\n".join(lignes) + "\n")
        scrutin = self.ecrire("scrutin.yaml", "mode: main_levee\ndefaut: pour\n")
        self.faire("seance", "ouvrir", seance, "--presences", presences, acteur="samir")
        self.faire("deliberation", "voter", self.deliberation, "--scrutin", scrutin, acteur="samir")
        self.faire("seance", "lever", seance, acteur="samir")
        self.faire("deliberation", "numeroter", self.deliberation, acteur="samir")

    def executer(self) -> None:
        """Transmission, caractère exécutoire: the engine carries the decisions and engages the credits."""
        self.faire("deliberation", "transmettre", self.deliberation, "--flux", "FLUX-1", acteur="samir")
        self.faire("deliberation", "rendre-executoire", self.deliberation, acteur="samir")

    def payer(self) -> None:
        """Bank details under four eyes, échéancier, then each échéance to its payment, and the end."""
        nature = ("--categorie", "9220", "--du", "2001-05-03", "--source", "avis de situation (exemple)")
        self.faire("tiers", "declarer-nature", self.siret, *nature, acteur="fatou")
        self.faire(
            *("tiers", "declarer-coordonnees", self.siret, "--iban", IBAN_D_EXEMPLE, "--titulaire", "exemple fictif"),
            acteur="fatou",
        )
        self.tous(
            (("tiers", "valider-coordonnees", self.siret, "--derniers-chiffres", IBAN_D_EXEMPLE[-4:]), "felix"),
            (("subvention", "fixer-echeancier", self.ref, "--echeances", "avance:70%,solde:30%"), "fatou"),
        )
        paye = 0
        for echeance in (1, 2):
            self.faire("subvention", "liquider", self.ref, "--echeance", echeance, acteur="fatou")
            self.faire("subvention", "mandater", self.ref, "--echeance", echeance, acteur="odile")
            attendus = self.faire("file", "--de", "ordonnateur", acteur=None)["lignes"]
            bordereau = next(ligne["ref"] for ligne in attendus if ligne["agregat"] == "bordereau")
            mandate = self.voir()["montants"]["mandate_centimes"]
            self.faire("bordereau", "signer", bordereau, "--total-centimes", mandate - paye, acteur="odile")
            self.faire("subvention", "constater-paiement", self.ref, "--echeance", echeance, acteur="fatou")
            paye = mandate
        self.faire("subvention", "solder", self.ref, acteur="fatou")

    def voir(self) -> dict[str, Any]:
        return self.faire("dossier", "voir", self.ref, acteur=None)

    def tout(self) -> None:
        """Play the whole life."""
        self.installer()
        self.deposer()
        self.instruire()
        self.voter()
        self.executer()
        self.payer()
