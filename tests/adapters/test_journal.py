"""The story of a process, when nobody reads it."""

import os
import threading
import time

import pytest

from adapters import journal


def test_un_tube_que_personne_ne_lit_ne_fige_rien(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LIGNES_EN_ATTENTE", 50)
    lecture, ecriture = os.pipe()
    sortie = journal.SansAttendre(ecriture)
    ligne, debut = "x" * 1000 + "\n", time.monotonic()
    for _ in range(1000):
        sortie.write(ligne)
    assert time.monotonic() - debut < 1
    sortie.vider(0.1)
    assert sortie.perdues > 500
    lus = bytearray()

    def lire() -> None:
        while True:
            lus.extend(os.read(lecture, 65536))

    threading.Thread(target=lire, daemon=True).start()
    sortie.vider(5)
    time.sleep(0.1)
    assert lus.count(b"\n") == 1000 - sortie.perdues
    assert set(bytes(lus).split(b"\n")) == {b"x" * 1000, b""}
