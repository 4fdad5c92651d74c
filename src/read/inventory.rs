//! Every file of the tree with its language and role, read once, in parallel. It has no opinion.

mod attributes;
mod code;
pub(crate) mod comments;
pub(crate) mod globs;
pub(crate) mod language;
pub(crate) mod probe;
pub(crate) mod role;
pub(crate) mod scan;
mod search;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use globset::GlobSet;
use rayon::prelude::*;

use crate::base::location::Location;
use crate::base::path::{folder_of, name_of};
use crate::base::text::{Localized, decode};
use crate::read::document::{DocumentError, Node, Syntax};
use crate::read::source::{Content, Entry, EntryKind, HUGE, Listing, Note, Source};

use attributes::Attributes;
use code::{Answer, Answers, InFile, Pending};
use globs::Names;
use language::{Language, component_script, language_of};
use probe::Hit;
use role::{Role, role_of};
use scan::{Prefilters, Scanner};

pub(crate) use code::Scope;
pub(crate) use globs::{glob_set, parse_glob};

/// How many bytes of text are kept for detectors; past it a text is read again when asked for (48 MiB).
const KEPT: usize = 48 * 1024 * 1024;

/// How many nodes of parsed documents are kept; past it a document is parsed again when asked for (some 100 MB).
const KEPT_NODES: usize = 1_000_000;

/// A text with lines longer than this on average was written by a tool.
const MINIFIED: usize = 600;

/// What is known of the bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes {
    /// Text, scanned.
    Text,
    /// Not text.
    Binary,
    /// Over [`HUGE`]; not read.
    Huge,
    /// A Git LFS pointer: the content is elsewhere.
    LfsPointer,
    /// It could not be read; a note says why.
    Unreadable,
    /// Its role makes its text of no interest.
    NotRead,
}

/// A file of the inventory.
#[derive(Debug)]
pub struct File {
    /// Path from the root of the audit.
    pub path: String,
    /// What it is there for.
    pub role: Role,
    /// The language it is written in; for a Vue or Svelte component, that of its script.
    pub language: Option<&'static str>,
    /// Whether people program in that language.
    pub programming: bool,
    /// What is known of its bytes.
    pub bytes: Bytes,
    /// Lines that are not blank.
    pub lines: u32,
    /// Where its name starts in the path.
    name_from: usize,
    text: Option<Arc<str>>,
    hits: Vec<Hit>,
    /// The questions on syntax that may be asked of it, by the numbers of their probes.
    code: Vec<u16>,
    entry: Entry,
}

impl File {
    /// The folder that holds it; empty at the root.
    pub fn folder(&self) -> &str {
        self.path[..self.name_from].trim_end_matches('/')
    }

    /// Its name without the folder.
    pub fn name(&self) -> &str {
        &self.path[self.name_from..]
    }

    /// Whether it belongs to the product: its code, tests, settings or documentation.
    pub fn is_own(&self) -> bool {
        !matches!(self.role, Role::Vendored | Role::Generated | Role::Example)
    }

    /// Whether it is code, settings or documentation of the product itself, and no test.
    pub fn is_shipped(&self) -> bool {
        self.is_own() && self.role != Role::Test
    }
}

/// The files of a tree.
pub struct Inventory {
    files: Vec<File>,
    by_path: HashMap<String, usize>,
    links: Vec<String>,
    submodules: Vec<String>,
    notes: Vec<Note>,
    scanner: Arc<Scanner>,
    source: Box<dyn Source>,
    documents: Mutex<Documents>,
    /// The hits of each probe, as index of the file and place.
    hits: Vec<Vec<(usize, Hit)>>,
    answers: Answers,
    names: Names,
    /// The ranks of the files right below each folder, worked out when first asked.
    folders: OnceLock<HashMap<String, Vec<usize>>>,
}

type ParsedDocument = Arc<Result<Node, DocumentError>>;
type ParsedDocuments = Arc<Result<Vec<Node>, DocumentError>>;

/// The documents that were parsed.
#[derive(Default)]
struct Documents {
    by_path: HashMap<String, ParsedDocument>,
    /// All those of a file, for those who ask for all.
    several: HashMap<String, ParsedDocuments>,
    /// How many nodes they are made of.
    nodes: usize,
}

/// How to take the inventory.
#[derive(Default)]
pub struct Options {
    /// Paths to leave out altogether.
    pub exclude: GlobSet,
    /// What to ask of every text.
    pub scanner: Arc<Scanner>,
    /// Whether `.gitattributes` says nothing of what is vendored or generated: paths alone do.
    pub without_attributes: bool,
    /// The tree as already listed, by a caller that had something else to do meanwhile.
    pub listing: Option<Listing>,
    /// The names of its entries, where that caller has asked for them.
    pub names: Option<Names>,
}

