# One image for web and worker: `docker run … serve` (the default) runs both, `web` and `worker` one each.
# Paths in RUN are relative to WORKDIR: .ci/dockerfile_steps.py runs them in a clean folder, without an engine.

FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements/install.py requirements/base.txt requirements/
RUN python -m venv --without-pip .venv && .venv/bin/python requirements/install.py base
COPY manage.py ./
COPY faxportal faxportal
COPY templates templates
COPY static static
RUN .venv/bin/python manage.py collectstatic --no-input && .venv/bin/python -m compileall -q faxportal
RUN mkdir -p var/incoming

FROM python:3.13-slim
# Letters of Chinese, Japanese and Korean, for cover pages: all else is in faxportal/fonts. pg_dump and pg_restore, for backups.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-noto-cjk postgresql-client && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app ./
COPY --from=build --chown=10001:10001 /app/var var
ENV PATH=/app/.venv/bin:$PATH
ENV PYTHONUNBUFFERED=1
ENV FAXPORTAL_BIND=0.0.0.0:8000
VOLUME /app/var
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["python", "-m", "faxportal.healthcheck"]
ENTRYPOINT ["python", "manage.py"]
CMD ["serve"]
