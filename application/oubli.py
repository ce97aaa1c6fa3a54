"""Forget whom a reference names, whatever it is the number of; and forget again, after an older copy was put back."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from aggregates.registre import ESPECES
from application.commandes import Appel, Recu
from application.gestes.recueil import par_nom
from application.habilitations import exiger_role
from application.numeros import id_de
from application.sans_moteur import faire_pour
from application.services import Services
from kernel.identifiants import ReferenceIllisible, derive
from kernel.refus import Refus

OUBLIABLES: Final = ("dossier", "tiers", "agent")
"""Whose texts and personal data have a key in the coffre."""


def oublier(services: Services, reference: str, motif: str, appel: Appel, *, pilote: str) -> Recu:
    """Forget a dossier (its number), a tiers (its SIRET or key), an agent (its login), or any by its id; return the receipt.

    The key is destroyed before this returns, whether or not an engine is alive: who asks is then told the truth.

    Raises:
        Refus: the reference is unknown, the right is missing, or it was forgotten for another motive.
    """
    geste = par_nom(_espece(services, reference), "oublier")
    recu = geste.recevoir({geste.agregat: reference, "motif": motif}, appel, services)
    faire_pour(services, [(recu.agregat, recu.id)], pilote)
    return recu


def oublier_de_nouveau(services: Services, motif: str, appel: Appel, *, pilote: str) -> dict[str, Any]:
    """Destroy again every key that was destroyed once, as the store or the folder of the pièces remember it.

    What the store no longer knows to be forgotten is decided again, by who asks, for this motive. Returns how many were
    ever forgotten (`connus`), were readable again (`oublies_de_nouveau`), and are in no fact of this store (`inconnus`).

    Raises:
        Refus: the right is missing.
    """
    geste = par_nom("dossier", "oublier")
    try:
        exiger_role(services.store, appel.acteur, geste.roles, services.maintenant(), "coffre oublier")
    except Refus as refus:
        services.noter_refus(refus, geste, appel)
        raise
    sujets = sorted(services.fichiers.oublies() | set(_oublies_du_store(services)))
    refaits = inconnus = 0
    for sujet in sujets:
        espece = _espece_de(services, sujet)
        decide = espece is not None and services.store.charger(ESPECES[espece].classe, sujet).oubli is not None
        if espece is not None and not decide:
            _decider_de_nouveau(services, espece, sujet, motif, appel.deriver(sujet))
        if espece is not None:
            faire_pour(services, [(espece, sujet)], pilote)
        services.fichiers.noter_oubli(sujet)
        refaits += services.coffre.detruire_cle(sujet) or (espece is not None and not decide)
        inconnus += espece is None
    return {"connus": len(sujets), "oublies_de_nouveau": refaits, "inconnus": inconnus}


def _decider_de_nouveau(services: Services, espece: str, sujet: UUID, motif: str, appel: Appel) -> None:
    """Decide again what was lawfully decided once: in an older copy of the store, the dossier may be open as it was then."""
    seuls, geste = services.pour_une_commande(), par_nom(espece, "oublier")

    def decider(agregat: Any) -> None:
        agregat.oublier(seuls.confier_exige(motif, derive(sujet, "oubli"), "motif"))

    commande = geste.lire({geste.champ or "": str(sujet), "motif": motif})
    seuls.executer(geste, ESPECES[espece].classe, sujet, decider, commande, appel)


def _oublies_du_store(services: Services) -> Iterator[UUID]:
    for espece in OUBLIABLES:
        topic = ESPECES[espece].classe.decision_d_oubli.topic
        yield from services.store.enregistreur.ids_par_topic(topic)


def _espece(services: Services, reference: str) -> str:
    """Return the kind a reference is that of; when it is that of nothing, the one it looks like, whose geste says so."""
    for espece in OUBLIABLES:
        try:
            sujet = id_de(espece, reference)
        except ReferenceIllisible:
            continue
        if (trouvee := _espece_de(services, sujet)) is not None:
            return trouvee
    return "dossier" if "-" in reference else "tiers"


def _espece_de(services: Services, sujet: UUID) -> str | None:
    """Return the kind of an aggregate that can be forgotten, None when the store knows none of that id."""
    premiere = next(iter(services.store.inscriptions(sujet)), None)
    return premiere.entete.agregat if premiere is not None and premiere.entete.agregat in OUBLIABLES else None
