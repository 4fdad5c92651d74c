//! `equerre standards` and `equerre attest`: what a coach and a team rely on.

mod common;
#[path = "common/server.rs"]
#[allow(dead_code, reason = "the pages of this test need a part of it")]
mod server;

use std::collections::BTreeMap;

use common::{NOW_TEXT, Run, Sandbox};
use serde_json::{Value, json};
use server::{Answer, Port, Served};

const RITUALS: &str = "des-rituels-d-equipes-reguliers-sont-mis-en-place/0";
const LINTER: &str = "le-code-source-est-uniforme/0";

/// A small product with a workflow that lints, and without a linter's settings for its other language.
fn product() -> Sandbox {
    let sandbox = Sandbox::repository(&[
        (
            "README.md",
            "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires, qui déclarent leurs repas.\n",
        ),
        ("LICENSE", include_str!("../LICENSE")),
        (
            "package.json",
            r#"{"name":"cantine","private":true,"dependencies":{"react":"19.0.0","@gouvfr/dsfr":"1.13.0"}}"#,
        ),
        ("src/index.js", "import React from 'react';\nexport function total(meals) { return meals.length; }\n"),
        ("docs/adr/0001-react.md", "# React\n\nNous prenons React.\n"),
    ]);
    sandbox.git().remote("origin", "git@github.com:betagouv/Cantine.git").expect("a remote");
    sandbox
}

/// Answers of the directory, in the shapes of its API.
fn directory(repository: &str, ends: &str) -> Value {
    json!({
        "startups": { "links": {}, "data": [{
            "id": "cantine", "type": "startup",
            "attributes": {
                "name": "Cantine", "link": "https://cantine.beta.gouv.fr", "stats_url": "", "repository": repository,
                "contact": "contact@cantine.beta.gouv.fr",
                "content_url_encoded_markdown": "%23%23%20Probl%C3%A8me%0A%0ADes+files.",
                "phases": [{"name": "construction", "start": "2025-01-01", "end": ""}],
                "events": [{"name": "committee", "date": "2025-11-01", "comment": ""}],
            },
            "relationships": { "incubator": { "data": { "type": "incubator", "id": "anct" } } },
        }], "included": [] },
        "incubators": { "anct": { "title": "Incubateur des territoires" } },
        "authors": [{
            "id": "ada.lovelace", "fullname": "Ada Lovelace", "role": "x", "domaine": "Intraprenariat",
            "missions": [{ "start": "2024-01-01", "end": ends, "status": "admin", "startups": ["cantine"] }],
        }],
    })
}

fn standards(sandbox: &Sandbox, args: &[&str]) -> Run {
    let mut all = vec!["standards", "--as-of", NOW_TEXT];
    all.extend(args);
    sandbox.equerre(&all)
}

/// The criteria of a JSON report, by name.
fn criteria(run: &Run) -> BTreeMap<String, Value> {
    let report = run.json();
    let list = report["criteria"].as_array().expect("criteria").clone();
    list.into_iter().map(|one| (one["id"].as_str().expect("a name").to_owned(), one)).collect()
}

fn attestations(entries: &[(&str, &str, &str)]) -> String {
    let mut text = "version: '2.0'\nattestations:\n".to_owned();
    for (criterion, answer, until) in entries {
        text += &format!(
            "- criterion: {criterion}\n  answer: {answer}\n  who: coach\n  when: 2025-06-01\n  until: {until}\n  why: vu avec l'équipe\n"
        );
    }
    text
}

