//! The GitHub Action, its steps run as they stand: what the runner gives them is emulated, and what it would take for a command is read.

#![cfg(unix)]

mod common;
#[path = "common/server.rs"]
#[allow(dead_code, reason = "no site is served over TLS here")]
mod server;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use common::hostile::{hostile, is_harmless};
use common::{NOW_TEXT, Sandbox};
use serde_json::{Value, json};
use server::Port;
use tempfile::TempDir;

/// A runner with a workspace to audit and a release to install.
struct Runner {
    folder: TempDir,
    workspace: PathBuf,
    environment: BTreeMap<String, String>,
}

/// What a run of the action left.
#[derive(Debug, Default)]
struct Ran {
    /// Whether every step went well.
    passed: bool,
    /// Standard output and standard error of all steps.
    log: String,
    summary: String,
    /// The outputs of the action.
    outputs: BTreeMap<String, String>,
    /// The actions of others that were called, with what they were given.
    called: Vec<(String, Value)>,
}

impl Runner {
    fn new(workspace: &Path) -> Self {
        let folder = TempDir::new().expect("a folder");
        let mut runner = Self { workspace: workspace.to_owned(), environment: BTreeMap::new(), folder };
        runner.gh(None);
        runner.release(env!("CARGO_PKG_VERSION"));
        std::fs::write(runner.path("event.json"), "{}").expect("an event");
        runner
    }

    /// Puts a `gh` on the runner that writes down what it is asked, and answers so; without an answer, one that knows no attestation.
    fn gh(&mut self, answer: Option<i32>) {
        let tools = self.path("tools");
        std::fs::create_dir_all(&tools).expect("a folder");
        let script = match answer {
            Some(code) => format!(
                "#!/bin/sh\ncase \"$*\" in *--help) echo '  --source-ref string'; exit ;; esac\n\
                 echo \"$* token=$GH_TOKEN$GITHUB_TOKEN\" >> '{}'\nexit {code}\n",
                self.path("asked").display()
            ),
            None => "#!/bin/sh\nexit 1\n".to_owned(),
        };
        executable(&tools.join("gh"), &script);
        let path = std::env::var("PATH").expect("a path");
        self.environment.insert("PATH".to_owned(), format!("{}:{path}", tools.display()));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Releases the binary under test, in a wrapper that fixes the date.
    fn release(&self, version: &str) {
        let folder = self.path(&format!("releases/download/v{version}"));
        std::fs::create_dir_all(&folder).expect("a folder");
        let wrapper = format!(
            "#!/bin/sh\ncommand=$1; shift\nexec '{}' \"$command\" --as-of {NOW_TEXT} \"$@\"\n",
            env!("CARGO_BIN_EXE_equerre")
        );
        executable(&folder.join("equerre"), &wrapper);
        let script = "tar -czf equerre-x86_64-unknown-linux-musl.tar.gz equerre && \
                      sha256sum equerre-x86_64-unknown-linux-musl.tar.gz > equerre-x86_64-unknown-linux-musl.tar.gz.sha256";
        assert!(Command::new("sh").args(["-c", script]).current_dir(&folder).status().expect("sh").success());
    }

    /// Says what a pull request brings.
    fn on_pull_request(&mut self, number: u64, base: &str) {
        std::fs::write(self.path("event.json"), json!({"pull_request": {"number": number}}).to_string())
            .expect("an event");
        self.environment.insert("GITHUB_BASE_REF".to_owned(), base.to_owned());
    }

    /// Says which commit the forge made of the pull request and of what it goes into.
    fn merged_as(&mut self, commit: git2::Oid) {
        self.environment.insert("GITHUB_SHA".to_owned(), commit.to_string());
        self.environment.insert("GITHUB_REF".to_owned(), "refs/pull/7/merge".to_owned());
    }

    /// Runs the action with these inputs, the others as they are by default.
    fn run(&self, inputs: &[(&str, &str)]) -> Ran {
        let text = std::fs::read_to_string("action.yml").expect("action.yml");
        let action: Value = serde_yaml::from_str(&text).expect("YAML");
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        for (name, input) in action["inputs"].as_object().expect("inputs") {
            let usual = input["default"].as_str().expect("a default").replace("${{ github.token }}", "a-token");
            given.insert(name.clone(), usual);
        }
        for (name, value) in inputs {
            assert!(given.insert((*name).to_owned(), (*value).to_owned()).is_some(), "{name} is not an input");
        }
        let mut known = Known { inputs: given, steps: BTreeMap::new() };
        let mut ran = Ran { passed: true, ..Ran::default() };
        for (rank, step) in action["runs"]["steps"].as_array().expect("steps").iter().enumerate() {
            let asked = step["if"].as_str().is_none_or(|condition| known.holds(condition));
            if !ran.passed || !asked {
                continue;
            }
            if let Some(uses) = step["uses"].as_str() {
                let with: BTreeMap<&String, String> = step["with"]
                    .as_object()
                    .expect("values")
                    .iter()
                    .map(|(name, value)| (name, known.fill(text_of(value))))
                    .collect();
                ran.called.push((uses.to_owned(), json!(with)));
                continue;
            }
            self.step(rank, step, &mut known, &mut ran);
        }
        for (name, output) in action["outputs"].as_object().expect("outputs") {
            ran.outputs.insert(name.clone(), known.fill(text_of(&output["value"])));
        }
        ran
    }

    fn step(&self, rank: usize, step: &Value, known: &mut Known, ran: &mut Ran) {
        let script = step["run"].as_str().expect("a script");
        assert_eq!(step["shell"], "bash");
        assert!(!script.contains("${{"), "a value becomes part of a script: {script}");
        let file = self.path(&format!("step-{rank}.sh"));
        std::fs::write(&file, script).expect("a script");
        let (output, summary) = (self.path(&format!("output-{rank}")), self.path(&format!("summary-{rank}")));
        for file in [&output, &summary] {
            std::fs::write(file, "").expect("a file");
        }
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&file).current_dir(&self.workspace).env_clear();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        command
            .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
            .envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("LANG", "C.UTF-8")])
            .envs([("GITHUB_REPOSITORY", "example/cantine"), ("GITHUB_API_URL", "http://127.0.0.1:9")])
            .env("EQUERRE_RELEASES", format!("file://{}", self.path("releases").display()))
            .env("GITHUB_ACTION_PATH", root)
            .env("GITHUB_WORKSPACE", &self.workspace)
            .env("GITHUB_EVENT_PATH", self.path("event.json"))
            .env("RUNNER_TEMP", self.path("temp"))
            .env("HOME", self.path("home"))
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .envs(&self.environment);
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, known.fill(text_of(value)));
        }
        let done = command.output().expect("bash runs");
        ran.passed = done.status.success();
        ran.log.push_str(&String::from_utf8_lossy(&done.stdout));
        ran.log.push_str(&String::from_utf8_lossy(&done.stderr));
        ran.summary.push_str(&std::fs::read_to_string(&summary).expect("a summary"));
        let lines = std::fs::read_to_string(&output).expect("outputs");
        let outputs = lines.lines().map(|line| line.split_once('=').unwrap_or_else(|| panic!("no output: {line}")));
        let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        if let Some(id) = step["id"].as_str() {
            known.steps.insert(id.to_owned(), outputs);
        }
    }
}

