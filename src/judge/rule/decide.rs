//! Decides a condition: three-valued, so that what cannot be known is never taken for a yes or a no.

use std::sync::LazyLock;

use crate::base::location::Location;
use crate::base::text::{Localized, localized};
use crate::facts::{Answer, Fact, Value};
use crate::model::workflow::Unread;
use crate::read::document::Node;
use crate::read::inventory::File;
use crate::read::inventory::role::Role;
use crate::survey::Survey;

use super::comparison::{Comparison, Scalar};
use super::condition::{Condition, PipelineQuestion, Within};
use super::key::{KeyPath, KeyQuestion};
use super::route_question::RouteQuestion;
use super::view::View;
use super::workflow_question::WorkflowQuestion;

/// How many places show one finding.
pub(super) const PLACES: usize = 50;

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// That is not known.
    Unknown,
}

/// A truth, where it is seen, and why it is not known.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    /// The truth.
    pub truth: Truth,
    /// Where it is seen.
    pub evidence: Vec<Location>,
    /// Why it is not known.
    pub reasons: Vec<Localized>,
}

impl Verdict {
    fn of(holds: bool, evidence: Vec<Location>) -> Self {
        Self { truth: if holds { Truth::Yes } else { Truth::No }, evidence, reasons: Vec::new() }
    }

    fn unknown(reason: Localized, evidence: Vec<Location>) -> Self {
        Self { truth: Truth::Unknown, evidence, reasons: vec![reason] }
    }

    /// Kleene's `and`: one no decides; else one unknown leaves it unknown. The evidence is that of what decided.
    fn all(parts: Vec<Self>) -> Self {
        Self::fold(parts, Truth::No, Truth::Yes)
    }

    /// Kleene's `or`.
    fn any(parts: Vec<Self>) -> Self {
        Self::fold(parts, Truth::Yes, Truth::No)
    }

