//! What is asked of container images: those that the repository builds, and those that its files name.

use schemars::JsonSchema;
use serde::Deserialize;

use super::image_name_question::ImageNameQuestion;
use super::question::{Asks, Pattern, Placed, Words};
use crate::base::location::Location;
use crate::model::dockerfile::{Instruction, Stage};
use crate::model::images::{Account, Image, Images, Part, Purpose, System, downloads};

/// What is asked of an image. All keys must hold for the same one; `base`, `instruction`, `env`, `copies` and `download` for the
/// same stage of it. Dockerfiles are known by their names: `Dockerfile`, `Dockerfile.api`, `api.Dockerfile`, `Containerfile`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ImageQuestion {
    /// What it is for, by the words of its path; beside a Dockerfile named for production a plain one is of development.
    pub purpose: Option<Words<PurposeName>>,
    /// What becomes of the stage. The stage that runs is the one that a pipeline or a compose file builds, else the last.
    pub stage: Option<Words<StageName>>,
    /// The image that the stage starts from, arguments replaced by their defaults; another stage is none.
    pub base: Option<ImageNameQuestion>,
    /// The account that the image runs as, that of the stages below it included.
    pub user: Option<Words<AccountName>>,
    /// An instruction.
    pub instruction: Option<InstructionQuestion>,
    /// A variable that `ENV` or `ARG` sets.
    pub env: Option<SettingQuestion>,
    /// What `COPY` or `ADD` takes.
    pub copies: Option<CopyQuestion>,
    /// A file that the build downloads, and then runs or installs.
    pub download: Option<DownloadQuestion>,
    /// Whether a `.dockerignore` says what its context leaves out.
    pub ignore_file: Option<bool>,
    /// Instead of an image that is built, one that a compose file or a pipeline names. With `purpose` alone, which is then that
    /// of the file; a pipeline's is `test`.
    pub named: Option<Placed<NamedQuestion>>,
}

/// What an image is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PurposeName {
    /// To run the product.
    Production,
    /// To work on it.
    Development,
    /// To check it.
    Test,
}

/// What becomes of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StageName {
    /// It is the image that runs, or what that one starts from.
    Final,
    /// The image that runs copies something of it.
    Build,
    /// Nothing of it runs in production.
    Aside,
}

/// The account that an image runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AccountName {
    /// Root.
    Root,
    /// Another one.
    Other,
    /// One that only an image from elsewhere tells.
    Unknown,
}

/// What is asked of an instruction; all keys must hold for the same one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct InstructionQuestion {
    /// Its name: `RUN`; that of what it defers, after `ONBUILD`.
    pub name: Option<Words<InstructionName>>,
    /// A regular expression that what follows its name matches: continued lines joined, comments left out, the lines of the
    /// script of `RUN <<EOF` each on its own.
    pub matches: Option<Pattern>,
    /// A regular expression that it does not match.
    pub not_matching: Option<Pattern>,
    /// Whether it is written as a JSON list or for a shell.
    pub form: Option<Form>,
}

/// The instructions of Dockerfiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum InstructionName {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Label,
    Maintainer,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
}

/// The form of an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    /// `["node", "app.js"]`.
    Json,
    /// `node app.js`.
    Shell,
}

/// What is asked of a variable; all keys must hold for the same one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct SettingQuestion {
    /// A regular expression that its name matches.
    pub name: Option<Pattern>,
    /// A regular expression that its value matches.
    pub matches: Option<Pattern>,
    /// Whether its value is written out: there is one, without a variable in it.
    pub literal: Option<bool>,
    /// A regular expression that the name of an argument of the stage matches which its value holds.
    pub argument: Option<Pattern>,
    /// What sets it; `ENV` where absent.
    pub set_by: Option<Words<SetBy>>,
}

/// What sets a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum SetBy {
    /// `ENV`: it stays in the image.
    Env,
    /// `ARG`: it is there while the stage is built.
    Arg,
}

/// What is asked of what an image copies; all keys must hold for the same instruction.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CopyQuestion {
    /// The image that it comes from, after `--from=`; a stage is none.
    pub from: Option<ImageNameQuestion>,
    /// A regular expression that something of the context matches which is copied.
    pub source: Option<Pattern>,
    /// Whether the whole context is copied.
    pub everything: Option<bool>,
}

/// What is asked of a download.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct DownloadQuestion {
    /// Whether its digest or its signature is checked.
    pub verified: bool,
}

