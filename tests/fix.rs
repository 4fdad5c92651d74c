//! `equerre fix` on the cases of each rule that it fixes: the rule passes afterwards, or a person is told why not; a second run changes
//! nothing, nothing is overwritten, and nothing is written out of the tree.

mod common;
#[allow(dead_code, reason = "no site is served over TLS here")]
#[path = "common/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::path::Path;

use common::{NOW_TEXT, Run, Sandbox};
use equerre::internals::{LICENCES, fixable};
use rayon::prelude::*;
use serde_json::Value;

fn fix(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox.equerre(&[&["fix", "--as-of", NOW_TEXT, "--no-config", "--unsafe"], args].concat())
}

/// The result of each rule, and the score.
fn audit(sandbox: &Sandbox) -> (BTreeMap<String, Value>, f64) {
    let report = sandbox.equerre(&["--as-of", NOW_TEXT, "--no-config", "--format", "json"]).json();
    let findings = report["findings"].as_array().expect("findings").iter();
    let findings = findings.map(|found| (found["rule"].as_str().expect("a rule").to_owned(), found.clone())).collect();
    (findings, report["grade"]["score"].as_f64().unwrap_or(0.0))
}

fn findings(sandbox: &Sandbox) -> BTreeMap<String, Value> {
    audit(sandbox).0
}

fn score(sandbox: &Sandbox) -> f64 {
    audit(sandbox).1
}

/// Every file of a folder but those of git, with what it says.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = walkdir::WalkDir::new(folder).into_iter().filter_entry(|entry| entry.file_name() != ".git");
    let all = all.map(|entry| entry.expect("a file")).filter(|entry| entry.file_type().is_file());
    all.map(|entry| {
        let path = entry.path().strip_prefix(folder).expect("below").display().to_string();
        (path, std::fs::read(entry.path()).expect("a file"))
    })
    .collect()
}

/// A repository that holds a case, with a remote on GitHub.
fn repository_of(case: &Path) -> Sandbox {
    let sandbox = Sandbox::folder(&[]);
    for (path, bytes) in files(case) {
        if path != "case.yml" {
            sandbox.write(&path, &bytes);
        }
    }
    if files(sandbox.path()).is_empty() {
        sandbox.write("notes.txt", b"nothing\n");
    }
    git2::Repository::init(sandbox.path()).expect("a repository");
    sandbox.git().remote("origin", "https://github.com/example/cantine.git").expect("a remote");
    sandbox.commit("feat: first version", 10);
    sandbox
}

const ANSWERS: &[&str] = &["--licence", "MIT", "--contact", "securite@cantine.example.org"];

/// What became of a case: whether it was fixed or left; nothing where its rule does not fail without its history.
fn fix_case(rule: &str, case: &Path) -> Option<bool> {
    let (name, sandbox) = (case.display(), repository_of(case));
    let (before, old) = audit(&sandbox);
    if before[rule]["outcome"] != "fail" {
        return None;
    }
    let tree = files(sandbox.path());
    let done = fix(&sandbox, &[&[rule], ANSWERS].concat());
    let now = files(sandbox.path());
    // Only lines may be added to what people wrote.
    for (path, bytes) in &tree {
        assert!(now.get(path).is_some_and(|text| text.starts_with(bytes)), "{name}: {path} was changed");
    }
    if done.code == 1 {
        assert!(done.stdout.contains("left:"), "{name}: {}", done.stdout);
        assert!(now == tree, "{name}: something was written all the same");
        return Some(false);
    }
    assert_eq!(done.code, 0, "{name}: {}", done.stderr);
    let (after, new) = audit(&sandbox);
    assert_ne!(after[rule]["outcome"], "fail", "{name}: {}{}", done.stdout, done.stderr);
    assert!(new >= old, "{name}: the grade fell");
    fix(&sandbox, &[&[rule], ANSWERS].concat());
    assert!(files(sandbox.path()) == now, "{name}: a second run changed something");
    Some(true)
}

