"""Apache Kafka itself, one node in KRaft mode, from its published jars: for what an imitation cannot prove."""

from sandbox.kafka.apache.jars import ToolMissing
from sandbox.kafka.apache.node import ApacheKafka

__all__ = ["ApacheKafka", "ToolMissing"]
