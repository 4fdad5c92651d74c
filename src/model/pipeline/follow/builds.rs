//! What the build of a framework checks besides.

use super::resolve::{Followed, Resolver};
use crate::base::path::join;
use crate::base::version::Version;
use crate::model::manifest::Ecosystem;
use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::Meaning;

/// What a tool does beside what its name says.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    let Meaning::Tool(activity, tool) = meaning else { return None };
    let besides = besides(resolver, *activity, tool, folder).into_iter();
    Some(besides.map(|(activity, tool)| Followed::Tool(activity, tool)).collect())
}

/// What the build of a framework checks besides: that of Next lints before version 16, and checks types, unless configured
/// otherwise; those of Angular and Nest check types. Next 16 builds without ESLint
/// (https://nextjs.org/docs/app/guides/upgrading/version-16).
fn besides(resolver: &Resolver<'_>, activity: Activity, tool: &str, folder: &str) -> Vec<(Activity, String)> {
    let typed = || join(folder, "tsconfig.json").is_some_and(|path| resolver.inventory.has(&path));
    match (activity, tool) {
        (Activity::Build, "ng" | "nest") => vec![(Activity::TypeCheck, "tsc".to_owned())],
        (Activity::Build, "next") => {
            let manifest = resolver.manifests.in_folder(folder, Ecosystem::Npm);
            let recent = manifest
                .and_then(|manifest| Version::required(&manifest.dependency("next")?.requirement))
                .is_some_and(|version| version.major() >= 16);
            let configured = resolver
                .inventory
                .in_folder(folder)
                .any(|file| file.name().starts_with(".eslintrc") || file.name().starts_with("eslint.config."))
                || manifest.is_some_and(|manifest| manifest.dependency("eslint-config-next").is_some());
            let settings = resolver
                .inventory
                .in_folder(folder)
                .filter(|file| file.name().starts_with("next.config."))
                .filter_map(|file| resolver.inventory.text(&file.path));
            let settings: String = settings.map(|text| text.split_whitespace().collect::<String>()).collect();
            let lints = configured && !recent && !settings.contains("ignoreDuringBuilds:true");
            let types = typed() && !settings.contains("ignoreBuildErrors:true");
            let lint = lints.then(|| (Activity::Lint, "next".to_owned()));
            lint.into_iter().chain(types.then(|| (Activity::TypeCheck, "tsc".to_owned()))).collect()
        }
        _ => Vec::new(),
    }
}
