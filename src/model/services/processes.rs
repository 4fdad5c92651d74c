//! The processes that a host starts beside the web one, and what names them: `Procfile`, the settings of job queues.

use std::collections::HashSet;

use super::containers::JOBS;
use super::service::{Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::{below, folder_of, join, name_of};
use crate::model::dockerfile::{is_called_compose, is_dockerfile};
use crate::model::stack::Part;
use crate::read::document::Node;
use crate::read::inventory::File;
use crate::read::inventory::role::Role;

/// A line of a `Procfile` (<https://doc.scalingo.com/platform/app/procfile>).
struct Process {
    name: String,
    command: String,
    line: u32,
}

/// A `Procfile` that production reads.
pub(super) struct Procfile {
    path: String,
    /// The folder of the code that it starts; empty at the root.
    folder: String,
    processes: Vec<Process>,
}

/// Folders that hold the files of a host beside the code.
pub(super) const HOST_FOLDERS: &[&str] = &["scalingo", ".scalingo", "heroku", "deploy", "deployment", "paas", "ops"];

/// Hooks, and commands that people run by hand.
const NO_PROCESS: &[&str] = &[
    "postdeploy",
    "release",
    "predeploy",
    "postfrontend",
    "console",
    "rake",
    "first-deploy",
    "firstdeploy",
    "log",
    "tcp",
];

/// Every `Procfile` but those of development.
pub(super) fn procfiles(sources: &Sources<'_>) -> Vec<Procfile> {
    let is_procfile = |name: &str| {
        let aside = ["dev", "local", "heroku", "review", "test", "example"];
        name.strip_prefix("Procfile").is_some_and(|rest| {
            (rest.is_empty() || rest.starts_with(['.', '-'])) && !aside.iter().any(|word| rest.contains(word))
        })
    };
    let files = sources.inventory.files().iter().filter(|file| is_procfile(file.name()) && file.is_own());
    let files = files.filter(|file| !matches!(file.role, Role::Test));
    let read = files.filter_map(|file| {
        let text = sources.inventory.text(&file.path)?;
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with('#'));
        let processes = lines.filter_map(|(line, text)| {
            let (name, command) = text.split_once(':')?;
            Some(Process { name: name.trim().to_lowercase(), command: command.trim().to_owned(), line })
        });
        let mut folder = file.folder();
        while HOST_FOLDERS.contains(&name_of(folder)) && !folder.is_empty() {
            folder = folder_of(folder);
        }
        Some(Procfile { path: file.path.clone(), folder: folder.to_owned(), processes: processes.collect() })
    });
    read.collect()
}

/// Adds what processes show: that a service is served, and the workers beside it.
pub(super) fn add(procfiles: &[Procfile], found: &mut Vec<Service>, sources: &Sources<'_>) {
    for procfile in procfiles {
        for process in procfile.processes.iter().filter(|process| !NO_PROCESS.contains(&process.name.as_str())) {
            let place = Location::line(&procfile.path, process.line);
            let components = components_of(procfile, process, found, sources);
            if process.name == "web" || process.name.starts_with("web-") {
                let mut known = false;
                for service in found
                    .iter_mut()
                    .filter(|service| components.contains(&service.component) && service.kind != ServiceKind::Library)
                {
                    service.served_by.insert(0, place.clone());
                    known = true;
                }
                if let [component] = components.as_slice()
                    && !known
                    && holds_code(component, sources)
                    && !component.is_empty()
                {
                    let kind = kind_of_folder(component, sources);
                    found.push(Service::new(kind, component, "web").shown_by([place]));
                }
                continue;
            }
            // One file that starts whatever a variable says starts no worker of its own.
            if components.len() == 1 {
                let worker = Service::new(ServiceKind::Worker, &components[0], "worker");
                found.push(Service { name: process.name.clone(), ..worker }.shown_by([place]));
            }
        }
    }
    compose(found, sources);
    images(found, sources);
    queues(procfiles, found, sources);
    crons(found, sources);
}

