//! One parse of each thing into a type of its own: manifests, lockfiles, images, pipelines, the stack, the deployments, the
//! forge and the live site.

pub(crate) mod delivery;
pub(crate) mod directory;
pub(crate) mod dockerfile;
pub(crate) mod end_of_life;
pub(crate) mod forge;
pub(crate) mod image_name;
pub(crate) mod images;
pub(crate) mod lockfile;
pub(crate) mod manifest;
pub(crate) mod pages;
pub(crate) mod pipeline;
pub(crate) mod routes;
pub(crate) mod security_txt;
pub(crate) mod services;
pub(crate) mod site;
pub(crate) mod stack;
pub(crate) mod workflow;
