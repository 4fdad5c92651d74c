//! A failure drawn in full: its line of code, why it matters, what to do.

use std::fmt::Write as _;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::base::edge;
use crate::base::location::Location;
use crate::base::severity::Severity;
use crate::judge::finding::Finding;
use crate::report::Report;
use crate::report::format::excerpt::Excerpt;

/// A failure as miette draws it.
#[derive(Debug)]
pub(super) struct Shown {
    rule: String,
    /// The defect, as the first line of the drawing says it.
    pub(super) title: String,
    severity: miette::Severity,
    help: String,
    url: Option<String>,
    line: Option<OneLine>,
    label: String,
}

impl Shown {
    pub(super) fn new(report: &Report, finding: &Finding) -> Self {
        let (rule, lang) = (report.rule(finding), report.lang);
        let quoted = finding.evidence.first().and_then(|place| OneLine::of(report, place));
        let mut title = edge::text(rule.title.get(lang));
        if let Some(message) = &finding.message {
            let _ = write!(title, "{} {}", lang.pick(":", "\u{a0}:"), edge::text(message.get(lang)));
        }
        if report.names_components(finding) {
            let _ = write!(title, " ({})", edge::name(&some_of(&finding.components)));
        }
        let mut help = format!("{}\n{}", edge::text(rule.why.get(lang)), edge::text(rule.remediation.get(lang)));
        let quoted_places = usize::from(quoted.is_some());
        let places: Vec<String> =
            finding.evidence.iter().skip(quoted_places).take(4).map(|place| edge::place(place, lang)).collect();
        if !places.is_empty() {
            let left = finding.evidence.len() - quoted_places - places.len();
            let more = if left > 0 { format!(", … ({left})") } else { String::new() };
            let _ = write!(help, "\n{} {}{more}", lang.pick("See", "Voir"), places.join(", "));
        }
        if report.is_fixable(finding) {
            let _ = write!(
                help,
                "\n{} `equerre fix {}`",
                lang.pick("A machine can write it:", "Une machine sait l’écrire\u{a0}:"),
                finding.rule
            );
        }
        let followers: Vec<&str> = report.followers(finding).map(|finding| finding.rule.as_str()).collect();
        if !followers.is_empty() {
            let _ = write!(help, "\n{} {}", lang.pick("With it:", "Avec elle\u{a0}:"), followers.join(", "));
        }
        let label = finding
            .evidence
            .first()
            .and_then(|place| place.note_in(lang))
            .map_or_else(|| lang.pick("here", "ici").to_owned(), edge::text);
        Self {
            rule: finding.rule.clone(),
            title,
            severity: match finding.severity {
                Severity::Blocker | Severity::Major => miette::Severity::Error,
                Severity::Minor => miette::Severity::Warning,
                Severity::Info => miette::Severity::Advice,
            },
            help,
            url: rule.references.first().and_then(|reference| edge::link(reference)),
            line: quoted,
            label,
        }
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.title)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn url<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.url.as_ref().map(|url| Box::new(url) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.line.as_ref().map(|line| line as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let line = self.line.as_ref()?;
        let span = LabeledSpan::new(
            Some(self.label.clone()),
            line.from,
            line.text.len().saturating_sub(line.from).clamp(1, 60),
        );
        Some(Box::new(std::iter::once(span)))
    }
}

/// One line of a file, safe to print, that knows its number.
#[derive(Debug)]
struct OneLine {
    name: String,
    text: Arc<str>,
    number: usize,
    from: usize,
}

impl OneLine {
    fn of(report: &Report, place: &Location) -> Option<Self> {
        let Excerpt { text, number, from } = Excerpt::of(report, place)?;
        Some(Self { name: edge::name(&place.path), text: Arc::from(text), number, from })
    }
}

impl SourceCode for OneLine {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let span = SourceSpan::from((0, self.text.len()));
        let contents =
            MietteSpanContents::new_named(self.name.clone(), self.text.as_bytes(), span, self.number - 1, 0, 1);
        Ok(Box::new(contents))
    }
}

/// A few names, and how many more there are.
fn some_of(names: &[String]) -> String {
    const MOST: usize = 4;
    let left = names.len().saturating_sub(MOST);
    let more = if left > 0 { format!(", … ({left})") } else { String::new() };
    format!("{}{more}", names[..names.len().min(MOST)].join(", "))
}
