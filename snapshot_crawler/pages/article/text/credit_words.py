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
    "[ap]m|gmt|utc|[ecmp][sd]?t|ist|hkt|jst|kst|cest?",  # halves of the day, zones
)
