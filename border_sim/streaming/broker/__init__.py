"""Kafka: topics, sink, source, and the exactly-once processor. The only importer of its client."""
