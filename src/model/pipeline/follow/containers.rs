//! What containers run: the services of compose files, the commands of Dockerfiles.

use super::resolve::{Followed, Resolver};
use crate::base::path::{below, join};
use crate::model::dockerfile::{Instruction, is_compose, stages};
use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::shell::Shell;
use crate::read::document::Node;

/// What a service or the build of an image runs.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    match meaning {
        Meaning::Service { name, command } => Some(service(resolver, name, command, folder)),
        Meaning::Image { file, stage, context } => {
            Some(image(resolver, file.as_deref(), stage.as_deref(), context, folder))
        }
        _ => None,
    }
}

/// What a service runs: the command given, else its own, else that of the image that it builds. Several compose files may
/// know the service; each is followed.
fn service(resolver: &Resolver<'_>, name: &str, command: &[String], folder: &str) -> Vec<Followed> {
    let given = command_line(command);
    let mut found = Vec::new();
    for file in resolver.inventory.own_files().filter(|file| is_compose(file.name())) {
        let Some(document) = resolver.inventory.document(&file.path) else { continue };
        let Ok(root) = document.as_ref() else { continue };
        let Some(service) = root.at(&["services", name]) else { continue };
        let build = service.get("build");
        let context = build
            .and_then(|build| build.text().or_else(|| build.text_of("context")))
            .and_then(|context| join(file.folder(), context));
        let mut image = context.as_ref().and_then(|context| {
            let dockerfile = build.and_then(|build| build.text_of("dockerfile"));
            let path = join(context, dockerfile.unwrap_or("Dockerfile"))?;
            let stage = build.and_then(|build| build.text_of("target"));
            read_image(resolver, &path, stage, context)
        });
        let own = service.get("command").or_else(|| service.get("entrypoint")).and_then(words);
        let started = image.as_mut().and_then(|image| image.command.take());
        let Some(line) = given.clone().or(own).or(started) else { continue };
        let mut place = image.map(|image| image.place).unwrap_or_default();
        for mount in service.get("volumes").map(Node::items).unwrap_or_default() {
            let short = mount.text().and_then(|text| text.split_once(':'));
            let (from, to) = match short {
                Some((from, to)) => (Some(from), to.split(':').next()),
                None => (mount.text_of("source"), mount.text_of("target")),
            };
            if let (Some(from), Some(to)) = (from.filter(|from| from.starts_with('.')), to) {
                place.holds(&place.absolute(to), join(file.folder(), from));
            }
        }
        if let Some(folder) = service.text_of("working_dir") {
            place.folder = place.absolute(folder);
        }
        let outside = || context.clone().unwrap_or_else(|| file.folder().to_owned());
        found.push(Followed::script(line, place.source().unwrap_or_else(outside)));
    }
    if found.is_empty()
        && let Some(given) = given
    {
        found.push(Followed::script(given, folder.to_owned()));
    }
    found.dedup();
    found
}

/// What the build of an image runs: the `RUN` lines, up to the stage that is asked for.
fn image(
    resolver: &Resolver<'_>,
    file: Option<&str>,
    stage: Option<&str>,
    context: &str,
    folder: &str,
) -> Vec<Followed> {
    let Some(context) = join(folder, context) else {
        return Vec::new();
    };
    let path = file.map_or_else(|| join(&context, "Dockerfile"), |file| join(folder, file));
    let image = path.and_then(|path| read_image(resolver, &path, stage, &context));
    image.map(|image| image.runs).unwrap_or_default()
}

/// The folder of a process inside an image, and which folders of the repository the image holds.
#[derive(Debug, Clone, Default)]
struct Place {
    /// The working directory.
    folder: String,
    /// Folders of the image and those of the repository that they are copies of.
    copies: Vec<(String, String)>,
}

impl Place {
    /// A path of the image, seen from the working directory.
    fn absolute(&self, path: &str) -> String {
        let from = if path.starts_with('/') { "" } else { self.folder.as_str() };
        join(from, path).unwrap_or_default()
    }

