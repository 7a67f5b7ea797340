"""Ten more sites by the same stranger, of other systems, lands and habits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from tests.layouts.site import Site, day
from tests.layouts.strangers import in_gbk, of, sheets, tell
from tests.layouts.words import KOREAN, RUSSIAN, Story, Words, write

PROVINCE: Words = {
    "who": ("沧岳省发展改革委", "泽阳市农业农村局", "沧岳铁路集团", "省文物考古研究院", "临泽县政府", "省气象局"),
    "what": ("高标准农田建设", "城际铁路西延线", "古驿道保护利用", "秋粮收购", "乡村寄宿学校改造", "山区物流配送网"),
    "how": ("跑出加速度", "全面铺开", "交出新答卷", "迎来首批受益者", "写进年度清单", "打通最后一公里"),
    "name": ("黎明川", "汤沐雨", "费青岑", "宗小山", "聂朝云"),
    "title": ("{what}{how}", "沧岳：{what}{how}", "{what}何以{how}", "一线调研丨{what}{how}", "{who}{what}{how}"),
    "sentence": (
        "初冬时节，记者走进泽阳，田野里机声隆隆，{n}台套农机正在抢抓晴好天气作业。",
        "“过去靠天吃饭，如今靠渠吃饭。”种粮大户指着新修的渠道说，今年亩均增收{n2}元。",
        "{who}有关负责人表示，{what}是今年全省重点推进的{n2}件实事之一。",
        "据统计，前十个月全省共完成投资{n}亿元，带动就业{n2}万人，群众满意度稳步提升。",
        "在{n2}号施工点，塔吊林立，工人三班轮换，预计明年汛期前主体封顶。",
        "专家认为，{what}不仅要算经济账，也要算民生账、生态账。",
        "翻过一道山梁，{n2}公里外的村庄也通上了班车，老人们赶集再不用起早。",
        "目前，{what}已覆盖{n2}个县，其余地区将于明年三月前完成。",
        "采访结束时，天色已晚，值班室的灯还亮着，墙上挂着{n}份进度表。",
    ),
}  # fmt: skip
CULTURE: Words = {
    "who": ("省文化和旅游厅", "厅非遗处", "省图书馆", "省文化馆", "厅市场管理处", "省博物馆"),
    "what": ("冬季文旅消费季", "非遗代表性传承人评审", "公共文化服务效能评估", "旅游安全检查", "基层院团会演", "古籍修复培训班"),
    "how": ("在栾城举行", "工作部署会召开", "启动", "取得阶段性成果", "结果公示"),
    "name": ("", ""),
    "title": ("{what}{how}", "{who}组织开展{what}", "全省{what}{how}", "关于第{n2}批{what}有关事项的通知"),
    "sentence": (
        "{who}相关负责同志出席活动并讲话，各市州文化和旅游部门分管负责人{n2}人参加。",
        "活动期间，全省将推出{n}项惠民举措，发放消费券{n2}万张，覆盖景区、剧场和书店。",
        "会议强调，要坚持问题导向，对检查中发现的{n2}个问题建立清单、限期整改。",
        "评审专家组由{n2}人组成，采取材料审核与现场考察相结合的方式进行。",
        "各地要加强统筹协调，严格落实安全责任，确保{what}平稳有序。",
        "据介绍，今年以来全省公共文化场馆接待群众{n}万人次，延时开放场馆{n2}家。",
        "下一步，{who}将总结经验做法，适时在全省推广。",
    ),
}  # fmt: skip
HONG_KONG: Words = {
    "who": ("運輸署", "康文署", "浮光邨互助委員會", "離島區議員", "港島東醫院聯網", "消費者權益組織", "渡輪公司"),
    "what": ("海濱單車徑", "街市檔位重整", "深夜巴士路線", "屋邨升降機維修", "小輪加班航次", "流動圖書車", "劏房水費"),
    "how": ("居民盼早日落實", "下月起試行", "投訴急增", "區議會表決通過", "預算超支", "料明年完工"),
    "name": ("鍾曉嵐", "麥知遠", "區詠希", "連海晴"),
    "title": ("{what}{how}", "{what}｜{how} 涉{n}戶", "{who}：{what}{how}", "{what}惹關注 {n}人聯署"),
    "sentence": (
        "{who}今日回覆查詢時表示，已就{what}收到{n}宗意見，會與相關部門跟進。",
        "居住附近{n2}年的陳女士說，每日都要等近半小時，「落雨嗰陣最辛苦，希望快啲有改善」。",
        "文件顯示，有關工程預計開支為{n}萬元，較原先估算增加約{n2}%。",
        "關注團體批評當局諮詢不足，要求公開{what}的時間表及顧問報告。",
        "翻查資料，同類個案去年共錄得{n}宗，當中{n2}宗至今未有結果。",
        "記者上午在現場所見，職員正張貼通告，不少街坊駐足閱讀，亦有人拍照留念。",
        "{who}強調，會在安全的前提下盡快推展，並適時向公眾交代。",
        "有學者認為，{what}牽涉多個部門，單靠撥款未必能夠解決根本問題。",
    ),
}  # fmt: skip
NANYANG: Words = {
    "who": ("椰林镇华小董事部", "双溪商会", "中华大会堂", "州议员服务中心", "渔民公会", "光华校友会", "福利基金会"),
    "what": ("百年老店街", "校舍重建基金", "端午龙舟队", "社区巴士服务", "老人日托中心", "华乐团义演", "水灾赈济"),
    "how": ("筹得善款", "获拨款", "庆祝周年", "招募新血", "本周末举行", "盼各界支持"),
    "name": ("戴悦宁", "骆嘉文", "岑伟伦"),
    "title": ("{what}{how}", "{who}：{what}{how}", "{what}{how} {n}人出席"),
    "sentence": (
        "{who}日前召开会议，一致通过继续推动{what}，并感谢热心人士捐助{n}令吉。",
        "主席致词时说，{what}能够走过{n2}年，全赖先贤的远见和社区的支持。",
        "他指出，目前仍欠缺{n}千令吉，希望商家和校友踊跃响应。",
        "出席者包括各社团代表、家长和学生约{n}人，场面热闹。",
        "筹委会表示，有意参加者可于办公时间到秘书处报名，名额{n2}个。",
        "当天也颁发奖励金给{n2}名学生，鼓励他们继续努力。",
        "{who}认为，年轻一代愿意接棒，是{what}最值得高兴的事。",
    ),
}  # fmt: skip
TEXTILE: Words = {
    "who": ("锦川纺织集团", "越溪染整", "国产织机企业", "中部棉纺集群", "行业研究中心", "东篱家纺"),
    "what": ("无水染色工艺", "智能织造车间", "再生纤维认证", "面料柔性供应链", "棉纱期现价差", "高速喷气织机"),
    "how": ("走向规模化", "仍需过三关", "带来什么", "提速", "破题", "背后的账本"),
    "name": ("裘知夏", "经纬生", "罗素秋", "缪织云"),
    "title": ("{what}{how}", "{who}：{what}{how}", "深度｜{what}{how}", "{what}{how}——来自{n}家企业的调查"),
    "sentence": (
        "走进{who}的车间，{n}台设备整齐排列，机上故障率降到万分之{n2}，挡车工只需巡回查看屏幕。",
        "“订单小了、快了、杂了，老办法行不通。”一位厂长这样概括{what}的由来。",
        "调查显示，受访的{n}家企业中，有{n2}%已在产线上试用{what}，但真正算清成本的不多。",
        "设备商给出的回收期是{n2}个月，财务人员则更愿意按三年来算。",
        "在上游，化纤原料价格连续{n2}周走低，给了下游喘息的空间。",
        "标准缺位是绕不开的话题，不同检测机构给出的结果最多相差{n2}个百分点。",
        "{who}的做法是先改一个车间，再用省下的{n}万元改下一个。",
        "从出口看，前三季度相关产品出口额{n}万美元，新兴市场占比首次过半。",
        "业内人士提醒，{what}不是万能药，小企业更应量力而行。",
        "采访中，多位技术员提到人才断层，职校里学织造的班级只剩{n2}人。",
    ),
}  # fmt: skip
LIBRARY: Words = {
    "who": ("少儿部", "地方文献室", "借阅部", "志愿者服务队", "特殊群体阅览室"),
    "what": ("亲子绘本故事会", "汲水老照片征集", "流动书车进校园", "冬令时开放安排", "盲文读物借阅", "古诗词诵读"),
    "how": ("邀您参加", "活动预告", "圆满结束", "受到读者欢迎", "公告"),
    "name": ("", ""),
    "title": ("{what}{how}", "区图书馆{what}{how}", "{who}{what}{how}", "{what}（第{n2}场）{how}"),
    "sentence": (
        "为丰富广大读者的业余生活，区图书馆{who}定于本月举办{what}，名额{n2}人，报满即止。",
        "活动地点设在二楼多功能厅，请提前{n2}分钟到场签到，未成年读者须由家长陪同。",
        "活动现场气氛热烈，{n2}组家庭在馆员的带领下完成了阅读打卡。",
        "据统计，今年以来我馆共接待读者{n}千人次，外借图书{n2}千册次。",
        "读者可在服务台领取纪念书签一枚，先到先得。",
        "如有疑问，请在开馆时间拨打服务电话或到一楼总台咨询。",
        "感谢{n}位志愿者长期以来的支持，期待与您在书香中相遇。",
    ),
}  # fmt: skip
INDONESIAN: Words = {
    "who": ("Pemerintah desa", "Dinas perhubungan", "Koperasi nelayan", "Perpustakaan kota", "Warga kampung", "Pengelola pasar"),
    "what": ("dermaga lama", "jembatan gantung", "pasar pagi", "bus sekolah", "taman kota", "saluran irigasi"),
    "how": ("setelah banjir", "tahun depan", "atas usul warga", "untuk pertama kalinya", "dengan dana desa"),
    "name": ("Rangga Tirtawana", "Sekar Lembayung", "Bayu Samodra"),
    "title": ("{who} Perbaiki {what} {how}", "{who} Buka Kembali {what}", "Sebanyak {n} Orang Rawat {what} {how}"),
    "sentence": (
        "{who} memastikan pengerjaan {what} dimulai pekan ini dengan anggaran {n} juta rupiah.",
        "Sedikitnya {n} warga hadir dalam pertemuan itu dan menyampaikan {n2} usulan.",
        "“Kami sudah menunggu {n2} tahun, jadi kabar ini melegakan,” ujar seorang pedagang.",
        "Menurut catatan, {what} dipakai sekitar {n} orang setiap hari.",
        "Pekerjaan ditargetkan rampung dalam {n2} hari dan tidak mengganggu kegiatan warga.",
        "{who} juga meminta masyarakat ikut menjaga kebersihan di sekitar {what}.",
    ),
}  # fmt: skip
FRENCH: Words = {
    "who": ("La mairie", "Une association", "Le port", "L'école du bourg", "La médiathèque", "Un boulanger"),
    "what": ("le vieux lavoir", "la passerelle", "le marché couvert", "la salle des fêtes", "le petit train", "le phare"),
    "how": ("après la tempête", "malgré le coût", "à la demande des habitants", "pour la première fois"),
    "name": ("Solenn Kerdaniel", "Basile Montferrand", "Léonie Vauquelin"),
    "title": ("{who} rénove {what} {how}", "{who} veut sauver {what}", "Pour {what}, {n} habitants se mobilisent"),
    "sentence": (
        "{who} a présenté mardi son projet pour {what}, devant {n} personnes réunies dans la grande salle.",
        "Le chantier, estimé à {n} mille euros, doit durer {n2} semaines.",
        "« On attendait cela depuis {n2} ans », sourit une riveraine, qui passe chaque matin devant {what}.",
        "D'après un rapport de {n2} pages, les travaux ne peuvent plus être repoussés.",
        "Les bénévoles se retrouveront samedi à dix heures ; il reste {n2} places.",
        "L'idée est venue {how}, lors d'une réunion publique très suivie.",
    ),
}  # fmt: skip
MONTHS_ID = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
DAYS_ID = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()
PICTURES_ID = ("Suasana di lokasi, Selasa", "Warga bergotong royong", "Petugas mengukur lahan", "Anak-anak bermain")
MONTHS_FR = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
MONTHS_RU = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()


def slug_of(title: str) -> str:
    """The title in an address."""
    plain = title.lower().translate(str.maketrans("éèêàâîôûç'", "eeeaaiouc-"))
    return "-".join(w for w in plain.replace(",", "").split() if w.isascii())[:60].rstrip("-")


def province_paper() -> Site:
    """A provincial paper's site: three steps of breadcrumbs, bold lines between paragraphs, seconds, hot words."""
    site = Site("www.cangyuenews.example.cn")
    columns = {"省内要闻": "xinwen/snyw", "市州传真": "xinwen/szcz", "文旅沧岳": "wenlv/wlcy"}
    heads = {"xinwen": "新闻中心", "wenlv": "文旅频道"}
    stories = tell(PROVINCE, "cangyue", 27, sections=tuple(columns), step_h=15, sources=("沧岳日报", "沧岳网", "泽阳日报", "沧岳新闻客户端"))  # fmt: skip

    def path(s: Story) -> str:
        return f"/system/{s.at:%Y/%m/%d}/0{10917765 - 29 * s.number}.shtml"

    side = "".join(f'<li><span class="n{n}">{n}</span><a href="{path(s)}" title="{s.title}">{s.title}</a></li>' for n, s in enumerate(stories[2:20:3], 1))  # fmt: skip

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<li><a href="/{slug}/" target="_blank">{name}</a></li>' for name, slug in columns.items())
        return (
            f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8" />\n<meta http-equiv="X-UA-Compatible" content="IE=edge,chrome=1" />\n<title>{title}</title>\n<meta name="keywords" content="沧岳,新闻" />\n<link rel="stylesheet" href="/css/cy2023.css" />\n</head>\n<body>\n'
            f'<div class="cy-top"><div class="cy-wrap"><span>沧岳省重点新闻网站</span><span class="r"><a href="/epaper/">数字报</a><a href="/wap/">手机沧岳</a></span></div></div>\n<div class="cy-nav"><ul class="cy-wrap"><li><a href="/">首页</a></li>{nav}</ul></div>\n'
            f'<div class="cy-wrap cf"><div class="cy-l">{main}</div><div class="cy-r"><div class="gg">广告</div><h3>热点排行</h3><ol>{side}</ol></div></div>\n'
            '<div class="cy-foot"><p><a href="/about/">关于我们</a> | <a href="/about/lx.shtml">联系我们</a> | <a href="/about/sm.shtml">法律声明</a></p><p>沧岳日报社主管主办　互联网新闻信息服务许可证 99220260003　沧公网安备 99000002000055号</p><p>本网法律顾问：沧岳衡石律师事务所　新闻热线：0900-5550168</p></div>\n</body></html>'
        )

    site.add(
        "/about/",
        shell(
            "关于我们",
            "<h2>关于我们</h2><p>沧岳网由沧岳日报社主管主办，是全省综合性新闻网站。</p><p>网站设有新闻中心、文旅频道等栏目，每日更新。</p>",
        ),
    )
    blocks = "".join(
        f'<div class="blk"><div class="blk-t"><a href="/{slug}/">{name}</a></div><ul>'
        + "".join(f'<li><a href="{path(s)}" target="_blank">{s.title}</a></li>' for s in of(stories, name)[:6])
        + "</ul></div>"
        for name, slug in columns.items()
    )
    site.add("/", shell("沧岳网_沧岳新闻门户", blocks))
    for head, label in heads.items():
        mine = [s for s in stories if columns[s.section].startswith(head)]
        rows = "".join(f'<li><a href="{path(s)}">{s.title}</a></li>' for s in mine[:8])
        subs = "".join(f'<a href="/{slug}/">{name}</a> ' for name, slug in columns.items() if slug.startswith(head))
        site.add(f"/{head}/", shell(f"{label}_沧岳网", f'<div class="sub">{subs}</div><ul class="cy-list">{rows}</ul>'))
    for name, slug in columns.items():
        head = slug.split("/")[0]
        for number, count, part in sheets(of(stories, name), 4):
            rows = "".join(f'<li><h4><a href="{path(s)}" target="_blank">{s.title}</a></h4><p>{s.paragraphs[0][:50]}……[<a href="{path(s)}">详细</a>]</p><span>{s.at:%Y-%m-%d %H:%M}</span></li>' for s in part)  # fmt: skip
            files = [f"/{slug}/" if n == 1 else f"/{slug}/index_{n}.shtml" for n in range(1, count + 1)]
            pager = "".join(
                f'<a class="{"cur" if n == number else "num"}" href="{f}">{n}</a>' for n, f in enumerate(files, 1)
            )
            pager += f'<a class="next" href="{files[number]}">下一页</a>' if number < count else ""
            main = f'<div class="mbx"><a href="/">沧岳网</a> &gt; <a href="/{head}/">{heads[head]}</a> &gt; <a href="/{slug}/">{name}</a></div><ul class="cy-list">{rows}</ul><div class="cy-page">{pager}</div>'
            site.add(files[number - 1], shell(f"{name}_沧岳网", main))
    for s in stories:
        slug = columns[s.section]
        head = slug.split("/")[0]
        names = [s.author, s.second_author] if s.number % 3 == 0 else [s.author] if s.number % 5 else []
        by = (
            (f"<span>作者：记者 {names[0]}" + (f" 通讯员 {names[1]}" if len(names) > 1 else "") + "</span>")
            if names
            else ""
        )
        body = list(s.paragraphs)
        words = [f'<p style="text-indent: 2em;">{p}</p>' for p in body]
        if s.number % 4 == 1:
            body.insert(2, "从“有没有”到“好不好”")
            words.insert(2, '<p style="text-indent: 2em;"><strong>从“有没有”到“好不好”</strong></p>')
        main = (
            f'<div class="mbx">您的位置：<a href="/">沧岳网</a> &gt; <a href="/{head}/">{heads[head]}</a> &gt; <a href="/{slug}/">{s.section}</a> &gt; 正文</div><h1 id="cyTitle">{s.title}</h1>'
            f'<div class="cy-info"><span>{s.at:%Y-%m-%d %H:%M:00}</span><span>来源：{s.source}</span>{by}<span class="fx"><a href="javascript:void(0)">分享</a></span></div>'
            f'<div id="cyContent" class="cy-con">{"".join(words)}</div><div class="cy-zb"><p>值班主任：狄长风　责任编辑：邬小舟</p></div><div class="cy-rc">热词：<a href="/tags/1">沧岳</a><a href="/tags/2">民生</a></div>'
            '<div class="cy-jc">纠错热线：0900-5550168　凡本网注明“来源：沧岳日报”的作品，未经授权不得转载。</div>'
        )
        site.article(path(s), s, shell(f"{s.title}_{s.section}_沧岳网", main), source=s.source, authors=names, category=s.section, body="\n\n".join(body))  # fmt: skip
    return site