/// A command with the scripts of the manifest that it runs put behind it.
fn expanded(command: &str, folder: &str, sources: &Sources<'_>, depth: usize) -> String {
    let mut words = command.split_whitespace();
    let is_runner = words.next().is_some_and(|word| matches!(word, "npm" | "yarn" | "pnpm" | "bun"));
    let name = words.find(|word| !matches!(*word, "run" | "-s" | "--silent" | "exec"));
    let scripts = || sources.manifests.at(folder).flat_map(|manifest| &manifest.scripts);
    let script = name.filter(|_| is_runner && depth < 3).and_then(|name| scripts().find(|script| script.name == name));
    match script {
        Some(script) => format!("{command} && {}", expanded(&script.command, folder, sources, depth + 1)),
        None => command.to_owned(),
    }
}

/// The components that a process starts: the one whose folder its command names, else that of its own folder; every server
/// where a variable of the host chooses.
fn components_of(procfile: &Procfile, process: &Process, found: &[Service], sources: &Sources<'_>) -> Vec<String> {
    let command = &expanded(&process.command, &procfile.folder, sources, 0);
    let parts = &sources.stack.parts;
    let inside = |part: &&Part| {
        !part.folder.is_empty() && below(&procfile.folder, &part.folder).is_some() && part.folder != procfile.folder
    };
    let words: Vec<&str> = command
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '&' | '='))
        .map(|word| word.trim_start_matches("./").trim_end_matches('/'))
        .collect();
    let names = |part: &&Part| {
        let package = part.manifests.iter().find_map(|at| sources.manifests.all[*at].name.as_deref());
        words.iter().any(|word| {
            *word == part.folder || Some(*word) == package || word.starts_with(&format!("{}/", part.folder))
        })
    };
    if let Some(part) = parts.iter().filter(inside).find(names) {
        return vec![part.folder.clone()];
    }
    // A folder of code without a manifest of its own: `node apps/api/dist/main.js`.
    let built = ["/dist/", "/build/", "/src/", "/bin/", "/target/", "/out/"];
    let folder_in = |word: &&str| {
        let at = built.iter().filter_map(|name| word.find(name)).min()?;
        let folder = join(&procfile.folder, &word[..at])?;
        let from_root = join("", &word[..at])?;
        [folder, from_root].into_iter().find(|folder| !folder.is_empty() && sources.inventory.has_folder(folder))
    };
    if let Some(folder) = words.iter().find_map(folder_in) {
        return vec![folder];
    }
    let chosen = ["$APP_DIR", "${APP_DIR", "$PACKAGE", "${PACKAGE", "$APP_NAME", "${APP_NAME", "$PROJECT_DIR"];
    if chosen.iter().any(|variable| command.contains(variable)) {
        let servers =
            found.iter().filter(|service| !matches!(service.kind, ServiceKind::Library | ServiceKind::Mobile));
        return servers.map(|service| service.component.clone()).collect();
    }
    let here = sources.stack.nearest(&procfile.folder).map(|at| parts[at].folder.clone());
    // A root that only holds others starts the one that there is.
    let serves = |folder: &String| found.iter().any(|service| service.component == *folder);
    match here.filter(|folder| serves(folder) || found.is_empty()) {
        Some(folder) => vec![folder],
        None => {
            let below = found.iter().filter(|service| {
                below(&procfile.folder, &service.component).is_some()
                    && matches!(service.kind, ServiceKind::Pages | ServiceKind::Api | ServiceKind::Worker)
            });
            let mut all: Vec<String> = below.map(|service| service.component.clone()).collect();
            all.dedup();
            if all.is_empty() { vec![procfile.folder.clone()] } else { all }
        }
    }
}

/// Whether people program in a folder.
fn holds_code(folder: &str, sources: &Sources<'_>) -> bool {
    let files = sources.inventory.files().iter();
    files.filter(|file| file.programming && file.is_shipped()).any(|file| below(folder, &file.path).is_some())
}

