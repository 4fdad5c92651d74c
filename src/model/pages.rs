//! The pages that a public product is expected to have, each with where it is, who sees it, and what shows that.
//!
//! Routes are looked at first, then the links of what frames all pages: their labels may stand in constants or translations, and
//! their targets be routes, other sites or documents. A label that leads nowhere is no page.

mod content;
mod described;
mod frames;
mod links;
mod page;
mod translations;
pub(crate) mod words;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::base::lines::LineIndex;
use crate::base::location::Location;
use crate::base::path::{below, name_of};
use crate::base::pattern::lean;
use crate::model::manifest::Manifests;
use crate::model::routes::{Access, Route, Routes, frames_the_signed_in, reads};
use crate::model::services::{Service, ServiceKind, Services};
use crate::model::stack::{Part, Stack};
use crate::read::inventory::probe::Probe;
use crate::read::inventory::role::Role;
use crate::read::inventory::{File, Inventory};

use content::{Content, content_of, letters_of};
use frames::{Frame, frame_at, is_footer, is_frame, may_link};
use links::{Target, target_around};
use words::{KINDS, Kind, is_page, is_template, page_names, plain};

pub(crate) use page::{Page, Status};

/// How many places show a page.
const PLACES: usize = 4;

/// How many files that frame pages are looked at for keys of translations.
const MOST_FRAMES: usize = 40;

/// How many letters a popover has that is as good as a page.
const POPOVER: usize = 300;

/// What tells the files that may link to pages.
pub(crate) fn probes() -> Vec<Probe> {
    let of_labels = KINDS.iter().filter(|kind| !kind.labels.is_empty());
    of_labels.map(|kind| Probe::words(kind.probe, kind.labels)).chain([described::probe()]).collect()
}

/// What is known of each page, by its name.
#[derive(Debug, Default)]
pub struct Pages(pub BTreeMap<&'static str, Page>);

impl Pages {
    /// Looks for the pages of a tree.
    pub fn read(
        inventory: &Inventory,
        stack: &Stack,
        manifests: &Manifests,
        routes: &Routes,
        services: &Services,
    ) -> Self {
        let is_front = |part: &&Part| part.frameworks.iter().any(|used| FRONTS.contains(&used.name));
        let has_front = stack.parts.iter().any(|part| is_front(&part));
        let servers = stack.parts.iter().filter(|part| has_front && !is_front(part)).map(|part| part.folder.clone());
        let finder = Finder { inventory, routes, files: Files::of(inventory), servers: servers.collect() };
        let mut pages: BTreeMap<&'static str, Page> = KINDS
            .iter()
            .map(|kind| {
                let mut page = finder.page(kind);
                if page.status == Status::No
                    && let Some(shown) = by_package(manifests, kind.name)
                {
                    page = shown;
                }
                (kind.name, page)
            })
            .collect();
        for (name, around) in [("legal_notice", &["terms"][..]), ("privacy_policy", &["terms", "legal_notice"])] {
            if let Some(chapter) = finder.chapter(name, around, &pages) {
                pages.insert(name, chapter);
            }
        }
        // Templates without a service or a route are those of a tool: what it writes, nobody browses.
        let is_tool = services.all.is_empty() && routes.all.is_empty();
        let browsed = match answers_pages(inventory, stack) {
            _ if is_installed(services) => Browsed::No,
            Browsed::ByFront => Browsed::ByFront,
            _ if is_tool => Browsed::No,
            browsed => browsed,
        };
        let seen = KINDS
            .iter()
            .filter(|kind| kind.browsed && kind.name != "sign_in")
            .any(|kind| pages[kind.name].status != Status::No);
        let asks = browsed != Browsed::ByFront && !seen;
        let elsewhere = asks.then(|| front_elsewhere(inventory, browsed == Browsed::No)).flatten();
        let serves = browsed != Browsed::No || !routes.all.is_empty();
        for kind in KINDS {
            let Some(page) = pages.get_mut(kind.name).filter(|page| page.status == Status::No) else { continue };
            if !kind.browsed {
                if !serves {
                    page.status = Status::NotApplicable;
                }
            } else if let Some(place) = &elsewhere {
                page.status = Status::Elsewhere;
                page.evidence.push(place.clone());
            } else if browsed == Browsed::No {
                page.status = Status::NotApplicable;
            }
        }
        Self(pages)
    }

    /// Whether all that a page would show is commented out, by the name of the page: it is there for nobody yet.
    pub(crate) fn is_commented_out(&self, name: &str, inventory: &Inventory) -> bool {
        let page = self.get(name).filter(|page| page.status == Status::Empty);
        page.is_some_and(|page| page.evidence.iter().any(|place| content::is_commented_out(inventory, &place.path)))
    }

    /// The page of a name.
    pub fn get(&self, name: &str) -> Option<&Page> {
        self.0.get(name)
    }
}

/// Frameworks whose pages people browse.
const FRONTS: &[&str] = &[
    "next",
    "nuxt",
    "remix",
    "gatsby",
    "eleventy",
    "react",
    "vue",
    "svelte",
    "angular",
    "jekyll",
    "hugo",
    "streamlit",
];

/// Whether people browse some service of a product, as far as its stack shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Browsed {
    /// A framework for browsers is there.
    ByFront,
    /// A server fills templates that are not for mail.
    ByTemplates,
    No,
}

