"""Bulletins whose sibling differs in one word that names something, and copies that an editor touched, for dedup.

    python benchmarks/siblings.py --half work|fresh [--seed N] [--bulletins 2000] [--copies 1000] [--out FILE]

Half of the bulletins are drawn freely; each gets a sibling of the same template in which one or two slots (a person, a
nation, a street, a court, a day, a number) were drawn again and all else stayed. The copies are of such bulletins and
of longer stories, each touched by one to three edits. Printed are the wrong joins, and of these the ones that nobody
could decide: all sentences of the one stand in the other, since a copy lost the sentence with the word that differs.
--out writes the articles in the form of the labelled sets, for another program.

The kinds stand in siblings.json in two halves. Rules may be made by looking at `work`. `fresh` is measured only.
"""

from __future__ import annotations

import argparse
import functools
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.dedup import ours  # noqa: E402 - the path must be set first
from snapshot_crawler.dedup.folding import soften  # noqa: E402
from snapshot_crawler.dedup.furniture import story_lines  # noqa: E402

Drawn = dict[str, str]
Row = dict[str, str]
SLOT = re.compile(r"{(\w+)}")
DATA = json.loads(Path(__file__).with_name("siblings.json").read_text(encoding="utf-8"))
POOLS: dict[str, str] = DATA["pools"]
MONTHS = "January February March April May June July August September October November December".split()


def pool(name: str, dice: random.Random) -> str:
    words = POOLS[name]
    return dice.choice(words.split("|") if "|" in words else words.split() if " " in words else list(words))


def person(dice: random.Random) -> str:
    given = "".join(pool("given", dice) for _ in range(dice.choice((1, 2, 2))))
    return pool("surname", dice) + given


def place(dice: random.Random) -> str:
    return pool("place_a", dice) + pool("place_b", dice)


def joined(*names: str, between: str = "") -> Callable[[random.Random], str]:
    return lambda dice: between.join(pool(name, dice) for name in names)


def number(low: int, high: int) -> Callable[[random.Random], str]:
    return lambda dice: str(dice.randint(low, high))


def decimal(low: int, high: int, digits: int = 2) -> Callable[[random.Random], str]:
    return lambda dice: f"{dice.uniform(low, high):.{digits}f}"


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "person": person,
    "city": place,
    "county": place,
    "district": place,
    "town": place,
    "court": lambda dice: place(dice) + dice.choice("市县区"),
    "prov": lambda dice: dice.choice(
        "河北 山西 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 四川 贵州 陕西".split()
    ),
    "road": joined("road_a", "road_b"),
    "firm": joined("firm_a", "firm_b"),
    "team": lambda dice: place(dice) + pool("team_b", dice),
    "product": joined("product_a", "product_b"),
    "hosp": lambda dice: place(dice) + "市" + pool("hospital", dice),
    "school": lambda dice: place(dice) + pool("school_b", dice),
    "date": lambda dice: f"{dice.randint(1, 12)}月{dice.randint(1, 28)}日",
    "clock": lambda dice: f"{dice.randint(1, 23)}时{dice.choice((0, 10, 15, 20, 30, 45, 50))}分",
    "num": number(2, 99),
    "small": number(2, 19),
    "big": lambda dice: str(dice.randint(1000, 9_999_999)),
    "price": decimal(1, 30),
    "pct": decimal(1, 5),
    "mag": decimal(3, 6, 1),
    "edec": decimal(2, 300, 1),
    "goal": number(1, 4),
    "minute": number(4, 44),
    "temp": number(1, 35),
    "humid": number(30, 95),
    "issue": lambda dice: f"2026{dice.randint(1, 150):03d}",
    "ball": lambda dice: f"{dice.randint(1, 33):02d}",
    "age": number(52, 98),
    "height": number(150, 185),
    "sex": lambda dice: dice.choice("男女"),
    "week": lambda dice: dice.choice(("周一", "周二", "周三", "周四", "周五", "周六")),
    "code": lambda dice: f"2026-{dice.choice('ABCDGH')}{dice.randint(10, 999)}",
    "train": lambda dice: dice.choice("GDKTZ") + str(dice.randint(101, 9899)),
    "event": lambda dice: place(dice) + dice.choice(("马拉松比赛", "花车巡游", "灯会", "自行车赛", "消费博览会")),
    "ename": joined("egiven", "esurname", between=" "),
    "estreet": joined("estreet", "eway", between=" "),
    "efirm": joined("efirm_a", "efirm_b", between=" "),
    "eteam": joined("etown", "eteam_b", between=" "),
    "edate": lambda dice: f"{dice.choice(MONTHS)} {dice.randint(1, 28)}",
}


