"""What a public suffix is, and that tldextract, whose list is read, says the same of every rule of it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tldextract import TLDExtract

from snapshot_crawler import public_suffixes
from snapshot_crawler.public_suffixes import is_public_suffix

EVERY = 9  # of the names, this one: a look takes 0.1 ms, and there are thousands


@pytest.mark.parametrize("name", ["com", "com.cn", "any.kawasaki.jp", "xn--fiqs8s", "公司.cn"])
def test_a_name_of_everybody(name: str) -> None:
    assert is_public_suffix(name)


@pytest.mark.parametrize(
    "name", ["one.com.cn", "city.kawasaki.jp", "github.io", "site.example", "xn--a", "xn--e1afmkfd.com"]
)
def test_a_name_of_one_owner(name: str) -> None:
    assert not is_public_suffix(name)


def test_tldextract_says_the_same() -> None:
    split = TLDExtract(suffix_list_urls=(), cache_dir=None)
    rules = public_suffixes._rules().decode().splitlines()
    bases = [rule.lstrip("!*.") for rule in rules if rule and not rule.startswith("//")][::EVERY]
    assert len(bases) > 500
    names = {name for base in bases for name in (base, f"a.{base}", f"a.b.{base}") if "." in name}
    names |= {name.encode("idna").decode() for name in names if not name.isascii()}
    assert [name for name in sorted(names) if is_public_suffix(name) == bool(split(name).domain)] == []


def test_a_link_to_a_subdomain_brings_no_tldextract() -> None:
    look = (
        "import sys; from snapshot_crawler.urls import same_site;"
        "print(same_site('http://a.b.com/', 'http://b.com/'), 'tldextract' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["True", "False"]
