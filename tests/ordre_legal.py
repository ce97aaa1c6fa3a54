"""The orders that the law forbids, as a table of facts; nothing of it is taken from the code that decides."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from kernel.faits import DateCorrigee, Inscription
from kernel.instants import jour_de

SUIT: Final = {
    "dossier.avis_demande": ("dossier.declare_complet",),
    "dossier.avis_rendu": ("dossier.avis_demande",),
    "dossier.avis_repute_rendu": ("dossier.avis_demande",),
    "dossier.completude_annulee": ("dossier.declare_complet",),
    "dossier.verification_annulee": ("dossier.pieces_verifiees",),
    "dossier.reception_accusee": ("dossier.depose",),
    "dossier.propose": ("dossier.declare_complet", "dossier.renvoye"),
    "dossier.rejet_propose": ("dossier.declare_complet", "dossier.renvoye", "dossier.pieces_non_produites"),
    "dossier.rejet_non_adopte": ("dossier.inscrit",),
    "dossier.vise": ("dossier.propose", "dossier.rejet_propose"),
    "dossier.renvoye": ("dossier.propose", "dossier.rejet_propose"),
    "dossier.inscrit": ("dossier.propose", "dossier.rejet_propose", "dossier.vise", "dossier.ajourne"),
    "dossier.ajourne": ("dossier.inscrit",),
    "dossier.decide": ("dossier.vise", "dossier.inscrit"),
    "dossier.recours_repondu": ("dossier.recours_forme",),
    "dossier.recours_retire": ("dossier.recours_forme",),
    "dossier.motifs_du_rejet_communiques": ("dossier.motifs_du_rejet_demandes",),
    "dossier.decision_notifiee": ("dossier.decide",),
    "dossier.clos": ("dossier.decide",),
    "seance.convoquee": ("seance.prevue",),
    "seance.ouverte": ("seance.convoquee",),
    "seance.suspendue": ("seance.ouverte", "seance.reprise"),
    "seance.reprise": ("seance.suspendue",),
    "seance.levee": ("seance.ouverte", "seance.suspendue", "seance.reprise", "seance.presence_notee"),
    "deliberation.numero_demande": ("deliberation.scrutin_tenu",),
    "deliberation.transmise": ("deliberation.scrutin_tenu",),
    "deliberation.rendue_executoire": ("deliberation.scrutin_tenu", "deliberation.transmise"),
    "subvention.echeance_liquidee": (
        "subvention.ouverte",
        "subvention.engagement_constate",
        "subvention.convention_signee",
        "subvention.rejet_constate",
        "subvention.mandat_retire",
    ),
    "subvention.echeance_mandatee": ("subvention.echeance_liquidee",),
    "subvention.mandat_retire": ("subvention.echeance_mandatee",),
    "subvention.signature_constatee": ("subvention.echeance_mandatee",),
    "subvention.paiement_constate": ("subvention.echeance_mandatee", "subvention.signature_constatee"),
    "subvention.rejet_constate": ("subvention.echeance_mandatee", "subvention.signature_constatee"),
    "subvention.soldee": ("subvention.paiement_constate",),
    "subvention.degagement_constate": ("subvention.renoncee", "subvention.engagement_constate"),
    "bordereau.signe": ("bordereau.ligne_ajoutee",),
    "bordereau.transmis": ("bordereau.signe",),
    "enveloppe.reservation_liberee": ("enveloppe.credits_reserves",),
    "tiers.coordonnees_validees": ("tiers.coordonnees_declarees",),
}
"""Each kind of fact, and those recorded before that it follows: in the same stream, about the same thing."""
MEME: Final = ("echeance", "aupres_de", "deliberation", "rang")
"""Two facts that both have this field are about the same thing when it has the same value."""
REMPLACEES: Final = frozenset({"tiers.coordonnees_declarees"})
"""Of these, the last recorded replaces those before: it alone counts."""
NAISSANCES: Final = frozenset({"dossier", "deliberation", "seance", "bordereau"})
"""Nothing of these comes before their first fact."""


def inversions(flux: Sequence[Inscription]) -> Iterator[str]:
    """Yield, for one whole stream, each fact dated of a day before one it follows; neither what was replaced nor a wrong date counts."""
    corriges = {i.entete.corrige: i.fait for i in flux}
    dates = {version: fait.au for version, fait in corriges.items() if isinstance(fait, DateCorrigee)}
    tenus = [_au_vrai(i, dates) for i in flux if i.entete.version not in corriges or i.entete.version in dates]
    for rang, inscription in enumerate(tenus):
        espece, suivis = inscription.entete.agregat, SUIT.get(_topic(inscription), ())
        avant = [i for i in tenus[:rang] if _topic(i) in suivis and _du_meme(i, inscription)] if suivis else []
        avant = [i for i in avant if _topic(i) not in REMPLACEES or i is avant[-1]]
        if rang and espece in NAISSANCES:
            avant.append(tenus[0])
        yield from (f"{_dit(inscription)} before {_dit(i)}" for i in avant if _jour(inscription) < _jour(i))
        yield from (f"{_dit(inscription)} before its {quoi}" for quoi in _hors_d_ordre(inscription, tenus[:rang]))


def _au_vrai(inscription: Inscription, dates: dict[Any, Any]) -> Inscription:
    """Return a fact at the date it was corrected to."""
    vraie = dates.get(inscription.entete.version, inscription.entete.effectif_le)
    return inscription._replace(entete=replace(inscription.entete, effectif_le=vraie))


def _hors_d_ordre(inscription: Inscription, avant: Sequence[Inscription]) -> Iterator[str]:
    """Yield what a fact follows by its own content: its pièces, its vote, the day of its sitting."""
    fait: Any = inscription.fait
    match _topic(inscription):
        case "dossier.declare_complet":
            exigees = {p.code for i in avant for p in getattr(i.fait, "pieces_exigees", ()) if p.bloquante}
            for code in exigees:
                recues = [_jour(i) for i in avant if _topic(i) == "dossier.piece_recue" and _champ(i, "code") == code]
                if not recues or _jour(inscription) < min(recues):
                    yield f"pièce {code}"
        case "seance.ouverte" if _jour(inscription) != fait.jour:
            yield "day"
        case "deliberation.scrutin_tenu" if _jour(inscription) != fait.vote_le:
            yield "sitting"
    if inscription.entete.agregat != "subvention":
        return
    votes = [_champ(i, "vote_le") for i in avant if _topic(i) == "subvention.ouverte"]
    if votes and _jour(inscription) < votes[0]:
        yield "vote"


def _du_meme(un: Inscription, autre: Inscription) -> bool:
    return all(None in (a := (_champ(un, nom), _champ(autre, nom))) or a[0] == a[1] for nom in MEME)


def _champ(inscription: Inscription, nom: str) -> Any:
    return getattr(inscription.fait, nom, None)


def _topic(inscription: Inscription) -> str:
    return inscription.fait.topic.rpartition(".")[0]


def _jour(inscription: Inscription) -> date:
    return jour_de(inscription.entete.effectif_le)


def _dit(inscription: Inscription) -> str:
    return f"{_topic(inscription)} of {inscription.entete.effectif_le} (version {inscription.entete.version})"