fn executable(file: &Path, script: &str) {
    std::fs::write(file, script).expect("a script");
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).expect("a mode");
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// What expressions can speak of.
struct Known {
    inputs: BTreeMap<String, String>,
    steps: BTreeMap<String, BTreeMap<String, String>>,
}

impl Known {
    fn value(&self, name: &str) -> String {
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            ["inputs", name] => self.inputs.get(*name).unwrap_or_else(|| panic!("{name} is not an input")).clone(),
            ["steps", id, "outputs", name] => {
                self.steps.get(*id).and_then(|step| step.get(*name)).cloned().unwrap_or_default()
            }
            _ => panic!("what is {name}?"),
        }
    }

    /// A text with its expressions evaluated.
    fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let (name, after) = after.split_once("}}").expect("an end");
            filled.push_str(before);
            filled.push_str(&self.value(name.trim()));
            rest = after;
        }
        filled + rest
    }

    /// Whether a condition such as `${{ inputs.comment == 'true' }}` holds.
    fn holds(&self, condition: &str) -> bool {
        let inner = condition.trim().trim_start_matches("${{").trim_end_matches("}}");
        let (name, value) = inner.split_once("==").expect("a comparison");
        self.value(name.trim()) == value.trim().trim_matches('\'')
    }
}

/// The commands that a runner would obey in a log: none stands between `::stop-commands::` and its token. The older form is one wherever
/// it stands in a line (<https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>).
fn commands(log: &str) -> Vec<String> {
    let mut stopped: Option<String> = None;
    let mut found = Vec::new();
    for line in log.lines() {
        let line = line.trim_start();
        match &stopped {
            Some(token) if line == format!("::{token}::") => stopped = None,
            Some(_) => {}
            None => match line.strip_prefix("::stop-commands::") {
                Some(token) => stopped = Some(token.to_owned()),
                None if line.starts_with("::") || line.contains("##[") => found.push(line.to_owned()),
                None => {}
            },
        }
    }
    assert!(stopped.is_none(), "commands stay stopped");
    found
}

