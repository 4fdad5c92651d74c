//! The measures of Mon Service Sécurisé that the repository or the site evidences, in Markdown, to copy into the file of a
//! homologation.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::base::date::date;
use crate::base::edge;
use crate::base::text::Lang;
use crate::judge::criteria::asked::Asked;
use crate::judge::criteria::judged::Evidence;
use crate::judge::measures::{Measure, Measures};
use crate::report::standards_report::StandardsReport;

use super::markdown::escaped;
use super::told::evidence;

/// Prints the measures.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &StandardsReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let lang = report.lang();
    let audit = report.report;
    let measures = Measures::embedded().map_err(|error| io::Error::other(error.localized().get(lang).to_owned()))?;
    let found = |measure: &Measure| -> Vec<Evidence> {
        let own = audit.reports().into_iter().filter(|(_, audit)| !audit.is_of_nothing());
        own.flat_map(|(name, audit)| {
            let asked = Asked { survey: &audit.survey, findings: &audit.findings, rules: &audit.rules };
            measure.evidence(asked).into_iter().map(move |found| found.of(name))
        })
        .collect()
    };
    let seen: Vec<(&Measure, Vec<Evidence>)> = measures
        .measures
        .iter()
        .map(|measure| (measure, found(measure)))
        .filter(|(_, evidence)| !evidence.is_empty())
        .collect();
    let (count, all) = (seen.len(), measures.all);
    let commits = audit.commits();
    let commit = match commits.as_slice() {
        [] => String::new(),
        several => format!(", commit {}", escaped(&several.join(", "))),
    };
    let mut text = String::new();
    let _ = writeln!(text, "## {} – Mon Service Sécurisé\n", escaped(report.title()));
    let version = escaped(&measures.version);
    let lead = match lang {
        Lang::En => format!(
            "{}{commit}. Of the {all} measures of the list ({version}, {}), {count} are evidenced here. What is seen proves none of them whole: people apply a measure.",
            date(audit.as_of()),
            measures.source
        ),
        Lang::Fr => format!(
            "{}{commit}. Sur les {all} mesures de la liste ({version}, {}), le dépôt ou le site en montrent {count}. Aucune n’est prouvée en entier\u{a0}: ce sont des personnes qui appliquent une mesure.",
            date(audit.as_of()),
            measures.source
        ),
    };
    let _ = writeln!(text, "{lead}\n");
    let _ = writeln!(
        text,
        "{}\n|---|---|---|---|",
        lang.pick(
            "| measure | what it asks | seen | what shows it |",
            "| mesure | ce qu’elle demande | vu | ce qui le montre |"
        )
    );
    for (measure, found) in &seen {
        let against = found.iter().any(|found| !found.supports);
        let pros = found.iter().any(|found| found.supports);
        let state = match (pros, against) {
            (true, false) => lang.pick("for", "favorable"),
            (false, _) => lang.pick("against", "contraire"),
            (true, true) => lang.pick("for and against", "favorable et contraire"),
        };
        let shown: Vec<String> = found
            .iter()
            .map(|found| format!("{} {}", if found.supports { "+" } else { "−" }, escaped(&evidence(found, lang))))
            .collect();
        let title = escaped(measure.title.get(lang));
        let _ = writeln!(text, "| {} | {title} | {state} | {} |", escaped(&measure.id), shown.join("<br>"));
    }
    out.write_all(edge::inert_with(&text, "&#58;").as_bytes())
}
