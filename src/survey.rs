//! One audit from end to end: open the source, take the inventory, establish the facts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::error::Error;
use crate::base::progress::{Progress, Step};
use crate::base::text::{Localized, localized};
use crate::facts::{Facts, Repo, Shared, probes};
use crate::model::delivery::{self, Delivery, Measures};
use crate::model::forge::Forge;
use crate::model::forge::client::Client;
use crate::model::images::Images;
use crate::model::lockfile::Lockfiles;
use crate::model::manifest::Manifests;
use crate::model::pages::Pages;
use crate::model::pipeline::Pipelines;
use crate::model::routes::Routes;
use crate::model::services::{self, ServiceSettings, Services};
use crate::model::site::client::Limits;
use crate::model::site::{Site, Target};
use crate::model::stack::Stack;
use crate::model::workflow::Workflows;
use crate::read::history::{History, NoHistory};
use crate::read::inline_ignores;
use crate::read::inventory::globs::Names;
use crate::read::inventory::probe::Probe;
use crate::read::inventory::scan::Scanner;
use crate::read::inventory::{Inventory, Options, glob_set};
use crate::read::source::{Note, Opened, Source};

/// Everything that is known of a repository, before any judgement.
pub struct Survey {
    /// The files.
    pub inventory: Inventory,
    /// The manifests.
    pub manifests: Manifests,
    /// What the lockfiles resolved.
    pub lockfiles: Lockfiles,
    /// What the product is made of.
    pub stack: Stack,
    /// The addresses that the product answers.
    pub routes: Routes,
    /// The pages that a public product is expected to have.
    pub pages: Pages,
    /// The pipelines.
    pub pipelines: Pipelines,
    /// What is deployed.
    pub services: Services,
    /// The workflows of GitHub and what they use.
    pub(crate) workflows: Workflows,
    /// The images that it builds or names.
    pub(crate) images: Images,
    /// The history, or why there is none.
    pub history: Result<History, NoHistory>,
    /// The forge, where it was asked.
    pub forge: Option<Forge>,
    /// The live site, where its address was given, or why it could not be seen.
    pub site: Option<Result<Site, Localized>>,
    /// The deployments, or why nothing shows them.
    pub delivery: Result<Delivery, Localized>,
    /// The DORA metrics.
    pub measures: Measures,
    /// The facts.
    pub facts: Facts,
    /// What could not be read.
    pub notes: Vec<Note>,
    /// The folder or git directory that was audited.
    pub root: PathBuf,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
}

/// How a glob is written, as advice.
pub(crate) fn how_globs_read() -> Localized {
    localized!(
        "globs read like those of .gitignore: `*` stops at `/`, `**` does not, `{{a,b}}` is either",
        "les motifs se lisent comme ceux de .gitignore : `*` s'arrête à `/`, `**` non, `{{a,b}}` est l'un ou l'autre"
    )
}

/// What to ask of every text: the questions of the facts and those of rules, compiled together, and where comments set something
/// aside.
///
/// # Errors
/// When a pattern of a rule is malformed.
pub fn scanner(rule_probes: Vec<Probe>) -> Result<Arc<Scanner>, Error> {
    let asked = probes().into_iter().chain([inline_ignores::probe()]).chain(rule_probes);
    let scanner = Scanner::new(asked).map_err(|error| Error::foreign(&error))?;
    Ok(Arc::new(scanner))
}

/// What an audit is asked for.
pub(crate) struct Request {
    /// Globs of paths to leave out.
    pub exclude: Vec<String>,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
    /// What to ask of every text.
    pub scanner: Arc<Scanner>,
    /// Whether `.gitattributes` says nothing of what is vendored or generated.
    pub without_attributes: bool,
    /// The names of what was listed, for a caller that has asked for them.
    pub names: Option<Names>,
    /// What the team says of its deployments.
    pub delivery: delivery::Settings,
    /// What the team says of its services.
    pub services: Vec<ServiceSettings>,
    /// Where it is said which step goes on.
    pub progress: Progress,
    /// The history, where it is known already.
    pub history: Option<History>,
    /// The forge to ask while the files are read; nothing opens a socket otherwise.
    pub forge: Option<Question>,
    /// The live site to visit while the files are read; nothing is visited otherwise.
    pub site: Option<Target>,
}

