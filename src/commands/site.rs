//! `equerre site`: one visit of a live site, and what it shows.

use std::process::ExitCode;

use crate::check::{Options, site};
use crate::cli::{SiteArgs, SiteFormat};
use crate::report::format::site::{html, render_json, render_text};

use super::console::{CommandResult, Console, print, supports_unicode};

/// Visits a site and prints what was seen.
pub(super) fn run(args: &SiteArgs, console: &Console) -> CommandResult {
    let options = Options { lang: args.print.lang, fallback_lang: console.lang(), ..Options::default() };
    let options = args.ports.options(options);
    let report = console.waiting(&options.progress, || site(&args.url, &options))?;
    let mut text = Vec::new();
    match args.format {
        SiteFormat::Terminal => render_text(&report, supports_unicode(), &mut text),
        SiteFormat::Json => render_json(&report, &mut text),
        SiteFormat::Html => html::render(&report, &mut text),
    }?;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
