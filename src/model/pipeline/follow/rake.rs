//! What the tasks of Rakefiles run: enough of Ruby to know their commands and the tasks that they call.

use std::sync::LazyLock;

use regex::Regex;

use super::resolve::{Followed, Resolver};
use crate::base::path::below;
use crate::base::pattern::lean;
use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::Meaning;

/// Classes that define a task that runs a tool, and the name of the task where none is given.
const READY_MADE: &[(&str, &str, Activity, &str)] = &[
    ("RSpec::Core::RakeTask", "spec", Activity::Test, "rspec"),
    ("Rake::TestTask", "test", Activity::Test, "rake"),
    ("Minitest::TestTask", "test", Activity::Test, "minitest"),
    ("Cucumber::Rake::Task", "cucumber", Activity::EndToEndTest, "cucumber"),
    ("RuboCop::RakeTask", "rubocop", Activity::Lint, "rubocop"),
    ("Reek::Rake::Task", "reek", Activity::Lint, "reek"),
    ("HamlLint::RakeTask", "haml_lint", Activity::Lint, "haml-lint"),
    ("SlimLint::RakeTask", "slim_lint", Activity::Lint, "slim-lint"),
    ("StandardRB", "standard", Activity::Lint, "standardrb"),
    ("Bundler::Audit::Task", "bundle:audit", Activity::SecurityScan, "bundler-audit"),
];

/// A task of a file.
#[derive(Debug, Default)]
struct Task {
    name: String,
    /// What it calls and runs, as a script.
    script: String,
    /// Whether it has a body; a line without one adds to a task that a gem may define.
    body: bool,
    /// Whether it holds Ruby that is not read.
    unread: bool,
    ready: Option<(Activity, &'static str)>,
}

/// What a task of rake runs.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    let Meaning::Rake { task: name, known } = meaning else { return None };
    Some(task(resolver, name, *known, folder))
}

/// What a task does: what its files say; where none defines it, what its name stands for.
fn task(resolver: &Resolver<'_>, name: &str, known: Option<Activity>, folder: &str) -> Vec<Followed> {
    let mut found = Vec::new();
    // The tests of Rails and RSpec come from gems; the default task is what the files say.
    let mut defined = false;
    let files = resolver.inventory.own_files().filter(|file| {
        let below = below(folder, &file.path).unwrap_or_default();
        matches!(below, "Rakefile" | "rakefile" | "Rakefile.rb")
            || below.ends_with(".rake") && (below.starts_with("lib/tasks/") || below.starts_with("rakelib/"))
    });
    let texts = files.filter_map(|file| resolver.inventory.text(&file.path));
    for task in texts.flat_map(|text| tasks(&text)).filter(|task| task.name == name) {
        defined |= task.body || task.ready.is_some() || name == "default" || known.is_none();
        if let Some((activity, tool)) = task.ready {
            found.push(Followed::Tool(activity, tool.to_owned()));
        }
        if !task.script.is_empty() {
            found.push(Followed::steps(task.script, folder.to_owned()));
        } else if task.unread
            && let Some(activity) = known
        {
            found.push(Followed::Tool(activity, "rake".to_owned()));
        }
    }
    if !defined && let Some(activity) = known {
        found.push(Followed::Tool(activity, "rake".to_owned()));
    }
    found
}

/// Blocks that are open: a namespace, a task by its index, or another one.
enum Block {
    Namespace(String),
    Task(usize),
    Other,
}

