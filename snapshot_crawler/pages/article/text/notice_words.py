"""Words of lines that speak to the reader, as data: one entry a line, each with what it is for. trimming.py uses them.

An entry is a regular expression; a plain word is one too.
"""

from __future__ import annotations

# -- Lines behind which only members may read on; searched at the beginning of a line ---------------------------------

FOR_MEMBERS = (
    "(?:本文|以下内容|全文)[为仅限]{1,2}.{0,6}(?:会员|订阅|付费)",  # this text is for members
    r".{0,20}剩余\s?[0-9.]+\s?[%％字]",  # so much is left, for subscribers
    r"(?:この記事は|ここから先は).{0,8}(?:会員|有料)",  # Japanese: from here on for members
    r"残り(?:文字数)?[：:]?\s?[0-9]",  # Japanese: so much is left
    "이 기사는.{0,8}(?:유료|회원)",  # Korean: this article is for subscribers
    "il vous reste [0-9]+",  # French: so much is left
    "(?:la suite|cet article) est réservée? aux abonnés",  # French: for subscribers
    r"(?:dieser artikel|weiterlesen) (?:ist )?(?:nur )?(?:für|mit) (?:abonnent|plus)",  # German
    r"(?:this|the rest of this) (?:article|story|content) is (?:only )?(?:available )?"
    r"(?:for|to) (?:our )?(?:subscribers|members)",
    "(?:contenido|artículo) (?:exclusivo )?(?:para|solo para) suscriptores",  # Spanish
)

# -- Sentences that speak to the reader or about rights, in a line that is not long ------------------------------------

NOTICE = (
    "扫(?:一扫|码|描)",  # scan the code
    "(?:识别|下方|上方|下图|左侧|右侧).{0,10}二维码",  # the QR code below
    "二维码.{0,8}(?:关注|下载|进入|加入|查看|了解)",  # QR code: follow, load, join
    r"^.{0,30}二维码\W*$",  # a line that ends in "QR code"
    "长按",  # press and hold the picture
    "点击(?:下方|上方|查看|阅读|进入)",  # click below
    "关注(?:我们|公众号|微信)",  # follow us, our account
    "微信(?:公众号|号|搜)",  # our WeChat account
    "下载.{0,8}(?:客户端|APP)",  # load the app
    "返回(?:搜狐|首页|列表)",  # back to the front page
    "查看更多",  # see more
    "本文(?:系|为|由).{0,20}(?:原创|授权|投稿)",  # this text is original, licensed, contributed
    "不代表.{0,12}(?:观点|立场)",  # not the view of this site
    "仅代表.{0,8}(?:作者|个人)",  # the author's own view
    "风险自担",  # at your own risk
    "侵权.{0,10}删除",  # rights infringed: will be deleted
    "联系.{0,10}删除",  # contact us to delete
    "版权(?:所有|归)",  # all rights reserved
    "未经.{0,8}(?:授权|许可)",  # not without permission
    "声明[:：]",  # notice:
    "违者必究",  # offenders will be prosecuted
    "打开.{0,6}APP",  # open the app
    "[用到]\\s?APP\\s?看新[闻]",  # read the news in the app
    "分享到",  # share on
    # How to reach us: a telephone or a mail, with its number
    r"(?:新闻|报料|爆料|投诉|维权|广告|服务|举报|监督|读者)(?:热线|电话|邮箱|信箱|QQ)\W{0,3}(?:[:：]|[0-9A-Za-z]|$)",
    "投稿(?:邮箱|信箱|请寄)",  # mail for contributions
    r"来稿请(?:寄|发|投)",
    "(?:点|按)(?:我|此|这里?)(?:下载|看|加入|订阅|进入|阅读|报名)",  # click here to load, see, join, subscribe
    "(?:欢迎|快来?|立即|马上|免费|现在就?)(?:加入|下载|订阅|关注|追踪|扫描).{0,12}"
    "(?:我们|APP|客户端|公众号|微信|好友|频道|电子报|二维码|会员|本报|本网)",  # join, load, subscribe, follow now
    "加入.{0,16}(?:好友|粉丝团|粉丝页|读者群|交流群)",  # become a friend, join the group
    "(?:按个?|点个)赞|点赞(?=$|[!！、]|支持|关注|分享|收藏|转发)",  # give a like
    "粉丝专?页",  # fan page
    "(?:追踪|订阅|关注).{0,12}(?:频道|Telegram|Instagram|YouTube|脸书|推特)",  # follow our channel
    "(?:看|读|收听).{0,6}(?:更多|完整)(?:新闻|报道|内容|文章)",  # read more news
    "继续(?:往下)?阅读",  # go on reading
    "(?:请|尚)未?(?:登录|注册)(?:后|即可|会员|才能)",  # log in to read
    "(?:限|仅限|仅供|专供)?会员(?:专享|专属|限定|才能|方可|可见|登录)",  # for members
    "(?:订阅|付费)后(?:即可|可|才能|阅读|查看)",  # for subscribers
    "(?:阅读|查看|解锁)(?:全文|完整)",  # read the whole text
    "更新(?:时间|于)[:：]",  # time of the last change
    "(?:责任|特别|免责|版权|郑重)声明",  # disclaimers
    "转载(?:请|须|需|务必|自|时)",  # name the source when you reprint
    "(?:不得|严禁|禁止|请勿|谢绝)(?:擅自)?(?:转载|复制|抄袭|翻印)",  # do not reprint
    "著作权(?:所有|归)",  # copyright
    r"(?:如有|若有|涉及).{0,12}(?:侵权|版权|错误|问题).{0,12}(?:联系|告知|来信|删除)",  # tell us of infringements
    "(?:欢迎|有奖)(?:投稿|爆料|报料|投书)",  # send us your story
    "(?:本网站?|本站)(?:有权|保留).{0,12}(?:删除|封锁|修改)",  # we may delete what you write
    "(?:纠错|挑错|报错)(?:热线|邮箱|有奖)?[:：]",  # tell us of mistakes
    "(?:留言|评论).{0,10}(?:将被|不代表|[须需]经)",  # rules of the comments
    "この記事は(?:会員|有料)",  # Japanese: for members
    "(?:会員|有料)(?:限定|登録)",  # Japanese: for members, register
    "無断(?:転載|複製)",  # Japanese: no reprint
    "(?:カテゴリー|公式|アカウント|タグ|記者|筆者).{0,6}をフォロー",  # Japanese: follow
    "ログインして",  # Japanese: log in to
    "무단\\s?(?:전재|복제|배포)",  # Korean: no reprint
    "저작권자",  # Korean: owner of the copyright
    "구독(?:하기|신청|하세요)",  # Korean: subscribe
    "제보를\\s?기다립니다",  # Korean: we wait for your story
    r"제보(?:하기|는\s?(?:카카오|이메일|전화))",  # Korean: send us your story
    "(?:articles?|story|content) (?:continues|continued) (?:below|after)",  # above an advert in the middle
    "(?:log|sign) in to (?:read|continue|view)",
    "already a (?:subscriber|member)",
    "(?:only|exclusively) (?:available )?(?:to|for) (?:our )?(?:members|subscribers)",
    "(?:follow|find|join|like) us on",
    "do you have a (?:story|tip)",
    r"^\(?(?:additional )?(?:reporting|editing|writing|compiled) by",
    r"\baffiliate",  # links that earn money
    "sign up for",
    "subscribe to",
    "follow us",
    "click here to",
    "download (?:our|the) app",
    "all rights reserved",
    "get our newsletter",
    "this (?:article|story) (?:was )?(?:originally|first) (?:appeared|published)",
    "(?:votre|your|su|sua|vostra) e-?mail\\b",  # what a form says about your address
    "please (?:e-?mail|write to|contact) us",
    "considered for publication",
    "(?:prześlij nam|schicken sie uns|envíanos|envoyez-nous|scrivici|пришлите нам|bize gönderin)",  # send us
    "(?:receba|recibe|recevez|ricevi|erhalten sie|get) .{0,60}"  # receive it by ...
    "(?:whatsapp|telegram|newsletter|e-?mail|inbox|bolet[ií]n)",
    "über dieses thema berichtete",  # German: which broadcast reported on this
    "(?:síguenos|siga-nos|suivez-nous|seguici|folgen sie uns) ",  # follow us
    "newsletter abonnieren",  # German: take the newsletter
    "jetzt abonnieren",  # German: subscribe now
    "suscr[ií]b[ea]",  # Spanish: subscribe
    "abonnez-vous",  # French: subscribe
    "abbonati",  # Italian: subscribe
)

