//! The language server, as an editor speaks to it: over its standard input and output, with the headers of the protocol.

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use common::{Sandbox, equerre};
use serde_json::{Value, json};

const RULE: &str = "disabled-tls-verification";
const OPEN: &str = "const agent = { rejectUnauthorized: false };\n";

/// An editor with a folder open.
struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    root: String,
    asked: i64,
    /// What the server last said of each document.
    shown: BTreeMap<String, Vec<Value>>,
}

impl Editor {
    fn open(sandbox: &Sandbox, args: &[&str]) -> Self {
        let mut server = Command::new(equerre())
            .arg("lsp")
            .args(args)
            .current_dir(sandbox.path())
            .env_clear()
            .env("LANG", "C.UTF-8")
            .env("HOME", sandbox.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = server.stdin.take();
        let output = BufReader::new(server.stdout.take().expect("an output"));
        let folder = std::fs::canonicalize(sandbox.path()).expect("a folder");
        let root = format!("file://{}", folder.display());
        let mut editor = Self { server, input, output, root, asked: 0, shown: BTreeMap::new() };
        let capabilities = json!({ "textDocument": { "publishDiagnostics": { "relatedInformation": true } } });
        let root = editor.root.clone();
        let folders = json!([{ "uri": root, "name": "folder" }]);
        let params =
            json!({ "processId": null, "rootUri": root, "workspaceFolders": folders, "capabilities": capabilities });
        let greeted = editor.ask("initialize", params);
        assert_eq!(greeted["capabilities"]["hoverProvider"], true);
        editor.say("initialized", json!({}));
        editor
    }

    fn uri(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let input = self.input.as_mut().expect("it listens");
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it reads");
        input.flush().expect("it reads");
    }

    fn say(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The next message of the server.
    fn hear(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("it speaks") > 0, "it has ended");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", size)) => length = size.parse().expect("a number"),
                Some(_) => {}
                None => break,
            }
        }
        let mut text = vec![0; length];
        self.output.read_exact(&mut text).expect("a message");
        let message: Value = serde_json::from_slice(&text).expect("JSON");
        if message["method"] == "textDocument/publishDiagnostics" {
            let list = message["params"]["diagnostics"].as_array().expect("a list").clone();
            self.shown.insert(message["params"]["uri"].as_str().expect("an address").to_owned(), list);
        }
        message
    }

    /// What the server answers.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.hear();
            if message["id"] == id {
                assert_eq!(message["error"], Value::Null, "{method}");
                return message["result"].clone();
            }
        }
    }

    /// What is shown of a file, once it is as it must be.
    fn until(&mut self, path: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let uri = self.uri(path);
        while !self.shown.get(&uri).is_some_and(|list| wanted(list)) {
            self.hear();
        }
        self.shown[&uri].clone()
    }

    fn open_document(&mut self, path: &str, text: &str) {
        let document = json!({ "uri": self.uri(path), "languageId": "any", "version": 1, "text": text });
        self.say("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let params = json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": text }] });
        self.say("textDocument/didChange", params);
    }

    fn save(&mut self, path: &str) {
        let uri = self.uri(path);
        self.say("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
    }

    fn actions(&mut self, path: &str, line: u64) -> Vec<Value> {
        let place = json!({ "line": line, "character": 0 });
        let range = json!({ "start": place, "end": place });
        let params =
            json!({ "textDocument": { "uri": self.uri(path) }, "range": range, "context": { "diagnostics": [] } });
        self.ask("textDocument/codeAction", params).as_array().expect("a list").clone()
    }

    fn leave(mut self) {
        self.ask("shutdown", Value::Null);
        self.say("exit", Value::Null);
        self.input = None;
        assert!(self.server.wait().expect("it ends").success());
    }
}

fn of<'d>(list: &'d [Value], rule: &str) -> Vec<&'d Value> {
    list.iter().filter(|diagnostic| diagnostic["code"] == rule).collect()
}