#[test]
fn what_is_written_passes_the_rule_that_it_mends() {
    let cases_of = |rule: &'static str| {
        let cases =
            std::fs::read_dir(format!("fixtures/{rule}/fails")).unwrap_or_else(|error| panic!("{rule}: {error}"));
        cases.map(move |case| (rule, case.expect("a case").path())).collect::<Vec<_>>()
    };
    let cases: Vec<_> = fixable().flat_map(cases_of).collect();
    let fixed: Vec<(&str, Option<bool>)> = cases.par_iter().map(|(rule, case)| (*rule, fix_case(rule, case))).collect();
    // Those whose cases say too little have tests of their own below.
    let own = ["action-on-movable-tag", "action-on-moving-branch", "missing-publiccode", "unpinned-runtime"];
    for rule in fixable().filter(|rule| !own.contains(rule)) {
        assert!(fixed.contains(&(rule, Some(true))), "no case of {rule} was fixed: {fixed:?}");
    }
}

/// A product of two parts that lacks everything.
fn product() -> Sandbox {
    let code = "export const rate = 1;\n".repeat(60);
    let sandbox = Sandbox::repository(&[
        (
            "README.md",
            "# Cantine\n\nCantine aide les gestionnaires de cantines scolaires à suivre leurs achats et à respecter la loi, sans tableur ni paperasse : chaque achat est saisi une fois, et le bilan annuel s'écrit seul.\n",
        ),
        (
            "package.json",
            "{\n  \"private\": true,\n  \"scripts\": { \"test\": \"vitest run\", \"lint\": \"eslint .\" },\n  \"devDependencies\": { \"vitest\": \"3.0.0\", \"eslint\": \"9.0.0\" }\n}\n",
        ),
        ("package-lock.json", "{ \"lockfileVersion\": 3, \"packages\": {} }\n"),
        ("src/app.js", code.as_str()),
        (
            "src/app.test.js",
            "import { expect, test } from 'vitest';\nimport { rate } from './app.js';\ntest('rate', () => expect(rate).toBe(1));\n",
        ),
        ("eslint.config.js", "export default [];\n"),
        ("api/requirements.txt", "django==5.1\npytest==8.0\nruff==0.9\n"),
        ("api/manage.py", "import os\nKEY = os.environ['SECRET_KEY']\n"),
        ("api/app.py", &"def rate():\n    return 1\n".repeat(20)),
        ("api/test_app.py", "from app import rate\n\n\ndef test_rate():\n    assert rate() == 1\n"),
        ("api/ruff.toml", "line-length = 100\n"),
    ]);
    sandbox.git().remote("origin", "https://github.com/example/cantine.git").expect("a remote");
    sandbox
}

#[test]
fn a_bare_product_gets_all_that_a_machine_can_write() {
    let sandbox = product();
    let before = score(&sandbox);
    let done = fix(&sandbox, ANSWERS);
    assert_eq!(done.code, 0, "{}", done.stderr);
    for path in [
        "LICENSE",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "publiccode.yml",
        ".github/dependabot.yml",
        ".editorconfig",
        ".github/workflows/ci.yml",
        ".env.example",
    ] {
        assert!(sandbox.join(path).exists(), "{path}: {}{}", done.stdout, done.stderr);
    }
    let after = findings(&sandbox);
    for rule in [
        "invalid-publiccode",
        "ci-without-tests",
        "ci-without-linter",
        "tests-not-on-pull-requests",
        "workflow-without-permissions",
        "action-on-movable-tag",
        "unfrozen-installs",
        "unwatched-dependencies",
        "licence-not-for-software",
    ] {
        assert_eq!(after[rule]["outcome"], "pass", "{rule}: {}", after[rule]);
    }
    assert!(score(&sandbox) > before + 10.0, "{before} became {}", score(&sandbox));
    let read = |path: &str| std::fs::read_to_string(sandbox.join(path)).expect("a file");
    let workflow = read(".github/workflows/ci.yml");
    for part in [
        "npm ci",
        "npm run lint",
        "npm test",
        "working-directory: api",
        "pip install -r requirements.txt",
        "ruff check .",
        "pytest",
    ] {
        assert!(workflow.contains(part), "{part} is not in\n{workflow}");
    }
    let bots = read(".github/dependabot.yml");
    assert!(bots.contains("package-ecosystem: npm") && bots.contains("directory: \"/api\""), "{bots}");
    assert!(read(".env.example").contains("SECRET_KEY=\n"));
    assert!(read("CONTRIBUTING.md").contains("npm test") && read("SECURITY.md").contains("/security/advisories/new"));
    assert!(read("LICENSE").contains("Copyright (c) 2026 the contributors of cantine"), "{}", read("LICENSE"));
    assert!(read("publiccode.yml").contains("license: MIT"));
    let again = files(sandbox.path());
    let second = fix(&sandbox, ANSWERS);
    assert!(files(sandbox.path()) == again, "{}{}", second.stdout, second.stderr);
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let sandbox = product();
    let before = files(sandbox.path());
    let shown = fix(&sandbox, &[&["--dry-run"], ANSWERS].concat());
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    for part in ["missing-licence", "+++ b/LICENSE", "+MIT License", "--- /dev/null"] {
        assert!(shown.stdout.contains(part), "{part} is not in\n{}", shown.stdout);
    }
    assert!(files(sandbox.path()) == before);
}

