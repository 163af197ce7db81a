"""Who may ask for, approve and promote."""

from __future__ import annotations

from workbench.domain.prompt_version import PromptVersion
from workbench.errors import NotAllowedError
from workbench.workspace.context import Context


def require_approver(context: Context, doing: str) -> None:
    """Refuse who has not the role, and, where `[people] approvers` is set, who is not named there."""
    context.require("approver", doing)
    people = context.settings.people
    approvers = people.approvers
    if approvers and not people.include("approver", context.actor.name):
        raise NotAllowedError(
            f"{context.actor.name} is not among the approvers of this project.",
            hint=f"Ask {' or '.join(approvers)}; they are named in workbench.toml under [people].",
        )


def require_approver_of(context: Context, version: PromptVersion) -> None:
    """As `require_approver`; and nobody approves their own where people sign in, are named, or have to be several."""
    require_approver(context, "approve a version")
    people = context.settings.people
    four_eyes = context.actor.signed_in or people.approvers or people.sign_offs > 1
    if version.author == context.actor.name and four_eyes:
        raise NotAllowedError(
            f"{context.actor.name} wrote {version.label} and cannot approve it.", hint="Ask another approver."
        )
