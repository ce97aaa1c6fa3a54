"""A Démarche Numérique of this machine: a real HTTP server that executes what it is asked on a schema, and fails when told to.

The schema is written here from the names that ours asks for; `test_requetes.py` compares the queries with the official one.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from graphql import build_schema, graphql_sync

from tests.moteur import EXEMPLES

JETON = "jeton-fictif-de-test"
DEMARCHE = 11223344
SCHEMA = build_schema("""
scalar ISO8601DateTime
scalar ISO8601Date
scalar BigInt
scalar URL
type Query { demarche(number: Int!): Demarche! dossier(number: Int!): Dossier! }
type Demarche {
  dossiers(updatedSince: ISO8601DateTime, first: Int, after: String): DossierConnection!
  deletedDossiers(deletedSince: ISO8601DateTime, first: Int, after: String): DeletedDossierConnection!
  pendingDeletedDossiers(deletedSince: ISO8601DateTime, first: Int, after: String): DeletedDossierConnection!
}
type PageInfo { hasNextPage: Boolean! endCursor: String }
type DossierConnection { pageInfo: PageInfo! nodes: [Dossier] }
type DeletedDossierConnection { pageInfo: PageInfo! nodes: [DeletedDossier] }
type DeletedDossier { number: Int! dateSupression: ISO8601DateTime! reason: String! }
type Profile { email: String! }
type Dossier {
  number: Int! state: String! dateDepot: ISO8601DateTime! dateDerniereModification: ISO8601DateTime!
  usager: Profile! demandeur: Demandeur! champs: [Champ!]! messages: [Message!]!
}
type Message { id: ID! }
interface Demandeur { id: ID! }
type PersonneMorale implements Demandeur { id: ID! siret: String! entreprise: Entreprise association: Association }
type PersonneMoraleIncomplete implements Demandeur { id: ID! siret: String! }
type PersonnePhysique implements Demandeur { id: ID! nom: String! }
type Entreprise { raisonSociale: String! }
type Association { rna: String titre: String! }
interface Champ { champDescriptorId: String! label: String! stringValue: String }
type TextChamp implements Champ { champDescriptorId: String! label: String! stringValue: String }
type CheckboxChamp implements Champ { champDescriptorId: String! label: String! stringValue: String }
type DecimalNumberChamp implements Champ { champDescriptorId: String! label: String! stringValue: String }
type DateChamp implements Champ { champDescriptorId: String! label: String! stringValue: String date: ISO8601Date }
type Commune { code: String! }
type CommuneChamp implements Champ { champDescriptorId: String! label: String! stringValue: String commune: Commune }
type AddressChamp implements Champ { champDescriptorId: String! label: String! stringValue: String commune: Commune }
type MultipleDropDownListChamp implements Champ {
  champDescriptorId: String! label: String! stringValue: String values: [String!]!
}
type File { filename: String! url: URL! checksum: String! byteSizeBigInt: BigInt! createdAt: ISO8601DateTime! }
type PieceJustificativeChamp implements Champ {
  champDescriptorId: String! label: String! stringValue: String files: [File!]!
}
type Row { champs: [Champ!]! }
type RepetitionChamp implements Champ { champDescriptorId: String! label: String! stringValue: String rows: [Row!]! }
""")

CORRESPONDANCE = (EXEMPLES.parent / "demarche-numerique" / "nqe.yaml").read_text(encoding="utf-8")

Faute = Callable[["Recu"], bool]
"""Answers a request in place of the server; False lets it answer."""


def champ(id_: str, texte: str | None, nature: str = "TextChamp", libelle: str = "", **reste: Any) -> dict[str, Any]:
    """Return an answer as the API says it."""
    dit = {"champDescriptorId": id_, "label": libelle or f"Champ {id_}", "stringValue": texte}
    return {"__typename": nature, **dit, **reste}


class Recu(BaseHTTPRequestHandler):
    """One request."""

    tenu: "ServeurDn"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers["content-length"]))
        self.demande = json.loads(corps)
        with self.tenu.verrou:
            self.tenu.demandes.append((dict(self.headers.items()), self.demande))
            faute = self.tenu.fautes.pop(0) if self.tenu.fautes else None
        if faute is not None and faute(self):
            return
        if self.headers["authorization"] != f"Bearer {JETON}":
            self.rendre(403, b"{}")
            return
        self.rendre(200, json.dumps(self.tenu.executer(self.demande)).encode())

    def do_GET(self) -> None:
        with self.tenu.verrou:
            self.tenu.telecharges.append(dict(self.headers.items()))
        contenu = self.tenu.fichiers.get(self.path)
        if contenu is None:
            self.rendre(404, b"")
        else:
            self.rendre(200, contenu)

    def rendre(self, statut: int, corps: bytes, **entetes: str) -> None:
        """Answer."""
        self.send_response(statut)
        for nom, valeur in entetes.items():
            self.send_header(nom.replace("_", "-"), valeur)
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class ServeurDn:
    """What it holds, what it was asked, and how it fails."""

    def __init__(self) -> None:
        self.demarche = DEMARCHE
        self.dossiers: list[dict[str, Any]] = []
        self.supprimes: list[dict[str, Any]] = []
        self.en_attente: list[dict[str, Any]] = []
        self.fichiers: dict[str, bytes] = {}
        self.demandes: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.telecharges: list[dict[str, str]] = []
        self.fautes: list[Faute] = []
        self.verrou = threading.Lock()
        self.par_page = 50
        self.url = ""

    @property
    def adresse(self) -> str:
        return f"{self.url}/api/v2/graphql"

    def questions(self) -> list[str]:
        """Return the names of the queries it was asked, in order."""
        return [demande["query"].split("query ")[1].split("(")[0] for _, demande in self.demandes]

    def executer(self, demande: dict[str, Any]) -> dict[str, Any]:
        lu = graphql_sync(SCHEMA, demande["query"], self._racine(), variable_values=demande["variables"])
        return dict(lu.formatted)

    def _racine(self) -> dict[str, Any]:
        def liste(tous: list[dict[str, Any]], date: str) -> Callable[..., dict[str, Any]]:
            def page(_: Any, first: int, after: str | None = None, **depuis: str | None) -> dict[str, Any]:
                borne = next(iter(depuis.values()), None)
                lus = [un for un in tous if borne is None or un[date] >= borne]
                debut, nombre = int(after or 0), min(first, self.par_page)
                fin = debut + nombre
                suite = {"hasNextPage": fin < len(lus), "endCursor": str(min(fin, len(lus)))}
                return {"pageInfo": suite, "nodes": lus[debut:fin]}

            return page

        def demarche(_: Any, number: int) -> dict[str, Any]:
            assert number == self.demarche
            return {
                "dossiers": liste(self.dossiers, "dateDerniereModification"),
                "deletedDossiers": liste(self.supprimes, "dateSupression"),
                "pendingDeletedDossiers": liste(self.en_attente, "dateSupression"),
            }

        return {
            "demarche": demarche,
            "dossier": lambda _, number: next(d for d in self.dossiers if d["number"] == number),
        }

    def fichier(self, nom: str, contenu: bytes, le: str = "2026-01-10T08:00:00Z", **champs: Any) -> dict[str, Any]:
        """Hold a file, and return how the API says it."""
        chemin = f"/fichiers/{len(self.fichiers)}"
        self.fichiers[chemin] = contenu
        md5 = base64.b64encode(hashlib.md5(contenu, usedforsecurity=False).digest()).decode()
        taille = str(len(contenu))
        dit = {"filename": nom, "url": f"{self.url}{chemin}", "checksum": md5, "byteSizeBigInt": taille}
        return {**dit, "createdAt": le, **champs}

    def deposer(self, numero: int, modifie_le: str = "2026-01-12T09:00:00Z", **dits: Any) -> dict[str, Any]:
        """Hold a request for the example campagne; `dits` changes answers, by their id, or fields of the request."""
        textes: dict[str, dict[str, Any]] = {
            "Q2hhbXAtMQ==": champ("Q2hhbXAtMQ==", f"Exemple fictif {numero}", libelle="Intitulé"),
            "Q2hhbXAtMg==": champ("Q2hhbXAtMg==", "12000.00", "DecimalNumberChamp", "Montant demandé"),
            "Q2hhbXAtMw==": champ("Q2hhbXAtMw==", "1 juillet 2026", "DateChamp", date="2026-07-01"),
            "Q2hhbXAtNA==": champ("Q2hhbXAtNA==", "31 août 2026", "DateChamp", date="2026-08-31"),
            "Q2hhbXAtNQ==": champ(
                "Q2hhbXAtNQ==", "QN05981M", "MultipleDropDownListChamp", values=["QN05981M - exemple"]
            ),
            "Q2hhbXAtNg==": champ("Q2hhbXAtNg==", "Roubaix", "CommuneChamp", commune={"code": "59512"}),
            "Q2hhbXAtNw==": champ("Q2hhbXAtNw==", "Jeux de plein air.", libelle="Fil rouge"),
            "Q2hhbXAtOA==": champ("Q2hhbXAtOA==", None, "PieceJustificativeChamp", "Statuts", files=[]),
            "Q2hhbXAtOQ==": champ("Q2hhbXAtOQ==", None, "PieceJustificativeChamp", "RIB", files=[]),
            "Q2hhbXAtMTA=": champ(
                "Q2hhbXAtMTA=", "", "RepetitionChamp", "Charges", rows=[_charge("60 - Achats", "18400")]
            ),
            "Q2hhbXAtMTQ=": champ("Q2hhbXAtMTQ=", "12000", "DecimalNumberChamp", "Région"),
            "Q2hhbXAtMTU=": champ("Q2hhbXAtMTU=", "6400.00", "DecimalNumberChamp", "Commune"),
            "Q2hhbXAtMTY=": champ("Q2hhbXAtMTY=", "true", "CheckboxChamp", "Engagement"),
        }
        dossier = {
            "number": numero,
            "state": "en_construction",
            "messages": [],
            "dateDepot": "2026-01-10T08:00:00Z",
            "dateDerniereModification": modifie_le,
            "usager": {"email": f"porteur{numero}@exemple.invalid"},
            "demandeur": {
                "__typename": "PersonneMorale",
                "siret": "00000001800002",
                "entreprise": {"raisonSociale": "Les Passerelles (exemple)"},
            },
            "champs": [lu for lu in {**textes, **dits.pop("champs", {})}.values() if lu is not None],
            **dits,
        }
        self.dossiers = [d for d in self.dossiers if d["number"] != numero] + [dossier]
        return dossier


def _charge(poste: str, montant: str) -> dict[str, Any]:
    return {
        "champs": [
            champ("Q2hhbXAtMTE=", poste, libelle="Poste"),
            champ("Q2hhbXAtMTI=", "Achats (exemple)", libelle="Libellé"),
            champ("Q2hhbXAtMTM=", montant, "DecimalNumberChamp", "Montant"),
        ]
    }


class _Sourd(ThreadingHTTPServer):
    """Says nothing of who hangs up on it."""

    def handle_error(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serveur_dn() -> Iterator[ServeurDn]:
    """Serve one until the end of the block."""
    tenu = ServeurDn()
    serveur = _Sourd(("127.0.0.1", 0), type("Recu", (Recu,), {"tenu": tenu}))
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    fil.start()
    tenu.url = f"http://127.0.0.1:{serveur.server_address[1]}"
    try:
        yield tenu
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()


def statut(code: int, **entetes: str) -> Faute:
    """Answer with a status."""

    def faire(recu: Recu) -> bool:
        recu.rendre(code, b"{}", **entetes)
        return True

    return faire


def corps(contenu: bytes) -> Faute:
    """Answer this body."""

    def faire(recu: Recu) -> bool:
        recu.rendre(200, contenu)
        return True

    return faire


def coupee(recu: Recu) -> bool:
    """Answer half of what is announced, and hang up."""
    contenu = json.dumps(recu.tenu.executer(recu.demande)).encode()
    recu.send_response(200)
    recu.send_header("Content-Length", str(len(contenu)))
    recu.end_headers()
    recu.wfile.write(contenu[: len(contenu) // 2])
    recu.close_connection = True
    return True


def trou(rang: int) -> Faute:
    """Fail in the middle of a page: that request is blank, with an error beside the data."""

    def faire(recu: Recu) -> bool:
        lu = recu.tenu.executer(recu.demande)
        lu["data"]["demarche"]["dossiers"]["nodes"][rang] = None
        lu["errors"] = [{"message": "Internal error", "path": ["demarche", "dossiers", "nodes", rang]}]
        recu.rendre(200, json.dumps(lu).encode())
        return True

    return faire
