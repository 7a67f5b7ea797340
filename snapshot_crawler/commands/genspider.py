"""`scrapy genspider`: Scrapy's own, with the template `news` beside Scrapy's four."""

from __future__ import annotations

from pathlib import Path

from scrapy.commands.genspider import Command as ScrapyGenspider

import snapshot_crawler

OUR_TEMPLATES = Path(snapshot_crawler.__file__).parent / "templates" / "spiders"


class Command(ScrapyGenspider):
    """Setting TEMPLATES_DIR to our folder would hide Scrapy's templates, so both are looked through."""

    def _find_template(self, template: str) -> Path | None:
        ours = OUR_TEMPLATES / f"{template}.tmpl"
        return ours if ours.exists() else super()._find_template(template)

    def _list_templates(self) -> None:
        super()._list_templates()
        print("".join(f"  {path.stem}\n" for path in sorted(OUR_TEMPLATES.glob("*.tmpl"))), end="")
