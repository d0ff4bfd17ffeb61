"""YAML to spec: the only reader of YAML; all problems of a file at once."""
