"""From the documents of the contract to what a page shows: words, dates and links. No rule is computed here."""

from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from application import attentes_dites, mots
from application.gestes.recueil import titre_de
from application.libelles import SANS, Appellations
from application.libelles import attente as attente_dite
from application.noms import NomsDesServices
from application.numeros import PREFIXE
from kernel.instants import Instant, jour_de
from kernel.montants import en_euros
from web import dates

JOURS_DE_DATE = 10
"""Length of AAAA-MM-JJ."""


def attente(document: dict[str, Any], juge: Instant, libelles: Appellations = SANS) -> dict[str, Any]:
    """Return one attente in words, late days counted at `juge`."""
    echeance, retard = document["echeance"], document["retard_jours"]
    return {
        "quoi": attente_dite(document["code"], document["objet"], libelles),
        "de": mots.mot(mots.ROLES, document["de"]),
        "de_qui": mots.de_qui(document["de"]),
        "depuis": dates.jour(document["depuis"]),
        "echeance": echeance and dates.dernier_jour(echeance),
        "distance": echeance and dates.distance(echeance, juge, retard),
        "en_retard": echeance is not None and datetime.fromisoformat(echeance) < juge,
        "nature": mots.mot(mots.NATURES, document["nature"]),
        "fondement": mots.fondement(document["fondement"]),
        "sinon": attentes_dites.SINON.get(document["automatisme"] or "", ""),
        "suspensions": [f"du {dates.jour(s['du'])} au {dates.jour(s['au'])}" for s in document["suspensions"]],
        "gestes": [f"{titre_de(geste['geste'])}{pas_avant(document, juge)}" for geste in document["gestes"]],
        "ailleurs": document["renvoie_a"] and mots.mot(mots.ESPECES, document["renvoie_a"]["agregat"]),
        "moteur": document["de"] == "SYSTEME",
    }


def pas_avant(document: dict[str, Any], juge: Instant) -> str:
    """Return the day that the gestes of an attente wait for at `juge`, after a comma; blank once it has come."""
    jour = document["pas_avant"]
    return f", le {dates.jour(jour)}" if jour and date.fromisoformat(jour) > jour_de(juge) else ""


def ligne_de_file(ligne: dict[str, Any], juge: Instant, libelles: Appellations = SANS) -> dict[str, Any]:
    """Return one row of the queue."""
    return {
        **ligne,
        "lien": lien(ligne["agregat"], ligne["ref"], ligne["id"]),
        "ref": ligne["ref"] or ligne["id"],
        "espece": mots.mot(mots.ESPECES, ligne["agregat"]),
        "etape": mots.mot(mots.ETAPES, ligne["etape"]) if ligne["etape"] else mots.mot(mots.ESPECES, ligne["agregat"]),
        "attente": attente(ligne["attente"], juge, libelles),
    }


PAGES: Final = {
    "campagne": "campagnes",
    "seance": "seances",
    "deliberation": "deliberations",
    "bordereau": "bordereaux",
    "enveloppe": "enveloppes",
}
"""The kinds that have a page of their own, and where; a dossier has another."""


def lien(espece: str, ref: str, identifiant: str) -> str:
    """Return the page of an aggregate; a subvention is read with its dossier."""
    if espece == "dossier":
        return f"/dossiers/{ref}"
    if espece == "subvention" and ref.startswith(PREFIXE):
        return f"/dossiers/{ref.removeprefix(PREFIXE)}"
    if espece in PAGES:
        return f"/{PAGES[espece]}/{quote(ref or identifiant, safe='')}"
    return f"/elements/{espece}/{identifiant}"


def fait(ligne: dict[str, Any]) -> dict[str, Any]:
    """Return one fact of a history: its sentence, its two dates (one when they are the same day), its acteur."""
    effectif, enregistre = ligne["effectif_le"], ligne["enregistre_le"]
    meme_instant = len(effectif) > JOURS_DE_DATE and dates.moment(effectif) == dates.moment(enregistre)
    jours = dates.jours_apres(effectif, enregistre) if enregistre else 0
    par_le_moteur = ligne["acteur"] == "SYSTEME"
    return {
        **ligne,
        "phrase": mots.typographie(ligne["phrase"]),
        "effet": None if meme_instant else dates.marque(effectif),
        "enregistre": dates.marque(enregistre),
        "acteur": "le moteur" if par_le_moteur else ligne["acteur"],
        "au_titre_de": "" if par_le_moteur else mots.ROLES.get(ligne["habilitation"] or "", ""),
        "changements": (),
        "prefixe": ligne.get("prefixe", ""),
        "espece": "",
        "corrige_par": None,
        "apres_coup": f"enregistré {mots.compte(jours, 'jour')} après" if jours else "",
    }


def fait_change(ligne: dict[str, Any], noms: NomsDesServices) -> dict[str, Any]:
    """Return likewise a fact with what it changes, before and after; what it says first is in its sentence."""
    dits = [d for d in ligne["changements"] if d["avant"] or d["champ"].startswith(("etat", "montants."))]
    return {**fait(ligne), "changements": differences({"differences": dits}, noms)}


def ancres(histoires: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Return the anchor of the fact that set each field last; of two histories that set it, that of the last one given."""
    return {
        changement["champ"]: f"{prefixe}-{ligne['version']}"
        for prefixe, lignes in histoires.items()
        for ligne in lignes
        for changement in ligne["changements"]
    }


def euros(centimes: int | None) -> str | None:
    """Return an amount, None when it is unknown."""
    return None if centimes is None else en_euros(centimes)


def differences(document: dict[str, Any], noms: NomsDesServices) -> list[dict[str, str]]:
    """Return what changed, in words; an aggregate has its number or its name, never its id."""
    return [
        {
            "champ": mots.mot(mots.CHAMPS, d["champ"]),
            "avant": valeur(d["champ"], d["avant"], noms),
            "apres": valeur(d["champ"], d["apres"], noms),
        }
        for d in document["differences"]
    ]


def valeur(champ: str, brut: Any, noms: NomsDesServices) -> str:  # noqa: PLR0911 - one line per kind of value
    """Return the value of a field in words; empty for nothing."""
    if brut is None or brut in ("", []):
        return ""
    if champ.endswith("_centimes"):
        return en_euros(brut)
    if champ.startswith("dates."):
        return dates.jour(brut)
    if champ in {"tiers", "deliberation"}:
        return noms.designer(champ, UUID(brut))
    if champ == "reglement":
        return mots.fondement(brut)
    if champ == "drapeaux":
        return " ; ".join(mots.mot(mots.DRAPEAUX, code) for code in brut)
    if isinstance(brut, list):
        return ", ".join(map(str, brut))
    if isinstance(brut, dict):
        return " ; ".join(f"{cle} {v}" for cle, v in brut.items() if v is not None)
    return {"etat": mots.ETATS, "issue": mots.ISSUES, "terme": mots.TERMES}.get(champ, {}).get(str(brut), str(brut))


def pages(lu: dict[str, Any]) -> dict[str, Any]:
    """Return where a page of rows stands in its list, and the cursors of its neighbours."""
    premier, dernier = lu["avant"] + 1, lu["avant"] + len(lu["lignes"])
    return {"premier": premier, "dernier": dernier, "precedent": lu["precedent"], "suivant": lu["suivant"]}
