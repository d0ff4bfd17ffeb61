"""Events on their way: `broker` (Kafka) above `playback` (out, paced) and `counting` (in, windows out)."""
