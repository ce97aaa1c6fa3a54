"""What the pages of the demo offer is what the engine accepts: each geste offered to each role is tried on its form."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from html import unescape
from typing import Final

import httpx
import pytest

from tests.acceptance.servie import Servie
from tests.epreuves import compte

pytestmark = pytest.mark.temporal
AGENTS: Final = ("ines", "rosa", "samir", "felix", "odile", "admin")
"""One of each role that acts."""
DEPART: Final = ("/", "/file", "/en-retard", "/finance", "/seances", "/campagnes", "/administration")
SUITE: Final = re.compile(
    r'<th scope="row"[^>]*>(?:<input[^>]*> )?<a href="(/(?:dossiers|seances|deliberations|elements)/[^"]+)"'
)
GESTE: Final = re.compile(r'(?:href|action)="(/[a-z]+/[^"?]+/gestes/[a-z-]+)')
AU_PLUS: Final = 4
"""How often a same geste is tried, of one person, on what the pages lead to."""
SUIVIS: Final = compte(6, 100)
"""Rows of each page that are followed."""
REFUSE: Final = "Pas encore, ou plus"


@pytest.mark.parametrize("agent", AGENTS)
def test_chaque_geste_offert_est_permis(veille: Servie, agent: str, dire: Callable[[str], None]) -> None:
    with closing(veille.navigateur(agent)) as client:
        fois, refuses = Counter[str](), list[str]()
        for adresse in _pages(client):
            for offert in dict.fromkeys(GESTE.findall(client.get(adresse).text)):
                nom = offert.rpartition("/")[2]
                fois[nom] += 1
                if fois[nom] <= AU_PLUS and REFUSE in unescape(client.get(offert).text).replace("\u00a0", " "):
                    refuses.append(f"{offert} depuis {adresse}")
    dire(f"{agent} : {len(fois)} gestes offerts, {sum(fois.values())} fois")
    assert refuses == []
    assert fois


def _pages(client: httpx.Client) -> list[str]:
    """The pages where rows are, and those they lead to."""
    lues = {adresse: client.get(adresse) for adresse in DEPART}
    suites = (unescape(lien) for page in lues.values() for lien in SUITE.findall(page.text)[:SUIVIS])
    return [*(adresse for adresse, page in lues.items() if page.status_code == httpx.codes.OK), *dict.fromkeys(suites)]
