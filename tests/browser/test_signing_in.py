"""Signing in at a real OpenID provider: who is a stranger, what each role may do, and tokens that prove nothing."""

from __future__ import annotations

import time
import tomllib

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Page, expect

from tests.support.browser import PATIENCE_MS, WIDE, needs_chromium
from tests.support.oidc_provider import SECRET, oidc_provider, write_secrets
from tests.support.projects import TOML, Models, fill, make_project, open_project
from tests.support.served_app import ServedApp
from workbench import Workbench
from workbench.models import registry

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

PEOPLE = """
[people]
engineers = ["chris@example.org"]
reviewers = ["ann <ann@example.org>"]
approvers = ["ben <ben@example.org>"]
"""
CHRIS = "chris@example.org"


@pytest.fixture(scope="module")
def provider():
    with oidc_provider() as running:
        yield running


@pytest.fixture(scope="module")
def app(provider, tmp_path_factory):
    """A project whose people sign in; chris wrote a version that was run and waits for its approval."""
    project = make_project(tmp_path_factory.mktemp("team") / "project", TOML + PEOPLE)
    with pytest.MonkeyPatch.context() as patch, open_project(project, CHRIS) as wb:
        patch.setattr(registry, "completer_for", Models().completer_for)
        fill(wb)
        wb.run(["answer@1", "answer@2"], "golden", models="one")
        wb.releases.request("answer@2")
    served = ServedApp(project)
    write_secrets(project, provider, served.address)
    with served:
        yield served
        said = served.said
    assert SECRET not in said


@pytest.fixture
def page(browser, app):
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def in_sidebar(page: Page):
    return page.get_by_test_id("stSidebar")


def sign_in(page: Page, app: ServedApp, path: str) -> None:
    """Ask for a page, sign in as whoever sits there, and see that page."""
    page.goto(f"{app.address}/{path}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{app.address}/{path}")
    expect(in_sidebar(page)).to_contain_text("You are")


def sign_out(page: Page, app: ServedApp) -> None:
    """By the button, and with the way over the provider gone to its end: back at the start."""
    in_sidebar(page).get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{app.address}/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_stranger_sees_nothing_before_signing_in_and_changes_nothing_after(page, app, provider):
    provider.sits("eve", name="ben")  # a name that she may choose herself
    page.goto(f"{app.address}/prompts?prompt=answer")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_text("Overview")).to_have_count(0)
    assert "golden" not in page.content()

    sign_in(page, app, "release?prompt=answer&version=1")
    expect(in_sidebar(page)).to_contain_text("You are eve@example.org")
    expect(in_sidebar(page)).to_contain_text("You may look and change nothing")
    expect(page.get_by_text("eve@example.org may not approve a version")).to_be_visible()
    expect(page.get_by_role("button", name="Approve answer@1")).to_have_count(0)

    sign_out(page, app)
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert {"/authorize", "/token", "/keys", "/end"} <= set(provider.asked)


def test_a_reviewer_reviews_and_cannot_approve_and_an_approver_approves_what_another_wrote(page, app, provider):
    provider.sits("ann")
    sign_in(page, app, "release?prompt=answer&version=2")
    expect(in_sidebar(page)).to_contain_text("You are ann")
    expect(page.get_by_text("ann may not approve a version")).to_be_visible()
    in_sidebar(page).get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("button", name="Review all of them").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Answer 1 of ")
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Answer 2 of ")
    expect(page.locator(".review-screen")).to_have_attribute("data-waiting", "0")
    page.goto(f"{app.address}/release")  # beside what is read, the sidebar is folded
    sign_out(page, app)

    provider.sits("ben")
    sign_in(page, app, "release?prompt=answer&version=2")
    expect(in_sidebar(page)).to_contain_text("You are ben")
    page.get_by_role("button", name="Approve answer@2").click()
    expect(page.get_by_text("Approved as 1.0.0.")).to_be_visible()

    with Workbench.open(app.project) as wb:
        assert [release.version for release in wb.releases.list("answer")] == ["1.0.0"]
        told = {entry.action: (entry.actor, entry.detail.get("signed_in")) for entry in wb.audit.list()}
    assert told["version approved"] == ("ben", True)
    assert told["answer reviewed"] == ("ann", True)
    assert told["approval requested"] == (CHRIS, None)


def carry_out_sign_in(app: ServedApp) -> dict[str, str]:
    """Go the way of a browser from the button to the app again; gives the cookies at its end."""
    secret = tomllib.loads((app.project / ".workbench/secrets.toml").read_text())["auth"]["cookie_secret"]
    claims = {"provider": "default", "exp": int(time.time()) + 60}
    button = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))
    with httpx.Client(follow_redirects=True) as client:
        answer = client.get(f"{app.address}/auth/login", params={"provider": button})
        assert answer.status_code == 200
        assert [hop.url.path for hop in answer.history] == ["/auth/login", "/authorize", "/oauth2callback"]
        return dict(client.cookies)


@pytest.mark.parametrize("fault", ["forged", "expired", "for somebody else", "of another issuer", "replayed nonce"])
def test_a_token_that_proves_nothing_lets_nobody_in(app, provider, fault):
    provider.sits("ben")
    provider.fault = fault
    try:
        cookies = carry_out_sign_in(app)
    finally:
        provider.fault = None

    assert "_streamlit_user" not in cookies


def test_a_token_that_is_right_does(app, provider):
    """The other half of the test above: it is the token that makes the difference."""
    provider.sits("ben")

    assert "_streamlit_user" in carry_out_sign_in(app)
