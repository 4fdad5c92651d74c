//! Foreign text given to the parsers whose results stay our own: what the fuzz targets reach beside the public interface.

use std::io;

use crate::base::config_file::ConfigFile;
use crate::base::edge;
use crate::base::error::Error;
use crate::base::text::Lang;
use crate::config::Config;
use crate::config::product_file::ProductFile;
use crate::judge::baseline::Baseline;
use crate::judge::finding::Standing;
use crate::judge::rule::engine::evaluate;
use crate::judge::rule::pack::{Embedded, Pack, Rules};
use crate::model::dockerfile::stages;
use crate::model::site::Site;
use crate::model::site::csp::Policy;
use crate::model::site::fixture::SiteFixture;
use crate::read::inventory::globs::Globs;
use crate::read::objects::read_to_its_end;
use crate::read::wildmatch::{Case, Work, designates};
use crate::report::diff::{Diff, read_report};
use crate::report::format::{diff, facts, terminal};
use crate::report::{Parts, Report};
use crate::survey::{Survey, excluded};

/// How many paths globs name, as settings and as rules read them.
///
/// # Errors
/// The first glob that is malformed.
pub fn globs(globs: &[String], paths: &[&str]) -> Result<usize, Error> {
    let set = excluded(globs)?;
    let own = Globs::new(globs.iter().map(String::as_str)).map_err(|error| Error::new(error.reason, None))?;
    Ok(paths.iter().filter(|path| set.is_match(path) || own.is_match(path)).count())
}

/// Whether a pattern of `.gitignore` designates a path.
pub fn ignores(pattern: &str, path: &[u8]) -> bool {
    let of = |case| designates(pattern, path, case, &Work::default());
    of(Case::Counts) || of(Case::Ignored)
}

/// How many stages a Dockerfile has.
pub fn dockerfile(text: &str) -> usize {
    stages(text).iter().filter(|stage| stage.image().len() <= stage.from.len()).count()
}

/// Whether texts are a content security policy.
pub fn policy<'p>(texts: impl IntoIterator<Item = &'p str>) -> bool {
    Policy::parse(texts).is_ok_and(|policy| policy.directives().count() > 0)
}

/// What a site of these headers, of which some set cookies, of this page and `security.txt` is seen to be.
pub fn site(headers: Vec<(String, String)>, cookies: Vec<String>, page: String, security_txt: &str) -> Option<Site> {
    let security_txt = Some(security_txt.to_owned());
    let headers = headers.into_iter().collect();
    let fixture = SiteFixture { headers, cookies, html: page, security_txt, ..SiteFixture::default() };
    fixture.answers(0).ok()
}

/// Reads a baseline, and writes it again.
///
/// # Errors
/// What is wrong with it.
pub fn baseline(text: &str) -> Result<String, Error> {
    Baseline::read(&ConfigFile::new("baseline.json", text.to_owned())).map(|baseline| baseline.to_text())
}

/// Reads a product file.
///
/// # Errors
/// What is wrong with it.
pub fn product(text: &str) -> Result<(), Error> {
    ProductFile::read(&ConfigFile::new("product.yml", text.to_owned())).map(drop)
}

/// Reads a pack of one rule.
///
/// # Errors
/// What is wrong with it.
pub fn pack(text: &str) -> Result<Rules, Error> {
    let files = vec![ConfigFile::new("rules/a-rule.yml", text.to_owned())];
    Rules::load_with(&[], vec![Pack { name: "rules".to_owned(), files }], Embedded::Without)
}

/// What two reports say has changed: as text, Markdown and JSON.
///
/// # Errors
/// What is wrong with one of them.
pub fn changes(before: &str, after: &str) -> Result<[Vec<u8>; 3], Error> {
    let diff = Diff::between(&read_report("before.json", before)?, &read_report("after.json", after)?);
    let mut written = [Vec::new(), Vec::new(), Vec::new()];
    diff::render_text(&diff, &[], Lang::En, &mut written[0])?;
    diff::render_markdown(&diff, &[], Lang::Fr, &mut written[1])?;
    diff::render_json(&diff, &mut written[2])?;
    Ok(written)
}

/// Reads a loose object of git to its end.
///
/// # Errors
/// What is wrong with it.
pub fn loose_object(bytes: &[u8]) -> Result<(), String> {
    read_to_its_end(bytes)
}

/// A line of a file in every way in which it may leave.
pub fn shown(path: &str, line: &str) -> [String; 5] {
    let at = line.floor_char_boundary(line.len() / 2);
    let as_json = edge::json(&serde_json::json!({ line: [line] })).unwrap_or_default();
    [edge::text(line), edge::name(line), edge::line(path, line, at).0, edge::link(line).unwrap_or_default(), as_json]
}

/// The report on a survey, by these rules and settings, with a baseline of its first half of failures.
pub fn report(survey: Survey, rules: Rules, config: &Config) -> Report {
    let mut findings = evaluate(&rules.all.iter().collect::<Vec<_>>(), &survey);
    let mut notes = survey.notes.clone();
    notes.extend(config.apply(&mut findings, survey.as_of));
    let known = Baseline::of(&findings[..findings.len() / 2], &rules, &survey.inventory);
    known.apply(&mut findings, &rules, &survey.inventory, Standing::Baselined);
    let name = config.product.clone().unwrap_or_else(|| survey.name());
    Report::new(Parts { lang: Lang::En, name, findings, notes, lowered: None, pages: None, survey, rules })
}

/// What a report prints on a terminal: all of itself, then the facts.
///
/// # Errors
/// Those of the writer.
pub fn on_a_terminal(report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
    let detail = terminal::Detail::Verbose;
    terminal::render(report, terminal::Style { width: 80, color: false, unicode: true, links: false, detail }, out)?;
    facts::render_text(&report.survey, Lang::Fr, out)
}

/// The rules of a report that has been written: loading them takes longer than most audits.
pub fn rules_of(report: Report) -> Rules {
    report.rules
}
