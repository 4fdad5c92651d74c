//! The HTML report: what a person finds in it, that it loads and runs nothing, and that hostile names stay text.

mod common;

use std::collections::BTreeSet;

use common::hostile::{HOSTILE, hostile, is_harmless};
use common::{NOW_TEXT, Run, Sandbox, run_in};
use scraper::{ElementRef, Html, Selector};

fn select<'h>(page: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn page_of(run: &Run) -> Html {
    assert_eq!(run.code, 0, "{}", run.stderr);
    Html::parse_document(&run.stdout)
}

fn product() -> Sandbox {
    let sandbox = Sandbox::repository(&[
        ("README.md", "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires.\n"),
        ("package.json", "{\n  \"dependencies\": { \"express\": \"5.0.0\" }\n}\n"),
        ("src/session.js", "// nothing\nconst agent = { rejectUnauthorized: false };\n"),
        (".env", "DATABASE_PASSWORD=tr0ub4dor-and-3\n"),
    ]);
    sandbox.git().remote("origin", "git@github.com:example/cantine.git").expect("a remote");
    sandbox
}

fn html(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox.equerre(&[&["--as-of", NOW_TEXT, "--format", "html"], args].concat())
}

#[test]
fn the_first_screen_says_which_grade_why_and_what_next() {
    let sandbox = product();
    let page = page_of(&html(&sandbox, &["--lang", "fr"]));
    let first = select(&page, "section.first")[0];
    let said = text(first);
    let report = sandbox.equerre(&["--as-of", NOW_TEXT, "--format", "json"]).json();
    let letter = report["grade"]["letter"].as_str().expect("a letter");
    assert_eq!(text(select(&page, ".letter")[0]), format!("Note {letter}"));
    assert!(said.contains("À corriger") && said.contains("Deux piliers pèsent le plus"), "{said}");
    let steps = select(&page, ".next li");
    assert_eq!(steps.len(), report["next"].as_array().expect("steps").len());
    for (step, told) in steps.iter().zip(report["next"].as_array().expect("steps")) {
        let said = text(*step);
        assert!(said.contains(&format!("note {}", told["letter"].as_str().expect("a letter"))), "{said}");
        let to = format!("a[href='#{}']", told["rule"].as_str().expect("a rule"));
        assert_eq!(step.select(&Selector::parse(&to).expect("a selector")).count(), 1, "{said}");
    }
}

#[test]
fn each_failure_shows_its_line_on_the_forge_why_and_what_to_do() {
    let sandbox = product();
    let head = sandbox.git().head().expect("a head").peel_to_commit().expect("a commit").id().to_string();
    let page = page_of(&html(&sandbox, &[]));
    let failure = select(&page, "article[aria-labelledby='disabled-tls-verification']")[0];
    let link = failure.select(&Selector::parse("a.place").expect("a selector")).next().expect("a link");
    let expected = format!("https://github.com/example/cantine/blob/{head}/src/session.js#L2");
    assert_eq!(link.attr("href"), Some(expected.as_str()));
    let said = text(failure);
    for part in ["rejectUnauthorized: false", "Why", "What to do", "Read"] {
        assert!(said.contains(part), "{said}");
    }
    // Nothing is linked without a forge, and a folder without git has its page too.
    let plain = page_of(&html(&sandbox, &["--no-git"]));
    assert!(select(&plain, "a.place").is_empty());
}

#[test]
fn a_page_loads_nothing_and_runs_nothing() {
    let sandbox = product();
    for run in [html(&sandbox, &[]), run_in(hostile().path(), &["--no-git", "--format", "html", "--lang", "fr"])] {
        is_harmless(&run.stdout);
        let page = page_of(&run);
        for loading in ["script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio", "use"] {
            assert!(select(&page, loading).is_empty(), "{loading}");
        }
        for element in select(&page, "*") {
            for (name, value) in element.value().attrs() {
                assert!(
                    !name.starts_with("on") && !["src", "srcset", "action", "style"].contains(&name),
                    "{name}={value}"
                );
                assert!(
                    name != "href" || ["#", "https://", "http://"].iter().any(|start| value.starts_with(start)),
                    "{value}"
                );
            }
        }
        let style = text(select(&page, "style")[0]);
        assert!(!style.contains("url(") && !style.contains("@import") && !style.contains('<'));
        assert!(run.stdout.len() < 500_000, "{} bytes", run.stdout.len());
    }
}

#[test]
fn hostile_names_are_shown_as_they_are() {
    let page = page_of(&run_in(hostile().path(), &["--no-git", "--format", "html"]));
    let all = text(page.root_element());
    let shown = HOSTILE.replace("</script>", "<script>").replace('\u{202e}', "\\u{202e}").replace('\u{1b}', "\\u{1b}");
    assert!(all.contains(&format!("{shown}/.env.production")), "{all}");
    // A secret is told by its place, and its line is not quoted.
    let secret = text(select(&page, "article[aria-labelledby='committed-secret']")[0]);
    assert!(secret.contains(".env.production:1") && !secret.contains("ghp_aB3"), "{secret}");
}

