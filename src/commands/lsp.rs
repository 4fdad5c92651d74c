//! `equerre lsp`: the failures of the open folder where they are seen, for any editor that speaks the Language Server Protocol.
//!
//! One thread answers the editor; another one audits, on opening and on saving, with what the last audit has left. An audit that is
//! overtaken by a later save says nothing.

mod actions;
mod auditor;
mod desk;
mod own_files;
mod places;
mod snapshot;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use lsp_server::{Connection, ErrorCode, Message, Request, Response};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, Diagnostic, Hover,
    HoverContents, HoverParams, HoverProviderCapability, MarkupContent, MarkupKind, Position, SaveOptions,
    ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, Uri,
};
use serde::Deserialize;
use serde_json::Value as Json;

use actions::{actions, rule_of};
use auditor::{Auditor, Work};
use desk::{Desk, Document, hold};
use places::{name_at, path_of};

use super::console::{CommandResult, Console};
use crate::base::error::Error;
use crate::base::text::{Lang, localized};
use crate::check::{Options, Settings};
use crate::cli::LspArgs;
use crate::config::FILE;

/// Serves an editor until it leaves.
pub(super) fn run(args: &LspArgs, console: &Console) -> CommandResult {
    let (connection, threads) = Connection::stdio();
    let client = initialize(&connection)?;
    let lang = args.lang.or_else(|| Lang::from_name(client.lang.as_deref()?));
    let options = Options {
        lang,
        fallback_lang: console.lang(),
        pedantic: args.pedantic,
        rules: args.rules.folders.clone(),
        no_embedded: args.rules.no_embedded,
        settings: Settings::OfRepository,
        ..Options::default()
    };
    let desk = Desk::default();
    let sender = connection.sender.clone();
    // An editor that has gone away is no reason to fail.
    let tell = move |message| drop(sender.send(message));
    let auditor = Auditor::start(client.folders, options, client.related, Arc::clone(&desk), tell);
    let ended = serve(&connection, &desk, &auditor);
    auditor.stop();
    // The threads of the connection end with it.
    drop(connection);
    threads.join().map_err(|error| Error::foreign(&error))?;
    ended.map(|()| ExitCode::SUCCESS)
}

/// What an editor says of itself.
struct Client {
    folders: Vec<PathBuf>,
    lang: Option<String>,
    /// Whether it shows other places beside a diagnostic.
    related: bool,
}

/// What is asked of the parameters of `initialize`; whatever else an editor says is its own affair.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Initialize {
    workspace_folders: Option<Vec<Folder>>,
    root_uri: Option<String>,
    #[serde(default)]
    initialization_options: Json,
    #[serde(default)]
    capabilities: Json,
}

#[derive(Deserialize)]
struct Folder {
    uri: String,
}

/// Greets the editor.
fn initialize(connection: &Connection) -> Result<Client, Error> {
    let failed = |error: &dyn std::error::Error| {
        let help = localized!(
            "an editor starts this command; the guide has its settings",
            "un éditeur lance cette commande ; le guide donne ses réglages"
        );
        Error::new(localized!("no editor speaks here: {error}", "aucun éditeur ne parle ici : {error}"), Some(help))
    };
    let (id, params) = connection.initialize_start().map_err(|error| failed(&error))?;
    let params: Initialize = serde_json::from_value(params).map_err(|error| failed(&error))?;
    let answer = serde_json::json!({
        "capabilities": capabilities(),
        "serverInfo": { "name": "equerre", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, answer).map_err(|error| failed(&error))?;
    let folders = params.workspace_folders.filter(|folders| !folders.is_empty());
    let uris = folders.map(|folders| folders.into_iter().map(|folder| folder.uri).collect());
    let uris: Vec<String> = uris.or_else(|| Some(vec![params.root_uri?])).unwrap_or_default();
    Ok(Client {
        folders: uris.iter().filter_map(|uri| path_of(uri)).collect(),
        lang: params.initialization_options["lang"].as_str().map(str::to_owned),
        related: params.capabilities["textDocument"]["publishDiagnostics"]["relatedInformation"] == Json::Bool(true),
    })
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::FULL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    }
}

/// Answers the editor until it says goodbye.
fn serve(connection: &Connection, desk: &Desk, auditor: &Auditor) -> Result<(), Error> {
    auditor.ask(Work::Audit { afresh: false });
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request).map_err(|error| Error::foreign(&error))? {
                    return Ok(());
                }
                let response = answer(request, desk);
                if connection.sender.send(Message::Response(response)).is_err() {
                    return Ok(());
                }
            }
            Message::Notification(notification) => {
                if let Some(work) = hear(&notification.method, notification.params, desk) {
                    auditor.ask(work);
                }
            }
            Message::Response(_) => {}
        }
    }
    Ok(())
}

