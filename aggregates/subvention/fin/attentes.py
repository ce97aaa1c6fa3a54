"""What an award awaits once everything is paid, or given up."""

from collections.abc import Iterator
from datetime import timedelta

from aggregates.subvention.etat import EtatSubvention, Jalon, Terme, dernier
from kernel.attentes import Attente, Cle, Role

SOLDE_HABITUEL = timedelta(days=15)
"""Usage of the product, not law: beyond it, it is shown as stuck."""


def attentes(subvention: EtatSubvention) -> Iterator[Attente]:
    """Yield the solde; then, from the engine, the dégagement and the closing of the dossier."""
    if subvention.terme is None:
        if subvention.tout_est_paye:
            version, depuis = dernier(p.jalon for p in subvention.paiements.values())
            yield Attente(
                Cle("solde", "", version),
                de=Role.FINANCE,
                depuis=depuis,
                gestes=("solder",),
                fondement="toutes les échéances sont payées",
                habituelle=SOLDE_HABITUEL,
            )
        return
    if subvention.terme_jalon is None:
        return
    if subvention.terme is Terme.RENONCEE and subvention.engagement is not None and not subvention.degage:
        yield _du_moteur(
            "degagement", "degager_engagement", subvention.terme_jalon, "les crédits reviennent à l’enveloppe"
        )
    elif not subvention.dossier_clos:
        yield _du_moteur("cloture", "clore_dossier", subvention.terme_jalon, "rien ne reste dû")


def _du_moteur(code: str, automatisme: str, jalon: Jalon, fondement: str) -> Attente:
    version, depuis = jalon
    return Attente(
        Cle(code, "", version),
        de=Role.SYSTEME,
        depuis=depuis,
        echeance=depuis,
        automatisme=automatisme,
        fondement=fondement,
    )
