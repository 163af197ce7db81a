import pytest

from tests.support.scoring import an_output
from workbench.domain.score import Scored, Unscored
from workbench.metrics.language import LANGUAGE, code_of, detected

SENTENCES = {
    "en": "The reading room is open from nine to five on weekdays.",
    "de": "Der Lesesaal ist werktags von neun bis siebzehn Uhr geöffnet.",
    "fr": "La salle de lecture est ouverte de neuf heures à dix-sept heures en semaine.",
    "es": "La sala de lectura está abierta de nueve a cinco los días laborables.",
    "it": "La sala di lettura è aperta dalle nove alle diciassette nei giorni feriali.",
    "pt": "A sala de leitura está aberta das nove às cinco horas nos dias de semana.",
    "nl": "De leeszaal is op werkdagen geopend van negen tot vijf uur.",
    "pl": "Czytelnia jest otwarta od dziewiątej do siedemnastej w dni powszednie.",
    "tr": "Okuma odası hafta içi dokuzdan beşe kadar açıktır.",
    "ru": "Читальный зал открыт с девяти до пяти по будням.",
    "ar": "قاعة القراءة مفتوحة من التاسعة إلى الخامسة في أيام الأسبوع.",
    "hi": "वाचनालय सप्ताह के दिनों में नौ से पाँच बजे तक खुला रहता है।",
    "ja": "閲覧室は平日の九時から五時まで開いています。",
    "zh": "阅览室在工作日从九点开放到五点。",
    "ko": "열람실은 평일 아홉 시부터 다섯 시까지 열려 있습니다.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_enough_to_tell_a_language(language):
    assert detected(SENTENCES[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30 days.",
        "Ja.",
        "5.5% [2]",
        "def f(x): return x",
        "```\nThe reading room is open on weekdays.\n```",
        "😀" * 20,
    ],
)
def test_a_few_words_code_and_signs_are_of_no_language(text):
    assert detected(text) is None


def test_an_answer_is_held_against_the_question():
    german = {"question": "Wann ist der Lesesaal unter der Woche geöffnet?"}
    assert LANGUAGE.score(an_output(SENTENCES["de"] + " [1]", inputs=german)) == Scored(1.0, "in de")
    assert LANGUAGE.score(an_output(SENTENCES["en"], inputs=german)) == Scored(0.0, "in en, not in de")
    assert isinstance(LANGUAGE.score(an_output("30", inputs=german)), Unscored)
    assert isinstance(LANGUAGE.score(an_output(SENTENCES["en"], inputs={"question": "IBAN?"})), Unscored)


def test_a_locale_of_the_row_comes_before_the_question():
    asked = {"question": SENTENCES["en"]}
    assert LANGUAGE.score(an_output(SENTENCES["de"], inputs=asked, metadata={"locale": "de-CH"})).value == 1.0
    assert LANGUAGE.score(an_output(SENTENCES["en"], inputs=asked, metadata={"language": "de"})).value == 0.0
    assert LANGUAGE.score(an_output(SENTENCES["en"], inputs=asked, metadata={"locale": 7})).value == 1.0


@pytest.mark.parametrize(("locale", "code"), [("de-AT", "de"), ("EN_us", "en"), ("nb-NO", "no"), (" fr ", "fr")])
def test_a_locale_names_a_language(locale, code):
    assert code_of(locale) == code
