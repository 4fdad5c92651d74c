//! What an audit says of a folder, as an editor wants it: the failures of each file, what a rule means, what can be written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range, Uri,
};

use super::places::{rest_of_line, uri_of};
use crate::base::documentation;
use crate::base::edge;
use crate::base::location::Location as Place;
use crate::base::severity::Severity;
use crate::base::text::Lang;
use crate::check::{Checked, address};
use crate::fix::{Answers, FileChange, FixContext, fixable, plan};
use crate::judge::finding::Finding;
use crate::judge::fingerprint::places_are_defects;
use crate::report::Report;
use crate::report::format::markdown::inline;
use crate::report::format::{place_or_anchor, severity_name};

/// The name under which editors show what we say.
const SOURCE: &str = "equerre";

/// How many other places a diagnostic names.
const RELATED: usize = 10;

/// What an audit says of a folder.
pub(super) struct Snapshot {
    /// The folder that was audited.
    pub(super) root: PathBuf,
    /// The language of its texts.
    pub(super) lang: Lang,
    /// The failures and notes, by file, relative to the root.
    pub(super) diagnostics: BTreeMap<String, Vec<Diagnostic>>,
    /// What a machine would write for a failing rule.
    pub(super) fixes: BTreeMap<String, Vec<FileChange>>,
    /// What each rule means, in Markdown.
    pub(super) rules: BTreeMap<String, String>,
}

impl Snapshot {
    /// What an audit says; `related` is whether the editor shows other places beside one.
    pub(super) fn of(checked: &Checked, related: bool) -> Self {
        let report = &checked.report;
        let mut diagnostics: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        for finding in report.failures() {
            // Where something is absent, the other places only show where to look.
            let places = place_or_anchor(report, finding);
            let own = if places_are_defects(report.rule(finding)) { places.len() } else { 1 };
            for (at, place) in places.iter().take(own).enumerate().filter(|(_, place)| !place.is_address()) {
                let others = places.iter().enumerate().filter(|(other, _)| *other != at && related);
                let others = others.map(|(_, other)| other).take(RELATED);
                diagnostics.entry(place.path.clone()).or_default().push(diagnostic(report, finding, place, others));
            }
        }
        for note in &report.notes {
            let (path, line) = match note.path.rsplit_once(':') {
                Some((path, line)) if line.parse::<u32>().is_ok() => (path.to_owned(), line.parse().unwrap_or(1)),
                _ => continue,
            };
            let text = report.survey.inventory.line(&path, line);
            diagnostics.entry(path).or_default().push(Diagnostic {
                range: rest_of_line(&text, line, None),
                severity: Some(DiagnosticSeverity::INFORMATION),
                source: Some(SOURCE.to_owned()),
                message: edge::text(note.what.get(report.lang)),
                ..Diagnostic::default()
            });
        }
        let fixes = if checked.worktree { fixes(report) } else { BTreeMap::new() };
        let rules = report.rules.all.iter().map(|rule| (rule.id.clone(), meaning(report, rule))).collect();
        Self { root: report.survey.root.clone(), lang: report.lang, diagnostics, fixes, rules }
    }
}

/// A failure at one of its places.
fn diagnostic<'p>(
    report: &Report,
    finding: &Finding,
    place: &Place,
    others: impl Iterator<Item = &'p Place>,
) -> Diagnostic {
    let rule = report.rule(finding);
    let lang = report.lang;
    let mut message = edge::text(rule.title.get(lang));
    let more = finding.message.as_ref().map(|message| message.get(lang));
    for more in [more, place.note_in(lang)].into_iter().flatten() {
        message = format!("{message} – {}", edge::text(more));
    }
    let related = others.filter_map(|other| {
        let uri = uri_of(&report.survey.root.join(&other.path)).filter(|_| !other.is_address())?;
        Some(DiagnosticRelatedInformation {
            location: Location { uri, range: range(report, other) },
            message: edge::place(other, lang),
        })
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    let page = rule.embedded.then(|| documentation::rule_page(&rule.id, lang));
    Diagnostic {
        range: range(report, place),
        severity: Some(match finding.severity {
            Severity::Blocker => DiagnosticSeverity::ERROR,
            Severity::Major => DiagnosticSeverity::WARNING,
            Severity::Minor => DiagnosticSeverity::INFORMATION,
            Severity::Info => DiagnosticSeverity::HINT,
        }),
        code: Some(NumberOrString::String(finding.rule.clone())),
        code_description: page.and_then(|page| Uri::from_str(&page).ok()).map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    }
}

/// A place of the audited tree, as long as its line.
fn range(report: &Report, place: &Place) -> Range {
    match place.line {
        Some(line) => rest_of_line(&report.survey.inventory.line(&place.path, line), line, place.column),
        None => Range::default(),
    }
}

/// What a rule means: its title, why it matters, what to do.
fn meaning(report: &Report, rule: &crate::judge::rule::Rule) -> String {
    let lang = report.lang;
    let mut text = format!(
        "**{}**\n\n`{}` · {} · {}\n\n{}\n\n**{}** {}",
        inline(rule.title.get(lang)),
        rule.id,
        severity_name(rule.severity, lang),
        inline(report.pillar_title(&rule.pillar)),
        inline(rule.why.get(lang)),
        lang.pick("What to do:", "Que faire\u{a0}:"),
        inline(rule.remediation.get(lang)),
    );
    if fixable().any(|known| known == rule.id) {
        let written = lang.pick("A machine can write it:", "Une machine sait l’écrire\u{a0}:");
        text = format!("{text}\n\n{written} `equerre fix {}`", rule.id);
    }
    if rule.embedded {
        text = format!("{text}\n\n<{}>", documentation::rule_page(&rule.id, lang));
    }
    text
}

/// What a machine would write for the failing rules that it can fix without asking anybody.
fn fixes(report: &Report) -> BTreeMap<String, Vec<FileChange>> {
    let answers = Answers::default();
    let name = &report.name;
    let context = FixContext {
        survey: &report.survey,
        findings: &report.findings,
        name: name.rsplit('/').next().unwrap_or(name),
        lang: report.lang,
        answers: &answers,
        forge: address(None, &report.survey),
        resolve: None,
        default_branch: crate::commands::fix::default_branch(report),
        wanted: &[],
    };
    let mut fixes = BTreeMap::new();
    for planned in plan(&context) {
        // An editor writes files; it takes none out of git's index.
        let Ok(changes) = planned.changes else { continue };
        if changes.iter().all(|change| !matches!(change, FileChange::Untrack { .. })) {
            fixes.extend(planned.rules.into_iter().map(|rule| (rule.to_owned(), changes.clone())));
        }
    }
    fixes
}

/// A path relative to a root, as reports write it.
pub(super) fn relative(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root).ok()?;
    Some(below.to_str()?.replace('\\', "/"))
}
