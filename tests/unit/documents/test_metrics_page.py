import re

from border_sim.documents.metrics_page import text
from border_sim.monitoring.families import FAMILIES


def test_every_family_is_told_once():
    assert re.findall(r"^\| `(border_\w+)` \|", text(), re.MULTILINE) == list(FAMILIES)


def test_every_label_of_samples_is_explained():
    told = set(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", text(), re.MULTILINE))
    labels = {label for name, family in FAMILIES.items() if not name.endswith("_info") for label in family.labels}
    assert told == labels
