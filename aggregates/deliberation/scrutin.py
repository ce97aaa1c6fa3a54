"""The vote of the assembly, line by line or by whole, one fact per scrutin: it keeps the presences it used."""

from collections.abc import Iterator
from datetime import date

from aggregates.deliberation.depouillement import Bulletin, Depouillement, Voix, depouiller
from aggregates.deliberation.etat import EtatDeliberation, EtatLigne, FaitDeliberation, NatureDeLigne, Resultat
from aggregates.seance.presences import FeuilleDePresence
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.faits import Entete, Immuable, Jalon, Noms
from kernel.instants import Instant, fin_de_jour
from kernel.montants import en_euros
from kernel.refus import Refus, SaisieInvalide
from kernel.textes import compte


class Pouvoir(Immuable):
    """A member represented by another."""

    membre: str
    pouvoir_a: str


class ScrutinTenu(FaitDeliberation, topic="deliberation.scrutin_tenu.v1"):
    """The assembly voted on these lines, together."""

    lignes: tuple[int, ...]
    vote_le: date
    bulletin: Bulletin
    presents: tuple[str, ...]
    pouvoirs: tuple[Pouvoir, ...]
    preside_par: str
    en_exercice: int
    requis: int
    pour: int
    contre: int
    abstentions: int
    nppv: int
    voix_preponderante: bool
    adopte: bool

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        resultat = Resultat.ADOPTEE if self.adopte else Resultat.REJETEE
        amendement = self.bulletin.amendement_centimes
        agregat.changer(self.lignes, resultat=resultat, vote=entete.version, vote_le=self.vote_le)
        for ligne in self.lignes if self.adopte else ():
            if ligne in agregat.lignes:
                propose = agregat.lignes[ligne].rapport.montant_propose_centimes
                agregat.changer((ligne,), vote_centimes=propose if amendement is None else amendement)
        agregat.votes[entete.version] = self
        agregat.dernier_vote = agregat.passe_decisions = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        lignes = f"Ligne {self.lignes[0]}" if len(self.lignes) == 1 else f"{len(self.lignes)} lignes"
        resultat = f"{lignes} : {'adoption' if self.adopte else 'rejet'}"
        if self.adopte and self.bulletin.amendement_centimes is not None:
            resultat += f" à {en_euros(self.bulletin.amendement_centimes)}"
        voix = f"{self.pour} pour, {self.contre} contre, {compte(self.abstentions, 'abstention')}"
        deports = f", {compte(len(self.bulletin.deports), 'déport')}" if self.bulletin.deports else ""
        preponderante = ", voix prépondérante du président" if self.voix_preponderante else ""
        return f"{resultat} ({voix}{deports}{preponderante})."


class LignesAjournees(FaitDeliberation, topic="deliberation.lignes_ajournees.v1"):
    """These lines left the agenda without a vote: no act exists."""

    lignes: tuple[int, ...]

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.changer(self.lignes, resultat=Resultat.AJOURNEE, vote=entete.version)
        agregat.votes[entete.version] = self
        agregat.dernier_vote = agregat.passe_decisions = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"{len(self.lignes)} lignes ajournées." if len(self.lignes) > 1 else f"Ligne {self.lignes[0]} ajournée."


class AmendementInvalide(Refus, code="amendement_invalide"):
    """An amendment sets the amount of one line, above zero and at most what was asked."""


