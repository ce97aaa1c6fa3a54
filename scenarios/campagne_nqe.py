"""The requests of an example campaign, and what agents do with them. Which meets what is the play's to say."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from application.consultations import dossier as consultation
from application.consultations.moment import Moment
from scenarios import institution as qui
from scenarios import reprises
from scenarios.demandes import DEPOTS, depot
from scenarios.jeu import EXEMPLES, FinDuJeu, Jeu, lire_fichier
from scenarios.paiements import Payeur

TOUS = range(1, 41)
INCOMPLETS, JAMAIS_COMPLETS = range(23, 28), range(28, 31)
"""Filed without all their pièces (examples/nqe/README.md says which)."""
SANS_ACCUSE = 20
"""Nobody acknowledges it: its délais of recours do not run."""
PIECES_EXIGEES = ("statuts", "budget", "rib", "attestation_cer")
CRITERES = ("fil_rouge", "temps_forts", "participation", "ecoresponsabilite", "rev3", "priorites")
APPRECIATIONS = [
    {"critere": code, "appreciation": "satisfait", "justification": f"{code.replace('_', ' ')} : exemple fictif"}
    for code in CRITERES
]
DEROGATION = 9
"""Proposed above what the règlement gives, by an act that allows it."""
AU_DESSUS_DU_PLAFOND = {
    "montant_centimes": 16_000_00,
    "motif": "seul projet du quartier (exemple fictif)",
    "derogation": "délibération n° 2026.00000 (exemple fictif), article 3",
}
VERSEMENTS = "avance:70%,solde:30%"
CREDITS_DEMANDES = 3_000_000_00
"""Credits for the requests taken over, in cents: exemple fictif."""


class CampagneNqe:
    """The campaign, date after date; `refs` are the numbers drawn at the dépôts."""

    def __init__(self, jeu: Jeu) -> None:
        self.jeu = jeu
        self.refs: dict[int, str] = {}
        self.enveloppe = ""
        self.paiements = Payeur(jeu)

    async def _chacun(self, geste: str, acteur: str, numeros: Iterable[int], **options: Any) -> None:
        """Have an agent do a geste on each of these requests."""
        for numero in numeros:
            await self.jeu.faire(geste, acteur, dossier=self.refs[numero], **options)

    async def ouvrir(self) -> None:
        """Open the campaign and its enveloppe; the budget is voted later."""
        await self.jeu.faire("campagne ouvrir", qui.ADMIN, fichier=lire_fichier(EXEMPLES / "nqe" / "campagne.yaml"))
        self.enveloppe = await qui.ouvrir_credits(self.jeu, "nqe", 2026)

    async def deposer(self, *numeros: int) -> None:
        """File requests, and acknowledge them: the documents say which service answers."""
        if not self.refs:
            await self.jeu.faire("campagne declarer-service", qui.ADMIN, campagne="NQE-2026", **qui.SERVICE)
        for numero in numeros:
            lu, jointes = depot(numero)
            recu = await self.jeu.faire("dossier deposer", qui.INSTRUCTRICE, depot=lu, jointes=jointes)
            self.refs[numero] = recu.ref
        await self.jeu.repos()
        await self._chacun("dossier accuser-reception", qui.INSTRUCTRICE, set(numeros) - {SANS_ACCUSE})
        await self.jeu.repos()

    async def completer(self, *numeros: int) -> None:
        """Look at the pièces of requests, and declare them complete."""
        for numero in numeros:
            await self._chacun("dossier verifier-pieces", qui.INSTRUCTRICE, [numero])
            await self._chacun("dossier declarer-complet", qui.INSTRUCTRICE, [numero])

    async def demander_pieces(self, *numeros: int) -> None:
        """Ask for what these requests lack."""
        for numero in numeros:
            pieces = ",".join(self.manquantes(numero))
            demande = {"pieces": pieces, "delai": "15 jours", "canal": "courriel"}
            await self._chacun("dossier demander-pieces", qui.INSTRUCTRICE, [numero], **demande)
        await self.jeu.repos()

    def manquantes(self, numero: int) -> list[str]:
        """Return the mandatory pièces a request lacks, as the deposit names them."""
        _, jointes = depot(numero)
        return [code for code in PIECES_EXIGEES if f"{code}.txt" not in jointes]

    async def produire_pieces(self, *numeros: int) -> None:
        """Receive what had been asked for, and declare those requests complete."""
        for numero in numeros:
            for code in self.manquantes(numero):
                fichier = lire_fichier(DEPOTS / f"{code}.txt")
                await self._chacun("dossier recevoir-piece", qui.INSTRUCTRICE, [numero], code=code, fichier=fichier)
        await self.completer(*numeros)

    async def classer(self, *numeros: int) -> None:
        """Propose to close requests that were never completed, and approve it: the délai has passed, the assembly decides."""
        motif = "pièces indispensables non produites"
        await self._chacun("dossier classer-sans-suite", qui.INSTRUCTRICE, numeros, motif=motif)
        await self.viser(*numeros)

    async def rejeter(self, *numeros: int, motif: str = "projet hors période (exemple fictif)") -> None:
        """Propose to refuse requests that are inadmissible."""
        rejet = {"sens": "rejet", "cause": "irrecevabilite", "motif": motif}
        await self._chacun("dossier proposer", qui.INSTRUCTRICE, numeros, **rejet)

    async def clore(self, *numeros: int) -> None:
        """Tell the applicants what the assembly refused, then close."""
        await self._chacun("dossier notifier-rejet", qui.INSTRUCTRICE, numeros, canal="main_propre")
        await self._chacun("dossier clore", qui.INSTRUCTRICE, numeros)

    async def coder_financeurs(self, numero: int) -> None:
        """Say whose the lines of the budget are that no reference names."""
        for rang, produit in enumerate(self._lire(numero)["budget"]["produits"], 1):
            if produit["genre"] is None:
                prive = {"ligne": rang, "financeur": "prive", "source": "courrier du bailleur (exemple fictif)"}
                await self._chacun("dossier coder-financeur", qui.INSTRUCTRICE, [numero], **prive)

    async def proposer(self, *numeros: int) -> None:
        """Answer who finances, appreciate every criterion, then propose the amount the règlement gives."""
        for numero in numeros:
            await self.coder_financeurs(numero)
            await self._chacun("dossier apprecier", qui.INSTRUCTRICE, [numero], appreciations=APPRECIATIONS)
            if numero == DEROGATION:
                self.jeu.a_voir["derogation"] = self.refs[numero]
            voulu = AU_DESSUS_DU_PLAFOND if numero == DEROGATION else {}
            await self._chacun("dossier proposer", qui.INSTRUCTRICE, [numero], **voulu)

    async def demander_avis(self, *numeros: int) -> None:
        """Ask the city what it thinks of these requests, within the délai of the règlement, by a letter that it is handed."""
        demande = {"aupres_de": "ville", "delai": "3 semaines", "source": "exemple fictif"}
        await self._chacun("dossier demander-avis", qui.INSTRUCTRICE, numeros, **demande)
        lettre = {"aupres_de": "ville", "canal": "main_propre"}
        await self._chacun("dossier envoyer-demande-avis", qui.INSTRUCTRICE, numeros, **lettre)

    async def rendre_avis(self, *numeros: int) -> None:
        """Record that the city agrees."""
        avis = {"aupres_de": "ville", "sens": "favorable", "texte": "avis favorable (exemple fictif)"}
        await self._chacun("dossier rendre-avis", qui.INSTRUCTRICE, numeros, **avis)

    async def renvoyer(self, numero: int) -> None:
        """Send a proposition back to the instruction."""
        motif = "base éligible à vérifier (exemple fictif)"
        await self._chacun("dossier renvoyer", qui.RESPONSABLE, [numero], motif=motif)

    async def proposer_de_nouveau(self, numero: int) -> None:
        """Propose again what was sent back; another instructeur does it."""
        await self._chacun("dossier proposer", qui.INSTRUCTEUR, [numero])

    async def viser(self, *numeros: int) -> None:
        """Approve propositions."""
        await self._chacun("dossier viser", qui.RESPONSABLE, numeros)

    async def retirer(self, numero: int) -> None:
        """Record that an applicant gave up."""
        await self._chacun("dossier retirer", qui.INSTRUCTRICE, [numero], motif="projet abandonné (exemple fictif)")

    async def preparer(self, seance: str, *numeros: int) -> str:
        """Prepare a rapport for a sitting; return its reference."""
        return await qui.preparer(self.jeu, seance, (self.refs[numero] for numero in numeros))

    async def voter(self, rapport: str, lignes: Mapping[int, str], reste: str) -> None:
        """Vote: some lines apart, each as it is written, the others together."""
        for numero, contenu in lignes.items():
            await qui.voter(self.jeu, rapport, contenu, ligne=self.refs[numero])
        await qui.voter(self.jeu, rapport, reste)

    def moitie(self, numero: int) -> str:
        """Return the ballot that gives a request half of what is proposed."""
        propose = self._lire(numero)["montants"]["propose_centimes"]
        return f"defaut: pour\namendement_centimes: {propose // 2}"

    def siret(self, numero: int) -> str:
        """Return who receives the money."""
        return str(self._lire(numero)["beneficiaire"]["siret"])

    def _lire(self, numero: int) -> dict[str, Any]:
        return consultation.voir(self.jeu.services, self.refs[numero], Moment())

    async def ecarter(self, rapport: str, numero: int) -> None:
        """Set aside the line of a request withdrawn since the vote."""
        ligne = {"ligne": self.refs[numero], "motif": "demande retirée par le porteur"}
        await self.jeu.faire("deliberation ecarter-ligne", qui.ASSEMBLEES, deliberation=rapport, **ligne)

    async def fixer_echeanciers(self, *numeros: int) -> None:
        """Have bank details validated, and set the échéancier of the règlement."""
        for numero in numeros:
            await self.paiements.donner_coordonnees(self.siret(numero))
            echeancier = {"subvention": self.refs[numero], "echeances": VERSEMENTS}
            await self.jeu.faire("subvention fixer-echeancier", qui.FINANCE, **echeancier)

    def echeances(self, rang: int, *numeros: int) -> list[tuple[str, int]]:
        """Return the échéance of that rank of these awards."""
        return [(self.refs[numero], rang) for numero in numeros]

    async def rejeter_le_paiement(self, numero: int) -> None:
        """Record that the comptable refused an advance."""
        rejet = {"subvention": self.refs[numero], "echeance": 1, "motif": "coordonnees_inconnues"}
        await self.jeu.faire("subvention constater-rejet", qui.FINANCE, **rejet)


Acte = Callable[[Jeu, CampagneNqe], Awaitable[None]]


async def jouer(jeu: Jeu, *actes: Acte) -> dict[str, Any]:
    """Play these acts, or what of them comes before the end of the play; return the documents of the two take-overs."""
    campagne = CampagneNqe(jeu)
    await qui.installer(jeu)
    documents = await reprises.reprendre(jeu)
    await qui.ouvrir_credits(jeu, "demandes_associations", 2014, CREDITS_DEMANDES)
    await campagne.ouvrir()
    with suppress(FinDuJeu):
        for acte in actes:
            await acte(jeu, campagne)
    await jeu.finir()
    return documents
