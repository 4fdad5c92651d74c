//! The command line: what to audit, how to judge, how to print.

pub(crate) mod french;
mod standards;
mod values;

use std::path::PathBuf;

pub(crate) use standards::{AttestArgs, BesideArgs, DirectoryArgs, StandardsFormat};
pub(crate) use values::OutputFile;

use crate::base::severity::Severity;
use crate::base::text::Lang;
use crate::check::{Options, Settings};
use crate::judge::grade::Letter;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Grades a repository against the quality standards of France's Startups d'État.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 fine, 1 below the gate (--min-grade, --fail-on), 2 could not run.\nThe report goes to standard output, everything else to standard error."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) check: CheckArgs,
}

/// What to do; `check .` by default.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audits a repository and prints its grade.
    Check(Box<CheckArgs>),
    /// Audits a product that has several repositories and a live site, and gives it one report.
    Audit(Box<AuditArgs>),
    /// Prints what is true of a repository, without judging it.
    Facts(FactsArgs),
    /// Prints the calendar of deployments and the four DORA metrics.
    #[command(alias = "deploys")]
    Deployments(DeploymentsArgs),
    /// Says where the product stands beside each criterion of the standards of beta.gouv.fr.
    Standards(Box<StandardsArgs>),
    /// Writes what people attest of a criterion of the standards, or asks what waits for an answer.
    Attest(Box<AttestArgs>),
    /// Visits a live site once and rates its headers, its TLS and its page.
    Site(SiteArgs),
    /// Writes down what fails today, so that only new failures count for the gates.
    Baseline(Box<BaselineArgs>),
    /// Prints the grade as a badge, in SVG.
    Badge(Box<BadgeArgs>),
    /// Writes what a machine can write well to fix failures, and shows the difference.
    Fix(FixArgs),
    /// Compares two JSON reports: what is fixed, what is new, what the grade became.
    Diff(DiffArgs),
    /// Says what a rule asks, why, and how to fix its failure.
    Explain(ExplainArgs),
    /// Lists the rules, prints their schema, runs their cases.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Prints the schema of `.equerre.yml`.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Prints the schema of the JSON report.
    #[command(subcommand)]
    Report(ReportCommand),
    /// Speaks to an editor over the Language Server Protocol: failures where they are seen, why, and how to fix them.
    Lsp(LspArgs),
    /// Writes a commented `.equerre.yml` after looking at the repository.
    Init(InitArgs),
    /// Prints the completions of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
        /// The language of the output.
        #[arg(long, value_name = "LANG", value_parser = values::lang())]
        lang: Option<Lang>,
    },
}

/// Which tree of which repository.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What to audit")]
pub(crate) struct TargetArgs {
    /// The repository, or a folder in it.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Audits a branch, tag or commit, read from git objects.
    #[arg(long, value_name = "REV", conflicts_with = "no_git")]
    pub(crate) rev: Option<String>,
    /// Audits the folder alone rather than the repository that holds it.
    #[arg(long)]
    pub(crate) here: bool,
    /// Takes the folder as it is and leaves git aside.
    #[arg(long)]
    pub(crate) no_git: bool,
    /// Opens git data that git itself refuses: owned by somebody else, linked, or bare inside of a working tree.
    #[arg(long, conflicts_with = "no_git")]
    pub(crate) trust: bool,
    /// The date of the audit (YYYY-MM-DD or RFC 3339); now, if absent.
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) as_of: Option<i64>,
    /// Leaves out the paths that match a glob; may be repeated.
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Reads the settings of this file instead of `.equerre.yml`.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Leaves the repository's own settings aside, ignores and packs included.
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Audits by the settings of this file, which the repository cannot weaken: of its own, only what names the product counts.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "no_config"])]
    pub(crate) policy: Option<PathBuf>,
    /// Leaves aside the comments that ignore a failure where it is seen; `--no-config` and `--policy` do too.
    #[arg(long)]
    pub(crate) no_inline_ignores: bool,
    /// How many threads to use, 256 at most; all cores, if absent.
    #[arg(long, short, value_name = "N")]
    pub(crate) jobs: Option<usize>,
}