/// Decides whether a product answers pages to people, as far as its stack shows; the services say which products never do.
fn answers_pages(inventory: &Inventory, stack: &Stack) -> Browsed {
    let uses_front = stack.parts.iter().any(|part| part.frameworks.iter().any(|used| FRONTS.contains(&used.name)));
    // Astro has no row among the frameworks: its pages tell it.
    if uses_front || inventory.own_files().any(|file| file.role == Role::Source && file.path.ends_with(".astro")) {
        return Browsed::ByFront;
    }
    let template = |file: &&File| {
        let lower = file.path.to_ascii_lowercase();
        let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
        let filled = matches!(
            ending,
            "erb" | "haml" | "slim" | "twig" | "jinja" | "j2" | "pug" | "ejs" | "njk" | "hbs" | "heex" | "eex"
        ) || lower.ends_with(".blade.php")
            || ending == "html";
        let placed =
            lower.split('/').any(|part| matches!(part, "templates" | "views" | "vues" | "pages" | "public" | "src"));
        let aside = lower.split(['/', '.', '_', '-']).any(|part| {
            matches!(
                part,
                "mail"
                    | "mails"
                    | "mailer"
                    | "mailers"
                    | "email"
                    | "emails"
                    | "pdf"
                    | "pdfs"
                    | "vendor"
                    | "notifications"
                    | "layouts"
                    | "errors"
            )
        });
        file.role == Role::Source && filled && placed && !aside
    };
    if inventory.own_files().filter(template).take(3).count() == 3 { Browsed::ByTemplates } else { Browsed::No }
}

/// Whether all that a product gives is installed: a package, an application of phones or desktops. The views of these are no
/// pages of a site.
fn is_installed(services: &Services) -> bool {
    let installs = |service: &Service| {
        matches!(service.kind, ServiceKind::Tool | ServiceKind::Library | ServiceKind::Mobile | ServiceKind::Mock)
    };
    services.all.iter().any(|service| service.kind != ServiceKind::Mock) && services.all.iter().all(installs)
}

/// Where a document or a setting says that the pages of the product belong to another repository.
/// A setting alone may name an address of the product itself, where it fills templates.
fn front_elsewhere(inventory: &Inventory, by_settings: bool) -> Option<Location> {
    static LINKED: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?i)(?:github\.com|gitlab\.[\w.]+)/[\w.-]+/[\w.-]*(?:front|website|-site\b|-ui\b|-web\b|-app\b|dashboard)[\w.-]*|\bfront(?:end|-end)?\b[^\n]{0,80}https?://",
        )
    });
    static SETTING: LazyLock<Regex> = LazyLock::new(|| {
        lean(r"(?i)^\s*[\w.]*(?:front(?:end)?|website|webapp)_?\.?(?:app_?)?(?:url|host|domain|base_?url)\b")
    });
    let named = |file: &&File| {
        let name = file.name().to_ascii_lowercase();
        let document = file.folder().is_empty() && name.ends_with(".md");
        let setting = name.starts_with(".env") || name == "application.properties" || name == "application.yml";
        document || setting && by_settings
    };
    let mut files: Vec<&File> = inventory.own_files().filter(named).collect();
    files.sort_by_key(|file| (file.path.matches('/').count(), !file.name().to_ascii_lowercase().starts_with("readme")));
    files.into_iter().take(30).find_map(|file| {
        let text = inventory.text(&file.path)?;
        let pattern: &Regex = if file.name().to_ascii_lowercase().ends_with(".md") { &LINKED } else { &SETTING };
        let at = text.lines().position(|line| pattern.is_match(line))?;
        Some(Location::line(&file.path, crate::base::text::to_u32(at + 1)))
    })
}

/// Packages that answer a path by being there.
const ANSWERING: &[(&str, &str, &str)] = &[
    ("spring-boot-starter-actuator", "health", "/actuator/health"),
    ("springdoc-openapi*", "openapi", "/v3/api-docs"),
    ("streamlit", "health", "/_stcore/health"),
    ("apache-airflow", "health", "/health"),
    // https://python-dockerflow.readthedocs.io
    ("dockerflow", "health", "/__heartbeat__"),
    ("@fastify/swagger", "openapi", "/documentation/json"),
    ("darkaonline/l5-swagger", "openapi", "/api/documentation"),
    ("dedoc/scramble", "openapi", "/docs/api"),
    ("api-platform/core", "openapi", "/api/docs"),
];

fn by_package(manifests: &Manifests, name: &str) -> Option<Page> {
    let answering = ANSWERING.iter().filter(|(_, kind, _)| *kind == name);
    let (path, evidence) = answering.into_iter().find_map(|(package, _, path)| {
        let packages = [*package];
        let (manifest, dependency) = manifests.dependencies(&packages).next()?;
        Some((path, vec![Location::line(&manifest.path, dependency.line)]))
    })?;
    Some(Page { status: Status::Yes, route: Some((*path).to_owned()), evidence, sure: false })
}

/// Files of pages by their names.
struct Files {
    /// By plain name, as ranks.
    named: HashMap<String, Vec<usize>>,
}

impl Files {
    fn of(inventory: &Inventory) -> Self {
        let mut named: HashMap<String, Vec<usize>> = HashMap::new();
        let files = inventory.files().iter().enumerate();
        for (at, file) in files.filter(|(_, file)| file.is_shipped() && is_template(&file.path)) {
            let mut names = page_names(&file.path);
            names.sort();
            names.dedup();
            for name in names {
                named.entry(name).or_default().push(at);
            }
        }
        Self { named }
    }
}

/// A page that was found somewhere, before the best is taken.
type Candidate = Page;

struct Finder<'f> {
    inventory: &'f Inventory,
    routes: &'f Routes,
    files: Files,
    /// The folders of parts without a framework for browsers, in a product where another part has one.
    servers: HashSet<String>,
}

