//! The images that a repository builds, stage by stage with what each is for, and those that it only names.

mod builds;
mod named;
mod purpose;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::path::{ascending, join};
use crate::base::pattern::lean;
use crate::model::dockerfile::{Instruction, Stage, filled, is_dockerfile, stages};
use crate::model::image_name::ImageName;
use crate::model::workflow::Workflows;
use crate::read::inventory::role::Role;
use crate::read::inventory::{File, Inventory};

use builds::{Builder, Builds};
pub(crate) use named::{NamedImage, System};
pub(crate) use purpose::Purpose;
use purpose::{PRODUCTION, has_word, purpose_of};

/// Every image of a repository.
#[derive(Debug, Default)]
pub(crate) struct Images {
    /// Those that it builds.
    pub built: Vec<Image>,
    /// Those that its compose files and pipelines name.
    pub named: Vec<NamedImage>,
}

/// What becomes of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// It is the image that runs, or what that one starts from.
    Final,
    /// The image that runs copies something of it.
    Build,
    /// Nothing of it runs in production.
    Aside,
}

/// The account that a stage runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// Root: the line that says so, or that of `FROM` where none does.
    Root(u32),
    /// Another one.
    Other,
    /// The base image alone knows it.
    Unknown,
}

/// An image that the repository builds.
#[derive(Debug)]
pub(crate) struct Image {
    /// Its file.
    pub path: String,
    /// What it is for, by the words of its path and by what builds it.
    pub purpose: Purpose,
    /// Its stages, with what becomes of each.
    pub stages: Vec<(Stage, Part)>,
    /// The stages that run in production, and the account of each.
    pub accounts: Vec<Account>,
    /// Whether a file says what its context leaves out.
    pub has_ignore_file: bool,
    /// The arguments that a build gives it.
    given: BTreeSet<String>,
    /// The repositories of the images that are built here: no registry moves them.
    own: BTreeSet<String>,
}

/// A file that a build downloads and then runs or installs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Download {
    /// Line and column.
    pub place: (u32, u32),
    /// Whether its digest or signature is checked.
    pub is_verified: bool,
}

/// Official images that leave root by themselves once started.
const LEAVE_ROOT: &[&str] =
    &["postgres", "postgis", "redis", "valkey", "mysql", "mariadb", "mongo", "elasticsearch", "rabbitmq"];

impl Images {
    /// Reads every Dockerfile, and every file that names images.
    pub(crate) fn read(inventory: &Inventory, workflows: &Workflows) -> Self {
        let builds = Builds::find(inventory);
        let files: Vec<&File> = inventory.files().iter().filter(|file| is_image(file)).collect();
        let built = files.iter().filter_map(|file| {
            let text = inventory.text(&file.path)?;
            Image::read(file, &text, &files, &builds, inventory)
        });
        let mut named = named::all(inventory, workflows);
        named.retain(|named| !builds.names.contains(&named.name.repository));
        Self { built: built.collect(), named }
    }
}

fn is_image(file: &File) -> bool {
    is_dockerfile(file.name()) && file.is_own()
}

impl Image {
    fn read(file: &File, text: &str, all: &[&File], builds: &Builds, inventory: &Inventory) -> Option<Self> {
        let stages = stages(text);
        if stages.is_empty() {
            return None;
        }
        let mut purpose = if file.role == Role::Test { Purpose::Test } else { purpose_of(&file.path) };
        // Beside one that is named for production, a plain file is that of development.
        let is_named = |file: &File| has_word(file.name(), PRODUCTION);
        let beside = all.iter().any(|other| other.folder() == file.folder() && is_named(other));
        if purpose == Purpose::Production && file.name().eq_ignore_ascii_case("dockerfile") && beside {
            purpose = Purpose::Development;
        }
        let of_file = builds.of(&file.path);
        if purpose == Purpose::Production && is_aside(file, text, &of_file.builders, builds, inventory) {
            purpose = Purpose::Development;
        }
        let running = running(&stages, &of_file.targets, of_file.is_whole);
        let accounts = accounts(&stages);
        let parts = parts(&stages, &running);
        Some(Self {
            path: file.path.clone(),
            purpose,
            accounts: running.iter().map(|at| accounts[*at]).collect(),
            has_ignore_file: has_ignore_file(file, &of_file.contexts, inventory),
            stages: stages.into_iter().zip(parts).collect(),
            given: of_file.arguments,
            own: builds.names.clone(),
        })
    }

