"""Every id that the program derives is taken beforehand by people: what it does is done all the same, and once.

One life goes through every automatisme and every command sent for another; it is lived twice, in peace and robbed.
"""

import ast
import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from aggregates.agents import Agent
from application import automatismes, oubli, sans_moteur
from application.automatisme import Ordre
from application.automatismes import AUTOMATISMES
from application.commandes import Appel, FichierRecu, Recu
from application.habilitations import id_agent
from application.reprise.correspondance import lire_correspondance
from application.reprise.fichier import prendre_fichier
from application.reprise.reprendre import RepriseDeFichier
from application.reprise.valider import valider_fichier
from application.services import Services
from application.store import Store
from bench.identites import siret
from kernel.attentes import Role
from kernel.faits import Contexte
from kernel.identifiants import SYSTEME, OrigineDeCommande
from scenarios.institution import SERVICE
from scenarios.jeu import Jeu, Scene
from tests.adapters.store.falsifications import verifier
from tests.application import argent
from tests.application.bureau import de
from tests.application.reprise.test_reprendre import CORRESPONDANCE, ENTETE, LIGNES
from tests.application.seance import AJOURNEMENT, JOUR, UNANIME, Region, ouvrir_region
from tests.application.teleservice.ecrit import importer, une_demande
from tests.application.test_avis import AVIS_RAPPELES
from tests.application.test_visas import VISAS
from tests.moteur import GRILLE, PIECES, REMISE, deposer, un_depot
from tests.simulateur.scenario import SiteEnMemoire

RACINE = Path(__file__).resolve().parents[2]
PIECES_LUES = ("application", "scenarios", "cli", "web", "workers", "activities")
PORTES = {
    "cli/commun.py",
    "web/gestes.py",
    "web/pages/lots.py",
    "web/pages/scrutin.py",
    "web/api/gestes.py",
    "web/formulaire/essai.py",
    "application/automatisme.py",
    "application/lots.py",
    "application/avis_par_lien.py",
}
"""Where an envelope is made for a person's id, or for the engine's."""
JEU = "scenarios/jeu.py"
D_UNE_PERSONNE = {
    "reprendre": "application/reprise/reprendre.py",
    "valider-reprise": "application/reprise/valider.py",
    "oublier": "application/oubli.py",
    "importer": "application/teleservice/passe.py",
    "recevoir-piece": "application/teleservice/passe.py",
}
"""Where the id of a geste is derived, when it is; what is played is the rest."""


