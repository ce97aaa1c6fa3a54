"""Every geste of the registry, played through its form, records the facts that the command line records."""

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
import yaml

from application.commandes import Recu
from application.consultations.recus import recu_de
from application.gestes.recueil import par_nom, tous
from application.services import Services
from application.store import _recu
from bootstrap.lectures import lectures
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from kernel.faits import Inscription
from tests import moteur
from tests.application import test_ordre_des_actes as vies
from tests.application.seance import PRESENCES, Region, installer_region
from tests.moteur import ouvrir_store, un_depot
from tests.web.fabrique import Site
from tests.web.formulaires import Personne, dit
from web import gestes
from web.adresses import du_geste
from web.application import creer

COMPLETES: Final = PRESENCES + "elu-05,absent,,,\n"
"""A form has a row for each member: who is not there is said so."""


class ParRecevoir(Region):
    """A Région whose gestes are sent as the command line sends them, each under the next id."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.enregistres: dict[str, list[list[tuple[str, Any]]]] = {}
        self._ids = itertools.count(1)

    def faire(self, nom: str, acteur: str, **options: Any) -> Recu:
        depuis, commande_id = self.services.store.derniere_position(), UUID(int=next(self._ids))
        recu = self.jouer(nom, acteur, commande_id, **options)
        nouveaux = self.services.store.lire_depuis(depuis, 500)
        self.enregistres.setdefault(nom, []).append([_fait(i) for i in nouveaux])
        return recu

    def instruire(self, nombre: int, *, viser: bool = True) -> list[str]:
        refs = [self.faire("dossier deposer", "ines", **un_depot()).ref for _ in range(nombre)]
        self.moteur()
        for ref in refs:
            self.faire("dossier declarer-complet", "ines", dossier=ref)
            self.faire("dossier proposer", "ines", dossier=ref)
            if viser:
                self.faire("dossier viser", "rene", dossier=ref)
        self.dossiers += refs
        return refs

    def tenir_seance(self, presences: str = COMPLETES) -> None:
        super().tenir_seance(presences)

    def jouer(self, nom: str, acteur: str, commande_id: UUID, **options: Any) -> Recu:
        return super().faire(nom, acteur, commande_id=commande_id, **options)


class ParFormulaire(ParRecevoir):
    """The same Région, where everything is typed in forms."""

    def __init__(self, services: Services, site: Site) -> None:
        super().__init__(services)
        self.site = site
        self._clients: dict[str, Personne] = {}

    def jouer(self, nom: str, acteur: str, commande_id: UUID, **options: Any) -> Recu:
        geste = par_nom(*nom.split())
        donnees = a_taper(nom, options)
        adresse = du_geste(geste, str(donnees.pop(geste.champ or "", "")))
        if acteur not in self._clients:
            self._clients[acteur] = Personne(self.site.client_de(acteur))
        reponse = self._clients[acteur].faire(adresse, donnees, str(commande_id))
        assert reponse.status_code == 303, (nom, reponse.status_code, dit(reponse)[-6000:])
        suite = self._clients[acteur].client.get(reponse.headers["location"])
        assert suite.status_code == 200
        assert 'id="recu"' in suite.text, (nom, reponse.headers["location"])
        ligne = recu_de(self.services, acteur, commande_id)
        assert ligne is not None
        return _recu(ligne, deja_fait=False)


def _fait(inscription: Inscription) -> tuple[str, Any]:
    entete = inscription.entete
    return inscription.fait.topic, (
        inscription.fait.model_dump(),
        entete.acteur,
        entete.habilitation,
        entete.effectif_le,
    )


def a_taper(nom: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return what a person types for the values that a geste is given: a file's are typed field by field."""
    if (lire := DOCUMENTS.get(nom)) is not None:
        return lire(options)
    return {cle: _a_taper(cle, valeur) for cle, valeur in options.items()}


def _depot(options: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(options["depot"].contenu)
    joints = options.get("jointes", {})
    for piece in document["pieces"]:
        piece["fichier"] = joints[piece["fichier"]]
    return document


def _yaml(options: dict[str, Any]) -> dict[str, Any]:
    lu: dict[str, Any] = yaml.safe_load(options["fichier"].contenu)
    return lu


DOCUMENTS: Final[dict[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "dossier deposer": _depot,
    "campagne ouvrir": _yaml,
    "assemblee composer": _yaml,
}
LISTES: Final = {"roles", "pieces", "dossiers"}


def _a_taper(cle: str, valeur: Any) -> Any:
    if cle == "presences":
        texte = valeur.contenu.decode()
        return [{c: v for c, v in ligne.items() if v} for ligne in csv.DictReader(io.StringIO(texte))]
    if cle == "scrutin":
        return yaml.safe_load(valeur.contenu)
    if cle == "echeances":
        return [dict(zip(("nature", "part"), part.split(":"), strict=True)) for part in valeur.split(",")]
    if cle == "lignes":
        paires = [ligne.split("=") for ligne in valeur.split(",")]
        return [{"dossier": ref, "montant_centimes": int(cents)} for ref, cents in paires]
    if cle in LISTES and isinstance(valeur, str):
        return valeur.split(",")
    return (
        valeur.isoformat()
        if isinstance(valeur, date)
        else valeur
        if not isinstance(valeur, int) or cle.endswith("_centimes")
        else str(valeur)
    )


@contextmanager
def par_formulaire(dossier: Path) -> Iterator[ParFormulaire]:
    with ouvrir_store(dossier, repetition=True) as (services, base):
        reglages = Reglages(base=base)
        with (
            lectures(reglages, services) as ouvertes,
            ouvrir_le_site(reglages, services.coffre, a_preparer=True) as du_site,
        ):
            installer_region(services)
            yield ParFormulaire(services, Site(creer(reglages, services, ouvertes, du_site), services, {}))


@contextmanager
def par_recevoir(dossier: Path) -> Iterator[ParRecevoir]:
    with ouvrir_store(dossier, repetition=True) as (services, _):
        installer_region(services)
        yield ParRecevoir(services)


VIES: Final = ((vies.agents, vies.une_vie), (vies.les_tiers, vies.l_engagement))


def jouer(ouvrir: Any, dossier: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[tuple[str, Any]]]]:
    faits: dict[str, list[list[tuple[str, Any]]]] = {}
    for rang, actes in enumerate(VIES):
        monkeypatch.setattr(moteur, "_sirets", itertools.count(1))
        monkeypatch.setattr(vies, "PRESENCES", COMPLETES)
        (dossier / str(rang)).mkdir(parents=True)
        with ouvrir(dossier / str(rang)) as vie:
            for acte in actes:
                acte(vie)
            for nom, suites in vie.enregistres.items():
                faits.setdefault(nom, []).extend(suites)
    return faits


def test_chaque_geste_joue_par_son_formulaire_enregistre_les_memes_faits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attendus = jouer(par_recevoir, tmp_path / "recevoir", monkeypatch)
    # in both lives the engine does what follows when the test has it do so
    monkeypatch.setattr(gestes, "laisser_agir_le_moteur", lambda *_: None)
    obtenus = jouer(par_formulaire, tmp_path / "formulaire", monkeypatch)
    for nom, faits in attendus.items():
        assert obtenus[nom] == faits, nom
    manquent = {f"{g.agregat} {g.nom}" for g in tous()} - obtenus.keys()
    assert manquent == vies.AILLEURS
