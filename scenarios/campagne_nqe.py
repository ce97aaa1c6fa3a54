"""The forty requests of an example campaign, and what agents do with them. Which meets what is the play's to say."""

from collections.abc import Mapping

from application.commandes import FichierRecu
from application.consultations import dossier as consultation
from application.consultations.moment import Moment
from scenarios import institution as qui
from scenarios.jeu import EXEMPLES, Jeu, depot, lire_fichier
from scenarios.paiements import Payeur

TOUS = range(1, 41)
INCOMPLETS, JAMAIS_COMPLETS = range(23, 28), range(28, 31)
"""Filed without all their pièces (examples/nqe/README.md says which)."""
PIECES_EXIGEES = ("statuts", "budget", "rib", "attestation_cer")
VERSEMENTS = "avance:70%,solde:30%"


class CampagneNqe:
    """The campaign, date after date; `refs` are the numbers drawn at the dépôts."""

    def __init__(self, jeu: Jeu) -> None:
        self.jeu = jeu
        self.refs: dict[int, str] = {}
        self.enveloppe = ""
        self.paiements = Payeur(jeu)

    async def ouvrir(self) -> None:
        """Open the campaign and its enveloppe; the budget is voted later."""
        await self.jeu.faire("campagne ouvrir", qui.ADMIN, fichier=lire_fichier(EXEMPLES / "nqe" / "campagne.yaml"))
        self.enveloppe = await qui.ouvrir_credits(self.jeu, "nqe", 2026)

    async def deposer(self, *numeros: int) -> None:
        """File requests."""
        for numero in numeros:
            lu, jointes = depot(numero)
            self.refs[numero] = (
                await self.jeu.faire("dossier deposer", qui.INSTRUCTRICE, depot=lu, jointes=jointes)
            ).ref
        await self.jeu.repos()

    async def completer(self, *numeros: int) -> None:
        """Declare requests complete."""
        for numero in numeros:
            await self.jeu.faire("dossier declarer-complet", qui.INSTRUCTRICE, dossier=self.refs[numero])

    async def demander_pieces(self, *numeros: int) -> None:
        """Ask for what these requests lack."""
        for numero in numeros:
            pieces = ",".join(self.manquantes(numero))
            await self.jeu.faire(
                "dossier demander-pieces", qui.INSTRUCTRICE, dossier=self.refs[numero], pieces=pieces, delai="15 jours"
            )

    def manquantes(self, numero: int) -> list[str]:
        """Return the mandatory pièces a request lacks, as the deposit names them."""
        _, jointes = depot(numero)
        return [code for code in PIECES_EXIGEES if f"../pieces/{code}.txt" not in jointes]

    async def produire_pieces(self, *numeros: int) -> None:
        """Receive what had been asked for, and declare those requests complete."""
        for numero in numeros:
            for code in self.manquantes(numero):
                fichier: FichierRecu = lire_fichier(EXEMPLES / "nqe" / "pieces" / f"{code}.txt")
                await self.jeu.faire(
                    "dossier recevoir-piece", qui.INSTRUCTRICE, dossier=self.refs[numero], code=code, fichier=fichier
                )
        await self.completer(*numeros)

    async def classer(self, *numeros: int) -> None:
        """Close requests that were never completed: the délai has passed, a person decides."""
        for numero in numeros:
            await self.jeu.faire(
                "dossier classer-sans-suite",
                qui.INSTRUCTRICE,
                dossier=self.refs[numero],
                motif="pièces indispensables non produites",
            )

    async def proposer(self, *numeros: int) -> None:
        """Propose the amount the règlement gives."""
        for numero in numeros:
            await self.jeu.faire("dossier proposer", qui.INSTRUCTRICE, dossier=self.refs[numero])

    async def demander_avis(self, *numeros: int) -> None:
        """Ask the city what it thinks of these requests, within the délai of the règlement."""
        for numero in numeros:
            await self.jeu.faire(
                "dossier demander-avis",
                qui.INSTRUCTRICE,
                dossier=self.refs[numero],
                aupres_de="ville",
                delai="3 semaines",
                source="exemple fictif",
            )

    async def rendre_avis(self, *numeros: int) -> None:
        """Record that the city agrees."""
        for numero in numeros:
            await self.jeu.faire(
                "dossier rendre-avis",
                qui.INSTRUCTRICE,
                dossier=self.refs[numero],
                aupres_de="ville",
                sens="favorable",
                texte="avis favorable (exemple fictif)",
            )

    async def renvoyer(self, numero: int) -> None:
        """Send a proposition back to the instruction."""
        await self.jeu.faire(
            "dossier renvoyer",
            qui.RESPONSABLE,
            dossier=self.refs[numero],
            motif="base éligible à vérifier (exemple fictif)",
        )

    async def proposer_de_nouveau(self, numero: int) -> None:
        """Propose again what was sent back; another instructeur does it."""
        await self.jeu.faire("dossier proposer", qui.INSTRUCTEUR, dossier=self.refs[numero])

    async def viser(self, *numeros: int) -> None:
        """Approve propositions."""
        for numero in numeros:
            await self.jeu.faire("dossier viser", qui.RESPONSABLE, dossier=self.refs[numero])

    async def retirer(self, numero: int) -> None:
        """Record that an applicant gave up."""
        await self.jeu.faire(
            "dossier retirer", qui.INSTRUCTRICE, dossier=self.refs[numero], motif="projet abandonné (exemple fictif)"
        )

    async def preparer(self, seance: str, *numeros: int) -> str:
        """Prepare a rapport for a sitting; return its reference."""
        refs = ",".join(self.refs[numero] for numero in numeros)
        rapport = await self.jeu.faire("deliberation preparer", qui.ASSEMBLEES, seance=seance, dossiers=refs)
        await self.jeu.repos()
        return rapport.ref

    async def voter(self, rapport: str, lignes: Mapping[int, str], reste: str) -> None:
        """Vote: some lines apart, each as it is written, the others together."""
        for numero, contenu in lignes.items():
            await self._voter(rapport, ligne=self.refs[numero], scrutin=qui.scrutin(contenu))
        await self._voter(rapport, scrutin=qui.scrutin(reste))

    async def _voter(self, rapport: str, **options: object) -> None:
        await self.jeu.faire("deliberation voter", qui.ASSEMBLEES, deliberation=rapport, **options)

    def moitie(self, numero: int) -> str:
        """Return the ballot that gives a request half of what is proposed."""
        return f"defaut: pour\namendement_centimes: {self.propose(numero) // 2}"

    async def lever(self, seance: str, *rapports: str) -> None:
        """Close the sitting, and number its acts."""
        await self.jeu.faire("seance lever", qui.ASSEMBLEES, seance=seance)
        for rapport in rapports:
            await self.jeu.faire("deliberation numeroter", qui.ASSEMBLEES, deliberation=rapport)
        await self.jeu.repos()

    def propose(self, numero: int) -> int:
        """Return the amount proposed for a request, in cents."""
        montants = consultation.voir(self.jeu.services, self.refs[numero], Moment())["montants"]
        return int(montants["propose_centimes"])

    async def ecarter(self, rapport: str, numero: int) -> None:
        """Set aside the line of a request withdrawn since the vote."""
        await self.jeu.faire(
            "deliberation ecarter-ligne",
            qui.ASSEMBLEES,
            deliberation=rapport,
            ligne=self.refs[numero],
            motif="demande retirée par le porteur",
        )

    def siret(self, numero: int) -> str:
        """Return who receives the money."""
        return str(consultation.voir(self.jeu.services, self.refs[numero], Moment())["beneficiaire"]["siret"])

    async def fixer_echeanciers(self, *numeros: int) -> None:
        """Have bank details validated, and set the échéancier of the règlement."""
        for numero in numeros:
            await self.paiements.donner_coordonnees(self.siret(numero))
            await self.jeu.faire(
                "subvention fixer-echeancier", qui.FINANCE, subvention=self.refs[numero], echeances=VERSEMENTS
            )

    def echeances(self, rang: int, *numeros: int) -> list[tuple[str, int]]:
        """Return the échéance of that rank of these awards."""
        return [(self.refs[numero], rang) for numero in numeros]

    async def rejeter_le_paiement(self, numero: int) -> None:
        """Record that the comptable refused an advance."""
        await self.jeu.faire(
            "subvention constater-rejet",
            qui.FINANCE,
            subvention=self.refs[numero],
            echeance=1,
            motif="coordonnees_inconnues",
        )
