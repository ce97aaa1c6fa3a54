"""A téléservice and its positions in memory, for lives where nothing goes wrong with them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from application.services import Services
from application.teleservice.distant import (
    ChampDistant,
    DossierDistant,
    FichierDistant,
    PageDeDossiers,
    PageDeSuppressions,
    Repere,
    Suites,
    SuiviDistant,
)
from application.teleservice.passe import BilanDePasse, PasseDImport
from kernel.instants import Instant
from tests.application.teleservice.guichet import correspondance

DEPOSE_LE = datetime(2026, 1, 20, 9, tzinfo=UTC)


def une_demande(numero: int, siret: str) -> DossierDistant:
    """Return a request for the example campagne, with one pièce."""
    rib = FichierDistant("rib.pdf", "https://exemple.invalid/rib", 14, "", DEPOSE_LE)
    textes = {"Q2hhbXAtMQ==": f"Exemple fictif {numero}", "Q2hhbXAtMg==": "12000.00"}
    champs = [ChampDistant(id_, id_, texte) for id_, texte in textes.items()]
    champs.append(ChampDistant("Q2hhbXAtOQ==", "RIB", "", fichiers=(rib,)))
    return DossierDistant(
        numero=numero,
        etat="en_construction",
        depose_le=DEPOSE_LE,
        modifie_le=DEPOSE_LE,
        siret=siret,
        denomination="Les Passerelles (exemple)",
        courriel=None,
        champs=tuple(champs),
    )


@dataclass
class TeleserviceEcrit:
    """Implements `application.teleservice.distant.Teleservice`: one page, which says the same every time."""

    demandes: list[DossierDistant]

    def page(self, _: int, __: Instant | None, ___: str | None) -> PageDeDossiers:
        return PageDeDossiers(self.demandes, None)

    def supprimes(self, _: int, __: Instant | None, ___: str | None, *, definitifs: bool) -> PageDeSuppressions:
        assert isinstance(definitifs, bool)
        return PageDeSuppressions([], None)

    def dossier(self, numero: int) -> DossierDistant:
        return next(demande for demande in self.demandes if demande.numero == numero)

    def telecharger(self, fichier: FichierDistant, _: int) -> bytes:
        return fichier.nom.encode()


@dataclass
class ReperesEnMemoire:
    """Implements `application.teleservice.distant.Reperes`, and forgets all of it between two passes."""

    vus: dict[int, SuiviDistant] = field(default_factory=dict)

    def maintenant(self) -> Instant:
        return DEPOSE_LE

    def lire(self, demarche: int) -> Repere:
        return Repere(demarche=demarche)

    def noter(self, repere: Repere) -> None:
        assert repere.demarche

    def tous(self) -> list[Repere]:
        return []

    def vu(self, _: int, numero: int) -> SuiviDistant | None:
        return self.vus.get(numero)

    def voir(self, _: int, vu: SuiviDistant) -> None:
        self.vus[vu.numero] = vu

    def a_relire(self, _: int, __: int, ___: int) -> list[SuiviDistant]:
        return []

    def rejetes(self, _: int, __: int) -> list[SuiviDistant]:
        return []

    def compter_rejets(self, _: int) -> int:
        return 0

    def noter_suite(self, _: int, numero: int, __: str | None, ___: int) -> None:
        assert numero

    def suites(self, _: int) -> Suites:
        return Suites({}, 0)


def importer(services: Services, demandes: list[DossierDistant], acteur: str = "ines") -> BilanDePasse:
    """Do one pass that nothing of an earlier one helps."""
    return PasseDImport(services, TeleserviceEcrit(demandes), ReperesEnMemoire(), correspondance(), acteur).faire()
