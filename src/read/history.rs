//! What git's history shows: commits of the main line, messages, tags, branches and remotes, up to a date.

use std::collections::{BinaryHeap, HashSet};

use git2::{Oid, Reference, Repository};
use serde::Deserialize;

use crate::base::text::Localized;
use crate::read::objects::{Loose, Objects};
use crate::read::source::Note;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// Seconds of a week of seven days, counted back from the date of the audit.
pub(crate) const WEEK: i64 = 7 * DAY;

/// How far back the main line is walked: twelve months, in weeks.
pub(crate) const WINDOW_WEEKS: i64 = 53;

/// How many messages are read.
const MESSAGES: usize = 100;

/// How many commits one walk looks at.
const COMMITS: usize = 500_000;

/// How many tags and branches are read.
const REFS: usize = 200_000;

/// A commit of the main line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Full object id, in hexadecimal.
    pub id: String,
    /// Date of commit, in seconds since 1970.
    pub time: i64,
    /// Date of authorship, in seconds since 1970: rebases keep it.
    pub authored: i64,
    /// First line of the message.
    pub subject: String,
    /// Whether it has several parents.
    pub merge: bool,
    /// Whether a bot that updates dependencies wrote it.
    pub by_update_bot: bool,
}

/// A change and when it reached the main line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergedChange {
    /// Whether a bot that updates dependencies wrote it.
    pub by_update_bot: bool,
    /// Date of authorship, in seconds since 1970.
    pub authored: i64,
    /// Date of the commit of the main line that brought it, in seconds since 1970.
    pub landed: i64,
}

/// A tag and the date of its commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its short name.
    pub name: String,
    /// Date of the commit that it designates, in seconds since 1970.
    pub time: i64,
    /// When it was set: the date of an annotated tag, else that of its commit, in seconds since 1970.
    pub set: i64,
    /// Full object id of that commit.
    pub commit: String,
}

/// A branch of this clone or of its remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its name, without the remote.
    pub name: String,
    /// Date of its last commit, in seconds since 1970.
    pub time: i64,
}

/// The moves of a branch that is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployLine {
    /// Its name.
    pub branch: String,
    /// Its first-parent commits over the last [`WINDOW_WEEKS`] weeks, newest first.
    pub commits: Vec<Commit>,
}

/// A remote of this clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its name.
    pub name: String,
    /// Its URL, without credentials.
    pub url: String,
}

/// Branches whose every move is a deployment, where a platform or a workflow watches them.
const DEPLOY_BRANCHES: &[&str] =
    &["production", "prod", "deploy-production", "deploy", "deployment", "release-production"];

/// The first of those that exists.
fn deploy_branch(branches: &[Branch]) -> Option<String> {
    let known = |name: &&&str| branches.iter().any(|branch| branch.name == ***name);
    DEPLOY_BRANCHES.iter().find(known).map(|name| (*name).to_owned())
}

/// Why history cannot be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoHistory {
    /// The folder is not in a git repository, or git was left aside.
    NoGit,
    /// The repository has no commit yet.
    Unborn,
}

impl NoHistory {
    /// The reason, in words.
    pub fn explain(self) -> Localized {
        match self {
            Self::NoGit => Localized::new("there is no git repository here", "il n'y a pas de dépôt git ici"),
            Self::Unborn => Localized::new("the repository has no commit yet", "le dépôt n'a pas encore de commit"),
        }
    }
}

/// The history of a repository, as far as this clone holds it.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The commit that the audit starts from.
    pub head: Option<Commit>,
    /// The name of the branch that is checked out.
    pub branch: Option<String>,
    /// First-parent line of the head, newest first, over the last [`WINDOW_WEEKS`] weeks before the date of the audit.
    pub main_line: Vec<Commit>,
    /// Whether the main line was followed to its first commit.
    pub reaches_root: bool,
    /// The changes that reached the main line over the same time; merges are not changes.
    pub changes: Vec<MergedChange>,
    /// The last hundred commits that are not merges, newest first.
    pub recent: Vec<Commit>,
    /// Every tag whose commit this clone holds.
    pub tags: Vec<Tag>,
    /// Branches, the remote's first.
    pub branches: Vec<Branch>,
    /// Remotes.
    pub remotes: Vec<Remote>,
    /// The branch that is deployed, where one has such a name.
    pub deploy_line: Option<DeployLine>,
    /// Whether the clone was made with a limited depth.
    pub shallow: bool,
    /// Whether an object of the history could not be read.
    pub broken: bool,
    /// Whether a walk stopped before its end, because there were too many commits.
    endless: bool,
    /// What could not be read.
    pub notes: Vec<Note>,
}

