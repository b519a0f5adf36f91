//! Names while typing.

use serde_json::Value;

use crate::harness::World;

#[tokio::test]
async fn names_are_found_by_characters_pinyin_and_initials_and_follow_the_rulebook() {
    let world = World::new().await;
    let desk = world.api().sign_in("desk").await;
    let found = async |typed: &str| {
        let answer = desk.get(&format!("/v1/desk/names?q={typed}")).await.expect(200);
        let names = answer["names"].as_array().unwrap().clone();
        names
            .iter()
            .map(|it| (it["kind"].as_str().unwrap().to_owned(), it["name"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    for typed in ["淮河路", "huaihelu", "hhl", "淮河lu"] {
        let names = found(typed).await;
        assert!(names.iter().any(|(_, name)| name.starts_with("淮河路")), "{typed}: {names:?}");
    }
    let categories = found("jinggai").await;
    assert!(categories.iter().any(|(kind, _)| kind == "category"), "{categories:?}");
    assert!(found("xqzv").await.is_empty() && found("").await.is_empty());
    assert_eq!(desk.get(&format!("/v1/desk/names?q={}", "l".repeat(51))).await.pointers(), ["/q"]);
    // A place that the rules get later is found later.
    assert!(found("czlsd").await.is_empty());
    let folder = world.copy_of_rulebook();
    let head = std::fs::read_to_string(folder.join("rulebook.yaml")).unwrap();
    std::fs::write(folder.join("rulebook.yaml"), head.replace("\"2018.1\"", "\"2018.2\"")).unwrap();
    let known = std::fs::read_to_string(folder.join("gazetteer.csv")).unwrap();
    let line = "彩之林商店,shop,大学路77号,113.63,34.735,GCJ-02,";
    std::fs::write(folder.join("gazetteer.csv"), format!("{}\n{line}\n", known.trim_end())).unwrap();
    world.run(&["rulebook", "load", folder.to_str().unwrap()]);
    for _ in 0..100 {
        let names = found("czlsd").await;
        if names.iter().any(|(kind, name)| kind == "shop" && name == "彩之林商店") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the new shop was not found: {:?}", Value::from(world.logs()));
}
