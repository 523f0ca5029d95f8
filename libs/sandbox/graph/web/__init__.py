"""The HTTP face: how requests reach mailboxes, and how tests steer the simulator."""
