"""Avis asked of the services that a règlement lists, or of anybody when it lists none; given, or asked no more."""

from typing import Annotated, Literal

from pydantic import Field

from aggregates.dossier import Dossier
from aggregates.dossier.avis import DelaiDuReglement, ServiceNonConsulte
from application.commandes import Commande
from application.declaration import Choix, TexteLong, geste
from application.gestes.cibles import DOSSIER, QUI_DIT, Motif, RefDossier
from application.loi import delai_avis
from application.reglements import campagne_du
from application.services import Services
from dispositifs.reglement import Reglement, ServiceConsulte, Valeur
from kernel.attentes import Delai, Nature, Role
from kernel.delais import lire_duree
from kernel.refus import SaisieInvalide
from kernel.textes import enumerer


@geste("demander-avis", "Demander un avis", Role.INSTRUCTEUR, sur=DOSSIER, par_lot=True)
class DemanderAvis(Commande):
    """Demander l’avis d’un partenaire, dans un délai."""

    dossier: RefDossier
    aupres_de: Annotated[str, Choix("services_consultes", libre=True)] = Field(
        min_length=1, max_length=80, title="Partenaire", description="partenaire, par exemple « ville »"
    )
    delai: Annotated[str | None, Choix("delai_avis", libre=True)] = Field(
        default=None, title="Délai", description="délai, par exemple « 21 jours » ; celui du règlement s’il en fixe un"
    )
    source: Annotated[str | None, Choix("source_avis", libre=True)] = Field(
        default=None,
        min_length=1,
        max_length=300,
        title="Source du délai",
        description="texte qui fixe le délai ; sans lui, c’est un usage",
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Ask a partner: one that the règlement lists, in its délai, when it lists any; else anybody, in the délai given or its own."""
        reglement = campagne_du(dossier, services).reglement
        if reglement is not None and reglement.avis:
            dossier.consulter(*self._du_reglement(reglement, dossier))
            return
        commun = _commun(reglement, dossier)
        if self.delai is not None:
            delai = delai_avis(str(lire_duree(self.delai)), cite=self.source is not None)
        elif commun is not None:
            delai = _fixe(commun.valeur, commun.source)
        else:
            raise SaisieInvalide("Délai : à donner, le règlement n’en fixe pas.", champ="delai")
        source = services.confier(self.source, dossier.id, "source")
        dossier.demander_avis(self.aupres_de, delai, source, hors_liste=reglement is not None)

    def _du_reglement(self, reglement: Reglement, dossier: Dossier) -> tuple[ServiceConsulte, Delai]:
        """Return the service and its délai, or refuse with ServiceNonConsulte or DelaiDuReglement."""
        service = next((service for service in reglement.avis if service.code == self.aupres_de), None)
        if service is None:
            connus = enumerer([s.code for s in reglement.avis])
            raise ServiceNonConsulte(
                f"« {self.aupres_de} » n’est pas un service que le règlement fait consulter : {connus}.",
                champ="aupres_de",
            )
        commun = _commun(reglement, dossier)
        fixe = service.delai or (None if commun is None else commun.valeur)
        donne = None if self.delai is None else str(lire_duree(self.delai))
        if fixe is None and donne is None:
            raise SaisieInvalide("Délai : à donner, le règlement n’en fixe pas.", champ="delai")
        if fixe is not None and donne not in {None, str(lire_duree(fixe))}:
            raise DelaiDuReglement(f"Le règlement fixe le délai de cet avis : {fixe}.", champ="delai", delai=fixe)
        return service, _fixe(fixe or donne or "", service.source)


def _commun(reglement: Reglement | None, dossier: Dossier) -> Valeur[str] | None:
    """Return the délai that the règlement sets for every avis, None when it sets none that holds that day."""
    commun = None if reglement is None else reglement.delai_avis
    return commun if commun is not None and commun.vaut(dossier.jour) else None


def _fixe(duree: str, source: str) -> Delai:
    return Delai(code="avis", duree=str(lire_duree(duree)), source=source, nature=Nature.REGLEMENT)


@geste("revoquer-avis", "Révoquer une demande d’avis", Role.INSTRUCTEUR, sur=DOSSIER)
class RevoquerAvis(Commande):
    """Ne plus demander un avis qui n’est pas venu."""

    dossier: RefDossier
    aupres_de: Annotated[str, Choix("avis")] = Field(
        title="Partenaire", description="partenaire à qui il était demandé"
    )
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Ask it no more."""
        dossier.revoquer_avis(self.aupres_de, services.confier_exige(self.motif, dossier.id, "motif"))


@geste("rendre-avis", "Rendre l’avis", Role.PARTENAIRE, Role.INSTRUCTEUR, sur=DOSSIER)
class RendreAvis(Commande):
    """Rendre un avis demandé."""

    dossier: RefDossier
    aupres_de: Annotated[str, Choix("avis")] = Field(title="Partenaire", description="partenaire qui rend l’avis")
    sens: Literal["favorable", "reserve", "defavorable"] = Field(
        title="Sens", description="favorable, reserve ou defavorable"
    )
    texte: Annotated[str | None, TexteLong(), QUI_DIT] = Field(
        default=None, title="Texte", description="texte de l’avis, gardé dans le coffre"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record an avis; its text goes to the coffre."""
        dossier.rendre_avis(self.aupres_de, self.sens, services.confier(self.texte, dossier.id, "avis"))