impl Finder<'_> {
    fn page(&self, kind: &Kind) -> Page {
        let mut found: Vec<Candidate> = Vec::new();
        for route in self.routes.all.iter().filter(|route| names_page(route, kind)) {
            // Beside a front, what a server answers without a template is data.
            let is_data = kind.browsed && kind.name != "sign_in" && self.servers.contains(&route.component);
            if !is_data
                || route.external.is_some()
                || self.template(route, kind).is_some_and(|path| path.starts_with(&route.component))
            {
                found.extend(self.by_route(route, kind));
            }
        }
        if kind.name == "openapi" {
            found.retain(|page| !described::is_of_documents(page, self.inventory));
            found.extend(described::pages(self.inventory, self.routes));
        }
        if kind.name == "sign_in" {
            found.extend(self.by_sign_in_label(kind));
        } else {
            found.extend(self.by_links(kind));
        }
        if kind.browsed && !found.iter().any(|page| page.status >= Status::External) {
            found.extend(self.by_popover(kind));
        }
        if kind.browsed && found.is_empty() {
            found.extend(self.by_file(kind));
        }
        // Of the best, the one at the top of the site; routes stand before links.
        let depth = |page: &Page| page.route.as_ref().map_or(usize::MAX, |route| route.matches('/').count());
        // The description of an API says more than the page that shows it.
        let shown =
            |page: &Page| kind.name == "openapi" && !page.route.as_ref().is_some_and(|route| route.contains("openapi"));
        let rank = |page: &&Page| (Reverse((page.status, page.sure)), shown(page), depth(page));
        let Some(mut page) = found.iter().min_by_key(rank).cloned() else {
            return Page { status: Status::No, route: None, evidence: Vec::new(), sure: true };
        };
        for other in found.iter().filter(|other| other.status == page.status) {
            for place in &other.evidence {
                if page.evidence.len() < PLACES && !page.evidence.contains(place) {
                    page.evidence.push(place.clone());
                }
            }
        }
        page
    }

    /// What a route shows of a page.
    fn by_route(&self, route: &Route, kind: &Kind) -> Option<Candidate> {
        let mut evidence = vec![route.place.clone()];
        if route.conditional {
            return Some(Page { status: Status::No, route: Some(route.path.clone()), evidence, sure: false });
        }
        if let Some(address) = &route.external {
            return Some(Page {
                status: Status::External,
                route: Some(address_or(address, &route.path)),
                evidence,
                sure: true,
            });
        }
        if route.redirects && kind.name != "sign_in" {
            return None;
        }
        let handler = route.handler.clone().filter(|path| is_template(path)).or_else(|| self.template(route, kind));
        evidence.extend(handler.as_ref().filter(|path| **path != route.place.path).map(Location::file));
        let content = handler.as_ref().filter(|_| kind.browsed && kind.name != "sign_in");
        let content = content.map_or(Content::Some, |path| content_of(self.inventory, path, kind.name));
        let status = match (content, route.access) {
            (Content::Other, _) => Status::No,
            _ if route.access == Access::BehindSignIn && kind.name != "sign_in" => Status::BehindSignIn,
            (Content::Shell, _) => Status::Empty,
            (Content::Some, _) => Status::Yes,
        };
        Some(Page { status, route: Some(route.path.clone()), evidence, sure: content != Content::Other })
    }

    /// The template of a route whose handler is code: the one that it names, else the one that is named as its path.
    fn template(&self, route: &Route, kind: &Kind) -> Option<String> {
        let action = route.action.as_str();
        let files = self.inventory.files();
        let stem = plain(name_of(action).split('.').next().unwrap_or_default());
        if action.contains('.') && is_template(action) || !action.contains(['#', '.', ' ', '(']) {
            let found = self.files.named.get(&stem).into_iter().flatten().map(|at| &files[*at]);
            let mut near: Vec<&File> = found.filter(|file| is_page(file)).collect();
            near.sort_by_key(|file| (!file.path.ends_with(action), !file.path.starts_with(route.component.as_str())));
            if let Some(file) = near.first().filter(|_| !stem.is_empty()) {
                return Some(file.path.clone());
            }
        }
        let last = plain(route.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
        let found = self.files.named.get(&last).into_iter().flatten().map(|at| &files[*at]);
        let mut named =
            found.filter(|file| is_page(file) && kind.browsed && file.path.starts_with(route.component.as_str()));
        named.next().map(|file| file.path.clone())
    }

    /// What the links of a product show of a page.
    fn by_links(&self, kind: &Kind) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (file, hit) in self.inventory.hits(kind.probe) {
            if !may_link(file, Frame::Around) {
                continue;
            }
            let frame = frame_at(self.inventory, file, (hit.line, hit.column));
            if !may_link(file, frame) || is_content(&file.path) || kind.common && frame == Frame::None {
                continue;
            }
            let Some(text) = self.inventory.text(&file.path) else { continue };
            let at = offset(&text, hit.line, hit.column);
            found.extend(self.by_link(file, frame, &text, at, hit.line, kind));
        }
        let keys = translations::keys(self.inventory, kind);
        if keys.is_empty() {
            return found;
        }
        let mut frames: Vec<&File> =
            self.inventory.own_files().filter(|file| is_frame(&file.path) && may_link(file, Frame::None)).collect();
        frames.sort_by_key(|file| !is_footer(&file.path));
        for file in frames.into_iter().take(MOST_FRAMES) {
            let Some(text) = self.inventory.text(&file.path) else { continue };
            for at in keys.iter().flat_map(|key| translations::uses(&text, key)) {
                let line = LineIndex::new(&text).line(at);
                let frame = if is_footer(&file.path) { Frame::Footer } else { Frame::Around };
                found.extend(self.by_link(file, frame, &text, at, line, kind));
            }
        }
        found
    }

    /// What the link shows that a place of a file belongs to.
    fn by_link(&self, file: &File, frame: Frame, text: &str, at: usize, line: u32, kind: &Kind) -> Option<Candidate> {
        let target = target_around(&file.path, text, at)?;
        // `termsLinkProps` of a library of components may lead to another page than it is called after.
        let by_property = text.get(at..).is_some_and(|rest| {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
            name.ends_with("LinkProps") || name.ends_with("-link") || name.ends_with("Link")
        });
        let place = Location::line(&file.path, line);
        let framed = frame != Frame::None || by_property;
        // What its label names and no route of this tree answers: another server may, or a page for any address.
        let shown_below = framed && (!kind.common || frame == Frame::Footer);
        // Those who have signed in alone see what frames their pages, and where it leads is not settled.
        let is_private = frames_the_signed_in(&file.path);
        let page = |status, route: Option<String>, sure: bool| {
            let status = if is_private && !sure { Status::BehindSignIn } else { status };
            Some(Page { status, route, evidence: vec![place.clone()], sure })
        };
        match target {
            Target::Nowhere => framed.then(|| page(Status::No, None, true))?,
            Target::Address(address) => {
                let foreign = is_foreign(&address) || is_of_another(&text[at..]);
                (framed && !foreign).then(|| page(Status::External, Some(address), true))?
            }
            Target::Path(path) => match self.routes.at(&path) {
                Some(route) => self.linked(route, kind, place, by_property),
                None if is_document(&path) => page(Status::Yes, Some(path), true),
                None => {
                    let last = plain(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
                    (shown_below || framed && kind.is_named(&last)).then(|| page(Status::Yes, Some(path), false))?
                }
            },
            Target::Name(name) => {
                let bare = name.rsplit([':', '.']).next().unwrap_or(&name);
                let route = self.routes.named(&name).or_else(|| self.routes.named(bare));
                match route {
                    Some(route) => self.linked(route, kind, place, by_property),
                    None => {
                        let named = framed && kind.is_named(&plain(bare));
                        (shown_below || named).then(|| page(Status::External, None, false))?
                    }
                }
            }
            Target::Unknown(_) => framed.then(|| page(Status::External, None, false))?,
        }
    }

    /// What a route shows to which a link of a page leads.
    fn linked(&self, route: &Route, kind: &Kind, place: Location, by_property: bool) -> Option<Candidate> {
        let is_other = || KINDS.iter().any(|other| other.name != kind.name && names_page(route, other));
        // « Statistiques » on a home page leads to what the product is about.
        let doubtful = kind.common || by_property && is_other();
        if is_hidden(route, kind) || doubtful && !names_page(route, kind) {
            return None;
        }
        let mut page = self.by_route(route, kind)?;
        page.evidence.push(place);
        Some(page)
    }

    /// A label on which people click to sign in, in a page or component.
    fn by_sign_in_label(&self, kind: &Kind) -> Option<Candidate> {
        let hits = self.inventory.hits(kind.probe);
        let offers = |file: &File| {
            let name = plain(file.name());
            let named = ["login", "connexion", "connect", "auth", "signin", "home", "accueil"]
                .iter()
                .any(|word| name.contains(word));
            // React may stand in files of plain scripts too.
            let shows = || {
                let is_script = file.name().ends_with(".js") && !words::is_hidden_folder(file.folder());
                is_script && self.inventory.text(&file.path).is_some_and(|text| text.contains("</"))
            };
            (named || is_frame(&file.path)) && !is_content(&file.path) && (is_page(file) || shows())
        };
        let (file, hit) = hits.into_iter().find(|(file, _)| file.role == Role::Source && offers(file))?;
        let evidence = vec![Location::line(&file.path, hit.line)];
        Some(Page { status: Status::Yes, route: None, evidence, sure: false })
    }

    /// A chapter of other legal texts, as on personal data in the terms, where it has no page of its own.
    fn chapter(&self, name: &str, around: &[&str], pages: &BTreeMap<&'static str, Page>) -> Option<Page> {
        let kind = KINDS.iter().find(|kind| kind.name == name)?;
        let own = pages.get(kind.name)?;
        if own.status != Status::No || !own.evidence.is_empty() {
            return None;
        }
        let around = around.iter().filter_map(|name| pages.get(name));
        let hits = self.inventory.hits(kind.probe);
        around.filter(|page| page.status == Status::Yes).find_map(|page| {
            hits.iter().find_map(|(file, hit)| {
                if !page.evidence.iter().any(|place| place.path == file.path) || !is_template(&file.path) {
                    return None;
                }
                let text = self.inventory.text(&file.path)?;
                let lines = text.lines().skip((hit.line as usize).saturating_sub(4)).take(4.min(hit.line as usize));
                let heading = lines.collect::<Vec<_>>().join("\n");
                let is_heading = ["<h1", "<h2", "<h3", "<h4", "# ", "%h2", "%h3", "h2 ", "h3 ", "title", "titre"]
                    .iter()
                    .any(|mark| heading.contains(mark));
                let evidence = vec![Location::line(&file.path, hit.line)];
                is_heading.then(|| Page { status: Status::Yes, route: page.route.clone(), evidence, sure: false })
            })
        })
    }

    /// A component of the footer that holds the content of a page: a popover, a dialog.
    fn by_popover(&self, kind: &Kind) -> Option<Candidate> {
        let files = self.inventory.files();
        let named = kind.names.iter().filter_map(|name| self.files.named.get(*name)).flatten();
        let mut shown = named.map(|at| &files[*at]).filter(|file| {
            let lower = file.folder().to_ascii_lowercase();
            is_page(file)
                && lower
                    .split('/')
                    .any(|part| part.contains("footer") || part.contains("popover") || part.contains("modal"))
                && letters_of(self.inventory, &file.path) >= POPOVER
        });
        let file = shown.next()?;
        Some(Page {
            status: Status::Yes,
            route: Some("/".to_owned()),
            evidence: vec![Location::file(&file.path)],
            sure: false,
        })
    }

    /// A file that is named as the page, where no route and no link is known to lead to it.
    fn by_file(&self, kind: &Kind) -> Option<Candidate> {
        let files = self.inventory.files();
        let named = kind.names.iter().filter_map(|name| self.files.named.get(*name)).flatten();
        let in_pages = |file: &File| {
            const FOLDERS: &[&str] = &[
                "page", "view", "vue", "ecran", "screen", "template", "route", "scene", "content", "app", "public",
                "src", "site",
            ];
            file.folder()
                .to_ascii_lowercase()
                .split('/')
                .any(|part| FOLDERS.iter().any(|folder| part.starts_with(folder)))
        };
        // What a route answers with was judged by that route.
        let answers =
            |file: &File| self.routes.all.iter().any(|route| route.handler.as_deref() == Some(file.path.as_str()));
        // « Budget » is a part of many forms.
        let is_part = |file: &File| kind.common && file.folder().split('/').any(|part| part == "components");
        let alone = |file: &File| {
            is_page(file) && in_pages(file) && !is_part(file) && !file.name().starts_with('_') && !answers(file)
        };
        let found = named.map(|at| &files[*at]).find(|file| alone(file));
        let file = found.filter(|file| !self.servers.iter().any(|folder| below(folder, &file.path).is_some()))?;
        let content =
            if kind.name == "sign_in" { Content::Some } else { content_of(self.inventory, &file.path, kind.name) };
        let status = if content == Content::Shell { Status::Empty } else { Status::Yes };
        Some(Page { status, route: None, evidence: vec![Location::file(&file.path)], sure: false })
    }
}