def culture_office() -> Site:
    """A province's office of culture: art_ addresses under the day, numbered columns, meta tags, pages by a query."""
    site = Site("whly.luancheng.example.cn")
    columns = {"文旅要闻": 41260, "公示公告": 41263, "市州动态": 41270}
    stories = tell(CULTURE, "luancheng", 24, sections=tuple(columns), step_h=33, sources=("厅办公室", "厅非遗处", "栾城市文化和旅游局"))  # fmt: skip

    def path(s: Story) -> str:
        return f"/art/{s.at.year}/{s.at.month}/{s.at.day}/art_{columns[s.section]}_{593317 - 53 * s.number}.html"

    def shell(title: str, main: str, metas: str = "") -> str:
        nav = "".join(f'<li><a href="/col/col{code}/index.html">{name}</a></li>' for name, code in columns.items())
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="SiteName" content="栾州省文化和旅游厅"><meta name="SiteDomain" content="whly.luancheng.example.cn">{metas}<title>{title}</title><script src="/script/0/2205.js"></script></head><body>'
            f'<div class="head" role="banner"><a class="wza" href="javascript:void(0)">无障碍浏览</a><a class="wza" href="javascript:void(0)">长者模式</a><img src="/picture/0/logo.png" alt="栾州省文化和旅游厅"><ul class="dh"><li><a href="/index.html">首页</a></li><li><a href="/col/col41258/index.html">机构职能</a></li>{nav}</ul></div><div class="bt-main">{main}</div>'
            '<div class="foot"><p><a href="/col/col41299/index.html">网站地图</a></p><p>主办单位：栾州省文化和旅游厅　ICP备案编号：栾ICP备20269001号　政府网站标识码：9900000028</p><p>地址：栾城市鼓楼街3号　联系电话：0901-5550120</p></div></body></html>'
        )

    def rows(found: Sequence[Story]) -> str:
        return "".join(f'<li><a title="{s.title}" target="_blank" href="{path(s)}">{s.title}</a><span class="bt-right">{s.at:%Y-%m-%d}</span></li>' for s in found)  # fmt: skip

    duties = "<h2>机构职能</h2><p>贯彻落实党和国家文化、旅游工作的方针政策，拟订全省规划并组织实施。</p><p>指导、管理全省文艺事业，推进公共文化服务体系建设。</p>"
    site.add("/col/col41258/index.html", shell("机构职能", duties))
    front = "".join(f'<div class="zl"><h3><a href="/col/col{code}/index.html">{name}</a></h3><ul>{rows(of(stories, name)[:5])}</ul></div>' for name, code in columns.items())  # fmt: skip
    for address in ("/", "/index.html"):
        site.add(address, shell("栾州省文化和旅游厅", front))
    for name, code in columns.items():
        base = f"/col/col{code}/index.html"
        for number, count, part in sheets(of(stories, name), 4):
            link = "index.html?uid=128031&amp;pageNum={}"
            pager = f'<span>共{len(of(stories, name))}条</span><span>第{number}/{count}页</span>' + (f'<a href="{link.format(number - 1)}">上一页</a>' if number > 1 else "")  # fmt: skip
            pager += (
                f'<a href="{link.format(number + 1)}">下一页</a><a href="{link.format(count)}">尾页</a>'
                if number < count
                else ""
            )
            text = shell(name, f'<div class="dqwz">当前位置：<a href="/index.html">首页</a> &gt; {name}</div><ul class="xxlb">{rows(part)}</ul><div class="default_pgContainer">{pager}</div>')  # fmt: skip
            if number == 1:
                site.add(base, text)
            site.add(f"{base}?uid=128031&pageNum={number}", text)
    for s in stories:
        metas = f'<meta name="ColumnName" content="{s.section}"><meta name="ArticleTitle" content="{s.title}"><meta name="PubDate" content="{s.at:%Y-%m-%d %H:%M}"><meta name="ContentSource" content="{s.source}">'
        words = "".join(f'<p style="text-indent: 2em; line-height: 2;">{p}</p>' for p in s.paragraphs)
        main = (
            f'<div class="dqwz">当前位置：<a href="/index.html">首页</a> &gt; <a href="/col/col{columns[s.section]}/index.html">{s.section}</a></div><div class="xl"><p class="xl-bt"><!--<$[标题名称(html)]>begin-->{s.title}<!--<$[标题名称(html)]>end--></p>'
            f'<div class="xl-xx"><span>发布时间：{s.at:%Y-%m-%d %H:%M}</span><span>信息来源：{s.source}</span><span>浏览次数：<i id="ll">{88 + s.number}</i></span><span>字号：[<a href="javascript:doZoom(20)">大</a> <a href="javascript:doZoom(18)">中</a> <a href="javascript:doZoom(16)">小</a>]</span></div>'
            f'<div class="xl-nr" id="zoom"><!--<$[信息内容]>begin-->{words}<!--<$[信息内容]>end--></div><div class="xl-dy"><a href="javascript:window.print()">打印</a><a href="javascript:window.close()">关闭</a></div></div>'
        )
        site.article(path(s), s, shell(s.title, main, metas), source=s.source, category=s.section)
    return site


