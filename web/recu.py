"""What was just done, said on the page where it leads: read again from the journal, never carried by the address."""

from typing import Any
from uuid import UUID, uuid4

from application import mots
from application.consultations.recus import dire_le_recu, recu_de
from application.gestes.recueil import par_nom
from web import vues
from web.adresses import du_geste
from web.formulaire.essai import empechement
from web.personne import Personne
from web.portes import Portes


def lire_le_recu(portes: Portes, personne: Personne, recu: str) -> dict[str, Any] | None:
    """Return the receipt that an address names, for who sent the command and nobody else."""
    try:
        ligne = recu_de(portes.services, personne.login, UUID(recu))
    except ValueError:
        return None
    if ligne is None:
        return None
    dit = dire_le_recu(portes.services, ligne)
    maintenant = portes.services.maintenant()
    attendu = [vues.attente(attente, maintenant, dit.libelles) for attente in dit.attentes]
    return {
        "ref": ligne.ref,
        "titre": par_nom(*ligne.geste.split()).titre,
        "phrases": [mots.typographie(phrase) for phrase in dit.phrases],
        "attentes": [attente for attente in attendu if not attente["moteur"]],
        "non_votes": dit.non_votes,
        "defaire": _defaire(portes, personne, ligne.geste, ligne.ref or str(ligne.id)),
    }


def _defaire(portes: Portes, personne: Personne, geste: str, ref: str) -> dict[str, Any] | None:
    """Return what undoes it in one click, None once something rests on it."""
    defait = par_nom(*geste.split()).se_defait_par
    if defait is None:
        return None
    inverse = par_nom(*defait.split())
    if not personne.roles.intersection(inverse.roles) or empechement(inverse, ref, personne.login, portes.services):
        return None
    version = portes.services.trouver(inverse.cible.classe, ref).version
    return {"adresse": du_geste(inverse, ref), "titre": inverse.titre, "version": version, "commande_id": uuid4()}
