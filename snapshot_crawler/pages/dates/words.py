"""Names of months as dates write them, in 25 languages of Europe and in Indonesian and Turkish.

Generated from the Unicode CLDR (long and short names, in and outside of a date); a name that means two months in two
languages is left out. A library that reads whole dates in words was measured beside this table: 30 to 150 ms for the
first date of a language and 1 to 3 ms for each one after, and it wants the date cut out of its sentence.
"""

from __future__ import annotations

NAMES = (
    "ene enero gen gener gennaio ian ianuarie jan janeiro januar januari january január januára janv janvier led "
    "leden ledna oca ocak sij siječanj siječnja sty styczeń stycznia tammi tammikuu tammikuuta ιαν ιανουάριος "
    "ιανουαρίου січ січень січня янв январь января яну януари",
    "feb febbraio febr febrer febrero februar februari februarie february február februára fev fevereiro févr "
    "février helmi helmikuu helmikuuta lut lutego luty velj veljača veljače úno únor února şub şubat φεβ "
    "φεβρουάριος φεβρουαρίου лют лютий лютого фев февр февраль февраля февруари",
    "bře březen března maalis maaliskuu maaliskuuta maart mar marca march marec maret mars mart martie marts "
    "marzec marzo març março mrt márc március mär märz ožu ožujak ožujka μάρ μάρτιος μαρ μαρτίου бер березень "
    "березня мар март марта",
    "abr abril apr april aprile aprilie apríl apríla avr avril dub duben dubna huhti huhtikuu huhtikuuta kwi "
    "kwiecień kwietnia nis nisan tra travanj travnja ápr április απρ απρίλιος απριλίου апр апрель апреля април "
    "квіт квітень квітня",
    "kvě květen května mag maggio mai maig maio maj maja may mayo mayıs mei máj mája május svi svibanj svibnja "
    "touko toukokuu toukokuuta μάι μάιος μαΐ μαΐου май мая трав травень травня",
    "cze czerwca czerwiec giu giugno haz haziran iun iunie juin jun june junho juni junio juny jún júna június "
    "kesä kesäkuu kesäkuuta lipanj lipnja červen června čvn ιουν ιουνίου ιούν ιούνιος июн июнь июня черв червень "
    "червня юни",
    "heinä heinäkuu heinäkuuta iul iulie juil juillet jul julho juli julio juliol july júl júla július lipca "
    "lipiec lug luglio srpanj srpnja tem temmuz července červenec čvc ιουλ ιουλίου ιούλ ιούλιος июл июль июля "
    "лип липень липня юли",
    "ago agost agosto agu agustus août aug august augusta augusti augustus augusztus ağu ağustos elo elokuu "
    "elokuuta kol kolovoz kolovoza sie sierpień sierpnia srpen srpna αυγ αυγούστου αύγ αύγουστος авг август "
    "августа серп серпень серпня",
    "eyl eylül ruj rujan rujna sep sept september septembra septembre septembrie septiembre set setembre "
    "setembro settembre syys syyskuu syyskuuta szept szeptember wrz wrzesień września zář září σεπ σεπτέμβριος "
    "σεπτεμβρίου вер вересень вересня сент сентябрь сентября сеп септември",
    "eki ekim loka lokakuu lokakuuta oct october octobre octombrie octubre okt oktober október októbra ott "
    "ottobre out outubro paź październik października říj říjen října οκτ οκτωβρίου οκτώβριος жовт жовтень "
    "жовтня окт октомври октябрь октября",
    "kas kasım listopadu marras marraskuu marraskuuta noiembrie nov november novembra novembre novembro "
    "noviembre stu studeni studenoga νοέ νοέμβριος νοε νοεμβρίου лист листопад листопада ное ноември нояб ноябрь "
    "ноября",
    "ara aralık dec december decembra decembrie des desember desembre dez dezember dezembro dic dicembre "
    "diciembre déc décembre gru grudnia grudzień joulu joulukuu joulukuuta pro prosinac prosinca prosince "
    "prosinec δεκ δεκέμβριος δεκεμβρίου груд грудень грудня дек декабрь декабря декември",
)
MONTHS = {name: number for number, names in enumerate(NAMES, start=1) for name in names.split()}
