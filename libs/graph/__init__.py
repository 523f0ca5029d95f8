"""The Graph client, on msgraph-sdk."""
