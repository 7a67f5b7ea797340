"""What the pages of each site mean: NewsSpider (news.py) and one short file a site."""