    /// The image that a stage starts from; `None` for an earlier stage.
    pub(crate) fn base(&self, stage: &Stage) -> Option<ImageName> {
        if stage.base.is_some() || stage.from == "scratch" {
            return None;
        }
        let mut name = ImageName::new(&stage.from);
        // What a build gives in the place of a default is not known from here.
        name.is_open |= stage.arguments.iter().any(|name| self.given.contains(name));
        (!self.own.contains(&name.repository)).then_some(name)
    }

    /// The image that an instruction copies from; `None` for a stage.
    pub(crate) fn copied_image(&self, instruction: &Instruction) -> Option<ImageName> {
        let from = instruction.copied()?.from?.to_lowercase();
        let is_stage = from.parse::<usize>().is_ok() || self.stages.iter().any(|(stage, _)| stage.name == from);
        let name = ImageName::new(&from);
        (!is_stage && from != "scratch" && !self.own.contains(&name.repository)).then_some(name)
    }
}

/// Whether an image never reaches production, as far as what builds it shows: previews of pull requests alone, where its text
/// says so or a host builds the code beside it by other means; or a compose file alone, where pipelines publish others.
fn is_aside(file: &File, text: &str, by: &BTreeSet<Builder>, builds: &Builds, inventory: &Inventory) -> bool {
    static PREVIEW: LazyLock<Regex> = LazyLock::new(|| lean(r"(?i)\bpreviews?\b|\breview[ -]?apps?\b"));
    let only = |builder: Builder| by.len() == 1 && by.contains(&builder);
    let has = |name: &str| join(file.folder(), name).is_some_and(|path| inventory.has(&path));
    let is_built_otherwise = || ["Procfile", ".buildpacks"].into_iter().any(has);
    only(Builder::Preview) && (PREVIEW.is_match(text) || is_built_otherwise())
        || only(Builder::Compose) && builds.has_production()
}

/// The stages that run in production: those that a build names, and the last one where a build names none.
fn running(stages: &[Stage], targets: &BTreeSet<String>, is_whole: bool) -> Vec<usize> {
    let aside = |name: &str| purpose_of(name) != Purpose::Production;
    let named = |stage: &Stage| targets.contains(&stage.name) && !aside(&stage.name);
    let mut found: Vec<usize> = (0..stages.len()).filter(|at| named(&stages[*at])).collect();
    let last = stages.len() - 1;
    // A last stage that is named for development is one target among others.
    let told = stages.iter().rposition(|stage| has_word(&stage.name, PRODUCTION) || stage.name == "runner");
    let by_default = if aside(&stages[last].name) { told.unwrap_or(last) } else { last };
    if (found.is_empty() || is_whole) && !found.contains(&by_default) {
        found.push(by_default);
    }
    found
}

fn parts(stages: &[Stage], running: &[usize]) -> Vec<Part> {
    let mut parts = vec![Part::Aside; stages.len()];
    let mut queue: Vec<(usize, Part)> = running.iter().map(|at| (*at, Part::Final)).collect();
    while let Some((at, part)) = queue.pop() {
        if parts[at] == Part::Final || parts[at] == part {
            continue;
        }
        parts[at] = part;
        queue.extend(stages[at].base.map(|base| (base, part)));
        let copied = stages[at].instructions.iter().filter_map(|instruction| instruction.copied()?.from);
        let mounted = stages[at].instructions.iter().flat_map(|instruction| instruction.rest.split("from=").skip(1));
        let mounted = mounted.filter_map(|rest| rest.split([',', ' ']).next());
        for from in copied.chain(mounted) {
            let known =
                stages[..at].iter().rposition(|stage| !stage.name.is_empty() && stage.name.eq_ignore_ascii_case(from));
            queue.extend(known.or(from.parse().ok().filter(|rank| *rank < at)).map(|rank| (rank, Part::Build)));
        }
    }
    parts
}

/// Whether a file says what the context of a build leaves out: one of the Dockerfile's own, or that of the context, which may
/// be any folder above where no build names it.
fn has_ignore_file(file: &File, contexts: &BTreeSet<String>, inventory: &Inventory) -> bool {
    let has = |folder: &str, name: &str| join(folder, name).is_some_and(|path| inventory.has(&path));
    let is_there = |folder: &str| has(folder, ".dockerignore") || has(folder, ".containerignore");
    inventory.has(&format!("{}.dockerignore", file.path))
        || contexts.iter().any(|context| is_there(context))
        || ascending(file.folder()).any(is_there)
        || is_there("")
}

