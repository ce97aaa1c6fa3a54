"""The history of a request on its page: its facts, those of its act and of its award in one list, read by what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request

from application import mots
from application.consultations.changements import histoire
from application.consultations.moment import Moment, lire_effet
from application.faits_dits import VOIES, voie
from application.noms import NomsDesServices
from application.services import Services
from kernel.identifiants import identifiant
from kernel.instants import Instant, debut_de, lire_iso
from kernel.refus import SaisieInvalide
from web import dates, vues
from web.contenus import communiquer
from web.pans import Rang, lieu, trancher
from web.personne import Personne

Mot = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class FiltreDHistoire:
    """What of it is asked: about what, by whom, recorded since; blank for all. `rang` is that of a fact to show."""

    voie: str = ""
    qui: str = ""
    depuis: str = ""
    borne: Instant | None = None
    rang: int = 1

    def garde(self, ligne: dict[str, Any]) -> bool:
        """Tell whether a line is asked."""
        enregistre_le = ligne["enregistre_le"]
        tard = self.borne is None or not enregistre_le or debut_de(lire_iso(enregistre_le)) >= self.borne
        return tard and self.voie in {"", ligne["voie"]} and self.qui in {"", ligne["acteur"]}


def _lire(voie: Mot = "", qui: Mot = "", depuis: Mot = "", faits: Rang = 1) -> FiltreDHistoire:
    if voie and voie not in VOIES:
        raise SaisieInvalide(f"L’historique n’a pas cette partie : « {voie} ».", voie=voie)
    borne = lire_effet(dates.normaliser(depuis))
    return FiltreDHistoire(voie, qui, depuis, None if borne is None else debut_de(borne), faits)


LeFiltreDHistoire = Annotated[FiltreDHistoire, Depends(_lire)]


def raconter(
    request: Request,
    services: Services,
    personne: Personne,
    document: dict[str, Any],
    moment: Moment,
    filtre: FiltreDHistoire,
    gardes: Mapping[str, str],
) -> dict[str, Any]:
    """Return a page of its history, the last recorded first, the anchor of the fact that set each amount, and where it is."""
    ids = {
        "fait": UUID(document["id"]),
        "deliberation": document["deliberation"] and UUID(document["deliberation"]),
        "subvention": document["subvention"] and identifiant("subvention", UUID(document["id"])),
    }
    lues = {nom: histoire(services, lequel, moment) for nom, lequel in ids.items() if lequel}
    ancres = vues.ancres({nom: lues[nom] for nom in ("subvention", "fait") if nom in lues})
    toutes = [
        {**ligne, "voie": voie(ligne["fait"]), "prefixe": nom}
        for nom, lignes in lues.items()
        for ligne in communiquer(personne, lignes)
    ]
    toutes.sort(key=_rang, reverse=True)
    faits = trancher(request, "faits", [ligne for ligne in toutes if filtre.garde(ligne)], filtre.rang)
    corrections = {(li["prefixe"], li["corrige"]): li["version"] for li in toutes if li["corrige"] is not None}
    noms = NomsDesServices(services)
    return {
        "faits": replace(
            faits,
            lignes=[
                {
                    **vues.fait_change(ligne, noms),
                    "espece": "" if ligne["prefixe"] == "fait" else mots.mot(mots.ESPECES, ligne["prefixe"]),
                    "corrige_par": corrections.get((ligne["prefixe"], ligne["version"])),
                }
                for ligne in faits.lignes
            ],
        ),
        "lieu": lieu([*map(_ancre, faits.lignes)], [*map(_ancre, toutes)], request.url.path, gardes, "faits"),
        "faits_en_tout": len(toutes),
        "filtre": filtre,
        "voies_des_faits": VOIES,
        "acteurs": sorted({ligne["acteur"] for ligne in toutes}),
        "montants": [
            (mots.MONTANTS[nom], vues.euros(montant), ancres.get(f"montants.{nom}"))
            for nom, montant in document["montants"].items()
        ],
    }


def _ancre(ligne: dict[str, Any]) -> str:
    return f"{ligne['prefixe']}-{ligne['version']}"


def _rang(ligne: dict[str, Any]) -> int:
    return ligne["position"] or 0