impl History {
    /// Reads the history that leads to a commit, and that of the branch that a team says it deploys.
    pub fn read(repository: &Repository, head: Option<Oid>, as_of: i64, deployed: Option<&str>) -> Self {
        let mut history = Self {
            shallow: repository.is_shallow(),
            remotes: remotes(repository),
            branch: repository
                .head()
                .ok()
                .filter(git2::Reference::is_branch)
                .and_then(|head| head.shorthand().ok().map(str::to_owned)),
            ..Self::default()
        };
        let objects = Objects::new(repository, Loose::of(repository));
        if let Some(head) = head {
            history.head = commit(&objects, head);
            history.walk_main_line(&objects, head, as_of);
            history.walk_changes(&objects, as_of);
            history.walk_recent(&objects, head, as_of);
        }
        history.read_refs(repository, &objects, REFS);
        history.deploy_line = history.walk_deploy_line(repository, &objects, as_of, deployed);
        if history.endless {
            history.notes.push(Note::new(
                "",
                format!("the history is walked over {COMMITS} commits and no further: counts may be too low"),
                format!(
                    "l'historique est parcouru sur {COMMITS} commits et pas au-delà : les nombres peuvent être trop bas"
                ),
            ));
        }
        if history.broken {
            history.notes.push(Note::new(
                "",
                "some objects of the history are missing from this clone: counts of commits and tags may be too low",
                "des objets de l'historique manquent dans ce clone : les nombres de commits et de tags peuvent être trop bas",
            ));
        }
        history
    }

    fn walk_main_line(&mut self, objects: &Objects<'_>, head: Oid, as_of: i64) {
        let mut next = Some(head);
        let mut walked = 0;
        while let Some(id) = next {
            walked += 1;
            if walked > COMMITS {
                self.endless = true;
                return;
            }
            let Ok(found) = objects.commit(id) else {
                self.broken |= !self.shallow;
                return;
            };
            next = found.parent_id(0).ok();
            let time = found.time().seconds();
            if time < as_of - WINDOW_WEEKS * WEEK {
                return;
            }
            if time <= as_of {
                self.main_line.push(of_commit(&found));
            }
        }
        self.reaches_root = !self.shallow;
    }

    /// The changes behind each commit of the main line, oldest first, so that each is counted where it landed.
    fn walk_changes(&mut self, objects: &Objects<'_>, as_of: i64) {
        let start = as_of - WINDOW_WEEKS * WEEK;
        let ids: Vec<Oid> = self.main_line.iter().filter_map(|commit| Oid::from_str(&commit.id).ok()).collect();
        let mut seen: HashSet<Oid> = ids.iter().copied().collect();
        for (commit, id) in self.main_line.iter().zip(&ids).rev() {
            if !commit.merge {
                self.changes.push(MergedChange {
                    by_update_bot: commit.by_update_bot,
                    authored: commit.authored,
                    landed: commit.time,
                });
                continue;
            }
            let Ok(merge) = objects.commit(*id) else { continue };
            let mut queue: Vec<Oid> = merge.parent_ids().skip(1).collect();
            while let Some(id) = queue.pop() {
                if !seen.insert(id) {
                    continue;
                }
                if seen.len() > COMMITS + ids.len() {
                    self.endless = true;
                    return;
                }
                let Ok(found) = objects.commit(id) else { continue };
                if found.time().seconds() < start {
                    continue;
                }
                if found.parent_count() < 2 {
                    let author = found.author();
                    self.changes.push(MergedChange {
                        by_update_bot: is_update_bot(&String::from_utf8_lossy(author.name_bytes())),
                        authored: author.when().seconds(),
                        landed: commit.time,
                    });
                }
                queue.extend(found.parent_ids());
            }
        }
    }

