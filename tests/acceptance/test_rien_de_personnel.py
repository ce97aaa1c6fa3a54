"""A whole life with marked names, texts and bank details: none in logs, facts, read models, nor in Temporal."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from tests.cli.conftest import Reponse, lancer  # noqa: F401 - a fixture
from tests.parcours import CRITERES, IBAN_D_EXEMPLE, Parcours

pytestmark = [pytest.mark.temporal]
DILIGENCE = Path(sys.executable).parent / "diligence"
MARQUE = "Zebulon-Personnel"
INTERDITS = (MARQUE, MARQUE.upper(), MARQUE.lower(), IBAN_D_EXEMPLE, IBAN_D_EXEMPLE[4:-2])
NOMBRE = 4
"""Texts of the request that a person typed: all marked."""


@dataclass
class ParcoursMarque(Parcours):
    """The same life, every text typed by a person being marked."""

    marques: int = field(default=0)

    def ecrire(self, nom: str, contenu: str) -> Path:
        if nom.startswith("depots/depot-"):
            depot = json.loads(contenu)
            depot["contact"] = {"nom": MARQUE, "courriel": f"{MARQUE.lower()}@exemple.invalid"}
            depot["criteres"] = {code: f"{MARQUE} : {texte}" for code, texte in depot["criteres"].items()}
            depot["budget"]["produits"][-1]["financeur"] += f" ({MARQUE})"
            for piece in depot["pieces"]:
                livree = self.dossier / "depots" / piece["fichier"]
                copie = livree.with_name(f"{MARQUE}-{livree.name}")
                copie.write_bytes(livree.read_bytes() + MARQUE.encode())
                piece["fichier"] = copie.name
            contenu, self.marques = json.dumps(depot), json.dumps(depot).count(MARQUE)
        if nom == "assemblee.yaml":
            contenu = contenu.replace("exemple fictif", f"arrêté de {MARQUE}")
        return super().ecrire(nom, contenu)


@contextmanager
def servir(dossier: Path) -> Iterator[tuple[Path, str]]:
    """Run the engine in a process of its own, as it is run; yield its log and where its measures are."""
    journal, sante = dossier / "journal", _port_libre()
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(
            [DILIGENCE, "servir", "--sante", str(sante)], stdout=subprocess.PIPE, stderr=sortie, text=True
        )
        try:
            assert processus.stdout is not None
            assert "Site :" in processus.stdout.readline(), journal.read_text()
            yield journal, f"http://127.0.0.1:{sante}"
        finally:
            processus.terminate()
            processus.communicate(timeout=60)


def _port_libre() -> int:
    import socket

    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def test_rien_de_personnel_ne_sort_du_coffre(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lancer: Callable[[list[str]], Reponse],  # noqa: F811
) -> None:
    base = tmp_path / "essai.db"
    for nom in [nom for nom in os.environ if nom.startswith("DILIGENCE_")]:
        monkeypatch.delenv(nom)
    monkeypatch.setenv("DILIGENCE_BASE", f"sqlite:///{base}")
    assert lancer(["migrer"]).code == 0
    commandes: list[str] = []

    def faire(*arguments: object, acteur: str | None = None) -> dict[str, Any]:
        tapes = [str(a).replace("exemple fictif", f"acte de {MARQUE}") for a in arguments]
        reponse = lancer([*tapes, "--json", *(["--acteur", acteur] if acteur else [])])
        assert reponse.code == 0, reponse
        commandes.extend(reponse.erreurs.splitlines())
        document: dict[str, Any] = reponse.document
        return document

    with servir(tmp_path) as (journal, sante):
        monkeypatch.setenv("DILIGENCE_JOURNAL", "json")
        parcours = ParcoursMarque(faire, jour=date.fromisoformat(_aujourdhui()).isoformat(), dossier=tmp_path)
        _deposer(parcours, lancer, commandes)
        _vivre(parcours)
        _chercher({"métriques": _obtenir(f"{sante}/metriques")})
        histoires = asyncio.run(_temporal(json.loads((tmp_path / "essai.moteur.json").read_text())["temporal"]))
        assert f"dossier-{parcours.voir()['id']}" in histoires
    assert "SuiviSubvention" in histoires
    assert MARQUE in (tmp_path / "depots" / "depot-1.json").read_text(), "it was there to be found"
    _verifier([json.loads(ligne) for ligne in (*journal.read_text().splitlines(), *commandes) if ligne[:1] == "{"])
    _chercher(
        {
            "journal": journal.read_text(),
            "commandes": "\n".join(commandes),
            "Temporal": histoires,
            "fichier de Temporal": _octets(tmp_path, "essai.temporal.db*"),
            "base": _tables(base),
            "lectures": _tables(tmp_path / "essai.lectures.db"),
            "coffre": _octets(tmp_path, "essai.coffre.db*"),
            "pièces": _octets(tmp_path, "essai.db.fichiers/dossiers/*/*"),
        }
    )


def _deposer(parcours: Parcours, lancer: Callable[[list[str]], Reponse], commandes: list[str]) -> None:  # noqa: F811
    """File the request, then try what is refused: the log names a code, the message is for whoever typed."""
    parcours.installer()
    ref = parcours.deposer()
    assert isinstance(parcours, ParcoursMarque)
    assert parcours.marques >= NOMBRE
    coordonnees = ("tiers", "declarer-coordonnees", parcours.siret)
    for code, acteur, refusee in (
        ("acteur_inconnu", MARQUE, ("dossier", "retirer", ref, "--motif", MARQUE)),
        ("role_manquant", "fatou", ("dossier", "retirer", ref, "--motif", MARQUE)),
        ("geste_impossible", "rosa", ("dossier", "renvoyer", ref, "--motif", MARQUE)),
        ("iban_invalide", "fatou", (*coordonnees, "--iban", MARQUE, "--titulaire", MARQUE)),
    ):
        reponse = lancer([*refusee, "--acteur", acteur, "--json"])
        assert (reponse.code, reponse.refus["code"]) == (3, code)
        commandes.extend(ligne for ligne in reponse.erreurs.splitlines() if ligne.startswith("{"))


def _vivre(parcours: Parcours) -> None:
    """From the complétude to the last payment; whatever a person types on the way is marked."""
    role = ("ines", "--role", "auditeur", "--acte", f"note de {MARQUE}")
    parcours.faire("habilitation", "accorder", *role, acteur="admin")
    parcours.faire("habilitation", "retirer", *role, acteur="admin")
    dits = ("--appreciation", "satisfait", "--justification", f"{MARQUE} le montre")
    for arguments, acteur in (
        (("verifier-pieces",), "ines"),
        (("declarer-complet",), "ines"),
        (("apprecier", *(option for code in CRITERES for option in ("--critere", code, *dits))), "ines"),
        (
            ("demander-avis", "--aupres-de", "ville", "--delai", "3 semaines", "--source", f"lettre de {MARQUE}"),
            "ines",
        ),
        (("coder-financeur", "--ligne", "2", "--financeur", "commune", "--source", f"lettre de {MARQUE}"), "ines"),
        (("proposer",), "ines"),
        (("renvoyer", "--motif", f"{MARQUE} doit préciser"), "rosa"),
        (("proposer",), "ines"),
        (("viser",), "rosa"),
    ):
        geste, *options = arguments
        parcours.faire("dossier", geste, parcours.ref, *options, acteur=acteur)
    parcours.voter()
    parcours.executer()
    parcours.payer()


def _verifier(lignes: list[dict[str, Any]]) -> None:
    """The log tells the story: who drove what, because of what, and what was refused."""
    faites = [li for li in lignes if li["event"] == "commande.faite"]
    assert {"workflow", None} <= {li["pilote"] for li in faites}
    assert all("cause" in li for li in faites if li["pilote"] == "workflow")
    refusees = {li["code"] for li in lignes if li["event"] == "commande.refusee"}
    assert refusees >= {"acteur_inconnu", "role_manquant", "geste_impossible"}


def _aujourdhui() -> str:
    """Return the civil date in Paris, as the store will say it."""
    return subprocess.run(
        ["date", "+%F"], capture_output=True, text=True, check=True, env={**os.environ, "TZ": "Europe/Paris"}
    ).stdout.strip()


def _obtenir(url: str) -> str:
    from urllib.request import urlopen

    with urlopen(url, timeout=10) as reponse:  # noqa: S310 - our own port
        texte: str = reponse.read().decode()
    assert "diligence_commande_seconds_count" in texte
    return texte


async def _temporal(adresse: str) -> str:
    """Return everything Temporal tells of every follow-up: histories with their payloads, attributes, memos."""
    client = await Client.connect(adresse)
    textes = []
    async for suivi in client.list_workflows(""):
        textes.append(f"{suivi.id} {suivi.workflow_type} {suivi.typed_search_attributes} {suivi.raw_info}")
        histoire = await client.get_workflow_handle(suivi.id, run_id=suivi.run_id).fetch_history()
        textes.extend(evenement.SerializeToString().decode("utf-8", "replace") for evenement in histoire.events)
    return "\n".join(textes)


def _tables(base: Path) -> str:
    """Return every value of every table."""
    with closing(sqlite3.connect(base)) as connexion:
        noms = [nom for (nom,) in connexion.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        lignes = [ligne for nom in noms for ligne in connexion.execute(f'SELECT * FROM "{nom}"')]
    assert lignes
    return "\n".join(
        str(valeur.decode("utf-8", "replace") if isinstance(valeur, bytes) else valeur)
        for ligne in lignes
        for valeur in ligne
    )


def _octets(dossier: Path, motif: str) -> str:
    fichiers = list(dossier.glob(motif))
    assert fichiers, motif
    return "\n".join(fichier.read_bytes().decode("latin-1") for fichier in fichiers)


def _chercher(textes: dict[str, str]) -> None:
    trouves = {
        (ou, interdit, texte[max(0, texte.find(interdit) - 200) :][:400])
        for ou, texte in textes.items()
        for interdit in INTERDITS
        if interdit in texte
    }
    assert trouves == set()
