//! Names while an operator types, of very many, as many letters of them as people type.

use std::cell::RefCell;
use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

use crate::connection::{Answer, Connection};
use crate::inbox::sign_in;
use crate::load::{self, LoadOptions, Traffic};

/// Parts that names are made of, with their pinyin and initials.
const FIRST: [(&str, &str, &str); 20] = [
    ("金水", "jinshui", "js"),
    ("二七", "erqi", "eq"),
    ("中原", "zhongyuan", "zy"),
    ("管城", "guancheng", "gc"),
    ("惠济", "huiji", "hj"),
    ("大学", "daxue", "dx"),
    ("淮河", "huaihe", "hh"),
    ("嵩山", "songshan", "ss"),
    ("建设", "jianshe", "js"),
    ("棉纺", "mianfang", "mf"),
    ("航海", "hanghai", "hh"),
    ("长江", "changjiang", "cj"),
    ("政通", "zhengtong", "zt"),
    ("康复", "kangfu", "kf"),
    ("陇海", "longhai", "lh"),
    ("京广", "jingguang", "jg"),
    ("福寿", "fushou", "fs"),
    ("德化", "dehua", "dh"),
    ("友爱", "youai", "ya"),
    ("互助", "huzhu", "hz"),
];
const LAST: [(&str, &str, &str); 10] = [
    ("烩面馆", "huimianguan", "hmg"),
    ("超市", "chaoshi", "cs"),
    ("药店", "yaodian", "yd"),
    ("小学", "xiaoxue", "xx"),
    ("五金店", "wujindian", "wjd"),
    ("理发店", "lifadian", "lfd"),
    ("幼儿园", "youeryuan", "yey"),
    ("菜市场", "caishichang", "csc"),
    ("停车场", "tingchechang", "tcc"),
    ("社区医院", "shequyiyuan", "sqyy"),
];

#[derive(Args)]
pub struct PlacesOptions {
    /// `gazetteer.csv` to write.
    #[arg(long)]
    out: PathBuf,
    #[arg(long, default_value_t = 100_000)]
    names: usize,
}

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    load: LoadOptions,
    /// Account of the desk, and its password.
    #[arg(long)]
    username: String,
    #[arg(long)]
    password: String,
    /// Only print the body of one answer.
    #[arg(long)]
    show: bool,
}

struct Typing {
    requests: Vec<Vec<u8>>,
    random: StdRng,
}

impl Traffic for Typing {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let position = self.random.random_range(0..self.requests.len());
        request.extend_from_slice(&self.requests[position]);
        Some(position)
    }

    fn answered(&mut self, _: usize, answer: &Answer, _: bool) {
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(answer.body));
        assert!(answer.body.len() > 60, "nothing was found: {}", String::from_utf8_lossy(answer.body));
    }
}

/// Writes a gazetteer of shops.
pub fn places(options: &PlacesOptions) {
    let mut text = "name,kind,address,longitude,latitude,coordinateSystem,radiusMeters\n".to_owned();
    for n in 0..options.names {
        let (first, second) = (FIRST[n % FIRST.len()].0, FIRST[n / FIRST.len() % FIRST.len()].0);
        let last = LAST[n / 400 % LAST.len()].0;
        let (x, y) = (113.6 + (n % 300) as f64 * 0.0003, 34.7 + (n / 300) as f64 * 0.0003);
        text.push_str(&format!("{first}{second}{last}{n}店,shop,大学路{n}号,{x:.5},{y:.5},WGS-84,\n"));
    }
    std::fs::write(&options.out, text).unwrap();
    println!("{}", json!({ "names": options.names }));
}

pub fn run(options: &Options) {
    let address = &options.load.address;
    let token = sign_in(address, &options.username, &options.password);
    let request = |typed: &str| {
        let typed: String = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("GET /v1/desk/names?q={typed} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
    };
    // As somebody types: one letter, two, three, more; in characters, pinyin, initials; from the beginning and inside.
    let mut requests = Vec::new();
    for (name, pinyin, initials) in FIRST.into_iter().chain(LAST) {
        for text in [name, pinyin, initials] {
            let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8());
            requests.extend(ends.map(|end| request(&text[..end])));
        }
    }
    for ((first, _, _), (second, pinyin, _)) in FIRST.into_iter().zip(FIRST) {
        requests.push(request(&format!("{first}{second}")));
        requests.push(request(&format!("{pinyin}{pinyin}hui")));
    }
    if options.show {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = Connection::open(address).await;
            let answer = connection.ask(&requests[0]).await;
            std::io::stdout().write_all(answer.body).unwrap();
        });
        return;
    }
    let typing = Typing { requests, random: StdRng::seed_from_u64(11) };
    println!("{}", load::run(&options.load, Rc::new(RefCell::new(typing))).json());
}
