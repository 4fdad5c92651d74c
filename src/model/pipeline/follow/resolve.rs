//! Follows a command through the scripts of the repository to the tools that it ends up running.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::location::Location;
use crate::base::path::join;
use crate::base::pattern::lean;
use crate::model::manifest::Manifests;
use crate::model::pipeline::job::{Action, Activity};
use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::shell::{self, Shell};
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
    /// To another script, in a folder, run by a shell with some options.
    Script(String, String, Shell),
}

impl Followed {
    /// To a script that a shell without options runs.
    pub(super) fn script(text: impl Into<String>, folder: impl Into<String>) -> Self {
        Self::Script(text.into(), folder.into(), Shell::LINE)
    }

    /// To commands of which each must succeed before the next.
    pub(super) fn steps(text: impl Into<String>, folder: impl Into<String>) -> Self {
        Self::Script(text.into(), folder.into(), Shell::STEPS)
    }
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

    /// What a line run in a folder does, given to a shell without options.
    pub(crate) fn script(&self, script: &str, folder: &str) -> Vec<Reached> {
        self.script_in(script, folder, Shell::LINE)
    }

    fn script_in(&self, script: &str, folder: &str, shell: Shell) -> Vec<Reached> {
        let mut found = Vec::new();
        self.follow(script, folder, shell, &mut Trail::default(), &mut found);
        found
    }

    /// What a script does that a shell with some options runs, as actions of a pipeline where it starts at a line of a file.
    pub(crate) fn actions(&self, script: &str, folder: &str, shell: Shell, path: &str, first_line: u32) -> Vec<Action> {
        self.script_in(script, folder, shell)
            .into_iter()
            .map(|reached| Action {
                activity: reached.activity,
                tool: reached.tool,
                place: Location::line(path, first_line + reached.line),
                blocking: reached.blocking,
                on_release: false,
            })
            .collect()
    }

    fn follow(&self, script: &str, folder: &str, shell: Shell, trail: &mut Trail, found: &mut Vec<Reached>) {
        trail.followed += 1;
        if trail.steps.len() >= DEPTH || trail.followed > BUDGET {
            return;
        }
        let mut folders = Folders::new(folder);
        for command in shell::commands_in(&without_expressions(script), shell) {
            let mut reached = Vec::new();
            folders.enter(&command.subshells);
            for meaning in meaning(&command) {
                let folder = folders.here();
                match meaning {
                    Meaning::Folder(below) => folders.change(&below),
                    Meaning::Back => folders.back(),
                    Meaning::Source(file) => {
                        let meaning = Meaning::File(file, Some(command.shell));
                        self.follow_meaning(&meaning, &folder, trail, &mut reached);
                    }
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
            Meaning::Script(text, shell) => self.follow(text, folder, *shell, trail, found),
            meaning => {
                for followed in self.led_to(meaning, folder) {
                    match followed {
                        Followed::Tool(activity, tool) => found.push(Reached::tool(activity, tool)),
                        Followed::Script(text, folder, shell) => self.follow(&text, &folder, shell, trail, found),
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

/// The folders of a shell and of the subshells inside it.
struct Folders {
    /// Each with the subshell that it is of, its folder and the one before.
    all: Vec<(u32, String, String)>,
}

impl Folders {
    fn new(folder: &str) -> Self {
        Self { all: vec![(0, folder.to_owned(), folder.to_owned())] }
    }

    /// Goes to where a command runs: a subshell starts in the folder of its shell, which never sees it change.
    fn enter(&mut self, subshells: &[u32]) {
        let shared = self.all[1..].iter().zip(subshells).take_while(|((known, ..), id)| known == *id).count();
        self.all.truncate(shared + 1);
        for id in &subshells[shared..] {
            let (_, folder, before) = self.all[self.all.len() - 1].clone();
            self.all.push((*id, folder, before));
        }
    }

    fn here(&self) -> String {
        self.all[self.all.len() - 1].1.clone()
    }

    fn change(&mut self, below: &str) {
        if let Some((_, folder, before)) = self.all.last_mut()
            && let Some(changed) = join(folder, below)
        {
            *before = std::mem::replace(folder, changed);
        }
    }

    fn back(&mut self) {
        if let Some((_, folder, before)) = self.all.last_mut() {
            std::mem::swap(folder, before);
        }
    }
}

/// What other languages put into a script before a shell sees it: `${{ … }}` of GitHub, `$[[ … ]]` of GitLab, `<< … >>` of
/// CircleCI. They hold operators that are not the shell's.
fn without_expressions(script: &str) -> String {
    static OTHERS: LazyLock<Regex> =
        LazyLock::new(|| lean(r"\$\[\[[^\]\n]*\]\]|<<[ #^/]*(?:parameters|pipeline|matrix)\.[\w.-]*[ ]*>>"));
    let script = OTHERS.replace_all(script, "EXPRESSION");
    let mut clean = String::with_capacity(script.len());
    let mut rest = script.as_ref();
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
