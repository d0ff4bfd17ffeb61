"""From arrays to what happened: two engines with the same rules, and the conductor that drives them."""
