"""Messages handed to the mail server of the institution (SMTP), one recipient each; and those of a rehearsal, sent to nobody."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final, Literal

from application.ports import AdresseRefusee, CourrierIndisponible, Message

Chiffrement = Literal["starttls", "tls", "aucun"]
_DELAI_S: Final = 20.0
_DEFINITIF: Final = range(500, 600)


@dataclass(frozen=True, slots=True)
class CourrierSmtp:
    """Implements `application.ports.Courrier`."""

    hote: str
    port: int
    expediteur: str
    chiffrement: Chiffrement = "starttls"
    utilisateur: str | None = None
    mot_de_passe: str | None = None

    def envoyer(self, message: Message) -> None:
        """Hand the server a message.

        Raises:
            AdresseRefusee: it refuses the message or its recipient for good (5xx).
            CourrierIndisponible: it is away, asks to try later (4xx), or refuses us.
        """
        try:
            with self._connecte() as smtp:
                smtp.send_message(self._ecrit(message), self._adresse, [message.a])
        except smtplib.SMTPRecipientsRefused as refus:
            raise _erreur(next(iter(refus.recipients.values()))[0]) from None
        except smtplib.SMTPDataError as refus:
            raise _erreur(refus.smtp_code) from None
        except (OSError, smtplib.SMTPException) as erreur:
            raise CourrierIndisponible(type(erreur).__name__) from erreur

    @contextmanager
    def _connecte(self) -> Iterator[smtplib.SMTP]:
        if self.chiffrement == "tls":
            ouvert: smtplib.SMTP = smtplib.SMTP_SSL(
                self.hote, self.port, timeout=_DELAI_S, context=ssl.create_default_context()
            )
        else:
            ouvert = smtplib.SMTP(self.hote, self.port, timeout=_DELAI_S)
        with closing(ouvert) as smtp:
            if self.chiffrement == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if self.utilisateur:
                smtp.login(self.utilisateur, self.mot_de_passe or "")
            yield smtp
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()  # it has the message: what it says of our leaving makes nobody send it again

    @property
    def _adresse(self) -> str:
        """Return the address alone: an accent of the name beside it would ask of the server what few have (SMTPUTF8)."""
        return parseaddr(self.expediteur)[1]

    def _ecrit(self, message: Message) -> EmailMessage:
        domaine = self._adresse.rpartition("@")[2]
        ecrit = EmailMessage(policy=SMTP)
        ecrit["Message-ID"] = f"<{message.identite}@{domaine}>"
        ecrit["Date"] = format_datetime(message.le)
        ecrit["From"], ecrit["To"], ecrit["Subject"] = self.expediteur, message.a, message.sujet
        if message.reponse_a:
            ecrit["Reply-To"] = message.reponse_a
        ecrit.set_content(message.corps, cte="quoted-printable")
        ecrit.add_attachment(message.contenu, maintype="application", subtype="pdf", filename=message.nom)
        return ecrit


class CourrierDeRepetition:
    """Implements `application.ports.Courrier` in a rehearsal: everything is taken, and nobody ever receives it."""

    def envoyer(self, message: Message) -> None:
        """Take a message; a domain `refuse.invalid` is refused, for who learns what then follows."""
        if message.a.endswith("@refuse.invalid"):
            raise AdresseRefusee(550)


def _erreur(code: int) -> Exception:
    return AdresseRefusee(code) if code in _DEFINITIF else CourrierIndisponible(str(code))
