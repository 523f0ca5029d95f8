"""A local run: the processes of the whole product on one machine, started, followed and stopped."""
