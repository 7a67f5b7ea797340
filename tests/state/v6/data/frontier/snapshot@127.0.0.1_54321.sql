PRAGMA application_id = 1397637456;
PRAGMA user_version = 6;
BEGIN TRANSACTION;
CREATE TABLE brought (item INTEGER PRIMARY KEY, number INTEGER NOT NULL, batch INTEGER NOT NULL);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, host TEXT NOT NULL, kind TEXT NOT NULL,
    parent TEXT, priority INTEGER NOT NULL, is_list INTEGER NOT NULL, body TEXT NOT NULL, state INTEGER NOT NULL,
    attempts INTEGER NOT NULL, status INTEGER, outcome TEXT, fetched_at TEXT, etag TEXT, modified TEXT,
    born_at REAL NOT NULL, interval_s INTEGER NOT NULL, due_at REAL NOT NULL, unchanged INTEGER NOT NULL,
    item_count INTEGER NOT NULL, batch INTEGER NOT NULL
);
INSERT INTO "entry" VALUES(1,'http://127.0.0.1:54321/','http://127.0.0.1:54321/','127.0.0.1','start',NULL,1,1,'{"meta":{"discovered_by":{"kind":"start","url":null},"is_start_request":true}}',2,0,200,'done','2026-11-26T08:47:53+00:00','"d33f4841eac40d5f"',NULL,0.0,0,1.79568287383273696902e+09,0,0,2);
INSERT INTO "entry" VALUES(2,'http://127.0.0.1:54321/list/city/','http://127.0.0.1:54321/list/city/','127.0.0.1','listing','http://127.0.0.1:54321/',0,1,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/"},"trap_parent":35671106966934956,"depth":1},"headers":{"Referer":["http://127.0.0.1:54321/"]}}',2,0,200,'done','2026-11-26T08:47:53+00:00','"e696f7cfe946dfae"',NULL,0.0,0,1.79568287391986703867e+09,0,0,2);
INSERT INTO "entry" VALUES(3,'http://127.0.0.1:54321/list/school/','http://127.0.0.1:54321/list/school/','127.0.0.1','listing','http://127.0.0.1:54321/',0,1,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/"},"trap_parent":35671106966934956,"depth":1},"headers":{"Referer":["http://127.0.0.1:54321/"]}}',2,0,200,'done','2026-11-26T08:47:53+00:00','"75171da1a7e99dcd"',NULL,0.0,0,1.79568287391994595527e+09,0,0,2);
INSERT INTO "entry" VALUES(4,'http://127.0.0.1:54321/list/sport/','http://127.0.0.1:54321/list/sport/','127.0.0.1','listing','http://127.0.0.1:54321/',0,1,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/"},"trap_parent":35671106966934956,"depth":1},"headers":{"Referer":["http://127.0.0.1:54321/"]}}',2,0,200,'done','2026-11-26T08:47:53+00:00','"bcc8d3d0b6cf89f3"',NULL,0.0,0,1.79568287391998505594e+09,0,0,2);
INSERT INTO "entry" VALUES(5,'http://127.0.0.1:54321/list/nature/','http://127.0.0.1:54321/list/nature/','127.0.0.1','listing','http://127.0.0.1:54321/',0,1,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/"},"trap_parent":35671106966934956,"depth":1},"headers":{"Referer":["http://127.0.0.1:54321/"]}}',2,0,200,'done','2026-11-26T08:47:53+00:00','"2ae2023e1cc75449"',NULL,0.0,0,1.7956828739200179577e+09,0,0,2);
INSERT INTO "entry" VALUES(6,'http://127.0.0.1:54321/detail/4797c1d5b15079693ed077b673e747c37de0799a.html','http://127.0.0.1:54321/detail/4797c1d5b15079693ed077b673e747c37de0799a.html','127.0.0.1','listing','http://127.0.0.1:54321/list/city/',0,0,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/list/city/"},"promises_article":true,"row":{"title":"青屿市停车难有了新解法：219个泊位错时共享（city-4）","published_at":"2023-05-08T10:30:12+08:00"},"trap_parent":70489811405856432,"depth":2},"headers":{"Referer":["http://127.0.0.1:54321/list/city/"]}}',2,0,200,'done','2026-11-26T08:47:54+00:00','"55d50e38b8aa0049"',NULL,1683513012.0,0,0.0,0,1,3);
INSERT INTO "entry" VALUES(7,'http://127.0.0.1:54321/detail/cb73008ea9bb522004f5ca30cdf78fdca582044c.html','http://127.0.0.1:54321/detail/cb73008ea9bb522004f5ca30cdf78fdca582044c.html','127.0.0.1','listing','http://127.0.0.1:54321/list/city/',0,0,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/list/city/"},"promises_article":true,"row":{"title":"夜里十一点，桐隐县的路灯为谁而亮（city-0）","published_at":"2023-05-08T06:30:12+08:00"},"trap_parent":70489811405856432,"depth":2},"headers":{"Referer":["http://127.0.0.1:54321/list/city/"]}}',2,0,200,'done','2026-11-26T08:47:54+00:00','"eaf10824b547b662"',NULL,1683498612.0,0,0.0,0,1,3);
INSERT INTO "entry" VALUES(8,'http://127.0.0.1:54321/detail/0266a0bf5a3bced2d668632afadc249d8c4678a7.html','http://127.0.0.1:54321/detail/0266a0bf5a3bced2d668632afadc249d8c4678a7.html','127.0.0.1','listing','http://127.0.0.1:54321/list/school/',0,0,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/list/school/"},"promises_article":true,"row":{"title":"提前一年进车间 栖岚镇订单班26人拿双证（school-5）","published_at":"2023-05-08T11:30:12+08:00"},"trap_parent":1701368342564594,"depth":2},"headers":{"Referer":["http://127.0.0.1:54321/list/school/"]}}',2,0,200,'done','2026-11-26T08:47:54+00:00','"bbb48c90bbef7ac2"',NULL,1683516612.0,0,0.0,0,1,3);
INSERT INTO "entry" VALUES(9,'http://127.0.0.1:54321/detail/b74c524cce7c661253a939297c6ecd698e836e4f.html','http://127.0.0.1:54321/detail/b74c524cce7c661253a939297c6ecd698e836e4f.html','127.0.0.1','listing','http://127.0.0.1:54321/list/school/',0,0,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/list/school/"},"promises_article":true,"row":{"title":"雁堤区53所学校试水菜单式选课（school-1）","published_at":"2023-05-08T07:30:12+08:00"},"trap_parent":1701368342564594,"depth":2},"headers":{"Referer":["http://127.0.0.1:54321/list/school/"]}}',2,0,200,'done','2026-11-26T08:47:54+00:00','"3eb67d24a48e436c"',NULL,1683502212.0,0,0.0,0,1,3);
INSERT INTO "entry" VALUES(10,'http://127.0.0.1:54321/detail/5ce1bb4a0d7fb5e35edcbbcd8b7ec0809f21511b.html','http://127.0.0.1:54321/detail/5ce1bb4a0d7fb5e35edcbbcd8b7ec0809f21511b.html','127.0.0.1','listing','http://127.0.0.1:54321/list/sport/',0,0,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/list/sport/"},"promises_article":true,"row":{"title":"砚池乡越野线路雨后重开 补冲沟26处（sport-2）","published_at":"2023-05-08T08:30:12+08:00"},"trap_parent":47992115613744524,"depth":2},"headers":{"Referer":["http://127.0.0.1:54321/list/sport/"]}}',2,0,200,'done','2026-11-26T08:47:54+00:00','"56176f81bdf69e48"',NULL,1683505812.0,0,0.0,0,1,3);
INSERT INTO "entry" VALUES(11,'http://127.0.0.1:54321/detail/0bf8d0e8264ee14d5624d11a84214dd0bf2a5a60.html','http://127.0.0.1:54321/detail/0bf8d0e8264ee14d5624d11a84214dd0bf2a5a60.html','127.0.0.1','listing','http://127.0.0.1:54321/list/nature/',0,0,'{"meta":{"discovered_by":{"kind":"listing","url":"http://127.0.0.1:54321/list/nature/"},"promises_article":true,"row":{"title":"霁州市同步数鸟 新增6个鸟种（nature-3）","published_at":"2023-05-08T09:30:12+08:00"},"trap_parent":26051636576249744,"depth":2},"headers":{"Referer":["http://127.0.0.1:54321/list/nature/"]}}',2,0,200,'done','2026-11-26T08:47:54+00:00','"f3933a26ca75bc0c"',NULL,1683509412.0,0,0.0,0,1,3);
CREATE TABLE finished (path TEXT NOT NULL, batch INTEGER NOT NULL, length INTEGER NOT NULL, digest BLOB, PRIMARY KEY (path, batch));
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "note" VALUES('archive/first','1');
INSERT INTO "note" VALUES('batch','3');
INSERT INTO "note" VALUES('data_dir','"/folder/of/the/crawl/data"');
INSERT INTO "note" VALUES('note/traps','{"version": 1, "proven": ["127.0.0.1:54321/list/city", "127.0.0.1:54321/", "127.0.0.1:54321/list/school", "127.0.0.1:54321/list/sport", "127.0.0.1:54321/detail/{hex}.html", "127.0.0.1:54321/list/nature"], "closed": [], "unanswered": []}');
INSERT INTO "note" VALUES('output//folder/of/the/crawl/data/archive/snapshot@127.0.0.1_54321/snapshot@127.0.0.1_54321-20261126T084754Z-00001.warc.gz.open','{"kind": "archive"}');
INSERT INTO "note" VALUES('output//folder/of/the/crawl/out.jsonl','{"kind": "lines", "was_empty": "yes"}');
INSERT INTO "note" VALUES('owner','"441462eac8f94f669df8c7c60f64fac1"');
INSERT INTO "note" VALUES('stopped_cleanly','true');
CREATE TABLE output (
    path TEXT NOT NULL, batch INTEGER NOT NULL, length INTEGER NOT NULL, digest BLOB, PRIMARY KEY (path, batch)
);
INSERT INTO "output" VALUES('/folder/of/the/crawl/out.jsonl',1,0,NULL);
INSERT INTO "output" VALUES('/folder/of/the/crawl/data/archive/snapshot@127.0.0.1_54321/snapshot@127.0.0.1_54321-20261126T084754Z-00001.warc.gz.open',3,14779,X'6B9B42102649A9663953253C6E542031');
INSERT INTO "output" VALUES('/folder/of/the/crawl/out.jsonl',3,14948,X'C5CC164FCCD30022AA661F6D944F9E9A');
CREATE TABLE page (digest BLOB PRIMARY KEY, path TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, url TEXT NOT NULL, date TEXT NOT NULL, batch INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "page" VALUES(X'3EB67D24A48E436C34BD807EC38155EB773D3415','/folder/of/the/crawl/data/archive/snapshot@127.0.0.1_54321/snapshot@127.0.0.1_54321-20261126T084754Z-00001.warc.gz',7780,1792,'http://127.0.0.1:54321/detail/b74c524cce7c661253a939297c6ecd698e836e4f.html','2026-11-26T08:47:53Z',3);
INSERT INTO "page" VALUES(X'55D50E38B8AA0049E88EFFF2881ABC8410EC80C6','/folder/of/the/crawl/data/archive/snapshot@127.0.0.1_54321/snapshot@127.0.0.1_54321-20261126T084754Z-00001.warc.gz',340,1827,'http://127.0.0.1:54321/detail/4797c1d5b15079693ed077b673e747c37de0799a.html','2026-11-26T08:47:53Z',3);
INSERT INTO "page" VALUES(X'56176F81BDF69E48F1E8540302DDC6BFF81649A8','/folder/of/the/crawl/data/archive/snapshot@127.0.0.1_54321/snapshot@127.0.0.1_54321-20261126T084754Z-00001.warc.gz',10064,1886,'http://127.0.0.1:54321/detail/5ce1bb4a0d7fb5e35edcbbcd8b7ec0809f21511b.html','2026-11-26T08:47:54Z',3);
INSERT INTO "page" VALUES(X'BBB48C90BBEF7AC26064BB81795B03E19AD4F4BA','/folder/of/the/crawl/data/archive/snapshot@127.0.0.1_54321/snapshot@127.0.0.1_54321-20261126T084754Z-00001.warc.gz',5264,2027,'http://127.0.0.1:54321/detail/0266a0bf5a3bced2d668632afadc249d8c4678a7.html','2026-11-26T08:47:53Z',3);
INSERT INTO "page" VALUES(X'EAF10824B547B662EEA3133BA8E69F220A7BF6C5','/folder/of/the/crawl/data/archive/snapshot@127.0.0.1_54321/snapshot@127.0.0.1_54321-20261126T084754Z-00001.warc.gz',2655,2121,'http://127.0.0.1:54321/detail/cb73008ea9bb522004f5ca30cdf78fdca582044c.html','2026-11-26T08:47:53Z',3);
INSERT INTO "page" VALUES(X'F3933A26CA75BC0CA811F17F84E5F7B32EC5AE57','/folder/of/the/crawl/data/archive/snapshot@127.0.0.1_54321/snapshot@127.0.0.1_54321-20261126T084754Z-00001.warc.gz',12439,1851,'http://127.0.0.1:54321/detail/0bf8d0e8264ee14d5624d11a84214dd0bf2a5a60.html','2026-11-26T08:47:54Z',3);
CREATE TABLE tally (host TEXT NOT NULL, state INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (host, state)) WITHOUT ROWID;
INSERT INTO "tally" VALUES('127.0.0.1',0,0);
INSERT INTO "tally" VALUES('127.0.0.1',1,0);
INSERT INTO "tally" VALUES('127.0.0.1',2,11);
CREATE INDEX waiting ON entry (host, priority DESC, id) WHERE state = 0;
CREATE INDEX lists ON entry (due_at) WHERE is_list = 1;
CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN INSERT INTO tally VALUES (new.host, new.state, 1) ON CONFLICT (host, state) DO UPDATE SET number = number + 1; END;
CREATE TRIGGER entry_moved AFTER UPDATE OF host, state ON entry WHEN new.state <> old.state OR new.host <> old.host BEGIN UPDATE tally SET number = number - 1 WHERE host = old.host AND state = old.state; INSERT INTO tally VALUES (new.host, new.state, 1) ON CONFLICT (host, state) DO UPDATE SET number = number + 1; END;
CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN UPDATE tally SET number = number - 1 WHERE host = old.host AND state = old.state; END;
CREATE INDEX leased ON entry (id) WHERE state = 1;
CREATE INDEX failed ON entry (attempts) WHERE state = 3;
CREATE INDEX articles ON entry (born_at) WHERE state = 2 AND is_list = 0;
CREATE INDEX again ON entry (outcome) WHERE state = 0 AND outcome IN ('line lost from the output', 'to be published in another file');
COMMIT;