impl Request {
    /// A request without the network, at a date.
    pub(crate) fn new(scanner: Arc<Scanner>, as_of: i64) -> Self {
        Self {
            exclude: Vec::new(),
            as_of,
            scanner,
            without_attributes: false,
            names: None,
            delivery: delivery::Settings::default(),
            services: Vec::new(),
            progress: Progress::default(),
            history: None,
            forge: None,
            site: None,
        }
    }
}

/// A forge to ask, or one that is known to give no answer.
pub(crate) enum Question {
    /// Its client.
    Ask(Box<Client>),
    /// Its answers.
    Answered(Box<Forge>),
}

impl Question {
    fn answer(self, as_of: i64) -> Forge {
        match self {
            Self::Ask(client) => Forge::ask(&client, as_of),
            Self::Answered(forge) => *forge,
        }
    }
}

/// Surveys what has been opened, with a [`scanner`].
///
/// # Errors
/// When a glob to exclude is malformed. What cannot be read inside the repository is a note.
pub(crate) fn survey(opened: Opened, request: Request) -> Result<Survey, Error> {
    let Opened { source, root, repository, head, listing, .. } = opened;
    let Request {
        exclude,
        as_of,
        scanner,
        without_attributes,
        names,
        delivery,
        services,
        progress,
        history,
        forge,
        site,
    } = request;
    let exclude = excluded(&exclude)?;
    let options = Options { exclude, scanner, without_attributes, listing, names };
    let deployed = delivery.branch.clone();
    // The history is read, the forge asked and the site visited while the files are.
    let progress = &progress;
    std::thread::scope(|scope| {
        let asked = forge.map(|question| {
            scope.spawn(move || {
                let _step = progress.during(Step::Forge);
                question.answer(as_of)
            })
        });
        // Certificates and cookies end at a present time, whatever the date of the audit.
        let visited = site.map(|target| {
            scope.spawn(move || {
                let _step = progress.during(Step::Site);
                Site::visit(&target, Limits::default(), jiff::Timestamp::now().as_second())
            })
        });
        let (history, inventory) = rayon::join(
            move || match (history, repository, head) {
                (Some(known), Some(_), Some(_)) => Ok(known),
                (None, Some(repository), Some(head)) => {
                    let _step = progress.during(Step::History);
                    Ok(History::read(&repository, Some(head), as_of, deployed.as_deref()))
                }
                (_, Some(_), None) => Err(NoHistory::Unborn),
                (_, None, _) => Err(NoHistory::NoGit),
            },
            || {
                let _step = progress.during(Step::Reading);
                Inventory::take(source, options)
            },
        );
        let forge = asked.and_then(|asked| asked.join().ok());
        let site = visited.and_then(|visited| visited.join().ok());
        let external = ExternalData { history, forge, site };
        Ok(establish(SurveyInputs { inventory, external, delivery, services, root, as_of }))
    })
}

/// What is known of a product beside its files.
pub struct ExternalData {
    /// Its history, or why there is none.
    pub history: Result<History, NoHistory>,
    /// Its forge, where it was asked.
    pub forge: Option<Forge>,
    /// Its live site, where its address was given, or why it could not be seen.
    pub site: Option<Result<Site, Localized>>,
}

impl Default for ExternalData {
    /// Nothing: no git, no forge, no site.
    fn default() -> Self {
        Self { history: Err(NoHistory::NoGit), forge: None, site: None }
    }
}

/// Surveys a tree in memory with what is written of it elsewhere.
pub fn survey_memory(source: Box<dyn Source>, external: ExternalData, as_of: i64, scanner: Arc<Scanner>) -> Survey {
    let options = Options { scanner, ..Options::default() };
    let inventory = Inventory::take(source, options);
    let delivery = delivery::Settings::default();
    establish(SurveyInputs { inventory, external, delivery, services: Vec::new(), root: PathBuf::new(), as_of })
}

fn malformed_glob(glob: &str, reason: &Localized) -> Error {
    let message = Localized::new(
        format!("`{glob}` is not a valid glob: {}", reason.en),
        format!("`{glob}` n'est pas un motif de chemins : {}", reason.fr),
    );
    Error::new(message, Some(how_globs_read()))
}

/// The paths to leave out.
///
/// # Errors
/// The first glob that is malformed.
pub(crate) fn excluded(globs: &[String]) -> Result<globset::GlobSet, Error> {
    for glob in globs {
        if let Err(error) = crate::read::inventory::parse_glob(glob) {
            return Err(malformed_glob(glob, &error.reason));
        }
    }
    // A folder named alone stands for all that is below it.
    let with_below: Vec<String> = globs
        .iter()
        .flat_map(|glob| [glob.trim_end_matches('/').to_owned(), format!("{}/**", glob.trim_end_matches('/'))])
        .collect();
    glob_set(with_below.iter().map(String::as_str)).map_err(|error| malformed_glob(&globs.join(", "), &error.reason))
}