def hong_kong_news() -> Site:
    """A Hong Kong news site: Chinese addresses, when published and when changed, generated class names, page state."""
    site = Site("www.fukwong.example.hk")
    columns = {"社區": "community", "突發": "breaking", "生活": "living"}
    stories = tell(HONG_KONG, "fukwong", 24, sections=tuple(columns), step_h=11)

    def path(s: Story) -> str:
        return f"/{s.section}新聞/{60318840 - 71 * s.number}/{s.title.replace('｜', '-').replace('：', '-').replace(' ', '-')}"

    def shell(title: str, main: str, head: str = "") -> str:
        nav = "".join(f'<a class="_1kz9x" href="/channel/{slug}/">{name}</a>' for name, slug in columns.items())
        return (
            f'<!DOCTYPE html><html lang="zh-HK"><head><meta charSet="utf-8"/><title>{title} | 浮光報</title><meta property="og:site_name" content="浮光報"/>{head}<style data-emotion="css 1x">.css-1x0a{{margin:0}}.css-9bq{{color:#333}}</style></head><body><div id="__next"><header class="css-1x0a"><a href="/" aria-label="浮光報"><svg width="80"></svg></a>{nav}</header>'
            f'<div class="css-77wq">{main}</div><footer class="css-f00t"><div>浮光報有限公司版權所有 不得轉載 © 2026</div><div><a href="/aboutus">關於我們</a><a href="/career">加入我們</a></div></footer></div><script id="__STATE__" type="application/json">{json.dumps({"props": {"lang": "zh-HK"}})}</script></body></html>'
        )

    def card(s: Story) -> str:
        return f'<div class="css-card"><a href="{path(s)}"><img src="/m/{s.number}.jpg" alt=""/></a><div><a class="css-t1" href="{path(s)}">{s.title}</a><div class="css-sub"><span>{s.section}</span><time>{s.at:%Y-%m-%d %H:%M}</time></div></div></div>'

    site.add(
        "/aboutus",
        shell(
            "關於我們",
            "<h1>關於我們</h1><p>浮光報是一份網上報章，由一群記者於二〇一七年創辦。</p><p>我們相信社區的小事同樣值得認真報道。</p>",
        ),
    )
    site.add("/", shell("首頁", "<h2>最新</h2>" + "".join(map(card, stories[:9]))))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 3):
            pager = "".join(f'<a class="{"css-on" if n == number else "css-off"}" href="/channel/{slug}/{"" if n == 1 else n}">{n}</a>' for n in range(1, count + 1))  # fmt: skip
            site.add(f"/channel/{slug}/" + ("" if number == 1 else str(number)), shell(name, f"<h1>{name}</h1>" + "".join(map(card, part)) + f'<div class="css-pgr">{pager}</div>'))  # fmt: skip
    for s in stories:
        later = s.at + timedelta(minutes=22 + s.number)
        words = "".join(f'<p class="css-9bq">{p}</p>' + ('<div class="css-adv">廣告</div>' if n == 1 else "") for n, p in enumerate(s.paragraphs))  # fmt: skip
        more = "".join(f'<li><a href="{path(o)}">{o.title}</a></li>' for o in of(stories, s.section)[:3] if o is not s)
        changed = f"<div>更新：<time>{later:%Y-%m-%d %H:%M}</time></div>" if s.number % 2 else ""
        main = (
            f'<article><nav class="css-bc"><a href="/">主頁</a><span>/</span><a href="/channel/{columns[s.section]}/">{s.section}</a></nav><h1 class="css-h1aa">{s.title}</h1><div class="css-meta"><div>撰文：<span>{s.author}</span></div><div>出版：<time>{s.at:%Y-%m-%d %H:%M}</time></div>{changed}</div>'
            f'<figure class="css-fig"><img src="/m/{s.number}.jpg" alt=""/><figcaption>現場情況。（資料圖片）</figcaption></figure><div class="css-body">{words}</div><div class="css-more"><h3>相關文章</h3><ul>{more}</ul></div></article>'
        )
        head = f'<meta property="og:title" content="{s.title}"/><meta property="og:type" content="article"/>'
        site.article(path(s), s, shell(s.title, main, head), authors=[s.author], category=s.section)
    return site


