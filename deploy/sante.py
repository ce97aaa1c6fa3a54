"""Ask a process of this container whether it is at work: `python deploy/sante.py PORT`; exit 1 when it is not.

Standard library only: it runs every few seconds, and must cost nothing.
"""

import sys
import urllib.error
import urllib.request


def main(port: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{int(port)}/sante", timeout=8) as reponse:
            sys.stdout.write(reponse.read().decode())
            return 0
    except urllib.error.HTTPError as erreur:
        sys.stdout.write(erreur.read().decode())
        return 1
    except (OSError, ValueError) as erreur:
        sys.stdout.write(f"{type(erreur).__name__}: {erreur}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
