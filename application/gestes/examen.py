"""A request is examined: its eligibility from the dépôt on, an early start, its criteria once it is complete."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.eligibilite import EligibiliteAReexaminer
from aggregates.dossier.etat import Appreciation, Etat
from aggregates.dossier.financement import DOUBLE
from aggregates.dossier.nature import nature_du_demandeur
from aggregates.dossier.visa import exiger_a_jour
from aggregates.tiers import Tiers
from application.commandes import Commande, Saisie
from application.consultations.doubles import deja_aides
from application.declaration import Choix, TexteLong, geste
from application.gestes.cibles import DOSSIER, QUI_DIT, Justification, RefDossier
from application.reglements import campagne_du
from application.services import Services
from application.store import sauf_illisible
from dispositifs.eligibilite import Doute, Perimetre, Projet, eligibilite, jour_du_territoire, perimetre_au
from dispositifs.reglement import Code, Jour, Reglement
from kernel.attentes import Role
from kernel.refus import Refus
from kernel.textes import enumerer


class AppreciationSaisie(Saisie):
    """How far the project meets one criterion, and why."""

    critere: Annotated[Code, Choix("criteres")] = Field(title="Critère", description="code du critère")
    appreciation: Literal["satisfait", "en_partie", "non_satisfait"] = Field(
        title="Appréciation", description="satisfait, en_partie ou non_satisfait"
    )
    justification: Justification


@geste("apprecier", "Apprécier les critères", Role.INSTRUCTEUR, sur=DOSSIER)
class ApprecierCriteres(Commande):
    """Apprécier un ou plusieurs critères du règlement, chacun avec sa justification."""

    dossier: RefDossier
    appreciations: Annotated[tuple[AppreciationSaisie, ...], Choix("criteres", cle="critere")] = Field(
        min_length=1, title="Critères", description="chaque critère, son appréciation et sa justification"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record the appreciations; the justifications go to the coffre."""
        dossier.apprecier(
            tuple(
                Appreciation(
                    critere=une.critere,
                    appreciation=une.appreciation,
                    justification=services.confier_exige(une.justification, dossier.id, f"critere:{une.critere}"),
                )
                for une in self.appreciations
            )
        )


def examiner(dossier: Dossier, campagne: Campagne, services: Services) -> None:
    """Examine a request under its campagne, at the date of the command: its motifs, and which list judged its territory.

    That list is noted when the règlement says at which date it is read; nothing is examined of a take-over.
    """
    reglement = campagne.reglement
    if reglement is None:
        return
    projet = _projet(dossier, dossier.jour)
    perimetre = perimetre_au(services.perimetres, jour_du_territoire(reglement, projet, dossier.jour))
    juge = None
    if reglement.date_du_territoire is not None:
        juge = jour_du_territoire(reglement, projet, dossier.jour), None if perimetre is None else perimetre.version
    doutes = _doutes(reglement, dossier, perimetre, dossier.jour)
    dossier.examiner_eligibilite(juge, [*doutes, *_deja_finances(dossier, services)])


def relever_le_demandeur(dossier: Dossier, services: Services) -> None:
    """Make a motif of what is known of the applicant: a nature that the règlement does not admit, an aid to the same project."""
    attend = dossier.tient_encore and dossier.decision is None
    if attend and dossier.depose_le is not None and dossier.depose_le <= dossier.jour:
        reglement = campagne_du(dossier, services).reglement
        if reglement is None:
            return
        doutes = [d for d in _doutes(reglement, dossier, None, dossier.jour) if d.code == "demandeur"]
        for doute in (*doutes, *_deja_finances(dossier, services)):
            dossier.relever(*doute)


def juger_l_envoi(dossier: Dossier, campagne: Campagne) -> None:
    """Make a motif of a request sent outside the days of its campagne; received then, when nobody knows its sending.

    Refuse with CampagneFermee where no request can be filed.
    """
    recue = dossier.effet_du(dossier.inscriptions[0].entete)
    motif = campagne.motif_d_envoi(dossier.envoye_le or recue)
    if motif is not None:
        dossier.relever(motif)


def exiger_examine(dossier: Dossier, campagne: Campagne, services: Services) -> None:
    """Refuse a proposition, or its visa, with EligibiliteAReexaminer when something is in doubt today that no motif tells."""
    if nouveaux := doutes_tus(dossier, campagne, services, dossier.jour):
        raise EligibiliteAReexaminer(
            f"Depuis le dernier examen, un doute est né : {enumerer(nouveaux)}. « dossier examiner-eligibilite » d’abord.",
            doutes=nouveaux,
        )


