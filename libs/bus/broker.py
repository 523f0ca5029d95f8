"""A service's one connection to Kafka, with the settings that lose nothing.

FastStream's defaults acknowledge before handling, start at the newest message and create topics by accident. This module
and `bus.consume` set every such default the other way round, once, so that a service cannot get it wrong. Services pass
a `Broker` on and never look inside.
"""

import logging
import ssl
from dataclasses import dataclass, field

from faststream.kafka import KafkaBroker
from faststream.kafka.prometheus import KafkaPrometheusMiddleware
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512
from prometheus_client import CollectorRegistry

from bus.settings import KafkaSettings
from bus.telling.health import Health
from bus.telling.metrics import PREFIX, Metrics, describe_process
from bus.telling.progress import Progress

_SASL = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}

_BATCH_BYTES = 256 * 1024
"""So much may wait for one partition and leave in one request; aiokafka's 16 KiB are half a dozen of our messages."""


@dataclass(frozen=True, slots=True)
class Broker:
    """What `consume`, `Publisher` and `make_app` share: the client, its settings, and how the service is."""

    service: str
    settings: KafkaSettings
    client: KafkaBroker
    metrics: Metrics
    health: Health = field(default_factory=Health)
    progress: Progress = field(default_factory=Progress)


def make_broker(settings: KafkaSettings, service: str, registry: CollectorRegistry) -> Broker:
    """Prepare the client of this service; nothing connects before the application starts."""
    client = KafkaBroker(
        settings.kafka.split(","),
        client_id=service,
        request_timeout_ms=round(settings.kafka_request_seconds * 1000),
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=_BATCH_BYTES,
        allow_auto_create_topics=False,
        graceful_timeout=settings.kafka_drain_seconds,
        # What a handler gets is read by bus.consuming.delivery; FastStream's own conversion would only cost time.
        apply_types=False,
        middlewares=[KafkaPrometheusMiddleware(registry=registry, app_name=service, metrics_prefix=PREFIX)],
        security=security(settings),
        logger=logging.getLogger("bus.faststream"),
        log_level=logging.DEBUG,
    )
    describe_process(registry, service)
    return Broker(service, settings, client, Metrics(registry))


def security(settings: KafkaSettings) -> BaseSecurity | None:
    """Say who we are to the cluster and how the line is protected; None for an open, plain one."""
    context = ssl.create_default_context(cafile=settings.kafka_ca) if settings.kafka_tls else None
    if settings.kafka_user is not None and settings.kafka_password is not None:
        sasl = _SASL[settings.kafka_mechanism]
        return sasl(settings.kafka_user, settings.kafka_password.get_secret_value(), ssl_context=context)
    return BaseSecurity(ssl_context=context) if context else None
