"""Which failures of the database pass by themselves, and which never do."""

import asyncpg

OUTAGE = (
    OSError,
    asyncpg.InterfaceError,  # the connection or the pool is closed
    asyncpg.InternalClientError,  # the connection broke where its protocol did not expect it
    asyncpg.PostgresConnectionError,  # class 08
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is not the primary yet, or not any more
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InvalidAuthorizationSpecificationError,  # class 28: somebody has to mend the settings, not the code
    asyncpg.InvalidCatalogNameError,  # class 3D, the same
    asyncpg.TransactionRollbackError,  # class 40: a deadlock, or two who changed the same
    asyncpg.InsufficientResourcesError,  # class 53
    asyncpg.ObjectNotInPrerequisiteStateError,  # class 55: a lock that did not come
    asyncpg.OperatorInterventionError,  # class 57: shut down, cancelled, not ready yet
    asyncpg.PostgresSystemError,  # class 58
)
"""What is raised where the database is out of reach or gives up; a later try may do better (PostgreSQL manual, appendix A).

A mistake of ours is none of these: SQL that names a column which is not there is a defect, and has to be seen as one.
"""


def cannot_be_kept(error: Exception) -> bool:
    """Whether a value was to be stored that PostgreSQL has no room for, such as a text with a zero byte: it will never do."""
    by_the_server = isinstance(error, asyncpg.DataError)
    by_the_client = isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
    return by_the_server or by_the_client
