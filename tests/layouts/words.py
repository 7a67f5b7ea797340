"""Invented stories in several languages: the facts that the layouts' pages show, and that a crawl must bring back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from snapshot_crawler.demo.grammar import Dice, Grammar

Words = dict[str, tuple[str, ...]]

ENGLISH: Words = {
    "who": ("The council", "A ferry company", "Twelve parents", "The harbour office", "A bakery", "The museum", "A choir"),
    "did": ("will repair", "has closed", "reopens", "wants to sell", "is looking for", "has counted", "paints"),
    "what": ("the old pier", "twelve benches", "the night bus", "a row of limes", "the market hall", "two bridges"),
    "why": ("after a winter of storms", "as costs keep rising", "following a vote", "for the first time in decades"),
    "name": ("Ada Winterbourne", "Tom Larkfield", "Priya Marlowe", "Joan Eddis"),
    "title": ("{who} {did} {what} {why}", "{who} {did} {what}", "Budget {n} passes", "Storm {n} nears"),
    "sentence": (
        "{who} {did} {what} {why}, said the mayor, who visited place {n} twice.",
        "According to a report of {n} pages, {who} {did} {what}.",
        "Residents of house {n} told this newspaper that nobody had asked them about {what}.",
        "The work is expected to cost {n} thousand and to last until spring, {why}.",
    ),
}  # fmt: skip
GERMAN: Words = {
    "who": ("Der Gemeinderat", "Die Feuerwehr", "Ein Verein", "Die Stadtwerke", "Das Museum", "Die Bäckerei"),
    "did": ("saniert", "schließt", "eröffnet", "verkauft", "plant", "zählt"),
    "what": ("die alte Brücke", "zwölf Parkbänke", "den Nachtbus", "das Freibad", "die Markthalle", "das Archiv"),
    "why": ("nach dem Sturm", "trotz hoher Kosten", "auf Wunsch der Anwohner", "zum ersten Mal seit Jahren"),
    "name": ("Jutta Fernhag", "Kilian Moosbrandt", "Elke Süderau"),
    "title": ("{who} {did} {what} {why}", "{what} kostet {n} Euro mehr"),
    "sentence": (
        "{who} {did} {what} {why}, wie es am Mittwoch in Raum {n} hieß.",
        "Nach einem Bericht von {n} Seiten dürften die Arbeiten bis zum Frühjahr dauern.",
        "Anwohner aus Haus {n} sagten dieser Zeitung, niemand habe sie nach ihrer Meinung gefragt.",
    ),
}  # fmt: skip
SPANISH: Words = {
    "who": ("El ayuntamiento", "La biblioteca", "Una cooperativa", "El puerto", "La escuela", "El museo"),
    "did": ("reparará", "ha cerrado", "reabre", "busca", "ha vendido", "cuenta"),
    "what": ("el muelle viejo", "doce bancos", "el autobús nocturno", "el mercado", "dos puentes", "la fuente"),
    "why": ("tras un invierno de tormentas", "por los costes", "después de una votación", "por primera vez en años"),
    "name": ("Inés Valdorrio", "Mateo Quintalba", "Lucía Peñarrosa"),
    "title": ("{who} {did} {what} {why}", "Vuelven {n} vecinos"),
    "sentence": (
        "{who} {did} {what} {why}, según dijo la alcaldesa, que visitó el lugar {n} veces.",
        "De acuerdo con un informe de {n} páginas, las obras durarán hasta la primavera.",
        "Los vecinos de la casa {n} contaron a este diario que nadie les había preguntado.",
    ),
}  # fmt: skip
RUSSIAN: Words = {
    "who": ("Городской совет", "Библиотека", "Музей", "Школа", "Речной порт", "Пекарня"),
    "did": ("починит", "закрывает", "открывает", "ищет", "посчитал", "готовит"),
    "what": ("старый причал", "двенадцать скамеек", "ночной автобус", "рынок", "два моста", "фонтан"),
    "why": ("после зимних штормов", "из-за расходов", "по просьбе жителей", "впервые за много лет"),
    "name": ("Вера Лугозорова", "Пётр Снежинцев", "Анна Тихобрегова"),
    "title": ("{who} {did} {what} {why}", "Вернулись {n} жителей"),
    "sentence": (
        "{who} {did} {what} {why}, рассказали в комнате {n} городской управы.",
        "Согласно отчёту на {n} страницах, работы продлятся до весны.",
        "Жители дома {n} сообщили нашему изданию, что их никто не спрашивал.",
    ),
}  # fmt: skip
PORTUGUESE: Words = {
    "who": ("A prefeitura", "A biblioteca", "Uma cooperativa", "O porto", "A escola", "O museu"),
    "did": ("vai reformar", "fechou", "reabre", "procura", "vendeu", "conta"),
    "what": ("o cais antigo", "doze bancos", "o ônibus noturno", "o mercado", "duas pontes", "a fonte"),
    "why": ("depois de um inverno de chuvas", "por causa dos custos", "após votação", "pela primeira vez em anos"),
    "name": ("Caio Montalvão", "Lívia Serradinho", "Rute Barrosela"),
    "title": ("{who} {did} {what} {why}", "Voltam {n} moradores"),
    "sentence": (
        "{who} {did} {what} {why}, disse a prefeita, que visitou o lugar {n} vezes.",
        "De acordo com um relatório de {n} páginas, as obras vão até a primavera.",
        "Moradores da casa {n} contaram à reportagem que ninguém lhes perguntou nada.",
    ),
}  # fmt: skip
JAPANESE: Words = {
    "who": ("波戸市", "市立図書館", "港の漁協", "北浜小学校", "商工会", "郷土資料館"),
    "did": ("を修復へ", "を再開", "を公開", "の担い手募る", "を調査", "を記念し式典"),
    "what": ("古い桟橋", "夜行バス", "朝市", "石橋", "灯台", "祭りの山車"),
    "why": ("台風被害から半年", "住民の声受け", "三十年ぶり", "来春にも"),
    "name": ("汐見楓太", "野々原澪", "白砂航"),
    "title": ("{who}、{what}{did} {why}", "{what}{did} {why}、{n}人参加"),
    "sentence": (
        "{who}は二十四日、{what}について説明会を開き、{n}人が集まった。",
        "担当者は「{why}、ようやく形になった」と話し、費用は約{n}万円を見込む。",
        "近くに住む女性（{n2}）は「子どものころから見てきた{what}が残るのはうれしい」と笑顔を見せた。",
        "同市によると、利用者は昨年度だけで延べ{n}人に上ったという。",
    ),
}  # fmt: skip
KOREAN: Words = {
    "who": ("해솔시", "시립도서관", "어촌계", "북항초등학교", "상인회", "향토박물관"),
    "did": ("보수한다", "다시 연다", "공개한다", "조사한다", "새로 꾸민다"),
    "what": ("낡은 부두를", "야간 버스를", "아침 시장을", "돌다리를", "등대를", "축제 마당을"),
    "why": ("태풍 반년 만에", "주민 요구에", "삼십 년 만에", "내년 봄부터"),
    "name": ("한바다", "솔가람", "윤노을"),
    "title": ("{who}, {why} {what} {did}", "{who} {what} {did}…{n}명 참여"),
    "sentence": (
        "{who}는 24일 설명회를 열고 {why} {what} {did}고 밝혔다. 이 자리에는 {n}명이 모였다.",
        "담당자는 “예산 {n}만원을 들여 내년 봄까지 공사를 마칠 계획”이라고 말했다.",
        "인근에 사는 주민 {n2}씨 가족은 “오래 기다린 일이라 반갑다”고 전했다.",
    ),
}  # fmt: skip
ARABIC: Words = {
    "who": ("المجلس البلدي", "المكتبة العامة", "جمعية الصيادين", "مدرسة الشاطئ", "المتحف", "إدارة الميناء"),
    "did": ("يعيد ترميم", "يفتتح", "يغلق", "يبحث عن ممول لـ", "يدرس مستقبل"),
    "what": ("الرصيف القديم", "السوق الشعبي", "الجسر الحجري", "المنارة", "الحديقة الكبرى"),
    "why": ("بعد عواصف الشتاء", "بطلب من السكان", "للمرة الأولى منذ سنوات", "رغم ارتفاع التكاليف"),
    "name": ("سهيل الواحاتي", "ريم النخلاوي", "نوران الساحلي"),
    "title": ("{who} {did} {what} {why}", "{n} مشارك في افتتاح {what}"),
    "sentence": (
        "أعلن {who} أن العمل في {what} سيبدأ قريبا {why}، بحضور {n} شخصا.",
        "وقال مسؤول إن التكلفة تبلغ نحو {n} ألف دينار وإن الأشغال ستنتهي في الربيع.",
        "وأوضح سكان الحي رقم {n} أنهم انتظروا هذه الخطوة طويلا ولم يسألهم أحد من قبل.",
    ),
}  # fmt: skip
TAIWANESE: Words = {
    "who": ("鷺洲鎮公所", "溪口國小", "社區發展協會", "漁會", "縣立圖書館", "在地青年團隊"),
    "did": ("重新啟用", "整修完工", "邀民眾參觀", "展開調查", "徵求志工"),
    "what": ("老碼頭", "百年石橋", "黃昏市場", "燈塔步道", "糖廠倉庫", "濱海公園"),
    "why": ("睽違三十年", "歷經半年籌備", "因應居民期待", "迎接春節"),
    "name": ("林霽舟", "陳望嵐", "吳汐禾"),
    "title": ("{what}{did} {why}吸引{n}人", "{who}{did}{what} {why}"),
    "sentence": (
        "{who}昨日舉辦說明會，表示{what}{why}終於有了進展，現場約{n}位民眾參加。",
        "承辦人員指出，整體經費約{n}萬元，預計明年春天前完成，屆時將免費開放。",
        "住在附近的居民說，從小看著{what}長大，如今能保留下來，{n2}歲的他非常感動。",
        "{who}也提醒，施工期間請民眾配合交通管制，相關資訊可洽服務專線分機{n}。",
    ),
}  # fmt: skip
CHINESE: Words = {"name": ("沈砚秋", "顾闻溪", "陆听澜", "苏晚舟", "韩知白"), "paper": ()}

DATELINE = re.compile(r"^(?:（[^）]*）|\S{2,10}讯\u3000)")  # it names a source, which most of the sites do not


@dataclass(frozen=True, slots=True)
class Story:
    """One article; number is its place in the site, counted from 0."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    at: datetime
    author: str
    second_author: str
    source: str
    section: str

    @property
    def body(self) -> str:
        """As the record must hold it."""
        return "\n\n".join(self.paragraphs)

    def html(self, before: str = "<p>", after: str = "</p>") -> str:
        """The text in markup."""
        return "".join(f"{before}{paragraph}{after}" for paragraph in self.paragraphs)


