//! The terminal that a command writes to: its language, its colours, and what is printed beside the report.

use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};

use crate::base::edge;
use crate::base::error::{Error, Excerpt};
use crate::base::progress::Progress;
use crate::base::text::{Lang, Localized, localized};
use crate::cli::Color;
use crate::report::format::terminal::{Detail, Style};

/// The person's terminal.
pub(crate) struct Console {
    lang: Cell<Lang>,
}

impl Console {
    /// A console in the language that is asked for, else that of the locale.
    pub(crate) fn new(asked: Option<Lang>) -> Self {
        let console = Self { lang: Cell::new(Lang::default()) };
        console.choose_language(asked, None);
        console
    }

    /// The language that messages are in.
    pub(crate) fn lang(&self) -> Lang {
        self.lang.get()
    }

    /// Chooses the language: asked, else of the settings, else of the locale, else English. Errors from here on are
    /// in it too.
    pub(crate) fn choose_language(&self, asked: Option<Lang>, settings: Option<Lang>) -> Lang {
        let locale = || {
            ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        };
        let lang = asked.or(settings).or_else(|| Lang::of_locale(&locale()?)).unwrap_or_default();
        self.lang.set(lang);
        lang
    }

    /// Writes lines to standard error, beside the report.
    pub(crate) fn log(&self, text: &str) {
        let lines: Vec<String> = text.lines().map(edge::name).collect();
        self.log_drawing(&lines.join("\n"));
    }

    /// Writes what may hold colours and was made to be shown.
    fn log_drawing(&self, text: &str) {
        // A closed standard error is no reason to fail.
        let _ = writeln!(std::io::stderr(), "{}", edge::inert(text));
    }

    /// Says something of Equerre's own beside the report.
    pub(crate) fn notice(&self, text: &Localized) {
        let name = self.lang().pick("equerre:", "equerre\u{a0}:");
        self.log(&format!("{name} {}", edge::text(text.get(self.lang()))));
    }

    /// Does what takes time. After half a second, a terminal shows which step goes on.
    pub(crate) fn waiting<T>(&self, progress: &Progress, work: impl FnOnce() -> T) -> T {
        if !std::io::stderr().is_terminal() {
            return work();
        }
        let lang = self.lang();
        std::thread::scope(|scope| {
            let (done, wait) = std::sync::mpsc::channel::<()>();
            scope.spawn(move || {
                if wait.recv_timeout(UNSEEN) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let frames = if supports_unicode() { "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ " } else { "-\\|/ " };
                let bar = ProgressBar::new_spinner();
                if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}…") {
                    bar.set_style(style.tick_chars(frames));
                }
                loop {
                    if let Some(step) = progress.step() {
                        bar.set_message(step.said().get(lang).to_owned());
                    }
                    bar.tick();
                    if wait.recv_timeout(FRAME) != Err(RecvTimeoutError::Timeout) {
                        break;
                    }
                }
                bar.finish_and_clear();
            });
            let result = work();
            drop(done);
            result
        })
    }

    /// Prints what went wrong, with what to do about it.
    pub(crate) fn error(&self, error: &Error) {
        let lang = error.preferred_lang().unwrap_or(self.lang());
        let terminal = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let theme = match (terminal, supports_unicode()) {
            (true, true) => GraphicalTheme::unicode(),
            (false, true) => GraphicalTheme::unicode_nocolor(),
            _ => GraphicalTheme::none(),
        };
        self.log_drawing(&drawn_with(error, lang, theme));
    }
}

/// How long nothing is said of what goes on.
const UNSEEN: Duration = Duration::from_millis(500);

/// How long one drawing of what goes on stays.
const FRAME: Duration = Duration::from_millis(100);

/// The width of a report that no terminal shows.
const WIDTH: usize = 100;

/// How reports are drawn on the person's terminal.
pub(crate) fn style_of(color: bool, detail: Detail) -> Style {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    let width = width.filter(|width| *width > 0).unwrap_or(WIDTH);
    Style { width, color, unicode: supports_unicode(), links: color, detail }
}

/// An error as it is printed, without colours.
pub fn drawn(error: &Error, lang: Lang) -> String {
    drawn_with(error, lang, GraphicalTheme::unicode_nocolor())
}

