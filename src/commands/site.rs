//! `equerre site`: one visit of a live site, and what it shows.

use std::process::ExitCode;

use equerre::audit::{Around, scanner, survey_memory};
use equerre::output::site::Visited;
use equerre::rule::Rule;
use equerre::rule::engine::evaluate;
use equerre::rule::pack::{Embedded, Rules};
use equerre::said;
use equerre::site::Site;
use equerre::site::client::Limits;
use equerre::source::Memory;
use miette::IntoDiagnostic;

use super::{Outcome, language, print, refuse, speaks_unicode, target_of};
use crate::cli::{SiteArgs, SiteFormat};

/// Visits a site and prints what was seen.
pub(crate) fn run(args: &SiteArgs) -> Outcome {
    let lang = language(args.print.lang, None);
    let target = target_of(&args.url, &args.ports, lang)?;
    let now = jiff::Timestamp::now().as_second();
    let site = Site::visit(&target, Limits::default(), now).map_err(|reason| {
        let help = said!(
            "check the address; a site that only answers from some networks must be visited from there",
            "vérifiez l’adresse\u{202f}; un site qui ne répond que depuis certains réseaux se visite depuis l’un d’eux"
        );
        refuse(reason, Some(help))
    })?;
    let rules = Rules::load(&[], Embedded::With)?;
    let around = Around { site: Some(Ok(site)), ..Around::default() };
    let nothing: [(&str, &str); 0] = [];
    let survey = survey_memory(Box::new(Memory::new(nothing)), around, now, scanner(Vec::new())?);
    let of_site: Vec<&Rule> = rules.all.iter().filter(|rule| rule.is_of_site()).collect();
    let findings = evaluate(&of_site, &survey);
    if let Some(Ok(site)) = &survey.site {
        let visited = Visited { target: &target, site, findings: &findings, rules: &rules, lang, as_of: now };
        let mut text = Vec::new();
        match args.format {
            SiteFormat::Terminal => visited.render_text(speaks_unicode(), &mut text),
            SiteFormat::Json => visited.render_json(&mut text),
        }
        .into_diagnostic()?;
        print(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}
