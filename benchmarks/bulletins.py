"""Invented bulletins that share nearly every word: what a rule of likeness must keep apart, and their reprints.

    python benchmarks/bulletins.py [--seed N] [--kinds first|aside|all] [--show N]

Each kind is a text with slots. Pieces of one kind differ in at least one slot: a person, a nation, a street, a team, a
day, a number. Half of the pieces differ from an earlier one in a single slot, and are the hardest to tell apart. Every
fourth piece has a reprint: another credit, dateline or notice, a lost sentence, traditional characters, a misprint.
The kinds of `aside` were written to judge the rules, not to make them: look at their figures and not at their texts.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

DATA = json.loads((ROOT / "benchmarks" / "bulletins.json").read_text(encoding="utf-8"))
WORDS = {
    name: words if name in ("surnames", "given", "place_first", "place_last") else words.split()
    for name, words in DATA["words"].items()
}


class Draw:
    """Values for slots, drawn from one seed."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_

    def pick(self, words: Any) -> str:
        return str(self.random.choice(words))

    def person(self) -> str:
        return self.pick(WORDS["surnames"]) + "".join(
            self.pick(WORDS["given"]) for _ in range(self.random.choice((1, 2, 2)))
        )

    def place(self) -> str:
        return self.pick(WORDS["place_first"]) + self.pick(WORDS["place_last"])

    def street(self) -> str:
        return self.pick(WORDS["place_first"]) + self.pick(WORDS["place_last"]) + self.pick("路街")

    def value(self, name: str) -> str:
        """A value for a slot, by the first word of its name: person2 is a person."""
        kind = name.rstrip("0123456789")
        pick, number = self.pick, self.random.randint
        made: dict[str, Callable[[], str]] = {
            "person": self.person,
            "nation": lambda: pick(WORDS["nations"]),
            "city": lambda: self.place() + "市",
            "county": lambda: self.place() + "县",
            "village": lambda: self.place() + "村",
            "town": lambda: self.place() + "镇",
            "province": lambda: pick(WORDS["provinces"]),
            "street": self.street,
            "school": lambda: self.place() + pick(("第一中学", "实验小学", "第二中学", "外国语学校", "中心小学")),
            "college": lambda: self.place() + pick(("大学", "师范学院", "理工大学", "医学院")),
            "hospital": lambda: self.place() + pick(("人民医院", "中医院", "第一医院", "妇幼保健院")),
            "firm": lambda: pick(WORDS["firm_first"]) + pick(WORDS["firm_last"]),
            "team": lambda: self.place() + pick(WORDS["team_last"]),
            "product": lambda: pick(WORDS["products"]),
            "subject": lambda: pick(WORDS["subjects"]),
            "river": lambda: pick(WORDS["place_first"]) + pick("河江溪湖"),
            "bridge": lambda: pick(WORDS["place_first"]) + pick(WORDS["place_last"]) + "大桥",
            "title": lambda: pick(
                "春潮 远山 归途 灯火 长河 故乡 晨光 渡口 麦田 星空 老街 海风 雪夜 信使 石榴 回声".split()
            ),
            "n": lambda: str(number(2, 9)),
            "nn": lambda: str(number(11, 99)),
            "nnn": lambda: str(number(101, 999)),
            "day": lambda: f"{number(1, 12)}月{number(1, 28)}日",
            "hour": lambda: f"{number(6, 22)}时",
            "Person": lambda: f"{pick(WORDS['en_first'])} {pick(WORDS['en_last'])}",
            "Town": lambda: pick(WORDS["en_towns"]),
            "Firm": lambda: pick(WORDS["en_firms"]),
            "Team": lambda: f"{pick(WORDS['en_towns'])} {pick(('Rovers', 'United', 'City', 'Athletic'))}",
            "Road": lambda: f"{pick(WORDS['en_last'])} {pick(('Street', 'Road', 'Lane', 'Avenue'))}",
            "Nation": lambda: pick(
                "Germany Japan France Brazil India Kenya Chile Poland Norway Canada Egypt Peru Spain".split()
            ),
            "Day": lambda: f"{pick('January February March April May June July August'.split())} {number(1, 28)}",
            "Week": lambda: pick("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
        }
        return made[kind]()


# text: a headline and a text with names of slots in braces. alone: the slots that may be the only difference
GROUPS = {"first": DATA["first"], "aside": DATA["aside"], "all": DATA["first"] | DATA["aside"]}
SLOT = re.compile(r"\{(\w+)\}")
Article = dict[str, Any]


def pieces(kinds: dict[str, dict[str, str]], seed: int, number: int) -> Iterator[Article]:
    """About `number` different pieces of each kind, and a reprint of every fourth; in a mixed order.

    Fields as in the labelled sets: id, title, body, published_at, source, group, kind, how.
    """
    draw = Draw(random.Random(seed))
    made: list[Article] = []
    for kind, told in kinds.items():
        template, alone = told["text"], told["alone"].split()
        seen: list[dict[str, str]] = []
        for count in range(number):
            slots = {name: draw.value(name) for name in dict.fromkeys(SLOT.findall(template))}
            if seen and count % 2:  # a sibling: one slot is another's, all others are the same
                changed = draw.pick(alone)
                slots = {**draw.random.choice(seen), changed: slots[changed]}
            if slots in seen:
                continue
            seen.append(slots)
            title, _, body = SLOT.sub(lambda slot, slots=slots: slots[slot[1]], template).partition("\n")
            group = f"{kind}-{count}"
            day = f"2026-{draw.random.randint(1, 3):02}-{draw.random.randint(1, 28):02}T08:00:00+08:00"
            piece = {"title": title, "body": body, "published_at": day, "group": group, "kind": "bulletin", "how": ""}
            made.append(piece)
            if count % 4 == 0:
                made.append(reprint(piece, draw))
    draw.random.shuffle(made)
    for place, piece in enumerate(made):
        yield {"id": f"b{place}", "source": "", **piece}


def reprint(piece: Article, draw: Draw) -> Article:
    """A piece as another outlet prints it: two or three edits."""
    is_english = piece["kind"] == "bulletin" and piece["body"][0].isascii()
    edits = draw.random.sample(list(EN_EDITS if is_english else EDITS), draw.random.randint(1, 3))
    body, title = piece["body"], piece["title"]
    for name in edits:
        if name == "retitle":
            title = draw.pick(("快讯：", "[要闻]", "本地 | ")) + title[: max(6, len(title) * 2 // 3)]
        else:
            body = (EN_EDITS if is_english else EDITS)[name](body, draw)
    return {**piece, "title": title, "body": body, "how": "+".join(edits)}


def _drop(body: str, draw: Draw) -> str:
    sentences = re.findall(r"[^。.]+[。.]\s*", body)
    if len(sentences) > 3:
        del sentences[draw.random.randrange(1, len(sentences))]
    return "".join(sentences)


def _misprint(body: str, draw: Draw) -> str:
    place = draw.random.randrange(len(body) // 2, len(body) - 2)
    while not body[place].isalpha():
        place -= 1
    return body[:place] + body[place + 1 :]


def _traditional(body: str, _: Draw) -> str:
    from opencc import OpenCC

    return str(OpenCC("s2t").convert(body))


EDITS: dict[str, Callable[[str, Draw], str]] = {
    "retitle": lambda body, _: body,
    "lead": lambda body, draw: (
        draw.pick(
            (
                f"本报{draw.place()}讯（记者{draw.person()}）",
                f"【{draw.place()}新闻网讯】",
                f"{draw.place()}晚报客户端{draw.value('day')}消息 ",
                f"来源：{draw.place()}日报\n",
                f"{draw.place()}融媒讯（通讯员 {draw.person()} {draw.person()}）",
            )
        )
        + body
    ),
    "tail": lambda body, draw: (
        body
        + draw.pick(
            (
                f"\n（记者{draw.person()} 通讯员{draw.person()}）",
                f"\n责编：{draw.person()}\n审核：{draw.person()}",
                "\n（图片由受访单位提供）",
                f"\n来源 | {draw.place()}发布",
                f"\n编辑：{draw.person()}　二审：{draw.person()}　终审：{draw.person()}",
            )
        )
    ),
    "drop": _drop,
    "paras": lambda body, _: body.replace("。", "。\n"),
    "trad": _traditional,
    "width": lambda body, _: body.replace("，", ",").replace("。", ". "),
    "misprint": _misprint,
}
EN_EDITS: dict[str, Callable[[str, Draw], str]] = {
    "lead": lambda body, draw: f"{draw.value('Town').upper()}, {draw.value('Day')} (Wire) - " + body,
    "tail": lambda body, draw: body + f"\nReporting by {draw.value('Person')}; editing by {draw.value('Person')}",
    "drop": _drop,
    "paras": lambda body, _: body.replace(". ", ".\n\n"),
    "misprint": _misprint,
}


def judge(
    articles: list[Article], decisions: list[str | None]
) -> tuple[Counter[str], Counter[str], list[tuple[str, str]]]:
    """(wrong joins by kind, lost reprints by edit, pairs of bodies that were wrongly joined). A join is judged by the
    article that is named; a reprint is lost if neither it nor its original names the group."""
    group_of = {one["id"]: one["group"] for one in articles}
    by_id = {one["id"]: one for one in articles}
    wrong: Counter[str] = Counter()
    shown = []
    found = set()
    for one, other in zip(articles, decisions, strict=True):
        if other is None:
            continue
        if group_of[other] == one["group"]:
            found.add(one["group"])
        else:
            wrong[one["group"].rpartition("-")[0]] += 1
            shown.append((by_id[other]["body"], one["body"]))
    lost = Counter(one["how"] for one in articles if one["how"] and one["group"] not in found)
    return wrong, lost, shown


def main() -> None:
    """Print wrong joins by kind and lost reprints by edit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", choices=GROUPS, default="all")
    parser.add_argument("--number", type=int, default=90, help="pieces of each kind")
    parser.add_argument("--show", type=int, default=0, help="pairs that were joined wrongly, of `first` alone")
    chosen = parser.parse_args()
    from benchmarks.dedup import ours

    articles = list(pieces(GROUPS[chosen.kinds], chosen.seed, chosen.number))
    wrong, lost, shown = judge(articles, ours(articles))
    reprints = sum(bool(one["how"]) for one in articles)
    print(f"{len(articles)} articles, {reprints} of them reprints; wrong joins {wrong.total()}; lost {lost.total()}")
    print("wrong joins by kind:", dict(wrong.most_common()))
    print("lost reprints by edit:", dict(lost.most_common()))
    for one, other in shown[: chosen.show]:
        print("---", one, "+++", other, sep="\n")


if __name__ == "__main__":
    main()
