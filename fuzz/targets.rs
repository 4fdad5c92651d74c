//! What is fuzzed: a target for each parser of foreign bytes, one for whole trees and one for whole git directories. They run
//! under libFuzzer (`cargo fuzz run NAME`) and, from the tests of the crate, on the stable toolchain (`just fuzz 10m`).
//!
//! A target panics where a promise is broken. Whether it takes too long or too much memory, its runner says.

mod forges;
mod git;
mod seeds;
mod trees;

use equerre::internals::{
    Config, ConfigFile, Inventory, InventoryOptions, Lockfiles, Manifests, Memory, Node, Pipelines, Source, Syntax,
    command_meaning, comment_ranges, constants_in, covers, decode, drawn, foreign, inline_ignores, printable,
    shell_commands,
};
use equerre::{Error, Lang};
pub use seeds::{Seeds, seeds};
pub use trees::token;

/// A promise about some bytes.
pub struct Target {
    /// Its name: that of its file in `fuzz_targets/`.
    pub name: &'static str,
    /// Panics where the promise is broken.
    pub run: fn(&[u8]),
    /// Where its first inputs come from.
    pub seeds: Seeds,
}

const fn target(name: &'static str, run: fn(&[u8]), seeds: Seeds) -> Target {
    Target { name, run, seeds }
}

/// Every target. A new one is a row, a file in `fuzz_targets/` and a `[[bin]]` of `Cargo.toml`.
pub const TARGETS: &[Target] = &[
    target("json", |bytes| document(bytes, Syntax::Json), Seeds::Named(&["*.json"])),
    target("yaml", |bytes| document(bytes, Syntax::Yaml), Seeds::Named(&["*.yml", "*.yaml"])),
    target("toml", |bytes| document(bytes, Syntax::Toml), Seeds::Named(&["*.toml", "uv.lock", "Pipfile"])),
    target("xml", |bytes| manifests("pom.xml", bytes), Seeds::Named(&["pom.xml"])),
    target("workflow", |bytes| pipelines(".github/workflows/ci.yml", bytes), Seeds::Below(".github/workflows/")),
    target("composite_action", |bytes| pipelines(".github/actions/a/action.yml", bytes), Seeds::Named(&["action.yml"])),
    target("gitlab_ci", |bytes| pipelines(".gitlab-ci.yml", bytes), Seeds::Named(&[".gitlab-ci.yml"])),
    target("circleci", |bytes| pipelines(".circleci/config.yml", bytes), Seeds::Below(".circleci/")),
    target("travis", |bytes| pipelines(".travis.yml", bytes), Seeds::Named(&[".travis.yml", ".gitlab-ci.yml"])),
    target("dockerfile", dockerfile, Seeds::Named(&["Dockerfile"])),
    target("compose", |bytes| pipelines("docker-compose.yml", bytes), Seeds::Named(&["docker-compose*.yml"])),
    target("task_files", |bytes| chosen(TASKS, bytes, pipelines), Seeds::Chosen(TASKS)),
    target("shell", shell, Seeds::Written(SCRIPTS)),
    target("code", |bytes| chosen(CODE, bytes, code), Seeds::Chosen(CODE)),
    target("manifest", |bytes| chosen(MANIFESTS, bytes, manifests), Seeds::Chosen(MANIFESTS)),
    target("lockfile", |bytes| chosen(LOCKFILES, bytes, manifests), Seeds::Chosen(LOCKFILES)),
    target("comments", comments, Seeds::Named(&["*.js", "*.py", "*.rb", "*.php", "*.vue", "*.html", "*.scala"])),
    target("csp", csp, Seeds::Written(POLICIES)),
    target("cookies", cookies, Seeds::Written(COOKIES)),
    target("page", page, Seeds::Named(&["*.html", "*.erb"])),
    target("response", response, Seeds::Written(RESPONSES)),
    target("gitattributes", gitattributes, Seeds::Named(&[".gitattributes", ".gitignore"])),
    target("ignores", ignores, Seeds::Named(&[".gitignore", ".dockerignore"])),
    target("globs", globs, Seeds::Named(&[".gitignore", "CODEOWNERS", ".prettierignore"])),
    target("settings", settings, Seeds::Written(SETTINGS)),
    target("pack", |bytes| told(foreign::pack(&text(bytes)).err()), Seeds::Rules),
    target("baseline", baseline, Seeds::Written(BASELINES)),
    target("report", report, Seeds::Reports),
    target("product", |bytes| told(foreign::product(&text(bytes)).err()), Seeds::Written(PRODUCTS)),
    target("security_txt", security_txt, Seeds::Named(&["security.txt"])),
    target("masking", masking, Seeds::Named(&["*.env", ".env*", "*.yml", "*.py", "*.sh", "*.js"])),
    target("forge", forges::run, Seeds::Written(forges::ANSWERS)),
    target("loose_object", |bytes| drop(foreign::loose_object(bytes)), Seeds::Objects),
    target("tree", trees::run, Seeds::Trees),
    target("git_directory", git::run, Seeds::Edits),
];

