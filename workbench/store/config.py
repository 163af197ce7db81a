"""How every file is opened: nothing but the file itself is ever read or written, and nothing is fetched."""

from __future__ import annotations

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
}
