"""What a form needs of every geste: each field says what it is; what a file fills can be given as values too."""

import inspect
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, get_args
from uuid import UUID

import pytest
import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from application.commandes import FichierRecu, Recu
from application.declaration import RempliPar
from application.gestes.recueil import par_nom
from kernel.instants import debut_de_jour
from tests.application.seance import COMPOSITION, JOUR, PRESENCES, SEANCE, Region, ouvrir_region
from tests.gestes import GESTES
from tests.moteur import EXEMPLES, PIECES, faire

UNITES: Final = {"_centimes": "centimes", "_points_base": "points de base"}


def modeles(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models a field is made of, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for champ in annotation.model_fields.values():
            yield from modeles(champ.annotation)
    for argument in get_args(annotation):
        yield from modeles(argument)


def champs() -> dict[str, FieldInfo]:
    """Return every field of every geste, those of their lists included."""
    trouves: dict[str, FieldInfo] = {}
    for geste in GESTES:
        for modele in dict.fromkeys(modeles(geste.commande)):
            nom = f"{geste.agregat} {geste.nom}" if modele is geste.commande else modele.__name__
            trouves |= {f"{nom}.{champ}": info for champ, info in modele.model_fields.items()}
    return trouves


def test_chaque_champ_a_un_titre_et_une_description_en_francais() -> None:
    tous = champs()
    assert len(tous) > 150
    assert {nom for nom, champ in tous.items() if not champ.title or not champ.description} == set()
    assert {nom for nom, champ in tous.items() if champ.title and not champ.title[0].isupper()} == set()


def test_une_decision_declaree_est_de_l_agregat_et_prend_les_autres_champs_par_leur_nom() -> None:
    declares = [(g, g.decide) for g in GESTES if g.decide is not None]
    assert len(declares) >= 15
    for geste, decide in declares:
        assert getattr(geste.cible.classe, decide.__name__) is decide, geste
        assert set(inspect.signature(decide).parameters) - {"self"} == geste.commande.model_fields.keys() - {
            geste.champ
        }


def test_chaque_montant_et_chaque_taux_dit_son_unite() -> None:
    muets = {
        nom
        for nom, champ in champs().items()
        for fin, unite in UNITES.items()
        if nom.endswith(fin) and unite not in (champ.description or "")
    }
    assert muets == set()


def par_fichier() -> dict[str, dict[str, Any]]:
    """Return what a person gives as a file, or as one text."""
    document = un_document([{"code": code, "fichier": f"{code}.txt"} for code in PIECES])
    return {
        "assemblee composer": {"fichier": FichierRecu("cp.yaml", _composition().encode())},
        "campagne ouvrir": {"fichier": FichierRecu("c.yaml", _campagne().encode())},
        "dossier deposer": {
            "depot": FichierRecu("depot.json", json.dumps(document).encode()),
            "jointes": {f"{code}.txt": _piece(code) for code in PIECES},
        },
        "seance ouvrir": {"presences": FichierRecu("p.csv", (PRESENCES + "elu-05,absent,,,\n").encode())},
        "deliberation voter": {
            "scrutin": FichierRecu("s.yaml", b"{defaut: pour, contre: [elu-04, elu-02], heure: 9:30}")
        },
        "subvention fixer-echeancier": {"echeances": "avance:70%,solde:30%"},
    }


def par_valeurs() -> dict[str, dict[str, Any]]:
    """Return the same, field by field, as a form or a program gives them."""
    presences = [{"membre": f"elu-0{rang}", "statut": "present" if rang < 5 else "absent"} for rang in range(1, 6)]
    return {
        "assemblee composer": yaml.safe_load(_composition()),
        "campagne ouvrir": yaml.safe_load(_campagne()),
        "dossier deposer": un_document([{"code": code, "fichier": _piece(code)} for code in PIECES]),
        "seance ouvrir": {"presences": presences},
        "deliberation voter": {"scrutin": {"defaut": "pour", "contre": ["elu-04", "elu-02"], "heure": "9:30"}},
        "subvention fixer-echeancier": {
            "echeances": [{"nature": "avance", "part": "70%"}, {"nature": "solde", "part": "30%"}]
        },
    }


def un_document(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
    return document | {"pieces": pieces}


def _piece(code: str) -> FichierRecu:
    return FichierRecu(f"{code}.txt", code.encode())


def _composition() -> str:
    return COMPOSITION.replace("commission-permanente", "conseil-fictif")


def _campagne() -> str:
    return (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8").replace("code: NQE-2026", "code: NQE-FICTIVE")


class Vie:
    """A life in which each of these gestes is done, given one way, then sent again given the other way."""

    def __init__(
        self, region: Region, donnees: dict[str, dict[str, Any]], autrement: dict[str, dict[str, Any]]
    ) -> None:
        self.region, self.donnees, self.autrement = region, donnees, autrement
        self.faits: dict[str, list[dict[str, Any]]] = {}

    def faire(self, nom: str, acteur: str, **options: Any) -> Recu:
        commande_id = UUID(int=len(self.faits) + 1)
        services = self.region.services
        recu = faire(services, nom, acteur, commande_id=commande_id, **options, **self.donnees[nom])
        inscriptions = services.store.inscriptions(recu.id)
        self.faits[nom] = [
            {"topic": i.fait.topic, **i.fait.model_dump()} for i in inscriptions if i.entete.commande_id == commande_id
        ]
        assert self.faits[nom]
        assert faire(services, nom, acteur, commande_id=commande_id, **options, **self.autrement[nom]).deja_fait, nom
        return recu

    def jouer(self) -> dict[str, list[dict[str, Any]]]:
        region = self.region
        self.faire("assemblee composer", "aline")
        self.faire("campagne ouvrir", "admin")
        region.ouvrir_credits()
        ref = self.faire("dossier deposer", "ines").ref
        region.moteur()
        for geste, acteur in (("declarer-complet", "ines"), ("proposer", "ines"), ("viser", "rene")):
            region.faire(f"dossier {geste}", acteur, dossier=ref)
        region.faire("seance prevoir", "aline", jour=JOUR)
        region.faire("seance convoquer", "aline", seance=SEANCE)
        rapport = region.preparer([ref])
        region.services.store.enregistreur.regler_horloge(debut_de_jour(JOUR) + timedelta(hours=9))
        self.faire("seance ouvrir", "aline", seance=SEANCE)
        region.services.store.enregistreur.regler_horloge(debut_de_jour(JOUR) + timedelta(hours=11))
        self.faire("deliberation voter", "aline", deliberation=rapport)
        region.rendre_executoire(rapport)
        region.moteur()
        self.faire("subvention fixer-echeancier", "fanny", subvention=ref)
        return self.faits


def test_ce_qu_un_fichier_remplit_se_donne_aussi_champ_par_champ_et_donne_les_memes_faits(tmp_path: Path) -> None:
    """The receipt is the same too: a file counts by the fields it fills."""
    faits = []
    for nom, donnees, autrement in (("a", par_fichier(), par_valeurs()), ("b", par_valeurs(), par_fichier())):
        (tmp_path / nom).mkdir()
        with ouvrir_region(tmp_path / nom) as region:
            faits.append(Vie(region, donnees, autrement).jouer())
    assert faits[0] == faits[1]
    assert faits[0].keys() == par_fichier().keys() == par_valeurs().keys()


def test_tout_ce_qu_un_fichier_remplit_est_joue_ici() -> None:
    remplis = {
        f"{geste.agregat} {geste.nom}"
        for geste in GESTES
        if geste.document
        or any(isinstance(m, RempliPar) for c in geste.commande.model_fields.values() for m in c.metadata)
    }
    assert remplis < par_fichier().keys()


def test_un_geste_inconnu_n_a_pas_de_classe() -> None:
    with pytest.raises(KeyError):
        par_nom("dossier", "oublier-tout")
    with pytest.raises(KeyError):
        par_nom("subvention", "ouvrir")  # the engine's own: no door offers it