fn product() -> Sandbox {
    Sandbox::repository(&[
        ("README.md", "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires.\n"),
        ("package.json", "{\n  \"dependencies\": { \"express\": \"5.0.0\" }\n}\n"),
        ("src/session.js", &format!("// é😀\n{OPEN}\n{OPEN}")),
    ])
}

#[test]
fn failures_are_shown_where_they_are_seen_and_go_when_the_file_is_saved() {
    let sandbox = product();
    let mut editor = Editor::open(&sandbox, &["--stdio"]);
    let shown = editor.until("src/session.js", |list| !list.is_empty());
    let found = of(&shown, RULE);
    assert_eq!(found.len(), 2, "{shown:?}");
    let first = found[0];
    assert_eq!((&first["range"]["start"]["line"], &first["source"]), (&json!(1), &json!("equerre")));
    assert_eq!(first["relatedInformation"][0]["location"]["range"]["start"]["line"], 3);
    let page = first["codeDescription"]["href"].as_str().expect("a page");
    assert!(page.ends_with(&format!("/rules/{RULE}.html")), "{page}");
    // What concerns the repository as a whole stands at the start of its README.
    assert_eq!(of(&editor.until("README.md", |_| true), "missing-licence").len(), 1);
    // Nothing changes before it is saved.
    let fixed = "const agent = {};\n";
    editor.open_document("src/session.js", OPEN);
    editor.change("src/session.js", fixed);
    sandbox.write("src/session.js", fixed.as_bytes());
    editor.save("src/session.js");
    let after = editor.until("src/session.js", |list| of(list, RULE).is_empty());
    assert!(of(&after, RULE).is_empty());
    editor.leave();
}

#[test]
fn a_rule_is_explained_under_the_cursor() {
    let sandbox = product();
    let mut editor = Editor::open(&sandbox, &["--lang", "fr"]);
    editor.until("src/session.js", |list| !list.is_empty());
    let at = |editor: &Editor, path: &str, line: u64, character: u64| json!({ "textDocument": { "uri": editor.uri(path) }, "position": { "line": line, "character": character } });
    let asked = at(&editor, "src/session.js", 1, 3);
    let hover = editor.ask("textDocument/hover", asked);
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(text.contains(RULE) && text.contains("Que faire") && text.contains("/regles/"), "{text}");
    editor.open_document(".equerre.yml", "ignores:\n  - { rule: missing-lockfile, reason: x }\n");
    let asked = at(&editor, ".equerre.yml", 1, 14);
    let hover = editor.ask("textDocument/hover", asked);
    assert!(hover["contents"]["value"].as_str().expect("a text").contains("`missing-lockfile`"), "{hover}");
    let asked = at(&editor, "src/session.js", 0, 0);
    assert_eq!(editor.ask("textDocument/hover", asked), Value::Null);
    editor.leave();
}

#[test]
fn a_failure_is_fixed_or_set_aside_with_a_reason_to_fill_in() {
    let sandbox = product();
    let mut editor = Editor::open(&sandbox, &[]);
    editor.until("src/session.js", |list| !list.is_empty());
    editor.until("README.md", |list| !of(list, "missing-contributing-guide").is_empty());
    let readme = std::fs::read_to_string(sandbox.join("README.md")).expect("a text");
    editor.open_document("README.md", &readme);
    let offered = editor.actions("README.md", 0);
    let fix = offered.iter().find(|action| action["title"] == "Fix `missing-contributing-guide`").expect("a fix");
    let changes = &fix["edit"]["documentChanges"];
    assert_eq!((&changes[0]["kind"], &changes[0]["uri"]), (&json!("create"), &json!(editor.uri("CONTRIBUTING.md"))));
    // What it would write is what the command writes.
    sandbox.equerre(&["fix", "missing-contributing-guide"]);
    let written = std::fs::read_to_string(sandbox.join("CONTRIBUTING.md")).expect("it is written");
    assert_eq!(changes[1]["edits"][0]["newText"], written);
    // A comment does not count until it says why.
    let text = format!("// é😀\n{OPEN}\n{OPEN}");
    editor.open_document("src/session.js", &text);
    let offered = editor.actions("src/session.js", 1);
    let ignore =
        offered.iter().find(|action| action["title"].as_str().is_some_and(|title| title.starts_with("Ignore")));
    let edit = &ignore.expect("an ignore")["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(
        (&edit["range"]["start"]["line"], &edit["newText"]),
        (&json!(1), &json!(format!("// equerre: ignore[{RULE}] \n")))
    );
    let half = format!("// é😀\n// equerre: ignore[{RULE}] \n{OPEN}");
    sandbox.write("src/session.js", half.as_bytes());
    editor.save("src/session.js");
    let shown = editor.until("src/session.js", |list| of(list, RULE).len() == 1);
    assert!(
        shown.iter().any(|one| one["message"].as_str().is_some_and(|text| text.contains("gives no reason"))),
        "{shown:?}"
    );
    sandbox.write("src/session.js", half.replace("] \n", "] local proxy\n").as_bytes());
    editor.save("src/session.js");
    editor.until("src/session.js", <[Value]>::is_empty);
    editor.leave();
}