/// What a folder of code without a manifest of its own serves: pages where it holds components of them.
fn kind_of_folder(folder: &str, sources: &Sources<'_>) -> ServiceKind {
    let is_inside = |path: &str| below(folder, path).is_some();
    let views = [".tsx", ".jsx", ".vue", ".svelte", "index.html"];
    let has_views = sources
        .inventory
        .files()
        .iter()
        .any(|file| is_inside(&file.path) && views.iter().any(|ending| file.name().ends_with(ending)));
    let is_front = ["ui", "front", "frontend", "web"].contains(&name_of(folder));
    if has_views || is_front { ServiceKind::Pages } else { ServiceKind::Api }
}

/// The processes of compose files that are named for production: workers beside the server that they share the code of.
fn compose(found: &mut Vec<Service>, sources: &Sources<'_>) {
    const WORKERS: &[&str] =
        &["worker", "queue", "celery", "processor", "cron", "scheduler", "sidekiq", "consumer", "jobs", "job"];
    let is_production = |name: &str| {
        let lower = name.to_lowercase();
        is_called_compose(&lower) && lower.contains("prod")
    };
    let servers: Vec<(String, String)> = found
        .iter()
        .filter(|service| matches!(service.kind, ServiceKind::Api | ServiceKind::Pages))
        .map(|service| (service.component.clone(), service.name.to_lowercase()))
        .collect();
    for file in sources.inventory.files().iter().filter(|file| is_production(file.name()) && file.is_own()) {
        let Some(document) = sources.inventory.document(&file.path) else { continue };
        let Ok(root) = document.as_ref() else { continue };
        for entry in root.get("services").map(Node::entries).unwrap_or_default() {
            let command = entry.value.get("command").or_else(|| entry.value.get("entrypoint"));
            let words: Vec<String> = command
                .map(|node| node.items_or_self().iter().filter_map(|item| item.text()).map(str::to_lowercase).collect())
                .unwrap_or_default();
            let text = format!("{} {}", entry.key.to_lowercase(), words.join(" "));
            let is_worker = text
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| WORKERS.iter().any(|known| word == *known || word.strip_suffix('s') == Some(known)));
            let image = entry.value.text_of("image").unwrap_or_default().to_lowercase();
            if !is_worker
                || image.contains("flower")
                || ["redis", "postgres", "rabbitmq", "metabase", "nginx"].iter().any(|known| image.starts_with(known))
            {
                continue;
            }
            let named = |(_, name): &&(String, String)| image.contains(name.as_str()) || text.contains(name.as_str());
            let component = match servers.as_slice() {
                [(component, _)] => component.clone(),
                all => match all.iter().find(named) {
                    Some((component, _)) => component.clone(),
                    None => continue,
                },
            };
            let place = Location::line(&file.path, entry.line);
            let worker = Service::new(ServiceKind::Worker, &component, "worker");
            found.push(Service { name: entry.key.clone(), ..worker }.shown_by([place]));
        }
    }
}

/// Images that are named for what they do beside the server of the same folder: `Dockerfile.worker`.
fn images(found: &mut Vec<Service>, sources: &Sources<'_>) {
    for file in sources.inventory.files().iter().filter(|file| is_dockerfile(file.name()) && file.is_own()) {
        let name = file.name().to_lowercase();
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let aside = words.iter().any(|word| matches!(*word, "dev" | "test" | "ci" | "local"));
        // The pages by which people follow an orchestrator: `airflow-webserver.Dockerfile`.
        let shows = words.iter().any(|word| matches!(*word, "webserver" | "flower" | "dagit"));
        let folder_of_code = || sources.stack.nearest(file.folder()).map(|at| sources.stack.parts[at].folder.clone());
        let runs = |folder: &String| {
            found.iter().any(|service| service.component == *folder && service.kind == ServiceKind::Worker)
        };
        if let Some(folder) = folder_of_code().filter(|folder| shows && !aside && runs(folder)) {
            let tool = Service::new(ServiceKind::Tool, &folder, "webserver").unsure();
            found.push(tool.shown_by([Location::file(&file.path)]));
            continue;
        }
        let runs_jobs =
            words.iter().any(|word| JOBS.contains(word) || matches!(*word, "sidekiq" | "clock" | "consumer"));
        if aside || !runs_jobs {
            continue;
        }
        let folder = sources.stack.nearest(file.folder()).map(|at| sources.stack.parts[at].folder.clone());
        let has_server = |folder: &String| {
            found.iter().any(|service| {
                service.component == *folder && matches!(service.kind, ServiceKind::Api | ServiceKind::Pages)
            })
        };
        if let Some(folder) = folder.filter(has_server) {
            let worker = Service::new(ServiceKind::Worker, &folder, "worker");
            let worker = Service { name: "worker".to_owned(), ..worker };
            found.push(worker.shown_by([Location::file(&file.path)]));
        }
    }
}

