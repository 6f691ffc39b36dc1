# Two stages: what builds stays behind. Runs without root rights, on a read-only root; data belongs into /data.
# The image is pinned by its tag. Whoever builds for people pins it by digest too (NAME:TAG@sha256:...), from what
# `docker buildx imagetools inspect python:3.13-slim-trixie` shows on the day the image was looked at.
FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 BOT_CACHE=/app/cache
WORKDIR /app
# Pillow's raqm loads FriBiDi when it draws tickets: without it, Thai, Burmese and Khmer letters are not joined.
RUN apt-get update && apt-get install -y --no-install-recommends libfribidi0
COPY requirements/run.txt requirements/run.txt
# Without pip inside: nothing can be installed into it later.
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --require-hashes --only-binary :all: -r requirements/run.txt
COPY bot bot
COPY handlers handlers
COPY handoff handoff
COPY scheduling scheduling
COPY answers answers
COPY alerts alerts
COPY people people
COPY delivery delivery
COPY locales locales
COPY storage storage
COPY simulator simulator
COPY LICENSE docs/licences.md ./
# The search learns its model here, so that a start needs neither the minutes nor a place to write. The bot makes its
# files for itself alone, and this is not yet the account it will run as: hence the last line.
RUN /venv/bin/python -m compileall -q . && /venv/bin/python -m bot check --offline \
    && /venv/bin/python -m bot ask --lang en "Where can I see a doctor?" \
    && chmod -R a+rX /app

FROM python:3.13-slim-trixie
RUN pip uninstall --yes --quiet --root-user-action ignore pip \
    && groupadd --system --gid 10001 bot \
    && useradd --system --uid 10001 --gid bot --home-dir /data --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot -m 0700 /data /tombstones
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build /usr/lib/*-linux-gnu/libfribidi.so.0* /usr/lib/
# No secret here: an image's environment is read by whoever holds the image. Secrets come when it is run.
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    BOT_HOST=0.0.0.0 BOT_PORT=8080 BOT_DATABASE_URL=sqlite:////data/bot.db BOT_CACHE=/app/cache
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /app
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['BOT_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