# -- Lines inside an article that speak to the reader and belong to no text; the whole line ----------------------------

INSIDE = (
    r"\W*请?(?:继续|往下)(?:往下)?(?:阅读|看).{0,4}",  # go on reading
    r"\W*广告\W*(?:请?继续往下阅读)?\W*",  # advertisement, go on reading
    r"\W*(?:article|story) continues (?:below|after).{0,30}",
    r"\W*(?:advertisement|sponsored|promoted)(?:\W.{0,30})?",
    r"\W*(?:view|see|read) (?:more|gallery|image in fullscreen|comments)\W*",
    r"\W*(?:lesen sie|lire|leia|lea|leggi|read|baca) (?:auch|aussi|também|también|anche|also|juga)\W*",
    r"\W*(?:читайте|czytaj|lees|xem) (?:также|także|też|ook|thêm)\W*",
    r"\W*(?:延伸|相关|推荐|更多)阅读\W*",  # further reading
    r"\W*看更多\W*",  # see more
    r"\W*图片?来源\W.{0,20}",  # origin of the picture
    r"\W*(?:image|photo|picture|bild|foto|slide)\s\d+\s(?:of|von|de|sur|di)(?:\s/)?\s?\d+\W*",  # of a gallery
    r"\W*\d{1,3}\s?/\s?\d{1,3}\W*",
    r"\W*(?:back to gallery|hide caption|show caption|toggle caption|caption|close|enlarge|view gallery)\W*",
    # Advertisement, in twenty languages.
    r"\W*(?:anzeige|werbung|publicidade?|publicité|pubblicità|reklama?|reklám|reclame|annons|annonse|annonce|mainos|"
    r"hirdetés|διαφήμιση|реклама|iklan|quảng cáo|광고|広告|إعلان|פרסומת|विज्ञापन|โฆษณา)\W*",
    r"dalsza część artykułu .{0,40}",  # Polish: the article goes on below
    r"(?:der artikel geht|artikel wird|la suite après|el artículo continúa|continua (?:após|dopo)) .{0,40}",
)
