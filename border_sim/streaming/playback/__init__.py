"""Events out: a run's streams, selected or simulated, merged and paced into a sink. Knows no Kafka."""