/// Runs a target by its name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    (target.run)(bytes);
}

/// The names that make a file a manifest.
#[rustfmt::skip]
const MANIFESTS: &[&str] = &[
    "package.json", "deno.json", "pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "requirements.txt",
    "Gemfile", "composer.json", "pom.xml", "build.gradle", "build.gradle.kts", "build.sbt", "project/plugins.sbt",
    "mix.exs", "go.mod", "Cargo.toml", "pnpm-workspace.yaml",
];

/// The names that make a file a lockfile.
#[rustfmt::skip]
const LOCKFILES: &[&str] = &[
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock",
    "uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "pixi.lock", "pylock.toml", "Gemfile.lock",
    "composer.lock", "mix.lock", "Cargo.lock", "go.sum", "gradle.lockfile",
];

/// The files that commands of a pipeline lead to.
#[rustfmt::skip]
const TASKS: &[&str] = &[
    "Makefile", "justfile", "Taskfile.yml", "Rakefile", "tox.ini", "noxfile.py", "nx.json", "turbo.json",
    "package.json", "composer.json", "mix.exs", "pyproject.toml", ".pre-commit-config.yaml", "lefthook.yml",
    ".husky/pre-commit", "ci.sh", "Gemfile",
];

/// A workflow whose commands lead to every file that a pipeline may be followed into.
const CALLS: &str = "on: [push, pull_request]\njobs:\n  all:\n    steps:\n      - uses: ./.github/actions/a\n      - run: |\n          make a\n          just a\n          task a\n          rake a\n          bundle exec rake\n          tox -e a\n          nox\n          nx run a:b\n          turbo run a\n          npm run a\n          npm test\n          composer run a\n          mix a\n          poe a\n          pre-commit run --all-files\n          lefthook run pre-commit\n          ./ci.sh\n          docker build .\n          docker compose up a\n  called:\n    uses: ./.github/workflows/ci.yml\n";

/// Scripts in the language of shells.
const SCRIPTS: &[&str] = &[
    "cd web && npm ci && npm run test -- --ci || exit 1\n",
    "if [ -f a ]; then\n  bash -c 'make \"$A\"'\nfi\nfor f in *.js; do node \"$f\" | tee out; done\n",
    "docker build -t \"$IMAGE:$(git rev-parse HEAD)\" . && docker run --rm -e A=b \"$IMAGE\" npx jest\n",
    "cat <<'EOF' > a\nnpm test\nEOF\nexport PATH=$PATH:/a; env A=1 xvfb-run -a yarn e2e & wait\n",
    "ssh deploy@host 'cd /srv && git pull && pm2 restart all'\ncase $1 in a|b) poetry run pytest ;; esac\n",
    "kubectl apply -f k8s/ ; helm upgrade --install a ./chart --set x=$((1+2))\n",
];

const POLICIES: &[&str] = &[
    "default-src 'self'; script-src 'self' 'nonce-abc' https://*.example.org; object-src 'none'",
    "script-src 'unsafe-inline' 'strict-dynamic' 'sha256-AbC='; base-uri 'none'; frame-ancestors *;report-uri /r\n",
    "upgrade-insecure-requests; sandbox allow-forms allow-scripts;; img-src data: blob: *",
];

