//! How people take the code to production by hand: a script or a target of a Makefile that they run, a command that a
//! document gives them.

use super::service::{How, Production, Sources};
use crate::base::location::Location;
use crate::base::path::{below, join, name_of};
use crate::model::delivery::route::Route;
use crate::model::pipeline::{Activity, Trigger};
use crate::read::inventory::File;

/// What somebody starts from a place.
fn started_at(place: Location, gated: Option<bool>) -> Production {
    Production {
        how: How::Manual,
        trigger: "dispatch".to_owned(),
        road: Some(place.clone()),
        gated,
        evidence: vec![place],
    }
}

/// What takes code to another machine.
const SHIPS: &[&str] = &[
    "scalingo",
    "clever ",
    "ssh ",
    "rsync",
    "scp ",
    "docker stack",
    "helm ",
    "kubectl",
    "ansible",
    "git push",
    "gh workflow",
    "capistrano",
    "mina ",
];

/// A script of the tree that people run to deploy, where nothing else does.
pub(super) fn of_script(sources: &Sources<'_>) -> Option<Production> {
    let is_script = |file: &&File| {
        let name = file.name().to_lowercase();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, "sh"));
        let says = ["deploy", "deploi", "release", "mep", "livraison"].iter().any(|word| stem.starts_with(word));
        let aside = ["dev", "staging", "local", "test", "doc"].iter().any(|word| stem.contains(word));
        // `infra/staging/deploy.sh`: the folder may say for which environment.
        let rehearses = file.folder().to_lowercase().split(['/', '-', '_', '.']).any(|word| OTHERS.contains(&word));
        says && !aside
            && !rehearses
            && matches!(ending, "sh" | "rb" | "py" | "bash" | "js" | "ts")
            && file.is_shipped()
            && !file.path.starts_with(".github/")
    };
    let script = sources.inventory.files().iter().filter(is_script).find(|file| {
        let text = sources.inventory.text(&file.path);
        text.is_some_and(|text| SHIPS.iter().any(|word| text.contains(word)))
    })?;
    Some(started_at(Location::file(&script.path), Some(false)))
}

/// A task of Fabric or Invoke that people run to deploy, where nothing else does (<https://docs.fabfile.org>): `fab deploy`.
pub(super) fn of_task(sources: &Sources<'_>) -> Option<Production> {
    const RUNNERS: &[&str] = &["from fabric", "import fabric", "from invoke", "import invoke"];
    // `from tasks.deploy import *`: the file that people name may only gather those beside it.
    let may_hold = |file: &&File| {
        let name = file.name().to_lowercase();
        let folder = name_of(file.folder());
        let is_named = matches!(name.as_str(), "fabfile.py" | "tasks.py") || name.starts_with("deploy");
        name.ends_with(".py") && (is_named || matches!(folder, "fabfile" | "tasks")) && file.is_own()
    };
    sources.inventory.files().iter().filter(may_hold).find_map(|file| {
        let text = sources.inventory.text(&file.path)?;
        if !RUNNERS.iter().any(|word| text.contains(word)) {
            return None;
        }
        let mut is_task = false;
        let line = (1..).zip(text.lines()).find_map(|(at, line)| {
            if line.starts_with('@') {
                is_task |= line.contains("task");
            }
            let name = line.strip_prefix("def ").and_then(|rest| rest.split('(').next())?;
            let was_task = std::mem::take(&mut is_task);
            let mut words = name.split('_');
            // The first version made tasks of all functions of its file.
            let is_task = was_task || file.name() == "fabfile.py" && text.contains("fabric.api");
            let deploys = words.clone().any(|word| matches!(word, "deploy" | "ship" | "deploie" | "mep"));
            (is_task && deploys && !words.any(|word| OTHERS.contains(&word) || NOT_CODE.contains(&word))).then_some(at)
        })?;
        Some(started_at(Location::line(&file.path, line), Some(false)))
    })
}

/// What tasks deploy beside the product.
const NOT_CODE: &[&str] = &["changelog", "doc", "docs", "documentation", "cert", "key", "keys", "ssl"];

/// Words of environments that are not production.
const OTHERS: &[&str] = &["staging", "recette", "preprod", "preproduction", "demo", "dev", "local", "test", "tests"];

/// A target of a Makefile by which a machine of production takes an image that a pipeline published.
pub(super) fn of_makefile(sources: &Sources<'_>) -> Option<Production> {
    let file = sources.inventory.root_file(|name| name == "makefile")?;
    let text = sources.inventory.text(&file.path)?;
    let mut target: Option<(u32, bool)> = None;
    for (at, line) in (1..).zip(text.lines()) {
        if !line.starts_with(['\t', ' ', '#']) && line.contains(':') {
            let name = line.split(':').next().unwrap_or_default().to_lowercase();
            let words = name.split(|c: char| !c.is_alphanumeric());
            let mut words = words.filter(|word| matches!(*word, "remote" | "prod" | "production"));
            target = Some((at, words.next().is_some()));
        } else if let Some((from, true)) = target {
            let takes = ["compose pull", "docker-compose pull"].iter().any(|command| line.contains(command));
            if takes && line.contains(" up ") {
                return Some(started_at(Location::line(&file.path, from), published_after_tests(sources)));
            }
        }
    }
    None
}