impl Inventory {
    /// Lists, classifies and reads a tree.
    pub fn take(source: Box<dyn Source>, options: Options) -> Self {
        let Options { exclude, scanner, without_attributes, listing, names } = options;
        let Listing { entries, mut notes } = listing.unwrap_or_else(|| source.list());
        let (mut links, mut submodules, mut regular) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            if exclude.is_match(&entry.path) {
                continue;
            }
            match entry.kind {
                EntryKind::File => regular.push(entry),
                EntryKind::Link => links.push(entry.path),
                EntryKind::Submodule => submodules.push(entry.path),
                EntryKind::Special => notes.push(Note::new(
                    entry.path,
                    "not read: neither a file nor a link",
                    "non lu : ni fichier ni lien",
                )),
            }
        }
        let attributes =
            if without_attributes { Attributes::default() } else { read_attributes(source.as_ref(), &regular) };
        let undecided = AtomicUsize::new(0);
        let roles: Vec<Role> = regular
            .par_iter()
            .map(|entry| {
                let guess = role_of(&entry.path);
                attributes.role(&entry.path, guess).unwrap_or_else(|| {
                    undecided.fetch_add(1, Ordering::Relaxed);
                    guess
                })
            })
            .collect();
        notes.extend(attributes.notes);
        if let files @ 1.. = undecided.into_inner() {
            notes.push(Note::new(
                attributes::FILE,
                format!("not applied to {files} files: the patterns ask for too much work"),
                format!("non appliqué à {files} fichiers : les motifs demandent trop de travail"),
            ));
        }
        let paths = regular.iter().map(|entry| entry.path.as_str()).zip(roles.iter().copied());
        let prefilters = scanner.prefilters(paths.filter(|(path, role)| is_read(path, *role)));
        let look = Look { scanner: &scanner, prefilters: &prefilters, kept: &AtomicUsize::new(0) };
        let looked: Vec<(File, Option<Note>)> = regular
            .into_par_iter()
            .zip(roles)
            .map_init(|| source.reader(), |reader, (entry, role)| look.at(entry, role, reader.as_mut()))
            .collect();
        let (files, more): (Vec<File>, Vec<Option<Note>>) = looked.into_iter().unzip();
        notes.extend(more.into_iter().flatten());
        let mut hits: Vec<Vec<(usize, Hit)>> = vec![Vec::new(); scanner.len()];
        let mut asked: HashMap<u16, Vec<usize>> = HashMap::new();
        let mut files = files;
        for (at, file) in files.iter_mut().enumerate() {
            for hit in std::mem::take(&mut file.hits) {
                hits[usize::from(hit.probe)].push((at, hit));
            }
            let code_probes = std::mem::take(&mut file.code);
            if file.is_shipped() {
                for probe in code_probes {
                    asked.entry(probe).or_default().push(at);
                }
            }
        }
        // Where nothing was left out, they are those of the files.
        let names = names.filter(|names| names.len() == files.len());
        let (by_path, names) = rayon::join(
            || files.iter().enumerate().map(|(at, file)| (file.path.clone(), at)).collect(),
            || names.unwrap_or_else(|| Names::of(files.iter().map(|file| file.path.as_str()))),
        );
        Self {
            files,
            by_path,
            links,
            submodules,
            notes,
            answers: Answers::new(scanner.len(), asked),
            scanner,
            source,
            documents: Mutex::default(),
            hits,
            names,
            folders: OnceLock::new(),
        }
    }

    /// Every file, sorted by path.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The names of its files.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The files that belong to the product: nothing vendored, generated or exemplary.
    pub fn own_files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_own())
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.by_path.get(path).map(|at| &self.files[*at])
    }

    /// The rank of the file at a path.
    pub(crate) fn rank(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// Whether there is a file at a path.
    pub fn has(&self, path: &str) -> bool {
        self.by_path.contains_key(path)
    }

    /// Whether there is a file below a folder.
    pub fn has_folder(&self, folder: &str) -> bool {
        let prefix = format!("{folder}/");
        let at = self.files.partition_point(|file| file.path < prefix);
        self.files.get(at).is_some_and(|file| file.path.starts_with(&prefix))
    }

    /// The files right below a folder (empty for the root).
    pub fn in_folder(&self, folder: &str) -> impl Iterator<Item = &File> {
        let folders = self.folders.get_or_init(|| {
            let mut folders: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, file) in self.files.iter().enumerate() {
                match folders.get_mut(file.folder()) {
                    Some(known) => known.push(at),
                    None => drop(folders.insert(file.folder().to_owned(), vec![at])),
                }
            }
            folders
        });
        folders.get(folder).into_iter().flatten().map(|at| &self.files[*at])
    }

    /// Files whose name, in any case, satisfies a test, at the root of the audit.
    pub fn root_file(&self, named: impl Fn(&str) -> bool) -> Option<&File> {
        self.files.iter().filter(|file| !file.path.contains('/')).find(|file| named(&file.path.to_lowercase()))
    }

    /// Symbolic links that lead to no file of the tree, by path.
    pub fn links(&self) -> &[String] {
        &self.links
    }

    /// Submodules, by path.
    pub fn submodules(&self) -> &[String] {
        &self.submodules
    }

    /// What could not be read.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The text of a file: the one kept from the scan, else read again. `None` for what is not text.
    pub fn text(&self, path: &str) -> Option<Arc<str>> {
        let file = self.file(path)?;
        if let Some(text) = &file.text {
            return Some(Arc::clone(text));
        }
        if !matches!(file.bytes, Bytes::Text | Bytes::NotRead) {
            return None;
        }
        match self.source.reader().read(&file.entry, HUGE * 16) {
            Content::Bytes(bytes) => decode(&bytes).map(|text| Arc::from(&*text)),
            _ => None,
        }
    }

    /// A line of a file, from 1; empty where the file is not text or ends before.
    pub fn line(&self, path: &str, number: u32) -> String {
        let text = self.text(path);
        let line = text.as_deref().and_then(|text| text.lines().nth((number as usize).saturating_sub(1)));
        line.unwrap_or_default().to_owned()
    }

    /// A file as a document, parsed once. `None` when the file is absent, no text, or of no known syntax.
    pub fn document(&self, path: &str) -> Option<ParsedDocument> {
        let syntax = Syntax::of(path)?;
        let known = |documents: &Documents| documents.by_path.get(path).cloned();
        if let Some(document) = self.documents.lock().ok().as_deref().and_then(known) {
            return Some(document);
        }
        let text = self.text(path)?;
        let parsed = Arc::new(Node::parse(&text, syntax));
        let nodes = parsed.as_ref().as_ref().map_or(1, Node::size);
        self.keep(nodes, |documents| drop(documents.by_path.insert(path.to_owned(), Arc::clone(&parsed))));
        Some(parsed)
    }

    /// A file as the documents that it holds: one, but for YAML that holds several.
    pub(crate) fn documents(&self, path: &str) -> Option<ParsedDocuments> {
        let known = |documents: &Documents| documents.several.get(path).cloned();
        if let Some(documents) = self.documents.lock().ok().as_deref().and_then(known) {
            return Some(documents);
        }
        let several = Syntax::of(path) == Some(Syntax::Yaml) && self.text(path)?.contains("\n---");
        let (parsed, nodes) = if several {
            let parsed = Node::parse_all(&self.text(path)?, Syntax::Yaml);
            let nodes = parsed.as_ref().map_or(1, |documents| documents.iter().map(Node::size).sum());
            (parsed, nodes)
        } else {
            // Its lists and maps are shared with the document, not copied.
            let document = self.document(path)?;
            (document.as_ref().as_ref().map(|root| vec![root.clone()]).map_err(Clone::clone), 1)
        };
        let parsed = Arc::new(parsed);
        self.keep(nodes, |documents| drop(documents.several.insert(path.to_owned(), Arc::clone(&parsed))));
        Some(parsed)
    }

    /// Keeps what was parsed, while there is room for its nodes.
    fn keep(&self, nodes: usize, insert: impl FnOnce(&mut Documents)) {
        if let Ok(mut documents) = self.documents.lock()
            && documents.nodes + nodes <= KEPT_NODES
        {
            documents.nodes += nodes;
            insert(&mut documents);
        }
    }

    /// Where a probe found something, in path order.
    pub fn hits(&self, probe: &str) -> Vec<(&File, Hit)> {
        self.found(probe).iter().map(|(at, hit)| (&self.files[*at], *hit)).collect()
    }

    /// The same, each with the rank of its file. A question on syntax is asked if it was not yet.
    pub fn found(&self, probe: &str) -> &[(usize, Hit)] {
        let Some(number) = self.scanner.number(probe) else { return &[] };
        if self.scanner.code(number).is_some() {
            self.ask_code([(probe, Scope::All)]);
            return self.answers.of(number).map_or(&[], |answer| answer.hits.as_slice());
        }
        self.hits.get(usize::from(number)).map_or(&[], Vec::as_slice)
    }

    /// Asks questions on syntax, by the names of their probes, each of some files; those that have an answer, or are no such
    /// question, are left.
    pub(crate) fn ask_code<'n>(&self, asked: impl IntoIterator<Item = (&'n str, Scope)>) {
        let mut open: BTreeMap<u16, Scope> = BTreeMap::new();
        for (probe, scope) in asked {
            let number = self.scanner.number(probe).filter(|number| self.scanner.code(*number).is_some());
            if let Some(number) = number.filter(|number| self.answers.is_open(*number)) {
                open.insert(number, scope);
            }
        }
        let mut by_file: BTreeMap<usize, Vec<u16>> = BTreeMap::new();
        for (probe, scope) in &open {
            for file in self.answers.files(*probe).iter().filter(|file| scope.holds(**file)) {
                by_file.entry(*file).or_default().push(*probe);
            }
        }
        let asked: Vec<(usize, InFile)> =
            by_file.into_par_iter().map(|(at, probes)| (at, self.ask_in(at, &probes))).collect();
        let mut answers: BTreeMap<u16, Answer> = open.keys().map(|probe| (*probe, Answer::default())).collect();
        let mut pending = Vec::new();
        for (at, found) in asked {
            for (probe, hit) in found.hits {
                answers.entry(probe).or_default().hits.push((at, hit));
            }
            for (probe, reason) in found.unread {
                answers.entry(probe).or_default().unread.push((at, reason));
            }
            pending.extend(found.pending);
        }
        for one in pending.into_iter().take(code::MOST_PENDING) {
            if self.decides(&one) {
                let hits = &mut answers.entry(one.hit.probe).or_default().hits;
                hits.push((one.at, one.hit));
                hits.sort_unstable_by_key(|(at, hit)| (*at, hit.line, hit.column));
                hits.dedup();
            }
        }
        for (probe, answer) in answers {
            self.answers.answer(probe, answer);
        }
    }

    /// Asks questions of one file.
    fn ask_in(&self, at: usize, probes: &[u16]) -> InFile {
        let path = &self.files[at].path;
        let text = self.text(path);
        text.map(|text| code::ask_in(&self.scanner, at, path, &text, probes)).unwrap_or_default()
    }

    /// Whether another file makes a hit of what is pending.
    fn decides(&self, pending: &Pending) -> bool {
        let path = pending.decided_by(&self.files[pending.at].path, |path| self.has(path));
        path.is_some_and(|path| self.text(&path).is_some_and(|text| pending.is_hit(&path, &text)))
    }

    /// Whether a hit stands in code: not in a text, a comment, or a style. A file that no grammar reads is taken for code.
    pub(crate) fn is_code(&self, file: &File, hit: &Hit) -> bool {
        let text = self.text(&file.path);
        text.is_none_or(|text| code::is_code(&file.path, file.language == Some("css"), &text, hit))
    }

    /// The files that a question on syntax could not be asked of, by rank, and why.
    pub(crate) fn unread(&self, probe: &str) -> &[(usize, Localized)] {
        self.ask_code([(probe, Scope::All)]);
        let answer = self.scanner.number(probe).and_then(|number| self.answers.of(number));
        answer.map_or(&[], |answer| answer.unread.as_slice())
    }

    /// The places where a probe found something, at most `most`, one a file.
    pub fn places(&self, probe: &str, most: usize) -> Vec<Location> {
        let mut places: Vec<Location> = Vec::new();
        for (file, hit) in self.hits(probe) {
            if places.len() == most {
                break;
            }
            if places.last().is_none_or(|last| last.path != file.path) {
                places.push(Location::at(&file.path, hit.line, hit.column));
            }
        }
        places
    }
}