fn tasks(text: &str) -> Vec<Task> {
    static NAMESPACE: LazyLock<Regex> = LazyLock::new(|| lean(r#"^namespace[\s(]+:?["']?([\w-]+)"#));
    static TASK: LazyLock<Regex> = LazyLock::new(|| {
        lean(r#"^(?:multitask|task)[\s(]+:?["']?([\w-]+(?::[\w-]+)*)["']?\s*(=>|:|,|\)|do\b|$)(.*)$"#)
    });
    static NEW: LazyLock<Regex> = LazyLock::new(|| lean(r#"([A-Z]\w+(?:::\w+)*)\.new(?:[\s(]+:?["']?([\w-]+))?"#));
    let mut found: Vec<Task> = Vec::new();
    let mut open: Vec<Block> = Vec::new();
    for line in text.lines() {
        let code = line.trim();
        if code.is_empty() || code.starts_with('#') {
            continue;
        }
        let inside = open.iter().rev().find_map(|block| match block {
            Block::Task(at) => Some(*at),
            _ => None,
        });
        let prefix: String = open
            .iter()
            .filter_map(|block| match block {
                Block::Namespace(name) => Some(format!("{name}:")),
                _ => None,
            })
            .collect();
        let opens = code.ends_with(" do") || code.contains(" do |");
        if let Some(name) = NAMESPACE.captures(code) {
            open.push(Block::Namespace(name[1].to_owned()));
        } else if let (None, Some(head)) = (inside, TASK.captures(code)) {
            let mut task = Task { name: format!("{prefix}{}", &head[1]), ..Task::default() };
            let rest = head[3].split(" do").next().unwrap_or_default();
            // `task lint: [:a, :b]`, `task :lint => %w[a b]`, `task :lint, [:arg] => :a`.
            let needed = match (&head[2], rest.rsplit_once("=>")) {
                ("=>" | ":", _) => rest,
                (_, Some((_, needed))) => needed,
                (_, None) => "",
            };
            for name in needed.split(|c: char| !c.is_alphanumeric() && !"_:-".contains(c)) {
                let name = name.trim_start_matches(':').trim_end_matches(':');
                if !name.is_empty() && !matches!(name, "environment" | "w" | "i") {
                    task.script.push_str(&format!("rake {name}\n"));
                }
            }
            task.body = opens;
            if opens {
                open.push(Block::Task(found.len()));
            }
            found.push(task);
        } else if let Some(task) = inside.and_then(|at| found.get_mut(at)) {
            let commands = commands_of(code);
            if commands.is_empty() && code != "end" && !code.starts_with("puts") {
                task.unread = true;
            }
            task.script.extend(commands.iter().map(|command| format!("{command}\n")));
        } else if let Some(new) = NEW.captures(code)
            && let Some((_, default, activity, tool)) = READY_MADE.iter().find(|(class, ..)| *class == &new[1])
        {
            let name = new.get(2).map_or(*default, |name| name.as_str());
            found.push(Task { name: format!("{prefix}{name}"), ready: Some((*activity, tool)), ..Task::default() });
        }
        let first = code.split([' ', '(']).next().unwrap_or_default();
        let is_task = matches!(open.last(), Some(Block::Task(at)) if inside != Some(*at));
        let is_namespace = NAMESPACE.is_match(code);
        if code == "end" || code.starts_with("end ") || code.starts_with("end.") {
            open.pop();
        } else if !is_task
            && !is_namespace
            && (opens || matches!(first, "if" | "unless" | "begin" | "case" | "def" | "while" | "class" | "module"))
        {
            open.push(Block::Other);
        }
    }
    found
}

/// The commands that a line of Ruby runs.
fn commands_of(code: &str) -> Vec<String> {
    static RUN: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"(?:\b(?:sh|system|exec|run)[\s(]+((?:["'][^"']*["'](?:\s*,\s*)?)+)|`([^`]+)`|\bTask\[["':]*([\w:-]+)["']?\])"#,
        )
    });
    static WORD: LazyLock<Regex> = LazyLock::new(|| lean(r#"["']([^"']*)["']"#));
    let found = RUN.captures_iter(code).map(|found| match (found.get(1), found.get(2), found.get(3)) {
        (Some(words), ..) => {
            WORD.captures_iter(words.as_str()).map(|word| word[1].to_owned()).collect::<Vec<_>>().join(" ")
        }
        (_, Some(text), _) => text.as_str().to_owned(),
        (_, _, Some(task)) => format!("rake {}", task.as_str()),
        _ => String::new(),
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::resolver;
    use crate::model::manifest::Manifests;
    use crate::read::inventory::Inventory;

    fn tools(files: &[(&str, &str)], script: &str) -> Vec<String> {
        let inventory = Inventory::of(files.iter().copied());
        let manifests = Manifests::read(&inventory);
        resolver(&inventory, &manifests).script(script, "").into_iter().map(|reached| reached.tool).collect()
    }

    #[test]
    fn a_task_does_what_its_body_and_its_needs_say() {
        let files = [
            (
                "Rakefile",
                "require 'rubocop/rake_task'\nRuboCop::RakeTask.new\ntask :ci => %w[lint spec]\ntask default: [:audit]\n",
            ),
            (
                "lib/tasks/lint.rake",
                "desc 'x'\ntask :lint do\n  sh \"bundle exec rubocop\"\n  # sh 'npx eslint .'\n  if ENV['CI']\n    system('npx', 'stylelint', 'a')\n  end\nend\nnamespace :sec do\n  task audit: :environment do\n    `brakeman -q`\n  end\nend\ntask :audit do\n  Rake::Task['sec:audit'].invoke\nend\n",
            ),
        ];
        assert_eq!(tools(&files, "bundle exec rake lint"), ["rubocop", "stylelint"]);
        assert_eq!(tools(&files, "bin/rake ci"), ["rubocop", "stylelint", "rake"]);
        assert_eq!(tools(&files, "rake"), ["brakeman"]);
        assert_eq!(tools(&files, "rake rubocop"), ["rubocop"]);
        assert_eq!(tools(&files, "bin/rails sec:audit"), ["brakeman"]);
    }

    #[test]
    fn a_need_added_to_a_task_of_a_gem_takes_nothing_from_it() {
        let files =
            [("Rakefile", "task test: 'assets:flush'\n"), ("lib/tasks/a.rake", "task ci: %i[lint]\ntask lint: 'x'\n")];
        assert_eq!(tools(&files, "bundle exec rake test"), ["rake"]);
        assert!(tools(&[("Rakefile", "task default: :x\n")], "rake").is_empty());
    }

    #[test]
    fn a_task_whose_commands_are_commented_out_does_nothing() {
        assert!(tools(&[("Rakefile", "task :lint do\n  # sh 'rubocop'\nend\n")], "rake lint").is_empty());
    }

    #[test]
    fn a_task_of_a_gem_or_of_ruby_alone_is_what_its_name_says() {
        assert_eq!(tools(&[("Gemfile", "gem 'rspec'\n")], "bundle exec rake spec"), ["rake"]);
        assert_eq!(tools(&[("Rakefile", "task :lint do\n  RuboCop::CLI.new.run\nend\n")], "rake lint"), ["rake"]);
    }
}