const COOKIES: &[&str] = &[
    "sid=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600",
    "__Host-a=b; Domain=example.gouv.fr; Expires=Wed, 21 Oct 2026 07:28:00 GMT\n_ga=GA1.2.3; SameSite=None",
    "a=b; domain=.gouv.fr; path=../x; max-age=-99999999999999999999; expires=0",
];

const RESPONSES: &[&str] = &[
    "content-type: text/html; charset=utf-8\nstrict-transport-security: max-age=31536000; includeSubDomains; preload\ncontent-security-policy: default-src 'self'\nx-frame-options: DENY\nset-cookie: sid=a; Secure; HttpOnly\nreferrer-policy: no-referrer, strict-origin\n\n<!doctype html><title>x</title><script src=https://cdn.example.org/a.js integrity=sha384-abc></script>",
    "content-type: text/html\nx-content-type-options: nosniff\naccess-control-allow-origin: *\ncross-origin-resource-policy: same-origin\nserver: nginx/1.2.3\n\n<meta http-equiv=content-security-policy content=\"script-src 'unsafe-eval'\"><base href=//x/><iframe src=http://a>",
];

const SETTINGS: &[&str] = &[
    "product: Mon Cantinier\nlang: fr\nurl: https://example.gouv.fr\nexclude: ['vendor/**', '*.min.js']\nbaseline: .equerre-baseline.json\ngates: { min-grade: B, fail-on: major }\nseverities: { missing-licence: info }\nignores:\n  - rule: missing-lockfile\n    paths: ['web/**']\n    reason: written elsewhere\n    until: 2027-01-01\npacks: [rules]\n",
    "delivery:\n  branch: production\n  tags: 'v*'\nignores: []\n",
];

const BASELINES: &[&str] = &[
    r#"{"version": 1, "failures": {"missing-licence": [], "committed-env-file": [{"path": ".env", "mark": "a1b2"}]}}"#,
];

const PRODUCTS: &[&str] = &[
    "name: Mon Cantinier\nurl: https://example.gouv.fr\nrepositories:\n  - https://github.com/o/r\n  - repository: ../api\n    name: api\n    rev: main\n    url: https://api.example.gouv.fr\n",
];

/// Bytes as a file of the product would be read.
fn text(bytes: &[u8]) -> String {
    decode(bytes).unwrap_or_default().into_owned()
}

/// The inventory of files in memory.
fn inventory(files: &[(&str, &[u8])]) -> Inventory {
    let files = files.iter().map(|(path, bytes)| (*path, *bytes));
    Inventory::take(Box::new(Memory::new(files)), InventoryOptions::default())
}

/// Every node of a document stands in its text, and what is read once is read the same twice.
fn document(bytes: &[u8], syntax: Syntax) {
    let text = text(bytes);
    let Ok(document) = Node::parse(&text, syntax) else { return };
    // YAML ends lines where a terminal would, at a lone carriage return too.
    let lines = u32::try_from(text.matches(['\n', '\r']).count()).unwrap_or(u32::MAX).saturating_add(1);
    let (mut open, mut left) = (vec![&document], 100_000);
    while let Some(node) = open.pop() {
        left -= 1;
        if left == 0 {
            return;
        }
        assert!(node.line <= lines, "a node on line {} of {lines}", node.line);
        open.extend(node.items());
        for entry in node.entries() {
            assert!(entry.line <= lines, "a key on line {} of {lines}", entry.line);
            open.push(&entry.value);
        }
    }
    drop(document.clone());
}

/// Gives a file the name that its first byte chooses.
fn chosen(names: &[&str], bytes: &[u8], run: fn(&str, &[u8])) {
    if let Some((first, rest)) = bytes.split_first() {
        run(names[usize::from(*first) % names.len()], rest);
    }
}

/// A file of each grammar, and those that hold code among something else.
const CODE: &[&str] = &[
    "*.js",
    "*.ts",
    "*.tsx",
    "*.vue",
    "*.svelte",
    "*.html",
    "*.py",
    "*.rb",
    "*.html.erb",
    "*.php",
    "*.blade.php",
    "*.java",
    "*.kt",
    "*.scala",
    "*.ex",
    "*.go",
    "*.sh",
    "*.tf",
];