fn read_attributes(source: &dyn Source, entries: &[Entry]) -> Attributes {
    let mut attributes = Attributes::default();
    let mut reader = source.reader();
    for entry in entries.iter().filter(|entry| name_of(&entry.path) == attributes::FILE) {
        match reader.read(entry, HUGE) {
            Content::Bytes(bytes) => {
                if let Some(text) = decode(&bytes) {
                    attributes.add(folder_of(&entry.path), &text);
                }
            }
            Content::Huge(_) => attributes.left_out(&entry.path, "it is too large", "il est trop gros"),
            // A note says so when the files are read.
            Content::Unreadable(_) => {}
        }
    }
    attributes
}

struct Look<'l> {
    scanner: &'l Scanner,
    prefilters: &'l Prefilters,
    kept: &'l AtomicUsize,
}

impl Look<'_> {
    fn at(&self, entry: Entry, role: Role, reader: &mut dyn crate::read::source::Reader) -> (File, Option<Note>) {
        let language = language_of(&entry.path);
        let mut file = File {
            path: entry.path.clone(),
            role,
            language: language.map(|language| language.name),
            programming: language.is_some_and(|language| language.programming),
            bytes: Bytes::NotRead,
            lines: 0,
            name_from: entry.path.len() - name_of(&entry.path).len(),
            text: None,
            hits: Vec::new(),
            code: Vec::new(),
            entry,
        };
        if !is_read(&file.path, role) {
            return (file, None);
        }
        let note = match reader.read(&file.entry, HUGE) {
            Content::Huge(size) => {
                file.bytes = Bytes::Huge;
                file.programming.then(|| too_large(&file.path, size))
            }
            Content::Unreadable(reason) => {
                file.bytes = Bytes::Unreadable;
                Some(Note::new(&file.path, format!("not read: {reason}"), format!("non lu : {reason}")))
            }
            Content::Bytes(bytes) => {
                self.text(&mut file, language, &bytes);
                reader.reuse(bytes);
                None
            }
        };
        (file, note)
    }

    fn text(&self, file: &mut File, language: Option<&Language>, bytes: &[u8]) {
        let Some(text) = decode(bytes) else {
            file.bytes = Bytes::Binary;
            return;
        };
        if text.starts_with("version https://git-lfs.github.com/spec/") {
            file.bytes = Bytes::LfsPointer;
            return;
        }
        file.bytes = Bytes::Text;
        file.lines = written_lines(text.as_bytes());
        if file.programming && is_minified(&text, file.lines) {
            file.role = Role::Generated;
            return;
        }
        if matches!(file.language, Some("vue" | "svelte")) {
            file.language = Some(component_script(&text));
        }
        let prefilter = self.prefilters.of(&file.path, file.role);
        let scanned = self.scanner.scan(prefilter, &file.path, file.role, language, &text);
        (file.hits, file.code) = (scanned.hits, scanned.code);
        // Code in which nothing was found is not asked for again, but to quote a line of it.
        let silent = file.hits.is_empty() && file.code.is_empty() && matches!(file.role, Role::Source | Role::Test);
        let size = text.len();
        if !silent && self.kept.fetch_add(size, Ordering::Relaxed) + size <= KEPT {
            file.text = Some(match text {
                Cow::Borrowed(text) => Arc::from(text),
                Cow::Owned(text) => Arc::from(text),
            });
        }
    }
}