fn product() -> Sandbox {
    Sandbox::repository(&[
        ("README.md", "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires.\n"),
        ("package.json", "{\n  \"dependencies\": { \"express\": \"5.0.0\" }\n}\n"),
        ("src/session.js", "const agent = { rejectUnauthorized: false };\n"),
    ])
}

#[test]
fn a_run_has_a_summary_annotations_outputs_and_reports() {
    let sandbox = product();
    let runner = Runner::new(sandbox.path());
    let ran = runner.run(&[("formats", "html, sarif junit"), ("lang", "fr")]);
    assert!(ran.passed, "{}", ran.log);
    let report = sandbox.equerre(&["--as-of", NOW_TEXT, "--format", "json"]).json();
    assert_eq!(ran.outputs["grade"], report["grade"]["letter"].as_str().expect("a letter"));
    // jq writes a whole number without its fraction: the two are compared as numbers.
    assert_eq!(ran.outputs["score"].parse().ok(), report["grade"]["score"].as_f64());
    assert!(ran.outputs["failures"].parse::<u32>().expect("a number") > 3);
    assert!(ran.summary.starts_with(&format!("## Note {} ", ran.outputs["grade"])), "{}", ran.summary);
    for name in ["report-markdown", "report-json", "report-html", "report-sarif"] {
        assert!(std::fs::metadata(&ran.outputs[name]).is_ok_and(|file| file.len() > 100), "{name}");
    }
    assert!(Path::new(&ran.outputs["reports"]).join("equerre-junit.xml").exists());
    let told = commands(&ran.log);
    assert!(told.iter().any(|line| line.starts_with("::error file=src/session.js,line=1")), "{told:?}");
    assert!(ran.called.is_empty(), "nothing is sent unless asked");
}

#[test]
fn a_gate_fails_the_job_after_everything_was_written() {
    let sandbox = product();
    let runner = Runner::new(sandbox.path());
    let ran = runner.run(&[("min-grade", "A"), ("upload-sarif", "true")]);
    assert!(!ran.passed && ran.log.contains("the gate asks for A"), "{}", ran.log);
    assert!(commands(&ran.log).iter().any(|line| line.contains("a gate did not let this pass")), "{}", ran.log);
    assert!(!ran.outputs["grade"].is_empty() && ran.summary.contains("## Grade"));
    let (action, with) = &ran.called[0];
    assert!(action.starts_with("github/codeql-action/upload-sarif@"));
    assert_eq!(with["sarif_file"], ran.outputs["report-sarif"]);
    assert!(runner.run(&[("min-grade", "F")]).passed);
    assert!(!runner.run(&[("fail-on", "major")]).passed);
    sandbox.equerre(&["baseline", "--as-of", NOW_TEXT]);
    assert!(runner.run(&[("fail-on", "major"), ("baseline", ".equerre-baseline.json")]).passed);
}

#[test]
fn nothing_of_a_hostile_repository_becomes_a_command() {
    let folder = hostile();
    git2::Repository::init(folder.path()).expect("a repository");
    std::fs::write(folder.path().join("::error::x"), "API_TOKEN=1\n").expect("a file");
    std::fs::write(folder.path().join("$(touch pwned)`touch pwned`.env"), "API_TOKEN=1\n").expect("a file");
    let ran = Runner::new(folder.path()).run(&[("formats", "html sarif csv badge junit gitlab")]);
    assert!(ran.passed, "{}", ran.log);
    for command in commands(&ran.log) {
        let (head, _) = command.trim_start_matches("::").split_once("::").expect("a message");
        assert!(
            ["error ", "warning ", "notice "].iter().any(|sort| head.starts_with(sort)) && head.contains("title="),
            "{command}"
        );
    }
    assert!(!folder.path().join("pwned").exists());
    is_harmless(&ran.summary);
    assert_eq!(ran.outputs.len(), 8);
}