/// The account of each stage.
fn accounts(stages: &[Stage]) -> Vec<Account> {
    let mut found: Vec<Account> = Vec::new();
    let mut said: Vec<bool> = Vec::new();
    for stage in stages {
        let (mut account, mut is_said) = match stage.base {
            // The stage that people would fix is the one that runs.
            Some(base) => match found[base] {
                Account::Root(line) => (Account::Root(if said[base] { line } else { stage.line }), said[base]),
                account => (account, true),
            },
            None => (of_image(stage), false),
        };
        let mut known: Vec<(String, String)> = Vec::new();
        for instruction in stage.instructions.iter().filter(|instruction| !instruction.deferred) {
            match instruction.name.as_str() {
                "ARG" | "ENV" => {
                    let set = instruction.variables().into_iter();
                    known.extend(set.filter_map(|(name, value, _)| Some((name, value?))));
                    known.truncate(500);
                }
                "USER" => {
                    let user = filled(&instruction.rest, &known).0;
                    let user = user.trim_matches(['"', '\'']).split([':', ' ']).next().unwrap_or_default().to_owned();
                    is_said = true;
                    account = if matches!(user.as_str(), "root" | "0") {
                        Account::Root(instruction.line)
                    } else {
                        Account::Other
                    };
                }
                "CMD" | "ENTRYPOINT" if leaves_root(&instruction.rest) => account = Account::Other,
                _ => {}
            }
        }
        found.push(account);
        said.push(is_said);
    }
    found
}

/// Whether a command starts another one as an account that it is given.
fn leaves_root(command: &str) -> bool {
    command.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| matches!(word, "gosu" | "su-exec" | "setpriv"))
}

/// The account of an image: that of an official one is root, that of a team's own is not known from here.
fn of_image(stage: &Stage) -> Account {
    let leaves = ["unprivileged", "nonroot", "$"].iter().any(|mark| stage.from.contains(mark));
    let repository = ImageName::new(&stage.from).repository;
    let official = !repository.contains(['/', '.'])
        || repository.starts_with("gcr.io/distroless/")
        || repository.starts_with("mcr.microsoft.com/");
    if leaves || !official || LEAVE_ROOT.contains(&repository.as_str()) {
        return Account::Unknown;
    }
    Account::Root(stage.line)
}

