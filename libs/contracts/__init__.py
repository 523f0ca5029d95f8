"""The words on the bus: events, changes, writes, outcomes and topics."""
