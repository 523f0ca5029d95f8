"""The mock cluster that librdkafka carries for its own tests, by its C functions.

It speaks the real wire protocol, keeps topics, groups and offsets in memory, and produces faults on demand. The
`confluent-kafka` wheel ships the library but offers Python only a fixed sliver of it (four partitions, a join of three
seconds), so the functions are called directly. Their meaning: `rdkafka_mock.h` of librdkafka 2.x.
"""

import ctypes
import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

_ERROR_BYTES = 512
_PRODUCER = 0
_BROKER = 1
_FIRST_JOIN_MS = 100
"""How long an empty group waits for more members; librdkafka's own default is three seconds."""


class MockError(Exception):
    """librdkafka refused what was asked, in its words."""


class MockCluster:
    """One mock cluster with a single broker, alive until `close`."""

    def __init__(self) -> None:
        self._lib = _library()
        words = ctypes.create_string_buffer(_ERROR_BYTES)
        configuration = self._lib.rd_kafka_conf_new()
        self._lib.rd_kafka_conf_set_log_cb(configuration, None)
        self._client = self._lib.rd_kafka_new(_PRODUCER, configuration, words, _ERROR_BYTES)
        if not self._client:
            raise MockError(words.value.decode())
        self._cluster = self._lib.rd_kafka_mock_cluster_new(self._client, 1)
        if not self._cluster:
            raise MockError("the mock cluster did not start")
        self._lib.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, _FIRST_JOIN_MS)
        self._check(self._lib.rd_kafka_mock_set_controller_id(self._cluster, _BROKER))
        first = self._lib.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        host, _, port = first.rpartition(":")
        self.address = (host, int(port))

    def close(self) -> None:
        """End the cluster; everything in it is forgotten."""
        self._lib.rd_kafka_mock_cluster_destroy(self._cluster)
        self._lib.rd_kafka_destroy(self._client)

    def advertise(self, host: str, port: int) -> None:
        """Have the broker tell clients that it is found here."""
        self._lib.rd_kafka_mock_broker_set_host_port(self._cluster, _BROKER, host.encode(), port)

    def create_topic(self, name: str, partitions: int) -> None:
        """Create a topic. Raises MockError where it exists or the name is invalid."""
        self._check(self._lib.rd_kafka_mock_topic_create(self._cluster, name.encode(), partitions, 1))

    def set_down(self) -> None:
        """Cut all connections and refuse new ones."""
        self._check(self._lib.rd_kafka_mock_broker_set_down(self._cluster, _BROKER))

    def set_up(self) -> None:
        """Accept connections again; topics, offsets and groups are as before."""
        self._check(self._lib.rd_kafka_mock_broker_set_up(self._cluster, _BROKER))

    def set_rtt(self, milliseconds: int) -> None:
        """Delay every answer."""
        self._check(self._lib.rd_kafka_mock_broker_set_rtt(self._cluster, _BROKER, milliseconds))

    def push_errors(self, api_key: int, errors: Sequence[int]) -> None:
        """Answer the next requests of this kind with these error codes, one each, then normally again.

        Both are numbers of the Kafka protocol guide (sections "Api Keys" and "Error Codes").
        """
        codes = (ctypes.c_int * len(errors))(*errors)
        self._lib.rd_kafka_mock_push_request_errors_array(self._cluster, api_key, len(errors), codes)

    def _check(self, code: int) -> None:
        if code:
            raise MockError(self._lib.rd_kafka_err2str(code).decode())


def _library() -> ctypes.CDLL:
    files = importlib.metadata.files("confluent-kafka") or ()
    found = [Path(str(file.locate())) for file in files if file.name.startswith("librdkafka") and ".so" in file.name]
    if not found:
        raise MockError("the confluent-kafka wheel for this platform bundles no librdkafka; use real Kafka instead")
    lib = ctypes.CDLL(str(found[0]))
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
        ("rd_kafka_conf_new", pointer, ()),
        ("rd_kafka_conf_set_log_cb", None, (pointer, pointer)),
        ("rd_kafka_new", pointer, (number, pointer, text, ctypes.c_size_t)),
        ("rd_kafka_destroy", None, (pointer,)),
        ("rd_kafka_err2str", text, (number,)),
        ("rd_kafka_mock_cluster_new", pointer, (pointer, number)),
        ("rd_kafka_mock_cluster_destroy", None, (pointer,)),
        ("rd_kafka_mock_cluster_bootstraps", text, (pointer,)),
        ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, (pointer, ctypes.c_int32)),
        ("rd_kafka_mock_set_controller_id", number, (pointer, ctypes.c_int32)),
        ("rd_kafka_mock_broker_set_host_port", None, (pointer, ctypes.c_int32, text, number)),
        ("rd_kafka_mock_topic_create", number, (pointer, text, number, number)),
        ("rd_kafka_mock_broker_set_down", number, (pointer, ctypes.c_int32)),
        ("rd_kafka_mock_broker_set_up", number, (pointer, ctypes.c_int32)),
        ("rd_kafka_mock_broker_set_rtt", number, (pointer, ctypes.c_int32, number)),
        (
            "rd_kafka_mock_push_request_errors_array",
            None,
            (pointer, ctypes.c_int16, ctypes.c_size_t, ctypes.POINTER(ctypes.c_int)),
        ),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib
