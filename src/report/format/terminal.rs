//! The report on one screen: the grade, the pillars as bars, then what fails, most important first.

mod lines;
mod shown;

use std::fmt::Write as _;
use std::io::{self, Write};

use lines::{cut, listed, wrapped, wrapped_to};
use miette::{GraphicalReportHandler, GraphicalTheme};
use shown::Shown;
use unicode_width::UnicodeWidthStr;

use crate::base::edge;
use crate::base::location::Location;
use crate::base::severity::Severity;
use crate::base::text::{Lang, short_commit};
use crate::facts::Level;
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::judge::grade::Letter;
use crate::report::Report;
use crate::report::format::excerpt::Excerpt;
use crate::report::format::words;
use crate::report::questions::ShownQuestion;

/// How many rows a report has at most, unless everything is asked for: a window of 40 less the line of the prompt.
const ROWS: usize = 39;

/// How many failures are shown first, with what to do.
const FIRST: usize = 3;

/// The columns that a text has at least, however narrow the terminal is.
const LEAST: usize = 20;

/// How many rows say more of each of them.
const MORE: usize = 3;

/// How many services and notes are named, unless everything is asked for.
const NAMED: usize = 3;

/// How the terminal prints.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Columns.
    pub width: usize,
    /// Whether colours may be used.
    pub color: bool,
    /// Whether characters beyond ASCII may be used for drawing.
    pub unicode: bool,
    /// Whether links may be written as such.
    pub links: bool,
    /// How much is shown.
    pub detail: Detail,
}

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The grade alone.
    Quiet,
    /// What fails.
    Normal,
    /// What fails in full, what passes, what does not apply and what could not be verified.
    Verbose,
}

/// Prints how the grade comes about, question by question, and what the next letter takes.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_grade(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { report, style };
    let mut text = String::new();
    page.header(&mut text);
    page.questions(&mut text);
    page.next_letter(&mut text);
    page.notes(&mut text);
    out.write_all(edge::inert(&text).as_bytes())
}

/// Prints a report for people.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { report, style };
    let mut text = String::new();
    page.header(&mut text);
    if report.is_of_nothing() && style.detail != Detail::Quiet {
        page.notes(&mut text);
    } else if style.detail != Detail::Quiet {
        page.services(&mut text);
        page.pillars(&mut text);
        page.checks(&mut text);
        let mut rest = String::new();
        page.rest(&mut rest);
        let left = ROWS.saturating_sub(text.lines().count() + rest.lines().count());
        page.failures(left, &mut text);
        text += &rest;
    }
    out.write_all(edge::inert(&text).as_bytes())
}

struct Page<'p> {
    report: &'p Report,
    style: Style,
}

/// Colours of the terminal's own palette, so that they suit its background.
#[derive(Clone, Copy)]
enum Paint {
    Good,
    Fair,
    Bad,
    Dim,
    Bold,
}

