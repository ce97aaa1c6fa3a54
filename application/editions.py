"""Documents of the institution: what each says, from the facts up to a position and the texts of the coffre; composed again.

The same recipe gives the same bytes with the same tools, as long as the program chooses the same words.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from uuid import UUID

from aggregates.campagne import Campagne
from aggregates.deliberation import Deliberation
from aggregates.dossier import Dossier
from aggregates.dossier.completude import PiecesDemandees
from aggregates.dossier.ecrits import NatureDocument
from aggregates.dossier.envois import DocumentProduit, Recette
from aggregates.dossier.rejet import CAUSES
from aggregates.dossier.silence import echeance_du_silence
from application import loi
from application.commandes import FichierRecu
from application.institution import REGION
from application.libelles import Appellations
from application.ports import Outils
from application.services import Services
from kernel.agregat import Agregat, plier
from kernel.delais import lire_duree
from kernel.faits import Inscription
from kernel.identifiants import ReferenceInconnue, derive, identifiant
from kernel.instants import Effet, debut_de, dernier_jour, jour_de
from kernel.montants import en_euros
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import en_toutes_lettres, enumerer

A = TypeVar("A", bound=Agregat)

DEMANDEUR: Final = "demandeur"
COORDONNEES: Final = {
    "service": "la désignation du service",
    "adresse": "son adresse postale",
    "courriel": "son adresse électronique",
    "telephone": "son numéro de téléphone",
    "tribunal": "le tribunal administratif compétent, avec son adresse",
}
"""What a document says of the service that answers for the dossier, and of the court."""
_EXIGEES: Final = {
    NatureDocument.ACCUSE: ("service", "adresse", "telephone", "tribunal"),
    NatureDocument.PIECES: ("service", "adresse", "telephone"),
    NatureDocument.AVIS: ("service", "adresse"),
    NatureDocument.TRANSMISSION: ("service", "adresse"),
    NatureDocument.REJET: ("service", "adresse", "tribunal"),
}


class ServiceNonDeclare(Refus, code="service_non_declare"):
    """The institution did not say what a document must print of it: nothing is invented."""


class EditionOubliee(Refus, code="edition_oubliee"):
    """What the document quotes, or its bytes, can be read no more: whom it is about was forgotten."""


@dataclass(frozen=True, slots=True)
class Voulu:
    """Which document, about what, for whom; `mention` is the id of a typed text that it quotes (the authority)."""

    nature: NatureDocument
    destinataire: str = DEMANDEUR
    objet: str = ""
    mention: UUID | None = None


@dataclass
class Sources:
    """What a document reads beside its own dossier: the store up to a position, and texts of the coffre, which it notes."""

    services: Services
    position: int
    lus: list[UUID] = field(default_factory=list)
    tapes: Mapping[UUID, str] = field(default_factory=dict)
    """Texts that the command under way gave, and that the coffre does not keep yet."""

    def charger(self, classe: type[A], identifiant_: UUID) -> A:
        """Return an aggregate as the store had it at that position."""
        connues = self.services.store.charger(classe, identifiant_).inscriptions
        return plier(classe, identifiant_, [i for i in connues if (i.position or 0) <= self.position])

    def texte(self, identifiant_: UUID) -> str:
        """Return a text, and note that the document quotes it; refuse with EditionOubliee."""
        lu = self.tapes.get(identifiant_) or self.services.coffre.lire(identifiant_)
        if lu is None:
            raise EditionOubliee("Ce que dit ce document a été oublié : il ne peut pas être composé.")
        self.lus.append(identifiant_)
        return lu


def composer(
    dossier: Dossier, voulu: Voulu, sources: Sources, le: Effet, *, projet: bool = False
) -> tuple[bytes, str, Recette]:
    """Return the bytes of a document of that date, the words given to its template, and its recipe without them.

    Raises:
        ServiceNonDeclare: a value that it must print was not entered; the refusal names it.
        EditionOubliee: a text that it quotes can be read no more.
    """
    donnees = {**_communes(dossier, voulu, sources, le), **_PROPRES[voulu.nature](dossier, voulu, sources, le)}
    editeur, nature = sources.services.editeur, voulu.nature.value
    contenu = editeur.composer(nature, donnees, debut_de(le), projet=projet)
    outils = editeur.outils(nature)
    lus = tuple(dict.fromkeys(sources.lus))
    mots = json.dumps(donnees, ensure_ascii=False, sort_keys=True)
    return contenu, mots, Recette(position=sources.position, coffre=lus, **outils._asdict())


def editer(
    dossier: Dossier, voulu: Voulu, adresse: str | None, services: Services, *, tapes: Mapping[UUID, str] | None = None
) -> None:
    """Compose a document, keep its bytes with the command under way, and record it; without `adresse` it is handed.

    The one that was written already is not written again.
    """
    if dossier.deja_produit(voulu.nature, voulu.objet, voulu.destinataire, voulu.mention):
        return
    sources = Sources(services, services.store.derniere_position(), tapes=tapes or {})
    contenu, mots, recette = composer(dossier, voulu, sources, dossier.contexte.effectif_le)
    dossier.produire(
        DocumentProduit(
            edition=derive(dossier.id, "edition", dossier.version + 1),
            nature=voulu.nature,
            objet=voulu.objet,
            destinataire=voulu.destinataire,
            adresse=services.confier(adresse, dossier.id, "courriel"),
            mention=voulu.mention,
            sha256=services.conserver(FichierRecu(f"{voulu.nature}.pdf", contenu), dossier.id),
            recette=recette.model_copy(update={"mots": services.confier_exige(mots, dossier.id, "mots")}),
        )
    )


def retrouver(services: Services, edition: str) -> tuple[Dossier, Inscription, DocumentProduit]:
    """Return the dossier of an edition and the fact that produced it, or refuse with ReferenceInconnue."""
    topic = DocumentProduit.topic
    for dossier_id in services.store.enregistreur.ids_par_topic(topic, edition) if _est_un_id(edition) else ():
        dossier = services.store.charger(Dossier, dossier_id)
        for inscription in dossier.inscriptions:
            if isinstance(inscription.fait, DocumentProduit) and str(inscription.fait.edition) == edition:
                return dossier, inscription, inscription.fait
    raise ReferenceInconnue(f"Aucun document « {edition} ».", reference=edition)


def lire(services: Services, dossier: Dossier, sha256: str) -> bytes:
    """Return the bytes that were sent, or refuse with EditionOubliee."""
    if dossier.oubli is not None:
        raise EditionOubliee(f"Le dossier {dossier.ref} a été oublié : ses documents ne se lisent plus.")
    return services.fichiers.lire(dossier.id, sha256)


@dataclass(frozen=True, slots=True)
class Refaite:
    """A document composed again: its bytes, and what differs of the tools and words that made it (blank: nothing does)."""

    contenu: bytes
    identique: bool
    differents: tuple[str, ...]


def refaire(services: Services, edition: str) -> Refaite:
    """Compose a document again from its recipe; refuse with ReferenceInconnue, or EditionOubliee once it was forgotten."""
    dossier, inscription, produit = retrouver(services, edition)
    if dossier.oubli is not None:
        raise EditionOubliee(f"Le dossier {dossier.ref} a été oublié : ses documents ne se refont plus.")
    entete, voulue = inscription.entete, produit.recette
    avant = plier(Dossier, dossier.id, [i for i in dossier.inscriptions if i.entete.version < entete.version])
    voulu = Voulu(produit.nature, produit.destinataire, produit.objet, produit.mention)
    sources = Sources(services, voulue.position)
    contenu, mots, faite = composer(avant, voulu, sources, entete.effectif_le)
    identique = FichierRecu("", contenu).sha256 == produit.sha256
    differents = [
        f"{nom} : {getattr(voulue, champ)[:12]} alors, {getattr(faite, champ)[:12]} maintenant"
        for champ, nom in zip(Outils._fields, ("le modèle", "typst", "les polices"), strict=True)
        if getattr(voulue, champ) != getattr(faite, champ)
    ]
    if voulue.mots is not None:
        differents += _autres_mots(sources.texte(voulue.mots), mots)
    elif not identique:
        differents.append("les mots du programme : inconnus, ce document a été fait avant qu’ils soient gardés")
    return Refaite(contenu, identique, tuple(differents))


def _autres_mots(alors: str, maintenant: str) -> Iterator[str]:
    """Yield each word that the program chose otherwise, from the same facts and texts."""
    avant, apres = (dict(_feuilles(json.loads(mots))) for mots in (alors, maintenant))
    for ou in dict.fromkeys((*avant, *apres)):
        if avant.get(ou) != apres.get(ou):
            yield f"les mots du programme ({ou}) : {avant.get(ou, 'rien')} alors, {apres.get(ou, 'rien')} maintenant"


def _feuilles(valeur: Any, ou: str = "") -> Iterator[tuple[str, str]]:
    """Yield where each value of the words of a document is, and what it says."""
    if not isinstance(valeur, dict | list) or not valeur:
        yield ou, f"« {valeur} »" if isinstance(valeur, str) else json.dumps(valeur)
        return
    for nom, sous in valeur.items() if isinstance(valeur, dict) else enumerate(valeur, start=1):
        yield from _feuilles(sous, f"{ou}.{nom}" if ou else str(nom))


def trouver(services: Services, reference: str) -> Dossier:
    """Return a dossier by what people call it, or refuse with ReferenceInconnue."""
    return services.trouver(Dossier, reference)


def lire_nature(code: str) -> NatureDocument:
    """Return a kind of document, or refuse with SaisieInvalide."""
    try:
        return NatureDocument(code)
    except ValueError:
        connus = enumerer([nature.value for nature in NatureDocument])
        raise SaisieInvalide(f"« {code} » n’est pas un document : {connus}.", document=code) from None


def projet(services: Services, dossier: Dossier, voulu: Voulu) -> bytes:
    """Return what a document would be today, marked « projet »; nothing is recorded.

    Refuse as `composer`, with GesteImpossible what would say what is not (a rejet, a missing pièce), or SaisieInvalide.
    """
    if voulu.nature is NatureDocument.REJET and dossier.issue != "rejete":
        raise dossier.impossible("notifier-rejet", f"le dossier {dossier.ref} n’est pas rejeté")
    if voulu.nature is NatureDocument.PIECES and not voulu.objet and not dossier.pieces_manquantes:
        raise dossier.impossible("demander-pieces", "aucune pièce exigée ne manque")
    if voulu.nature in {NatureDocument.AVIS, NatureDocument.RAPPEL} and not voulu.objet:
        raise SaisieInvalide("Dites le partenaire à qui l’avis est demandé (--objet).", champ="objet")
    maintenant = services.maintenant()
    sources = Sources(services, services.store.derniere_position())
    return composer(dossier, voulu, sources, jour_de(maintenant), projet=True)[0]


def courriel_du_demandeur(dossier: Dossier, services: Services) -> str | None:
    """Return the e-mail address that the request gave, None when it gave none."""
    lu = None if dossier.contact is None else services.coffre.lire(dossier.contact)
    return None if lu is None else json.loads(lu).get("courriel")


def courriel_du_service(dossier: Dossier, services: Services) -> str | None:
    """Return where the service that answers for a dossier is written to, None when it was not said."""
    campagne = services.store.charger(Campagne, identifiant("campagne", dossier.campagne))
    lu = None if campagne.service is None else services.coffre.lire(campagne.service)
    return None if lu is None else json.loads(lu).get("courriel")


def _est_un_id(edition: str) -> bool:
    try:
        return str(UUID(edition)) == edition
    except ValueError:
        return False


def _communes(dossier: Dossier, voulu: Voulu, sources: Sources, le: Effet) -> dict[str, Any]:
    montant = dossier.demande_centimes
    return {
        "institution": REGION.denomination,
        "service": _service(dossier, voulu, sources),
        "destinataire": _destinataire(dossier, voulu, sources),
        "le": _jour(le),
        "public": dossier.de_droit_public,
        "dossier": {
            "ref": dossier.ref,
            "demandeur": dossier.denomination,
            "objet": dossier.objet,
            "montant": None if montant is None else en_euros(montant),
        },
    }


def _service(dossier: Dossier, voulu: Voulu, sources: Sources) -> dict[str, str | None]:
    campagne = sources.charger(Campagne, identifiant("campagne", dossier.campagne))
    dits: dict[str, str | None] = json.loads(sources.texte(campagne.service)) if campagne.service else {}
    exigees = [nom for nom in _EXIGEES.get(voulu.nature, ()) if nom != "tribunal" or not dossier.de_droit_public]
    if manquent := [nom for nom in exigees if not dits.get(nom)]:
        raise ServiceNonDeclare(
            f"Ce document ne peut pas être composé : il manque à la campagne {dossier.campagne} "
            f"{enumerer([COORDONNEES[nom] for nom in manquent])} (« campagne declarer-service »).",
            campagne=dossier.campagne,
            manquent=manquent,
        )
    return {nom: dits.get(nom) for nom in COORDONNEES}


def _destinataire(dossier: Dossier, voulu: Voulu, sources: Sources) -> list[str]:
    if voulu.destinataire == DEMANDEUR:
        contact = {} if dossier.contact is None else json.loads(sources.texte(dossier.contact))
        return [dossier.denomination, *([contact["nom"]] if contact.get("nom") else [])]
    return [sources.texte(voulu.mention) if voulu.mention else voulu.destinataire]


def _enregistrement(dossier: Dossier, voulu: Voulu, sources: Sources, le: Effet) -> dict[str, Any]:
    return {"recue_le": _jour(dossier.depose_le)}


def _accuse(dossier: Dossier, voulu: Voulu, sources: Sources, _: Effet) -> dict[str, Any]:
    nom_de = _libelles(dossier, sources).piece
    echeance = echeance_du_silence(dossier)
    return {
        "recue_le": _jour(dossier.depose_le),
        "electronique": not dossier.demande_papier,
        "rejet_le": "" if echeance is None else _jour(echeance.dernier_jour),
        "pieces": [nom_de(piece.code) for piece in dossier.pieces_manquantes],
    }


def _pieces(dossier: Dossier, voulu: Voulu, sources: Sources, _: Effet) -> dict[str, Any]:
    nom_de = _libelles(dossier, sources).piece
    demande = dossier.inscriptions[int(voulu.objet) - 1].fait if voulu.objet else None
    voulues = demande.pieces if isinstance(demande, PiecesDemandees) else None
    exigees = {piece.code: piece.exigee_par for piece in dossier.pieces_exigees}
    manquantes = voulues or [piece.code for piece in dossier.pieces_manquantes]
    return {
        "pieces": [{"piece": nom_de(code), "exigee_par": exigees.get(code, "")} for code in manquantes],
        "delai": str(demande.delai.duree) if isinstance(demande, PiecesDemandees) else "[délai]",
    }


def _avis(dossier: Dossier, voulu: Voulu, sources: Sources, _: Effet) -> dict[str, Any]:
    demande = next((avis for avis in dossier.avis if avis.de == voulu.objet), None)
    if demande is None:
        raise ReferenceInconnue(f"Aucun avis n’a été demandé à « {voulu.objet} ».", reference=voulu.objet)
    quartiers = [sources.services.qpv.get(code, code) for code in dossier.qpv]
    communes = [sources.services.communes.get(code, code) for code in dossier.communes]
    source = "" if demande.source is None else sources.texte(demande.source)
    return {
        "aupres_de": _libelles(dossier, sources).service(demande.de),
        "delai": lire_duree(demande.delai.duree).libelle,
        "fondement": source or demande.delai.source,
        "repute_rendu": demande.repute_rendu,
        "territoire": ", ".join([*quartiers, *communes]) or None,
        "periode": None if dossier.periode is None else " – ".join(map(_jour, dossier.periode)),
    }


def _rappel(dossier: Dossier, voulu: Voulu, sources: Sources, _: Effet) -> dict[str, Any]:
    version = voulu.objet.partition("-")[0]
    rappele = next((avis for avis in dossier.avis if voulu.objet == avis.de or version == str(avis.version)), None)
    if rappele is None or rappele.echeance is None:
        raise ReferenceInconnue(f"Aucun avis n’est attendu de « {voulu.objet} ».", reference=voulu.objet)
    return {
        "aupres_de": rappele.de,
        "demande_le": _jour(rappele.depuis),
        "avant_le": _jour(dernier_jour(rappele.echeance)),
        "repute_rendu": rappele.repute_rendu,
    }


def _transmission(dossier: Dossier, voulu: Voulu, sources: Sources, _: Effet) -> dict[str, Any]:
    return {
        "au_demandeur": voulu.destinataire == DEMANDEUR,
        "autorite": sources.texte(voulu.mention) if voulu.mention else "[autorité]",
        "recue_le": _jour(dossier.depose_le),
    }


def _rejet(dossier: Dossier, voulu: Voulu, sources: Sources, le: Effet) -> dict[str, Any]:
    proposition = dossier.proposition
    cause = None if proposition is None else proposition.cause
    contentieux, gracieux = (loi.delai(code, jour_de(le)) for code in ("recours_contentieux", "recours_gracieux"))
    return {
        "deliberation": dossier.deliberation and sources.charger(Deliberation, dossier.deliberation).numero,
        "vote_le": _jour(dossier.decide_le),
        "cause": cause and CAUSES[cause],
        "motif": sources.texte(proposition.motif) if proposition and cause and proposition.motif else None,
        "contentieux": {"duree": lire_duree(contentieux.duree).libelle, "source": contentieux.source},
        "gracieux": None if dossier.de_droit_public else lire_duree(gracieux.duree).libelle,
    }


_PROPRES: Final[Mapping[NatureDocument, Callable[[Dossier, Voulu, Sources, Effet], dict[str, Any]]]] = {
    NatureDocument.ENREGISTREMENT: _enregistrement,
    NatureDocument.ACCUSE: _accuse,
    NatureDocument.PIECES: _pieces,
    NatureDocument.AVIS: _avis,
    NatureDocument.RAPPEL: _rappel,
    NatureDocument.TRANSMISSION: _transmission,
    NatureDocument.REJET: _rejet,
}


def _libelles(dossier: Dossier, sources: Sources) -> Appellations:
    """Return what people are written to with: the names that the règlement gives, else the codes in words."""
    campagne, depose_le = sources.charger(Campagne, identifiant("campagne", dossier.campagne)), dossier.depose_le
    jour = dossier.complet_le or depose_le
    reglement = campagne.reglement if jour is None else campagne.selon(dossier.reglement, depose_le, jour).reglement
    return Appellations.de([] if reglement is None else [reglement])


def _jour(valeur: Effet | None) -> str:
    return "" if valeur is None else en_toutes_lettres(jour_de(valeur))
