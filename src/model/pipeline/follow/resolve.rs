//! Follows a command through the scripts of the repository to the tools that it ends up running.

use crate::base::location::Location;
use crate::base::path::join;
use crate::model::manifest::Manifests;
use crate::model::pipeline::job::{Action, Activity};
use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::shell;
use crate::model::pipeline::words::meaning;
use crate::read::inventory::Inventory;

/// How many indirections are followed.
const DEPTH: usize = 8;

/// How many scripts are followed for one step: scripts that call each other in a large workspace multiply.
const BUDGET: u32 = 2_000;

/// Where one indirection leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Followed {
    /// To a tool.
    Tool(Activity, String),
    /// To another script, in a folder.
    Script(String, String),
}

/// Follows commands.
pub(crate) struct Resolver<'r> {
    /// The files.
    pub inventory: &'r Inventory,
    /// The manifests, for their scripts.
    pub manifests: &'r Manifests,
    followers: &'static [Follower],
}

/// Says where a meaning leads from a folder; `None` for one that it does not know.
pub(super) type Follower = fn(&Resolver<'_>, &Meaning, &str) -> Option<Vec<Followed>>;

/// The indirections that lead to a script, and how many scripts were followed in all.
#[derive(Default)]
struct Trail {
    steps: Vec<String>,
    followed: u32,
}

/// A tool at the end of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reached {
    /// What it does.
    pub activity: Activity,
    /// Its name.
    pub tool: String,
    /// The line of the script where the way began, from 0.
    pub line: u32,
    /// Whether its failure is felt.
    pub blocking: bool,
}

impl Reached {
    fn tool(activity: Activity, tool: String) -> Self {
        Self { activity, tool, line: 0, blocking: true }
    }
}

impl<'r> Resolver<'r> {
    /// A resolver over a repository, with those who know where each meaning leads.
    pub(super) fn new(inventory: &'r Inventory, manifests: &'r Manifests, followers: &'static [Follower]) -> Self {
        Self { inventory, manifests, followers }
    }

    /// What a script run in a folder does.
    pub(crate) fn script(&self, script: &str, folder: &str) -> Vec<Reached> {
        let mut found = Vec::new();
        self.follow(script, folder, &mut Trail::default(), &mut found);
        found
    }

    /// The same, as actions of a pipeline whose script starts at a line of a file.
    pub(crate) fn actions(&self, script: &str, folder: &str, path: &str, first_line: u32) -> Vec<Action> {
        self.script(script, folder)
            .into_iter()
            .map(|reached| Action {
                activity: reached.activity,
                tool: reached.tool,
                place: Location::line(path, first_line + reached.line),
                blocking: reached.blocking,
            })
            .collect()
    }

    fn follow(&self, script: &str, folder: &str, trail: &mut Trail, found: &mut Vec<Reached>) {
        trail.followed += 1;
        if trail.steps.len() >= DEPTH || trail.followed > BUDGET {
            return;
        }
        let mut folder = folder.to_owned();
        for command in shell::commands(&without_expressions(script)) {
            let mut reached = Vec::new();
            for meaning in meaning(&command) {
                match meaning {
                    Meaning::Folder(below) => folder = join(&folder, &below).unwrap_or(folder),
                    Meaning::Tool(activity, ref tool) => {
                        reached.push(Reached::tool(activity, tool.clone()));
                        self.follow_meaning(&meaning, &folder, trail, &mut reached);
                    }
                    meaning => self.follow_meaning(&meaning, &folder, trail, &mut reached),
                }
            }
            for mut tool in reached {
                tool.line = command.line;
                tool.blocking &= !command.tolerated;
                found.push(tool);
            }
        }
    }

    /// Follows what a command means, unless the way already led there.
    fn follow_meaning(&self, meaning: &Meaning, folder: &str, trail: &mut Trail, found: &mut Vec<Reached>) {
        let step = format!("{meaning:?} in {folder}");
        if trail.steps.contains(&step) {
            return;
        }
        trail.steps.push(step);
        match meaning {
            Meaning::Script(text) => self.follow(text, folder, trail, found),
            meaning => {
                for followed in self.led_to(meaning, folder) {
                    match followed {
                        Followed::Tool(activity, tool) => found.push(Reached::tool(activity, tool)),
                        Followed::Script(text, folder) => self.follow(&text, &folder, trail, found),
                    }
                }
            }
        }
        trail.steps.pop();
    }

    /// Where a meaning leads, by the follower that knows it.
    fn led_to(&self, meaning: &Meaning, folder: &str) -> Vec<Followed> {
        self.followers.iter().find_map(|follow| follow(self, meaning, folder)).unwrap_or_default()
    }

    /// A path of a checkout in the home folder, `~/product/api`, as a path of the repository.
    pub(in crate::model::pipeline) fn below_home(&self, path: &str) -> Option<String> {
        match path.strip_prefix("~/") {
            Some(home) => join("", home.split_once('/')?.1),
            None => join("", path),
        }
    }
}

/// `${{ … }}` of GitHub holds operators that are not the shell's.
fn without_expressions(script: &str) -> String {
    let mut clean = String::with_capacity(script.len());
    let mut rest = script;
    while let Some((before, after)) = rest.split_once("${{") {
        clean.push_str(before);
        let (inside, tail) = after.split_once("}}").unwrap_or((after, ""));
        // The name of a secret says what an address is for.
        let name = inside.trim();
        clean.push_str("EXPRESSION");
        if let Some(name) = name.strip_prefix("secrets.").or_else(|| name.strip_prefix("vars.")) {
            clean.extend(name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_'));
        }
        clean.extend(inside.chars().filter(|c| *c == '\n'));
        rest = tail;
    }
    clean.push_str(rest);
    clean
}
