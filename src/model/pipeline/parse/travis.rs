//! Travis CI's `.travis.yml`.

use crate::model::pipeline::follow::Resolver;
use crate::model::pipeline::job::{Job, Pipeline};
use crate::model::pipeline::shell::Shell;
use crate::read::document::Node;

/// Reads the one job of a file.
pub(in crate::model::pipeline) fn read(resolver: &Resolver<'_>, path: &str, root: &Node) -> Vec<Pipeline> {
    let mut job = Job { id: "travis".to_owned(), blocking: true, runs_commands: true, line: 1, ..Job::default() };
    for key in ["before_script", "script"] {
        for line in root.get(key).map(Node::items_or_self).unwrap_or_default() {
            let text = line.text().unwrap_or_default();
            job.actions.extend(resolver.actions(text, "", Shell::LINE, path, line.line));
        }
    }
    // The default script of Node.js (https://docs.travis-ci.com/user/languages/javascript-with-nodejs/#default-build-script).
    if root.get("script").is_none() && root.text_of("language") == Some("node_js") {
        job.actions.extend(resolver.actions("npm test", "", Shell::LINE, path, 1));
    }
    vec![Pipeline::on_every_push("travis", path, vec![job])]
}