#[test]
fn commands_are_obeyed_again_after_a_report_that_breaks_off() {
    let sandbox = product();
    let runner = Runner::new(sandbox.path());
    let folder = runner.path("releases/download/v1.2.3");
    runner.release("1.2.3");
    executable(&folder.join("equerre"), "#!/bin/sh\nprintf '::error::killed before the end of a line'\nexit 137\n");
    let script = "tar -czf equerre-x86_64-unknown-linux-musl.tar.gz equerre && \
                  sha256sum equerre-x86_64-unknown-linux-musl.tar.gz > equerre-x86_64-unknown-linux-musl.tar.gz.sha256";
    assert!(Command::new("sh").args(["-c", script]).current_dir(&folder).status().expect("sh").success());
    let told = commands(&runner.run(&[("version", "1.2.3")]).log);
    assert!(told.iter().all(|line| line.contains("title=Equerre")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("the audit could not run")), "{told:?}");
}

#[test]
fn hostile_inputs_stay_values() {
    let sandbox = product();
    let runner = Runner::new(sandbox.path());
    let bad = "$(touch pwned)\"; touch pwned; `touch pwned`\n::error::x";
    for input in ["path", "url", "config", "lang", "min-grade", "fail-on", "baseline", "formats", "version"] {
        let ran = runner.run(&[(input, bad)]);
        assert!(!ran.passed, "{input} is refused");
        for command in commands(&ran.log) {
            let ours =
                ["::error title=Equerre::", "::notice title=Equerre::"].iter().any(|head| command.starts_with(head));
            assert!(ours && !command.contains("touch"), "{input}: {command}");
        }
    }
    for option in ["--help", "--version", "-q"] {
        assert!(!runner.run(&[("path", option)]).passed, "a path is not an option");
    }
    assert!(!sandbox.join("pwned").exists());
}

#[test]
fn a_release_is_installed_only_with_its_checksum() {
    let sandbox = product();
    let runner = Runner::new(sandbox.path());
    let unknown = runner.run(&[("version", "9.9.9")]);
    assert!(!unknown.passed && unknown.log.contains("cannot be downloaded"), "{}", unknown.log);
    runner.release("1.2.3");
    assert!(runner.run(&[("version", "v1.2.3")]).passed);
    let asset = runner.path("releases/download/v1.2.3/equerre-x86_64-unknown-linux-musl.tar.gz");
    let mut bytes = std::fs::read(&asset).expect("an asset");
    bytes.push(0);
    std::fs::write(&asset, bytes).expect("an asset");
    let spoilt = runner.run(&[("version", "1.2.3")]);
    assert!(!spoilt.passed && spoilt.log.contains("checksum") && spoilt.summary.is_empty(), "{}", spoilt.log);
}

#[test]
fn the_provenance_is_verified_where_gh_is_there() {
    let sandbox = product();
    let mut runner = Runner::new(sandbox.path());
    let without = runner.run(&[]);
    assert!(without.passed && without.log.contains("only the checksum of"), "{}", without.log);
    runner.gh(Some(0));
    runner.environment.insert("GITHUB_TOKEN".to_owned(), "a-token".to_owned());
    let unattested = runner.run(&[]);
    assert!(!unattested.passed && unattested.log.contains("provenance.jsonl"), "{}", unattested.log);
    let version = env!("CARGO_PKG_VERSION");
    std::fs::write(runner.path(&format!("releases/download/v{version}/provenance.jsonl")), "{}").expect("a bundle");
    let verified = runner.run(&[]);
    assert!(verified.passed && verified.log.contains("the provenance of"), "{}", verified.log);
    assert!(!verified.log.contains("only the checksum"));
    let asked = std::fs::read_to_string(runner.path("asked")).expect("what gh was asked");
    let identity = "--repo betagouv/equerre --signer-workflow betagouv/equerre/.github/workflows/release.yml";
    assert!(
        asked.starts_with("attestation verify equerre-")
            && asked.ends_with(&format!("{identity} --source-ref refs/tags/v{version} token=\n")),
        "{asked}"
    );
    runner.gh(Some(1));
    let refused = runner.run(&[]);
    assert!(!refused.passed && refused.log.contains("nothing was installed"), "{}", refused.log);
}