def _sentence(words: Words, pattern: str, dice: Dice) -> str:
    slots = {name: dice.pick(words[name]) for name in ("who", "did", "what", "why")}
    text = pattern.format(n=11 + dice.below(980), n2=21 + dice.below(70), **slots)
    return text[0].upper() + text[1:]


def write(
    words: Words, seed: str, count: int, *, sections: Sequence[str], newest: str = "2026-11-24 18:40",
    zone_h: float = 8, sources: Sequence[str] = (), hours: float = 17, paragraphs: int = 4,
) -> list[Story]:  # fmt: skip
    """That many stories, newest first, one section after the other; the same seed gives the same stories."""
    zone = timezone(timedelta(hours=zone_h))
    top = datetime.fromisoformat(newest).replace(tzinfo=zone)
    grammar, used, stories = Grammar(), set[str](), []
    is_spaced = words not in (JAPANESE, TAIWANESE)
    for number in range(count):
        dice = Dice(f"{seed}/{number}")
        kind = ("city", "culture", "sport")[number % 3]
        title = ""
        while not title or title in used:
            is_plain = words is CHINESE
            title = grammar.title(kind, dice) if is_plain else _sentence(words, dice.pick(words["title"]), dice)
        used.add(title)
        if words is CHINESE:
            text = tuple(DATELINE.sub("", each).replace("\u3000", " ") for each in grammar.paragraphs(kind, dice))
        else:
            text = tuple(
                (" " if is_spaced else "").join(_sentence(words, dice.pick(words["sentence"]), dice) for _ in range(3))
                for _ in range(paragraphs)
            )
        at = top - timedelta(hours=hours * number, minutes=dice.below(50))
        first, second = dice.sample(words["name"], 2)
        source = dice.pick(sources) if sources else ""
        stories.append(Story(number, title, text, at, first, second, source, sections[number % len(sections)]))
    return stories
