"""The words of dates in every language that the readers know: one table a kind of word, and sets made from them.

forms.py reads months, weekdays, clocks and halves of the day; relative.py reads "3 hours ago" and "yesterday". Both
make their patterns from these tables, and so do the cheap looks that decide whether a text can hold a time at all
(relative.has_words): a language is added here and nowhere else.

Names of months, units and "ago" come from the Unicode CLDR (calendars and relative times, long, short and narrow);
words for yesterday and the like from the same tables where Babel carries them, else from the language itself. A word
that means two months in two languages is left out. A library that reads whole dates in words was measured beside
these tables: 30 to 150 ms for the first date of a language and 1 to 3 ms for each one after, and it wants the date
cut out of its sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

# -- Months: names with and without inflection; line 1 is January ---------------------------------------------------

MONTH_NAMES = (
    "ene enero gen gener gennaio ian ianuarie jan janeiro januar januari january január januára janv janvier led "
    "leden ledna oca ocak sij siječanj siječnja sty styczeń stycznia tammi tammikuu tammikuuta ιαν ιανουάριος "
    "ιανουαρίου січ січень січня янв январь января яну януари يناير जनवरी",
    "feb febbraio febr febrer febrero februar februari februarie february február februára fev fevereiro févr février "
    "helmi helmikuu helmikuuta lut lutego luty velj veljača veljače úno únor února şub şubat φεβ φεβρουάριος "
    "φεβρουαρίου лют лютий лютого фев февр февраль февраля февруари فبراير شباط फ़रवरी फरवरी",
    "bře březen března maalis maaliskuu maaliskuuta maart mar marca march marec maret mars mart martie marts marzec "
    "marzo març março mrt márc március mär märz ožu ožujak ožujka μάρ μάρτιος μαρ μαρτίου бер березень березня мар "
    "март марта مارس آذار मार्च",
    "abr abril apr april aprile aprilie apríl apríla avr avril dub duben dubna huhti huhtikuu huhtikuuta kwi kwiecień "
    "kwietnia nis nisan tra travanj travnja ápr április απρ απρίλιος απριλίου апр апрель апреля април квіт квітень "
    "квітня أبريل نيسان अप्रैल",
    "kvě květen května mag maggio mai maig maio maj maja may mayo mayıs mei máj mája május svi svibanj svibnja touko "
    "toukokuu toukokuuta μάι μάιος μαΐ μαΐου май мая трав травень травня مايو أيار मई",
    "cze czerwca czerwiec giu giugno haz haziran iun iunie juin jun june junho juni junio juny jún júna június kesä "
    "kesäkuu kesäkuuta lipanj lipnja červen června čvn ιουν ιουνίου ιούν ιούνιος июн июнь июня черв червень червня "
    "юни يونيو حزيران जून",
    "heinä heinäkuu heinäkuuta iul iulie juil juillet jul julho juli julio juliol july júl júla július lipca lipiec "
    "lug luglio srpanj srpnja tem temmuz července červenec čvc ιουλ ιουλίου ιούλ ιούλιος июл июль июля лип липень "
    "липня юли يوليو تموز जुलाई",
    "ago agost agosto agu agustus août aug august augusta augusti augustus augusztus ağu ağustos elo elokuu elokuuta "
    "kol kolovoz kolovoza sie sierpień sierpnia srpen srpna αυγ αυγούστου αύγ αύγουστος авг август августа серп "
    "серпень серпня أغسطس अगस्त",
    "eyl eylül ruj rujan rujna sep sept september septembra septembre septembrie septiembre set setembre setembro "
    "settembre syys syyskuu syyskuuta szept szeptember wrz wrzesień września zář září σεπ σεπτέμβριος σεπτεμβρίου вер "
    "вересень вересня сент сентябрь сентября сеп септември سبتمبر أيلول सितंबर सितम्बर",
    "eki ekim loka lokakuu lokakuuta oct october octobre octombrie octubre okt oktober október októbra ott ottobre "
    "out outubro paź październik października říj říjen října οκτ οκτωβρίου οκτώβριος жовт жовтень жовтня окт "
    "октомври октябрь октября أكتوبر अक्टूबर",
    "kas kasım listopadu marras marraskuu marraskuuta noiembrie nov november novembra novembre novembro noviembre stu "
    "studeni studenoga νοέ νοέμβριος νοε νοεμβρίου лист листопад листопада ное ноември нояб ноябрь ноября نوفمبر "
    "नवंबर नवम्बर",
    "ara aralık dec december decembra decembrie des desember desembre dez dezember dezembro dic dicembre diciembre "
    "déc décembre gru grudnia grudzień joulu joulukuu joulukuuta pro prosinac prosinca prosince prosinec δεκ "
    "δεκέμβριος δεκεμβρίου груд грудень грудня дек декабрь декабря декември ديسمبر दिसंबर दिसम्बर",
)
VIETNAMESE_MONTHS = {f"tháng {number}": number for number in range(1, 13)}
# Names of two words, and Arabic names of the Levant and of the Maghreb; those of the Gulf and Egypt stand above.
ARABIC_MONTHS = {
    "كانون الثاني": 1, "تشرين الأول": 10, "تشرين الاول": 10, "تشرين الثاني": 11, "كانون الأول": 12, "كانون الاول": 12,
    "آب": 8, "شباط": 2, "ايار": 5, "ايلول": 9, "اغسطس": 8, "ابريل": 4, "اكتوبر": 10,
    "جانفي": 1, "فيفري": 2, "أفريل": 4, "ماي": 5, "جوان": 6, "جويلية": 7, "أوت": 8, "غشت": 8, "شتنبر": 9, "نونبر": 11,
    "دجنبر": 12,
}  # fmt: skip
# 八月 18th, 2023: blogs whose template is English and whose month is Chinese.
CHINESE_MONTHS = {
    f"{name}月": number for number, name in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), start=1)
}
MONTHS = (
    {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}
    | VIETNAMESE_MONTHS
    | ARABIC_MONTHS
    | CHINESE_MONTHS
)
# Eras that years are counted in, and the year before their first: 民國113年, 令和6年.
ERAS = {"民国": 1911, "令和": 2018, "平成": 1988, "昭和": 1925}

# -- Weekdays, where they stand between a day and its clock: 2023-08-18 星期五 07:02, 2023년 8월 18일 (금) ------------

WEEKDAYS = (
    "(?:星期|周|礼拜)[一二三四五六日天]",  # Chinese
    "[月火水木金土日]曜日?",  # Japanese
    r"(?<=\()[月火水木金土日](?=\))",  # Japanese in brackets
    "[월화수목금토일]요일",  # Korean
    r"(?<=\()[월화수목금토일](?=\))",
    "(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}",  # English
)

# -- Halves of the day: the hour that a clock's figures count from ----------------------------------------------------

# Before the clock: 下午3:04, 午後3時4分, 오후 3:04.
HALVES_BEFORE = {
    "上午": 0, "凌晨": 0, "清晨": 0, "早上": 0, "早": 0, "早间": 0, "晨间": 0, "中午": 12, "午间": 12, "下午": 12,
    "傍晚": 12, "晚上": 12, "晚间": 12, "晚": 12, "夜间": 12,
    "午前": 0, "午後": 12, "오전": 0, "오후": 12,
}  # fmt: skip
NOON_WORDS = frozenset({"中午", "午间"})  # 11 o'clock at noon is before twelve
# Behind the clock: 3:04 pm, 3:04 p. m., 3:04 μ.μ., ٣:٠٤ م, 3:04 chiều. Written without dots and spaces.
HALVES_BEHIND = {
    "am": 0, "pm": 12,
    "πμ": 0, "μμ": 12,
    "ص": 0, "م": 12, "صباحا": 0, "مساء": 12,
    "sáng": 0, "chiều": 12, "tối": 12,
    "öö": 0, "ös": 12,
    "上午": 0, "下午": 12,  # blogs with an English template: 8:02 上午
}  # fmt: skip

# -- Words between a day and its clock -------------------------------------------------------------------------------

AT = (
    "at", "on",  # English
    "um", "gegen",  # German
    "à", "às", "as", "a las", "a les", "alle", "alle ore", "ore",  # French, Portuguese, Spanish, Catalan, Italian
    "om", "kl.", "kl", "klo",  # Dutch and Swedish, the other Nordic languages
    "o", "o godz.", "ve", "v", "u", "la",  # Polish and Slovak, Czech, Croatian, Romanian
    "в", "о", "об", "у", "στις",  # Russian and Bulgarian, Ukrainian, Greek
    "saat", "pukul", "lúc",  # Turkish, Indonesian, Vietnamese
    "في الساعة", "الساعة",  # Arabic
)  # fmt: skip


# -- Relative times --------------------------------------------------------------------------------------------------


@dataclass(slots=True, frozen=True)
class RelativeWords:
    """How one language counts back from now. Words of a kind are parted by a space, phrases by a stroke.

    second, minute, hour, day: the unit's forms. A form that says a number by itself has it behind =: час=1.
    before, after: the word for "ago", before the number (vor 3 Stunden) or behind the unit (3 hours ago).
    one: words for 1 before a unit. today, yesterday, eve (the day before yesterday), now: words for whole times.
    half_hour: phrases for 30 minutes. less: words before an amount that make less of it (a quarter of an hour ago).
    Weeks, months and years are left out by choice: "2 weeks ago" names no day.
    """

    second: str
    minute: str
    hour: str
    day: str
    before: str = ""
    after: str = ""
    one: str = ""
    today: str = ""
    yesterday: str = ""
    eve: str = ""
    now: str = ""
    half_hour: str = ""
    less: str = ""


# Languages that part their words by spaces. Words for now mean "a moment ago": "right now" is a heading of live pages.
SPACED = {
    "en": RelativeWords(
        "second seconds sec s", "minute minutes min mins m", "hour hours hr hrs h", "day days d",
        after="ago", one="a an one", today="today", yesterday="yesterday", now="just now",
        half_hour="half an hour|half-an-hour|half a hour|a half hour|a half-hour|half hour",
        less="half of",
    ),
    "de": RelativeWords(
        "sekunde sekunden sek s", "minute minuten min m", "stunde stunden std h", "tag tage tagen",
        before="vor", one="einer einem eine", today="heute", yesterday="gestern", eve="vorgestern", now="gerade eben",
        half_hour="einer halben stunde",
    ),
    "fr": RelativeWords(
        "seconde secondes s", "minute minutes min mn", "heure heures h", "jour jours j",
        before="il y a", one="un une", today="aujourd'hui|aujourd’hui", yesterday="hier", eve="avant-hier",
        now="à l'instant|à l’instant",
        half_hour="une demi-heure|une demi heure",
    ),
    "es": RelativeWords(
        "segundo segundos s seg", "minuto minutos min", "hora horas h", "día días dia dias d",
        before="hace", one="un una", today="hoy", yesterday="ayer", eve="anteayer", now="hace un momento",
        half_hour="media hora",
    ),
    "it": RelativeWords(
        "secondo secondi sec s", "minuto minuti min", "ora ore h", "giorno giorni g gg",
        after="fa", one="un una un' un’", today="oggi", yesterday="ieri", eve="l'altro ieri|l’altro ieri",
        now="pochi istanti fa",
        half_hour="mezz'ora|mezz’ora|mezzora",
    ),
    "pt": RelativeWords(
        "segundo segundos seg s", "minuto minutos min", "hora horas h", "dia dias d",
        before="há", after="atrás", one="um uma", today="hoje", yesterday="ontem", eve="anteontem", now="agora mesmo",
        half_hour="meia hora",
    ),
    "ca": RelativeWords(
        "segon segons s", "minut minuts min", "hora hores h", "dia dies d",
        before="fa", one="un una", today="avui", yesterday="ahir", eve="abans-d'ahir", now="ara mateix",
        half_hour="mitja hora",
    ),
    "nl": RelativeWords(
        "seconde seconden sec", "minuut minuten min", "uur uren u", "dag dagen dgn",
        after="geleden", one="een één", today="vandaag", yesterday="gisteren", eve="eergisteren", now="zojuist",
        half_hour="een half uur|een halfuur|half uur",
    ),
    "sv": RelativeWords(
        "sekund sekunder s", "minut minuter min", "timme timmar tim h", "dag dagar d",
        after="sedan|sen", one="en ett", today="idag|i dag", yesterday="igår|i går", eve="i förrgår", now="nyss",
        half_hour="en halvtimme|en halv timme",
    ),
    "da": RelativeWords(
        "sekund sekunder sek", "minut minutter min", "time timer t", "dag dage",
        after="siden", one="en et", today="i dag", yesterday="i går", eve="i forgårs", now="for et øjeblik siden",
        half_hour="en halv time",
    ),
    "nb": RelativeWords(
        "sekund sekunder sek", "minutt minutter min", "time timer t", "dag dager døgn d",
        after="siden", one="en ett én", today="i dag", yesterday="i går", eve="i forgårs", now="for et øyeblikk siden",
        half_hour="en halvtime|en halv time",
    ),
    "fi": RelativeWords(
        "sekunti sekuntia s", "minuutti minuuttia min", "tunti tuntia t", "päivä päivää pv",
        after="sitten", one="yksi", today="tänään", yesterday="eilen", eve="toissapäivänä", now="hetki sitten",
        half_hour="puoli tuntia",
    ),
    "hu": RelativeWords(
        "másodperccel", "perccel", "órával", "nappal",
        after="ezelőtt", one="egy", yesterday="tegnap", eve="tegnapelőtt", now="az imént",
        half_hour="fél órával",
    ),
    "pl": RelativeWords(
        "sekunda sekundę=1 sekundy sekund sek s", "minuta minutę=1 minuty minut min",
        "godzina godzinę=1 godziny godzin godz h", "dzień dni dnia",
        after="temu", one="jedną jeden", today="dziś|dzisiaj", yesterday="wczoraj", eve="przedwczoraj",
        now="przed chwilą",
        half_hour="pół godziny",
    ),
    "cs": RelativeWords(
        "sekundou=1 sekundami sekundy s", "minutou=1 minutami minuty min", "hodinou=1 hodinami hodiny h",
        "dnem=1 dny dne",
        before="před", one="jednou jedním", today="dnes", yesterday="včera", eve="předevčírem", now="před chvílí",
        half_hour="půl hodinou|půlhodinou",
    ),
    "sk": RelativeWords(
        "sekundou=1 sekundami sekundy s", "minútou=1 minútami minúty min", "hodinou=1 hodinami hodiny h",
        "dňom=1 dňami dňa d",
        before="pred", one="jednou jedným", today="dnes", yesterday="včera", eve="predvčerom", now="pred chvíľou",
        half_hour="pol hodinou|polhodinou",
    ),
    "hr": RelativeWords(
        "sekundu=1 sekunde sekundi s", "minutu=1 minute minuta min", "sat=1 sata sati h", "dan=1 dana d",
        before="prije", one="jedan jednu", today="danas", yesterday="jučer", eve="prekjučer", now="upravo sada",
        half_hour="pola sata|pol sata",
    ),
    "ro": RelativeWords(
        "secundă secunde sec s", "minut minute min", "oră ore h", "zi zile",
        before="acum", one="o un", today="azi|astăzi", yesterday="ieri", eve="alaltăieri",
        half_hour="o jumătate de oră|jumătate de oră",
    ),
    "ru": RelativeWords(
        "секунду=1 секунды секунд сек с", "минуту=1 минуты минут мин", "час=1 часа часов ч", "день=1 дня дней дн",
        after="назад", one="один одну", today="сегодня", yesterday="вчера", eve="позавчера", now="только что",
        half_hour="полчаса",
    ),
    "uk": RelativeWords(
        "секунду=1 секунди секунд с", "хвилину=1 хвилини хвилин хв", "годину=1 години годин год",
        "день=1 дня дні днів дн",
        after="тому", one="один одну", today="сьогодні", yesterday="вчора|учора", eve="позавчора", now="щойно",
        half_hour="пів години|півгодини",
    ),
    "bg": RelativeWords(
        "секунда секунди сек", "минута минути мин", "час часа ч", "ден дни д",
        before="преди", one="един една", today="днес", yesterday="вчера", eve="завчера", now="току-що",
        half_hour="половин час",
    ),
    "el": RelativeWords(
        "δευτερόλεπτο δευτερόλεπτα δευτ δ", "λεπτό λεπτά λεπ λ", "ώρα ώρες ώ", "ημέρα ημέρες μέρα μέρες ημ",
        before="πριν από|πριν", after="πριν", one="ένα μία μια", today="σήμερα", yesterday="χθες|χτες", eve="προχθές",
        half_hour="μισή ώρα",
    ),
    "tr": RelativeWords(
        "saniye sn", "dakika dk", "saat sa", "gün",
        after="önce", one="bir", today="bugün", yesterday="dün", now="az önce",
        half_hour="yarım saat",
    ),
    "id": RelativeWords(
        "detik dtk", "menit mnt", "jam", "hari",
        after="yang lalu|lalu", one="satu", today="hari ini", yesterday="kemarin", now="baru saja",
        half_hour="setengah jam",
    ),
    "vi": RelativeWords(
        "giây", "phút", "giờ", "ngày",
        after="trước", one="một", today="hôm nay", yesterday="hôm qua", eve="hôm kia", now="vừa xong",
        half_hour="nửa giờ|nửa tiếng",
    ),
    "ar": RelativeWords(
        "ثانية=1 ثانيتين=2 ثوان ثوانٍ ثواني", "دقيقة=1 دقيقتين=2 دقائق", "ساعة=1 ساعتين=2 ساعات",
        "يوم=1 يومين=2 أيام يوما يومًا",
        before="قبل|منذ", today="اليوم", yesterday="أمس", eve="أول أمس",
        half_hour="نصف ساعة",
    ),
    "hi": RelativeWords(
        "सेकंड सेकेंड", "मिनट", "घंटे घंटा", "दिन",
        after="पहले", one="एक", today="आज", yesterday="कल",
        half_hour="आधा घंटा|आधे घंटे",
    ),
}  # fmt: skip

# Languages whose words may stand next to others without a space. Their units and words for "ago" are matched as they
# stand, so no word may be a part of another language's.
GLUED = {
    "zh": RelativeWords(
        "秒钟 秒", "分钟 分", "小时", "天",
        after="前|之前|以前", one="一", today="今天|今日", yesterday="昨天|昨日", eve="前天", now="刚刚|刚才",
    ),
    "ja": RelativeWords(
        "秒", "分", "時間", "日",
        after="前", today="今日|本日", yesterday="昨日|きのう", eve="一昨日|おととい", now="たった今",
    ),
    "ko": RelativeWords(
        "초", "분", "시간", "일",
        after="전", today="오늘", yesterday="어제", eve="그저께|그제", now="방금",
    ),
    "th": RelativeWords(
        "วินาที", "นาที", "ชั่วโมง ชม.", "วัน",
        after="ที่ผ่านมา|ที่แล้ว|ก่อน", today="วันนี้", yesterday="เมื่อวานนี้|เมื่อวาน", eve="เมื่อวานซืน", now="เมื่อสักครู่",
    ),
}  # fmt: skip
