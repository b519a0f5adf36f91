//! What the cluster is told is strict, whole, and names what there is.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an integration test is a test module"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiekou_core::staff::Role;
use serde::Deserialize;
use serde_yaml_ng::Value;

const OVERLAYS: [&str; 4] = ["single", "ha", "city", "ha-mounted-secrets"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../k8s")
}

/// The documents of a file below `k8s`.
fn documents(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).map_err(|error| (file, error)).unwrap();
    let documents = serde_yaml_ng::Deserializer::from_str(&text).map(Value::deserialize);
    documents.map(|it| it.map_err(|error| (file, error)).unwrap()).collect()
}

fn read(file: &str) -> Value {
    documents(&folder().join(file)).remove(0)
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_sequence().map(|items| items.iter().collect()).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The settings that a kustomization generates.
fn settings(file: &str) -> BTreeMap<String, String> {
    let kustomization = read(file);
    let literals = list(&kustomization["configMapGenerator"][0]["literals"]);
    literals
        .into_iter()
        .filter_map(|it| it.as_str()?.split_once('='))
        .map(|(k, v)| (k.into(), v.into()))
        .collect()
}

/// Ports of a process by their names.
fn ports(process: &str) -> BTreeMap<String, u64> {
    let deployment = read(&format!("base/{process}/deployment.yaml"));
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    let ports = list(&container["ports"]);
    ports.iter().map(|it| (text(&it["name"]).to_owned(), it["containerPort"].as_u64().unwrap())).collect()
}

#[test]
fn the_cluster_is_strict_where_a_laptop_is_not() {
    let base = settings("base/kustomization.yaml");
    let of = |name: &str| base.get(&format!("JIEKOU_{name}")).map(String::as_str).unwrap_or_default();
    let asked: BTreeSet<&str> = of("ACCOUNTS__SECOND_FACTOR_ROLES").split(',').collect();
    assert_eq!(asked, Role::ALL.iter().map(|role| role.name()).collect(), "everybody has a second factor");
    assert_eq!(of("GRAPHQL__INTROSPECTION"), "false");
    assert_eq!(of("TRANSPORT__ENCRYPTED_ONLY"), "true");
    let scanner = settings("components/scanner/kustomization.yaml");
    assert_eq!(scanner["JIEKOU_SCANNER__ADDRESS"], "127.0.0.1:3310", "beside the process");
    for overlay in &OVERLAYS[..3] {
        let overlay = read(&format!("overlays/{overlay}/kustomization.yaml"));
        let parts: Vec<&str> = list(&overlay["components"]).into_iter().map(text).collect();
        assert!(parts.contains(&"../../components/scanner"), "{parts:?}");
    }
}

#[test]
fn numbers_and_secrets_are_out_of_the_publics_reach() {
    let base = settings("base/kustomization.yaml");
    let numbers = ports("api")["metrics"];
    assert_eq!(base["JIEKOU_METRICS__BIND"], format!("0.0.0.0:{numbers}"));
    let service = read("base/api/service.yaml");
    let public: Vec<&str> =
        list(&service["spec"]["ports"]).iter().map(|it| text(&it["targetPort"])).collect();
    assert_eq!(public, ["http"], "the service in front does not know the port of the numbers");
    for file in ["base/api/deployment.yaml", "base/worker/deployment.yaml", "base/migrate/job.yaml"] {
        let pod = &read(file)["spec"]["template"]["spec"];
        let secret = text(&pod["volumes"][0]["secret"]["secretName"]);
        assert_eq!(secret, if file.contains("migrate") { "jiekou-owner" } else { "jiekou" }, "{file}");
        for container in list(&pod["containers"]).into_iter().chain(list(&pod["initContainers"])) {
            assert_eq!(
                container["volumeMounts"][0]["mountPath"],
                base["JIEKOU_SECRETS__FOLDER"].as_str(),
                "{file}"
            );
            let sources = list(&container["envFrom"]);
            assert!(
                sources.iter().all(|it| it["secretRef"].is_null()),
                "{file}: no secret in an environment"
            );
        }
    }
}

#[test]
fn everything_is_denied_but_for_ports_that_there_are() {
    let deny = read("base/network/deny.yaml");
    let kinds: Vec<&str> = list(&deny["spec"]["policyTypes"]).into_iter().map(text).collect();
    assert_eq!(kinds, ["Ingress", "Egress"]);
    assert!(deny["spec"]["ingress"].is_null() && deny["spec"]["egress"].is_null(), "it allows nothing");
    let held = &deny["spec"]["podSelector"]["matchExpressions"][0]["values"];
    let held: BTreeSet<&str> = list(held).into_iter().map(text).collect();
    for file in ["api/deployment.yaml", "worker/deployment.yaml", "migrate/job.yaml"] {
        let pods = read(&format!("base/{file}"));
        let app = text(&pods["spec"]["template"]["metadata"]["labels"]["app"]);
        assert!(held.contains(app), "{file}: {app}");
    }
    for process in ["api", "worker"] {
        let policy = read(&format!("base/network/{process}.yaml"));
        let there = ports(process);
        for rule in list(&policy["spec"]["ingress"]) {
            assert!(!list(&rule["from"]).is_empty(), "{process}: somebody is named");
            assert!(list(&rule["ports"]).iter().all(|it| there.contains_key(text(&it["port"]))), "{rule:?}");
        }
        for rule in list(&policy["spec"]["egress"]) {
            assert!(!list(&rule["to"]).is_empty() && !list(&rule["ports"]).is_empty(), "{rule:?}");
        }
    }
}

#[test]
fn every_file_is_read_and_every_file_that_is_named_is_there() {
    let mut seen = 0;
    let mut waiting = vec![folder()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|it| it == "yaml") {
            seen += 1;
            for document in documents(&path) {
                let named = ["resources", "components"].into_iter().flat_map(|key| list(&document[key]));
                let files =
                    list(&document["configMapGenerator"]).into_iter().flat_map(|it| list(&it["files"]));
                let patches = list(&document["patches"]).into_iter().map(|it| &it["path"]);
                for name in named.chain(files).chain(patches) {
                    let there = path.with_file_name(text(name));
                    assert!(!text(name).is_empty() && there.exists(), "{}: {name:?}", path.display());
                }
            }
        }
    }
    assert!(seen >= 20, "{seen} files");
    for overlay in OVERLAYS {
        assert!(folder().join(format!("overlays/{overlay}/kustomization.yaml")).is_file(), "{overlay}");
    }
}