#[test]
fn the_choice_of_a_licence_is_left_to_people() {
    let sandbox = product();
    let left = fix(&sandbox, &["missing-licence", "--lang", "fr"]);
    assert!(left.code == 1 && left.stdout.contains("--licence") && left.stdout.contains("EUPL-1.2"), "{}", left.stdout);
    let odd = fix(&sandbox, &["missing-licence", "--licence", "WTFPL"]);
    assert!(odd.code == 2 && odd.stderr.contains("WTFPL") && !sandbox.join("LICENSE").exists(), "{}", odd.stderr);
    for contact in ["nobody", "bad mail <script>@x.fr", "a@b", "@x.fr"] {
        let refused = fix(&sandbox, &["--contact", contact]);
        assert!(refused.code == 2 && refused.stderr.contains("not an email address"), "{contact}: {}", refused.stderr);
    }
    for licence in LICENCES {
        let _ = std::fs::remove_file(sandbox.join("LICENSE"));
        assert_eq!(fix(&sandbox, &["missing-licence", "--licence", licence]).code, 0);
        let after = findings(&sandbox);
        assert_eq!(after["licence-not-for-software"]["outcome"], "pass", "{licence}");
        let facts = sandbox.equerre(&["facts", "--as-of", NOW_TEXT, "--format", "json"]).json();
        let told = facts["license_spdx"]["value"]
            .as_str()
            .or(facts["facts"]["license_spdx"]["value"].as_str())
            .expect("a licence")
            .to_owned();
        assert!(told.starts_with(licence.split("-or-").next().expect("a start")), "{licence} reads as {told}");
    }
}

#[test]
fn names_that_are_no_mend_say_what_is() {
    let sandbox = product();
    let person = fix(&sandbox, &["missing-unit-tests"]);
    assert!(person.code == 2 && person.stderr.contains("explain missing-unit-tests"), "{}", person.stderr);
    let near = fix(&sandbox, &["missing-license"]);
    assert!(near.code == 2 && near.stderr.contains("missing-licence"), "{}", near.stderr);
}

