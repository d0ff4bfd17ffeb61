"""YAML to spec: the only reader of YAML; every mistake of a file at once."""
