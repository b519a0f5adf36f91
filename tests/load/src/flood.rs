//! Normal users, each from a network of their own, beside a flood from one.
//!
//! Users wait between two requests, so that what is measured is how long an answer takes and not how many the machine can
//! give. The flood keeps its pace whatever it is answered.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::LocalSet;

use crate::connection::Connection;

/// The flooder's address: the server does not take it for its proxy.
const FLOODER: &str = "127.0.0.2:0";
const USERS: usize = 16;
/// What a user does between two requests.
const PAUSE: Duration = Duration::from_millis(25);
const SENDERS: u32 = 32;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Nobody: the yardstick.
    None,
    /// Passwords, each of which costs a hash.
    SignIn,
    /// Tracking codes.
    Guess,
    Report,
    /// Pictures of some megabytes.
    Upload,
    /// Connections that begin a request and never end it.
    Slow,
}

#[derive(Args)]
pub struct Options {
    /// HOST:PORT of the server, which trusts 127.0.0.1 as its proxy.
    #[arg(long)]
    address: String,
    #[arg(long, value_enum)]
    kind: Kind,
    /// Requests of the flood each second; of `slow`, connections held open.
    #[arg(long, default_value_t = 500)]
    rate: u32,
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
}

#[derive(Default)]
struct Seen {
    latencies: Vec<u32>,
    wrong: usize,
    passed: usize,
    refused: usize,
    closed: usize,
}

pub fn run(options: &Options) {
    let codes = on_this_thread(reports(&options.address));
    let ends = Instant::now() + Duration::from_secs_f64(options.seconds);
    // Each on a thread of its own: users are not to wait for the flood's own work.
    let (users, flood) = std::thread::scope(|scope| {
        let flood = scope.spawn(|| on_this_thread(flood(options, ends)));
        let users = on_this_thread(users(&options.address, codes, ends));
        (users, flood.join().unwrap_or_else(|_| std::process::exit(1)))
    });
    println!(
        "{}",
        json!({ "users": told(users), "flood": {
            "passed": flood.passed, "refused": flood.refused, "closed": flood.closed,
        }})
    );
}

fn on_this_thread<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, work)
}

async fn users(address: &str, codes: Vec<String>, ends: Instant) -> Seen {
    let (codes, seen) = (Rc::new(codes), Rc::new(RefCell::new(Seen::default())));
    let user = |number| user(address.to_owned(), Rc::clone(&codes), Rc::clone(&seen), number, ends);
    finished((0..USERS).map(user)).await;
    seen.take()
}

async fn flood(options: &Options, ends: Instant) -> Seen {
    let senders = match options.kind {
        Kind::None => 0,
        Kind::Slow => options.rate,
        Kind::SignIn | Kind::Guess | Kind::Report | Kind::Upload => SENDERS.min(options.rate),
    };
    let every = Duration::from_secs_f64(f64::from(senders.max(1)) / f64::from(options.rate.max(1)));
    let seen = Rc::new(RefCell::new(Seen::default()));
    let sender =
        |number| flooder(options.address.clone(), options.kind, Rc::clone(&seen), number, every, ends);
    finished((0..senders).map(sender)).await;
    seen.take()
}

async fn finished(tasks: impl Iterator<Item = impl Future<Output = ()> + 'static>) {
    for task in tasks.map(tokio::task::spawn_local).collect::<Vec<_>>() {
        task.await.unwrap_or_else(|_| std::process::exit(1));
    }
}

fn told(mut seen: Seen) -> Value {
    assert!(!seen.latencies.is_empty(), "no user was answered at all");
    seen.latencies.sort_unstable();
    let at = |share: f64| {
        let position = (seen.latencies.len() as f64 * share) as usize;
        f64::from(seen.latencies[position.min(seen.latencies.len() - 1)]) / 1000.0
    };
    json!({ "answers": seen.latencies.len(), "wrong": seen.wrong, "p50": at(0.50), "p99": at(0.99) })
}

/// One user after another, each of which reads a page or, one in ten, reports.
async fn user(
    address: String,
    codes: Rc<Vec<String>>,
    seen: Rc<RefCell<Seen>>,
    number: usize,
    ends: Instant,
) {
    let mut connection = Connection::open(&address).await;
    let mut random = StdRng::seed_from_u64(number as u64);
    while Instant::now() < ends {
        let network = network(&mut random);
        let reports = random.random_range(0..10) == 0;
        let code = &codes[random.random_range(0..codes.len())];
        let request = if reports {
            post("/v1/reports", &address, &network, &report(&mut random))
        } else {
            get(&format!("/v1/reports/{code}"), &address, &network)
        };
        let sent = Instant::now();
        let status = connection.ask(&request).await.status;
        let took = u32::try_from(sent.elapsed().as_micros()).unwrap();
        let right = status == if reports { 201 } else { 200 };
        seen.borrow_mut().latencies.push(took);
        seen.borrow_mut().wrong += usize::from(!right);
        tokio::time::sleep(PAUSE).await;
    }
}

