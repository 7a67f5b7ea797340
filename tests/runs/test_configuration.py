"""Settings that cannot be meant are refused in one line before anything starts; misspelt names are told."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, ClassVar

import pytest
from scrapy import Spider
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.runs.configuration import check_settings, log_level, warn_of_unknown_settings
from tests.process import scrapy


def with_values(**given: Any) -> Settings:
    """The project's settings, and what the command line gave."""
    settings: Settings = get_project_settings()
    settings.setdict(given, priority="cmdline")
    return settings


GOOD: list[dict[str, Any]] = [
    {},
    {"DOWNLOAD_DELAY": "0.25", "CONCURRENT_REQUESTS": "32", "RETRY_PRIORITY_ADJUST": "-5", "DEPTH_PRIORITY": -1},
    {"ROBOTSTXT_OBEY": "0", "AUTOTHROTTLE_ENABLED": "True", "COOKIES_ENABLED": "false", "PROGRESS": 1},
    {"LOG_LEVEL": "debug"},
    {"LOG_LEVEL": "30", "ERROR_SHARE_MAX": "0.1", "CALLBACK_ERROR_SHARE_MAX": 1},
    {"CLOSESPIDER_TIMEOUT": "2.5", "CLOSESPIDER_ITEMCOUNT": "10", "DOWNLOAD_TIMEOUT": 5.5},
    {"DEFAULT_REQUEST_HEADERS": '{"Accept": "text/html"}', "ERROR_SHARE_MAX": None},
    {"FEED_EXPORT_ENCODING": "gb18030"},
    {"FEED_EXPORT_ENCODING": None, "DOWNLOAD_MAXSIZE": None},  # as some projects switch a limit off
]


@pytest.mark.parametrize("given", GOOD, ids=str)
def test_what_scrapy_understands_is_taken(given: dict[str, Any]) -> None:
    check_settings(with_values(**given))


def test_scrapy_s_own_defaults_are_good() -> None:
    check_settings(Settings())


BAD = {
    "CONCURRENT_REQUESTS": ["-3", "0", "many", "1.5", -3],
    "CONCURRENT_REQUESTS_PER_DOMAIN": ["0", "-1"],
    "CONCURRENT_ITEMS": ["0"],
    "DOWNLOAD_DELAY": ["-1", "fast", "nan", "inf"],
    "DOWNLOAD_TIMEOUT": ["0", "-5", "60s"],
    "DOWNLOAD_MAXSIZE": ["8MB"],
    "RETRY_TIMES": ["-1", "twice"],
    "REDIRECT_MAX_TIMES": ["x"],
    "DEPTH_LIMIT": ["-1"],
    "CLOSESPIDER_ITEMCOUNT": ["ten"],
    "AUTOTHROTTLE_TARGET_CONCURRENCY": ["0"],
    "ROBOTSTXT_OBEY": ["maybe", ""],
    "AUTOTHROTTLE_ENABLED": ["on"],
    "DRIFT_WATCH": ["sometimes"],
    "LOG_ENABLED": ["perhaps"],
    "LOG_LEVEL": ["LOUD", "", "INFOS"],
    "LOG_FILE": ["/nowhere/at/all/crawl.log"],
    "DATA_DIR": [""],
    "FEED_EXPORT_ENCODING": ["xx"],
    "ERROR_SHARE_MAX": ["2", "-0.1", "half"],
    "CALLBACK_ERROR_SHARE_MAX": ["50"],
    "MIN_ARTICLES": ["-1", "few"],
    "REVISIT_MIN": ["-900"],
    "RECHECK_WITHIN": ["1h"],
    "LINKS_PER_PAGE_MAX": ["0"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_what_cannot_be_meant_is_told_with_its_name_and_value(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError) as told:
        check_settings(with_values(**{name: value}))
    assert name in str(told.value)
    assert str(value) in str(told.value)
    assert "\n" not in str(told.value)


def test_a_level_is_understood_in_any_case_and_the_nearest_is_named() -> None:
    assert (log_level("info"), log_level("10")) == ("INFO", 10)
    with pytest.raises(ConfigurationError, match="did you mean WARNING"):
        log_level("WARNIGN")


class OwnSpider(Spider):
    name = "own"
    custom_settings: ClassVar[dict[str, Any]] = {"CONTACTS": "one@a.example"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CONTCAT", "CONTACT"),
        ("DATADIR", "DATA_DIR"),
        ("DOWNLOAD_DELY", "DOWNLOAD_DELAY"),
        ("CONCURENT_REQUESTS", "CONCURRENT_REQUESTS"),
        ("download_delay", "DOWNLOAD_DELAY"),
    ],
)
def test_a_misspelt_name_is_told(name: str, meant: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        warn_of_unknown_settings(with_values(**{name: "1"}), OwnSpider.custom_settings)
    assert f"did you mean {meant}?" in caplog.text


@pytest.mark.parametrize(
    "name",
    ["CONTACT", "CONTACTS", "SPLASH_URL", "ZYTE_API_KEY", "MY_OWN", "DOWNLOAD_SLOTS", "IMAGES_EXPIRES", "JOBDIR"],
)
def test_names_of_spiders_add_ons_and_scrapy_are_no_mistake(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        warn_of_unknown_settings(with_values(**{name: "{}"}), OwnSpider.custom_settings)
    assert caplog.text == ""


@pytest.mark.parametrize("setting", ["LOG_LEVEL=LOUD", "CONCURRENT_REQUESTS=-3"])
@pytest.mark.parametrize(
    "command",
    [
        ["crawl", "news", "-a", "start=http://127.0.0.1:9/"],
        ["add-site", "http://127.0.0.1:9/"],
        ["shell", "http://127.0.0.1:9/", "-c", "response"],
        ["fetch", "http://127.0.0.1:9/"],
        ["check"],
        ["jobs", "list"],
        ["list"],
        ["status"],
        ["explain", "http://127.0.0.1:9/"],
        ["dedup", "/dev/null"],
        ["forget", "http://127.0.0.1:9/"],
        ["extract", "/dev/null"],
        ["site-test", "snapshot"],
        ["demo"],
    ],
)
def test_a_bad_setting_ends_a_command_with_one_line_and_code_2(
    command: list[str], setting: str, tmp_path: Path
) -> None:
    done = scrapy(*command, "-s", setting, "-s", f"DATA_DIR={tmp_path / 'data'}")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and setting.partition("=")[0] in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_spider_s_own_settings_are_judged_too(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "from scrapy import Spider\n\n\nclass Own(Spider):\n    name = 'own'\n"
        "    custom_settings = {'CONCURRENT_REQUESTS': -3}\n"
    )
    done = scrapy("crawl", "own", "-s", "SPIDER_MODULES=own", env=os.environ | {"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 2
    assert "CONCURRENT_REQUESTS is -3" in done.stderr.splitlines()[-1]