/// Everything that was read, before it is understood.
struct SurveyInputs {
    inventory: Inventory,
    external: ExternalData,
    delivery: delivery::Settings,
    services: Vec<ServiceSettings>,
    root: PathBuf,
    as_of: i64,
}

fn establish(taken: SurveyInputs) -> Survey {
    let SurveyInputs { inventory, external, delivery: settings, services: said_of_services, root, as_of } = taken;
    let ExternalData { history, forge, site } = external;
    let manifests = Manifests::read(&inventory);
    let lockfiles = Lockfiles::read(&inventory);
    let stack = Stack::read(&inventory, &manifests, &lockfiles);
    let routes = Routes::read(&inventory, &stack);
    let pipelines = Pipelines::read(&inventory, &manifests);
    let workflows = Workflows::read(&inventory);
    let images = Images::read(&inventory, &workflows);
    let sources =
        services::Sources { inventory: &inventory, manifests: &manifests, stack: &stack, pipelines: &pipelines };
    let services = Services::read(&sources, &said_of_services);
    let pages = Pages::read(&inventory, &stack, &manifests, &routes, &services);
    let known = history.as_ref().map_err(|reason| *reason);
    let delivery = Delivery::find(&delivery::Sources {
        pipelines: &pipelines,
        history: known,
        forge: forge.as_ref(),
        settings: &settings,
        as_of,
    });
    let changes = known.map(|history| history.changes.as_slice()).unwrap_or_default();
    let measures = match &delivery {
        Ok(delivery) => Measures::of(delivery, changes),
        Err(reason) => Measures::unknown(reason),
    };
    let facts = Facts::collect(&Repo {
        inventory: &inventory,
        manifests: &manifests,
        lockfiles: &lockfiles,
        stack: &stack,
        pages: &pages,
        pipelines: &pipelines,
        images: &images,
        services: &services,
        history: known,
        forge: forge.as_ref(),
        site: site.as_ref().map(Result::as_ref),
        delivery: delivery.as_ref(),
        measures: &measures,
        as_of,
        shared: Shared::default(),
    });
    let mut notes: Vec<Note> = inventory.notes().to_vec();
    notes.extend(history.iter().flat_map(|history| history.notes.clone()));
    for (path, reason) in &manifests.unreadable {
        notes.push(Note::new(path, format!("not read: {reason}"), format!("non lu : {reason}")));
    }
    for (path, reason) in &pipelines.unread {
        notes.push(Note::new(path, format!("not read: {}", reason.en), format!("non lu : {}", reason.fr)));
    }
    if let Some(Err(reason)) = &site {
        let what = Localized::new(
            format!("the live site was not seen: {}", reason.en),
            format!("le site en ligne n'a pas été vu : {}", reason.fr),
        );
        notes.push(Note { path: String::new(), what });
    }
    notes
        .extend(forge.iter().flat_map(|forge| &forge.cut).map(|what| Note { path: String::new(), what: what.clone() }));
    Survey {
        inventory,
        manifests,
        lockfiles,
        stack,
        routes,
        pages,
        pipelines,
        services,
        workflows,
        images,
        history,
        forge,
        site,
        delivery,
        measures,
        facts,
        notes,
        root,
        as_of,
    }
}

impl Survey {
    /// The name of what was audited: that of its remote, else of its folder.
    pub fn name(&self) -> String {
        let remote = self.history.as_ref().ok().and_then(|history| history.remotes.first());
        let from_remote = remote.and_then(|remote| {
            let path = remote.url.split_once("://").map_or(remote.url.as_str(), |(_, rest)| rest);
            let path = path.trim_end_matches('/').trim_end_matches(".git");
            let parts: Vec<&str> = path.rsplit(['/', ':']).take(2).collect();
            let has_host = crate::model::forge::address::host_of(&remote.url).is_some();
            (has_host && parts.len() == 2).then(|| format!("{}/{}", parts[1], parts[0]))
        });
        let folder = |path: &Path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            name.filter(|name| name != ".git")
        };
        from_remote.or_else(|| folder(&self.root)).or_else(|| self.root.parent().and_then(folder)).unwrap_or_default()
    }
}