#[test]
fn what_writes_or_signs_a_release_builds_and_runs_nothing() {
    let text = std::fs::read_to_string(".github/workflows/release.yml").expect("a workflow");
    let workflow: Value = serde_yaml::from_str(&text).expect("YAML");
    assert_eq!(workflow["permissions"], json!({}));
    let jobs = workflow["jobs"].as_object().expect("jobs");
    // What sends a package that another job made: neither compiles or runs any of it.
    const SENDERS: &[&str] =
        &["cargo publish --locked --no-verify", "npm publish --ignore-scripts --access public --provenance"];
    const PUBLISHERS: &[&str] = &["pypa/gh-action-pypi-publish@", "rust-lang/crates-io-auth-action@"];
    for (name, job) in jobs {
        let permissions = job["permissions"].as_object().expect("permissions");
        if permissions.values().all(|level| level == "read") {
            continue;
        }
        for step in job["steps"].as_array().expect("steps") {
            let script = step["run"].as_str().unwrap_or_default();
            let rest = SENDERS.iter().fold(script.to_owned(), |rest, sender| rest.replace(sender, ""));
            let uses = step["uses"].as_str().unwrap_or("actions/");
            assert!(!["cargo", "npm", "pip", "bash", "./"].iter().any(|tool| rest.contains(tool)), "{name}: {script}");
            let known = uses.starts_with("actions/") || PUBLISHERS.iter().any(|action| uses.starts_with(action));
            // Cargo sends what it packs itself, out of a checkout.
            let checks_out = uses.starts_with("actions/checkout@") && name != "crates";
            assert!(known && !checks_out, "{name}: {uses}");
            // No job has more than one right to write beside that of signing.
            let may_write = permissions
                .iter()
                .filter(|(what, level)| *level == "write" && !["id-token", "attestations"].contains(&what.as_str()));
            assert!(may_write.count() <= 1, "{name}");
        }
    }
}

#[test]
fn a_pull_request_answers_for_what_it_changes() {
    let sandbox = product();
    let git = sandbox.git();
    let base = git.head().expect("a head").peel_to_commit().expect("a commit");
    sandbox.write("Dockerfile", b"FROM node:latest\nCMD [\"node\", \"a.js\"]\n");
    let change = git.find_commit(sandbox.commit("feat: image", 2)).expect("a commit");
    // What is checked out for a pull request is the merge of its change.
    let tree = change.tree().expect("a tree");
    let author = change.author().to_owned();
    git.reset(base.as_object(), git2::ResetType::Soft, None).expect("a reset");
    let merge = git.commit(Some("HEAD"), &author, &author, "Merge", &tree, &[&base, &change]).expect("a commit");
    let mut runner = Runner::new(sandbox.path());
    let gate = [("changed-only", "true"), ("fail-on", "info"), ("formats", "")];
    let push = runner.run(&gate);
    assert!(push.log.contains("needs a pull request") && push.log.contains("missing-licence"), "{}", push.log);
    runner.on_pull_request(7, "main");
    // Two parents prove nothing where the workflow checked something else out.
    let elsewhere = runner.run(&gate);
    assert!(!elsewhere.passed && elsewhere.log.contains("fetch-depth: 0"), "{}", elsewhere.log);
    runner.merged_as(merge);
    let ran = runner.run(&gate);
    assert!(!ran.passed, "{}", ran.log);
    let gate_line = ran.log.lines().find(|line| line.contains("failing rules")).expect("the gate says why");
    assert!(gate_line.contains("image-on-latest-tag") && !gate_line.contains("disabled-tls"), "{gate_line}");
    // Without the merge, the branch that it goes to must be there.
    git.reset(change.as_object(), git2::ResetType::Hard, None).expect("a reset");
    let absent = runner.run(&gate);
    assert!(!absent.passed && absent.log.contains("fetch-depth: 0"), "{}", absent.log);
    git.reference("refs/remotes/origin/main", base.id(), true, "").expect("a reference");
    assert!(runner.run(&gate).log.contains("image-on-latest-tag"));
}

/// Runs git for a test, where nothing of the person's own is known.
fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org"])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .output()
        .expect("git runs");
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

/// A checkout of a pull request whose base is only in the remote, with the folder `products/a`.
fn pull_request() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let upstream = folder.path().join("upstream");
    std::fs::create_dir_all(upstream.join("products/a")).expect("folders");
    git_in(&upstream, &["init", "--quiet", "--initial-branch=main"]);
    std::fs::write(upstream.join("products/a/README.md"), "# Cantine\n").expect("a file");
    git_in(&upstream, &["add", "."]);
    git_in(&upstream, &["commit", "--quiet", "--message=base"]);
    let workspace = folder.path().join("workspace");
    git_in(&upstream, &["checkout", "--quiet", "-b", "change"]);
    std::fs::write(upstream.join("products/a/Dockerfile"), "FROM node:latest\nCMD [\"node\", \"a.js\"]\n")
        .expect("a file");
    git_in(&upstream, &["add", "."]);
    git_in(&upstream, &["commit", "--quiet", "--message=change"]);
    let address = format!("file://{}", upstream.display());
    git_in(
        folder.path(),
        &["clone", "--quiet", "--depth=1", "--single-branch", "--branch=change", &address, "workspace"],
    );
    (folder, workspace)
}

