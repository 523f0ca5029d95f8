# syntax=docker/dockerfile:1
# One image a service: `docker build --build-arg SERVICE=reconciler .`
# SERVICE is the folder of a service, or `tandem` for the operator's command line and the topics job.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ONLY_BINARY=:all:
WORKDIR /build

# The build's own tools stay in this stage.
COPY requirements/build.txt requirements/
RUN pip install --require-hashes -r requirements/build.txt

# A change of our code does not install the dependencies again.
ARG SERVICE
COPY requirements/${SERVICE}.txt requirements/
RUN python -m venv --without-pip /opt/tandem \
 && pip --python /opt/tandem/bin/python install --require-hashes -r requirements/${SERVICE}.txt

COPY pyproject.toml ./
COPY libs libs
COPY services services
RUN pip wheel --no-deps --no-build-isolation --no-binary tandem --wheel-dir dist . \
 && pip --python /opt/tandem/bin/python install --no-deps --no-index dist/*.whl


FROM python:3.11-slim-bookworm
ARG SERVICE
LABEL org.opencontainers.image.title="tandem-${SERVICE}" \
      org.opencontainers.image.description="Keeps EspoCRM and Outlook calendars in step"
ENV SERVICE=${SERVICE} \
    PATH=/opt/tandem/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TANDEM_HTTP_HOST=0.0.0.0 \
    TANDEM_HTTP_PORT=8080

COPY --from=build /opt/tandem /opt/tandem

# A number, because Kubernetes cannot tell from a name that it is not root.
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=6s --start-period=60s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/ready', timeout=5)"]

# `exec` makes the service process 1, so that it gets the signal to stop and finishes what is in hand.
ENTRYPOINT ["sh", "-c", "exec python -m \"${SERVICE}.main\" \"$@\"", "tandem"]
