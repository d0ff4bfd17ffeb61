"""Kafka in and out: sinks, the exactly-once processor, dead letters, live runs and replay."""
