-- Nobody follows the journal by its ids any more.
DROP INDEX journal_synced;