/// Queues of jobs whose own settings are in the tree, where no `Procfile` says what starts them.
fn queues(procfiles: &[Procfile], found: &mut Vec<Service>, sources: &Sources<'_>) {
    const QUEUES: &[(&str, &[&str])] = &[
        ("celery", &["celery.py", "celery_app.py", "celeryconfig.py"]),
        ("sidekiq", &["sidekiq.yml"]),
        ("huey", &["huey.py"]),
        ("good_job", &["good_job.rb"]),
        ("solid_queue", &["queue.yml"]),
        ("delayed_job_active_record", &["delayed_job.rb", "delayed_job_config.rb"]),
        ("que", &["que.rb"]),
    ];
    let workers = found.iter().filter(|service| service.kind == ServiceKind::Worker);
    // A file that tells what production starts and names no queue says that there is none.
    let told = procfiles.iter().map(|procfile| &procfile.folder);
    let known: HashSet<String> = workers.map(|service| &service.component).chain(told).cloned().collect();
    for part in sources.stack.parts.iter().filter(|part| !known.contains(&part.folder)) {
        let manifests = || part.manifests.iter().map(|at| &sources.manifests.all[*at]);
        let queue = QUEUES.iter().find_map(|(package, files)| {
            manifests().find(|manifest| manifest.dependency(package).is_some())?;
            let inventory = sources.inventory.files();
            let file = part.files.iter().map(|at| &inventory[*at]);
            let mut file = file.filter(|file| file.is_shipped() && files.contains(&file.name()));
            Some((*package, file.next()?))
        });
        if let Some((package, file)) = queue {
            let worker = Service::new(ServiceKind::Worker, own_code(package, file, part, sources), package);
            let name = package.to_owned();
            found.push(Service { name, ..worker }.unsure().shown_by([Location::file(&file.path)]));
        }
    }
}

/// The folder of a queue's own code: `celery -A shop worker` starts the package that defines the application beside its tasks,
/// unless that package is the settings of the whole.
fn own_code<'s>(package: &str, file: &'s File, part: &'s Part, sources: &'s Sources<'_>) -> &'s str {
    let folder = file.folder();
    let inventory = sources.inventory.files();
    let is_tasks = |file: &File| file.folder() == folder && file.name() == "tasks.py";
    let is_settings = matches!(name_of(folder), "config" | "conf" | "settings");
    let is_own = package == "celery" && !is_settings && part.files.iter().any(|at| is_tasks(&inventory[*at]));
    if is_own { folder } else { &part.folder }
}

/// What a host runs at fixed times belongs to the application of the same folder.
fn crons(found: &mut [Service], sources: &Sources<'_>) {
    for file in sources.inventory.files().iter().filter(|file| file.name() == "cron.json" && file.is_own()) {
        let mut folder = file.folder();
        while (HOST_FOLDERS.contains(&name_of(folder)) || name_of(folder) == "clevercloud") && !folder.is_empty() {
            folder = folder_of(folder);
        }
        let of_folder = |service: &&mut Service| service.component == folder;
        if let Some(service) = found.iter_mut().find(of_folder) {
            service.served_by.push(Location::file(&file.path));
        }
    }
}
