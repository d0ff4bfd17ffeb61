"""Events in, closed windows out: sequence, dead letters, state, lanes now. Pure; knows no Kafka."""
