//! A product as one page: its grade, then each of its repositories.

use std::io::{self, Write};

use askama::Template;

use super::history::History;
use super::markup::{Markup, prose};
use super::sections::Sections;
use crate::base::edge;
use crate::base::text::{Lang, short_commit};
use crate::report::format::html::parts::{
    First, Link, Pillar, Step, Voice, class_of, day, pillars, weight_verified, width,
};
use crate::report::format::product::scope;
use crate::report::format::words::{self, letter_or_dash, number};
use crate::report::json::JsonReport;
use crate::report::json::product::JsonProduct;
use crate::report::product_report::{AuditedRepository, ProductReport};

#[derive(Template)]
#[template(path = "product.html")]
struct Page {
    t: Voice,
    first: First,
    nav: Vec<Link>,
    repositories: Vec<Repository>,
    sites: Vec<Visited>,
    pillars: Vec<Pillar>,
    not_applicable: Option<usize>,
    o: &'static str,
    p: &'static str,
    h: usize,
    history: Option<History>,
}

struct Repository {
    anchor: String,
    name: String,
    letter: String,
    letter_class: String,
    score: Option<String>,
    width: String,
    failures: Option<usize>,
    when: Option<String>,
    why: Vec<Markup>,
    sections: Markup,
}

/// A live site, as the HTTP Observatory grades it.
struct Visited {
    url: String,
    host: String,
    grade: Markup,
    /// Why it was not seen.
    reason: Option<Markup>,
}

/// Prints the report on a product, beside earlier ones.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(product: &ProductReport, earlier: &[JsonReport], out: &mut dyn Write) -> io::Result<()> {
    let lang = product.lang;
    let t = Voice(lang);
    let now = JsonProduct::new(product).flattened();
    let anchor_of = |rule: &str| {
        let (name, rule) = rule.split_once(": ")?;
        let (rank, _, report) = product.reports().find(|(_, audited, _)| audited.name == name)?;
        report.failures().any(|finding| finding.rule == rule).then(|| format!("{}-{rule}", anchor(rank)))
    };
    let history = History::new(earlier, &now, lang, anchor_of);
    let mut repositories = Vec::new();
    for (rank, audited) in product.repositories.iter().enumerate() {
        repositories.push(Repository::new(rank, audited, lang)?);
    }
    let mut nav = vec![
        Link { anchor: "repositories".to_owned(), title: t.tr("Repositories", "Dépôts"), count: None },
        Link { anchor: "pillars".to_owned(), title: t.tr("Pillars", "Piliers"), count: None },
    ];
    if history.is_some() {
        nav.push(Link { anchor: "history".to_owned(), title: t.tr("Over time", "Dans le temps"), count: None });
    }
    nav.extend(repositories.iter().map(|repository| Link {
        anchor: repository.anchor.clone(),
        title: prose(&repository.name, Lang::En),
        count: repository.failures,
    }));
    nav.push(Link { anchor: "about".to_owned(), title: t.tr("About", "À propos"), count: None });
    let page = Page {
        t,
        first: first(product),
        nav,
        repositories,
        sites: product.repositories.iter().filter_map(|audited| visited(audited, lang)).collect(),
        pillars: pillars(&product.grade, |pillar| product.pillar_title(pillar), lang),
        not_applicable: None,
        o: "",
        p: "",
        h: 2,
        history,
    };
    super::parts::write(&page, out)
}

/// The anchor of a repository.
fn anchor(rank: usize) -> String {
    format!("r{}", rank + 1)
}

fn first(product: &ProductReport) -> First {
    let (lang, grade) = (product.lang, &product.grade);
    let step = |step: &crate::report::product_report::Step| {
        let (rank, _) = step.repositories.first()?;
        let report = product.repositories.get(*rank)?.report.as_ref().ok()?;
        let finding = report.findings.iter().find(|finding| finding.rule == step.step.rule)?;
        let names = step.repositories.iter().map(|(_, name)| edge::name(name)).collect();
        let anchor = format!("{}-{}", anchor(*rank), step.step.rule);
        Step::new(report.rule(finding), &step.step.after, anchor, names, lang)
    };
    let mut why = Vec::new();
    why.extend(scope(product));
    if let (Some(bare), Some(letter)) = (grade.uncapped, grade.letter) {
        why.push(match lang {
            Lang::En => format!("A blocking point keeps the grade at {letter}. Without it, it would be {bare}."),
            Lang::Fr => format!("Un point bloquant retient la note à {letter}. Sans lui, elle serait {bare}."),
        });
    }
    why.push(weight_verified(grade, lang));
    First {
        name: edge::name(&product.name),
        commit: None,
        day: day(product.as_of, lang),
        letter: letter_or_dash(grade.letter),
        letter_class: class_of(grade.letter),
        score: grade.score.map(|score| number(score, lang)),
        why: why.iter().map(|sentence| prose(sentence, lang)).collect(),
        services: words::product_services(product).0,
        steps: product.next.iter().filter_map(step).collect(),
    }
}

impl Repository {
    fn new(rank: usize, audited: &AuditedRepository, lang: Lang) -> io::Result<Self> {
        let anchor = anchor(rank);
        let name = edge::name(&audited.name);
        let report = match &audited.report {
            Ok(report) => report,
            Err(reason) => {
                return Ok(Self {
                    anchor,
                    name,
                    letter: letter_or_dash(None),
                    letter_class: class_of(None),
                    score: None,
                    width: width(None),
                    failures: None,
                    when: Some(audited.shown_source()),
                    why: vec![prose(reason.get(lang), lang)],
                    sections: Markup::default(),
                });
            }
        };
        let sections = Sections::new(report, None, Some(&anchor), 3).markup()?;
        let commit = report.head.as_deref().map(short_commit).unwrap_or_default();
        Ok(Self {
            anchor,
            name,
            letter: letter_or_dash(report.grade.letter),
            letter_class: class_of(report.grade.letter),
            score: report.grade.score.map(|score| number(score, lang)),
            width: width(report.grade.score),
            failures: Some(report.failures().count()),
            when: Some(format!("{} {commit}", audited.shown_source())),
            why: super::parts::why(report),
            sections,
        })
    }
}

fn visited(audited: &AuditedRepository, lang: Lang) -> Option<Visited> {
    let url = audited.url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    let host = edge::name(url.split("://").nth(1)?.split('/').next()?);
    let grade = audited.observatory().unwrap_or_else(|| lang.pick("not seen", "non vu").to_owned());
    Some(Visited {
        url: edge::name(&url).replace(' ', "%20"),
        host,
        grade: prose(&grade, lang),
        reason: audited.unseen(lang).map(|reason| prose(&reason, lang)),
    })
}