fn too_large(path: &str, size: u64) -> Note {
    let size = size.div_ceil(1024);
    Note::new(
        path,
        format!("not read: {size} KiB, and code over {} KiB is left out", HUGE / 1024),
        format!("non lu : {size} Kio, et le code au-delà de {} Kio est laissé de côté", HUGE / 1024),
    )
}

/// The lines that hold more than white space.
fn written_lines(text: &[u8]) -> u32 {
    let ends = memchr::memchr_iter(b'\n', text).chain(std::iter::once(text.len()));
    let (mut from, mut lines) = (0, 0);
    for end in ends {
        lines += u32::from(text[from..end].iter().any(|byte| !byte.is_ascii_whitespace()));
        from = end + 1;
    }
    lines
}

fn is_minified(text: &str, lines: u32) -> bool {
    text.len() > 20_000 && text.len() / (lines.max(1) as usize) > MINIFIED
        || text.get(..400).unwrap_or(text).contains("@generated")
}

/// Whether the text of a file is of interest.
fn is_read(path: &str, role: Role) -> bool {
    !matches!(role, Role::Vendored | Role::Generated) && !is_media(path)
}

/// Images, fonts, archives and the like: their bytes answer no question.
fn is_media(path: &str) -> bool {
    const MEDIA: &[&str] = &[
        "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "svg", "woff", "woff2", "ttf", "otf", "eot", "pdf", "zip",
        "gz", "tgz", "bz2", "xz", "7z", "mp3", "mp4", "webm", "mov", "ogg", "wav", "doc", "docx", "xls", "xlsx", "ods",
        "odt", "ppt", "pptx", "jar", "war", "class", "so", "dll", "exe", "wasm", "parquet", "sqlite", "sqlite3", "db",
        "csv", "tsv", "geojson", "shp", "dbf", "psd", "sketch", "fig", "pkl", "npy", "pyc",
    ];
    let name = name_of(path);
    name.rsplit_once('.').is_some_and(|(_, extension)| MEDIA.contains(&extension.to_ascii_lowercase().as_str()))
}
