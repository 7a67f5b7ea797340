"""Patterns of Chinese words that know both ways of writing them: simplified words go in, a pattern of both comes out.

The tables of words (phrases.py, author_words.py, source_words.py) are written in simplified characters. Pages of
Taiwan, Hong Kong and Macau say the same in traditional ones: 责任编辑 is 責任編輯 there. So each character of a pattern
stands for all its forms. The text itself stays as it is, and with it every position.
"""

from __future__ import annotations

import re
from functools import cached_property

from snapshot_crawler.lazy_pattern import LazyPattern

# The characters that the tables use and that have other forms: the simplified one first, then its traditional ones.
FORMS = (
    "与與 专專 业業 丛叢 东東 丢丟 严嚴 个個 为為 举舉 么麼 乐樂 乔喬 习習 乡鄉 书書 买買 争爭 "
    "于於 仅僅 从從 们們 众眾 会會 传傳 体體 余餘 侧側 修脩 党黨 兰蘭 关關 兴興 内內 册冊 写寫 "
    "军軍 冯馮 凌淩 出齣 击擊 刘劉 刚剛 创創 删刪 别別 制製 办辦 务務 动動 区區 华華 协協 单單 "
    "卢盧 厅廳 压壓 厌厭 县縣 参參 发發 台臺 叶葉 号號 合閤 后後 吕呂 听聽 启啟 吴吳 员員 周週 "
    "回迴 团團 国國 图圖 场場 声聲 处處 备備 复復複 头頭 姜薑 孙孫 学學 宁寧 实實 审審 宫宮 家傢 "
    "对對 导導 属屬 岛島 岳嶽 巩鞏 布佈 师師 帐帳 帮幫 幸倖 广廣 庄莊 库庫 应應 开開 异異 张張 "
    "显顯 归歸 当噹當 录錄 彩綵 志誌 战戰 户戶 执執 扫掃 护護 报報 担擔 拦攔 据據 摄攝 数數 无無 时時 "
    "晋晉 暂暫 机機 杂雜 权權 条條 来來 杨楊 构構 标標 栏欄 样樣 核覈 栾欒 档檔 梁樑 检檢 欢歡 "
    "欧歐 气氣 汇匯彙 汤湯 没沒 注註 测測 济濟 浏瀏 涂塗 温溫 游遊 湾灣 点點 热熱 环環 现現 电電 "
    "监監 码碼 碍礙 私俬 种種 税稅 窦竇 笔筆 签簽籤 简簡 类類 系係繫 纠糾 约約 级級 纪紀 纸紙 线線 "
    "练練 组組 细細 织織 经經 结結 给給 络絡 绝絕 统統 继繼 续續 维維 综綜 编編 缩縮 缪繆 网網 "
    "罗羅 聂聶 职職 联聯 胡鬍 脑腦 腾騰 苏蘇 范範 荐薦 荣榮 萧蕭 蒋蔣 蒙懞 蓝藍 蔺藺 虫蟲 补補 "
    "表錶 见見 观觀 视視 览覽 订訂 认認 讨討 让讓 议議 讯訊 记記 许許 论論 设設 访訪 证証證 评評 "
    "识識 词詞 译譯 试試 话話 该該 详詳 语語 误誤 说說 请請 读讀 调調 谢謝 谭譚 谷穀 财財 责責 "
    "账賬 贴貼 费費 贺賀 贾賈 资資 赖賴 赞讚贊 赵趙 车車 转轉 载載 辑輯 过過 还還 这這 进進 违違 "
    "连連 迟遲 邓鄧 邝鄺 邬鄔 邮郵 邹鄒 郑鄭 采採 里裡 钟鍾鐘 钱錢 链鏈 错錯 键鍵 镇鎮 长長 门門 "
    "闫閆 闭閉 问問 间間 闵閔 闻聞 阅閱 阎閻 队隊 阳陽 际際 陆陸 陈陳 险險 隐隱 难難 面麵 韦韋 "
    "韩韓 页頁 顶頂 项項 顾顧 预預 频頻 题題 风風 馈饋 马馬 驻駐 骆駱 验驗 鲁魯 鲍鮑 麦麥 黄黃 "
    "齐齊 龙龍 龚龔 "
    "义義 云雲 亚亞 产產 优優 伦倫 厦廈 园園 奖獎 尔爾 庆慶 总總 抢搶 换換 汉漢 滨濱 画畫 礼禮 "
    "红紅 纽紐 绿綠 莲蓮 营營 萨薩 计計 讲講 诸諸 购購 贵貴 赠贈 赢贏 输輸 边邊 运運 银銀 顿頓 "
    "领領 饭飯 馆館 "
    "筹籌 镜鏡 万萬 残殘 独獨 离離 终終 轩軒 辕轅 闾閭 "
    "旧舊 较較 亲親 划劃 历歷曆 节節 获獲 丝絲 态態 断斷 献獻 着著 脸臉 袭襲 诉訴 踪蹤 选選 锁鎖 须須 将將"
)
OTHER_FORMS = {pair[0]: pair for pair in FORMS.split()}
IN_CLASS = str.maketrans(OTHER_FORMS)
OUTSIDE = str.maketrans({character: f"[{forms}]" for character, forms in OTHER_FORMS.items()})
WHOLE = re.compile(r"(\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)", re.DOTALL)  # a class, or a sign behind a backslash


def both_spellings(pattern: str) -> str:
    """A regular expression in which each simplified character stands for its traditional forms too."""
    parts = WHOLE.split(pattern)  # every second one is a WHOLE
    parts[::2] = [part.translate(OUTSIDE) for part in parts[::2]]
    parts[1::2] = [part.translate(IN_CLASS) if part[0] == "[" else part for part in parts[1::2]]
    return "".join(parts)


def all_forms(characters: str) -> frozenset[str]:
    """The characters and their other forms, one by one."""
    return frozenset("".join(OTHER_FORMS.get(character, character) for character in characters))


class HanPattern(LazyPattern):
    """A LazyPattern that finds its Chinese words in simplified and in traditional characters."""

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(both_spellings(self.pattern), self.flags)
