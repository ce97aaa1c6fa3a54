"""Questions that an auditor asks of the whole store: each is a check, with what it found and when it was made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from application.consultations import controles
from application.services import Services
from bootstrap.lectures import Lectures
from kernel.instants import Instant
from readmodels.chronologie import requetes
from web.gabarits import page
from web.pages.audit.faits import dire_les_faits
from web.personne import LaPersonne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)
MONTRES: Final = 200
"""Facts that the page of a question shows: the last ones."""
JOURS: Final = 10
"""Days that bank details have been known for: a choice of ours, no rule; the auditor types another."""


@dataclass(frozen=True, slots=True)
class QuestionPosee:
    """A check: `dit` says what a fact found is; `jours` is asked when it counts days."""

    code: str
    titre: str
    dit: str
    chercher: Callable[[Services, Lectures, int], Sequence[int]]
    jours: bool = False


_DES_PAIEMENTS: Final = f"Sont relues les {controles.AU_PLUS} dernières subventions payées."
QUESTIONS: Final = {
    question.code: question
    for question in (
        QuestionPosee(
            "paiements-avant-executoire",
            "Paiements avant que l’acte ne soit exécutoire",
            f"Paiements constatés avant le jour où la délibération est exécutoire, ou sans qu’elle le soit. {_DES_PAIEMENTS}",
            lambda services, _, __: controles.payes_avant_l_executoire(services),
        ),
        QuestionPosee(
            "paiements-sur-compte-recent",
            "Paiements sur un compte validé depuis peu",
            f"Paiements constatés moins de tant de jours après la validation des coordonnées bancaires. {_DES_PAIEMENTS}",
            lambda services, _, jours: controles.payes_sur_un_compte_recent(services, jours),
            jours=True,
        ),
        QuestionPosee(
            "votes-sans-visa",
            "Votes sans visa",
            "Décisions de l’assemblée sur un dossier dont aucune proposition n’avait été visée.",
            lambda _, lectures, __: requetes.sans(lectures, "dossier.decide", "dossier.vise"),
        ),
        QuestionPosee(
            "visas-de-l-auteur",
            "Visas donnés par l’auteur de la proposition",
            "Visas enregistrés par l’agent qui avait enregistré la proposition visée.",
            lambda _, lectures, __: requetes.du_meme_agent(lectures, "dossier.vise", "dossier.propose"),
        ),
        QuestionPosee(
            "faits-apres-cloture",
            "Faits enregistrés après la clôture",
            "Faits d’un dossier enregistrés après sa clôture, hors oubli des données personnelles.",
            lambda _, lectures, __: requetes.apres(
                lectures, "dossier.clos", sauf=("dossier.oubli_decide", "dossier.cle_detruite")
            ),
        ),
        QuestionPosee(
            "rejets-implicites",
            "Silences qui ont valu rejet",
            "Rejets implicites nés sans qu’une décision soit intervenue à temps.",
            lambda _, lectures, __: requetes.ceux(lectures, "dossier.rejet_implicite_ne"),
        ),
        QuestionPosee(
            "completudes-annulees",
            "Complétudes annulées",
            "Dossiers déclarés complets, puis rouverts.",
            lambda _, lectures, __: requetes.ceux(lectures, "dossier.completude_annulee"),
        ),
    )
}


def poser(portes: Portes, question: QuestionPosee, jours: int = JOURS) -> tuple[Sequence[int], Instant]:
    """Return the positions found, the last first, and when they were sought."""
    lectures, maintenant = portes.a_jour("chronologie"), portes.services.maintenant()
    return question.chercher(portes.services, lectures, jours), maintenant


def toutes(portes: Portes) -> list[dict[str, Any]]:
    """Return each question with how many facts it finds, and when: for a minute, what was found for another view."""

    def faire() -> list[dict[str, Any]]:
        trouvees = [(question, *poser(portes, question)) for question in QUESTIONS.values()]
        return [
            {"code": q.code, "titre": q.titre, "nombre": len(trouves), "le": le, "jours": q.jours and JOURS}
            for q, trouves, le in trouvees
        ]

    return portes.questions.lire(faire)


@routes.get("/audit/questions/{code}")
def repondre(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    code: str,
    jours: Annotated[int, Query(ge=1, le=3650)] = JOURS,
) -> Response:
    """Check it now, and show the last facts found."""
    question = QUESTIONS.get(code)
    if question is None:
        raise HTTPException(404)
    trouves, le = poser(portes, question, jours)
    return page(
        request,
        "question.html",
        question=question,
        jours=jours,
        nombre=len(trouves),
        le=le,
        lignes=dire_les_faits(portes, personne, trouves[:MONTRES]),
        montres=MONTRES,
    )