class Vote(EtatDeliberation):
    """What the assembly decides of each line."""

    def voter(self, bulletin: Bulletin, feuille: FeuilleDePresence, au: Instant | None, ligne: int | None) -> None:
        """Record a scrutin on one line, or on all those not voted yet; the same again is silent.

        Raises:
            DejaFait: the line, or every line, was decided otherwise.
            GesteImpossible: lines are not on the agenda yet, or this one left it.
            AmendementInvalide, LigneInconnue: the amendment or the line.
            QuorumNonAtteint, BulletinInvalide: from the count of the scrutin.
            SaisieInvalide: its hour has not come.
        """
        cibles = self._cibles("voter", ligne)
        if not cibles:
            dernier = self._dernier_vote(ligne)
            if isinstance(dernier, ScrutinTenu) and dernier.bulletin == bulletin:
                return self.redire(ScrutinTenu, lignes=dernier.lignes)
            raise ScrutinTenu.deja("Le vote a déjà eu lieu, avec un autre résultat.")
        if bulletin.amendement_centimes is not None:
            _exiger_amendement(bulletin.amendement_centimes, cibles, seule=ligne is not None)
        if au is not None and au > self.contexte.maintenant:
            raise SaisieInvalide("L’heure de ce scrutin n’est pas encore venue.", heure=au.isoformat())
        self.survient(_fait(bulletin, feuille, depouiller(bulletin, feuille, au), cibles))

    def ajourner(self, ligne: int | None) -> None:
        """Take one line, or all those not voted yet, off the agenda; refuse with DejaFait or GesteImpossible."""
        cibles = self._cibles("voter", ligne)
        if cibles:
            self.survient(LignesAjournees(lignes=tuple(x.rapport.ligne for x in cibles)))
        elif not isinstance(dernier := self._dernier_vote(ligne), LignesAjournees):
            raise ScrutinTenu.deja("Le vote a déjà eu lieu : une ligne votée ne s’ajourne plus.")
        else:
            self.redire(LignesAjournees, lignes=dernier.lignes)

    def _cibles(self, geste: str, numero: int | None) -> list[EtatLigne]:
        self.exiger_preparee()
        if self.a_inscrire:
            raise self.impossible(geste, "les dossiers ne sont pas encore tous inscrits à l’ordre du jour")
        if numero is None:
            if not any(ligne.inscrite for ligne in self.lignes.values()):
                raise self.impossible(geste, "aucun dossier n’est inscrit à l’ordre du jour")
            return self.a_voter
        ligne = self.ligne(numero)
        if not ligne.inscrite:
            raise self.impossible(geste, f"la ligne {numero} n’est pas à l’ordre du jour ({ligne.refus})")
        return [ligne] if ligne.resultat is None else []

    def _dernier_vote(self, numero: int | None) -> object:
        version = max(self.votes) if numero is None else self.ligne(numero).vote
        return self.votes[version]


def _exiger_amendement(centimes: int, cibles: list[EtatLigne], *, seule: bool) -> None:
    demande = cibles[0].rapport.montant_demande_centimes
    if cibles[0].rapport.nature is NatureDeLigne.REJET:
        raise AmendementInvalide("Un rejet ne s’amende pas : il s’adopte, ou non.", amendement_centimes=centimes)
    if not seule:
        raise AmendementInvalide(
            "Un amendement fixe le montant d’une ligne : donnez --ligne.", amendement_centimes=centimes
        )
    if centimes <= 0 or (demande is not None and centimes > demande):
        raise AmendementInvalide(
            "Le montant amendé doit être supérieur à zéro et au plus égal au montant demandé.",
            amendement_centimes=centimes,
            demande_centimes=demande,
        )


def _fait(
    bulletin: Bulletin, feuille: FeuilleDePresence, compte: Depouillement, cibles: list[EtatLigne]
) -> ScrutinTenu:
    return ScrutinTenu(
        lignes=tuple(x.rapport.ligne for x in cibles),
        vote_le=feuille.jour,
        bulletin=bulletin,
        presents=compte.presents,
        pouvoirs=tuple(Pouvoir(membre=membre, pouvoir_a=a) for membre, a in compte.pouvoirs),
        preside_par=feuille.preside_par,
        en_exercice=compte.quorum.en_exercice,
        requis=compte.quorum.requis,
        pour=compte.comptes[Voix.POUR],
        contre=compte.comptes[Voix.CONTRE],
        abstentions=compte.comptes[Voix.ABSTENTION],
        nppv=compte.comptes[Voix.NPPV],
        voix_preponderante=compte.voix_preponderante,
        adopte=compte.adopte,
    )


def attentes(deliberation: EtatDeliberation) -> Iterator[Attente]:
    """Yield the vote, due on the day of the sitting."""
    passe, jour = deliberation.passe_inscription, deliberation.jour
    if passe is not None and jour is not None and deliberation.a_voter and not deliberation.a_inscrire:
        yield Attente(
            Cle("vote", "", passe.version),
            de=Role.ASSEMBLEES,
            depuis=passe.depuis,
            echeance=fin_de_jour(jour),
            pas_avant=jour,
            gestes=deliberation.a_faire("voter"),
            fondement="CGCT, art. L4132-13-1 et L4132-14",
            nature=Nature.LOI,
        )
