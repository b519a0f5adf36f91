//! The inbox of a center with very many cases, beside the bare query of the same page.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use clap::Args;
use jiekou_core::case::State;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::task::LocalSet;

use crate::connection::{Answer, Connection};
use crate::database::connected;
use crate::load::{self, LoadOptions, Measured, Traffic};

/// What the API answers of a case.
const COLUMNS: &str =
    "case_number, state, category, urgency, alarmed, place_unknown, center_code, segment_code, unit_code,
    post_code, assignee, person_id, report_count, urge_count, opened_at, due_at, due_kind, raised,
    progress ->> 'supervisedAt' is not null as supervised";
const PAGE: usize = 50;
/// Places in the list that pages are asked for behind.
const PLACES: i64 = 500;

#[derive(Args)]
pub struct CasesOptions {
    #[arg(long)]
    database: String,
    #[arg(long)]
    center: String,
    #[arg(long, default_value_t = 100_000)]
    cases: i32,
}

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    load: LoadOptions,
    #[arg(long)]
    database: String,
    #[arg(long)]
    center: String,
    /// State of the cases; without one all that are open.
    #[arg(long)]
    state: Option<String>,
    /// Run the query of the page and leave out the API.
    #[arg(long)]
    bare: bool,
    /// Account of the center, and its password.
    #[arg(long)]
    username: String,
    #[arg(long)]
    password: String,
}

/// A place behind which a page begins.
type Place = (DateTime<Utc>, i64);

struct Pages {
    requests: Vec<Vec<u8>>,
    random: StdRng,
}

impl Traffic for Pages {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let position = self.random.random_range(0..self.requests.len());
        request.extend_from_slice(&self.requests[position]);
        Some(position)
    }

    fn answered(&mut self, _: usize, answer: &Answer, _: bool) {
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(answer.body));
        let lines = answer.body.windows(12).filter(|window| window == b"\"caseNumber\"").count();
        assert_eq!(lines, PAGE, "{}", String::from_utf8_lossy(answer.body));
    }
}

pub fn cases(options: &CasesOptions) {
    connected(&options.database, async |connection| {
        sqlx::query(include_str!("inbox_cases.sql"))
            .bind(&options.center)
            .bind(options.cases)
            .execute(&mut *connection)
            .await
            .unwrap();
        sqlx::query("vacuum (analyze)").execute(connection).await.unwrap();
    });
    println!("{}", json!({ "cases": options.cases }));
}

pub fn run(options: &Options) {
    let places = places(options);
    let measured = if options.bare { bare(options, places) } else { through_the_api(options, &places) };
    println!("{}", measured.json());
}

/// The conditions of the cases that are looked for, each of which an index has in order.
fn conditions(options: &Options) -> Vec<String> {
    let open =
        || State::ALL.into_iter().filter(|state| state.takes_reports()).map(|state| state.name().to_owned());
    let states: Vec<String> = options.state.clone().map_or_else(|| open().collect(), |state| vec![state]);
    let of = |state: String| format!("center_code = '{}' and state = '{state}'", options.center);
    states.into_iter().map(of).collect()
}

/// Places all over the list, each with a whole page behind it.
fn places(options: &Options) -> Vec<Place> {
    let query = format!(
        "select due_at, case_id from (
             select due_at, case_id, row_number() over (order by due_at desc, case_id desc) as n
             from cases where ({}) and due_at is not null) ordered
         where n > {PAGE} order by md5(case_id::text) limit {PLACES}",
        conditions(options).join(" or ")
    );
    connected(&options.database, async |connection| {
        sqlx::query_as(AssertSqlSafe(query)).fetch_all(connection).await.unwrap()
    })
}

fn through_the_api(options: &Options, places: &[Place]) -> Measured {
    let address = &options.load.address;
    let token = sign_in(address, &options.username, &options.password);
    let state = options.state.as_ref().map(|state| format!("&state={state}")).unwrap_or_default();
    let requests = places.iter().map(|(due_at, case_id)| {
        let cursor = format!("{}.{case_id}", due_at.timestamp_micros());
        format!(
            "GET /v1/cases?center={}{state}&sort=timeLeft&cursor={cursor} HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Bearer {token}\r\n\r\n",
            options.center
        )
    });
    let requests = requests.map(String::into_bytes).collect();
    let pages = Pages { requests, random: StdRng::seed_from_u64(11) };
    load::run(&options.load, Rc::new(RefCell::new(pages)))
}

/// The access token of an account.
pub fn sign_in(address: &str, username: &str, password: &str) -> String {
    let body = json!({ "username": username, "password": password }).to_string();
    let request = format!(
        "POST /v1/sessions HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        address,
        body.len()
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = Connection::open(address).await;
        let answer = connection.ask(request.as_bytes()).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(answer.body));
        let session: Value = serde_json::from_slice(answer.body).unwrap();
        session["accessToken"].as_str().unwrap().to_owned()
    })
}

/// The same pages asked of the database, as many at once as the API is asked for.
fn bare(options: &Options, places: Vec<Place>) -> Measured {
    let order = "order by coalesce(due_at, 'infinity'::timestamptz), case_id";
    let part = |condition: String| {
        format!(
            "(select case_id, {COLUMNS} from cases where {condition}
               and (coalesce(due_at, 'infinity'::timestamptz), case_id) > ($1, $2) {order} limit {PAGE})"
        )
    };
    let parts: Vec<String> = conditions(options).into_iter().map(part).collect();
    let query = format!(
        "select page.*, s.display_name, r.times_here, r.hot_spot
         from (select * from ({}) part {order} limit {PAGE}) page
         left join case_recurrence r using (case_id) left join staff_account s on s.staff_id = page.person_id {order}",
        parts.join(" union all ")
    );
    let (query, places): (Rc<str>, Rc<[Place]>) = (query.into(), places.into());
    let began = Instant::now() + Duration::from_secs_f64(options.load.warmup);
    let ends = began + Duration::from_secs_f64(options.load.seconds);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let reader = |seed| {
            let (database, query, places) = (options.database.clone(), Rc::clone(&query), Rc::clone(&places));
            tokio::task::spawn_local(async move {
                let mut connection = PgConnection::connect(&database).await.unwrap();
                let mut random = StdRng::seed_from_u64(seed);
                let mut latencies = Vec::with_capacity(64 * 1024);
                loop {
                    let (due_at, case_id) = places[random.random_range(0..places.len())];
                    let sent = Instant::now();
                    let rows = sqlx::query(AssertSqlSafe(query.to_string()))
                        .bind(due_at)
                        .bind(case_id)
                        .fetch_all(&mut connection)
                        .await
                        .unwrap();
                    let now = Instant::now();
                    assert_eq!(rows.len(), PAGE);
                    if now >= began && now < ends {
                        latencies.push(u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX));
                    }
                    if now >= ends {
                        return latencies;
                    }
                }
            })
        };
        let readers: Vec<_> = (0..u64::try_from(options.load.connections).unwrap()).map(reader).collect();
        let mut latencies = Vec::new();
        for reader in readers {
            latencies.extend(reader.await.unwrap());
        }
        latencies.sort_unstable();
        Measured { seconds: options.load.seconds, latencies }
    })
}
