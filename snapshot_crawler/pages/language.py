"""The language of a text from its letters and its commonest words: text in, BCP 47 tag out.

The declared lang attribute is wrong or missing on most Chinese pages, so the text decides.
"""

from __future__ import annotations

import re
from collections import Counter

SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7af]")), ("ja", re.compile("[\u3040-\u30ff]")), ("zh", re.compile("[\u3400-\u9fff]")),
    ("ar", re.compile("[\u0600-\u06ff]")), ("he", re.compile("[\u0590-\u05ff]")), ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")), ("ta", re.compile("[\u0b80-\u0bff]")), ("th", re.compile("[\u0e00-\u0e7f]")),
    ("el", re.compile("[\u0370-\u03ff]")), ("ru", re.compile("[\u0400-\u04ff]")), ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hy", re.compile("[\u0530-\u058f]")), ("bo", re.compile("[\u0f00-\u0fff]")), ("mn", re.compile("[\u1800-\u18af]")),
    ("km", re.compile("[\u1780-\u17ff]")), ("my", re.compile("[\u1000-\u109f]")), ("lo", re.compile("[\u0e80-\u0eff]")),
)  # fmt: skip
CHINESE = (("zh", re.compile("[\u3400-\u9fff]+")),)  # whole runs are found in a quarter of the time
OTHER_THAN_CHINESE = re.compile("|".join(letters.pattern for tag, letters in SCRIPTS if tag != "zh"))
LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")  # as above
WORD = re.compile(r"[^\W\d_]+")
# The same in a text with signs of Latin scripts alone, where a set of signs is asked in a third of the time.
LATIN_WORD = re.compile("[a-z\u00aa\u00b2\u00b3\u00b5\u00b9\u00ba\u00bc-\u00be\u00df-\u00f6\u00f8-\u024f]+")
NOT_LATIN = re.compile("[^\x00-\u024f\u2010-\u2044]")
WORDS = {
    "en": "the of and to in that is for with was on it as are by this from have has be at which",
    "de": "der die und das den von ist mit im für nicht auf ein eine sich dem des wird auch es",
    "fr": "le la les des et est dans une pour que qui sur pas au plus du avec par ce sont de un en à l d qu il se",
    "es": "el la los las de que y en un una por con para del se su al más como pero",
    "pt": "o os as de que e em um uma por com para do da não na no se mais ao são",
    "it": "il la di che e un una per con del della non sono si le nel gli alla più dei i l a da dell ha in",
    "nl": "de het een van en in is dat op te zijn voor met niet aan er ook door bij naar",
    "sv": "och att det som en är på av för med den till inte har om ett de var från vi",
    "da": "og at det er en af til på for med der den ikke som har de et men om fra",
    "no": "og det er en av til på for med som den ikke har de et men om fra å ble",
    "fi": "ja on ei se että oli hän myös ovat kun mutta joka tai kuin sen ole mukaan vuoden",
    "pl": "w i na z się nie do to że jest o jak po co od za są przez dla tym",
    "cs": "a v se na že je to s z do o i ve za by jsou jako pro k ale",
    "hu": "a az és hogy nem is egy ez volt meg azt csak már van de ha el mint",
    "ro": "și de la în a că nu pe cu din o este pentru mai un ce se care sunt au",
    "tr": "ve bir bu için de da ile olarak çok daha olan gibi en ne kadar sonra var ise oldu",
    "id": "yang dan di dengan untuk dari ini itu pada tidak dalam akan ke juga oleh adalah karena",
    "vi": "và của là các có được cho trong một người với không những đã này từ khi để",
}
LANGUAGES: dict[str, list[str]] = {}  # of each of these words
for _language, _words in WORDS.items():
    for _word in frozenset(_words.split()):
        LANGUAGES.setdefault(_word, []).append(_language)
# Common signs that differ between the two ways of writing Chinese.
ONLY_TRADITIONAL = re.compile(
    "[國學會這個來時對們說開關為發體經過進種還當點電長門問間東業務動員與實現應環難單際華資訊讓從後麼樣機場聯網區號氣張據]"
)
ONLY_SIMPLIFIED = re.compile(
    "[国学会这个来时对们说开关为发体经过进种还当点电长门问间东业务动员与实现应环难单际华资讯让从后么样机场联网区号气张据]"
)
UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
PERSIAN = re.compile("[پچژگ]")
ASCII = re.compile("[\x00-\x7f]+")
FEWEST_LETTERS = 10  # by choice: fewer tell no language
BEGINNING = 100  # characters that most often hold as many
SAMPLE = 3000  # characters; more does not change the answer


def detect(text: str) -> str | None:
    """The BCP 47 tag of a text: zh, zh-Hant, en, ...; None when it is too short or in no language known here."""
    text = text[:SAMPLE]
    foreign = ASCII.sub("", text)
    scripts = SCRIPTS if OTHER_THAN_CHINESE.search(foreign) else CHINESE
    counts = Counter(
        # characters, by choice: fewer tell no language
        {tag: sum(map(len, letters.findall(foreign))) for tag, letters in scripts} if len(foreign) > 10 else {"zh": 0}
    )
    others = counts.total()
    # where all letters are Latin, only whether there are enough counts
    latin = sum(map(len, LATIN.findall(text if others else text[:BEGINNING])))
    if not others and latin < FEWEST_LETTERS:
        latin = sum(map(len, LATIN.findall(text)))
    total = latin + others
    if total < FEWEST_LETTERS:
        return None
    # kana, by choice: an eighth of the East Asian signs, a twentieth of all letters
    if counts["ja"] * 8 > counts["zh"] + counts["ja"] and counts["ja"] > 5 and counts["ja"] * 20 > total:
        return "ja"
    tag, most = counts.most_common(1)[0]
    if most * 4 > latin:  # one Chinese sign says as much as a Latin word
        return _refine(tag, text)
    lower = text.lower()
    words = Counter((WORD if NOT_LATIN.search(lower) else LATIN_WORD).findall(lower))
    scores = dict.fromkeys(WORDS, 0)
    for word in words.keys() & LANGUAGES.keys():
        for language in LANGUAGES[word]:
            scores[language] += words[word]
    best = max(scores, key=lambda language: scores[language])
    # by choice: one word in 25, and more than one, is on the list
    return best if scores[best] * 25 >= words.total() and scores[best] > 1 else None


def _refine(tag: str, text: str) -> str:
    """Tell apart languages of one script by the letters that only one of them has."""
    if tag == "zh":
        old = len(ONLY_TRADITIONAL.findall(text))
        return "zh-Hant" if old and old > len(ONLY_SIMPLIFIED.findall(text)) else "zh"
    # by choice: one in a hundred signs is Ukrainian only
    if tag == "ru" and len(UKRAINIAN.findall(text)) * 50 > len(text) // 2:
        return "uk"
    if tag == "ar" and len(PERSIAN.findall(text)) * 60 > len(text) // 2:
        return "fa"
    return tag