impl Page<'_> {
    fn tr<'t>(&self, en: &'t str, fr: &'t str) -> &'t str {
        self.report.lang.pick(en, fr)
    }

    fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.style.color {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Good => "32",
            Paint::Fair => "33",
            Paint::Bad => "31",
            Paint::Dim => "2",
            Paint::Bold => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn letter_paint(letter: Option<Letter>) -> Paint {
        match letter {
            Some(Letter::A | Letter::B) => Paint::Good,
            Some(Letter::C | Letter::D) => Paint::Fair,
            Some(Letter::E | Letter::F) => Paint::Bad,
            None => Paint::Dim,
        }
    }

    fn header(&self, out: &mut String) {
        let report = self.report;
        let commit = report.head.as_deref().map(short_commit).map(|head| format!(" @ {head}")).unwrap_or_default();
        let title = format!("{}{commit}", edge::name(&report.name));
        let _ = writeln!(
            out,
            "{}  {}",
            self.paint(Paint::Bold, &title),
            self.paint(Paint::Dim, &crate::base::date::date(report.as_of))
        );
        let grade = &report.grade;
        let Some((letter, score)) = grade.letter.zip(grade.score) else {
            let (en, fr) = if report.is_of_nothing() {
                ("No grade: there is nothing to audit.", "Pas de note\u{a0}: il n’y a rien à auditer.")
            } else {
                ("No grade: nothing could be verified here.", "Pas de note\u{a0}: rien n’a pu être vérifié ici.")
            };
            let _ = writeln!(out, "{}", self.tr(en, fr));
            return;
        };
        let words = self.tr("Grade", "Note");
        let covered = words::verified(grade, report.lang);
        let capped = match (grade.uncapped, self.report.lang) {
            (None, _) => String::new(),
            (Some(bare), Lang::En) => format!(" — {bare} but for a blocker"),
            (Some(bare), Lang::Fr) => format!(" — {bare} sans un point bloquant"),
        };
        let mark = self.paint(Self::letter_paint(Some(letter)), &format!("{words} {letter}"));
        let _ = writeln!(
            out,
            "{}  {}/100{capped}  {}",
            self.paint(Paint::Bold, &mark),
            self.number(score),
            self.paint(Paint::Dim, &format!("({covered})"))
        );
    }

    /// A score as its language writes it.
    fn number(&self, score: f64) -> String {
        // Rounding down: 89.6 is no 90, and its letter says so.
        let text = format!("{:.0}", score.floor());
        if self.report.lang == Lang::Fr { text.replace('.', ",") } else { text }
    }

    /// What was understood of what is deployed, a line each.
    fn services(&self, out: &mut String) {
        let most = if self.style.detail == Detail::Verbose { usize::MAX } else { NAMED };
        let all: Vec<_> = words::named_services(self.report).take(most).collect();
        let Some(widest) = all.iter().map(|service| words::service_name(service).width()).max() else { return };
        let _ = writeln!(out);
        for service in &all {
            let name = words::service_name(service);
            let pad = " ".repeat(widest - name.width());
            let line = cut(&words::service(service, self.report.lang), self.room(widest + 4));
            let _ = writeln!(out, "  {name}{pad}  {}", self.paint(Paint::Dim, &line));
        }
        let more = self.report.survey.services.all.len() - all.len();
        if more > 0 {
            let _ = writeln!(out, "  {}", self.paint(Paint::Dim, &words::more_services(more, self.report.lang)));
        }
    }

    fn pillars(&self, out: &mut String) {
        let _ = writeln!(out);
        let title_of = |pillar: &str| edge::text(self.report.pillar_title(pillar));
        let titles = self.report.grade.pillars.iter().map(|pillar| title_of(&pillar.pillar).width());
        let widest = titles.max().unwrap_or(0);
        // A mark for each question; they give way on narrow terminals.
        let room = self.style.width.saturating_sub(widest + 34);
        let most =
            self.report.grade.pillars.iter().map(|pillar| self.report.questions_of(&pillar.pillar).count()).max();
        let bar = most.filter(|most| *most <= room).unwrap_or(0);
        for pillar in &self.report.grade.pillars {
            let title = title_of(&pillar.pillar);
            let pad = " ".repeat(widest - title.width());
            let letter = words::letter_or_dash(pillar.letter);
            let score = pillar.score.map_or_else(|| "  –".to_owned(), |score| format!("{:>3}", self.number(score)));
            let paint = Self::letter_paint(pillar.letter);
            let questions = self.report.questions_of(&pillar.pillar).take(bar);
            let marks: Vec<String> = questions
                .map(|question| self.paint(score_paint(question.grade.score), self.mark(question.grade.score)))
                .collect();
            let drawn = format!("{}{}", marks.concat(), " ".repeat(bar - marks.len()));
            let mut counts = Vec::new();
            if pillar.failed > 0 {
                counts.push(format!("{} {}", pillar.failed, self.tr("to fix", "à corriger")));
            }
            if pillar.unverified > 0 {
                counts.push(format!("{}{}", pillar.unverified, self.tr(" ?", "\u{202f}?")));
            }
            let gap = if bar > 0 { "  " } else { "" };
            let line = format!(
                "  {title}{pad}  {drawn}{gap}{}  {score}  {}",
                self.paint(paint, &letter),
                self.paint(Paint::Dim, &counts.join(", "))
            );
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }

    /// How full a mark is that stands for the score of a question.
    fn mark(&self, score: f64) -> &'static str {
        let marks = if self.style.unicode { ["○", "◔", "◑", "◕", "●"] } else { [".", "-", "o", "O", "@"] };
        marks[[25.0, 50.0, 70.0, 85.0].iter().filter(|least| score >= **least).count()]
    }

    /// How the grade comes about: each question of each pillar with its level, what decided, and the next level.
    fn questions(&self, out: &mut String) {
        for pillar in &self.report.grade.pillars {
            let mut questions = self.report.questions_of(&pillar.pillar).peekable();
            if questions.peek().is_none() {
                continue;
            }
            let title = edge::text(self.report.pillar_title(&pillar.pillar));
            let score = pillar.score.map(|score| self.number(score)).unwrap_or_default();
            let _ = writeln!(
                out,
                "\n{}  {} {score}",
                self.paint(Paint::Bold, &title),
                self.paint(Self::letter_paint(pillar.letter), &words::letter_or_dash(pillar.letter))
            );
            questions.for_each(|question| self.question(&question, out));
        }
    }

    fn question(&self, question: &ShownQuestion<'_>, out: &mut String) {
        let (grade, lang) = (question.grade, self.report.lang);
        let (full, empty) = if self.style.unicode { ("●", "○") } else { ("@", ".") };
        let (reached, left) = (full.repeat(grade.level), empty.repeat(grade.levels - 1 - grade.level));
        let ladder = format!(
            "{}{}{}",
            self.paint(score_paint(grade.score), &reached),
            self.paint(Paint::Dim, &left),
            " ".repeat(LADDER.saturating_sub(grade.levels - 1))
        );
        let _ = writeln!(out, "  {ladder}  {}", edge::text(question.title.get(lang)));
        let place = question.place.map(|place| format!("  {}", place_of(place))).unwrap_or_default();
        let mut line = |text: &str, place: &str| {
            let _ = writeln!(out, "  {}  {text}{}", " ".repeat(LADDER), self.paint(Paint::Dim, place));
        };
        line(&edge::text(question.level.get(lang)), &place);
        if !grade.held_by.is_empty() {
            line(&format!("{} {}", self.tr("held down by", "retenu par"), grade.held_by.join(", ")), "");
        }
        if let Some(next) = question.next {
            line(
                &self.paint(
                    Paint::Dim,
                    &format!("{} {}", self.tr("next:", "ensuite\u{a0}:"), edge::text(next.get(lang))),
                ),
                "",
            );
        }
    }

    /// The checks of the team, by how far they go.
    fn checks(&self, out: &mut String) {
        let checks = self.report.checks();
        if checks.is_empty() {
            return;
        }
        let title = |level| words::level(level, self.report.lang);
        let widest = Level::ALL.map(|level| title(level).width()).into_iter().max().unwrap_or(0);
        let _ = writeln!(out);
        for level in Level::ALL {
            let names: Vec<&str> = checks.iter().filter(|(_, own, _)| *own == level).map(|(name, ..)| *name).collect();
            if names.is_empty() {
                continue;
            }
            let title = title(level);
            let pad = " ".repeat(widest - title.width());
            let room = self.room(widest + 4);
            let lines = match self.style.detail {
                Detail::Verbose => wrapped(&names.join(", "), room),
                _ => vec![listed(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), room)],
            };
            for (at, line) in lines.into_iter().enumerate() {
                let head = if at == 0 { format!("{title}{pad}") } else { " ".repeat(widest) };
                let _ = writeln!(out, "  {}  {}", self.paint(Paint::Dim, &head), edge::name(&line));
            }
        }
    }

    /// What fails, on some rows unless everything is asked for.
    fn failures(&self, rows: usize, out: &mut String) {
        let failures: Vec<&Finding> = self.report.failures().collect();
        let _ = writeln!(out);
        if failures.is_empty() {
            let (en, fr) = match self.left_out() {
                None => ("Nothing to fix.", "Rien à corriger."),
                Some(_) => ("Nothing new to fix.", "Rien de nouveau à corriger."),
            };
            let _ = writeln!(out, "{}", self.paint(Paint::Good, self.tr(en, fr)));
            return;
        }
        if self.style.detail == Detail::Verbose {
            failures.iter().for_each(|finding| self.in_full(finding, out));
            return;
        }
        // What to do next comes first, then the gravest.
        let next = |finding: &&&Finding| self.report.next.iter().any(|step| step.rule == finding.rule);
        let rank = |finding: &Finding| self.report.next.iter().position(|step| step.rule == finding.rule);
        let mut first: Vec<&Finding> = failures.iter().filter(next).copied().collect();
        first.sort_by_key(|finding| rank(finding));
        first.extend(failures.iter().filter(|finding| !next(finding)).copied().take(FIRST.saturating_sub(first.len())));
        let others: Vec<&Finding> =
            failures.iter().filter(|one| first.iter().all(|other| other.rule != one.rule)).copied().collect();
        let counts = self.by_severity(&others);
        let titles: Vec<String> = first
            .iter()
            .map(|finding| {
                let mut title = String::new();
                self.on_one_line(finding, false, &mut title);
                title
            })
            .collect();
        // A blank line stands before the counts and after them.
        let taken = 2 + counts.len() + titles.iter().map(|title| title.lines().count()).sum::<usize>();
        let left = rows.saturating_sub(taken);
        for (at, (finding, title)) in first.iter().zip(&titles).enumerate() {
            out.push_str(title);
            let room = left / first.len() + usize::from(at < left % first.len());
            self.what_to_do(finding, room.min(MORE), out);
        }
        if !counts.is_empty() {
            let _ = writeln!(out, "\n{}", counts.join("\n"));
        }
    }

    /// How many failures of each severity there are, with as many of their names and first places as a line holds.
    fn by_severity(&self, failures: &[&Finding]) -> Vec<String> {
        let mut lines = Vec::new();
        for severity in [Severity::Blocker, Severity::Major, Severity::Minor, Severity::Info] {
            let own: Vec<&&Finding> = failures.iter().filter(|finding| finding.severity == severity).collect();
            if own.is_empty() {
                continue;
            }
            let head = format!("{} {:>2}", self.severity(severity), own.len());
            let names: Vec<String> = own
                .iter()
                .map(|finding| {
                    let mark = if self.report.is_fixable(finding) { "+" } else { "" };
                    let place = finding.evidence.first().map(|place| format!(" {}", place_of(place)));
                    format!("{}{mark}{}", finding.rule, place.unwrap_or_default())
                })
                .collect();
            let names = listed(&names, self.room(head.width() + 2));
            let head = self.paint(severity_paint(severity), &head);
            lines.push(format!("{head}  {}", cut(&names, self.room(13))));
        }
        lines
    }

    /// Where a failure is seen and what to do about it, on a few rows.
    fn what_to_do(&self, finding: &Finding, rows: usize, out: &mut String) {
        let indent = self.severity(finding.severity).width() + 1;
        let mut rows = rows;
        if let Some(place) = finding.evidence.first().filter(|_| rows > 0) {
            let quoted = Excerpt::of(self.report, place).map(|excerpt| format!("  {}", excerpt.text.trim_start()));
            let line = cut(&format!("{}{}", place_of(place), quoted.unwrap_or_default()), self.room(indent));
            let _ = writeln!(out, "{}{line}", " ".repeat(indent));
            rows -= 1;
        }
        let text = edge::text(self.report.rule(finding).remediation.get(self.report.lang));
        for line in wrapped_to(&text, self.room(indent), rows) {
            let _ = writeln!(out, "{}{}", " ".repeat(indent), self.paint(Paint::Dim, &line));
        }
    }

    /// The columns that are left of a line.
    fn room(&self, taken: usize) -> usize {
        self.style.width.saturating_sub(taken).max(LEAST)
    }

    fn in_full(&self, finding: &Finding, out: &mut String) {
        let theme = match (self.style.color, self.style.unicode) {
            (true, true) => GraphicalTheme::unicode(),
            (false, true) => GraphicalTheme::unicode_nocolor(),
            (true, false) => {
                GraphicalTheme { characters: miette::ThemeCharacters::ascii(), styles: miette::ThemeStyles::ansi() }
            }
            (false, false) => GraphicalTheme::none(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(self.style.width.clamp(40, 120))
            .with_context_lines(0)
            .with_links(self.style.links)
            .with_urls(self.style.links);
        let shown = Shown::new(self.report, finding);
        let mut drawn = String::new();
        if handler.render_report(&mut drawn, &shown).is_err() {
            drawn = format!("{}: {}\n", finding.rule, shown.title);
        }
        let drawn = words::labelled(&drawn, self.report.lang);
        for line in drawn.lines().filter(|line| !line.trim().is_empty()) {
            let _ = writeln!(out, "{}", line.trim_end());
        }
        let _ = writeln!(out);
    }

    /// A failure as its title, and its first place where it is asked for and fits.
    fn on_one_line(&self, finding: &Finding, placed: bool, out: &mut String) {
        let rule = self.report.rule(finding);
        let name = self.severity(finding.severity);
        let mark = if self.report.is_fixable(finding) { "+" } else { "" };
        let tag = format!("[{}]{mark}", finding.rule);
        let taken = name.width() + tag.width() + 2;
        let verbose = self.style.detail == Detail::Verbose;
        let title = rule.shown(&rule.title, self.report.lang);
        // On a narrow terminal the title has a line of its own.
        let alone = !verbose && taken + LEAST > self.style.width;
        let before = if alone { name.width() + 1 } else { taken };
        let title = if verbose { title.into_owned() } else { cut(&title, self.room(before)) };
        let place = finding.evidence.first().filter(|_| placed);
        let place = place.map(|place| format!("  {}", place_of(place))).unwrap_or_default();
        let fits = before + title.width() + place.width() <= self.style.width;
        let place = if fits { self.paint(Paint::Dim, &place) } else { String::new() };
        let gap = if alone { format!("\n{}", " ".repeat(before)) } else { " ".to_owned() };
        let name = self.paint(severity_paint(finding.severity), name);
        let head = format!("{name} {}{gap}{title}", self.paint(Paint::Dim, &tag));
        let _ = writeln!(out, "{head}{place}");
    }

    /// The failures that do not count this time, in a sentence.
    fn left_out(&self) -> Option<String> {
        let count = |standing| self.report.standing(standing).count();
        words::left_out(count(Standing::Baselined), count(Standing::Untouched), self.report.lang)
    }

    fn severity(&self, severity: Severity) -> &'static str {
        words::severity_column(severity, self.report.lang)
    }

    fn rest(&self, out: &mut String) {
        if let Some(sentence) = self.left_out() {
            let _ = writeln!(out, "{}", self.paint(Paint::Dim, &sentence));
        }
        if let Some(step) = self.report.next.first() {
            let after = &step.after;
            if let Some((score, letter)) = after.score.zip(after.letter) {
                let lang = self.report.lang;
                let score = words::number(score, lang);
                let line = words::would_give(&step.rule, None, &letter.to_string(), &score, lang);
                let _ = writeln!(out, "\n{}", wrapped(&line, self.style.width).join("\n"));
            }
        }
        if self.style.detail == Detail::Verbose {
            self.questions(out);
            self.list(Outcome::Unverified, self.tr("Not verified", "Non vérifié"), out);
            self.list(Outcome::Pass, self.tr("Passes", "Conforme"), out);
            self.list(Outcome::NotApplicable, self.tr("Does not apply", "Sans objet"), out);
            self.aside(out);
            self.standing(Standing::Baselined, self.tr("Known in the baseline", "Déjà dans la référence"), out);
            let title = self.tr("From before this change", "D’avant ce changement");
            self.standing(Standing::Untouched, title, out);
        } else {
            let count = |outcome| self.report.with(outcome).count();
            let (passes, unknown, not) =
                (count(Outcome::Pass), count(Outcome::Unverified), count(Outcome::NotApplicable));
            // In French, none is singular too.
            let one = |count: usize, one: &'static str, many: &'static str| match self.report.lang {
                Lang::En if count == 1 => one,
                Lang::Fr if count < 2 => one,
                _ => many,
            };
            let line = match self.report.lang {
                Lang::En => format!(
                    "{passes} {}, {unknown} could not be verified, {not} {} not apply (--verbose lists them; `equerre explain RULE` says more).",
                    one(passes, "rule passes", "rules pass"),
                    one(not, "does", "do"),
                ),
                Lang::Fr => format!(
                    "{passes} {}, {unknown} {}, {not} sans objet (--verbose les liste\u{202f}; `equerre explain RÈGLE` en dit plus).",
                    one(passes, "règle respectée", "règles respectées"),
                    one(unknown, "non vérifiée", "non vérifiées"),
                ),
            };
            for line in wrapped(&line, self.style.width) {
                let _ = writeln!(out, "{}", self.paint(Paint::Dim, &line));
            }
        }
        self.fixes(out);
        self.notes(out);
    }

    /// How many failures a machine can write the fix of.
    fn fixes(&self, out: &mut String) {
        let count = self.report.failures().filter(|finding| self.report.is_fixable(finding)).count();
        let line = match (self.report.lang, count) {
            (_, 0) => return,
            (Lang::En, 1) => "A machine can fix one of them, marked +: `equerre fix --dry-run` shows how.".to_owned(),
            (Lang::En, _) => format!("A machine can fix {count} of them, marked +: `equerre fix --dry-run` shows how."),
            (Lang::Fr, 1) => {
                "Une machine en corrige un, marqué +\u{a0}: `equerre fix --dry-run` montre comment.".to_owned()
            }
            (Lang::Fr, _) => {
                format!("Une machine en corrige {count}, marqués +\u{a0}: `equerre fix --dry-run` montre comment.")
            }
        };
        for line in wrapped(&line, self.style.width) {
            let _ = writeln!(out, "{line}");
        }
    }

    /// What the next letter takes: the steps that lead there, by the harm that they prevent.
    fn next_letter(&self, out: &mut String) {
        let steps = self.report.steps_to_next_letter();
        let Some(last) = steps.last() else { return };
        let (letter, score) = (words::letter_or_dash(last.after.letter), last.after.score.unwrap_or_default());
        let title = match self.report.lang {
            Lang::En => format!("What leads to {letter} {}, the gravest first", self.number(score)),
            Lang::Fr => format!("Ce qui mène à {letter} {}, le plus grave d’abord", self.number(score)),
        };
        let _ = writeln!(out, "\n{}", self.paint(Paint::Bold, &title));
        for (at, step) in steps.iter().enumerate() {
            let Some(rule) = self.report.rules.get(&step.rule) else { continue };
            let score = step.after.score.map(|score| self.number(score)).unwrap_or_default();
            let title = rule.shown(&rule.title, self.report.lang);
            let _ =
                writeln!(out, "  {}. {title} {} → {score}", at + 1, self.paint(Paint::Dim, &format!("[{}]", rule.id)));
        }
    }

    fn notes(&self, out: &mut String) {
        let verbose = self.style.detail == Detail::Verbose;
        let most = if verbose { usize::MAX } else { NAMED };
        for note in self.report.notes.iter().take(most) {
            let place = if note.path.is_empty() { String::new() } else { format!("{}: ", edge::name(&note.path)) };
            let what = edge::text(note.what.get(self.report.lang));
            let text = format!("{} {place}{what}", self.tr("note:", "remarque\u{a0}:"));
            let rows = if verbose { usize::MAX } else { NOTE };
            for line in wrapped_to(&text, self.style.width, rows) {
                let _ = writeln!(out, "{}", self.paint(Paint::Dim, &line));
            }
        }
        let left = self.report.notes.len().saturating_sub(most);
        if left > 0 {
            let text = format!("{left} {}", self.tr("more notes (--verbose)", "autres remarques (--verbose)"));
            let _ = writeln!(out, "{}", self.paint(Paint::Dim, &text));
        }
    }

    fn list(&self, outcome: Outcome, title: &str, out: &mut String) {
        let findings: Vec<&Finding> = self.report.with(outcome).collect();
        if findings.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", self.paint(Paint::Bold, title));
        for finding in findings {
            let reasons: Vec<&str> = finding.reasons.iter().map(|reason| reason.get(self.report.lang)).collect();
            let detail = match finding.evidence.first().filter(|_| outcome == Outcome::Pass) {
                Some(place) => place_of(place),
                None => edge::text(&reasons.join(self.tr("; ", "\u{202f}; "))),
            };
            let gap = if detail.is_empty() { "" } else { "  " };
            let _ = writeln!(out, "  {}{gap}{}", finding.rule, self.paint(Paint::Dim, &detail));
        }
    }

    fn standing(&self, standing: Standing, title: &str, out: &mut String) {
        let mut findings = self.report.standing(standing).peekable();
        if findings.peek().is_some() {
            let _ = writeln!(out, "\n{}", self.paint(Paint::Bold, title));
        }
        for finding in findings {
            self.on_one_line(finding, true, out);
        }
    }

    fn aside(&self, out: &mut String) {
        let aside: Vec<&Finding> = self.report.ignored().collect();
        if aside.is_empty() {
            return;
        }
        let _ = writeln!(
            out,
            "\n{}",
            self.paint(Paint::Bold, self.tr("Set aside by the project", "Mis de côté par le projet"))
        );
        for finding in aside {
            let reason = finding.ignored.as_deref().unwrap_or_default();
            let _ = writeln!(out, "  {}  {}", finding.rule, self.paint(Paint::Dim, &edge::text(reason)));
        }
    }
}

/// How many rows a note takes, unless everything is asked for.
const NOTE: usize = 3;

/// The room of a ladder: the most levels above the first that a question has.
const LADDER: usize = 6;

fn score_paint(score: f64) -> Paint {
    match score {
        score if score >= 75.0 => Paint::Good,
        score if score >= 50.0 => Paint::Fair,
        _ => Paint::Bad,
    }
}

fn severity_paint(severity: Severity) -> Paint {
    match severity {
        Severity::Blocker | Severity::Major => Paint::Bad,
        Severity::Minor => Paint::Fair,
        Severity::Info => Paint::Dim,
    }
}

/// `path:line`, without the note.
fn place_of(place: &Location) -> String {
    let path = edge::name(&place.path);
    match place.line {
        Some(line) => format!("{path}:{line}"),
        None => path,
    }
}
