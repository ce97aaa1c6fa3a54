"""Record a legal person."""

import re
from uuid import UUID

from pydantic import Field

from aggregates.tiers import Tiers, TiersEnregistre
from application.commandes import Commande, Demande, Recu
from application.geste import Geste
from application.services import Services
from dispositifs.identites import verifier_rna, verifier_siret
from kernel.attentes import Role
from kernel.identifiants import identifiant
from kernel.refus import SaisieInvalide

_SIRET = re.compile(r"[0-9]{14}")


class EnregistrerTiers(Commande):
    """Enregistrer un tiers, par son SIRET ; une clé ne sert qu’à ce qui est repris sans SIRET."""

    siret: str | None = Field(default=None, description="SIRET, 14 chiffres")
    denomination: str = Field(min_length=1, max_length=300, description="dénomination de la personne morale")
    rna: str | None = Field(default=None, description="numéro RNA d’une association")
    cle: str | None = Field(default=None, description="clé d’un tiers repris sans SIRET")


def enregistrer_tiers(commande: EnregistrerTiers, demande: Demande, services: Services) -> Recu:
    """Record it under its SIRET, else under its key; the engine never changes what is known of a tiers."""
    siret = verifier_siret(commande.siret) if commande.siret else None
    ref = siret or (commande.cle or "").strip()
    if not ref:
        raise SaisieInvalide("Rien ne désigne le tiers : donnez son SIRET, ou sa clé.", champ="siret")
    enregistre = TiersEnregistre(
        ref=ref,
        siret=siret,
        denomination=commande.denomination.strip(),
        rna=verifier_rna(commande.rna) if commande.rna else None,
        cle=commande.cle or None,
    )
    tiers_id = identifiant("tiers", siret) if siret else identifiant("tiers", "cle", ref)
    return services.executer(GESTE, Tiers, tiers_id, lambda tiers: tiers.enregistrer(enregistre), commande, demande)


def resoudre_tiers(reference: str) -> UUID:
    """Return the id of a tiers behind its SIRET, its key or its id."""
    compacte = re.sub(r"\s", "", reference)
    if _SIRET.fullmatch(compacte):
        return identifiant("tiers", compacte)
    try:
        return UUID(reference)
    except ValueError:
        return identifiant("tiers", "cle", reference.strip())


GESTE = Geste("tiers", "enregistrer", EnregistrerTiers, enregistrer_tiers, (Role.FINANCE,))