fn drawn_with(error: &Error, lang: Lang, theme: GraphicalTheme) -> String {
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100).with_links(false);
    let mut text = String::new();
    if handler.render_report(&mut text, &Rendered::of(error, lang)).is_err() {
        text = edge::text(error.message(lang));
    }
    let head = lang.pick("equerre: error", "equerre\u{a0}: erreur");
    format!("{head}\n{}", crate::report::format::labelled(&text, lang))
}

/// An error in one language, as `miette` draws it.
#[derive(Debug)]
struct Rendered {
    message: String,
    help: Option<String>,
    source: Option<Source>,
    label: Option<LabeledSpan>,
    related: Vec<Rendered>,
}

impl Rendered {
    fn of(error: &Error, lang: Lang) -> Self {
        let source = error.excerpt().and_then(Source::of);
        let here = localized!("here", "ici").get(lang).to_owned();
        Self {
            message: shortened(edge::text(error.message(lang))),
            help: error.help(lang).map(edge::text),
            label: source.as_ref().map(|source| LabeledSpan::new(Some(here), source.from, source.length)),
            source,
            related: error.related().iter().map(|error| Self::of(error, lang)).collect(),
        }
    }
}

/// How many bytes of a message are shown from its start, and from its end: it may quote a glob of a megabyte between them.
const SHOWN: usize = 400;

fn shortened(message: String) -> String {
    if message.len() <= 2 * SHOWN {
        return message;
    }
    let (start, end) = (message.floor_char_boundary(SHOWN), message.ceil_char_boundary(message.len() - SHOWN));
    format!("{}…{}", &message[..start], &message[end..])
}

/// How many characters of a line of a file are shown.
const LONGEST: usize = 160;

/// The line of a file that an error is about between its neighbours, all of them safe to print.
#[derive(Debug)]
struct Source {
    name: String,
    text: String,
    /// The number of the first line, from 0.
    first: usize,
    /// Where in the text the words in question are.
    from: usize,
    length: usize,
}

impl Source {
    fn of(excerpt: &Excerpt) -> Option<Self> {
        let span = excerpt.span.clone()?;
        let before = excerpt.text.get(..span.start)?;
        let number = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
        let first = number.saturating_sub(1);
        let (mut text, mut from, mut length) = (String::new(), 0, 0);
        for (at, line) in excerpt.text.lines().enumerate().skip(first).take(number - first + 2) {
            let start = text.len();
            let (shown, place) = edge::line(&excerpt.name, line, column.min(line.len()));
            text.extend(shown.chars().take(LONGEST));
            if at == number {
                let (whole, end) = edge::line(&excerpt.name, line, (column + span.len()).min(line.len()));
                let ends = text.len();
                from = (start + place).min(ends);
                length = end.max(place).min(whole.len()).saturating_sub(place).min(ends - from);
            }
            text.push('\n');
        }
        Some(Self { name: edge::name(&excerpt.name), text, first, from, length })
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let seen = self.text.read_span(span, before, after)?;
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            seen.data(),
            *seen.span(),
            self.first + seen.line(),
            seen.column(),
            seen.line_count(),
        );
        Ok(Box::new(contents))
    }
}

impl std::fmt::Display for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Rendered {}

impl miette::Diagnostic for Rendered {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label.clone().map(|label| Box::new(std::iter::once(label)) as Box<dyn Iterator<Item = LabeledSpan>>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let related = self.related.iter().map(|error| error as &dyn miette::Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(related) as Box<dyn Iterator<Item = &'a dyn miette::Diagnostic>>)
    }
}

/// What a command ends with: an exit code, or what went wrong.
pub(crate) type CommandResult = Result<ExitCode, Error>;

/// Writes to standard output; a reader that went away (`| head`) is not an error.
pub(crate) fn print(text: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| {
            Error::of_system(
                localized!("standard output cannot be written", "la sortie standard ne peut pas être écrite"),
                &error,
            )
        }),
    }
}

/// Whether the locale is one that shows more than ASCII.
pub(crate) fn supports_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Whether standard output gets colours.
pub(crate) fn uses_color(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none()
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}