/// What an instruction downloads and then runs, or adds.
pub(crate) fn downloads(instruction: &Instruction) -> Vec<Download> {
    static PIPED: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"\b(?:curl|wget)\b[^\n;&]*(?:https?://|\$)[^\n;&]*\|[ \t]*(?:sudo[ \t]+)?(?:-E[ \t]+)?(?:env[ \t]+)?(?:[A-Z_]+=\S+[ \t]+)*(?:/usr)?(?:/bin/)?(?:(?:ba|z|da)?sh|python3?|php|perl|ruby|node)\b|\b(?:ba|z|da)?sh[ \t]+(?:-\w+[ \t]+)*["']?(?:<\(|\$\(|`)[ \t]*(?:curl|wget)\b"#,
        )
    });
    static SAVED: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"\b(?:curl|wget)\b[^\n;&|]*(?:https?://|\$)[^\n;&|]*(?:-[a-zA-Z]*[oO]|--output(?:-document)?)[= \t]*["']?([\w./-]+)|\b(?:curl|wget)\b[^\n;&|]*(?:-[a-zA-Z]*[oO]|--output(?:-document)?)[= \t]*["']?([\w./-]+)["']?[ \t][^\n;&|]*(?:https?://|\$)"#,
        )
    });
    static CHECKED: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"\b(?:sha(?:1|224|256|384|512)sum|shasum|b2sum|md5sum)\b[^\n;&|]*(?:-c\b|--check\b)|\bgpgv?\b[^\n;&|]*--verify\b|\bcosign[ \t]+verify|\bminisign\b|hash_file\(|\bopenssl[ \t]+dgst\b",
        )
    });
    if instruction.name == "ADD" {
        let Some(copied) = instruction.copied() else { return Vec::new() };
        let is_file = |source: &String| {
            (source.starts_with("https://") || source.starts_with("http://"))
                && !source.split('#').next().is_some_and(|url| url.ends_with(".git"))
        };
        let found = copied.sources.iter().filter(|source| is_file(source));
        return found
            .map(|_| Download { place: instruction.place(0), is_verified: copied.is_verified })
            .take(1)
            .collect();
    }
    if instruction.name != "RUN" {
        return Vec::new();
    }
    let code = instruction.code();
    let is_verified = CHECKED.is_match(&code);
    let mut found: Vec<usize> = PIPED.find_iter(&code).map(|found| found.start()).collect();
    for saved in SAVED.captures_iter(&code).take(50) {
        let (Some(all), Some(file)) = (saved.get(0), saved.get(1).or(saved.get(2))) else { continue };
        let after = &code[all.end()..];
        let runs = after.split(['\n', ';', '&', '|']).any(|command| {
            let words: Vec<&str> =
                command.split_whitespace().filter(|word| !word.starts_with('-') && *word != "sudo").collect();
            let is_shell = words.first().is_some_and(|program| {
                matches!(
                    program.rsplit('/').next(),
                    Some("sh" | "bash" | "dash" | "zsh" | "php" | "python" | "python3")
                )
            });
            let same = |word: &&str| word.trim_start_matches("./") == file.as_str().trim_start_matches("./");
            is_shell && words.get(1).is_some_and(same)
                || words.first().is_some_and(|word| word.contains('/') && same(word))
        });
        if runs {
            found.push(all.start());
        }
    }
    found.into_iter().map(|at| Download { place: instruction.place(at), is_verified }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(text: &str) -> Image {
        images(&[("Dockerfile", text)]).built.remove(0)
    }

    fn images(files: &[(&str, &str)]) -> Images {
        let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
        Images::read(&inventory, &Workflows::read(&inventory))
    }

    #[test]
    fn the_stage_that_runs_decides_of_the_account() {
        use Account::{Other, Root, Unknown};
        for (text, expected) in [
            ("FROM node:22\nCMD a\n", Root(1)),
            ("FROM node:22 AS base\nUSER node\nFROM base\n", Other),
            ("FROM node:22 AS base\nFROM base AS run\nCMD a\n", Root(2)),
            ("FROM node:22 AS base\nUSER root\nFROM base AS run\nCMD a\n", Root(2)),
            ("FROM node:22\nUSER node\nUSER root\n", Root(3)),
            ("FROM node:22\nUSER node\nONBUILD USER root\n", Other),
            ("FROM node:22\nRUN <<EOF\nUSER node\nEOF\n", Root(1)),
            ("FROM node:22\nARG WHO=root\nUSER \"${WHO}:0\"\n", Root(3)),
            ("FROM node:22\nENTRYPOINT [\"gosu\", \"node\", \"a\"]\n", Other),
            ("ARG V=1\nFROM nginx:${V}\n", Root(2)),
            ("ARG IMAGE\nFROM ${IMAGE}\n", Unknown),
            ("FROM nginxinc/nginx-unprivileged:1\n", Unknown),
            ("FROM registry.example.org/team/base:1\n", Unknown),
            ("FROM docker.io/library/postgres:17\n", Unknown),
            ("FROM node:22\nUSER ${APP_USER}\n", Other),
        ] {
            assert_eq!(image(text).accounts, [expected], "{text}");
        }
    }

    #[test]
    fn stages_are_run_copied_or_left_aside() {
        let parts =
            |files: &[(&str, &str)]| images(files).built[0].stages.iter().map(|(_, part)| *part).collect::<Vec<_>>();
        let text = "FROM a AS base\nFROM base AS dev\nFROM a AS build\nFROM base AS prod\nCOPY --from=build /x /x\nFROM base AS test\n";
        use Part::{Aside, Build, Final};
        assert_eq!(parts(&[("Dockerfile", text)]), [Final, Aside, Build, Final, Aside]);
        let compose = "services: {web: {build: {context: ., target: dev}}}\n";
        assert_eq!(parts(&[("Dockerfile", text), ("compose.yml", compose)]), [Final, Aside, Build, Final, Aside]);
        let text = "FROM a AS web\nFROM a AS worker\n";
        assert_eq!(parts(&[("Dockerfile", text)]), [Aside, Final]);
        let workflow = "on: push\njobs: {a: {steps: [{run: docker build --target web .}]}}\n";
        assert_eq!(parts(&[("Dockerfile", text), (".github/workflows/a.yml", workflow)]), [Final, Aside]);
        let action = "on: push\njobs: {a: {steps: [{uses: docker/build-push-action@v6, with: {file: ./Dockerfile, target: web}}]}}\n";
        assert_eq!(parts(&[("Dockerfile", text), (".github/workflows/a.yml", action)]), [Final, Aside]);
    }

    #[test]
    fn images_that_are_built_here_follow_no_registry() {
        let compose =
            "services:\n  base: {build: ., image: menus-base}\n  job: {image: menus-base}\n  db: {image: redis}\n";
        let found = images(&[("Dockerfile", "FROM menus-base\n"), ("compose.yml", compose)]);
        assert_eq!(found.built[0].base(&found.built[0].stages[0].0), None);
        assert_eq!(found.named.iter().map(|named| named.name.repository.as_str()).collect::<Vec<_>>(), ["redis"]);
    }

    #[test]
    fn paths_tell_what_an_image_is_for() {
        for (path, expected) in [
            ("Dockerfile", Purpose::Production),
            ("api/Dockerfile.web", Purpose::Production),
            ("docker/devices/Containerfile", Purpose::Production),
            ("Dockerfile.dev", Purpose::Development),
            (".devcontainer/Dockerfile", Purpose::Development),
            ("docker/dev-bucket/Dockerfile", Purpose::Development),
            ("e2e/Dockerfile", Purpose::Test),
        ] {
            assert_eq!(purpose_of(path), expected, "{path}");
        }
    }

    #[test]
    fn what_builds_an_image_tells_whether_production_runs_it() {
        let build = |file: &str| format!("{{uses: docker/build-push-action@v6, with: {{file: {file}, push: true}}}}");
        let release = format!("on: push\njobs: {{a: {{steps: [{}]}}}}\n", build("api/Dockerfile"));
        let called = format!("on: workflow_call\njobs: {{a: {{steps: [{}]}}}}\n", build("web/Dockerfile"));
        let calls = "on: pull_request\njobs: {a: {uses: ./.github/workflows/_web.yml}}\n";
        let tests = "on: push\njobs: {a: {steps: [{run: npx jest, working-directory: web}]}}\n";
        let purpose = |caller: &str, text: &str| {
            let found = images(&[
                ("api/Dockerfile", "FROM a\n"),
                ("web/Dockerfile", text),
                (".github/workflows/release.yml", &release),
                (".github/workflows/_web.yml", &called),
                (".github/workflows/tests.yml", tests),
                (&format!(".github/workflows/{caller}.yml"), calls),
            ]);
            found.built.iter().find(|image| image.path == "web/Dockerfile").expect("an image").purpose
        };
        let shown = "FROM a\n# Built for previews alone.\n";
        assert_eq!(purpose("preview-up", shown), Purpose::Development);
        assert_eq!(purpose("deploy", shown), Purpose::Production);
        // A host may build for production what a pipeline builds for reviews.
        assert_eq!(purpose("preview-up", "FROM a\n"), Purpose::Production);
        let compose = |published: &str| {
            let workflow = format!("on: push\njobs: {{a: {{steps: [{}]}}}}\n", build(published));
            let found = images(&[
                ("api/Dockerfile", "FROM a\n"),
                ("proxy/Dockerfile", "FROM a\n"),
                ("compose.yml", "services: {p: {build: ./proxy}, a: {build: ./api}}\n"),
                (".github/workflows/release.yml", &workflow),
            ]);
            found.built.iter().map(|image| image.purpose).collect::<Vec<_>>()
        };
        assert_eq!(compose("api/Dockerfile"), [Purpose::Production, Purpose::Development]);
        assert_eq!(compose("proxy/Dockerfile"), [Purpose::Development, Purpose::Production]);
    }

    #[test]
    fn downloads_that_are_run_are_found() {
        let found = |line: &str| {
            let stage = stages(&format!("FROM a\n{line}\n")).remove(0);
            downloads(&stage.instructions[0]).first().map(|download| download.is_verified)
        };
        for (line, expected) in [
            ("RUN curl -fsSL https://x.test/i.sh | bash -s -- -y", Some(false)),
            ("RUN bash -c \"$(curl -fsSL https://x.test/i.sh)\"", Some(false)),
            ("RUN curl -sSo i.sh https://x.test/i.sh && sh i.sh", Some(false)),
            ("RUN curl https://x.test/i.sh -o /tmp/i.sh && sha256sum -c sums && sh /tmp/i.sh", Some(true)),
            ("RUN <<EOF\nset -e\ncurl https://x.test/i.php \\\n  | php\nEOF", Some(false)),
            ("RUN curl https://x.test/key | gpg --dearmor -o /y", None),
            ("RUN echo # curl https://x.test/i.sh | sh", None),
            ("ADD https://x.test/a.tar.gz /a", Some(false)),
            ("ADD --checksum=sha256:00 https://x.test/a.tar.gz /a", Some(true)),
            ("ADD https://x.test/a.git#v1 /a", None),
        ] {
            assert_eq!(found(line), expected, "{line}");
        }
    }
}