async fn flooder(
    address: String,
    kind: Kind,
    seen: Rc<RefCell<Seen>>,
    number: u32,
    every: Duration,
    ends: Instant,
) {
    let mut random = StdRng::seed_from_u64(1_000 + u64::from(number));
    let length = if kind == Kind::Upload { 3_000_000 } else { 0 };
    let picture: Vec<u8> = (0..length).map(|_| random.random()).collect();
    // Spread evenly: all at one moment would be a flood of its own kind.
    let begins = tokio::time::Instant::now() + every.mul_f64(random.random());
    let mut pace = tokio::time::interval_at(begins, every);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut stream: Option<TcpStream> = None;
    while Instant::now() < ends {
        pace.tick().await;
        let request = match kind {
            Kind::None => return,
            Kind::Slow => b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nX-Slow: ".to_vec(),
            Kind::SignIn => {
                let name = format!("nobody-{}", random.random::<u32>());
                let body = json!({ "username": name, "password": "not the password" });
                post("/v1/sessions", &address, "", &body.to_string())
            }
            Kind::Guess => {
                let code = jiekou_core::report::TrackingCode::from_random(random.random());
                get(&format!("/v1/reports/{code}"), &address, "")
            }
            Kind::Report => post("/v1/reports", &address, "", &report(&mut random)),
            Kind::Upload => form(&address, &picture),
        };
        let patience = if kind == Kind::Slow { ends - Instant::now() } else { Duration::from_secs(5) };
        let asked = tokio::time::timeout(patience, ask(&mut stream, &address, &request)).await;
        match asked {
            Ok(Some(429)) => seen.borrow_mut().refused += 1,
            Ok(Some(_)) => seen.borrow_mut().passed += 1,
            Ok(None) | Err(_) => {
                seen.borrow_mut().closed += 1;
                stream = None;
            }
        }
    }
}

/// Sends a request and reads the status of the answer; `None` when the server closed.
async fn ask(stream: &mut Option<TcpStream>, address: &str, request: &[u8]) -> Option<u16> {
    let mut open = match stream.take() {
        Some(open) => open,
        None => {
            let socket = TcpSocket::new_v4().ok()?;
            socket.bind(FLOODER.parse().unwrap()).ok()?;
            socket.connect(address.parse().unwrap()).await.ok()?
        }
    };
    // Who refuses a body answers before it has come.
    let written = open.write_all(request).await;
    let mut answer = Vec::with_capacity(2_048);
    loop {
        if open.read_buf(&mut answer).await.ok()? == 0 {
            break;
        }
        let head = crate::connection::find(&answer, b"\r\n\r\n");
        let whole = head.is_some_and(|head| {
            let length = crate::connection::header(&answer[..head + 2], "content-length");
            answer.len() >= head + 4 + length.map_or(0, |length| length.parse::<usize>().unwrap())
        });
        if whole {
            if written.is_ok() {
                *stream = Some(open);
            }
            break;
        }
    }
    std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
}

/// Tracking codes of a few reports.
async fn reports(address: &str) -> Vec<String> {
    let mut connection = Connection::open(address).await;
    let mut random = StdRng::seed_from_u64(7);
    let mut codes = Vec::new();
    for _ in 0..40 {
        let network = network(&mut random);
        let request = post("/v1/reports", address, &network, &report(&mut random));
        let answer = connection.ask(&request).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(answer.body));
        let body: Value = serde_json::from_slice(answer.body).unwrap();
        codes.push(body["trackingCode"].as_str().unwrap().to_owned());
    }
    codes
}

/// A network of a user's own.
fn network(random: &mut StdRng) -> String {
    let [a, b, c]: [u8; 3] = random.random();
    format!("11.{a}.{b}.{c}")
}

fn report(random: &mut StdRng) -> String {
    let (longitude, latitude) = (random.random_range(113.60..113.66), random.random_range(34.70..34.76));
    json!({
        "category": "manhole",
        "description": format!("第{}号井盖破损，行人绊倒", random.random::<u16>()),
        "location": { "longitude": longitude, "latitude": latitude, "coordinateSystem": "WGS-84", "accuracyMeters": 10 },
    })
    .to_string()
}

fn get(path: &str, host: &str, network: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", forwarded(network)).into_bytes()
}

fn post(path: &str, host: &str, network: &str, body: &str) -> Vec<u8> {
    let (forwarded, length) = (forwarded(network), body.len());
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\n{forwarded}Content-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn form(host: &str, picture: &[u8]) -> Vec<u8> {
    let before = "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\n\r\n";
    let after = "\r\n--line--\r\n";
    let length = before.len() + picture.len() + after.len();
    let head = format!(
        "POST /v1/photos HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=line\r\n\
         Content-Length: {length}\r\n\r\n{before}"
    );
    [head.as_bytes(), picture, after.as_bytes()].concat()
}

fn forwarded(network: &str) -> String {
    if network.is_empty() { String::new() } else { format!("X-Forwarded-For: {network}\r\n") }
}
