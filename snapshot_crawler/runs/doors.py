"""Scrapy's two doors into a running process, the telnet console and remote control, imported only when they are open.

EXTENSIONS_BASE names these classes in the place of Scrapy's. Scrapy's modules import twisted.conch and aiohttp even
when TELNETCONSOLE_ENABLED and REMOTE_CONTROL_ENABLED are off: 0.1 CPU s of each start (benchmarks/startup.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured
from scrapy.utils.misc import build_from_crawler, load_object

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Door:
    """Stands for one of Scrapy's extensions, and gives its instance when the setting is on."""

    setting: str
    extension: str

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Any:
        """Scrapy's constructor. Raises NotConfigured, and imports nothing, when the setting is off."""
        if not crawler.settings.getbool(cls.setting):
            raise NotConfigured
        return build_from_crawler(load_object(cls.extension), crawler)


class TelnetConsole(Door):
    """scrapy.extensions.telnet.TelnetConsole."""

    setting = "TELNETCONSOLE_ENABLED"
    extension = "scrapy.extensions.telnet.TelnetConsole"


class RemoteControl(Door):
    """scrapy.extensions.remote_control.RemoteControl."""

    setting = "REMOTE_CONTROL_ENABLED"
    extension = "scrapy.extensions.remote_control.RemoteControl"
