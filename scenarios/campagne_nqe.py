"""Forty requests of an example campaign through 2026. What happens to which is told in examples/nqe/README.md."""

from application.commandes import Piece
from application.consultations import dossier as consultation
from application.consultations.moment import Moment
from scenarios import institution as qui
from scenarios.jeu import EXEMPLES, Jeu, depot, piece
from scenarios.paiements import AUTRE_IBAN_D_EXEMPLE, Paiements

TOUS = range(1, 41)
INCOMPLETS, JAMAIS_COMPLETS, SILENCE, RENVOYES = range(23, 28), range(28, 31), range(31, 33), range(33, 35)
RETIRE_AVANT, RETIRE_APRES, REJETE, PARTIELS, PAIEMENT_REJETE = 35, 36, 37, range(38, 40), 40
PIECES_EXIGEES = ("statuts", "budget", "rib", "attestation_cer")
VERSEMENTS = "avance:70%,solde:30%"


class CampagneNqe:
    """The campaign, date after date; `refs` are the numbers drawn at the dépôts."""

    def __init__(self, jeu: Jeu) -> None:
        self.jeu = jeu
        self.refs: dict[int, str] = {}
        self.enveloppe = self.rapport = ""
        self.seance = ""

    async def ouvrir(self) -> None:
        """Open the campaign and its enveloppe; the budget is voted later."""
        await self.jeu.faire("campagne ouvrir", qui.ADMIN, fichier=piece(EXEMPLES / "nqe" / "campagne.yaml"))
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

    async def demander_pieces(self) -> None:
        """Ask for what the incomplete requests lack."""
        for numero in (*INCOMPLETS, *JAMAIS_COMPLETS):
            pieces = ",".join(self.manquantes(numero))
            await self.jeu.faire(
                "dossier demander-pieces", qui.INSTRUCTRICE, dossier=self.refs[numero], pieces=pieces, delai="15 jours"
            )

    def manquantes(self, numero: int) -> list[str]:
        """Return the mandatory pièces a request lacks, as the deposit names them."""
        _, jointes = depot(numero)
        return [code for code in PIECES_EXIGEES if f"../pieces/{code}.txt" not in jointes]

    async def produire_pieces(self) -> None:
        """Receive what had been asked for, and declare those requests complete."""
        for numero in INCOMPLETS:
            for code in self.manquantes(numero):
                fichier: Piece = piece(EXEMPLES / "nqe" / "pieces" / f"{code}.txt")
                await self.jeu.faire(
                    "dossier recevoir-piece", qui.INSTRUCTRICE, dossier=self.refs[numero], code=code, fichier=fichier
                )
        await self.completer(*INCOMPLETS)

    async def classer_les_autres(self) -> None:
        """Close the requests that were never completed: the délai has passed, a person decides."""
        for numero in JAMAIS_COMPLETS:
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

    async def viser(self, *numeros: int) -> None:
        """Approve propositions; two are sent back first, and made again by another instructeur."""
        for numero in numeros:
            if numero in RENVOYES:
                await self.jeu.faire(
                    "dossier renvoyer",
                    qui.RESPONSABLE,
                    dossier=self.refs[numero],
                    motif="base éligible à vérifier (exemple fictif)",
                )
                await self.jeu.faire("dossier proposer", qui.INSTRUCTEUR, dossier=self.refs[numero])
            await self.jeu.faire("dossier viser", qui.RESPONSABLE, dossier=self.refs[numero])

    async def retirer(self, numero: int) -> None:
        """Record that an applicant gave up."""
        await self.jeu.faire(
            "dossier retirer", qui.INSTRUCTRICE, dossier=self.refs[numero], motif="projet abandonné (exemple fictif)"
        )

    async def inscrire(self, jour: str) -> None:
        """Convene the sitting and prepare the rapport."""
        self.seance = await qui.convoquer(self.jeu, jour)
        absents = {*JAMAIS_COMPLETS, RETIRE_AVANT}
        refs = ",".join(self.refs[numero] for numero in TOUS if numero not in absents)
        self.rapport = (
            await self.jeu.faire("deliberation preparer", qui.ASSEMBLEES, seance=self.seance, dossiers=refs)
        ).ref
        await self.jeu.repos()

    async def voter(self) -> None:
        """Vote: one line rejected, two cut by amendment, one with a déport, the others together."""
        await qui.ouvrir_seance(self.jeu, self.seance)
        await self._voter_ligne(REJETE, "defaut: contre")
        for numero in PARTIELS:
            await self._voter_ligne(numero, f"defaut: pour\namendement_centimes: {self.propose(numero) // 2}")
        await self._voter_ligne(1, "defaut: pour\ndeports: [elu-05]\nabstention: [elu-07]")
        await self._voter(scrutin=qui.scrutin("defaut: pour\nabstention: [elu-09]"))
        await self.jeu.faire("seance lever", qui.ASSEMBLEES, seance=self.seance)
        await self.jeu.faire("deliberation numeroter", qui.ASSEMBLEES, deliberation=self.rapport)
        await self.jeu.repos()

    async def _voter_ligne(self, numero: int, contenu: str) -> None:
        await self._voter(ligne=self.refs[numero], scrutin=qui.scrutin(contenu))

    async def _voter(self, **options: object) -> None:
        await self.jeu.faire("deliberation voter", qui.ASSEMBLEES, deliberation=self.rapport, **options)

    def propose(self, numero: int) -> int:
        """Return the amount proposed for a request, in cents."""
        montants = consultation.voir(self.jeu.services, self.refs[numero], Moment())["montants"]
        return int(montants["propose_centimes"])

    async def executer(self) -> None:
        """Make the act exécutoire; the line of the request withdrawn since then is set aside by a person."""
        await qui.rendre_executoire(self.jeu, self.rapport, "FLUX-NQE-2026")
        await self.jeu.faire(
            "deliberation ecarter-ligne",
            qui.ASSEMBLEES,
            deliberation=self.rapport,
            ligne=self.refs[RETIRE_APRES],
            motif="demande retirée par le porteur",
        )
        await self.jeu.faire("dossier clore", qui.INSTRUCTRICE, dossier=self.refs[REJETE])
        await self.jeu.repos()

    @property
    def attribues(self) -> list[str]:
        """Return the numbers of the requests that were given money."""
        sans = {*JAMAIS_COMPLETS, RETIRE_AVANT, RETIRE_APRES, REJETE}
        return [self.refs[numero] for numero in TOUS if numero not in sans]

    async def preparer_paiements(self) -> None:
        """Set the échéanciers, sign the conventions that are due, and have bank details validated."""
        paiements = Paiements(self.jeu)
        for ref in self.attribues:
            await paiements.donner_coordonnees(
                consultation.voir(self.jeu.services, ref, Moment())["beneficiaire"]["siret"]
            )
            await self.jeu.faire("subvention fixer-echeancier", qui.FINANCE, subvention=ref, echeances=VERSEMENTS)

    async def verser_avances(self) -> None:
        """Pay the advances; one is rejected by the comptable."""
        paiements = Paiements(self.jeu)
        rejete = self.refs[PAIEMENT_REJETE]
        await paiements.payer([(ref, 1) for ref in self.attribues if ref != rejete])
        await paiements.ordonner([(rejete, 1)])
        await self.jeu.faire(
            "subvention constater-rejet", qui.FINANCE, subvention=rejete, echeance=1, motif="coordonnees_inconnues"
        )

    async def reprendre_le_paiement_rejete(self) -> None:
        """Pay what had been rejected, on other bank details."""
        rejete = self.refs[PAIEMENT_REJETE]
        paiements = Paiements(self.jeu)
        siret = consultation.voir(self.jeu.services, rejete, Moment())["beneficiaire"]["siret"]
        await paiements.donner_coordonnees(siret, AUTRE_IBAN_D_EXEMPLE)
        await paiements.payer([(rejete, 1)])

    async def solder(self) -> None:
        """Pay the balances, then close."""
        await Paiements(self.jeu).payer([(ref, 2) for ref in self.attribues])
        for ref in self.attribues:
            await self.jeu.faire("subvention solder", qui.FINANCE, subvention=ref)
        await self.jeu.repos()
        await self.jeu.faire("campagne clore", qui.ADMIN, campagne="NQE-2026")
