//! The list of a hotline without an interface: all or nothing, every wrong cell named, each order once.

use std::process::Command;

use crate::harness::{World, binary};

/// What the command says, and whether it did it.
fn import(world: &World, text: &str, more: &[&str]) -> (bool, String) {
    let file = world.folder.join("orders.csv");
    std::fs::write(&file, text).unwrap();
    let arguments = [&["import", "orders", file.to_str().unwrap(), "--partner", "12319"], more].concat();
    let done = Command::new(binary("jiekou-api")).args(arguments).envs(&world.settings).output().unwrap();
    let said = if done.status.success() { done.stdout } else { done.stderr };
    (done.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn a_list_is_taken_in_once_and_its_orders_are_like_all_others() {
    let world = World::new().await;
    let list = "工单编号,工单类型,诉求内容,来电号码,事发地址,诉求时间\n\
                L-1,投诉,路面有坑,13900001234,大学路77号,2026-11-20 08:30\n\
                L-2,咨询,夜市几点收摊,13900001234,,\n";
    let (fine, said) = import(&world, list, &["--check"]);
    assert!(fine && said.contains("2 orders can be taken in from 12319, 0 were known before"), "{said}");
    assert_eq!(world.count("select count(*) from hotline_message").await, 0);
    let (fine, said) = import(&world, list, &[]);
    assert!(fine && said.contains("2 orders were taken in"), "{said}");
    assert_eq!(world.count("select count(*) from report where channel = 'hotline'").await, 1);
    assert_eq!(world.count("select count(*) from enquiry where kind = 'question'").await, 1);
    let (fine, said) = import(&world, &format!("{list}L-3,举报,占道经营,,大学路77号,\n"), &[]);
    assert!(fine && said.contains("1 orders were taken in from 12319, 2 were known before"), "{said}");
    assert_eq!(world.count("select count(*) from hotline_order where taken_at is not null").await, 3);
    assert_eq!(world.count("select count(*) from hotline_message where applied_at is null").await, 0);
}

#[tokio::test]
async fn a_list_with_a_wrong_cell_is_refused_whole_and_every_wrong_cell_named() {
    let world = World::new().await;
    let list = "工单编号,诉求内容,是否保密,诉求时间\nL-1,路面有坑,否,2026-11-20\nL-2,,也许,昨天\nL-1,坑,,\n";
    let (fine, said) = import(&world, list, &[]);
    assert!(!fine, "{said}");
    assert!(said.contains("row 4, column A (工单编号): `L-1` stands in row 2 too"), "{said}");
    let (fine, said) = import(&world, &list.replace("L-1,坑,,", "L-3,坑,,"), &[]);
    assert!(!fine, "{said}");
    for told in ["row 3, column B (诉求内容)", "row 3, column C (是否保密)", "row 3, column D (诉求时间)"]
    {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(!said.contains("row 2") && said.contains("3 faults"), "{said}");
    assert_eq!(world.count("select count(*) from hotline_order").await, 0);
    let (fine, said) = import(&world, "a,b,c\n1,2,3\n", &[]);
    assert!(!fine && said.contains("no line of the first ten has headings"), "{said}");
}
