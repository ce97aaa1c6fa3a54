"""Aggregates: a public method decides (refuses, or records a fact); `plier` folds the facts into the state."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

from kernel.attentes import GesteAttendu
from kernel.faits import Contexte, DateCorrigee, Entete, Fait, Inscription, Jalon
from kernel.illisible import FaitIllisible
from kernel.instants import Effet, Instant, dire_effet, est_avant, instant_de, texte_d_effet
from kernel.refus import AvantLeJalon, GesteImpossible, QuatreYeux


@dataclass(eq=False)
class Agregat:
    """Base of every aggregate: its identity, its history and what this command adds to it.

    Subclasses are dataclasses whose every field has a default: a blank state is `Classe(id)`.
    """

    nom: ClassVar[str]
    reversibles: ClassVar[frozenset[str]] = frozenset()
    """Its gestes that another undoes."""
    id: UUID
    version: int = 0
    inscriptions: list[Inscription] = field(default_factory=list, repr=False)
    dates_corrigees: dict[int, Effet] = field(default_factory=dict, repr=False)
    """Of the facts whose date was wrong, by version: the right one."""
    _nouvelles: list[Inscription] = field(default_factory=list, repr=False)
    _contexte: Contexte | None = field(default=None, repr=False)

    @property
    def existe(self) -> bool:
        """Tell whether a first fact was recorded."""
        return self.version > 0

    @property
    def contexte(self) -> Contexte:
        """Return the context of the command under way."""
        if self._contexte is None:
            raise RuntimeError("a decision needs the context of its command: call sous(contexte) first")
        return self._contexte

    def sous(self, contexte: Contexte) -> Self:
        """Put the aggregate under the context of a command; return it."""
        self._contexte = contexte
        return self

    def survient(self, fait: Fait[Any], *, effectif_le: Effet | None = None, corrige: int | None = None) -> None:
        """Record a fact and apply it. With `corrige`, it replaces the fact of that version and the stream is folded again.

        Refuse with AvantLeJalon what would be true before its origin.
        """
        contexte = self.contexte
        effet = contexte.effectif_le if effectif_le is None else effectif_le
        if (origine := self.origine) is not None:
            self.exiger_apres(*origine, le=effet)
        entete = Entete(
            agregat=self.nom,
            id=self.id,
            version=self.version + 1,
            acteur=contexte.acteur,
            habilitation=contexte.habilitation,
            commande_id=contexte.commande_id,
            cause=contexte.cause,
            lot=contexte.lot,
            pilote=contexte.pilote,
            effectif_le=effet,
            corrige=corrige,
        )
        inscription = Inscription(entete, fait)
        self._nouvelles.append(inscription)
        self._ajouter(inscription)

    def corriger(self, fait: Fait[Any], version: int) -> None:
        """Record a fact that corrects another, true since that one was: a later date would leave the time between empty."""
        self.survient(fait, effectif_le=self.effet_du(self.inscriptions[version - 1].entete), corrige=version)

    def redire(self, fait: type[Fait[Any]], **champs: Any) -> None:
        """Be silent about what the last such fact says already; refuse with DejaFait when it is given another date.

        Args:
            fait: the fact that the decision repeats.
            champs: its fields that tell it from the others of its kind.
        """
        dit, le = self.effet_de(fait, **champs), self.contexte.effectif_le
        if self.contexte.date_donnee and dit is not None and (est_avant(dit, le) or est_avant(le, dit)):
            raise fait.deja(
                f"C’est déjà enregistré, à la date du {dire_effet(dit)} : celle du {dire_effet(le)} dirait autre chose.",
                le=texte_d_effet(le),
                enregistre_au=texte_d_effet(dit),
            )

    def effet_de(self, fait: type[Fait[Any]], **champs: Any) -> Effet | None:
        """Return when the last fact of that kind was true, among those whose fields have these values; None without one."""
        return next(
            (
                self.effet_du(i.entete)
                for i in reversed(self.inscriptions)
                if isinstance(i.fait, fait) and all(getattr(i.fait, nom) == valeur for nom, valeur in champs.items())
            ),
            None,
        )

    @property
    def origine(self) -> tuple[str, Effet] | None:
        """Return what nothing of it may come before, as people call it, and when it was; None when any date may be true."""
        return None

    @property
    def premier_effet(self) -> Effet:
        """Return when its first fact was true."""
        return self.effet_du(self.inscriptions[0].entete)

    def effet_du(self, entete: Entete) -> Effet:
        """Return when a fact was true, its date corrected since included."""
        return self.dates_corrigees.get(entete.version, entete.effectif_le)

    def exiger_apres(self, jalon: str, depuis: Jalon | Effet | None, *, le: Effet | None = None) -> None:
        """Refuse with AvantLeJalon an act dated before a milestone; a day follows whatever happened on it.

        Args:
            jalon: what the law wants the act to follow, as people call it ("le dépôt").
            depuis: since when it is true; None: it has not come, and another rule says whether it must.
            le: when the act is true, if not at the date of the command.
        """
        effet = self.contexte.effectif_le if le is None else le
        borne = depuis.depuis if isinstance(depuis, Jalon) else depuis
        if borne is not None and est_avant(effet, borne):
            raise AvantLeJalon(
                f"La date du {dire_effet(effet)} précède {jalon}, du {dire_effet(borne)} : "
                "un acte suit ce dont il dépend (--le le date autrement).",
                le=texte_d_effet(effet),
                jalon=jalon,
                jalon_le=texte_d_effet(borne),
            )

    def a_faire(self, *verbes: str) -> tuple[GesteAttendu, ...]:
        """Return gestes awaited on this very aggregate."""
        ref: str = getattr(self, "ref", "") or str(self.id)
        return tuple(GesteAttendu(f"{self.nom} {verbe}", ref, verbe in self.reversibles) for verbe in verbes)

    def impossible(self, geste: str, pourquoi: str, **champs: Any) -> GesteImpossible:
        """Return the refusal of a geste that does not fit this state; it names the état of an aggregate that has one."""
        etat: StrEnum | None = getattr(self, "etat", None)
        if etat is not None:
            champs.setdefault("etat", etat.value)
        return GesteImpossible(f"« {geste} » est impossible : {pourquoi}.", geste=geste, **champs)

    def quatre_yeux(self, message: str, *auteurs: str) -> None:
        """Refuse with QuatreYeux when one of those who did the other half acts, or is the one stood in for."""
        if not set(self.contexte.auteurs).isdisjoint(auteurs):
            raise QuatreYeux(message)

    def collect_events(self) -> list[Inscription]:
        """Hand over the facts not yet stored (the name is the library's protocol)."""
        nouvelles, self._nouvelles = self._nouvelles, []
        return nouvelles

    @property
    def nouveaux_faits(self) -> list[Fait[Any]]:
        """Return the facts recorded by the command under way, not yet stored."""
        return [inscription.fait for inscription in self._nouvelles]

    def poursuivre(self, inscriptions: Iterable[Inscription]) -> None:
        """Go on folding with the facts that were stored next; those already folded are left out."""
        for inscription in inscriptions:
            if inscription.entete.version > self.version:
                self._ajouter(inscription)

    def _ajouter(self, inscription: Inscription) -> None:
        self.inscriptions.append(inscription)
        if inscription.entete.corrige is None:
            self.version = inscription.entete.version
            inscription.fait.appliquer(self, inscription.entete)
        else:
            nouvelles, contexte = self._nouvelles, self._contexte
            self.__dict__.update(plier(type(self), self.id, self.inscriptions).__dict__)
            self._nouvelles, self._contexte = nouvelles, contexte


E = TypeVar("E", bound=StrEnum)


class ParEtats(Agregat, Generic[E]):
    """An aggregate that stands in one état at a time, since one fact; subclasses give both fields their default."""

    designation: ClassVar[str]
    ref: str
    etat: E
    jalon: Jalon | None

    def passer(self, etat: E, entete: Entete) -> None:
        """Set the état from a fact."""
        self.etat, self.jalon = etat, Jalon.de(entete)

    def exiger(self, geste: str, *etats: E) -> None:
        """Refuse the geste with GesteImpossible unless it stands in one of these états."""
        if self.etat not in etats:
            raise self.impossible(geste, f"{self.designation} {self.ref} est à l’état « {self.etat} »")


A = TypeVar("A", bound=Agregat)


def retenues(inscriptions: Iterable[Inscription]) -> Iterator[Inscription]:
    """Yield the facts that no other of them replaces, each at its right date."""
    lues = list(inscriptions)
    corriges = {entete.corrige: fait for entete, fait, _, _ in lues}
    for inscription in lues:
        correction = corriges.get(inscription.entete.version)
        if correction is None:
            yield inscription
        elif isinstance(correction, DateCorrigee):
            entete = replace(inscription.entete, effectif_le=correction.au)
            yield inscription._replace(entete=entete, fait=inscription.fait.a_la_date(correction.au))


def _vierge(classe: type[A], identifiant: UUID) -> A:
    """Return `classe(identifiant)`, its fields set at once: a state has a hundred of them, and every fold begins so."""
    if classe not in _CHAMPS:
        _CHAMPS[classe] = _champs(classe)
    defauts, neufs = _CHAMPS[classe]
    champs = {**defauts, "id": identifiant}
    for nom, neuf in neufs:
        champs[nom] = neuf()
    agregat = object.__new__(classe)
    agregat.__dict__ = champs
    return agregat


_Champs = tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]
_CHAMPS: dict[type[Agregat], _Champs] = {}