    fn fold(parts: Vec<Self>, decisive: Truth, otherwise: Truth) -> Self {
        let has = |truth| parts.iter().any(|part: &Self| part.truth == truth);
        let truth = if has(decisive) {
            decisive
        } else if has(Truth::Unknown) {
            Truth::Unknown
        } else {
            otherwise
        };
        let (mut evidence, mut reasons) = (Vec::new(), Vec::new());
        for part in parts.into_iter().filter(|part| part.truth == truth) {
            evidence.extend(part.evidence);
            for reason in part.reasons {
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
        Self { truth, evidence, reasons }
    }

    /// The contrary.
    pub(super) fn not(mut self) -> Self {
        self.truth = match self.truth {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
        };
        self
    }
}

/// Decides a condition on what a rule sees of a survey.
pub(super) fn decide(condition: &Condition, view: &View<'_>) -> Verdict {
    let survey = view.survey;
    let each = |list: &[Condition]| -> Vec<Verdict> { list.iter().map(|part| decide(part, view)).collect() };
    match condition {
        Condition::All(list) => Verdict::all(each(list)),
        Condition::Any(list) => Verdict::any(each(list)),
        Condition::None(list) => Verdict::any(each(list)).not(),
        Condition::Fact(id, comparison) => match survey.facts.get(id) {
            Some(fact) => compare_fact(view.part.map_or(fact, |part| fact.of_part(&part.folder)), comparison),
            None => Verdict::unknown(
                Localized::new(
                    format!("fact `{id}` was not established"),
                    format!("le fait `{id}` n'a pas été établi"),
                ),
                Vec::new(),
            ),
        },
        Condition::File(within) => {
            let files = view.files(within).into_iter().filter(|file| is_product_or_written(file));
            let found: Vec<Location> = files.map(|file| Location::file(&file.path)).take(PLACES).collect();
            Verdict::of(!found.is_empty(), found)
        }
        Condition::Text(probe, within) => {
            let found = hits(probe, within, view);
            Verdict::of(!found.is_empty(), found)
        }
        Condition::Code(probe, within) => code(probe, within, view),
        Condition::Key(question, within) => key(question, view.files(within), survey),
        Condition::Dependency(names, reach) => {
            let found: Vec<Location> = view
                .manifests(*reach)
                .into_iter()
                .flat_map(|manifest| {
                    let declared = names.iter().filter_map(|name| manifest.dependency(name));
                    declared.map(|found| Location::line(&manifest.path, found.line))
                })
                .take(PLACES)
                .collect();
            Verdict::of(!found.is_empty(), found)
        }
        Condition::Pipeline(question) => pipeline(question, survey),
        Condition::Workflow(question, within) => workflow(question, within, view),
        Condition::Image(question, within) => {
            let found = question.places(&survey.images, &|path| view.sees_path(path, within));
            Verdict::of(!found.is_empty(), found)
        }
        Condition::Route(question) => route(question, view),
        Condition::Since(day) => Verdict::of(view.survey.as_of >= *day, Vec::new()),
    }
}

/// Where a probe found something that a condition sees, outside tests.
fn hits(probe: &str, within: &Within, view: &View<'_>) -> Vec<Location> {
    let files = view.survey.inventory.files();
    let found = view.survey.inventory.found(probe);
    let hits = view.hits(probe, within).into_iter().map(|hit| &found[hit]);
    let hits = hits.filter(|(at, _)| files[*at].is_shipped() && view.sees(*at, within));
    hits.map(|(at, hit)| Location::at(&files[*at].path, hit.line, hit.column)).take(PLACES).collect()
}

/// The same for a question on syntax: where nothing was found, what could not be read leaves it unknown.
fn code(probe: &str, within: &Within, view: &View<'_>) -> Verdict {
    let found = hits(probe, within, view);
    if !found.is_empty() {
        return Verdict::of(true, found);
    }
    let files = view.survey.inventory.files();
    let unread = view.survey.inventory.unread(probe).iter();
    let mut unread = unread.filter(|(at, _)| files[*at].is_shipped() && view.sees(*at, within));
    match unread.next() {
        Some((at, reason)) => {
            let path = &files[*at].path;
            let reason = Localized::new(
                format!("the code of `{path}` could not be read: {}", reason.en),
                format!("le code de `{path}` n'a pas pu être lu : {}", reason.fr),
            );
            Verdict::unknown(reason, vec![Location::file(path)])
        }
        None => Verdict::of(false, Vec::new()),
    }
}

fn route(question: &RouteQuestion, view: &View<'_>) -> Verdict {
    let own = || {
        let all = view.survey.routes.all.iter();
        all.filter(|route| view.part.is_none_or(|part| route.component == part.folder))
    };
    if own().next().is_none() {
        return Verdict::unknown(
            localized!(
                "no address that the product answers is known",
                "aucune adresse servie par le produit n'est connue"
            ),
            Vec::new(),
        );
    }
    let found: Vec<Location> =
        own().filter(|route| question.holds(route)).map(|route| route.place.clone()).take(PLACES).collect();
    Verdict::of(!found.is_empty(), found)
}

/// Whether a file stands for the product, be it written by a tool, such as a lockfile.
fn is_product_or_written(file: &File) -> bool {
    file.is_own() || (file.role == Role::Generated && !file.path.contains("node_modules/"))
}

fn pipeline(question: &PipelineQuestion, survey: &Survey) -> Verdict {
    let found: Vec<Location> = survey
        .pipelines
        .actions()
        .filter(|(pipeline, job, action)| {
            question.runs.has(action.activity)
                && question.on.is_none_or(|on| pipeline.triggers_of(job).contains(&on))
                && question.blocking.is_none_or(|blocking| action.blocking == blocking)
        })
        .map(|(_, _, action)| action.place.clone())
        .collect();
    let elsewhere = survey.pipelines.elsewhere();
    if found.is_empty()
        && let Some(called) = elsewhere.first()
    {
        return Verdict::unknown(
            Localized::new(
                format!("CI calls `{called}`, which is in another repository"),
                format!("la CI appelle `{called}`, qui est dans un autre dépôt"),
            ),
            Vec::new(),
        );
    }
    Verdict::of(!found.is_empty(), found)
}

/// Where workflows answer a question; where none does, one that could not be read leaves it unknown.
fn workflow(question: &WorkflowQuestion, within: &Within, view: &View<'_>) -> Verdict {
    let workflows = &view.survey.workflows;
    let mut found = Vec::new();
    for workflow in workflows.all.iter().filter(|workflow| view.sees_path(&workflow.path, within)) {
        let places = question.places(workflow).into_iter();
        found.extend(places.map(|place| Location::at(&workflow.path, place.line, place.column)));
    }
    if !found.is_empty() {
        return Verdict::of(true, found);
    }
    let unread = workflows
        .unread
        .iter()
        .find(|unread| view.sees_path(&unread.path, within) && question.is_asked_of(unread.forge));
    match unread {
        Some(Unread { path, line, reason, .. }) => {
            let reason = Localized::new(
                format!("`{path}` cannot be read: {reason}"),
                format!("`{path}` est illisible : {reason}"),
            );
            Verdict::unknown(reason, vec![Location::line(path, *line)])
        }
        None => Verdict::of(false, Vec::new()),
    }
}

fn key(question: &KeyQuestion, files: Vec<&File>, survey: &Survey) -> Verdict {
    let (mut found, mut seen, mut holds, mut unread) = (Vec::new(), Vec::new(), false, None);
    for file in files.into_iter().filter(|file| file.is_own()) {
        // To parse all the documents of a large tree would cost more than all else.
        if !survey.inventory.text(&file.path).is_some_and(|text| question.may_hold_in(&text)) {
            continue;
        }
        let Some(documents) = survey.inventory.documents(&file.path) else { continue };
        match documents.as_ref() {
            Ok(documents) => {
                for root in documents.iter().filter(|root| !is_of_developers(root)) {
                    let answered = question.ask(&file.path, root);
                    if answered.holds {
                        holds = true;
                        found.extend(answered.found);
                    }
                    seen.extend(answered.seen);
                }
            }
            Err(error) => {
                unread.get_or_insert_with(|| {
                    let reason = Localized::new(
                        format!("`{}` cannot be read: {}", file.path, error.message),
                        format!("`{}` est illisible : {}", file.path, error.message),
                    );
                    Verdict::unknown(reason, vec![Location::line(&file.path, error.line)])
                });
            }
        }
    }
    // What holds in one file does so whatever another one may say.
    if let Some(unread) = unread.filter(|_| !holds) {
        return unread;
    }
    let evidence = if holds { found } else { seen };
    Verdict::of(holds, evidence.into_iter().take(PLACES).collect())
}

/// Whether a document is a profile of Spring for those who write the product, or for tests
/// (<https://docs.spring.io/spring-boot/reference/features/external-config.html>).
fn is_of_developers(root: &Node) -> bool {
    static PROFILES: LazyLock<Vec<KeyPath>> = LazyLock::new(|| {
        let keys = ["spring.config.activate.on-profile", "spring.profiles"];
        keys.into_iter().filter_map(|key| KeyPath::read(key).ok()).collect()
    });
    let mut names = PROFILES.iter().flat_map(|path| path.values(root)).filter_map(Node::text);
    let of_developers = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["local", "dev", "test", "ci"].iter().any(|known| name.starts_with(known))
    };
    names.any(|names| names.split([',', '&', '|']).all(|name| of_developers(name.trim())))
}

fn compare_fact(fact: &Fact, comparison: &Comparison) -> Verdict {
    let value = match &fact.answer {
        Answer::Known(value) => value,
        Answer::Unverified(reason) => return Verdict::unknown(reason.clone(), fact.evidence.clone()),
    };
    let holds = holds(value, comparison);
    // The evidence of a list shows what it holds, not what it lacks.
    let evidence = match (comparison, value, holds) {
        (Comparison::ContainsAny(_), _, false) => Vec::new(),
        // Where each name has its place, those of the names that were asked for show it.
        (Comparison::ContainsAny(names), Value::List(list), true) if list.len() == fact.evidence.len() => {
            let asked = list.iter().zip(&fact.evidence).filter(|(name, _)| names.contains(name));
            asked.map(|(_, place)| place.clone()).collect()
        }
        _ => fact.evidence.clone(),
    };
    Verdict::of(holds, evidence)
}

fn holds(value: &Value, comparison: &Comparison) -> bool {
    let same = |wanted: &Scalar| match (value, wanted) {
        (Value::Bool(a), Scalar::Bool(b)) => a == b,
        (Value::Number(a), Scalar::Number(b)) => (a - b).abs() < f64::EPSILON,
        (Value::Text(a), Scalar::Text(b)) => a == b,
        _ => false,
    };
    let size = || match value {
        Value::Number(number) => Some(*number),
        Value::List(list) => Some(f64::from(crate::base::text::to_u32(list.len()))),
        _ => None,
    };
    match comparison {
        Comparison::Is(wanted) => same(wanted),
        Comparison::IsNone => *value == Value::Nothing,
        Comparison::IsNot(wanted) => *value != Value::Nothing && !same(wanted),
        Comparison::OneOf(values) => values.iter().any(same),
        Comparison::ContainsAny(names) => {
            matches!(value, Value::List(list) if list.iter().any(|item| names.contains(item)))
        }
        Comparison::AtLeast(least) => size().is_some_and(|size| size >= *least),
        Comparison::AtMost(most) => size().is_some_and(|size| size <= *most),
        Comparison::Empty(empty) => matches!(value, Value::List(list) if list.is_empty() == *empty),
        Comparison::Matches(regex) => matches!(value, Value::Text(text) if regex.is_match(text)),
        Comparison::Exists => *value != Value::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::finding::Outcome;
    use crate::judge::rule::testing::{judged, rules};

    fn verdict(truth: Truth) -> Verdict {
        Verdict { truth, evidence: Vec::new(), reasons: Vec::new() }
    }

    #[test]
    fn unknown_is_neither_yes_nor_no() {
        use Truth::{No, Unknown, Yes};
        for (parts, all, any) in [
            (vec![Yes, Yes], Yes, Yes),
            (vec![Yes, No], No, Yes),
            (vec![Yes, Unknown], Unknown, Yes),
            (vec![No, Unknown], No, Unknown),
            (vec![No, No], No, No),
            (vec![Unknown], Unknown, Unknown),
            (vec![], Yes, No),
        ] {
            let verdicts = || parts.iter().copied().map(verdict).collect::<Vec<_>>();
            assert_eq!(Verdict::all(verdicts()).truth, all, "{parts:?}");
            assert_eq!(Verdict::any(verdicts()).truth, any, "{parts:?}");
        }
    }

    fn seen(body: &str, path: &str, text: &str) -> (Outcome, Vec<String>) {
        let finding = judged(body, &[(path, text)]);
        let place = |place: &Location| format!("{place}:{}", place.column.unwrap_or_default());
        (finding.outcome, finding.evidence.iter().map(place).collect())
    }

    const DEBUG: &str = "fails-when: { code: { rule: { pattern: 'FastAPI($$$A, debug=$V, $$$B)' }, values: { V: { is: 'true' } }, at: V }, in: '**/*.py' }\n";

    #[test]
    fn code_is_judged_by_its_syntax_and_shown_where_the_rule_says() {
        let text = "\"\"\"FastAPI(a, debug=True, b=1)\"\"\"\n# FastAPI(a, debug=True, b=1)\nD = True\napp = FastAPI(str(f(g())), debug=D, b=1)\n";
        assert_eq!(seen(DEBUG, "app/a.py", text), (Outcome::Fail, vec!["app/a.py:4:34".to_owned()]));
        assert_eq!(seen(DEBUG, "app/a.py", &text.replace("D = True", "D = False")).0, Outcome::Pass);
        assert_eq!(seen(DEBUG, "tests/test_a.py", text).0, Outcome::Pass);
        assert_eq!(seen(DEBUG, "app/a.txt", text).0, Outcome::Pass);
    }

    #[test]
    fn code_that_is_not_understood_is_no_pass() {
        let broken = "def f(:\n  x = = (\n    FastAPI(a, debug=True b=\n";
        assert_eq!(seen(DEBUG, "a.py", broken).0, Outcome::Unverified);
        // What is broken elsewhere does not matter.
        let elsewhere = "app = FastAPI(a, debug=False, b=1)\n\n\ndef f():\n    return 1\n\n\nx = = 3\n";
        assert_eq!(seen(DEBUG, "a.py", elsewhere).0, Outcome::Pass);
        let deep = format!("FastAPI({}1{})\n", "(".repeat(2_000), ")".repeat(2_000));
        assert_eq!(seen(DEBUG, "a.py", &deep).0, Outcome::Unverified);
    }

    #[test]
    fn a_constant_is_followed_through_an_import() {
        let body = "fails-when: { code: { rule: { pattern: 'sign($K)' }, values: { K: { text: true } } }, in: '**/*.{ts,js,py}' }\n";
        let outcome = |files: &[(&str, &str)]| judged(body, files).outcome;
        let main = ("src/main.ts", "import { KEY as K } from './config.js'\nsign(K)\n");
        assert_eq!(outcome(&[main, ("src/config.ts", "export const KEY = 'made-up'\n")]), Outcome::Fail);
        assert_eq!(outcome(&[main, ("src/config.ts", "export const KEY = process.env.KEY\n")]), Outcome::Pass);
        assert_eq!(outcome(&[main]), Outcome::Pass);
        let main = ("main.js", "const config = require('./config')\nsign(config.key)\n");
        assert_eq!(
            outcome(&[main, ("config.js", "module.exports = { key: process.env.K || 'made-up' }\n")]),
            Outcome::Fail
        );
        let main = ("app/main.py", "from .core import KEY\nsign(KEY)\n");
        assert_eq!(outcome(&[main, ("app/core.py", "KEY = os.getenv('K', 'made-up')\n")]), Outcome::Fail);
    }

    #[test]
    fn scripts_of_components_are_code_on_their_own_lines() {
        let body = "fails-when: { code: 'eval($A)', in: '**/*.{vue,ts}' }\n";
        let text = "<template>\n  <p>eval(x)</p>\n</template>\n<script lang=\"ts\">\nconst a: number = <number>eval(x)\n</script>\n";
        assert_eq!(seen(body, "a.vue", text), (Outcome::Fail, vec!["a.vue:5:27".to_owned()]));
    }

    #[test]
    fn keys_are_quantified_compared_and_asked_in_turn() {
        let text = "services:\n  db: { image: 'postgres:16', ports: ['5432:5432'] }\n  web: { image: node, ports: ['80:80'] }\nsame: node\n";
        let outcome = |body: &str| seen(&format!("fails-when: {{ {body}, in: '*.yml' }}\n"), "compose.yml", text);
        let of_database =
            "key: services.*, with: [{ key: image, matches: '^postgres' }, { key: 'ports[*]', matches: ':5432$' }]";
        assert_eq!(outcome(of_database), (Outcome::Fail, vec!["compose.yml:2:7".to_owned()]));
        assert_eq!(outcome("key: services.*.image, quantifier: every, matches: node").0, Outcome::Pass);
        assert_eq!(outcome("key: services.*.image, quantifier: 2").0, Outcome::Fail);
        assert_eq!(outcome("key: services.*.image, quantifier: none, is: ruby").0, Outcome::Fail);
        assert_eq!(outcome("key: services.*.image, same-as: same").1, ["compose.yml:3:17"]);
        assert_eq!(outcome("key: services.*, without: [{ key: ports }]").0, Outcome::Pass);
    }

    #[test]
    fn profiles_of_developers_are_left_aside() {
        let body = "fails-when: { key: spring.jpa.show-sql, is: true, in: '**/application.{yml,properties}' }\n";
        let text = |profile: &str| {
            format!(
                "server: {{ port: 1 }}\n---\nspring:\n  config.activate.on-profile: {profile}\n  jpa: {{ show-sql: true }}\n"
            )
        };
        assert_eq!(seen(body, "application.yml", &text("prod")).0, Outcome::Fail);
        assert_eq!(seen(body, "application.yml", &text("local")).0, Outcome::Pass);
        assert_eq!(seen(body, "application.properties", "spring.jpa.show-sql=true\n").0, Outcome::Fail);
    }

    #[test]
    fn what_was_announced_after_the_day_of_the_audit_is_no_defect() {
        let outcome = |since: &str| {
            judged(&format!("applies-when: {{ since: {since} }}\nfails-when: {{ file: a }}\n"), &[("a", "x")]).outcome
        };
        assert_eq!(outcome("1970-01-01"), Outcome::Fail, "tests are of that day");
        assert_eq!(outcome("1970-01-02"), Outcome::NotApplicable);
    }

    #[test]
    fn mistakes_in_questions_are_told_with_their_place() {
        for (body, word) in [
            ("fails-when: { code: { rule: { kind: cal } }, in: '*.py' }\n", "`cal`"),
            ("fails-when: { code: { rules: { kind: call } }, in: '*.py' }\n", "unknown field `rules`"),
            ("fails-when: { code: { rule: { kind: call }, values: { V: { matches: '(' } } }, in: '*.py' }\n", "regex"),
            ("fails-when: { since: soon }\n", "`soon` is no day"),
            ("fails-when: { code: 'f()' }\n", "`code` needs `in`"),
            ("fails-when: { key: 'a.[b]', in: '*.yml' }\n", "is no path of keys"),
            ("fails-when: { key: a, quantifier: most, in: '*.yml' }\n", "`most` is no quantifier"),
            ("fails-when: { key: a, with: [{ file: b }], in: '*.yml' }\n", "hold questions with `key`"),
            ("fails-when: { file: a, quantifier: any }\n", "only apply to `key`"),
        ] {
            let error = rules(body).err().unwrap_or_else(|| panic!("accepted: {body}"));
            assert!(error.related()[0].to_string().contains(word), "{word}: {}", error.related()[0]);
        }
    }
}
