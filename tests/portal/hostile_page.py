"""A page that tries everything to run, to load or to send something, and what none of it may become.

{canary} stands for an address of a server that counts what it is asked; run() would change the page's title.
"""

from __future__ import annotations

RUN = "document.title='RAN';fetch('{canary}/ran')"
TRICKS = [
    # plain, in odd case, unclosed, with odd white space and slashes
    f'<script>{RUN}</script><SCRIPT SRC="{{canary}}/1.js"></SCRIPT><scr<script>ipt>{RUN}</scr</script>ipt>',
    f'<IMG SRC="{{canary}}/2.gif" OnError="{RUN}" onLOAD="{RUN}">',
    f'<img/src="{{canary}}/3.gif"/onerror="{RUN}"',
    f'<p onclick="{RUN}" OnMouseOver\t=\n"{RUN}" onfocus="{RUN}" autofocus tabindex=1>a</p>',
    f"<body onload=\"{RUN}\" background='{{canary}}/4.gif'>",
    f'<details open ontoggle="{RUN}"><summary>s</summary></details>',
    f'<x onanimationstart="{RUN}" style="animation:a 1s">y</x>',
    # addresses that run
    f'<a href="javascript:{RUN}">j1</a><a href="JaVaScRiPt:{RUN}">j2</a><a href="&#106;avascript&colon;{RUN}">j3</a>',
    f'<a href="java&#9;script:{RUN}">j4</a><a href=" &#1;&#14; javascript:{RUN}">j5</a><a href="java\nscript:{RUN}">j6</a>',
    f'<a href="data:text/html,<script>{RUN}</script>">d1</a><a href="vbscript:x">v</a><a href="blob:x">b</a>',
    f'<a href="jav&#x0000A;ascript:{RUN}" xlink:href="javascript:{RUN}" target="_self" ping="{{canary}}/5">j7</a>',
    f'<base href="javascript:{RUN}//"><base href="{{canary}}/base/" target="_top">',
    # what loads
    '<img src="{canary}/6.gif" srcset="{canary}/7.gif 2x" lowsrc="{canary}/8.gif" dynsrc="{canary}/9.gif" alt="PICTURE">',
    '<picture><source srcset="{canary}/10.gif"><img alt="SECOND &lt;b onclick=1&gt;" data-src="{canary}/11.gif"></picture>',
    '<video poster="{canary}/12.gif" src="{canary}/13.mp4" autoplay><track src="{canary}/14.vtt"></video>',
    '<audio src="{canary}/15.mp3" autoplay></audio><bgsound src="{canary}/16.mid"><input type=image src="{canary}/17.gif">',
    '<object data="{canary}/18.swf"><param name=movie value="{canary}/19.swf"><embed src="{canary}/20.swf"></object>',
    '<iframe src="{canary}/21" srcdoc="<script>top.document.title=1</script>"></iframe><frameset><frame src="{canary}/22">',
    '<link rel=stylesheet href="{canary}/23.css"><link rel=preload as=image href="{canary}/24.gif"><link rel=prefetch href="{canary}/25">',
    '<link rel=dns-prefetch href="{canary}"><link rel=manifest href="{canary}/26"><link rel=icon href="{canary}/27.ico">',
    '<table background="{canary}/28.gif"><tr><td background="{canary}/29.gif">CELL</td></tr></table>',
    '<meta http-equiv=refresh content="0;url={canary}/30"><META HTTP-EQUIV="ReFresh" CONTENT="0; URL={canary}/31">',
    '<meta http-equiv="Content-Security-Policy" content="default-src *; report-uri {canary}/32">',
    # style
    '<style>@import "{canary}/33.css"; body{background:url({canary}/34.gif)} @font-face{font-family:a;src:url({canary}/35)}</style>',
    '<p style="background:url({canary}/36.gif)">s1</p><p style="width:expression(alert(1));behavior:url({canary}/37.htc)">s2</p>',
    '<p style="back\\67 round:u\\72l({canary}/38.gif)">s3</p><p style="list-style:image-set(\'{canary}/39.gif\' 1x)">s4</p>',
    # what sends
    f'<form action="{{canary}}/40"><input name=q><button formaction="javascript:{RUN}">SEND</button><input type=submit></form>',
    '<button form=f formaction="{canary}/41">g</button><isindex action="{canary}/42" prompt=x>',
    # shapes that change when they are written and read again
    f'<svg><style><img src=x onerror="{RUN}"></style></svg><svg onload="{RUN}"><a xlink:href="javascript:{RUN}"><text>t</text></a></svg>',
    f'<svg><use href="data:image/svg+xml,<svg id=x onload={RUN}>#x"/><image href="{{canary}}/43.gif"/><animate onbegin="{RUN}"/></svg>',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={RUN}&gt;"></mglyph></table></mtext></math>',
    f'<math><mi xlink:href="javascript:{RUN}">m</mi><annotation-xml encoding="text/html"><img src=x onerror="{RUN}"></annotation-xml></math>',
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>',
    f'<template><img src="{{canary}}/44.gif" onerror="{RUN}"></template><template shadowrootmode=open><img src="{{canary}}/45.gif"></template>',
    f'<textarea></textarea><img src=x onerror="{RUN}"><title></title><img src=x onerror="{RUN}"></textarea>',
    f'<xmp><img src=x onerror="{RUN}"></xmp><select><style></select><img src=x onerror="{RUN}"></style></select>',
    f'<!--><img src=x onerror="{RUN}">--><!--[if IE]><script>{RUN}</script><![endif]--><!-- --!><img src=x onerror="{RUN}">',
    f'<![CDATA[<img src=x onerror="{RUN}">]]><?xml-stylesheet href="{{canary}}/46.css"?><? <img src=x onerror="{RUN}"> ?>',
    f'<form><math><mtext></form><form><mglyph><style></math><img src=x onerror="{RUN}"></style></form>',
    f'<p title="`><img src=x onerror={RUN}>`" id="</p><img src=x onerror={RUN}>">q</p><a name="x"onclick="{RUN}">n</a>',
    f'<svg></p><style><a id="</style><img src=1 onerror={RUN}>">',
    f'<plaintext><img src=x onerror="{RUN}">',
]
HONEST = (
    '<h1>HEADLINE</h1><p>首批五十五家 WORDS</p><a href="../more?a=1&b=2">LINK</a><a href="//other.example/x">OTHER</a>'
)
MARKS = ("HEADLINE", "首批五十五家 WORDS", "LINK", "OTHER", "PICTURE", "SECOND <b onclick=1>", "CELL")


def hostile(canary: str) -> str:
    """The page. canary: scheme and host of a server."""
    tricks = "\n".join(TRICKS).replace("{canary}", canary)
    return f"<!doctype html><html><head><title>t</title></head><body>{HONEST}\n{tricks}"