    fn holds(&mut self, inside: &str, source: Option<String>) {
        if let Some(source) = source {
            self.copies.retain(|(known, _)| known != inside);
            self.copies.push((inside.to_owned(), source));
        }
    }

    /// The folder of the repository that the working directory is a copy of.
    fn source(&self) -> Option<String> {
        let holds = |(inside, _): &&(String, String)| below(inside, &self.folder).is_some();
        let (inside, source) = self.copies.iter().filter(holds).max_by_key(|(inside, _)| inside.len())?;
        join(source, below(inside, &self.folder)?)
    }
}

/// What is known of an image.
struct Image {
    place: Place,
    /// The command that its container starts with.
    command: Option<String>,
    /// The options of the shell of its build.
    shell: Shell,
    /// What its build runs.
    runs: Vec<Followed>,
}

fn read_image(resolver: &Resolver<'_>, dockerfile: &str, stage: Option<&str>, context: &str) -> Option<Image> {
    let text = resolver.inventory.text(dockerfile)?;
    let mut image = Image { place: Place::default(), command: None, shell: Shell::LINE, runs: Vec::new() };
    let mut built: Vec<(String, Place, Option<String>)> = Vec::new();
    for step in stages(&text) {
        image.shell = Shell::LINE;
        // A stage that starts from another one has what that one has.
        let base = built.iter().find(|(known, ..)| !known.is_empty() && *known == step.from);
        (image.place, image.command) =
            base.map(|(_, place, command)| (place.clone(), command.clone())).unwrap_or_default();
        for instruction in step.instructions {
            run_instruction(resolver, context, instruction, &mut image);
        }
        if stage.is_some_and(|stage| stage.eq_ignore_ascii_case(&step.name)) {
            break;
        }
        built.push((step.name, image.place.clone(), image.command.clone()));
    }
    Some(image)
}

fn run_instruction(resolver: &Resolver<'_>, context: &str, instruction: Instruction, image: &mut Image) {
    if instruction.deferred {
        return;
    }
    let command = instruction.command().to_owned();
    let Instruction { name, rest, .. } = instruction;
    match name.as_str() {
        "WORKDIR" => image.place.folder = image.place.absolute(rest.trim_matches('"')),
        "COPY" | "ADD" if !rest.contains("--from") => {
            let words: Vec<&str> = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect();
            if let [sources @ .., target] = words.as_slice() {
                let folders = sources.iter().filter_map(|source| join(context, source.trim_end_matches('/')));
                let is_folder = |source: &String| source.is_empty() || resolver.inventory.has_folder(source);
                image.place.holds(&image.place.absolute(target), folders.filter(is_folder).last());
            }
        }
        "RUN" => {
            let folder = image.place.source().unwrap_or_else(|| context.to_owned());
            image.runs.push(Followed::Script(command, folder, image.shell));
        }
        // `SHELL ["/bin/bash", "-eo", "pipefail", "-c"]`
        "SHELL" => image.shell = Shell::started_by(&rest.replace(['[', ']', '"', ','], " ")),
        "CMD" | "ENTRYPOINT" if name == "CMD" || image.command.is_none() => {
            let list: Option<Vec<String>> = serde_json::from_str(&rest).ok();
            image.command = list.map_or(Some(rest), |list| command_line(&list));
        }
        _ => {}
    }
}

fn words(node: &Node) -> Option<String> {
    match node.text() {
        Some(text) => Some(text.to_owned()),
        None => command_line(&node.items().iter().filter_map(Node::text).map(str::to_owned).collect::<Vec<_>>()),
    }
}

/// Words as a shell would take them; a single one may hold a whole line.
fn command_line(words: &[String]) -> Option<String> {
    match words {
        [] => None,
        [line] => Some(line.clone()),
        words => Some(words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")),
    }
}

fn quoted(word: &str) -> String {
    let plain = word.chars().all(|c| c.is_alphanumeric() || "-_./:=@,+%".contains(c));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