fn segments(route: &Route) -> impl Iterator<Item = &str> {
    route.path.split('/').filter(|part| !part.is_empty())
}

fn is_locale(part: &str) -> bool {
    part.len() == 2 || matches!(plain(part).as_str(), "lang" | "locale" | "lng" | "language" | "langue")
}

/// Whether a route answers programs or staff, or is one page of many, by its path: no page that people browse is there.
fn is_hidden(route: &Route, kind: &Kind) -> bool {
    if !kind.browsed {
        return false;
    }
    let hidden = segments(route).any(|part| {
        let part = plain(part);
        matches!(part.as_str(), "api" | "admin" | "bo" | "backoffice" | "widget" | "widgets" | "mail" | "mails" | "pdf")
    });
    // Staff sign in below `/admin`; programs below `/api`.
    let staff = kind.name == "sign_in" && !segments(route).any(|part| part == "api");
    let variable =
        segments(route).any(|part| part.starts_with([':', '<', '{', '[', '*', '$', '(']) && !is_locale(part));
    hidden && !staff || variable
}

/// Whether a route is a page by its path, its name or what answers it.
fn names_page(route: &Route, kind: &Kind) -> bool {
    if !reads(&route.method) {
        return false;
    }
    if is_hidden(route, kind) {
        return false;
    }
    let words: Vec<String> = segments(route).filter(|part| !is_locale(part)).map(plain).collect();
    let last = words.last().map_or("", String::as_str);
    let two = words.len().checked_sub(2).map(|from| words[from..].concat()).unwrap_or_default();
    let action = plain(route.action.rsplit('/').next().unwrap_or(&route.action));
    let by_action = kind.actions.iter().any(|word| action.contains(word));
    let short = last.len() <= 4 && !matches!(last, "cgu" | "rgpd" | "ping" | "a11y" | "stat" | "oas");
    match kind.name {
        "health" if short || matches!(last, "live" | "ready" | "ping") => {
            by_action || last == "ping" || last == "live" && words.len() > 1
        }
        "openapi" => {
            by_action
                || kind.is_named(last)
                || kind.is_named(&two) && two != "apidocs"
                || two == "apidocs" && !kind.browsed
        }
        "sign_in" => {
            let weak = matches!(last, "auth" | "connect" | "connection" | "authenticate" | "identification");
            by_action || kind.is_named(last) && (!weak || words.len() <= 2)
        }
        "terms" | "legal_notice" if matches!(last, "conditions" | "mentions") => true,
        _ => {
            let name = route
                .name
                .as_deref()
                .map(|name| plain(name.rsplit([':', '.']).next().unwrap_or(name)))
                .unwrap_or_default();
            by_action || kind.is_named(last) || !name.is_empty() && kind.is_named(&name)
        }
    }
}