/// A target of a Makefile, or a recipe of `just`, that people run to deploy, where nothing else does: it ships the code itself, or has the
/// file of another folder do so.
pub(super) fn of_target(sources: &Sources<'_>) -> Option<Production> {
    let file = sources.inventory.root_file(|name| matches!(name, "makefile" | "justfile"))?;
    let text = sources.inventory.text(&file.path)?;
    let (at, _) = targets(&text).into_iter().find(|(at, name)| {
        let words = || name.split(|c: char| !c.is_alphanumeric());
        let deploys = words().any(|word| matches!(word, "deploy" | "ship" | "deploie" | "mep"));
        let is_other = words().any(|word| OTHERS.contains(&word) || NOT_CODE.contains(&word));
        deploys && !is_other && recipe(&text, *at).any(|line| ships(line) || hands_over(line, sources))
    })?;
    Some(started_at(Location::line(&file.path, at), Some(false)))
}

fn ships(line: &str) -> bool {
    SHIPS.iter().any(|word| line.contains(word))
}

/// The targets of a Makefile with their lines.
fn targets(text: &str) -> Vec<(u32, String)> {
    let target = |(at, line): (u32, &str)| {
        let (name, rest) = line.split_once(':')?;
        let is_target = !line.starts_with(['\t', ' ', '#', '.']) && !rest.starts_with('=') && !name.contains('=');
        is_target.then(|| (at, name.trim().to_lowercase()))
    };
    (1..).zip(text.lines()).filter_map(target).collect()
}

/// The commands of the target of a line.
fn recipe(text: &str, at: u32) -> impl Iterator<Item = &str> {
    let below = text.lines().skip(at as usize);
    below.take_while(|line| line.starts_with(['\t', ' '])).filter(|line| !line.trim_start().starts_with('#'))
}

/// Whether a command has a target of another folder ship: `cd ops && make deploy`, `make -C ops deploy`.
fn hands_over(line: &str, sources: &Sources<'_>) -> bool {
    let mut words = line.split_whitespace();
    let folder = words.by_ref().find(|word| matches!(*word, "cd" | "@cd" | "-C")).and_then(|_| words.next());
    let Some(folder) = folder.filter(|_| line.contains("make") || line.contains("$(MAKE)")) else { return false };
    let path = join(folder.trim_end_matches('/'), "Makefile");
    let Some(text) = path.and_then(|path| sources.inventory.text(&path)) else { return false };
    let is_called = |name: &str| line.split_whitespace().any(|word| word == name);
    targets(&text).iter().any(|(at, name)| is_called(name) && recipe(&text, *at).any(ships))
}

/// Whether the tests pass before each image that a change of the code publishes; nothing where it publishes none.
fn published_after_tests(sources: &Sources<'_>) -> Option<bool> {
    let is_image = |tool: &str| ["docker", "build-push", "kaniko", "buildah"].iter().any(|name| tool.contains(name));
    let mut gates = sources.pipelines.actions().filter_map(|(pipeline, job, action)| {
        let route = Route { pipeline, job, action };
        let follows = route.starts_on(&[Trigger::Push, Trigger::Tag, Trigger::Release, Trigger::AfterPipeline]);
        let counts = action.activity == Activity::Publish && is_image(&action.tool.to_lowercase()) && follows;
        counts.then(|| route.is_gated(sources.pipelines))
    });
    let first = gates.next()?;
    Some(first && gates.all(|gated| gated))
}

/// The command that a document of a package gives to publish it.
pub(super) fn of_document(component: &str, sources: &Sources<'_>) -> Option<Production> {
    const PUBLISH: &[&str] = &[
        "npm publish",
        "yarn publish",
        "changesets/cli publish",
        "changeset publish",
        "pnpm publish",
        "twine upload",
        "cargo publish",
        "gem push",
    ];
    let is_document = |file: &&File| {
        let name = file.name().to_lowercase();
        let is_named = ["readme", "contributing", "release", "publish"].iter().any(|word| name.starts_with(word));
        is_named && name.ends_with(".md") && below(component, &file.path) == Some(file.name())
    };
    sources.inventory.files().iter().filter(is_document).find_map(|file| {
        let text = sources.inventory.text(&file.path)?;
        let says = |line: &str| PUBLISH.iter().any(|command| line.contains(command));
        let (at, _) = (1..).zip(text.lines()).find(|(_, line)| says(line))?;
        Some(started_at(Location::line(&file.path, at), Some(false)))
    })
}
