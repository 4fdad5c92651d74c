//! Routers that go by the paths of files: Next, Nuxt, SvelteKit, Remix, Astro, Gatsby, and pages of site generators.

use super::route::{Access, Draft, joined};
use crate::model::stack::Part;
use crate::read::inventory::File;
use crate::read::inventory::role::Role;

/// A framework whose router goes by files: its name, its folders, and how it names them.
const ROUTERS: &[(&str, &[&str], Style)] = &[
    ("next", &["app/", "src/app/"], Style::App),
    ("next", &["pages/", "src/pages/"], Style::Pages),
    ("nuxt", &["pages/", "app/pages/", "src/pages/", "client/pages/"], Style::Pages),
    ("nuxt", &["server/"], Style::Server),
    ("svelte", &["src/routes/"], Style::Kit),
    ("remix", &["app/routes/"], Style::Flat),
    ("gatsby", &["src/pages/"], Style::Pages),
    ("astro", &["src/pages/"], Style::Pages),
    ("eleventy", &["content/", "src/", "pages/", ""], Style::Content),
    ("jekyll", &["_pages/", "pages/", "content/_pages/", ""], Style::Content),
    ("hugo", &["content/"], Style::Content),
    ("docusaurus", &["src/pages/"], Style::Pages),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `legal/page.tsx`, `api/route.ts`
    App,
    /// `legal.tsx`, `legal/index.tsx`
    Pages,
    /// `api/health.get.ts`, `routes/legal.ts`
    Server,
    /// `legal/+page.svelte`, `health/+server.ts`
    Kit,
    /// `_public.legal.tsx`, `legal/route.tsx`
    Flat,
    /// `legal.md`, `legal/index.md`
    Content,
}

const SCRIPTS: &[&str] = &["tsx", "jsx", "ts", "js", "mdx", "md", "vue", "svelte", "astro", "html", "mjs"];
const CONTENT: &[&str] = &["md", "html", "njk", "mdx", "markdown", "liquid", "webc"];

/// The route of a file, by the frameworks of its part.
pub(super) fn route_of(part: &Part, file: &File) -> Option<Draft> {
    if !matches!(file.role, Role::Source | Role::Docs | Role::Config) {
        return None;
    }
    let relative = part.relative(&file.path)?;
    let (stem, extension) = relative.rsplit_once('.')?;
    let known = |name: &str| {
        part.frameworks.iter().any(|used| used.name == name)
            // Astro has no row of its own among the frameworks: its pages tell it.
            || name == "astro" && extension == "astro"
    };
    for (_, folders, style) in ROUTERS.iter().filter(|(name, ..)| known(name)) {
        let allowed = if *style == Style::Content { CONTENT } else { SCRIPTS };
        if !allowed.contains(&extension) {
            continue;
        }
        let Some(below) = folders.iter().find_map(|folder| stem.strip_prefix(folder)) else { continue };
        if let Some(path) = path_of(*style, below) {
            let answers = *style == Style::Server || below.ends_with("/route") || below.ends_with("+server");
            return Some(Draft {
                path,
                method: if answers { "ANY".to_owned() } else { "GET".to_owned() },
                handler: Some(file.path.clone()),
                access: access_of(below),
                ..Draft::default()
            });
        }
    }
    None
}

fn path_of(style: Style, below: &str) -> Option<String> {
    let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
    let segments: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    // What starts so is a part of the page, not a page.
    if segments
        .iter()
        .any(|part| part.starts_with('_') && style != Style::Content && style != Style::Flat || *part == "node_modules")
    {
        return None;
    }
    let visible = || segments.iter().filter(|part| !is_group(part)).copied();
    let whole = |last: &str| {
        let mut path = visible().collect::<Vec<_>>().join("/");
        if !matches!(last, "" | "index" | "_index") {
            path = format!("{path}/{last}");
        }
        joined("", &path)
    };
    match style {
        Style::App => matches!(name, "page" | "route").then(|| whole("")),
        Style::Pages => {
            let part = name.starts_with('_')
                || name.contains(".test")
                || name.contains(".stories")
                || name.contains(".module");
            (!part).then(|| whole(name))
        }
        Style::Server => {
            let path = whole(name.split('.').next().unwrap_or(name));
            let path = path.strip_prefix("/routes").unwrap_or(&path);
            (below.starts_with("api/") || below.starts_with("routes/")).then(|| path.to_owned())
        }
        Style::Kit => (name == "+page" || name == "+server" || name.starts_with("+page@")).then(|| whole("")),
        Style::Flat => {
            let last = if name == "route" || name == "index" { folder } else { below };
            let parts =
                last.split(['.', '/']).filter(|part| !part.starts_with('_') && !is_group(part) && *part != "route");
            Some(joined("", &parts.collect::<Vec<_>>().join("/")))
        }
        Style::Content => {
            let aside = segments
                .iter()
                .any(|part| part.starts_with('_') || matches!(*part, "node_modules" | "docs" | "layouts"));
            let shown = !name.starts_with('_') || name == "_index";
            (!aside && shown && !name.eq_ignore_ascii_case("readme"))
                .then(|| whole(name.split('.').next().unwrap_or(name)))
        }
    }
}

/// `(public)` and `@modal` group files and are no part of the path.
fn is_group(part: &str) -> bool {
    part.starts_with('(') || part.starts_with('@')
}

/// What the group of a page says: `(private)/legal/page.tsx`.
pub(super) fn access_of(below: &str) -> Access {
    let groups = below.split('/').filter(|part| is_group(part) || part.starts_with('_'));
    let said = groups.map(|part| match part.trim_matches(['(', ')', '_', '@']).to_ascii_lowercase().as_str() {
        "private" | "protected" | "authenticated" | "connected" | "logged" | "loggedin" | "logged-in" | "secure"
        | "authed" | "prive" => Access::BehindSignIn,
        "public" | "unauthenticated" | "marketing" | "static" | "anonymous" => Access::Public,
        _ => Access::Unknown,
    });
    said.fold(Access::Unknown, |known, said| if said == Access::Unknown { known } else { said })
}
