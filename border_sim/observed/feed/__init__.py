"""CBP's border wait time feed: its words, and how a file of it is read."""
