"""What a form offers for a field (`declaration.Choix`): the pièces of a règlement, the members of an assembly, and so on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from aggregates.agents import AgentEnregistre, AgentRattache
from aggregates.dossier.correction import corrigibles
from aggregates.dossier.ecrits import EtatDocument
from aggregates.dossier.envois import TITRES
from aggregates.dossier.motifs import dire
from aggregates.registre import ESPECES
from application import mots
from application.consultations import campagnes
from application.faits_dits import type_de_fait
from application.institution import COMMISSION_PERMANENTE
from application.services import Services
from dispositifs.catalogue import CODES
from dispositifs.financeurs import financeurs
from kernel.attentes import Role
from kernel.instants import dire_effet, jour_de
from kernel.montants import en_euros
from kernel.refus import Refus


@dataclass(frozen=True, slots=True)
class Possible:
    """One choice: its value, what people read, and what it fills in the rest of its row."""

    valeur: str
    libelle: str
    reste: Mapping[str, str] = field(default_factory=dict)


Liste = Callable[[Services, Any, Mapping[str, str]], Iterable[Possible]]
"""A list: the aggregate that the geste is done on (None when it makes it), and what was typed so far."""


def possibles(services: Services, parmi: str, agregat: Any, dits: Mapping[str, str]) -> tuple[Possible, ...]:
    """Return what a list offers; nothing when what it depends on is not said yet, or is no such thing."""
    try:
        return tuple(LISTES[parmi](services, agregat, dits))
    except Refus:
        return ()


def rien_a_offrir(services: Services, parmi: str, agregat: Any) -> bool:
    """Tell whether a list is empty before anything is typed; it is read as far as its first value."""
    try:
        return next(iter(LISTES[parmi](services, agregat, {})), None) is None
    except Refus:
        return True


def _reglement(services: Services, agregat: Any, dits: Mapping[str, str]) -> Any:
    code = dits.get("campagne") or getattr(agregat, "campagne", "")
    return services.trouver(ESPECES["campagne"].classe, code).reglement if code else None


def _pieces(services: Services, agregat: Any, dits: Mapping[str, str]) -> Iterator[Possible]:
    reglement = _reglement(services, agregat, dits)
    for piece in reglement.pieces if reglement else ():
        yield Possible(piece.code, piece.libelle or mots.mot({}, piece.code))


def _services_consultes(services: Services, agregat: Any, dits: Mapping[str, str]) -> Iterator[Possible]:
    reglement = _reglement(services, agregat, dits)
    for service in reglement.avis if reglement else ():
        yield Possible(service.code, service.libelle)


def _pieces_recues(services: Services, dossier: Any, dits: Mapping[str, str]) -> Iterator[Possible]:
    connues = {piece.valeur: piece.libelle for piece in _pieces(services, dossier, dits)}
    for code in dossier.pieces_recues:
        if dossier.tenues(code):
            yield Possible(code, connues.get(code) or mots.mot({}, code))


def _criteres(services: Services, agregat: Any, dits: Mapping[str, str]) -> Iterator[Possible]:
    reglement = _reglement(services, agregat, dits)
    for critere in reglement.criteres if reglement else ():
        yield Possible(critere.code, critere.libelle)


def _du_reglement(nom: str, partie: str) -> Liste:
    """What a règlement says of a délai, while it holds."""

    def dit(services: Services, agregat: Any, dits: Mapping[str, str]) -> Iterator[Possible]:
        valeur = getattr(_reglement(services, agregat, dits), nom, None)
        if valeur is not None and valeur.vaut(jour_de(services.maintenant())):
            yield Possible(texte := getattr(valeur, partie), texte)

    return dit


def _campagnes(services: Services, *_: Any) -> Iterator[Possible]:
    for campagne in campagnes.lister(services):
        if (campagne["etat"], campagne["nature"]) == ("ouverte", "appel"):
            yield Possible(campagne["ref"], f"{campagne['ref']} – {mots.dispositif(campagne['dispositif'])}")


def _membres(services: Services, agregat: Any, _: Mapping[str, str]) -> Iterator[Possible]:
    """Who sits on the day of the sitting."""
    jour: date | None = getattr(agregat, "jour", None)
    assemblee = services.trouver(ESPECES["assemblee"].classe, COMMISSION_PERMANENTE)
    for membre in assemblee.composition(jour).membres if jour else ():
        yield Possible(membre, membre, {"statut": "present"})


def _lignes(garder: Callable[[Any], bool]) -> Liste:
    def lignes(_: Services, deliberation: Any, __: Mapping[str, str]) -> Iterator[Possible]:
        for numero, ligne in deliberation.lignes.items():
            if garder(ligne):
                rapport = ligne.rapport
                rejet = rapport.nature == "rejet"
                montant = "rejet" if rejet else en_euros(rapport.montant_propose_centimes)
                yield Possible(str(numero), f"{numero} – {rapport.ref}, {rapport.denomination}, {montant}")

    return lignes


def _lignes_votees(services: Services, enveloppe: Any, dits: Mapping[str, str]) -> Iterator[Possible]:
    """What a rapport voted on this enveloppe."""
    rapport = services.trouver(ESPECES["deliberation"].classe, dits.get("deliberation", ""))
    for ligne in rapport.attributions.get(enveloppe.ref, ()):
        euros = f"{ligne.vote_centimes // 100},{ligne.vote_centimes % 100:02d}"
        libelle = f"{ligne.rapport.ref}, {ligne.rapport.denomination}"
        yield Possible(ligne.rapport.ref, libelle, {"montant_centimes": euros})


def _engages(services: Services, enveloppe: Any, _: Mapping[str, str]) -> Iterator[Possible]:
    for engagement in enveloppe.engagements.values():
        for ligne in engagement.lignes:
            dossier = services.store.charger(ESPECES["dossier"].classe, ligne.dossier)
            yield Possible(dossier.ref, f"{dossier.ref}, {dossier.denomination}, {en_euros(ligne.montant_centimes)}")


def _avis(_: Services, dossier: Any, __: Mapping[str, str]) -> Iterator[Possible]:
    for avis in dossier.avis:
        yield Possible(avis.de, mots.mot({}, avis.de))


def _faits_dates(_: Services, dossier: Any, __: Mapping[str, str]) -> Iterator[Possible]:
    """The facts whose date a person gave, the last recorded first."""
    for i in reversed(corrigibles(dossier)):
        dit = f"{i.entete.version} – {type_de_fait(i.fait.topic)}, {dire_effet(i.entete.effectif_le)}"
        yield Possible(str(i.entete.version), dit)


def _demandes_a_remettre(_: Services, dossier: Any, __: Mapping[str, str]) -> Iterator[Possible]:
    for version, objet in dossier.a_remettre.items():
        yield Possible(str(version), f"n° {version} – {objet.replace('_', ' ')}")


def _recours(_: Services, dossier: Any, __: Mapping[str, str]) -> Iterator[Possible]:
    for rang, recours in dossier.recours.items():
        nature = mots.NATURES_DE_RECOURS[recours.nature]
        yield Possible(str(rang), f"n° {rang} – {nature}, contre {mots.ATTAQUES[recours.contre]}")


def _motifs(_: Services, dossier: Any, __: Mapping[str, str]) -> Iterator[Possible]:
    for code in dict.fromkeys(motif.code for motif in dossier.motifs.values()):
        yield Possible(code, dire(code, ""))


def _objets_du_motif(_: Services, dossier: Any, dits: Mapping[str, str]) -> Iterator[Possible]:
    for motif in dossier.motifs.values():
        if motif.objet and motif.code == dits.get("motif", motif.code):
            yield Possible(motif.objet, dire(motif.code, motif.objet))


def _produits(_: Services, dossier: Any, __: Mapping[str, str]) -> Iterator[Possible]:
    for rang, ligne in enumerate(dossier.produits, 1):
        connu = financeurs().get(ligne.financeur)
        qui = "financeur inconnu" if connu is None else connu.libelle
        yield Possible(str(rang), f"{rang} – {qui}, {en_euros(ligne.montant_centimes)}")


def _financeurs(_: Services, __: Any, ___: Mapping[str, str]) -> Iterator[Possible]:
    for connu in financeurs().values():
        yield Possible(connu.code, f"{connu.libelle} ({'public' if connu.est_public else 'privé'})")


def _echeances(_: Services, agregat: Any, __: Mapping[str, str]) -> Iterator[Possible]:
    """The échéances of a subvention, or those whose mandats a bordereau holds."""
    if agregat.nom == "bordereau":
        for rang in sorted({ligne.echeance for ligne in agregat.lignes.values()}):
            yield Possible(str(rang), str(rang))
        return
    for rang, prevue in enumerate(agregat.echeancier, 1):
        etape = agregat.paiements[rang].etape.value if rang in agregat.paiements else "a_liquider"
        mot = mots.mot(mots.ETAPES_DE_PAIEMENT, etape).lower()
        nature = mots.mot(mots.CHOIX, prevue.nature.value).lower()
        yield Possible(str(rang), f"{rang} – {nature}, {en_euros(prevue.montant_centimes)}, {mot}")


def _mandats(services: Services, bordereau: Any, _: Mapping[str, str]) -> Iterator[Possible]:
    for identifiant in dict.fromkeys(ligne.subvention for ligne in bordereau.lignes.values()):
        ref = services.store.charger(ESPECES["subvention"].classe, identifiant).ref
        yield Possible(ref, ref)


def _roles(*_: Any) -> Iterator[Possible]:
    for role in Role:
        if role is not Role.SYSTEME:
            yield Possible(role.value, mots.ROLES[role.value])


def _roles_tenus(services: Services, agent: Any, _: Mapping[str, str]) -> Iterator[Possible]:
    for role in sorted(agent.roles(services.maintenant())):
        yield Possible(role.value, mots.ROLES[role.value])


def _agents(services: Services, *_: Any) -> Iterator[Possible]:
    for agent in services.store.ayant(ESPECES["agent"].classe, AgentEnregistre):
        yield Possible(agent.ref, agent.ref)


def _groupes(services: Services, *_: Any) -> Iterator[Possible]:
    agents = services.store.ayant(ESPECES["agent"].classe, AgentRattache)
    for groupe in sorted(frozenset[str]().union(*(agent.groupes for agent in agents))):
        yield Possible(groupe, groupe)


def _absences(_: Services, agent: Any, __: Mapping[str, str]) -> Iterator[Possible]:
    for absence in agent.absences.values():
        dates = f"du {absence.du:%d/%m/%Y} au {absence.jusqu_au:%d/%m/%Y}"
        yield Possible(absence.du.isoformat(), f"{dates}, suppléée par {absence.suppleant}")


def _dispositifs(*_: Any) -> Iterator[Possible]:
    for code in CODES:
        yield Possible(code, mots.dispositif(code))


def _qpv(services: Services, *_: Any) -> Iterator[Possible]:
    for code, nom in services.qpv.items():
        yield Possible(code, f"{nom} ({code})")


def _documents_refuses(_: Services, agregat: Any, __: Mapping[str, str]) -> Iterator[Possible]:
    for document in agregat.documents.values():
        if document.etat is EtatDocument.REFUSE:
            yield Possible(str(document.edition), f"{TITRES[document.nature]}, {document.destinataire}")


LISTES: Final[dict[str, Liste]] = {
    "absences": _absences,
    "agents": _agents,
    "avis": _avis,
    "campagnes": _campagnes,
    "criteres": _criteres,
    "delai_avis": _du_reglement("delai_avis", "valeur"),
    "delai_pieces": _du_reglement("delai_pieces", "valeur"),
    "dispositifs": _dispositifs,
    "documents_refuses": _documents_refuses,
    "dossiers_engages": _engages,
    "echeances": _echeances,
    "faits_dates": _faits_dates,
    "groupes": _groupes,
    "financeurs": _financeurs,
    "lignes_a_voter": _lignes(lambda ligne: ligne.inscrite and ligne.resultat is None),
    "lignes_refusees": _lignes(lambda ligne: ligne.refus is not None and not ligne.ecartee),
    "lignes_votees": _lignes_votees,
    "mandats": _mandats,
    "membres": _membres,
    "motifs": _motifs,
    "objets_du_motif": _objets_du_motif,
    "pieces": _pieces,
    "produits": _produits,
    "pieces_recues": _pieces_recues,
    "qpv": _qpv,
    "recours": _recours,
    "interets": lambda _, dossier, __: [Possible(agent, agent) for agent in dossier.interets],
    "demandes_a_remettre": _demandes_a_remettre,
    "roles": _roles,
    "roles_tenus": _roles_tenus,
    "services_consultes": _services_consultes,
    "source_avis": _du_reglement("delai_avis", "source"),
}
"""The lists that a field may name. A kind of aggregate is another list, which the read models give."""
