"""Every door that takes a file, given what no browser of good faith sends: refused or recorded, never a fault, never half."""

import asyncio
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from application.declaration import Geste
from application.exemples import exemple
from application.gestes.recueil import tous
from tests.conftest import Dire
from tests.epreuves import compte
from tests.moteur import EXEMPLES, PIECES, deposer, faire, ouvrir_store
from tests.web.envois import MUTATIONS, Envoi, Partie, Reponse, envoyer
from tests.web.fabrique import Site, devant_le_store
from tests.web.formulaires import Personne
from web.adresses import adresse_du_geste, du_geste
from web.formulaire.champs import champs_de, fichiers
from web.personne import jeton_de

ROLES = "instructeur,responsable,assemblees,finance,administrateur"
TAILLE_MAX = 200_000
"""Bytes of a file: less than the service takes, so that what is too heavy is still light to make."""
DEPOT = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
del DEPOT["pieces"], DEPOT["criteres"]


@dataclass
class Bureau:
    """A store, the doors before it, and what it keeps."""

    site: Site
    dossier: Path
    ref: str

    def garde(self) -> tuple[int, int, int]:
        """Return how many facts, texts of the coffre and files there are."""
        services = self.site.services
        fichiers = sum(un.is_file() for un in (self.dossier / "fichiers").rglob("*"))
        return services.store.derniere_position(), len(list(services.coffre.textes())), fichiers

    def brouillons(self) -> int:
        """Return how many drafts are kept."""
        with sqlite3.connect(self.dossier / "essai.site.db") as base:
            (combien,) = base.execute("SELECT count(*) FROM brouillons").fetchone()
        return int(combien)


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    dossier = tmp_path_factory.mktemp("envois")
    with ouvrir_store(dossier, repetition=True) as (entiers, base):
        services = replace(entiers, taille_max_fichier=TAILLE_MAX)
        faire(services, "agent enregistrer", "admin", identifiant="toutes", roles=ROLES)
        ref = deposer(services, pieces=PIECES, le=None, lot=None).ref
        with devant_le_store(services, base) as application:
            yield Bureau(Site(application, services, {}), dossier, ref)


def recoit(geste: Geste) -> bool:
    """Tell whether a file may be sent to a geste."""
    return geste.document is not None or any(fichiers(champs_de(geste)))


def par_son_formulaire(bureau: Bureau, geste: Geste, ref: str) -> Iterator[Envoi]:
    """Yield what its form sends: typed, then with the files that fill it; blank where it is not asked of that ref."""
    personne, adresse = Personne(bureau.site.client_de("toutes")), du_geste(geste, ref)
    if personne.client.get(adresse).status_code == 200:
        formulaire, _ = personne.remplir(adresse, DEPOT if geste.nom == "deposer" else {})
        dits = {nom: valeurs for nom, valeurs in formulaire.valeurs.items() if nom != "commande_id"}
        textes = [Partie(nom.encode(), valeur.encode()) for nom, valeurs in dits.items() for valeur in valeurs]
        joints = [Partie(nom.encode(), json.dumps(DEPOT).encode(), b"un.json") for nom in sorted(formulaire.fichiers)]
        yield Envoi(adresse, [*textes, Partie(b"confirme", b"1")])
        yield Envoi(adresse, [*textes, *joints, Partie(b"confirme", b"1")])
        yield Envoi(adresse, [*textes, *joints[:1]])


def par_l_api(geste: Geste, ref: str) -> Envoi:
    """Return what a program sends to its operation."""
    donnees, joint = exemple(geste), Partie(b"fichier", b"%PDF exemple fictif", b"rib.pdf")
    if geste.nom == "deposer":
        donnees, joint = DEPOT | {"pieces": [{"code": "rib", "fichier": "joint"}]}, replace(joint, champ=b"joint")
    ecrites = {nom: v if isinstance(v, str) else json.dumps(v) for nom, v in donnees.items() if nom != "fichier"}
    textes = [Partie(nom.encode(), v.encode(), genre=b"application/json") for nom, v in ecrites.items()]
    sien = joint.champ == b"joint" or "fichier" in geste.commande.model_fields
    return Envoi(adresse_du_geste(geste).format(ref=ref), [*textes, *([joint] if sien else [])])


def portes_de(bureau: Bureau) -> list[Envoi]:
    """Return a right upload for each door that takes a file: forms and operations."""
    connues = {"dossier": bureau.ref, "campagne": "NQE-2026", "assemblee": "commission-permanente"}
    envois: list[Envoi] = []
    for geste in filter(recoit, tous()):
        ref = connues.get(geste.agregat, "inconnu")
        envois += [*par_son_formulaire(bureau, geste, ref), par_l_api(geste, ref)]
    return envois


def envois(portes: list[Envoi], combien: int, graine: int) -> Iterator[tuple[str, Envoi]]:
    """Yield each right upload, then what was made of them by one to three mutations, with their names."""
    for porte in portes:
        yield "rien", deepcopy(porte)
    tire = random.Random(graine)
    for rang in range(combien):
        envoi, faites = deepcopy(portes[rang % len(portes)]), []
        if not envoi.adresse.startswith("/api/"):
            envoi.parties.append(Partie(b"commande_id", str(UUID(int=tire.getrandbits(128))).encode()))
        for mutation in tire.sample(MUTATIONS, tire.choice([1, 1, 2, 3])):
            if envoi.parties:
                mutation(envoi, tire)
                faites.append(mutation.__name__)
        yield "+".join(faites), envoi


def faute(reponse: Reponse, avant: tuple[int, ...], apres: tuple[int, ...], *, brouillon: bool) -> str:
    """Return what is wrong with an answer and what it left, blank when nothing is."""
    montre = b'name="commande_id"' in reponse.corps
    if reponse.statut >= 500:
        return f"statut {reponse.statut}"
    if apres != avant and (montre or reponse.statut not in {200, 201, 303}):
        return f"refusé ({reponse.statut}), et pourtant {avant} est devenu {apres}"
    if brouillon and b'name="brouillon"' not in reponse.corps:
        return f"un brouillon est gardé, que la réponse ({reponse.statut}) ne nomme pas"
    return "un en-tête est injecté" if b"x-injecte" in reponse.entetes else ""


def test_aucun_envoi_n_est_une_faute_ni_ne_reste_a_moitie(bureau: Bureau, dire: Dire) -> None:
    statuts, fautes, faits = Counter[int](), [], Counter[str]()
    temoin, secret = bureau.site.temoin_de("toutes")
    entetes = {b"cookie": f"{temoin}={secret}".encode(), b"x-jeton": jeton_de(secret).encode()}
    portes, avant, gardes = portes_de(bureau), bureau.garde(), bureau.brouillons()
    for fait, envoi in envois(portes, compte(120, 6_000), 11):
        envoi.entetes = entetes | envoi.entetes
        reponse = asyncio.run(envoyer(bureau.site.application, envoi))
        apres, garde = bureau.garde(), bureau.brouillons()
        if dit := faute(reponse, avant, apres, brouillon=garde > gardes):
            fautes.append(f"{envoi.adresse} {fait} : {dit}")
        avant, gardes = apres, garde
        statuts[int(reponse.statut)] += 1
        faits.update(fait.split("+"))
    assert not fautes, "\n".join(fautes[:20])
    assert {303, 201, 422} <= statuts.keys(), "some are right, and recorded"
    client = bureau.site.client_de("toutes")
    assert client.get("/file").status_code == 200
    dire(
        f"{statuts.total()} envois à {len(portes)} portes, {len(faits) - 1} altérations : {dict(sorted(statuts.items()))}"
    )
