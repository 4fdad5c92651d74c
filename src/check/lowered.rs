//! What the repository's own settings and comments take out of its audit, or add to it: the report says so, for nobody to lower the bar
//! unseen.

use std::collections::BTreeMap;

use crate::base::severity::Severity;
use crate::base::text::{Lang, Localized};
use crate::judge::finding::Finding;
use crate::judge::grade::{Grade, Judged, Policy, grade};
use crate::judge::rule::pack::Rules;
use crate::judge::rule::questions::answers;
use crate::read::source::Note;
use crate::survey::Survey;

/// What the settings take out before anything is judged, or say in its place, and what comments take out after.
#[derive(Clone, Copy, Default)]
pub(super) struct Taken {
    /// Files that are left out.
    pub left_out: usize,
    /// Folders of which they say what runs from them.
    pub services: usize,
    /// Places that comments set aside.
    pub inline: usize,
}

/// What an audit would have been without the settings.
pub(super) struct Bare {
    severities: BTreeMap<String, (Severity, usize)>,
    grade: Grade,
}

impl Bare {
    /// What findings are before the settings are applied to them.
    pub(super) fn of(findings: &[Finding], rules: &Rules, survey: &Survey) -> Self {
        let own: Vec<Finding> =
            findings.iter().filter(|found| !rules.of_settings.contains(&found.rule)).cloned().collect();
        let known = |found: &Finding| (found.rule.clone(), (found.severity, found.evidence.len()));
        Self { severities: findings.iter().map(known).collect(), grade: graded(&own, &rules.own_policy, survey) }
    }

    /// What the settings have changed, and what it is worth; nothing where they have changed nothing.
    pub(super) fn told(
        &self,
        findings: &[Finding],
        taken: Taken,
        (rules, survey): (&Rules, &Survey),
        file: &str,
    ) -> Option<Note> {
        let before = |found: &Finding| self.severities.get(&found.rule);
        let narrowed = |found: &&Finding| {
            found.follows.is_none()
                && (found.ignored.is_some() || before(found).is_some_and(|(_, places)| found.evidence.len() < *places))
        };
        let aside = findings.iter().filter(narrowed).count();
        let moved =
            findings.iter().filter(|found| before(found).is_some_and(|(own, _)| *own != found.severity)).count();
        let added = findings.iter().filter(|found| rules.of_settings.contains(&found.rule)).count();
        let now = graded(findings, &rules.policy, survey);
        let raised = now.score > self.grade.score || now.letter < self.grade.letter;
        let Taken { left_out, services, inline } = taken;
        if aside + moved + left_out + services == 0 && !(raised && (added > 0 || rules.policy != rules.own_policy)) {
            return None;
        }
        let wording = |lang| wording(lang, [aside, moved, left_out, services, added, inline], &now, &self.grade);
        Some(Note { path: file.to_owned(), what: Localized::new(wording(Lang::En), wording(Lang::Fr)) })
    }
}

/// The grade of findings, with what the survey answers to the questions of a policy.
fn graded(findings: &[Finding], policy: &Policy, survey: &Survey) -> Grade {
    grade(&[Judged { findings, answers: &answers(policy, survey) }], policy)
}

fn wording(
    lang: Lang,
    [aside, moved, left_out, services, added, inline]: [usize; 6],
    now: &Grade,
    bare: &Grade,
) -> String {
    let count = |count: usize, one: &str, many: &str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let parts = match lang {
        Lang::En => [
            count(aside, "rule set aside", "rules set aside"),
            count(inline, "place set aside in a comment", "places set aside in comments"),
            count(moved, "severity changed", "severities changed"),
            count(left_out, "file left out", "files left out"),
            count(services, "service corrected", "services corrected"),
            count(added, "rule added", "rules added"),
        ],
        Lang::Fr => [
            count(aside, "règle mise de côté", "règles mises de côté"),
            count(inline, "endroit mis de côté dans un commentaire", "endroits mis de côté dans des commentaires"),
            count(moved, "sévérité changée", "sévérités changées"),
            count(left_out, "fichier laissé de côté", "fichiers laissés de côté"),
            count(services, "service corrigé", "services corrigés"),
            count(added, "règle ajoutée", "règles ajoutées"),
        ],
    };
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let parts = match parts.is_empty() {
        true => lang.pick("another policy of grades", "une autre politique de notes").to_owned(),
        false => parts.join(", "),
    };
    let shown = |grade: &Grade| match grade.letter.zip(grade.score) {
        Some((letter, score)) => format!("{letter} ({})", number(score, lang)),
        None => "–".to_owned(),
    };
    let worth = now.score.zip(bare.score).map_or(0.0, |(now, bare)| ((now - bare) * 10.0).round() / 10.0);
    let sign = if worth > 0.0 { "+" } else { "" };
    let worth = format!("{sign}{}", number(worth + 0.0, lang));
    let (now, bare) = (shown(now), shown(bare));
    let who = match inline {
        0 => lang.pick("the settings of the repository", "les réglages du dépôt"),
        _ => lang.pick("the settings and comments of the repository", "les réglages et les commentaires du dépôt"),
    };
    match lang {
        Lang::En => {
            let apart = if left_out > 0 { ", what the files left out would cost not counted" } else { "" };
            format!("{who} change its audit: {parts}; {worth} points{apart}: {now} with them, {bare} without")
        }
        Lang::Fr => {
            let apart =
                if left_out > 0 { ", sans compter ce que coûteraient les fichiers laissés de côté" } else { "" };
            format!("{who} changent son audit : {parts} ; {worth} points{apart} : {now} avec eux, {bare} sans")
        }
    }
}

/// A figure as its language writes it.
fn number(figure: f64, lang: Lang) -> String {
    let text = format!("{figure}");
    if lang == Lang::Fr { text.replace('.', ",") } else { text }
}
