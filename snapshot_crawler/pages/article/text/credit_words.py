"""Words of lines that say who wrote a text, when, and for whom, as data: one entry a line, each with what it is for.

credits.py takes them out of such lines, beside those of author_words.py, bylines.py and source_words.py. An entry is a
regular expression; a plain word is one too.
"""

from __future__ import annotations

CREDIT_HAN = (
    "摄像",  # camera
    "视频",  # video
    "校对",  # proofread by
    "[初一二三终]审",  # checked by, in three steps
    "审[核校签]",
    "监制",  # produced by
    "报[道导]",  # reports
    "综合",  # compiled
    "本[报网台刊社]",  # this paper, this site, ...
    "(?:发布|发表|发稿|更新|编辑|刊登|出版|上载|首发)(?:时间|日期|于)?",  # time of publishing, of the change
    "[时日][间期]",  # time, date
    "星期[一二三四五六日天]",  # day of the week
    r"第\s?[0-9A-Z]+\s?[版期]",  # page, issue
    "评论|阅读|浏览|点击|播放|人气",  # comments, views
    "[条次]",
    "字[号体]",  # size of letters
    "来自|撰文|编译|整理|实习",
    "입력|수정|승인|등록|기자명?|송고|사진",  # Korean: entered, changed, approved, reporter, sent, picture
    "配信|公開|更新|掲載|記者",  # Japanese: sent, published, changed, printed, reporter
    "오전|오후",  # Korean: before noon, after noon
)
# Who else worked on a text: a line at its foot that begins with one of these, a colon and a name is no part of it.
COLLEAGUES_HAN = (
    "总?策划|统筹|监制|出品人?|制作|剪辑|配音|解说|出镜",  # planned, led, produced, made, cut, spoken by
    "摄[影像]|拍摄|供图|题图|配图|制图|海报|插画|视频|图片|美编|设计|排版",  # pictures, film, drawings, make-up
    "校对|审[核校签读]|[一二三初复终]审|主编|值班(?:编委|主任|总编)?",  # read, checked, answered for
    "写真|撮影|編集|構成|取材|監修|イラスト|動画",  # Japanese: pictures, edited, put together, reported, checked
    "사진|편집|그래픽|영상",  # Korean: pictures, edited, graphics, film
)
COLLEAGUES_LATIN = (
    "(?:edited|produced|illustrated|photographed|filmed|fact[- ]checked)(?:\\s+by)?|(?:sub-?)?editors?|producers?",
    "photos?(?:graphs?|graphy|graphers?)?|pictures?|images?|illustrations?|graphics?|videos?|camera",
    "fotos?|bild(?:er)?|grafik|illustration|schnitt|redaktion|redakteur(?:in)?",  # German
    "photos?|image|illustrations?|montage|édition",  # French
    "fotos?|foto(?:grafía|grafia)|vídeo|edición|edição|imagen|infografía",  # Spanish, Portuguese
    "foto(?:grafie)?|montaggio|редактор|фото|видео|корректор|ảnh|biên tập|editor|fotografer|مصدر الصورة|تصوير",
)
# Kinds of texts, before the author's name: Ein Kommentar von
KINDS = (
    "(?:a|an)?\\s*(?:comment(?:ary)?|opinion|analysis|essay|column|review|report|explainer|guest post)",
    "(?:ein|eine)?\\s*(?:kommentar|kolumne|analyse|reportage|interview|gastbeitrag|essay|bericht|porträt|glosse)",
    "(?:une?)?\\s*(?:chronique|tribune|analyse|reportage|entretien|éditorial)",  # French
    "(?:una?)?\\s*(?:análisis|opinión|columna|reportaje|entrevista|crónica|opinião|análise|coluna|reportagem)",
    "(?:una?)?\\s*(?:commento|analisi|reportage|intervista)",  # Italian
)
# What somebody is, as all of a line below the name.
OFFICES = (
    "reporters?|correspondents?|editors?|columnists?|(?:staff )?writers?|journalists?|contributors?",
    "redakteur(?:in)?|korrespondent(?:in)?|reporter(?:in)?|autor(?:in)?|journaliste|correspondante?",
    "periodista|redactora?|corresponsal|repórter|jornalista|giornalista|корреспондент|журналист|muhabir|wartawan",
)
# Where the pictures are from, as all of a line.
PICTURES_FROM = (
    "(?:文中|本文|文内)?(?:配?图片?|照片|视频)均?(?:由|来自|来源于?|为|系).{0,16}(?:提供|网络|截图|所[摄拍]|供图|资料)",
    "(?:作者|笔者)(?:单位|系|供职|现[任为])",  # the author's office
)
CREDIT_LATIN = (
    "originally|first|last|on|at|and|the",
    "updated?|modified|posted|published|edited|editing|staff|min(?:utes)? read",
    "aktualisiert|erstellt|stand|uhr|um|am|und|redaktion",  # German
    "publié|modifié|mis à jour|le|à|et|rédaction",  # French
    "publicado|actualizado|redacción|el|la|de|del|en|y",  # Spanish
    "atualizado|publicado em|há|às|redação",  # Portuguese
    "pubblicato|aggiornato|modifica|ore|il",  # Italian
    "giriş|güncelleme|güncellenme|yayınlanma|tarihi",  # Turkish
    "обновлено|опубликовано|корреспондент",  # Russian
    "نشر|في|آخر تحديث|تحديث",  # Arabic
    "cập nhật|ngày|thứ",  # Vietnamese
    "photos?|video|source",
    *KINDS,
    "[ap]m|gmt|utc|[ecmp][sd]?t|ist|hkt|jst|kst|cest?",  # halves of the day, zones
)