#[test]
fn a_page_can_be_read_by_everyone() {
    let sandbox = product();
    for lang in ["fr", "en"] {
        let page = page_of(&html(&sandbox, &["--lang", lang]));
        assert_eq!(select(&page, "html")[0].attr("lang"), Some(lang));
        assert_eq!((select(&page, "h1").len(), select(&page, "main").len()), (1, 1));
        let title = text(select(&page, "title")[0]);
        assert!(title.contains("cantine") && title.contains("Equerre"), "{title}");
        let mut last = 1;
        for heading in select(&page, "h1, h2, h3, h4") {
            let level = heading.value().name()[1..].parse().expect("a level");
            assert!(level <= last + 1, "{} comes after h{last}", heading.html());
            last = level;
        }
        let ids: Vec<&str> = select(&page, "[id]").iter().filter_map(|element| element.attr("id")).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "an id is used twice");
        for link in select(&page, "a[href^='#']") {
            let target = link.attr("href").and_then(|href| href.strip_prefix('#')).expect("a target");
            assert!(unique.contains(target), "{target} is nowhere");
        }
        for labelled in select(&page, "[aria-labelledby]") {
            assert!(unique.contains(labelled.attr("aria-labelledby").expect("a label")), "{}", labelled.html());
        }
        assert!(select(&page, "table").iter().all(|table| table.inner_html().contains("<caption")));
        assert!(select(&page, "th").iter().all(|head| head.attr("scope").is_some()));
        assert!(
            select(&page, "svg")
                .iter()
                .all(|svg| svg.attr("aria-hidden") == Some("true") || svg.attr("aria-label").is_some())
        );
        let about = text(select(&page, "section[aria-labelledby='about']")[0]);
        assert!(about.contains("RGAA"), "{about}");
    }
}

#[test]
fn what_passes_and_what_nobody_could_verify_is_told() {
    let sandbox = product();
    let page = page_of(&html(&sandbox, &[]));
    let unverified = text(select(&page, "section[aria-labelledby='unverified']")[0]);
    assert!(unverified.contains("--online") && unverified.contains("unpublished-source"), "{unverified}");
    let passing = text(select(&page, "section[aria-labelledby='passing']")[0]);
    assert!(passing.contains("missing-readme"), "{passing}");
}

#[test]
fn deployments_are_drawn_with_their_figures_in_words() {
    let sandbox = Sandbox::repository(&[("README.md", "# Cantine\n")]);
    // Old enough for its year to be told, then one release a week.
    for days in [500, 400] {
        sandbox.commit("feat: early", days);
    }
    let git = sandbox.git();
    for week in 0..13 {
        let id = sandbox.commit("feat: weekly", 88 - week * 7);
        let commit = git.find_object(id, None).expect("a commit");
        git.tag_lightweight(&format!("v1.{week}.0"), &commit, false).expect("a tag");
    }
    let page = page_of(&html(&sandbox, &[]));
    let chart = select(&page, "svg.chart")[0];
    let label = chart.attr("aria-label").expect("a label");
    assert!(label.contains(": 13, ") && label.contains("13 weeks"), "{label}");
    assert_eq!(select(&page, "svg.chart rect.plain, svg.chart rect.repair").len(), 13);
    let keys = text(select(&page, "table.keys")[0]);
    assert!(keys.contains("Deployment frequency") && keys.contains("a week"), "{keys}");
    let figures = select(&page, "table.weeks tbody tr");
    assert_eq!(figures.len(), 53);
}

#[test]
fn earlier_reports_show_what_became_of_the_grade() {
    let sandbox = product();
    let old = sandbox.join("../old.json");
    let old = old.to_str().expect("a path").to_owned() + &std::process::id().to_string();
    sandbox.equerre(&["--as-of", "2025-12-25", "--format", "json", "--output", &old]);
    sandbox.write("LICENSE", include_bytes!("../LICENSE"));
    sandbox.write("Dockerfile", b"FROM node:latest\nCMD node a.js\n");
    let page = page_of(&html(&sandbox, &["--compare", &old]));
    std::fs::remove_file(&old).expect("the file is there");
    let history = text(select(&page, "section[aria-labelledby='history']")[0]);
    assert!(history.contains("2025-12-25") && history.contains("2026-01-01"), "{history}");
    let (fixed, new) = history.split_once("New").expect("both lists");
    assert!(fixed.contains("missing-licence") && new.contains("image-on-latest-tag"), "{history}");
}

#[test]
fn a_report_that_is_none_is_refused_with_what_to_give() {
    let sandbox = product();
    let refused = html(&sandbox, &["--compare", "package.json"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("not a report of Equerre") && refused.stderr.contains("--format json"),
        "{}",
        refused.stderr
    );
    let alone = sandbox.equerre(&["--compare", "package.json"]);
    assert!(alone.code == 2 && alone.stderr.contains("--output html="), "{}", alone.stderr);
}

#[test]
fn nothing_to_audit_still_makes_a_page() {
    let sandbox = Sandbox::folder(&[]);
    let page = page_of(&sandbox.equerre(&["--format", "html", "--lang", "fr"]));
    assert!(text(page.root_element()).contains("Il n’y a rien à auditer ici."));
}
