"""One dossier at a date, as it was known at another: why it waits, the whole request, its history; and its pièces, opened."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from application import mots
from application.appellations import libelles_de
from application.consultations import demande, recalcul
from application.consultations import dossier as consultation
from application.consultations.documents import projets
from application.consultations.liens import liens
from application.consultations.moment import Moment
from application.consultations.voies import voies
from application.consultations.voir import lire
from application.libelles import Appellations
from application.noms import NomsDesServices
from kernel.attentes import Role
from web import dates, piece, vues
from web.acces import AUDIT, CONTENUS
from web.contenus import Regard, exiger_une_piece, regarder
from web.gabarits import page
from web.histoire import LeFiltreDHistoire, raconter
from web.lecture import LaLecture
from web.pages.file import autour, dans_la_file
from web.personne import LaPersonne
from web.portes import Apres, LesPortes
from web.possibles import possibles
from web.recu import lire_le_recu

routes = APIRouter(include_in_schema=False)
GARDES: Final = ("au", "connu_au", "file", "ligne")
"""What of an address stands when its history is filtered."""


@routes.get("/dossiers/{ref}")
def voir(
    request: Request,
    lecture: LaLecture,
    filtre: LeFiltreDHistoire,
    ref: str,
    file: Annotated[str, Query(max_length=4000)] = "",
    ligne: Apres = "",
) -> Response:
    """Show a dossier; what the coffre holds of it, once it is in the journal of reads."""
    portes, personne, moment = lecture.portes, lecture.personne, lecture.moment
    agregat = lire(portes.services, "dossier", ref, Moment()).lu
    regard = regarder(portes, personne, agregat.ref, agregat.id, CONTENUS)
    document = consultation.voir(regard.sur("la demande"), ref, moment)
    juge = moment.juge_a(portes.services.maintenant())
    gardes = {nom: dit for nom in GARDES if (dit := request.query_params.get(nom, ""))}
    libelles = libelles_de(portes.services.store, agregat.campagne)
    return page(
        request,
        "dossier.html",
        dossier=document,
        numero=demande.numero(document["beneficiaire"]),
        etat=mots.mot(mots.ETATS, document["etat"]),
        issue=mots.ISSUES.get(document["issue"] or "", ""),
        libelles=libelles,
        illisibles=[mots.illisible(lu) for lu in document["illisibles"]],
        drapeaux=[mots.mot(mots.DRAPEAUX, code) for code in document["drapeaux"]],
        empeche=regard.empeche,
        etats_des_documents=mots.ETATS_DES_DOCUMENTS,
        projets=[] if lecture.passe else projets(portes.services, agregat),
        dates=[(mot, dates.jour(document["dates"][nom])) for nom, mot in mots.DATES.items()],
        silence=_silence(document["silence"]),
        **_demande(regard, document, moment, libelles),
        **raconter(request, regard.sur("les motifs"), personne, document, moment, filtre, gardes),
        liens=[
            (mots.mot(mots.ESPECES, e), nom, vues.lien(e, r, i)) for e, nom, r, i in liens(portes.services, document)
        ],
        recu=lire_le_recu(portes, personne, lecture.recu),
        autour=autour(portes, personne, file, ligne, agregat.id),
        vers=dans_la_file(f"/dossiers/{agregat.ref}", f"?{file}", ligne) if ligne else "",
        gestes=[] if lecture.passe else possibles(portes, personne, "dossier", agregat, document["attentes"]),
        attentes=[vues.attente(attente, juge, libelles) for attente in document["attentes"]],
        copiable=not lecture.passe and Role.INSTRUCTEUR in personne.roles,
        rejouable=bool(personne.roles & AUDIT),
        gardes=gardes,
        passe=lecture.passe,
        lien_d_avis=Role.INSTRUCTEUR in personne.roles and not lecture.passe,
        vu=dates.vu(moment),
        au=lecture.au,
        connu_au=lecture.connu_au,
    )


@routes.get("/dossiers/{ref}/pieces/{piece_ou_version}")
def ouvrir_une_piece(portes: LesPortes, personne: LaPersonne, ref: str, piece_ou_version: str) -> Response:
    """Send a pièce that was received, the last of its code or that of a fact; its view is in the journal of reads first."""
    dossier, recue = demande.piece_recue(portes.services, ref, piece_ou_version)
    exiger_une_piece(portes, personne, dossier.ref, dossier.id, recue.code)
    nom = None if recue.nom is None else portes.services.coffre.lire(recue.nom)
    return piece.envoyer(portes.services.fichiers.lire_par_blocs(dossier.id, recue.sha256), nom or recue.code)


def _silence(compte: dict[str, Any] | None) -> list[tuple[str, str, int, str, str]]:
    """Return the steps by which the silence is counted, in words."""
    etapes = [] if compte is None else compte["etapes"]
    return [(dates.jour(e["du"]), dates.jour(e["au"]), e["jours"], e["motif"], e["source"]) for e in etapes]


def _demande(regard: Regard, document: dict[str, Any], moment: Moment, libelles: Appellations) -> dict[str, Any]:
    """Return what the request says, in words."""
    services = regard.sur("la demande")
    dossier = demande.a_cette_date(services, UUID(document["id"]), moment)
    financement = document["financement"]
    calcul, refait = demande.calcul(dossier), recalcul.de(recalcul.propose_de(dossier))
    return {
        "contact": demande.contact(regard.sur("le contact"), dossier),
        "criteres": demande.criteres(services, dossier),
        "a_apprecier": dossier.criteres_sans_reponse,
        "appreciations": (demande.appreciations(services, dossier, moment) if "les avis" in regard.permis else {}),
        "periode": dossier.periode and [dates.jour(jour) for jour in dossier.periode],
        "territoire_juge": dossier.territoire_juge
        and (dates.jour(dossier.territoire_juge[0]), dossier.territoire_juge[1]),
        "demarrage_autorise": dossier.demarrage_autorise and dates.jour(dossier.demarrage_autorise),
        "quartiers": demande.quartiers(services, dossier),
        "communes": [
            f"{services.communes[c]} ({c})" if c in services.communes else f"{c} (code INSEE)" for c in dossier.communes
        ],
        "ecrits": demande.ecrits(services, dossier),
        "reglement": mots.fondement(document["reglement"] or ""),
        "budget": [
            (titre, [(nom, vues.euros(montant)) for nom, montant in lignes], sum(montant for _, montant in lignes))
            for titre, lignes in mots.budget(document["budget"])
        ],
        "pieces": demande.pieces(regard.sur("les pièces"), dossier, moment),
        "pieces_ouvertes": "les pièces" in regard.permis,
        "signataires": demande.signataires(regard.sur("le contact"), dossier),
        "canal": mots.CANAUX.get(dossier.canal or "", ""),
        "notes": [NomsDesServices(regard.sur("les motifs")).texte(note) for note in dossier.notes],
        "motifs": demande.motifs(regard.sur("les motifs"), dossier),
        "avis": [
            _avis(lu, libelles, lus="les avis" in regard.permis)
            for lu in demande.avis(regard.sur("les avis"), dossier, moment)
        ],
        "recours": [
            _recours(lu) for lu in demande.recours(regard.sur("les motifs"), dossier, document["delais_non_opposables"])
        ],
        "financement": financement
        and {**financement, "codes": [{**f, "stade": mots.mot(mots.CHOIX, f["stade"])} for f in financement["codes"]]},
        "calcul": calcul,
        "recalcul": "" if refait is None else mots.recalcul(refait),
        "voies": voies(services, dossier, moment),
    }


def _avis(lu: dict[str, Any], libelles: Appellations, *, lus: bool) -> dict[str, Any]:
    rendu = mots.mot(mots.SENS, lu["sens"]) if lus else "rendu"
    sens = "attendu" if lu["sens"] is None else rendu
    return {
        **lu,
        "de": libelles.service(lu["de"]),
        "sens": sens,
        "echeance": lu["echeance"] and dates.dernier_jour(lu["echeance"]),
    }


def _recours(lu: dict[str, Any]) -> dict[str, Any]:
    return {
        **lu,
        "titre": f"{mots.mot(mots.NATURES_DE_RECOURS, lu['nature'])} n°{mots.NBSP}{lu['rang']}",
        "par": mots.mot(mots.AUTEURS_DE_RECOURS, lu["par"]),
        "contre": mots.mot(mots.ATTAQUES, lu["contre"]),
        "issue": mots.typographie(mots.mot(mots.ISSUES_DE_RECOURS, lu["issue"])),
        "enfin": lu["issue"] != "en_cours",
    }
