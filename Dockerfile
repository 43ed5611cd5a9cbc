# Trạm for docker-compose.yml. Three images: the product, PostgreSQL with the product's roles, Caddy without root.

FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements/server.txt requirements/server.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --no-input --disable-pip-version-check --require-hashes -r requirements/server.txt

FROM python:3.11-slim-bookworm AS app
ENV PATH=/venv/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1 STATIC_ROOT=/srv/static
RUN groupadd --gid 10001 tram && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin tram \
 && install -d -o 10001 -g 10001 -m 0750 /srv/files /srv/day-heads /srv/backups /srv/wal \
 && install -d -o 999 -g 999 -m 0700 /var/lib/postgresql
COPY --from=packages /venv /venv
WORKDIR /srv/tram
COPY manage.py manage.py
COPY config config
COPY core core
COPY facilities facilities
COPY staff staff
COPY followup followup
COPY inventory inventory
COPY patients patients
COPY dispensing dispensing
COPY oversight oversight
COPY demo demo
COPY templates templates
COPY static static
COPY locale locale
COPY phrases phrases
COPY overdose overdose
COPY docs/help docs/help
RUN python -m compileall -q . && python -m config.production.collect
USER 10001:10001
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "1", "--respawn-failed-workers", "config.wsgi:application"]

FROM postgres:18 AS database
COPY config/sql /tram/sql
COPY config/production/database.sh /docker-entrypoint-initdb.d/10-tram.sh
USER postgres

FROM caddy:2 AS edge
COPY config/production/Caddyfile /etc/caddy/Caddyfile
# A copy has none of the rights of its own that the program carries and that no container here may have.
RUN cp /usr/bin/caddy /usr/local/bin/caddy && mkdir -p /data /config && chown -R 10001:10001 /data /config
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config
USER 10001:10001
CMD ["/usr/local/bin/caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
