"""Who may ask for, approve and promote."""

from __future__ import annotations

from workbench.domain.prompt import PromptVersion
from workbench.errors import NotAllowedError
from workbench.workspace.context import Context


def require_approver(context: Context, doing: str) -> None:
    """Refuse who has not the role, and, where `[people] approvers` is set, who is not named there."""
    context.require("approver", doing)
    approvers = context.settings.people.approvers
    if approvers and context.actor.name not in approvers:
        raise NotAllowedError(
            f"{context.actor.name} is not among the approvers of this project.",
            hint=f"Ask {' or '.join(approvers)}; they are named in workbench.toml under [people].",
        )


def require_approver_of(context: Context, version: PromptVersion) -> None:
    """As `require_approver`; and, where approvers are named or several have to sign, nobody approves their own."""
    require_approver(context, "approve a version")
    people = context.settings.people
    if version.author == context.actor.name and (people.approvers or people.sign_offs > 1):
        raise NotAllowedError(
            f"{context.actor.name} wrote {version.label} and cannot approve it.", hint="Ask another approver."
        )
