"""The zone of a site's times: the language of the text and the page's address go in, a zone out, and how sure it is.

Pages write "9:00" and mean the clock on the wall of their newsroom. The article reader, the rules in `fields` and the
readers of lists all ask site_zone here, so that one page has one zone. A spider's own `timezone` comes before it.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from snapshot_crawler.pages.dates.forms import CHINA
from snapshot_crawler.urls import host

# -- Languages whose newsrooms keep one clock, wherever the host is registered ---------------------------------------

ONE_CLOCK = {
    "ja": "Asia/Tokyo", "ko": "Asia/Seoul", "vi": "Asia/Ho_Chi_Minh", "th": "Asia/Bangkok", "lo": "Asia/Vientiane",
    "km": "Asia/Phnom_Penh", "my": "Asia/Yangon", "mn": "Asia/Ulaanbaatar", "hi": "Asia/Kolkata",
    "he": "Asia/Jerusalem", "fa": "Asia/Tehran", "ka": "Asia/Tbilisi", "hy": "Asia/Yerevan", "tr": "Europe/Istanbul",
    "el": "Europe/Athens", "uk": "Europe/Kiev", "fi": "Europe/Helsinki", "ro": "Europe/Bucharest",
    "de": "Europe/Berlin", "it": "Europe/Rome", "nl": "Europe/Amsterdam", "pl": "Europe/Warsaw",
    "cs": "Europe/Prague", "hu": "Europe/Budapest", "sv": "Europe/Stockholm", "da": "Europe/Copenhagen",
    "no": "Europe/Oslo",
}  # fmt: skip

# -- Languages of several clocks: where most of their readers live; only a guess -------------------------------------

MOST_READERS = {
    "ru": "Europe/Moscow", "fr": "Europe/Paris", "es": "Europe/Madrid", "pt": "America/Sao_Paulo",
    "ar": "Asia/Riyadh", "id": "Asia/Jakarta", "bn": "Asia/Dhaka", "ta": "Asia/Kolkata", "bo": "Asia/Shanghai",
}  # fmt: skip

# -- Countries by the last label of a host. Labels that are sold to everybody (io, tv, me, co, ai) are left out -------

COUNTRIES = {
    "cn": "Asia/Shanghai", "tw": "Asia/Taipei", "hk": "Asia/Hong_Kong", "mo": "Asia/Macau", "sg": "Asia/Singapore",
    "my": "Asia/Kuala_Lumpur", "jp": "Asia/Tokyo", "kr": "Asia/Seoul", "kp": "Asia/Pyongyang", "vn": "Asia/Ho_Chi_Minh",
    "th": "Asia/Bangkok", "la": "Asia/Vientiane", "kh": "Asia/Phnom_Penh", "mm": "Asia/Yangon", "ph": "Asia/Manila",
    "bn": "Asia/Brunei", "in": "Asia/Kolkata", "lk": "Asia/Colombo", "np": "Asia/Kathmandu", "bd": "Asia/Dhaka",
    "pk": "Asia/Karachi", "af": "Asia/Kabul", "uz": "Asia/Tashkent", "kz": "Asia/Almaty", "kg": "Asia/Bishkek",
    "tj": "Asia/Dushanbe", "tm": "Asia/Ashgabat", "ir": "Asia/Tehran", "iq": "Asia/Baghdad", "sa": "Asia/Riyadh",
    "ae": "Asia/Dubai", "qa": "Asia/Qatar", "kw": "Asia/Kuwait", "bh": "Asia/Bahrain", "om": "Asia/Muscat",
    "ye": "Asia/Aden", "jo": "Asia/Amman", "lb": "Asia/Beirut", "sy": "Asia/Damascus", "ps": "Asia/Gaza",
    "il": "Asia/Jerusalem", "ge": "Asia/Tbilisi", "am": "Asia/Yerevan", "az": "Asia/Baku", "tr": "Europe/Istanbul",
    "eg": "Africa/Cairo", "sd": "Africa/Khartoum", "tn": "Africa/Tunis", "dz": "Africa/Algiers",
    "ma": "Africa/Casablanca", "ng": "Africa/Lagos", "ke": "Africa/Nairobi", "tz": "Africa/Dar_es_Salaam",
    "ug": "Africa/Kampala", "gh": "Africa/Accra", "et": "Africa/Addis_Ababa", "za": "Africa/Johannesburg",
    "zw": "Africa/Harare", "sn": "Africa/Dakar", "ci": "Africa/Abidjan", "cm": "Africa/Douala", "ie": "Europe/Dublin",
    "uk": "Europe/London", "fr": "Europe/Paris", "be": "Europe/Brussels", "nl": "Europe/Amsterdam",
    "lu": "Europe/Luxembourg", "de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich",
    "it": "Europe/Rome", "es": "Europe/Madrid", "pt": "Europe/Lisbon", "dk": "Europe/Copenhagen", "no": "Europe/Oslo",
    "se": "Europe/Stockholm", "fi": "Europe/Helsinki", "is": "Atlantic/Reykjavik", "pl": "Europe/Warsaw",
    "cz": "Europe/Prague", "sk": "Europe/Bratislava", "hu": "Europe/Budapest", "si": "Europe/Ljubljana",
    "hr": "Europe/Zagreb", "rs": "Europe/Belgrade", "ba": "Europe/Sarajevo", "mk": "Europe/Skopje",
    "al": "Europe/Tirane", "gr": "Europe/Athens", "cy": "Asia/Nicosia", "bg": "Europe/Sofia", "ro": "Europe/Bucharest",
    "md": "Europe/Chisinau", "ua": "Europe/Kiev", "by": "Europe/Minsk", "lt": "Europe/Vilnius", "lv": "Europe/Riga",
    "ee": "Europe/Tallinn", "ar": "America/Argentina/Buenos_Aires", "uy": "America/Montevideo",
    "py": "America/Asuncion", "bo": "America/La_Paz", "pe": "America/Lima", "ve": "America/Caracas",
    "cr": "America/Costa_Rica", "pa": "America/Panama", "gt": "America/Guatemala", "sv": "America/El_Salvador",
    "hn": "America/Tegucigalpa", "ni": "America/Managua", "do": "America/Santo_Domingo", "cu": "America/Havana",
    "nz": "Pacific/Auckland",
}  # fmt: skip

# -- Countries with several clocks: the one that most of their newsrooms keep; only a guess ---------------------------

WIDE_COUNTRIES = {
    "us": "America/New_York", "ca": "America/Toronto", "mx": "America/Mexico_City", "br": "America/Sao_Paulo",
    "cl": "America/Santiago", "ec": "America/Guayaquil", "au": "Australia/Sydney", "ru": "Europe/Moscow",
    "id": "Asia/Jakarta", "cd": "Africa/Kinshasa",
}  # fmt: skip


DAYS = (datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC))  # a winter and a summer day


class SiteZone(NamedTuple):
    """A zone, and whether language or host only make it likely."""

    zone: tzinfo
    is_guess: bool


def site_zone(language: str | None, url: str, declared: str | None = None) -> SiteZone:
    """The zone of naive times on the page at url whose text is in language (BCP 47).

    declared: the language as the page's markup states it; its region (es-PE) counts where the host names no country.

    Language and host agree, or only one of them tells a zone: that one. They tell different ones: the language's, a
    guess. Neither tells one: UTC, a guess.
    """
    spoken, country = (language or "").partition("-")[0].lower(), host(url).rpartition(".")[2]
    if country not in COUNTRIES and country not in WIDE_COUNTRIES:
        stated, _, region = (declared or "").lower().replace("_", "-").partition("-")
        if stated == spoken and region in {**COUNTRIES, **WIDE_COUNTRIES} and region != "us":
            # en-US is what templates begin with; a region says more than the language alone: fr-CA
            return _zone("zh" if spoken == "zh" else "", region)
    return _zone(spoken, country)


@cache  # pairs of a language and a country's label: some hundreds at most in a run
def _zone(language: str, country: str) -> SiteZone:
    of_country = _named(COUNTRIES.get(country) or WIDE_COUNTRIES.get(country))
    if language == "zh":  # China, Taiwan, Hong Kong, Macau, Singapore and Malaysia keep the same clock
        return SiteZone(CHINA, of_country is not None and not _agree(of_country, CHINA))
    of_language = _named(ONE_CLOCK.get(language))
    if of_language is not None:
        if of_country is not None and _agree(of_country, of_language):
            return SiteZone(of_country, country in WIDE_COUNTRIES)
        return SiteZone(of_language, of_country is not None)
    if of_country is not None:
        return SiteZone(of_country, country in WIDE_COUNTRIES)
    return SiteZone(_named(MOST_READERS.get(language)) or UTC, True)


def _named(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    return CHINA if name == "Asia/Shanghai" else ZoneInfo(name)


def _agree(one: tzinfo, other: tzinfo) -> bool:
    """Whether two zones have the same clock in winter and in summer."""
    return all(day.replace(tzinfo=one).utcoffset() == day.replace(tzinfo=other).utcoffset() for day in DAYS)
