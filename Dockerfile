# border-sim in a container: `docker build -t border-sim .`. docker-compose.yml makes each of its services from this image.

# A folder with all that runs, at the place where it will run: installed by hash, nothing built but our own wheel.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
RUN python -m venv --without-pip /opt/border-sim
COPY requirements.lock requirements-build.lock ./
RUN pip install --require-hashes --only-binary :all: -r requirements-build.lock \
 && pip --python /opt/border-sim/bin/python install --require-hashes --only-binary :all: -r requirements.lock
COPY LICENSE README.md pyproject.toml ./
COPY border_sim border_sim
COPY configs configs
RUN python -m hatchling build -t wheel -d /wheel \
 && pip --python /opt/border-sim/bin/python install --no-deps --no-index /wheel/*.whl

# Machine code for any processor of this architecture, by commands that call all that is compiled: containers then start
# at once, on a read-only root and as whatever user.
ENV NUMBA_CPU_NAME=generic NUMBA_CACHE_DIR=/opt/border-sim/compiled PATH=/opt/border-sim/bin:$PATH
WORKDIR /warm
RUN border-sim run --ports laredo-wtb,sasabe --days 1 --out run --quiet \
 && echo 'changes: {laredo-wtb: {modes: {commercial: {room: {state: 30}}}}}' > room.yaml \
 && border-sim run room.yaml --ports laredo-wtb --days 1 --out room --quiet \
 && border-sim metrics run \
 && border-sim verify --ports sasabe --days 1 \
 && border-sim live --embedded --ports laredo-wtb,sasabe --start 2024-03-04 --days 1 --speed 0 --quiet

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="border-sim" \
      org.opencontainers.image.description="A discrete-event simulator of the 47 US-Mexico land ports of entry" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="python:3.11-slim-bookworm"
RUN groupadd --gid 10001 border && useradd --uid 10001 --gid border --no-create-home --home-dir /home/border border
COPY --from=build /opt/border-sim /opt/border-sim
ENV NUMBA_CPU_NAME=generic NUMBA_CACHE_DIR=/opt/border-sim/compiled PATH=/opt/border-sim/bin:$PATH
WORKDIR /home/border
USER 10001:10001
# Python answers this signal from its first moment on; SIGTERM would be lost on a process 1 that has not asked for it yet.
STOPSIGNAL SIGINT
EXPOSE 9464
# Of whatever serves: what does not, as most commands of border-sim do not, is run with --no-healthcheck.
HEALTHCHECK --interval=5s --timeout=5s --start-period=90s --retries=6 \
    CMD ["python", "-IS", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:9464/-/healthy', timeout=4)"]
ENTRYPOINT ["border-sim"]
CMD ["live", "--serve", "0.0.0.0:9464"]