def nanyang_herald() -> Site:
    """A Chinese paper in Malaysia on a blog system without pretty addresses: days first, reporters behind a colon."""
    site = Site("www.yelinpao.example.my")
    columns = {"国内": 3, "社区": 4, "副刊": 9}
    told = tell(NANYANG, "yelin", 27, sections=tuple(columns), step_h=17)
    stories = [replace(s, paragraphs=(f"（双溪{s.at.day}日讯）{s.paragraphs[0]}", *s.paragraphs[1:])) for s in told]

    def path(s: Story) -> str:
        return f"/?p={48812 - 6 * s.number}"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<li class="menu-item"><a href="/?cat={code}">{name}</a></li>' for name, code in columns.items())
        recent = "".join(f'<li><a href="{path(s)}">{s.title}</a></li>' for s in stories[:5])
        return (
            f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="UTF-8"><title>{title}</title><link rel="pingback" href="/xmlrpc.php"><style id="global-styles-inline-css">body{{--wp--preset--color--black:#000}}</style></head><body class="wp-theme"><div id="page"><div id="masthead"><p class="site-title"><a href="/">椰林报</a></p><p class="site-description">南洋的声音</p><ul id="primary-menu">{nav}<li class="menu-item"><a href="/?page_id=2">关于椰林报</a></li></ul></div>'
            f'<div id="primary">{main}</div><div id="secondary"><section class="widget"><h3 class="widget-title">近期文章</h3><ul>{recent}</ul></section><section class="widget"><h3 class="widget-title">广告</h3><img src="/ad.gif" alt=""></section></div><div id="colophon">椰林报私人有限公司 (199901005550-V) 版权所有</div></div></body></html>'
        )

    def entry(s: Story) -> str:
        return f'<div class="post-item"><h2><a href="{path(s)}">{s.title}</a></h2><div class="post-date">{s.at:%d/%m/%Y}</div><div class="excerpt"><p>{s.paragraphs[0][:45]} [&hellip;]</p></div><a class="read-more" href="{path(s)}">阅读全文</a></div>'

    site.add(
        "/?page_id=2",
        shell(
            "关于椰林报 – 椰林报",
            "<h1>关于椰林报</h1><p>椰林报创刊于一九九九年，服务双溪及周边的华文读者。</p><p>欢迎各社团来函，编辑部保留删改的权利。</p>",
        ),
    )
    for key, name, found in (("", "椰林报", stories), *((f"cat={code}", name, of(stories, name)) for name, code in columns.items())):  # fmt: skip
        for number, count, part in sheets(found, 5):
            names = ["/" + ("?" if key or n > 1 else "") + "&amp;".join(x for x in (f"paged={n}" if n > 1 else "", key) if x) for n in range(1, count + 1)]  # fmt: skip
            pager = (
                f'<div class="nav-previous"><a href="{names[number]}">&larr; 较旧文章</a></div>'
                if number < count
                else ""
            )
            pager += (
                f'<div class="nav-next"><a href="{names[number - 2]}">较新文章 &rarr;</a></div>' if number > 1 else ""
            )
            site.add(names[number - 1].replace("&amp;", "&"), shell(f"{name} – 椰林报", f'<h1 class="page-title">{name}</h1>' + "".join(map(entry, part)) + f'<div class="posts-navigation">{pager}</div>'))  # fmt: skip
    for s in stories:
        by = f"<span>报道：{s.author}</span>" if s.number % 4 else ""
        photo = '<figure class="wp-block-image"><img src="/up/a.jpg" alt=""><figcaption>嘉宾与得奖学生合影。</figcaption></figure>'
        main = (
            f'<article id="post-{s.number}"><div class="cat-links"><a href="/?cat={columns[s.section]}" rel="category">{s.section}</a></div><h1 class="post-title">{s.title}</h1><div class="post-meta"><span>发布于 {s.at:%d/%m/%Y %H:%M}</span> {by}</div>'
            f'<div class="post-content">{photo if s.number % 2 else ""}{s.html()}</div><div class="post-tags">标签：<a href="/?tag=shuangxi">双溪</a></div></article><div id="comments"><h3>发表评论</h3><form><textarea></textarea><p>电邮地址不会被公开。</p></form></div>'
        )
        site.article(
            path(s), s, shell(f"{s.title} – 椰林报", main), authors=[s.author] if by else [], category=s.section
        )
    return site


def textile_paper() -> Site:
    """A trade's paper in GBK: features on several pages, no classes, an editor beside the writer."""
    site = Site("www.fangjibao.example.cn")
    columns = {"产业观察": "cygc", "技术装备": "jszb", "市场贸易": "scmy"}
    stories = tell(TEXTILE, "fangji", 21, sections=tuple(columns), step_h=29, low=6, high=9, sources=("纺机周报", "纺机周报", "锦川商报"))  # fmt: skip

    def stem(s: Story) -> str:
        return f"/{columns[s.section]}/{s.at:%Y-%m}/{s.at:%d}/content_{102399 - 8 * s.number}"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<td><a href="/{slug}/node.htm">{name}</a></td>' for name, slug in columns.items())
        return (
            f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gbk"><title>{title}</title></head><body><div style="width:980px;margin:0 auto"><img src="/t.jpg" alt="纺机周报网"><table width="100%"><tr><td><a href="/">首页</a></td>{nav}<td><a href="/dy.htm">报纸订阅</a></td></tr></table><div style="float:left;width:660px">{main}</div>'
            '<div style="float:right;width:300px"><b>订阅热线</b><div>0995-5550166</div><b>广告合作</b><div>0995-5550167</div></div><div style="clear:both;text-align:center">纺机周报社 版权所有　国内统一刊号 CN99-0055　地址：锦川市机杼路21号</div></div></body></html>'
        )

    site.add(
        "/dy.htm",
        shell(
            "报纸订阅",
            "<h3>报纸订阅</h3><p>纺机周报每周二出版，全年定价二百零八元，全国各地邮局均可订阅。</p><p>直接向报社订阅请来电索取订单。</p>",
        ),
    )
    front = "".join(f'<div><b>{name}</b> <a href="/{slug}/node.htm">更多&gt;&gt;</a></div><div>' + "".join(f'<div>· <a href="{stem(s)}.htm">{s.title}</a></div>' for s in of(stories, name)[:5]) + "</div>" for name, slug in columns.items())  # fmt: skip
    site.add("/", shell("纺机周报网", front))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 3):
            rows = "".join(f'<div style="line-height:32px">· <a href="{stem(s)}.htm" target="_blank">{s.title}</a>　<font color="gray">{s.at:%Y-%m-%d}</font></div>' for s in part)  # fmt: skip
            files = [f"node{'' if n == 1 else f'_{n}'}.htm" for n in range(1, count + 1)]
            pager = " ".join(
                f"<b>{n}</b>" if n == number else f'<a href="{f}">[{n}]</a>' for n, f in enumerate(files, 1)
            )
            site.add(
                f"/{slug}/{files[number - 1]}",
                shell(
                    f"{name}-纺机周报网",
                    f'<div><a href="/">首页</a> -&gt; {name}</div>{rows}<div style="text-align:center">{pager}</div>',
                ),
            )
    for s in stories:
        files = [f"{stem(s)}{x}.htm" for x in (("", "_2") if s.number % 3 else ("",))]
        size = math.ceil(len(s.paragraphs) / len(files))
        for n, file in enumerate(files):
            words = "".join(f"<p>　　{p}</p>\n" for p in s.paragraphs[n * size : (n + 1) * size])
            short = [f.rsplit("/", 1)[1] for f in files]
            pager = ""
            if len(files) > 1:
                pager = "".join(
                    f" <b>{k}</b> " if k == n + 1 else f' <a href="{f}">{k}</a> ' for k, f in enumerate(short, 1)
                )
                pager += (
                    f'<a href="{short[n + 1]}">下一页</a>'
                    if n + 1 < len(files)
                    else f'<a href="{short[n - 1]}">上一页</a>'
                )
                pager = f'<div align="center">{pager}</div>'
            main = (
                f'<div><a href="/">首页</a> -&gt; <a href="/{columns[s.section]}/node.htm">{s.section}</a> -&gt; 正文</div><h2 align="center">{s.title}</h2><div align="center">{s.at:%Y年%m月%d日 %H:%M}　来源：{s.source}　作者：{s.author}　编辑：庾小满</div><hr>'
                f'<div style="font-size:14px">{words}</div>{pager}<div align="right"><a href="javascript:window.print()">打印</a> <a href="#">返回顶部</a></div>'
            )
            site.add(file, shell(f"{s.title}-纺机周报网", main))
        site.truth(files[0], s, source=s.source, authors=[s.author], category=s.section)
    return in_gbk(site)


def district_library() -> Site:
    """A district's library on an old office system: a table as list that alone has the day, labels with ids, no metas."""
    site = Site("www.jishuilib.example.cn")
    columns = {"馆内动态": 2, "活动预告": 3, "读者园地": 6}
    stories = tell(LIBRARY, "jishui", 24, sections=tuple(columns), step_h=43, low=2, high=4)

    def path(s: Story) -> str:
        return f"/NewsShow.aspx?Id={3371 - 5 * s.number}"

    def shell(title: str, main: str, now: str = "") -> str:
        menu = "".join(
            f'<li{" class=sel" if name == now else ""}><a href="NewsList.aspx?type={code}">{name}</a></li>'
            for name, code in columns.items()
        )
        return (
            f'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"><html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>{title}</title></head><body><form name="form1" method="post" action="./" id="form1"><input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKMTY1NDU2" />'
            f'<div id="banner"><img src="images/banner.png" /></div><div id="wrap"><div id="left"><h3>新闻中心</h3><ul><li><a href="/">首页</a></li>{menu}<li><a href="Guide.aspx">入馆须知</a></li></ul><h3>开放时间</h3><div>周二至周日 9:00—20:30<br />周一闭馆</div></div><div id="right">{main}</div></div>'
            '<div id="bottom">汲水区图书馆　地址：汲水区书院巷12号　服务电话：0994-5550108</div></form></body></html>'
        )

    def table(found: Sequence[Story]) -> str:
        rows = "".join(f'<tr><td>{n}</td><td align="left"><a href="NewsShow.aspx?Id={3371 - 5 * s.number}">{s.title}</a></td><td>{s.at:%Y/%m/%d}</td></tr>' for n, s in enumerate(found, 1))  # fmt: skip
        return f'<table class="GridView" cellspacing="0" rules="all" border="1"><tr><th>序号</th><th>标题</th><th>发布日期</th></tr>{rows}</table>'

    site.add(
        "/Guide.aspx",
        shell(
            "入馆须知",
            "<h2>入馆须知</h2><p>读者入馆请保持安静，勿携带食品和宠物。</p><p>图书每次可借五册，借期三十天，可续借一次。</p>",
        ),
    )
    site.add("/", shell("汲水区图书馆", "".join(f"<h3>{name}</h3>{table(of(stories, name)[:5])}" for name in columns)))
    for name, code in columns.items():
        for number, count, part in sheets(of(stories, name), 4):
            links = "".join(f'<span style="margin-right:5px;font-weight:Bold;color:red;">{n}</span>' if n == number else f'<a href="NewsList.aspx?type={code}&amp;page={n}" style="margin-right:5px;">{n}</a>' for n in range(1, count + 1))  # fmt: skip
            links += (
                f'<a href="NewsList.aspx?type={code}&amp;page={number + 1}">下一页</a>'
                if number < count
                else '<a disabled="disabled">下一页</a>'
            )
            text = shell(
                f"{name}-汲水区图书馆",
                f'<div class="pos">当前栏目：{name}</div>{table(part)}<div id="AspNetPager1">{links}</div>',
                name,
            )
            if number == 1:
                site.add(f"/NewsList.aspx?type={code}", text)
            site.add(f"/NewsList.aspx?type={code}&page={number}", text)
    for s in stories:
        words = "".join(f"<p>&nbsp; &nbsp; &nbsp; &nbsp; {p}</p>" for p in s.paragraphs)
        main = (
            f'<div class="pos">当前栏目：<a href="NewsList.aspx?type={columns[s.section]}">{s.section}</a></div><div align="center"><span id="lblTitle" style="font-size:20px;font-weight:bold;">{s.title}</span></div><div align="center" class="gray">阅读次数：<span id="lblHits">{41 + 3 * s.number}</span></div>'
            f'<div class="nr"><span id="lblContent">{words}</span></div><div align="center"><a href="javascript:history.back()">【返回】</a></div>'
        )
        site.article(path(s), s, shell(f"{s.title}-汲水区图书馆", main, s.section), category=s.section, published_at=day(s.at))  # fmt: skip
    return site


def korean_weekly() -> Site:
    """A Korean local paper: query addresses, entered and changed, the reporter with a mail address under the text."""
    site = Site("www.haesolnews.example.kr")
    columns = {"사회": "S1N2", "경제": "S1N3", "문화": "S1N5"}
    stories = write(KOREAN, "haesol", 24, sections=tuple(columns), zone_h=9, hours=16)
    mails = {"한바다": "bada", "솔가람": "garam", "윤노을": "noeul"}

    def path(s: Story) -> str:
        return f"/news/articleView.html?idxno={220174 - 9 * s.number}"

    def shell(title: str, main: str) -> str:
        nav = "".join(
            f'<li><a href="/news/articleList.html?sc_section_code={code}&amp;view_type=sm">{name}</a></li>'
            for name, code in columns.items()
        )
        return (
            f'<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>{title} - 해솔신문</title><meta name="Copyright" content="해솔신문"></head><body id="user-section"><header id="user-header"><h1 class="logo"><a href="/">해솔신문</a></h1><nav><ul id="user-menu">{nav}</ul></nav></header><div id="user-container">{main}</div>'
            '<footer id="user-footer"><ul><li><a href="/com/com-1.html">신문사소개</a></li><li><a href="/com/ad.html">광고문의</a></li></ul><p>해솔시 등대로 55 | 대표전화 055-555-0190 | 등록번호 : 경남 아99955 | 청소년보호책임자 : 문하늘</p><p>Copyright &copy; 2026 해솔신문. All rights reserved.</p></footer></body></html>'
        )

    def item(s: Story) -> str:
        return f'<li><a class="thumb" href="{path(s)}"><img src="/thumb/{s.number}.jpg" alt=""></a><h4 class="titles"><a href="{path(s)}">{s.title}</a></h4><p class="lead">{s.paragraphs[0][:60]}</p><span class="byline"><em>{s.section}</em><em>{s.author} 기자</em><em>{s.at:%Y.%m.%d %H:%M}</em></span></li>'

    site.add(
        "/com/com-1.html",
        shell(
            "신문사소개",
            "<h2>신문사소개</h2><p>해솔신문은 2003년 창간한 지역 주간지입니다.</p><p>제보는 전화나 우편으로 받습니다.</p>",
        ),
    )
    site.add("/", shell("해솔신문", f'<ul class="main">{"".join(map(item, stories[:8]))}</ul>'))
    for name, code in columns.items():
        link = f"/news/articleList.html?sc_section_code={code}&view_type=sm"
        for number, count, part in sheets(of(stories, name), 4):
            pager = "".join(f'<li{" class=active" if n == number else ""}><a href="{f"/news/articleList.html?page={n}&sc_section_code={code}&view_type=sm".replace("&", "&amp;")}">{n}</a></li>' for n in range(1, count + 1))  # fmt: skip
            text = shell(
                name,
                f'<h2>{name}</h2><ul class="type2">{"".join(map(item, part))}</ul><ul class="pagination">{pager}</ul>',
            )
            if number == 1:
                site.add(link, text)
            site.add(f"/news/articleList.html?page={number}&sc_section_code={code}&view_type=sm", text)
    for s in stories:
        later = s.at + timedelta(minutes=31)
        changed = f"<li>수정 {later:%Y.%m.%d %H:%M}</li>" if s.number % 2 else ""
        popular = "".join(f'<li><a href="{path(o)}">{o.title}</a></li>' for o in stories[3:8] if o is not s)
        main = (
            f'<div class="location"><a href="/">홈</a> &gt; <a href="/news/articleList.html?sc_section_code={columns[s.section]}&amp;view_type=sm">{s.section}</a></div><h3 class="heading">{s.title}</h3><ul class="infomation"><li>{s.author} 기자</li><li>입력 {s.at:%Y.%m.%d %H:%M}</li>{changed}<li>댓글 0</li></ul>'
            f'<div class="tools"><button>글자크기 +</button><button>인쇄</button></div><article id="article-view-content-div"><figure><img src="/photo/{s.number}.jpg" alt=""><figcaption>행사장 모습. /해솔신문</figcaption></figure>{s.html()}</article><div class="writer"><strong>{s.author} 기자</strong> <a href="mailto:{mails[s.author]}@haesolnews.example.kr">{mails[s.author]}@haesolnews.example.kr</a></div><div class="copyright">저작권자 &copy; 해솔신문 무단전재 및 재배포 금지</div>'
            f"<aside><h4>많이 본 뉴스</h4><ol>{popular}</ol></aside>"
        )
        site.article(path(s), s, shell(s.title, main), authors=[s.author], category=s.section)
    return site


def indonesian_post() -> Site:
    """An Indonesian regional site: day names and WIB, writer and editor, a link to another story inside the text."""
    site = Site("www.tanjungpos.example.id")
    columns = {"Daerah": "daerah", "Ekonomi": "ekonomi", "Pendidikan": "pendidikan"}
    stories = tell(INDONESIAN, "tanjung", 24, sections=tuple(columns), zone_h=7, step_h=17, glue=" ")

    def path(s: Story) -> str:
        return f"/{columns[s.section]}/read/{774210 - 13 * s.number}/{slug_of(s.title)}"

    def when(s: Story) -> str:
        return f"{DAYS_ID[s.at.weekday()]}, {s.at.day} {MONTHS_ID[s.at.month - 1]} {s.at.year} | {s.at:%H:%M} WIB"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<li><a href="/{slug}">{name}</a></li>' for name, slug in columns.items())
        return (
            f'<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{title} - Tanjung Pos</title><meta name="viewport" content="width=device-width"></head><body><div class="top-bar"><a href="/"><img src="/logo.svg" alt="Tanjung Pos"></a><ul class="menu-utama"><li><a href="/">Beranda</a></li>{nav}</ul></div><div class="row"><div class="col-8">{main}</div>'
            '<div class="col-4"><div class="iklan">IKLAN</div><h3>Topik Populer</h3><a href="/tag/banjir">#banjir</a> <a href="/tag/pasar">#pasar</a></div></div><div class="kaki"><a href="/tentang-kami">Tentang Kami</a> <a href="/pedoman">Pedoman Media Siber</a> <a href="/kontak">Kontak</a><p>&copy; 2026 PT Tanjung Media Pesisir. Jalan Mercusuar 55.</p></div></body></html>'
        )

    def card(s: Story) -> str:
        return f'<div class="berita-item"><a href="{path(s)}"><img src="/foto/{s.number}.jpg" alt=""></a><span class="kanal">{s.section}</span><h3><a href="{path(s)}">{s.title}</a></h3><span class="tgl">{when(s)}</span></div>'

    site.add(
        "/tentang-kami",
        shell(
            "Tentang Kami",
            "<h1>Tentang Kami</h1><p>Tanjung Pos adalah media daring yang meliput kehidupan warga pesisir sejak 2015.</p><p>Redaksi menerima surat pembaca setiap hari kerja.</p>",
        ),
    )
    site.add("/", shell("Berita Pesisir Terkini", "<h2>Terbaru</h2>" + "".join(map(card, stories[:8]))))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 3):
            more = (
                f'<a class="btn-muat" href="/{slug}?page={number + 1}">Muat Lebih Banyak</a>' if number < count else ""
            )
            site.add(
                f"/{slug}" + ("" if number == 1 else f"?page={number}"),
                shell(name, f"<h1>{name}</h1>" + "".join(map(card, part)) + more),
            )
    for s in stories:
        other = of(stories, s.section)[(s.number // 3 + 2) % 8]
        words = [f"<p>{p}</p>" for p in s.paragraphs]
        words.insert(
            1, f'<p class="baca-juga"><strong>Baca juga: <a href="{path(other)}">{other.title}</a></strong></p>'
        )
        main = (
            f'<div class="jejak"><a href="/">Beranda</a> / <a href="/{columns[s.section]}">{s.section}</a></div><h1 class="judul">{s.title}</h1><div class="info-berita"><div class="waktu">{when(s)}</div><div>Penulis: {s.author}</div><div>Editor: Galih Prameswara</div></div>'
            f'<div class="foto-utama"><img src="/foto/{s.number}.jpg" alt=""><div class="keterangan">{PICTURES_ID[s.number % 4]}. (Foto: Tanjung Pos)</div></div><div class="isi-berita">{"".join(words)}</div><div class="bagikan">Bagikan: <a href="#wa">WhatsApp</a> <a href="#tg">Telegram</a></div><h3>Berita Terkait</h3>{"".join(card(o) for o in of(stories, s.section)[:3] if o is not s)}'
        )
        site.article(path(s), s, shell(s.title, main), authors=[s.author], category=s.section)
    return site


def french_journal() -> Site:
    """A French local paper: hours with an h, a section of photo stories of one paragraph, a box for subscribers."""
    site = Site("www.echo-ploubriac.example.fr")
    columns = {"Vie locale": "vie-locale", "Économie": "economie", "En images": "en-images"}
    stories = tell(FRENCH, "ploubriac", 24, sections=tuple(columns), zone_h=1, step_h=20, glue=" ")

    def path(s: Story) -> str:
        return f"/{columns[s.section]}/{slug_of(s.title)}_{118830 - 7 * s.number}.html"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<li><a href="/{slug}/">{name}</a></li>' for name, slug in columns.items())
        return (
            f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title} | L’Écho de Ploubriac</title></head><body><header><a class="marque" href="/">L’Écho de Ploubriac</a><nav aria-label="Menu principal"><ul>{nav}<li><a href="/abonnement/">S’abonner</a></li></ul></nav></header><main>{main}</main>'
            '<footer><ul><li><a href="/mentions-legales/">Mentions légales</a></li><li><a href="/abonnement/">Abonnement</a></li></ul><p>L’Écho de Ploubriac, 5 quai des Sabliers, 00550 Ploubriac. Tous droits réservés.</p></footer></body></html>'
        )

    def vignette(s: Story) -> str:
        return f'<div class="vignette"><a href="{path(s)}"><img src="/img/{s.number}-s.jpg" alt=""><span class="vignette-titre">{s.title}</span></a><span class="vignette-date">{s.at:%d/%m/%Y}</span></div>'

    site.add(
        "/mentions-legales/",
        shell(
            "Mentions légales",
            "<h1>Mentions légales</h1><p>Le site est édité par la société L’Écho de Ploubriac, au capital de 5 500 euros.</p><p>Directrice de la publication : la gérante.</p>",
        ),
    )
    site.add(
        "/abonnement/",
        shell(
            "S’abonner",
            "<h1>S’abonner</h1><p>Recevez le journal chaque jeudi chez vous, pour quatre euros par mois.</p>",
        ),
    )
    site.add("/", shell("Accueil", "<h2>À la une</h2>" + "".join(map(vignette, stories[:9]))))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 3):
            pager = (f'<a href="/{slug}/{"" if number == 2 else f"page-{number - 1}/"}">Précédent</a>' if number > 1 else "") + f"<span>{number} / {count}</span>"  # fmt: skip
            pager += f'<a href="/{slug}/page-{number + 1}/">Suivant</a>' if number < count else ""
            site.add(f"/{slug}/" + ("" if number == 1 else f"page-{number}/"), shell(name, f"<h1>{name}</h1>" + "".join(map(vignette, part)) + f'<div class="pagination">{pager}</div>'))  # fmt: skip
    for s in stories:
        is_photo = s.section == "En images"
        body = s.paragraphs[:1] if is_photo else s.paragraphs
        gallery = "".join(
            f'<figure><img src="/img/{s.number}-{n}.jpg" alt=""><figcaption>Photo {n} sur 4</figcaption></figure>'
            for n in range(1, 5)
        )
        main = (
            f'<div class="fil"><a href="/">Accueil</a> › <a href="/{columns[s.section]}/">{s.section}</a></div><article><h1>{s.title}</h1><div class="signature">Par <span class="auteur">{s.author}</span></div><div class="dates">Publié le {s.at.day} {MONTHS_FR[s.at.month - 1]} {s.at.year} à {s.at.hour}h{s.at:%M}</div><div class="partage"><a href="#courriel">Envoyer par courriel</a><a href="#imprimer">Imprimer</a></div>'
            f'<div class="corps">{"".join(f"<p>{p}</p>" for p in body)}</div>{gallery if is_photo else ""}</article><div class="encart"><h2>Soutenez la presse locale</h2><p>Abonnez-vous pour quatre euros par mois.</p></div><section><h2>Lire aussi</h2>{"".join(map(vignette, stories[5:8]))}</section>'
        )
        site.article(path(s), s, shell(s.title, main), authors=[s.author], category=s.section, body="\n\n".join(body))
    return site


