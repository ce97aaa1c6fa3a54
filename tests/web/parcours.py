"""What a person does on a page, counted: a click, a key, a field filled; and what a person sees there."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from playwright.sync_api import Page, expect

ATTENTE_MS: Final = 20_000
"""Bound of a wait, not of a speed."""


@dataclass
class Main:
    """The hand of a person on one page of a browser."""

    page: Page
    clics: int = 0
    touches: int = 0
    saisies: int = 0
    """Fields filled: going to one and typing in it is one action."""

    @property
    def actions(self) -> int:
        return self.clics + self.touches + self.saisies

    def cliquer(self, role: Literal["link", "button", "checkbox"], nom: str) -> None:
        """Click the first that has this name, or begins by it."""
        self.page.get_by_role(role, name=nom).first.click()
        self.clics += 1

    def ouvrir(self, resume: str) -> None:
        """Open what is folded."""
        self.page.locator("main summary", has_text=resume).click()
        self.clics += 1

    def appuyer(self, touche: str) -> None:
        if touche == "Enter":
            self.page.locator(":focus").wait_for()  # on a busy machine the cursor is there a moment after the page
        self.page.keyboard.press(touche)
        self.touches += 1

    def saisir(self, champ: str, texte: str) -> None:
        """Fill a field, found by its label."""
        self.page.get_by_label(champ).first.fill(texte)
        self.saisies += 1

    def taper(self, texte: str) -> None:
        """Type where the page put the cursor."""
        self.page.locator("input:focus").wait_for()
        self.page.keyboard.type(texte)
        self.saisies += 1

    def attendre(self, dit: str) -> str:
        """Read a page that shows how far it is until it says so; return what the pattern captures."""
        main = self.page.locator("main")
        expect(main).to_contain_text(re.compile(dit), timeout=ATTENTE_MS)
        trouve = re.search(dit, main.inner_text())
        assert trouve is not None
        return trouve[1]

    def voir(self, texte: str) -> None:
        """Expect a text that is shown."""
        expect(self.page.locator("main").get_by_text(texte).first).to_be_visible()
