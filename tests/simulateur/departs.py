"""Where histories start: stores made once, by the same gestes, at five moments of the life of an institution."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import structlog

from adapters.courriel import CourrierDeRepetition
from adapters.echanges import EchangesParFichier
from adapters.listes_publiques import PERIMETRES, QUARTIERS
from aggregates.dossier import Dossier
from aggregates.dossier.etat import id_subvention_du
from aggregates.subvention import Subvention
from application.commandes import Appel, Recu
from application.sans_moteur import faire_ce_qui_est_du
from application.services import Services
from application.store import Store
from kernel.identifiants import derive, identifiant
from kernel.instants import Instant, debut_de_jour
from scenarios.institution import NATURE, SERVICE
from tests.moteur import GRILLE
from tests.simulateur.acteurs import AGENTS, PAR_NOM
from tests.simulateur.coffre import CoffreMemoire, EditeurMemoire, FichiersMemoire
from tests.simulateur.enregistreur import Contenu, Horloge, Point, application_en_memoire
from tests.simulateur.saisies import COMPOSITION, ENVELOPPE, PIECES, campagne, depot, presences, texte

TAILLE_MAX = 10_000_000
DOSSIERS = 4
SEANCE = date(2026, 2, 10)


@dataclass(frozen=True, eq=False)
class Depart:
    """A store as it was at one moment: histories live in copies of it."""

    contenu: Contenu
    coffre: CoffreMemoire
    heure: Instant


class Prologue:
    """Plays the first months without any fault, driven without Temporal."""

    def __init__(self) -> None:
        self.heure = debut_de_jour(date(2026, 1, 5)) + timedelta(hours=8)
        self.contenu, self._rang = Contenu(), 0
        self.services = services_sur(self.contenu, Horloge(lambda: self.heure), lambda _: None)

    def faire(self, nom: str, acteur: str | None, **options: Any) -> Recu:
        self._rang += 1
        self.heure += timedelta(minutes=1)
        geste = PAR_NOM[nom]
        appel = Appel(acteur=acteur, commande_id=derive(identifiant("prologue"), self._rang))
        return geste.recevoir(options, appel, self.services)

    def moteur(self) -> None:
        self.heure += timedelta(minutes=1)
        faire_ce_qui_est_du(self.services, 0, "cli")

    def photo(self) -> Depart:
        assert isinstance(self.services.coffre, CoffreMemoire)
        return Depart(self.contenu.copier(), self.services.coffre.copier(), self.heure)

    def institution(self) -> None:
        for agent, role in AGENTS.items():
            self.faire("agent enregistrer", None if agent == "admin" else "admin", identifiant=agent, roles=role)
        self.faire("assemblee composer", "samir", fichier=texte("assemblee.yaml", COMPOSITION))
        self.faire("campagne ouvrir", "admin", fichier=campagne())
        self.faire("campagne declarer-service", "admin", campagne="NQE-2026", **SERVICE)
        self.faire("enveloppe ouvrir", "fatou", dispositif="nqe", exercice=2026, section="fonctionnement")

    def completude(self) -> None:
        recus = [
            self.faire("dossier deposer", "ines", **depot(numero, PIECES[:2])) for numero in range(11, 11 + DOSSIERS)
        ]
        self.moteur()
        self.heure += timedelta(days=3)
        for recu, pieces in zip(recus[1:], ("rib", "rib,attestation_cer", "attestation_cer"), strict=True):
            self.faire("dossier demander-pieces", "ines", dossier=recu.ref, pieces=pieces, delai="15 jours")
            self.faire("dossier enregistrer-remise", "ines", dossier=recu.ref, fichier=texte("lettre.txt", "lettre"))
        self.heure += timedelta(days=9)
        for recu, code in ((recus[1], "rib"), (recus[3], "attestation_cer")):
            fichier = texte(f"{code}.txt", "premier exemplaire")
            self.faire("dossier recevoir-piece", "ines", dossier=recu.ref, code=code, fichier=fichier)

    def instruction(self) -> list[Recu]:
        recus = [self.faire("dossier deposer", "ines", **depot(numero, PIECES)) for numero in range(1, DOSSIERS + 1)]
        self.moteur()
        for recu in recus:
            self.faire("dossier verifier-pieces", "ines", dossier=recu.ref)
            self.coder_financeurs(recu)
            self.faire("dossier declarer-complet", "ines", dossier=recu.ref)
            self.faire("dossier apprecier", "ines", dossier=recu.ref, appreciations=GRILLE)
            self.faire("dossier proposer", "ines", dossier=recu.ref)
            self.faire("dossier viser", "rosa", dossier=recu.ref)
        self.faire("seance prevoir", "samir", jour=SEANCE)
        self.faire("seance convoquer", "samir", seance=f"CP-{SEANCE}")
        self.heure = debut_de_jour(SEANCE) + timedelta(hours=9)
        self.moteur()
        return recus

    def coder_financeurs(self, recu: Recu) -> None:
        """Say who each funder written in words is: nothing is proposed before."""
        for motif in self.services.store.charger(Dossier, recu.id).motifs_sans_reponse:
            dit = {"ligne": int(motif.objet), "financeur": "prive", "source": "exemple fictif"}
            self.faire("dossier coder-financeur", "ines", dossier=recu.ref, **dit)

    def vote(self, recus: list[Recu]) -> str:
        seance = f"CP-{SEANCE}"
        refs = ",".join(recu.ref for recu in recus)
        ref = self.faire("deliberation preparer", "samir", seance=seance, dossiers=refs).ref
        self.moteur()
        self.faire("seance ouvrir", "samir", seance=seance, presences=presences(Random(1)))
        scrutin = texte("scrutin.yaml", "mode: main_levee\ndefaut: pour\n")
        self.faire("deliberation voter", "samir", deliberation=ref, scrutin=scrutin)
        self.faire("deliberation numeroter", "samir", deliberation=ref)
        self.moteur()
        self.faire("deliberation transmettre", "samir", deliberation=ref, flux="FLUX-1")
        return ref

    def paiements(self, ref: str, recus: list[Recu]) -> None:
        self.faire("deliberation rendre-executoire", "samir", deliberation=ref)
        self.faire("enveloppe voter-budget", "fatou", enveloppe=ENVELOPPE, montant_centimes=9_000_000, source="fictif")
        self.moteur()
        for recu in recus:
            tiers = depot_siret(recu, self.services)
            self.faire("tiers declarer-nature", "fatou", tiers=tiers, **NATURE)
            self.faire(
                "tiers declarer-coordonnees", "fatou", tiers=tiers, iban="FR1420041010050500013M02606", titulaire="x"
            )
            self.faire("tiers valider-coordonnees", "felix", tiers=tiers, derniers_chiffres="2606")
            if self.services.store.charger(Subvention, id_subvention_du(recu.id)).convention_manquante:
                self.faire("subvention signer-convention", "fatou", subvention=recu.ref)
            self.faire("subvention fixer-echeancier", "fatou", subvention=recu.ref, echeances="avance:70%,solde:30%")
            self.faire("subvention liquider", "fatou", subvention=recu.ref, echeance=1)
        self.faire("subvention mandater", "odile", subvention=recus[0].ref, echeance=1)
        self.moteur()


def depot_siret(recu: Recu, services: Services) -> str:
    return services.store.charger(Dossier, recu.id).siret or ""


def services_sur(
    contenu: Contenu, horloge: Horloge, point: Point, apres: Callable[[Any], None] | None = None
) -> Services:
    """Return the doors of the application over a store in memory."""
    return portes(Store(application_en_memoire(contenu, horloge, point, apres)), CoffreMemoire())


def portes(store: Store, coffre: CoffreMemoire) -> Services:
    """Return the doors of the application over any store."""
    return Services(
        store=store,
        coffre=coffre,
        fichiers=FichiersMemoire(),
        echanges=EchangesParFichier(),
        qpv=QUARTIERS,
        perimetres=PERIMETRES,
        taille_max_fichier=TAILLE_MAX,
        editeur=EditeurMemoire(),
        courrier=CourrierDeRepetition(),
    )


@cache
def departs() -> tuple[Depart, ...]:
    """Return the five stores: empty, waiting for pièces, ready to vote, ready to become exécutoire, ready to pay."""
    avant = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        prologue = Prologue()
        prologue.institution()
        photos = [prologue.photo()]
        incomplet = Prologue()
        incomplet.institution()
        incomplet.completude()
        photos.append(incomplet.photo())
        recus = prologue.instruction()
        photos.append(prologue.photo())
        ref = prologue.vote(recus)
        photos.append(prologue.photo())
        prologue.paiements(ref, recus)
        return (*photos, prologue.photo())
    finally:
        structlog.configure(**avant)