def draw(slot: str, dice: random.Random) -> str:
    kind = slot.rstrip("0123456789")
    return MAKERS[kind](dice) if kind in MAKERS else pool(kind, dice)


def filled(kind: dict[str, object], drawn: Drawn) -> Row:
    """Title and body of one piece; a slot is drawn the first time that it is asked for."""
    between = " " if kind.get("lang") == "en" else ""
    body = kind["body"]
    assert isinstance(body, list)
    put = functools.partial(SLOT.sub, lambda found: drawn[found[1]])
    title = put(str(kind["title"]))
    return {"title": title[:1].upper() + title[1:], "body": between.join(put(line) for line in body)}


def slots(kind: dict[str, object]) -> list[str]:
    body = kind["body"]
    assert isinstance(body, list)
    return list(dict.fromkeys(SLOT.findall(str(kind["title"]) + "".join(body))))


def pair(kind: dict[str, object], dice: random.Random) -> tuple[Row, Row, str]:
    """A bulletin, its sibling, and what the two differ in."""
    drawn: Drawn = {}
    for slot in slots(kind):
        drawn[slot] = draw(slot, dice)
        while list(drawn.values()).count(drawn[slot]) > 1:  # no piece names one team twice
            drawn[slot] = draw(slot, dice)
    differ = kind["differ"]
    assert isinstance(differ, list)
    chosen = "+".join(dice.sample(differ, dice.choice((1, 1, 2))))
    other = dict(drawn)
    for slot in chosen.split("+"):
        while other[slot] in drawn.values():
            other[slot] = draw(slot, dice)
    return filled(kind, drawn), filled(kind, other), chosen


def story(dice: random.Random) -> Row:
    """A longer piece of invented sentences: what a feature is to the bulletins."""
    words = {name: text.split() for name, text in DATA["story"].items()}

    def sentence(name: str) -> str:
        who, where, did, felt, then, because = (dice.choice(words[key]) for key in words)
        made = (
            f"{then}，{name}在{where}{did}，{felt}。",
            f"因为{because}，{name}和几位{who}商量了许久，还是{did}。",
            f"“{because}也不能停。”{name}说，{then}，他{felt}。",
            f"{then}，一位{who}从{place(dice)}赶来，在{where}{did}。",
            f"{place(dice)}的{who}{person(dice)}听说以后，{felt}，也{did}。",
        )
        return dice.choice(made)

    name = person(dice)
    title = f"{place(dice)}{dice.choice(words['who'])}{name}：{dice.choice(words['did'])}"
    return {"title": title, "body": "".join(sentence(name) for _ in range(dice.randint(9, 24)))}


# --- the edits of a true copy ---


def sentences(body: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。！？])(?!”)|(?<=[a-z]\.) (?=[A-Z])", body) if part]


def english(body: str) -> bool:
    return body.isascii()


def together(parts: list[str], body: str) -> str:
    return (" " if english(body) else "").join(parts)


def retitled(row: Row, dice: random.Random) -> Row:
    first = re.split(r"[，,。.]", row["body"])[dice.choice((0, 0, 1))].strip()
    fresh = ("Local news: " if english(row["body"]) else dice.choice(("快讯：", "关注｜", ""))) + first[:60]
    return {**row, "title": fresh}


