#!/usr/bin/env python3
"""The ecosystem check: what one or two builds of Equerre say of public products, beside what independent readers said.

usage: check.py BUILD [OTHER-BUILD] [--clones DIR] [--only WORD]

Each file of `products/` names a product, a commit, marks and verdicts. The products are cloned into DIR (a folder of the system's
temporary files, if absent), or used from there where they are. With two builds, every verdict that changed is listed with what the
reader said; figures of each build close the report. Exits with 1 when the second build is right less often than the first.
"""
import argparse, collections, concurrent.futures, json, pathlib, re, statistics, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).parent
PILLARS = ("openness", "tests", "delivery", "conventions", "security", "documentation", "operations", "product")


def product(path):
    """A product as its file describes it: the few shapes that these files have, and no more of YAML."""
    found = {"name": path.stem, "verdicts": {}, "marks": {}}
    for line in path.read_text(encoding="utf8").splitlines():
        if match := re.match(r"(repository|commit|as-of): (\S+)$", line):
            found[match[1]] = match[2]
        elif line.startswith("marks:"):
            found["marks"] = {key: float(value) for key, value in re.findall(r"(\w+): ([\d.]+)", line)}
        elif match := re.match(r"  ([\w-]+): \{ expect: ([\w ]+?)(?:, at: .*)? \}$", line):
            found["verdicts"][match[1]] = match[2]
    return found


def clone(one, clones):
    """The folder of a product at its commit, cloned where it is not there yet."""
    folder = clones / one["name"]
    if not folder.exists():
        git = ["git", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"]
        subprocess.run([*git, "clone", "-q", "--filter=blob:limit=5m", one["repository"], str(folder)], check=True)
        subprocess.run([*git, "-C", str(folder), "checkout", "-q", one["commit"]], check=True)
    return folder


def audit(build, one, folder):
    """What a build says of a product."""
    run = subprocess.run([build, "check", str(folder), "--no-config", "--as-of", one["as-of"], "--format", "json"], capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"{build} on {one['name']}: exit {run.returncode}\n{run.stderr[-500:]}")
    return json.loads(run.stdout)


def judged(finding, expect):
    """How a finding stands to what a reader said: right, wrong or debatable accusations; undeserved passes; nothing else."""
    fails = finding["outcome"] == "fail" and finding.get("tier") != "pedantic"
    if fails:
        return "debatable" if expect == "fail debatable" else "right" if expect == "fail" else "wrong"
    return "undeserved" if finding["outcome"] == "pass" and expect == "fail" else None


def rank(values):
    order = sorted(values)
    return [order.index(value) + (order.count(value) - 1) / 2 for value in values]


def figures(build, products, reports):
    count = collections.Counter()
    for one in products:
        for finding in reports[one["name"]]["findings"]:
            expect = one["verdicts"].get(finding["rule"])
            count[judged(finding, expect) if expect else None] += 1
    right, wrong, debatable = count["right"], count["wrong"], count["debatable"]
    print(f"{build}: accusations right {right} of {right + wrong} ({right / max(1, right + wrong):.3f}), debatable {debatable}, undeserved passes {count['undeserved']}")
    marked = [one for one in products if one["marks"] and reports[one["name"]]["grade"]["score"] is not None]
    if len(marked) > 2:
        ours = [reports[one["name"]]["grade"]["score"] for one in marked]
        theirs = [one["marks"]["overall"] for one in marked]
        distance = statistics.mean(abs(a - b) for a, b in zip(ours, theirs))
        print(f"{build}: grades of {len(marked)} products, rank correlation {statistics.correlation(rank(ours), rank(theirs)):.2f}, distance {distance:.1f}")
    return right / max(1, right + wrong)


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("builds", nargs="+", metavar="BUILD")
    asked.add_argument("--clones", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "equerre-products")
    asked.add_argument("--only", default="", help="products whose name holds this word")
    args = asked.parse_args()
    args.clones.mkdir(parents=True, exist_ok=True)
    products = [product(path) for path in sorted((HERE / "products").glob("*.yml")) if args.only in path.stem]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        folders = list(pool.map(lambda one: clone(one, args.clones), products))
    every = []
    for build in args.builds[:2]:
        every.append({one["name"]: audit(build, one, folder) for one, folder in zip(products, folders)})
    if len(every) == 2:
        for one in products:
            before, after = ({found["rule"]: found for found in reports[one["name"]]["findings"]} for reports in every)
            for rule in sorted(set(before) | set(after)):
                was, now = (side.get(rule, {"outcome": "absent"}) for side in (before, after))
                if was["outcome"] != now["outcome"]:
                    said = one["verdicts"].get(rule, "not read")
                    place = (now.get("evidence") or was.get("evidence") or [{}])[0]
                    print(f"{one['name']}  {rule}: {was['outcome']} → {now['outcome']}  ({said})  {place.get('path', '')}:{place.get('line', '')}")
    shares = [figures(build, products, reports) for build, reports in zip(args.builds, every)]
    return 1 if len(shares) == 2 and shares[1] < shares[0] else 0


if __name__ == "__main__":
    sys.exit(main())