/// Whether a file is the content of a page, by its name: it links to what it speaks of.
fn is_content(path: &str) -> bool {
    let browsed = || KINDS.iter().filter(|kind| kind.browsed && kind.name != "sign_in");
    page_names(path).iter().any(|name| browsed().any(|kind| kind.is_named(name)))
}

/// Whether a label says that it is about another company: « Privacy policy of our supplier ».
fn is_of_another(label: &str) -> bool {
    const OTHERS: &[&str] = &[
        "supplier",
        "third part",
        "provider",
        "partner",
        "prestataire",
        "fournisseur",
        "tiers",
        "partenaire",
        "sous-traitant",
        "google",
        "youtube",
        "crisp",
        "brevo",
        "tally",
        "facebook",
        "linkedin",
    ];
    // The address may stand before the label that is seen.
    let label = label.split("</").next().unwrap_or(label).split('}').next().unwrap_or(label);
    let rest: String = label.chars().take(200).collect();
    let rest = rest.to_lowercase();
    OTHERS.iter().any(|word| rest.contains(word))
}

/// Sites whose pages are about something else than the product.
fn is_foreign(address: &str) -> bool {
    const FOREIGN: &[&str] = &[
        "legifrance",
        "service-public.",
        "data.gouv.fr",
        "://www.gouvernement",
        "://gouvernement",
        "://info.gouv",
        "github.com",
        "google.",
        "cnil.fr",
        "accessibilite.numerique.gouv.fr",
        "systeme-de-design",
        "insee.fr",
        "w3.org",
        "crisp.chat",
        "design.numerique",
        "youtube.",
        "brevo.com",
        "tally.so",
        "typeform.",
        "sentry.io",
        "hotjar.",
        "linkedin.",
        "twitter.",
        "x.com/",
        "facebook.",
        "matomo.org",
        "hcaptcha",
        "friendlycaptcha",
    ];
    FOREIGN.iter().any(|site| address.contains(site))
}

fn is_document(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".pdf", ".odt", ".doc", ".docx"]
        .iter()
        .any(|ending| lower.split(['?', '#']).next().unwrap_or_default().ends_with(ending))
}

/// An address as it is written, else the path that leads to it.
fn address_or(address: &str, path: &str) -> String {
    if address.starts_with("http") { address.to_owned() } else { path.to_owned() }
}

