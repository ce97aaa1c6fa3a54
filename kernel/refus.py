"""Refusals: the answers of a rule, for people (a French sentence) and for programs (a stable code)."""

from typing import Any, ClassVar, Final

from kernel.signes import montrable

LISTE_MAX: Final = 100
"""Values of a list that a refusal returns."""


class Refus(Exception):
    """A rule said no. Nothing was written; sending the same thing again will be refused again.

    Every subclass names its `code` (stable, ASCII); `message` is a French sentence, in which what was typed can do
    nothing to whoever reads it; `champs` holds JSON values.
    `journalise` tells that the journal of refused attempts already has it. The field `d_abord` names the geste of another
    aggregate that it waits for, whatever could be given.
    """

    code: ClassVar[str] = "refus"
    attend_un_jour: ClassVar[bool] = False
    """Only the day can lift it: nothing else that could be given would."""

    def __init_subclass__(cls, *, code: str = "") -> None:
        cls.code = code or cls.code

    def __init__(self, message: str, **champs: Any) -> None:
        self.message = montrable(message)
        super().__init__(self.message)
        self.champs = _bornes(champs)
        self.journalise = False

    @property
    def d_abord(self) -> str:
        """Return that geste ("seance ouvrir"), blank for none."""
        return str(self.champs.get("d_abord", ""))

    def en_json(self) -> dict[str, Any]:
        """Return the refusal document of the outside contract."""
        return {"refus": {"code": self.code, "message": self.message, "champs": self.champs}}


def _bornes(champs: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a refusal, a long list cut and counted (`…_total`): whoever sent it has it whole."""
    longues = {f"{nom}_total": len(lu) for nom, lu in champs.items() if isinstance(lu, list) and len(lu) > LISTE_MAX}
    if not longues:
        return champs
    return {nom: lu[:LISTE_MAX] if f"{nom}_total" in longues else lu for nom, lu in champs.items()} | longues


class Empechement(Exception):
    """No rule said no: the machine is not as it should be, and nothing was written. Said like a refusal, with exit code 1.

    The engine does not give up on it: the same thing is done once the machine is mended.
    """

    code: ClassVar[str] = "empechement"

    def __init_subclass__(cls, *, code: str = "") -> None:
        cls.code = code or cls.code

    def __init__(self, message: str, **champs: Any) -> None:
        self.message = montrable(message)
        super().__init__(self.message)
        self.champs = champs


class GesteImpossible(Refus, code="geste_impossible"):
    """The geste does not fit this state; the door adds what is awaited and who can end it."""


class DejaFait(Refus, code="deja_decide_autrement"):
    """The same decision was already taken, with another content; the message names the fact."""


class QuatreYeux(Refus, code="quatre_yeux"):
    """Two persons are needed, and this one did the other half."""


class AvantLeJalon(Refus, code="avant_le_jalon"):
    """The act is dated before what the law wants it to follow; the message names both dates."""


class SaisieInvalide(Refus, code="saisie_invalide"):
    """A value typed by the caller is not of its kind."""