def exiger_attribution_examinee(dossier: Dossier, services: Services) -> None:
    """Refuse as `exiger_examine` does an award that is proposed; a proposition of rejet waits for no examination."""
    proposition = dossier.proposition
    if dossier.etat is Etat.PROPOSE and proposition is not None and proposition.cause is None:
        exiger_examine(dossier, campagne_du(dossier, services), services)


def doutes_tus(dossier: Dossier, campagne: Campagne, services: Services, jour: date) -> list[str]:
    """Return the codes of what is in doubt that day and that no motif tells; none of what needs no examination any more.

    The list of quartiers changed and the règlement judges at the vote, the project has begun: an agent examines again,
    then answers.
    """
    reglement = campagne.reglement
    if reglement is None or not dossier.tient_encore or dossier.decision is not None:
        return []
    perimetre = perimetre_au(services.perimetres, jour_du_territoire(reglement, _projet(dossier, jour), jour))
    doutes = [*_doutes(reglement, dossier, perimetre, jour), *_deja_finances(dossier, services)]
    return [doute.code for doute in doutes if doute not in dossier.motifs]


def pourquoi_ne_lie_plus(dossier: Dossier, services: Services, jour: date) -> str | None:
    """Return why the award that is proposed cannot be put to the vote that day; None when it can, or none is proposed."""
    proposition = dossier.proposition
    if proposition is None or proposition.cause is not None or not dossier.tient_encore or dossier.decision is not None:
        return None
    try:
        exiger_a_jour(dossier)
    except Refus as refus:
        return refus.message.rstrip(".")
    nouveaux = doutes_tus(dossier, campagne_du(dossier, services, jour), services, jour)
    return f"éligibilité à examiner de nouveau : {enumerer(nouveaux)}" if nouveaux else None


def _deja_finances(dossier: Dossier, services: Services) -> Iterator[Doute]:
    """Yield a doubt for each other dossier of its applicant that we aid for the same project, or the same cost."""
    store, tiers_id = services.store, dossier.tiers_id
    tiers = None if tiers_id is None else sauf_illisible(partial(store.charger, Tiers, tiers_id))
    if tiers is not None:
        yield from (Doute(DOUBLE, autre.ref) for autre in deja_aides(store, dossier, tiers))


def _doutes(reglement: Reglement, dossier: Dossier, perimetre: Perimetre | None, jour: date) -> list[Doute]:
    doutes = eligibilite(reglement, _projet(dossier, jour), au=jour, perimetre=perimetre)
    if any(code == "qpv_inconnu" for code, _ in dossier.motifs):
        return [d for d in doutes if d.objet != "aucun_quartier"]  # it named one: that motif says so already
    return doutes


def _projet(dossier: Dossier, jour: date) -> Projet:
    depuis = nature_du_demandeur(dossier, jour)
    return Projet(
        depose_le=dossier.depose_le or jour,
        qpv=dossier.qpv,
        periode=dossier.periode,
        charges=dossier.charges,
        categorie=None if depuis is None else dossier.natures[depuis][0],
        demarrage_autorise=dossier.demarrage_autorise,
    )


@geste("examiner-eligibilite", "Examiner l’éligibilité", Role.INSTRUCTEUR, sur=DOSSIER, par_lot=True)
class ExaminerEligibilite(Commande):
    """Examiner de nouveau l’éligibilité : territoire, période, demandeur, dépenses, commencement ; chaque doute est un motif."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Examine it at the date of the command."""
        dossier.exiger_apres("le dépôt", dossier.depot)
        examiner(dossier, campagne_du(dossier, services), services)


@geste(
    "autoriser-demarrage-anticipe",
    "Autoriser un démarrage anticipé",
    Role.ORDONNATEUR,
    Role.RESPONSABLE,
    sur=DOSSIER,
)
class AutoriserDemarrageAnticipe(Commande):
    """Autoriser le projet à commencer avant la décision ; cela ne vaut pas promesse de subvention."""

    dossier: RefDossier
    a_partir_du: Jour = Field(title="À partir du", description="premier jour où le projet peut commencer, AAAA-MM-JJ")
    acte: Annotated[str, TexteLong(), QUI_DIT] = Field(
        min_length=1, title="Acte", description="qui l’autorise, et par quelle délégation, gardé dans le coffre"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Authorise it by an act that the coffre keeps."""
        dossier.autoriser_demarrage(self.a_partir_du, services.confier_exige(self.acte, dossier.id, "demarrage"))
