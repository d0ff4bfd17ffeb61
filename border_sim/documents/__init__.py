"""Writes the generated pages of `docs/`: schemas, AsyncAPI, data dictionary, scenario reference. Imported by nobody."""
