# The image of every process of diligence: web, worker, relais, projecteur, migrer. No Temporal server in it.
FROM python:3.11.14-slim-trixie AS construction
WORKDIR /app
COPY requirements-production.txt ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-production.txt \
    && printf '#!/bin/sh\nexec /venv/bin/python -m cli.principal "$@"\n' > /venv/bin/diligence \
    && chmod 755 /venv/bin/diligence
COPY kernel kernel
COPY dispositifs dispositifs
COPY aggregates aggregates
COPY application application
COPY readmodels readmodels
COPY workflows workflows
COPY activities activities
COPY adapters adapters
COPY bootstrap bootstrap
COPY web web
COPY cli cli
COPY workers workers
COPY scenarios scenarios
COPY bench bench
COPY docs/guide docs/guide
RUN /venv/bin/python -m compileall -q /app

FROM python:3.11.14-slim-trixie
RUN groupadd --system --gid 10001 diligence \
    && useradd --system --uid 10001 --gid diligence --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin diligence \
    && install --directory --owner=diligence --group=diligence --mode=700 /donnees /donnees/fichiers
COPY --from=construction /venv /venv
COPY --from=construction /app /app
COPY deploy/sante.py /app/deploy/sante.py
COPY examples /app/examples
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DILIGENCE_FICHIERS=/donnees/fichiers
USER diligence
WORKDIR /donnees
VOLUME /donnees/fichiers
STOPSIGNAL SIGTERM
ENTRYPOINT ["diligence"]
CMD ["--aide"]
