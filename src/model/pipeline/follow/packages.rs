//! What the scripts of package manifests run.

use super::resolve::{Followed, Resolver};
use crate::base::path::{join, name_of};
use crate::model::manifest::{Ecosystem, Manifest};
use crate::model::pipeline::meaning::{Meaning, Target};

/// What a script of a manifest runs.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    match meaning {
        Meaning::Package { script, target, args } => Some(scripts(resolver, script, target, args, folder)),
        Meaning::Composer(script) => Some(composer(resolver, script, folder)),
        _ => None,
    }
}

fn composer(resolver: &Resolver<'_>, script: &str, folder: &str) -> Vec<Followed> {
    let manifest = resolver.manifests.in_folder(folder, Ecosystem::Php);
    let texts = manifest.iter().flat_map(|manifest| scripts_named(manifest, script));
    // `@php` is the interpreter, `@name` another script: https://getcomposer.org/doc/articles/scripts.md
    let written =
        |text: &str| text.replace("@php ", "php ").replace("@composer ", "composer ").replace('@', "composer ");
    texts.map(|text| Followed::script(written(text), folder.to_owned())).collect()
}

/// The texts of a package script, with the folder that each runs in: `pre` and `post` scripts run around it.
pub(super) fn scripts(
    resolver: &Resolver<'_>,
    script: &str,
    target: &Target,
    args: &[String],
    folder: &str,
) -> Vec<Followed> {
    let packages = || resolver.manifests.all.iter().filter(|manifest| !manifest.scripts.is_empty());
    let has = |manifest: &&Manifest| !scripts_named(manifest, script).is_empty();
    let here = |folder: &str| -> Vec<&Manifest> { resolver.manifests.at(folder).filter(has).collect() };
    let chosen: Vec<&Manifest> = match target {
        Target::Here => here(folder),
        Target::Folder(below) => join(folder, below).map(|folder| here(&folder)).unwrap_or_default(),
        Target::Named(name) => {
            let name = name.trim_matches(['.', '*', '!', '{', '}', '^', '/']);
            let last = name.rsplit('/').next().unwrap_or(name);
            // A filter that names a package runs its script or nothing, and succeeds either way.
            let named = |manifest: &&Manifest| manifest.name.as_deref() == Some(name) || manifest.folder() == name;
            if resolver.manifests.all.iter().any(|manifest| named(&manifest)) {
                packages().filter(named).filter(has).collect()
            } else {
                let exact: Vec<&Manifest> =
                    packages().filter(|manifest| name_of(manifest.folder()) == last).filter(has).collect();
                if exact.is_empty() { packages().filter(has).collect() } else { exact }
            }
        }
        Target::Everywhere => {
            let members: Vec<&Manifest> =
                packages().filter(|manifest| manifest.folder() != folder).filter(has).collect();
            if members.is_empty() { packages().filter(has).collect() } else { members }
        }
    };
    let mut texts = Vec::new();
    for manifest in chosen {
        for name in [format!("pre{script}"), script.to_owned(), format!("post{script}")] {
            for text in scripts_named(manifest, &name) {
                // What follows the name of a script follows its text.
                let args = if name == script { args } else { &[] };
                let words = std::iter::once(text).chain(args.iter().map(String::as_str));
                texts.push(Followed::script(words.collect::<Vec<_>>().join(" "), manifest.folder().to_owned()));
            }
        }
    }
    texts
}

fn scripts_named<'m>(manifest: &'m Manifest, name: &str) -> Vec<&'m str> {
    // `run-p lint:*` names a family.
    let family = name.strip_suffix('*');
    manifest
        .scripts
        .iter()
        .filter(|script| match family {
            Some(start) => script.name.starts_with(start),
            None => script.name == name,
        })
        .map(|script| script.command.as_str())
        .collect()
}