#[test]
fn files_of_its_own_are_checked_before_they_are_saved() {
    let sandbox = product();
    sandbox.write(
        "rules/a-rule.yml",
        b"severity: minor\npillar: tests\ntitle: { fr: A, en: A }\npasses-when: { file: LICENSE }\nwhy: { fr: A, en: A }\nremediation: { fr: A, en: A }\n",
    );
    sandbox.write(".equerre.yml", b"packs: [rules]\n");
    let mut editor = Editor::open(&sandbox, &[]);
    editor.until("src/session.js", |list| !list.is_empty());
    editor.open_document(".equerre.yml", "packs: [rules]\nignores:\n  - { rule: mising-licence, reason: later }\n");
    let shown = editor.until(".equerre.yml", |list| !list.is_empty());
    assert_eq!(shown[0]["range"]["start"]["line"], 2, "{shown:?}");
    assert!(
        shown[0]["message"].as_str().is_some_and(|text| text.contains("did you mean `missing-licence`?")),
        "{shown:?}"
    );
    editor.change(".equerre.yml", "packs: [rules]\n");
    editor.until(".equerre.yml", <[Value]>::is_empty);
    let rule = "severity: minr\npillar: tests\n";
    editor.open_document("rules/a-rule.yml", rule);
    let shown = editor.until("rules/a-rule.yml", |list| list.iter().any(|one| one["severity"] == 1));
    let wrong = shown.iter().find(|one| one["severity"] == 1).expect("an error");
    assert!(wrong["message"].as_str().is_some_and(|text| text.contains("did you mean `minor`?")), "{shown:?}");
    // Broken settings that are saved are told, and what was known stays shown.
    sandbox.write(".equerre.yml", b"lng: fr\n");
    editor.say("textDocument/didClose", json!({ "textDocument": { "uri": editor.uri(".equerre.yml") } }));
    editor.save(".equerre.yml");
    let shown = editor.until(".equerre.yml", |list| !list.is_empty());
    assert!(shown[0]["message"].as_str().is_some_and(|text| text.contains("unknown key `lng`")), "{shown:?}");
    let uri = editor.uri("src/session.js");
    assert_eq!(of(&editor.shown[&uri], RULE).len(), 2);
    editor.leave();
}

#[test]
fn a_thousand_saves_are_answered_by_the_last_one() {
    let sandbox = product();
    let mut editor = Editor::open(&sandbox, &[]);
    editor.until("src/session.js", |list| !list.is_empty());
    for _ in 0..1_000 {
        editor.save("src/session.js");
    }
    sandbox.write("src/session.js", b"const agent = {};\n");
    editor.save("src/session.js");
    editor.until("src/session.js", <[Value]>::is_empty);
    let refused = json!({ "jsonrpc": "2.0", "id": "x", "method": "textDocument/rename", "params": {} });
    editor.send(&refused);
    let answer = loop {
        let message = editor.hear();
        if message["id"] == "x" {
            break message;
        }
    };
    assert_eq!(answer["error"]["code"], -32_601);
    editor.leave();
}
