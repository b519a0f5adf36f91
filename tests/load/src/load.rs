//! A closed loop: every connection sends its next request when the last one is answered.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::connection::{Answer, Connection};

/// How long and how hard.
#[derive(Args, Clone)]
pub struct LoadOptions {
    /// HOST:PORT of the server.
    #[arg(long)]
    pub address: String,
    /// Keep-alive connections.
    #[arg(long, default_value_t = 32)]
    pub connections: usize,
    /// Seconds measured.
    #[arg(long, default_value_t = 15.0)]
    pub seconds: f64,
    /// Seconds of warm-up before that.
    #[arg(long, default_value_t = 3.0)]
    pub warmup: f64,
}

/// What is sent, and whether the answer is right.
pub trait Traffic {
    /// Writes the next request and returns its ticket; `None` when there is nothing left to send.
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize>;
    /// Looks at the answer; `counted` once the warm-up is over. Panics when it is wrong.
    fn answered(&mut self, ticket: usize, answer: &Answer, counted: bool);
}

/// What one run showed.
pub struct Measured {
    pub seconds: f64,
    /// Latencies in microseconds, sorted.
    pub latencies: Vec<u32>,
}

impl Measured {
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds
    }

    /// The latency in milliseconds that `share` of all answers kept.
    pub fn percentile(&self, share: f64) -> f64 {
        let position = (self.latencies.len() as f64 * share) as usize;
        f64::from(*self.latencies.get(position.min(self.latencies.len() - 1)).unwrap()) / 1000.0
    }

    pub fn json(&self) -> Value {
        json!({
            "answers": self.latencies.len(), "seconds": self.seconds, "rate": self.rate(),
            "p50": self.percentile(0.50), "p99": self.percentile(0.99), "max": self.percentile(1.0),
        })
    }
}

/// Runs the loop on this one thread.
pub fn run<T: Traffic + 'static>(options: &LoadOptions, traffic: Rc<RefCell<T>>) -> Measured {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let began = Instant::now() + Duration::from_secs_f64(options.warmup);
        let ends = began + Duration::from_secs_f64(options.seconds);
        let tasks: Vec<_> = (0..options.connections)
            .map(|_| {
                let (address, traffic) = (options.address.clone(), Rc::clone(&traffic));
                tokio::task::spawn_local(async move { connection(&address, &traffic, began, ends).await })
            })
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await.unwrap_or_else(|_| std::process::exit(1)));
        }
        assert!(!latencies.is_empty(), "nothing was answered");
        latencies.sort_unstable();
        Measured { seconds: options.seconds, latencies }
    })
}

async fn connection<T: Traffic>(
    address: &str,
    traffic: &RefCell<T>,
    began: Instant,
    ends: Instant,
) -> Vec<u32> {
    let mut connection = Connection::open(address).await;
    let mut request = Vec::with_capacity(2048);
    let mut latencies = Vec::with_capacity(64 * 1024);
    loop {
        request.clear();
        let Some(ticket) = traffic.borrow_mut().next(&mut request) else {
            panic!("no more requests to send")
        };
        let sent = Instant::now();
        let answer = connection.ask(&request).await;
        let now = Instant::now();
        let counted = now >= began && now < ends;
        traffic.borrow_mut().answered(ticket, &answer, counted);
        if counted {
            latencies.push(u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX));
        }
        if now >= ends {
            return latencies;
        }
    }
}
