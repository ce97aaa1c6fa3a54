"""What the attentes of an award share: the délai of the law on the first payment, and until when it may be given up.

What is late is only said, nothing is decided by it.
"""

from dataclasses import replace

from aggregates.subvention.etat import Etape, EtatSubvention
from kernel.attentes import Attente
from kernel.delais import echoir, lire_duree


def dans_le_delai(subvention: EtatSubvention, attente: Attente) -> Attente:
    """Return the attente with the échéance of the first payment, unless no délai runs or that payment was made.

    Later échéances depend on an event of the convention or of the échéancier: the law gives them no délai of their own.
    """
    delai, depuis, premier = subvention.delai_paiement, subvention.paiement_depuis, subvention.paiements.get(1)
    if delai is None or depuis is None or (premier is not None and premier.etape is Etape.PAYEE):
        return attente
    echeance = echoir(depuis, lire_duree(delai.duree), source=delai.source).dernier_instant
    return replace(attente, echeance=echeance, nature=delai.nature, fondement=f"{attente.fondement} ; {delai.source}")


def ou_renoncer(subvention: EtatSubvention, *gestes: str) -> tuple[str, ...]:
    """Return these gestes, and the renunciation while nothing was ordered: after that it would be refused."""
    return gestes if subvention.ordonnees else (*gestes, "renoncer")
