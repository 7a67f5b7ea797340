"""What links of a list page say, as data: one entry a line, each with what it is for. listing.py compiles them.

An entry is a regular expression; a plain word is one too. A link's words decide whether it turns the page, names a
section, or leads to a service that holds no news.
"""

from __future__ import annotations

# The link to the next page; signs and a page number may stand around it.
NEXT = (
    "下一?[页頁]",  # next page
    "后一?[页頁]",  # page behind
    "下翻",  # turn down
    r"next(?:\s+page)?",
    r"older(?:\s+posts)?",  # blogs
    r"older\s+(?:stories|entries|articles|news)",
    "加载更多",  # load more
    "查看更多",  # see more
    r"(?:较|更|比较)[旧早]一?[点些]?的?(?:文章|新闻|消息|内容|帖子)?|旧的?文章|旧一页",  # older articles
    r"(?:以前|早前|往前|先前)的?(?:文章|新闻|消息|内容)",
    "次へ",  # Japanese
    r"(?:過去|以前|前)の(?:記事|投稿)",  # older articles
    r"次の(?:ページ|\d+件)",  # next page, next 20
    r"다음(?:\s?페이지)?",  # Korean
    "weiter",  # German
    r"nächste(?:\s+seite)?",
    r"ältere\s+\w+",  # older articles
    r"siguientes?(?:\s+página)?",  # Spanish
    r"página\s+siguiente",
    r"(?:entradas|noticias)\s+anteriores",  # older entries
    r"próxim[ao](?:\s+página)?",  # Portuguese
    r"suivant[es]?",  # French
    r"page\s+suivante",
    r"articles\s+(?:plus\s+anciens|précédents)",
    r"след(?:ующая|\.)?(?:\s+страница)?",  # Russian
    "далее",
    r"далі|наступна(?:\s+сторінка)?",  # Ukrainian
    r"(?:(?:halaman|laman)\s+)?(?:selanjutnya|berikutnya|seterusnya)",  # Indonesian, Malay
    r"trang\s+(?:sau|tiếp)|tiếp\s+theo",  # Vietnamese
    r"sonraki(?:\s+sayfa)?",  # Turkish
    r"(?:pagina\s+)?successiv[ao]|avanti|articoli\s+(?:più\s+vecchi|meno\s+recenti|precedenti)",  # Italian
    r"volgende(?:\s+pagina)?|oudere\s+berichten",  # Dutch
    r"następna(?:\s+strona)?|starsze(?:\s+\w+)?",  # Polish
    r"nästa(?:\s+sida)?|neste(?:\s+side)?|næste(?:\s+side)?",  # Swedish, Norwegian, Danish
    r"seuraava(?:\s+sivu)?",  # Finnish
    r"další(?:\s+(?:strana|stránka))?|ďalšia",  # Czech, Slovak
    r"következő(?:\s+oldal)?",  # Hungarian
    r"επόμενη(?:\s+σελίδα)?",  # Greek
    r"(?:pagina\s+)?următoarea",  # Romanian
    r"ถัดไป|หน้าถัดไป",  # Thai
    r"अगला(?:\s+पेज|\s+पृष्ठ)?",  # Hindi
    r"הבא|העמוד\s+הבא",  # Hebrew
    r"بعدی|صفحه\s+بعد",  # Persian
    "дальше",
    "التالي",  # Arabic
    r"الصفحة\s+التالية",
)

# The issue of the day before: a list of its own, to which nothing else may lead.
OLDER = (
    "上一?期",  # previous issue
    "前一?[日天期]",  # the day before
    "上一天",
    "往期",  # past issues
    "前日",  # Japanese
    "前の日",
    r"previous\s+(?:day|issue|edition)",
    "vortag",  # German
    r"día\s+anterior",  # Spanish
    r"jour\s+précédent",  # French
)