/// A script that tells, in a file, that it was run, and what it knew.
fn trap(folder: &Path) -> (PathBuf, PathBuf) {
    let (script, sprung) = (folder.join("trap.sh"), folder.join("sprung"));
    executable(&script, &format!("#!/bin/sh\nenv >> '{}'\nexit 1\n", sprung.display()));
    (script, sprung)
}

#[test]
fn a_bare_repository_among_the_files_is_none_for_the_action() {
    let gate = [("changed-only", "true"), ("path", "products/a"), ("formats", ""), ("fail-on", "info")];
    // Each way for the settings of a repository to name a command.
    for (url, settings) in [
        ("/nowhere", "[remote \"origin\"]\n\tuploadpack = TRAP\n"),
        ("ssh://forge.example/o/r", "[core]\n\tsshCommand = TRAP\n"),
        ("git://forge.example/o/r", "[core]\n\tgitProxy = TRAP\n"),
        ("ext::TRAP", "[protocol \"ext\"]\n\tallow = always\n"),
        ("http://127.0.0.1:9/o/r", "[core]\n\taskPass = TRAP\n[credential]\n\thelper = !TRAP\n"),
        (".", "[core]\n\tfsmonitor = TRAP\n\thooksPath = HOOKS\n\talternateRefsCommand = TRAP\n\tworktree = .\n"),
    ] {
        for merged in [false, true] {
            let (folder, workspace) = pull_request();
            let (script, sprung) = trap(folder.path());
            let product = workspace.join("products/a");
            for part in ["objects", "refs/heads", "hooks"] {
                std::fs::create_dir_all(product.join(part)).expect("folders");
            }
            for hook in ["reference-transaction", "post-checkout", "pre-auto-gc", "post-merge"] {
                std::fs::copy(&script, product.join("hooks").join(hook)).expect("a hook");
            }
            std::fs::write(product.join("HEAD"), "ref: refs/heads/main\n").expect("a file");
            let text = format!(
                "[core]\n\trepositoryformatversion = 0\n\tbare = {}\n[remote \"origin\"]\n\turl = {url}\n{settings}",
                !settings.contains("worktree")
            )
            .replace("TRAP", &script.display().to_string())
            .replace("HOOKS", &product.join("hooks").display().to_string());
            std::fs::write(product.join("config"), text).expect("a file");
            let mut runner = Runner::new(&workspace);
            runner.on_pull_request(7, "main");
            if merged {
                let head = git_in(&workspace, &["rev-parse", "HEAD"]);
                runner.merged_as(git2::Oid::from_str(&head).expect("a commit"));
            }
            let ran = runner.run(&gate);
            let told = std::fs::read_to_string(&sprung).unwrap_or_default();
            assert!(told.is_empty(), "{settings} is obeyed, where this is known: {told}");
            assert!(!ran.log.contains("fetch-depth: 0"), "the base is that of the checkout: {}", ran.log);
            assert!(!ran.passed, "the bare repository is not graded instead of the files: {}", ran.log);
        }
    }
}

#[test]
fn git_knows_neither_the_token_nor_another_folder() {
    let (folder, workspace) = pull_request();
    let tools = folder.path().join("tools");
    std::fs::create_dir_all(&tools).expect("a folder");
    let calls = folder.path().join("calls");
    let mut runner = Runner::new(&workspace);
    let path = runner.environment["PATH"].clone();
    let wrapper = format!(
        "#!/bin/sh\n{{ pwd; printf '<%s> ' \"$@\"; printf '\\n'; env; }} >> '{}'\nPATH='{path}' exec git \"$@\"\n",
        calls.display()
    );
    executable(&tools.join("git"), &wrapper);
    runner.environment.insert("PATH".to_owned(), format!("{}:{path}", tools.display()));
    runner.environment.insert("GIT_DIR".to_owned(), "/nowhere".to_owned());
    runner.environment.insert("DEPLOY_PASSWORD".to_owned(), "s3cret".to_owned());
    runner.on_pull_request(7, "main");
    let gate = [("changed-only", "true"), ("path", "products/a"), ("fail-on", "info"), ("online", "true")];
    let ran = runner.run(&gate);
    assert!(!ran.passed && ran.log.contains("image-on-latest-tag"), "{}", ran.log);
    let calls = std::fs::read_to_string(calls).expect("calls");
    assert!(!calls.contains("a-token") && !calls.contains("s3cret") && !calls.contains("/nowhere"), "{calls}");
    let asked: Vec<&str> = calls.lines().filter(|line| line.starts_with('<')).collect();
    assert!(asked.iter().all(|call| call.contains("<--git-dir=.git> <--work-tree=.>")), "{calls}");
    assert!(
        asked.iter().any(|call| call.contains("<--> <origin> <+refs/heads/main:refs/equerre/base>")),
        "the base is fetched by its whole name: {calls}"
    );
    for line in calls.lines().filter(|line| line.starts_with('/')) {
        assert_eq!(Path::new(line), workspace.canonicalize().expect("a path"));
    }
    // A checkout below the workspace is one too; a folder beside the workspace is none.
    let mut below = Runner::new(folder.path());
    below.on_pull_request(7, "main");
    let ran = below.run(&[("changed-only", "true"), ("path", "workspace/products/a"), ("fail-on", "info")]);
    assert!(!ran.passed && ran.log.contains("image-on-latest-tag"), "{}", ran.log);
    std::os::unix::fs::symlink(folder.path().join("upstream"), workspace.join("aside")).expect("a link");
    for aside in ["../upstream", "aside"] {
        let ran = runner.run(&[("changed-only", "true"), ("path", aside)]);
        assert!(!ran.passed && ran.log.contains("in the workspace"), "{}", ran.log);
    }
}

