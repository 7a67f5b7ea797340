"""Times that count back from now, in every language of the tables: written as CLDR and the sites write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from snapshot_crawler.pages.article.published import Reader
from snapshot_crawler.pages.dates.relative import has_words
from snapshot_crawler.pages.dates.times import CHINA, parse_time
from snapshot_crawler.pages.dates.words import GLUED, MONTH_NAMES, MONTHS, SPACED

NOW = datetime(2023, 12, 6, 12, 0, tzinfo=CHINA)
# A line a language: minutes, hours, days, one hour, yesterday with its clock. "" where the language says no such thing.
CASES = {
    "en": ("5 minutes ago", "3 hours ago", "2 days ago", "an hour ago", "yesterday at 14:30"),
    "de": ("vor 5 Minuten", "vor 3 Stunden", "vor 2 Tagen", "vor einer Stunde", "gestern, 14:30 Uhr"),
    "fr": ("il y a 5 minutes", "Il y a 3 heures", "il y a 2 jours", "il y a une heure", "hier à 14h30"),
    "es": ("hace 5 minutos", "hace 3 horas", "hace 2 días", "Hace una hora", "ayer a las 14:30"),
    "it": ("5 minuti fa", "3 ore fa", "2 giorni fa", "un'ora fa", "ieri alle 14:30"),
    "pt": ("há 5 minutos", "há 3 horas", "há 2 dias", "há uma hora", "ontem às 14:30"),
    "ca": ("fa 5 minuts", "fa 3 hores", "fa 2 dies", "fa una hora", "ahir a les 14:30"),
    "nl": ("5 minuten geleden", "3 uur geleden", "2 dagen geleden", "een uur geleden", "gisteren om 14:30"),
    "sv": ("för 5 minuter sedan", "3 tim sedan", "för 2 dagar sedan", "en timme sedan", "Igår 14:30"),
    "da": ("5 min. siden", "for 3 timer siden", "for 2 dage siden", "en time siden", "i går kl. 14:30"),
    "nb": ("5 minutter siden", "3 timer siden", "for 2 døgn siden", "en time siden", "i går kl. 14:30"),
    "fi": ("5 minuuttia sitten", "3 tuntia sitten", "2 päivää sitten", "yksi tunti sitten", "eilen klo 14:30"),
    "hu": ("5 perccel ezelőtt", "3 órával ezelőtt", "2 nappal ezelőtt", "egy órával ezelőtt", "tegnap 14:30"),
    "pl": ("5 minut temu", "3 godziny temu", "2 dni temu", "godzinę temu", "wczoraj o 14:30"),
    "cs": ("před 5 minutami", "před 3 hodinami", "před 2 dny", "před hodinou", "včera v 14:30"),
    "sk": ("pred 5 minútami", "pred 3 hodinami", "pred 2 dňami", "pred hodinou", "včera o 14:30"),
    "hr": ("prije 5 minuta", "prije 3 sata", "prije 2 dana", "prije sat", "jučer u 14:30"),
    "ro": ("acum 5 minute", "acum 3 ore", "acum 2 zile", "acum o oră", "ieri la 14:30"),
    "ru": ("5 минут назад", "3 часа назад", "2 дня назад", "час назад", "вчера в 14:30"),
    "uk": ("5 хвилин тому", "3 години тому", "2 дні тому", "годину тому", "вчора о 14:30"),
    "bg": ("преди 5 минути", "преди 3 часа", "преди 2 дни", "преди един час", "вчера в 14:30"),
    "el": ("πριν από 5 λεπτά", "πριν 3 ώρες", "πριν από 2 ημέρες", "πριν από μία ώρα", "χθες στις 14:30"),
    "tr": ("5 dakika önce", "3 SAAT önce", "2 gün önce", "bir saat önce", "dün 14:30"),
    "id": ("5 menit yang lalu", "3 jam lalu", "2 hari lalu", "satu jam lalu", "kemarin pukul 14:30"),
    "vi": ("5 phút trước", "3 giờ trước", "2 ngày trước", "một giờ trước", "hôm qua lúc 14:30"),
    "ar": ("قبل 5 دقائق", "منذ ٣ ساعات", "قبل يومين", "قبل ساعة", "أمس الساعة 14:30"),
    "hi": ("5 मिनट पहले", "3 घंटे पहले", "2 दिन पहले", "एक घंटा पहले", "कल 14:30"),
    "zh": ("5分钟前", "3 個小時前", "2天之前", "一小时前", "昨天14:30"),
    "ja": ("5分前", "3時間前", "2日前", "", "昨日 14:30"),
    "ko": ("5분 전", "3시간 전", "2일 전", "", "어제 오후 2:30"),
    "th": ("5 นาทีที่แล้ว", "3 ชั่วโมงที่ผ่านมา", "2 วันที่แล้ว", "", "เมื่อวานนี้ 14:30"),
}
ANSWERS = [
    (NOW - timedelta(minutes=5), "minute"),
    (NOW - timedelta(hours=3), "minute"),
    (datetime(2023, 12, 4, tzinfo=CHINA), "day"),
    (NOW - timedelta(hours=1), "minute"),
    (datetime(2023, 12, 5, 14, 30, tzinfo=CHINA), "minute"),
]


def test_every_language_of_the_tables_has_its_cases() -> None:
    assert CASES.keys() == SPACED.keys() | GLUED.keys()


@pytest.mark.parametrize("language", CASES)
def test_relative_times_are_read_in_every_language(language: str) -> None:
    for text, (at, precision) in zip(CASES[language], ANSWERS, strict=True):
        if text:
            moment = parse_time(text, fetched_at=NOW)
            assert moment and (moment.at, moment.precision, moment.is_relative) == (at, precision, True), text
            assert has_words(text) and moment.raw in text


@pytest.mark.parametrize("language", CASES)
def test_every_word_for_a_day_and_for_now_is_read(language: str) -> None:
    words = (SPACED | GLUED)[language]
    for back, phrases in enumerate((words.today, words.yesterday, words.eve)):
        for phrase in filter(None, phrases.split("|")):
            moment = parse_time(f"{phrase} 08:30", fetched_at=NOW)
            assert moment and moment.at == NOW.replace(hour=8, minute=30) - timedelta(days=back), phrase
    for phrase in filter(None, words.now.split("|")):
        moment = parse_time(phrase, fetched_at=NOW)
        assert moment and moment.at == NOW, phrase


@pytest.mark.parametrize("language", SPACED)
def test_half_an_hour_is_30_minutes_in_every_language(language: str) -> None:
    words = SPACED[language]
    texts = [f"{before} {half}" for before in words.before.split("|") if before for half in words.half_hour.split("|")]
    texts += [f"{half} {after}" for after in words.after.split("|") if after for half in words.half_hour.split("|")]
    for text in texts:
        moment = parse_time(f"x {text}, y", fetched_at=NOW)
        assert moment and (NOW - moment.at, moment.raw) == (timedelta(minutes=30), text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Updated 2.5 hours ago", 150), ("vor 1,5 Stunden", 90), ("1.5小时前", 90), ("一个半小时前", 90),
        ("2个半小时前", 150), ("半个小时前", 30), ("반시간 전", 30), ("ครึ่งชั่วโมงที่แล้ว", 30),
    ],
)  # fmt: skip
def test_parts_of_hours_are_read(text: str, minutes: int) -> None:
    moment = parse_time(text, fetched_at=NOW)
    assert moment and NOW - moment.at == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["a quarter of an hour ago", "half a day ago", "1 1/2 hours ago", "三个半小时前"])
def test_less_than_the_last_words_say_is_no_time(text: str) -> None:
    assert parse_time(text, fetched_at=NOW) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("18 أغسطس 2023", "2023-08-18T00:00:00+08:00"),
        ("18 अगस्त 2023", "2023-08-18T00:00:00+08:00"),
        ("18 tháng 8, 2023", "2023-08-18T00:00:00+08:00"),
        ("2023년 8월 18일 (금) 07:02", "2023-08-18T07:02:00+08:00"),
        ("2023年8月18日（金）午後3時4分", "2023-08-18T15:04:00+08:00"),
        ("2023년 8월 18일 오후 3시 4분", "2023-08-18T15:04:00+08:00"),
        ("18/08/2023 3:04 μ.μ.", "2023-08-18T15:04:00+08:00"),
        ("18/08/2023 3:04 p. m.", "2023-08-18T15:04:00+08:00"),
        ("18 août 2023, à 07:02", "2023-08-18T07:02:00+08:00"),
    ],
)
def test_dates_and_clocks_of_further_languages(text: str, answer: str) -> None:
    moment = parse_time(text, fetched_at=NOW)
    assert moment and moment.isoformat() == answer


def test_a_month_means_one_number() -> None:
    names = [name for line in MONTH_NAMES for name in line.split()]
    assert len(names) == len(set(names)) and set(MONTHS.values()) == set(range(1, 13))


# Words for "ago" with what is no amount of their language, and amounts that name no day.
@pytest.mark.parametrize(
    "text",
    ["vor Gericht", "hace falta", "the years ago", "hours ago", "fa caldo", "prima di 3 ore", "3 Stunden ago",
     "vor drei Wochen", "2 weeks ago", "半天前", "此前", "3分前进", "请于5日前报名", "Hier", "今天是",
     "önce", "前", "agony"],
)  # fmt: skip
def test_other_words_are_no_times(text: str) -> None:
    assert parse_time(text, fetched_at=NOW) is None


VISIBLE = Reader(NOW, UTC)


@pytest.mark.parametrize(
    "text", ["gestern", "Veröffentlicht: gestern", "Lokales | gestern", "Published yesterday", "昨天"]
)
def test_a_day_by_itself_or_behind_a_label_is_the_time_of_a_line(text: str) -> None:
    assert VISIBLE.visible(text)


@pytest.mark.parametrize(
    "text",
    ["Was heute wichtig ist", "Today", "Gestern und heute", "Ieri il presidente ha parlato", "今日头条", "今日“网红”地",
     "Wie war es gestern", "Hier klicken", "Hier", "Das Wetter heute, morgen und übermorgen"],
)  # fmt: skip
def test_a_day_in_a_sentence_or_a_menu_is_none(text: str) -> None:
    assert VISIBLE.visible(text) is None