# What a reader presses to see more of a list.
MORE = (
    r"(?:load|show|view|see|read)?\s?more(?:\s\w+){0,2}",
    r"(?:load|show|view|see)\solder(?:\s\w+){0,2}",
    r"(?:点击)?(?:加载|查看|显示|浏览)?更多(?:新闻|内容|文章)?",  # more news
    r"(?:載入|查看|顯示|看)更多",  # the same, traditional
    r"もっと(?:見る|読む)",  # Japanese
    r"더\s?보기",  # Korean
    r"mehr(?:\s(?:anzeigen|laden|artikel))?",  # German
    r"(?:ver|veja|cargar|carregar|mostrar)\s(?:más|mais)(?:\s\w+){0,2}",  # Spanish, Portuguese
    r"(?:voir|charger|afficher)\splus",  # French
    r"(?:показать|загрузить)\sещ[её]",  # Russian
    r"(?:عرض\s)?المزيد",  # Arabic
    r"(?:muat|lihat|tampilkan|baca)\s(?:lebih\s)?(?:banyak|lainnya|lagi)(?:\s\w+){0,2}",  # Indonesian, Malay
    r"xem\sthêm",  # Vietnamese
    r"daha\sfazla(?:\s\w+){0,2}",  # Turkish
    r"(?:carica|mostra|vedi)\saltr[oiae](?:\s\w+){0,2}",  # Italian
    r"(?:toon|laad|meer)\s(?:meer|laden|nieuws|berichten)",  # Dutch
    r"(?:pokaż|załaduj|zobacz)\swięcej",  # Polish
    r"(?:visa|ladda|vis|hent|last)\s(?:fler|flere|mer|inn\sflere)(?:\s\w+)?",  # Swedish, Norwegian, Danish
)

# The other links of a pager; nothing else stands in them.
PAGER = (
    "首页",  # first page
    "首頁",  # the same, traditional
    "第一页",
    "尾页",  # last page
    "尾頁",
    "末页",
    "末頁",
    "最后一?页",
    "上一?[页頁]",  # previous page
    "前一?[页頁]",
    "first",
    "last",
    r"prev(?:ious)?(?:\s+page)?",
    r"newer(?:\s+posts)?",  # blogs
    r"第?\s*\d+\s*[页頁]?",  # page 3
    "前へ",  # Japanese
    "이전",  # Korean
    "zurück",  # German
    "anterior",  # Spanish, Portuguese
    "précédent",  # French
    "назад",  # Russian
    "السابق",  # Arabic
)

# Services of a site; searched anywhere in the link's words.
NOT_A_LIST = (
    "登录",  # log in
    "注册",  # register
    "退出",  # log out
    "关于",  # about us
    "联系",  # contact
    "帮助",  # help
    "反馈",  # feedback
    "投稿",  # contribute
    "招聘",  # jobs
    "隐私",  # privacy
    "协议",  # agreement
    "条款",  # terms
    "举报",  # report
    "广告",  # advertising
    "备案",  # registration of the site with the authorities
    "许可",  # licence
    "客户端",  # app
    "下载",  # download
    "设为首页",  # make this your home page
    "收藏",  # bookmark
    "无障碍",  # accessible version
    "订阅",  # subscribe
    "rss",
    r"log\s?in",
    r"sign\s?(?:in|up)",
    "register",
    "about",
    "contact",
    "help",
    "privacy",
    "terms",
    "subscribe",
    "advertis",
    "cookie",
    "skip to",  # the text, past the menu
    "關於",  # traditional
    "聯絡",
    "登入",
    "訂閱",
    "服務",
    "ログイン",  # Japanese
    "お問い合わせ",
    "利用規約",
    "로그인",  # Korean
    "회원가입",
    "impressum",  # German
    "datenschutz",
    "kontakt",
    r"^abo\b",
    "aviso legal",  # Spanish
    "contacto",
    "suscr[ií]b",
    "mentions légales",  # French
    "abonne",
    "войти",  # Russian
    "контакты",
    "реклама",
    "assine",  # Portuguese
    "من نحن",  # Arabic
    "اتصل",
)
