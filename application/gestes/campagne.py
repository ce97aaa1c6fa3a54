"""A campagne: opened under a version of its règlement, its service declared, closed."""

import json
from collections.abc import Mapping
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from aggregates.campagne import Campagne, CampagneOuverte, ReglementRevise
from application.commandes import Commande, Fichier, FichierRecu
from application.declaration import Cible, Document, Position, Reference, geste
from application.editions import COORDONNEES
from application.numeros import id_de
from application.saisie import texte_utf8
from application.services import Services
from dispositifs.campagne import ContenuCampagne, FichierCampagne, exiger_ouvrable, lire_campagne
from dispositifs.reglement import DureeTexte
from kernel.attentes import Role
from kernel.delais import lire_duree
from kernel.refus import SaisieInvalide

CAMPAGNE: Final = Cible(Campagne)
RefCampagne = Annotated[Reference, Position("REF"), Field(title="Campagne", description="code de la campagne")]
Coordonnee = Annotated[str | None, Field(min_length=2, max_length=300)]


def _lire(classe: "type[OuvrirCampagne]", donne: FichierRecu, _: Mapping[str, FichierRecu]) -> "OuvrirCampagne":
    """Return what a campaign file describes, or refuse with the line of what is wrong, absent or unsourced."""
    fichier = lire_campagne(texte_utf8(donne))
    exiger_ouvrable(fichier)
    return classe(campagne=fichier.campagne, reglement=fichier.reglement)


@geste(
    "ouvrir",
    "Ouvrir une campagne",
    Role.ADMINISTRATEUR,
    sur=CAMPAGNE,
    document=Document("fichier", "FICHIER.yaml", _lire),
)
class OuvrirCampagne(ContenuCampagne, Commande):
    """Ouvrir une campagne : chaque valeur de son règlement a sa date et sa source."""

    def id_cree(self) -> UUID:
        """Return the id of the campagne of that code."""
        return id_de("campagne", self.campagne.code)

    def decider(self, campagne: Campagne, _: Services) -> None:
        """Open it, or refuse while a required value is absent or unsourced."""
        decrite, reglement = self.campagne, self.reglement
        exiger_ouvrable(FichierCampagne(campagne=decrite, reglement=reglement))
        campagne.ouvrir(
            CampagneOuverte(
                ref=decrite.code,
                dispositif=decrite.dispositif,
                exercice=decrite.exercice,
                nature=decrite.nature.value,
                ouvre_le=decrite.ouvre_le,
                ferme_le=decrite.ferme_le,
                ouvre_a=decrite.ouvre_a,
                ferme_a=decrite.ferme_a,
                fil_rouge=decrite.fil_rouge,
                reglement_ref=None if reglement is None else reglement.reference(decrite.dispositif),
                reglement=None if reglement is None else reglement.model_dump(mode="json"),
            )
        )


@geste(
    "clore",
    "Clore la campagne",
    Role.ADMINISTRATEUR,
    sur=CAMPAGNE,
    decide=Campagne.clore,
    irreversible="Plus aucun dossier ne pourra être déposé dans cette campagne.",
)
class CloreCampagne(Commande):
    """Clore une campagne."""

    campagne: RefCampagne


@geste("fixer-dua", "Fixer la durée de conservation", Role.ADMINISTRATEUR, sur=CAMPAGNE)
class FixerDua(Commande):
    """Fixer la durée d’utilité administrative des dossiers d’une campagne, avec le texte qui la donne."""

    campagne: RefCampagne
    duree: DureeTexte = Field(
        title="Durée", description="par exemple « 10 ans », comptée de la clôture de chaque dossier"
    )
    source: str = Field(min_length=1, max_length=300, title="Source", description="texte qui la fixe")

    def decider(self, campagne: Campagne, services: Services) -> None:
        """Keep it from its day on; its source goes to the coffre."""
        source = services.confier_exige(self.source, campagne.id, "source")
        campagne.fixer_dua(str(lire_duree(self.duree)), source)


@geste("declarer-service", "Déclarer le service et ses coordonnées", Role.ADMINISTRATEUR, sur=CAMPAGNE)
class DeclarerService(Commande):
    """Dire quel service répond des dossiers d’une campagne et comment le joindre ; ce qui n’est pas donné reste."""

    campagne: RefCampagne
    service: Coordonnee = Field(default=None, title="Service", description="désignation du service")
    adresse: Coordonnee = Field(default=None, title="Adresse postale", description="son adresse postale")
    courriel: Coordonnee = Field(default=None, title="Courriel", description="son adresse de courriel")
    telephone: Coordonnee = Field(default=None, title="Téléphone", description="son numéro de téléphone")
    tribunal: Coordonnee = Field(
        default=None, title="Tribunal", description="tribunal administratif compétent, avec son adresse"
    )

    def decider(self, campagne: Campagne, services: Services) -> None:
        """Keep the values in the coffre, as one text that the documents quote."""
        donnes = {nom: dit for nom in COORDONNEES if (dit := getattr(self, nom)) is not None}
        if not donnes:
            raise SaisieInvalide("Donnez au moins une coordonnée du service.", champ="service")
        lu = None if campagne.service is None else services.coffre.lire(campagne.service)
        texte = json.dumps(({} if lu is None else json.loads(lu)) | donnes, ensure_ascii=False, sort_keys=True)
        campagne.declarer_service(services.confier_exige(texte, campagne.id, "service"))


@geste("reviser", "Réviser le règlement", Role.ADMINISTRATEUR, sur=CAMPAGNE)
class ReviserReglement(Commande):
    """Donner une nouvelle version du règlement d’une campagne ouverte, et dire à quels dossiers elle s’applique."""

    campagne: Annotated[Reference, Position("REF"), Field(title="Campagne", description="code de la campagne")]
    fichier: Fichier = Field(title="Fichier", description="fichier de campagne, YAML, avec la nouvelle version")
    portee: Literal["deposes", "completes"] = Field(
        title="S’applique",
        description="deposes ou completes : aux dossiers déposés, ou déclarés complets, depuis ce jour",
    )

    def decider(self, campagne: Campagne, _: Services) -> None:
        """Keep it from its day on, or refuse as at an opening, and when the file is that of another campagne."""
        lu = lire_campagne(texte_utf8(self.fichier))
        exiger_ouvrable(lu)
        if lu.reglement is None or lu.campagne.code != campagne.ref:
            raise SaisieInvalide(f"Ce fichier n’est pas celui de la campagne {campagne.ref}.", champ="fichier")
        campagne.reviser(
            ReglementRevise(
                reglement_ref=lu.reglement.reference(lu.campagne.dispositif),
                reglement=lu.reglement.model_dump(mode="json"),
                portee=self.portee,
            )
        )
