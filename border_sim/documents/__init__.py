"""Writes the generated pages of `docs/`: schemas, AsyncAPI, data dictionary, metrics, scenarios. Imported by nobody."""