/// Whether the network is used.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct OnlineArgs {
    /// Asks the forge for deployments, releases, runs and the protection of the main branch.
    #[arg(long)]
    pub(crate) online: bool,
    /// Opens no socket; this is the default.
    #[arg(long, conflicts_with = "online")]
    pub(crate) offline: bool,
    /// The page of the repository on its forge, where the clone's remotes do not show it.
    #[arg(long, value_name = "URL", requires = "online")]
    pub(crate) forge: Option<String>,
    /// Visits the live product at this address, once, and sets what it sends beside what the code sets.
    #[arg(long, value_name = "URL", conflicts_with = "offline")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) ports: PortArgs,
}

/// Where a site listens when it is not where browsers look.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct PortArgs {
    /// The port on which the site answers over plain HTTP; 80, if absent.
    #[arg(long, value_name = "PORT")]
    pub(crate) http_port: Option<u16>,
    /// The port on which the site answers over TLS; that of the address, else 443.
    #[arg(long, value_name = "PORT")]
    pub(crate) https_port: Option<u16>,
    /// Follows redirections to private networks too; from inside one, that is always so.
    #[arg(long)]
    pub(crate) allow_private: bool,
}

/// Which rules.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "How to judge")]
pub(crate) struct RulesArgs {
    /// Adds the rules of a folder; may be repeated.
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// Leaves the embedded rules out.
    #[arg(long)]
    pub(crate) no_embedded: bool,
}

/// Whether the settings of the current folder count.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "How to judge")]
pub(crate) struct SettingsArgs {
    /// Leaves the settings of the current folder aside, packs included.
    #[arg(long)]
    pub(crate) no_config: bool,
}

/// What to audit, and by which rules.
#[derive(Debug, Clone, Args)]
pub(crate) struct JudgeArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) online: OnlineArgs,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    /// Shows the failures of pedantic rules too: those at which a sensible team may shrug. They hold no question of the grade down.
    #[arg(long, help_heading = "How to judge")]
    pub(crate) pedantic: bool,
    /// Evaluates only these rules or pillars, separated by commas.
    #[arg(long, value_name = "RULE|PILLAR", value_delimiter = ',', help_heading = "How to judge")]
    pub(crate) select: Vec<String>,
    /// Leaves these rules or pillars out, separated by commas.
    #[arg(long, value_name = "RULE|PILLAR", value_delimiter = ',', help_heading = "How to judge")]
    pub(crate) ignore: Vec<String>,
}

impl JudgeArgs {
    /// What the arguments ask of an audit.
    pub(crate) fn options(&self, lang: Option<Lang>, fallback_lang: Lang) -> Options {
        Options {
            pedantic: self.pedantic,
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            rules: self.rules.folders.clone(),
            no_embedded: self.rules.no_embedded,
            ..self.online.options(self.target.options(lang, fallback_lang))
        }
    }
}

impl TargetArgs {
    /// What the arguments ask of a survey.
    pub(crate) fn options(&self, lang: Option<Lang>, fallback_lang: Lang) -> Options {
        Options {
            lang,
            fallback_lang,
            rev: self.rev.clone(),
            here: self.here,
            no_git: self.no_git,
            trust: self.trust,
            as_of: self.as_of,
            exclude: self.exclude.clone(),
            settings: match (&self.config, &self.policy, self.no_config) {
                (_, Some(path), _) => Settings::Policy(path.clone()),
                (Some(path), ..) => Settings::File(path.clone()),
                (None, None, true) => Settings::Defaults,
                (None, None, false) => Settings::OfRepository,
            },
            no_inline_ignores: self.no_inline_ignores,
            ..Options::default()
        }
    }
}

impl OnlineArgs {
    /// The same options, with what may be asked of the network.
    pub(crate) fn options(&self, options: Options) -> Options {
        Options { online: self.online, forge: self.forge.clone(), url: self.url.clone(), ..self.ports.options(options) }
    }
}

