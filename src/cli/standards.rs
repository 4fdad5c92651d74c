//! The options of the commands on the standards of beta.gouv.fr.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::base::text::Lang;
use crate::cli::values::{self, OutputFile};
use crate::judge::attestations::Reply;

/// The public directory.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What else is known")]
pub(crate) struct DirectoryArgs {
    /// Reads a saved answer of the directory of beta.gouv.fr (`startups.json`, `authors.json`…), a `dashlord.yml`, or a folder
    /// of them; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) directory: Vec<PathBuf>,
    /// The id of the product in the directory; found by the address of the repository, if absent.
    #[arg(long, value_name = "ID")]
    pub(crate) beta_id: Option<String>,
    /// Takes other standards than the embedded version 2.0: an export of betagouv/standards, or `anct`, the audit grid of the ANCT.
    #[arg(long, value_name = "FILE")]
    pub(crate) standards: Option<PathBuf>,
}

/// What else is known of the product, and how it is printed.
#[derive(Debug, Clone, Args)]
pub(crate) struct BesideArgs {
    #[command(flatten)]
    pub(crate) directory: DirectoryArgs,
    /// Where the directory is, with `--online` and without `--directory`; https://beta.gouv.fr, if absent.
    #[arg(
        long,
        value_name = "URL",
        help_heading = "What else is known",
        requires = "online",
        conflicts_with = "directory"
    )]
    pub(crate) directory_url: Option<String>,
    /// Reads what people attest from this file instead of `.equerre/attestations.yml`.
    #[arg(long, value_name = "FILE", help_heading = "What else is known")]
    pub(crate) attestations: Option<PathBuf>,
    /// Sets what the team declared on standards-front beside what is seen: a saved answer of `/api/evaluation`.
    #[arg(long, value_name = "FILE", help_heading = "What else is known")]
    pub(crate) compare_declared: Option<PathBuf>,
    /// Says in the sheet of the meeting what changed since an earlier JSON report, of this command or of an audit.
    #[arg(long, value_name = "FILE", help_heading = "What else is known")]
    pub(crate) compare: Option<PathBuf>,
    /// Shows the names of the people of the directory; they are left out otherwise.
    #[arg(long, help_heading = "How to print")]
    pub(crate) names: bool,
    /// The format of the report.
    #[arg(long, short, default_value = "terminal", help_heading = "How to print")]
    pub(crate) format: StandardsFormat,
    /// Writes the report to a file instead of standard output, in the format of its extension; with a format before the name, in
    /// that format too. May be repeated.
    #[arg(long, short, value_name = "[FORMAT=]FILE", value_parser = values::output::<StandardsFormat>, help_heading = "How to print")]
    pub(crate) output: Vec<OutputFile<StandardsFormat>>,
    /// Shows all the evidence, that of what is proved included.
    #[arg(long, short, help_heading = "How to print")]
    pub(crate) verbose: bool,
}

/// A format of the standards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StandardsFormat {
    /// For people, by category.
    #[value(alias = "text")]
    Terminal,
    /// For an issue, a wiki or minutes.
    Markdown,
    /// For a spreadsheet: one line a criterion.
    Csv,
    /// For programs.
    Json,
    /// The answers that are proved or attested, as standards-front stores them.
    StandardsFront,
    /// One or two pages to print for the meeting with the coach, in HTML.
    Brief,
    /// The measures of Mon Service Sécurisé that the repository or the site evidences, in Markdown.
    Mss,
}

/// The options of `attest`.
#[derive(Debug, Clone, Args)]
pub(crate) struct AttestArgs {
    /// The criterion: the name of its standard, `/`, its rank from 0; if absent, what waits for an answer is asked one by one.
    #[arg(value_name = "CRITERION")]
    pub(crate) criterion: Option<String>,
    /// The answer.
    #[arg(long, value_name = "ANSWER", requires = "criterion", value_parser = values::reply())]
    pub(crate) answer: Option<Reply>,
    /// Who says so: a role, not a name.
    #[arg(long, value_name = "ROLE")]
    pub(crate) who: Option<String>,
    /// The last day on which it holds (YYYY-MM-DD).
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// Why it is so; reports and the evaluation show it.
    #[arg(long, value_name = "TEXT", requires = "criterion")]
    pub(crate) why: Option<String>,
    /// Where to see it.
    #[arg(long, value_name = "URL", requires = "criterion")]
    pub(crate) link: Option<String>,
    /// Writes over what was attested of this criterion.
    #[arg(long, requires = "criterion")]
    pub(crate) replace: bool,
    /// The repository, or a folder in it.
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) path: PathBuf,
    /// The file to write; `.equerre/attestations.yml` in the repository, if absent.
    #[arg(long, value_name = "FILE")]
    pub(crate) attestations: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) directory: DirectoryArgs,
    /// The date of the audit (YYYY-MM-DD or RFC 3339); now, if absent.
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(crate) as_of: Option<i64>,
    /// The language of the questions and messages.
    #[arg(long, value_name = "LANG", value_parser = values::lang())]
    pub(crate) lang: Option<Lang>,
}
