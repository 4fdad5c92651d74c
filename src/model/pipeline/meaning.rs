//! What a command turns out to be: a tool that runs, or an indirection that leads further.

use super::job::Activity;
use super::shell::Shell;

/// What a command turns out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A known tool that runs.
    Tool(Activity, String),
    /// Another script text, in the same folder, and the options of the shell that runs it.
    Script(String, Shell),
    /// A script of a package manager: its name, and the folder or package that a flag designates.
    Package {
        /// The script's name.
        script: String,
        /// Which packages it is asked of.
        target: Target,
        /// The words that follow it.
        args: Vec<String>,
    },
    /// A target of an Nx workspace, in one project or in all.
    Nx {
        /// Its name.
        target: String,
        /// The project, where one is named.
        project: Option<String>,
    },
    /// A service of a compose file, with the command to run in it; its own, if none is given.
    Service {
        /// Its name.
        name: String,
        /// The command.
        command: Vec<String>,
    },
    /// The build of an image.
    Image {
        /// The Dockerfile, where one is named.
        file: Option<String>,
        /// The stage to stop at.
        stage: Option<String>,
        /// The folder that it is built from.
        context: String,
    },
    /// A target of a Makefile, with the variables that the command line gives.
    Make {
        /// Its name.
        target: String,
        /// Names and values.
        variables: Vec<(String, String)>,
    },
    /// A recipe of a justfile.
    Just(String),
    /// A Composer script.
    Composer(String),
    /// A task of a Rakefile, and what its name stands for where no file defines it.
    Rake {
        /// The task.
        task: String,
        /// What is known under that name.
        known: Option<Activity>,
    },
    /// Environments of tox; all of them, if none is named.
    Tox(Vec<String>),
    /// Sessions of nox; all of them, if none is named.
    Nox(Vec<String>),
    /// The hooks of pre-commit.
    Hooks,
    /// The commands of a hook of Lefthook.
    Lefthook(String),
    /// A file of the repository that is run, and the options of its shell, where the command gives them.
    File(String, Option<Shell>),
    /// A file that the shell reads as if it stood there.
    Source(String),
    /// A change of folder for what follows.
    Folder(String),
    /// The way back to the folder before.
    Back,
}

/// Which packages a script is asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The package of the current folder.
    Here,
    /// The package of a folder.
    Folder(String),
    /// The package of a name, or every package that matches.
    Named(String),
    /// Every package that has the script.
    Everywhere,
}

impl Meaning {
    /// A script of the manifest, without arguments.
    pub(super) fn package(script: &str, target: Target) -> Self {
        Self::Package { script: script.to_owned(), target, args: Vec::new() }
    }

    /// A tool that runs.
    pub(super) fn tool(activity: Activity, name: impl Into<String>) -> Self {
        Self::Tool(activity, name.into())
    }
}
