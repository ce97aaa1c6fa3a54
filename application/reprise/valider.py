"""A second person vouches for the awards of a file: what one agent took over is not paid on that agent's word alone."""

import re
from typing import Any, Final

from aggregates.subvention import Subvention
from aggregates.subvention.ouverture import SubventionReprise
from application.commandes import Appel
from application.declaration import DECLARES, envoyer
from application.gestes.subvention import ValiderReprise
from application.habilitations import exiger_role
from application.services import Services
from kernel.identifiants import ReferenceInconnue
from kernel.refus import QuatreYeux, SaisieInvalide

_EMPREINTE: Final = re.compile(r"[0-9a-f]{12,64}")


def valider_fichier(services: Services, appel: Appel, empreinte: str) -> dict[str, Any]:
    """Validate every award that a file says last, one command each, and return what was done.

    Raises:
        SaisieInvalide: it is not the SHA-256 of a file, nor its first 12 signs or more.
        ReferenceInconnue: no award was taken over from that file.
        Refus: the agent may not, or took every one of them over.
    """
    if not _EMPREINTE.fullmatch(empreinte):
        raise SaisieInvalide(f"« {empreinte} » n’est pas l’empreinte d’un fichier repris (12 signes au moins).")
    exiger_role(services.store, appel.acteur, DECLARES[ValiderReprise].roles, services.maintenant(), "reprise valider")
    du_fichier = [s for s in services.store.ayant(Subvention, SubventionReprise) if _vient_de(s, empreinte)]
    if not du_fichier:
        raise ReferenceInconnue(f"Aucune attribution n’est reprise du fichier {empreinte}.", reference=empreinte)
    a_valider = [s for s in du_fichier if s.vivante and s.reprise_a_valider]
    validees, refusees, dernier = 0, [], None
    for subvention in a_valider:
        try:
            envoyer(ValiderReprise(subvention=str(subvention.id)), appel.deriver(subvention.id), services)
            validees += subvention.vote_centimes
        except QuatreYeux as refus:
            dernier = refus
            refusees.append({"ref": subvention.ref, "motif": refus.message})
    if dernier is not None and len(refusees) == len(a_valider):
        raise dernier
    return {
        "validees": len(a_valider) - len(refusees),
        "montant_valide_centimes": validees,
        "deja_validees": len(du_fichier) - len(a_valider),
        "refusees": refusees,
    }


def _vient_de(subvention: Subvention, empreinte: str) -> bool:
    return subvention.source is not None and subvention.source.fichier_sha256.startswith(empreinte)