impl PortArgs {
    /// The same options, with the ports on which a site answers.
    pub(crate) fn options(&self, options: Options) -> Options {
        let Self { http_port, https_port, allow_private } = *self;
        Options { http_port, https_port, allow_private, ..options }
    }
}

impl RulesArgs {
    /// The rules that the arguments ask for, with or without the settings of the current folder.
    pub(crate) fn options(&self, settings: &SettingsArgs) -> Options {
        let settings = if settings.no_config { Settings::Defaults } else { Settings::OfRepository };
        Options { rules: self.folders.clone(), no_embedded: self.no_embedded, settings, ..Options::default() }
    }
}

/// Which failures count for the gates; all of them by default.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "How to judge")]
pub(crate) struct ScopeArgs {
    /// Lets the failures that this file knows count for no gate: `equerre baseline` writes it.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Lets only the failures count that the changes since a revision have made: since this branch left it.
    #[arg(long, value_name = "REV")]
    pub(crate) changed_since: Option<String>,
}

/// The options of `check`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Exits with 1 when a rule of this severity or more fails.
    #[arg(long, value_name = "SEVERITY", help_heading = "How to judge", value_parser = values::severity())]
    pub(crate) fail_on: Option<Severity>,
    /// Exits with 1 when the grade is lower, or when nothing could be graded.
    #[arg(long, value_name = "LETTER", ignore_case = true, help_heading = "How to judge", value_parser = values::letter())]
    pub(crate) min_grade: Option<Letter>,
    /// The format of the report.
    #[arg(long, short, default_value = "terminal", help_heading = "How to print")]
    pub(crate) format: Format,
    /// Writes the report to a file instead of standard output, in the format of its extension; with a format before the name, in
    /// that format too. May be repeated.
    #[arg(long, short, value_name = "[FORMAT=]FILE", value_parser = values::output::<Format>, help_heading = "How to print")]
    pub(crate) output: Vec<OutputFile<Format>>,
    /// Sets this audit beside an earlier JSON report, in an HTML page: the grade over time, what is fixed, what is new. May be
    /// repeated.
    #[arg(long, value_name = "FILE", help_heading = "How to print")]
    pub(crate) compare: Vec<PathBuf>,
    /// Adds the facts to a JSON report.
    #[arg(long, help_heading = "How to print")]
    pub(crate) with_facts: bool,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
    /// Audits again when a file has changed, and draws the report anew, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["format", "output", "compare", "rev", "online", "url"], help_heading = "How to print")]
    pub(crate) watch: bool,
    /// Prints the grade alone.
    #[arg(long, short, conflicts_with = "verbose", help_heading = "How to print")]
    pub(crate) quiet: bool,
    /// Prints every failure in full, what passes, and what could not be verified.
    #[arg(long, short, help_heading = "How to print")]
    pub(crate) verbose: bool,
}