/// Reads a file by its syntax.
fn code(name: &str, bytes: &[u8]) {
    constants_in(&name.replace('*', "a"), &text(bytes));
}

/// Reads a file as a manifest or lockfile, beside manifests that it may lock.
fn manifests(path: &str, bytes: &[u8]) {
    let inventory = inventory(&[(path, bytes), ("web/package.json", br#"{"dependencies": {"next": "^14"}}"#)]);
    let manifests = Manifests::read(&inventory);
    let lockfiles = Lockfiles::read(&inventory);
    for manifest in &manifests.all {
        let _ = manifests.all.iter().filter(|root| manifests.is_member(root, manifest)).count();
        manifest.dependencies.iter().for_each(|dependency| drop(lockfiles.version(manifest, dependency)));
    }
}

/// Follows pipelines into a file, or from it.
fn pipelines(path: &str, bytes: &[u8]) {
    let mut files: Vec<(&str, &[u8])> = vec![
        (path, bytes),
        ("package.json", br#"{"scripts": {"test": "npm run a", "a": "vitest"}, "workspaces": ["web"]}"#),
        ("web/package.json", br#"{"name": "web", "scripts": {"test": "jest"}}"#),
        ("Makefile", b"a: b\nb:\n\tnpm test\n"),
        ("ci.sh", b"make a\nnpx eslint .\n"),
    ];
    if path.starts_with(".github/workflows/") {
        files.push((".github/workflows/called.yml", CALLS.as_bytes()));
    } else {
        files.push((".github/workflows/calls.yml", CALLS.as_bytes()));
    }
    let known = files[1..].iter().position(|(other, _)| *other == path);
    known.map(|at| files.remove(at + 1));
    let inventory = inventory(&files);
    let pipelines = Pipelines::read(&inventory, &Manifests::read(&inventory));
    assert!(pipelines.actions().count() < 1_000_000);
}

fn dockerfile(bytes: &[u8]) {
    foreign::dockerfile(&text(bytes));
    pipelines("Dockerfile", bytes);
}

fn shell(bytes: &[u8]) {
    for command in shell_commands(&text(bytes)) {
        let _ = command_meaning(&command);
    }
}

/// Comments lie in the text, in order, and are told from what is none.
fn comments(bytes: &[u8]) {
    let text = text(bytes);
    for language in equerre::internals::LANGUAGES {
        let ranges = comment_ranges(&text, language.comments);
        assert!(ranges.windows(2).all(|two| two[0].end <= two[1].start), "{}: {ranges:?}", language.name);
        for range in &ranges {
            assert!(text.get(range.clone()).is_some(), "{}: {range:?} cuts a character", language.name);
            assert!(range.is_empty() || covers(&ranges, range.start));
        }
    }
    // What sets a failure aside is of a length that people read, whatever stands around it.
    for path in ["a.ts", "a.py", "a.php", "a.vue", "a.html", "a.sql", "a.clj", "Dockerfile"] {
        for opened in [text.to_string(), text.replace(['#', '*', '/', '-'], "/* # -- // equerre: ignore[a,] ")] {
            for ignore in inline_ignores(path, &opened) {
                assert!(ignore.rules.len() <= 20 && ignore.reason.chars().count() <= 400, "{ignore:?}");
            }
        }
    }
}

fn csp(bytes: &[u8]) {
    foreign::policy(text(bytes).lines());
}

fn cookies(bytes: &[u8]) {
    let cookies = text(bytes).lines().map(str::to_owned).collect();
    foreign::site(Vec::new(), cookies, String::new(), "");
}

fn page(bytes: &[u8]) {
    foreign::site(Vec::new(), Vec::new(), text(bytes), "");
}

/// Headers as lines, an empty line, a page: as HTTP has them.
fn response(bytes: &[u8]) {
    let text = text(bytes);
    let (head, page) = text.split_once("\n\n").unwrap_or((&text, ""));
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let (cookies, headers): (Vec<_>, Vec<_>) = headers
        .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
        .partition(|(name, _)| name == "set-cookie");
    let cookies = cookies.into_iter().map(|(_, value)| value).collect();
    foreign::site(headers, cookies, page.to_owned(), "");
}

fn gitattributes(bytes: &[u8]) {
    let files: [(&str, &[u8]); 6] = [
        (".gitattributes", bytes),
        ("web/.gitattributes", bytes),
        ("web/src/a.js", b"a\n"),
        ("vendor/b.min.js", b"b\n"),
        ("docs/é/[a].md", b"c\n"),
        ("a/b/c/d/e/f/g/aaaaaaaaaaaaaaaaaaaaaaaaaaaa.js", b"d\n"),
    ];
    inventory(&files);
}

fn ignores(bytes: &[u8]) {
    let text = text(bytes);
    // The last line is a path too: what is alike in both is what costs.
    let last = text.lines().next_back().unwrap_or_default();
    for pattern in text.lines() {
        for path in ["a/b/c.js", "node_modules/x/index.js", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", last] {
            foreign::ignores(pattern, path.as_bytes());
        }
    }
}

fn globs(bytes: &[u8]) {
    let text = text(bytes);
    let last = text.lines().next_back().unwrap_or_default();
    let paths = ["web/src/a.ts", "a", ".github/workflows/ci.yml", last];
    for lines in text.lines().map(str::to_owned).collect::<Vec<_>>().chunks(16).take(16) {
        told(foreign::globs(lines, &paths).err());
    }
}

/// An error may be drawn, and nothing in it acts on a terminal.
fn told(error: Option<Error>) {
    for lang in [Lang::En, Lang::Fr] {
        let Some(error) = &error else { return };
        trees::assert_inert("error", &drawn(error, lang));
    }
}

fn settings(bytes: &[u8]) {
    let file = ConfigFile::new(".equerre.yml", text(bytes));
    match Config::read(file) {
        Ok(config) => {
            let memory = Memory::new([("rules/a.yml", "severity: major\n"), ("README.md", "# a\n")]);
            told(config.read_packs(&memory, &memory.list()).err());
            let _ = config.apply(&mut [], 0);
        }
        Err(error) => told(Some(error)),
    }
}

/// What is written of a baseline is read back as the same.
fn baseline(bytes: &[u8]) {
    match foreign::baseline(&text(bytes)) {
        Ok(written) => trees::assert_masked("baseline", &written),
        Err(error) => told(Some(error)),
    }
}

/// Two reports, one after the other with an empty line between them; or one that is compared with itself.
fn report(bytes: &[u8]) {
    let text = text(bytes);
    let (before, after) = text.split_once("\n\n").unwrap_or((&text, &text));
    match foreign::changes(before, after) {
        Ok([plain, markdown, json]) => {
            trees::assert_inert("diff", &String::from_utf8(plain).expect("UTF-8"));
            trees::assert_inert("diff in Markdown", &String::from_utf8(markdown).expect("UTF-8"));
            assert!(serde_json::from_slice::<serde_json::Value>(&json).is_ok(), "a diff is no JSON");
        }
        Err(error) => told(Some(error)),
    }
}

fn security_txt(bytes: &[u8]) {
    foreign::site(Vec::new(), Vec::new(), String::new(), &text(bytes));
}

/// Plants a token and the password of an address in a line, and looks for them in whatever may leave.
fn masking(bytes: &[u8]) {
    let (head, line) = bytes.split_at(bytes.len().min(2));
    let line = text(line).replace(['\n', '\r'], " ");
    let [path, at] = [head.first(), head.last()].map(|byte| byte.copied().map_or(0, usize::from));
    let at = line.floor_char_boundary(at * line.len() / 255);
    let path = ["a.yml", "a.ts", "README.md", ".env", "Dockerfile", "a.sh"][path % 6];
    let password = "zx9hunter2Qw7";
    let planted = format!("{} {} postgres://adm:{password}@db.example.org/x {}", &line[..at], token(), &line[at..]);
    for (shown, way) in foreign::shown(path, &planted).iter().zip(["text", "name", "line", "link", "json"]) {
        trees::assert_masked(way, shown);
        assert!(!shown.contains(password), "the password is in {way} of {path}: {shown}");
        match way {
            "json" => assert!(serde_json::from_str::<serde_json::Value>(shown).is_ok(), "no JSON: {shown}"),
            _ => assert_eq!(printable(shown), *shown, "{way} of {path} acts on a terminal"),
        }
    }
}
