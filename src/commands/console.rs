//! The terminal that a command writes to: its language, its colours, and what is printed beside the report.

use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use crate::base::error::Error;
use crate::base::text::{Lang, Localized, localized};
use crate::cli::Color;

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

    /// Writes a line to standard error, beside the report.
    pub(crate) fn log(&self, text: &str) {
        // A closed standard error is no reason to fail.
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// Says something of Equerre's own beside the report.
    pub(crate) fn notice(&self, text: &Localized) {
        let name = self.lang().pick("equerre:", "equerre\u{a0}:");
        self.log(&format!("{name} {}", text.get(self.lang())));
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
        let handler = GraphicalReportHandler::new_themed(theme).with_width(100).with_links(false);
        let mut text = String::new();
        if handler.render_report(&mut text, &Rendered::of(error, lang)).is_err() {
            error.message(lang).clone_into(&mut text);
        }
        let head = lang.pick("equerre: error", "equerre\u{a0}: erreur");
        self.log(&format!("{head}\n{}", crate::report::format::labelled(&text, lang)));
    }
}

/// An error in one language, as `miette` draws it.
#[derive(Debug)]
struct Rendered {
    message: String,
    help: Option<String>,
    source: Option<NamedSource<String>>,
    label: Option<LabeledSpan>,
    related: Vec<Rendered>,
}

impl Rendered {
    fn of(error: &Error, lang: Lang) -> Self {
        let excerpt = error.excerpt();
        let here = localized!("here", "ici").get(lang).to_owned();
        Self {
            message: error.message(lang).to_owned(),
            help: error.help(lang).map(str::to_owned),
            source: excerpt.map(|excerpt| NamedSource::new(&excerpt.name, excerpt.text.clone())),
            label: excerpt
                .and_then(|excerpt| excerpt.span.clone())
                .map(|span| LabeledSpan::new(Some(here), span.start, span.len())),
            related: error.related().iter().map(|error| Self::of(error, lang)).collect(),
        }
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