/// What is asked of an image that a file names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct NamedQuestion {
    /// What names it.
    pub by: Option<Words<SystemName>>,
    /// Its name.
    pub name: Option<ImageNameQuestion>,
}

/// What names an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SystemName {
    /// A service of a compose file that it does not build.
    Compose,
    /// A container, a service or a step of a workflow of GitHub.
    Workflow,
    /// The image or a service of GitLab CI.
    Gitlab,
}

impl ImageQuestion {
    /// Whether keys stand beside `named` that do not go with it.
    pub(super) fn is_mixed(&self) -> bool {
        let of_built = self.stage.is_some()
            || self.base.is_some()
            || self.user.is_some()
            || self.instruction.is_some()
            || self.env.is_some()
            || self.copies.is_some()
            || self.download.is_some()
            || self.ignore_file.is_some();
        self.named.is_some() && of_built
    }

    /// The places that show it, in the files that `sees` admits.
    pub(super) fn places(&self, images: &Images, sees: &dyn Fn(&str) -> bool) -> Vec<Location> {
        if let Some(question) = &self.named {
            let named = images.named.iter().filter(|named| sees(&named.path) && self.is_for(named.purpose));
            let fits = named.filter(|named| {
                let system = match named.system {
                    System::Compose => SystemName::Compose,
                    System::Workflow => SystemName::Workflow,
                    System::GitLab => SystemName::Gitlab,
                };
                let question = &question.0.value;
                question.by.as_ref().is_none_or(|systems| systems.has(&system))
                    && question.name.as_ref().is_none_or(|name| name.holds(&named.name))
            });
            return fits.map(|named| Location::at(&named.path, named.place.line, named.place.column)).collect();
        }
        let built = images.built.iter().filter(|image| sees(&image.path) && self.is_for(image.purpose));
        built.flat_map(|image| self.of_built(image).unwrap_or_default()).collect()
    }

    fn is_for(&self, purpose: Purpose) -> bool {
        let name = match purpose {
            Purpose::Production => PurposeName::Production,
            Purpose::Development => PurposeName::Development,
            Purpose::Test => PurposeName::Test,
        };
        self.purpose.as_ref().is_none_or(|purposes| purposes.has(&name))
    }

    fn of_built(&self, image: &Image) -> Option<Vec<Location>> {
        if self.ignore_file.is_some_and(|wanted| wanted != image.has_ignore_file) {
            return None;
        }
        let mut shown = Vec::new();
        if let Some(users) = &self.user {
            let fits = image.accounts.iter().filter_map(|account| {
                let (name, line) = match account {
                    Account::Root(line) => (AccountName::Root, Some(*line)),
                    Account::Other => (AccountName::Other, None),
                    Account::Unknown => (AccountName::Unknown, None),
                };
                users.has(&name).then(|| Location::line(&image.path, line.unwrap_or(0)))
            });
            shown.extend(fits);
            if shown.is_empty() {
                return None;
            }
        }
        let asks_stages = self.stage.is_some()
            || self.base.is_some()
            || self.instruction.is_some()
            || self.env.is_some()
            || self.copies.is_some()
            || self.download.is_some();
        if asks_stages {
            let places = image.stages.iter().filter_map(|(stage, part)| self.of_stage(image, stage, *part));
            let places: Vec<(u32, u32)> = places.flatten().collect();
            if places.is_empty() {
                return None;
            }
            if shown.is_empty() {
                shown.extend(places.into_iter().map(|(line, column)| Location::at(&image.path, line, column)));
            }
        }
        if shown.is_empty() {
            shown.push(Location::file(&image.path));
        }
        Some(shown)
    }

    /// The places of a stage that show it: of the last key that was asked.
    fn of_stage(&self, image: &Image, stage: &Stage, part: Part) -> Option<Vec<(u32, u32)>> {
        let name = match part {
            Part::Final => StageName::Final,
            Part::Build => StageName::Build,
            Part::Aside => StageName::Aside,
        };
        if !self.stage.as_ref().is_none_or(|stages| stages.has(&name)) {
            return None;
        }
        let mut places = vec![(stage.line, 1)];
        if let Some(question) = &self.base {
            image.base(stage).filter(|base| question.holds(base))?;
        }
        let each = |ask: &dyn Fn(&Instruction) -> Option<(u32, u32)>| -> Option<Vec<(u32, u32)>> {
            let found: Vec<(u32, u32)> = stage.instructions.iter().filter_map(ask).collect();
            (!found.is_empty()).then_some(found)
        };
        if let Some(question) = &self.instruction {
            places = each(&|instruction| question.place(instruction))?;
        }
        if let Some(question) = &self.copies {
            places = each(&|instruction| question.place(image, instruction))?;
        }
        if let Some(question) = &self.download {
            places = each(&|instruction| {
                let found = downloads(instruction);
                found.iter().find(|download| download.is_verified == question.verified).map(|download| download.place)
            })?;
        }
        if let Some(question) = &self.env {
            places = question.places(stage);
            if places.is_empty() {
                return None;
            }
        }
        Some(places)
    }
}

