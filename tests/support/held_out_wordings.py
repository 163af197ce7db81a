"""Instructions as different people write them, composed without knowledge of the embedded reader's code.

They are not to be tuned on: a wording that is not followed stays as it is. Whoever teaches the reader a wording
from here must put a new one in its place. Because that takes out wordings that failed and leaves those that did not,
the rate over all of them is higher than the rate to expect for wordings nobody has tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.support.held_out_answers import (
    AUDIOBOOKS,
    DELIVERY,
    DOGS,
    FEE,
    FEE_RULES,
    FREE_DELIVERY,
    GUESTS,
    HR_UNKNOWN,
    LEAVE_DAYS,
    LEAVE_RULES,
    LIBRARY_UNKNOWN,
    NETWORK_RULES,
    POOL_UNKNOWN,
    RETURN_RULES,
    SENIORS,
    SHOP_UNKNOWN,
    TICKET,
    Ask,
    Check,
    bullets,
    cites,
    declines,
    ends_with_citation,
    every_sentence_cites,
    every_sentence_names_document_only,
    itemised,
    json_with,
    names_document,
    no_citation,
    numbered,
    one_line,
    quotes_a_source,
    refuses_with,
    sentences,
    starts_with_verdict,
    without_markup,
    words,
)

NEUTRAL = "You answer questions about our documents."
Place = Literal["system", "user"]


@dataclass(frozen=True)
class Wording:
    name: str
    instruction: str
    asks: tuple[Ask, ...]
    check: Check
    place: Place = "system"
    lead: str = ""
    """What the prompt asks for before the instruction."""

    @property
    def system(self) -> str:
        return f"{self.lead} {self.instruction}".strip() if self.place == "system" else self.lead or NEUTRAL

    @property
    def before_sources(self) -> str:
        return self.instruction if self.place == "user" else ""

    @property
    def kind(self) -> str:
        return self.name.split(":")[0]


def refusal(name: str, instruction: str, asks: tuple[Ask, Ask], sentence: str, place: Place = "system") -> Wording:
    return Wording(f"refuse:{name}", instruction, asks, refuses_with(sentence), place)


def limit(name: str, instruction: str, ask: Ask, check: Check, place: Place = "system") -> Wording:
    """An upper limit in a prompt that wants detail, since an answer that is short by habit would show nothing."""
    return Wording(name, instruction, (ask,), check, place, lead="Answer in full detail.")


HR_BOTH, LIBRARY_BOTH = (HR_UNKNOWN, LEAVE_DAYS), (LIBRARY_UNKNOWN, FEE)
POOL_BOTH, SHOP_BOTH = (POOL_UNKNOWN, TICKET), (SHOP_UNKNOWN, DELIVERY)

MAYA = (
    "You're Maya, the cheerful voice of the HR desk. You like people and you never lose patience. Two sentences is "
    "your limit. Sound like a colleague, not like a lawyer."
)
LIBRARIAN = (
    "You work for the town library and have done so for years. Visitors are often in a hurry. Mark where each fact "
    "comes from with its bracketed number. Be kind to children and patient with everybody."
)
THEO = (
    "You are Theo, the assistant of a swimming pool. You love water and short words. If you don't know, you say "
    "`Ask a lifeguard, please.` and nothing more. You never use exclamation marks."
)

WORDINGS = (
    limit("sentences:max", "Keep every reply to a maximum of two sentences.", LEAVE_RULES, sentences(2)),
    limit("sentences:user", "Reply in no more than 3 sentences, please.", FEE_RULES, sentences(3), "user"),
    limit("sentences:reject", "Responses longer than one sentence will be rejected.", FEE_RULES, sentences(1)),
    limit("sentences:dont", "Don't go over two sentences.", RETURN_RULES, sentences(2)),
    limit("sentences:persona", MAYA, LEAVE_RULES, sentences(2)),
    limit("sentences:label", "Answer length: 1 sentence.", LEAVE_RULES, sentences(1)),
    Wording("sentences:shall", "Your answer shall consist of exactly three sentences.", (FEE_RULES,), sentences(3, 3)),
    Wording("sentences:plenty", "A single sentence is plenty.", (RETURN_RULES,), sentences(1)),
    limit("sentences:couple", "A couple of sentences at most; nobody reads more.", LEAVE_RULES, sentences(2)),
    limit("sentences:terse", "Max. 2 sentences per answer.", FEE_RULES, sentences(2), "user"),
    limit("words:under", "Stay under 25 words.", LEAVE_RULES, words(24)),
    limit("words:exceed", "The answer must not exceed thirty words.", LEAVE_RULES, words(30)),
    limit("words:label", "Word limit: 20.", RETURN_RULES, words(20)),
    limit("words:fewer", "Say it in fifteen words or fewer.", LEAVE_RULES, words(15)),
    limit("words:user", "Give me the answer in at most 12 words, thanks.", FEE_RULES, words(12), "user"),
    limit(
        "words:reason",
        "Our ticketing tool cuts off answers that run past 18 words, so don't write more than that.",
        RETURN_RULES,
        words(18),
    ),
    Wording("brief:one-liner", "One-liners only.", (LEAVE_RULES,), one_line),
    Wording("brief:brief", "Be brief.", (FEE_RULES,), sentences(2)),
    Wording(
        "brief:point", "Short and to the point, please; skip the background.", (LEAVE_RULES,), sentences(2), "user"
    ),
    Wording("brief:shortest", "Give the shortest answer that is still correct.", (RETURN_RULES,), sentences(2)),
    Wording("list:format", "Format the answer as a bulleted list.", (LEAVE_RULES,), bullets()),
    Wording("list:user", "Use bullet points.", (FEE_RULES,), bullets(), "user"),
    Wording("list:numbers", "Set the relevant points out as a numbered list (1., 2., 3.).", (RETURN_RULES,), numbered),
    Wording("list:three", "Present your findings as exactly three bullets.", (LEAVE_RULES,), bullets(3, 3)),
    Wording(
        "list:four", "Give up to four bullet points, each starting with a hyphen.", (RETURN_RULES,), bullets(1, 4, "-")
    ),
    Wording("list:label", "Answer style: numbered list.", (FEE_RULES,), numbered),
    Wording(
        "list:slide",
        "This goes on a slide, so hand me bullets and not running text.",
        (RETURN_RULES,),
        bullets(),
        "user",
    ),
    Wording(
        "list:asterisk",
        "Break the answer up into separate points, every one of them introduced by an asterisk.",
        (LEAVE_RULES,),
        bullets(mark="*"),
    ),
    Wording("list:itemise", "Itemise what people have to know; they skip paragraphs.", (FEE_RULES,), itemised),
    Wording("list:range", "Two to four bulleted items are what I'd like to see.", (LEAVE_RULES,), bullets(2, 4)),
    Wording(
        "cite:after",
        "Put the number of the source in square brackets after each sentence, for example [2].",
        (LEAVE_RULES,),
        every_sentence_cites,
    ),
    Wording("cite:claim", "Back every claim with a bracketed reference such as [1].", (FEE,), every_sentence_cites),
    Wording(
        "cite:mandatory",
        "References are mandatory: append [n] to each statement, where n is the source's number.",
        (FEE_RULES,),
        every_sentence_cites,
    ),
    Wording(
        "cite:negative",
        "No sentence may appear without its source number in square brackets.",
        (RETURN_RULES,),
        every_sentence_cites,
    ),
    Wording("cite:user", "Please show me which source you used, like this: [3].", (FEE,), cites, "user"),
    Wording(
        "cite:uncited",
        "Uncited statements are not acceptable. The format of a citation is [number].",
        (TICKET,),
        every_sentence_cites,
    ),
    Wording(
        "cite:end", "Finish the answer with the source number in square brackets.", (DELIVERY,), ends_with_citation
    ),
    Wording("cite:persona", LIBRARIAN, (FEE_RULES,), every_sentence_cites),
    Wording("cite:attribute", "Always attribute; [1], [2] etc. are the numbers of the sources.", (TICKET,), cites),
    Wording("cite:inline", "Use inline citations in the form [n].", (LEAVE_DAYS,), cites, "user"),
    Wording("document:name", "Name the document your answer comes from, e.g. (handbook.md).", (FEE,), names_document),
    Wording(
        "document:not-number",
        "Cite the file name, not the number, in parentheses after each sentence.",
        (LEAVE_RULES,),
        every_sentence_names_document_only,
    ),
    Wording(
        "document:look-up", "Mention the source document so that readers can look it up.", (TICKET,), names_document
    ),
    Wording("document:user", "Tell me which file this is from.", (DELIVERY,), names_document, "user"),
    Wording("uncited:include", "Do not include any citations or source numbers.", (LEAVE_RULES,), no_citation),
    Wording("uncited:reader", "Leave out references; the reader cannot see the sources.", (FEE_RULES,), no_citation),
    Wording("uncited:without", "Answer without citing anything.", (DELIVERY,), no_citation),
    Wording("uncited:clean", "Keep the text clean of source markers like [1].", (RETURN_RULES,), no_citation),
    Wording(
        "uncited:phone",
        "What you write is read out on the telephone, which is why there must be no references in it.",
        (FEE,),
        no_citation,
    ),
    Wording(
        "uncited:user",
        "Skip the footnotes and the list of sources; all I want is the answer.",
        (TICKET,),
        no_citation,
        "user",
    ),
    refusal(
        "exactly",
        'If the sources do not contain the answer, reply with exactly: "I could not find that in our documents."',
        HR_BOTH,
        "I could not find that in our documents.",
    ),
    refusal(
        "silent",
        "Should the material be silent on the matter, respond solely with the sentence: This is not covered here.",
        LIBRARY_BOTH,
        "This is not covered here.",
    ),
    refusal(
        "whole",
        "When you can't answer from what you are given, your whole answer is 'Please ask the front desk.'",
        SHOP_BOTH,
        "Please ask the front desk.",
    ),
    refusal(
        "unless",
        "Unless the sources answer the question, say only: “That is beyond what I can tell you.”",
        HR_BOTH,
        "That is beyond what I can tell you.",
    ),
    refusal("persona", THEO, POOL_BOTH, "Ask a lifeguard, please."),
    refusal(
        "user", 'If it isn\'t in there just tell me "Nope, not in the docs."', HR_BOTH, "Nope, not in the docs.", "user"
    ),
    refusal(
        "formal",
        "In the event that the question cannot be answered on the basis of the supplied excerpts, the sole permitted "
        "response is “The excerpts do not answer this question.”",
        LIBRARY_BOTH,
        "The excerpts do not answer this question.",
    ),
    refusal(
        "short-line",
        "You may draw on the sources and on nothing besides. If they fall short, your reply is this line:\n\n"
        "    We have nothing on that.\n\nIn all other cases help as well as you can.",
        POOL_BOTH,
        "We have nothing on that.",
    ),
    refusal(
        "outside",
        'Questions that lie outside the documents get this reply: "Sorry, that is outside my remit."',
        SHOP_BOTH,
        "Sorry, that is outside my remit.",
    ),
    refusal(
        "tag",
        "Use the text in <no_answer> word for word if the documents don't have the answer.\n"
        "<no_answer>I have no record of that.</no_answer>",
        HR_BOTH,
        "I have no record of that.",
    ),
    refusal(
        "standard",
        "For everything that the sources leave open there is a standard sentence: 'Let me find that out for you.' Use "
        "it on its own and do not alter it.",
        LIBRARY_BOTH,
        "Let me find that out for you.",
    ),
    refusal(
        "rules",
        'Rules:\n- Use only the sources.\n- Be polite.\n- No answer in the sources: write "Not documented." and stop.',
        POOL_BOTH,
        "Not documented.",
    ),
    Wording("unknown:say-so", "If you don't know, say so.", HR_BOTH, declines),
    Wording("unknown:when", "Say you don't know when the sources don't tell you.", LIBRARY_BOTH, declines),
    Wording(
        "unknown:admit",
        "Don't make anything up; admit it if the answer is not in the text.",
        POOL_BOTH,
        declines,
        "user",
    ),
    Wording(
        "unknown:fine",
        "It is fine to tell people that you have no information on something. It is not fine to guess.",
        SHOP_BOTH,
        declines,
    ),
    Wording("anyway:best", "Always give your best answer, even when you are not sure.", (AUDIOBOOKS,), quotes_a_source),
    Wording(
        "anyway:pointer",
        "Never refuse; a rough pointer from the closest source is better than nothing.",
        (SENIORS,),
        quotes_a_source,
    ),
    Wording(
        "json:keys",
        'Return JSON with the keys "answer" and "sources".',
        (LEAVE_DAYS,),
        json_with("answer", "sources", answer="answer"),
    ),
    Wording(
        "json:example",
        'Output format: {"reply": "...", "citations": [1]}',
        (TICKET,),
        json_with("reply", "citations", answer="reply"),
    ),
    Wording(
        "json:program",
        "Your output is parsed by a program: emit valid JSON only, with the properties `answer`, `evidence` and "
        "`confidence`.",
        (DELIVERY,),
        json_with("answer", "evidence", "confidence", answer="answer"),
    ),
    Wording(
        "json:user",
        'Answer as JSON like {"answer": ..., "found": true or false}, without Markdown fences.',
        (LEAVE_DAYS,),
        json_with("answer", "found", answer="answer"),
        "user",
    ),
    Wording(
        "json:schema",
        'Reply with one JSON object that is valid under this schema: {"type": "object", "properties": {"answer": '
        '{"type": "string"}, "quote": {"type": "string"}}, "required": ["answer", "quote"]}',
        (TICKET,),
        json_with("answer", "quote", answer="answer"),
    ),
    Wording("json:wrap", 'Wrap the answer in JSON under the key "text".', (FEE,), json_with("text", answer="text")),
    Wording(
        "json:members",
        "Produce JSON, with nothing before it and nothing after it. Its members:\n- answer: what you tell the reader\n"
        "- sources: the numbers of the sources you used",
        (DELIVERY,),
        json_with("answer", "sources", answer="answer"),
    ),
    Wording(
        "json:parse",
        "Your reply goes straight into JSON.parse(), so it must be {answer: string, source_ids: number[]}.",
        (LEAVE_DAYS,),
        json_with("answer", "source_ids", answer="answer"),
    ),
    Wording("verdict:begin", "Begin every answer with Yes or No, then explain.", (FREE_DELIVERY,), starts_with_verdict),
    Wording("verdict:first", "The first word must be either 'Yes' or 'No'.", (DOGS,), starts_with_verdict),
    Wording(
        "plain:sms",
        "The answer is sent as a text message, where asterisks and backticks show up as they are; leave them out.",
        (GUESTS,),
        without_markup,
    ),
    Wording("plain:rendered", "Markdown is not rendered here, so avoid it.", (NETWORK_RULES,), without_markup),
    Wording("plain:unformatted", "Return unformatted text.", (GUESTS,), without_markup),
    Wording(
        "plain:prose",
        "Ordinary running prose, please: nothing in bold or italics, and no lists.",
        (NETWORK_RULES,),
        without_markup,
        "user",
    ),
    Wording("plain:label", "Output: plain text.", (NETWORK_RULES,), without_markup),
    Wording("plain:strip", "Strip all markup from what you quote.", (GUESTS,), without_markup),
    Wording(
        "plain:aloud",
        "A screen reader speaks your answers: use no special characters for emphasis.",
        (NETWORK_RULES,),
        without_markup,
    ),
)

CANNOT_FOLLOW: tuple[tuple[str, str, Place], ...] = (
    ("Write the way a pirate would.", "pirate", "system"),
    ("Answer in French.", "French", "system"),
    ("Make the answer rhyme.", "rhyme", "system"),
    ("Sprinkle in a few emojis.", "emojis", "system"),
    ("Explain it the way you would to a five-year-old.", "five-year-old", "system"),
    ("Round things off with a joke, please.", "joke", "user"),
    ("Every reply has to be a haiku.", "haiku", "system"),
    ("Begin with a fitting proverb.", "proverb", "system"),
    ("Convert all amounts of money to euros.", "euros", "user"),
)
CAN_FOLLOW: tuple[tuple[str, str, Place], ...] = (
    ("Two sentences or less, please.", "Two sentences", "system"),
    ("Use at most 30 words in your answer.", "30 words", "user"),
    ("Write a bullet list.", "bullet", "system"),
    ("Every sentence ends with its source number, such as [1].", "source number", "system"),
    ("If you cannot find the answer in the sources, say “I cannot tell.”", "cannot tell", "system"),
    ('Reply as a JSON object with "answer" and "source".', "JSON", "system"),
    ("Base your answer only on the sources.", "Base your answer", "user"),
    ("Keep the answer short.", "short", "system"),
)
