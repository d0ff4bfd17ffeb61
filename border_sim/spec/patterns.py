"""How slugs and other names are written, as regular expressions and in words."""

from typing import Final

_SLUG: Final = "[a-z0-9]+(?:-[a-z0-9]+)*"
_NAME: Final = f"(?:[A-Z]{{2}}|{_SLUG})"
SLUG: Final = f"^{_SLUG}$"
SELECTED: Final = f"^{_NAME}$"
SELECTION: Final = f"^{_NAME}(?:, *{_NAME})*$"
POOL: Final = "^[a-z0-9][a-z0-9_-]*$"
STATE: Final = "^[A-Z]{2}$"

PATTERNS: Final = {
    SLUG: "a slug: lower-case letters, digits and single hyphens, e.g. el-paso-bota",
    SELECTED: "`all`, a state such as TX, or a slug: lower-case letters, digits and single hyphens",
    SELECTION: "`all`, a state such as TX, a slug such as el-paso-bota, or several with commas between",
    POOL: "lower-case letters, digits, hyphens and underscores",
    STATE: "a state's two capital letters, e.g. TX",
}
"""What each means, in words."""