/// The options of `audit`.
#[derive(Debug, Clone, Args)]
pub(crate) struct AuditArgs {
    /// A file that describes the product, or its repositories: addresses to clone, or folders.
    #[arg(value_name = "PRODUCT.yml|URL|PATH", required = true)]
    pub(crate) targets: Vec<String>,
    /// The name of the product.
    #[arg(long, value_name = "NAME", help_heading = "What to audit")]
    pub(crate) product: Option<String>,
    /// Leaves the repositories' own settings aside, ignores and packs included.
    #[arg(long, help_heading = "What to audit")]
    pub(crate) no_config: bool,
    /// Audits by the settings of this file, which no repository can weaken: of theirs, only what names the product counts.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "What to audit")]
    pub(crate) policy: Option<PathBuf>,
    /// Leaves aside the comments that ignore a failure where it is seen; `--no-config` and `--policy` do too.
    #[arg(long, help_heading = "What to audit")]
    pub(crate) no_inline_ignores: bool,
    /// The date of the audit (YYYY-MM-DD or RFC 3339); now, if absent.
    #[arg(long, value_name = "DATE", value_parser = values::date, help_heading = "What to audit")]
    pub(crate) as_of: Option<i64>,
    /// Asks the forges for deployments, releases, runs and the protection of the main branches.
    #[arg(long, help_heading = "Network")]
    pub(crate) online: bool,
    /// Visits the live product at this address, once, beside the first repository.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) ports: PortArgs,
    #[command(flatten)]
    pub(crate) directory: DirectoryArgs,
    /// Adds the rules of a folder; may be repeated.
    #[arg(long, value_name = "DIR", help_heading = "How to judge")]
    pub(crate) rules: Vec<PathBuf>,
    /// Exits with 1 when a rule of this severity or more fails in any repository.
    #[arg(long, value_name = "SEVERITY", help_heading = "How to judge", value_parser = values::severity())]
    pub(crate) fail_on: Option<Severity>,
    /// Exits with 1 when the grade of the product is lower, or when nothing could be graded.
    #[arg(long, value_name = "LETTER", ignore_case = true, help_heading = "How to judge", value_parser = values::letter())]
    pub(crate) min_grade: Option<Letter>,
    /// The format of the report.
    #[arg(long, short, default_value = "terminal", help_heading = "How to print")]
    pub(crate) format: AuditFormat,
    /// Writes the report to a file instead of standard output, in the format of its extension; with a format before the name, in
    /// that format too. May be repeated.
    #[arg(long, short, value_name = "[FORMAT=]FILE", value_parser = values::output::<AuditFormat>, help_heading = "How to print")]
    pub(crate) output: Vec<OutputFile<AuditFormat>>,
    /// Sets this audit beside an earlier JSON report, in an HTML page: the grade over time, what is fixed, what is new. May be
    /// repeated.
    #[arg(long, value_name = "FILE", help_heading = "How to print")]
    pub(crate) compare: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
    /// Prints the grade alone.
    #[arg(long, short, help_heading = "How to print")]
    pub(crate) quiet: bool,
}

/// A format of the report on a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditFormat {
    /// For people.
    #[value(alias = "text")]
    Terminal,
    /// One page to open, print or send.
    Html,
    /// For programs; `equerre report schema --product` describes it.
    Json,
    /// For a wiki or a message.
    Markdown,
    /// The product beside each criterion of the standards.
    Standards,
    /// One or two pages to print for the meeting with the coach, in HTML.
    Brief,
}

/// The options of `baseline`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineArgs {
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// Where it is written; `.equerre-baseline.json` at the root of what is audited, if absent.
    #[arg(long, short, value_name = "FILE", help_heading = "How to print")]
    pub(crate) output: Option<PathBuf>,
    /// Removes fixed failures from the existing file, and adds nothing.
    #[arg(long, help_heading = "How to judge")]
    pub(crate) update: bool,
    /// The language of the output.
    #[arg(long, value_name = "LANG", help_heading = "How to print", value_parser = values::lang())]
    pub(crate) lang: Option<Lang>,
}

/// The options of `badge`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BadgeArgs {
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// Writes the badge to a file instead of standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "How to print")]
    pub(crate) output: Option<PathBuf>,
    /// The language of the text for screen readers.
    #[arg(long, value_name = "LANG", help_heading = "How to print", value_parser = values::lang())]
    pub(crate) lang: Option<Lang>,
}