    /// `git log --no-merges`: the newest commits over all parents.
    fn walk_recent(&mut self, objects: &Objects<'_>, head: Oid, as_of: i64) {
        let (mut queue, mut seen) = (BinaryHeap::new(), HashSet::from([head]));
        queue.extend(objects.commit(head).map(|found| (found.time().seconds(), head)));
        while let Some((time, id)) = queue.pop() {
            let Ok(found) = objects.commit(id) else {
                continue;
            };
            if found.parent_count() < 2 && time <= as_of {
                self.recent.push(of_commit(&found));
                if self.recent.len() == MESSAGES {
                    return;
                }
            }
            for parent in found.parent_ids() {
                if seen.len() > COMMITS {
                    self.endless = true;
                    return;
                }
                if seen.insert(parent)
                    && let Ok(parent_commit) = objects.commit(parent)
                {
                    queue.push((parent_commit.time().seconds(), parent));
                }
            }
        }
    }

    fn walk_deploy_line(
        &mut self,
        repository: &Repository,
        objects: &Objects<'_>,
        as_of: i64,
        named: Option<&str>,
    ) -> Option<DeployLine> {
        let branch = named.map(str::to_owned).or_else(|| deploy_branch(&self.branches))?;
        let remote = format!("refs/remotes/origin/{branch}");
        let reference = repository
            .find_reference(&remote)
            .or_else(|_| repository.find_reference(&format!("refs/heads/{branch}")))
            .ok()?;
        let mut next = commit_of(objects, &reference).map(|(commit, _)| commit);
        let mut commits = Vec::new();
        let mut walked = 0;
        while let Some(found) = next {
            walked += 1;
            if walked > COMMITS {
                self.endless = true;
                break;
            }
            let time = found.time().seconds();
            if time < as_of - WINDOW_WEEKS * WEEK {
                break;
            }
            if time <= as_of {
                commits.push(of_commit(&found));
            }
            next = found.parent_id(0).ok().and_then(|id| objects.commit(id).ok());
        }
        Some(DeployLine { branch, commits })
    }

    fn read_refs(&mut self, repository: &Repository, objects: &Objects<'_>, most: usize) {
        let Ok(references) = repository.references() else {
            self.broken = true;
            return;
        };
        let (mut local, mut remote) = (Vec::new(), Vec::new());
        for (count, reference) in references.flatten().enumerate() {
            if count == most {
                self.notes.push(Note::new(
                    "",
                    format!("only {most} tags and branches are read: counts of them may be too low"),
                    format!("seuls {most} tags et branches sont lus : leurs nombres peuvent être trop bas"),
                ));
                break;
            }
            let Ok(name) = reference.name() else { continue };
            let Some((found, tagged)) = commit_of(objects, &reference) else {
                continue;
            };
            let time = found.time().seconds();
            if let Some(tag) = name.strip_prefix("refs/tags/") {
                self.tags.push(Tag {
                    name: tag.to_owned(),
                    time,
                    set: tagged.unwrap_or(time),
                    commit: found.id().to_string(),
                });
            } else if let Some(branch) = name.strip_prefix("refs/heads/") {
                local.push(Branch { name: branch.to_owned(), time });
            } else if let Some((_, branch)) = name.strip_prefix("refs/remotes/").and_then(|name| name.split_once('/'))
                && branch != "HEAD"
            {
                remote.push(Branch { name: branch.to_owned(), time });
            }
        }
        self.tags.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.name.cmp(&b.name)));
        remote.sort_by(|a: &Branch, b| a.name.cmp(&b.name));
        local.sort_by(|a: &Branch, b| a.name.cmp(&b.name));
        let known: HashSet<&str> = remote.iter().map(|branch| branch.name.as_str()).collect();
        local.retain(|branch| !known.contains(branch.name.as_str()));
        self.branches = remote;
        self.branches.append(&mut local);
    }
}

