"""What a page offers: the gestes that a person may do about an aggregate, awaited first, or why not now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from application.declaration import Geste
from application.gestes.recueil import par_nom, tous
from web.adresses import du_geste
from web.formulaire.champs import champs_de, clic
from web.formulaire.essai import empechement
from web.personne import Personne
from web.portes import Portes


@dataclass(frozen=True, slots=True)
class GestePossible:
    """A geste that a person may do, or `raison` why not now; `un_clic` holds the hidden fields of what can be undone.

    `bouton` is what is then clicked; its form is still there when it has fields.
    """

    titre: str
    adresse: str
    reversible: bool
    raison: str = ""
    attendu: bool = False
    un_clic: Mapping[str, str] | None = None
    bouton: str = ""


def possibles(
    portes: Portes, personne: Personne, espece: str, agregat: Any, attentes: Iterable[Mapping[str, Any]] = ()
) -> list[GestePossible]:
    """Return what a person may do about an aggregate: what is awaited first, then the rest, then what does not fit now.

    `attentes` are documents of the contract: their gestes may be done on another aggregate. What the person has no right to
    is left out.
    """
    portes = portes.pour_une_page()
    ref = agregat.ref or str(agregat.id)
    attendus = {(dit["geste"], dit["ref"] or ""): None for attente in attentes for dit in attente["gestes"]}
    siens = [geste for geste in tous() if geste.cible.classe.nom == espece and geste.champ is not None]
    autres = {(f"{geste.agregat} {geste.nom}", ref): None for geste in siens}
    trouves = []
    for nom, sur in {**attendus, **autres}:
        geste = par_nom(*nom.split())
        if personne.roles.intersection(geste.roles):
            trouves.append(possible(portes, personne, geste, sur, attendu=(nom, sur) in attendus))
    return sorted(trouves, key=lambda trouve: (not trouve.attendu, bool(trouve.raison)))


def commencements(personne: Personne) -> list[GestePossible]:
    """Return what a person may begin: the gestes that make what they are about, those about oneself left out."""
    siens = (g for g in tous() if g.champ is None and champs_de(g) and personne.roles.intersection(g.roles))
    return [GestePossible(geste.titre, du_geste(geste, ""), geste.se_defait_par is not None) for geste in siens]


def possible(portes: Portes, personne: Personne, geste: Geste, ref: str, *, attendu: bool) -> GestePossible:
    """Return one geste as a page offers it; `attendu`: the state awaits it."""
    raison = empechement(geste, ref, personne.login, portes.services, attendu=attendu) or ""
    un_clic, bouton = None, clic(geste) if geste.champ is not None and not raison else ""
    if bouton:
        version = portes.services.trouver(geste.cible.classe, ref).version
        un_clic = {"commande_id": str(uuid4()), "version": str(version)}
    reversible = geste.se_defait_par is not None
    return GestePossible(geste.titre, du_geste(geste, ref), reversible, raison, attendu, un_clic, bouton)
