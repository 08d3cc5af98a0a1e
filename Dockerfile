# The image of web server, worker and clock. PostgreSQL and Valkey have images of their own.
FROM python:3.13-slim-trixie AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.13-slim-trixie
# pg_dump and pg_restore of the database's own major version, for backups.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/commonplan commonplan \
    && install -d -o commonplan -g commonplan /srv/backups /srv/clock
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/commonplan
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=config.settings \
    OPENBLAS_NUM_THREADS=1 \
    NUMBA_CACHE_DIR=/tmp/numba \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# Static files need settings, not servers: these values end with the build.
RUN python -m compileall -qq . \
    && SECRET_KEY=only-for-this-step-of-the-build-and-never-kept-anywhere DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
       python manage.py collectstatic --noinput
USER commonplan
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--respawn-failed-workers", "config.wsgi:application"]