def russian_courier() -> Site:
    """A Russian town's site: months in words, source and author in a line, a button to more with an address."""
    site = Site("www.lugozor.example.ru")
    columns = {"Город": "gorod", "Общество": "obshchestvo", "Культура": "kultura"}
    sources = ("пресс-служба управы", "Лугозорский курьер", "речной порт")
    stories = write(RUSSIAN, "lugozor", 24, sections=tuple(columns), zone_h=3, hours=18, sources=sources)

    def path(s: Story) -> str:
        return f"/{columns[s.section]}/{s.at:%Y/%m/%d}/{50912 - 4 * s.number}/"

    def when(s: Story) -> str:
        return f"{s.at.day} {MONTHS_RU[s.at.month - 1]} {s.at.year}, {s.at:%H:%M}"

    def shell(title: str, main: str) -> str:
        nav = "".join(f'<a class="nav-link" href="/{slug}/">{name}</a>' for name, slug in columns.items())
        return (
            f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>{title} — Лугозорский курьер</title><script>window.dataLayer=window.dataLayer||[];</script></head><body><div class="header"><a class="brand" href="/">Лугозорский курьер</a><div class="menu">{nav}<a class="nav-link" href="/kontakty/">Контакты</a></div></div><div class="page">{main}</div>'
            '<div class="footer"><p>Сетевое издание «Лугозорский курьер». Свидетельство о регистрации ЭЛ № 55-50199. Учредитель: ООО «Курьер».</p><p>Телефон редакции: 8 (555) 555-01-99. Главный редактор: Мирон Заречный. 16+</p></div></body></html>'
        )

    def item(s: Story) -> str:
        return f'<div class="news-item"><div class="news-item__date">{when(s)}</div><a class="news-item__title" href="{path(s)}">{s.title}</a></div>'

    site.add(
        "/kontakty/",
        shell(
            "Контакты",
            "<h1>Контакты</h1><p>Редакция находится на Набережной улице, дом 5, второй этаж.</p><p>Письма читателей принимаем по будням с девяти до шести.</p>",
        ),
    )
    site.add("/", shell("Новости", "<h2>Лента новостей</h2>" + "".join(map(item, stories[:10]))))
    for name, slug in columns.items():
        for number, count, part in sheets(of(stories, name), 3):
            more = (
                f'<a class="btn btn-more" href="/{slug}/?PAGEN_1={number + 1}">Показать ещё</a>'
                if number < count
                else ""
            )
            site.add(
                f"/{slug}/" + ("" if number == 1 else f"?PAGEN_1={number}"),
                shell(name, f"<h1>{name}</h1><div class='news-list'>{''.join(map(item, part))}</div>{more}"),
            )
    for s in stories:
        has_source, has_author = s.number % 3 != 2, s.number % 4 != 3
        line = (f"<span>Автор: {s.author}</span> " if has_author else "") + (
            f"<span>Источник: {s.source}</span>" if has_source else ""
        )
        main = (
            f'<div class="crumbs"><a href="/">Главная</a> → <a href="/{columns[s.section]}/">{s.section}</a></div><h1>{s.title}</h1><div class="meta"><span>{when(s)}</span> <span>Просмотров: {150 + s.number}</span></div><img class="detail" src="/upload/{s.number}.jpg" alt="">'
            f'<div class="detail-text">{s.html()}</div><div class="credits">{line}</div><div class="social">Поделиться: <a href="#1">ВКонтакте</a></div><div class="other"><h3>Читайте также</h3>{"".join(map(item, stories[6:9]))}</div>'
        )
        site.article(path(s), s, shell(s.title, main), authors=[s.author] if has_author else [], source=s.source if has_source else None, category=s.section)  # fmt: skip
    return site


NEWCOMERS: dict[str, Callable[[], Site]] = {
    "province_paper": province_paper, "culture_office": culture_office, "fukwong": hong_kong_news,
    "nanyang_herald": nanyang_herald, "textile_paper": textile_paper, "district_library": district_library,
    "haesol": korean_weekly, "tanjung_pos": indonesian_post, "ploubriac": french_journal, "lugozor": russian_courier,
}  # fmt: skip