impl InstructionQuestion {
    fn place(&self, instruction: &Instruction) -> Option<(u32, u32)> {
        let is_named = |names: &Words<InstructionName>| {
            names.iter().any(|name| format!("{name:?}").eq_ignore_ascii_case(&instruction.name))
        };
        let form = if instruction.list().is_some() { Form::Json } else { Form::Shell };
        if !self.name.as_ref().is_none_or(is_named) || self.form.is_some_and(|wanted| wanted != form) {
            return None;
        }
        let code = instruction.code();
        if self.not_matching.as_ref().is_some_and(|pattern| pattern.is_in(&code)) {
            return None;
        }
        match &self.matches {
            Some(pattern) => Some(instruction.place(pattern.find(&code)?)),
            None => Some((instruction.line, 1)),
        }
    }
}

impl CopyQuestion {
    fn place(&self, image: &Image, instruction: &Instruction) -> Option<(u32, u32)> {
        let copied = instruction.copied()?;
        if let Some(question) = &self.from {
            image.copied_image(instruction).filter(|name| question.holds(name))?;
        }
        let mut of_context = copied.sources.iter().filter(|_| copied.from.is_none());
        if let Some(pattern) = &self.source {
            of_context.clone().find(|source| pattern.is_in(source))?;
        }
        if let Some(wanted) = self.everything {
            let everything = of_context.any(|source| matches!(source.as_str(), "." | "./" | "/" | "*" | "./*"));
            (everything == wanted).then_some(())?;
        }
        Some((instruction.line, 1))
    }
}

impl SettingQuestion {
    fn places(&self, stage: &Stage) -> Vec<(u32, u32)> {
        let mut found = Vec::new();
        let mut arguments: Vec<(String, (u32, u32))> = Vec::new();
        for instruction in &stage.instructions {
            let set_by = match instruction.name.as_str() {
                "ENV" => SetBy::Env,
                "ARG" => SetBy::Arg,
                _ => continue,
            };
            for (name, value, at) in instruction.variables() {
                let text = value.as_deref().unwrap_or_default();
                let is_literal = !text.is_empty() && !text.contains('$');
                let holds = self.set_by.as_ref().map_or(set_by == SetBy::Env, |wanted| wanted.has(&set_by))
                    && self.name.as_ref().is_none_or(|pattern| pattern.is_in(&name))
                    && self.matches.as_ref().is_none_or(|pattern| pattern.is_in(text))
                    && self.literal.is_none_or(|wanted| wanted == is_literal);
                let place = instruction.place(at);
                match &self.argument {
                    Some(pattern) if holds => {
                        let copied =
                            arguments.iter().find(|(name, _)| holds_variable(text, name) && pattern.is_in(name));
                        // Where it is declared, then where it is copied.
                        found.extend(copied.into_iter().flat_map(|(_, declared)| [*declared, place]));
                    }
                    None if holds => found.push(place),
                    _ => {}
                }
                if set_by == SetBy::Arg {
                    arguments.push((name, place));
                }
            }
        }
        found
    }
}

/// Whether a text holds `$NAME` or `${NAME}`.
fn holds_variable(text: &str, name: &str) -> bool {
    text.match_indices('$').any(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches('{');
        let after = rest.strip_prefix(name);
        after.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

impl Asks for ImageQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        let named = self.named.as_ref().map(|named| named.0.value.name.patterns()).unwrap_or_default();
        let own =
            [self.base.patterns(), self.instruction.patterns(), self.env.patterns(), self.copies.patterns()].concat();
        [own, named].concat()
    }
}

impl Asks for InstructionQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        [self.matches.patterns(), self.not_matching.patterns()].concat()
    }
}

impl Asks for SettingQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        [self.name.patterns(), self.matches.patterns(), self.argument.patterns()].concat()
    }
}

impl Asks for CopyQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        [self.from.patterns(), self.source.patterns()].concat()
    }
}
