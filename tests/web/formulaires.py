"""A person before a form, without JavaScript: what the page holds, what one types by its name, what the browser sends."""

import html
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

from application.commandes import FichierRecu


@dataclass
class Formulaire:
    """The form of a page: the names it holds, what is in them, its buttons."""

    action: str = ""
    valeurs: dict[str, list[str]] = field(default_factory=dict)
    noms: set[str] = field(default_factory=set)
    offres: dict[str, list[str]] = field(default_factory=dict)
    fichiers: set[str] = field(default_factory=set)
    boutons: list[tuple[str, str]] = field(default_factory=list)

    def remplir(self, nom: str, *valeurs: str) -> None:
        """Type in a field that the page has, or tick its boxes."""
        assert nom in self.noms, f"{nom} n’est pas dans le formulaire : {sorted(self.noms)}"
        self.valeurs[nom] = [v for v in valeurs if v]


class _Lecteur(HTMLParser):
    """Reads the form of a geste as a browser does."""

    def __init__(self) -> None:
        super().__init__()
        self.formulaire: Formulaire | None = None
        self._dedans = False
        self._champ = ""
        self._texte: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        lus = {nom: valeur or "" for nom, valeur in attrs}
        if tag == "form":
            self._dedans = lus.get("class", "").split()[:1] == ["geste"]
            if self._dedans:
                self.formulaire = Formulaire(lus["action"])
        if not self._dedans or self.formulaire is None:
            return
        nom = lus.get("name", "")
        if tag == "button":
            self.formulaire.boutons.append((nom, lus.get("value", "")))
        elif tag == "option" and self._champ:
            self.formulaire.offres.setdefault(self._champ, []).append(lus.get("value", ""))
            if "selected" in lus or self._champ not in self.formulaire.valeurs:
                self.formulaire.valeurs[self._champ] = [lus.get("value", "")]
        elif tag in {"input", "textarea", "select"}:
            self._champ_de(tag, nom, lus)

    def _champ_de(self, tag: str, nom: str, lus: dict[str, str]) -> None:
        assert self.formulaire is not None
        self.formulaire.noms.add(nom)
        if tag == "select":
            self._champ = nom
        elif tag == "textarea":
            self._champ, self._texte = nom, []
        elif lus.get("type") == "file":
            self.formulaire.fichiers.add(nom)
        elif lus.get("type") == "checkbox":
            self.formulaire.offres.setdefault(nom, []).append(lus.get("value", "on"))
            if "checked" in lus:
                self.formulaire.valeurs.setdefault(nom, []).append(lus.get("value", "on"))
        else:
            self.formulaire.valeurs.setdefault(nom, []).append(lus.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._texte is not None:
            self._texte.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._texte is not None and self.formulaire is not None:
            self.formulaire.valeurs[self._champ] = ["".join(self._texte).removeprefix("\n")]
            self._texte, self._champ = None, ""
        if tag == "select":
            self._champ = ""
        if tag == "form":
            self._dedans = False


def lire_la_page(reponse: Response) -> Formulaire:
    """Return the form of a page that has one."""
    lecteur = _Lecteur()
    lecteur.feed(reponse.text)
    assert lecteur.formulaire is not None, reponse.text[:2000]
    return lecteur.formulaire


def envoyer(
    client: TestClient,
    formulaire: Formulaire,
    *,
    bouton: tuple[str, str] | None = None,
    fichiers: list[tuple[str, FichierRecu]] | None = None,
) -> Response:
    """Send a form as a browser does, by its first button or by another of its own."""
    champs = {nom: valeurs for nom, valeurs in formulaire.valeurs.items() if nom}
    if bouton is not None:
        assert bouton in formulaire.boutons, (bouton, formulaire.boutons)
        champs[bouton[0]] = [bouton[1]]
    if fichiers or formulaire.fichiers:
        pieces: list[tuple[str, Any]] = [(nom, (None, valeur)) for nom, valeurs in champs.items() for valeur in valeurs]
        pieces += [(nom, (fichier.nom, fichier.contenu)) for nom, fichier in fichiers or ()]
        reponse: Response = client.post(formulaire.action, files=pieces)
    else:
        reponse = client.post(formulaire.action, data=champs)
    return reponse


@dataclass
class Personne:
    """Somebody who fills the form of a geste from the values that the geste takes, and sends it to the end."""

    client: TestClient
    en_navigateur: bool = False
    """The jeton of the session is then that of the page, as a browser sends it."""

    def __post_init__(self) -> None:
        if self.en_navigateur:
            self.client.headers.pop("x-jeton")

    def remplir(self, adresse: str, donnees: dict[str, Any]) -> tuple[Formulaire, list[tuple[str, FichierRecu]]]:
        """Open a form and type everything in it, rows added one by one."""
        reponse = self.client.get(adresse)
        assert reponse.status_code == 200, (adresse, reponse.status_code, reponse.text[-2500:])
        formulaire = lire_la_page(reponse)
        fichiers: list[tuple[str, FichierRecu]] = []
        simples = {nom: v for nom, v in donnees.items() if isinstance(v, str)}
        recharges = [b for b in formulaire.boutons if b[0] == "_actualiser"]
        for nom, valeur in simples.items():
            formulaire.remplir(nom, valeur)
        if recharges:
            formulaire = lire_la_page(envoyer(self.client, formulaire, bouton=recharges[0]))
        for nom, valeur in donnees.items():
            formulaire = self._taper(formulaire, nom, valeur, fichiers)
        return formulaire, fichiers

    def _taper(  # noqa: PLR0911 - one line per kind of value
        self, formulaire: Formulaire, nom: str, valeur: Any, fichiers: list[tuple[str, FichierRecu]]
    ) -> Formulaire:
        if valeur is None:
            return formulaire
        if isinstance(valeur, FichierRecu):
            assert nom in formulaire.fichiers, (nom, formulaire.fichiers)
            fichiers.append((nom, valeur))
            return formulaire
        if isinstance(valeur, dict):
            for cle, sous in valeur.items():
                formulaire = self._taper(formulaire, f"{nom}.{cle}", sous, fichiers)
            return formulaire
        if isinstance(valeur, list | tuple):
            return self._liste(formulaire, nom, list(valeur), fichiers)
        if isinstance(valeur, bool):
            formulaire.remplir(nom, "oui" if valeur else "")
            return formulaire
        en_cents = any(pas.endswith(("_centimes", "_points_base")) for pas in nom.split("."))
        if isinstance(valeur, int) and en_cents:
            formulaire.remplir(nom, f"{valeur // 100},{valeur % 100:02d}")
            return formulaire
        formulaire.remplir(nom, str(valeur))
        return formulaire

    def _liste(
        self, formulaire: Formulaire, nom: str, valeurs: list[Any], fichiers: list[tuple[str, FichierRecu]]
    ) -> Formulaire:
        if nom in formulaire.noms:
            if nom in formulaire.offres:
                assert set(valeurs) <= set(formulaire.offres[nom]), (nom, valeurs, formulaire.offres[nom])
                formulaire.remplir(nom, *map(str, valeurs))
            else:
                formulaire.remplir(nom, "\n".join(map(str, valeurs)))
            return formulaire
        for place, valeur in enumerate(valeurs):
            formulaire, ici = self._rang(formulaire, nom, place, valeur)
            formulaire = self._taper(formulaire, ici, valeur, fichiers)
        return formulaire

    def _rang(self, formulaire: Formulaire, nom: str, place: int, valeur: Any) -> tuple[Formulaire, str]:
        """Return the row to fill: the one that already names what is typed, else the place-th, added when it lacks."""
        rangs = _rangs(formulaire, nom)
        if isinstance(valeur, dict):
            for rang in rangs:
                for cle in ("membre", "code", "dossier"):
                    if cle in valeur and formulaire.valeurs.get(f"{nom}.{rang}.{cle}") == [valeur[cle]]:
                        return formulaire, f"{nom}.{rang}"
        while place >= len(rangs):
            formulaire = lire_la_page(envoyer(self.client, formulaire, bouton=("_ajouter", nom)))
            rangs = _rangs(formulaire, nom)
        return formulaire, f"{nom}.{rangs[place]}"

    def faire(
        self, adresse: str, donnees: dict[str, Any], commande_id: str | None = None, le: str | None = None
    ) -> Response:
        """Fill a form, send it, confirm what is shown; return the last answer."""
        formulaire, fichiers = self.remplir(adresse, donnees)
        if commande_id is not None:
            formulaire.remplir("commande_id", commande_id)
        if le is not None:
            formulaire.remplir("le", le)
        reponse = envoyer(self.client, formulaire, fichiers=fichiers)
        if reponse.status_code == 200:
            reponse = envoyer(self.client, lire_la_page(reponse))
        return reponse


def _rangs(formulaire: Formulaire, nom: str) -> list[int]:
    debut = f"{nom}."
    return sorted(
        {
            int(n[len(debut) :].split(".")[0])
            for n in formulaire.noms
            if n.startswith(debut) and n[len(debut) :][0].isdigit()
        }
    )


def dit(reponse: Response) -> str:
    """Return the page as it reads, without its marks."""
    return html.unescape(reponse.text)