/// What a notification says of a document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfDocument {
    text_document: Named,
    #[serde(default)]
    content_changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Named {
    uri: Uri,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Change {
    text: String,
}

/// Takes note of what the editor says; what is to be done about it, if anything is.
fn hear(method: &str, params: Json, desk: &Desk) -> Option<Work> {
    if method == "workspace/didChangeWatchedFiles" {
        return Some(Work::Audit { afresh: true });
    }
    let said: OfDocument = serde_json::from_value(params).ok()?;
    let path = path_of(said.text_document.uri.as_str())?;
    match method {
        "textDocument/didOpen" => {
            let document = Document { uri: said.text_document.uri, text: said.text_document.text.unwrap_or_default() };
            hold(desk).documents.insert(path.clone(), document);
            Some(Work::Opened(path))
        }
        "textDocument/didChange" => {
            // Documents are sent whole: the last text is the one that counts.
            let text = said.content_changes.into_iter().next_back()?.text;
            hold(desk).documents.insert(path.clone(), Document { uri: said.text_document.uri, text });
            Some(Work::Edited(path))
        }
        "textDocument/didClose" => {
            hold(desk).documents.remove(&path);
            Some(Work::Closed(path))
        }
        // What was kept depends on the settings.
        "textDocument/didSave" => Some(Work::Audit { afresh: path.file_name().is_some_and(|name| name == FILE) }),
        _ => None,
    }
}

/// Answers a request.
fn answer(request: Request, desk: &Desk) -> Response {
    let result = match request.method.as_str() {
        "textDocument/hover" => serde_json::from_value(request.params)
            .map(|params: HoverParams| serde_json::to_value(hover(&params, desk)).unwrap_or_default()),
        "textDocument/codeAction" => serde_json::from_value(request.params)
            .map(|params: CodeActionParams| serde_json::to_value(offered(&params, desk)).unwrap_or_default()),
        other => {
            let message = format!("`{other}` is not answered");
            return Response::new_err(request.id, ErrorCode::MethodNotFound as i32, message);
        }
    };
    match result {
        Ok(result) => Response::new_ok(request.id, result),
        Err(error) => Response::new_err(request.id, ErrorCode::InvalidParams as i32, error.to_string()),
    }
}

/// What the failures of a line mean, or the rule that is named there.
fn hover(params: &HoverParams, desk: &Desk) -> Option<Hover> {
    let of = &params.text_document_position_params;
    let path = path_of(of.text_document.uri.as_str())?;
    let desk = hold(desk);
    let (snapshot, name) = desk.audit_of(&path)?;
    let at: Position = of.position;
    let named = desk.documents.get(&path).and_then(|document| name_at(&document.text, at));
    let mut rules: Vec<&str> = named.filter(|name| snapshot.rules.contains_key(*name)).into_iter().collect();
    if rules.is_empty() {
        let here =
            |diagnostic: &&Diagnostic| (diagnostic.range.start.line..=diagnostic.range.end.line).contains(&at.line);
        rules = snapshot.diagnostics.get(&name)?.iter().filter(here).filter_map(rule_of).collect();
        rules.dedup();
    }
    let texts: Vec<&str> = rules.iter().filter_map(|rule| snapshot.rules.get(*rule)).map(String::as_str).collect();
    let value = texts.join("\n\n---\n\n");
    let known = !value.is_empty();
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    known.then_some(Hover { contents, range: None })
}

/// What can be done about the failures of a part of a document.
fn offered(params: &CodeActionParams, desk: &Desk) -> Vec<lsp_types::CodeAction> {
    let desk = hold(desk);
    let Some(path) = path_of(params.text_document.uri.as_str()) else { return Vec::new() };
    let Some((snapshot, name)) = desk.audit_of(&path) else { return Vec::new() };
    let Some(document) = desk.documents.get(&path) else { return Vec::new() };
    let (from, to) = (params.range.start.line, params.range.end.line);
    let here = |diagnostic: &&Diagnostic| diagnostic.range.start.line <= to && diagnostic.range.end.line >= from;
    let known = snapshot.diagnostics.get(&name).map(Vec::as_slice).unwrap_or_default();
    let open = |path: &str| desk.documents.get(&snapshot.root.join(path));
    known.iter().filter(here).flat_map(|diagnostic| actions(snapshot, &name, document, diagnostic, open)).collect()
}