/// The commit that a reference leads to, and when its annotated tag was set.
fn commit_of<'r>(objects: &Objects<'r>, reference: &Reference<'_>) -> Option<(git2::Commit<'r>, Option<i64>)> {
    let id = reference.resolve().ok()?.target()?;
    let (commit, tag) = objects.peel(id).ok()?;
    let set = tag.and_then(|tag| tag.tagger().map(|tagger| tagger.when().seconds()));
    Some((commit, set))
}

fn commit(objects: &Objects<'_>, id: Oid) -> Option<Commit> {
    objects.commit(id).ok().map(|found| of_commit(&found))
}

/// Whether an author is a bot that updates dependencies, by the name that each gives itself.
fn is_update_bot(author: &str) -> bool {
    const BOTS: &[&str] =
        &["dependabot", "renovate", "snyk-bot", "depfu", "scala-steward", "pyup-bot", "greenkeeper", "mend-bolt"];
    let lower = author.to_ascii_lowercase();
    BOTS.iter().any(|bot| lower.starts_with(bot))
}

fn of_commit(commit: &git2::Commit<'_>) -> Commit {
    let subject = String::from_utf8_lossy(commit.message_bytes())
        .trim_start()
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_owned();
    let author = commit.author();
    let by_update_bot = is_update_bot(&String::from_utf8_lossy(author.name_bytes()));
    Commit {
        by_update_bot,
        id: commit.id().to_string(),
        time: commit.time().seconds(),
        authored: commit.author().when().seconds(),
        subject,
        merge: commit.parent_count() > 1,
    }
}

/// The remotes of a repository, `origin` first.
pub(crate) fn remotes(repository: &Repository) -> Vec<Remote> {
    let names = repository.remotes();
    let mut remotes = Vec::new();
    for name in names.iter().flat_map(|names| names.iter()).flatten().flatten() {
        if let Ok(remote) = repository.find_remote(name)
            && let Ok(url) = remote.url()
        {
            remotes.push(Remote { name: name.to_owned(), url: without_credentials(url) });
        }
    }
    // `origin` first: it is where people look.
    remotes.sort_by(|a, b| (a.name != "origin", &a.name).cmp(&(b.name != "origin", &b.name)));
    remotes
}

/// A URL without the user and password before its host, which must never reach a report.
pub(crate) fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(authority, path)| (authority, Some(path)));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match path {
        Some(path) => format!("{scheme}://{host}/{path}"),
        None => format!("{scheme}://{host}"),
    }
}

/// A history written by hand, for the cases of rules: `case.yml` beside the files of a case.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct HistoryFixture {
    /// Commits of the main line, newest first.
    #[serde(default)]
    pub commits: Vec<CommitFixture>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<TagFixture>,
    /// Branches: name and age of the last commit in days.
    #[serde(default)]
    pub branches: Vec<TagFixture>,
    /// The branch that is audited.
    #[serde(default = "main")]
    pub branch: String,
    /// URLs of remotes; the first one is `origin`.
    #[serde(default)]
    pub remotes: Vec<String>,
    /// Whether the clone is shallow.
    #[serde(default)]
    pub shallow: bool,
}

/// A commit of a written history; `times` repeats it, `every` days apart.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CommitFixture {
    /// First line of the message.
    pub message: String,
    /// Age in days at the date of the audit.
    pub days_ago: i64,
    /// How many such commits.
    #[serde(default = "once")]
    pub times: i64,
    /// How many days apart.
    #[serde(default = "once")]
    pub every: i64,
    /// How many days before its commit it was written.
    #[serde(default)]
    pub authored_before: i64,
}

/// A tag or branch of a written history; `times` repeats it, `every` days apart.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct TagFixture {
    /// Its name; `{n}` counts the repetitions.
    pub name: String,
    /// Age in days at the date of the audit.
    pub days_ago: i64,
    /// How many such tags.
    #[serde(default = "once")]
    pub times: i64,
    /// How many days apart.
    #[serde(default = "once")]
    pub every: i64,
}

const fn once() -> i64 {
    1
}

fn main() -> String {
    "main".to_owned()
}