/// The byte of a line and column.
fn offset(text: &str, line: u32, column: u32) -> usize {
    let start: usize = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
    let within: usize = text[start..].chars().take(column as usize - 1).map(char::len_utf8).sum();
    start + within
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lockfile::Lockfiles;
    use crate::model::pipeline::Pipelines;
    use crate::model::services;

    fn pages(files: &[(&str, &str)]) -> Pages {
        let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
        let manifests = Manifests::read(&inventory);
        let stack = Stack::read(&inventory, &manifests, &Lockfiles::read(&inventory));
        let routes = Routes::read(&inventory, &stack);
        let pipelines = Pipelines::read(&inventory, &manifests);
        let sources =
            services::Sources { inventory: &inventory, manifests: &manifests, stack: &stack, pipelines: &pipelines };
        Pages::read(&inventory, &stack, &manifests, &routes, &Services::read(&sources, &[]))
    }

    #[test]
    fn the_templates_of_a_tool_are_no_pages() {
        let files = [("Cargo.toml", "[package]\nname = \"a\"\n"), ("templates/report.html", "<h1>Report</h1>")];
        let found = pages(&files);
        assert!(found.0.values().all(|page| page.status == Status::NotApplicable));
    }

    #[test]
    fn what_people_install_has_no_pages_to_browse() {
        let status_of = |manifest: &str, path: &str| status(&[("package.json", manifest), (path, "x")], "legal_notice");
        let desktop = r#"{"name": "a", "dependencies": {"react": "18"}, "devDependencies": {"electron": "30"}}"#;
        assert_eq!(status_of(desktop, "src/renderer/App.tsx"), "not-applicable");
        let extension =
            r#"{"name": "a", "dependencies": {"vue": "3", "vite": "5"}, "devDependencies": {"wxt": "0.19"}}"#;
        assert_eq!(status_of(extension, "entrypoints/popup/index.html"), "not-applicable");
        assert_eq!(status_of(&desktop.replace("electron", "vite"), "index.html"), "no");
        // What a host serves to browsers as well is a site.
        let both = [
            ("package.json", desktop),
            ("src/App.tsx", "x"),
            ("Dockerfile", "FROM nginx\nCOPY dist /usr/share/nginx/html\n"),
        ];
        assert_eq!(status(&both, "legal_notice"), "no");
    }

    /// The status of a page, and where it is.
    fn status(files: &[(&str, &str)], name: &str) -> String {
        let page = pages(files).get(name).cloned().expect("every page has a status");
        format!("{} {}", page.status.name(), page.route.unwrap_or_default()).trim().to_owned()
    }

    const NEXT: (&str, &str) =
        ("package.json", "{\"name\": \"a\", \"dependencies\": {\"next\": \"15.0.0\", \"react\": \"19.0.0\"}}");
    const VUE: (&str, &str) = ("package.json", "{\"name\": \"a\", \"dependencies\": {\"vue\": \"3.0.0\"}}");
    const RAILS: (&str, &str) = ("Gemfile", "gem 'rails'\n");
    const DJANGO: (&str, &str) = ("requirements.txt", "django==5.0\n");
    const CONTENT: &str = "Le présent site est édité par une direction du ministère, son directeur de la publication est le directeur, et il est hébergé en France par un prestataire.";

    #[test]
    fn a_route_with_content_is_a_page_and_a_shell_is_empty() {
        let legal = format!("export default () => <main><h1>Mentions légales</h1><p>{CONTENT}</p></main>");
        assert_eq!(status(&[NEXT, ("app/mentions-legales/page.tsx", &legal)], "legal_notice"), "yes /mentions-legales");
        for shell in [
            "export default () => <h1>Statistiques</h1>",
            "export default () => <main><h1>Statistiques</h1>{/* <Charts /> */}</main>",
            "export default () => <main><p>Cette page sera complétée prochainement avec les chiffres du produit.</p></main>",
            "export default () => <main><p>Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt.</p></main>",
        ] {
            assert_eq!(status(&[NEXT, ("app/stats/page.tsx", shell)], "statistics"), "empty /stats", "{shell}");
        }
        let charts = "export default () => <Layout><Charts /></Layout>";
        assert_eq!(status(&[NEXT, ("app/stats/page.tsx", charts)], "statistics"), "yes /stats");
    }

    #[test]
    fn a_page_behind_a_sign_in_is_none_for_the_public() {
        let page = "export default () => <Layout><Text /></Layout>";
        assert_eq!(status(&[NEXT, ("app/(private)/stats/page.tsx", page)], "statistics"), "behind-sign-in /stats");
        assert_eq!(status(&[NEXT, ("app/admin/stats/page.tsx", page)], "statistics"), "no");
        assert_eq!(status(&[NEXT, ("app/startups/[id]/stats/page.tsx", page)], "statistics"), "no");
    }

    #[test]
    fn a_link_of_the_footer_that_leads_nowhere_is_no_page() {
        for footer in [
            "<footer><a href=\"#\">Mentions légales</a></footer>",
            "<footer><a class=\"b\" href=\"\"><span>Mentions légales</span></a></footer>",
        ] {
            assert_eq!(
                status(&[VUE, ("src/Footer.vue", &format!("<template>{footer}</template>"))], "legal_notice"),
                "no"
            );
        }
        let dsfr = "export const F = () => <Footer termsLinkProps={{ href: '#' }} accessibility=\"non compliant\" />";
        assert_eq!(status(&[NEXT, ("src/ui/Footer.tsx", dsfr)], "legal_notice"), "no");
        let haml = "%ul\n  %li\n    %a.link{href: \"#\"} Mentions légales\n";
        let found = pages(&[
            RAILS,
            ("app/views/shared/_footer.html.haml", haml),
            ("app/views/a/a.html.erb", "a"),
            ("app/views/a/b.html.erb", "a"),
        ]);
        let page = found.get("legal_notice").expect("a page");
        assert_eq!(
            (page.status, page.evidence.as_slice()),
            (Status::No, [Location::line("app/views/shared/_footer.html.haml", 3)].as_slice())
        );
    }

    #[test]
    fn a_link_leads_to_another_site_or_to_a_document() {
        let footer = "<template><footer><a href=\"https://produit.beta.gouv.fr/mentions-legales\">Mentions légales</a>\n<a href=\"/docs/cgu.pdf\">Conditions générales</a>\n<a href=\"https://www.data.gouv.fr/statistiques\">Statistiques</a></footer></template>";
        let files = [VUE, ("src/Footer.vue", footer)];
        assert_eq!(status(&files, "legal_notice"), "external https://produit.beta.gouv.fr/mentions-legales");
        assert_eq!(status(&files, "terms"), "yes /docs/cgu.pdf");
        assert_eq!(status(&files, "statistics"), "no");
        let object = "export const links = [{ text: 'Mentions légales', linkProps: { href: 'https://a.fr/legal' } }, { text: 'Budget', linkProps: { href: '#' } }]";
        assert_eq!(status(&[NEXT, ("src/footerLinks.ts", object)], "legal_notice"), "external https://a.fr/legal");
        assert_eq!(status(&[NEXT, ("src/footerLinks.ts", object)], "budget"), "no");
        let controller = "<?php\nclass A {\n    #[Route('/cgu', name: 'cgu')]\n    public function cgu() { return $this->redirect('https://a.fr/cgu'); }\n}\n";
        let symfony = ("composer.json", "{\"require\": {\"symfony/framework-bundle\": \"7\"}}");
        assert_eq!(
            status(
                &[
                    symfony,
                    ("src/Controller/A.php", controller),
                    ("templates/a.html.twig", "a"),
                    ("templates/b.html.twig", "a"),
                    ("templates/c.html.twig", "a")
                ],
                "terms"
            ),
            "external https://a.fr/cgu"
        );
    }

    #[test]
    fn the_links_of_a_footer_may_stand_among_settings() {
        let yaml = "website:\n  footer_links:\n    - label: 'Statistiques'\n      href: 'https://stats.a.fr/public'\n  charts:\n    - label: 'Budget'\n      href: 'https://b.fr'\n";
        let files = [VUE, ("configs/site/config.yaml", yaml)];
        assert_eq!(status(&files, "statistics"), "external https://stats.a.fr/public");
        assert_eq!(status(&files, "budget"), "no");
        let json = "{\"theme\": {\"footer\": {\"links\": [{\"label\": \"Statistiques\", \"url\": \"https://s.fr\"}]}, \"home\": [{\"label\": \"Budget\", \"url\": \"https://b.fr\"}]}}";
        let files = [VUE, ("src/theme/default.json", json)];
        assert_eq!(status(&files, "statistics"), "external https://s.fr");
        assert_eq!(status(&files, "budget"), "no");
        // A menu leads to what a site is about: a statement stands there only by its name.
        let menu = "menu:\n  - label: Statistiques\n    href: /les-statistiques-de-la-filiere\n";
        assert_eq!(status(&[VUE, ("config.yaml", menu)], "statistics"), "no");
    }

    #[test]
    fn the_label_of_a_link_may_stand_in_a_file_of_translations() {
        let routes = (
            "config/routes.rb",
            "Rails.application.routes.draw do\n  get '/infos', to: 'pages#infos', as: :infos\nend\n",
        );
        let text = format!("<h1>Infos</h1><p>{CONTENT}</p>");
        for (path, translations, footer) in [
            (
                "config/locales/fr.yml",
                "fr:\n  footer:\n    legal: Mentions légales\n",
                "<%= link_to t('footer.legal'), infos_path %>",
            ),
            (
                "config/locales/views.fr.yml",
                "fr:\n  shared:\n    footer:\n      legal_link: \"Mentions légales\"\n",
                "<%= link_to t('.legal_link'), infos_path %>",
            ),
        ] {
            let files = [
                RAILS,
                routes,
                (path, translations),
                ("app/views/shared/_footer.html.erb", footer),
                ("app/views/pages/infos.html.erb", text.as_str()),
                ("app/views/a/a.html.erb", "a"),
            ];
            assert_eq!(status(&files, "legal_notice"), "yes /infos", "{path}");
        }
        let json = "{\n  \"footer\": {\n    \"terms\": \"Conditions générales d'utilisation\"\n  }\n}\n";
        let footer = "export const F = () => <Footer><Link href=\"#\">{t('footer.terms')}</Link></Footer>";
        let found = pages(&[NEXT, ("src/locales/fr.json", json), ("src/Footer.tsx", footer)]);
        assert_eq!(found.get("terms").map(|page| page.evidence.len()), Some(1), "the link is seen, and leads nowhere");
        let po = "msgid \"Legal information about us\"\nmsgstr \"Mentions légales\"\n";
        let footer = "{% load i18n %}<a href=\"https://a.fr/legal\">{% translate \"Legal information about us\" %}</a>";
        let files = [
            DJANGO,
            ("locale/fr/LC_MESSAGES/django.po", po),
            ("templates/footer.html", footer),
            ("templates/a.html", "a"),
            ("templates/b.html", "a"),
        ];
        assert_eq!(status(&files, "legal_notice"), "external https://a.fr/legal");
    }

    #[test]
    fn a_commented_link_and_what_speaks_of_pages_are_no_page() {
        let footer = "<template><!-- <a href=\"https://a.fr/legal\">Mentions légales</a> --><p>Voir les statistiques</p></template>";
        assert_eq!(status(&[VUE, ("src/Footer.vue", footer)], "legal_notice"), "no");
        let mailer = "<a href=\"https://a.fr/legal\">Mentions légales</a>";
        assert_eq!(status(&[VUE, ("src/mails/footer.html", mailer)], "legal_notice"), "no");
    }

    #[test]
    fn health_and_openapi_are_asked_of_any_service() {
        let api = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/healthz')\ndef healthz():\n    return {}\n";
        let files = [
            ("requirements.txt", "fastapi\n"),
            ("main.py", api),
            ("README.md", "Le front : https://github.com/a/produit-front\n"),
        ];
        assert_eq!(status(&files, "health"), "yes /healthz");
        assert_eq!(status(&files, "openapi"), "yes /openapi.json");
        assert_eq!(status(&files, "legal_notice"), "elsewhere");
        assert_eq!(status(&[("requirements.txt", "fastapi\n"), ("main.py", api)], "legal_notice"), "not-applicable");
        assert_eq!(
            status(&[("Cargo.toml", "[package]\nname = \"a\"\n"), ("src/lib.rs", "")], "health"),
            "not-applicable"
        );
        assert_eq!(status(&[RAILS, ("config/routes.rb", "get 'up' => 'rails/health#show'\n")], "health"), "yes /up");
    }

    #[test]
    fn a_package_that_answers_whether_a_service_runs_is_a_page_of_health() {
        let urls = ("app/urls.py", "urlpatterns = [path('api/', api)]\n");
        let files = [("requirements.txt", "django==5.0\ndockerflow==2024.4\n"), urls];
        assert_eq!(status(&files, "health"), "yes /__heartbeat__");
        assert_eq!(status(&[DJANGO, urls], "health"), "no");
    }

    #[test]
    fn the_description_of_an_api_may_have_any_name() {
        let server = ("package.json", "{\"name\": \"a\", \"dependencies\": {\"express\": \"4\"}}");
        let code =
            "const app = require('express')()\napp.get('/contract.yml', (req, res) => res.sendFile('contract.yml'))\n";
        for text in ["swagger: '2.0'\ninfo: {}\n", "openapi: 3.1.0\ninfo: {}\n", "{\"openapi\": \"3.0.3\"}"] {
            let files = [server, ("server.js", code), ("contract.yml", text)];
            assert_eq!(status(&files, "openapi"), "yes /contract.yml", "{text}");
        }
        let other = [server, ("server.js", code), ("contract.yml", "tools:\n  openapi: 3.1.0\n")];
        assert_eq!(status(&other, "openapi"), "no");
        // A description that no route answers is a document of the repository.
        let unserved = [server, ("server.js", code), ("doc/api.yml", "openapi: 3.1.0\n")];
        assert_eq!(status(&unserved, "openapi"), "no");
        let public = [NEXT, ("public/api/contract.json", "{\"openapi\": \"3.0.3\"}")];
        assert_eq!(status(&public, "openapi"), "yes /api/contract.json");
    }

    #[test]
    fn documents_that_an_api_gives_are_no_description_of_it() {
        let files = |text| [NEXT, ("src/pages/api/docs/index.ts", text)];
        let archive = "export default (req, res) => archive(req.query.name).pipe(res)\n";
        assert_eq!(status(&files(archive), "openapi"), "no");
        let described = "import { spec } from 'src/swagger'\nexport default (req, res) => res.json(spec)\n";
        assert_eq!(status(&files(described), "openapi"), "yes /api/docs");
    }

    #[test]
    fn a_popover_of_the_footer_is_as_good_as_a_page() {
        let text = format!(
            "export const LegalNotice = () => <Popover><p>{CONTENT}</p><p>{CONTENT}</p><p>{CONTENT}</p></Popover>"
        );
        assert_eq!(status(&[NEXT, ("src/layout/Footer/LegalNotice.tsx", &text)], "legal_notice"), "yes /");
    }

    #[test]
    fn a_legal_notice_may_be_a_chapter_of_a_text_that_settings_list() {
        let settings = "footer_links:\n  - label: Conditions générales d'utilisation\n    to: /terms\nrouter:\n  pages:\n    - title: Conditions générales\n      route: /terms\n      url: /pages/terms.md\n";
        let with = |heading: &str| {
            let text = format!("# {heading}\n\n{CONTENT}\n");
            status(&[VUE, ("configs/site/config.yaml", settings), ("public/pages/terms.md", &text)], "legal_notice")
        };
        assert_eq!(with("CGU et Mentions légales"), "yes /terms");
        assert_eq!(with("CGU"), "no");
    }

    #[test]
    fn what_frames_the_pages_of_those_signed_in_leads_to_no_public_page() {
        let link = "<Layout items={[{ text: 'Statistiques', linkProps: { href: metricsLink } }]} />";
        let status = |path: &str| status(&[NEXT, (path, link)], "statistics");
        assert_eq!(status("src/app/(private)/PrivateLayout.tsx"), "behind-sign-in");
        assert_eq!(status("src/app/PrivateLayout.tsx"), "behind-sign-in");
        assert_eq!(status("src/app/PublicLayout.tsx"), "external");
    }

    #[test]
    fn a_form_to_sign_in_is_told_by_what_it_says() {
        let script = "export default () => <form><button>Se connecter</button></form>";
        assert_eq!(status(&[NEXT, ("src/components/Login.js", script)], "sign_in"), "yes");
        let home = "export default () => <h2>Identifiez-vous pour accéder à votre espace</h2>";
        assert_eq!(status(&[VUE, ("src/views/HomeView.tsx", home)], "sign_in"), "yes");
        let message = "export const error = 'Impossible de se connecter à la base'";
        assert_eq!(status(&[NEXT, ("src/server/login.js", message)], "sign_in"), "no");
    }

    #[test]
    fn people_sign_in_by_a_route() {
        assert_eq!(status(&[NEXT, ("app/login/page.tsx", "export default () => <Form />")], "sign_in"), "yes /login");
        assert_eq!(
            status(
                &[
                    RAILS,
                    ("config/routes.rb", "devise_for :users\n"),
                    ("app/views/a/a.html.erb", "a"),
                    ("app/views/a/b.html.erb", "a"),
                    ("app/views/a/c.html.erb", "a")
                ],
                "sign_in"
            ),
            "yes /users/sign_in"
        );
    }
}
