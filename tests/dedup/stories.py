"""Invented news for the tests of the index: stories, their reprints, and bulletins made from one template."""

from __future__ import annotations

from typing import Any

from snapshot_crawler.dedup.content import content_hash
from snapshot_crawler.dedup.decision import Candidate
from snapshot_crawler.dedup.fingerprint import fingerprint
from snapshot_crawler.urls import article_id

BRIDGE = """云溪市跨江步道昨天上午建成开放，全长2.6公里，沿线设置了14处观景台和3座休息驿站。

市园林局负责人韩柏青介绍，步道采用架空结构，最大限度保留了江边的水杉林和芦苇荡，施工期间没有砍伐一棵大树。
为了方便推着婴儿车和坐轮椅的市民，全线没有一级台阶，坡度都控制在百分之五以内。

家住江边的退休教师罗秀兰一早就带着孙子来散步。她说，以前隔着堤坝只能听见水声，现在走几分钟就能看到白鹭落在浅滩上。

据了解，步道二期工程将于明年春天动工，向南延伸到老码头，届时沿江慢行系统总长度将达到7.8公里。
园林部门提醒，步道禁止骑行和放养宠物，夜间照明开到晚上十点。"""

LIBRARY = """南屏县图书馆的流动书车今年开进了最后一个没有通公交的山村。车上装着1200册图书，每两周换一批，
孩子们可以凭学生证借阅。

馆长陆文舟说，书车的路线是按照学校的课表排的，哪天下午没有课，车子就停在哪所学校门口。司机老秦开了六年书车，
认得沿路每一家爱看书的人，谁家老人喜欢戏曲，谁家姑娘在学裁剪，他都提前把书挑好放在副驾驶座上。

去年冬天下大雪，书车在垭口被困了四个小时，村里人扛着铁锹来开路，说不能让孩子们等不到新书。
县里计划再添一辆车，把路线延长到邻县交界处的两个牧场。"""

ENGLISH = """The harbour town of Netherby will replace its last diesel ferry with an electric one next spring,
the council said.

The new boat carries 96 passengers and charges in eleven minutes while they board, using power from two turbines on the
breakwater. Engineers tested the hull for eight months in the estuary before they were satisfied with its handling.

Ferry master Ines Calloway, who has crossed the bay some forty thousand times, said she would miss the smell of the old
engine but not the noise. Fares stay the same for residents and rise slightly for visitors in the summer months."""


def weather(city: str, day: int, low: int, high: int, sky: str = "多云") -> str:
    """A templated forecast: one word frame, other facts."""
    return (
        f"{city}市气象台6月{day}日17时发布天气预报：今天夜里到明天白天，{sky}，南风3级，最低气温{low}℃，"
        f"最高气温{high}℃，空气质量良。请市民注意防暑降温，出行前关注最新预报信息。"
    )


def article(body: str, name: str = "a", title: str = "标题", **fields: Any) -> Candidate:
    """A candidate as the pipeline makes it, with an id derived from its name."""
    url = fields.pop("url", f"https://news.example/{name}.html")
    record = {"title": title, "body": body, **fields}
    return Candidate(article_id(url), url, content_hash(record), fingerprint(title, body), fields.get("source"))