#[test]
fn secrets_leave_the_index_and_stay_on_the_disk_unseen() {
    let sandbox = product();
    let text = "# Base\nDATABASE_URL=postgres://u:p@db.example-prod.fr/x\nAPI_TOKEN=q8Zr2LwX9vTf4KpB\nexport MAIL_HOST=smtp.fournisseur.fr\n";
    sandbox.write(".env", text.as_bytes());
    sandbox.write(".gitignore", b"node_modules");
    sandbox.commit("chore: env", 3);
    assert_eq!(findings(&sandbox)["secret-in-env-file"]["outcome"], "fail");
    let done = fix(&sandbox, &["secret-in-env-file"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        !done.stdout.contains("q8Zr2LwX9vTf4KpB") && done.stderr.contains("revoke"),
        "{}{}",
        done.stdout,
        done.stderr
    );
    let read = |path: &str| std::fs::read_to_string(sandbox.join(path)).expect("a file");
    assert_eq!(read(".env"), text);
    assert_eq!(read(".gitignore"), "node_modules\n/.env\n");
    let example = read(".env.example");
    assert!(example.ends_with("DATABASE_URL=\nAPI_TOKEN=\nMAIL_HOST=\n"), "{example}");
    assert!(sandbox.git().index().expect("an index").get_path(Path::new(".env"), 0).is_none());
    assert_eq!(findings(&sandbox)["secret-in-env-file"]["outcome"], "pass");
    // Where it is tracked again, its line is already there.
    let repository = sandbox.git();
    let mut index = repository.index().expect("an index");
    index.add_path(Path::new(".env")).and_then(|()| index.write()).expect("added");
    assert_eq!(fix(&sandbox, &["secret-in-env-file"]).code, 0);
    assert_eq!(read(".gitignore"), "node_modules\n/.env\n");
}

#[cfg(unix)]
#[test]
fn git_data_that_cannot_be_opened_are_told() {
    let sandbox = product();
    sandbox.write(".env", b"API_TOKEN=q8Zr2LwX9vTf4KpB\n");
    sandbox.commit("chore: env", 3);
    // What was planned is not said to be done where the index cannot be written.
    std::fs::write(sandbox.join(".git/index.lock"), "").expect("a lock");
    let refused = fix(&sandbox, &["secret-in-env-file"]);
    assert!(refused.code == 2 && !refused.stderr.contains("out of the index"), "{} {}", refused.code, refused.stderr);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let outside = tempfile::TempDir::new().expect("a folder");
    let sandbox = product();
    std::os::unix::fs::symlink(outside.path(), sandbox.join(".github")).expect("a link");
    std::os::unix::fs::symlink(outside.path().join("policy"), sandbox.join("SECURITY.md")).expect("a link");
    for rule in ["missing-ci-pipeline", "missing-dependency-updates", "missing-security-policy"] {
        let refused = fix(&sandbox, &[&[rule], ANSWERS].concat());
        assert!(refused.code == 1 && refused.stdout.contains("symbolic link"), "{rule}: {}", refused.stdout);
        // The preview shows what the run does.
        let shown = fix(&sandbox, &[&[rule, "--dry-run"], ANSWERS].concat());
        assert_eq!((shown.code, &shown.stdout), (refused.code, &refused.stdout), "{rule}");
    }
    assert!(std::fs::read_dir(outside.path()).expect("a folder").next().is_none());
}

#[test]
fn a_mirror_has_nothing_to_write_in() {
    let sandbox = product();
    let refused = sandbox.equerre(&["fix", "--path", ".git", "--as-of", NOW_TEXT]);
    assert!(refused.code == 2 && refused.stderr.contains("working tree"), "{}", refused.stderr);
}

#[test]
fn a_repository_on_gitlab_gets_its_own_files() {
    let sandbox = product();
    sandbox.git().remote_set_url("origin", "git@gitlab.com:example/cantine.git").expect("a remote");
    let done = fix(&sandbox, ANSWERS);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(sandbox.join(".gitlab-ci.yml").exists() && sandbox.join("renovate.json").exists(), "{}", done.stdout);
    assert!(!sandbox.join(".github").exists());
    let after = findings(&sandbox);
    for rule in [
        "missing-ci-pipeline",
        "ci-without-tests",
        "ci-without-linter",
        "missing-dependency-updates",
        "unfrozen-installs",
    ] {
        assert_eq!(after[rule]["outcome"], "pass", "{rule}: {}", after[rule]);
    }
}

#[test]
fn hostile_names_stay_names_in_what_is_written() {
    let sandbox = product();
    let folder = "x'; touch pwned; '$(touch pwned)";
    sandbox.write(
        &format!("{folder}/package.json"),
        b"{\"scripts\": {\"test\": \"vitest run\"}, \"dependencies\": {\"vitest\": \"3\", \"koa\": \"2\"}}\n",
    );
    sandbox.write(
        &format!("{folder}/app.test.js"),
        "import { test } from 'vitest';\ntest('a', () => {});\n".repeat(30).as_bytes(),
    );
    sandbox.commit("feat: more", 2);
    for remote in ["https://github.com/example/cantine.git", "https://gitlab.com/example/cantine.git"] {
        sandbox.git().remote_set_url("origin", remote).expect("a remote");
        assert_eq!(fix(&sandbox, ANSWERS).code, 0);
    }
    for path in [".github/workflows/ci.yml", ".github/dependabot.yml"] {
        let text = std::fs::read_to_string(sandbox.join(path)).expect("a file");
        let value: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
        assert!(value.to_string().contains("touch pwned"), "{text}");
    }
    let guide = std::fs::read_to_string(sandbox.join("CONTRIBUTING.md")).expect("a file");
    assert!(guide.contains("In `x'; touch pwned; '$(touch pwned)`:") && !guide.contains("cd x"), "{guide}");
}

#[test]
fn the_version_that_pipelines_agree_on_is_written_for_laptops() {
    let sandbox = product();
    let workflow = |version: &str| {
        format!(
            "on: push\njobs:\n  t:\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          node-version: {version}\n"
        )
    };
    sandbox.write(".github/workflows/a.yml", workflow("'22'").as_bytes());
    assert_eq!(findings(&sandbox)["unpinned-runtime"]["outcome"], "fail");
    sandbox.write(".github/workflows/b.yml", workflow("20").as_bytes());
    let several = fix(&sandbox, &["unpinned-runtime"]);
    assert!(several.code == 1 && several.stdout.contains("20, 22"), "{}", several.stdout);
    sandbox.write(".github/workflows/b.yml", workflow("22").as_bytes());
    assert_eq!(fix(&sandbox, &["unpinned-runtime"]).code, 0);
    assert_eq!(std::fs::read_to_string(sandbox.join(".nvmrc")).expect("a file"), "22\n");
    assert_eq!(findings(&sandbox)["unpinned-runtime"]["outcome"], "pass");
}

/// A forge that knows the commit of two versions.
fn forge() -> String {
    use std::io::Write as _;
    let port = server::Port::open();
    let address = format!("http://127.0.0.1:{}", port.number());
    port.each(|mut stream| {
        let Some((_, path)) = server::request(&mut stream) else { return };
        let (status, body) = match path.as_str() {
            "/repos/codecov/codecov-action/commits/v5" => (200, format!("{{\"sha\": \"{}\"}}", "a1".repeat(20))),
            "/repos/exemple/outils/commits/main" => (200, format!("{{\"sha\": \"{}\"}}", "b2".repeat(20))),
            _ => (404, "{}".to_owned()),
        };
        let _ = write!(stream, "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    });
    address
}

#[test]
fn actions_are_pinned_to_the_commit_that_the_forge_tells() {
    let sandbox = product();
    let workflow = "on: push\npermissions: { contents: read }\njobs:\n  t:\n    steps:\n      - uses: codecov/codecov-action@v5\n      - uses: 'exemple/outils/prepare@main'\n      - uses: ./.github/actions/own\n      - run: npm test\n";
    sandbox.write(".github/workflows/a.yml", workflow.as_bytes());
    let rules = ["action-on-movable-tag", "action-on-moving-branch"];
    let offline = fix(&sandbox, &rules);
    assert!(offline.code == 1 && offline.stdout.contains("--online"), "{}", offline.stdout);
    sandbox.write(
        ".config/equerre/forges.yml",
        format!("forges:\n  github.com:\n    software: github\n    api: {}\n", forge()).as_bytes(),
    );
    sandbox.write(".gitignore", b".config\n.cache\n");
    let done = fix(&sandbox, &[&rules[..], &["--online"]].concat());
    assert_eq!(done.code, 0, "{}{}", done.stdout, done.stderr);
    let text = std::fs::read_to_string(sandbox.join(".github/workflows/a.yml")).expect("a file");
    let expected = workflow
        .replace("action@v5", &format!("action@{} # v5", "a1".repeat(20)))
        .replace("prepare@main'", &format!("prepare@{}' # main", "b2".repeat(20)));
    assert_eq!(text, expected);
    for rule in rules {
        assert_eq!(findings(&sandbox)[rule]["outcome"], "pass", "{rule}");
    }
    // A version that the forge does not know leaves everything as it is.
    sandbox.write(".github/workflows/b.yml", workflow.replace("@v5", "@v9").as_bytes());
    let unknown = fix(&sandbox, &[&rules[..], &["--online"]].concat());
    assert_eq!(unknown.code, 1, "{}", unknown.stdout);
    assert!(std::fs::read_to_string(sandbox.join(".github/workflows/b.yml")).expect("a file").contains("@v9"));
}

#[test]
fn two_mends_of_one_file_are_one() {
    let sandbox = Sandbox::repository(&[
        ("README.md", "# Cantine\n"),
        (".env", "API_TOKEN=q8Zr2LwX9vTf4KpB\nMAIL_HOST=smtp.fournisseur.fr\n"),
        ("src/a.js", &"export const key = process.env.MAPS_KEY;\n".repeat(60)),
    ]);
    let done = fix(&sandbox, &["secret-in-env-file", "missing-environment-example", "missing-editorconfig"]);
    assert_eq!(done.code, 0, "{}{}", done.stdout, done.stderr);
    let example = std::fs::read_to_string(sandbox.join(".env.example")).expect("a file");
    assert!(
        example.contains("API_TOKEN=\n") && example.contains("MAPS_KEY=\n") && !example.contains("q8Zr"),
        "{example}"
    );
    assert!(sandbox.join(".editorconfig").exists());
}

#[test]
fn folders_that_read_alike_have_jobs_of_their_own() {
    let code = "def rate():\n    return 1\n".repeat(20);
    let test = "from app import rate\n\n\ndef test_rate():\n    assert rate() == 1\n";
    let mut files = vec![("README.md".to_owned(), "# Cantine\n".to_owned())];
    for folder in ["apps/web", "apps-web"] {
        files.push((format!("{folder}/requirements.txt"), "pytest==8.0\n".to_owned()));
        files.push((format!("{folder}/app.py"), code.clone()));
        files.push((format!("{folder}/test_app.py"), test.to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let sandbox = Sandbox::repository(&files);
    assert_eq!(fix(&sandbox, &["missing-ci-pipeline"]).code, 0);
    let text = std::fs::read_to_string(sandbox.join(".github/workflows/ci.yml")).expect("a file");
    let value: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(value["jobs"].as_object().map(serde_json::Map::len), Some(2), "{text}");
}

#[test]
fn a_version_of_ruby_is_that_of_the_gemfile() {
    let sandbox = Sandbox::repository(&[
        ("README.md", "# Cantine\n"),
        ("Gemfile", "source 'https://rubygems.org'\nruby '3.3.1'\ngem 'rspec'\n"),
        ("Gemfile.lock", "GEM\n  specs:\n    rspec (3.13.0)\n"),
        ("lib/a.rb", &"def rate = 1\n".repeat(60)),
        ("spec/a_spec.rb", "RSpec.describe('a') { it('b') { expect(1).to eq(1) } }\n"),
    ]);
    assert_eq!(fix(&sandbox, &["missing-ci-pipeline"]).code, 0);
    let text = std::fs::read_to_string(sandbox.join(".github/workflows/ci.yml")).expect("a file");
    assert!(text.contains("ruby-version: \"3.3.1\"") && text.contains("bundle exec rspec"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_mend_is_made_whole_or_not_at_all() {
    let sandbox = product();
    sandbox.write(".env", b"API_TOKEN=q8Zr2LwX9vTf4KpB\n");
    std::os::unix::fs::symlink("elsewhere", sandbox.join(".gitignore")).expect("a link");
    sandbox.commit("chore: env", 3);
    let done = fix(&sandbox, &["secret-in-env-file", "missing-editorconfig"]);
    assert!(done.code == 1 && done.stdout.contains("symbolic link"), "{}", done.stdout);
    assert!(sandbox.git().index().expect("an index").get_path(Path::new(".env"), 0).is_some(), "it is still followed");
    assert!(sandbox.join(".editorconfig").exists(), "the other fix is made");
}

#[test]
fn a_guide_leads_only_to_what_is_there() {
    let sandbox = product();
    sandbox.git().remote_delete("origin").expect("no remote");
    assert_eq!(fix(&sandbox, &[]).code, 0);
    let guide = std::fs::read_to_string(sandbox.join("CONTRIBUTING.md")).expect("a guide");
    assert!(!sandbox.join("SECURITY.md").exists() && !guide.contains("SECURITY.md"), "{guide}");
}

#[test]
fn the_root_of_a_workspace_runs_its_commands() {
    let test = "import { test } from 'vitest';\ntest('a', () => {});\n";
    let sandbox = Sandbox::repository(&[
        ("README.md", "# Cantine\n"),
        (
            "package.json",
            "{\"private\": true, \"workspaces\": [\"packages/*\"], \"scripts\": {\"lint\": \"eslint .\"}, \"devDependencies\": {\"eslint\": \"9\"}}\n",
        ),
        ("package-lock.json", "{ \"lockfileVersion\": 3, \"packages\": {} }\n"),
        ("eslint.config.js", "export default [];\n"),
        (
            "packages/a/package.json",
            "{\"scripts\": {\"test\": \"vitest run\"}, \"dependencies\": {\"vitest\": \"3\", \"koa\": \"2\"}}\n",
        ),
        ("packages/a/a.js", &"export const a = 1;\n".repeat(60)),
        ("packages/a/a.test.js", test),
        (
            "x ${{ github.token }}/package.json",
            "{\"scripts\": {\"test\": \"vitest run\"}, \"dependencies\": {\"vitest\": \"3\", \"koa\": \"2\"}}\n",
        ),
        ("x ${{ github.token }}/a.test.js", &test.repeat(30)),
    ]);
    assert_eq!(fix(&sandbox, &["missing-ci-pipeline"]).code, 0);
    let text = std::fs::read_to_string(sandbox.join(".github/workflows/ci.yml")).expect("a file");
    assert!(
        text.contains("npm run lint") && text.contains("working-directory: packages/a") && text.contains("npm test"),
        "{text}"
    );
    assert!(!text.contains("github.token"), "a runner would evaluate it: {text}");
}

#[test]
fn what_may_change_what_runs_is_asked_for() {
    let sandbox = product();
    sandbox.write(".env", b"API_TOKEN=q8Zr2LwX9vTf4KpB\n");
    sandbox.commit("chore: env", 3);
    let tracked = || sandbox.git().index().expect("an index").get_path(Path::new(".env"), 0).is_some();
    let careful = sandbox.equerre(&["fix", "--as-of", NOW_TEXT]);
    assert!(careful.stdout.contains("`--unsafe`") && tracked(), "{}", careful.stdout);
    assert!(sandbox.join("CONTRIBUTING.md").exists(), "what is safe is written");
    let explained = sandbox.equerre(&["explain", "secret-in-env-file"]).stdout;
    assert!(explained.contains("what colleagues have on their disks"), "{explained}");
    sandbox.equerre(&["fix", "secret-in-env-file", "--as-of", NOW_TEXT]);
    assert!(!tracked(), "a rule that is named is asked for");
}

#[test]
fn variables_that_have_a_default_are_commented_out() {
    let sandbox = Sandbox::repository(&[
        ("Gemfile", "source 'https://rubygems.org'\ngem 'rails', '8.0.0'\n"),
        ("config/puma.rb", "workers ENV.fetch(\"WEB_CONCURRENCY\") { 2 }\nport ENV.fetch('PUMA_PORT', 3000)\n"),
        (
            "config/a.rb",
            "A = ENV['MAIL_HOST']\nB = ENV['CACHE_URL'] || 'memory'\nC = ENV.fetch('API_KEY')\nD = ENV['BOTH'] || 1\nE = ENV['BOTH']\n",
        ),
    ]);
    fix(&sandbox, &["missing-environment-example"]);
    let example = std::fs::read_to_string(sandbox.join(".env.example")).expect("it is written");
    let needed: Vec<&str> = example.lines().filter(|line| line.ends_with('=')).collect();
    let (optional, needed): (Vec<&str>, Vec<&str>) = needed.into_iter().partition(|line| line.starts_with("# "));
    assert_eq!(needed, ["API_KEY=", "BOTH=", "MAIL_HOST="]);
    assert_eq!(optional, ["# CACHE_URL=", "# PUMA_PORT=", "# WEB_CONCURRENCY="]);
}
