"""Through which proxy an address is asked."""

from __future__ import annotations

import pytest

from workbench.errors import ConnectionFailedError
from workbench.models.proxies import proxy_for

HERE = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("https://api.example/v1", {}, None),
        ("https://api.example/v1", {"HTTPS_PROXY": HERE}, HERE),
        ("https://api.example/v1", {"https_proxy": HERE}, HERE),
        ("https://api.example/v1", {"HTTP_PROXY": HERE}, None),
        ("http://api.example/v1", {"HTTP_PROXY": HERE}, HERE),
        ("http://api.example/v1", {"HTTP_PROXY": "proxy.example:3128"}, HERE),
        ("https://api.example/v1", {"HTTPS_PROXY": HERE, "NO_PROXY": "other.example,.api.example"}, None),
        ("https://api.example:8443/v1", {"HTTPS_PROXY": HERE, "no_proxy": "api.example:8443"}, None),
        ("https://api.example/v1", {"HTTPS_PROXY": HERE, "NO_PROXY": "other.example"}, HERE),
        ("https://api.example/v1", {"HTTPS_PROXY": HERE, "NO_PROXY": "*"}, None),
        ("http://127.0.0.1:8000/v1", {"HTTP_PROXY": HERE}, None),
        ("http://localhost:8000/v1", {"HTTP_PROXY": HERE}, None),
        ("http://[::1]:8000/v1", {"HTTP_PROXY": HERE}, None),
        ("http://10.0.0.5:8000/v1", {"HTTP_PROXY": HERE}, HERE),
    ],
)
def test_a_proxy_is_used_where_the_environment_says_so(url: str, environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(url, environ) == proxy


def test_a_proxy_of_another_kind_is_said_to_be_of_no_use() -> None:
    with pytest.raises(ConnectionFailedError, match="HTTP") as caught:
        proxy_for("https://api.example/v1", {"HTTPS_PROXY": "socks5://me:secret@proxy.example"})
    assert "HTTPS_PROXY" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert not caught.value.sent
