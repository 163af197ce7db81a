"""What keys and tokens look like that their issuers gave a beginning to be recognised by."""

from __future__ import annotations

KEY_SHAPES = (
    r"(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}",  # OpenAI and those that follow it
    r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
    r"gh[opsu]_[A-Za-z0-9]{20,}",
    r"github_pat_\w{20,}",
    r"glpat-[\w-]{20,}",
    r"hf_[A-Za-z0-9]{20,}",
    r"A[KS]IA[A-Z0-9]{16}",  # Amazon
    r"AIza[\w-]{30,}",  # Google
    r"xox[abprs]-[\w-]{10,}",  # Slack
    r"gsk_\w{20,}",
    r"SG\.[\w-]{20,}\.[\w-]{30,}",  # SendGrid
    r"npm_[A-Za-z0-9]{30,}",
    r"pypi-[\w-]{50,}",
    r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",  # a signed token (JWT)
)
"""Keys and tokens whose issuers gave them a beginning to be recognised by; each starts with letters."""

PRIVATE_KEY_BEGINS = r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----"
