"""Checks that every format written by formats.test holds the findings of the JSON output."""
import html.parser
import json
import os
import sys
import xml.etree.ElementTree as xml

here = sys.argv[1]
path = lambda suffix: os.path.join(here, "o." + suffix)
load = lambda suffix: json.load(open(path(suffix)))

findings = load("json")
assert [(f["file"], f["line"], f["rule"]) for f in findings] == [
    ("src/a.cpp", 5, "coro-unawaited-task"),
    ("src/a.cpp", 12, "coro-unawaited-task"),
    ("src/a.cpp", 12, "coro-unawaited-task"),
    ("src/a.cpp", 13, "coro-unawaited-task"),
    ("src/a.cpp", 13, "unused-nolint"),
    ("src/b b[1].cpp", 3, "coro-unawaited-task"),
], findings
assert [f["entity"] for f in findings[:2]] == ["lost", "twice"]
count = len(findings)

(run,) = load("sarif")["runs"]
results = run["results"]
assert len(results) == count
first = results[0]
location = first["locations"][0]["physicalLocation"]
assert location["artifactLocation"] == {"uri": "src/a.cpp", "uriBaseId": "ROOT"}, location
# Columns count UTF-16 code units: the comment before has a character of two, and one of one.
line = open(os.path.join(here, "src/a.cpp"), encoding="utf-8").read().split("\n")[4]
byte_column = findings[0]["column"]
units = len(line.encode()[: byte_column - 1].decode().encode("utf-16-le")) // 2
assert location["region"]["startColumn"] == units + 1 != byte_column, (location, units)
prints = [r["partialFingerprints"]["primaryLocationLineHash"] for r in results]
assert len(set(prints)) == count, prints
assert all(run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in results)
# The path: the task is made, then lost at the early return.
steps = [s["location"]["physicalLocation"]["region"]["startLine"] for s in first["codeFlows"][0]["threadFlows"][0]["locations"]]
assert steps[0] == 5 and steps == sorted(steps) and len(steps) > 1, steps
fix = results[1]["fixes"][0]["artifactChanges"][0]["replacements"][0]
assert fix["insertedContent"]["text"] == "co_await ", fix
assert results[-1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/b%20b%5B1%5D.cpp"

gitlab = load("gitlab")
assert len(gitlab) == count and len({g["fingerprint"] for g in gitlab}) == count
for g in gitlab:
    assert set(g) == {"description", "check_name", "fingerprint", "severity", "location"}
    assert g["severity"] in ("info", "minor", "major", "critical", "blocker")

github = open(path("github"), encoding="utf-8").read().splitlines()
assert len(github) == count
assert github[0].startswith("::error file=src/a.cpp,line=5,col="), github[0]
assert "%0A" in github[0]
assert github[4].startswith("::notice ")

rdjson = load("rdjson")
assert rdjson["source"]["name"] == "corolint" and len(rdjson["diagnostics"]) == count
assert rdjson["diagnostics"][1]["suggestions"][0]["text"] == "co_await "

root = xml.parse(path("xml")).getroot()
assert len(list(root.iter("testcase"))) == count
assert len(list(root.iter("failure"))) == count - 1 == int(root.get("failures"))


class Page(html.parser.HTMLParser):
    void = {"meta", "link", "br", "path", "circle"}
    open, articles = [], 0

    def handle_starttag(self, tag, attributes):
        assert not any(name in ("src", "href") and not value.startswith("#") for name, value in attributes), attributes
        self.articles += tag == "article"
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.void:
            assert self.open.pop() == tag, tag


page = Page()
text = open(path("html"), encoding="utf-8").read()
page.feed(text)
assert page.articles == count and not page.open, (page.articles, page.open)
assert 'class="suspend"' in text  # the await between the task and where it is lost

text = open(path("txt"), encoding="utf-8").read()
assert text.startswith("src/a.cpp:5:"), text