def appels(nom: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of that name in the program, with its file."""
    for piece in PIECES_LUES:
        for fichier in sorted((RACINE / piece).rglob("*.py")):
            texte = fichier.read_text(encoding="utf-8")
            for noeud in ast.walk(ast.parse(texte)) if nom in texte else ():
                if isinstance(noeud, ast.Call) and nom == getattr(noeud.func, "id", getattr(noeud.func, "attr", "")):
                    yield fichier.relative_to(RACINE).as_posix(), noeud


def sous_commandes() -> set[str]:
    """Return what each command sent by an automatisme is called when its id is derived."""
    noms = {appel.args[0].value for _, appel in appels("sous_appel") if isinstance(appel.args[0], ast.Constant)}
    return {str(nom) for nom in noms}


def derives_d_une_personne() -> set[str]:
    """Return the files that derive ids of commands for a person."""
    crees = {fichier for fichier, appel in appels("Appel") if any(mot.arg == "derivee" for mot in appel.keywords)}
    return crees | {fichier for fichier, _ in appels("deriver")}


NOMS = sorted(AUTOMATISMES.keys() | sous_commandes() | set(D_UNE_PERSONNE.values()) | {JEU})


@dataclass
class Releve:
    """What the program did under ids it derived: the facts of each command, by name; and how many ids were taken."""

    faits: dict[str, Counter[tuple[str, ...]]] = field(default_factory=dict)
    pris: Counter[str] = field(default_factory=Counter)
    verbes: dict[UUID, str] = field(default_factory=dict)
    refus: dict[str, int] = field(default_factory=dict)
    flux: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)
    anomalies: list[Any] = field(default_factory=list)

    def nom(self, contexte: Contexte, geste: str) -> str:
        if contexte.origine is OrigineDeCommande.MOTEUR:
            return self.verbes.get(contexte.commande_id) or geste.partition(" ")[2]
        return D_UNE_PERSONNE.get(geste.partition(" ")[2], JEU)


class StoreReleve(Store):
    """Notes what is done under a derived id; robbed, lets people take it first, with a command of theirs."""

    def __init__(self, store: Store, releve: Releve, *, vole: bool) -> None:
        super().__init__(store.application)
        self._releve, self._vole, self._vus = releve, vole, set[UUID]()

    def executer(self, classe: Any, identifiant: UUID, decider: Any, contexte: Contexte, **options: Any) -> Recu:
        if contexte.origine is OrigineDeCommande.AGENT:
            return super().executer(classe, identifiant, decider, contexte, **options)
        nom = self._releve.nom(contexte, options["geste"])
        if self._vole and contexte.commande_id not in self._vus:
            self._vus.add(contexte.commande_id)
            self._prendre(contexte)
            self._releve.pris[nom] += 1
        recu = super().executer(classe, identifiant, decider, contexte, **options)
        if not recu.deja_fait:
            self._releve.faits.setdefault(nom, Counter())[recu.faits] += 1
        return recu

    def _prendre(self, contexte: Contexte) -> None:
        """Give the id to commands of another person, and of the one in whose name it is derived."""
        for acteur in {"admin", contexte.acteur} - {SYSTEME}:
            voleur = replace(
                contexte, acteur=acteur, origine=OrigineDeCommande.AGENT, pilote=None, cause=None, lot=None
            )
            login = f"pris-{acteur}-{len(self._vus)}"
            super().executer(
                Agent,
                id_agent(login),
                partial(Agent.enregistrer, identifiant=login, roles=(Role.FINANCE,)),
                replace(voleur, effectif_le=contexte.maintenant),
                geste="agent enregistrer",
                empreinte=login,
            )


def deux_fois(executer: Callable[[Ordre, Services], Recu]) -> Callable[[Ordre, Services], Recu]:
    """Drive each order twice, as the safety net after the workflow: the second is given the receipt of the first."""

    def executer_deux_fois(ordre: Ordre, services: Services) -> Recu:
        recu = executer(ordre, services)
        assert executer(replace(ordre, pilote="filet"), services) == replace(recu, deja_fait=True)
        return recu

    return executer_deux_fois


def vivre(region: Region, dossier: Path) -> None:
    """Go through everything that the program does by itself."""
    services = region.services
    tardif = deposer(services, pieces=PIECES[1:], le=None, lot=None)
    sans_avis = deposer(services, pieces=PIECES, le=None, lot=None).ref
    region.moteur()
    region.faire("dossier demander-pieces", "ines", dossier=tardif.ref, pieces="statuts", delai="15 jours")
    region.faire("dossier enregistrer-remise", "ines", dossier=tardif.ref, **REMISE)
    region.faire("campagne declarer-service", "admin", campagne="NQE-2026", **SERVICE)
    region.faire("dossier accuser-reception", "ines", dossier=sans_avis)
    region.faire("dossier declarer-complet", "ines", dossier=sans_avis)
    region.faire("dossier demander-avis", "ines", dossier=sans_avis, aupres_de="ville", delai="15 jours")
    region.faire("dossier enregistrer-remise", "ines", dossier=sans_avis, **REMISE)
    _rappeler(region)
    _voter(region)
    un, deux, _ = region.dossiers
    demandeur = str(region.dossier(un).tiers_id)
    region.faire("tiers declarer-nature", "ines", tiers=demandeur, categorie="9220", du=JOUR, source="exemple fictif")
    region.moteur()
    argent.fixer(region, un)
    argent.valider_iban(region, un)
    argent.mandater(region, un)
    region.moteur()
    bordereau = argent.ref_bordereau(region, un)
    region.faire("bordereau retirer-mandat", "olga", bordereau=bordereau, subvention=un, echeance=1)
    region.moteur()
    for rang in (1, 2):
        argent.payer(region, un, rang)
    region.faire("subvention solder", "fanny", subvention=un)
    juge = {"nature": "contentieux", "par": "tiers", "contre": "decision", "texte": "exemple fictif"}
    region.faire("dossier enregistrer-recours", "ines", dossier=deux, **juge)  # the dossier cannot be closed meanwhile
    region.faire("subvention renoncer", "fanny", subvention=deux, motif="projet annulé")
    region.moteur()
    region.faire("dossier retirer", "ines", dossier=sans_avis, motif="projet annulé")
    region.faire("campagne fixer-dua", "admin", campagne="NQE-2026", duree="1 jour", source="exemple fictif")
    for ref in (un, tardif.ref):  # an award replaced one of the two refusals; silence will reject the other recours
        recours = {"nature": "gracieux", "par": "demandeur", "contre": "rejet_implicite", "texte": "exemple fictif"}
        region.faire("dossier enregistrer-recours", "ines", dossier=ref, **recours)
    services.store.enregistreur.regler_horloge(services.maintenant() + timedelta(days=70))
    region.moteur()
    oubli.oublier(services, sans_avis, "demande écrite", de("admin"), pilote="cli")
    services.fichiers.noter_oubli(tardif.id)  # as if an older copy of the store had been put back
    oubli.oublier_de_nouveau(services, "restauration", de("admin"), pilote="cli")
    _reprendre(region, dossier)
    demandes = [une_demande(1, siret(9_001)), une_demande(2, siret(9_002))]
    assert [importer(services, demandes).deposes for _ in range(2)] == [2, 0]
    region.moteur()
    asyncio.run(_jouer(services))


def _rappeler(region: Region) -> None:
    """Ask an avis, and leave a visa awaited, that a règlement makes people reminded of."""
    rappeles = AVIS_RAPPELES.replace("REF", "NQE-2026-AVIS") + VISAS
    region.faire("campagne ouvrir", "admin", fichier=FichierRecu("c.yaml", rappeles.encode()))
    consulte, propose = (region.faire("dossier deposer", "ines", **_un_depot_rappele()).ref for _ in range(2))
    region.moteur()
    for ref in (consulte, propose):
        region.faire("dossier verifier-pieces", "ines", dossier=ref)
        region.faire("dossier declarer-complet", "ines", dossier=ref)
    region.faire("dossier demander-avis", "ines", dossier=consulte, aupres_de="ville")
    region.faire("dossier enregistrer-remise", "ines", dossier=consulte, **REMISE)
    region.faire("dossier apprecier", "ines", dossier=propose, appreciations=GRILLE)
    region.faire("dossier proposer", "ines", dossier=propose)


def _un_depot_rappele() -> dict[str, Any]:
    depot = un_depot(PIECES)
    document = json.loads(depot["depot"].contenu) | {"campagne": "NQE-2026-AVIS"}
    return depot | {"depot": FichierRecu("depot.json", json.dumps(document).encode())}


def _voter(region: Region) -> None:
    """Three dossiers: two awards, engaged once a budget is voted, and an adjournment."""
    region.faire("agent enregistrer", "admin", identifiant="olga", roles="ordonnateur")
    region.faire("enveloppe ouvrir", "fanny", dispositif="nqe", exercice=2026, section="fonctionnement")
    region.instruire(3)
    region.tenir_seance()
    ref = region.preparer(region.dossiers)
    region.voter(ref, AJOURNEMENT, ligne="3")
    region.voter(ref, UNANIME)
    region.rendre_executoire(ref)
    region.moteur()
    argent.voter_budget(region, 100_000_000)
    region.moteur()


def _reprendre(region: Region, dossier: Path) -> None:
    campagne = b"campagne: {code: REPRISE-ESSAI, dispositif: essai, exercice: 2026, nature: reprise}"
    region.faire("campagne ouvrir", "admin", fichier=FichierRecu("c.yaml", campagne))
    (fichier := dossier / "attributions.csv").write_text("\n".join([ENTETE, *LIGNES]) + "\n", encoding="utf-8")
    for _ in range(2):
        reprise = RepriseDeFichier(region.services, "REPRISE-ESSAI", "ines")
        prendre_fichier(reprise, fichier, lire_correspondance(CORRESPONDANCE), dossier / "rejets.csv")
    assert (reprise.bilan.deja_connues, reprise.bilan.rejetees) == (3, 0)
    valider_fichier(region.services, de("rene"), sha256(fichier.read_bytes()).hexdigest())
    region.moteur()


async def _jouer(services: Services) -> None:
    async def avancer(*_: Any, **__: Any) -> None:
        """Stand still."""

    debut = services.maintenant()
    jeu = Jeu(services, SiteEnMemoire(), avancer, Scene(debut, debut + timedelta(days=1)))
    await jeu.faire("agent enregistrer", "admin", identifiant="joue", roles="finance")


def relever(dossier: Path, *, vole: bool) -> Releve:
    dossier.mkdir()
    releve, vrai = Releve(), Ordre.sous_appel

    def sous_appel(ordre: Ordre, *parties: object) -> Appel:
        appel = vrai(ordre, *parties)
        releve.verbes[appel.commande_id] = str(parties[0])
        return appel

    executer = deux_fois(automatismes.executer) if vole else automatismes.executer
    with (
        ouvrir_region(dossier) as region,
        patch.object(Ordre, "sous_appel", sous_appel),
        patch.object(sans_moteur, "executer", executer),
        patch("tests.moteur._sirets", count(100)),  # the same associations in both lives
    ):
        region.services = replace(region.services, store=StoreReleve(region.services.store, releve, vole=vole))
        vivre(region, dossier)
        store = region.services.store
        releve.refus = dict(store.enregistreur.compter_refus())
        for flux in store.flux_par_flux():
            if not str(getattr(flux[0].fait, "identifiant", "")).startswith("pris-"):
                releve.flux[flux[0].entete.agregat, tuple(i.fait.topic for i in flux)] += 1
        releve.anomalies = verifier(store)
    return releve


@pytest.fixture(scope="module")
def paix(tmp_path_factory: pytest.TempPathFactory) -> Releve:
    return relever(tmp_path_factory.mktemp("paix") / "store", vole=False)


@pytest.fixture(scope="module")
def vol(tmp_path_factory: pytest.TempPathFactory) -> Releve:
    return relever(tmp_path_factory.mktemp("vol") / "store", vole=True)


@pytest.mark.parametrize("nom", NOMS)
def test_un_identifiant_pris_d_avance_ne_change_rien_a_ce_que_fait(nom: str, paix: Releve, vol: Releve) -> None:
    assert paix.faits[nom], "never done: the life above must go through it"
    assert vol.pris[nom], "nobody took its ids"
    assert vol.faits[nom] == paix.faits[nom]


def test_rien_d_autre_n_a_change(paix: Releve, vol: Releve) -> None:
    assert vol.faits.keys() == paix.faits.keys() == set(NOMS)
    assert vol.flux == paix.flux
    assert vol.refus == paix.refus
    assert vol.anomalies == paix.anomalies == []


def test_toute_enveloppe_dit_qui_a_fait_son_identifiant() -> None:
    """A file that derives ids for a person is one the life above goes through, or it only hands its envelope on."""
    assert derives_d_une_personne() == set(D_UNE_PERSONNE.values()) | {JEU, "scenarios/reprises.py"}
    for nom, dit in (("Appel", "derivee"), ("replace", "commande_id")):
        for fichier, appel in appels(nom):
            mots = {mot.arg for mot in appel.keywords}
            assert fichier in PORTES | {"application/commandes.py"} or (dit in mots) == (nom == "Appel"), fichier
