"""Words beside the time of an article, as data: one entry a line, each with what it is for. published.py compiles them.

An entry is a regular expression; a plain word is one too. They are searched in the text just before a time.
"""

from __future__ import annotations

PUBLISHED = (
    "(?:发布|发表|发稿|刊发|更新|上传|创建|录入|上线|首发|播出)(?:时间|日期|于)",  # time of publishing, of a change
    r"^\W{0,3}(?:时间|日期)\s*[:：]",  # time, date
    "published",
    "posted",
    "veröffentlicht",  # German
    "erstellt",  # German: made
    r"stand\s*:",  # German: as of
    "publié",  # French
    "publicado",  # Spanish, Portuguese
    "pubblicato",  # Italian
    "opublikowano",  # Polish
    "опубликован",  # Russian
    "입력|등록|승인|송고",  # Korean: entered, registered, approved, sent
)
# The time behind them is not the one of publishing.
NOT_PUBLISHED = (
    "今天是",  # today is
    "现在是",  # it is now
    "当前时间",  # current time
    "copyright",
    "©",
    "评论",  # comment
    "回复",  # reply
    "有效期",  # valid until
    "截止",  # ends
    "截至",  # until
    "开播",  # is first shown
    "(?:活动|举办|会议|考试)时间",  # time of an event, a meeting, an examination
    "updated?",
    "modified",
    "aktualisiert",  # German: updated
    "수정",  # Korean: changed
    "最后更新",  # last change
    "更新时间",  # time of the change
    "修改时间",
    "actualizado",  # Spanish, Portuguese: updated
    "mis à jour",  # French: updated
    "aggiornato",  # Italian: updated
)
UPDATED = (
    "最后更新",  # last change
    "更新时间",  # time of the change
    "修改时间",
    "수정",
    "更新",  # Japanese: changed
    "updated?",
    "modified",
    "aktualisiert",
    "actualizado",
    "atualizado",
    "mis à jour",
    "aggiornato",
    "обновлено",
    "güncelle(?:nme|me)",
    "تحديث",
)
