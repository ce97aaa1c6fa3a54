"""Legal time: how a délai is counted, from the day that starts it to 24:00 (Europe/Paris) of its last day.

- The day that starts a délai never counts.
- `mois` and `ans` run de quantième à quantième; when the month of arrival has no such day, to its last day. That end of
  month is our choice, on the model of the code de procédure civile, art. 641: 31 January + 1 mois = 28 or 29 February.
- `semaines` are seven days and `jours` calendar days. Of `jours_francs` the last does not count either: n of them end
  with day n+1, which is also the first day allowed when they are a minimum (a convocation). So of `mois_francs`: the
  day after the quantième.
- Of "1 mois et 15 jours" the months are counted first, then the days (code de procédure civile, art. 641); of
  "1 mois et 15 jours_francs" the last of these does not count.
- `jours_ouvres` are Monday to Friday without the public holidays of metropolitan France (code du travail, art. L3133-1;
  not those of Alsace and Moselle).
- No délai moves because it ends on a Saturday, a Sunday or a holiday, jours francs included, unless the caller asks for
  it with `report`: that rule (code de procédure civile, art. 642) is not ours to extend.
- A suspension stops the clock for whole days, and the clock keeps its remainder in days: months are first turned into
  the days they have from their start, so that the last day moves by exactly the number of suspended days met on the way.
- An interruption that comes before the term makes the délai start anew, its starting day being the last interrupted day;
  suspensions before it are lost with the days that had run, those after it count.
"""

from kernel.delais.calendrier import DateHorsCalendrier, est_ouvre
from kernel.delais.durees import Duree, DureeIllisible, Unite, lire_duree
from kernel.delais.echeances import Echeance, echoir
from kernel.delais.intervalles import EtapeDeDelai, Intervalle, IntervalleIllisible, fusionner, lire_intervalle

__all__ = [
    "DateHorsCalendrier",
    "Duree",
    "DureeIllisible",
    "Echeance",
    "EtapeDeDelai",
    "Intervalle",
    "IntervalleIllisible",
    "Unite",
    "echoir",
    "est_ouvre",
    "fusionner",
    "lire_duree",
    "lire_intervalle",
]
