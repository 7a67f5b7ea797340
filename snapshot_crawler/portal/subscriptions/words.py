"""The words of the subscriptions' pages, in Chinese and English; portal/words.py takes them in."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "my": ("订阅", "Subscribe"),
    "my_search": ("订阅这个搜索", "Subscribe to this search"),
    "my_title": ("我的订阅", "My subscription"),
    "my_what": (
        "选定类别、来源与关键词，得到一个只有您知道的地址：那里有符合任一项的最新资讯，可在阅读器中订阅，也可接收通知。无需注册，没有密码。",
        "Choose categories, sources and keywords, and get an address that only you know. It has the newest articles "
        "that fit any of them, as a page and as feeds, and can send you notices. No account, no password.",
    ),
    "my_keep": (
        "请收藏本页地址。谁有这个地址，谁就能查看和修改这份订阅；遗失后无法找回。",
        "Keep the address of this page. Whoever has it can see and change this subscription; nobody can give it back.",
    ),
    "my_categories": ("类别", "Categories"),
    "my_sources": ("来源", "Sources"),
    "my_more_categories": ("其他类别，每行一个", "Other categories, one a line"),
    "my_more_sources": ("其他来源，每行一个", "Other sources, one a line"),
    "my_keywords": ("关键词，每行一个", "Keywords, one a line"),
    "my_keywords_how": (
        "写法与搜索相同：一行中空格隔开的词须同时出现，引号内的词连在一起，减号排除。",
        "As in the search: words of a line must all be there, those in quotation marks in a row, a minus takes out.",
    ),
    "my_create": ("建立订阅", "Make the subscription"),
    "my_save": ("保存", "Save"),
    "my_saved": ("已保存。", "Saved."),
    "my_wishes": ("订阅内容", "What you follow"),
    "my_newest": ("最新资讯", "Newest articles"),
    "my_nothing": ("暂无符合的资讯。", "No article fits yet."),
    "my_feeds": ("在阅读器中订阅", "In a feed reader"),
    "my_too_much": (
        "订阅内容太多：最多 {0} 项，其中关键词最多 {1} 行，每项最多 {2} 个字。",
        "That is too much: at most {0} lines, {1} of them keywords, of at most {2} characters each.",
    ),
    "my_full": ("现在无法建立新的订阅，请稍后再试。", "No new subscription can be made now. Please try again later."),
    "my_notices": ("通知", "Notices"),
    "my_notices_what": (
        "有符合的新资讯时发送通知，每小时至多一条。每条都带有停止链接。",
        "New articles that fit are sent to you, in one message an hour at most. Each has a link that stops them.",
    ),
    "my_kind": ("方式", "By"),
    "my_kind_mail": ("电子邮件", "Mail"),
    "my_kind_webhook": ("网络地址（Webhook，JSON）", "Web address (webhook, JSON)"),
    "my_address": ("地址", "Address"),
    "my_address_how": (
        "邮箱地址；或 https:// 开头的网址；或 Apprise 写法的聊天地址。",
        "A mail address; or one that begins with https://; or a chat's in the form of Apprise.",
    ),
    "my_begin": ("开始接收通知", "Send me notices"),
    "my_state_none": ("没有通知。", "No notices are sent."),
    "my_state_unconfirmed": (
        "已向 {0} 发送确认信。点开信中的链接并确认后，通知才会开始。",
        "A mail was sent to {0}. Notices begin when you open its link and confirm.",
    ),
    "my_state_on": ("通知发往 {0}。", "Notices go to {0}."),
    "my_state_failed": (
        "多次发送到 {0} 均未成功，通知已停止。",
        "Messages to {0} failed again and again, so notices have ended.",
    ),
    "my_signature": (
        "每条消息有签名 X-Signature-256（正文的 HMAC-SHA256），密钥：",
        "Each message is signed: X-Signature-256 is the HMAC-SHA256 of its body, with this key:",
    ),
    "my_stop": ("停止通知", "Stop notices"),
    "my_stop_question": ("不再接收「{0}」的通知？", "No more notices of {0}?"),
    "my_stopped": ("通知已停止，地址已删除。", "Notices have ended, and the address is deleted."),
    "my_confirm": ("确认接收通知", "Yes, send me notices"),
    "my_confirm_question": ("「{0}」的新资讯将发到这个邮箱。", "Notices of {0} will be sent to this mailbox."),
    "my_confirmed": ("通知已开始。", "Notices have begun."),
    "my_link_old": ("这个链接已失效。", "This link is no longer good."),
    "my_link_old_why": (
        "订阅已改用别的地址，或已经删除。",
        "The subscription has another address by now, or was deleted.",
    ),
    "my_delete": ("删除订阅", "Delete the subscription"),
    "my_delete_what": (
        "删除后，这个地址不再有效，无法恢复。",
        "This address will no longer exist, and nothing brings it back.",
    ),
    "my_deleted": ("订阅已删除。", "The subscription is deleted."),
    "my_kind_refused": ("本站不提供这种通知方式。", "This site does not offer that kind of notice."),
    "my_address_wrong": ("这个地址无法使用，请检查。", "This address cannot be used. Please check it."),
    "my_address_private": ("不能使用内部网络的地址。", "Addresses of private networks cannot be used."),
    "my_asked_too_often": (
        "确认信发送过多，请明天再试。",
        "Too many mails were asked for. Please try again tomorrow.",
    ),
}
