"""The web pages: a user's connection and settings, what became of each event, and the operator's view.

It keeps nothing. Whatever a page shows is asked of the reconciler and of the connectors at that moment, and who is signed in
stands in the browser's own cookie; so any replica answers any request, and a restart signs nobody out.
"""