/// The options of `fix`.
#[derive(Debug, Clone, Args)]
pub(crate) struct FixArgs {
    /// The rules to fix; every failing rule that a machine can fix, if none is given.
    #[arg(value_name = "RULE")]
    pub(crate) rules: Vec<String>,
    /// The repository, or a folder in it.
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) path: PathBuf,
    /// Shows what would be written, and writes nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Writes also what may change what runs, or what colleagues have on their disks; naming the rule does too.
    #[arg(long = "unsafe")]
    pub(crate) with_unsafe: bool,
    /// The SPDX identifier of the licence to write: MIT, AGPL-3.0-or-later, EUPL-1.2, Apache-2.0, MPL-2.0 or GPL-3.0-or-later.
    #[arg(long, value_name = "SPDX", help_heading = "What only you know")]
    pub(crate) licence: Option<String>,
    /// Who holds the rights to the code; the contributors of the product, if absent.
    #[arg(long, value_name = "NAME", help_heading = "What only you know")]
    pub(crate) holder: Option<String>,
    /// The address to which flaws are reported, and that catalogues show.
    #[arg(long, value_name = "MAIL", help_heading = "What only you know")]
    pub(crate) contact: Option<String>,
    /// Asks the forge for the commits that versions of actions stand for.
    #[arg(long)]
    pub(crate) online: bool,
    /// Leaves the repository's own settings aside.
    #[arg(long)]
    pub(crate) no_config: bool,
    /// The date of the audit (YYYY-MM-DD or RFC 3339); now, if absent.
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) as_of: Option<i64>,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
}

/// The options of `diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The earlier report, which `--format json` wrote.
    #[arg(value_name = "OLD")]
    pub(crate) before: PathBuf,
    /// The later report.
    #[arg(value_name = "NEW")]
    pub(crate) after: PathBuf,
    /// The format of the comparison.
    #[arg(long, short, default_value = "text")]
    pub(crate) format: DiffFormat,
    /// The language of the comparison; titles of rules are in that of the reports.
    #[arg(long, value_name = "LANG", value_parser = values::lang())]
    pub(crate) lang: Option<Lang>,
}

/// A format of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people.
    Text,
    /// For the comment of a change.
    Markdown,
    /// For programs.
    Json,
}

/// The options of `site`.
#[derive(Debug, Args)]
pub(crate) struct SiteArgs {
    /// The address of the site; a host alone is asked over TLS and over plain HTTP.
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) ports: PortArgs,
    /// The format of the report.
    #[arg(long, short, default_value = "terminal", help_heading = "How to print")]
    pub(crate) format: SiteFormat,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
}

/// The options of `standards`.
#[derive(Debug, Clone, Args)]
pub(crate) struct StandardsArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) online: OnlineArgs,
    #[command(flatten)]
    pub(crate) beside: BesideArgs,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
}

/// In which language and colours.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "How to print")]
pub(crate) struct PrintArgs {
    /// The language of the report; that of the settings, of the locale, then English.
    #[arg(long, value_name = "LANG", value_parser = values::lang())]
    pub(crate) lang: Option<Lang>,
    /// Whether to use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// When standard output is a terminal, and NO_COLOR is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One screen for people.
    #[value(alias = "text")]
    Terminal,
    /// For programs; `equerre report schema` describes it.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// One page to open, print or send: nothing is loaded from anywhere.
    Html,
    /// Annotations of GitHub Actions.
    Github,
    /// For the widget of a merge request on GitLab: Code Quality.
    Gitlab,
    /// For the test tab of a pipeline: JUnit XML.
    Junit,
    /// For a spreadsheet.
    Csv,
    /// For the summary of a job, a comment or a wiki.
    Markdown,
    /// The grade as a small picture, in SVG.
    Badge,
    /// For editors and problem matchers: `path:line:col: severity [rule] message`.
    Lines,
    /// For the steps that follow: `grade=B`, `score=78.3`, `coverage=92`, `failures=12`, one a line.
    Dotenv,
}

/// A format of the visit of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SiteFormat {
    /// For people.
    #[value(alias = "text")]
    Terminal,
    /// For programs.
    Json,
    /// One page to open, print or send.
    Html,
}

/// The options of `facts`.
#[derive(Debug, Args)]
pub(crate) struct FactsArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) online: OnlineArgs,
    /// The format of the facts.
    #[arg(long, short, default_value = "text")]
    pub(crate) format: FactsFormat,
    /// Lists the facts and the questions that they answer, without auditing anything.
    #[arg(long)]
    pub(crate) list: bool,
    /// The language of the questions.
    #[arg(long, value_name = "LANG", value_parser = values::lang())]
    pub(crate) lang: Option<Lang>,
}

