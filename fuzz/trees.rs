//! Whole trees in memory, from their files to every format of the report.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use equerre::internals::{
    Config, ConfigFile, Embedded, ExternalData, Memory, Rules, Scanner, Source, Survey, foreign, printable, scanner,
    survey_memory,
};
use equerre::{Format, Report};

/// What stands before the path of each file of a tree; its contents are on the lines after it.
const FILE: u8 = 0x1e;

/// Files and bytes of a tree, at most: a case is to be small.
const MOST: (usize, usize) = (60, 1_000_000);

/// The date of every audit: 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600;

type Files = BTreeMap<String, Vec<u8>>;

thread_local! {
    /// The rules of a thread: loading them takes longer than most audits.
    static RULES: RefCell<Option<Rules>> = const { RefCell::new(None) };
}

/// A token of a known form, which no format may show whole.
pub fn token() -> String {
    ["ghp", "_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"].concat()
}

/// A tree as bytes.
pub(super) fn encode(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (path, contents) in files {
        bytes.push(FILE);
        bytes.extend(path.as_bytes());
        bytes.push(b'\n');
        bytes.extend(contents);
    }
    bytes
}

fn decode(bytes: &[u8]) -> Files {
    let bytes = &bytes[..bytes.len().min(MOST.1)];
    let file = |file: &[u8]| {
        let end = file.iter().position(|byte| *byte == b'\n')?;
        let path = String::from_utf8_lossy(&file[..end]).into_owned();
        // Git has no other paths, and neither has a disk.
        let is_path = path.split('/').all(|part| !matches!(part, "" | "." | ".." | ".git")) && !path.contains('\0');
        is_path.then(|| (path, file[end + 1..].to_vec()))
    };
    bytes.split(|byte| *byte == FILE).filter_map(file).take(MOST.0).collect()
}

/// Audits a tree, writes every format, and holds each to its promises.
pub(super) fn run(bytes: &[u8]) {
    let files = decode(bytes);
    let report = audit(&files);
    let formats = [
        ("JSON", Format::Json),
        ("SARIF", Format::Sarif),
        ("GitLab", Format::Gitlab),
        ("HTML", Format::Html),
        ("Markdown", Format::Markdown),
        ("annotations", Format::Github),
        ("JUnit", Format::Junit),
        ("CSV", Format::Csv),
        ("variables", Format::Dotenv),
        ("badge", Format::Badge),
    ];
    let mut json = String::new();
    for (name, format) in formats {
        let mut out = Vec::new();
        report.render(format, &mut out).expect("memory takes it");
        let text = String::from_utf8(out).unwrap_or_else(|error| panic!("{name} is not UTF-8: {error}"));
        if matches!(name, "JSON" | "SARIF" | "GitLab") {
            let read = serde_json::from_str::<serde_json::Value>(&text);
            assert!(read.is_ok(), "{name} does not read back: {read:?}");
        }
        assert_inert(name, &text);
        assert_masked(name, &text);
        if name == "JSON" {
            json = text;
        }
    }
    let mut out = Vec::new();
    foreign::on_a_terminal(&report, &mut out).expect("memory takes it");
    let text = String::from_utf8(out).expect("a terminal is given UTF-8");
    assert_inert("terminal", &text);
    assert_masked("terminal", &text);
    let changes =
        foreign::changes(&json, &json).unwrap_or_else(|error| panic!("the report does not read back: {error}"));
    changes.iter().for_each(|text| assert_inert("diff", &String::from_utf8_lossy(text)));
    RULES.set(Some(foreign::rules_of(report)));
}

/// The report on a case as JSON, with its first findings alone: all of them are too many to change.
pub(super) fn report_of(tree: &[u8]) -> Vec<u8> {
    let report = audit(&decode(tree));
    let mut out = Vec::new();
    report.render(Format::Json, &mut out).expect("memory takes it");
    RULES.set(Some(foreign::rules_of(report)));
    let mut json: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    if let Some(findings) = json["findings"].as_array_mut() {
        findings.truncate(12);
    }
    json.to_string().into_bytes()
}

fn audit(files: &Files) -> Report {
    let rules = RULES.take().unwrap_or_else(|| Rules::load(&[], Embedded::With).expect("our own rules"));
    let memory = || Memory::new(files.clone());
    let survey = survey(memory(), &rules);
    let config = files
        .get(".equerre.yml")
        .map(|bytes| Config::read(ConfigFile::new(".equerre.yml", String::from_utf8_lossy(bytes).into_owned())));
    let config = config.and_then(Result::ok).unwrap_or_default();
    if let Ok(packs) = config.read_packs(&memory(), &memory().list()) {
        let _ = Rules::load_with(&[], packs, Embedded::Without);
    }
    foreign::report(survey, rules, &config)
}

fn survey(memory: Memory, rules: &Rules) -> Survey {
    // What is asked of texts is compiled once for all threads.
    static SCANNER: OnceLock<Arc<Scanner>> = OnceLock::new();
    let asked = SCANNER.get_or_init(|| scanner(rules.probes.clone()).expect("our own patterns"));
    survey_memory(Box::new(memory), ExternalData::default(), NOW, Arc::clone(asked))
}

/// Nothing in a text acts on a terminal, nor turns the direction of reading.
pub(super) fn assert_inert(name: &str, text: &str) {
    for line in text.split(['\n', '\t']).map(|line| line.trim_end_matches('\r')) {
        // Our own French sets narrow and non-breaking spaces, which do nothing.
        let shown = printable(line);
        assert!(shown == line || only_commands_differ(line, &shown), "{name} holds what acts: {line:?}");
    }
}

/// `##[` is a command in the logs of a runner alone, where other tests look for it.
fn only_commands_differ(line: &str, shown: &str) -> bool {
    line.replace("##[", "") == shown.replace("##\\u{5b}", "")
}

/// A planted token survives nowhere as a word.
pub(super) fn assert_masked(name: &str, text: &str) {
    static TOKEN: LazyLock<String> = LazyLock::new(token);
    for (at, _) in text.match_indices(TOKEN.as_str()) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let glued = text[..at].ends_with(is_word) || text[at + TOKEN.len()..].starts_with(is_word);
        assert!(glued, "{name} shows a token: {}", &text[text.floor_char_boundary(at.saturating_sub(80))..at]);
    }
}
