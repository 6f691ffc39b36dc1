# Two stages: what builds stays behind. Runs without root rights, on a read-only root; data belongs into /data.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 BOT_CACHE=/app/cache
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --only-binary :all: -r requirements/run.txt
COPY bot bot
COPY handlers handlers
COPY scheduling scheduling
COPY answers answers
COPY alerts alerts
COPY people people
COPY delivery delivery
COPY locales locales
COPY storage storage
COPY simulator simulator
COPY LICENSE docs/licences.md ./
# The search learns its model here, so that a start needs neither the minutes nor a place to write.
RUN /venv/bin/python -m compileall -q . && /venv/bin/python -m bot check --offline \
    && /venv/bin/python -m bot ask --lang en "Where can I see a doctor?"

FROM python:3.13-slim
# Pillow's raqm loads FriBiDi when it draws tickets: without it, Thai, Burmese and Khmer letters are not joined.
RUN apt-get update && apt-get install -y --no-install-recommends libfribidi0 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot -m 0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    BOT_HOST=0.0.0.0 BOT_PORT=8080 BOT_DATABASE_URL=sqlite:////data/bot.db BOT_CACHE=/app/cache
USER bot
WORKDIR /app
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['BOT_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