impl HistoryFixture {
    /// The history that it describes, at a date.
    pub(crate) fn history(&self, as_of: i64) -> History {
        let mut commits = Vec::new();
        for written in &self.commits {
            for n in 0..written.times {
                let time = as_of - (written.days_ago + n * written.every) * DAY;
                commits.push(Commit {
                    id: format!("{:040x}", commits.len() + 1),
                    time,
                    authored: time - written.authored_before * DAY,
                    subject: written.message.replace("{n}", &n.to_string()),
                    merge: written.message.starts_with("Merge "),
                    by_update_bot: false,
                });
            }
        }
        commits.sort_by_key(|commit| -commit.time);
        let (mut tags, mut branches): (Vec<Tag>, Vec<Branch>) = (Vec::new(), Vec::new());
        for written in &self.tags {
            for n in 0..written.times {
                let time = as_of - (written.days_ago + n * written.every) * DAY;
                tags.push(Tag {
                    name: written.name.replace("{n}", &n.to_string()),
                    time,
                    set: time,
                    commit: format!("{:040x}", tags.len() + 1),
                });
            }
        }
        for written in &self.branches {
            for n in 0..written.times {
                let time = as_of - (written.days_ago + n * written.every) * DAY;
                branches.push(Branch { name: written.name.replace("{n}", &n.to_string()), time });
            }
        }
        let remotes = self.remotes.iter().enumerate().map(|(at, url)| Remote {
            name: if at == 0 { "origin".to_owned() } else { format!("remote{at}") },
            url: without_credentials(url),
        });
        History {
            head: commits.first().cloned(),
            branch: Some(self.branch.clone()),
            recent: commits.iter().filter(|commit| !commit.merge).take(MESSAGES).cloned().collect(),
            changes: commits
                .iter()
                .filter(|commit| !commit.merge)
                .map(|commit| MergedChange {
                    by_update_bot: commit.by_update_bot,
                    authored: commit.authored,
                    landed: commit.time,
                })
                .collect(),
            deploy_line: deploy_branch(&branches).map(|branch| DeployLine { branch, commits: commits.clone() }),
            main_line: commits,
            reaches_root: !self.shallow,
            tags,
            branches,
            remotes: remotes.collect(),
            shallow: self.shallow,
            broken: false,
            endless: false,
            notes: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_leave_a_url() {
        assert_eq!(without_credentials("https://u:p@host/o/r"), "https://host/o/r");
        assert_eq!(without_credentials("git@github.com:o/r.git"), "git@github.com:o/r.git");
    }

    #[test]
    fn references_are_read_in_one_go_and_no_more_than_the_bound() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let repository = Repository::init(folder.path()).expect("a repository");
        let tree = repository.treebuilder(None).and_then(|tree| tree.write()).expect("a tree");
        let author = git2::Signature::new("a", "a@b.fr", &git2::Time::new(1_700_000_000, 0)).expect("a name");
        let tree = repository.find_tree(tree).expect("a tree");
        let head = repository.commit(None, &author, &author, "x", &tree, &[]).expect("a commit");
        let mut object = repository.find_object(head, None).expect("an object");
        let mut packed = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
        for n in 0..20_000 {
            packed.push_str(&format!("{head} refs/heads/b{n:05}\n"));
        }
        for n in 0..20_000 {
            packed.push_str(&format!("{head} refs/remotes/origin/b{:05}\n", n * 2));
        }
        std::fs::write(repository.path().join("packed-refs"), packed).expect("references");
        // Tags of tags: followed over a few, then left.
        for n in 0..12 {
            let tag = repository.tag(&format!("t{n:02}"), &object, &author, "x", false).expect("a tag");
            object = repository.find_object(tag, None).expect("an object");
        }
        let mut history = History::default();
        let started = std::time::Instant::now();
        history.read_refs(&repository, &Objects::new(&repository, Loose::of(&repository)), REFS);
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
        assert_eq!((history.branches.len(), history.tags.len()), (30_000, crate::read::objects::TAGS));
        let mut cut = History::default();
        cut.read_refs(&repository, &Objects::new(&repository, Loose::of(&repository)), 100);
        assert!(cut.branches.len() <= 100 && cut.notes.len() == 1);
    }
}
