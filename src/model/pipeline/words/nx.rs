//! The targets of an Nx workspace.

use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::words::command::Words;

/// `nx affected -t lint test`, `nx run-many --target=test`, `nx run project:target`, `nx test project`.
pub(super) fn nx(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(targets(words.rest))
}

fn targets(rest: &[&str]) -> Vec<Meaning> {
    let rest: Vec<&str> = rest.iter().copied().take_while(|word| *word != "--").collect();
    let one = |target: &str, project: Option<&str>| Meaning::Nx {
        target: target.to_owned(),
        project: project.map(str::to_owned),
    };
    match rest.as_slice() {
        ["format:check", ..] => vec![Meaning::Tool(Activity::Format, "nx format".to_owned())],
        ["release", ..] => vec![Meaning::Tool(Activity::Release, "nx release".to_owned())],
        ["affected" | "run-many" | "affected:test" | "affected:lint" | "affected:build", options @ ..] => {
            let mut targets: Vec<String> =
                rest[0].split_once(':').map(|(_, target)| target.to_owned()).into_iter().collect();
            let mut at = 0;
            while let Some(word) = options.get(at) {
                at += 1;
                let (flag, inline) = word.split_once('=').map_or((*word, None), |(flag, value)| (flag, Some(value)));
                if !matches!(flag, "-t" | "--target" | "--targets") {
                    continue;
                }
                targets.extend(inline.into_iter().flat_map(|value| value.split(',')).map(str::to_owned));
                while inline.is_none()
                    && let Some(word) = options.get(at).filter(|word| !word.starts_with('-'))
                {
                    targets.extend(word.split(',').map(str::to_owned));
                    at += 1;
                }
            }
            targets.iter().map(|target| one(target, None)).collect()
        }
        ["run", run, ..] => {
            let mut parts = run.splitn(3, ':');
            match (parts.next(), parts.next()) {
                (Some(project), Some(target)) => vec![one(target, Some(project))],
                _ => Vec::new(),
            }
        }
        ["exec" | "show" | "graph" | "report" | "reset" | "migrate" | "format" | "format:write", ..] | [] => Vec::new(),
        [target, others @ ..] if !target.starts_with('-') => {
            vec![one(target, others.iter().copied().find(|word| !word.starts_with('-')))]
        }
        _ => Vec::new(),
    }
}
