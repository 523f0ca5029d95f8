"""How requests leave a process: one pool of connections, and failures that say whether a request was sent.

Whether an answer was lost or the request never left decides between asking again and looking first, so a failure that is
named wrongly makes an event twice.
"""
