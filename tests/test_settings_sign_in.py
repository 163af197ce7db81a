"""The file that says how people sign in: what it lacks is said before the app starts, and no secret is."""

import pytest

from workbench.errors import InputError
from workbench.settings.sign_in import provider_names, read_sign_in

COOKIE = "4f" * 32
RIGHT = f"""\
[auth]
redirect_uri = "https://prompts.example.org/oauth2callback"
cookie_secret = "{COOKIE}"
client_id = "workbench"
client_secret = "a-client-secret"
server_metadata_url = "https://id.example.org/.well-known/openid-configuration"
"""


@pytest.fixture
def file(tmp_path):
    return tmp_path / "secrets.toml"


def test_where_there_is_no_file_nobody_signs_in(file):
    assert read_sign_in(file) is None


def test_the_address_of_the_app_is_that_of_the_redirect(file):
    file.write_text(RIGHT)

    found = read_sign_in(file)

    assert (found.host, found.origin, found.port, found.encrypted) == (
        "prompts.example.org",
        "https://prompts.example.org",
        None,
        True,
    )


def test_several_providers_have_tables_of_their_own(file):
    single = RIGHT.replace("client_id", "[auth.okta]\nclient_id", 1)
    file.write_text(single)

    assert read_sign_in(file).host == "prompts.example.org"
    assert provider_names({"redirect_uri": "", "okta": {}, "client_kwargs": {}}) == ["okta"]
    file.write_text(single + "[auth.entra]\nclient_id = 'x'\n")
    with pytest.raises(InputError, match=r"\[auth.entra\] lacks client_secret"):
        read_sign_in(file)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (RIGHT, "[auth", "is not TOML"),
        ("[auth]", "[other]", r"no table \[auth\]"),
        (RIGHT, "auth = 1", r"no table \[auth\]"),
        ("client_id", "clientid", "lacks client_id"),
        ('client_secret = "a-client-secret"', "client_secret = 7", "lacks client_secret"),
        (COOKIE, "a-short-one", "shorter than 32"),
        ("/oauth2callback", "/callback", "redirect_uri is not the address"),
        ("https://prompts.example.org", "https://me:a-client-secret@prompts.example.org", "redirect_uri is not the"),
        ("https://prompts", "http://prompts", "take over a session"),
        ("https://prompts.example.org", "https://prompts.example.org:port", "redirect_uri is not the address"),
    ],
)
def test_what_is_wrong_is_named_without_any_secret(file, before, after, said):
    assert before in RIGHT
    file.write_text(RIGHT.replace(before, after))

    with pytest.raises(InputError, match=said) as refused:
        read_sign_in(file)

    for secret in (COOKIE, "a-client-secret", "a-short-one"):
        assert secret not in f"{refused.value} {refused.value.hint}"
