"""The campaign file: what is typed to open a campaign, read with the line of each thing that is wrong in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple, Self, get_args

from pydantic import Field, Strict, StringConstraints, ValidationError
from pydantic import model_validator as verifie_ensemble

from dispositifs.catalogue import CODES, DispositifInconnu, dispositif
from dispositifs.lecture_yaml import Chemin, Faute, TexteSitue, lire_yaml
from dispositifs.reglement import (
    Code,
    Donnee,
    Jour,
    Reglement,
    Texte,
    Valeur,
    ValeurAbsente,
    ValeurPasEnVigueur,
    ValeurSansSource,
)
from kernel.refus import Refus

Heure = Annotated[str, StringConstraints(strict=True, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$")]
"""An hour of Paris, to the second; between quotes in YAML, which else reads a number."""
CODE_DE_CAMPAGNE: Final = r"^[A-Z0-9]+(-[A-Z0-9]+)*$"

Rangs = dict[str, list[int]]
"""For each list of the règlement, the rank in the file of the items kept."""

_A_SOURCER: Final = tuple(
    nom
    for nom, champ in Reglement.model_fields.items()
    if any(isinstance(forme, type) and issubclass(forme, Valeur) for forme in get_args(champ.annotation))
)
_LISTES_SOURCEES: Final = {"pieces": "exigee_par", "criteres": "source", "avis": "source"}


class CampagneInvalide(Refus, code="campagne_invalide"):
    """The campaign file does not have its shape; `champs.erreurs` lists every {ligne, chemin, message}, in order."""

    def __init__(self, erreurs: list[dict[str, Any]]) -> None:
        premiere = erreurs[0]
        autres = "" if len(erreurs) == 1 else f" ({len(erreurs)} erreurs en tout)"
        ou = f"ligne {premiere['ligne']}, {premiere['chemin'] or 'fichier'}"
        super().__init__(f"Fichier de campagne invalide, {ou} : {premiere['message']}{autres}.", erreurs=erreurs)


class NatureCampagne(StrEnum):
    """A call with its règlement, or the take-over of what began elsewhere, whose amounts are never computed."""

    APPEL = "appel"
    REPRISE = "reprise"


class DescriptionCampagne(Donnee):
    """What identifies a campaign. The dates of a take-over may be unknown; those of a call may not."""

    code: Annotated[str, StringConstraints(strict=True, pattern=CODE_DE_CAMPAGNE, max_length=40)] = Field(
        title="Code", description="par exemple NQE-2026"
    )
    dispositif: Code = Field(title="Dispositif", description="code du dispositif, par exemple nqe")
    exercice: Annotated[int, Strict(), Field(ge=1900, le=2200)] = Field(title="Exercice", description="année du budget")
    ouvre_le: Jour | None = Field(default=None, title="Ouverture", description="premier jour des dépôts, AAAA-MM-JJ")
    ferme_le: Jour | None = Field(default=None, title="Fermeture", description="dernier jour des dépôts, AAAA-MM-JJ")
    ouvre_a: Heure | None = Field(
        default=None, title="Heure d’ouverture", description="à la seconde, par exemple 09:00:00"
    )
    ferme_a: Heure | None = Field(
        default=None, title="Heure de fermeture", description="à la seconde, par exemple 17:00:00"
    )
    fil_rouge: Texte | None = Field(default=None, title="Fil rouge", description="thème de l’année")
    nature: NatureCampagne = Field(default=NatureCampagne.APPEL, title="Nature", description="appel ou reprise")

    @verifie_ensemble(mode="after")
    def _dates(self) -> Self:
        if self.nature is NatureCampagne.APPEL and (self.ouvre_le is None or self.ferme_le is None):
            raise ValueError("les dates « ouvre_le » et « ferme_le » sont nécessaires")
        if self.ouvre_le and self.ferme_le and self.ferme_le < self.ouvre_le:
            raise ValueError(f"la campagne ferme ({self.ferme_le}) avant d’ouvrir ({self.ouvre_le})")
        return self


class ContenuCampagne(Donnee):
    """A campagne and the version of the règlement under which it opens."""

    campagne: DescriptionCampagne = Field(title="Campagne", description="ce qui désigne la campagne")
    reglement: Reglement | None = Field(
        default=None, title="Règlement", description="chaque valeur avec sa date et sa source"
    )

    @verifie_ensemble(mode="after")
    def _un_appel_a_un_reglement(self) -> Self:
        est_reprise = self.campagne.nature is NatureCampagne.REPRISE
        if est_reprise and self.reglement is not None:
            raise ValueError("une campagne de reprise n’a pas de règlement : ses montants ne sont jamais calculés")
        if not est_reprise and self.reglement is None:
            raise ValueError("« reglement » manque : seule une campagne de nature « reprise » n’en a pas")
        return self


class Anomalie(NamedTuple):
    """One thing that keeps a campaign from opening; `parametre` is a parameter of the règlement, or "dispositif"."""

    code: str
    parametre: str
    ligne: int
    message: str


@dataclass(frozen=True, slots=True)
class FichierCampagne:
    """A campaign file of the right shape. An unsourced value is left out of `reglement` and kept in `sans_source`."""

    campagne: DescriptionCampagne
    reglement: Reglement | None
    sans_source: tuple[Anomalie, ...] = ()
    ligne_dispositif: int = 1
    ligne_reglement: int = 1


def lire_campagne(texte: str) -> FichierCampagne:
    """Read a campaign file, or refuse with YamlIllisible or CampagneInvalide. Unsourced values are for `verifier`."""
    situe = lire_yaml(texte)
    sans_source, rangs = _ecarter_sans_source(situe)
    try:
        contenu = ContenuCampagne.model_validate(situe.valeurs)
    except ValidationError as erreur:
        raise CampagneInvalide(_erreurs(erreur, situe, sans_source, rangs)) from erreur
    return FichierCampagne(
        campagne=contenu.campagne,
        reglement=contenu.reglement,
        sans_source=tuple(sans_source),
        ligne_dispositif=situe.ligne(("campagne", "dispositif")),
        ligne_reglement=situe.ligne(("reglement",)),
    )


def verifier(fichier: FichierCampagne) -> list[Anomalie]:
    """Return everything that keeps the campaign from opening, in the order of the file; nothing when it may open."""
    anomalies = list(fichier.sans_source)
    reglement, code = fichier.reglement, fichier.campagne.dispositif
    if reglement is not None and code not in CODES:
        message = f"le dispositif « {code} » est inconnu (connus : {', '.join(CODES)})"
        anomalies.append(Anomalie(DispositifInconnu.code, "dispositif", fichier.ligne_dispositif, message))
    elif reglement is not None:
        deja = {anomalie.parametre.partition("[")[0] for anomalie in fichier.sans_source}
        for nom in reglement.absents(dispositif(code).requis):
            if nom not in deja:
                message = f"« {nom} » est nécessaire pour ouvrir une campagne {code} et n’a pas de valeur"
                anomalies.append(Anomalie(ValeurAbsente.code, nom, fichier.ligne_reglement, message))
        for nom, valeur in _pas_en_vigueur(fichier).items():
            message = f"« {nom} » ne vaut pas à l’ouverture ({valeur.duree}) : sa valeur y est inconnue"
            anomalies.append(Anomalie(ValeurPasEnVigueur.code, nom, fichier.ligne_reglement, message))
    return sorted(anomalies, key=lambda anomalie: (anomalie.ligne, anomalie.parametre))


def exiger_ouvrable(fichier: FichierCampagne) -> None:
    """Let a campaign that may open pass; refuse with ValeurSansSource, ValeurAbsente, ValeurPasEnVigueur, DispositifInconnu."""
    anomalies = verifier(fichier)
    toutes = [anomalie._asdict() for anomalie in anomalies]
    for refus in (ValeurSansSource, ValeurAbsente):
        parametres = [anomalie.parametre for anomalie in anomalies if anomalie.code == refus.code]
        if parametres:
            raise refus(parametres, anomalies=toutes)
    if anomalies:
        dispositif(fichier.campagne.dispositif)
    if fichier.campagne.ouvre_le is not None and (hors := _pas_en_vigueur(fichier)):
        raise ValeurPasEnVigueur(hors, fichier.campagne.ouvre_le, anomalies=toutes)


def _pas_en_vigueur(fichier: FichierCampagne) -> dict[str, Valeur[Any]]:
    """Return the required values that do not hold on the day the campaign opens."""
    campagne, reglement = fichier.campagne, fichier.reglement
    if reglement is None or campagne.ouvre_le is None:
        return {}
    return reglement.pas_en_vigueur(reglement.necessaires(dispositif(campagne.dispositif).requis), campagne.ouvre_le)


def _ecarter_sans_source(situe: TexteSitue) -> tuple[list[Anomalie], Rangs]:
    """Take the values without a source out of what was read: with no source, a value is not one."""
    racine = situe.valeurs
    reglement = racine.get("reglement") if isinstance(racine, dict) else None
    anomalies: list[Anomalie] = []
    rangs: Rangs = {}
    if not isinstance(reglement, dict):
        return anomalies, rangs
    for nom in _A_SOURCER:
        donne = reglement.get(nom)
        if donne is not None and not _a_une_source(donne, "source"):
            del reglement[nom]
            anomalies.append(_anomalie(nom, situe.ligne(("reglement", nom)), "source"))
    for liste, cle in _LISTES_SOURCEES.items():
        elements = reglement.get(liste)
        if not isinstance(elements, list):
            continue
        sans = [rang for rang, e in enumerate(elements) if isinstance(e, dict) and not _a_une_source(e, cle)]
        anomalies += [_anomalie(f"{liste}[{rang}]", situe.ligne(("reglement", liste, rang)), cle) for rang in sans]
        rangs[liste] = [rang for rang in range(len(elements)) if rang not in sans]
        reglement[liste] = [elements[rang] for rang in rangs[liste]]
    return anomalies, rangs


def _a_une_source(donne: object, cle: str) -> bool:
    source = donne.get(cle) if isinstance(donne, Mapping) else None
    return source is not None and bool(str(source).strip())


def _anomalie(parametre: str, ligne: int, cle: str) -> Anomalie:
    return Anomalie(ValeurSansSource.code, parametre, ligne, f"« {parametre} » n’a pas de source (« {cle} »)")


def _erreurs(
    erreur: ValidationError, situe: TexteSitue, sans_source: list[Anomalie], rangs: Rangs
) -> list[dict[str, Any]]:
    trouvees = [Faute(a.ligne, f"reglement.{a.parametre}", a.message) for a in sans_source]
    trouvees += situe.fautes(erreur, lambda chemin: _dans_le_fichier(chemin, rangs))
    return [faute._asdict() for faute in sorted(trouvees)]


def _dans_le_fichier(chemin: Chemin, rangs: Rangs) -> Chemin:
    """Give back to the item of a list the rank it has in the file, unsourced items included."""
    match chemin:
        case ("reglement", str(liste), int(rang), *suite) if liste in rangs:
            return ("reglement", liste, rangs[liste][rang], *suite)
    return chemin