#[test]
fn every_criterion_has_a_status_and_says_what_would_prove_it() {
    let sandbox = product();
    let run = standards(&sandbox, &["--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let all = criteria(&run);
    assert_eq!(all.len(), 82);
    for (id, one) in &all {
        let evidence = one["evidence"].as_array().expect("evidence");
        match one["status"].as_str().expect("a status") {
            "proved" | "contradicted" => assert!(evidence.iter().any(|found| found["settles"] == true), "{id}"),
            "evidence-for" | "evidence-against" => assert!(!evidence.is_empty(), "{id}"),
            "to-answer" | "not-applicable" => {}
            other => panic!("{id}: {other}"),
        }
        assert!(one["proof"]["fr"].is_string() && one["proof"]["en"].is_string(), "{id}");
    }
    assert_eq!(all[LINTER]["answer"], "no");
    assert_eq!(all["les-aspects-techniques-du-produit-sont-documentes/0"]["status"], "proved");
    // Without the forge, nobody knows that the source is public: a licence alone is evidence.
    assert_eq!(all["l-open-source-et-les-communs-numeriques-sont-privilegies/0"]["status"], "evidence-for");
    let statuses = run.json()["statuses"]
        .as_object()
        .expect("counts")
        .values()
        .map(|count| count.as_u64().expect("a count"))
        .sum::<u64>();
    assert_eq!(statuses, 82);
}

#[test]
fn nothing_to_look_at_proves_nothing() {
    let sandbox = Sandbox::folder(&[]);
    let all = criteria(&standards(&sandbox, &["--format", "json"]));
    assert!(all.values().all(|one| one["status"] == "to-answer"), "{all:#?}");
}

#[test]
fn the_directory_answers_the_page_the_phase_and_the_team() {
    let sandbox = product();
    sandbox.write(
        "directory.json",
        directory("https://github.com/betagouv/cantine/", "2026-02-01").to_string().as_bytes(),
    );
    let run = standards(&sandbox, &["--format", "json", "--directory", "directory.json"]);
    let report = run.json();
    assert_eq!(report["directory"]["id"], "cantine", "{}", run.stderr);
    assert_eq!(
        (&report["directory"]["phase"], &report["directory"]["incubators"][0]),
        (&json!("construction"), &json!("Incubateur des territoires"))
    );
    let all = criteria(&run);
    let page =
        |rank: u8| all[&format!("le-produit-a-une-fiche-a-jour-sur-le-site-beta-gouv-fr/{rank}")]["status"].clone();
    assert_eq!(
        [page(0), page(1), page(2), page(4), page(5), page(6), page(9)],
        ["proved", "proved", "contradicted", "proved", "evidence-for", "to-answer", "proved"]
    );
    assert_eq!(all["des-comites-d-investissement-sont-organises-regulierement/0"]["status"], "evidence-for");
    let team = &report["team"];
    assert_eq!((&team[0]["outcome"], &team[1]["outcome"]), (&json!("pass"), &json!("unverified")));
    assert!(
        team[0]["what"]["fr"].as_str().is_some_and(|what| what.contains("jusqu’au 1er février 2026, bientôt")),
        "{team}"
    );
    assert!(!run.stdout.contains("Lovelace"), "names are personal data");
    assert!(standards(&sandbox, &["--directory", "directory.json", "--names"]).stdout.contains("Ada Lovelace"));
    // The same mission, ended.
    sandbox.write("directory.json", directory("betagouv/cantine", "2025-12-31").to_string().as_bytes());
    let ended = standards(&sandbox, &["--format", "json", "--directory", "directory.json"]);
    assert_eq!(ended.json()["team"][0]["outcome"], "fail");
    assert!(ended.json()["team"][0]["what"]["en"].as_str().is_some_and(|what| what.contains("2025-12-31")));
}

#[test]
fn what_a_directory_says_acts_on_no_terminal() {
    let sandbox = product();
    let mut saved = directory("betagouv/cantine", "2026-06-30");
    let product = &mut saved["startups"]["data"][0]["attributes"];
    product["name"] = json!("Can\u{1b}[31mtine\u{202e}");
    product["phases"][0]["name"] = json!("x\u{1b}]0;y\u{7}");
    product["link"] = json!("https://a.fr/\u{1b}[2J");
    saved["incubators"]["anct"]["title"] = json!("\n::error::x");
    sandbox.write(".equerre/directory.json", saved.to_string().as_bytes());
    for format in ["terminal", "markdown", "csv", "json", "standards-front", "brief"] {
        let run =
            standards(&sandbox, &["--directory", ".equerre/directory.json", "--format", format, "--color", "never"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!run.stdout.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{format}: {:?}", run.stdout);
        assert!(!run.stdout.lines().any(|line| line.trim_start().starts_with("::")), "{format}");
    }
}

#[test]
fn an_organisation_alone_decides_nothing() {
    let sandbox = product();
    sandbox.write("directory.json", directory("https://github.com/betagouv", "2026-02-01").to_string().as_bytes());
    let run = standards(&sandbox, &["--format", "json", "--directory", "directory.json", "--lang", "en"]);
    assert_eq!(run.json()["directory"], Value::Null);
    assert!(
        run.json()["directory_unknown"]["en"]
            .as_str()
            .is_some_and(|why| why.contains("cantine") && why.contains("--beta-id"))
    );
    sandbox.write(".equerre.yml", b"beta-id: cantine\n");
    assert_eq!(
        standards(&sandbox, &["--format", "json", "--directory", "directory.json"]).json()["directory"]["id"],
        "cantine"
    );
    let wrong = standards(&sandbox, &["--directory", "directory.json", "--beta-id", "cantina", "--lang", "en"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("did you mean `cantine`"), "{}", wrong.stderr);
    sandbox.write("page.json", b"<html>502</html>");
    let broken = standards(&sandbox, &["--directory", "page.json", "--lang", "en"]);
    assert!(broken.code == 2 && broken.stderr.contains("page.json"), "{}", broken.stderr);
}

#[test]
fn what_people_attest_counts_apart_hides_nothing_and_ends() {
    let sandbox = product();
    let held = attestations(&[
        (RITUALS, "yes", "2026-06-30"),
        (LINTER, "yes", "2026-06-30"),
        ("des-rituels-d-equipes-reguliers-sont-mis-en-place/1", "yes", "2025-12-30"),
    ]);
    sandbox.write(".equerre/attestations.yml", held.as_bytes());
    let run = standards(&sandbox, &["--format", "json"]);
    let all = criteria(&run);
    assert_eq!(
        (&all[RITUALS]["status"], &all[RITUALS]["seen"], &all[RITUALS]["answer"]),
        (&json!("declared"), &json!("to-answer"), &json!("yes"))
    );
    assert_eq!(
        (&all[LINTER]["status"], &all[LINTER]["answer"], &all[LINTER]["disagrees"]),
        (&json!("contradicted"), &json!("no"), &json!(true))
    );
    let expired = &all["des-rituels-d-equipes-reguliers-sont-mis-en-place/1"];
    assert_eq!((&expired["status"], &expired["expired"]["until"]), (&json!("to-answer"), &json!("2025-12-30")));
    let report = run.json();
    assert!(report["notes"].to_string().contains("2025-12-30"), "{}", report["notes"]);
    let (proved, declared) = (report["conformity"]["proved"].as_f64(), report["conformity"]["declared"].as_f64());
    assert!(proved < declared, "{proved:?} {declared:?}");
    let told = standards(&sandbox, &["--lang", "fr"]).stdout.replace('\u{a0}', " ");
    assert!(told.contains("des personnes disent autrement") && told.contains("selon coach le 1er juin 2025"), "{told}");
    let schema: Value = sandbox.equerre(&["config", "schema", "--attestations"]).json();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let written: Value = serde_yaml::from_str(&held).expect("YAML");
    let wrong: Vec<String> = validator.iter_errors(&written).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty() && !validator.is_valid(&json!({ "attestations": [] })), "{wrong:?} {schema:#}");
}

#[test]
fn an_evaluation_makes_the_round_trip() {
    let sandbox = product();
    sandbox.write(
        ".equerre/attestations.yml",
        attestations(&[
            (RITUALS, "na", "2026-06-30"),
            ("des-rituels-d-equipes-reguliers-sont-mis-en-place/3", "false", "2026-06-30"),
        ])
        .as_bytes(),
    );
    let exported = standards(&sandbox, &["--format", "standards-front"]);
    let mut evaluation = exported.json();
    let judged = criteria(&standards(&sandbox, &["--format", "json"]));
    let mut answers = 0;
    for question in evaluation["questions"].as_array().expect("questions") {
        for key in ["id", "category", "title", "description", "resources", "last_modified_on"] {
            assert!(!question[key].is_null(), "{key}");
        }
        for (rank, criterion) in question["criteria"].as_array().expect("criteria").iter().enumerate() {
            let id = format!("{}/{rank}", question["id"].as_str().expect("an id"));
            assert_eq!(criterion["answer"], judged[&id]["answer"], "{id}");
            assert_eq!(criterion["label"], judged[&id]["label"], "{id}");
            assert_eq!(criterion["justification"].is_string(), criterion["answer"].is_string(), "{id}");
            answers += usize::from(criterion["answer"].is_string());
        }
    }
    assert!(answers > 8 && exported.stdout.contains("vu avec l'équipe"), "{answers}");
    // Compared with itself, nothing differs and nothing is lost.
    sandbox.write(".equerre/evaluation.json", exported.stdout.as_bytes());
    let compared = |args: &[&str]| {
        let mut all = vec!["--compare-declared", ".equerre/evaluation.json"];
        all.extend(args);
        standards(&sandbox, &all)
    };
    let same = compared(&["--format", "json"]).json();
    assert_eq!((&same["declared"]["gaps"], &same["declared"]["answered"]), (&json!([]), &json!(answers)));
    // As standards-front saves it: no justification, and whatever spaces and apostrophes a browser sends.
    let mut saved = evaluation.clone();
    for question in saved["questions"].as_array_mut().expect("questions") {
        for criterion in question["criteria"].as_array_mut().expect("criteria") {
            let label = criterion["label"].as_str().expect("a label").replace('\'', "’").replace('\n', "\r\n ");
            *criterion = json!({ "label": label, "answer": criterion["answer"], "updated_at": "2026-01-01" });
        }
    }
    sandbox.write(
        ".equerre/evaluation.json",
        json!({ "id": 12, "startup_uuid": "x", "questions": saved["questions"], "version": "2.0" })
            .to_string()
            .as_bytes(),
    );
    let saved = compared(&["--format", "json"]).json();
    assert_eq!(
        (&saved["declared"]["gaps"], &saved["declared"]["answered"], &saved["declared"]["unknown_labels"]),
        (&json!([]), &json!(answers), &json!([]))
    );
    // As a team edits it: a yes where the repository says no, a no where it says yes, and a label of another version.
    for question in evaluation["questions"].as_array_mut().expect("questions") {
        let change = |criterion: &mut Value| match criterion["label"].as_str().unwrap_or_default() {
            label if label.starts_with("Un linter est en place") => criterion["answer"] = json!("yes"),
            label if label.starts_with("Un README présente") => criterion["answer"] = json!("no"),
            label if label.starts_with("La pile technique") => {
                criterion["label"] = json!("La pile technique est renseignée")
            }
            _ => {}
        };
        question["criteria"].as_array_mut().expect("criteria").iter_mut().for_each(change);
    }
    sandbox.write(".equerre/evaluation.json", evaluation.to_string().as_bytes());
    let report = compared(&["--format", "json"]).json();
    let gaps: Vec<(&str, &str)> = report["declared"]["gaps"]
        .as_array()
        .expect("gaps")
        .iter()
        .map(|gap| (gap["criterion"].as_str().expect("a name"), gap["gap"].as_str().expect("a kind")))
        .collect();
    assert_eq!(
        gaps,
        [("les-aspects-techniques-du-produit-sont-documentes/0", "says-no-seen-yes"), (LINTER, "says-yes-seen-no")]
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    assert_eq!(report["declared"]["unknown_labels"], json!(["La pile technique est renseignée"]));
    let told = compared(&["--lang", "en"]).stdout;
    assert!(told.contains("unknown label") && told.contains("the team says yes, the contrary is seen"), "{told}");
}

#[test]
fn a_newer_export_is_read_and_what_is_new_in_it_is_told() {
    let sandbox = product();
    let newer = include_str!("../standards/beta-v2.0.yml").replace("version: '2.0'", "version: '2.1'").replace(
        "  - label: Un linter est en place sur le projet.",
        "  - label: Un formateur est en place.\n  - label: Un linter est en place sur le projet.",
    );
    sandbox.write("newer.yml", newer.as_bytes());
    let run = standards(&sandbox, &["--format", "json", "--standards", "newer.yml"]);
    let all = criteria(&run);
    assert_eq!(all.len(), 83, "{}", run.stderr);
    // The linter has moved to another rank, and is known by its label.
    assert_eq!(
        (&all[LINTER]["told_by"], &all["le-code-source-est-uniforme/1"]["answer"]),
        (&Value::Null, &json!("no"))
    );
    assert!(run.json()["notes"].to_string().contains("2.1"), "{}", run.json()["notes"]);
}

#[test]
fn attest_writes_what_standards_reads() {
    let sandbox = product();
    let attest = |args: &[&str]| {
        let mut all = vec!["attest", "--as-of", NOW_TEXT, "--lang", "en"];
        all.extend(args);
        sandbox.equerre(&all)
    };
    let whole =
        [RITUALS, "--answer", "yes", "--who", "product lead", "--until", "2026-06-30", "--why", "every \"Monday\": 9h"];
    let run = attest(&whole);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        criteria(&standards(&sandbox, &["--format", "json"]))[RITUALS]["attested"]["why"],
        "every \"Monday\": 9h"
    );
    let again = attest(&whole);
    assert!(again.code == 2 && again.stderr.contains("--replace"), "{}", again.stderr);
    assert_eq!(attest(&[&whole[..], &["--replace"]].concat()).code, 0);
    for (args, said) in [
        (&[RITUALS, "--answer", "yes"][..], "`--who` is missing"),
        (&["le-code-source-est-uniforme"][..], "add the rank"),
        (&[LINTER, "--answer", "yes", "--who", "a@b.fr", "--until", "2026-06-30", "--why", "x"][..], "names somebody"),
        (&[LINTER, "--answer", "yes", "--who", "coach", "--until", "2025-06-30", "--why", "x"][..], "is past"),
        (&[][..], "standard input is no terminal"),
    ] {
        let run = attest(args);
        assert!(run.code == 2 && run.stderr.contains(said), "{said}: {}", run.stderr);
    }
}

#[test]
fn a_mistake_in_the_file_is_told_with_its_line() {
    let sandbox = product();
    sandbox.write(
        ".equerre/attestations.yml",
        attestations(&[("le-code-source-est-uniform/0", "yes", "2026-06-30")]).as_bytes(),
    );
    let run = standards(&sandbox, &["--lang", "en"]);
    assert!(
        run.code == 2 && run.stderr.contains(".equerre/attestations.yml:3") && run.stderr.contains(LINTER),
        "{}",
        run.stderr
    );
}

#[test]
fn the_other_formats_hold_every_criterion_and_nothing_that_acts() {
    let sandbox = product();
    let hostile = attestations(&[(RITUALS, "yes", "2026-06-30")])
        .replace("vu avec l'équipe", "\"=cmd() <script>alert(1)</script> | @x\"");
    sandbox.write(".equerre/attestations.yml", hostile.as_bytes());
    let csv = standards(&sandbox, &["--format", "csv", "--lang", "fr"]).stdout;
    assert_eq!(csv.lines().count(), 83);
    let markdown = standards(&sandbox, &["--format", "markdown", "--lang", "fr"]).stdout;
    assert_eq!(markdown.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| critère")).count(), 82);
    assert!(!markdown.contains("<script>") && !markdown.contains("| @x"), "{markdown}");
    let sheet = standards(&sandbox, &["--format", "brief"]).stdout;
    assert!(
        sheet.contains("lang=\"fr\"")
            && sheet.contains("Trois risques")
            && sheet.contains("Critères qui attendent une réponse")
    );
    assert!(
        !sheet.contains("<script") && !sheet.contains("src=") && !sheet.contains("url("),
        "nothing runs, nothing is loaded"
    );
    let english = standards(&sandbox, &["--format", "brief", "--lang", "en"]).stdout;
    assert!(english.contains("lang=\"en\"") && english.contains("Three risks"));
}

/// A directory on this machine, asked with `--online`: nothing of the network of others.
fn online(pages: Vec<(&str, u16, String)>) -> String {
    let answer =
        |(path, status, body): (&str, u16, String)| (path.to_owned(), Answer { status, headers: Vec::new(), body });
    let port = Port::open();
    let url = format!("http://127.0.0.1:{}", port.number());
    port.serve(Served { pages: pages.into_iter().map(answer).collect(), ..Served::default() }, None);
    url
}

#[test]
fn the_directory_is_asked_online_and_what_it_does_not_answer_is_told() {
    let sandbox = Sandbox::folder(&[("index.js", "export const a = 1;\n")]);
    let saved = directory("", "2026-06-30");
    let own = json!({ "id": "cantine", "name": "Cantine", "phases": [], "mon_service_securise": true });
    // Four million characters of a page are read.
    let mut startups = saved["startups"].clone();
    startups["data"][0]["attributes"]["content_url_encoded_markdown"] = json!("a".repeat(4_000_000));
    let url = online(vec![
        ("/api/v2.7/startups.json", 200, startups.to_string()),
        ("/api/v2.7/authors.json", 200, saved["authors"].to_string()),
        ("/api/v2.7/incubators.json", 200, saved["incubators"].to_string()),
        ("/api/v3/startups/cantine.json", 200, own.to_string()),
    ]);
    let ask = |url: &str| {
        standards(
            &sandbox,
            &[
                "--no-git",
                "--online",
                "--directory-url",
                url,
                "--beta-id",
                "cantine",
                "--format",
                "json",
                "--lang",
                "en",
            ],
        )
    };
    let run = ask(&url);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(
        (&report["directory"]["id"], &report["team"][0]["outcome"]),
        (&json!("cantine"), &json!("pass")),
        "{report}"
    );
    assert_eq!(
        criteria(&run)["l-equipe-a-etabli-un-plan-d-action-visant-l-homologation-de-son-service/0"]["status"],
        "proved"
    );
    // A broken file leaves the team unverified, and is told; so does a directory that is not there.
    let broken = ask(&online(vec![
        ("/api/v2.7/startups.json", 200, startups.to_string()),
        ("/api/v2.7/authors.json", 200, "[{".to_owned()),
    ]));
    assert_eq!(broken.json()["team"][0]["outcome"], "unverified");
    assert!(broken.json()["notes"].to_string().contains("not read whole"), "{}", broken.json()["notes"]);
    let closed = format!("http://127.0.0.1:{}", Port::open().number());
    let gone = ask(&closed);
    assert!(
        gone.code == 0 && gone.json()["notes"].to_string().contains("127.0.0.1"),
        "{}{}",
        gone.stderr,
        gone.json()["notes"]
    );
}

#[test]
fn another_pack_asks_its_own_questions() {
    let sandbox = product();
    sandbox.write(
        ".equerre/attestations-anct.yml",
        b"version: anct-2026\nattestations:\n- criterion: anct-secu/2\n  answer: yes\n  who: tech lead\n  when: 2025-12-01\n  until: 2026-12-01\n  why: seen\n",
    );
    let run = standards(&sandbox, &["--format", "json", "--standards", "anct"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let all = criteria(&run);
    assert_eq!(all.len(), 97);
    let labelled = |number: u32| {
        all.values()
            .find(|one| one["label"].as_str().is_some_and(|label| label.starts_with(&format!("{number}. "))))
            .expect("a question")
    };
    assert_eq!(labelled(43)["status"], "proved", "the licence: {:#}", labelled(43));
    assert_eq!(labelled(89)["status"], "proved", "decision records: {:#}", labelled(89));
    assert_eq!((&labelled(98)["status"], &labelled(98)["id"]), (&json!("declared"), &json!("anct-secu/2")));
    assert_eq!(labelled(106)["status"], "to-answer");
    let told = standards(&sandbox, &["--standards", "anct", "--lang", "fr"]).stdout.replace('\u{a0}', " ");
    assert!(told.contains("grille d’audit de l’ANCT") && !told.contains("standards de beta.gouv.fr"), "{told}");
    let unknown = standards(&sandbox, &["--standards", "ancte", "--lang", "en"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("ancte"), "{}", unknown.stderr);
}

#[test]
fn the_measures_of_mon_service_securise_that_are_evidenced_are_listed() {
    let sandbox = product();
    let list = standards(&sandbox, &["--format", "mss"]).stdout.replace('\u{a0}', " ");
    assert!(list.contains("Sur les 122 mesures") && list.contains("| INCIDENT.6 |"), "{list}");
    let row = list.lines().find(|line| line.starts_with("| INCIDENT.6 ")).expect("a row");
    assert!(row.contains("| contraire |"), "{row}");
    // What is not seen is not listed.
    assert!(!list.contains("PHYS.1") && !list.contains("| CONTINU.1 |"), "{list}");
    let nothing = standards(&Sandbox::folder(&[]), &["--format", "mss", "--lang", "en"]).stdout;
    assert!(nothing.contains("0 are evidenced") && !nothing.contains("INCIDENT"), "{nothing}");
}

#[test]
fn a_phase_says_what_is_expected_now_and_next() {
    let sandbox = product();
    sandbox.write("directory.json", directory("betagouv/cantine", "2026-06-30").to_string().as_bytes());
    let run = standards(&sandbox, &["--format", "json", "--directory", "directory.json"]);
    let all = criteria(&run);
    let of = |id: &str| (all[id]["expected"].clone(), all[id]["next"].clone());
    assert_eq!(of("le-produit-communique-sur-son-budget/0"), (json!(true), json!(false)));
    assert_eq!(of("le-code-est-deploye-frequemment-idealement-en-continu/0"), (json!(false), json!(true)));
    assert_eq!(of(LINTER), (json!(false), json!(false)));
    let told = standards(&sandbox, &["--directory", "directory.json", "--lang", "fr"]).stdout.replace('\u{a0}', " ");
    assert!(told.contains("La phase suivante en cite"), "{told}");
}

#[test]
fn a_product_of_several_repositories_stands_beside_the_standards_as_one() {
    let front = product();
    let back = Sandbox::repository(&[
        (
            "README.md",
            "# API\n\nL’interface de programmation de la cantine, pour les gestionnaires et leurs logiciels.\n",
        ),
        ("package.json", r#"{"name":"api","private":true,"dependencies":{"express":"5.0.0"}}"#),
        ("src/index.js", "import express from 'express';\nexpress().listen(3000);\n"),
    ]);
    front.write(
        ".equerre/directory.json",
        directory("https://github.com/betagouv/cantine/", "2026-02-01").to_string().as_bytes(),
    );
    front.write(".equerre/attestations.yml", attestations(&[(RITUALS, "yes", "2026-06-30")]).as_bytes());
    let (one, two) = (front.path().display().to_string(), back.path().display().to_string());
    let audit = |format: &str, lang: &str| {
        let directory = front.join(".equerre/directory.json").display().to_string();
        let args =
            ["audit", &one, &two, "--product", "Cantine", "--as-of", NOW_TEXT, "--format", format, "--lang", lang];
        let run = front.equerre(&[&args[..], &["--directory", &directory]].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout.replace('\u{a0}', " ")
    };
    let told = audit("standards", "en");
    // One product, one page in the directory, and what is missing where.
    assert!(
        told.contains("Cantine – standards of beta.gouv.fr") && told.contains("construction since 2025-01-01"),
        "{told}"
    );
    let licence =
        told.lines().skip_while(|line| !line.contains("open source code")).take(6).collect::<Vec<_>>().join("\n");
    assert!(licence.contains("[contradicted]"), "{licence}");
    assert!(told.contains("yes, says coach on 2025-06-01"), "{told}");
    let sheet = audit("brief", "fr");
    assert!(
        sheet.contains("<h1>Cantine</h1>")
            && sheet.contains("Note du produit")
            && sheet.contains("Trois risques")
            && sheet.contains("intrapreneuriat"),
        "{sheet}"
    );
    assert!(!sheet.contains("<script") && !sheet.contains("Lovelace"));
}

#[test]
fn the_page_of_an_audit_shows_the_criteria_in_their_own_words() {
    let sandbox = product();
    sandbox.write(".equerre/attestations.yml", attestations(&[(RITUALS, "yes", "2026-06-30")]).as_bytes());
    let page =
        sandbox.equerre(&["--format", "html", "--as-of", NOW_TEXT, "--lang", "fr"]).stdout.replace('\u{a0}', " ");
    assert!(
        page.contains("Les standards, critère par critère") && page.contains("Un linter est en place sur le projet.")
    );
    let report = sandbox.equerre(&["--format", "json", "--as-of", NOW_TEXT]).json();
    let listed = report["standards"]["criteria"].as_array().expect("criteria");
    let linter = listed.iter().find(|one| one["criterion"] == LINTER).expect("a criterion");
    assert_eq!((listed.len(), &linter["status"], &linter["answer"]), (82, &json!("contradicted"), &json!("no")));
    let markdown = sandbox.equerre(&["--format", "markdown", "--as-of", NOW_TEXT, "--lang", "fr"]).stdout;
    assert!(markdown.contains("contredit\u{a0}: Un linter est en place sur le projet."), "{markdown}");
    assert!(page.contains("selon coach le 1er juin 2025") && page.matches("class=\"state state-").count() == 82);
}

#[test]
fn the_sheet_says_what_changed_since_an_earlier_report() {
    let sandbox = product();
    for (name, args) in [("own", &["standards"][..]), ("audit", &[][..])] {
        let before = sandbox.equerre(&[args, &["--format", "json", "--as-of", "2025-12-30T00:00:00Z"]].concat());
        sandbox.write(&format!(".equerre/{name}.json"), before.stdout.as_bytes());
    }
    sandbox.write(".equerre/attestations.yml", attestations(&[(RITUALS, "yes", "2026-06-30")]).as_bytes());
    for name in ["own", "audit"] {
        let file = format!(".equerre/{name}.json");
        let sheet = standards(&sandbox, &["--format", "brief", "--compare", &file]).stdout.replace('\u{a0}', " ");
        assert!(
            sheet.contains("Ce qui a changé depuis le 30 décembre 2025") && sheet.contains("Désormais respectés"),
            "{sheet}"
        );
        assert!(
            sheet.contains("<li>L’équipe organise régulièrement des rituels</li>")
                && !sheet.contains("Désormais contredits")
        );
    }
    sandbox.write(".equerre/wrong.json", b"{}");
    let wrong = standards(&sandbox, &["--format", "brief", "--compare", ".equerre/wrong.json", "--lang", "en"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("no earlier report"), "{}", wrong.stderr);
}