def _champs(classe: type[Agregat]) -> _Champs:
    """Return the default of each field of a class, and what makes those that no two states share."""
    champs = fields(classe)
    return (
        {champ.name: champ.default for champ in champs},
        tuple((champ.name, champ.default_factory) for champ in champs if champ.default_factory is not MISSING),
    )


def plier(
    classe: type[A],
    identifiant: UUID,
    inscriptions: Iterable[Inscription],
    *,
    au: Effet | None = None,
    connu_au: Instant | None = None,
) -> A:
    """Fold, in recording order, what was true `au` as it was known `connu_au`.

    Left out: facts recorded after `connu_au`, those corrected by a fact of that prefix, and those effective after `au`
    (a date means its end). Without `au` every recorded fact counts. `version` is that of the prefix. A fact whose date was
    corrected keeps its place, and is read at the right one.

    Raises:
        FaitIllisible: one of them cannot be read, or has no place in such a state.
    """
    prefixe = list(inscriptions)
    if connu_au is not None:
        prefixe = [i for i in prefixe if i.enregistre_le is not None and i.enregistre_le <= connu_au]
    corriges = {entete.corrige: fait for entete, fait, _, _ in prefixe if entete.corrige is not None}
    limite = None if au is None else instant_de(au)
    agregat = _vierge(classe, identifiant)
    agregat.dates_corrigees = {v: f.au for v, f in corriges.items() if isinstance(f, DateCorrigee)}
    for entete, fait, _, _ in retenues(prefixe) if corriges else prefixe:
        if limite is None or instant_de(entete.effectif_le) <= limite:
            try:
                fait.appliquer(agregat, entete)
            except FaitIllisible:
                raise
            except Exception as erreur:
                pourquoi = f"il n’a pas de place dans cet état ({type(erreur).__name__})"
                raise FaitIllisible.de(entete, fait.topic, pourquoi) from erreur
    agregat.inscriptions = prefixe
    agregat.version = prefixe[-1].entete.version if prefixe else 0
    return agregat