def cut(row: Row, dice: random.Random) -> Row:
    parts = sentences(row["body"])
    return {**row, "body": together(parts[: max(2, len(parts) - max(1, len(parts) // 5))], row["body"])}


def dropped(row: Row, dice: random.Random) -> Row:
    parts = sentences(row["body"])
    if len(parts) > 3:
        del parts[dice.randrange(1, len(parts))]
    return {**row, "body": together(parts, row["body"])}


def dateline(row: Row, dice: random.Random) -> Row:
    if english(row["body"]):
        return {**row, "body": f"{pool('etown', dice).upper()} ({dice.choice(('Newswire', 'Staff'))}) - {row['body']}"}
    paper = place(dice) + dice.choice(("日报", "晚报", "新闻网", "发布"))
    lead = dice.choice((f"{paper}讯（记者 {person(dice)}）", f"本报讯 （记者{person(dice)}）", f"【{paper}】"))
    return {**row, "body": lead + row["body"]}


def reordered(row: Row, dice: random.Random) -> Row:
    parts = sentences(row["body"])
    if len(parts) > 3:
        at = dice.randrange(1, len(parts) - 1)
        parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return {**row, "body": together(parts, row["body"])}


@functools.cache
def traditional() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("s2t").convert
    return convert


def in_traditional(row: Row, dice: random.Random) -> Row:
    return {key: traditional()(text) for key, text in row.items()}


def punctuation(row: Row, dice: random.Random) -> Row:
    table = dice.choice((str.maketrans("，：（）", ",:()"), str.maketrans("“”", "「」"), str.maketrans("，。", ",.")))
    return {**row, "body": row["body"].translate(table)}


def wide(row: Row, dice: random.Random) -> Row:
    return {**row, "body": row["body"].translate({ord("0") + n: ord("０") + n for n in range(10)})}


def signed(row: Row, dice: random.Random) -> Row:
    if english(row["body"]):
        return {
            **row,
            "body": f"{row['body']}\n\nReporting by {MAKERS['ename'](dice)}; editing by {MAKERS['ename'](dice)}",
        }
    line = dice.choice(("责任编辑：{}", "（编辑：{}）", "编辑 {} 校对 {}", "来源：{}晚报 编辑：{}"))
    return {**row, "body": row["body"] + "\n" + line.replace("{}", person(dice), 1).replace("{}", person(dice))}


def paragraphs(row: Row, dice: random.Random) -> Row:
    return {
        **row,
        "body": "\n\n".join(("" if english(row["body"]) else "　　") + part for part in sentences(row["body"])),
    }


EDITS = (retitled, cut, dropped, dateline, reordered, in_traditional, punctuation, wide, signed, paragraphs)


def copied(row: Row, dice: random.Random) -> tuple[Row, str]:
    edits = dice.sample(EDITS, dice.choice((1, 1, 2, 3)))
    if sum(edit in (cut, dropped) for edit in edits) > 1:
        edits.remove(dropped)
    for edit in sorted(edits, key=EDITS.index):
        row = edit(row, dice)
    return row, "+".join(edit.__name__ for edit in edits)


def pieces(half: str, bulletins: int, copies: int, seed: int) -> Iterator[Row]:
    """All rows of a half, in a shuffled order that keeps nobody's copy together with it."""
    dice = random.Random(seed)
    kinds = list(DATA[half].items())
    rows: list[Row] = []
    originals: list[Row] = []
    for n in range(bulletins // 2):
        name, kind = kinds[n % len(kinds)]
        first, second, differ = pair(kind, dice)
        for row, how in ((first, name), (second, f"{name}:{differ}")):
            if how != name and dice.random() < 0.25:  # a sibling too may come by another outlet
                row = dice.choice((dateline, signed, paragraphs))(row, dice)
            rows.append({**row, "group": f"{half}-{len(rows)}", "kind": "bulletin", "how": how})
        originals.append(rows[-2])
    for _ in range(copies // 4):
        rows.append({**story(dice), "group": f"{half}-{len(rows)}", "kind": "generated", "how": "story"})
        originals += [rows[-1]] * 2
    for row in dice.sample(originals, copies) if copies < len(originals) else dice.choices(originals, k=copies):
        plain = {key: row[key] for key in ("title", "body")}
        made, how = copied(plain, dice)
        rows.append({**made, "group": row["group"], "kind": "generated", "how": how})
    dice.shuffle(rows)
    for n, row in enumerate(rows):
        yield {"id": f"{half}-{n}", "published_at": "2026-03-01T08:00:00+08:00", "source": "", **row}


def told(body: str) -> set[str]:
    """The sentences of a body as they are compared: without signs, credits and datelines."""
    lines = "\n".join(story_lines(soften(body)))
    return {"".join(filter(str.isalnum, each)) for each in re.split(r"(?<=[。！？.])(?!\d)|\n", lines)} - {""}


def main() -> None:
    """Decide over the articles of a half, and print how many joins are wrong and how many copies were lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--half", choices=("work", "fresh"), required=True)
    parser.add_argument("--bulletins", type=int, default=2000)
    parser.add_argument("--copies", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=13)
    args = parser.parse_args()
    articles = list(pieces(args.half, args.bulletins, args.copies, args.seed))
    if args.out:
        args.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in articles), encoding="utf-8")
        return
    by_id = {row["id"]: row for row in articles}
    decided = [(row, by_id[other]) for row, other in zip(articles, ours(articles), strict=True) if other]
    wrong = [(row, other) for row, other in decided if row["group"] != other["group"]]
    sides = [(told(row["body"]), told(other["body"])) for row, other in wrong]
    kinds = Counter(next((row["how"] for row in pair if row["kind"] == "bulletin"), "copies") for pair in wrong)
    open_ = sum(one <= other or other <= one for one, other in sides)
    size = len({row["group"] for row in articles})
    print(f"{len(articles)} articles of {size} stories; wrong joins {len(wrong)}, {open_} of them undecidable;")
    print(f"right joins {len(decided) - len(wrong)} of {len(articles) - size}")
    if args.half == "work":
        print("wrong joins by what differs:", dict(kinds.most_common()))


if __name__ == "__main__":
    main()
