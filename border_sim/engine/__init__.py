"""The model: arrays from the spec, and two engines that turn them into what happened."""
