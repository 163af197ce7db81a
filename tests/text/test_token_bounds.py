"""The bounds hold what the tokenizers of real models count, which lie in the price table's package as files."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text import tokens
from workbench.text.token_bounds import TokenBounds, bounds, bounds_of

ROOT = Path(__file__).resolve().parents[2]
HARBOR = ROOT / "datasets" / "harbor"

SENTENCES = {
    "english": "The bank grants a loan that is repaid in monthly instalments. A charge applies to early repayment. ",
    "german": "Die Bank gewährt ein Darlehen, das in monatlichen Raten zurückgezahlt wird. Es fällt eine Gebühr an. ",
    "dutch": "De bank verstrekt een lening die in maandelijkse termijnen wordt terugbetaald. Er geldt een vergoeding. ",
    "french": "La banque accorde un prêt remboursable par mensualités. Une indemnité est due en cas d'anticipation. ",
    "polish": "Bank udziela kredytu, który jest spłacany w miesięcznych ratach. Naliczana jest opłata. ",
    "turkish": "Banka müşteriye aylık taksitlerle geri ödenen bir kredi verir. Erken ödemede ücret alınır. ",
    "russian": "Банк предоставляет кредит, который погашается ежемесячными платежами. Взимается комиссия. ",
    "greek": "Η τράπεζα χορηγεί δάνειο, το οποίο αποπληρώνεται σε μηνιαίες δόσεις. ",
    "arabic": "يمنح البنك العميل قرضًا يتم سداده على أقساط شهرية. ",
    "hindi": "बैंक ग्राहक को ऋण प्रदान करता है, जिसे मासिक किस्तों में चुकाया जाता है। ",
    "thai": "ธนาคารให้สินเชื่อแก่ลูกค้าซึ่งชำระคืนเป็นงวดรายเดือน ",
    "chinese": "银行向客户提供贷款,客户按月分期偿还。如提前还款,将收取违约金。",
    "japanese": "銀行は顧客に融資を提供し、毎月の分割払いで返済されます。",
    "korean": "은행은 고객에게 대출을 제공하며 매월 분할 상환됩니다. ",
    "shouting": "THE BANK GRANTS A LOAN TO THE CUSTOMER AND IT IS REPAID MONTHLY. ",
    "emoji": "Great 😀👍🏽 news 🎉! ",
    "table": "| abc | 1,234.50 |\n",
    "numbers": "7919,31.70,2026-01-28\n",
    "dashes": "-" * 80 + "\ntext\n",
    "html": '<div class="row"><p>The <b>bank</b> grants a loan.</p></div>\n',
    "key": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n",
}
TEXTS = {name: 20 * text for name, text in SENTENCES.items()} | {
    "markdown": "".join(sorted(path.read_text(encoding="utf-8") for path in HARBOR.rglob("*.md"))),
    "rows": (HARBOR / "golden.jsonl").read_text(encoding="utf-8"),
    "python": (ROOT / "workbench" / "pricing.py").read_text(encoding="utf-8"),
    "json": json.dumps([{"id": n, "name": f"item {n}", "x": {"y": 1.25}} for n in range(200)], separators=(",", ":")),
    "indented json": json.dumps([{"id": n, "name": f"item {n}", "tags": ["a", "b"]} for n in range(200)], indent=2),
}


@pytest.fixture(scope="module", params=["cl100k_base", "o200k_base"])
def tokenizer(request):
    """A tokenizer of OpenAI's, from a file: nothing is fetched."""
    package = Path(importlib.util.find_spec("litellm").origin).parent
    patch = pytest.MonkeyPatch()
    patch.setenv("TIKTOKEN_CACHE_DIR", str(package / "litellm_core_utils" / "tokenizers"))
    import tiktoken

    yield tiktoken.get_encoding(request.param)
    patch.undo()


@pytest.mark.parametrize("name", TEXTS)
def test_what_real_tokenizers_count_lies_within_the_bounds(name, tokenizer):
    counted = len(tokenizer.encode(TEXTS[name], disallowed_special=()))

    found = bounds(TEXTS[name])

    assert found.low <= counted <= found.high


@pytest.mark.parametrize("name", ["english", "markdown"])
def test_on_english_prose_they_are_as_near_as_the_count_without_a_tokenizer(name):
    found, count = bounds(TEXTS[name]), tokens.count(TEXTS[name])

    assert found.low > 0.8 * count
    assert found.high < 1.15 * count
    assert found.middle == pytest.approx(count, rel=0.1)


@given(st.text())
def test_there_are_never_more_tokens_than_bytes_and_the_likely_count_lies_between_the_ends(text):
    found = bounds(text)

    assert 0 <= found.low <= found.middle <= found.high <= len(text.encode("utf-8", "surrogatepass"))


@given(st.lists(st.text(), max_size=5))
def test_bounds_of_several_texts_add_up(texts):
    together = bounds_of(texts)

    assert together.low == pytest.approx(sum(bounds(text).low for text in texts))
    assert together.high == pytest.approx(sum(bounds(text).high for text in texts))


def test_more_text_of_the_same_kind_has_as_many_times_more():
    assert TokenBounds(10.0, 20.0).scaled(2.5) == TokenBounds(25.0, 50.0)