/// A format of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FactsFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How rules are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum RulesFormat {
    /// By pillar, for people.
    Text,
    /// For programs.
    Json,
    /// A table by stack, for documents.
    Markdown,
}

/// The options of `deployments`.
#[derive(Debug, Args)]
pub(crate) struct DeploymentsArgs {
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) online: OnlineArgs,
    /// The format of the calendar.
    #[arg(long, short, default_value = "text")]
    pub(crate) format: DeploymentsFormat,
    /// The language of the calendar.
    #[arg(long, value_name = "LANG", value_parser = values::lang())]
    pub(crate) lang: Option<Lang>,
}

/// A format of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeploymentsFormat {
    /// For people.
    Text,
    /// For programs: the calendar and the metrics.
    Json,
    /// For a spreadsheet: one line a deployment.
    Csv,
}

/// The options of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The rule; with `--grade`, the path to audit, the current folder if absent.
    #[arg(required_unless_present = "grade")]
    pub(crate) rule: Option<String>,
    /// Shows how the grade of a repository comes about: each question with its level, and what the next letter takes.
    #[arg(long)]
    pub(crate) grade: bool,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    pub(crate) print: PrintArgs,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Lists every rule by pillar.
    List {
        #[command(flatten)]
        rules: RulesArgs,
        #[command(flatten)]
        settings: SettingsArgs,
        /// The language of the titles.
        #[arg(long, value_name = "LANG", value_parser = values::lang())]
        lang: Option<Lang>,
        /// The format of the list.
        #[arg(long, short, default_value = "text")]
        format: RulesFormat,
    },
    /// Prints the JSON Schema of a rule file.
    Schema,
    /// Writes a page for each rule in both languages, in Markdown, and the summary of a book of mdBook.
    Docs {
        /// The folder that the pages are written in.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// The folder of the cases that pages name.
        #[arg(long, default_value = "fixtures", value_name = "DIR")]
        cases: PathBuf,
        #[command(flatten)]
        rules: RulesArgs,
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// Runs the cases of rules: `DIR/<rule>/{fails,passes,not-applicable,unverified}/<case>/`.
    Test {
        /// The folder of the cases.
        #[arg(default_value = "fixtures", value_name = "DIR")]
        cases: PathBuf,
        /// Instead, says how each question of a rule on text or syntax fares in a file: words, matches, constants.
        #[arg(long, num_args = 2, value_names = ["RULE", "PATH"], conflicts_with = "cases")]
        explain_match: Option<Vec<String>>,
        #[command(flatten)]
        rules: RulesArgs,
        #[command(flatten)]
        settings: SettingsArgs,
    },
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Prints the JSON Schema of `.equerre.yml`.
    Schema {
        /// That of the file that describes a product, for `equerre audit`.
        #[arg(long)]
        product: bool,
        /// That of `.equerre/attestations.yml`.
        #[arg(long, conflicts_with = "product")]
        attestations: bool,
    },
}

/// What to do with reports.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Prints the JSON Schema of `--format json`.
    Schema {
        /// That of `equerre audit`, on a product of several repositories.
        #[arg(long)]
        product: bool,
    },
}

/// The options of `lsp`.
#[derive(Debug, Args)]
pub(crate) struct LspArgs {
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    /// Shows the failures of pedantic rules too: those at which a sensible team may shrug. They hold no question of the grade down.
    #[arg(long, help_heading = "How to judge")]
    pub(crate) pedantic: bool,
    /// The language of the texts; that of the settings, of the locale, then English.
    #[arg(long, value_name = "LANG", value_parser = values::lang())]
    pub(crate) lang: Option<Lang>,
    /// Speaks over standard input and output; it is the only way, and editors may ask for it.
    #[arg(long)]
    pub(crate) stdio: bool,
}

/// The options of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The repository.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The language of the comments.
    #[arg(long, value_name = "LANG", value_parser = values::lang())]
    pub(crate) lang: Option<Lang>,
}
