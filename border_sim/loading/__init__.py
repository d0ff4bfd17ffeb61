"""YAML to spec: the only reader of YAML; all mistakes of a file at once."""
