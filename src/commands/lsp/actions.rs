//! What an editor offers to do about a failure: what a machine can write, or a comment that sets it aside with a reason.

use lsp_types::{
    CodeAction, CodeActionKind, CreateFile, CreateFileOptions, Diagnostic, DocumentChangeOperation, DocumentChanges,
    NumberOrString, OneOf, OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp, TextDocumentEdit,
    TextEdit, Uri, WorkspaceEdit,
};

use super::desk::Document;
use super::places::uri_of;
use super::snapshot::Snapshot;
use crate::base::text::{Lang, to_u32};
use crate::fix::FileChange;
use crate::read::inline_ignores::written;

/// The rule of a diagnostic of ours.
pub(super) fn rule_of(diagnostic: &Diagnostic) -> Option<&str> {
    match &diagnostic.code {
        Some(NumberOrString::String(rule)) => Some(rule),
        _ => None,
    }
}

/// What can be done about a failure in a document; `open` gives the text that the editor holds of a file.
pub(super) fn actions<'d>(
    snapshot: &Snapshot,
    path: &str,
    document: &Document,
    diagnostic: &Diagnostic,
    open: impl Fn(&str) -> Option<&'d Document>,
) -> Vec<CodeAction> {
    let Some(rule) = rule_of(diagnostic) else { return Vec::new() };
    let fix = snapshot.fixes.get(rule).and_then(|changes| fix(snapshot, changes, open)).map(|edit| CodeAction {
        title: match snapshot.lang {
            Lang::En => format!("Fix `{rule}`"),
            Lang::Fr => format!("Corriger `{rule}`"),
        },
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic.clone()]),
        edit: Some(edit),
        is_preferred: Some(true),
        ..CodeAction::default()
    });
    let ignore = ignore(rule, path, document, diagnostic.range.start).map(|edit| CodeAction {
        title: match snapshot.lang {
            Lang::En => format!("Ignore `{rule}` here, with a reason to fill in"),
            Lang::Fr => format!("Écarter `{rule}` ici, avec une raison à écrire"),
        },
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic.clone()]),
        edit: Some(edit),
        ..CodeAction::default()
    });
    fix.into_iter().chain(ignore).collect()
}

/// The changes of a fix as an edit; nothing where the editor holds another text than the one that they were planned on.
fn fix<'d>(
    snapshot: &Snapshot,
    changes: &[FileChange],
    open: impl Fn(&str) -> Option<&'d Document>,
) -> Option<WorkspaceEdit> {
    let mut operations = Vec::new();
    for change in changes {
        let uri = uri_of(&snapshot.root.join(change.path()))?;
        let edit = match change {
            FileChange::Create { text, .. } => {
                let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
                let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
                operations.push(DocumentChangeOperation::Op(ResourceOp::Create(create)));
                TextEdit::new(Range::default(), text.clone())
            }
            FileChange::Edit { path, before, after } => {
                if open(path).is_some_and(|document| document.text != *before) {
                    return None;
                }
                difference(before, after)
            }
            FileChange::Untrack { .. } => return None,
        };
        operations.push(DocumentChangeOperation::Edit(text_edit(uri, edit)));
    }
    Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(operations)), ..WorkspaceEdit::default() })
}

fn text_edit(uri: Uri, edit: TextEdit) -> TextDocumentEdit {
    TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: vec![OneOf::Left(edit)],
    }
}

/// The lines that differ between two texts, as one edit.
fn difference(before: &str, after: &str) -> TextEdit {
    let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(before), lines(after));
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let most = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
    let position = |line: usize| match before.ends_with('\n') || line < old.len() {
        true => Position::new(to_u32(line), 0),
        // A last line without an end has no line after it.
        false => {
            let last = old.last().map_or(0, |last| last.chars().map(char::len_utf16).sum());
            Position::new(to_u32(line.saturating_sub(1)), to_u32(last))
        }
    };
    let range = Range::new(position(start), position(old.len() - end));
    TextEdit::new(range, new[start..new.len() - end].concat())
}

/// A comment above the line of a failure. It counts once it says why; until then the report tells that it does not.
fn ignore(rule: &str, path: &str, document: &Document, at: Position) -> Option<WorkspaceEdit> {
    let line = document.text.lines().nth(at.line as usize).unwrap_or_default();
    let comment = written(path, line, rule)?;
    // Nothing stands before the first line of a script that names its interpreter.
    let row = if at.line == 0 && line.starts_with("#!") { 1 } else { at.line };
    let position = Position::new(row, 0);
    let edit = TextEdit::new(Range::new(position, position), format!("{comment}\n"));
    let edits = vec![text_edit(document.uri.clone(), edit)];
    Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(edits)), ..WorkspaceEdit::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(before: &str, edit: &TextEdit) -> String {
        let at = |position: Position| {
            let start: usize = before.split_inclusive('\n').take(position.line as usize).map(str::len).sum();
            start + position.character as usize
        };
        format!("{}{}{}", &before[..at(edit.range.start)], edit.new_text, &before[at(edit.range.end)..])
    }

    #[test]
    fn a_difference_applied_gives_the_text_that_was_planned() {
        for (before, after) in [
            ("a\nb\nc\n", "a\nB\nc\n"),
            ("a\nb\n", "a\nb\nc\n"),
            ("a\nb", "a\nb\nc\n"),
            ("", "a\n"),
            ("a\na\n", "a\na\na\n"),
            ("a\nb\nc", "a\nc"),
        ] {
            assert_eq!(applied(before, &difference(before, after)), after, "{before:?}");
        }
    }
}