/// A forge that keeps the comments of one pull request.
#[derive(Clone)]
struct Comments {
    all: Arc<Mutex<Vec<Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
    refusing: Option<u16>,
}

impl Comments {
    fn start(refusing: Option<u16>) -> (Self, String) {
        let comments = Self { all: Arc::default(), asked: Arc::default(), refusing };
        let port = Port::open();
        let address = format!("http://127.0.0.1:{}", port.number());
        let own = comments.clone();
        port.each(move |mut stream| own.answer(&mut stream));
        (comments, address)
    }

    fn answer(&self, stream: &mut TcpStream) {
        let mut head = Vec::new();
        let mut one = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut one).is_ok_and(|read| read == 1) {
            head.push(one[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        assert!(head.contains("Authorization: Bearer a-token"), "{head}");
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        if head.contains("100-continue") {
            let _ = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        stream.read_exact(&mut body).expect("a body");
        let first = head.lines().next().unwrap_or_default().to_owned();
        self.asked.lock().expect("a lock").push(first.clone());
        let (status, answer) = match self.refusing {
            Some(status) => (status, json!({"message": "Resource not accessible by integration"})),
            None => self.obey(&first, &body),
        };
        let answer = answer.to_string();
        let _ = stream.write_all(
            format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}", answer.len())
                .as_bytes(),
        );
    }

    fn obey(&self, first: &str, body: &[u8]) -> (u16, Value) {
        let mut all = self.all.lock().expect("a lock");
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let words: Vec<&str> = first.split(' ').collect();
        match words.as_slice() {
            // The token of a job is nobody's.
            ["GET", "/user", ..] => (403, json!({})),
            ["GET", path, ..] => {
                let page: usize = path.rsplit_once("page=").and_then(|(_, page)| page.parse().ok()).expect("a page");
                (200, all.iter().skip((page - 1) * 100).take(100).cloned().collect())
            }
            ["POST", "/repos/example/cantine/issues/7/comments", ..] => {
                let id = all.len() + 1;
                all.push(json!({"id": id, "user": {"type": "Bot"}, "body": body["body"]}));
                (201, all[id - 1].clone())
            }
            ["PATCH", path, ..] => {
                let id: usize = path.rsplit_once('/').and_then(|(_, id)| id.parse().ok()).expect("an id");
                all[id - 1]["body"] = body["body"].clone();
                (200, all[id - 1].clone())
            }
            _ => (404, json!({})),
        }
    }
}

#[test]
fn a_comment_is_written_once_and_kept_up_to_date() {
    let sandbox = product();
    let mut runner = Runner::new(sandbox.path());
    let (comments, address) = Comments::start(None);
    // Others talk much, and one of them writes what ours starts with.
    let mark = "<!-- equerre 2345678901 -->";
    comments
        .all
        .lock()
        .expect("a lock")
        .extend((1..=120).map(|id| json!({"id": id, "user": {"type": "User"}, "body": mark})));
    runner.environment.insert("GITHUB_API_URL".to_owned(), address);
    let elsewhere = runner.run(&[("comment", "true")]);
    assert!(elsewhere.passed && elsewhere.log.contains("not of a pull request"), "{}", elsewhere.log);
    runner.on_pull_request(7, "main");
    let last = |runner: &Runner| {
        let ran = runner.run(&[("comment", "true")]);
        assert!(ran.passed, "{}", ran.log);
        comments.all.lock().expect("a lock").last().expect("a comment").clone()
    };
    let first = last(&runner);
    assert!(
        first["body"].as_str().is_some_and(|body| body.contains("## Grade") && body.contains("missing-licence")),
        "{first}"
    );
    sandbox.write("LICENSE", include_bytes!("../LICENSE"));
    let second = last(&runner);
    assert_eq!(first["id"], second["id"], "the same comment is kept");
    assert!(second["body"].as_str().is_some_and(|body| !body.contains("missing-licence")), "{second}");
    // Another product of the repository has its own.
    let other = runner.run(&[("comment", "true"), ("path", "src")]);
    assert!(other.passed && comments.all.lock().expect("a lock").len() == 122, "{}", other.log);
}

#[test]
fn a_token_that_may_not_comment_is_no_failure() {
    let sandbox = product();
    let mut runner = Runner::new(sandbox.path());
    runner.on_pull_request(7, "main");
    for refusing in [Some(403), None] {
        if refusing.is_some() {
            runner.environment.insert("GITHUB_API_URL".to_owned(), Comments::start(refusing).1);
        } else {
            // No forge at all.
            runner.environment.insert("GITHUB_API_URL".to_owned(), "http://127.0.0.1:9".to_owned());
        }
        let ran = runner.run(&[("comment", "true")]);
        assert!(
            ran.passed && ran.log.contains("no comment was written") && ran.summary.contains("## Grade"),
            "{}",
            ran.log
        );
    }
}

#[test]
fn the_version_beside_the_action_is_what_it_installs() {
    let text = std::fs::read_to_string("action/install.sh").expect("a script");
    assert!(text.contains("Cargo.toml"));
    let manifest = std::fs::read_to_string("Cargo.toml").expect("a manifest");
    let first = manifest.lines().find_map(|line| line.strip_prefix("version = \"")).expect("a version");
    assert_eq!(
        first.trim_end_matches('"'),
        env!("CARGO_PKG_VERSION"),
        "the first version of the manifest is that of Equerre"
    );
}

/// Runs the script of the template for GitLab as it stands.
fn gitlab(sandbox: &Sandbox, variables: &[(&str, &str)]) -> (bool, String) {
    let template: Value =
        serde_yaml::from_str(&std::fs::read_to_string("gitlab-ci.yml").expect("a template")).expect("YAML");
    let job = &template["equerre"];
    let lines: Vec<&str> = job["script"].as_array().expect("a script").iter().map(text_of).collect();
    let tools = TempDir::new().expect("a folder");
    let binary = tools.path().join("equerre");
    let wrapper = format!(
        "#!/bin/sh\ncommand=$1; shift\nexec '{}' \"$command\" --as-of {NOW_TEXT} \"$@\"\n",
        env!("CARGO_BIN_EXE_equerre")
    );
    executable(&binary, &wrapper);
    let mut command = Command::new("sh");
    command.args(["-e", "-c", &lines.join("\n")]).current_dir(sandbox.path()).env_clear();
    command.envs(std::env::vars().filter(|(name, _)| name == "PATH")).env("LANG", "C.UTF-8");
    for (name, value) in job["variables"].as_object().expect("variables") {
        command.env(name, text_of(value));
    }
    let done = command.env("EQUERRE_FOLDER", tools.path()).envs(variables.iter().copied()).output().expect("sh runs");
    (done.status.success(), String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
}

#[test]
fn the_template_for_gitlab_writes_what_it_promises() {
    let sandbox = product();
    let (passed, log) = gitlab(&sandbox, &[]);
    assert!(passed, "{log}");
    for file in ["equerre-gitlab.json", "equerre-junit.xml", "equerre.html", "equerre.json", "equerre.env"] {
        assert!(sandbox.join(file).exists(), "{file}");
    }
    let (passed, log) = gitlab(&sandbox, &[("EQUERRE_FAIL_ON", "major")]);
    assert!(!passed && log.contains("missing-licence"), "{log}");
    let base = sandbox.git().head().expect("a head").target().expect("a commit").to_string();
    let change = [
        ("EQUERRE_FAIL_ON", "major"),
        ("EQUERRE_CHANGED_ONLY", "true"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str()),
    ];
    assert!(gitlab(&sandbox, &change).0, "nothing that matters has changed");
    let (passed, _) = gitlab(&sandbox, &[("EQUERRE_LANG", "$(touch pwned); touch pwned")]);
    assert!(!passed && !sandbox.join("pwned").exists());
}
